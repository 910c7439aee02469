"""The inspector page of a frame or note: title, text and colour."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QColorDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from nodeui.graph.edits import Batch, Edit, SetFrame
from nodeui.graph.parts import Frame
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.colours import colour_names
from nodeui.views.fields.editor import is_escape, is_left
from nodeui.views.icons import IconButton
from nodeui.views.inspector.rows import page_column, section_label
from nodeui.views.labels import label, set_tip

_SWATCH = 24
_TEXT_LINES = 8


class FramePage(QWidget):
    """Shows and edits one frame or note.

    Changes apply while typing. Everything typed between entering and leaving a field is one undo
    step; Escape reverts it.

    Args:
        session: The document's session.
        id: The id of the frame.
    """

    def __init__(self, session: Session, id: str) -> None:
        super().__init__()
        self._session, self._id = session, id
        self._gesture: object | None = None
        self._before = self._frame or Frame(id)  # the frame before the gesture
        self._kind = label(small=True, muted=True)
        self._title = QLineEdit()
        self._title.setFont(theme.font(bold=True))
        self._title.setPlaceholderText(tr("Title"))
        self._title.setAccessibleName(tr("Title"))
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText(tr("Write a note"))
        self._text.setAccessibleName(tr("Text"))
        self._text.setFixedHeight(_TEXT_LINES * self._text.fontMetrics().lineSpacing() + 12)
        self._swatches = {colour: _Swatch(colour, name) for colour, name in colour_names().items()}
        self._own = _Swatch("", tr("Other..."))
        self._lay_out()
        self._title.textEdited.connect(lambda: self._type(title=self._title.text().strip()))
        self._title.returnPressed.connect(self._end)
        self._text.textChanged.connect(lambda: self._type(text=self._text.toPlainText()))
        for field in (self._title, self._text):
            field.installEventFilter(self)
        session.edited.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        other = IconButton("palette", tr("Other..."))
        other.clicked.connect(self._pick)
        colours = QHBoxLayout()
        colours.setSpacing(4)
        for swatch in (*self._swatches.values(), self._own):
            swatch.clicked.connect(partial(self._paint_as, swatch))
            colours.addWidget(swatch)
        colours.addWidget(other)
        colours.addStretch(1)
        column = page_column(self)
        column.addWidget(self._title)
        column.addWidget(self._kind)
        column.addWidget(section_label(tr("Text")))
        column.addWidget(self._text)
        column.addWidget(section_label(tr("Colour")))
        column.addLayout(colours)
        column.addStretch(1)

    @property
    def _frame(self) -> Frame | None:
        """The current frame; None once deleted, just before it leaves the selection."""
        return self._session.graph.frames.get(self._id)

    def _refresh(self) -> None:
        frame = self._frame
        if frame is None:
            return
        self._kind.setText(tr("Frame") if frame.title else tr("Note"))
        if self._title.text().strip() != frame.title:
            self._title.setText(frame.title)
        if self._text.toPlainText() != frame.text:
            blocked = self._text.blockSignals(True)
            self._text.setPlainText(frame.text)
            self._text.blockSignals(blocked)
        for colour, swatch in (*self._swatches.items(), (frame.colour, self._own)):
            swatch.show_colour(colour, frame.colour == colour)
        self._own.setVisible(frame.colour not in self._swatches)

    # --- edits -----------------------------------------------------------------------------------

    def _change(self, **fields: Any) -> Edit | None:
        """Return the edit that sets fields of the frame; None if it changes nothing."""
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
        """End the gesture: further typing is a new undo step."""
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
            self._session.edit(Batch((edit,), label=tr("Colour frame")))
        self._refresh()

    def _pick(self) -> None:
        now = self._frame.colour if self._frame is not None else ""
        dialog = QColorDialog(QColor(now or "#808080"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._paint(dialog.selectedColor().name()))
        dialog.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if is_left(event):
            self._end()
        elif is_escape(event):
            self._give_up()
            return True
        return super().eventFilter(watched, event)


class _Swatch(QAbstractButton):
    """A button that shows a colour; "" is the theme's colour."""

    def __init__(self, colour: str, name: str) -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        set_tip(self, name)
        self.setAccessibleName(name)
        self.setFixedSize(QSize(_SWATCH, _SWATCH))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_colour(self, colour: str, chosen: bool) -> None:
        """Show a colour, marked if `chosen`."""
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
