"""The menus of the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction, QColor, QIcon, QKeySequence, QPixmap
from PySide6.QtWidgets import QMenu

from nodeui.graph.edits import AddNode, Batch, Connect, Disconnect, SetFrame
from nodeui.graph.parts import Frame, Link, Node
from nodeui.views.canvas.commands import COMMANDS, Command
from nodeui.views.canvas.convert import Converter, converters
from nodeui.views.canvas.frame_paint import COLOURS
from nodeui.views.canvas.geometry import Spot
from nodeui.views.canvas.hit import Hit
from nodeui.views.canvas.ink import ink
from nodeui.views.icons import icon

if TYPE_CHECKING:
    from nodeui.views.canvas.tools.link import LinkEnd
    from nodeui.views.canvas.view import CanvasView

_CANVAS = (
    "node.add",
    "edit.paste",
    "",
    "edit.select-all",
    "node.frame",
    "node.note",
    "",
    "arrange.layout",
    "view.all",
)
_NODE = (
    "node.rename", "node.mute", "node.bypass", "node.collapse", "",
    "edit.cut", "edit.copy", "edit.duplicate", "edit.delete", "",
    "node.frame", "edit.select-linked",
)  # fmt: skip
_SEVERAL = (
    "arrange.layout", "", "arrange.left", "arrange.centre", "arrange.right", "",
    "arrange.top", "arrange.middle", "arrange.bottom", "", "arrange.across", "arrange.down",
)  # fmt: skip
_FRAME = ("node.rename", "edit.copy", "edit.duplicate", "edit.delete")
_BY_NAME = {command.name: command for command in COMMANDS}


def context_menu(canvas: CanvasView, hit: Hit) -> QMenu:
    """The menu for what was hit; what was hit is selected first."""
    menu = QMenu(canvas)
    session = canvas.session
    if hit.link is not None:
        link = hit.link
        action = _action(menu, canvas.tr("Disconnect"))
        action.triggered.connect(lambda: canvas.edit(Disconnect(link.target, link.input)))
    elif hit.id in session.graph.frames:
        canvas.select_frames({hit.id})
        _fill(canvas, menu, _FRAME)
        _colours(canvas, menu, session.graph.frames[hit.id])
    elif hit.id:
        if hit.id not in session.selection:
            session.select({hit.id})
        run = _action(menu, canvas.tr("Run to here"), "play")
        run.triggered.connect(lambda: session.run(sorted(session.selection)))
        menu.addSeparator()
        _fill(canvas, menu, _NODE)
        if len(session.selection) > 1:
            _fill(canvas, menu.addMenu(canvas.tr("Arrange")), _SEVERAL)
    else:
        _fill(canvas, menu, _CANVAS)
    return menu


def _fill(canvas: CanvasView, menu: QMenu, names: tuple[str, ...]) -> None:
    for name in names:
        if name:
            _add(canvas, menu, _BY_NAME[name])
        else:
            menu.addSeparator()


def _add(canvas: CanvasView, menu: QMenu, command: Command) -> None:
    action = _action(menu, command.text, command.icon)
    keys = QKeySequence.listFromString(command.keys)
    if keys:
        action.setShortcut(keys[0])  # to be seen; the canvas or the window listens for it
        action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(lambda: command.run(canvas))


def _action(menu: QMenu, text: str, icon_name: str = "") -> QAction:
    action = QAction(text, menu)
    if icon_name:
        action.setIcon(icon(icon_name))
    menu.addAction(action)
    return action


def _colours(canvas: CanvasView, menu: QMenu, frame: Frame) -> None:
    colours = menu.addMenu(canvas.tr("Colour"))
    for colour in COLOURS:
        swatch = QPixmap(16, 16)
        swatch.fill(QColor(colour) if colour else ink("muted"))
        action = _action(colours, colour or canvas.tr("None"))
        action.setIcon(QIcon(swatch))
        action.triggered.connect(lambda _=False, c=colour: _set_colour(canvas, frame.id, c))


def _set_colour(canvas: CanvasView, id: str, colour: str) -> None:
    frame = canvas.session.graph.frames[id]
    edit = SetFrame(id, msgspec.structs.replace(frame, colour=colour))
    canvas.edit(Batch((edit,), label=canvas.tr("Colour frame")))


# --- conversions ---


def conversion_menu(canvas: CanvasView, end: LinkEnd, id: str, spot: Spot) -> QMenu | None:
    """Offers the nodes that fit between two sockets of different types; None: there is none."""
    if end.type is None or spot.type is None or end.output == spot.output:
        return None
    given, taken = (end.type, spot.type) if end.output else (spot.type, end.type)
    found = converters(canvas.session.specs, given, taken)
    if not found:
        return None
    menu = QMenu(canvas)
    menu.addSection(canvas.tr("{0} to {1}").format(given, taken))
    for converter in found[:8]:
        action = _action(menu, converter.spec.title)
        action.triggered.connect(lambda _=False, c=converter: convert(canvas, end, id, spot, c))
    return menu


def convert(canvas: CanvasView, end: LinkEnd, id: str, spot: Spot, converter: Converter) -> None:
    """Put a node between two sockets, and link it with both."""
    graph = canvas.session.graph
    new = graph.free_id(converter.spec.title)
    ends = ((end.node, end.name), (id, spot.name))
    source, target = ends if end.output else (ends[1], ends[0])
    a, b = canvas.mirror.spot_at(*_key(source, True)), canvas.mirror.spot_at(*_key(target, False))
    middle = (a + b) / 2 - QPointF(110, 60)
    place = (round(middle.x()), round(middle.y()))
    edits = (
        AddNode(Node(new, converter.spec.id, converter.spec.version, pos=place)),
        Connect(Link(*source, new, converter.input)),
        Connect(Link(new, converter.output, *target)),
    )
    canvas.edit(Batch(edits, label=canvas.tr("Add {0}").format(converter.spec.title)))


def _key(end: tuple[str, str], output: bool) -> tuple[str, bool, str]:
    return end[0], output, end[1]
