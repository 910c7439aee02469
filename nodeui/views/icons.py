"""Icons and socket symbols in the colours of the theme."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QToolButton, QWidget

from nodeui.graph.wording import words
from nodeui.views import theme
from nodeui.views.labels import set_tip


def icon(name: str, token: str = "text") -> QIcon:
    """Return a Material Design icon.

    Args:
        name: Its name at materialdesignicons.com, such as "dice-5".
        token: The field of `theme.Tokens` with its colour.

    Raises:
        KeyError: There is no icon of this name.
    """
    return QIcon(_Glyph(_codes()[name], token))


class _Glyph(QIconEngine):
    """Paints a letter of the icon font, in the colour that the theme has when it is painted.

    Args:
        letter: The letter.
        token: The field of `theme.Tokens` with its colour.
    """

    def __init__(self, letter: str, token: str) -> None:
        super().__init__()
        self._letter = letter
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        font = QFont(_family())
        font.setPixelSize(rect.height())
        painter.save()
        painter.setFont(font)
        if mode == QIcon.Mode.Disabled:
            painter.setPen(theme.colour("muted", 0.5))
        else:
            painter.setPen(theme.colour("accent" if state == QIcon.State.On else self._token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Glyph(self._letter, self._token)


@cache
def _fonts() -> Path:
    """Return the folder of qtawesome's fonts; importing qtawesome would take 0.25 s."""
    spec = find_spec("qtawesome")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "fonts"


@cache
def _codes() -> dict[str, str]:
    """Return the letters of the icon font, by name."""
    (file,) = _fonts().glob("materialdesignicons6-webfont-charmap-*.json")
    codes = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def _family() -> str:
    """Return the family of the icon font, after loading it."""
    (file,) = _fonts().glob("materialdesignicons6-webfont-*.ttf")
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))[0]


class IconButton(QToolButton):
    """A flat button with an icon that follows the theme.

    Args:
        name: The icon, as in `icon`.
        text: Its tool tip and accessible name.
        parent: The parent widget.
    """

    def __init__(self, name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(QSize(26, 26))
        self.describe(name, text)

    def describe(self, name: str, text: str) -> None:
        """Change icon, tool tip and accessible name."""
        self._name = name
        self.setIcon(icon(name))
        set_tip(self, text)
        self.setAccessibleName(text)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Paint without a style sheet, as a panel has many buttons and style sheets are slow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        lit = self.isEnabled() and self.underMouse()
        if self.isDown() or self.isChecked() or lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("field_hover" if lit else "selection"))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        state = QIcon.State.On if self.isChecked() else QIcon.State.Off
        flags = Qt.AlignmentFlag.AlignCenter
        self.icon().paint(painter, self.rect().adjusted(5, 5, -5, -5), flags, mode, state)


class SocketGlyph(QWidget):
    """The symbol of a socket type: its colour and shape."""

    def __init__(self, type: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type = type
        self.setFixedSize(QSize(14, 14))
        set_tip(self, words(type))
        self.setAccessibleName(words(type))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_socket(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), self._type)


def paint_socket(painter: QPainter, box: QRectF, type: str) -> None:
    """Paint the symbol of a socket type into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.socket_colour(type))
    middle = box.center()
    match theme.socket_shape(type):
        case "circle":
            painter.drawEllipse(box)
        case "dot":
            painter.drawEllipse(middle, box.width() / 3, box.height() / 3)
        case "square":
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        case "diamond":
            corners = [
                QPointF(middle.x(), box.top()),
                QPointF(box.right(), middle.y()),
                QPointF(middle.x(), box.bottom()),
                QPointF(box.left(), middle.y()),
            ]
            painter.drawPolygon(corners)
        case "triangle":
            right = QPointF(box.right(), middle.y())
            painter.drawPolygon([box.topLeft(), right, box.bottomLeft()])
        case "half-circle":
            painter.drawPie(box, 90 * 16, -180 * 16)
    painter.restore()
