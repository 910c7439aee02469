"""The loop of choosing pictures: several runs, their seeds, and variations of a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QMenu, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from nodeui.engine.protocol import Report
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.parts import Link, Node
from nodeui.session.jobs import Job
from nodeui.session.session import Session
from nodeui.views.gallery import Gallery
from nodeui.views.icons import IconButton
from nodeui.views.inspector import Inspector
from nodeui.views.inspector.rows import ParameterRow
from nodeui.views.queue import QueuePanel
from nodeui.views.sweep import SweepPanel
from nodeui.views.viewer import Viewer
from nodeui.views.window.start import WORKFLOWS
from nodeui.views.window.studio import Studio
from tests.views.editor import LONG, close, make_studio, settings_in, toy_studio
from tests.views.hand import ALT, CTRL, LEFT, RIGHT, Hand

EXAMPLE = WORKFLOWS / "live-landscape.nodeui.json"


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        session = studio.workspace.sessions[0]
        session.edit(AddNode(Node("speck", "toy.speck", pos=(0, 300))))
        session.edit(AddNode(Node("show", "toy.invert", pos=(300, 300))))
        session.edit(Connect(Link("speck", "image", "show", "image")))
        studio.start_engine()
        yield studio


@pytest.fixture
def session(studio: Studio) -> Session:
    return studio.workspace.sessions[0]


class Finished:
    """The runs that have finished: the seed of each, the seed shown at its end, and its picture."""

    def __init__(self, studio: Studio, session: Session) -> None:
        self._session = session
        self.seeds: list[int] = []
        self.shown: list[int] = []
        studio.runs.finished.connect(self._take)

    def _take(self, job: Job, report: Report) -> None:
        assert not report.failures
        if not report.cancelled:
            self.seeds.append(job.seeds["speck", "seed"])
            self.shown.append(seed(self._session))


@pytest.fixture
def finished(studio: Studio, session: Session) -> Finished:
    return Finished(studio, session)


def seed(session: Session) -> int:
    return session.graph.nodes["speck"].params.get("seed", 0)


def focus_of(studio: Studio) -> QWidget:
    studio.window.activateWindow()
    assert QTest.qWaitForWindowActive(studio.window)
    return QApplication.focusWidget() or studio.window


def press_run(studio: Studio) -> None:
    """Ctrl+Return, wherever the focus is."""
    QTest.keyClick(focus_of(studio), Qt.Key.Key_Return, CTRL)


def unlock(studio: Studio, session: Session) -> None:
    """Click the lock beside the seed in the inspector."""
    session.select(["speck"])
    rows = studio.docks.panel(Inspector).findChildren(ParameterRow)
    row = next(row for row in rows if row.parameter.name == "seed" and row.isVisible())
    QTest.mouseClick(row.editor.findChildren(IconButton)[-1], LEFT)
    assert not session.seeds.is_locked("speck", "seed")


def choose_count(studio: Studio, text: str) -> None:
    """Choose the number of runs in the tool bar by keys."""
    box = studio.run_count
    box.setFocus()
    while box.currentText() != text:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() > before
    assert studio.documents.view is not None
    studio.documents.view.setFocus()


# --- several runs and their seeds ---


def test_five_presses_make_five_pictures_each_with_the_seed_that_is_shown(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    reds: list[int] = []
    for number in range(1, 6):
        press_run(studio)
        qtbot.waitUntil(lambda n=number: len(finished.seeds) == n, timeout=LONG)
        qtbot.waitUntil(lambda: session.states["speck"].badge in ("done", "cached"), timeout=LONG)
        image = session.image_of("show")
        assert image is not None
        reds.append(image.pixelColor(0, 0).red())
        assert seed(session) == finished.seeds[-1]  # still, once it has ended
    assert len(set(finished.seeds)) == 5 and finished.shown == finished.seeds
    assert len(set(reds)) > 1


def test_five_quick_presses_queue_five_seeds(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    for _ in range(5):
        press_run(studio)
        assert seed(session) == 0  # the seed of the picture that is being made
    qtbot.waitUntil(lambda: len(finished.seeds) == 5, timeout=LONG)
    assert len(set(finished.seeds)) == 5 and finished.shown == finished.seeds


def test_four_runs_by_one_press_and_one_undo(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    choose_count(studio, "4 runs")
    queue = studio.docks.panel(QueuePanel)
    depth = session.depth
    press_run(studio)
    waiting = [job.seeds["speck", "seed"] for job in studio.runs.waiting]
    texts = _texts(queue.waiting)
    assert len(waiting) == 3 and all(
        f"seed {value}" in text for value, text in zip([0, *waiting], texts, strict=True)
    )
    qtbot.waitUntil(lambda: len(finished.seeds) == 4, timeout=LONG)
    assert finished.seeds == finished.shown == [0, *waiting]
    assert len(set(finished.seeds)) == 4 and seed(session) == finished.seeds[-1]
    assert all(
        f"seed {value}" in text
        for value, text in zip(reversed(finished.seeds), _texts(queue.ended), strict=True)
    )
    assert session.depth == depth + 1
    session.undo()
    assert seed(session) == 0


def test_locked_seeds_run_once_and_say_why(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    choose_count(studio, "16 runs")
    press_run(studio)
    qtbot.waitUntil(lambda: len(finished.seeds) == 1, timeout=LONG)
    assert not studio.runs.waiting and session.run_state == "idle"
    assert "All seeds are locked, so all runs would be the same: one run." in studio.notices.text


def test_an_unlocked_seed_that_the_targets_do_not_need(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    session.run(["invert"], 4)
    qtbot.waitUntil(lambda: len(finished.seeds) == 1, timeout=LONG)
    assert seed(session) == 0 and not studio.runs.waiting


def test_until_stopped(qtbot: QtBot, studio: Studio, session: Session, finished: Finished):
    unlock(studio, session)
    choose_count(studio, "Until stopped")
    press_run(studio)
    qtbot.waitUntil(lambda: len(finished.seeds) >= 3, timeout=LONG)
    assert session.run_state != "idle"
    bar = studio.window.findChild(QToolBar)
    assert bar is not None
    QTest.mouseClick(bar.widgetForAction(studio.actions["run.stop"]), LEFT)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    count = len(finished.seeds)
    assert len(set(finished.seeds)) == count and finished.shown == finished.seeds
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        session.run(["invert"])
    assert studio.runs.current is None and not studio.runs.waiting


def test_runs_until_stopped_end_when_the_seed_is_locked(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    session.run((), None)
    qtbot.waitUntil(lambda: len(finished.seeds) >= 2, timeout=LONG)
    session.seeds.set_locked("speck", "seed", True)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    assert "No seed is unlocked any more" in studio.notices.text


def test_runs_until_stopped_end_when_one_is_cancelled_in_the_queue(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    session.edit(AddNode(Node("slow", "toy.slow", params={"steps": 10_000})))
    session.edit(Connect(Link("speck", "image", "slow", "image")))
    session.run((), None)
    qtbot.waitUntil(
        lambda: studio.runs.current is not None and studio.runs.current.begun, timeout=LONG
    )
    queue = studio.docks.panel(QueuePanel).waiting
    queue.setCurrentRow(0)
    QTest.keyClick(queue, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    assert studio.runs.current is None and not studio.runs.waiting


def test_other_runs_come_before_those_until_stopped(qtbot: QtBot, studio: Studio, session: Session):
    unlock(studio, session)
    session.run((), None)
    sweep = studio.sweeping.sweeps.start(session, {"grey.level": [0.25, 0.75]})
    qtbot.waitUntil(lambda: not sweep.running, timeout=LONG)
    assert {state.badge for state in sweep.states.values()} == {"done"}
    session.stop()
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)


def test_a_seed_typed_while_runs_wait_is_kept(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    unlock(studio, session)
    session.run((), 4)
    session.edit(SetParam("speck", "seed", 77))
    qtbot.waitUntil(lambda: len(finished.seeds) == 4, timeout=LONG)
    assert seed(session) == 77 and 77 not in finished.seeds
    session.run()
    qtbot.waitUntil(lambda: len(finished.seeds) == 5, timeout=LONG)
    assert finished.seeds[-1] == 77


def _texts(items: QListWidget) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [items.item(row).data(role) for row in range(items.count())]


# --- open editors commit before a run ---


def test_a_number_typed_on_the_canvas_is_run(
    qtbot: QtBot, studio: Studio, session: Session, finished: Finished
):
    view = studio.documents.view
    assert view is not None
    view.set_zoom(1.0)
    view.centerOn(200, 200)
    hand = Hand(view)
    hand.double_click(hand.field("grey", "level"))
    focus = focus_of(studio)
    QTest.keyClick(focus, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(focus, "0.25")
    press_run(studio)
    assert view.inline.open is None
    QTest.keyClick(focus_of(studio), Qt.Key.Key_Escape)
    assert session.graph.nodes["grey"].params["level"] == 0.25
    qtbot.waitUntil(lambda: len(finished.seeds) == 1, timeout=LONG)
    image = session.image_of("invert")
    assert image is not None and image.pixelColor(0, 0).red() == 191


def test_a_title_typed_on_the_canvas_is_kept(studio: Studio, session: Session):
    view = studio.documents.view
    assert view is not None
    view.canvas.open_editor("title", "grey")
    QTest.keyClicks(focus_of(studio), "Light")
    press_run(studio)
    QTest.keyClick(focus_of(studio), Qt.Key.Key_Escape)
    assert session.graph.nodes["grey"].title == "Light"
    session.stop()


def test_a_number_typed_in_the_inspector_is_run(studio: Studio, session: Session):
    session.select(["grey"])
    rows = studio.docks.panel(Inspector).findChildren(ParameterRow)
    row = next(row for row in rows if row.parameter.name == "level" and row.isVisible())
    row.editor.begin()
    focus = focus_of(studio)
    QTest.keyClick(focus, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(focus, "0.75")
    press_run(studio)
    QTest.keyClick(focus_of(studio), Qt.Key.Key_Escape)
    assert session.graph.nodes["grey"].params["level"] == 0.75
    session.stop()


# --- with the nodes and the model of the examples ---


@pytest.fixture
def real(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    settings = settings_in(tmp_path)
    settings.preferences.output = str(tmp_path / "pictures")
    studio = make_studio(qapp, settings)
    studio.window.resize(1366, 768)
    studio.window.show()
    with qtbot.waitSignal(studio.workspace.opened, timeout=LONG):
        studio.workspace.open_copy(EXAMPLE)
    session = studio.workspace.sessions[0]
    session.edit(SetParam("sampler", "steps", 4))
    studio.start_engine()
    yield studio
    close(studio)


def run_and_wait(qtbot: QtBot, studio: Studio) -> None:
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG) as ended:
        studio.workspace.sessions[0].run()
    report: Report = ended.args[1]  # pyright: ignore
    assert not report.failures


def open_prompt(studio: Studio, session: Session, where: str) -> None:
    """Open the prompt on the canvas or in the inspector."""
    prompt = next(id for id, node in session.graph.nodes.items() if node.type == "text.encode")
    view = studio.documents.view
    assert view is not None
    if where == "canvas":
        view.canvas.open_editor("parameter", prompt, "text")
    else:
        session.select([prompt])
        rows = studio.docks.panel(Inspector).findChildren(ParameterRow)
        row = next(row for row in rows if row.parameter.name == "text" and row.isVisible())
        row.editor.begin()


@pytest.mark.parametrize("where", ["canvas", "inspector"])
def test_a_prompt_typed_before_ctrl_return_is_kept(real: Studio, where: str):
    session = real.workspace.sessions[0]
    prompt = next(id for id, node in session.graph.nodes.items() if node.type == "text.encode")
    open_prompt(real, session, where)
    QTest.keyClicks(focus_of(real), " with snow")
    press_run(real)
    assert session.graph.nodes[prompt].params["text"].endswith(" with snow")
    QTest.keyClick(focus_of(real), Qt.Key.Key_Escape)
    assert session.graph.nodes[prompt].params["text"].endswith(" with snow")
    assert session.run_state != "idle"
    session.stop()


def test_four_variations_of_a_picture_are_one_action(qtbot: QtBot, real: Studio):
    run_and_wait(qtbot, real)
    actions = 0
    QTest.keyClick(focus_of(real), Qt.Key.Key_V, CTRL | ALT)
    actions += 1
    panel = real.docks.panel(SweepPanel)
    run = panel.run
    assert run is not None and panel.isVisible()
    states = run.states
    qtbot.waitUntil(
        lambda: all(state.image is not None for state in states.values()) and not run.running,
        timeout=LONG,
    )
    assert actions <= 2 and len(states) == 4
    (axis,) = run.sweep.axes
    assert axis.name == "sampler.seed" and len(set(axis.values)) == 4
    assert len({state.image.cacheKey() for state in states.values() if state.image}) == 4


def test_four_variations_of_a_picture_in_the_gallery_are_two_actions(qtbot: QtBot, real: Studio):
    """A right click, and a choice in the menu: its graph is opened and run with four seeds."""
    run_and_wait(qtbot, real)
    (path,) = (real.runs.output_folder).glob("*.png")
    menu = QMenu(real.window)
    real.docks.panel(Gallery).menu_opened.emit(menu, [path])
    with qtbot.waitSignal(real.workspace.opened, timeout=LONG):
        _entry(menu, "4 variations").trigger()
    assert len(real.workspace.sessions) == 2
    panel = real.docks.panel(SweepPanel)
    qtbot.waitUntil(lambda: panel.run is not None and not panel.run.running, timeout=LONG)
    assert panel.run is not None
    assert {state.badge for state in panel.run.states.values()} == {"done"}


def _entry(menu: QMenu, text: str):
    """Return the entry of a submenu "Vary this"."""
    inner = next(action.menu() for action in menu.actions() if action.text() == "Vary this")
    assert isinstance(inner, QMenu)
    return next(action for action in inner.actions() if action.text() == text)


@pytest.mark.parametrize("name", ["near", "medium", "far"])
def test_a_variation_is_run_beside_the_original(qtbot: QtBot, real: Studio, name: str):
    session = real.workspace.sessions[0]
    run_and_wait(qtbot, real)
    qtbot.waitUntil(lambda: "sampler" in session.trajectories, timeout=LONG)
    before, depth = set(session.graph.nodes), session.depth
    action = real.actions[f"run.vary-{name}"]
    with qtbot.waitSignal(real.runs.finished, timeout=LONG) as ended:
        action.trigger()
    report: Report = ended.args[1]  # pyright: ignore
    assert not report.failures
    new = set(session.graph.nodes) - before
    sampler = next(id for id in new if session.graph.nodes[id].type == "sample.denoise")
    params = session.graph.nodes[sampler].params
    steps = {node.node: node.steps_run for node in report.nodes if node.steps_run is not None}
    if name == "near":
        noise = session.graph.nodes[session.graph.links_in(sampler)["noise"].source]
        original = session.graph.nodes["sampler"].params.get("seed", 0)
        assert noise.params["seed"] == original and noise.params["variation"] == 0.15
        assert steps[sampler] == 4
    elif name == "medium":
        assert params["renoise_step"] == 2
        assert steps[sampler] == 2  # those before the new noise are stored
    else:
        assert "noise" not in session.graph.links_in(sampler)
        assert params["seed"] != session.graph.nodes["sampler"].params.get("seed", 0)
    assert session.depth == depth + 1
    session.undo()
    assert set(session.graph.nodes) == before


def test_vary_from_the_menus_of_node_and_viewer(qtbot: QtBot, real: Studio):
    session = real.workspace.sessions[0]
    run_and_wait(qtbot, real)
    viewer = real.docks.panel(Viewer)
    qtbot.waitUntil(lambda: bool(viewer.shown_node), timeout=LONG)
    place = QPoint(40, 60)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewer.mapToGlobal(place))
    QApplication.sendEvent(viewer, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    before = len(session.graph.nodes)
    _entry(menu, "Far").trigger()
    menu.close()
    assert len(session.graph.nodes) > before
    view = real.documents.view
    assert view is not None
    session.undo()
    view.show_all()
    hand = Hand(view)
    hand.click(hand.header("sampler"), RIGHT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    _entry(menu, "Near").trigger()
    menu.close()
    assert any(node.params.get("variation") == 0.15 for node in session.graph.nodes.values())
    session.stop()
