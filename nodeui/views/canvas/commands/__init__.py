"""Commands: what a user can do to the document on a canvas, and the edits that do it."""

from nodeui.views.canvas.commands.adding import add_after, add_near, add_node, file_field, take_file
from nodeui.views.canvas.commands.convert import converters_between, insert_converter
from nodeui.views.canvas.commands.frames import set_frame_colour
from nodeui.views.canvas.commands.grouping import (
    always_shown,
    expose,
    ports_behind,
    retitle_edit,
    set_group_colour,
    ungroup,
)
from nodeui.views.canvas.commands.insertion import Gap, Insertion, gap_at
from nodeui.views.canvas.commands.moving import move_edits, moving_together
from nodeui.views.canvas.commands.nodes import copy_error, roll_seed, toggle_collapsed
from nodeui.views.canvas.commands.selecting import select_none, show_selection
from nodeui.views.canvas.commands.table import COMMANDS, GESTURES, Command
from nodeui.views.canvas.commands.waypoints import (
    add_waypoint,
    follow_link,
    remove_waypoint,
    straighten,
)

__all__ = [
    "COMMANDS",
    "GESTURES",
    "Command",
    "Gap",
    "Insertion",
    "add_after",
    "add_near",
    "add_node",
    "add_waypoint",
    "always_shown",
    "converters_between",
    "copy_error",
    "expose",
    "file_field",
    "follow_link",
    "gap_at",
    "insert_converter",
    "move_edits",
    "moving_together",
    "ports_behind",
    "remove_waypoint",
    "retitle_edit",
    "roll_seed",
    "select_none",
    "set_frame_colour",
    "set_group_colour",
    "show_selection",
    "straighten",
    "take_file",
    "toggle_collapsed",
    "ungroup",
]
