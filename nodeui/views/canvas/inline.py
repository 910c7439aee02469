"""The one editor that opens over a field, a title or a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.edits import SetFrame, SetParam
from nodeui.session.samplers import steps_below
from nodeui.views import theme
from nodeui.views.canvas import frame_paint, grouping
from nodeui.views.canvas.field_paint import is_valid
from nodeui.views.canvas.geometry import HEADER
from nodeui.views.canvas.ink import ink
from nodeui.views.canvas.level import resolve
from nodeui.views.fields import FieldEditor, make_editor

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_LEAST = QSize(170, 26)
_LEAST_TEXT = QSize(300, 110)
_LEAST_CURVE = QSize(380, 200)
_LEAST_PATH = QSize(300, 26)
_FILES = ("image-file", "model-path", "folder")


class _Holder(QWidget):
    """Holds the open editor; keys that the editor leaves alone end it.

    Args:
        inline: What opened it.
        parent: What it lies on.
        place: Where it lies and how large it is at least; it grows with the editor.
    """

    def __init__(self, inline: Inline, parent: QWidget, place: QRect) -> None:
        super().__init__(parent)
        self._inline = inline
        self._room = parent
        self._place = place
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), ink("field"))
        self.setPalette(palette)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def fit(self) -> None:
        """Be as large as the editor wants to be, within the room there is."""
        place = QRect(self._place)
        place.setSize(place.size().expandedTo(self.sizeHint()))
        self.setGeometry(_within(place, self._room.rect()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(ink("outline"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # beside the fields of the editor is still in it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._inline.close()
        event.accept()


class Inline(QObject):
    """Opens editors on a canvas, one at a time.

    Args:
        canvas: The canvas.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._holder: _Holder | None = None
        self._finish: Any = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    @property
    def open(self) -> QWidget | None:
        """The widget that is being typed in, if any."""
        return self._holder

    def close(self) -> None:
        """Put the editor away, taking over what was typed."""
        holder, self._holder = self._holder, None
        finish, self._finish = self._finish, None
        if holder is None:
            return
        if finish is not None:
            finish()
        holder.hide()
        holder.deleteLater()
        self._canvas.setFocus()

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._holder is None or now is None:
            return
        widget: QWidget | None = now
        while widget is not None:
            if widget is self._holder:
                return
            widget = widget.parentWidget()
        self.close()

    def _show(self, widget: QWidget, rect: QRectF, least: QSize) -> None:
        place = self._canvas.mapFromScene(rect).boundingRect()
        place.setSize(place.size().expandedTo(least))
        self._holder = holder = _Holder(self, self._canvas.viewport(), place)
        layout = holder.layout()
        if layout is not None:
            layout.addWidget(widget)
        holder.fit()
        holder.show()

    # --- parameters ---

    def edit_parameter(self, id: str, name: str) -> None:
        """Open the editor of a parameter over its field."""
        self.close()
        canvas, look = self._canvas, self._canvas.mirror.looks[id]
        spot = next(spot for spot in look.shape.fields if spot.name == name)
        value = canvas.mirror.parameter_value(id, name)
        if not is_valid(spot.parameter, value):
            value = spot.parameter.default
        editor = make_editor(spot.parameter, value, canvas.viewport(), folder=canvas.session.folder)
        node, parameter = resolve(id, name)
        _Stretch(canvas, editor, node, parameter)
        corner = canvas.mirror.nodes.rect(id).topLeft()
        editor.set_steps(steps_below(canvas.session, node))
        least = _LEAST_TEXT if spot.parameter.widget == "multiline" else _LEAST
        if spot.parameter.type == "curve":
            least = _LEAST_CURVE
        elif spot.parameter.widget in _FILES:
            least = _LEAST_PATH
        self._show(editor, spot.rect.translated(corner), least)
        editor.begin()

    # --- names and notes ---

    def edit_title(self, id: str) -> None:
        """Rename a node in its header."""
        look = self._canvas.mirror.looks[id]
        corner = self._canvas.mirror.nodes.rect(id).topLeft()
        rect = QRectF(corner.x(), corner.y(), look.shape.width, HEADER)
        own = look.spec.title if look.spec else look.node.type

        def finish(text: str) -> None:
            title = "" if text.strip() == own else text.strip()
            if id in self._canvas.mirror.looks and title != look.node.title:
                self._canvas.edit(grouping.retitled(self._canvas, id, title))

        self._edit_line(look.title, rect, finish)

    def edit_frame_title(self, id: str) -> None:
        """Rename a frame."""
        frame = self._canvas.session.graph.frames[id]

        def finish(text: str) -> None:
            if id in self._canvas.session.graph.frames and text.strip() != frame.title:
                title = text.strip()
                self._canvas.edit(SetFrame(id, msgspec.structs.replace(frame, title=title)))

        self._edit_line(frame.title, frame_paint.title_rect(frame), finish)

    def edit_frame_text(self, id: str) -> None:
        """Write a note into a frame."""
        self.close()
        frame = self._canvas.session.graph.frames[id]
        area = QPlainTextEdit(frame.text)
        area.setFont(theme.font())
        area.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        area.setAccessibleName(self.tr("Note"))
        area.setPlaceholderText(self.tr("Write a note"))
        self._show(area, frame_paint.text_rect(frame), _LEAST)
        area.setFocus()

        def finish() -> None:
            text = area.toPlainText()
            if id in self._canvas.session.graph.frames and text != frame.text:
                self._canvas.edit(SetFrame(id, msgspec.structs.replace(frame, text=text)))

        self._finish = finish

    def _edit_line(self, text: str, rect: QRectF, finish: Any) -> None:
        self.close()
        line = QLineEdit(text)
        line.setAccessibleName(self.tr("Title"))
        self._show(line, rect, _LEAST)
        line.selectAll()
        line.setFocus()
        self._finish = lambda: finish(line.text())


class _Stretch(QObject):
    """What an open parameter editor does to the graph: one undo, and none where it was given up."""

    def __init__(self, canvas: CanvasView, editor: FieldEditor, id: str, name: str) -> None:
        super().__init__(editor)
        self._canvas, self._id, self._name = canvas, id, name
        self._stays = editor.stays
        self._gesture = object()
        self._edited = False
        editor.changed.connect(self._set)
        editor.committed.connect(self._commit)
        editor.cancelled.connect(self._cancel)

    def _set(self, value: Any) -> None:
        if self._id in self._canvas.session.graph.nodes and self._differs(value):
            edit = SetParam(self._id, self._name, value)
            self._edited |= self._canvas.edit(edit, self._gesture)

    def _differs(self, value: Any) -> bool:
        return value != self._canvas.mirror.parameter_value(self._id, self._name)

    def _commit(self, value: Any) -> None:
        self._set(value)
        if self._stays:  # what comes next is an undo of its own
            self._gesture, self._edited = object(), False
        else:
            self._canvas.inline.close()

    def _cancel(self) -> None:
        if self._edited:
            self._canvas.session.undo()
        self._canvas.inline.close()


def _within(rect: QRect, room: QRect) -> QRect:
    """A rectangle moved so that it lies in the room, as far as it fits."""
    rect = QRect(rect)
    rect.moveLeft(max(0, min(rect.left(), room.right() - rect.width())))
    rect.moveTop(max(0, min(rect.top(), room.bottom() - rect.height())))
    return rect
