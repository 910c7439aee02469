"""A pack's own value type, sampler and branches in the editor, which has no line about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from nodeui import headless
from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.protocol import Trajectory
from nodeui.graph.branches import branch_problems
from nodeui.graph.edits import SetParam
from nodeui.graph.model import Graph
from nodeui.session.branch import branch, kinds_of, obstacle
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.sweeps.run import sweep
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.studio import Studio
from tests import crystal
from tests.views.editor import LONG, editor_studio


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    with editor_studio(tmp_path, crystal.registry(), "tests.crystal:registry") as studio:
        session = studio.workspace.sessions[0]
        crystal.fill(session.edit)
        yield studio


@pytest.fixture
def session(studio: Studio) -> Session:
    return studio.workspace.sessions[0]


def badge(session: Session, id: str) -> str:
    return session.states.get(id, NodeState()).badge


def run(qtbot: QtBot, session: Session, node: str) -> int:
    """Run, and wait for a node's picture; its shade at the top left."""
    session.run()
    qtbot.waitUntil(lambda: badge(session, "show") == "done", timeout=LONG)
    qtbot.waitUntil(lambda: session.image_of(node) is not None, timeout=LONG)
    image = session.image_of(node)
    assert image is not None
    return image.pixelColor(0, 0).red()


def test_its_declarations_are_in_order():
    specs = crystal.registry()
    assert [text for spec in specs.values() for text in branch_problems(spec, specs)] == []


def test_its_values_are_seen_on_nodes_and_in_the_viewer(
    qtbot: QtBot, studio: Studio, session: Session
):
    assert run(qtbot, session, "show") == 80
    assert session.image_of("grow") is not None  # a sampler whose value is shown itself
    assert session.image_of("salt") is None
    pane = studio.docks.panel(Viewer).pane
    qtbot.waitUntil(lambda: pane.image.width() == crystal.SIDE)
    assert pane.image.pixelColor(0, 0).red() == 80


def test_its_steps_are_on_the_timeline_and_branch(qtbot: QtBot, studio: Studio, session: Session):
    timeline = studio.docks.panel(Timeline)
    studio.docks.bring_up("timeline")
    assert (timeline.sampler, timeline.total) == ("grow", 8)  # as planned
    run(qtbot, session, "show")
    qtbot.waitUntil(lambda: badge(session, "grow") in ("done", "cached"), timeout=LONG)
    qtbot.waitUntil(lambda: all(known(session)), timeout=LONG)
    frames = timeline.frames
    assert frames is not None
    qtbot.waitUntil(lambda: frames.image(2) is not None, timeout=LONG)
    image = frames.image(2)
    assert image is not None and image.pixelColor(0, 0).red() == 20
    timeline.strip.choose(5)
    menu = timeline.branch_button.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Branch at 5 of 8", "Other salt", "Other heat", "Other luck"]
    assert all(studio.actions[f"branch.{name}"].isEnabled() for name in ("salt", "heat", "luck"))
    studio.actions["branch.salt"].trigger()
    assert session.selection == {"salt-2"} and session.graph.nodes["swap"].params == {"when": 5 / 8}
    session.edit(SetParam("salt-2", "weight", 2.0))
    session.run()
    qtbot.waitUntil(lambda: badge(session, "grow-2") == "resumed", timeout=LONG)
    assert session.states["grow-2"].reason == "resumed at 5 of 8"
    qtbot.waitUntil(lambda: session.image_of("show-2") is not None, timeout=LONG)


def known(session: Session) -> tuple[bool, ...]:
    trajectory = session.trajectories.get("grow")
    return trajectory.cached if trajectory is not None else (False,)


def test_a_sweep_in_the_editor_has_its_pictures(qtbot: QtBot, studio: Studio, session: Session):
    run_ = studio.sweeping.sweeps.start(session, {"salt.weight": [5, 10]})
    qtbot.waitUntil(
        lambda: all(state.image is not None for state in run_.states.values()) and not run_.running,
        timeout=LONG,
    )
    shades = {
        cell.label: image.pixelColor(0, 0).red()
        for cell, state in run_.states.items()
        if (image := state.image) is not None
    }
    assert sorted(shades.values()) == [40, 80]


def test_the_contact_sheet_shows_them(tmp_path: Path):
    graph = Graph(crystal.registry())
    crystal.fill(graph.apply)
    result = sweep(graph, {"salt.weight": [5, 10]}, cache=open_cache(None), output_dir=tmp_path)
    assert result.sheet is not None
    with Image.open(result.sheet) as sheet:
        greys = {int(red) for red in np.asarray(sheet.convert("L")).ravel()}
    assert {40, 80} <= greys


@pytest.mark.parametrize("kind", ["salt", "heat", "luck"])
@pytest.mark.parametrize("begin", [0, 2])
def test_each_branch_resumes_at_its_step_and_then_differs(kind: str, begin: int, tmp_path: Path):
    graph = Graph(crystal.registry())
    crystal.fill(graph.apply)
    graph.apply(SetParam("grow", "begin", begin))
    graph.apply(SetParam("grow", "warmth", 1.5))
    cache = open_cache(None)
    first = headless.run(graph, cache=cache, output_dir=tmp_path)
    trajectory = trajectory_of(graph, cache)
    assert trajectory.whole == 8 and trajectory.total == 8 - begin
    declared = next(each for each in kinds_of(graph, "grow") if each.name == kind)
    assert not obstacle(graph, "grow", declared, trajectory)
    made = branch(graph, "grow", 4, trajectory, declared, lambda id: (0, 0, 200, 200))
    graph.apply(made.edit)
    if kind == "salt":
        graph.apply(SetParam(made.change, "weight", 3.0))
    elif kind == "heat":
        at = (4 + begin) / 8
        points = graph.nodes[made.change].params["heat"]
        assert graph.nodes[made.change].params["warmth"] == 1.5
        assert [y for x, y in points if x == at] == [1.5, 1.5]
        graph.apply(SetParam(made.change, "heat", (*points[:-1], (at, 0.5))))
    else:
        graph.apply(SetParam(made.change, "luck", 5))
        assert graph.nodes[made.change].params["shaken"] == 4 + begin
    result = headless.run(graph, cache=cache, output_dir=tmp_path)
    assert result.ok, result.report.failures
    told = {node.node: node for node in result.report.nodes}
    assert told[made.sampler].resumed_at == 4
    before = first.values("grow")["lattice"].cells
    assert not np.array_equal(result.values(made.sampler)["lattice"].cells, before)


def trajectory_of(graph: Graph, cache: Cache) -> Trajectory:
    from nodeui.engine.dry_run import dry_run
    from nodeui.engine.plan import Planner

    plan = Planner(cache, crystal.registry().environment).plan(graph, (), Path())
    return dry_run(plan, cache)["grow"]
