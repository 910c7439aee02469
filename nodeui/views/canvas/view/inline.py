"""The in-place editor: one widget at a time over a field, a title or a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
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
from nodeui.graph.wording import tr
from nodeui.session.previews import has_preview, preview_of
from nodeui.session.samplers import steps_below
from nodeui.views import theme
from nodeui.views.canvas.commands import retitle_edit
from nodeui.views.canvas.paint import colour
from nodeui.views.canvas.scene import HEADER, Canvas, note_rect, resolve, title_rect
from nodeui.views.canvas.view.navigation import NavigableView
from nodeui.views.fields import FieldEditor, make_editor, problem_of
from nodeui.views.labels import label

_LEAST = QSize(170, 26)
_LEAST_TEXT = QSize(300, 110)
_LEAST_CURVE = QSize(380, 200)
_LEAST_PATH = QSize(300, 26)
_FILES = ("image-file", "model-path", "folder")


class _Holder(QWidget):
    """Holds the open editor; unhandled Return and Escape keys close it.

    Args:
        parent: The viewport.
        place: Its place and minimum size; it grows with the editor.
    """

    closing = Signal()
    """Return or Escape was pressed."""

    def __init__(self, parent: QWidget, place: QRect) -> None:
        super().__init__(parent)
        self._area = parent
        self._place = place
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colour("field"))
        self.setPalette(palette)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def fit(self) -> None:
        """Resize to the editor's size hint, inside the viewport."""
        place = QRect(self._place)
        place.setSize(place.size().expandedTo(self.sizeHint()))
        self.setGeometry(_inside(place, self._area.rect()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(colour("outline"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click between the editor's widgets must not reach the canvas

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.closing.emit()
        event.accept()


class Inline(QObject):
    """Opens in-place editors on a canvas, one at a time.

    Args:
        canvas: The canvas.
        view: Its widget.
    """

    def __init__(self, canvas: Canvas, view: NavigableView) -> None:
        super().__init__(view)
        self._canvas = canvas
        self._view = view
        self._holder: _Holder | None = None
        self._finish: Callable[[], None] | None = None
        canvas.editor_requested.connect(self.edit)
        canvas.session.run_requested.connect(self.close)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    @property
    def open(self) -> QWidget | None:
        """The open editor, or None."""
        return self._holder

    def edit(self, part: str, id: str, name: str) -> None:
        """Open an editor.

        Args:
            part: An `Editable`.
            id: The key of the node or group, or the id of the frame.
            name: The parameter's name on that key, or "".
        """
        self.close()
        match part:
            case "title":
                self._edit_title(id)
            case "parameter":
                self._edit_parameter(id, name)
            case "frame-title":
                self._edit_frame_title(id)
            case _:
                self._edit_frame_text(id)

    def close(self) -> None:
        """Close the editor and apply what was typed."""
        holder, self._holder = self._holder, None
        finish, self._finish = self._finish, None
        if holder is None:
            return
        if finish is not None:
            finish()
        for editor in holder.findChildren(FieldEditor):
            editor.finish()
        holder.hide()
        holder.deleteLater()
        self._view.setFocus()

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
        place = self._view.mapFromScene(rect).boundingRect()
        place.setSize(place.size().expandedTo(least))
        self._holder = holder = _Holder(self._view.viewport(), place)
        holder.closing.connect(self.close)
        layout = holder.layout()
        if layout is not None:
            layout.addWidget(widget)
        holder.fit()
        holder.show()

    # --- parameters ---

    def _edit_parameter(self, key: str, name: str) -> None:
        canvas, layout = self._canvas, self._canvas.mirror.layouts[key]
        spot = next(spot for spot in layout.shape.fields if spot.name == name)
        value = canvas.mirror.parameter_value(key, name)
        if not spot.accepts(value):
            value = spot.parameter.default
        parent, folder = self._view.viewport(), canvas.session.folder
        node, parameter = resolve(key, name)
        type = canvas.session.graph.nodes[node].type
        editor = make_editor(spot.parameter, value, parent, folder=folder, node=type)
        _ParameterEdits(canvas, self, editor, node, parameter)
        corner = canvas.mirror.nodes.rect(key).topLeft()
        editor.set_steps(steps_below(canvas.session, node))
        least = _LEAST_TEXT if spot.parameter.widget == "multiline" else _LEAST
        if spot.parameter.type == "curve":
            least = _LEAST_CURVE
        elif spot.parameter.widget in _FILES:
            least = _LEAST_PATH
        self._show(editor, spot.rect.translated(corner), least)
        self._add_preview(editor, node, parameter)
        editor.begin()

    def _add_preview(self, editor: FieldEditor, node: str, name: str) -> None:
        """Show below an open editor how its value will come out, if its node declares that."""
        session, holder = self._canvas.session, self._holder
        graph = session.graph
        layout = holder.layout() if holder is not None else None
        if layout is None or holder is None or not has_preview(graph, node, name):
            return
        shown = label(small=True)
        shown.setObjectName("preview")
        shown.setContentsMargins(6, 2, 6, 3)
        layout.addWidget(shown)

        def show(value: Any) -> None:
            problem = problem_of(editor.parameter, value)
            text = preview_of(session, node, name, value) if node in graph.nodes else ""
            shown.setText(problem or (f"→ {text}" if text else ""))
            shown.setStyleSheet(f"color: {theme.tokens().error}" if problem else "")
            shown.setVisible(bool(shown.text()))

        editor.changed.connect(show)
        show(editor.value)

    # --- titles and notes ---

    def _edit_title(self, key: str) -> None:
        mirror = self._canvas.mirror
        layout = mirror.layouts[key]
        corner = mirror.nodes.rect(key).topLeft()
        rect = QRectF(corner.x(), corner.y(), layout.shape.width, HEADER)
        default = layout.spec.title if layout.spec else layout.node.type

        def finish(text: str) -> None:
            title = "" if text.strip() == default else text.strip()
            if key in mirror.layouts and title != layout.node.title:
                self._canvas.edit(retitle_edit(self._canvas, key, title))

        self._edit_line(layout.title, rect, finish)

    def _edit_frame_title(self, id: str) -> None:
        frames = self._canvas.session.graph.frames
        frame = frames[id]

        def finish(text: str) -> None:
            if id in frames and text.strip() != frame.title:
                title = text.strip()
                self._canvas.edit(SetFrame(id, msgspec.structs.replace(frame, title=title)))

        self._edit_line(frame.title, title_rect(frame), finish)

    def _edit_frame_text(self, id: str) -> None:
        frames = self._canvas.session.graph.frames
        frame = frames[id]
        area = QPlainTextEdit(frame.text)
        area.setFont(theme.font())
        area.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        area.setAccessibleName(tr("Note"))
        area.setPlaceholderText(tr("Write a note"))
        self._show(area, note_rect(frame), _LEAST)
        area.setFocus()

        def finish() -> None:
            text = area.toPlainText()
            if id in frames and text != frame.text:
                self._canvas.edit(SetFrame(id, msgspec.structs.replace(frame, text=text)))

        self._finish = finish

    def _edit_line(self, text: str, rect: QRectF, finish: Callable[[str], None]) -> None:
        line = QLineEdit(text)
        line.setAccessibleName(tr("Title"))
        self._show(line, rect, _LEAST)
        line.selectAll()
        line.setFocus()
        self._finish = lambda: finish(line.text())


class _ParameterEdits(QObject):
    """Turns the changes of an open parameter editor into one undo step, or none if cancelled."""

    def __init__(
        self, canvas: Canvas, inline: Inline, editor: FieldEditor, id: str, name: str
    ) -> None:
        super().__init__(editor)
        self._canvas, self._inline, self._id, self._name = canvas, inline, id, name
        self._stays = editor.stays
        self._parameter = editor.parameter
        self._gesture = object()
        self._edited = False
        editor.changed.connect(self._change)
        editor.committed.connect(self._commit)
        editor.cancelled.connect(self._cancel)

    def _change(self, value: Any) -> None:
        """Take a value while it is typed, unless it is invalid as yet."""
        if not problem_of(self._parameter, value):
            self._set(value)

    def _set(self, value: Any) -> None:
        if self._id in self._canvas.session.graph.nodes and self._differs(value):
            edit = SetParam(self._id, self._name, value)
            self._edited |= self._canvas.edit(edit, self._gesture)

    def _differs(self, value: Any) -> bool:
        return value != self._canvas.mirror.parameter_value(self._id, self._name)

    def _commit(self, value: Any) -> None:
        self._set(value)
        if self._stays:  # the next change is an undo step of its own
            self._gesture, self._edited = object(), False
        else:
            self._inline.close()

    def _cancel(self) -> None:
        if self._edited:
            self._canvas.session.undo()
        self._inline.close()


def _inside(rect: QRect, area: QRect) -> QRect:
    """Return a rectangle moved into the area, as far as it fits."""
    rect = QRect(rect)
    rect.moveLeft(max(0, min(rect.left(), area.right() - rect.width())))
    rect.moveTop(max(0, min(rect.top(), area.bottom() - rect.height())))
    return rect
