"""Shows one model: its words, notes, licence and place, and the user's marks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.library.record import ModelFile
from nodeui.views.labels import breakable, brief, label, paragraph, set_tip

_LINES = 4  # of notes
_SHOWN = 12  # trigger words


class Details(QWidget):
    """The facts about the selected model; hidden without one."""

    add_requested = Signal(object)
    """A `Path`: make the node that loads this model."""
    words_requested = Signal(str)
    """Put trigger words into the prompt."""
    rated = Signal(object, int)
    """A `ModelFile` and its stars."""
    noted = Signal(object, str)
    """A `ModelFile` and the user's notes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: ModelFile | None = None
        self._words = paragraph(small=True, selectable=True)
        self._notes = paragraph(small=True, muted=True, selectable=True)
        self._place = paragraph(small=True, muted=True, selectable=True)
        self._licence = label(small=True, muted=True)
        self.own_notes = QLineEdit()
        self.own_notes.setPlaceholderText(tr("Your notes"))
        self.own_notes.setAccessibleName(tr("Your notes"))
        self.own_notes.editingFinished.connect(self._on_notes)
        self.add = QPushButton(tr("Add to the graph"))
        self.add.clicked.connect(self._on_add)
        self.use_words = QPushButton(tr("Use trigger words"))
        self.use_words.clicked.connect(self._on_words)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.use_words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._words, self._notes, self._licence, self._place, self.own_notes):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.hide()

    def show_model(self, model: ModelFile | None, can_add: bool) -> None:
        """Show a model; None hides everything.

        Args:
            model: The model.
            can_add: A node loads it.
        """
        self.setVisible(model is not None)
        same = model is not None and self._model is not None and model.path == self._model.path
        self._model = model
        if model is None:
            return
        words = ", ".join(model.words[:_SHOWN])
        tags = ", ".join(model.tags[:_SHOWN])
        self._set(self._words, breakable(words or tags, 40))
        set_tip(self._words, tr("Trigger words") if words else tr("Tags of its training pictures"))
        self._set(self._notes, breakable(brief(model.refused or model.notes, _LINES), 40))
        self._set(self._licence, tr("Licence: {0}", model.licence) if model.licence else "")
        hash_text = f"\n{tr('Hash')} {model.autov2}" if model.autov2 else ""
        self._set(self._place, breakable(str(model.path), 30) + hash_text)
        if not (same and self.own_notes.hasFocus()):
            self.own_notes.setText(model.own_notes)
        self.add.setEnabled(can_add)
        self.use_words.setEnabled(bool(words))

    @staticmethod
    def _set(widget: QLabel, text: str) -> None:
        widget.setText(text)
        widget.setVisible(bool(text))

    def _on_add(self) -> None:
        if self._model is not None:
            self.add_requested.emit(self._model.path)

    def _on_words(self) -> None:
        if self._model is not None:
            self.words_requested.emit(", ".join(self._model.words))

    def _on_notes(self) -> None:
        if self._model is not None and self.own_notes.text() != self._model.own_notes:
            self.noted.emit(self._model, self.own_notes.text())
