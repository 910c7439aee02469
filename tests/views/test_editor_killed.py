"""Kill the whole editor, again and again: no edit is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from nodeui.graph import document as files
from nodeui.graph.registry import installed

KILLS = 8

EDITOR = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from nodeui.graph.edits import AddNode, MoveNodes, SetParam
from nodeui.graph.parts import Node
from tests.views.editor import make_studio, settings_in

folder = Path(sys.argv[1])
app = QApplication([])
studio = make_studio(app, settings_in(folder))
studio.window.show()
studio.recover()
if not studio.workspace.sessions:
    studio.workspace.new()
    studio.workspace.sessions[0].edit(AddNode(Node("flip", "image.invert")))
(session,) = studio.workspace.sessions
number = int(session.graph.nodes["flip"].pos[0])
print("found", number, flush=True)

def work():
    global number
    number += 1
    session.edit(MoveNodes({"flip": (number, 0)}), gesture=number // 5)
    if number % 3 == 0:
        session.edit(SetParam("flip", "amount", number % 100 / 100))
        session.undo()
        session.redo()
    if number % 40 == 0:
        studio.workspace.save(session, folder / "work.nodeui.json")
    print("made", number, flush=True)

timer = QTimer()
timer.timeout.connect(work)
timer.start(0)
app.exec()
"""


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def test_no_edit_is_lost_however_often_the_editor_is_killed(tmp_path: Path):
    rng = random.Random(1)
    made = 0
    for _ in range(KILLS):
        editor = start(tmp_path)
        assert editor.stdout is not None
        word, found = editor.stdout.readline().split()
        # what was under way when the kill came may be there or not
        assert word == "found" and made <= int(found) <= made + 1
        assert editor.stdout.readline().startswith("made")
        time.sleep(rng.uniform(0.0, 0.6))
        editor.send_signal(signal.SIGKILL)
        rest = [line.split() for line in editor.stdout.read().split("\n")[:-1]]
        editor.wait()
        editor.stdout.close()
        made = max([int(found) + 1, *(int(number) for _, number in rest)])
    saved = tmp_path / "work.nodeui.json"
    if saved.exists():  # never half of a file
        document = files.load(saved.read_bytes(), installed())
        assert not document.problems and document.graph.nodes["flip"].pos[0] % 40 == 0
