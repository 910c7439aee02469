"""The painted parts of long links."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.canvas import CanvasView
from nodeui.views.canvas.paint import sections
from nodeui.views.canvas.scene import curves
from tests.graph.toys import TOYS
from tests.views.scene import shown_canvas

NUMBERS = st.floats(-20_000, 20_000, allow_nan=False)
ENDS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=20)
VIEW = QRectF(-800, -450, 1600, 900)


def points(curve: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Evaluate a cubic in Bernstein form."""
    t = t[:, None]
    a, b, c, d = curve
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d


@given(ENDS)
def test_sections_hold_all_that_is_in_view(ends: list[tuple[float, ...]]):
    curves = sections.curves_of(np.array(ends))
    found, cut = sections.in_view(curves, VIEW)
    parts = dict(zip(found.tolist(), cut, strict=True))
    for index, curve in enumerate(curves):
        whole = points(curve, np.linspace(0, 1, 2001))
        seen = whole[(np.abs(whole[:, 0]) <= 800) & (np.abs(whole[:, 1]) <= 450)]
        if index not in parts:
            assert not len(seen)
            continue
        drawn = points(parts[index], np.linspace(0, 1, 4001))
        for point in seen[:: max(1, len(seen) // 50)]:
            assert np.hypot(*(drawn - point).T).min() < 20  # half of what lies between the samples


@given(ENDS)
def test_curves_are_those_that_are_hit(ends: list[tuple[float, ...]]):
    """Links are hit where they are painted."""
    array = np.array(ends)
    for curve, hit in zip(sections.curves_of(array), curves.link_points(array), strict=True):
        assert np.allclose(points(curve, np.linspace(0, 1, 25)), hit)


def painted(canvas: CanvasView) -> QImage:
    return canvas.viewport().grab().toImage()


def tangle(links: int, qapp: QApplication) -> Session:
    """Return links from far left to far right, which cross in an otherwise empty area."""
    session = Session(Document(Graph(TOYS)), TOYS, parent=qapp)
    for i in range(links):
        session.edit(AddNode(Node(f"a{i}", "toy.paint", pos=(-9000, 300 * i))))
        session.edit(AddNode(Node(f"b{i}", "toy.mix", version=3, pos=(9000, 300 * (links - i)))))
        session.edit(Connect(Link(f"a{i}", "picture", f"b{i}", "base")))
    return session


def test_long_links_are_painted_where_they_run(qtbot: QtBot, qapp: QApplication):
    for count in (3, 120):  # one by one, and as a crowd
        session = tangle(count, qapp)
        canvas = shown_canvas(session, qtbot, (0, 150 * count))
        image = painted(canvas)
        ends = canvas.mirror.links.all_ends()
        expected = QImage(image.size(), QImage.Format.Format_Grayscale8)
        expected.fill(0)
        painter = QPainter(expected)
        painter.setWorldTransform(canvas.viewportTransform())
        pen = QPen(QColor("white"), 5)
        for end in ends.tolist():
            painter.strokePath(curves.plain_path(*end), pen)
        painter.end()
        ground = theme.colour("canvas").rgb(), theme.colour("outline").rgb()
        lit = np.array(
            [
                [image.pixel(x, y) not in ground for x in range(0, image.width(), 9)]
                for y in range(0, image.height())
            ]
        )
        way = np.array(
            [
                [expected.pixelColor(x, y).red() > 0 for x in range(0, image.width(), 9)]
                for y in range(0, image.height())
            ]
        )
        assert lit.any()
        assert not (lit & ~way).any()  # nothing beside the links
        assert (lit & way).any(axis=0).all()  # and they run across all of the view
