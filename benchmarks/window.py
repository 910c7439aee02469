"""The editor's window: its start, a large file, undo among 10,000 nodes, a preview on its way.

    python -m benchmarks.window

Prints medians as JSON, in milliseconds. "start" is from the start of a process that has its files
in the system's cache until the window is painted; "furnished" until panels and menus are there,
too. "preview" is from a picture's arrival in the client's thread until the canvas has painted it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication

from benchmarks.canvas import big_session, median
from nodeui.app import make_window
from nodeui.engine.protocol import NodeStarted, Preview
from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Batch, Connect, MoveNodes, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.session.preferences import Places, Settings
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.window.main import MainWindow

START = """
import os, sys, time
from nodeui import app
begin = app._begin
def painted(window, files):
    app._furnish, furnish = lambda window: None, app._furnish
    shown = time.time()
    furnish(window)
    heavy = {"torch", "diffusers", "transformers", "cv2"} & sys.modules.keys()
    print(shown, time.time(), len(heavy), flush=True)
    os._exit(0)
app._begin = painted
sys.argv = ["nodeui"]
from nodeui.__main__ import main
main()
"""


def start(times: int = 9) -> dict[str, float]:
    """Processes that show the window."""
    shown: list[float] = []
    furnished: list[float] = []
    for _ in range(times):
        began = time.time()
        run = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True)
        first, second, heavy = map(float, run.stdout.split())
        assert not heavy
        shown.append(first - began)
        furnished.append(second - began)
    return {
        "start": round(statistics.median(shown) * 1e3),
        "furnished": round(statistics.median(furnished) * 1e3),
    }


def thousand_nodes() -> bytes:
    """A workflow file with 1,000 nodes of the library and 999 links."""
    specs = installed()
    graph = Graph(specs)
    for i in range(1000):
        place = (i % 40 * 300.0, i // 40 * 380.0)
        graph.apply(AddNode(Node(f"n{i}", "image.invert", pos=place, params={"amount": 0.5})))
        if i:
            graph.apply(Connect(Link(f"n{i - 1}", "image", f"n{i}", "image")))
    return files.dump(Document(graph))


def open_large(window: MainWindow, app: QApplication, folder: Path) -> float:
    """From the click on a file until it is painted."""
    path = folder / "large.nodeui.json"
    path.write_bytes(thousand_nodes())

    def once() -> None:
        window.workspace.open(path)
        while window.documents.view is None:
            app.processEvents()
        window.documents.view.viewport().repaint()

    taken: list[float] = []
    for _ in range(7):
        taken.append(median(once, 1))
        window.workspace.close_session(window.workspace.sessions[0])
        app.processEvents()
    return round(statistics.median(taken), 2)


def undo(window: MainWindow, app: QApplication) -> dict[str, float]:
    """Undo and redo of a move, of a value that 10,000 nodes need, and of 100 nodes at once."""
    session = big_session()
    window._on_opened(session)  # not from a file: its nodes are in no library
    view = window.documents.view
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


class _Wire(QObject):
    """The way from the client's thread to the session."""

    arrived = Signal(object)


def preview(app: QApplication) -> dict[str, float]:
    """Pictures of 128 x 128 on a node at 1:1."""
    session = Session(Document(Graph(installed())), installed())
    session.edit(AddNode(Node("shown", "sample.denoise")))
    view = _Timed(session)
    view.resize(1600, 900)
    view.show()
    view.set_zoom(1.0)
    session.take_event(NodeStarted(node="shown"))
    wire = _Wire()
    wire.arrived.connect(session.take_event, Qt.ConnectionType.QueuedConnection)
    taken: list[float] = []
    for number in range(60):
        picture = Preview(node="shown", width=128, height=128, pixels=bytes([number]) * 49152)
        app.processEvents()
        sent: list[float] = []

        def send(picture: Preview = picture, sent: list[float] = sent) -> None:
            sent.append(time.perf_counter())
            wire.arrived.emit(picture)

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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = Places(folder / "config", folder / "state", folder / "cache")
        window = make_window(app, Settings(places))
        window.resize(1600, 900)
        window.show()
        app.processEvents()
        report["open 1,000 nodes"] = open_large(window, app, folder)
        report |= undo(window, app)
        report |= preview(app)
        window.hide()
        print(json.dumps(report, indent=2), flush=True)
        os._exit(0)  # the benchmark's session is none of the workspace's


if __name__ == "__main__":
    main()
