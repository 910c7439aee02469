"""Tool selection: which tool a press of the left mouse button starts."""

from __future__ import annotations

from PySide6.QtCore import Qt

from nodeui.views.canvas.commands import copy_error, roll_seed, toggle_collapsed
from nodeui.views.canvas.scene import Canvas, Hit
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.field import FieldTool
from nodeui.views.canvas.tools.frame import ResizeTool
from nodeui.views.canvas.tools.link import CutTool, LinkTool
from nodeui.views.canvas.tools.move import MoveTool
from nodeui.views.canvas.tools.select import BoxTool, LassoTool
from nodeui.views.canvas.tools.waypoint import WaypointTool

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


def _click_button(canvas: Canvas, hit: Hit) -> bool:
    """Press a button on a node; returns False if the hit is none."""
    match hit.part:
        case "chevron":
            toggle_collapsed(canvas, hit.id)
        case "dice" if hit.field is not None:
            roll_seed(canvas, hit.id, hit.field)
        case "copy":
            copy_error(canvas, hit.id)
        case _:
            return False
    return True


def _tool_for(canvas: Canvas, hit: Hit, pointer: Pointer) -> Tool:
    """Return the tool that a press starts, at any part but a button."""
    ctrl = pointer.held(_CTRL)
    if hit.part == "waypoint" and hit.link is not None:
        return WaypointTool(canvas, pointer, hit.link, hit.index)
    if hit.part == "socket" and hit.spot is not None:
        return LinkTool(canvas, pointer, hit.id, hit.spot)
    if hit.part == "field" and hit.field is not None and not ctrl:
        return FieldTool(canvas, pointer, hit.id, hit.field)
    if hit.part in ("node", "header", "picture", "field"):
        return MoveTool(canvas, pointer, hit.id)
    if hit.part == "frame-title" or (
        hit.part == "frame" and canvas.session.graph.frames[hit.id].text
    ):
        return MoveTool(canvas, pointer, hit.id, frame=True)
    if hit.part == "frame-handle":
        return ResizeTool(canvas, pointer, hit.id)
    return LassoTool(canvas, pointer) if ctrl else BoxTool(canvas, pointer)


def press_left(canvas: Canvas, hit: Hit, pointer: Pointer) -> Tool | None:
    """Handle a press of the left button: returns the tool it starts, None after a button."""
    if pointer.held(_CTRL) and pointer.held(_SHIFT):
        return CutTool(canvas, pointer)
    if hit.part != "waypoint":
        canvas.state.select_waypoint(None)
    return None if _click_button(canvas, hit) else _tool_for(canvas, hit, pointer)
