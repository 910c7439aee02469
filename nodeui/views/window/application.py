"""The actions that concern the editor itself: preferences, theme, full screen and help."""

from __future__ import annotations

from importlib.metadata import version

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMessageBox

from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.preferences import Settings
from nodeui.views import theme
from nodeui.views.canvas import GESTURES
from nodeui.views.gallery import KEYS
from nodeui.views.labels import message_box
from nodeui.views.window.actions import Actions
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.notice import Notices
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.shortcuts import ShortcutsSheet


class ApplicationCommands(QObject):
    """The commands that concern the editor itself.

    Args:
        settings: The preferences.
        specs: The known nodes.
        actions: Gets an action for each command.
        recent: The menu of recent files, which the command palette lists.
        notices: Shows why preferences cannot be saved.
        window: The window.
    """

    preferences_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        specs: Registry,
        actions: Actions,
        recent: QMenu,
        notices: Notices,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self.settings = settings
        self._specs = specs
        self._actions = actions
        self._recent = recent
        self._notices = notices
        self._window = window
        self._add_actions()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)

    def toggle_full_screen(self) -> None:
        """Enter or leave full screen."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def switch_theme(self) -> None:
        """Switch between dark and light."""
        preferences = self.settings.preferences
        preferences.theme = "light" if theme.current() == "dark" else "dark"
        self.apply_preferences()

    def show_commands(self) -> None:
        """Open the command palette."""
        recent = {f"recent.{n}": action for n, action in enumerate(self._recent.actions())}
        CommandPalette({**self._actions.all(), **recent}, self._window).open_over(self._window)

    def show_shortcuts(self) -> None:
        """Show all keys and mouse gestures."""
        gestures = [(tr(gesture), tr(effect)) for gesture, effect in (*GESTURES, *KEYS)]
        sheet = ShortcutsSheet(self._actions.all(), gestures, self._window)
        sheet.exec()
        sheet.deleteLater()

    def show_preferences(self) -> None:
        """Let the user change the preferences."""
        settings = self.settings
        dialog = PreferencesDialog(
            settings.preferences, settings.places, self._actions, self._window, self._specs
        )
        if dialog.exec():
            settings.preferences = dialog.chosen()
            self.apply_preferences()
        dialog.deleteLater()

    def show_about(self) -> None:
        """Show the name and version of the program."""
        text = tr("A studio for controllable image generation, version {}.", version("nodeui"))
        box = message_box(self._window, text)
        box.setIconPixmap(self._window.windowIcon().pixmap(64, 64))
        box.setStandardButtons(QMessageBox.StandardButton.Ok)
        box.exec()
        box.deleteLater()

    def apply_preferences(self) -> None:
        """Put the preferences into effect, and save them."""
        self._apply_theme()
        self._actions.choose_keys(self.settings.preferences.keys)
        self.preferences_changed.emit()
        self.save_preferences()

    def save_preferences(self) -> None:
        """Save the preferences; a notice says why they cannot be saved."""
        try:
            self.settings.save()
        except OSError as error:
            self._notices.show("warning", tr("Cannot save the preferences: {}", error))

    def _apply_theme(self) -> None:
        chosen = self.settings.preferences.theme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.system() if chosen == "system" else chosen)

    def _add_actions(self) -> None:
        add = self._actions.add
        add("file.preferences", tr("&Preferences..."), self.show_preferences, "Ctrl+,", "cog")
        add("view.theme", tr("Switch &theme"), self.switch_theme, "", "theme-light-dark")
        add("view.full", tr("&Full screen"), self.toggle_full_screen, "F11", "fullscreen")
        add(
            "help.commands",
            tr("&Command palette..."),
            self.show_commands,
            "Ctrl+Shift+P",
            "magnify",
        )
        add("help.shortcuts", tr("&Shortcuts"), self.show_shortcuts, "F1", "keyboard-outline")
        add("help.about", tr("&About NodeUI"), self.show_about)
