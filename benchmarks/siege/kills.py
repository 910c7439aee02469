"""Kills workers while they paint, and editors while they edit."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.siege.tally import Siege
from nodeui.engine.client import Client
from nodeui.engine.protocol import (
    Event,
    NodeFinished,
    Progress,
    Ready,
    Reply,
    RunEvent,
    RunFinished,
    RunRefused,
    RunStarted,
    WorkerDied,
)
from nodeui.graph.registry import installed
from nodeui.sdk import shipped
from nodeui.session import journal as journals
from nodeui.session.journal import Journals

PATIENCE = 180.0  # seconds, as a new worker imports and loads everything again


def workflow_with(seed: int, steps: int = 12) -> bytes:
    """Return the smallest example with another seed."""
    content = json.loads((shipped("workflows") / "landscape.nodeui.json").read_text())
    content["nodes"]["sampler"]["params"] |= {"seed": seed, "steps": steps}
    return json.dumps(content).encode()


class Painter:
    """Runs workflows in a worker that may be killed at any time.

    A worker is killed only if it has taken the run further than the one before: a run that kills
    two workers in a row without progress is given up, as promised.

    Args:
        folder: Folder of its cache and its pictures.
        on_kill: Called after a worker was killed, in a thread of the client.

    Attributes:
        ended: The last message of each run.
    """

    def __init__(self, folder: Path, on_kill: Callable[[], object]) -> None:
        self.folder = folder
        self._on_kill = on_kill
        self._changed = threading.Condition()
        self.ended: dict[int, RunFinished | RunRefused | WorkerDied] = {}
        self._doom: list[int] = []
        self._pid = 0
        self._furthest: dict[str, float] = {}  # the highest step by node
        self._advanced = False
        folder.mkdir(exist_ok=True)
        self.client = Client(self._take, cache_dir=folder / "cache", log=folder / "log")

    def paint(self, workflow: bytes, doom: list[int]) -> np.ndarray | None:
        """Run a workflow and return the pixels.

        Args:
            workflow: The workflow.
            doom: For each worker that is killed, after how many events.
        """
        self._doom, self._advanced = list(doom), True
        self._furthest.clear()
        run = self.client.submit(workflow, self.folder, (), self.folder / "pictures")
        with self._changed:
            self._changed.wait_for(lambda: run in self.ended, PATIENCE)
        end = self.ended.get(run)
        if not isinstance(end, RunFinished) or not end.report.outputs:
            return None
        return np.asarray(Image.open(end.report.outputs[0].path).convert("RGB"))

    def _take(self, reply: Reply) -> None:
        with self._changed:
            match reply:
                case Ready(pid=pid):
                    self._pid = pid
                case RunStarted():
                    self._count()
                case RunEvent(event=event):
                    self._note(event)
                    self._count()
                case RunFinished(run=run) | RunRefused(run=run):
                    self.ended[run] = reply
                case WorkerDied(run=int(run)):
                    self._advanced = False
                    if not reply.resumes:
                        self.ended[run] = reply
                case _:
                    pass
            self._changed.notify_all()

    def _note(self, event: Event) -> None:
        """Note progress, by the rule of `engine.client`."""
        match event:
            case Progress(node=node, done=done):
                step = float(done)
            case NodeFinished(node=node, status="executed" | "resumed"):
                step = math.inf
            case _:
                return
        if step > self._furthest.get(node, 0.0):
            self._furthest[node] = step
            self._advanced = True

    def _count(self) -> None:
        if not self._doom or not self._pid or not self._advanced:
            return
        self._doom[0] -= 1
        if self._doom[0] <= 0:
            del self._doom[0]
            os.kill(self._pid, signal.SIGKILL)
            self._pid = 0  # until the next worker is ready
            self._on_kill()


def kill_workers(siege: Siege) -> None:
    """Kill workers at random events of their runs; the pictures must be those of whole runs.

    An attempt is a worker that was killed.
    """
    killed = Painter(siege.folder / "killed", siege.attempted)
    calm = Painter(siege.folder / "calm", lambda: None)
    try:
        while siege.lasts():
            workflow = workflow_with(siege.random.randrange(2**31))
            doom = [siege.random.randrange(1, 40) for _ in range(siege.random.choice([1, 1, 2]))]
            found, right = killed.paint(workflow, doom), calm.paint(workflow, [])
            if found is None:
                report = siege.folder / f"failed-{siege.tally.attempts}.txt"
                report.write_text(f"{doom} {list(killed.ended.values())[-1:]}")
                siege.found("hangs")
            elif right is None or not np.array_equal(found, right):
                siege.found("wrong pictures")
    finally:
        for each in (killed, calm):
            each.client.close()
            each.client.join(10)


EDITOR = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from nodeui.graph import document
from nodeui.graph.edits import AddNode, MoveNodes, RemoveNode, SetParam
from nodeui.graph.parts import Node
from nodeui.graph.registry import installed
from nodeui.session.journal import Journals
from nodeui.session.session import Session

app = QCoreApplication([])
specs = installed()
journal = Journals(Path(sys.argv[1])).create()
session = Session(document.load(Path(sys.argv[2]).read_bytes(), specs), specs, journal=journal)
journal.start(session.document, None, Path("/"), False)
for number in range(1, 10**9):
    session.edit(MoveNodes({"sampler": (float(number), 0.0)}))
    if number % 3 == 0:
        params = {"path": "x" * (number % 999)}
        session.edit(AddNode(Node(f"n{number}", "image.load", params=params)))
    if number % 6 == 0:
        session.edit(RemoveNode(f"n{number}"))
    print(number, flush=True)
"""


def kill_editors(siege: Siege) -> None:
    """Kill editors at random edits; every edit that they confirmed must be recovered."""
    specs = installed()
    example = shipped("workflows") / "landscape.nodeui.json"
    while siege.lasts():
        folder = siege.folder / str(siege.tally.attempts)
        editor = subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(folder), str(example)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert editor.stdout is not None
        try:
            confirmed = 0
            for _ in range(siege.random.randint(1, 3000)):
                confirmed = int(editor.stdout.readline())
            editor.send_signal(signal.SIGKILL)
            lines = editor.stdout.read().split("\n")[:-1]
        finally:
            editor.kill()
            editor.wait()
            editor.stdout.close()
        confirmed = max([confirmed, *map(int, lines)])
        (journal,) = Journals(folder).left_over()
        found = journals.read(journal.file, specs).document.graph.nodes
        journal.delete()
        moved = int(found["sampler"].pos[0])
        last = confirmed - confirmed % 3  # the last node that was added, and perhaps removed
        kept = last == 0 or (f"n{last}" in found) == (last % 6 != 0)
        lost = moved not in (confirmed, confirmed + 1) or (moved == confirmed and not kept)
        siege.attempted(*["lost edits"] * lost)
