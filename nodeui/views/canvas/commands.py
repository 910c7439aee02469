"""What can be done on a canvas by menu or key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from nodeui.views.canvas import grouping
from nodeui.views.canvas import operations as op

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView


@dataclass(frozen=True)
class Command:
    """Something to be done on a canvas.

    Attributes:
        name: Stable; what stands before the dot is the menu it belongs to.
        source: Its text for menus, before translation.
        keys: Its standard keys, separated by "; ".
        run: What it does.
        icon: A Material Design icon, or "".
        menu: It stands in menus; what does not is known by its key alone.
        needs: What enables its action in the menus.
    """

    name: str
    source: str
    keys: str
    run: Callable[[CanvasView], object]
    icon: str = ""
    menu: bool = True
    needs: Literal["document", "selection"] = "document"

    @property
    def text(self) -> str:
        """Its text for menus, in the user's language."""
        return QCoreApplication.translate("canvas", self.source)


def _zoom(factor: float) -> Callable[[CanvasView], None]:
    return lambda canvas: canvas.zoom_by(factor)


def _N(context: str, text: str) -> str:
    """Marks a text for translation later (lupdate: -tr-function-alias QT_TRANSLATE_NOOP+=_N)."""
    return text


_NUDGE, _FAR_NUDGE = 10.0, 100.0

COMMANDS: tuple[Command, ...] = (
    Command("node.add", _N("canvas", "Add node..."), "Tab; Shift+A", lambda c: c.search(), "plus"),
    Command("edit.cut", _N("canvas", "Cut"), "Ctrl+X", op.cut, "content-cut"),
    Command("edit.copy", _N("canvas", "Copy"), "Ctrl+C", op.copy, "content-copy"),
    Command("edit.paste", _N("canvas", "Paste"), "Ctrl+V", op.paste, "content-paste"),
    Command(
        "edit.duplicate", _N("canvas", "Duplicate"), "Ctrl+D", op.duplicate, "content-duplicate"
    ),
    Command("edit.delete", _N("canvas", "Delete"), "Del; Backspace", op.delete, "delete-outline"),
    Command("edit.select-all", _N("canvas", "Select all"), "Ctrl+A", op.select_all, "select-all"),
    Command("edit.select-none", _N("canvas", "Select nothing"), "Ctrl+Shift+A", op.select_none),
    Command("edit.select-linked", _N("canvas", "Select linked"), "Ctrl+L", op.select_linked),
    Command("node.rename", _N("canvas", "Rename"), "F2", op.rename, "form-textbox"),
    Command("node.mute", _N("canvas", "Mute"), "M", op.mute, "volume-off", needs="selection"),
    Command(
        "node.bypass", _N("canvas", "Bypass"), "B", op.bypass, "debug-step-over", needs="selection"
    ),
    Command(
        "node.collapse",
        _N("canvas", "Collapse"),
        "H",
        op.collapse,
        "unfold-less-horizontal",
        needs="selection",
    ),
    Command("node.frame", _N("canvas", "Frame"), "G", op.add_frame, "selection"),
    Command("node.group", _N("canvas", "Group"), "Ctrl+G", grouping.make_group, "group"),
    Command("node.ungroup", _N("canvas", "Ungroup"), "Ctrl+Shift+G", grouping.dissolve, "ungroup"),
    Command(
        "node.enter", _N("canvas", "Look into group"), "I", lambda c: c.levels.enter(), "login"
    ),
    Command(
        "node.leave", _N("canvas", "Leave group"), "U", lambda c: c.levels.leave(), "arrow-up-left"
    ),
    Command("node.note", _N("canvas", "Add note"), "N", op.add_note, "note-outline"),
    Command("arrange.layout", _N("canvas", "Auto layout"), "L", op.arrange, "sitemap-outline"),
    Command(
        "arrange.left", _N("canvas", "Align left"), "", op.align("left"), "align-horizontal-left"
    ),
    Command(
        "arrange.centre",
        _N("canvas", "Align centres"),
        "",
        op.align("centre"),
        "align-horizontal-center",
    ),
    Command(
        "arrange.right",
        _N("canvas", "Align right"),
        "",
        op.align("right"),
        "align-horizontal-right",
    ),
    Command("arrange.top", _N("canvas", "Align top"), "", op.align("top"), "align-vertical-top"),
    Command(
        "arrange.middle",
        _N("canvas", "Align middles"),
        "",
        op.align("middle"),
        "align-vertical-center",
    ),
    Command(
        "arrange.bottom",
        _N("canvas", "Align bottom"),
        "",
        op.align("bottom"),
        "align-vertical-bottom",
    ),
    Command(
        "arrange.across",
        _N("canvas", "Distribute across"),
        "",
        op.distribute(True),
        "distribute-horizontal-center",
    ),
    Command(
        "arrange.down",
        _N("canvas", "Distribute down"),
        "",
        op.distribute(False),
        "distribute-vertical-center",
    ),
    Command(
        "view.selection",
        _N("canvas", "Frame selection"),
        "F",
        lambda c: c.show_selection(),
        "image-filter-center-focus",
    ),
    Command(
        "view.all", _N("canvas", "Show all"), "Home", lambda c: c.show_all(), "fit-to-page-outline"
    ),
    Command(
        "view.zoom-in",
        _N("canvas", "Zoom in"),
        "Ctrl++; Ctrl+=",
        _zoom(1.25),
        "magnify-plus-outline",
    ),
    Command(
        "view.zoom-out", _N("canvas", "Zoom out"), "Ctrl+-", _zoom(0.8), "magnify-minus-outline"
    ),
    Command("view.zoom-1", _N("canvas", "Zoom 1:1"), "Ctrl+1", lambda c: c.set_zoom(1.0)),
    Command(
        "view.minimap",
        _N("canvas", "Minimap"),
        "Ctrl+M",
        lambda c: c.toggle_minimap(),
        "map-outline",
    ),
    Command("select.left", "", "Alt+Left", op.select_towards(-1, 0), menu=False),
    Command("select.right", "", "Alt+Right", op.select_towards(1, 0), menu=False),
    Command("select.up", "", "Alt+Up", op.select_towards(0, -1), menu=False),
    Command("select.down", "", "Alt+Down", op.select_towards(0, 1), menu=False),
    Command("move.left", "", "Left", op.nudge(-_NUDGE, 0), menu=False),
    Command("move.right", "", "Right", op.nudge(_NUDGE, 0), menu=False),
    Command("move.up", "", "Up", op.nudge(0, -_NUDGE), menu=False),
    Command("move.down", "", "Down", op.nudge(0, _NUDGE), menu=False),
    Command("move.far-left", "", "Shift+Left", op.nudge(-_FAR_NUDGE, 0), menu=False),
    Command("move.far-right", "", "Shift+Right", op.nudge(_FAR_NUDGE, 0), menu=False),
    Command("move.far-up", "", "Shift+Up", op.nudge(0, -_FAR_NUDGE), menu=False),
    Command("move.far-down", "", "Shift+Down", op.nudge(0, _FAR_NUDGE), menu=False),
)
"""All of them. The canvas itself answers to the standard keys; a window that makes actions of
them gives these the keys, which then come first."""

GESTURES: tuple[tuple[str, str], ...] = (
    (_N("canvas", "Wheel"), _N("canvas", "Zoom at the pointer")),
    (_N("canvas", "Middle button, or Space and drag"), _N("canvas", "Move the view")),
    (_N("canvas", "Double click on the canvas"), _N("canvas", "Add a node")),
    (_N("canvas", "Drag from a socket"), _N("canvas", "Link; on the canvas: add what fits")),
    (_N("canvas", "Drag a linked input"), _N("canvas", "Take its link along, or off")),
    (_N("canvas", "Drag a node onto a link"), _N("canvas", "Insert it there")),
    (_N("canvas", "Double click a link"), _N("canvas", "Lead it over a point; Delete: no more")),
    (_N("canvas", "Double click a group"), _N("canvas", "Look into it; Esc: out again")),
    (_N("canvas", "Alt while dragging"), _N("canvas", "No snapping, no inserting")),
    (_N("canvas", "Drag on the canvas"), _N("canvas", "Select by box; Shift adds")),
    (_N("canvas", "Ctrl and drag"), _N("canvas", "Select by lasso")),
    (_N("canvas", "Ctrl and right drag, or Ctrl+Shift and drag"), _N("canvas", "Cut links")),
    (_N("canvas", "Drag a number; with Shift"), _N("canvas", "Change it; finely")),
    (_N("canvas", "Click a field"), _N("canvas", "Type or choose a value")),
    (_N("canvas", "Double click a title"), _N("canvas", "Rename")),
    (_N("canvas", "Arrow keys"), _N("canvas", "Move the selected nodes; Shift: further")),
    (_N("canvas", "Alt and arrow keys"), _N("canvas", "Select the next node that way")),
)
"""What the mouse does: gesture and effect, before translation (context "canvas")."""
