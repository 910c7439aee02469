"""What the canvas paints with: texts laid out once, pens and socket shapes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QStaticText,
    QTextLayout,
    QTextOption,
)

from nodeui.views import theme

Weight = Literal["title", "text", "small"]

NO_PEN = Qt.PenStyle.NoPen
NO_BRUSH = Qt.BrushStyle.NoBrush

_LONGEST = 2000  # characters that are laid out; a file may hold any number
_LINE_END = "\u2028"  # line separator: QStaticText takes "\n" for a blank
_ANYWHERE = QTextOption()
_ANYWHERE.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
_SOCKET = 5.0  # half the size of a socket
_SIGNS: Mapping[str, str] = {"group": "muted", "missing": "warning"}  # what is no category
_SIGN = 0.8  # how large a link's sign is, by a socket
_DOT = 3.0  # of one that is seldom linked


@lru_cache(maxsize=3)
def font(weight: Weight) -> QFont:
    """The font of titles, of other text, or of small text."""
    return theme.font(small=weight == "small", bold=weight == "title")


@lru_cache(maxsize=3)
def metrics(weight: Weight) -> QFontMetricsF:
    """The measures of a font."""
    return QFontMetricsF(font(weight))


@lru_cache(maxsize=256)
def colour(token: str, alpha: float, look: theme.Name) -> QColor:
    """A colour of the theme `look`, which is the one in use."""
    return theme.colour(token, alpha)


def ink(token: str, alpha: float = 1.0) -> QColor:
    """A colour of the theme in use."""
    return colour(token, alpha, theme.current())


@lru_cache(maxsize=256)
def _socket_colour(type: str, look: theme.Name) -> QColor:
    return theme.socket_colour(type) if type else theme.colour("muted")


@lru_cache(maxsize=256)
def _category_colour(category: str, look: theme.Name) -> QColor:
    if category in _SIGNS:
        return theme.colour(_SIGNS[category])
    own = QColor(category) if category.startswith("#") else QColor()
    return own if own.isValid() else theme.category_colour(category)


def socket_colour(type: str | None) -> QColor:
    """The colour of a socket type; None is that of placeholders."""
    return _socket_colour(type or "", theme.current())


def category_colour(category: str) -> QColor:
    """The colour of a category, of "group" or "missing", or the one that "#rrggbb" names."""
    return _category_colour(category, theme.current())


def blend(a: QColor, b: QColor, part: float) -> QColor:
    """The colour that is `part` of `a` on `b`."""
    rest = 1 - part
    return QColor.fromRgbF(
        a.redF() * part + b.redF() * rest,
        a.greenF() * part + b.greenF() * rest,
        a.blueF() * part + b.blueF() * rest,
    )


def round_pen(tint: QColor, width: float) -> QPen:
    """A pen with round ends and corners."""
    return QPen(
        tint, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )


# --- text ---


@lru_cache(maxsize=8192)
def _laid_out(text: str, weight: Weight, width: float) -> tuple[QStaticText, float]:
    """A text cut to `width`, and how wide it then is."""
    line = " ".join(text[:_LONGEST].split())
    elided = metrics(weight).elidedText(line, Qt.TextElideMode.ElideRight, width)
    label = QStaticText(elided)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.prepare(font=font(weight))
    return label, label.size().width()


def draw_text(
    painter: QPainter, rect: QRectF, text: str, weight: Weight, pen: QColor, right: bool = False
) -> float:
    """Write one line of text, cut to fit, in the middle of `rect`'s height; returns its width."""
    label, width = _laid_out(text, weight, round(rect.width()))
    painter.setFont(font(weight))
    painter.setPen(pen)
    x = rect.right() - width if right else rect.left()
    y = rect.center().y() - label.size().height() / 2
    painter.drawStaticText(QPointF(x, y), label)
    return width


@lru_cache(maxsize=512)
def _wrapped(text: str, weight: Weight, width: float, lines: int) -> QStaticText:
    """A text of several lines, the last one cut where there are more."""
    taken: list[str] = []
    for paragraph in text[:_LONGEST].splitlines():
        if len(taken) <= lines:
            taken += _broken(paragraph.replace("\t", "    "), weight, width, lines + 1)
    shown = taken[:lines]
    if len(taken) > lines:
        cut, elide = f"{shown[-1]}…", Qt.TextElideMode.ElideRight
        shown[-1] = metrics(weight).elidedText(cut, elide, width)
    label = QStaticText(_LINE_END.join(shown))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.prepare(font=font(weight))
    return label


def _broken(paragraph: str, weight: Weight, width: float, most: int) -> list[str]:
    """The first lines of a paragraph: broken between words, or within one longer than a line."""
    units = paragraph.encode("utf-16-le", "replace")  # Qt counts in these
    layout = QTextLayout(paragraph, font(weight))
    layout.setTextOption(_ANYWHERE)
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start, length = line.textStart(), line.textLength()
        lines.append(units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace"))
    layout.endLayout()
    return [line.rstrip(" ") for line in lines] or [""]


def draw_paragraph(
    painter: QPainter, rect: QRectF, text: str, weight: Weight, pen: QColor, lines: int
) -> None:
    """Write wrapped text into `rect`, at most `lines` lines of it."""
    painter.setFont(font(weight))
    painter.setPen(pen)
    painter.drawStaticText(rect.topLeft(), _wrapped(text, weight, round(rect.width()), lines))


def wrapped_lines(text: str, weight: Weight, width: float) -> int:
    """How many lines a wrapped text has."""
    label = _wrapped(text, weight, round(width), 1000)
    return max(1, label.text().count(_LINE_END) + 1)


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
    """Draw a socket: filled where it is linked, a ring where it is not."""
    tint = socket_colour(type)
    painter.translate(x, y)
    painter.scale(scale, scale)
    painter.setPen(QPen(tint if not filled else ink("canvas"), 1.5))
    painter.setBrush(tint if filled else ink("node"))
    painter.drawPath(_SHAPES[theme.socket_shape(type or "")])
    painter.scale(1 / scale, 1 / scale)
    painter.translate(-x, -y)


def draw_sign(painter: QPainter, x: float, y: float, type: str, tint: QColor) -> None:
    """Draw the shape of a socket type in small, on a link."""
    painter.translate(x, y)
    painter.scale(_SIGN, _SIGN)
    painter.setPen(NO_PEN)
    painter.setBrush(tint)
    painter.drawPath(_SHAPES[theme.socket_shape(type)])
    painter.scale(1 / _SIGN, 1 / _SIGN)
    painter.translate(-x, -y)


def draw_dot(painter: QPainter, x: float, y: float, type: str | None) -> None:
    """Draw the socket of a parameter that is not linked: there, but quiet."""
    painter.setPen(NO_PEN)
    tint = QColor(socket_colour(type))
    tint.setAlphaF(0.55)
    painter.setBrush(tint)
    painter.drawEllipse(QPointF(x, y), _DOT - 0.5, _DOT - 0.5)
