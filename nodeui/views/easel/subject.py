"""The sheet of a node that is painted: its kind, its size, and the picture below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PySide6.QtGui import QImage

from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import Parameter
from nodeui.painting.document import Lines, read
from nodeui.painting.points import PaintingError
from nodeui.painting.sheet import Kind
from nodeui.sdk import Sheet
from nodeui.session.session import Session

SIDE = 512
"""Sides of a sheet whose node declares none, in pixels."""


@dataclass(frozen=True)
class Subject:
    """The sheet of a node.

    Attributes:
        node: Id of the node.
        parameter: Its parameter with the painting.
        width: In pixels.
        height: In pixels.
        paper: "#rrggbb" of the paper.
        source: Id of the node whose picture lies below; "" if nothing is linked.
        below: That picture; a null image while it is not known.
        linked: The pictures that layers can start with, by number; null images while they are not
            known.
        folder: Where the workflow's bitmaps are; None for a workflow that is not trusted.
    """

    node: str
    parameter: Parameter
    width: int
    height: int
    paper: str
    source: str
    below: QImage
    linked: tuple[tuple[int, QImage], ...] = ()
    folder: Path | None = None

    @property
    def kind(self) -> Kind:
        """The kind of the sheet."""
        return self.parameter.sheet.kind

    @property
    def traced(self) -> bool:
        """True if the picture below is only traced."""
        return self.parameter.sheet.traced

    @property
    def waits(self) -> bool:
        """True while the picture below is not known, as it was never computed."""
        return bool(self.source) and self.below.isNull()

    @property
    def lacks(self) -> bool:
        """True while a picture of a layer is not known, as it was never computed."""
        return any(image.isNull() for _, image in self.linked)


def painted_parameter(session: Session, node: str) -> Parameter | None:
    """Return the parameter of a node that can be painted on; None if there is none."""
    spec = session.graph.spec(node) if node in session.graph.nodes else None
    if spec is None:
        return None
    linked = session.graph.links_in(node)
    found = (p for p in spec.parameters.values() if p.type == "painting")
    return next((parameter for parameter in found if parameter.name not in linked), None)


def subject_of(session: Session, node: str, before: Subject | None = None) -> Subject | None:
    """Return the sheet of a node; None if it has none.

    Args:
        session: The document.
        node: Id of the node.
        before: Its sheet as it was; its picture below is kept while a new one is unfinished.
    """
    parameter = painted_parameter(session, node)
    if parameter is None:
        return None
    sheet, graph = parameter.sheet, session.graph
    link = graph.links_in(node).get(sheet.over) if sheet.over else None
    if link is None:
        source, below = "", QImage()
    else:
        source = _origin(session, link)
        kept = before.below if before is not None and before.source == source else QImage()
        below = _picture(session, source, link, kept)
    if below.isNull():
        width = _side(session, graph.nodes[node], sheet.width, 0)
        height = _side(session, graph.nodes[node], sheet.height, 1)
    else:
        width, height = below.width(), below.height()
    paper = _paper(session, graph.nodes[node], sheet)
    linked = tuple(_linked(session, node, sheet, before))
    folder = session.folder if session.trusted else None
    return Subject(node, parameter, width, height, paper, source, below, linked, folder)


def _linked(
    session: Session, node: str, sheet: Sheet, before: Subject | None
) -> Iterator[tuple[int, QImage]]:
    """Yield the pictures that layers can start with, by number."""
    links = session.graph.links_in(node)
    known = dict(before.linked) if before is not None else {}
    for number, name in enumerate(sheet.inputs, 1):
        if name in links:
            source = _origin(session, links[name])
            yield number, _picture(session, source, links[name], known.get(number, QImage()))


def picture_below(session: Session, link: Link, kept: QImage) -> QImage:
    """Return the last finished picture that a link carries; `kept` if it is not there in full."""
    return _picture(session, _origin(session, link), link, kept)


def lines_of(session: Session, subject: Subject) -> Lines:
    """Return the painting of a sheet, unchecked."""
    value: Any = session.graph.nodes[subject.node].params.get(subject.parameter.name)
    if isinstance(value, list):  # as it was read from a file
        with suppress(PaintingError):
            return read(value).lines
        value = cast("Any", value)
    return subject.parameter.default if value is None else value


def _origin(session: Session, link: Link) -> str:
    """Return the node whose value a link carries: bypassed nodes pass an input on."""
    graph, seen = session.graph, {link.target}
    while link.source not in seen and graph.nodes[link.source].mode == "bypassed":
        seen.add(link.source)
        spec = graph.spec(link.source)
        output = spec.outputs.get(link.output) if spec is not None else None
        links = graph.links_in(link.source)
        fitting = (
            links[name]
            for name, socket in (spec.inputs.items() if spec is not None else ())
            if name in links and output is not None and socket.type == output.type
        )
        passed = next(fitting, None)
        if passed is None:
            break
        link = passed
    return link.source


def _picture(session: Session, source: str, link: Link, kept: QImage) -> QImage:
    """Return the last finished picture of a node; `kept` if it has none in full."""
    spec, state = session.graph.spec(source), session.states.get(source)
    batch = session.pictures_of(source)
    if spec is None or not spec.pictured or batch is None:
        return kept
    if state is not None and state.preview is not None:
        return kept
    shown = next(name for name, socket in spec.outputs.items() if socket.has_picture)
    if source == link.source and shown != link.output:
        return QImage()  # the picture is that of another output
    if not batch.is_full(0):
        session.fetch_picture(source, 0)
        return kept
    return batch.image(0)


def _side(session: Session, node: Node, name: str, axis: int) -> int:
    """Return the width (axis 0) or height (1) of a sheet without a picture below: the value of a
    parameter, or if that is linked, the side of the node's last picture."""
    if not name:
        return SIDE
    if name in session.graph.links_in(node.id):
        batch = session.pictures_of(node.id)
        if batch is not None:
            return batch.size.toTuple()[axis]
    value = _value(session, node, name)
    return value if isinstance(value, int) and value > 0 else SIDE


def _paper(session: Session, node: Node, sheet: Sheet) -> str:
    value = _value(session, node, sheet.paper)
    return value.lower() if isinstance(value, str) else sheet.paper


def _value(session: Session, node: Node, name: str) -> object:
    """Return the value of a parameter, or None."""
    spec = session.graph.spec(node.id)
    if spec is None or name not in spec.parameters:
        return None
    parameter = spec.parameters[name]
    value = node.params.get(name)
    return parameter.default if value is None else value
