"""Tools: mouse gestures on the canvas, from pressing a button to releasing it."""

from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.link import CutTool
from nodeui.views.canvas.tools.select import PanTool
from nodeui.views.canvas.tools.tool_selection import press_left

__all__ = [
    "CutTool",
    "PanTool",
    "Pointer",
    "Tool",
    "press_left",
]
