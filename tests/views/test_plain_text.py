"""File names, titles and paths are shown as they are, never rendered as rich text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QTabBar, QWidget

from nodeui.graph import document
from nodeui.graph.edits import AddNode, SetFrame, SetGroup, SetParam
from nodeui.graph.parts import Frame, Group, Node
from tests.views.editor import close, make_studio, settings_in

EVIL = "<b>bold<b><img src=x>"


def test_foreign_texts_are_plain(qtbot: Any, qapp: QApplication, tmp_path: Path) -> None:
    studio = make_studio(qapp, settings_in(tmp_path))
    studio.window.show()
    path = tmp_path / f"{EVIL}{document.SUFFIX}".replace("/", "")
    session = studio.workspace.new()
    session.edit(AddNode(Node("a", "image.load", title=EVIL, params={"path": EVIL})))
    session.edit(SetGroup("g", Group("g", title=EVIL)))
    session.edit(SetFrame("f", Frame("f", title=EVIL)))
    session.edit(SetParam("a", "path", EVIL))
    studio.workspace.save(session, path)
    qtbot.waitUntil(lambda: session.path is not None)
    for selected in ("a", "f", "g"):
        session.select({selected})
        QTest.qWait(50)
        _check(studio.window)
    box = studio.files._box(EVIL, "")  # pyright: ignore[reportPrivateUsage]
    assert box.textFormat() == Qt.TextFormat.PlainText
    studio.documents.show_start()
    _check(studio.window)
    close(studio)


def _check(window: QWidget) -> None:
    seen = 0
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QMessageBox) and not _inside_box(widget):
            if isinstance(widget, QLabel):
                assert widget.textFormat() == Qt.TextFormat.PlainText, (widget, widget.text())
                seen += 1
            assert EVIL not in widget.toolTip(), (widget, widget.toolTip())
    assert seen > 5
    tabs = window.findChildren(QTabBar, "qt_tabwidget_tabbar")
    for bar in tabs:
        for index in range(bar.count()):
            assert EVIL not in bar.tabToolTip(index)


def _inside_box(widget: QWidget) -> bool:
    return isinstance(widget.window(), QMessageBox)
