"""Painting: how nodes, links and frames look. Reads the scene and changes nothing in it."""

from nodeui.views.canvas.paint.batch import draw_rects
from nodeui.views.canvas.paint.drawing import (
    NO_PEN,
    blend,
    category_colour,
    colour,
    guide_pen,
)
from nodeui.views.canvas.paint.frames import draw_frame, frame_colour
from nodeui.views.canvas.paint.links import (
    draw_cut_links,
    draw_dragged_waypoint,
    draw_new_link,
    draw_target,
)
from nodeui.views.canvas.paint.painter import FEW, ScenePainter

__all__ = [
    "FEW",
    "NO_PEN",
    "ScenePainter",
    "blend",
    "category_colour",
    "colour",
    "draw_cut_links",
    "draw_dragged_waypoint",
    "draw_frame",
    "draw_new_link",
    "draw_rects",
    "draw_target",
    "frame_colour",
    "guide_pen",
]
