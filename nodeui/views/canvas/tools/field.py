"""The tool for the fields on a node."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from nodeui.graph.edits import SetParam
from nodeui.views.canvas.scene import Canvas, FieldSpot, resolve
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.fields import drag_value


class FieldTool(Tool):
    """Drags a number (Shift: finely); a click opens the editor or the easel, or toggles a switch.

    Args:
        canvas: The canvas.
        start: The pointer when the button was pressed.
        key: The node or group.
        field: The field.
    """

    def __init__(self, canvas: Canvas, start: Pointer, key: str, field: FieldSpot) -> None:
        super().__init__(canvas, start)
        self._key, self._field = key, field
        self._node, self._name = resolve(key, field.name)
        self._draggable = field.parameter.type in ("integer", "number")
        self.cursor = Qt.CursorShape.SizeHorCursor if self._draggable else None
        value = canvas.mirror.parameter_value(key, field.name)
        self._value = value if field.accepts(value) else field.parameter.default
        if key not in canvas.mirror.selected:
            canvas.choose({key})

    def begin(self) -> None:
        self._gesture = object()
        self._from = QPointF(self.start.view)
        self._base = self._last = self._value
        self._fine = False
        self._changed = False

    def drag(self, pointer: Pointer) -> None:
        if not self._draggable:
            return
        fine = pointer.held(Qt.KeyboardModifier.ShiftModifier)
        if fine != self._fine:  # continue from here at the other speed
            self._from, self._base, self._fine = QPointF(pointer.view), self._last, fine
        dx = pointer.view.x() - self._from.x()
        value = drag_value(self._field.parameter, self._base, dx, fine)
        if value != self._last:
            self._last = value
            self._changed |= self.canvas.edit(
                SetParam(self._node, self._name, value), self._gesture
            )

    def release(self, pointer: Pointer) -> None:
        if self.dragging:
            return
        if self._field.parameter.type == "boolean":
            self.canvas.edit(SetParam(self._node, self._name, not self._value))
        elif self._field.parameter.type == "painting":
            self.canvas.session.request_paint(self._node)
        else:
            self.canvas.open_editor("parameter", self._key, self._field.name)

    def cancel(self) -> None:
        if self.dragging and self._changed:
            self.canvas.session.undo()

    def abandon(self) -> None:
        """Stop; the value dragged so far stays."""
