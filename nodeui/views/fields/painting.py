"""The field of a painting: the number of its strokes, and buttons to paint or remove them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.views.fields.editor import FieldEditor
from nodeui.views.fields.simple import fill
from nodeui.views.fields.text import text_of
from nodeui.views.labels import label


class PaintingEditor(FieldEditor):
    """Shows how much is painted, opens the easel, and clears the painting."""

    paint_requested = Signal()
    """The user wants to paint."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._count = label()
        self._paint = QPushButton(tr("Paint"))
        self._paint.clicked.connect(self.paint_requested)
        self._clear = QPushButton(tr("Clear"))
        self._clear.clicked.connect(self._cleared)
        fill(self, self._count, self._paint, self._clear)
        self.setFocusProxy(self._paint)
        self._show(value)

    def _show(self, value: Any) -> None:
        self._count.setText(text_of(self.parameter, value))
        self._clear.setEnabled(bool(value))

    def _cleared(self) -> None:
        self._report(())
        self._commit(())
        self._show(())
