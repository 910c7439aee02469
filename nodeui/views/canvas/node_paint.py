"""One node, painted in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from nodeui.session.states import NodeState
from nodeui.views import theme
from nodeui.views.canvas.field_paint import draw_field
from nodeui.views.canvas.geometry import CARD_FOOT, CARD_LINES, HEADER, PAD, Shape, Spot
from nodeui.views.canvas.ink import (
    NO_BRUSH,
    draw_dot,
    draw_paragraph,
    draw_socket,
    draw_text,
    ink,
)
from nodeui.views.canvas.mirror import Look, Mirror
from nodeui.views.canvas.plate import (
    STRIP,
    draw_badge,
    draw_chevron,
    draw_plate,
    empty_picture,
)
from nodeui.views.theme import RADIUS

_MUTED_OPACITY = 0.45
_PICTURES = 256  # how many are kept in the size that they are shown in
_PLATES = 64  # how many of the parts that nodes share are kept
_PIXELS = 24_000_000  # of nodes' pictures that are kept
_MARGIN = 12.0  # around a node's picture, for sockets and shadow


def chevron_rect() -> QRectF:
    """Where a click collapses a node, or expands it."""
    return QRectF(2, STRIP, 20, HEADER - STRIP)


def copy_rect(card: QRectF) -> QRectF:
    """Where a click copies the error."""
    return QRectF(card.right() - 60, card.bottom() - CARD_FOOT, 56, CARD_FOOT - 4)


def time_text(seconds: float) -> str:
    """A time to wait: "3 s", "2 min"."""
    if seconds < 90:
        return QCoreApplication.translate("canvas", "{0} s left").format(max(1, round(seconds)))
    return QCoreApplication.translate("canvas", "{0} min left").format(round(seconds / 60))


_Marks: TypeAlias = tuple[float, float, str, int, bool, str]
"""Zoom, device pixel ratio, theme, key of the picture, selected, hovered part."""


@dataclass(frozen=True, slots=True)
class _Card:
    """The picture of a node, and what it was made of."""

    look: Look
    state: NodeState
    marks: _Marks
    picture: QPixmap


class NodePainter:
    """Paints nodes of a mirror.

    Attributes:
        hovered: The node and the parameter or part under the pointer, or None.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self.hovered: tuple[str, str] | None = None
        self._cards: dict[str, _Card] = {}
        self._pixels = 0
        self._plates: dict[tuple[int, str, float, float, float, str], QPixmap] = {}
        self._fitted: dict[str, tuple[tuple[int, int, int], QImage]] = {}

    def paint(self, painter: QPainter, id: str, faded: bool = False) -> None:
        """Paint a node; the painter is in the coordinates of the node.

        Its picture is kept as long as nothing of it changes.
        """
        mirror = self._mirror
        look, state = mirror.looks[id], mirror.state_of(id)
        image = mirror.image_of(id) if look.picture is not None else None
        transform, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        marks = (
            transform.m11(),
            ratio,
            theme.current(),
            image.cacheKey() if image is not None else 0,
            id in mirror.selected,
            self.hovered[1] if self.hovered is not None and self.hovered[0] == id else "",
        )
        card = self._cards.get(id)
        if card is None or card.look is not look or card.state is not state or card.marks != marks:
            card = self._keep(
                id, _Card(look, state, marks, self._drawn(id, look, state, image, marks))
            )
        corner = transform.map(QPointF(-_MARGIN, -_MARGIN)) * ratio
        place = QPointF(round(corner.x()), round(corner.y())) / ratio
        painter.resetTransform()
        painter.setOpacity(_MUTED_OPACITY if look.node.mode == "muted" or faded else 1.0)
        painter.drawPixmap(place, card.picture)
        painter.setOpacity(1.0)
        painter.setWorldTransform(transform)

    def _keep(self, id: str, card: _Card) -> _Card:
        size = card.picture.width() * card.picture.height()
        if self._pixels + size > _PIXELS:
            self._cards.clear()
            self._pixels = 0
        self._pixels += size
        self._cards[id] = card
        return card

    def _drawn(
        self, id: str, look: Look, state: NodeState, image: QImage | None, marks: _Marks
    ) -> QPixmap:
        zoom, ratio, _, _, selected, _ = marks
        picture = empty_picture(look.shape.width, look.height, _MARGIN, zoom, ratio)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(zoom, zoom)
            painter.translate(_MARGIN, _MARGIN)
            self._body(painter, look, selected, state, zoom, ratio)
            self._header(painter, look, state)
            if not look.shape.collapsed:
                self._fields(painter, id, look, state)
                if look.picture is not None and image is not None:
                    self.picture(painter, id, look.picture, image)
                if look.card is not None:
                    self._error(painter, look.card, state, self.hovered == (id, "#copy"))
            self._sockets(painter, id, look.shape)
        return picture

    # --- the frame of it ---

    def _body(
        self,
        painter: QPainter,
        look: Look,
        selected: bool,
        state: NodeState,
        zoom: float,
        ratio: float,
    ) -> None:
        tint = look.tint if look.group is not None else ""
        key = (id(look.shape), tint, look.height, zoom, ratio, theme.current())
        plate = self._plates.get(key)
        if plate is None:
            if len(self._plates) >= _PLATES:
                self._plates.clear()
            plate = self._plates[key] = draw_plate(look, _MARGIN, zoom, ratio)
        transform = painter.worldTransform()
        painter.resetTransform()
        painter.drawPixmap(0, 0, plate)
        painter.setWorldTransform(transform)
        painter.setBrush(NO_BRUSH)
        if selected or state.error:
            painter.setPen(QPen(ink("accent"), 2.0) if selected else QPen(ink("error"), 1.5))
            painter.drawRoundedRect(QRectF(0, 0, look.shape.width, look.height), RADIUS, RADIUS)
        if look.node.mode == "bypassed":
            painter.setPen(QPen(ink("muted"), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(0, HEADER), QPointF(look.shape.width, HEADER))

    def _header(self, painter: QPainter, look: Look, state: NodeState) -> None:
        middle = (HEADER + STRIP) / 2
        draw_chevron(painter, QPointF(12, middle), look.shape.collapsed)
        right = look.shape.width - PAD
        if state.badge:
            draw_badge(painter, QPointF(right - 5, middle), state)
            right -= 16
        note = _note(look, state)
        row = QRectF(0, STRIP, right, HEADER - STRIP)
        if note:
            tint = ink("accent") if state.badge == "running" else ink("muted")
            right -= (
                draw_text(painter, row.adjusted(60, 0, 0, 0), note, "small", tint, right=True) + 6
            )
        place = QRectF(24, STRIP, right - 24, HEADER - STRIP)
        draw_text(painter, place, look.title, "title", ink("text"))
        if state.badge == "running":
            done = state.done / state.total if state.total else 0.0
            bar = QRectF(0, HEADER - 2, look.shape.width, 2)
            painter.fillRect(bar, ink("outline"))
            painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * done, 2), ink("accent"))

    # --- the rows ---

    def _fields(self, painter: QPainter, id: str, look: Look, state: NodeState) -> None:
        mirror = self._mirror
        for spot in look.shape.fields:
            name = spot.name
            draw_field(
                painter,
                spot,
                mirror.parameter_value(id, name),
                linked=mirror.link_into(id, name) is not None,
                faulty=bool(state.error) and state.parameter == name,
                hovered=self.hovered == (id, name),
            )
        if look.shape.hidden:
            text = QCoreApplication.translate("canvas", "{0} more in the inspector")
            text = text.format(look.shape.hidden)
            draw_text(painter, look.shape.hidden_row, text, "small", ink("muted"))

    def _error(self, painter: QPainter, card: QRectF, state: NodeState, hovered: bool) -> None:
        painter.setPen(QPen(ink("error"), 1))
        painter.setBrush(ink("error", 0.12))
        painter.drawRoundedRect(card, 4, 4)
        inner = card.adjusted(PAD, PAD / 2, -PAD, -CARD_FOOT)
        draw_paragraph(painter, inner, state.error, "small", ink("text"), CARD_LINES)
        button = copy_rect(card)
        painter.setPen(QPen(ink("outline"), 1))
        painter.setBrush(ink("field_hover" if hovered else "field"))
        painter.drawRoundedRect(button, 4, 4)
        text = QCoreApplication.translate("canvas", "Copy")
        draw_text(painter, button.adjusted(15, 0, -2, 0), text, "small", ink("text"))

    def picture(self, painter: QPainter, id: str, rect: QRectF, image: QImage) -> None:
        """Paint a node's picture into a box, with the proportions that it has."""
        zoom = painter.worldTransform().m11() * painter.device().devicePixelRatio()
        key = (
            image.cacheKey(),
            max(1, round(rect.width() * zoom)),
            max(1, round(rect.height() * zoom)),
        )
        held = self._fitted.get(id)
        if held is None or held[0] != key:
            if len(self._fitted) >= _PICTURES:
                self._fitted.clear()
            aspect, smooth = (
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            held = self._fitted[id] = key, image.scaled(key[1], key[2], aspect, smooth)
        width, height = held[1].width() / zoom, held[1].height() / zoom
        painter.fillRect(rect, ink("field"))
        corner = rect.center() - QPointF(width / 2, height / 2)
        painter.drawImage(QRectF(corner.x(), corner.y(), width, height), held[1])

    # --- sockets ---

    def _sockets(self, painter: QPainter, id: str, shape: Shape) -> None:
        mirror = self._mirror
        spots = _one_a_side(shape, mirror, id) if shape.collapsed else shape.spots
        for spot in spots:
            linked = mirror.is_linked(id, spot.output, spot.name)
            if spot.parameter and not linked:
                draw_dot(painter, spot.x, spot.y, spot.type)
            else:
                draw_socket(painter, spot.x, spot.y, spot.type, linked)


def _one_a_side(shape: Shape, mirror: Mirror, id: str) -> list[Spot]:
    """The sockets to draw on a collapsed node: on each side one that is linked, if any is."""
    shown: dict[bool, Spot] = {}
    for spot in shape.spots:
        if spot.output not in shown or mirror.is_linked(id, spot.output, spot.name):
            shown[spot.output] = spot
    return list(shown.values())


def _note(look: Look, state: NodeState) -> str:
    """What stands beside the title: how far the node is, or why it does nothing."""
    if state.badge == "running":
        steps = f"{state.done}/{state.total}" if state.total else state.text
        return f"{steps} · {time_text(state.eta)}" if state.eta is not None else steps
    if state.badge == "resumes":
        return f"{state.done}/{state.total}"
    if look.node.mode == "muted":
        return QCoreApplication.translate("canvas", "muted")
    if look.node.mode == "bypassed":
        return QCoreApplication.translate("canvas", "bypassed")
    if look.missing:
        return QCoreApplication.translate("canvas", "not installed")
    if look.group is not None:
        return QCoreApplication.translate("canvas", "{0} nodes").format(look.count)
    return ""
