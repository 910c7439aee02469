"""Sweeps in the editor: started from a menu, shown in the panel, applied to the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QMenu, QSpinBox
from pytestqt.qtbot import QtBot

import nodeui
from nodeui.engine.cache import open_cache
from nodeui.graph import document as files
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.parts import GraphError, Link, Node
from nodeui.graph.spec import Parameter
from nodeui.session.session import Session
from nodeui.session.sweeps import SweepRun
from nodeui.views.inspector import Inspector
from nodeui.views.inspector.rows import ParameterRow
from nodeui.views.sweep import SweepDialog, SweepPanel
from nodeui.views.sweep.choices import suggestion
from nodeui.views.sweep.grid import CELL_ROLE, stop_rect
from nodeui.views.viewer import Viewer
from nodeui.views.window.start import WORKFLOWS
from nodeui.views.window.studio import Studio
from tests.views.editor import LONG, close, make_studio, settings_in, toy_studio
from tests.views.hand import RIGHT, Hand


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        yield studio


@pytest.fixture
def session(studio: Studio) -> Session:
    return studio.workspace.sessions[0]


@pytest.fixture
def panel(studio: Studio) -> SweepPanel:
    studio.docks.bring_up("sweep")
    return studio.docks.panel(SweepPanel)


def swept(qtbot: QtBot, studio: Studio, over: dict[str, Any]) -> SweepRun:
    """A sweep whose cells have all ended, and have their pictures where they are done."""
    session = studio.workspace.sessions[0]
    run = studio.sweeping.sweeps.start(session, over)
    studio.docks.bring_up("sweep")

    def ready() -> bool:
        states = run.states.values()
        return not run.running and all(s.image is not None for s in states if s.badge == "done")

    qtbot.waitUntil(ready, timeout=LONG)
    return run


def dialog_of(studio: Studio) -> SweepDialog:
    dialog = studio.window.findChild(SweepDialog)
    assert dialog is not None and dialog.isVisible()
    return dialog


def click_ok(dialog: SweepDialog) -> None:
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose_in_menu(text: str) -> None:
    """Click an entry of the open menu."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if text in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_the_warnings_of_cells(qtbot: QtBot, studio: Studio, session: Session) -> None:
    """They are kept with each cell, and shown as a message once."""
    session.edit(AddNode(Node("darken", "toy.darken")))
    session.edit(Connect(Link("grey", "image", "darken", "image")))
    messages: list[tuple[str, str]] = []
    session.message.connect(lambda *message: messages.append(message))
    run = swept(qtbot, studio, {"grey.level": [0.25, 0.5]})
    assert [state.warnings for state in run.states.values()] == [("Darken: It is dark.",)] * 2
    assert messages == [("warning", "Darken: It is dark.")]


# --- asking ----------------------------------------------------------------------------------


def test_from_a_field_of_the_canvas_to_a_grid_of_pictures(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    view = studio.documents.view
    assert view is not None
    view.show_all()
    hand = Hand(view)
    hand.click(hand.field("grey", "level"), RIGHT)
    choose_in_menu("Sweep level")
    dialog = dialog_of(studio)
    assert dialog.first.line.text() == "0, 0.25, 0.5, 0.75, 1"
    click_ok(dialog)
    run = studio.sweeping.sweeps.of(session)
    assert run is not None and panel.run is run
    qtbot.waitUntil(lambda: session.run_state == "sweeping", timeout=LONG)
    qtbot.waitUntil(lambda: all(s.image is not None for s in run.states.values()), timeout=LONG)
    greys = [state.image.pixelColor(0, 0).red() for state in run.states.values() if state.image]
    assert greys == [255, 191, 128, 64, 0]  # inverted, and 0.5 rounded up
    assert session.run_state == "idle"
    assert "level" not in session.graph.nodes["grey"].params  # the graph is as it was


def test_from_a_row_of_the_inspector(qtbot: QtBot, studio: Studio, session: Session):
    session.select(["grey"])
    rows = studio.docks.panel(Inspector).findChildren(ParameterRow)
    (row,) = (row for row in rows if row.isVisible() and row.parameter.name == "size")
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(4, 4), row.mapToGlobal(QPoint())
    )
    QApplication.sendEvent(row, event)
    choose_in_menu("Sweep")
    choice = dialog_of(studio).first.choice
    assert choice is not None and choice.name == "grey.size"


def test_from_the_menu(qtbot: QtBot, studio: Studio, session: Session):
    session.select(["grey"])
    studio.actions["run.sweep"].trigger()
    dialog = dialog_of(studio)
    assert dialog.first.choice is not None and dialog.first.choice.name == "grey.level"
    dialog.second.choose("grey", "size")
    dialog.second.line.setText("2, 4, 6")
    assert "5 × 3 = 15" in dialog.summary.text()
    assert dialog.over == {"grey.level": "0, 0.25, 0.5, 0.75, 1", "grey.size": "2, 4, 6"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("0, 2", "between 0 and 1"), ("a", "not a value"), ("", "not a value"), ("1, 1", "twice")],
)
def test_impossible_values_are_told_while_typing(
    studio: Studio, session: Session, text: str, said: str
):
    dialog = SweepDialog(session, "grey", "level", studio.window)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert ok.isEnabled()
    dialog.first.line.clear()
    QTest.keyClicks(dialog.first.line, text)
    assert not ok.isEnabled() and said in dialog.summary.text()
    dialog.first.line.setText("0.5, 1")
    assert ok.isEnabled()
    dialog.first.line.setText("0.5")
    assert dialog.summary.text() == "1 run"


def test_texts_are_listed_one_a_line(studio: Studio, session: Session):
    session.edit(AddNode(Node("file", "toy.file", params={"path": "a, b.png"})))
    session.edit(AddNode(Node("second", "toy.invert")))
    session.edit(Connect(Link("file", "image", "second", "image")))
    dialog = SweepDialog(session, "file", "path", studio.window)
    assert dialog.first.lines.toPlainText() == "a, b.png"
    dialog.first.lines.setPlainText("a, b.png\n\nc.png\n")
    assert dialog.over == {"file.path": ["a, b.png", "c.png"]}


@pytest.mark.parametrize(
    ("parameter", "value", "values"),
    [
        (Parameter("end", "number", low=0, high=1), 0.8, "0, 0.25, 0.5, 0.75, 1"),
        (Parameter("steps", "integer", low=1, high=1000), 20, "10, 15, 20, 25, 30"),
        (Parameter("width", "integer", low=8, high=8192, step=8), 512, "256, 384, 512, 640, 768"),
        (Parameter("seed", "integer", low=0, high=2**63 - 1, widget="seed"), 7, "7, 8, 9, 10"),
        (Parameter("flag", "boolean"), False, "false, true"),
        (Parameter("how", "text", choices=("a", "b")), "b", "a, b"),
    ],
)
def test_suggestions_are_worth_a_try(parameter: Parameter, value: Any, values: str):
    assert suggestion(parameter, value) == values


# --- running ---------------------------------------------------------------------------------


def test_the_graph_may_be_edited_meanwhile(qtbot: QtBot, studio: Studio, session: Session):
    """A sweep runs what was there when it was asked for."""
    run = studio.sweeping.sweeps.start(session, {"grey.level": [0.0, 1.0]})
    session.edit(SetParam("grey", "size", 3))
    qtbot.waitUntil(lambda: all(s.image is not None for s in run.states.values()), timeout=LONG)
    assert {s.image.width() for s in run.states.values() if s.image} == {8}


def test_pictures_of_cells_come_with_their_runs(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    """No cell looks for its value in the cache; a second sweep has cached values only."""
    monkeypatch.setattr(SweepRun, "_read", None)
    for _ in range(2):
        run = swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
        greys = [s.image.pixelColor(0, 0).red() for s in run.states.values() if s.image]
        assert greys == [0, 255]


def test_the_session_hears_nothing_of_cells(qtbot: QtBot, studio: Studio, session: Session):
    heard: list[str] = []
    session.node_state_changed.connect(heard.append)
    swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
    assert heard == []


def test_a_failing_cell_stops_no_other(qtbot: QtBot, studio: Studio, session: Session):
    session.edit(AddNode(Node("fail", "toy.fail")))
    session.edit(Connect(Link("grey", "image", "fail", "image")))
    run = swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
    assert [state.badge for state in run.states.values()] == ["failed", "failed"]
    assert {state.text for state in run.states.values()} == {"fail: the picture is too grey"}


def test_cells_are_stopped_one_by_one_or_all(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    run = studio.sweeping.sweeps.start(session, {"grey.level": "0..1:0.1"})
    grid = panel.grid
    third = grid.cells.index(0, 2)
    qtbot.waitUntil(lambda: len(studio.runs.waiting) == 10, timeout=LONG)
    room = grid.visualRect(third).adjusted(4, 4, -4, -4)
    place = stop_rect(room).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    badges = [state.badge for state in run.states.values()]
    assert badges[2] == "stopped" and badges.count("stopped") == 1
    QTest.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not run.running, timeout=LONG)
    badges = [state.badge for state in run.states.values()]
    assert badges[1:] == ["stopped"] * 10 and badges[0] in ("stopped", "done")
    assert session.run_state == "idle"


def test_a_run_does_not_wait_for_a_sweep(qtbot: QtBot, studio: Studio, session: Session):
    studio.sweeping.sweeps.start(session, {"grey.level": "0..1:0.1"})
    qtbot.waitUntil(lambda: studio.runs.current is not None, timeout=LONG)
    with qtbot.waitSignal(studio.runs.queue_changed):
        session.run()
    assert studio.runs.waiting[0].aside is None
    assert len(studio.runs.waiting) > 5
    session.stop()
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)


def test_stop_of_the_document_stops_its_sweep(qtbot: QtBot, studio: Studio, session: Session):
    run = studio.sweeping.sweeps.start(session, {"grey.level": "0..1:0.1"})
    qtbot.waitUntil(lambda: studio.runs.current is not None, timeout=LONG)
    assert studio.actions["run.stop"].isEnabled()
    studio.actions["run.stop"].trigger()
    qtbot.waitUntil(lambda: not run.running, timeout=LONG)


def test_closing_the_document_ends_its_sweep(qtbot: QtBot, studio: Studio, session: Session):
    studio.sweeping.sweeps.start(session, {"grey.level": "0..1:0.1"})
    session.saved(Path("/nowhere.nodeui.json"), session.depth)
    studio.actions["file.close"].trigger()
    qtbot.waitUntil(lambda: studio.runs.current is None, timeout=LONG)
    assert not studio.runs.waiting and studio.docks.panel(SweepPanel).run is None


def test_impossible_sweeps_start_nothing(studio: Studio, session: Session):
    with pytest.raises(GraphError):
        studio.sweeping.sweeps.start(session, {"grey.level": [2]})
    assert not studio.runs.waiting and studio.sweeping.sweeps.of(session) is None


# --- what comes of it ------------------------------------------------------------------------


def test_two_rows_are_both_in_view_where_there_is_some_room(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    swept(qtbot, studio, {"grey.level": [0.5, 1.0], "grey.size": [4, 6]})
    panel.grid.setFixedHeight(215)
    qtbot.waitUntil(lambda: panel.grid.height() == 215)
    last = panel.grid.visualRect(panel.grid.cells.index(1, 1))
    assert panel.grid.viewport().rect().contains(last), last


def test_cells_take_the_shape_of_the_first_picture(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    run = swept(qtbot, studio, {"grey.level": [0.5, 1.0], "grey.size": [4, 6]})
    first = next(iter(run.states))
    place = panel.grid.visualRect(panel.grid.cells.index(0, 0))
    assert place.height() == place.width()
    wide = QImage(192, 96, QImage.Format.Format_RGB888)
    run.states[first] = replace(run.states[first], image=wide)
    panel.grid.cells.refresh(first)
    place = panel.grid.visualRect(panel.grid.cells.index(0, 0))
    assert place.height() < 0.7 * place.width()
    rows = place.height() * panel.grid.cells.rowCount()
    assert rows <= panel.grid.viewport().height()
    qtbot.waitUntil(lambda: panel.grid.verticalScrollBar().maximum() == 0)


def test_values_are_taken_over_as_one_undo(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    swept(qtbot, studio, {"grey.level": [0.25, 1.0], "grey.size": [4, 6]})
    before = list(session.undo_labels)
    panel.grid.setCurrentIndex(panel.grid.cells.index(1, 0))
    QTest.mouseClick(panel.apply_button, Qt.MouseButton.LeftButton)
    assert session.graph.nodes["grey"].params == {"level": 0.25, "size": 6}
    assert session.undo_labels == [*before, "Use level=0.25, size=6"]
    session.undo()
    assert session.graph.nodes["grey"].params == {}


def test_a_double_click_shows_the_whole_picture(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    session.edit(SetParam("grey", "size", 32))
    swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
    place = panel.grid.visualRect(panel.grid.cells.index(0, 1)).center()
    viewport = panel.grid.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    pane = studio.docks.panel(Viewer).pane
    qtbot.waitUntil(
        lambda: pane.image.width() == 32 and pane.image.pixelColor(0, 0).red() == 0, timeout=LONG
    )
    assert "level=1" in studio.docks.panel(Viewer).first.currentText()


@pytest.mark.parametrize("kind", ["file", "picture"])
def test_a_cell_can_be_dropped_on_the_viewer(
    qtbot: QtBot,
    studio: Studio,
    session: Session,
    tmp_path: Path,
    kind: Literal["file", "picture"],
):
    mime = QMimeData()
    red = QImage(5, 5, QImage.Format.Format_RGB888)
    red.fill(Qt.GlobalColor.red)
    if kind == "file":
        red.save(str(tmp_path / "red.png"))
        mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "red.png"))])
    else:
        mime.setImageData(red)
    drop = QDropEvent(
        QPointF(20, 60), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    viewer = studio.docks.panel(Viewer)
    viewer.dropEvent(drop)
    qtbot.waitUntil(lambda: viewer.pane.image.width() == 5, timeout=LONG)
    assert viewer.pane.image.pixelColor(0, 0).red() == 255


def test_what_is_dragged_is_the_cells_picture(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
    index = panel.grid.cells.index(0, 0)
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    mime = panel.grid.cells.mimeData([index])
    assert mime.hasImage() and QImage(mime.imageData()).pixelColor(0, 0).red() == 255


def test_the_contact_sheet_is_saved(
    qtbot: QtBot,
    studio: Studio,
    session: Session,
    panel: SweepPanel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    session.edit(SetParam("grey", "size", 48))
    swept(qtbot, studio, {"grey.level": [0.0, 1.0], "grey.size": [48, 64]})
    path = tmp_path / "sheets" / "mine.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.mouseClick(panel.sheet_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(path.exists, timeout=LONG)
    qtbot.waitUntil(lambda: "mine.png" in studio.notices.text, timeout=LONG)
    with Image.open(path) as sheet:
        assert sheet.width > 2 * 64 and sheet.height > 2 * 64
    graph = files.load(path.read_bytes(), session.specs).graph
    assert graph.nodes["grey"].params == {"size": 48}


def test_each_cell_writes_into_its_own_folder(
    qtbot: QtBot, studio: Studio, session: Session, tmp_path: Path
):
    session.edit(AddNode(Node("write", "toy.write")))
    session.edit(Connect(Link("grey", "image", "write", "image")))
    swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
    folder = studio.runs.output_folder / "sweep grey.level"
    written = {path.parent.name: path.read_bytes() for path in folder.rglob("written")}
    assert set(written) == {"level=0", "level=1"}
    assert written["level=0"] != written["level=1"]


def test_each_document_has_its_own_sweep(
    qtbot: QtBot, studio: Studio, session: Session, panel: SweepPanel
):
    run = swept(qtbot, studio, {"grey.level": [0.0, 1.0]})
    studio.workspace.new()
    assert panel.run is None
    studio.documents.show_session(session)
    assert panel.run is run
    cell = panel.grid.cells.index(0, 1).data(CELL_ROLE)
    assert "level=1" in panel.grid.cells.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert cell.values == {"grey.level": 1.0}


def test_cells_in_one_batch(qtbot: QtBot, qapp: QApplication, tmp_path: Path):
    """Their pictures are those of `nodeui.sweep` with batches of the same size."""
    example = WORKFLOWS / "live-landscape.nodeui.json"
    settings = settings_in(tmp_path)
    settings.preferences.output = str(tmp_path / "pictures")
    studio = make_studio(qapp, settings)
    with qtbot.waitSignal(studio.workspace.opened):
        studio.workspace.open_copy(example)
    (session,) = studio.workspace.sessions
    dialog = SweepDialog(session, "sampler", "seed", studio.window)
    dialog.first.line.setText("1..3")
    spin = dialog.findChild(QSpinBox)
    assert spin is not None and dialog.together == 1
    QTest.keyClick(spin, Qt.Key.Key_Up)
    assert dialog.together == 2
    run = studio.sweeping.sweeps.start(session, dialog.over, dialog.together)
    qtbot.waitUntil(lambda: not run.running, timeout=4 * LONG)
    done = [state for state in run.states.values() if state.badge == "done"]
    folder = run.folder
    close(studio)
    assert len(done) == 3
    cache = open_cache(tmp_path / "other")
    alone = nodeui.sweep(
        example, {"sampler.seed": [1, 2, 3]}, output_dir=tmp_path / "x", cache=cache, together=2
    )
    assert alone.ok
    for cell in alone.cells:
        (one,), (other,) = (
            sorted(place.glob("*.png")) for place in (cell.folder, folder / cell.folder.name)
        )
        assert Image.open(one).tobytes() == Image.open(other).tobytes()
