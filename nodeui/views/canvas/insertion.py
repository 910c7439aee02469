"""Putting a node into a link."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QPointF, QRectF

from nodeui.graph.edits import Connect, Disconnect, Edit
from nodeui.graph.parts import Link
from nodeui.graph.spec import NodeSpec, connectable
from nodeui.views.canvas.hit import link_at
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.places import moved
from nodeui.views.canvas.snap import GRID

_BETWEEN = 40.0  # from node to node
_AIR = QMarginsF(_BETWEEN, 0, _BETWEEN, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """A link that a node may be put into.

    Attributes:
        link: The link.
        given: The type of its output.
        taken: The type of its input.
    """

    link: Link
    given: str
    taken: str

    @classmethod
    def of(cls, mirror: Mirror, link: Link) -> Gap | None:
        """None where an end of the link is of an unknown type, or the link leads elsewhere."""
        given, taken = mirror.types_of(link)
        known = given is not None and taken is not None and link not in mirror.stubs
        return cls(link, given or "", taken or "") if known else None


def gap_at(mirror: Mirror, at: QPointF, reach: float) -> Gap | None:
    """The link nearest to a point, within `reach` of it."""
    link = link_at(mirror, at, reach)
    return Gap.of(mirror, link) if link is not None else None


@dataclass(frozen=True, slots=True)
class Insertion:
    """A node put into a gap.

    Attributes:
        link: The link.
        node: The node's id.
        input: Its input that takes what the link gave.
        output: Its output that gives what the link led to.
    """

    link: Link
    node: str
    input: str
    output: str

    @classmethod
    def of(cls, mirror: Mirror, id: str, spec: NodeSpec, gap: Gap) -> Insertion | None:
        """How a node fits into a gap, by free inputs; None where it does not."""
        takes = (*spec.inputs.values(), *spec.parameters.values())
        free = [s for s in takes if mirror.link_into(id, s.name) is None]
        inputs = [s.name for s in free if connectable(gap.given, s.type)]
        outputs = [s.name for s in spec.outputs.values() if connectable(s.type, gap.taken)]
        return cls(gap.link, id, inputs[0], outputs[0]) if inputs and outputs else None

    def fitted(self, mirror: Mirror, box: QRectF) -> tuple[QPointF, list[Edit]]:
        """The corner of the node where it hides no end of the link, and what moves out of its
        way: what it leads to, and what follows from there.

        Args:
            mirror: Where it is put.
            box: Where the pointer has it.
        """
        source, target = mirror.level.holders(self.link)
        start, end, box = mirror.nodes.rect(source), mirror.nodes.rect(target), QRectF(box)
        if start.right() >= end.left():  # the link runs backwards: no way to tell
            return box.topLeft(), []
        if box.marginsAdded(_AIR).intersects(start):
            box.moveLeft(max(box.left(), start.right() + _BETWEEN))
        more = box.right() + _BETWEEN - end.left()
        if more <= 0 or not box.marginsAdded(_AIR).intersects(end):
            return box.topLeft(), []
        following = [target]
        for key in following:
            for link in mirror.links_of(key):
                next = mirror.level.holders(link)[1]
                if next not in following and next not in ("", source, self.node):
                    following.append(next)
        right = [key for key in following if mirror.nodes.rect(key).left() >= end.left()]
        return box.topLeft(), moved(mirror, right, QPointF(math.ceil(more / GRID) * GRID, 0))

    def edits(self) -> list[Edit]:
        """What puts it there."""
        link = self.link
        return [
            Disconnect(link.target, link.input),
            Connect(Link(link.source, link.output, self.node, self.input)),
            Connect(Link(self.node, self.output, link.target, link.input)),
        ]
