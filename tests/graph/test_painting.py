"""Paintings as parameters: a stroke is one edit, and the edit carries the stroke alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.graph import edits
from nodeui.graph.document import Document, dump, load, problems
from nodeui.graph.edits import AddNode, Edit, SetParam, SpliceParam
from nodeui.graph.history import History
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Node
from nodeui.graph.signature import spec_of
from nodeui.graph.spec import SpecError
from nodeui.painting.document import Lines, Splice, adding
from nodeui.painting.marks import Mark
from nodeui.sdk import NodeError, Painting, Sheet, node
from tests.graph.toys import TOYS, Picture
from tests.painting.marks import LAYERS, mark, marks, painting, splices


@node("toy.easel", title="Easel", category="Toys")
def easel(strokes: Painting = (), size: int = 3) -> str:
    """Paint."""
    return " ".join(strokes)


SPECS = {"toy.easel": spec_of(easel)}
STROKE = mark("brush", (0.1, 0.1), (0.2, 0.3))


@pytest.fixture
def graph() -> Graph:
    graph = Graph(SPECS)
    graph.apply(AddNode(Node("e", "toy.easel")))
    return graph


def strokes(graph: Graph) -> Lines:
    return graph.nodes["e"].params.get("strokes", ())


def add(graph: Graph, *entries: Mark) -> SpliceParam:
    return SpliceParam("e", "strokes", *adding(strokes(graph), *entries))


def test_a_parameter_of_this_type():
    parameter = SPECS["toy.easel"].parameters["strokes"]
    assert parameter.type == "painting" and parameter.default == ()
    assert parameter.schema()["type"] == "array"
    lines = painting(STROKE)
    assert parameter.check(list(lines)) == lines
    for wrong in ("text", 3, [1], ["painting 1", "brush size=nan points=AAA"], None):
        with pytest.raises(NodeError, match="strokes cannot be used: ") as refused:
            parameter.check(wrong)
        assert "\n" not in str(refused.value)


def test_a_painting_cannot_be_an_output():
    @node("toy.wrong", title="Wrong", category="Toys")
    def wrong() -> Painting:
        """Fail."""
        return ()

    with pytest.raises(SpecError, match="a painting cannot be an output"):
        spec_of(wrong)


def test_an_edit_carries_the_stroke_alone(graph: Graph):
    graph.apply(SetParam("e", "strokes", painting(*[STROKE] * 1000)))
    edit = add(graph, STROKE)
    inverse = graph.apply(edit)
    assert len(edits.encode(edit)) < 200 and len(edits.encode(inverse)) < 200
    assert edits.decode(edits.encode(edit)) == edit
    assert len(strokes(graph)) == 1002


def test_each_stroke_is_an_undo_step(graph: Graph):
    history = History(graph)
    for count in range(1, 4):
        assert history.apply(add(graph, STROKE))
        assert len(strokes(graph)) == count + 1
    history.undo()
    assert len(strokes(graph)) == 3
    history.undo()
    history.undo()
    assert "strokes" not in graph.nodes["e"].params
    while history.redo():
        pass
    assert strokes(graph) == painting(STROKE, STROKE, STROKE)


@given(st.data())
def test_undo_all_is_the_start(data: st.DataObject):
    graph = Graph(SPECS)
    start = painting(*LAYERS, *data.draw(st.lists(marks(), max_size=3)))
    graph.apply(AddNode(Node("e", "toy.easel", params={"strokes": start})))
    history = History(graph)
    for _ in range(3):
        splice = data.draw(splices(strokes(graph)))
        edit: Edit = SpliceParam("e", "strokes", *splice)
        history.apply(edits.decode(edits.encode(edit)))
    end = strokes(graph)
    while history.undo():
        pass
    assert strokes(graph) == start
    while history.redo():
        pass
    assert strokes(graph) == end


@given(st.lists(marks(), max_size=4))
def test_a_file_holds_the_painting(found: list[Mark]):
    graph = Graph(SPECS)
    lines = painting(*LAYERS, *found)
    graph.apply(AddNode(Node("e", "toy.easel", params={"strokes": lines})))
    again = load(dump(Document(graph)), SPECS)
    assert not problems(again)
    assert SPECS["toy.easel"].parameters["strokes"].check(strokes(again.graph)) == lines


@pytest.mark.parametrize(
    ("splice", "message"),
    [
        (Splice(5, 0, ()), "no lines 5 to 5"),
        (Splice(-1, 0, ()), "no lines"),
        (Splice(1, 9, ()), "no lines 1 to 10"),
        (Splice(0, 1, ()), "no painting"),
        (Splice(2, 0, ("brush points=?",)), "line 2: points are damaged"),
    ],
)
def test_wrong_changes_are_refused(graph: Graph, splice: Splice, message: str):
    lines = painting(STROKE)
    graph.apply(SetParam("e", "strokes", lines))
    with pytest.raises(GraphError, match=message):
        graph.apply(SpliceParam("e", "strokes", *splice))
    assert strokes(graph) == lines


def test_other_parameters_have_no_strokes(graph: Graph):
    with pytest.raises(GraphError, match="no parameter 'colour'"):
        graph.apply(SpliceParam("e", "colour", *adding((), STROKE)))
    with pytest.raises(GraphError, match=r"e\.size is no painting"):
        graph.apply(SpliceParam("e", "size", *adding((), STROKE)))


def test_a_painting_of_a_hundred_megabytes_is_a_problem(tmp_path: Path):
    huge: Any = ["painting 1", *["brush points=" + "A" * 200_000] * 500]
    graph = Graph(SPECS)
    graph.apply(AddNode(Node("e", "toy.easel", params={"strokes": huge})))
    (problem,) = problems(load(dump(Document(graph)), SPECS))
    assert "letters" in problem.message and len(problem.message) < 200


# --- what a painting is drawn on ---


def test_a_sheet_is_declared():
    @node("toy.draw", title="Draw", category="Toys")
    def draw(
        picture: Picture | None = None,
        strokes: Annotated[Painting, Sheet(kind="mask", over="picture", width="side")] = (),
        side: int = 64,
    ) -> int:
        """Draw."""
        return side

    assert spec_of(draw).parameters["strokes"].sheet == Sheet(
        kind="mask", over="picture", width="side"
    )
    assert TOYS["toy.paint"].parameters["text"].sheet == Sheet()


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (Sheet(over="image"), "over 'image', which is no input"),
        (Sheet(width="image"), "'image', which is no integer"),
        (Sheet(height="share"), "'share', which is no integer"),
        (Sheet(paper="side"), "'side' is neither #rrggbb nor a parameter"),
        (Sheet(paper="white"), "'white' is neither #rrggbb nor a parameter"),
    ],
)
def test_a_sheet_names_what_there_is(sheet: Sheet, why: str):
    def draw(strokes: Any = (), side: int = 64, share: float = 0.5) -> int:
        """Draw."""
        return side

    draw.__annotations__["strokes"] = Annotated[Painting, sheet]
    with pytest.raises(SpecError, match=why):
        spec_of(node("toy.draw", title="Draw", category="Toys")(draw))


def test_a_sheet_is_for_paintings():
    @node("toy.draw", title="Draw", category="Toys")
    def draw(side: Annotated[int, Sheet()] = 64) -> int:
        """Draw."""
        return side

    with pytest.raises(SpecError, match="a Sheet applies to paintings, not to integer parameters"):
        spec_of(draw)
