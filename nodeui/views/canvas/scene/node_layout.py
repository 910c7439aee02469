"""The layout of a single node or group."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from nodeui.graph.parts import Group, Node
from nodeui.graph.spec import NodeSpec
from nodeui.session.pictures import PictureBatch
from nodeui.session.states import NodeState
from nodeui.views.canvas.scene.shapes import CARD_FOOT, CARD_LINES, LINE, PAD, Shape
from nodeui.views.canvas.scene.text import line_count

MOST_PICTURES = 16
"""The most pictures of a batch that a node shows."""

_TALLEST = 1.25  # picture height, as a multiple of its width


@dataclass(slots=True, eq=False)
class NodeLayout:
    """The layout of a node; each edit of the node makes a new one.

    Attributes:
        node: The node in the graph; for a group, an equivalent node.
        spec: Its type; None for a placeholder or a group.
        shape: Its shape.
        group: The group, or None for a node.
        count: Number of nodes in the group.
        picture: Area of its pictures, or None.
        card: Area of its error card, or None.
        swatches: Colours in its header.
    """

    node: Node
    spec: NodeSpec | None
    shape: Shape
    group: Group | None = None
    count: int = 0
    picture: QRectF | None = None
    card: QRectF | None = None
    swatches: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """Its height, including picture and error card."""
        lowest = self.card or self.picture
        return lowest.bottom() + PAD if lowest is not None else self.shape.height

    @property
    def title(self) -> str:
        """The text in its header."""
        return self.node.title or (self.spec.title if self.spec else self.node.type)

    @property
    def missing(self) -> bool:
        """True if its type is not installed."""
        return self.spec is None and self.group is None

    @property
    def tint(self) -> str:
        """The category that colours it, or a colour of its own."""
        if self.group is not None:
            return self.group.colour or "group"
        return self.spec.category if self.spec else "missing"

    @property
    def copy_button(self) -> QRectF | None:
        """The button that copies the error, or None."""
        card = self.card
        if card is None:
            return None
        return QRectF(card.right() - 60, card.bottom() - CARD_FOOT, 56, CARD_FOOT - 4)

    @property
    def picture_room(self) -> float:
        """The height by which a picture that is not shown yet will extend the node."""
        if self.picture is not None or self.spec is None or self.node.collapsed:
            return 0.0
        pictured = self.spec.pictured or self.spec.stepwise
        return self.shape.width if pictured else 0.0

    def make_room(self, batch: PictureBatch | None, state: NodeState) -> None:
        """Place the pictures and the error card, if any."""
        self.picture = self.card = None
        if self.node.collapsed:
            return
        bottom, width = self.shape.height, self.shape.width - 2 * PAD
        if batch is not None and not batch.size.isEmpty():
            self.picture = QRectF(PAD, bottom, width, _pictures_height(batch, width))
            bottom = self.picture.bottom() + PAD
        if state.error:
            self.card = QRectF(PAD, bottom, width, _card_height(state.error, width))


def _pictures_height(batch: PictureBatch, width: float) -> float:
    """Return the height of a picture, or of a sheet of about as many rows as columns."""
    count = min(batch.count, MOST_PICTURES)
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    return min(rows * width / columns / batch.aspect, width * _TALLEST)


def _card_height(error: str, width: float) -> float:
    lines = line_count(error, "small", width - 2 * PAD)
    return min(lines, CARD_LINES) * LINE + PAD + CARD_FOOT
