"""What a node or group looks like on the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from nodeui.graph.parts import Group, Node
from nodeui.graph.spec import NodeSpec
from nodeui.session.states import NodeState
from nodeui.views.canvas import geometry
from nodeui.views.canvas.geometry import CARD_FOOT, CARD_LINES, LINE, PAD, Shape
from nodeui.views.canvas.ink import wrapped_lines


@dataclass(slots=True, eq=False)
class Look:
    """What a node looks like; each edit of the node makes a new one.

    Attributes:
        node: As it stands in the graph; for a group, what it is like as a node.
        spec: Its type; None for a placeholder or a group.
        shape: Its layout.
        group: The group that it is, or None.
        count: How many nodes are in the group.
        picture: Where its picture lies, or None.
        card: Where its error is told, or None.
    """

    node: Node
    spec: NodeSpec | None
    shape: Shape
    group: Group | None = None
    count: int = 0
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

    @property
    def missing(self) -> bool:
        """Its type is not installed."""
        return self.spec is None and self.group is None

    @property
    def tint(self) -> str:
        """The category that it is coloured by, or the colour of its own."""
        if self.group is not None:
            return self.group.colour or "group"
        return self.spec.category if self.spec else "missing"

    def make_room(self, image: QImage | None, state: NodeState | None) -> None:
        """Place the picture and the error, where there are any."""
        self.picture = self.card = None
        if self.node.collapsed:
            return
        bottom, width = self.shape.height, self.shape.width - 2 * PAD
        if image is not None and not image.isNull():
            self.picture = QRectF(PAD, bottom, width, _picture_height(image, width))
            bottom = self.picture.bottom() + PAD
        if state is not None and state.error:
            self.card = QRectF(PAD, bottom, width, _card_height(state.error, width))


def _picture_height(image: QImage, width: float) -> float:
    return min(width * image.height() / image.width(), width * geometry.PICTURE_RATIO)


def _card_height(error: str, width: float) -> float:
    lines = wrapped_lines(error, "small", width - 2 * PAD)
    return min(lines, CARD_LINES) * LINE + PAD + CARD_FOOT
