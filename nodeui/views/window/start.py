"""The start page: examples, recent files and a new document."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.document import SUFFIX
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.sdk import shipped
from nodeui.views import theme
from nodeui.views.labels import Label, plain_entry, set_tip
from nodeui.views.thumbnails import thumbnails
from nodeui.views.window import miniature

WORKFLOWS = shipped("workflows")
"""The folder of example workflows."""

FIRST = "controlled-landscape"
"""The example that is listed first, for newcomers."""

_CARD = QSize(240, 318)
_PICTURE = 220  # height: nearly all of a square picture is visible
_LINES = 4  # of the description
_COLUMN = 264


@dataclass(frozen=True)
class Template:
    """An example workflow.

    Attributes:
        path: The file.
        title: The title from its `meta`.
        about: The description from its `meta`.
        content: The file, decoded.
    """

    path: Path
    title: str
    about: str
    content: Mapping[str, Any]

    @property
    def picture(self) -> Path:
        """The file beside it with a picture of its result; it may not exist."""
        return self.path.with_name(self.path.name.removesuffix(SUFFIX) + ".png")


def templates(folder: Path) -> list[Template]:
    """Return the examples in a folder, `FIRST` first, then by title; skip damaged files."""
    found: list[Template] = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            content = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            continue
        meta = content.get("meta", {})
        title = str(meta.get("title") or path.name.removesuffix(SUFFIX))
        found.append(Template(path, title, str(meta.get("about", "")), content))
    return sorted(found, key=lambda one: (not one.path.name.startswith(FIRST), one.title))


class Card(QAbstractButton):
    """A workflow as a picture with its title and description.

    Args:
        template: The workflow.
        specs: The known node types.
        parent: The parent widget.
    """

    def __init__(self, template: Template, specs: Mapping[str, NodeSpec], parent: QWidget) -> None:
        super().__init__(parent)
        self.template = template
        self._specs = specs
        self._image: QImage | None = None
        self.setFixedSize(_CARD)
        self.setText(template.title)
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(template.about)
        set_tip(self, template.about)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._load()
        theme.notifier.changed.connect(self._load)

    def _load(self) -> None:
        picture = self.template.picture
        if picture.exists():
            self._image = thumbnails().get(str(picture))
            thumbnails().loaded.connect(self._take)
        else:
            size = QSizeF(_CARD.width(), _PICTURE) * self.devicePixelRatioF()
            self._image = miniature.draw(self.template.content, self._specs, size)
        self.update()

    def _take(self, path: str, image: QImage) -> None:
        if path == str(self.template.picture):
            self._image = image
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.setClipPath(shape)
        painter.fillRect(box, theme.colour("field_hover" if self.underMouse() else "node"))
        self._paint_picture(painter, QRectF(box.x(), box.y(), box.width(), _PICTURE))
        self._paint_text(painter, box.adjusted(12, _PICTURE + 10, -12, -8))
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(theme.colour("accent"), 2) if self.hasFocus() else theme.colour("outline")
        )
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        if self._image is None or self._image.isNull():
            painter.fillRect(box, theme.colour("canvas"))
            return
        size = QSizeF(self._image.size())
        part = box.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (size.width() - part.width()) / 2, (size.height() - part.height()) / 2
        painter.drawImage(box, self._image, QRectF(left, top, part.width(), part.height()))

    def _paint_text(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font(bold=True))
        title = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(QRectF(box.x(), box.y(), box.width(), 20), title)
        painter.setPen(theme.colour("muted"))
        painter.setFont(theme.font(small=True))
        wrapped = QTextOption()
        wrapped.setWrapMode(QTextOption.WrapMode.WordWrap)
        lines = painter.fontMetrics().lineSpacing() * _LINES
        painter.drawText(
            QRectF(box.x(), box.y() + 22, box.width(), lines), self.template.about, wrapped
        )


class RecentButton(QPushButton):
    """A recent file, by name; the tool tip has the folder.

    Args:
        path: The file.
        parent: The parent widget.
    """

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = path
        name = path.name.removesuffix(SUFFIX)
        self.setText(
            plain_entry(
                self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _COLUMN - 64)
            )
        )
        set_tip(self, str(path))
        self.setAccessibleName(name)
        self.setFlat(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setStyleSheet(
            "QPushButton { text-align: left; background: transparent; border: none; }"
        )


class StartPage(QScrollArea):
    """The page that the window shows while no document is open.

    Args:
        specs: The known node types.
        examples: The workflows to offer.
        parent: The parent widget.
    """

    new_requested = Signal()
    open_requested = Signal()
    template_chosen = Signal(object)
    """The path of an example."""
    recent_chosen = Signal(object)
    """The path of a recent file."""

    def __init__(
        self,
        specs: Mapping[str, NodeSpec],
        examples: Sequence[Template],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Start page"))
        self._cards = [self._card(example, specs) for example in examples]
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(48, 40, 48, 40)
        row.setSpacing(48)
        row.addStretch(1)
        row.addLayout(self._left(page))
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(_section(tr("Examples"), page))
        right.addLayout(self._grid)
        right.addStretch()
        row.addLayout(right)
        row.addStretch(1)
        self.setWidget(page)
        self._columns = 0
        self._lay_out()

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List these files; those that do not exist are left out."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        existing = [path for path in paths if os.path.exists(path)]
        self._recent_title.setVisible(bool(existing))
        for path in existing:
            button = RecentButton(path, self)
            button.clicked.connect(lambda _=False, path=path: self.recent_chosen.emit(path))
            self._recent.addWidget(button)

    def _card(self, example: Template, specs: Mapping[str, NodeSpec]) -> Card:
        card = Card(example, specs, self)
        card.clicked.connect(lambda: self.template_chosen.emit(example.path))
        return card

    def _left(self, page: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        title = Label("NodeUI", page)
        title.setProperty("heading", True)
        about = Label(tr("Wire prompts, sketches and depth into pictures."), page)
        about.setProperty("muted", True)
        about.setWordWrap(True)
        new = QPushButton(tr("New workflow"), page)
        new.setProperty("primary", True)
        new.clicked.connect(self.new_requested)
        open_ = QPushButton(tr("Open..."), page)
        open_.clicked.connect(self.open_requested)
        for button in (new, open_):
            button.setFixedWidth(_COLUMN - 24)
        self._recent_title = _section(tr("Recent"), page)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        for widget in (title, about):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(new)
        column.addWidget(open_)
        column.addSpacing(16)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addStretch()
        return column

    def resizeEvent(self, arg__1: object) -> None:
        super().resizeEvent(arg__1)  # pyright: ignore[reportArgumentType]
        self._lay_out()

    def _lay_out(self) -> None:
        """Arrange the cards in as many columns as fit."""
        free = self.viewport().width() - _COLUMN - 3 * 48
        columns = max(1, min(4, free // (_CARD.width() + 16)))
        if columns != self._columns:
            self._columns = columns
            for index, card in enumerate(self._cards):
                self._grid.addWidget(card, index // columns, index % columns)


def _section(text: str, parent: QWidget) -> QLabel:
    label = Label(text, parent)
    label.setProperty("section", True)
    return label
