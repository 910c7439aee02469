"""The menus of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QIcon, QKeySequence, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu

from nodeui.graph.edits import Batch, Disconnect, SetFrame
from nodeui.graph.parts import Link
from nodeui.graph.wording import words
from nodeui.views.canvas import grouping, rerouting
from nodeui.views.canvas.commands import COMMANDS, Command
from nodeui.views.canvas.group_look import Port
from nodeui.views.canvas.hit import Hit
from nodeui.views.canvas.ink import ink
from nodeui.views.canvas.insertion import Gap
from nodeui.views.canvas.level import SIGN, is_group, resolve
from nodeui.views.colours import colour_names
from nodeui.views.icons import icon

if TYPE_CHECKING:
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
    "node.frame", "node.group", "edit.select-linked",
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
        _of_link(canvas, menu, hit.link, hit.index if hit.part == "dot" else None)
    elif hit.id in session.graph.frames:
        if hit.id not in canvas.frames:
            canvas.choose(frames={hit.id})
        _fill(canvas, menu, _FRAME)
        frame = session.graph.frames[hit.id]
        _colours(canvas, menu, frame.colour, lambda c: _set_colour(canvas, frame.id, c))
    elif hit.id:
        if hit.id not in canvas.mirror.selected:
            canvas.choose({hit.id})
        if hit.field is not None and hit.field.parameter.type != "curve":
            node, name = resolve(hit.id, hit.field.name)
            sweep = _action(menu, canvas.tr("Sweep {0}…").format(words(name)), "grid")
            sweep.triggered.connect(lambda: canvas.sweep_requested.emit(node, name))
            menu.addSeparator()
        run = _action(menu, canvas.tr("Run to here"), "play")
        run.triggered.connect(lambda: session.run(sorted(session.selection)))
        menu.addSeparator()
        if is_group(hit.id):
            _of_group(canvas, menu, hit)
        _fill(canvas, menu, _NODE)
        if canvas.mirror.level.id:
            _exposing(canvas, menu.addMenu(canvas.tr("Show on the group")), hit.id)
        if len(canvas.mirror.selected) > 1:
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


def _of_link(canvas: CanvasView, menu: QMenu, link: Link, index: int | None) -> None:
    """What can be done with a link, or with one of its waypoints."""
    at, via = canvas.interaction.pointer.at, canvas.mirror.via.get(link, ())
    if index is not None:
        action = _action(menu, canvas.tr("Remove waypoint"))
        action.triggered.connect(lambda: rerouting.remove_waypoint(canvas, link, index))
    elif link in canvas.mirror.stubs:
        action = _action(menu, canvas.tr("Go to the other end"))
        action.triggered.connect(lambda: rerouting.follow_or_bend(canvas, link, at))
    else:
        action = _action(menu, canvas.tr("Add waypoint"))
        action.triggered.connect(lambda: rerouting.add_waypoint(canvas, link, at))
    if via:
        action = _action(menu, canvas.tr("Straighten"))
        action.triggered.connect(lambda: rerouting.straighten(canvas, link))
    gap = Gap.of(canvas.mirror, link)
    if gap is not None and index is None:
        insert = _action(menu, canvas.tr("Insert node..."), "plus")
        insert.triggered.connect(lambda: canvas.search_requested.emit(at, gap))
    action = _action(menu, canvas.tr("Disconnect"))
    action.triggered.connect(lambda: canvas.edit(Disconnect(link.target, link.input)))


def _of_group(canvas: CanvasView, menu: QMenu, hit: Hit) -> None:
    """What can be done with a group only; one that has no nodes is not among the selected."""
    key, id = hit.id, hit.id.removeprefix(SIGN)
    part = hit.field or hit.spot
    if part is not None:
        output = hit.spot is not None and hit.spot.output
        port = Port(*resolve(key, part.name), output)
        if port.text in canvas.session.graph.groups[id].exposed:
            hide = _action(menu, canvas.tr("Hide from the group"))
            hide.triggered.connect(lambda: grouping.expose(canvas, id, port, False))
            menu.addSeparator()
    enter = _action(menu, _BY_NAME["node.enter"].text, "login")
    enter.triggered.connect(lambda: canvas.levels.go(id))
    ungroup = _action(menu, _BY_NAME["node.ungroup"].text, "ungroup")
    ungroup.triggered.connect(lambda: grouping.dissolve(canvas, [id]))
    now = canvas.session.graph.groups[id].colour
    _colours(canvas, menu, now, lambda colour: grouping.set_colour(canvas, key, colour))
    menu.addSeparator()


def _exposing(canvas: CanvasView, menu: QMenu, key: str) -> None:
    """Which sockets and parameters of a node the group in view shows."""
    exposed = canvas.session.graph.groups[canvas.mirror.level.id].exposed
    for port in grouping.ports_behind(canvas, key):
        text = words(port.name)
        action = _action(menu, canvas.tr("{0} (output)").format(text) if port.output else text)
        action.setCheckable(True)
        action.setChecked(port.text in exposed or grouping.always_shown(canvas, port))
        action.setEnabled(not grouping.always_shown(canvas, port))
        action.toggled.connect(partial(grouping.expose, canvas, canvas.mirror.level.id, port))


def _colours(canvas: CanvasView, menu: QMenu, now: str, choose: Callable[[str], None]) -> None:
    """A menu of colours; `now` is the one by now."""
    colours = menu.addMenu(icon("palette"), canvas.tr("Colour"))
    for colour, name in colour_names().items():
        swatch = QPixmap(16, 16)
        swatch.fill(QColor(colour) if colour else ink("muted"))
        action = _action(colours, name)
        action.setIcon(QIcon(swatch))
        action.triggered.connect(lambda _=False, c=colour: choose(c))
    colours.addSeparator()
    other = _action(colours, canvas.tr("Other..."))
    other.triggered.connect(lambda: _pick_colour(canvas, now, choose))


def _pick_colour(canvas: CanvasView, now: str, choose: Callable[[str], None]) -> None:
    dialog = QColorDialog(QColor(now or "#808080"), canvas)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: choose(dialog.selectedColor().name()))
    dialog.open()


def _set_colour(canvas: CanvasView, id: str, colour: str) -> None:
    frame = canvas.session.graph.frames[id]
    edit = SetFrame(id, msgspec.structs.replace(frame, colour=colour))
    canvas.edit(Batch((edit,), label=canvas.tr("Colour frame")))
