"""The list of the easel's tools."""

from __future__ import annotations

from nodeui.views.easel.brush import BrushTool, LineTool
from nodeui.views.easel.fill import FillTool, GradientTool, PickTool, SimilarTool
from nodeui.views.easel.selection import SelectLassoTool, SelectRectangleTool, TransformTool
from nodeui.views.easel.shapes import EllipseTool, LassoTool, PolygonTool, RectangleTool
from nodeui.views.easel.tool import Tool

TOOLS: tuple[type[Tool], ...] = (
    BrushTool,
    LineTool,
    RectangleTool,
    EllipseTool,
    PolygonTool,
    LassoTool,
    FillTool,
    SimilarTool,
    GradientTool,
    PickTool,
    SelectRectangleTool,
    SelectLassoTool,
    TransformTool,
)
"""The tools, in the order of the strip."""
