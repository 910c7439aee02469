"""Edits, their inverses, and the history."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from nodeui.graph import edits, groups
from nodeui.graph.edits import (
    AddNode,
    Batch,
    ClearParam,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    SetCollapsed,
    SetFrame,
    SetGroup,
    SetMembers,
    SetMeta,
    SetMode,
    SetParam,
    SetTitle,
    SetWaypoints,
    SpliceParam,
    Upgrade,
)
from nodeui.graph.history import History
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, GraphError, Group, Link, Node
from tests.graph.toys import TOYS


def state(graph: Graph) -> object:
    """All that a graph holds, for comparison."""
    waypoints = {link: graph.waypoints(link) for link in graph.links()}
    return dict(graph.nodes), waypoints, dict(graph.frames), dict(graph.groups), dict(graph.meta)


@pytest.fixture
def graph() -> Graph:
    graph = Graph(TOYS)
    for id, type in [("a", "toy.paint"), ("b", "toy.paint"), ("m", "toy.mix"), ("s", "toy.split")]:
        graph.apply(AddNode(Node(id, type)))
    return graph


def test_links_join_only_what_fits(graph: Graph):
    graph.apply(Connect(Link("a", "picture", "m", "base")))
    for link, about in [
        (Link("a", "picture", "m", "area"), "is of type picture, but m.area takes area"),
        (Link("a", "nothing", "m", "base"), "no output 'nothing'"),
        (Link("a", "picture", "m", "nothing"), "no input 'nothing'"),
        (Link("zz", "picture", "m", "base"), "no node 'zz'"),
    ]:
        before = state(graph)
        with pytest.raises(GraphError, match=about):
            graph.apply(Connect(link))
        assert state(graph) == before


def test_links_may_lead_into_parameters(graph: Graph):
    graph.apply(Connect(Link("s", "share", "m", "amount")))
    with pytest.raises(GraphError, match=r"is of type number, but a\.size takes integer"):
        graph.apply(Connect(Link("s", "share", "a", "size")))


def test_cycles_are_refused(graph: Graph):
    graph.apply(Connect(Link("m", "picture", "s", "picture")))
    with pytest.raises(GraphError, match="closes a cycle"):
        graph.apply(Connect(Link("s", "left", "m", "base")))
    with pytest.raises(GraphError, match="closes a cycle"):
        graph.apply(Connect(Link("m", "picture", "m", "base")))


def test_a_second_link_into_an_input_replaces_the_first(graph: Graph):
    graph.apply(Connect(Link("a", "picture", "m", "base")))
    undo = graph.apply(Connect(Link("b", "picture", "m", "base")))
    assert graph.links_in("m") == {"base": Link("b", "picture", "m", "base")}
    assert not graph.links_out("a")
    graph.apply(undo)
    assert graph.links_in("m") == {"base": Link("a", "picture", "m", "base")}


def test_parameters_are_checked_and_made_canonical(graph: Graph):
    graph.apply(SetParam("m", "amount", 1))
    assert graph.nodes["m"].params == {"amount": 1.0}
    for name, value in [("amount", 2), ("nothing", 1)]:
        with pytest.raises(GraphError, match=name) as error:
            graph.apply(SetParam("m", name, value))
        assert (error.value.node, error.value.parameter) == ("m", name)


def test_waypoints_go_with_their_link_and_come_back(graph: Graph):
    link = Link("a", "picture", "m", "base")
    with pytest.raises(GraphError, match=r"m\.base is not linked"):
        graph.apply(SetWaypoints("m", "base", ((1, 2),)))
    graph.apply(Connect(link))
    straight = graph.apply(SetWaypoints("m", "base", ((1, 2), (3, 4))))
    for edit in (
        Disconnect("m", "base"),
        RemoveNode("a"),
        RemoveNode("m"),
        Connect(Link("b", "picture", "m", "base")),
    ):
        undo = graph.apply(edit)
        assert all(graph.waypoints(each) == () for each in graph.links())
        graph.apply(undo)
        assert graph.waypoints(link) == ((1, 2), (3, 4))
    graph.apply(straight)
    assert graph.waypoints(link) == ()


# inner lies in outer; odd and even in each other, tail in odd; lost in one that is not there
GROUPS = {
    id: Group(id, parent=parent)
    for id, parent in {
        "outer": "", "inner": "outer", "odd": "even", "even": "odd", "tail": "odd", "lost": "gone",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("id", "path"),
    [
        ("", ()), ("gone", ()), ("outer", ("outer",)), ("inner", ("outer", "inner")),
        ("odd", ("odd",)), ("even", ("even",)), ("tail", ("odd", "tail")), ("lost", ("lost",)),
    ],
)  # fmt: skip
def test_every_group_has_one_place(id: str, path: tuple[str, ...]):
    assert groups.path(GROUPS, id) == path


def test_what_stands_at_a_level():
    elsewhere = dict.fromkeys(("", *GROUPS))
    top = {id: id for id in GROUPS} | {"": "", "inner": "outer", "tail": "odd"}
    assert groups.shown_as(GROUPS, "") == top
    assert groups.shown_as(GROUPS, "outer") == elsewhere | {"outer": "", "inner": "inner"}
    assert groups.shown_as(GROUPS, "inner") == elsewhere | {"inner": ""}
    assert groups.common(GROUPS, "inner", "outer") == "outer"
    assert groups.common(GROUPS, "inner", "tail") == ""
    assert groups.within(GROUPS, "outer") == ["outer", "inner"]


parent_tables = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", *"abcdefx"]))


@given(parent_tables)
def test_all_questions_about_nesting_have_one_answer(table: dict[str, str]):
    nested = {id: Group(id, parent=parent) for id, parent in table.items()}
    ways = {id: groups.path(nested, id) for id in nested}
    assert groups.parents(nested) == {id: ("", *way)[-2] for id, way in ways.items()}
    for level in nested:
        inside = [id for id, way in ways.items() if level in way]
        assert groups.within(nested, level) == inside
        shown = {id: (*ways[id], "")[ways[id].index(level) + 1] for id in inside}
        elsewhere = dict.fromkeys(("", *nested))
        assert groups.shown_as(nested, level) == elsewhere | shown


def test_groups_may_be_nested_ten_thousand_deep():
    count = 10_000
    nested = {str(i): Group(str(i), parent=str(i - 1)) for i in range(count)}
    assert len(groups.path(nested, str(count - 1))) == count
    assert groups.parents(nested)["5000"] == "4999"
    assert groups.shown_as(nested, "8")["5000"] == "9"
    assert len(groups.within(nested, "5000")) == 5000


def test_a_group_is_only_a_way_of_looking(graph: Graph):
    graph.apply(SetGroup("g", Group("g", "Both")))
    before = state(graph)
    undo = graph.apply(SetMembers({"a": "g", "b": "g"}))
    assert graph.nodes["a"].group == "g" and graph.nodes["m"].group == ""
    graph.apply(undo)
    assert state(graph) == before
    with pytest.raises(GraphError, match="no node 'zz'"):
        graph.apply(SetMembers({"a": "g", "zz": "g"}))
    assert state(graph) == before


def test_a_batch_is_all_or_nothing(graph: Graph):
    before = state(graph)
    with pytest.raises(GraphError):
        graph.apply(Batch((SetParam("m", "amount", 1), RemoveNode("a"), RemoveNode("a"))))
    assert state(graph) == before


def test_listeners_hear_each_edit_after_it_was_applied(graph: Graph):
    heard: list[tuple[Edit, int]] = []
    graph.changed.append(lambda edit: heard.append((edit, len(graph.nodes))))
    edit = AddNode(Node("c", "toy.paint"))
    graph.apply(edit)
    assert heard == [(edit, 5)]


def test_placeholders_take_any_link(graph: Graph):
    graph.apply(AddNode(Node("x", "far.away", params={"deep": [1, {"k": None}]})))
    graph.apply(Connect(Link("a", "picture", "x", "anything")))
    graph.apply(Connect(Link("x", "whatever", "m", "base")))
    graph.apply(SetParam("x", "free", {"any": 1}))
    assert graph.spec("x") is None


def test_free_ids_are_readable(graph: Graph):
    graph.apply(AddNode(Node("sampler", "toy.paint")))
    assert graph.free_id("Sampler") == "sampler-2"
    assert graph.free_id("Sampler", taken=["sampler-2"]) == "sampler-3"
    assert graph.free_id("DPM++ 2M!") == "dpm-2m"
    assert graph.free_id("§§") == "node"


def test_node_ids_are_slugs(graph: Graph):
    for id in ("", "a.b", "a b", "../x"):
        with pytest.raises(GraphError):
            graph.apply(AddNode(Node(id, "toy.paint")))


def test_one_gesture_is_one_undo(graph: Graph):
    history = History(graph)
    for number in range(100):
        history.apply(SetParam("m", "amount", number / 100), gesture="drag")
    history.apply(SetParam("m", "amount", 1), gesture="another drag")
    history.apply(SetTitle("m", "Blend"))
    assert history.undo_labels == ["Set amount to 0.99", "Set amount to 1", "Rename"]
    history.undo()
    history.undo()
    assert graph.nodes["m"].params == {"amount": 0.99}
    history.undo()
    assert graph.nodes["m"].params == {}
    assert history.undo() is None
    history.redo()
    assert graph.nodes["m"].params == {"amount": 0.99}


def test_undo_and_redo_do_not_nest_deeper_each_time(graph: Graph):
    history = History(graph)
    history.apply(Batch((AddNode(Node("x", "toy.paint")), AddNode(Node("y", "toy.paint")))))
    sizes: list[int] = []
    for _ in range(5):
        for swing in (history.undo, history.redo):
            edit = swing()
            assert edit is not None
            sizes.append(len(edits.encode(edit)))
    assert sizes[0] == sizes[-2] and sizes[1] == sizes[-1]


def test_a_new_edit_ends_redo(graph: Graph):
    history = History(graph)
    history.apply(SetTitle("m", "one"))
    history.undo()
    history.apply(SetTitle("m", "two"))
    assert history.redo() is None
    assert history.redo_labels == []


def test_a_gesture_ends_where_it_is_undone(graph: Graph):
    history = History(graph)
    history.apply(SetTitle("m", "one"), gesture="g")
    history.undo()
    history.redo()
    history.apply(SetTitle("m", "two"), gesture="g")
    history.undo()
    assert graph.nodes["m"].title == "one"


def test_refused_edits_leave_no_trace_in_the_history(graph: Graph):
    history = History(graph)
    with pytest.raises(GraphError):
        history.apply(RemoveNode("zz"))
    assert history.undo_labels == []


IDS = st.sampled_from(["n1", "n2", "n3", "n4"])
NAMES = st.sampled_from(
    ["picture", "left", "share", "base", "over", "area", "amount", "size", "what"]
)
GROUP_IDS = st.sampled_from(["", "g1", "g2"])
POINTS = st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), max_size=2).map(tuple)
NUMBERS = st.integers(-4, 68) | st.sampled_from([0.25, 0.5, None, "x", True])
LINES = st.sampled_from([(), ("painting 1",), ("brush points=AAA",), ("painting 1", "damaged")])
EDITS = st.one_of(
    st.builds(
        AddNode,
        st.builds(
            Node,
            IDS,
            st.sampled_from([*TOYS, "far.away"]),
            params=st.just({}) | st.just({"amount": 9}),
            group=GROUP_IDS,
        ),
    ),
    st.builds(RemoveNode, IDS),
    st.builds(SetParam, IDS, NAMES, NUMBERS),
    st.builds(ClearParam, IDS, NAMES),
    st.builds(SpliceParam, IDS, NAMES, st.integers(-1, 2), st.integers(-1, 2), LINES),
    st.builds(
        MoveNodes, st.dictionaries(IDS, st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=3)
    ),
    st.builds(SetTitle, IDS, st.text(max_size=3)),
    st.builds(SetMode, IDS, st.sampled_from(["active", "muted", "bypassed"])),
    st.builds(Upgrade, IDS, st.integers(2, 3), st.dictionaries(NAMES, NUMBERS, max_size=2)),
    st.builds(SetCollapsed, IDS, st.booleans()),
    st.builds(Connect, st.builds(Link, IDS, NAMES, IDS, NAMES), POINTS),
    st.builds(Disconnect, IDS, NAMES),
    st.builds(SetWaypoints, IDS, NAMES, POINTS),
    st.sampled_from(["g1", "g2"]).flatmap(
        lambda id: st.builds(
            SetGroup,
            st.just(id),
            st.none() | st.builds(Group, st.just(id), st.text(max_size=2), parent=GROUP_IDS),
        )
    ),
    st.builds(SetMembers, st.dictionaries(IDS, GROUP_IDS, max_size=3)),
    st.builds(
        SetFrame,
        st.sampled_from(["f", "g"]),
        st.none() | st.builds(Frame, st.just("f"), title=st.text(max_size=2)),
    ),
    st.builds(SetMeta, st.dictionaries(st.sampled_from(["title", "about"]), st.text(max_size=2))),
)
ALL_EDITS = EDITS | st.builds(Batch, st.lists(EDITS, min_size=1, max_size=4).map(tuple))


class UndoIsTheWayBack(RuleBasedStateMachine):
    """Undo leads back through every state in turn, redo forth again."""

    def __init__(self) -> None:
        super().__init__()
        self.graph = Graph(TOYS)
        self.history = History(self.graph)
        self.past = [state(self.graph)]
        self.future: list[object] = []

    @rule(edit=ALL_EDITS)
    def edit(self, edit: Edit) -> None:
        assert edits.decode(edits.encode(edit)) == edit
        try:
            self.history.apply(edit)
        except GraphError:
            return
        self.past.append(state(self.graph))
        self.future = []

    @rule(first=EDITS, second=EDITS, gesture=st.integers())
    def gesture(self, first: Edit, second: Edit, gesture: int) -> None:
        token = (gesture, len(self.past), object())
        applied = 0
        for edit in (first, second, first):
            try:
                self.history.apply(edit, gesture=token)
                applied += 1
            except GraphError:
                pass
        if applied:
            self.past.append(state(self.graph))
            self.future = []

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def undo(self) -> None:
        self.history.undo()
        self.future.append(self.past.pop())

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self.history.redo()
        self.past.append(self.future.pop())

    @invariant()
    def the_state_is_the_one_expected(self) -> None:
        assert state(self.graph) == self.past[-1]

    @invariant()
    def every_link_joins_nodes_that_are_there(self) -> None:
        for link in self.graph.links():
            assert link in self.graph.links_out(link.source)
            assert self.graph.links_in(link.target)[link.input] == link
            assert {link.source, link.target} <= set(self.graph.nodes)

    def teardown(self) -> None:
        while self.history.undo():
            pass
        assert state(self.graph) == self.past[0]


TestUndo = UndoIsTheWayBack.TestCase
TestUndo.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
