"""The keys of the gallery, in the list and in the tree."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

KEYS: Sequence[tuple[str, str]] = (
    ("0 - 5", "Rate the selected pictures of the gallery"),
    ("6 - 9", "Give them a colour label"),
    ("X", "Reject them"),
    ("T", "Tag them"),
    ("L", "Show what the picture was made from"),
    ("Space", "Show the picture of the gallery in the viewer"),
    ("Del", "Move the selected pictures to the bin"),
)
"""Keys and what they do, in English, for the list of shortcuts."""

_PLAIN = {
    Qt.Key.Key_Delete,
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_F2,
    Qt.Key.Key_X,
    Qt.Key.Key_L,
    Qt.Key.Key_T,
    Qt.Key.Key_Escape,
}
_CONTROL = {Qt.Key.Key_Z, Qt.Key.Key_A, Qt.Key.Key_C}


def claims(event: QEvent) -> bool:
    """True for a key that the gallery takes before the window takes it for a shortcut."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ControlModifier:
        return key in _CONTROL
    return not modifiers and (key in _PLAIN or Qt.Key.Key_0 <= key <= Qt.Key.Key_9)
