"""Drawing shared by all painters: theme colours, pens, text and socket symbols."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from nodeui.views import theme
from nodeui.views.canvas import scene
from nodeui.views.canvas.scene import Weight

NO_PEN = Qt.PenStyle.NoPen
NO_BRUSH = Qt.BrushStyle.NoBrush

_SOCKET = 5.0  # half the size of a socket
_NOT_CATEGORIES: Mapping[str, str] = {"group": "muted", "missing": "warning"}
_SYMBOL = 0.8  # scale of a link's type symbol, relative to a socket
_DOT = 3.0  # radius of a socket that is rarely linked


# --- colours and pens ---


@lru_cache(maxsize=256)
def _colour(token: str, alpha: float, name: theme.Name) -> QColor:
    return theme.colour(token, alpha)


def colour(token: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the current theme; cached, unlike `theme.colour`."""
    return _colour(token, alpha, theme.current())


@lru_cache(maxsize=256)
def _socket_colour(type: str, name: theme.Name) -> QColor:
    return theme.socket_colour(type) if type else theme.colour("muted")


@lru_cache(maxsize=256)
def _category_colour(category: str, name: theme.Name) -> QColor:
    if category in _NOT_CATEGORIES:
        return theme.colour(_NOT_CATEGORIES[category])
    own = QColor(category) if category.startswith("#") else QColor()
    return own if own.isValid() else theme.category_colour(category)


def socket_colour(type: str | None) -> QColor:
    """Return the colour of a socket type; None is that of placeholders."""
    return _socket_colour(type or "", theme.current())


def category_colour(category: str) -> QColor:
    """Return the colour of a category, of "group" or "missing", or the colour "#rrggbb"."""
    return _category_colour(category, theme.current())


def blend(a: QColor, b: QColor, part: float) -> QColor:
    """Return the mix of `part` of `a` and the rest of `b`."""
    rest = 1 - part
    return QColor.fromRgbF(
        a.redF() * part + b.redF() * rest,
        a.greenF() * part + b.greenF() * rest,
        a.blueF() * part + b.blueF() * rest,
    )


def round_pen(tint: QColor, width: float) -> QPen:
    """Return a pen with round ends and corners."""
    return QPen(
        tint, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )


def guide_pen(token: str, width: float) -> QPen:
    """Return a pen of a theme colour whose width is in pixels at every zoom."""
    pen = QPen(colour(token), width)
    pen.setCosmetic(True)
    return pen


# --- text ---


def draw_text(
    painter: QPainter, rect: QRectF, text: str, weight: Weight, pen: QColor, right: bool = False
) -> float:
    """Draw one line of text, elided, vertically centred in `rect`; returns its width."""
    label, width = scene.line(text, weight, round(rect.width()))
    painter.setFont(scene.font(weight))
    painter.setPen(pen)
    x = rect.right() - width if right else rect.left()
    y = rect.center().y() - label.size().height() / 2
    painter.drawStaticText(QPointF(x, y), label)
    return width


def draw_paragraph(
    painter: QPainter, rect: QRectF, text: str, weight: Weight, pen: QColor, lines: int
) -> None:
    """Draw wrapped text into `rect`, at most `lines` lines."""
    painter.setFont(scene.font(weight))
    painter.setPen(pen)
    label = scene.paragraph(text, weight, round(rect.width()), lines)
    painter.drawStaticText(rect.topLeft(), label)


# --- sockets ---


def _polygon(*corners: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def _ellipse(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), radius, radius)
    return path


def _half_circle() -> QPainterPath:
    path = QPainterPath(QPointF(0, -_SOCKET))
    path.arcTo(QRectF(-_SOCKET, -_SOCKET, 2 * _SOCKET, 2 * _SOCKET), 90, 180)
    path.closeSubpath()
    path.translate(_SOCKET / 2, 0)
    return path


_R = _SOCKET
_SHAPES: Mapping[theme.Shape, QPainterPath] = {
    "circle": _ellipse(_R),
    "diamond": _polygon((-_R - 1, 0), (0, -_R - 1), (_R + 1, 0), (0, _R + 1)),
    "square": _polygon((1 - _R, 1 - _R), (_R - 1, 1 - _R), (_R - 1, _R - 1), (1 - _R, _R - 1)),
    "half-circle": _half_circle(),
    "triangle": _polygon((-_R, -_R), (_R, 0), (-_R, _R)),
    "dot": _ellipse(_DOT),
}


def draw_socket(
    painter: QPainter, x: float, y: float, type: str | None, filled: bool, scale: float = 1.0
) -> None:
    """Draw a socket: filled if linked, else a ring."""
    tint = socket_colour(type)
    painter.translate(x, y)
    painter.scale(scale, scale)
    painter.setPen(QPen(tint if not filled else colour("canvas"), 1.5))
    painter.setBrush(tint if filled else colour("node"))
    painter.drawPath(_SHAPES[theme.socket_shape(type or "")])
    painter.scale(1 / scale, 1 / scale)
    painter.translate(-x, -y)


def draw_type_symbol(painter: QPainter, x: float, y: float, type: str, tint: QColor) -> None:
    """Draw the small shape of a socket type, on a link."""
    painter.translate(x, y)
    painter.scale(_SYMBOL, _SYMBOL)
    painter.setPen(NO_PEN)
    painter.setBrush(tint)
    painter.drawPath(_SHAPES[theme.socket_shape(type)])
    painter.scale(1 / _SYMBOL, 1 / _SYMBOL)
    painter.translate(-x, -y)


def draw_dot(painter: QPainter, x: float, y: float, type: str | None) -> None:
    """Draw the pale socket of a parameter that is not linked."""
    painter.setPen(NO_PEN)
    tint = QColor(socket_colour(type))
    tint.setAlphaF(0.55)
    painter.setBrush(tint)
    painter.drawEllipse(QPointF(x, y), _DOT - 0.5, _DOT - 0.5)
