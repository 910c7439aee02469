"""The popup for choosing a model from the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.library.record import ModelFile
from nodeui.library.searching import matching
from nodeui.views.known_models import known_models
from nodeui.views.labels import placeholder
from nodeui.views.model_list import MODEL_ROLE, ModelDelegate, ModelList
from nodeui.views.search_line import search_line

_WIDTH, _HEIGHT = 340, 380


class ModelPopup(QFrame):
    """Lists the models that a parameter can load; a click or Return chooses one.

    Args:
        models: Returns the models to choose from.
        parent: The field.
    """

    chosen = Signal(str)
    """The path of the chosen model."""

    def __init__(self, models: Callable[[], Sequence[ModelFile]], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._models = models
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.search = search_line(tr("Search models"))
        self._list = ModelList(self)
        self.list = QListView()
        self.list.setModel(self._list)
        self.list.setItemDelegate(ModelDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(tr("Models"))
        self._empty = placeholder(tr("The panel “Models” has no folder with such models yet."))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.search)
        column.addWidget(self.list)
        column.addWidget(self._empty, stretch=1)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        known_models().changed.connect(self._fill)

    def open_below(self, widget: QWidget, current: Path) -> None:
        """Show the models below a widget, with that of a path selected."""
        known_models().wanted.emit()
        self.search.clear()
        self._fill()
        paths = [model.path for model in self._list.models]
        if current in paths:
            self.list.setCurrentIndex(self._list.index(paths.index(current)))
        self.resize(_WIDTH, _HEIGHT)
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 2)))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        models = self._models()
        self._list.show_models(matching(models, self.search.text()))
        self.list.setVisible(bool(models))
        self._empty.setVisible(not models)
        if self._list.models and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._list.index(0))

    def _choose(self, index: QModelIndex) -> None:
        if self.isVisible() and index.isValid():  # a click may also activate the row
            model: ModelFile = index.data(MODEL_ROLE)
            self.hide()
            self.chosen.emit(str(model.path))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list with the arrow keys of the search line; Return chooses."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self.list.currentIndex().row()
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Up:
                    by = 1 if event.key() == Qt.Key.Key_Down else -1
                    last = self._list.rowCount() - 1
                    self.list.setCurrentIndex(self._list.index(min(max(0, row + by), last)))
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._choose(self.list.currentIndex())
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)
