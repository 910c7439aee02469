"""The list of the easel's tools."""

from __future__ import annotations

from nodeui.views.easel.brush import BrushTool, LineTool
from nodeui.views.easel.tool import Tool

TOOLS: tuple[type[Tool], ...] = (BrushTool, LineTool)
"""The tools, in the order of the strip."""
