"""Tests sweeps: cells and their order, shared steps, written files, refused input."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner, Result

import nodeui
from nodeui.cli import commands
from nodeui.engine.cache import Cache, open_cache
from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Link, Node
from nodeui.graph.registry import Registry, installed
from nodeui.graph.spec import Parameter
from nodeui.headless import WorkflowError
from nodeui.sweeps.axes import MOST_CELLS, make_sweep, read_values, text_of
from nodeui.sweeps.run import CellEvent, CellFinished, CellStarted, SweepEvent, SweepResult
from tests.engine import toys

WORKFLOW = {
    "format": "nodeui/workflow",
    "version": 1,
    "nodes": {
        "load": {"type": "image.load", "params": {"path": "in.png"}},
        "invert": {"type": "image.invert"},
        "resize": {"type": "image.resize", "params": {"width": 48, "height": 32}},
        "save": {"type": "image.save", "params": {"name": "out"}},
    },
    "links": [
        ["load.image", "invert.image"],
        ["invert.image", "resize.image"],
        ["resize.image", "save.image"],
    ],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a picture and a workflow, and a cache of its own."""
    pixels = np.arange(32 * 48 * 3, dtype=np.uint32).reshape(32, 48, 3).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    (tmp_path / "w.nodeui.json").write_text(json.dumps(WORKFLOW))
    monkeypatch.setenv("NODEUI_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = open_cache(tmp_path / "values")
    yield cache
    cache.close()


@pytest.fixture
def registry() -> Registry:
    return Registry(toys.NODES, lambda: "here")


def toy_graph(registry: Registry, *nodes: Node, links: tuple[str, ...] = ()) -> Graph:
    """A graph of toys; a link is written "a.output b.input"."""
    graph = Graph(registry)
    for node in nodes:
        graph.apply(AddNode(node))
    for link in links:
        source, target = (end.split(".") for end in link.split())
        graph.apply(Connect(Link(source[0], source[1], target[0], target[1])))
    return graph


def executed(result: SweepResult) -> Counter[str]:
    """Return how often each node was computed."""
    nodes = (node for cell in result.cells for node in cell.result.report.nodes)
    return Counter(node.node for node in nodes if node.status in ("executed", "resumed"))


# --- values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "text", "values"),
    [
        ("number", "0.2,0.5, 1", [0.2, 0.5, 1]),
        ("number", "0..1:0.25", [0, 0.25, 0.5, 0.75, 1]),
        ("number", "0..0.3:0.1", [0, 0.1, 0.2, 0.3]),
        ("number", "1..0:0.5", [1, 0.5, 0]),
        ("number", "-1..1:1,7", [-1, 0, 1, 7]),
        ("integer", "1..4", [1, 2, 3, 4]),
        ("integer", "1..6:2", [1, 3, 5]),
        ("integer", f"{2**62 + 1}..{2**62 + 2}", [2**62 + 1, 2**62 + 2]),
        ("boolean", "true,false", [True, False]),
        ("text", "a hill, a lake", ["a hill", "a lake"]),
        ("text", '["a hill, at dawn", "a lake"]', ["a hill, at dawn", "a lake"]),
        ("text", ",blurry", ["", "blurry"]),
        ("curve", "[[[0, 1], [1, 0]], []]", [[[0, 1], [1, 0]], []]),
    ],
)
def test_values_are_read(type: str, text: str, values: list[Any]):
    assert read_values(Parameter("p", type), text) == values


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: x + 0.0), min_size=1, unique=True))
def test_labels_are_exact(values: list[float]):
    """The labels on a sheet, typed after `--sweep`, define the same cells."""
    text = ",".join(map(text_of, values))
    assert read_values(Parameter("p", "number"), text) == values


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"nobody.a": [1]}, "no node 'nobody'"),
        ({"number.nothing": [1]}, "no parameter 'nothing'"),
        (
            {"number.value": [1, 2000]},
            "number.value: value must be between -1000 and 1000, not 2000",
        ),
        ({"number.value": "1,two"}, "number.value: 'two' is not a value"),
        ({"number.value": "1..2000"}, "2000 values"),
        ({"number.value": "0..1e999999"}, "1E+999999 values"),
        ({"number.value": ",".join(map(str, range(5000)))}, "5000 values are too many"),
        ({"number.value": "9" * 401}, "between -1000 and 1000"),
        ({"number.value": "[" + "9" * 100_000}, "not a JSON list"),
        ({"number.value": ""}, "is not a value"),
        ({"number.value": "nan"}, "'nan' is not a value"),
        ({"number.value": "1e999"}, "'1e999' is not a value"),
        ({"walk.late": "0..1"}, "needs a step"),
        ({"walk.late": "0..1:0"}, "step above 0"),
        ({"number.value": "[1"}, "not a JSON list"),
        ({"number.value": [1, 1.0]}, "1 is given twice"),
        ({"number.value": []}, "no values"),
        ({"walk.start": [1]}, "walk.start is linked"),
        ({"lonely.value": [1, 2]}, "no target needs lonely"),
        ({"muted.value": [1, 2]}, "muted is muted"),
        ({"number.value": [1], "walk.late": [1], "walk.steps": [1]}, "one or two"),
        ({"number.value": "1..101", "walk.late": "1..11:1"}, f"at most {MOST_CELLS}"),
    ],
)
def test_impossible_sweeps_are_refused(registry: Registry, over: dict[str, Any], said: str):
    graph = toy_graph(
        registry,
        Node("number", "toy.number"),
        Node("lonely", "toy.number"),
        Node("muted", "toy.number", mode="muted"),
        Node("walk", "toy.walk"),
        links=("number.integer walk.start",),
    )
    with pytest.raises(GraphError) as error:
        make_sweep(graph, over)
    assert said in str(error.value)
    assert len(str(error.value)) < 300


# --- running ---------------------------------------------------------------------------------


def test_cells_share_what_they_have_in_common(registry: Registry, cache: Cache, tmp_path: Path):
    """Five cells of ten steps run each distinct step once."""
    graph = toy_graph(registry, Node("walk", "toy.walk", params={"steps": 10}))
    result = nodeui.sweep(
        graph, {"walk.late": [1, 2, 3, 4, 5]}, registry=registry, cache=cache, output_dir=tmp_path
    )
    assert result.ok
    # The last three of ten steps depend on `late`.
    steps = [node.steps_run for cell in result.cells for node in cell.result.report.nodes]
    assert steps == [10, 3, 3, 3, 3]


def test_a_cell_gives_what_a_run_by_itself_gives(registry: Registry, cache: Cache, tmp_path: Path):
    graph = toy_graph(registry, Node("walk", "toy.walk"))
    swept = nodeui.sweep(
        graph, {"walk.late": [1.0, 3.0]}, registry=registry, cache=cache, output_dir=tmp_path
    )
    for cell in swept.cells:
        alone = nodeui.run(
            toy_graph(registry, Node("walk", "toy.walk")),
            set=cell.cell.values,
            registry=registry,
            cache=open_cache(None),
        )
        one, other = (r.values("walk")["grid"].cells for r in (cell.result, alone))
        assert np.array_equal(one, other)


def test_what_more_depends_on_moves_slowest(registry: Registry, cache: Cache, tmp_path: Path):
    graph = toy_graph(
        registry,
        Node("number", "toy.number"),
        Node("walk", "toy.walk"),
        links=("number.integer walk.start",),
    )
    for over in (
        {"number.value": [1, 2], "walk.steps": [2, 3, 4]},
        {"walk.steps": [2, 3, 4], "number.value": [1, 2]},
    ):
        sweep = make_sweep(graph, over)
        order = [cell.values["number.value"] for cell in sweep.in_order(graph)]
        assert order == [1, 1, 1, 2, 2, 2]
        assert [axis.name for axis in sweep.axes] == list(over)  # the first varies over the columns


def test_models_move_slowest():
    graph = Graph(installed())
    for node in (
        Node("controlnet", "model.controlnet"),
        Node("control", "control.apply"),
        Node("save", "image.preview"),
    ):
        graph.apply(AddNode(node))
    graph.apply(Connect(Link("controlnet", "controlnet", "control", "controlnet")))
    over = {"control.end": [0.5, 1], "controlnet.source": ["starter/sketch", "starter/depth"]}
    sweep = make_sweep(graph, over, ["control"])
    sources = [cell.values["controlnet.source"] for cell in sweep.in_order(graph)]
    assert sources == ["starter/sketch"] * 2 + ["starter/depth"] * 2


def test_the_graph_is_as_before(registry: Registry, cache: Cache, tmp_path: Path):
    graph = toy_graph(registry, Node("walk", "toy.walk", params={"late": 7.0}))
    before = document.dump(Document(graph))
    nodeui.sweep(
        graph,
        {"walk.late": [1], "walk.label": ["a", "b"]},
        registry=registry,
        cache=cache,
        output_dir=tmp_path,
    )
    assert document.dump(Document(graph)) == before


def test_a_cell_that_fails_stops_no_other(place: Path):
    (place / "bad.png").write_bytes(b"not a picture")
    result = nodeui.sweep("w.nodeui.json", {"load.path": ["in.png", "bad.png", "./in.png"]})
    assert [cell.result.ok for cell in result.cells] == [True, False, True]
    assert not result.ok and not result.cancelled
    assert result.sheet is not None


def test_one_cell_can_be_stopped(registry: Registry, cache: Cache, tmp_path: Path):
    def watch(event: SweepEvent) -> None:
        match event:
            case CellStarted(cell=cell, cancel=cancel) if cell.column == 1:
                cancel.set()
            case _:
                pass

    graph = toy_graph(registry, Node("walk", "toy.walk"))
    result = nodeui.sweep(
        graph,
        {"walk.late": [1, 2, 3]},
        registry=registry,
        cache=cache,
        output_dir=tmp_path,
        emit=watch,
    )
    assert [cell.result.report.cancelled for cell in result.cells] == [False, True, False]
    assert not result.cancelled


def test_the_whole_can_be_stopped(registry: Registry, cache: Cache, tmp_path: Path):
    cancel = threading.Event()
    seen: list[SweepEvent] = []

    def watch(event: SweepEvent) -> None:
        seen.append(event)
        if isinstance(event, CellEvent) and event.cell.column == 1:
            cancel.set()

    graph = toy_graph(registry, Node("walk", "toy.walk"))
    result = nodeui.sweep(
        graph,
        {"walk.late": [1, 2, 3]},
        registry=registry,
        cache=cache,
        output_dir=tmp_path,
        emit=watch,
        cancel=cancel,
    )
    assert result.cancelled and not result.ok
    assert [cell.result.ok for cell in result.cells] == [True, False]
    assert [event.cell.column for event in seen if isinstance(event, CellFinished)] == [0, 1]


# --- files -----------------------------------------------------------------------------------


def test_files_are_those_of_single_runs(place: Path):
    result = nodeui.sweep(
        "w.nodeui.json",
        {"invert.amount": [0.25, 1], "resize.method": ["box", "nearest"]},
        output_dir="swept",
    )
    assert result.ok and len(result.cells) == 4
    for cell in result.cells:
        (output,) = cell.result.report.outputs
        assert Path(output.path).parent == cell.folder
        alone = nodeui.run(
            "w.nodeui.json", set=cell.cell.values, output_dir=place / "alone" / cell.cell.label
        )
        assert Path(output.path).read_bytes() == Path(alone.report.outputs[0].path).read_bytes()
    assert executed(result) == {"load": 1, "invert": 2, "resize": 4, "save": 4}


def test_a_second_sweep_computes_and_writes_nothing(place: Path):
    over = {"invert.amount": [0.25, 1]}
    first = nodeui.sweep("w.nodeui.json", over)
    files = {path: path.stat().st_mtime_ns for path in place.rglob("*.png")}
    second = nodeui.sweep("w.nodeui.json", over)
    assert not executed(second)
    assert second.sheet == first.sheet
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*.png")} == files


def test_no_sheet_is_overwritten(place: Path):
    first = nodeui.sweep("w.nodeui.json", {"invert.amount": [0, 1]}).sheet
    second = nodeui.sweep("w.nodeui.json", {"invert.amount": [0, 0.5]}).sheet
    assert first is not None and second is not None
    assert (first.name, second.name) == ("sheet.png", "sheet-0002.png")
    assert first.parent == second.parent


@pytest.mark.parametrize("names", [["a/b", "a_b", "a?b"], ["../up", "..", "/abs"], ["A", "a"]])
def test_cells_have_folders_of_their_own(place: Path, names: list[str]):
    """Folders are distinct on every system and inside that of the sweep, for any values."""
    result = nodeui.sweep("w.nodeui.json", {"load.path": names})  # no such files: all fail
    folders = [cell.folder for cell in result.cells]
    assert len({str(folder).lower() for folder in folders}) == len(names)
    assert {folder.parent for folder in folders} == {place / "sweep load.path"}


def test_the_sheet_shows_every_picture_and_brings_its_workflow_back(place: Path):
    result = nodeui.sweep(
        "w.nodeui.json",
        {"invert.amount": [0, 1], "resize.method": ["box", "nearest", "lanczos"]},
        set={"resize.width": 120, "resize.height": 120},
    )
    assert result.shown == "save" and result.sheet is not None
    sheet = np.asarray(Image.open(result.sheet).convert("RGB")).astype(int)
    for cell in result.cells:
        picture = np.asarray(Image.open(cell.result.report.outputs[0].path)).astype(int)
        assert picture.shape == (120, 120, 3)
        assert any(
            np.array_equal(sheet[y : y + 120, x : x + 120], picture)
            for y, x in np.argwhere((sheet[:-119, :-119] == picture[0, 0]).all(2))
        )
    graph = document.load(result.sheet.read_bytes(), installed()).graph
    assert graph.nodes["resize"].params == {"width": 120, "height": 120}
    with Image.open(result.sheet) as image:
        image.load()
        assert json.loads(image.info["nodeui:sweep"]) == {
            "invert.amount": [0, 1],
            "resize.method": ["box", "nearest", "lanczos"],
        }


def test_the_sheet_shows_what_the_sweep_changes(place: Path):
    content = json.loads(json.dumps(WORKFLOW))
    content["nodes"] = {"view": {"type": "image.preview"}} | content["nodes"]
    content["links"].insert(0, ["load.image", "view.image"])
    (place / "w.nodeui.json").write_text(json.dumps(content))
    assert nodeui.sweep("w.nodeui.json", {"invert.amount": [0, 1]}).shown == "save"
    both = nodeui.sweep("w.nodeui.json", {"load.path": ["in.png", "./in.png"]})
    assert both.shown == "view"
    named = nodeui.sweep("w.nodeui.json", {"invert.amount": [0, 1]}, targets=["resize"])
    assert named.shown == "resize"


# --- the command -----------------------------------------------------------------------------


class Command(Protocol):
    def __call__(self, *arguments: str) -> Result: ...


@pytest.fixture
def command(place: Path) -> Iterator[Command]:
    """Call `nodeui` in this process."""
    before = signal.getsignal(signal.SIGINT)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(commands, arguments)

    yield call
    signal.signal(signal.SIGINT, before)


def test_the_report_has_one_for_each_cell(command: Command, place: Path):
    done = command(
        "run", "w.nodeui.json", "--sweep", "invert.amount=0..1:0.5", "--sweep",
        "resize.method=box,nearest", "--set", "resize.width=64", "--out", "o", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert set(report) == {"cells", "sheet", "shown", "seconds", "warnings"}
    assert Path(report["sheet"]) == place / "o" / "sweep invert.amount resize.method" / "sheet.png"
    values = [cell["values"] for cell in report["cells"]]
    assert values == [
        {"invert.amount": amount, "resize.method": method}
        for method in ("box", "nearest")
        for amount in (0, 0.5, 1)
    ]
    for cell in report["cells"]:
        assert {"outputs", "nodes", "seconds", "warnings", "errors"} < set(cell)
        assert Path(cell["outputs"][0]["path"]).is_file()
        with Image.open(cell["outputs"][0]["path"]) as image:
            assert image.width == 64


def test_cells_are_shown_as_they_come(command: Command):
    done = command("run", "w.nodeui.json", "--sweep", "invert.amount=0,1")
    assert done.exit_code == 0 and done.stdout == ""
    said = done.stderr
    assert said.index("cell 1 of 2") < said.index("cell 2 of 2") < said.index("2 of 2 cells")
    assert "sheet.png" in said.replace("\n", "") and "pictures of save" in said.replace("\n", " ")


def test_a_plan_is_of_one_run(command: Command):
    done = command("run", "w.nodeui.json", "--plan", "--sweep", "invert.amount=0,1")
    assert done.exit_code == 2 and "--sweep" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["invert.amount=0,2"], "invert.amount: amount must be between 0 and 1, not 2"),
        (["invert.amount=a"], "'a' is not a value"),
        (["resize.method=box,best"], "resize.method"),
        (["invert.amount"], "--sweep takes NODE.PARAMETER=VALUES"),
        (["nobody.amount=1"], "nobody"),
        (["invert.amount=0", "invert.amount=1"], "swept twice"),
        (["invert.amount=0", "resize.width=64", "resize.height=64"], "one or two"),
    ],
)
def test_mistakes_are_named_before_anything_runs(
    command: Command, place: Path, arguments: list[str], said: str
):
    options = [part for text in arguments for part in ("--sweep", text)]
    done = command("run", "w.nodeui.json", *options, "--json")
    assert done.exit_code == 2
    assert said in done.stderr and done.stdout == ""
    assert not list(place.rglob("out*.png"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--together is for the cells of a --sweep"),
        (["--sweep", "invert.amount=0,1"], "no sampler of the workflow can be batched"),
    ],
)
def test_cells_that_cannot_be_batched_are_refused(
    command: Command, arguments: list[str], said: str
):
    done = command("run", "w.nodeui.json", "--together", "2", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_failed_cells_are_named(command: Command):
    done = command("run", "w.nodeui.json", "--sweep", "load.path=in.png,gone.png", "--json")
    assert done.exit_code == 1
    assert "path=gone.png: load.path" in done.stderr
    good, bad = json.loads(done.stdout)["cells"]
    assert not good["errors"] and bad["errors"][0]["node"] == "load"


def test_a_damaged_workflow_is_refused(place: Path):
    with pytest.raises(WorkflowError):
        nodeui.sweep("w.nodeui.json", {"invert.amount": [1]}, set={"resize.width": 0})
