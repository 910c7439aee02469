"""Commands on the selection: delete, mute, bypass, collapse, rename, roll a seed, copy an error."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from nodeui.graph.edits import Batch, Edit, RemoveNode, SetFrame, SetMode, SetParam
from nodeui.graph.parts import Mode
from nodeui.graph.wording import tr
from nodeui.session.seeds import roll
from nodeui.views.canvas.commands import grouping
from nodeui.views.canvas.commands.waypoints import remove_waypoint
from nodeui.views.canvas.scene import Canvas, FieldSpot, resolve


def selected_nodes(canvas: Canvas) -> list[str]:
    """Return the ids of the selected nodes, including those in selected groups."""
    return sorted(canvas.mirror.level.nodes(canvas.mirror.selected))


def delete(canvas: Canvas) -> None:
    """Remove the selected waypoint; without one, the selected nodes, groups and frames."""
    if canvas.state.waypoint is not None:
        remove_waypoint(canvas, *canvas.state.waypoint)
        return
    edits: list[Edit] = [RemoveNode(id) for id in selected_nodes(canvas)]
    edits += [SetFrame(id, None) for id in sorted(canvas.frames)]
    edits += grouping.remove_group_edits(canvas, grouping.selected_groups(canvas))
    if edits:
        canvas.edit(Batch(tuple(edits), label=edits[0].label if len(edits) == 1 else tr("Delete")))


def mute(canvas: Canvas) -> None:
    """Mute the selected nodes, or activate them if all are muted."""
    _toggle_mode(canvas, "muted")


def bypass(canvas: Canvas) -> None:
    """Bypass the selected nodes, or activate them if all are bypassed."""
    _toggle_mode(canvas, "bypassed")


def _toggle_mode(canvas: Canvas, mode: Mode) -> None:
    nodes = [canvas.session.graph.nodes[id] for id in selected_nodes(canvas)]
    if not nodes:
        return
    new: Mode = "active" if all(node.mode == mode for node in nodes) else mode
    edits = tuple(SetMode(node.id, new) for node in nodes if node.mode != new)
    canvas.edit(Batch(edits, label=edits[0].label))


def collapse(canvas: Canvas) -> None:
    """Collapse the selected nodes, or expand them if all are collapsed."""
    nodes = [canvas.mirror.layouts[key].node for key in sorted(canvas.mirror.selected)]
    new = not all(node.collapsed for node in nodes)
    edits = tuple(
        grouping.collapse_edit(canvas, node.id, new) for node in nodes if node.collapsed != new
    )
    if edits:
        canvas.edit(Batch(edits, label=edits[0].label))


def toggle_collapsed(canvas: Canvas, key: str) -> None:
    """Collapse or expand a node or group."""
    collapsed = canvas.mirror.layouts[key].node.collapsed
    canvas.edit(grouping.collapse_edit(canvas, key, not collapsed))


def rename(canvas: Canvas) -> None:
    """Edit the title of the selected node, group or frame, if only one is selected."""
    if len(canvas.mirror.selected) == 1:
        canvas.open_editor("title", next(iter(canvas.mirror.selected)))
    elif len(canvas.frames) == 1:
        canvas.open_editor("frame-title", next(iter(canvas.frames)))


def roll_seed(canvas: Canvas, key: str, field: FieldSpot) -> None:
    """Set a seed to a random value."""
    id, name = resolve(key, field.name)
    canvas.edit(SetParam(id, name, roll(field.parameter)))


def copy_error(canvas: Canvas, key: str) -> None:
    """Copy the error of a node, or of the failed node in a group, to the clipboard."""
    mirror = canvas.mirror
    state, nodes = mirror.state_of(key), mirror.level.nodes([key])
    id = next(id for id in nodes if mirror.state_of(id).error == state.error)
    report = f"{id} ({mirror.graph.nodes[id].type}): {state.error}"
    QGuiApplication.clipboard().setText(f"{report}\n\n{state.details}" if state.details else report)
    canvas.show_hint(tr("Copied"), stay=True)
