"""Quitting waits for nothing but a save, and an editor that is killed leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 60.0
"""Seconds after which a test gives up waiting; not a measurement."""

EDITOR = """
import os, signal, sys, threading, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from nodeui.graph import saving
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.parts import Link, Node
from nodeui.session.leaving import leave
from tests.session import toys
from tests.views.editor import LONG, editor_studio

folder, case = Path(sys.argv[1]), sys.argv[2]
app = QApplication([])
opened = editor_studio(folder, toys.registry(), "tests.session.toys:registry")
studio = opened.__enter__()
studio.runs.start()
(session,) = studio.workspace.sessions

def when(condition, then):
    if condition():
        then()
    else:
        QTimer.singleShot(20, lambda: when(condition, then))

def is_running(id):
    return id in session.states and session.states[id].badge == "running"

def quit():
    session.saved(folder / "saved.nodeui.json", session.depth)  # so that nothing is asked
    studio.window.close()
    QTimer.singleShot(0, app.quit)

def act():
    print(studio.runs.pid, studio.runs._workers.main.client._ring.place.name, flush=True)
    if case == "idle":
        quit()
    elif case == "stopped":
        os.kill(studio.runs.pid, signal.SIGSTOP)
        quit()
    elif case == "kill":
        os.kill(studio.runs.pid, signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGKILL)
    elif case == "kill running":
        os.kill(os.getpid(), signal.SIGKILL)
    elif case == "busy":
        session.edit(AddNode(Node("grey", "toy.grey")))
        session.edit(AddNode(Node("slow", "toy.slow", params={"stubborn": True})))
        session.edit(Connect(Link("grey", "image", "slow", "image")))
        session.run()
        when(lambda: is_running("slow"), quit)
    elif case == "thread":
        begun = threading.Event()
        studio.runs._background.do(lambda: (begun.set(), threading.Event().wait()))
        when(begun.is_set, quit)
    elif case == "save":
        write, begun = saving.write, threading.Event()
        def slowly(*arguments, **options):
            begun.set()
            time.sleep(3)
            return write(*arguments, **options)
        saving.write = slowly
        studio.workspace.save(session, folder / "saved.nodeui.json")
        when(begun.is_set, quit)

when(lambda: studio.runs.worker == "ready", act)
app.exec()
print("left", flush=True)
leave(7)
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="ends of processes are tied together on Linux only"
)


class Editor:
    """An editor in a process of its own, which does what a case of `EDITOR` says."""

    def __init__(self, folder: Path, case: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(folder), case],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        assert self.process.stdout is not None
        words = self.process.stdout.readline().split()
        assert len(words) == 2, self.process.stderr and self.process.stderr.read()
        self.worker, self.segment = int(words[0]), Path("/dev/shm", words[1])
        self.fork_server = parent_of(self.worker)

    def end(self) -> int:
        """Wait for the end of the editor, and of all that belongs to it; return its exit code."""
        code = self.process.wait(PATIENCE)
        wait_until(lambda: not alive(self.worker), "the worker")
        wait_until(lambda: not alive(self.fork_server), "the fork server")
        wait_until(lambda: not self.segment.exists(), "the shared memory")
        return code


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} is left behind"
        time.sleep(0.02)


def state_of(pid: int) -> list[str]:
    """Return the fields of a process after its name: state, parent, ...; none if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(pid: int) -> bool:
    return state_of(pid)[:1] not in ([], ["Z"])


def parent_of(pid: int) -> int:
    fields = state_of(pid)
    return int(fields[1]) if fields else 0


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Callable[[str], Editor]]:
    made: list[Editor] = []

    def start(case: str) -> Editor:
        made.append(Editor(tmp_path, case))
        return made[-1]

    yield start
    for each in made:
        for pid in (each.process.pid, each.worker):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        each.process.communicate()


@pytest.mark.parametrize("case", ["idle", "stopped", "busy", "thread"])
def test_quitting_waits_for_nothing(editor: Callable[[str], Editor], case: str) -> None:
    assert editor(case).end() == 7


def test_a_save_that_has_begun_is_finished(editor: Callable[[str], Editor], tmp_path: Path) -> None:
    assert editor("save").end() == 7
    assert (tmp_path / "saved.nodeui.json").is_file()


@pytest.mark.parametrize("case", ["kill", "kill running"])
def test_a_killed_editor_leaves_nothing_behind(editor: Callable[[str], Editor], case: str) -> None:
    assert editor(case).end() == -signal.SIGKILL
