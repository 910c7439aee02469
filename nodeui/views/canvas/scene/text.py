"""Texts laid out once and cached: fonts, lines cut to fit, wrapped paragraphs."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText, QTextLayout, QTextOption

from nodeui.views import theme

Weight = Literal["title", "text", "small"]

_LONGEST = 2000  # characters that are laid out; a file may contain any number
_LINE_END = "\u2028"  # line separator: QStaticText turns "\n" into a blank
_ANYWHERE = QTextOption()
_ANYWHERE.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)


@lru_cache(maxsize=3)
def font(weight: Weight) -> QFont:
    """Return the font of titles, body text or small text."""
    return theme.font(small=weight == "small", bold=weight == "title")


@lru_cache(maxsize=3)
def metrics(weight: Weight) -> QFontMetricsF:
    """Return the metrics of a font."""
    return QFontMetricsF(font(weight))


@lru_cache(maxsize=8192)
def line(text: str, weight: Weight, width: float) -> tuple[QStaticText, float]:
    """Return a text elided to one line of `width`, and its actual width."""
    single = " ".join(text[:_LONGEST].split())
    elided = metrics(weight).elidedText(single, Qt.TextElideMode.ElideRight, width)
    label = QStaticText(elided)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.prepare(font=font(weight))
    return label, label.size().width()


@lru_cache(maxsize=512)
def paragraph(text: str, weight: Weight, width: float, lines: int) -> QStaticText:
    """Return a text wrapped to `width` and at most `lines` lines; the last one may be elided."""
    wrapped: list[str] = []
    for part in text[:_LONGEST].splitlines():
        if len(wrapped) <= lines:
            wrapped += _wrap(part.replace("\t", "    "), weight, width, lines + 1)
    shown = wrapped[:lines]
    if len(wrapped) > lines:
        cut, elide = f"{shown[-1]}…", Qt.TextElideMode.ElideRight
        shown[-1] = metrics(weight).elidedText(cut, elide, width)
    label = QStaticText(_LINE_END.join(shown))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.prepare(font=font(weight))
    return label


def _wrap(text: str, weight: Weight, width: float, most: int) -> list[str]:
    """Return the first lines of a paragraph, broken between words or within overlong ones."""
    units = text.encode("utf-16-le", "replace")  # Qt counts UTF-16 units
    layout = QTextLayout(text, font(weight))
    layout.setTextOption(_ANYWHERE)
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most and (part := layout.createLine()).isValid():
        part.setLineWidth(width)
        start, length = part.textStart(), part.textLength()
        lines.append(units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace"))
    layout.endLayout()
    return [each.rstrip(" ") for each in lines] or [""]


def line_count(text: str, weight: Weight, width: float) -> int:
    """Return the number of lines of a wrapped text."""
    label = paragraph(text, weight, round(width), 1000)
    return max(1, label.text().count(_LINE_END) + 1)
