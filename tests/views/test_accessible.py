"""Everything that the keyboard reaches has a name for screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from nodeui.views.sweep import SweepDialog
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.start import WORKFLOWS
from nodeui.views.window.studio import Studio
from tests.signals import arguments_of
from tests.views.editor import close, make_studio, settings_in


@pytest.fixture
def studio(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(qapp, settings_in(tmp_path))
    studio.window.show()
    yield studio
    close(studio)


def nameless(app: QApplication) -> set[tuple[str, str]]:
    """Return the classes of visible widgets that take the focus and have no name, with those of
    their parents. Parts of a control have the name of the control."""
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


def test_every_control_has_a_name(qtbot: QtBot, qapp: QApplication, studio: Studio):
    assert nameless(qapp) == set()  # the start page
    with qtbot.waitSignal(studio.workspace.opened) as opened:
        studio.workspace.open_copy(WORKFLOWS / "controlled-landscape.nodeui.json")
    session = arguments_of(opened)[0]
    for selection in (["sampler"], ["model"], list(session.graph.nodes)):
        session.select(selection)
        for dock in studio.docks:
            studio.docks.bring_up(dock)
            qapp.processEvents()
            assert nameless(qapp) == set(), dock
    settings = studio.settings
    preferences = PreferencesDialog(
        settings.preferences, settings.places, studio.actions, studio.window
    )
    preferences.show()
    (tabs,) = preferences.findChildren(QTabWidget)
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        assert nameless(qapp) == set()
    preferences.hide()
    sweep = SweepDialog(session, "sampler", "steps", studio.window)
    sweep.show()
    assert nameless(qapp) == set()
    sweep.hide()
    palette = CommandPalette(studio.actions.all(), studio.window)
    palette.open_over(studio.window)
    assert nameless(qapp) == set()
    palette.close()


def test_the_tab_key_reaches_every_field_of_the_preferences(
    qtbot: QtBot, qapp: QApplication, studio: Studio
):
    settings = studio.settings
    dialog = PreferencesDialog(settings.preferences, settings.places, studio.actions, studio.window)
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
