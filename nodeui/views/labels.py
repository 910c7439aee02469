"""Labels, tool tips, entries of menus and message boxes that show texts as they are.

Names of files, titles, and the texts of node packs may contain `<b>`, `&` or line breaks. Qt takes
some of these for rich text, or for the mark of a key. Therefore no other module of the editor makes
a `QLabel` or `QMessageBox`, or sets a tool tip.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any, NewType, Protocol

from PySide6.QtCore import QPoint
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QToolTip, QWhatsThis, QWidget

from nodeui.views import theme

Tip = NewType("Tip", str)
"""The text of a tool tip; made by `plain_tip` or `titled_tip`."""

_WRAPPED = 90  # characters of a line; Qt wraps rich text only
_LONGEST_TITLE = 120
_LONGEST_ENTRY = 100
_LONGEST_LINE = 240
_LONGEST_TIP = 1200
_WORD = 50  # in dialogs, whose texts are copied, only longer words are broken


# --- labels --------------------------------------------------------------------------------------


class Label(QLabel):
    """A label that shows its text as it is: file names and titles are never rich text."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.setTextFormat(Qt.TextFormat.PlainText)


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


# --- tool tips -----------------------------------------------------------------------------------


class _HasTip(Protocol):
    """A widget, an action or an item of a list."""

    def setToolTip(self, toolTip: str, /) -> object: ...


def set_tip(target: _HasTip, text: str) -> None:
    """Set the tool tip of a widget, action or item."""
    target.setToolTip(plain_tip(text))


def plain_tip(text: str) -> Tip:
    """Return the tool tip that shows a text as it is; long lines wrap, and a very long text ends
    with "…"."""
    text = _cut(text, _LONGEST_TIP)
    if not Qt.mightBeRichText(text) and all(len(row) <= _WRAPPED for row in text.splitlines()):
        return Tip(text)
    return Tip(f"<qt><span style='white-space:pre-wrap'>{escape(breakable(text))}</span></qt>")


def titled_tip(title: str, *paragraphs: str) -> Tip:
    """Return a tool tip with a title in bold type; empty paragraphs are left out."""
    body = "".join(
        f"<p style='margin-top:4px'>{escape(breakable(_cut(text, _LONGEST_TIP)))}</p>"
        for text in paragraphs
        if text
    )
    return Tip(f"<qt><b>{escape(breakable(one_line(title, _LONGEST_TITLE)))}</b>{body}</qt>")


def show_tip(place: QPoint, tip: Tip, widget: QWidget) -> None:
    """Show a tool tip of a widget now, at a place in global pixels."""
    QToolTip.showText(place, tip, widget)


def show_help(place: QPoint, tip: Tip, widget: QWidget) -> None:
    """Show a longer tip until the next click or key, at a place in global pixels."""
    QWhatsThis.showText(place, tip, widget)


# --- entries, titles, messages -------------------------------------------------------------------


def plain_entry(text: str) -> str:
    """Return the text of a button, tab or menu entry that shows a text as it is.

    It has one line, as a tab would begin the column of keys, and no mnemonic; the middle of a long
    text is left out.
    """
    line = one_line(text, 2 * _LONGEST_ENTRY)
    if len(line) > _LONGEST_ENTRY:
        line = f"{line[: _LONGEST_ENTRY // 2]}…{line[-_LONGEST_ENTRY // 2 :]}"
    return line.replace("&", "&&")


def plain_title(text: str) -> str:
    """Return a window title that shows a text as it is; Qt replaces "[*]" in titles."""
    return one_line(text, _LONGEST_LINE).replace("[*]", "[*][*]")


def message_box(parent: QWidget, text: str, more: str = "", details: str = "") -> QMessageBox:
    """Make a message box without buttons.

    Args:
        parent: The window.
        text: The message.
        more: A second paragraph.
        details: A long text, which a button shows.
    """
    box = QMessageBox(parent)
    box.setWindowTitle("NodeUI")
    box.setText(breakable(text, _WORD))
    box.setInformativeText(breakable(more, _WORD))
    if details:
        box.setDetailedText(details)
    for part in box.findChildren(QLabel):
        part.setTextFormat(Qt.TextFormat.PlainText)
    return box


def show_details(parent: QWidget, text: str) -> None:
    """Show a long message: its first line, and all of it below."""
    box = message_box(parent, brief(text), details=text)
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    for button in box.buttons():
        if box.buttonRole(button) == QMessageBox.ButtonRole.ActionRole:
            button.click()  # unfolds the details
    box.exec()
    box.deleteLater()


# --- texts ---------------------------------------------------------------------------------------


def brief(text: str, most: int = 1) -> str:
    """Return the first `most` lines of a message, with "…" where more follows."""
    lines = text.strip().splitlines()
    shown = [_cut(line, _LONGEST_LINE) for line in lines[:most]]
    return "\n".join(shown) + (" …" if len(lines) > most else "")


def one_line(text: str, longest: int) -> str:
    """Return a text on one line of at most so many characters."""
    return _cut(" ".join(text[: 4 * longest].split()), longest)


def breakable(text: str, longest: int = 16) -> str:
    """Return a text in which words of more characters, such as paths, can be broken."""
    return re.sub(rf"\S{{{longest}}}(?=\S)", lambda word: word[0] + "\u200b", text)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
