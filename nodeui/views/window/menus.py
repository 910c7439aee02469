"""Lays out the actions in menus and tool bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from nodeui.graph.wording import tr
from nodeui.views.labels import plain_entry
from nodeui.views.window.actions import Actions
from nodeui.views.window.canvas_actions import canvas_names
from nodeui.views.window.docks import Docks

_TOOLS = ("view.start", "file.new", "file.open", "file.save", "", "edit.undo", "edit.redo", "")
_RUN_TOOLS = ("run.stop", "run.live")


def add_panel_actions(actions: Actions, docks: Docks) -> None:
    """Add an action for each panel that shows and hides it."""
    for name in docks:
        _add_panel_action(actions, docks, name)


def _add_panel_action(actions: Actions, docks: Docks, name: str) -> None:
    dock = docks[name]

    def toggle() -> None:
        if action.isChecked():
            docks.bring_up(name)
        else:
            dock.hide()

    title = plain_entry(dock.accessibleName())
    action = actions.add(f"panel.{name}", title, toggle, needs="document", checkable=True)
    action.setChecked(True)
    dock.visibilityChanged.connect(lambda: action.setChecked(not dock.isHidden()))


def add_menus(
    window: QMainWindow,
    actions: Actions,
    docks: Docks,
    recent: QMenu,
    node_menus: Sequence[QMenu],
    variations: QMenu,
) -> None:
    """Add the menus.

    Args:
        window: The window with the menu bar.
        actions: All actions.
        docks: The panels, which the View menu lists.
        recent: The menu of recent files.
        node_menus: More menus in the Node menu.
        variations: The menu of ways to vary a picture.
    """

    def add_menu(title: str, *names: str) -> QMenu:
        menu = window.menuBar().addMenu(title)
        _fill(menu, actions, names)
        return menu

    panels = [f"panel.{name}" for name in docks]
    file = add_menu(tr("&File"), "file.new", "file.open", "file.load_layers")
    file.addMenu(recent)
    _fill(file, actions, ["file.save", "file.save_as", "file.revert", "", "file.close"])
    _fill(file, actions, ["file.reopen", "", "file.preferences", "", "file.quit"])
    add_menu(tr("&Edit"), "edit.undo", "edit.redo", "", *canvas_names("edit"))
    add_menu(
        tr("&View"),
        *("view.start", "", *canvas_names("view"), "", *panels),
        *("", "view.theme", "view.full"),
    )
    node = add_menu(tr("&Node"), *canvas_names("node"), "")
    _fill(node.addMenu(tr("&Arrange")), actions, canvas_names("arrange"))
    for more in node_menus:
        node.addMenu(more)
    run = add_menu(tr("&Run"), "run.run", "run.selected", "run.stop", "", "run.variations")
    run.addMenu(variations)
    _fill(run, actions, ["run.sweep", "", "run.live"])
    add_menu(tr("&Help"), "help.commands", "help.shortcuts", "", "help.about")


def _fill(menu: QMenu | QToolBar, actions: Actions, names: Iterable[str]) -> None:
    """Add actions by name; "" is a separator."""
    for name in names:
        menu.addAction(actions[name]) if name else menu.addSeparator()


def add_tool_bar(window: QMainWindow, actions: Actions, count: QWidget) -> None:
    """Add the tool bar.

    Args:
        window: The window.
        actions: All actions.
        count: The number of runs, beside Run.
    """
    bar = QToolBar(tr("Tools"), window)
    bar.setObjectName("tools")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    window.addToolBar(bar)
    bar.show()  # a bar that is added to a visible window is hidden
    _fill(bar, actions, [*_TOOLS, "run.run"])
    bar.addWidget(count)
    _fill(bar, actions, _RUN_TOOLS)
    for name in ("run.run", "run.live"):
        button = bar.widgetForAction(actions[name])
        if isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
