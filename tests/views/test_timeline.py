from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import AddNode, RemoveNode, SetParam
from nodeui.graph.parts import Node
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.timeline import Timeline
from nodeui.views.timeline.step_curves import heights
from nodeui.views.timeline.step_frames import StepFrames
from nodeui.views.timeline.strip import Strip
from tests.views.sampling import Asked, ends, picture, runs_through, sampling, trajectory
from tests.views.scene import drag

LEFT = Qt.MouseButton.LeftButton
CLEAN, NOISY, NOISE = range(3)


class Scene:
    """A timeline with a document, and its signals."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.runs = Asked()
        self.session = sampling(self.runs)
        self.timeline = Timeline()
        qtbot.addWidget(self.timeline)
        self.looked: list[tuple[PictureBatch | None, str]] = []
        self.timeline.step_looked_at.connect(lambda *told: self.looked.append(told))
        self.timeline.resize(1000, 260)
        self.timeline.show()
        self.timeline.set_session(self.session)
        qtbot.waitExposed(self.timeline)

    @property
    def strip(self) -> Strip:
        return self.timeline.strip

    @property
    def frames(self) -> StepFrames:
        frames = self.timeline.frames
        assert frames is not None
        return frames

    def know(self, total: int = 20, stored: int = 20) -> None:
        """Simulate the trajectory from the worker."""
        self.session.take_trajectories({"sampler": trajectory(total, stored)})

    def asks(self, count: int) -> tuple[str, str, tuple[int, ...]]:
        """Wait for a number of requests and return the last one."""
        self.qtbot.waitUntil(lambda: len(self.runs.asked) >= count)
        assert len(self.runs.asked) == count
        return self.runs.asked[-1]

    def answer(self, *steps: int, name: str = "x0") -> None:
        for step in steps:
            self.session.take_step("sampler", name, step, PictureBatch([picture(10 * step)]))

    def shade(self, step: int) -> int | None:
        image = self.frames.image(step)
        return image.pixelColor(0, 0).red() if image is not None else None

    def place(self, step: int) -> QPoint:
        return self.strip.column_of(step).center().toPoint()

    def hover(self, step: int) -> None:
        at = QPointF(self.place(step))
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, self.strip.mapToGlobal(at), none, none,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self.strip, event)

    def leave(self) -> None:
        QApplication.sendEvent(self.strip, QEvent(QEvent.Type.Leave))


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    scene = Scene(qtbot)
    yield scene
    scene.timeline.set_session(None)


# --- which sampler -------------------------------------------------------------------------------


def test_it_follows_the_selection_up_and_down_the_graph(scene: Scene):
    session = scene.session
    session.edit(AddNode(Node("other", "sample.denoise", params={"steps": 7})))
    assert scene.timeline.sampler == "sampler"
    session.select(["other"])
    assert scene.timeline.sampler == "other" and scene.timeline.total == 7
    for id in ("prompt", "show"):
        session.select(["other"])
        session.select([id])
        assert scene.timeline.sampler == "sampler"
    session.select(["other"])
    session.select([])
    assert scene.timeline.sampler == "other"  # the last one stays
    session.edit(RemoveNode("other"))
    assert scene.timeline.sampler == "sampler"


def test_the_list_of_samplers_selects_one(scene: Scene):
    scene.session.edit(AddNode(Node("sampler-2", "sample.denoise")))
    box = scene.timeline.samplers
    assert [box.itemText(row) for row in range(2)] == ["Sampler", "Sampler  ·  sampler-2"]
    box.setFocus()
    scene.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert scene.session.selection == {"sampler-2"}
    assert scene.timeline.sampler == "sampler-2"


def test_without_a_sampler_it_says_so(scene: Scene):
    scene.session.edit(RemoveNode("sampler"))
    assert scene.timeline.sampler == "" and scene.timeline.total == 0
    assert not scene.timeline.branch_button.isEnabled()
    assert "Add a sampler" in scene.timeline.message.text()
    assert scene.timeline.message.isVisible()
    scene.session.undo()
    assert scene.timeline.sampler == "sampler" and scene.strip.isVisible()


def test_a_sampler_that_is_gone_is_not_asked_about(scene: Scene):
    scene.session.edit(AddNode(Node("other", "sample.denoise")))
    scene.session.select(["other"])
    scene.session.undo()
    scene.session.plan_changed.emit()
    scene.session.trajectories_changed.emit()
    assert scene.timeline.sampler == "sampler"


def test_each_sampler_keeps_its_chosen_step(scene: Scene):
    scene.know()
    scene.session.edit(AddNode(Node("other", "sample.denoise")))
    scene.strip.choose(7)
    scene.session.select(["other"])
    assert scene.timeline.step == 20
    scene.session.select(["sampler"])
    assert scene.timeline.step == 7


def test_before_anything_is_known_the_planned_steps_stand_there(scene: Scene):
    assert scene.timeline.total == 20
    assert scene.timeline.state.text() == "20 steps"
    assert not any(scene.frames.is_stored(step) for step in range(1, 21))
    scene.session.edit(SetParam("sampler", "steps", 12))
    assert scene.timeline.total == 12


# --- pictures ------------------------------------------------------------------------------------


def test_only_stored_steps_in_view_are_asked_for_and_once(scene: Scene):
    scene.know(stored=12)
    node, name, steps = scene.asks(1)
    assert (node, name) == ("sampler", "x0") and sorted(steps) == list(range(1, 13))
    assert scene.timeline.state.text() == "Resumes at 12 of 20"
    scene.answer(*steps)
    assert scene.shade(12) == 120 and scene.shade(13) is None
    scene.timeline.grab()
    scene.qtbot.wait(80)
    scene.asks(1)


def test_scrolling_asks_for_what_comes_into_view(scene: Scene):
    scene.know(200, 200)
    _, _, steps = scene.asks(1)
    assert 1 not in steps or 200 not in steps
    seen = set(steps)
    bar = scene.timeline.area.horizontalScrollBar()
    bar.setValue(bar.maximum())
    _, _, steps = scene.asks(2)
    assert 200 in steps and not seen & set(steps) and max(seen) < min(steps)


def test_the_wheel_scrolls_along_the_steps(scene: Scene):
    scene.know(200, 200)
    scene.qtbot.waitUntil(lambda: scene.timeline.area.horizontalScrollBar().maximum() > 0)
    from PySide6.QtGui import QWheelEvent

    at = QPointF(50, 50)
    event = QWheelEvent(
        at, scene.strip.mapToGlobal(at), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(scene.strip, event)
    assert scene.timeline.area.horizontalScrollBar().value() == 240


def test_other_pictures_of_the_steps(scene: Scene):
    scene.know()
    scene.answer(*scene.asks(1)[2])
    noisy = scene.timeline.names.button(NOISY)
    scene.qtbot.mouseClick(noisy, LEFT)
    _, name, steps = scene.asks(2)
    assert name == "x_t" and len(steps) == 20
    assert scene.shade(3) is None
    scene.answer(3, name="x_t")
    assert scene.shade(3) == 30
    scene.qtbot.mouseClick(scene.timeline.names.button(CLEAN), LEFT)
    assert scene.shade(4) == 40
    scene.qtbot.wait(80)
    scene.asks(2)  # those were there


def test_after_an_edit_only_the_shared_steps_keep_pictures_and_are_requested_again(scene: Scene):
    scene.know()
    scene.answer(*scene.asks(1)[2])
    scene.session.edit(SetParam("sampler", "guidance_scale", 3.0))
    scene.know(stored=5)
    assert scene.shade(5) == 50 and scene.shade(6) is None
    _, _, steps = scene.asks(2)
    assert sorted(steps) == [1, 2, 3, 4, 5]


def test_a_hidden_panel_asks_for_nothing(scene: Scene):
    scene.timeline.hide()
    scene.know()
    scene.qtbot.wait(80)
    assert not scene.runs.asked
    scene.timeline.show()
    scene.asks(1)


# --- while it runs -------------------------------------------------------------------------------


def test_a_run_fills_the_strip_step_by_step(scene: Scene):
    runs_through(scene.session, 7)
    assert scene.timeline.state.text() == "Step 7 of 20"
    assert [scene.shade(step) for step in (1, 7, 8)] == [1, 7, None]
    assert scene.frames.is_stored(7) and not scene.frames.is_stored(8)
    assert scene.strip.shown == 7  # it follows the run while no step is chosen
    assert not scene.runs.asked
    runs_through(scene.session, 20)
    ends(scene.session)
    assert scene.frames.is_stored(20) and not scene.frames.running
    scene.know()
    _, _, steps = scene.asks(len(scene.runs.asked) or 1)
    assert len(steps) == 20  # previews are replaced by what is stored


def test_a_run_fades_what_it_will_replace(scene: Scene):
    scene.know()
    scene.answer(*scene.asks(1)[2])
    scene.session.edit(SetParam("sampler", "guidance_scale", 3.0))
    runs_through(scene.session, 9, begin=5)
    assert scene.frames.resumed_at == 5
    assert not scene.frames.is_old(9) and scene.frames.is_old(10)
    assert scene.shade(9) == 9 and scene.shade(10) == 100


# --- scrubbing -----------------------------------------------------------------------------------


def test_hovering_shows_a_step_and_leaving_gives_it_back(scene: Scene):
    scene.know()
    scene.answer(*range(1, 21))
    scene.hover(4)
    batch, label = scene.looked[-1]
    assert batch is not None and label == "Step 4 of 20"
    assert batch.images[0].pixelColor(0, 0).red() == 40
    assert scene.timeline.step == 20  # only a press chooses
    scene.leave()
    assert scene.looked[-1][0] is None


def test_dragging_scrubs_and_the_step_stays_chosen(scene: Scene):
    scene.know()
    scene.answer(*range(1, 21))
    drag(scene.strip, scene.place(3), scene.place(9))
    assert scene.timeline.step == 9
    labels = [label for _, label in scene.looked if label]
    assert labels[0] == "Step 3 of 20" and labels[-1] == "Step 9 of 20" and len(labels) >= 7


@pytest.mark.parametrize(
    ("keys", "step"),
    [
        ([Qt.Key.Key_Left], 9),
        ([Qt.Key.Key_Right, Qt.Key.Key_Right], 12),
        ([Qt.Key.Key_Home, Qt.Key.Key_Left], 1),
        ([Qt.Key.Key_End, Qt.Key.Key_Right], 20),
        ([Qt.Key.Key_PageUp], 5),
        ([Qt.Key.Key_PageDown], 15),
    ],
)
def test_keys_go_along_the_steps(scene: Scene, keys: list[Qt.Key], step: int):
    scene.know()
    scene.strip.choose(10)
    for key in keys:
        scene.qtbot.keyClick(scene.strip, key)
    assert scene.timeline.step == step
    assert scene.strip.accessibleDescription() == f"Step {step} of 20"


def test_keys_bring_a_step_into_view(scene: Scene):
    scene.know(200, 200)
    scene.qtbot.keyClick(scene.strip, Qt.Key.Key_Home)
    scene.qtbot.keyClick(scene.strip, Qt.Key.Key_End)
    seen = scene.strip.visibleRegion().boundingRect()
    assert seen.contains(scene.place(200))


def test_a_picture_that_comes_while_its_step_is_looked_at_is_shown(scene: Scene):
    scene.know()
    scene.hover(6)
    assert scene.looked[-1][0] is None
    scene.answer(6)
    batch = scene.looked[-1][0]
    assert batch is not None and batch.images[0].pixelColor(0, 0).red() == 60


# --- branching -----------------------------------------------------------------------------------


def test_the_context_menu_of_a_step_branches_there(scene: Scene):
    scene.know()
    told: list[tuple[str, int]] = []
    scene.timeline.branch_asked.connect(lambda kind: told.append((kind, scene.timeline.step)))
    at = scene.place(8)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, scene.strip.mapToGlobal(at))
    QApplication.sendEvent(scene.strip, event)
    menu = next(menu for menu in scene.timeline.findChildren(QMenu) if menu.isVisible())
    entries = {action.text(): action for action in menu.actions() if not action.isSeparator()}
    head, *ways = entries
    assert head == "Branch at 8 of 20"
    assert ways == ["Other prompt", "Other guidance", "Other control", "Other noise"]
    assert not entries["Other noise"].isEnabled()  # dpm++2m adds none
    assert "no noise" in entries["Other noise"].toolTip()
    entries["Other guidance"].trigger()
    menu.close()
    assert told == [("guidance", 8)]


def test_nothing_branches_after_the_last_step(scene: Scene):
    scene.know()
    assert not scene.timeline.branch_button.isEnabled()
    scene.strip.choose(19)
    assert scene.timeline.branch_button.isEnabled()


# --- looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", ["dark", "light"])
def test_stored_steps_are_marked_in_either_theme(scene: Scene, qapp: QApplication, look: str):
    theme.apply(qapp, "dark" if look == "dark" else "light")
    scene.know(stored=6)
    image = scene.strip.grab().toImage()
    ratio = image.devicePixelRatio()

    def colours(step: int) -> set[str]:
        column = scene.strip.column_of(step)
        x = round(column.center().x() * ratio)
        return {image.pixelColor(x, y).name() for y in range(image.height())}

    done = QColor(theme.tokens().done).name()
    assert done in colours(3) and done not in colours(10)
    theme.apply(qapp, "dark")


def test_curves_are_drawn_to_their_scale():
    assert heights("sigma", [100.0, 10.0, 1.0]) == [1.0, 0.5, 0.0]  # logarithmic
    assert heights("sigma", [2.0, 1.0]) == [1.0, 0.5]
    assert heights("guidance scale", [8.0, 4.0, 0.0]) == [1.0, 0.5, 0.0]
    assert heights("depth strength", [0.5, 1.0]) == [0.5, 1.0]  # not enlarged
    assert heights("sigma", [50.0, 1.0, 0.0])[-1] == 0.0  # a sigma of 0 has no logarithm


def test_every_control_has_a_name(scene: Scene):
    timeline = scene.timeline
    named = [timeline.samplers, timeline.strip, timeline.side, *timeline.names.buttons()]
    assert all(widget.accessibleName() for widget in named)


def test_a_document_that_is_closed_takes_nothing_along(scene: Scene, qtbot: QtBot):
    other: Session = sampling()
    scene.timeline.set_session(other)
    scene.know()
    assert not scene.frames.known
    scene.timeline.set_session(None)
    assert scene.timeline.sampler == ""


def test_of_a_batch_the_picture_that_the_viewer_shows_is_shown(scene: Scene):
    scene.know()
    for step in range(1, 21):
        batch = PictureBatch([picture(10 * step), picture(10 * step + 5)])
        scene.session.take_step("sampler", "x0", step, batch)
    assert scene.shade(4) == 40 and scene.frames.aspect == 1
    scene.session.choose_picture(1)
    assert scene.shade(4) == 45 and scene.timeline.state.text().endswith("2 of 2")
    scene.session.choose_picture(7)  # of another node, which has more
    assert scene.shade(4) == 45
    scene.hover(4)
    shown = scene.looked[-1][0]
    assert shown is not None and shown.count == 2
