"""All that the keyboard reaches has a name for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QTabWidget, QWidget

from nodeui.app import make_window
from nodeui.session.preferences import Places, Settings
from nodeui.views.sweep import SweepDialog
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.main import MainWindow
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.start import WORKFLOWS
from tests.views.editor import close


@pytest.fixture
def window(qtbot: Any, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    places = Places(tmp_path / "config", tmp_path / "state", tmp_path / "cache")
    window = make_window(qapp, Settings(places))
    window.show()
    yield window
    close(window)


def nameless(app: QApplication) -> set[tuple[str, str]]:
    """The visible widgets that take the focus and have no name: their classes, and those of what
    they lie in. Parts of a control go by its name."""
    found: set[tuple[str, str]] = set()
    for widget in app.allWidgets():
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        parent = widget.parent()
        viewport = isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget
        interface = QAccessible.queryAccessibleInterface(widget)
        if viewport or widget.objectName().startswith("qt_"):
            continue
        if interface is None or not interface.text(QAccessible.Text.Name):
            found.add((type(widget).__name__, type(parent).__name__))
    return found


def test_every_control_has_a_name(qtbot: Any, qapp: QApplication, window: MainWindow):
    assert nameless(qapp) == set()  # the start page
    with qtbot.waitSignal(window.workspace.opened) as opened:
        window.workspace.open_copy(WORKFLOWS / "controlled-landscape.nodeui.json")
    session = opened.args[0]
    for selection in (["sampler"], ["model"], list(session.graph.nodes)):
        session.select(selection)
        for dock in window.panels.docks:
            window.panels.bring_up(dock)
            qapp.processEvents()
            assert nameless(qapp) == set(), dock
    settings = window.settings
    preferences = PreferencesDialog(settings.preferences, settings.places, window.actions_, window)
    preferences.show()
    (tabs,) = preferences.findChildren(QTabWidget)
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        assert nameless(qapp) == set()
    preferences.hide()
    sweep = SweepDialog(session, "sampler", "steps", window)
    sweep.show()
    assert nameless(qapp) == set()
    sweep.hide()
    palette = CommandPalette(window.actions_.all(), window)
    palette.open_over(window)
    assert nameless(qapp) == set()
    palette.close()


def test_the_tab_key_reaches_every_field_of_the_preferences(
    qtbot: Any, qapp: QApplication, window: MainWindow
):
    settings = window.settings
    dialog = PreferencesDialog(settings.preferences, settings.places, window.actions_, window)
    dialog.show()
    qtbot.waitExposed(dialog)
    (tabs,) = dialog.findChildren(QTabWidget)
    tabs.setCurrentIndex(1)
    page = tabs.currentWidget()
    reached: set[QWidget] = set()
    for _ in range(40):
        qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Tab)
        reached.add(dialog.focusWidget())
    missed = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.objectName().startswith("qt_")
        and widget not in reached
    ]
    assert missed == []
    dialog.close()
