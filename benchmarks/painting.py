"""Measures painting by hand: from the pointer to the painted widget, and a stroke more.

    python -m benchmarks.painting [--strokes 5000] [--side 2048] [--json]

On a sheet with many strokes, one more is painted in the viewer by mouse events, one at a time: an
event's time ends when the widget has been painted (offscreen). It includes the brush, the blending
of the layers over the paper, the 8-bit pixels and the painting of the part that changed. The floor
of an event is to draw and blend its pixels, without a widget. A finished stroke is one edit of the
graph. The node's output is then brought up to date for it.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row, print_rows
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode
from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.graph.registry import installed
from nodeui.painting.document import Lines, adding, spliced
from nodeui.painting.marks import Mark
from nodeui.painting.points import points_of, unit_of
from nodeui.painting.rasteriser import Rasteriser
from nodeui.session.session import Session
from nodeui.views.viewer import Viewer


def strokes(count: int) -> list[Mark]:
    """Return strokes as of a hand: thirty points each, some pixels apart."""
    random = np.random.default_rng(1)
    found: list[Mark] = []
    for _ in range(count):
        path = random.random(2) + np.cumsum(random.normal(0, 0.004, (30, 2)), axis=0)
        points = points_of([unit_of(float(x), float(y)) for x, y in path])
        colour = "#" + bytes(random.integers(0, 256, 3).tolist()).hex()
        size = float(random.uniform(0.005, 0.04))
        found.append(Mark(kind="brush", points=points, colour=colour, size=size))
    return found


def place(number: int) -> tuple[float, float]:
    """Return a point of a stroke of 200 points."""
    return 0.2 + 0.003 * number, 0.5 + 0.1 * float(np.sin(number / 20))


def without_widget(sheet: Rasteriser, size: float) -> float:
    """Draw a stroke of 200 points; return the median milliseconds of a point."""
    hand = sheet.start(Mark(kind="brush", points=points_of([]), colour="#ff8800", size=size))
    times: list[float] = []
    for number in range(200):
        start = perf_counter()
        box = hand.to(*place(number))
        if box:
            np.asarray(sheet.pixels(box) * 255 + 0.5, np.uint8)
        times.append(perf_counter() - start)
    hand.cancel()
    return 1000 * median(times)


class Window:
    """The viewer with a painting on its easel.

    Args:
        lines: The painting.
        side: Side of the sheet in pixels.
    """

    def __init__(self, lines: Lines, side: int) -> None:
        specs = installed(("",))
        self.session = Session(Document(Graph(specs)), specs)
        params = {"painting": lines, "width": side, "height": side}
        self.session.edit(AddNode(Node("node", "paint.picture", params=params)))
        self.viewer = Viewer()
        self.viewer.resize(1400, 1000)
        self.viewer.set_session(self.session)
        self.viewer.show()
        start = perf_counter()
        self.session.select(["node"])
        self.wait()
        self.opened = 1000 * (perf_counter() - start)

    def wait(self) -> None:
        """Wait until the sheet is drawn and painted."""
        while not self.viewer.easel.board.ready:
            QTest.qWait(1)
        QApplication.processEvents()

    def send(self, kind: QEvent.Type, number: int) -> float:
        """Send an event of the mouse; return the milliseconds until it is painted."""
        at: QPointF = self.viewer.easel.hand.place_of(*place(number))
        button = Qt.MouseButton.LeftButton
        buttons = button if kind != QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
        no_key = Qt.KeyboardModifier.NoModifier
        pane = self.viewer.pane
        event = QMouseEvent(kind, at, pane.mapToGlobal(at), button, buttons, no_key)
        start = perf_counter()
        QApplication.sendEvent(pane, event)
        QApplication.processEvents()
        return 1000 * (perf_counter() - start)

    def stroke(self, size: float) -> tuple[float, float]:
        """Paint a stroke of 200 points; return the median milliseconds of a point, and those of
        its end."""
        state = self.viewer.easel.state
        state.size, state.foreground = size, "#ff8800"
        self.send(QEvent.Type.MouseButtonPress, 0)
        times = [self.send(QEvent.Type.MouseMove, number) for number in range(1, 200)]
        end = self.send(QEvent.Type.MouseButtonRelease, 199)
        return median(times), end

    def undo(self) -> float:
        """Undo a stroke; return the milliseconds until that is painted."""
        start = perf_counter()
        self.session.undo()
        self.wait()
        return 1000 * (perf_counter() - start)


def hand_rows(of: str, sheet: Rasteriser, side: int) -> list[Row]:
    """Measure the hand in the viewer, on a painting that is drawn."""
    window = Window(sheet.painting.lines, side)
    rows = [Row(f"{of}: from the click on the node to the painting", window.opened, None, "ms")]
    ends: list[float] = []
    undos: list[float] = []
    zooms: list[tuple[str, Callable[[], object]]] = [
        ("fitted", window.viewer.pane.fit),
        ("1:1", lambda: window.viewer.pane.zoom_to(1.0)),
    ]
    for size in (0.01, 0.04, 0.16):
        floor = without_widget(sheet, size)
        for zoom, set_zoom in zooms:
            set_zoom()
            QApplication.processEvents()
            figure, end = window.stroke(size)
            name = f"{of}: pointer to paint, {zoom}, brush of {round(size * side)} px"
            rows.append(Row(name, figure, floor, "ms"))
            ends.append(end)
            undos.append(window.undo())
    rows.append(Row(f"{of}: the end of a stroke, which is the edit", median(ends), None, "ms"))
    rows.append(Row(f"{of}: undo of a stroke of 200 points", median(undos), None, "ms"))
    return rows


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--strokes", type=int, default=5000)
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    marks = strokes(options.strokes)
    lines = spliced((), adding((), *marks))
    sheet = Rasteriser(options.side, options.side)
    start = perf_counter()
    sheet.update(lines)
    whole = 1000 * (perf_counter() - start)
    of = f"{options.strokes:,} strokes at {options.side} x {options.side}"
    rows = [
        Row(f"{of}: drawn once, each", whole / max(1, len(marks)), None, "ms"),
        Row(f"{of}: text of a stroke", sum(map(len, lines)) / max(1, len(marks)), None, "bytes"),
    ]
    rows += hand_rows(of, sheet, options.side)
    lines = sheet.painting.lines
    more: list[float] = []
    undo: list[float] = []
    for one in strokes(20):
        with_it = spliced(lines, adding(lines, one))
        for found, version in ((more, with_it), (undo, lines)):
            start = perf_counter()
            sheet.update(version)
            found.append(1000 * (perf_counter() - start))
    start = perf_counter()
    sheet.pixels()
    output = 1000 * (perf_counter() - start)
    rows.append(Row(f"{of}: a finished stroke more", median(more), None, "ms"))
    rows.append(Row(f"{of}: its undo", median(undo), None, "ms"))
    rows.append(Row(f"{of}: all pixels, as the node returns them", output, None, "ms"))
    application.closeAllWindows()
    if options.json:
        print_rows(rows)
        return
    for row in rows:
        floor = "" if row.floor is None else f"  (floor {row.floor:.3g})"
        print(f"{row.name}: {row.figure:.3g} {row.unit}{floor}")


if __name__ == "__main__":
    main()
