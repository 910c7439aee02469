"""The scene: what a canvas shows, where it is and how it is selected. Knows no widget."""

from nodeui.views.canvas.scene.boundary import FarEnd, far_end, label_rect, label_text
from nodeui.views.canvas.scene.canvas import Canvas
from nodeui.views.canvas.scene.curves import (
    WAYPOINT_RADIUS,
    Array,
    distances,
    handle_lengths,
    lengths,
    link_boxes,
    link_path,
    nearest_piece,
    plain_path,
    shift_waypoints,
    waypoint_path,
)
from nodeui.views.canvas.scene.ends import LinkEnd, fits, link_from
from nodeui.views.canvas.scene.frames import (
    FRAME_INSET,
    FRAME_TITLE,
    Place,
    note_rect,
    shift_frame,
    shift_place,
    title_rect,
)
from nodeui.views.canvas.scene.groups import Port, ports_of
from nodeui.views.canvas.scene.hit import Hit, link_at, nodes_at
from nodeui.views.canvas.scene.level import group_id, group_key, is_group, resolve
from nodeui.views.canvas.scene.mirror import Mirror
from nodeui.views.canvas.scene.node_layout import MOST_PICTURES, NodeLayout
from nodeui.views.canvas.scene.shapes import (
    CARD_FOOT,
    CARD_LINES,
    DICE,
    HEADER,
    PAD,
    PROMPT_LINES,
    ROW,
    STRIP,
    FieldSpot,
    Shape,
    Spot,
    shape_of,
)
from nodeui.views.canvas.scene.snap import GRID, Snap, snap_box
from nodeui.views.canvas.scene.state import CanvasState
from nodeui.views.canvas.scene.tables import LinkTable, NodeTable, Rows, distinct, touching
from nodeui.views.canvas.scene.text import Weight, font, line, metrics, paragraph
from nodeui.views.canvas.scene.viewport import BLOCKS, DETAIL, Viewport

__all__ = [
    "BLOCKS",
    "CARD_FOOT",
    "CARD_LINES",
    "DETAIL",
    "DICE",
    "FRAME_INSET",
    "FRAME_TITLE",
    "GRID",
    "HEADER",
    "MOST_PICTURES",
    "PAD",
    "PROMPT_LINES",
    "ROW",
    "STRIP",
    "WAYPOINT_RADIUS",
    "Array",
    "Canvas",
    "CanvasState",
    "FarEnd",
    "FieldSpot",
    "Hit",
    "LinkEnd",
    "LinkTable",
    "Mirror",
    "NodeLayout",
    "NodeTable",
    "Place",
    "Port",
    "Rows",
    "Shape",
    "Snap",
    "Spot",
    "Viewport",
    "Weight",
    "distances",
    "distinct",
    "far_end",
    "fits",
    "font",
    "group_id",
    "group_key",
    "handle_lengths",
    "is_group",
    "label_rect",
    "label_text",
    "lengths",
    "line",
    "link_at",
    "link_boxes",
    "link_from",
    "link_path",
    "metrics",
    "nearest_piece",
    "nodes_at",
    "note_rect",
    "paragraph",
    "plain_path",
    "ports_of",
    "resolve",
    "shape_of",
    "shift_frame",
    "shift_place",
    "shift_waypoints",
    "snap_box",
    "title_rect",
    "touching",
    "waypoint_path",
]
