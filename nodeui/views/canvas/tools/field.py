"""Dragging and clicking the fields on a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from nodeui.graph.edits import SetParam
from nodeui.views.canvas.field_paint import is_valid
from nodeui.views.canvas.geometry import FieldSpot
from nodeui.views.canvas.level import resolve
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.fields import drag_value

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView


class FieldTool(Tool):
    """Drags a number (Shift: fine); a click opens the editor, or flips a switch."""

    def __init__(self, canvas: CanvasView, start: Pointer, id: str, field: FieldSpot) -> None:
        super().__init__(canvas, start)
        self._id, self._field = id, field
        self._node, self._name = resolve(id, field.name)
        parameter = field.parameter
        self._draggable = parameter.type in ("integer", "number")
        self.cursor = Qt.CursorShape.SizeHorCursor if self._draggable else None
        value = self.canvas.mirror.parameter_value(id, field.name)
        self._value = value if is_valid(parameter, value) else parameter.default
        if id not in self.canvas.mirror.selected:
            self.canvas.choose({id})

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
        if fine != self._fine:  # go on from here at the other pace
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
        else:
            self.canvas.inline.edit_parameter(self._id, self._field.name)

    def cancel(self) -> None:
        if self.dragging and self._changed:
            self.canvas.session.undo()

    def abandon(self) -> None:
        """What was dragged so far stays."""
