"""From mouse and key events to tools, editors, menus and commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter

from nodeui.views.canvas import operations, press, rerouting
from nodeui.views.canvas.commands import COMMANDS, Command
from nodeui.views.canvas.hit import Hit
from nodeui.views.canvas.level import SIGN, is_group
from nodeui.views.canvas.menu import context_menu
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.link import CutTool
from nodeui.views.canvas.tools.select import PanTool

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_EDGE = 28  # pixels from the border within which a drag moves the view
_EDGE_INTERVAL = 16  # milliseconds
_LEFT, _MIDDLE, _RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
_CURSORS: Mapping[str, Qt.CursorShape] = {
    "socket": Qt.CursorShape.CrossCursor,
    "chevron": Qt.CursorShape.PointingHandCursor,
    "dice": Qt.CursorShape.PointingHandCursor,
    "copy": Qt.CursorShape.PointingHandCursor,
    "dot": Qt.CursorShape.SizeAllCursor,
    "frame-handle": Qt.CursorShape.SizeFDiagCursor,
}


class Interaction(QObject):
    """Keeps what the mouse is at on a canvas.

    Args:
        canvas: The canvas.

    Attributes:
        pointer: Where the mouse was last.
        tool: The gesture under way, or None.
        inside: The mouse is over the canvas.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.pointer = Pointer(QPointF(), QPoint(), Qt.KeyboardModifier.NoModifier)
        self.tool: Tool | None = None
        self.inside = False
        self._space = False
        self._keys = _keys()
        self._edge_timer = QTimer(self, interval=_EDGE_INTERVAL)
        self._edge_timer.timeout.connect(self._pan_at_edge)

    def paint(self, painter: QPainter) -> None:
        """Paint what the tool shows, in canvas coordinates."""
        if self.tool is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.tool.paint(painter)

    def _take(self, event: QMouseEvent) -> Pointer:
        view = event.position()
        at = self._canvas.to_canvas(view)
        self.pointer = Pointer(at, view.toPoint(), event.modifiers())
        return self.pointer

    # --- the mouse ---

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        canvas, pointer, button = self._canvas, self._take(event), event.button()
        canvas.setFocus()
        canvas.inline.close()
        canvas.say("")
        if self.tool is not None:
            return
        if button == _MIDDLE or (button == _LEFT and self._space):
            self._use(PanTool(canvas, pointer))
        elif button == _LEFT:
            self._use(press.left_press(canvas, canvas.hit(pointer.at), pointer))
        elif button == _RIGHT and pointer.held(Qt.KeyboardModifier.ControlModifier):
            self._use(CutTool(canvas, pointer))

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved, with or without a button."""
        pointer = self._take(event)
        if self.tool is None:
            self.hover(self._canvas.hit(pointer.at))
            return
        self.tool.move(pointer)
        if self.tool.dragging and not self._room().contains(pointer.view):
            self._edge_timer.start()
        else:
            self._edge_timer.stop()

    def release(self, event: QMouseEvent) -> None:
        """A button came up."""
        pointer, tool = self._take(event), self.tool
        if tool is not None:
            self._use(None)
            tool.release(pointer)
            self._canvas.viewport().update()
        elif event.button() == _RIGHT:
            self.open_menu(self._canvas.hit(pointer.at), event.globalPosition().toPoint())

    def double_click(self, event: QMouseEvent) -> None:
        """The left button was clicked twice."""
        canvas, pointer = self._canvas, self._take(event)
        if event.button() != _LEFT:
            return
        found = canvas.hit(pointer.at)
        match found.part:
            case "canvas":
                canvas.search_requested.emit(pointer.at, None)
            case "header" | "node" if is_group(found.id):
                canvas.levels.go(found.id.removeprefix(SIGN))
            case "header":
                canvas.inline.edit_title(found.id)
            case "picture":
                canvas.picture_opened.emit(canvas.mirror.pictured(found.id))
            case "link" if found.link is not None:
                rerouting.follow_or_bend(canvas, found.link, pointer.at)
            case "frame-title":
                canvas.inline.edit_frame_title(found.id)
            case "frame":
                canvas.inline.edit_frame_text(found.id)
            case _:
                self.press(event)

    def leave(self) -> None:
        """The mouse left the canvas."""
        self.inside = False
        self.hover(Hit("canvas"))

    def hover(self, found: Hit) -> None:
        """Show what a press would take hold of."""
        canvas = self._canvas
        self._show_cursor(found)
        canvas.mark_link(found.link)
        part = found.field.name if found.field is not None else ""
        part = "#copy" if found.part == "copy" else part
        now = (found.id, part) if part else None
        before, canvas.painter.nodes.hovered = canvas.painter.nodes.hovered, now
        if before != now:
            canvas.mirror.refresh({place[0] for place in (before, now) if place is not None})

    def open_menu(self, found: Hit, at: QPoint) -> None:
        """Open the menu for what was hit, at a point of the screen."""
        menu = context_menu(self._canvas, found)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _use(self, tool: Tool | None) -> None:
        self.tool = tool
        if tool is None:
            self._edge_timer.stop()
            self._show_cursor(self._canvas.hit(self.pointer.at))
        elif tool.cursor is not None:
            self._canvas.viewport().setCursor(tool.cursor)

    def _show_cursor(self, found: Hit) -> None:
        shape = _CURSORS.get(found.part, Qt.CursorShape.ArrowCursor)
        if found.part == "field" and found.field is not None:
            number = found.field.parameter.type in ("integer", "number")
            shape = Qt.CursorShape.SizeHorCursor if number else Qt.CursorShape.PointingHandCursor
        hand = Qt.CursorShape.OpenHandCursor
        self._canvas.viewport().setCursor(hand if self._space else shape)

    def _room(self) -> QRect:
        return self._canvas.viewport().rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def _pan_at_edge(self) -> None:
        """A drag near the border moves the view."""
        if self.tool is None:
            return
        room, view = self._room(), self.pointer.view
        dx = max(room.left() - view.x(), 0) - max(view.x() - room.right(), 0)
        dy = max(room.top() - view.y(), 0) - max(view.y() - room.bottom(), 0)
        self._canvas.pan(QPoint(dx // 3, dy // 3))
        at = self._canvas.to_canvas(QPointF(view))
        self.pointer = Pointer(at, view, self.pointer.modifiers)
        self.tool.move(self.pointer)

    # --- keys ---

    def key_press(self, event: QKeyEvent) -> bool:
        """A key went down; returns whether it means something here."""
        if event.key() == Qt.Key.Key_Space:
            self._space = True
            self._show_cursor(Hit("canvas"))
        elif event.key() == Qt.Key.Key_Escape:
            self._escape()
        else:
            command = self._keys.get(QKeySequence(event.keyCombination()).toString())
            if command is None:
                return False
            command.run(self._canvas)
        return True

    def key_release(self, event: QKeyEvent) -> None:
        """A key came up."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.let_go()

    def let_go(self) -> None:
        """No key is held any more."""
        self._space = False
        self._show_cursor(self._canvas.hit(self.pointer.at))

    def _escape(self) -> None:
        if self.tool is None:
            if not operations.select_none(self._canvas):
                self._canvas.levels.leave()
            return
        tool = self.tool
        self._use(None)
        tool.cancel()
        self._canvas.viewport().update()

    def abandon(self) -> None:
        """The graph changed under the tool: give it up."""
        if self.tool is not None:
            tool = self.tool
            self._use(None)
            tool.abandon()
            self._canvas.viewport().update()


def _keys() -> dict[str, Command]:
    """The commands by their standard keys."""
    found: dict[str, Command] = {}
    for command in COMMANDS:
        for keys in QKeySequence.listFromString(command.keys):
            found[keys.toString()] = command
    return found
