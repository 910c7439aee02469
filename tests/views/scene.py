"""Documents of toy nodes, and helpers for tests of the views."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.session.seeds import SeedValues
from nodeui.session.session import Session
from nodeui.session.states import NodeState, NodeStates
from nodeui.views.canvas import CanvasView
from nodeui.views.canvas.scene import Hit
from nodeui.views.canvas.view.menu import context_menu
from tests.graph.toys import TOYS


class ToyRuns:
    """A job queue that runs nothing; `state` is the run state that it reports.

    Attributes:
        seeds: The seeds of the runs that were requested; the first one is under way.
    """

    def __init__(self) -> None:
        self.state = "idle"
        self.seeds: list[SeedValues] = []

    def run(self, session: Session, targets: Sequence[str], count: int | None = 1) -> None:
        for _ in range(count or 1):
            self.seeds.append(session.seeds.draw(targets))
            if self.state == "idle":
                session.seeds.show(self.seeds[-1], self)
            self.state = "running"
        session.take_run_state()

    def run_live(self, session: Session) -> None:
        self.state = "running"
        session.take_run_state()

    def hand_moves(self, session: Session) -> None:
        pass

    def stop(self, session: Session) -> None:
        self.state = "idle"
        session.take_run_state()

    def plan(self, session: Session) -> None:
        pass

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        pass

    def fetch_picture(self, session: Session, node: str, index: int) -> None:
        pass

    def state_of(self, session: Session) -> str:
        return self.state


def toy_session(runs: ToyRuns | None = None) -> Session:
    """Return two painters mixed into one picture, and a node of an unknown type.

    The application owns it: the garbage collector might delete it in another thread while its
    timers are active.
    """
    session = Session(Document(Graph(TOYS)), TOYS, engine=runs, parent=QApplication.instance())
    for node in (
        Node("sky", "toy.paint", params={"text": "a sky", "size": 32}),
        Node("hill", "toy.paint"),
        Node("mix", "toy.mix", version=3),
        Node("strange", "elsewhere.node", params={"depth": 3}),
    ):
        session.edit(AddNode(node))
    session.edit(Connect(Link("sky", "picture", "mix", "base")))
    return session


def show_state(session: Session, id: str, state: NodeState) -> None:
    """Give a node a state that a run would take long to reach."""
    states = session.states
    assert isinstance(states, NodeStates)
    states.put(id, state)
    session.node_state_changed.emit(id)


def place(session: Session, id: str, type: str, x: float, y: float, **params: object) -> None:
    """Add a node."""
    version = TOYS[type].version if type in TOYS else 1
    session.edit(AddNode(Node(id, type, version=version, params=params, pos=(x, y))))


def painters() -> Session:
    """Return paint -> mix <- paint-2, mix -> split, and an unlinked walk."""
    session = Session(Document(Graph(TOYS)), TOYS)
    place(session, "paint", "toy.paint", 0, 0, text="a hill")
    place(session, "paint-2", "toy.paint", 0, 240)
    place(session, "mix", "toy.mix", 400, 0)
    place(session, "split", "toy.split", 720, 0)
    place(session, "walk", "toy.walk", 720, 300)
    session.edit(Connect(Link("paint", "picture", "mix", "base")))
    session.edit(Connect(Link("paint-2", "picture", "mix", "over")))
    session.edit(Connect(Link("mix", "picture", "split", "picture")))
    return session


def links(session: Session) -> set[tuple[str, str]]:
    """Return all links, as "node.output" and "node.input"."""
    return {(f"{k.source}.{k.output}", f"{k.target}.{k.input}") for k in session.graph.links()}


def entry(menu: QMenu, *texts: str) -> QAction:
    """Return an entry of a menu, or of a submenu."""
    (action,) = [action for action in menu.actions() if action.text() == texts[0]]
    if len(texts) == 1:
        return action
    inner = action.menu()
    assert isinstance(inner, QMenu)
    return entry(inner, *texts[1:])


def menu_of(view: CanvasView, hit: Hit) -> QMenu:
    """Return the context menu of a part of a canvas."""
    return context_menu(view.canvas, view, hit, view.interaction.pointer.at)


def shown_canvas(session: Session, qtbot: QtBot, middle: tuple[float, float]) -> CanvasView:
    """Show a canvas of 1300 x 800 pixels, at 1:1 around a place, without the minimap."""
    view = CanvasView(session)
    qtbot.addWidget(view)
    view.toggle_minimap()
    view.resize(1300, 800)
    view.show()
    view.set_zoom(1.0)
    view.centerOn(*middle)
    return view


def drag(
    widget: QWidget,
    start: QPoint,
    end: QPoint,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press the left button, move in ten steps, release."""

    def send(
        kind: QEvent.Type, place: QPoint, button: Qt.MouseButton, buttons: Qt.MouseButton
    ) -> None:
        global_place = QPointF(widget.mapToGlobal(place))
        event = QMouseEvent(kind, QPointF(place), global_place, button, buttons, modifiers)
        QApplication.sendEvent(widget, event)

    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    send(QEvent.Type.MouseButtonPress, start, left, left)
    for step in range(1, 11):
        send(QEvent.Type.MouseMove, start + (end - start) * step / 10, none, left)
    send(QEvent.Type.MouseButtonRelease, end, left, none)
