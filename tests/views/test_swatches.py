"""Colours of painted regions in the headers of the nodes that they feed."""

from __future__ import annotations

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from nodes import nodes
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect, Disconnect, RemoveNode, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from tests.views.scene import shown_canvas

SPECS = Registry(nodes)
SKY, SEA = "#c81e5a", "#1e5ac8"


def painting(sky: str) -> tuple[str, ...]:
    return ("painting 1", f"layer id=a name=sky colour={sky}", f"layer id=b name=sea colour={SEA}")


def session() -> Session:
    """Return a sheet of two regions, and the mask of one of them."""
    found = Session(Document(Graph(SPECS)), SPECS)
    sheet = Node("sheet", "paint.regions", params={"painting": painting(SKY)}, pos=(0, 0))
    found.edit(AddNode(sheet))
    found.edit(AddNode(Node("mask", "mask.region", params={"name": "sky"}, pos=(400, 0))))
    found.edit(Connect(Link("sheet", "regions", "mask", "regions")))
    return found


def colours_in(view: CanvasView, key: str) -> set[str]:
    """Return those of the two colours that are seen in the header of a node."""
    shown = view.viewport().grab().toImage()
    ratio = shown.devicePixelRatio()
    header = view.mapFromScene(view.canvas.mirror.nodes.rect(key)).boundingRect()
    across = range(int(header.left() * ratio), int(header.right() * ratio))
    down = range(int(header.top() * ratio), int((header.top() + 30) * ratio))
    seen = {QColor(shown.pixelColor(x, y)).name() for x in across for y in down}
    return seen & {SKY, SEA, "#00ff7f"}


def test_dots_in_the_header_follow_the_sheet(qtbot: QtBot) -> None:
    one = session()
    view = shown_canvas(one, qtbot, (300, 100))
    assert colours_in(view, "sheet") == {SKY, SEA}
    assert colours_in(view, "mask") == {SKY}
    one.edit(SetParam("sheet", "painting", painting("#00ff7f")))
    assert colours_in(view, "sheet") == {"#00ff7f", SEA}
    assert colours_in(view, "mask") == {"#00ff7f"}
    one.edit(SetParam("mask", "name", "sea"))
    assert colours_in(view, "mask") == {SEA}
    one.edit(Disconnect("mask", "regions"))
    assert colours_in(view, "mask") == set()
    one.undo()
    assert colours_in(view, "mask") == {SEA}
    one.edit(RemoveNode("sheet"))
    assert colours_in(view, "mask") == set()
