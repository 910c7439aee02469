"""Labels in the fonts and colours of the theme."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from nodeui.views import theme


def label(
    text: str = "", *, bold: bool = False, small: bool = False, muted: bool = False
) -> QLabel:
    """Make a single-line label."""
    made = Label(text)
    made.setFont(theme.font(bold=bold, small=small))
    made.setProperty("muted", muted)
    return made


def paragraph(
    text: str = "",
    *,
    bold: bool = False,
    small: bool = False,
    muted: bool = False,
    selectable: bool = False,
) -> QLabel:
    """Make a label for plain text of any length, which wraps; `selectable` with the mouse."""
    made = label(text, bold=bold, small=small, muted=muted)
    made.setWordWrap(True)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def placeholder(text: str = "") -> QLabel:
    """Make the label in the middle of a panel that has nothing to show."""
    made = paragraph(text, muted=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


class Label(QLabel):
    """A label that shows its text as it is: file names and titles are never rich text."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.setTextFormat(Qt.TextFormat.PlainText)


def plain_tip(text: str) -> str:
    """Return a text for a tool tip, which Qt would otherwise render as rich text if it can."""
    if "<" not in text:
        return text
    return f"<qt><span style='white-space:pre-wrap'>{escape(text)}</span></qt>"
