"""The page of a frame or a note: its title, its text and its colour."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.edits import Batch, Edit, SetFrame
from nodeui.graph.parts import Frame
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.colours import COLOURS
from nodeui.views.fields.editor import is_escape
from nodeui.views.icons import IconButton
from nodeui.views.inspector.rows import section_label

_SWATCH = 24
_TEXT_LINES = 8


class FramePage(QWidget):
    """One frame or note, edited as it is typed: what is typed from entering a field to leaving it
    is one undo, and Escape takes it back.

    Args:
        session: The document.
        id: The frame.
    """

    def __init__(self, session: Session, id: str) -> None:
        super().__init__()
        self._session, self._id = session, id
        self._gesture: object | None = None
        self._before = self._frame or Frame(id)  # the gesture
        self._kind = QLabel()
        self._kind.setProperty("muted", True)
        self._kind.setFont(theme.font(small=True))
        self._title = QLineEdit()
        self._title.setFont(theme.font(bold=True))
        self._title.setPlaceholderText(self.tr("Title"))
        self._title.setAccessibleName(self.tr("Title"))
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText(self.tr("Write a note"))
        self._text.setAccessibleName(self.tr("Text"))
        self._text.setFixedHeight(_TEXT_LINES * self._text.fontMetrics().lineSpacing() + 12)
        self._swatches = {colour: _Swatch(colour, _colour_name(colour)) for colour in COLOURS}
        self._own = _Swatch("", self.tr("Other..."))
        self._lay_out()
        self._title.textEdited.connect(lambda: self._type(title=self._title.text().strip()))
        self._title.returnPressed.connect(self._end)
        self._text.textChanged.connect(lambda: self._type(text=self._text.toPlainText()))
        for field in (self._title, self._text):
            field.installEventFilter(self)
        session.edited.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        other = IconButton("palette", self.tr("Other..."))
        other.clicked.connect(self._pick)
        colours = QHBoxLayout()
        colours.setSpacing(4)
        for swatch in (*self._swatches.values(), self._own):
            swatch.clicked.connect(partial(self._paint_as, swatch))
            colours.addWidget(swatch)
        colours.addWidget(other)
        colours.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 16)
        column.setSpacing(theme.RHYTHM)
        column.addWidget(self._title)
        column.addWidget(self._kind)
        column.addWidget(section_label(self.tr("Text")))
        column.addWidget(self._text)
        column.addWidget(section_label(self.tr("Colour")))
        column.addLayout(colours)
        column.addStretch(1)

    @property
    def _frame(self) -> Frame | None:
        """The frame as it is now; None once it was deleted: it leaves the selection next."""
        return self._session.graph.frames.get(self._id)

    def _refresh(self) -> None:
        frame = self._frame
        if frame is None:
            return
        self._kind.setText(self.tr("Frame") if frame.title else self.tr("Note"))
        if self._title.text().strip() != frame.title:
            self._title.setText(frame.title)
        if self._text.toPlainText() != frame.text:
            blocked = self._text.blockSignals(True)
            self._text.setPlainText(frame.text)
            self._text.blockSignals(blocked)
        for colour, swatch in (*self._swatches.items(), (frame.colour, self._own)):
            swatch.show_colour(colour, frame.colour == colour)
        self._own.setVisible(frame.colour not in COLOURS)

    # --- editing ---------------------------------------------------------------------------------

    def _change(self, **fields: Any) -> Edit | None:
        """What gives the frame these fields; None where it has them."""
        frame = self._frame
        changed = msgspec.structs.replace(frame, **fields) if frame is not None else None
        return SetFrame(self._id, changed) if changed != frame else None

    def _type(self, **fields: Any) -> None:
        edit, frame = self._change(**fields), self._frame
        if edit is None or frame is None:
            return
        if self._gesture is None:
            self._gesture, self._before = object(), frame
        self._session.edit(edit, self._gesture)

    def _end(self) -> None:
        """What is typed next is an undo of its own."""
        self._gesture = None

    def _give_up(self) -> None:
        if self._gesture is not None:
            self._type(title=self._before.title, text=self._before.text)
        self._end()

    def _paint_as(self, swatch: _Swatch) -> None:
        self._paint(swatch.colour)

    def _paint(self, colour: str) -> None:
        edit = self._change(colour=colour)
        if edit is not None:
            self._session.edit(Batch((edit,), label=self.tr("Colour frame")))
        self._refresh()

    def _pick(self) -> None:
        now = self._frame.colour if self._frame is not None else ""
        dialog = QColorDialog(QColor(now or "#808080"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._paint(dialog.selectedColor().name()))
        dialog.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus():
            if event.reason() != Qt.FocusReason.PopupFocusReason:
                self._end()
        elif is_escape(event):
            self._give_up()
            return True
        return super().eventFilter(watched, event)


class _Swatch(QAbstractButton):
    """A colour to choose; "" is the theme's."""

    def __init__(self, colour: str, name: str) -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFixedSize(QSize(_SWATCH, _SWATCH))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_colour(self, colour: str, chosen: bool) -> None:
        """Stand for a colour, which is the frame's or is not."""
        self.colour = colour
        self.setChecked(chosen)
        self.update()

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        lit = self.hasFocus() or self.underMouse()
        if self.isChecked() or lit:
            painter.setPen(QPen(theme.colour("accent" if lit else "text"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        own = QColor(self.colour) if self.colour else QColor()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(own if own.isValid() else theme.colour("muted"))
        painter.drawRoundedRect(box.adjusted(4, 4, -4, -4), 3, 3)


def _colour_name(colour: str) -> str:
    return QCoreApplication.translate("canvas", COLOURS[colour])
