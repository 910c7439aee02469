"""Packs that the editor does not import: it has their declarations, and asks the worker."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from nodeui.engine.confinement import unavailable
from nodeui.graph.edits import SetParam
from nodeui.graph.registry import why_missing
from nodeui.graph.source import stamp_of
from nodeui.session.preferences import PackState
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.views.palette import Palette
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.studio import Studio
from tests import crystal
from tests.graph.packs import run_python, write_module
from tests.views.editor import LONG, close, make_studio, settings_in

PACK = "crystal_pack"
MORE = '''
from nodeui.sdk import Check, Context, NodeError


@node("crystal.polish", title="Polish", category="Crystals", version=2)
def polish(lattice: Lattice, times: Annotated[int, Range(0, 9)] = 0) -> Lattice:
    """Make a crystal brighter."""
    return Lattice(lattice.cells + np.uint8(times))


@polish.passthrough("lattice")
def _as_it_is(times: int) -> bool:
    return times == 0


@polish.migrate
def _times(parameters: dict[str, Any], version: int) -> dict[str, Any]:
    return {"times": parameters["amount"]} if "amount" in parameters else parameters


@node("crystal.stone", title="Stone", category="Crystals", output=True)
def stone(ctx: Context, path: str = "stone.txt") -> Lattice:
    """Read a stone."""
    shade = int(ctx.files.resolve(path).read_text())
    return Lattice(np.full((SIDE, SIDE), shade, np.uint8))


@stone.fingerprint
def _stone(path: str, files: Any) -> str:
    return files.digest(files.resolve(path))


def _is_odd(number: int) -> None:
    if number % 2 == 0:
        raise NodeError("It takes an odd number.")


@node("crystal.odd", title="Odd", category="Crystals", output=True)
def odd(number: Annotated[int, Range(0, 9), Check(_is_odd)] = 1) -> int:
    """Take an odd number."""
    return number


nodes = [dissolve, swap, grow, show, polish, stone, odd]
'''
WORKFLOW = {
    "format": "nodeui/workflow",
    "version": 1,
    "nodes": {
        "salt": {"type": "crystal.dissolve", "params": {"weight": 10.0}},
        "grow": {"type": "crystal.grow"},
        "polish": {"type": "crystal.polish", "params": {"amount": 0}},
        "show": {"type": "crystal.show"},
        "stone": {"type": "crystal.stone"},
        "number": {"type": "crystal.odd"},
    },
    "links": [
        ["salt.salt", "grow.salt"],
        ["grow.lattice", "polish.lattice"],
        ["polish.lattice", "show.lattice"],
        ["grow.no_such_output", "stone.path"],
    ],
}

CONFINES = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two packs on the Python path, of which one is broken, and a workflow."""
    source = Path(crystal.__file__).read_text()
    source = source.replace("from nodeui.graph.registry import Registry\n", "")
    source = source[: source.index("def registry()")] + MORE
    write_module(tmp_path / "site", PACK, source, installed=True)
    write_module(tmp_path / "site", "broken_pack", "import there_is_none", installed=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    (tmp_path / "w.nodeui.json").write_text(json.dumps(WORKFLOW))
    (tmp_path / "stone.txt").write_text("70")
    stamp_of.cache_clear()
    return tmp_path


class Editor:
    """The editor with the workflow open; `start` starts its worker."""

    def __init__(
        self, qtbot: Any, application: QApplication, folder: Path, state: PackState = "trusted"
    ) -> None:
        settings = settings_in(folder)
        settings.preferences.output = str(folder / "pictures")
        settings.preferences.packs = dict.fromkeys((PACK, "broken_pack"), state)
        self.qtbot = qtbot
        file = folder / "w.nodeui.json"
        settings.trust.add(file.read_bytes(), folder)
        self.studio: Studio = make_studio(application, settings)
        self.studio.window.resize(1400, 900)
        self.studio.window.show()
        self.studio.workspace.open(file)
        self.wait(lambda: self.studio.workspace.sessions)
        self.session: Session = self.studio.workspace.sessions[0]

    def wait(self, until: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(until()), timeout=LONG)

    def start(self) -> None:
        self.studio.start_engine()
        self.wait(lambda: self.studio.runs.worker == "ready" and not self.session.specs.waiting)

    def badge(self, id: str) -> str:
        return self.session.states.get(id, NodeState()).badge

    def shade(self, id: str) -> int | None:
        image = self.session.image_of(id)
        return image.pixelColor(0, 0).red() if image is not None else None

    def run(self) -> None:
        self.session.run()
        self.wait(lambda: self.session.run_state == "running")
        self.wait(lambda: self.session.run_state == "idle")


@pytest.fixture
def state() -> PackState:
    """The state of the packs."""
    return "trusted"


@pytest.fixture
def editor(qtbot: Any, qapp: QApplication, folder: Path, state: PackState) -> Iterator[Editor]:
    editor = Editor(qtbot, qapp, folder, state)
    yield editor
    close(editor.studio)
    assert PACK not in sys.modules and "broken_pack" not in sys.modules


def test_placeholders_come_alive_when_the_worker_is_there(editor: Editor):
    session, studio = editor.session, editor.studio
    assert session.graph.spec("grow") is None
    why = why_missing(session.specs, "crystal.grow")
    assert why == "waiting for the node pack broken_pack, crystal_pack"
    editor.start()
    spec = session.graph.spec("grow")
    assert spec is not None and spec.node is None and spec.stepwise and spec.pictured
    listed = studio.docks.panel(Palette).list.model()
    assert "Grow" in [listed.index(row, 0).data() for row in range(listed.rowCount())]
    assert any("there_is_none" in str(problem) for problem in session.specs.problems)
    # A link that does not fit is put aside, and kept.
    assert "path" not in session.graph.links_in("stone")
    assert session.document.inert["links"] == [["grow.no_such_output", "stone.path"]]
    # The worker migrates nodes that were saved with an older version.
    editor.wait(lambda: session.graph.nodes["polish"].version == 2)
    assert session.graph.nodes["polish"].params == {"times": 0}
    assert not session.modified and not session.undo_labels
    editor.wait(lambda: editor.badge("stone") == "will-run")
    assert editor.badge("grow") == "will-run"


def test_a_pack_is_turned_off_and_on_in_the_preferences(editor: Editor, folder: Path):
    """Its nodes keep everything while they are unknown, and run again afterwards."""
    editor.start()
    session, studio = editor.session, editor.studio
    editor.wait(lambda: session.graph.nodes["polish"].version == 2)
    nodes, links = dict(session.graph.nodes), [*session.graph.links()]
    listed = studio.docks.panel(Palette).list

    def titles() -> list[str]:
        model = listed.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def choose(state: PackState) -> None:
        studio.settings.preferences.packs = {PACK: state, "broken_pack": "off"}
        studio.application.apply_preferences()

    choose("off")
    assert session.graph.spec("grow") is None and "Grow" not in titles()
    why = why_missing(session.specs, "crystal.grow")
    assert why.endswith(f"the node pack {PACK} is off, see Preferences")
    assert (dict(session.graph.nodes), [*session.graph.links()]) == (nodes, links)
    choose("trusted")
    assert session.graph.spec("grow") is not None and "Grow" in titles()
    assert (dict(session.graph.nodes), [*session.graph.links()]) == (nodes, links)
    assert not session.modified
    editor.wait(lambda: studio.runs.worker == "ready")
    editor.run()
    editor.wait(lambda: editor.shade("show") == 80)


@pytest.mark.parametrize("state", ["trusted", pytest.param("confined", marks=CONFINES)])
def test_it_runs_and_shows_everything(editor: Editor, folder: Path):
    editor.start()
    session, studio = editor.session, editor.studio
    editor.wait(lambda: session.graph.nodes["polish"].version == 2)
    editor.run()
    editor.wait(lambda: editor.shade("show") == 80 and editor.shade("stone") == 70)
    assert editor.shade("grow") == 80 and editor.shade("salt") is None
    pane = studio.docks.panel(Viewer).pane
    editor.wait(lambda: pane.image.width() == crystal.SIDE)
    # A pass-through has no state of its own; once it does something, the worker knows its key.
    editor.wait(lambda: editor.badge("polish") == "cached")
    assert session.states["polish"].reason == "passes its input on"
    editor.wait(lambda: editor.badge("show") in ("done", "cached"))
    # The key of a node that needs no code is the same in the editor, which finds its result.
    assert editor.badge("grow") == "done"
    session.edit(SetParam("polish", "times", 3))
    editor.wait(lambda: editor.badge("polish") == "will-run")
    assert editor.badge("show") == "will-run" and editor.badge("stone") in ("done", "cached")
    editor.run()
    editor.wait(lambda: editor.shade("show") == 83 and editor.shade("polish") == 83)
    # A file that a fingerprint reads.
    (folder / "stone.txt").write_text("90")
    session.plan()
    editor.wait(lambda: editor.badge("stone") == "will-run")
    assert session.states["stone"].reason == "a file that it reads changed"
    # A value that only the pack can check.
    session.edit(SetParam("number", "number", 4))
    editor.wait(lambda: editor.badge("number") == "blocked")
    assert session.states["number"].error == "It takes an odd number."


@pytest.mark.parametrize("state", ["trusted", pytest.param("confined", marks=CONFINES)])
def test_its_steps_branch_and_sweep(editor: Editor):
    editor.start()
    session, studio = editor.session, editor.studio
    timeline = studio.docks.panel(Timeline)
    studio.docks.bring_up("timeline")
    assert (timeline.sampler, timeline.total) == ("grow", 8)
    editor.run()
    editor.wait(lambda: "grow" in session.trajectories)
    editor.wait(lambda: all(session.trajectories["grow"].cached))
    frames = timeline.frames
    assert frames is not None
    editor.wait(lambda: frames.image(2) is not None)
    timeline.strip.choose(5)
    studio.actions["branch.salt"].trigger()
    session.edit(SetParam("salt-2", "weight", 2.0))
    editor.run()
    assert editor.badge("grow-2") in ("resumed", "cached")
    sweep = studio.sweeping.sweeps.start(session, {"salt.weight": [5, 10]})
    editor.wait(lambda: all(state.image is not None for state in sweep.states.values()))
    shades = [state.image.pixelColor(0, 0).red() for state in sweep.states.values() if state.image]
    assert sorted(shades) == [40, 80]


def test_the_next_editor_does_not_wait(editor: Editor, qtbot: Any, folder: Path):
    editor.start()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    following = Editor(qtbot, application, folder)
    spec = following.session.graph.spec("grow")
    assert spec is not None and spec.node is None and not following.session.specs.waiting
    assert any("there_is_none" in str(problem) for problem in following.session.specs.problems)
    close(following.studio)
    # A file of the pack changes.
    file = folder / "site" / f"{PACK}.py"
    file.write_text(re.sub('title="Grow"', 'title="Grow crystals"', file.read_text()))
    stamp_of.cache_clear()
    third = Editor(qtbot, application, folder)
    assert third.session.graph.spec("grow") is None and third.session.specs.waiting == (PACK,)
    third.start()
    spec = third.session.graph.spec("grow")
    assert spec is not None and spec.title == "Grow crystals"
    close(third.studio)


EDITOR = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from nodeui import app
from nodeui.session.preferences import Places, Settings

application = QApplication([])
folder = Path.cwd()
settings = Settings(Places(folder / "c", folder / "s", folder / "k"))
settings.preferences.packs = {"crystal_pack": "trusted"}
window = app.make_window(application, settings)
studio = app.open_studio(window, [folder / "w.nodeui.json"])
window.show()

def look():
    sessions = studio.workspace.sessions
    if sessions and sessions[0].image_of("show") is not None:
        window.close()
        application.quit()
    elif sessions and studio.runs.worker == "ready" and studio.runs.current is None:
        sessions[0].run()

timer = QTimer()
timer.timeout.connect(look)
timer.start(200)
QTimer.singleShot(100_000, lambda: sys.exit("it takes too long"))
application.exec()
print(sorted(name for name in sys.modules if "_pack" in name.partition(".")[0]))
"""


def test_the_process_of_the_editor_never_imports_them(folder: Path):
    done = run_python("-c", EDITOR, path=folder / "site", cwd=folder)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr
    assert os.path.isdir(folder / "s" / "packs")
