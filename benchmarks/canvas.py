"""The canvas with 10,000 nodes and 15,000 links: build, paint, drag, memory.

    python -m benchmarks.canvas

Prints medians as JSON, in milliseconds (memory in KiB per node). A frame is a repaint of an
offscreen window of 1600 x 900 pixels: "cached" frames show an unchanged view, "full" ones repaint
everything, as while zooming.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import MULTILINE, Range, node, value
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.canvas import CanvasView

NODES = 10_000
COLUMNS = 125
PITCH = (300.0, 380.0)


@value("image")
@dataclass(frozen=True)
class Image:
    """A picture."""


@value("latents")
@dataclass(frozen=True)
class Latents:
    """Latents."""


@node("bench.sample", title="Sampler", category="Sampling")
def sample(
    first: Latents | None = None,
    second: Latents | None = None,
    picture: Image | None = None,
    steps: Annotated[int, Range(1, 100)] = 20,
    seed: int = 0,
    scale: Annotated[float, Range(0, 20)] = 7.5,
    strength: Annotated[float, Range(0, 1)] = 1.0,
    scheduler: Literal["euler", "ddim"] = "euler",
    tiled: bool = False,
) -> Latents:
    """Sample."""
    return Latents()


@node("bench.text", title="Prompt", category="Text")
def text(
    picture: Image | None = None,
    second: Latents | None = None,
    first: Latents | None = None,
    words: Annotated[str, MULTILINE] = "a misty valley at dawn, autumn forest",
) -> Image:
    """Encode a text."""
    return Image()


def big_session() -> Session:
    """Return rows of nodes linked with their neighbours; every other one also further away."""
    specs = Registry([sample, text])
    graph = Graph(specs)
    kinds = [specs["bench.sample"], specs["bench.text"]]
    for i in range(NODES):
        place = (i % COLUMNS * PITCH[0], i // COLUMNS * PITCH[1])
        graph.apply(AddNode(Node(f"n{i}", kinds[i % 3 == 0].id, pos=place)))
    links = 0
    for i in range(1, NODES):
        links += _link(graph, i - 1, i)
        if i % 2 and i % COLUMNS > 4:
            links += _link(graph, i - 4, i)
    i = NODES - 1
    while links < 15_000:
        links += _link(graph, i - COLUMNS, i)
        i -= 1
    return Session(Document(graph), specs)


def _link(graph: Graph, source: int, target: int) -> int:
    output = next(iter(graph.specs[graph.nodes[f"n{source}"].type].outputs.values()))
    spec, taken = graph.specs[graph.nodes[f"n{target}"].type], graph.links_in(f"n{target}")
    for socket in spec.inputs.values():
        if socket.type == output.type and socket.name not in taken:
            graph.apply(Connect(Link(f"n{source}", output.name, f"n{target}", socket.name)))
            return 1
    return 0


def median(run: Callable[[], object], times: int = 25) -> float:
    """Return the median time of `run` in milliseconds."""
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append((time.perf_counter() - start) * 1e3)
    return round(statistics.median(taken), 2)


def main() -> None:
    """Run all measurements and print them."""
    app = QApplication(sys.argv)
    theme.apply(app, "dark")
    session = big_session()
    report: dict[str, object] = {
        "nodes": len(session.graph.nodes),
        "links": sum(1 for _ in session.graph.links()),
        "build": median(lambda: CanvasView(session).deleteLater(), 3),
    }
    tracemalloc.start()
    view = CanvasView(session)
    report["memory_kib_a_node"] = round(tracemalloc.get_traced_memory()[0] / NODES / 1024, 2)
    tracemalloc.stop()
    view.resize(1600, 900)
    view.show()
    app.processEvents()

    def frame() -> None:
        view.viewport().repaint()

    def full() -> None:
        view.repaint_all()
        view.viewport().repaint()

    def painted() -> None:
        app.processEvents()

    for name, zoom in (("1:1", 1.0), ("half", 0.5), ("quarter", 0.25)):
        view.set_zoom(zoom)
        view.centerOn(QPointF(9000, 9000))
        app.processEvents()
        report[f"{name} in view"] = len(view.mirror.nodes.touching(view.shown_rect()))
        report[f"{name} cached"], report[f"{name} full"] = median(frame), median(full)
    view.show_all()
    app.processEvents()
    report["all in view"] = len(view.mirror.nodes.touching(view.shown_rect()))
    report["all cached"], report["all full"] = median(frame), median(full)
    report["pan 1:1"] = _panning(view, app)
    report["drag"] = _dragging(view, app)
    report["undo"] = median(lambda: (session.undo(), session.redo())) / 2
    print(json.dumps(report, indent=2))


def _panning(view: CanvasView, app: QApplication) -> float:
    view.set_zoom(1.0)
    view.centerOn(QPointF(9000, 9000))
    app.processEvents()

    def step() -> None:
        view.pan(QPoint(-17, -9))
        app.processEvents()

    return median(step)


def _dragging(view: CanvasView, app: QApplication) -> float:
    """Return the time of one mouse move while a node with ten links is dragged at 1:1."""
    graph = view.session.graph
    hub = view.session.specs["bench.sample"]
    view.session.edit(AddNode(Node("hub", hub.id, pos=(9000.0, 9000.0))))
    near = [i for i in range(3000, 3900) if abs(graph.nodes[f"n{i}"].pos[0] - 9000) < 900]
    near = [i for i in near if abs(graph.nodes[f"n{i}"].pos[1] - 9000) < 700]
    linked = 0
    for i in near:
        for name in ("first", "second"):
            if linked < 10 and name not in graph.links_in(f"n{i}"):
                linked += view.session.edit(Connect(Link("hub", "latents", f"n{i}", name)))
    view.centerOn(QPointF(9100, 9100))
    app.processEvents()
    at = view.mapFromScene(QPointF(9100, 9012))
    left = Qt.MouseButton.LeftButton

    def send(kind: QEvent.Type, place: QPoint) -> None:
        event = QMouseEvent(
            kind, QPointF(place), view.viewport().mapToGlobal(QPointF(place)),
            left, left, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        app.sendEvent(view.viewport(), event)

    send(QEvent.Type.MouseButtonPress, at)
    send(QEvent.Type.MouseMove, at + QPoint(8, 8))
    app.processEvents()
    steps = iter(range(100))

    def move() -> None:
        step = next(steps)
        send(QEvent.Type.MouseMove, at + QPoint(10 + 3 * step, 10 + 2 * step))
        app.processEvents()

    taken = median(move, 60)
    send(QEvent.Type.MouseButtonRelease, at + QPoint(200, 130))
    assert len(list(view.mirror.links_of("hub"))) == 10
    return taken


if __name__ == "__main__":
    main()
