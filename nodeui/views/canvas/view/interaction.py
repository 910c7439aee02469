"""Input: turns mouse and key events into tools, editors, menus and commands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter

from nodeui.views.canvas.commands import (
    COMMANDS,
    Command,
    add_waypoint,
    follow_link,
    select_none,
)
from nodeui.views.canvas.scene import Canvas, Hit, group_id, is_group
from nodeui.views.canvas.tools import CutTool, PanTool, Pointer, Tool, press_left
from nodeui.views.canvas.view.menu import context_menu
from nodeui.views.canvas.view.navigation import NavigableView

_EDGE = 28  # pixels from the border within which a drag pans the view
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
    "waypoint": Qt.CursorShape.SizeAllCursor,
    "frame-handle": Qt.CursorShape.SizeFDiagCursor,
}


class Interaction(QObject):
    """Handles the input of a canvas.

    Args:
        canvas: The canvas.
        view: Its widget.

    Attributes:
        pointer: The last position of the mouse.
        tool: The tool in use, or None.
        inside: True while the mouse is over the canvas.
    """

    pressed = Signal()
    """A mouse button was pressed."""

    def __init__(self, canvas: Canvas, view: NavigableView) -> None:
        super().__init__(view)
        self._canvas = canvas
        self._view = view
        self.pointer = Pointer(QPointF(), QPoint(), Qt.KeyboardModifier.NoModifier)
        self.tool: Tool | None = None
        self.inside = False
        self._space = False
        self._keys = _commands_by_key()
        self._edge_timer = QTimer(self, interval=_EDGE_INTERVAL)
        self._edge_timer.timeout.connect(self._pan_at_edge)

    def paint(self, painter: QPainter) -> None:
        """Paint the tool in use, in canvas coordinates."""
        if self.tool is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.tool.paint(painter)

    def _follow(self, event: QMouseEvent) -> Pointer:
        """Update the pointer."""
        view = event.position()
        self.pointer = Pointer(self._view.to_canvas(view), view.toPoint(), event.modifiers())
        return self.pointer

    # --- the mouse ---

    def press(self, event: QMouseEvent) -> None:
        """Handle the press of a button."""
        canvas, pointer, button = self._canvas, self._follow(event), event.button()
        self._view.setFocus()
        self.pressed.emit()
        canvas.show_hint("")
        if self.tool is not None:
            return
        if button == _MIDDLE or (button == _LEFT and self._space):
            self._use(PanTool(canvas, pointer))
        elif button == _LEFT:
            self._use(press_left(canvas, canvas.hit(pointer.at), pointer))
        elif button == _RIGHT and pointer.held(Qt.KeyboardModifier.ControlModifier):
            self._use(CutTool(canvas, pointer))

    def move(self, event: QMouseEvent) -> None:
        """Handle a move of the mouse, with or without a button."""
        pointer = self._follow(event)
        if self.tool is None:
            self.hover(self._canvas.hit(pointer.at))
            return
        self.tool.move(pointer)
        if self.tool.dragging and not self._inner_rect().contains(pointer.view):
            self._edge_timer.start()
        else:
            self._edge_timer.stop()

    def release(self, event: QMouseEvent) -> None:
        """Handle the release of a button."""
        pointer, tool = self._follow(event), self.tool
        if tool is not None:
            self._use(None)
            tool.release(pointer)
            self._view.redraw()
        elif event.button() == _RIGHT:
            self.open_menu(self._canvas.hit(pointer.at), event.globalPosition().toPoint())

    def double_click(self, event: QMouseEvent) -> None:
        """Handle a double click."""
        canvas, pointer = self._canvas, self._follow(event)
        if event.button() != _LEFT:
            return
        found = canvas.hit(pointer.at)
        match found.part:
            case "canvas":
                canvas.search_requested.emit(pointer.at, None)
            case "header" | "node" if is_group(found.id):
                canvas.levels.go(group_id(found.id))
            case "header":
                canvas.open_editor("title", found.id)
            case "picture":
                canvas.picture_opened.emit(canvas.mirror.pictured(found.id))
            case "link" if found.link in canvas.mirror.links.boundary:
                follow_link(canvas, found.link)
            case "link" if found.link is not None:
                add_waypoint(canvas, found.link, pointer.at)
            case "frame-title":
                canvas.open_editor("frame-title", found.id)
            case "frame":
                canvas.open_editor("frame-text", found.id)
            case _:
                self.press(event)

    def leave(self) -> None:
        """Handle the mouse leaving the canvas."""
        self.inside = False
        self.hover(Hit("canvas"))

    def hover(self, found: Hit) -> None:
        """Mark the part that a press would act on."""
        self._show_cursor(found)
        self._canvas.state.mark_link(found.link)
        part = found.field.name if found.field is not None else ""
        part = "#copy" if found.part == "copy" else part
        self._canvas.state.hover((found.id, part) if part else None)

    def open_menu(self, found: Hit, at: QPoint) -> None:
        """Open the menu of a part, at a point of the screen."""
        menu = context_menu(self._canvas, self._view, found, self.pointer.at)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _use(self, tool: Tool | None) -> None:
        self.tool = tool
        if tool is None:
            self._edge_timer.stop()
            self._show_cursor(self._canvas.hit(self.pointer.at))
        elif tool.cursor is not None:
            self._view.viewport().setCursor(tool.cursor)

    def _show_cursor(self, found: Hit) -> None:
        shape = _CURSORS.get(found.part, Qt.CursorShape.ArrowCursor)
        if found.part == "field" and found.field is not None:
            number = found.field.parameter.type in ("integer", "number")
            shape = Qt.CursorShape.SizeHorCursor if number else Qt.CursorShape.PointingHandCursor
        hand = Qt.CursorShape.OpenHandCursor
        self._view.viewport().setCursor(hand if self._space else shape)

    def _inner_rect(self) -> QRect:
        """Return the viewport without the border at which a drag pans."""
        return self._view.viewport().rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def _pan_at_edge(self) -> None:
        """Pan during a drag near the border."""
        if self.tool is None:
            return
        inner, view = self._inner_rect(), self.pointer.view
        dx = max(inner.left() - view.x(), 0) - max(view.x() - inner.right(), 0)
        dy = max(inner.top() - view.y(), 0) - max(view.y() - inner.bottom(), 0)
        self._view.pan(QPoint(dx // 3, dy // 3))
        at = self._view.to_canvas(QPointF(view))
        self.pointer = Pointer(at, view, self.pointer.modifiers)
        self.tool.move(self.pointer)

    # --- keys ---

    def key_press(self, event: QKeyEvent) -> bool:
        """Handle the press of a key; returns False if it has no meaning here."""
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
        """Handle the release of a key."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.release_keys()

    def release_keys(self) -> None:
        """Forget which keys are held."""
        self._space = False
        self._show_cursor(self._canvas.hit(self.pointer.at))

    def _escape(self) -> None:
        if self.tool is None:
            if not select_none(self._canvas):
                self._canvas.levels.leave()
            return
        tool = self.tool
        self._use(None)
        tool.cancel()
        self._view.redraw()

    def abandon(self) -> None:
        """Stop the tool in use: something else has changed the graph."""
        if self.tool is not None:
            tool = self.tool
            self._use(None)
            tool.abandon()
            self._view.redraw()


def _commands_by_key() -> dict[str, Command]:
    """Return the commands by their default keys."""
    found: dict[str, Command] = {}
    for command in COMMANDS:
        for keys in QKeySequence.listFromString(command.keys):
            found[keys.toString()] = command
    return found
