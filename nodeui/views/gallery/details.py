"""The details of the picture selected in the gallery, with its marks to edit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import counted, tr
from nodeui.pictures.record import Picture
from nodeui.views import theme
from nodeui.views.gallery.model import when
from nodeui.views.gallery.query_line import Completion
from nodeui.views.gallery.stars import Stars, label_colour, label_names
from nodeui.views.icons import icon
from nodeui.views.labels import breakable, paragraph, set_tip

_LONGEST_WORD = 24


class LabelButton(QToolButton):
    """A swatch of a colour label; checked for the label that the picture has."""

    toggled_by_hand = Signal(str)
    """The label to set after a click, "" for none."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.name = name
        self.setFixedSize(QSize(18, 20))
        self.setCheckable(True)
        self.setAccessibleName(title)
        set_tip(self, title)
        self.clicked.connect(self._emit)

    def _emit(self) -> None:
        self.toggled_by_hand.emit(self.name if self.isChecked() else "")

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(3, 4, -3, -4)
        edge = "text" if self.isChecked() else "accent" if self.hasFocus() else "outline"
        painter.setPen(QPen(theme.colour(edge), 2 if self.isChecked() or self.hasFocus() else 1))
        colour = label_colour(self.name)
        colour.setAlphaF(1.0 if self.isChecked() or self.underMouse() else 0.75)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 3, 3)


class Details(QScrollArea):
    """Shows name, time, marks, settings and prompt of a picture, and what changed from the picture
    that it was made from."""

    rated = Signal(int)
    labelled = Signal(str)
    tagged = Signal(list)
    """The user ended editing the tags."""
    tag_typed = Signal(str)
    """The word before the cursor in the tags; answered by `tags_completion.offer`."""
    lineage_requested = Signal()
    left = Signal()
    """The user pressed Escape or Return in the tags."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Details of the picture"))
        self.name = paragraph(bold=True, selectable=True)
        self.about = paragraph(small=True, muted=True, selectable=True)
        self.stars = Stars(tr("Stars"))
        set_tip(self.stars, tr("Stars (keys 0 to 5)"))
        self.labels = [LabelButton(name, title) for name, title in label_names().items() if name]
        self.tags = QLineEdit()
        self.tags.setPlaceholderText(tr("Tags, separated by commas"))
        self.tags.setAccessibleName(tr("Tags"))
        self.tags_completion = Completion(self.tags, ",")
        self.prompt = paragraph(selectable=True)
        self.settings = paragraph(small=True, muted=True, selectable=True)
        self.heading = paragraph(small=True, muted=True, selectable=True)
        self.changes = paragraph(small=True, selectable=True)
        self.lineage = QPushButton(icon("family-tree"), " " + tr("Made from…"))
        set_tip(self.lineage, tr("Show what it was made from, and what was made from it (L)"))
        self._shown: Sequence[Picture] = ()
        self._lay_out()
        self._connect()
        self.show_pictures(())

    def _lay_out(self) -> None:
        self._marks = QWidget()
        row = QHBoxLayout(self._marks)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.stars)
        row.addSpacing(6)
        for button in self.labels:
            row.addWidget(button)
        row.addStretch(1)
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(8, 4, 12, 8)
        column.setSpacing(4)
        self._texts = (self.about, self.prompt, self.settings, self.heading, self.changes)
        for widget in (
            self.name,
            self.about,
            self._marks,
            self.tags,
            self.prompt,
            self.settings,
            self.heading,
            self.changes,
            self.lineage,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(232)

    def _connect(self) -> None:
        self.stars.chosen.connect(self.rated)
        for button in self.labels:
            button.toggled_by_hand.connect(self.labelled)
        self.tags.editingFinished.connect(self._end_tags)
        self.tags.textEdited.connect(lambda: self.tag_typed.emit(self.tags_completion.word()))
        self.tags.installEventFilter(self)
        self.lineage.clicked.connect(self.lineage_requested)

    # --- content ---------------------------------------------------------------------------------

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show the selected pictures, the current one first; none clears the details."""
        same = [picture.id for picture in pictures] == [picture.id for picture in self._shown]
        if self.tags.hasFocus() and not same:
            self._end_tags()
        self._shown = pictures
        self._page.setVisible(bool(pictures))
        if not pictures:
            self.name.setText("")
            return
        first, several = pictures[0], len(pictures) > 1
        _set_text(self.name, counted("%n pictures", len(pictures)) if several else first.path.name)
        self._show_marks(pictures)
        if not (same and self.tags.hasFocus()):
            self.tags.setText("" if several else ", ".join(first.marks.tags))
        hint = tr("Tags to add") if several else tr("Tags, separated by commas")
        self.tags.setPlaceholderText(hint)
        if several:
            for text in self._texts:
                _set_text(text, "")
        else:
            self._show_settings(first)
        if not same:
            self.heading.hide()
            self.changes.hide()
        self.lineage.setVisible(not several and first.has_workflow)

    def _show_marks(self, pictures: Sequence[Picture]) -> None:
        """Show the stars and the label that all the pictures have."""
        ratings = {picture.marks.rating for picture in pictures}
        self.stars.set_value(ratings.pop() if len(ratings) == 1 else 0)
        labels = {picture.marks.label for picture in pictures}
        label = labels.pop() if len(labels) == 1 else ""
        for button in self.labels:
            button.setChecked(button.name == label)

    def _show_settings(self, picture: Picture) -> None:
        settings = picture.settings
        parts = [when(picture)]
        if picture.width:
            parts.append(f"{picture.width} × {picture.height}")
        parts.append(QLocale().formattedDataSize(picture.size))
        if settings.origin:
            parts.append(settings.origin)
        _set_text(self.about, "  ·  ".join(parts))
        _set_text(self.prompt, settings.prompt)
        known = [settings.model, *settings.loras, settings.sampler]
        if settings.seed is not None:
            known.append(tr("seed {0}", settings.seed))
        _set_text(self.settings, "  ·  ".join(part for part in known if part))

    def show_changes(self, heading: str, lines: Sequence[str]) -> None:
        """Show what changed from the picture that it was made from."""
        _set_text(self.heading, heading)
        _set_text(self.changes, "\n".join(lines))

    # --- tags ------------------------------------------------------------------------------------

    def edit_tags(self) -> None:
        """Let the user type tags."""
        self.ensureWidgetVisible(self.tags)
        self.tags.setFocus()
        self.tags.setCursorPosition(len(self.tags.text()))

    def _end_tags(self) -> None:
        tags = [tag.strip() for tag in self.tags.text().split(",")]
        tags = [*dict.fromkeys(tag for tag in tags if tag)]
        if not self._shown or self.tags_completion.is_open:
            return
        several = len(self._shown) > 1
        if (several and tags) or (not several and tags != [*self._shown[0].marks.tags]):
            self.tagged.emit(tags)
        if several:
            self.tags.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.tags.setText(", ".join(self._shown[0].marks.tags) if self._shown else "")
                self.left.emit()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.left.emit()  # losing the focus ends the editing
                return True
        return False


def _set_text(label: QLabel, text: str) -> None:
    """Set the text of a label; an empty one is hidden."""
    label.setText(breakable(text, _LONGEST_WORD))
    label.setVisible(bool(text))
