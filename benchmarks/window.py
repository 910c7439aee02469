"""Times the window: its start, opening a large file, undo among 10,000 nodes, a preview.

    python -m benchmarks.window

Prints medians as JSON, in milliseconds. "start" is the time from the start of a process, with its
files in the system's cache, until the window is painted; "studio" until panels and menus are there.
"preview" is the time from the arrival of a picture in the client's thread until it is painted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication

from benchmarks.canvas import big_session, median
from benchmarks.editor import open_editor
from nodeui.engine.protocol import NodeStarted, Preview
from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Batch, Connect, MoveNodes, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.window.studio import Studio

START = """
import os, sys, time
from nodeui.__main__ import load_editor, main
app = load_editor()
def open_studio(window, files):
    shown = time.time()
    app.make_studio(window)
    heavy = {"torch", "diffusers", "transformers", "cv2"} & sys.modules.keys()
    print(shown, time.time(), len(heavy), flush=True)
    os._exit(0)
app.open_studio = open_studio
sys.argv = ["nodeui"]
main()
"""


def start(times: int = 9) -> dict[str, float]:
    """Return the times until the window and the studio are there, of new processes."""
    shown: list[float] = []
    studio: list[float] = []
    for _ in range(times):
        began = time.time()
        run = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True)
        first, second, heavy = map(float, run.stdout.split())
        assert not heavy
        shown.append(first - began)
        studio.append(second - began)
    return {
        "start": round(statistics.median(shown) * 1e3),
        "studio": round(statistics.median(studio) * 1e3),
    }


def thousand_nodes() -> bytes:
    """Return a workflow file with 1,000 nodes of the library and 999 links."""
    specs = installed()
    graph = Graph(specs)
    for i in range(1000):
        place = (i % 40 * 300.0, i // 40 * 380.0)
        graph.apply(AddNode(Node(f"n{i}", "image.invert", pos=place, params={"amount": 0.5})))
        if i:
            graph.apply(Connect(Link(f"n{i - 1}", "image", f"n{i}", "image")))
    return files.dump(Document(graph))


def open_large(editor: Studio, app: QApplication, folder: Path) -> float:
    """Return the time from the click on a file until it is painted."""
    path = folder / "large.nodeui.json"
    path.write_bytes(thousand_nodes())

    def once() -> None:
        editor.workspace.open(path)
        while editor.documents.view is None:
            app.processEvents()
        editor.documents.view.viewport().repaint()

    taken: list[float] = []
    for _ in range(7):
        taken.append(median(once, 1))
        editor.workspace.close_session(editor.workspace.sessions[0])
        app.processEvents()
    return round(statistics.median(taken), 2)


def undo(editor: Studio, app: QApplication) -> dict[str, float]:
    """Return the time to undo a move, a value that 10,000 nodes depend on, and 100 nodes."""
    session = big_session()
    editor.workspace.opened.emit(session)  # not from a file: its nodes are in no library
    view = editor.documents.view
    assert view is not None
    view.set_zoom(1.0)
    app.processEvents()
    many = tuple(AddNode(Node(f"more{i}", "bench.text", pos=(10.0 * i, 0))) for i in range(100))
    report: dict[str, float] = {}
    for name, edit in (
        ("undo move", MoveNodes({"n5000": (7.0, 7.0)})),
        ("undo value", SetParam("n1", "steps", 30)),
        ("undo 100 nodes", Batch(many, label="Paste")),
    ):
        session.edit(edit)
        app.processEvents()
        report[name] = round(median(lambda: (session.undo(), session.redo())) / 2, 3)
        app.processEvents()
    return report


class _Timed(CanvasView):
    painted = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted = time.perf_counter()


class _Bridge(QObject):
    """Carries events from the client's thread to the session."""

    arrived = Signal(object)


def preview(app: QApplication) -> dict[str, float]:
    """Return the latency of previews of 128 x 128 pixels on a node at 1:1."""
    session = Session(Document(Graph(installed())), installed())
    session.edit(AddNode(Node("shown", "sample.denoise")))
    view = _Timed(session)
    view.resize(1600, 900)
    view.show()
    view.set_zoom(1.0)
    session.take_event(NodeStarted(node="shown"))
    bridge = _Bridge()
    bridge.arrived.connect(session.take_event, Qt.ConnectionType.QueuedConnection)
    taken: list[float] = []
    for number in range(60):
        picture = Preview(node="shown", width=128, height=128, pixels=bytes([number]) * 49152)
        app.processEvents()
        sent: list[float] = []

        def send(picture: Preview = picture, sent: list[float] = sent) -> None:
            sent.append(time.perf_counter())
            bridge.arrived.emit(picture)

        thread = threading.Thread(target=send)
        thread.start()
        thread.join()
        while not (view.painted > sent[0] and isinstance(session.image_of("shown"), QImage)):
            app.processEvents()
        taken.append((view.painted - sent[0]) * 1e3)
    taken.sort()
    return {"preview p50": round(taken[30], 2), "preview p95": round(taken[57], 2)}


def main() -> None:
    """Measure and print."""
    app = QApplication(sys.argv)
    report: dict[str, float] = start()
    with open_editor(app) as (editor, folder):
        app.processEvents()
        report["open 1,000 nodes"] = open_large(editor, app, folder)
        report |= undo(editor, app)
        report |= preview(app)
        editor.window.hide()
        print(json.dumps(report, indent=2), flush=True)
        os._exit(0)  # the session of `undo` is not one of the workspace


if __name__ == "__main__":
    main()
