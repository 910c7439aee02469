"""What the canvas shows of the graph: layouts and places, kept in step with every edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QImage

from nodeui.graph.edits import (
    AddNode,
    Batch,
    ClearParam,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    RestoreParam,
    SetCollapsed,
    SetFrame,
    SetMode,
    SetParam,
    SetTitle,
)
from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import NodeSpec
from nodeui.session.session import Session
from nodeui.views.canvas import geometry
from nodeui.views.canvas.geometry import CARD_FOOT, CARD_LINES, LINE, PAD, Points, Shape, Spot
from nodeui.views.canvas.ink import wrapped_lines
from nodeui.views.canvas.tables import Table

_MANY = 64  # dirty boxes after which the whole canvas is painted anew
_LIMIT = 1e6  # canvas coordinates end here: files may hold any number
_MARGIN = 14.0  # what is painted around a node: sockets, outline, shadow


@dataclass(slots=True, eq=False)
class Look:
    """What a node looks like; each edit of the node makes a new one.

    Attributes:
        node: As it stands in the graph.
        spec: Its type; None for a placeholder.
        shape: Its layout.
        picture: Where its picture lies, or None.
        card: Where its error is told, or None.
    """

    node: Node
    spec: NodeSpec | None
    shape: Shape
    picture: QRectF | None = None
    card: QRectF | None = None

    @property
    def height(self) -> float:
        """Of the node with picture and error card."""
        lowest = self.card or self.picture
        return lowest.bottom() + PAD if lowest is not None else self.shape.height

    @property
    def title(self) -> str:
        """What the header shows."""
        return self.node.title or (self.spec.title if self.spec else self.node.type)


class Mirror(QObject):
    """The nodes and links of a session's graph, laid out.

    Attributes:
        looks: By node id.
        nodes: Boxes of the nodes, then z and the index of the category in `tints`.
        links: Boxes of the links, then their ends (x1, y1, x2, y2) and the index of the type.
        tints: Categories and socket types.
    """

    dirtied = Signal(QRectF)
    """A part of the canvas looks different now."""
    reset = Signal()
    """All of it does."""
    frame_changed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.graph = session.graph
        self.looks: dict[str, Look] = {}
        self.nodes = Table[str](6)
        self.links = Table[Link](9)
        self.tints: list[str] = []
        self._tint_index: dict[str, int] = {}
        self._into: dict[str, dict[str, Link]] = {}
        self._out_of: dict[str, dict[Link, None]] = {}
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        self._told: dict[str, tuple[str, str, str]] = {}  # badge, reason and error by node
        self._top = 0.0
        self.rebuild()
        session.edited.connect(self._on_edit)
        session.node_state_changed.connect(self._on_state)
        session.result_ready.connect(self._on_state)
        session.plan_changed.connect(self._on_plan)

    # --- reading ---

    def spot_at(self, id: str, output: bool, name: str) -> QPointF:
        """Where a socket lies on the canvas."""
        spot = self.looks[id].shape.by_name[output, name]
        return self.nodes.rect(id).topLeft() + QPointF(spot.x, spot.y)

    def spot(self, id: str, output: bool, name: str) -> Spot:
        """A socket."""
        return self.looks[id].shape.by_name[output, name]

    def links_of(self, id: str) -> Iterator[Link]:
        """The links into and out of a node."""
        yield from self._into.get(id, {}).values()
        yield from self._out_of.get(id, ())

    def link_into(self, id: str, input: str) -> Link | None:
        """The link into an input."""
        return self._into.get(id, {}).get(input)

    def is_linked(self, id: str, output: bool, name: str) -> bool:
        """Whether a socket has a link."""
        if not output:
            return name in self._into.get(id, {})
        return any(link.output == name for link in self._out_of.get(id, ()))

    def parameter_value(self, id: str, name: str) -> Any:
        """The value of a parameter, set or default, valid or not."""
        look = self.looks[id]
        if name in look.node.params or look.spec is None:
            return look.node.params.get(name)
        return look.spec.defaults.get(name)

    # --- all at once ---

    def rebuild(self) -> None:
        """Lay everything out anew."""
        self._into.clear()
        self._out_of.clear()
        for link in self.graph.links():
            self._into.setdefault(link.target, {})[link.input] = link
            self._out_of.setdefault(link.source, {})[link] = None
        self.looks = {id: self._look(node) for id, node in self.graph.nodes.items()}
        for id in self.session.states:
            if id in self.looks:
                self._add_extras(id, self.looks[id])
        self._top = float(len(self.looks))
        self.nodes.fill(
            list(self.looks), self._node_rows(list(self.looks.values()), range(len(self.looks)))
        )
        links = list(self.graph.links())
        self.links.fill(links, self._link_rows(links))
        self.reset.emit()

    # --- one node ---

    def _look(self, node: Node) -> Look:
        spec = self.graph.specs.get(node.type)
        return Look(node, spec, self._shape(node, spec))

    def _shape(self, node: Node, spec: NodeSpec | None) -> Shape:
        into = self._into.get(node.id, {})
        if spec is None:
            outputs = dict.fromkeys(link.output for link in self._out_of.get(node.id, ()))
            key: tuple[Any, ...] = (node.collapsed, tuple(into), tuple(outputs))
        else:
            key = (node.collapsed, spec.id, frozenset(into.keys() & spec.parameters.keys()))
        shape = self._shapes.get(key)
        if shape is None:
            if spec is None:
                shape = geometry.placeholder_shape(key[1], key[2])
            else:
                shape = geometry.shape_of(spec, key[2])
            shape = geometry.collapsed(shape) if node.collapsed else shape
            self._shapes[key] = shape
        return shape

    def _add_extras(self, id: str, look: Look) -> None:
        """Make room for the node's picture and for its error."""
        look.picture = look.card = None
        if look.node.collapsed:
            return
        bottom, width = look.shape.height, look.shape.width - 2 * PAD
        image = self.session.image_of(id)
        if image is not None and not image.isNull():
            look.picture = QRectF(PAD, bottom, width, _picture_height(image, width))
            bottom = look.picture.bottom() + PAD
        state = self.session.states.get(id)
        if state is not None and state.error:
            look.card = QRectF(PAD, bottom, width, _card_height(state.error, width))

    def _node_rows(self, looks: Sequence[Look], z: Iterable[float]) -> Points:
        """Boxes, z and tints of nodes, as they stand in their table."""
        rows = np.array(
            [
                (
                    *look.node.pos,
                    look.shape.width,
                    look.height,
                    z,
                    self._tint(look.spec.category if look.spec else ""),
                )
                for look, z in zip(looks, z, strict=True)
            ],
            dtype=np.float64,
        ).reshape(-1, 6)
        rows[:, :2] = np.clip(rows[:, :2], -_LIMIT, _LIMIT)
        rows[:, 2:4] += rows[:, :2]
        return rows

    def _link_rows(self, links: Iterable[Link]) -> Points:
        """Boxes, ends and tints of links, as they stand in their table."""
        row = self.nodes.row
        places: list[tuple[float, ...]] = []
        for link in links:
            start = self.looks[link.source].shape.by_name[True, link.output]
            end = self.looks[link.target].shape.by_name[False, link.input]
            tint = self._tint(start.type or end.type or "")
            rows = row[link.source], row[link.target]
            places.append((*rows, start.x, start.y, end.x, end.y, tint))
        table = np.array(places, dtype=np.float64).reshape(-1, 7)
        ends, rows = table[:, 2:6], table[:, :2].astype(np.intp)
        ends[:, :2] += self.nodes.data[rows[:, 0], :2]
        ends[:, 2:] += self.nodes.data[rows[:, 1], :2]
        return np.concatenate([geometry.link_boxes(ends), ends, table[:, 6:]], axis=1)

    def _tint(self, name: str) -> int:
        index = self._tint_index.get(name)
        if index is None:
            index = self._tint_index[name] = len(self.tints)
            self.tints.append(name)
        return index

    # --- edits ---

    def _on_edit(self, edit: Edit) -> None:
        touched = dict.fromkeys(_nodes_of(edit))
        dirty: list[QRectF] = []
        links: dict[Link, None] = {}
        for id in list(touched):
            lost, won = self._follow_links(id, dirty)
            links |= dict.fromkeys(won)
            touched |= {end: None for link in (*lost, *won) for end in (link.source, link.target)}
        for id in touched:
            if id in self.looks and id not in self.graph.nodes:
                self._remove(id, dirty)
        for id in self._place([id for id in touched if id in self.graph.nodes], dirty):
            links |= dict.fromkeys(self.links_of(id))
        self._place_links(
            [link for link in links if link in self._out_of.get(link.source, {})], dirty
        )
        for id in _frames_of(edit):
            self.frame_changed.emit(id)
        self._tell(dirty)

    def _follow_links(self, id: str, dirty: list[QRectF]) -> tuple[set[Link], set[Link]]:
        """Take over the links of a node; returns those that it lost and those that it won."""
        now = {*self.graph.links_in(id).values(), *self.graph.links_out(id)}
        before = set(self.links_of(id))
        lost, won = before - now, now - before
        replaced = (self.link_into(link.target, link.input) for link in won)
        lost |= {link for link in replaced if link is not None}
        for link in lost:
            del self._into[link.target][link.input]
            del self._out_of[link.source][link]
            if link in self.links.row:
                dirty.append(self.links.rect(link))
                self.links.drop(link)
        for link in won:
            self._into.setdefault(link.target, {})[link.input] = link
            self._out_of.setdefault(link.source, {})[link] = None
        return lost, won

    def _remove(self, id: str, dirty: list[QRectF]) -> None:
        dirty.append(self.nodes.rect(id))
        self.nodes.drop(id)
        del self.looks[id]
        self._told.pop(id, None)
        self._into.pop(id, None)
        self._out_of.pop(id, None)

    def _place(self, ids: list[str], dirty: list[QRectF]) -> list[str]:
        """Lay nodes out anew, new or changed; returns those whose sockets are elsewhere now."""
        looks: list[Look] = []
        moved: list[str] = []
        heights: list[float] = []
        for id in ids:
            look, before = self._look(self.graph.nodes[id]), self.looks.get(id)
            self._add_extras(id, look)
            looks.append(look)
            if before is not None:
                dirty.append(self.nodes.rect(id))
                heights.append(float(self.nodes.data[self.nodes.row[id], 4]))
            else:
                self._top += 1
                heights.append(self._top)
            if before is None or before.shape is not look.shape or before.node.pos != look.node.pos:
                moved.append(id)
            self.looks[id] = look
        for id, row in zip(ids, self._node_rows(looks, heights), strict=True):
            self.nodes.put(id, row)
            dirty.append(self.nodes.rect(id))
        return moved

    def _place_links(self, links: list[Link], dirty: list[QRectF]) -> None:
        dirty += [self.links.rect(link) for link in links if link in self.links.row]
        for link, row in zip(links, self._link_rows(links), strict=True):
            self.links.put(link, row)
        dirty += [self.links.rect(link) for link in links]

    def raise_nodes(self, ids: Iterable[str]) -> None:
        """Show these nodes above the others."""
        for id in ids:
            self._top += 1
            self.nodes.data[self.nodes.row[id], 4] = self._top

    # --- states ---

    def _on_state(self, id: str) -> None:
        look = self.looks.get(id)
        if look is None:
            return
        dirty = [self.nodes.rect(id)]
        before = look.height
        self._add_extras(id, look)
        if look.height != before:
            z = float(self.nodes.data[self.nodes.row[id], 4])
            self.nodes.put(id, self._node_rows([look], [z])[0])
            dirty.append(self.nodes.rect(id))
        self._tell(dirty)

    def _on_plan(self) -> None:
        for id, state in self.session.states.items():
            if self._told.get(id) != (told := (state.badge, state.reason, state.error)):
                self._told[id] = told
                self._on_state(id)

    def refresh(self, ids: Iterable[str]) -> None:
        """Paint these nodes anew."""
        self._tell([self.nodes.rect(id) for id in ids if id in self.looks])

    def _tell(self, dirty: list[QRectF]) -> None:
        if len(dirty) > _MANY:
            self.reset.emit()
            return
        for rect in dirty:
            self.dirtied.emit(rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))


def _picture_height(image: QImage, width: float) -> float:
    return min(width * image.height() / image.width(), width * geometry.PICTURE_RATIO)


def _card_height(error: str, width: float) -> float:
    lines = wrapped_lines(error, "small", width - 2 * PAD)
    return min(lines, CARD_LINES) * LINE + PAD + CARD_FOOT


def _nodes_of(edit: Edit) -> Iterator[str]:
    """The nodes that an edit names."""
    match edit:
        case Batch():
            for part in edit.edits:
                yield from _nodes_of(part)
        case AddNode():
            yield edit.node.id
        case RemoveNode():
            yield edit.id
        case MoveNodes():
            yield from edit.positions
        case Connect():
            yield edit.link.target
            yield edit.link.source
        case Disconnect():
            yield edit.target
        case SetParam() | ClearParam() | RestoreParam() | SetTitle() | SetMode() | SetCollapsed():
            yield edit.node
        case _:
            pass


def _frames_of(edit: Edit) -> Iterator[str]:
    """The frames that an edit names."""
    if isinstance(edit, Batch):
        for part in edit.edits:
            yield from _frames_of(part)
    elif isinstance(edit, SetFrame):
        yield edit.id
