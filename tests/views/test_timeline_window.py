from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import SetGroup, SetMembers
from nodeui.graph.parts import Group
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.start import WORKFLOWS
from nodeui.views.window.studio import Studio
from tests.signals import arguments_of
from tests.views.editor import close, make_studio, settings_in
from tests.views.sampling import picture, trajectory

EXAMPLE = WORKFLOWS / "controlled-landscape.nodeui.json"


@pytest.fixture
def studio(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(qapp, settings_in(tmp_path))
    studio.window.resize(1400, 900)
    studio.window.show()
    qtbot.waitExposed(studio.window)
    yield studio
    close(studio)


@pytest.fixture
def session(qtbot: QtBot, studio: Studio) -> Session:
    with qtbot.waitSignal(studio.workspace.opened) as signal:
        studio.workspace.open_copy(EXAMPLE)
    session: Session = arguments_of(signal)[0]
    session.take_trajectories({"sampler": trajectory()})
    qtbot.waitUntil(studio.docks.panel(Timeline).strip.isVisible)
    return session


def command(qtbot: QtBot, studio: Studio, text: str) -> None:
    """Run a command by typing into the command palette."""
    qtbot.keyClick(
        studio.window,
        Qt.Key.Key_P,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    palette = studio.window.findChildren(CommandPalette)[-1]
    field = palette.findChildren(QLineEdit)[0]
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_branch_here_by_keyboard_is_one_undo(qtbot: QtBot, studio: Studio, session: Session):
    before = dict(session.graph.nodes), set(session.graph.links())
    strip = studio.docks.panel(Timeline).strip
    strip.setFocus()
    for _ in range(8):
        qtbot.keyClick(strip, Qt.Key.Key_Left)
    command(qtbot, studio, "branch here: other prompt")
    assert session.undo_labels[-1] == "Branch at 12 of 20"
    assert session.selection == {"prompt-2"}
    assert session.graph.nodes["prompt-switch"].params == {"at": 12 / 20}
    assert studio.docks.panel(Timeline).sampler == "sampler-2"
    view = studio.documents.view
    assert view is not None
    boxes = [view.mirror.nodes.rect(id) for id in session.graph.nodes]
    assert not any(one.intersects(two) for one, two in combinations(boxes, 2))
    assert view.shown_rect().contains(view.mirror.nodes.rect("sampler-2"))
    qtbot.keyClick(studio.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (dict(session.graph.nodes), set(session.graph.links())) == before


def test_a_sampler_in_a_group_branches_there(studio: Studio, session: Session):
    session.edit(SetGroup("inner", Group("inner", pos=(900, 585))))
    session.edit(SetMembers({"sampler": "inner"}))
    studio.docks.panel(Timeline).strip.choose(5)
    studio.actions["branch.guidance"].trigger()
    view = studio.documents.view
    assert view is not None and view.mirror.level.id == "inner"
    assert session.selection == {"guidance"} and "sampler-2" in view.mirror.layouts
    assert view.shown_rect().contains(view.mirror.nodes.rect("sampler-2"))


def test_the_actions_wait_for_a_step_and_a_way(studio: Studio, session: Session):
    actions = studio.actions
    assert not actions["branch.prompt"].isEnabled()  # nothing is left after the last step
    studio.docks.panel(Timeline).strip.choose(5)
    assert actions["branch.prompt"].isEnabled() and actions["branch.guidance"].isEnabled()
    assert not actions["branch.noise"].isEnabled()  # the solver adds none
    actions["branch.guidance"].trigger()
    assert session.graph.nodes["guidance"].params["curve"][1] == (5 / 20, 4.0)


def test_the_step_under_the_pointer_fills_the_viewer(studio: Studio, session: Session):
    session.take_image("decode", picture(200, 64))
    viewer = studio.docks.panel(Viewer)
    assert viewer.pane.image.pixelColor(0, 0).red() == 200
    session.take_step("sampler", "x0", 3, PictureBatch([picture(33)]))
    studio.docks.panel(Timeline).strip.choose(3)
    assert viewer.pane.image.pixelColor(0, 0).red() == 33
    assert viewer.pane.size_shown.width() == 64  # a pixel of a latent covers several of the picture
    studio.docks.panel(Timeline).strip.left.emit()
    assert viewer.pane.image.pixelColor(0, 0).red() == 200


def test_a_branch_is_compared_with_what_it_branched_from(studio: Studio, session: Session):
    session.take_image("decode", picture(200, 64))
    session.take_image("hint", picture(90, 64))
    studio.docks.panel(Timeline).strip.choose(5)
    studio.actions["branch.guidance"].trigger()
    session.take_image("save-2", picture(120, 64))
    viewer = studio.docks.panel(Viewer)
    assert [shot.picture.source for shot in viewer.comparison.shots] == ["decode"]
    assert viewer.pane.image.pixelColor(0, 0).red() == 120


def test_timeline_and_gallery_share_one_row_of_tabs(qtbot: QtBot, studio: Studio, session: Session):
    def rows() -> list[list[str]]:
        bars = studio.window.findChildren(
            QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
        return [
            [bar.tabText(index) for index in range(bar.count())]
            for bar in bars
            if bar.isVisible() and bar.count() > 1
        ]

    qtbot.waitUntil(lambda: any({"Timeline", "Gallery"} <= set(row) for row in rows()))
    assert studio.docks.panel(Timeline).isVisible()
