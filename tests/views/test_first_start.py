"""From the first start to the first picture, with the starter model."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolBar
from pytestqt.qtbot import QtBot

from nodeui import app
from nodeui.graph.edits import SetParam
from nodeui.views.gallery import Gallery
from nodeui.views.inspector import Inspector
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.start import Card
from nodeui.views.window.studio import Studio
from tests.signals import arguments_of
from tests.views.editor import LONG, close, settings_in


def test_two_clicks_give_a_picture(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NODEUI_OUTPUT", str(tmp_path / "pictures"))
    window = app.make_window(qapp, settings_in(tmp_path))
    window.resize(1600, 900)  # the offscreen screen is smaller: space for all panels
    made: list[Studio] = []
    window.painted.connect(lambda: made.append(app.open_studio(window, [])))
    window.show()
    card = window.start.findChildren(Card)[0]
    qtbot.waitUntil(lambda: len(made) == 1, timeout=LONG)
    (studio,) = made
    viewer = studio.docks.panel(Viewer)
    with qtbot.waitSignal(studio.workspace.opened, timeout=LONG) as opened:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    session = arguments_of(opened)[0]
    bar = window.findChild(QToolBar)
    assert bar is not None
    run = bar.widgetForAction(studio.actions["run.run"])
    for widget in (run, viewer, studio.docks.panel(Inspector), studio.docks.panel(Timeline)):
        qtbot.waitUntil(widget.isVisible, timeout=LONG)
    view = studio.documents.view
    assert view is not None
    qtbot.waitUntil(lambda: view.shown_rect().contains(view.mirror.content_rect()), timeout=LONG)
    session.edit(SetParam("sampler", "steps", 3))  # all else by default, but quick
    with qtbot.waitSignal(studio.runs.finished, timeout=3 * LONG) as finished:
        QTest.mouseClick(run, Qt.MouseButton.LeftButton)
    report = arguments_of(finished)[1]
    assert not report.failures and not studio.notices.shown
    qtbot.waitUntil(lambda: session.image_of("save") is not None, timeout=LONG)
    assert viewer.pane.image == session.image_of("save")
    assert [path.suffix for path in (tmp_path / "pictures").iterdir()] == [".png"]
    qtbot.waitUntil(lambda: studio.docks.panel(Gallery).model.rowCount() == 1, timeout=LONG)
    close(studio)
