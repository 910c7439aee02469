"""After any edits, undo and redo, the canvas shows the current graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from nodeui.graph.document import Document
from nodeui.graph.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    SetCollapsed,
    SetFrame,
    SetGroup,
    SetMembers,
    SetMode,
    SetParam,
    SetTitle,
    SetWaypoints,
)
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Group, Link, Mode, Node
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.canvas.commands import arrange, clipboard, grouping, nodes, selecting
from nodeui.views.canvas.commands.clipboard import copy_text, paste_edit
from nodeui.views.canvas.scene import Mirror
from tests.graph.toys import TOYS

_APP = QApplication.instance() or QApplication([])
_TYPES = st.sampled_from([*TOYS, "elsewhere.node"])
_PLACES = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
_GROUPS = st.sampled_from(["g1", "g2", "g3"])
_EXPOSED = ["toy-paint.size", "toy-paint>picture", "toy-mix.base", "toy-split>left", "toy-mix.how"]
_LABEL = "Several"


class CanvasMachine(RuleBasedStateMachine):
    """Random edits through the session, some of them refused."""

    @initialize()
    def begin(self) -> None:
        self.session = Session(Document(Graph(TOYS)), TOYS)
        self.canvas = CanvasView(self.session)
        self.start = self.state()

    def state(self) -> tuple[Any, ...]:
        graph = self.session.graph
        links = {link: graph.waypoints(link) for link in graph.links()}
        return dict(graph.nodes), links, dict(graph.frames), dict(graph.groups)

    def node(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.session.graph.nodes)))

    @rule(type=_TYPES, pos=_PLACES)
    def add(self, type: str, pos: tuple[float, float]) -> None:
        id = self.session.graph.free_id(type)
        self.session.edit(AddNode(Node(id, type, pos=pos)))

    def has_nodes(self) -> bool:
        return bool(self.session.graph.nodes)

    @precondition(has_nodes)
    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        source, target = self.node(data), self.node(data)
        a, b = self.session.graph.spec(source), self.session.graph.spec(target)
        outputs = list(a.outputs) if a else ["out"]
        inputs = [*b.inputs, *b.parameters] if b else ["in", "other"]
        if outputs and inputs:
            output, input = data.draw(st.sampled_from(outputs)), data.draw(st.sampled_from(inputs))
            self.session.edit(Connect(Link(source, output, target, input)))

    @precondition(lambda self: any(self.session.graph.links()))
    @rule(data=st.data())
    def disconnect(self, data: st.DataObject) -> None:
        ends = sorted((link.target, link.input) for link in self.session.graph.links())
        self.session.edit(Disconnect(*data.draw(st.sampled_from(ends))))

    @precondition(has_nodes)
    @rule(data=st.data(), again=st.booleans())
    def remove(self, data: st.DataObject, again: bool) -> None:
        id = self.node(data)
        edits: tuple[Edit, ...] = (RemoveNode(id),)
        if again:
            edits += (AddNode(Node(id, data.draw(_TYPES))),)
        self.session.edit(Batch(edits, label=_LABEL))

    @precondition(has_nodes)
    @rule(data=st.data(), pos=_PLACES, gesture=st.sampled_from([None, "drag"]))
    def move(self, data: st.DataObject, pos: tuple[float, float], gesture: str | None) -> None:
        self.session.edit(MoveNodes({self.node(data): pos}), gesture)

    @precondition(has_nodes)
    @rule(data=st.data(), mode=st.sampled_from(["active", "muted", "bypassed"]), on=st.booleans())
    def look(self, data: st.DataObject, mode: Mode, on: bool) -> None:
        id = self.node(data)
        edits = (SetMode(id, mode), SetCollapsed(id, on), SetTitle(id, "T" if on else ""))
        self.session.edit(Batch(edits, label=_LABEL))

    @precondition(has_nodes)
    @rule(data=st.data(), value=st.integers(-5, 70))
    def set(self, data: st.DataObject, value: int) -> None:
        self.session.edit(SetParam(self.node(data), "size", value))

    @rule(id=st.sampled_from(["f", "g"]), there=st.booleans(), pos=_PLACES)
    def frame(self, id: str, there: bool, pos: tuple[float, float]) -> None:
        self.session.edit(SetFrame(id, Frame(id, (*pos, 100, 50)) if there else None))

    @rule(
        id=_GROUPS,
        there=st.booleans(),
        pos=_PLACES,
        parent=_GROUPS | st.just(""),
        exposed=st.lists(st.sampled_from(_EXPOSED), max_size=3).map(tuple),
        collapsed=st.booleans(),
    )
    def group(
        self,
        id: str,
        there: bool,
        pos: tuple[float, float],
        parent: str,
        exposed: tuple[str, ...],
        collapsed: bool,
    ) -> None:
        group = Group(id, "", pos, parent, exposed=exposed, collapsed=collapsed)
        self.session.edit(SetGroup(id, group if there else None))

    @precondition(has_nodes)
    @rule(data=st.data(), group=_GROUPS | st.just(""))
    def put_into_group(self, data: st.DataObject, group: str) -> None:
        nodes = data.draw(st.sets(st.sampled_from(sorted(self.session.graph.nodes)), max_size=3))
        self.session.edit(SetMembers(dict.fromkeys(sorted(nodes), group)))

    @rule(level=_GROUPS | st.just(""))
    def look_into(self, level: str) -> None:
        if not level or level in self.session.graph.groups:
            self.canvas.levels.go(level)

    @precondition(lambda self: any(self.session.graph.links()))
    @rule(data=st.data(), via=st.lists(_PLACES, max_size=2).map(tuple))
    def reroute(self, data: st.DataObject, via: tuple[tuple[float, float], ...]) -> None:
        ends = sorted((link.target, link.input) for link in self.session.graph.links())
        self.session.edit(SetWaypoints(*data.draw(st.sampled_from(ends)), via))

    @rule(do=st.sampled_from(["all", "group", "ungroup", "duplicate", "delete", "layout"]))
    def command(self, do: str) -> None:
        run = {
            "all": selecting.select_all,
            "group": grouping.make_group,
            "ungroup": grouping.ungroup,
            "duplicate": clipboard.duplicate,
            "delete": nodes.delete,
            "layout": arrange.arrange,
        }[do]
        if len(self.session.graph.nodes) < 30 or do != "duplicate":
            run(self.canvas.canvas)
            self.canvas.inline.close()

    @precondition(has_nodes)
    @rule(data=st.data())
    def paste(self, data: st.DataObject) -> None:
        graph = self.session.graph
        chosen = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)), max_size=4))
        text = copy_text(graph, Path.cwd(), chosen)
        edit, ids, _ = paste_edit(graph, Path.cwd(), text, None, QPointF(10, 10), "Paste")
        assert len(ids) == len(chosen)
        if edit.edits:
            self.session.edit(edit)

    @rule()
    def undo(self) -> None:
        self.session.undo()

    @rule()
    def redo(self) -> None:
        self.session.redo()

    @rule()
    def undo_all_and_redo_all(self) -> None:
        while self.session.redo_labels:
            self.session.redo()
        end = self.state()
        while self.session.undo_labels:
            self.session.undo()
        assert self.state() == self.start
        while self.session.redo_labels:
            self.session.redo()
        assert self.state() == end

    @invariant()
    def canvas_matches_graph(self) -> None:
        if not hasattr(self, "canvas"):
            return
        graph, shown = self.session.graph, self.canvas.mirror
        tops = [id for id, node in graph.nodes.items() if node.group not in graph.groups]
        fresh = Mirror(self.session)
        fresh.look_into(shown.level.id)
        assert shown.level.id in ("", *graph.groups)
        if not shown.level.id:
            assert set(tops) <= shown.layouts.keys()
        assert shown.layouts.keys() == shown.nodes.row.keys() == fresh.layouts.keys()
        assert shown.links.row.keys() == fresh.links.row.keys()
        if not graph.groups:
            assert shown.links.row.keys() == set(graph.links())
        assert shown.links.waypoints == fresh.links.waypoints
        assert shown.links.boundary == fresh.links.boundary
        assert shown.selected == fresh.selected
        for key, layout in shown.layouts.items():
            assert layout.node == fresh.layouts[key].node == graph.nodes.get(key, layout.node)
            assert layout.shape == fresh.layouts[key].shape
            assert layout.swatches == fresh.layouts[key].swatches
            assert shown.nodes.rect(key) == fresh.nodes.rect(key)
            assert set(shown.links_of(key)) == set(fresh.links_of(key))
        for link in shown.links.row:
            assert shown.links.rect(link) == fresh.links.rect(link)
            assert shown.links.ends_of(link) == fresh.links.ends_of(link)
        for id in graph.nodes:  # each node is shown at exactly one level
            assert shown.level.level_of(id) in ("", *graph.groups)
        fresh.deleteLater()

    def teardown(self) -> None:
        if hasattr(self, "canvas"):
            self.canvas.deleteLater()
            self.session.deleteLater()
            _APP.processEvents()


TestCanvas = CanvasMachine.TestCase
TestCanvas.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
