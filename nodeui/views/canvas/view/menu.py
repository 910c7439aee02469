"""The context menus of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QKeySequence, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu, QWidget

from nodeui.graph.edits import Disconnect
from nodeui.graph.parts import Link
from nodeui.graph.wording import tr, words
from nodeui.views.canvas import commands
from nodeui.views.canvas.commands import COMMANDS, Command, Gap
from nodeui.views.canvas.paint import colour
from nodeui.views.canvas.scene import (
    Canvas,
    Hit,
    LinkEnd,
    Port,
    Spot,
    group_id,
    is_group,
    resolve,
)
from nodeui.views.colours import colour_names
from nodeui.views.icons import icon
from nodeui.views.labels import plain_entry

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


def context_menu(canvas: Canvas, parent: QWidget, hit: Hit, at: QPointF) -> QMenu:
    """Return the context menu of a part, and select the part.

    Args:
        canvas: The canvas.
        parent: The widget that owns the menu.
        hit: The part.
        at: The pointer's position on the canvas.
    """
    menu = QMenu(parent)
    if hit.link is not None:
        _fill_for_link(canvas, menu, hit.link, hit.index if hit.part == "waypoint" else None, at)
    elif hit.id in canvas.session.graph.frames:
        _fill_for_frame(canvas, menu, hit.id)
    elif hit.id:
        _fill_for_node(canvas, menu, hit)
    else:
        _fill(canvas, menu, _CANVAS)
    return menu


def conversion_menu(
    canvas: Canvas, parent: QWidget, end: LinkEnd, key: str, spot: Spot
) -> QMenu | None:
    """Return a menu of the nodes that convert between two sockets; None if there are none.

    Args:
        canvas: The canvas.
        parent: The widget that owns the menu.
        end: The end of a link.
        key: The node or group with the other socket.
        spot: The other socket.
    """
    found = commands.converters_between(canvas, end, spot)
    if not found:
        return None
    menu = QMenu(parent)
    menu.addAction(tr("Convert with")).setEnabled(False)
    for converter in found:
        action = menu.addAction(plain_entry(converter.spec.title))
        action.triggered.connect(
            lambda _=False, c=converter: commands.insert_converter(canvas, end, key, spot, c)
        )
    menu.setActiveAction(menu.actions()[1])
    return menu


def _fill(canvas: Canvas, menu: QMenu, names: tuple[str, ...]) -> None:
    """Add commands by name; "" is a separator."""
    for name in names:
        if name:
            _add_command(canvas, menu, _BY_NAME[name])
        else:
            menu.addSeparator()


def _add_command(canvas: Canvas, menu: QMenu, command: Command) -> None:
    action = _add(menu, command.text, lambda: command.run(canvas), command.icon)
    keys = QKeySequence.listFromString(command.keys)
    if keys:
        action.setShortcut(keys[0])  # only shown; the canvas or the window handles it
        action.setShortcutVisibleInContextMenu(True)


def _add(menu: QMenu, text: str, run: Callable[[], object], icon_name: str = "") -> QAction:
    action = QAction(text, menu)
    if icon_name:
        action.setIcon(icon(icon_name))
    menu.addAction(action)
    action.triggered.connect(lambda: run())
    return action


def _fill_for_link(canvas: Canvas, menu: QMenu, link: Link, index: int | None, at: QPointF) -> None:
    """Add actions for a link, or for its waypoint with this index."""
    links = canvas.mirror.links
    if index is not None:
        _add(menu, tr("Remove waypoint"), lambda: commands.remove_waypoint(canvas, link, index))
    elif link in links.boundary:
        _add(menu, tr("Go to the other end"), lambda: commands.follow_link(canvas, link))
    else:
        _add(menu, tr("Add waypoint"), lambda: commands.add_waypoint(canvas, link, at))
    if link in links.waypoints:
        _add(menu, tr("Straighten"), lambda: commands.straighten(canvas, link))
    gap = Gap.of(canvas.mirror, link)
    if gap is not None and index is None:
        search = canvas.search_requested
        _add(menu, tr("Insert node..."), lambda: search.emit(at, gap), "plus")
    _add(menu, tr("Disconnect"), lambda: canvas.edit(Disconnect(link.target, link.input)))


def _fill_for_frame(canvas: Canvas, menu: QMenu, id: str) -> None:
    if id not in canvas.frames:
        canvas.choose(frames={id})
    _fill(canvas, menu, _FRAME)
    now = canvas.session.graph.frames[id].colour
    _add_colours(menu, now, lambda name: commands.set_frame_colour(canvas, id, name))


def _fill_for_node(canvas: Canvas, menu: QMenu, hit: Hit) -> None:
    """Add actions for a node or group."""
    session, level = canvas.session, canvas.mirror.level
    if hit.id not in canvas.mirror.selected:
        canvas.choose({hit.id})
    if hit.field is not None and hit.field.parameter.type not in ("curve", "painting"):
        node, name = resolve(hit.id, hit.field.name)
        sweep = canvas.sweep_requested
        _add(
            menu, plain_entry(tr("Sweep {0}…", words(name))), lambda: sweep.emit(node, name), "grid"
        )
        menu.addSeparator()
    _add(menu, tr("Run to here"), lambda: session.run(sorted(session.selection)), "play")
    menu.addSeparator()
    if is_group(hit.id):
        _fill_for_group(canvas, menu, hit)
    canvas.node_menu_opening.emit(menu, hit.id)
    _fill(canvas, menu, _NODE)
    if level.id:
        _fill_with_ports(canvas, menu.addMenu(tr("Show on the group")), hit.id)
    if len(canvas.mirror.selected) > 1:
        _fill(canvas, menu.addMenu(tr("Arrange")), _SEVERAL)


def _fill_for_group(canvas: Canvas, menu: QMenu, hit: Hit) -> None:
    """Add actions for a group; an empty group is never selected, so commands would miss it."""
    key, id = hit.id, group_id(hit.id)
    part = hit.field or hit.spot
    if part is not None:
        output = hit.spot is not None and hit.spot.output
        port = Port(*resolve(key, part.name), output)
        if port.text in canvas.session.graph.groups[id].exposed:
            hide = tr("Hide from the group")
            _add(menu, hide, lambda: commands.expose(canvas, id, port, False))
            menu.addSeparator()
    _add(menu, _BY_NAME["node.enter"].text, lambda: canvas.levels.go(id), "login")
    _add(menu, _BY_NAME["node.ungroup"].text, lambda: commands.ungroup(canvas, [id]), "ungroup")
    now = canvas.session.graph.groups[id].colour
    _add_colours(menu, now, lambda name: commands.set_group_colour(canvas, key, name))
    menu.addSeparator()


def _fill_with_ports(canvas: Canvas, menu: QMenu, key: str) -> None:
    """Add a checkable action for each port of a node that the group in view can show."""
    group = canvas.mirror.level.id
    exposed = canvas.session.graph.groups[group].exposed
    for port in commands.ports_behind(canvas, key):
        text = words(port.name)
        always = commands.always_shown(canvas, port)
        text = tr("{0} (output)", text) if port.output else text
        action = QAction(plain_entry(text), menu)
        menu.addAction(action)
        action.setCheckable(True)
        action.setChecked(port.text in exposed or always)
        action.setEnabled(not always)
        action.toggled.connect(partial(commands.expose, canvas, group, port))


def _add_colours(menu: QMenu, now: str, choose: Callable[[str], None]) -> None:
    """Add a menu of colours.

    Args:
        menu: The menu to add it to.
        now: The current colour, or "".
        choose: Called with the chosen colour.
    """
    colours = menu.addMenu(icon("palette"), tr("Colour"))
    for value, name in colour_names().items():
        swatch = QPixmap(16, 16)
        swatch.fill(QColor(value) if value else colour("muted"))
        _add(colours, name, partial(choose, value)).setIcon(QIcon(swatch))
    colours.addSeparator()
    parent = menu.parentWidget()
    _add(colours, tr("Other..."), lambda: _pick_colour(parent, now, choose))


def _pick_colour(parent: QWidget | None, now: str, choose: Callable[[str], None]) -> None:
    dialog = QColorDialog(QColor(now or "#808080"), parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: choose(dialog.selectedColor().name()))
    dialog.open()
