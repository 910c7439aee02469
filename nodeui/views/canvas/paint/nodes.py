"""Painting of single nodes in full detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from nodeui.graph.wording import tr
from nodeui.session.pictures import PictureBatch
from nodeui.session.states import NodeState
from nodeui.views import theme
from nodeui.views.canvas.paint.contact_sheet import contact_sheet, draw_count
from nodeui.views.canvas.paint.drawing import (
    NO_BRUSH,
    colour,
    draw_dot,
    draw_paragraph,
    draw_socket,
    draw_text,
)
from nodeui.views.canvas.paint.fields import draw_field
from nodeui.views.canvas.paint.node_background import (
    draw_background,
    draw_badge,
    draw_chevron,
    draw_swatches,
    empty_picture,
)
from nodeui.views.canvas.scene import (
    CARD_FOOT,
    CARD_LINES,
    HEADER,
    PAD,
    STRIP,
    CanvasState,
    Mirror,
    NodeLayout,
    Shape,
    Spot,
)
from nodeui.views.theme import RADIUS

_MUTED_OPACITY = 0.45
_BACKGROUNDS = 64  # backgrounds in the cache
_IMAGES = 256  # scaled images in the cache
_PIXELS = 24_000_000  # pixels of painted nodes in the cache
_MARGIN = 12.0  # around a painted node, for sockets and shadow


def time_text(seconds: float) -> str:
    """Return the text of a remaining time: "3 s left", "2 min left"."""
    if seconds < 90:
        return tr("{0} s left", max(1, round(seconds)))
    return tr("{0} min left", round(seconds / 60))


_Appearance: TypeAlias = tuple[float, float, str, int, bool, str, tuple[str, ...]]
"""Zoom, device pixel ratio, theme, key of the pictures, selected, hovered part, swatches."""


@dataclass(frozen=True, slots=True)
class _Painted:
    """A painted node, and everything that it depends on."""

    layout: NodeLayout
    state: NodeState
    appearance: _Appearance
    picture: QPixmap


class NodePainter:
    """Paints the nodes of a scene.

    Args:
        mirror: The scene.
        state: Its transient state: the hovered field.
    """

    def __init__(self, mirror: Mirror, state: CanvasState) -> None:
        self._mirror = mirror
        self._state = state
        self._painted: dict[str, _Painted] = {}
        self._pixels = 0
        self._backgrounds: dict[tuple[int, str, float, float, float, str], QPixmap] = {}
        self._scaled: dict[str, tuple[tuple[int, int, int], QImage]] = {}

    def paint(self, painter: QPainter, key: str, faded: bool = False) -> None:
        """Paint a node; the painter is in the coordinates of the node.

        The painted node is cached until something about it changes.
        """
        mirror, hovered = self._mirror, self._state.hovered
        layout, state = mirror.layouts[key], mirror.state_of(key)
        batch = mirror.pictures_of(key) if layout.picture is not None else None
        transform, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        appearance = (
            transform.m11(),
            ratio,
            theme.current(),
            batch.key if batch is not None else 0,
            key in mirror.selected,
            hovered[1] if hovered is not None and hovered[0] == key else "",
            layout.swatches,
        )
        painted = self._painted.get(key)
        if (
            painted is None
            or painted.layout is not layout
            or painted.state is not state
            or painted.appearance != appearance
        ):
            picture = self._paint_node(key, layout, state, batch, appearance)
            painted = self._keep(key, _Painted(layout, state, appearance, picture))
        corner = transform.map(QPointF(-_MARGIN, -_MARGIN)) * ratio
        place = QPointF(round(corner.x()), round(corner.y())) / ratio
        painter.resetTransform()
        painter.setOpacity(_MUTED_OPACITY if layout.node.mode == "muted" or faded else 1.0)
        painter.drawPixmap(place, painted.picture)
        painter.setOpacity(1.0)
        painter.setWorldTransform(transform)

    def _keep(self, key: str, painted: _Painted) -> _Painted:
        size = painted.picture.width() * painted.picture.height()
        if self._pixels + size > _PIXELS:
            self._painted.clear()
            self._pixels = 0
        self._pixels += size
        self._painted[key] = painted
        return painted

    def _paint_node(
        self,
        key: str,
        layout: NodeLayout,
        state: NodeState,
        batch: PictureBatch | None,
        appearance: _Appearance,
    ) -> QPixmap:
        zoom, ratio, _, _, selected, _, _ = appearance
        picture = empty_picture(layout.shape.width, layout.height, _MARGIN, zoom, ratio)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(zoom, zoom)
            painter.translate(_MARGIN, _MARGIN)
            self._paint_body(painter, layout, selected, state, zoom, ratio)
            self._paint_header(painter, layout, state)
            if not layout.shape.collapsed:
                self._paint_fields(painter, key, layout, state)
                if layout.picture is not None and batch is not None:
                    self.paint_pictures(painter, key, layout.picture, batch)
                if layout.card is not None and layout.copy_button is not None:
                    hovered = self._state.hovered == (key, "#copy")
                    self._paint_error(painter, layout.card, layout.copy_button, state, hovered)
            self._paint_sockets(painter, key, layout.shape)
        return picture

    # --- body and header ---

    def _paint_body(
        self,
        painter: QPainter,
        layout: NodeLayout,
        selected: bool,
        state: NodeState,
        zoom: float,
        ratio: float,
    ) -> None:
        shape, height = layout.shape, layout.height
        transform = painter.worldTransform()
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._background(layout, zoom, ratio))
        painter.setWorldTransform(transform)
        painter.setBrush(NO_BRUSH)
        if selected or state.error:
            painter.setPen(QPen(colour("accent"), 2.0) if selected else QPen(colour("error"), 1.5))
            painter.drawRoundedRect(QRectF(0, 0, shape.width, height), RADIUS, RADIUS)
        if layout.node.mode == "bypassed":
            painter.setPen(QPen(colour("muted"), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(0, HEADER), QPointF(shape.width, HEADER))

    def _background(self, layout: NodeLayout, zoom: float, ratio: float) -> QPixmap:
        tint = layout.tint if layout.group is not None else ""
        key = (id(layout.shape), tint, layout.height, zoom, ratio, theme.current())
        background = self._backgrounds.get(key)
        if background is None:
            if len(self._backgrounds) >= _BACKGROUNDS:
                self._backgrounds.clear()
            background = draw_background(layout, _MARGIN, zoom, ratio)
            self._backgrounds[key] = background
        return background

    def _paint_header(self, painter: QPainter, layout: NodeLayout, state: NodeState) -> None:
        middle, width = (HEADER + STRIP) / 2, layout.shape.width
        draw_chevron(painter, QPointF(12, middle), layout.shape.collapsed)
        right = width - PAD
        if state.badge:
            draw_badge(painter, QPointF(right - 5, middle), state)
            right -= 16
        if state.warnings:
            row = QRectF(right - 12, STRIP, 12, HEADER - STRIP)
            right -= draw_text(painter, row, "!", "title", colour("warning"), right=True) + 6
        note = _note(layout, state)
        if note:
            row = QRectF(60, STRIP, right - 60, HEADER - STRIP)
            tint = colour("accent") if state.badge == "running" else colour("muted")
            right -= draw_text(painter, row, note, "small", tint, right=True) + 6
        if layout.swatches:
            right -= draw_swatches(painter, QPointF(right, middle), layout.swatches) + 6
        place = QRectF(24, STRIP, right - 24, HEADER - STRIP)
        draw_text(painter, place, layout.title, "title", colour("text"))
        if state.badge == "running":
            done = state.done / state.total if state.total else 0.0
            bar = QRectF(0, HEADER - 2, width, 2)
            painter.fillRect(bar, colour("outline"))
            painter.fillRect(QRectF(bar.left(), bar.top(), width * done, 2), colour("accent"))

    # --- content ---

    def _paint_fields(
        self, painter: QPainter, key: str, layout: NodeLayout, state: NodeState
    ) -> None:
        mirror, hovered = self._mirror, self._state.hovered
        for spot in layout.shape.fields:
            name = spot.name
            draw_field(
                painter,
                spot,
                mirror.parameter_value(key, name),
                linked=mirror.link_into(key, name) is not None,
                faulty=bool(state.error) and state.parameter == name,
                hovered=hovered == (key, name),
            )
        if layout.shape.hidden:
            text = tr("{0} more in the inspector", layout.shape.hidden)
            draw_text(painter, layout.shape.hidden_row, text, "small", colour("muted"))

    def _paint_error(
        self, painter: QPainter, card: QRectF, button: QRectF, state: NodeState, hovered: bool
    ) -> None:
        painter.setPen(QPen(colour("error"), 1))
        painter.setBrush(colour("error", 0.12))
        painter.drawRoundedRect(card, 4, 4)
        inner = card.adjusted(PAD, PAD / 2, -PAD, -CARD_FOOT)
        draw_paragraph(painter, inner, state.error, "small", colour("text"), CARD_LINES)
        painter.setPen(QPen(colour("outline"), 1))
        painter.setBrush(colour("field_hover" if hovered else "field"))
        painter.drawRoundedRect(button, 4, 4)
        draw_text(painter, button.adjusted(15, 0, -2, 0), tr("Copy"), "small", colour("text"))

    def paint_pictures(
        self, painter: QPainter, key: str, rect: QRectF, batch: PictureBatch
    ) -> None:
        """Paint a node's picture into a box, keeping its proportions; a batch as a contact sheet
        with the number of pictures."""
        zoom = painter.worldTransform().m11() * painter.device().devicePixelRatio()
        size = max(1, round(rect.width() * zoom)), max(1, round(rect.height() * zoom))
        wanted = (batch.key, *size)
        held = self._scaled.get(key)
        if held is None or held[0] != wanted:
            if len(self._scaled) >= _IMAGES:
                self._scaled.clear()
            held = self._scaled[key] = wanted, contact_sheet(batch, QSize(*size), zoom)
        painter.fillRect(rect, colour("field"))
        width, height = held[1].width() / zoom, held[1].height() / zoom
        corner = rect.center() - QPointF(width / 2, height / 2)
        painter.drawImage(QRectF(corner.x(), corner.y(), width, height), held[1])
        if batch.count > 1:
            draw_count(painter, rect, batch.count)

    # --- sockets ---

    def _paint_sockets(self, painter: QPainter, key: str, shape: Shape) -> None:
        mirror = self._mirror
        spots = _one_per_side(shape, mirror, key) if shape.collapsed else shape.spots
        for spot in spots:
            linked = mirror.is_linked(key, spot.output, spot.name)
            if spot.parameter and not linked:
                draw_dot(painter, spot.x, spot.y, spot.type)
            else:
                draw_socket(painter, spot.x, spot.y, spot.type, linked)


def _one_per_side(shape: Shape, mirror: Mirror, key: str) -> list[Spot]:
    """Return the sockets to draw on a collapsed node: one per side, a linked one if any."""
    shown: dict[bool, Spot] = {}
    for spot in shape.spots:
        if spot.output not in shown or mirror.is_linked(key, spot.output, spot.name):
            shown[spot.output] = spot
    return list(shown.values())


def _note(layout: NodeLayout, state: NodeState) -> str:
    """Return the text beside the title: the node's progress, or why it does not run."""
    if state.badge == "running":
        steps = f"{state.done}/{state.total}" if state.total else state.text
        return f"{steps} · {time_text(state.eta)}" if state.eta is not None else steps
    if state.badge == "resumes":
        return f"{state.done}/{state.total}"
    if layout.node.mode == "muted":
        return tr("muted")
    if layout.node.mode == "bypassed":
        return tr("bypassed")
    if layout.missing:
        return tr("not installed")
    if layout.group is not None:
        return tr("{0} nodes", layout.count)
    return ""
