"""The menus and the tool bar: which actions there are, their keys, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMenu, QToolBar, QToolButton

from nodeui.graph.branches import branch_kinds
from nodeui.views.canvas import COMMANDS
from nodeui.views.window.actions import Actions
from nodeui.views.window.branching import action_name

if TYPE_CHECKING:
    from nodeui.views.window.main import MainWindow


class Menus(QObject):
    """Makes the actions, and lays them out.

    Args:
        window: What they act on.
        actions: Takes them.

    Attributes:
        on_canvas: The names of those that act on the canvas in view.
    """

    def __init__(self, window: MainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self.on_canvas: set[str] = set()
        self._file()
        self._edit()
        self._view()
        self._node()
        self._run()
        self._help()
        self._tool_bar()

    def refresh_edit(self, undo: str | None, redo: str | None) -> None:
        """Name what undo and redo would do; None where there is nothing."""
        for name, text, bare, label in (
            ("edit.undo", self.tr("Undo {0}"), self.tr("Undo"), undo),
            ("edit.redo", self.tr("Redo {0}"), self.tr("Redo"), redo),
        ):
            self._actions[name].setText(text.format(label) if label else bare)
            self._actions[name].setEnabled(label is not None)

    def _file(self) -> None:
        window, add = self._window, self._actions.add
        add("file.new", self.tr("&New"), window.new, "Ctrl+N", "file-plus-outline")
        add("file.open", self.tr("&Open..."), window.files.open, "Ctrl+O", "folder-open-outline")
        add("file.save", self.tr("&Save"), window.save, "Ctrl+S", "content-save-outline")
        add("file.save_as", self.tr("Save &as..."), window.save_as, "Ctrl+Shift+S")
        add("file.revert", self.tr("Re&vert"), window.revert)
        add("file.close", self.tr("&Close tab"), window.close_tab, "Ctrl+W")
        add(
            "file.reopen",
            self.tr("Reopen closed &tab"),
            window.workspace.reopen_closed,
            "Ctrl+Shift+T",
        )
        add(
            "file.preferences", self.tr("&Preferences..."), window.show_preferences, "Ctrl+,", "cog"
        )
        add("file.quit", self.tr("&Quit"), window.close, "Ctrl+Q")
        menu = self._menu(self.tr("&File"), ["file.new", "file.open"])
        self.recent = menu.addMenu(self.tr("Open &recent"))
        self._fill(menu, ["file.save", "file.save_as", "file.revert", "", "file.close"])
        self._fill(menu, ["file.reopen", "", "file.preferences", "", "file.quit"])

    def _edit(self) -> None:
        window, add = self._window, self._actions.add
        add("edit.undo", self.tr("Undo"), window.undo, "Ctrl+Z", "undo")
        add("edit.redo", self.tr("Redo"), window.redo, "Ctrl+Shift+Z; Ctrl+Y", "redo")
        menu = self._menu(self.tr("&Edit"), ["edit.undo", "edit.redo", ""])
        self._fill(menu, self._canvas("edit"))

    def _view(self) -> None:
        window, add = self._window, self._actions.add
        add("view.start", self.tr("&Start page"), window.toggle_start, "Ctrl+Home", "home-outline")
        add("view.theme", self.tr("&Dark or light"), window.switch_theme, "", "theme-light-dark")
        add("view.full", self.tr("&Full screen"), window.toggle_full_screen, "F11", "fullscreen")
        menu = self._menu(self.tr("&View"), ["view.start", ""])
        self._fill(menu, [*self._canvas("view"), ""])
        for name, dock in window.panels.docks.items():
            menu.addAction(self._panel(name, dock))
        self._fill(menu, ["", "view.theme", "view.full"])

    def _panel(self, name: str, dock: QDockWidget) -> QAction:
        """Make the action that shows and hides a panel."""

        def show(on: bool) -> None:
            dock.setVisible(on)
            if on:
                dock.raise_()

        def follow(visible: bool) -> None:
            action.setChecked(not dock.isHidden())

        text = dock.windowTitle()
        action = self._actions.add(f"panel.{name}", text, lambda: None, checkable=True)
        action.setChecked(True)
        action.triggered.connect(show)
        dock.visibilityChanged.connect(follow)
        return action

    def _node(self) -> None:
        menu = self._menu(self.tr("&Node"), self._canvas("node"))
        menu.addSeparator()
        self._fill(menu.addMenu(self.tr("&Arrange")), self._canvas("arrange"))
        self._fill(
            menu.addMenu(self.tr("&Branch here")),
            [action_name(kind) for kind in branch_kinds(self._window.specs)],
        )

    def _canvas(self, group: str) -> list[str]:
        """Make actions of the canvas's commands of a group; returns the names for its menu."""
        names: list[str] = []
        for command in COMMANDS:
            if command.menu and command.name.startswith(f"{group}."):
                run = self._window.canvas_command(command)
                within = self._window.documents.tabs
                self._actions.add(
                    command.name, command.text, run, command.keys, command.icon, within=within
                )
                names.append(command.name)
        self.on_canvas.update(names)
        return names

    def _run(self) -> None:
        window, add = self._window, self._actions.add
        add("run.run", self.tr("&Run"), window.run, "Ctrl+Return; Ctrl+Enter", "play")
        add(
            "run.selected",
            self.tr("Run to &selected"),
            window.run_selected,
            "Ctrl+Shift+Return",
            "skip-next",
        )
        add("run.stop", self.tr("S&top"), window.stop, "Ctrl+.", "stop")
        live = add(
            "run.live",
            self.tr("&Live"),
            lambda: None,
            "Ctrl+Shift+L",
            "flash-outline",
            checkable=True,
        )
        live.triggered.connect(window.set_live)
        names = ["run.run", "run.selected", "run.stop", "", "run.sweep", "run.live"]
        self._menu(self.tr("&Run"), names)

    def _help(self) -> None:
        window, add = self._window, self._actions.add
        add(
            "help.commands",
            self.tr("&Command palette..."),
            window.show_commands,
            "Ctrl+Shift+P",
            "magnify",
        )
        add(
            "help.shortcuts", self.tr("&Shortcuts"), window.show_shortcuts, "F1", "keyboard-outline"
        )
        add("help.about", self.tr("&About NodeUI"), window.show_about)
        self._menu(self.tr("&Help"), ["help.commands", "help.shortcuts", "", "help.about"])

    def _menu(self, title: str, names: Sequence[str]) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        self._fill(menu, names)
        return menu

    def _fill(self, menu: QMenu, names: Sequence[str]) -> None:
        """Add actions by name; "" is a line between them."""
        for name in names:
            menu.addAction(self._actions[name]) if name else menu.addSeparator()

    def _tool_bar(self) -> None:
        bar = QToolBar(self.tr("Tools"), self._window)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._window.addToolBar(bar)
        bar.show()  # by itself it is hidden in a window that is seen already
        for name in (
            "view.start",
            "file.new",
            "file.open",
            "file.save",
            "",
            "edit.undo",
            "edit.redo",
        ):
            bar.addAction(self._actions[name]) if name else bar.addSeparator()
        bar.addSeparator()
        for name in ("run.run", "run.stop", "run.live"):
            bar.addAction(self._actions[name])
            button = bar.widgetForAction(self._actions[name])
            if isinstance(button, QToolButton) and name != "run.stop":
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
