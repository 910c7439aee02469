"""Parameter editors, driven by mouse and keyboard."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nodeui.graph.spec import Parameter
from nodeui.views.fields import FieldEditor, make_editor, register
from nodeui.views.fields.seed import SeedEditor
from nodeui.views.icons import IconButton
from tests.views.scene import drag

STEPS = Parameter("steps", "integer", default=20, low=1, high=150, help="How many.")
STRENGTH = Parameter("strength", "number", default=1.0, low=0, high=1)
PROMPT = Parameter("prompt", "text", widget="multiline")
CURVE = Parameter("scale", "curve", default=(), low=0, high=10)

Heard = list[tuple[str, object]]
W = TypeVar("W", bound=QWidget)


class Make(Protocol):
    def __call__(
        self, parameter: Parameter, value: object, folder: Path | None = None
    ) -> tuple[FieldEditor, Heard]: ...


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    """Makes a visible editor, and the list of its signals."""
    windows: list[QWidget] = []  # qtbot keeps weak references only

    def editor_of(
        parameter: Parameter, value: object, folder: Path | None = None
    ) -> tuple[FieldEditor, Heard]:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        editor = make_editor(parameter, value, window, folder=folder)
        editor.resize(220, editor.sizeHint().height())
        window.resize(300, 200)
        with qtbot.waitActive(window):
            window.show()
        heard: Heard = []
        editor.changed.connect(lambda value: heard.append(("changed", value)))
        editor.committed.connect(lambda value: heard.append(("committed", value)))
        editor.cancelled.connect(lambda: heard.append(("cancelled", None)))
        return editor, heard

    return editor_of


def part(editor: QWidget, kind: type[W]) -> W:
    found = editor.findChild(kind)
    assert found is not None
    return found


def drop(widget: QWidget, mime: QMimeData) -> None:
    place, action = QPoint(5, 5), Qt.DropAction.CopyAction
    hands = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(place, action, *hands)
    QApplication.sendEvent(widget, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(place), action, *hands))


# --- numbers ---


def test_dragging_a_number_changes_it_and_commits_once(make: Make) -> None:
    editor, heard = make(STEPS, 20)
    drag(editor, QPoint(20, 10), QPoint(120, 10))
    assert editor.value > 25
    assert [what for what, _ in heard].count("committed") == 1
    assert heard[-1] == ("committed", editor.value)
    values = [value for what, value in heard if what == "changed" and isinstance(value, int)]
    assert values == sorted(values) and len(values) > 3


def test_dragging_with_shift_is_finer(make: Make) -> None:
    coarse, _ = make(STRENGTH, 0.5)
    drag(coarse, QPoint(20, 10), QPoint(60, 10))
    fine, _ = make(STRENGTH, 0.5)
    drag(fine, QPoint(20, 10), QPoint(60, 10), Qt.KeyboardModifier.ShiftModifier)
    assert 0 < fine.value - 0.5 < (coarse.value - 0.5) / 5


def test_typing_arithmetic_into_a_number(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(STEPS, 20)
    qtbot.mouseDClick(editor, Qt.MouseButton.LeftButton)
    line = part(editor, QLineEdit)
    assert line.hasFocus() and line.selectedText() == "20"
    qtbot.keyClicks(line, "12*2")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("committed", 24)
    assert not line.isVisible()


def test_a_number_that_is_none_says_so_and_stays_open(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(STEPS, 20)
    editor.begin()
    line = part(editor, QLineEdit)
    qtbot.keyClicks(line, "1000")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert line.isVisible()
    assert "between 1 and 150" in line.toolTip()
    assert ("committed", 1000) not in heard
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert heard[-1] == ("cancelled", None)
    assert editor.value == 20


def test_leaving_a_number_commits_what_stands_there(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(STEPS, 20)
    other = QLineEdit(editor.window())
    other.show()
    editor.begin()
    qtbot.keyClicks(part(editor, QLineEdit), "33")
    other.setFocus()
    assert heard[-1] == ("committed", 33)


def test_keys_on_a_number(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(STEPS, 30)
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert heard[-1] == ("committed", 31)
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    assert heard[-1] == ("committed", 30)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert heard[-1] == ("committed", 20)
    qtbot.keyClick(editor, Qt.Key.Key_7)
    line = part(editor, QLineEdit)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("committed", 7)


def test_a_value_from_elsewhere_is_shown_and_not_signalled(make: Make) -> None:
    for parameter, first, then in (
        (STEPS, 20, 30),
        (PROMPT, "a", "b"),
        (CURVE, (), ((0.0, 1.0),)),
        (Parameter("on", "boolean"), False, True),
        (Parameter("way", "text", choices=("a", "b")), "a", "b"),
        (Parameter("tint", "text", widget="colour"), "#000000", "#ffffff"),
        (Parameter("seed", "integer", widget="seed", low=0, high=99), 1, 2),
        (Parameter("path", "text", widget="folder"), "a", "b"),
        (Parameter("name", "text"), "a", "b"),
    ):
        editor, heard = make(parameter, first)
        editor.set_value(then)
        assert editor.value == then
        assert heard == []


# --- switches, choices, texts ---


def test_a_switch(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("tiled", "boolean", default=False), False)
    box = part(editor, QCheckBox)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert heard == [("changed", True), ("committed", True)]
    assert box.text() == "On"


def test_a_choice_with_keys(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("way", "text", choices=("euler", "ddim", "heun")), "euler")
    editor.begin()
    box = part(editor, QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible())
    qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: heard != [])
    assert heard == [("changed", "ddim"), ("committed", "ddim")]


def test_a_choice_put_away_is_cancelled(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("way", "text", choices=("euler", "ddim")), "euler")
    editor.begin()
    box = part(editor, QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible())
    qtbot.keyClick(box.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: heard != [])
    assert heard == [("cancelled", None)]


def test_a_choice_may_be_none(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("way", "text", choices=("a", "b"), nullable=True), "a")
    box = part(editor, QComboBox)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert heard[-1] == ("committed", None)


def test_a_line_of_text(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("name", "text"), "old")
    editor.begin()
    line = part(editor, QLineEdit)
    qtbot.keyClicks(line, "new")
    assert heard[-1] == ("changed", "new")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("committed", "new")
    qtbot.keyClicks(line, "er")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert heard[-1] == ("cancelled", None)
    assert line.text() == "new"


def test_weighting_in_the_prompt(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(PROMPT, "a lake")
    editor.begin()
    text = part(editor, QPlainTextEdit)
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(text, Qt.Key.Key_Up, ctrl)
    qtbot.keyClick(text, Qt.Key.Key_Up, ctrl)
    assert heard[-1] == ("changed", "a (lake:1.2)")
    qtbot.keyClick(text, Qt.Key.Key_Down, ctrl)
    assert text.toPlainText() == "a (lake:1.1)"
    assert text.textCursor().selectedText() == "lake"
    qtbot.keyClick(text, Qt.Key.Key_Return, ctrl)
    assert heard[-1] == ("committed", "a (lake:1.1)")


def test_escape_in_the_prompt_takes_the_text_from_before(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(PROMPT, "a lake")
    editor.begin()
    text = part(editor, QPlainTextEdit)
    qtbot.keyClicks(text, " at dusk")
    assert heard[-1] == ("changed", "a lake at dusk")
    qtbot.keyClick(text, Qt.Key.Key_Escape)
    assert heard[-1] == ("cancelled", None)
    assert text.toPlainText() == editor.value == "a lake"


# --- colours, files, seeds, curves ---


@pytest.mark.parametrize(
    ("language", "text"), [("de_DE", "0,25"), ("de_DE", "0.25"), ("C", "0.25")]
)
def test_a_decimal_comma_where_the_language_writes_it(
    make: Make, qtbot: QtBot, language: str, text: str
) -> None:
    editor, heard = make(STRENGTH, 1.0)
    editor.setLocale(QLocale(language))
    editor.begin()
    line = part(editor, QLineEdit)
    line.clear()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("committed", 0.25)


def test_a_comma_is_no_number_elsewhere(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(STRENGTH, 1.0)
    editor.setLocale(QLocale("C"))
    editor.begin()
    line = part(editor, QLineEdit)
    line.clear()
    qtbot.keyClicks(line, "0,25")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert ("committed", 0.25) not in heard


def test_a_colour_is_typed(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("tint", "text", widget="colour"), "#000000")
    line = part(editor, QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, "#f80")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("committed", "#ff8800")
    line.selectAll()
    qtbot.keyClicks(line, "mud")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("cancelled", None)
    assert line.text() == "#ff8800"


def test_a_colour_is_picked_in_the_dialog(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("tint", "text", widget="colour"), "#000000")
    editor.begin()
    dialog = part(editor, QColorDialog)
    dialog.setCurrentColor(QColor("#123456"))
    assert heard[-1] == ("changed", "#123456")
    dialog.reject()
    assert heard[-1] == ("cancelled", None)
    assert editor.value == "#000000"


def test_a_dropped_picture_is_kept_relative_to_the_workflow(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    Image.new("RGB", (60, 40), "red").save(tmp_path / "in" / "hill.png")
    editor, heard = make(Parameter("path", "text", widget="image-file"), "", tmp_path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "in" / "hill.png"))])
    drop(editor, mime)
    assert heard[-1] == ("committed", "in/hill.png")
    thumbnail = editor.findChildren(QWidget, "thumbnail")[0]
    qtbot.waitUntil(thumbnail.isVisible)


def test_a_picture_is_chosen_from_thumbnails(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.new("RGB", (60, 40), "red").save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    editor, heard = make(Parameter("path", "text", widget="image-file"), "a.png", tmp_path)
    thumbnail = editor.findChildren(QPushButton, "thumbnail")[0]
    qtbot.waitUntil(thumbnail.isVisible)
    qtbot.mouseClick(thumbnail, Qt.MouseButton.LeftButton)
    pictures = part(editor, QListWidget)
    assert [pictures.item(row).text() for row in range(pictures.count())] == ["a.png", "b.png"]
    assert pictures.currentRow() == 0
    place = pictures.visualItemRect(pictures.item(1)).center()
    qtbot.mouseClick(pictures.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard == [("changed", "b.png"), ("committed", "b.png")]
    assert not pictures.isVisible()


def test_the_dice_gives_a_new_seed_within_the_range(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(Parameter("seed", "integer", low=0, high=2**40, widget="seed"), 7)
    assert isinstance(editor, SeedEditor)
    dice, last, lock = editor.findChildren(IconButton)
    assert not last.isEnabled() and not lock.isVisible()
    editor.set_last_used(7)
    qtbot.mouseClick(dice, Qt.MouseButton.LeftButton)
    assert heard[-1] == ("committed", editor.value)
    assert 0 <= editor.value < 2**32
    editor.set_value(8)
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    assert heard[-1] == ("committed", 7)
    assert not last.isEnabled()


def test_the_lock_of_a_seed(make: Make, qtbot: QtBot) -> None:
    editor, _ = make(Parameter("seed", "integer", low=0, high=9, widget="seed"), 7)
    assert isinstance(editor, SeedEditor)
    editor.offer_lock(True)
    lock = editor.findChildren(IconButton)[2]
    assert lock.isVisible()
    with qtbot.waitSignal(editor.lock_changed, check_params_cb=lambda locked: not locked):
        qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)


def test_a_curve_with_mouse_and_keys(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(CURVE, ())
    plot = editor.focusProxy()
    assert plot is not None
    middle = plot.rect().center()
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=middle)
    ((x, y),) = editor.value
    assert x == pytest.approx(0.5, abs=0.02) and y == pytest.approx(5, abs=1)
    drag(plot, middle, middle + QPoint(30, -200))
    assert heard[-1] == ("committed", editor.value)
    ((further, top),) = editor.value
    assert further > x and top == 10
    qtbot.keyClick(plot, Qt.Key.Key_Delete)
    assert heard[-1] == ("committed", ())


def test_a_curve_is_typed(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(CURVE, ())
    line = part(editor, QLineEdit)
    qtbot.keyClicks(line, "0: 7.5, 1: 15/5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard[-1] == ("committed", ((0.0, 7.5), (1.0, 3.0)))


def test_every_editor_has_a_name_for_screen_readers(make: Make) -> None:
    editor, _ = make(STEPS, 20)
    assert editor.accessibleName() == "steps"
    toggle, _ = make(Parameter("tiled_decode", "boolean"), True)
    assert part(toggle, QCheckBox).accessibleName() == "tiled decode"


# --- the registry ---


class AngleEditor(FieldEditor):
    """An editor as a node pack writes one: a button that turns by 90 degrees."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self.button = QPushButton(self)
        self.button.clicked.connect(self._turn)
        self._show(value)

    def _show(self, value: Any) -> None:
        self.button.setText(f"{value}°")

    def _turn(self) -> None:
        self._report((self.value + 90) % 360)
        self._commit(self.value)
        self._show(self.value)


@pytest.mark.usefixtures("field_kinds")
def test_a_pack_registers_an_editor_for_its_widget(make: Make, qtbot: QtBot) -> None:
    register("angle", AngleEditor)
    editor, heard = make(Parameter("turn", "integer", default=0, widget="angle"), 270)
    button = part(editor, QPushButton)
    assert isinstance(editor, AngleEditor) and button.text() == "270°"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [("changed", 0), ("committed", 0)] and button.text() == "0°"


@pytest.mark.parametrize(
    "parameter",
    [STEPS, STRENGTH, CURVE, Parameter("on", "boolean", default=True), Parameter("name", "text")],
    ids=lambda parameter: parameter.type,
)
def test_an_unknown_widget_gets_the_plain_editor_of_its_type(
    make: Make, parameter: Parameter
) -> None:
    plain, _ = make(parameter, parameter.default)
    other, _ = make(replace(parameter, widget="nowhere.registered"), parameter.default)
    assert type(other) is type(plain)


@pytest.mark.usefixtures("field_kinds")
def test_a_kind_has_one_editor() -> None:
    register("angle", AngleEditor)
    for kind in ("angle", "seed", "text"):
        with pytest.raises(ValueError, match=f"'{kind}' already has an editor"):
            register(kind, AngleEditor)


@pytest.mark.skipif(os.sep != "/", reason="on Windows it is a path like any other")
def test_a_path_of_windows_is_marked(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "odd\\name.png").touch()
    for kind in ("image-file", "model-path", "folder"):
        editor, heard = make(Parameter("path", "text", default="", widget=kind), "", tmp_path)
        line = editor.findChildren(QLineEdit)[0]
        editor.begin()
        qtbot.keyClicks(line, "pictures\\a.png")
        qtbot.keyClick(line, Qt.Key.Key_Return)
        assert "pictures/a.png" in line.toolTip() and "border-color" in line.styleSheet()
        assert heard[-1] == ("committed", "pictures\\a.png")  # as typed
        editor.set_value("odd\\name.png")
        assert line.toolTip() == "odd\\name.png" and not line.styleSheet()


def test_a_number_that_is_left_invalid_says_why(make: Make, qtbot: QtBot) -> None:
    editor, heard = make(STRENGTH, 0.5)
    other = QLineEdit(editor.window())
    other.show()
    editor.begin()
    line = editor.findChildren(QLineEdit)[0]
    qtbot.keyClicks(line, "many")
    other.setFocus()
    assert heard[-1][0] == "cancelled" and editor.value == 0.5
    assert "many" in QToolTip.text()
