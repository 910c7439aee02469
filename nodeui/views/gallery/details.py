"""The details of the picture selected in the gallery."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.views.gallery.model import Pictures, when
from nodeui.views.gallery.pictures import Picture, prompts
from nodeui.views.labels import breakable, paragraph

_LONGEST_WORD = 24


class Details(QScrollArea):
    """Shows name, time and prompt of a picture, and what changed since the previous picture."""

    def __init__(self, model: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Details of the picture"))
        self._model = model
        self.name = paragraph(bold=True, selectable=True)
        self.about = paragraph(small=True, muted=True, selectable=True)
        self.prompt = paragraph(selectable=True)
        self.heading = paragraph(small=True, muted=True, selectable=True)
        self.changes = paragraph(small=True, selectable=True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 12, 8)
        column.setSpacing(4)
        self._labels = (self.name, self.about, self.prompt, self.heading, self.changes)
        for label in self._labels:
            column.addWidget(label)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_picture(None)

    def show_picture(self, picture: Picture | None) -> None:
        """Show a picture; None clears the details."""
        if picture is None:
            for label in self._labels:
                label.hide()
            return
        _set_text(self.name, picture.path.name)
        size = QLocale().formattedDataSize(picture.size)
        _set_text(self.about, f"{when(picture)}  ·  {size}")
        workflow = self._model.workflow(picture)
        _set_text(self.prompt, "\n".join(prompts(workflow, self._model.specs)) if workflow else "")
        lines = self._model.differences(picture)
        if workflow is None:
            _set_text(self.heading, tr("Contains no workflow."))
        elif lines is None:
            _set_text(self.heading, tr("First picture with a workflow."))
        elif not lines:
            _set_text(self.heading, tr("Same settings as the previous picture."))
        else:
            _set_text(self.heading, tr("Changed since the previous picture:"))
        _set_text(self.changes, "\n".join(lines or ()))


def _set_text(label: QLabel, text: str) -> None:
    """Set the text of a label; an empty one is hidden."""
    label.setText(breakable(text, _LONGEST_WORD))
    label.setVisible(bool(text))
