"""Whatever is typed into a field ends in a valid value or a message, never in an exception."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import AddNode
from nodeui.graph.parts import Node
from nodeui.graph.spec import Parameter
from nodeui.views.fields import make_editor, parse, problem_of, registry, text_of
from nodeui.views.sweep import SweepDialog
from tests.views.editor import toy_studio

ODD = [
    "", " ", "9" * 401, "-" + "9" * 401, "9" * 5000, "nan", "inf", "-inf", "1e999", "1e-999", "٣",
    "x" * 100_000, "((((", "1/0", "0: 1e999", "nan: 1", "0: nan, 1: inf", "1: 1, 0: 1", "0:1,0:2",
    "0: " + "9" * 401, ",", ";", ":", "\\", "C:\\pictures\\a.png", "~nouser/x", "\0", "\ud800",
    "<b>", "²", "1j", "True", "1_000", "0x10", "1.024", "2,5", "#12", "none",
]  # fmt: skip

_LIMITS: dict[str, dict[str, Any]] = {
    "choice": {"choices": ("one", "two"), "default": "one"},
    "seed": {"type": "integer", "low": 0, "high": 2**63 - 1, "default": 0},
    "integer": {"low": 1, "high": 150, "default": 20},
    "number": {"low": 0.0, "high": 1.0, "default": 1.0},
    "boolean": {"default": False},
    "curve": {"low": 0.0, "high": 30.0, "default": ()},
    "painting": {"default": ()},
}


def parameter_of(kind: str, nullable: bool) -> Parameter:
    """Return a parameter that is edited by this kind of editor."""
    types = ("boolean", "curve", "integer", "number", "painting")
    fields = {"type": kind if kind in types else "text", "default": "", "nullable": nullable}
    return Parameter("value", **{**fields, "widget": kind, **_LIMITS.get(kind, {})})


@pytest.fixture(params=["en", "de", "ar"])
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("nullable", [False, True])
@pytest.mark.parametrize("kind", registry._EDITORS)  # pyright: ignore[reportPrivateUsage]
def test_every_field(qtbot: QtBot, kind: str, nullable: bool, tmp_path: Path):
    window = QWidget()
    qtbot.addWidget(window)
    parameter = parameter_of(kind, nullable)
    editor = make_editor(parameter, parameter.default, window, folder=tmp_path)
    committed: list[object] = []
    editor.committed.connect(committed.append)
    editor.changed.connect(committed.append)
    window.show()
    for text in ODD:
        if kind in ("integer", "number", "seed", "curve", "folder", "image-file", "multiline"):
            editor.begin()
        lines = [*editor.findChildren(QLineEdit), *editor.findChildren(QPlainTextEdit)]
        for line in lines:
            _type(line, text)
            if kind in ("integer", "number", "seed", "curve"):
                assert _is_valid(parameter, line.text()) or len(line.toolTip()) > 10, text
            QTest.keyClick(line, Qt.Key.Key_Return)
            assert all(not problem_of(parameter, value) for value in committed), (text, committed)
            assert not problem_of(parameter, editor.value), text
            assert len(line.toolTip()) < 6000
        assert len(text_of(parameter, editor.value)) >= 0
        committed.clear()
        editor.set_value(parameter.default)


def _is_valid(parameter: Parameter, text: str) -> bool:
    try:
        parse(parameter, text, QLocale().decimalPoint())
    except ValueError:
        return False
    return True


def _type(line: QLineEdit | QPlainTextEdit, text: str) -> None:
    """Put a text into a field as pasting does."""
    line.selectAll()
    if isinstance(line, QPlainTextEdit):
        line.insertPlainText(text)
    else:
        line.insert(text)
        line.textEdited.emit(line.text())


@pytest.mark.usefixtures("language")
def test_the_values_of_a_sweep(qtbot: QtBot, tmp_path: Path):
    with toy_studio(tmp_path) as studio:
        session = studio.workspace.sessions[0]
        session.edit(AddNode(Node("fade", "toy.fade")))
        for node, name in (("grey", "level"), ("grey", "size"), ("fade", "steps")):
            dialog = SweepDialog(session, node, name)
            qtbot.addWidget(dialog)
            dialog.show()
            assert dialog.summary.text()[:1].isdigit(), dialog.summary.text()  # as suggested
            for text in (*ODD, "1..", "..", "0..1e999999:1", "1..9e9", "0..1:1e-400", "[", "[[1]]"):
                dialog.first.line.setText(text)
                shown = dialog.summary.text()
                assert 0 < len(shown) < 400, text
            dialog.reject()


def test_a_sweep_takes_decimal_commas(qtbot: QtBot, tmp_path: Path):
    before = QLocale()
    QLocale.setDefault(QLocale("de"))
    with toy_studio(tmp_path) as studio:
        dialog = SweepDialog(studio.workspace.sessions[0], "grey", "level")
        qtbot.addWidget(dialog)
        assert dialog.first.line.text() == "0; 0,25; 0,5; 0,75; 1"
        assert "semicolons" in dialog.first.hint.text()
        dialog.first.line.setText("0,5; 0,25, 1")
        assert dialog.over == {"grey.level": "0.5, 0.25, 1"}
        dialog.first.line.setText("0..1:0,5")
        assert dialog.summary.text().startswith("3")
    QLocale.setDefault(before)
