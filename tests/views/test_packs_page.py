"""The page of the preferences on node packs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QTableWidget, QWidget

from nodeui.engine.confinement import unavailable
from nodeui.graph.packs import load_pack, pack_entries
from nodeui.graph.registry import Registry
from nodeui.session import packs
from nodeui.session.preferences import Preferences
from nodeui.views.window import packs_page
from nodeui.views.window.packs_page import PacksPage
from tests.graph.packs import GOOD, write_module


@pytest.fixture
def parent(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QWidget]:
    """A window; the packs "one" and "two" are installed."""
    write_module(tmp_path, "one", GOOD, installed=True)
    write_module(tmp_path, "two", GOOD, installed=True)
    monkeypatch.syspath_prepend(tmp_path)
    window = QWidget()
    qtbot.addWidget(window)
    yield window
    sys.modules.pop("one", None)


def rows_of(page: PacksPage) -> list[list[str]]:
    (table,) = page.findChildren(QTableWidget)
    found: list[list[str]] = []
    for row in range(table.rowCount()):
        items = [table.item(row, column) for column in range(3)]
        found.append([item.text() for item in items if item is not None])
    return found


def test_packs_are_listed_with_what_they_may_do(parent: QWidget, tmp_path: Path):
    specs = Registry.of([load_pack(entry) for entry in pack_entries() if entry.name == "one"])
    page = PacksPage(Preferences(packs={"one": "trusted", "gone": "off"}), specs, parent)
    place = str(tmp_path)
    assert rows_of(page) == [["one 1.0", place, "1"], ["two 1.0", place, ""]]
    assert page.choices["one"].currentText() == "Trusted"
    expected = "Off, not decided yet" if unavailable() else "Confined"
    assert page.choices["two"].currentText() == expected
    page.choices["two"].setCurrentText("Off")
    assert page.chosen() == {"one": "trusted", "two": "off", "gone": "off"}


def test_where_packs_cannot_be_confined_the_user_decides(
    parent: QWidget, monkeypatch: pytest.MonkeyPatch
):
    for module in (packs, packs_page):
        monkeypatch.setattr(module, "unavailable", lambda: "Not here.")
    page = PacksPage(Preferences(), None, parent)
    choice = page.choices["one"]
    texts = [choice.itemText(index) for index in range(choice.count())]
    assert texts == ["Off, not decided yet", "Trusted", "Off"]
    assert page.chosen() == {}
    choice.setCurrentText("Trusted")
    assert page.chosen() == {"one": "trusted"}
