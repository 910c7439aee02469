"""From the first start to the first picture, with the starter model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolBar

from nodeui import app
from nodeui.graph.edits import SetParam
from nodeui.session.preferences import Places, Settings
from nodeui.views.window.start import Card
from tests.views.editor import LONG


def test_two_clicks_give_a_picture(
    qtbot: Any, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NODEUI_OUTPUT", str(tmp_path / "pictures"))
    settings = Settings(Places(tmp_path / "config", tmp_path / "state", tmp_path / "cache"))
    window = app._bare_window(qapp, settings)
    window.resize(1600, 900)  # the offscreen screen is smaller: room for all panels
    window.painted.connect(lambda: app._begin(window, []))
    window.show()
    card = window.documents.start.findChildren(Card)[0]
    qtbot.waitUntil(lambda: hasattr(window, "workspace"), timeout=LONG)
    with qtbot.waitSignal(window.workspace.opened, timeout=LONG) as opened:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    session = opened.args[0]
    bar = window.findChild(QToolBar)
    assert bar is not None
    run = bar.widgetForAction(window.actions_["run.run"])
    for widget in (run, window.panels.viewer, window.panels.inspector, window.panels.timeline):
        qtbot.waitUntil(widget.isVisible, timeout=LONG)
    view = window.documents.view
    assert view is not None
    qtbot.waitUntil(lambda: view.shown_rect().contains(view.content_rect()), timeout=LONG)
    session.edit(SetParam("sampler", "steps", 3))  # all else as it comes, but tests shall be quick
    with qtbot.waitSignal(window.runs.finished, timeout=3 * LONG) as finished:
        QTest.mouseClick(run, Qt.MouseButton.LeftButton)
    report = finished.args[1]
    assert not report.failures and not window._notices.shown
    qtbot.waitUntil(lambda: session.image_of("save") is not None, timeout=LONG)
    assert window.panels.viewer.pane.image == session.image_of("save")
    assert [path.suffix for path in (tmp_path / "pictures").iterdir()] == [".png"]
    qtbot.waitUntil(lambda: window.panels.gallery.model.rowCount() == 1, timeout=LONG)
    session.saved(tmp_path / "a.nodeui.json", session.depth)
    assert window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
