"""The search field of panels and popups."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from nodeui.views.icons import icon


def search_line(text: str, parent: QWidget | None = None) -> QLineEdit:
    """Make a search field with `text` as its placeholder and accessible name."""
    line = QLineEdit(parent)
    line.setPlaceholderText(text)
    line.setAccessibleName(text)
    line.setClearButtonEnabled(True)
    line.addAction(icon("magnify", "muted"), QLineEdit.ActionPosition.LeadingPosition)
    return line
