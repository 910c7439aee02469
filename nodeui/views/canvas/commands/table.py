"""The table of commands: everything that a menu or key does on a canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nodeui.graph.wording import tr
from nodeui.views.canvas.commands import (
    adding,
    arrange,
    clipboard,
    frames,
    grouping,
    nodes,
    selecting,
)
from nodeui.views.canvas.scene import Canvas


@dataclass(frozen=True)
class Command:
    """A command on a canvas.

    Attributes:
        name: A stable name; the part before the dot is its menu.
        source: Its text in menus, before translation.
        keys: Its default keys, separated by "; ".
        run: Carries it out.
        icon: A Material Design icon, or "".
        menu: True if it is in menus; other commands only have keys.
        needs: What has to be there for its action in the menus to be enabled.
    """

    name: str
    source: str
    keys: str
    run: Callable[[Canvas], object]
    icon: str = ""
    menu: bool = True
    needs: Literal["document", "selection"] = "document"

    @property
    def text(self) -> str:
        """Its text in menus, in the user's language."""
        return tr(self.source)


def _N(context: str, text: str) -> str:
    """Mark a text for translation at the time of use."""
    return text


_NUDGE, _FAR_NUDGE = 10.0, 100.0

COMMANDS: tuple[Command, ...] = (
    Command("node.add", _N("canvas", "Add node..."), "Tab; Shift+A", adding.search_node, "plus"),
    Command("edit.cut", _N("canvas", "Cut"), "Ctrl+X", clipboard.cut, "content-cut"),
    Command("edit.copy", _N("canvas", "Copy"), "Ctrl+C", clipboard.copy, "content-copy"),
    Command("edit.paste", _N("canvas", "Paste"), "Ctrl+V", clipboard.paste, "content-paste"),
    Command(
        "edit.duplicate",
        _N("canvas", "Duplicate"),
        "Ctrl+D",
        clipboard.duplicate,
        "content-duplicate",
    ),
    Command(
        "edit.delete", _N("canvas", "Delete"), "Del; Backspace", nodes.delete, "delete-outline"
    ),
    Command(
        "edit.select-all", _N("canvas", "Select all"), "Ctrl+A", selecting.select_all, "select-all"
    ),
    Command(
        "edit.select-none", _N("canvas", "Select nothing"), "Ctrl+Shift+A", selecting.select_none
    ),
    Command("edit.select-linked", _N("canvas", "Select linked"), "Ctrl+L", selecting.select_linked),
    Command("node.rename", _N("canvas", "Rename"), "F2", nodes.rename, "form-textbox"),
    Command("node.mute", _N("canvas", "Mute"), "M", nodes.mute, "volume-off", needs="selection"),
    Command(
        "node.bypass",
        _N("canvas", "Bypass"),
        "B",
        nodes.bypass,
        "debug-step-over",
        needs="selection",
    ),
    Command(
        "node.collapse",
        _N("canvas", "Collapse"),
        "H",
        nodes.collapse,
        "unfold-less-horizontal",
        needs="selection",
    ),
    Command("node.frame", _N("canvas", "Frame"), "G", frames.add_frame, "selection"),
    Command("node.group", _N("canvas", "Group"), "Ctrl+G", grouping.make_group, "group"),
    Command("node.ungroup", _N("canvas", "Ungroup"), "Ctrl+Shift+G", grouping.ungroup, "ungroup"),
    Command(
        "node.enter", _N("canvas", "Look into group"), "I", lambda c: c.levels.enter(), "login"
    ),
    Command(
        "node.leave", _N("canvas", "Leave group"), "U", lambda c: c.levels.leave(), "arrow-up-left"
    ),
    Command("node.note", _N("canvas", "Add note"), "N", frames.add_note, "note-outline"),
    Command("arrange.layout", _N("canvas", "Auto layout"), "L", arrange.arrange, "sitemap-outline"),
    Command(
        "arrange.left",
        _N("canvas", "Align left"),
        "",
        arrange.align("left"),
        "align-horizontal-left",
    ),
    Command(
        "arrange.centre",
        _N("canvas", "Align centres"),
        "",
        arrange.align("centre"),
        "align-horizontal-center",
    ),
    Command(
        "arrange.right",
        _N("canvas", "Align right"),
        "",
        arrange.align("right"),
        "align-horizontal-right",
    ),
    Command(
        "arrange.top", _N("canvas", "Align top"), "", arrange.align("top"), "align-vertical-top"
    ),
    Command(
        "arrange.middle",
        _N("canvas", "Align middles"),
        "",
        arrange.align("middle"),
        "align-vertical-center",
    ),
    Command(
        "arrange.bottom",
        _N("canvas", "Align bottom"),
        "",
        arrange.align("bottom"),
        "align-vertical-bottom",
    ),
    Command(
        "arrange.across",
        _N("canvas", "Distribute across"),
        "",
        arrange.distribute(True),
        "distribute-horizontal-center",
    ),
    Command(
        "arrange.down",
        _N("canvas", "Distribute down"),
        "",
        arrange.distribute(False),
        "distribute-vertical-center",
    ),
    Command(
        "view.selection",
        _N("canvas", "Frame selection"),
        "F",
        selecting.show_selection,
        "image-filter-center-focus",
    ),
    Command(
        "view.all", _N("canvas", "Show all"), "Home", selecting.show_all, "fit-to-page-outline"
    ),
    Command(
        "view.zoom-in",
        _N("canvas", "Zoom in"),
        "Ctrl++; Ctrl+=",
        selecting.zoom_by(1.25),
        "magnify-plus-outline",
    ),
    Command(
        "view.zoom-out",
        _N("canvas", "Zoom out"),
        "Ctrl+-",
        selecting.zoom_by(0.8),
        "magnify-minus-outline",
    ),
    Command("view.zoom-1", _N("canvas", "Zoom 1:1"), "Ctrl+1", lambda c: c.viewport.set_zoom(1.0)),
    Command(
        "view.minimap",
        _N("canvas", "Minimap"),
        "Ctrl+M",
        lambda c: c.minimap_toggled.emit(),
        "map-outline",
    ),
    Command("select.left", "", "Alt+Left", selecting.select_towards(-1, 0), menu=False),
    Command("select.right", "", "Alt+Right", selecting.select_towards(1, 0), menu=False),
    Command("select.up", "", "Alt+Up", selecting.select_towards(0, -1), menu=False),
    Command("select.down", "", "Alt+Down", selecting.select_towards(0, 1), menu=False),
    Command("move.left", "", "Left", arrange.nudge(-_NUDGE, 0), menu=False),
    Command("move.right", "", "Right", arrange.nudge(_NUDGE, 0), menu=False),
    Command("move.up", "", "Up", arrange.nudge(0, -_NUDGE), menu=False),
    Command("move.down", "", "Down", arrange.nudge(0, _NUDGE), menu=False),
    Command("move.far-left", "", "Shift+Left", arrange.nudge(-_FAR_NUDGE, 0), menu=False),
    Command("move.far-right", "", "Shift+Right", arrange.nudge(_FAR_NUDGE, 0), menu=False),
    Command("move.far-up", "", "Shift+Up", arrange.nudge(0, -_FAR_NUDGE), menu=False),
    Command("move.far-down", "", "Shift+Down", arrange.nudge(0, _FAR_NUDGE), menu=False),
)
"""All commands. The canvas itself handles their default keys; a window that turns them into
actions assigns the keys to those, which take precedence."""

GESTURES: tuple[tuple[str, str], ...] = (
    (_N("canvas", "Wheel"), _N("canvas", "Zoom at the pointer")),
    (_N("canvas", "Middle button, or Space and drag"), _N("canvas", "Move the view")),
    (_N("canvas", "Double click on the canvas"), _N("canvas", "Add a node")),
    (_N("canvas", "Drag from a socket"), _N("canvas", "Link; on the canvas: add a node that fits")),
    (_N("canvas", "Drag a linked input"), _N("canvas", "Move or remove its link")),
    (_N("canvas", "Drag a node onto a link"), _N("canvas", "Insert it there")),
    (_N("canvas", "Double click a link"), _N("canvas", "Add a waypoint; Delete removes it")),
    (_N("canvas", "Double click a group"), _N("canvas", "Look into it; Esc leaves it")),
    (_N("canvas", "Alt while dragging"), _N("canvas", "Do not snap or insert")),
    (_N("canvas", "Drag on the canvas"), _N("canvas", "Select by box; Shift adds")),
    (_N("canvas", "Ctrl and drag"), _N("canvas", "Select by lasso")),
    (_N("canvas", "Ctrl and right drag, or Ctrl+Shift and drag"), _N("canvas", "Cut links")),
    (_N("canvas", "Drag a number"), _N("canvas", "Change it; Shift: in fine steps")),
    (_N("canvas", "Click a field"), _N("canvas", "Type or choose a value")),
    (_N("canvas", "Double click a title"), _N("canvas", "Rename")),
    (_N("canvas", "Arrow keys"), _N("canvas", "Move the selected nodes; Shift: further")),
    (_N("canvas", "Alt and arrow keys"), _N("canvas", "Select the next node in that direction")),
)
"""Mouse gestures and their effects, before translation."""
