"""What the gallery says of the selected picture."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.gallery.model import Pictures, when
from nodeui.views.gallery.recipe import Picture, prompts


class Details(QScrollArea):
    """Name and time, the prompt, and what differs from the picture before."""

    def __init__(self, model: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Details of the picture"))
        self._model = model
        self.name = _label(bold=True)
        self.about = _label(small=True, muted=True)
        self.prompt = _label()
        self.heading = _label(small=True, muted=True)
        self.changes = _label(small=True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 12, 8)
        column.setSpacing(4)
        for label in (self.name, self.about, self.prompt, self.heading, self.changes):
            column.addWidget(label)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_picture(None)

    def show_picture(self, picture: Picture | None) -> None:
        """Show what is known of a picture."""
        if picture is None:
            for label in (self.name, self.about, self.prompt, self.heading, self.changes):
                label.hide()
            return
        self._say(self.name, picture.path.name)
        size = QLocale().formattedDataSize(picture.size)
        self._say(self.about, f"{when(picture)}  ·  {size}")
        recipe = self._model.recipe(picture)
        self._say(self.prompt, "\n".join(prompts(recipe, self._model.specs)) if recipe else "")
        lines = self._model.differences(picture)
        if recipe is None:
            self._say(self.heading, tr("It carries no workflow."))
        elif lines is None:
            self._say(self.heading, tr("The first one with a workflow."))
        elif not lines:
            self._say(self.heading, tr("Made like the one before."))
        else:
            self._say(self.heading, tr("Differs from the one before:"))
        self._say(self.changes, "\n".join(lines or ()))

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def _label(*, bold: bool = False, small: bool = False, muted: bool = False) -> QLabel:
    label = QLabel()
    label.setFont(theme.font(bold=bold, small=small))
    label.setProperty("muted", muted)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
