"""Workflow files: nothing is lost, whatever is in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui.graph import document, entries, saving
from nodeui.graph.document import DocumentError
from nodeui.graph.edits import Edit
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError
from tests.graph.test_graph import ALL_EDITS, state
from tests.graph.toys import TOYS

WORKFLOW: dict[str, Any] = {
    "format": "nodeui/workflow",
    "version": 1,
    "nodes": {
        "paint": {"type": "toy.paint", "params": {"text": "a hill", "size": 24}, "pos": [10, 20.5]},
        "mix": {"type": "toy.mix", "version": 3, "mode": "muted"},
    },
    "links": [["paint.picture", "mix.base"]],
    "frames": [{"id": "f", "title": "All", "rect": [0, 0, 100, 50]}],
    "view": {"centre": [1, 2]},
    "meta": {"title": "Hills"},
}


def load(content: object) -> document.Document:
    return document.load(json.dumps(content).encode(), TOYS)


def changed(**fields: object) -> dict[str, object]:
    return WORKFLOW | fields


def test_a_workflow_is_read():
    loaded = load(WORKFLOW)
    assert document.problems(loaded) == []
    assert loaded.graph.nodes["paint"].params == {"text": "a hill", "size": 24}
    assert loaded.graph.nodes["paint"].pos == (10, 20.5)
    assert loaded.graph.nodes["mix"].mode == "muted"
    assert [link.input for link in loaded.graph.links()] == ["base"]
    assert loaded.graph.frames["f"].title == "All"
    assert loaded.graph.meta == {"title": "Hills"}


def test_what_is_unknown_is_kept_and_written_back():
    content = changed(
        nodes={
            "x": {
                "type": "far.away",
                "version": 7,
                "params": {"deep": [{"a": 1}]},
                "colour": "red",
            },
            "paint": {"type": "toy.paint", "params": {"hue": 3}},
        },
        links=[["x.out", "paint.text"], ["x.out", "paint.hue"], ["gone.out", "paint.seed"]],
        frames=[{"id": "f", "shadow": True}],
        later={"a": 1},
    )
    loaded = load(content)
    assert [problem.message for problem in document.problems(loaded)] == [
        "link x.out -> paint.hue: paint (toy.paint) has no input 'hue'; it has text, size, seed",
        "link gone.out -> paint.seed: there is no node 'gone'",
        "paint.hue: there is no parameter 'hue'; toy.paint has text, size, seed",
    ]
    written = json.loads(document.dump(loaded))
    assert written["nodes"] == content["nodes"]
    assert written["links"] == content["links"]
    assert written["frames"] == content["frames"]
    assert written["later"] == {"a": 1}


def test_a_byte_order_mark_is_passed_over():
    """Some editors put one before what they save."""
    file = document.dump(load({"format": "nodeui/workflow", "version": 1, "nodes": {}}))
    assert document.dump(document.load(b"\xef\xbb\xbf" + file, TOYS)) == file


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a workflow"),
        (b'{"nodes": {}}', "not a workflow"),
        (b'{"format": "nodeui/workflow", "version": "1", "nodes": {}}', "version"),
        (b'{"format": "nodeui/workflow", "version": 2, "nodes": {}}', "newer NodeUI"),
        (b'{"format": "nodeui/workflow", "version": 1}', "nodes"),
        (b'{"format": "nodeui/workflow", "version": 1, "nodes": {"a": {}}}', "node 'a'.*type"),
        (b'{"format": "nodeui/workflow", "version": 1, "nodes": {"a": {"type": 3}}}', "node 'a'"),
        (b'{"format": "nodeui/workflow", "version": 1, "nodes": {"a.b": {"type": "x"}}}', "a.b"),
        (b"\x89PNG\r\n\x1a\n nothing", "not a readable PNG"),
    ],
)
def test_files_that_are_no_workflow_are_refused(data: bytes, message: str):
    with pytest.raises(DocumentError, match=message):
        document.load(data, TOYS)


def test_bad_links_and_values_are_named():
    loaded = load(
        changed(
            nodes=WORKFLOW["nodes"]
            | {"s": {"type": "toy.split"}, "p": {"type": "toy.paint", "params": {"size": 7}}},
            links=[
                ["s.left", "mix.base"],
                ["mix.picture", "s.picture"],
                ["p.picture", "mix.area"],
                [1],
                ["paint.picture", "mix.base", {"via": "crooked"}],
            ],
        )
    )
    messages = [problem.message for problem in document.problems(loaded)]
    assert "closes a cycle" in messages[0]
    assert "p.picture is of type picture, but mix.area takes area" in messages[1]
    assert "link [1]" in messages[2]
    assert "crooked" in messages[3]
    assert messages[4] == "p.size: size must be between 8 and 64, not 7"
    assert document.problems(loaded)[4].parameter == "size"


def test_groups_and_waypoints_are_read_and_written():
    content = changed(
        nodes={
            "paint": {"type": "toy.paint", "group": "in"},
            "mix": {"type": "toy.mix", "version": 3},
        },
        links=[["paint.picture", "mix.base", {"via": [[1, 2], [3.5, 4]], "later": "dashed"}]],
        groups=[
            {"id": "out", "title": "Out", "pos": [5, 6], "colour": "#123456", "later": [1]},
            {"id": "in", "parent": "out", "exposed": ["paint.size"], "collapsed": True},
        ],
    )
    loaded = load(content)
    assert document.problems(loaded) == []
    (link,) = loaded.graph.links()
    assert loaded.graph.waypoints(link) == ((1, 2), (3.5, 4))
    assert loaded.graph.groups["out"].pos == (5, 6)
    assert loaded.graph.groups["in"].exposed == ("paint.size",)
    assert loaded.graph.nodes["paint"].group == "in"
    written = json.loads(document.dump(loaded))
    for part in ("nodes", "links", "groups"):
        assert written[part] == content[part]


def test_files_without_groups_and_waypoints_do_not_name_them():
    written = document.dump(load(WORKFLOW)).decode()
    assert '"group' not in written and '["paint.picture","mix.base"]' in written


def test_groups_that_are_not_there_are_the_top_level():
    content = changed(
        nodes={"paint": {"type": "toy.paint", "group": "gone"}},
        links=[],
        groups=[
            {"id": "odd", "parent": "even"},
            {"id": "even", "parent": "odd"},
            {"id": "even"},
            {"title": "nameless"},
        ],
    )
    loaded = load(content)
    found = document.problems(loaded)
    assert [one.message.partition(":")[0] for one in found] == [
        "group {'id'",
        "group {'title'",
        "paint",
        "group odd",
        "group even",
    ]
    assert all(one.harmless for one in found)
    written = json.loads(document.dump(loaded))
    assert (written["nodes"], written["groups"]) == (content["nodes"], content["groups"])


def test_an_input_takes_one_link():
    loaded = load(changed(links=[["paint.picture", "mix.base"], ["paint.picture", "mix.base"]]))
    assert "has two links" in loaded.problems[0].message


def test_old_nodes_are_migrated():
    loaded = load(
        changed(nodes={"mix": {"type": "toy.mix", "params": {"strength": 0.25}}}, links=[])
    )
    assert loaded.graph.nodes["mix"].params == {"amount": 0.25}
    assert loaded.graph.nodes["mix"].version == 3


def test_nodes_of_a_newer_version_are_reported():
    loaded = load(changed(nodes={"mix": {"type": "toy.mix", "version": 4}}, links=[]))
    assert "newer" in loaded.problems[0].message
    assert loaded.graph.nodes["mix"].version == 4


@settings(max_examples=80, deadline=None)
@given(st.lists(ALL_EDITS, max_size=20))
def test_save_and_load_is_identity(edits: list[Edit]):
    graph = Graph(TOYS)
    for edit in edits:
        try:
            graph.apply(edit)
        except GraphError:
            continue
    # A node's version is raised on loading, so start from a file.
    first = document.load(document.dump(document.Document(graph)), TOYS)
    again = document.load(document.dump(first), TOYS)
    assert state(again.graph) == state(first.graph)
    assert set(graph.links()) == set(first.graph.links())


def test_files_are_replaced_whole_and_backed_up(tmp_path: Path):
    path = tmp_path / "hills.nodeui.json"
    for number in range(6):
        saving.write(path, b"%d" % number)
    found = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert found == {
        "hills.nodeui.json": b"5",
        "hills.nodeui.json~": b"4",
        "hills.nodeui.json~2": b"3",
        "hills.nodeui.json~3": b"2",
    }


def test_a_save_that_fails_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "hills.nodeui.json"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        saving.write(path, b"new")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {path.name: b"old"}


def test_a_png_carries_a_workflow(tmp_path: Path):
    text = PngInfo()
    text.add_itxt(document.PNG_KEY, json.dumps(WORKFLOW))
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png", pnginfo=text)
    loaded = document.load((tmp_path / "a.png").read_bytes(), TOYS)
    assert loaded.graph.meta == {"title": "Hills"}


def test_a_png_without_one_is_refused(tmp_path: Path):
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png")
    with pytest.raises(DocumentError, match="carries no workflow"):
        document.load((tmp_path / "a.png").read_bytes(), TOYS)


@pytest.mark.parametrize(
    ("key", "program"),
    [
        ("parameters", "Stable Diffusion WebUI"),
        ("prompt", "ComfyUI"),
        ("invokeai_metadata", "InvokeAI"),
        ("Software", "GIMP"),
    ],
)
def test_a_png_of_another_program_is_refused_by_its_name(tmp_path: Path, key: str, program: str):
    text = PngInfo()
    text.add_text(key, "GIMP" if key == "Software" else "{}")
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png", pnginfo=text)
    with pytest.raises(DocumentError, match=f"made by {program}"):
        document.load((tmp_path / "a.png").read_bytes(), TOYS)


def test_the_published_schema_is_the_one_of_this_version():
    published = Path(__file__).parents[2] / "resources" / "workflow.schema.json"
    assert json.loads(published.read_text()) == json.loads(json.dumps(entries.schema()))
