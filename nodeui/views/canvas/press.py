"""Which tool a pressed mouse button takes up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nodeui.graph.edits import SetParam
from nodeui.views.canvas import grouping
from nodeui.views.canvas.hit import Hit
from nodeui.views.canvas.level import resolve
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.bend import BendTool
from nodeui.views.canvas.tools.field import FieldTool
from nodeui.views.canvas.tools.frame import ResizeTool
from nodeui.views.canvas.tools.link import CutTool, LinkTool
from nodeui.views.canvas.tools.move import MoveTool
from nodeui.views.canvas.tools.select import BoxTool, LassoTool
from nodeui.views.fields.seed import roll

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


def left_press(canvas: CanvasView, hit: Hit, pointer: Pointer) -> Tool | None:
    """What the left button begins; what it does at once is done, and gives None."""
    ctrl = pointer.held(_CTRL)
    if ctrl and pointer.held(_SHIFT):
        return CutTool(canvas, pointer)
    if hit.part == "dot" and hit.link is not None:
        return BendTool(canvas, pointer, hit.link, hit.index)
    canvas.select_dot(None)
    if hit.part == "socket" and hit.spot is not None:
        return LinkTool(canvas, pointer, hit.id, hit.spot)
    if hit.part in ("chevron", "dice", "copy"):
        _click(canvas, hit)
        return None
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


def _click(canvas: CanvasView, hit: Hit) -> None:
    """The small buttons on a node."""
    mirror = canvas.mirror
    if hit.part == "chevron":
        canvas.edit(grouping.folded(canvas, hit.id, not mirror.looks[hit.id].node.collapsed))
    elif hit.field is not None:
        id, name = resolve(hit.id, hit.field.name)
        canvas.edit(SetParam(id, name, roll(hit.field.parameter)))
    else:
        state, nodes = mirror.state_of(hit.id), mirror.level.nodes([hit.id])
        id = next(id for id in nodes if mirror.state_of(id).error == state.error)
        report = f"{id} ({mirror.graph.nodes[id].type}): {state.error}"
        QApplication.clipboard().setText(
            f"{report}\n\n{state.details}" if state.details else report
        )
        canvas.say(canvas.tr("Copied"), stay=True)
