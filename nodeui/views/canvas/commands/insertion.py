"""Inserting a node into a link."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QPointF, QRectF

from nodeui.graph.edits import Connect, Disconnect, Edit
from nodeui.graph.parts import Link
from nodeui.graph.spec import NodeSpec, connectable
from nodeui.views.canvas.commands.moving import move_edits
from nodeui.views.canvas.scene import GRID, Mirror, link_at

_BETWEEN = 40.0  # from node to node
_SIDES = QMarginsF(_BETWEEN, 0, _BETWEEN, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """A link that a node can be inserted into.

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
        """Return the gap of a link; None for a boundary link or an end of unknown type."""
        given, taken = mirror.types_of(link)
        known = given is not None and taken is not None and link not in mirror.links.boundary
        return cls(link, given or "", taken or "") if known else None


def gap_at(mirror: Mirror, at: QPointF, reach: float) -> Gap | None:
    """Return the gap of the link nearest to a point, within `reach` canvas units, or None."""
    link = link_at(mirror, at, reach)
    return Gap.of(mirror, link) if link is not None else None


@dataclass(frozen=True, slots=True)
class Insertion:
    """A node to be inserted into a link.

    Attributes:
        link: The link.
        node: The node's id.
        input: The input to be fed by the link's source.
        output: The output to feed the link's target.
    """

    link: Link
    node: str
    input: str
    output: str

    @classmethod
    def of(cls, mirror: Mirror, id: str, spec: NodeSpec, gap: Gap) -> Insertion | None:
        """Match a node's free inputs and its outputs with a gap; None if they do not fit."""
        takes = (*spec.inputs.values(), *spec.parameters.values())
        free = [s for s in takes if mirror.link_into(id, s.name) is None]
        inputs = [s.name for s in free if connectable(gap.given, s.type)]
        outputs = [s.name for s in spec.outputs.values() if connectable(s.type, gap.taken)]
        return cls(gap.link, id, inputs[0], outputs[0]) if inputs and outputs else None

    def make_room(self, mirror: Mirror, box: QRectF) -> tuple[QPointF, list[Edit]]:
        """Find a place for the node that hides neither end of the link.

        Args:
            mirror: The scene.
            box: The node's place under the pointer.

        Returns:
            The node's corner, and edits that move the link's target, and all that follows it,
            out of the way.
        """
        source, target = mirror.level.end_keys(self.link)
        start, end, box = mirror.nodes.rect(source), mirror.nodes.rect(target), QRectF(box)
        if start.right() >= end.left():  # the link runs backwards: there is no clear direction
            return box.topLeft(), []
        if box.marginsAdded(_SIDES).intersects(start):
            box.moveLeft(max(box.left(), start.right() + _BETWEEN))
        more = box.right() + _BETWEEN - end.left()
        if more <= 0 or not box.marginsAdded(_SIDES).intersects(end):
            return box.topLeft(), []
        following = [target]
        for key in following:
            for link in mirror.links_of(key):
                next = mirror.level.end_keys(link)[1]
                if next not in following and next not in ("", source, self.node):
                    following.append(next)
        right = [key for key in following if mirror.nodes.rect(key).left() >= end.left()]
        offset = QPointF(math.ceil(more / GRID) * GRID, 0)
        return box.topLeft(), move_edits(mirror, right, offset)

    def link_edits(self) -> list[Edit]:
        """Replace the link by one into the node and one out of it."""
        link = self.link
        return [
            Disconnect(link.target, link.input),
            Connect(Link(link.source, link.output, self.node, self.input)),
            Connect(Link(self.node, self.output, link.target, link.input)),
        ]
