"""The lineage of pictures: parents, changes, and trees."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from nodeui.graph.registry import installed
from nodeui.pictures.library import Library
from nodeui.pictures.lineage import Edge
from nodeui.pictures.workflow import changed_names
from tests.pictures.saved import LANDSCAPE, Saver, digest, landscape


def id_of(library: Library, path: Path) -> int:
    (found,) = library.find([path])
    return found.id


def parents(library: Library, path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return name of the parent, kind and changes of each edge to a picture."""
    return [
        (library.records([edge.parent])[0].path.name, edge.kind, edge.changes)
        for edge in library.parents(id_of(library, path))
    ]


def test_the_parent_is_the_earlier_picture_with_the_fewest_changes(
    library: Library, save: Saver
) -> None:
    first = save("a.png", LANDSCAPE)
    second = save("b.png", landscape(sampler__seed=5))
    third = save("c.png", landscape(sampler__seed=5, sampler__guidance_scale=6.0))
    fourth = save("d.png", landscape(prompt__text="a hill"))
    library.scan(save.folder)
    assert parents(library, first) == []
    assert parents(library, second) == [("a.png", "edit", ("sampler.seed: 4 → 5",))]
    guidance = ("sampler.guidance_scale: 7.5 → 6.0",)
    assert parents(library, third) == [("b.png", "edit", guidance)]
    words = ("prompt.text: a lake at night → a hill",)
    assert parents(library, fourth) == [("a.png", "edit", words)]
    assert [edge.child for edge in library.children(id_of(library, first))] == [
        id_of(library, second),
        id_of(library, fourth),
    ]


def test_of_equal_ones_the_nearest_is_the_parent(library: Library, save: Saver) -> None:
    for number in range(3):
        save(f"{number}.png", landscape(sampler__seed=number))
    last = save("last.png", landscape(sampler__seed=9))
    library.scan(save.folder)
    assert parents(library, last) == [("2.png", "edit", ("sampler.seed: 2 → 9",))]


def test_pictures_of_a_batch_have_one_parent(library: Library, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    batch = [save(f"b{number}.png", landscape(sampler__seed=5)) for number in range(3)]
    library.scan(save.folder)
    for path in batch:
        assert parents(library, path) == [("a.png", "edit", ("sampler.seed: 4 → 5",))]


def test_a_first_batch_is_one_tree(library: Library, save: Saver) -> None:
    batch = [save(f"{number}.png", LANDSCAPE, colour=str(colour)) for number, colour in
             enumerate(("red", "green", "blue"))]  # fmt: skip
    library.scan(save.folder)
    assert parents(library, batch[1]) == [("0.png", "batch", ())]
    assert len(library.tree(id_of(library, batch[2])).edges) == 2


def branch(seed: int = 4) -> dict[str, Any]:
    """Return the landscape with a branch of another prompt, as "Branch here" adds it."""
    workflow = landscape()
    workflow["nodes"] |= {
        "prompt-2": {"type": "text.encode", "version": 3, "params": {"text": "a hill"}},
        "switch": {"type": "text.switch", "params": {"at": 0.4}},
        "sampler-2": {"type": "sample.denoise", "version": 3, "params": {"seed": seed}},
        "decode-2": {"type": "latents.decode", "version": 2},
        "save-2": {"type": "image.save", "version": 2},
    }
    workflow["links"] += [
        ["model.model", "prompt-2.model"],
        ["model.model", "sampler-2.model"],
        ["prompt.conditioning", "switch.first"],
        ["prompt-2.conditioning", "switch.second"],
        ["switch.conditioning", "sampler-2.positive"],
        ["negative.conditioning", "sampler-2.negative"],
        ["canvas.latents", "sampler-2.latents"],
        ["sampler-2.latents", "decode-2.latents"],
        ["model.vae", "decode-2.vae"],
        ["decode-2.image", "save-2.image"],
    ]
    return workflow


def test_a_branch_is_made_from_what_it_branches_off(library: Library, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    beside = ("sampler", "decode")
    path = save("b.png", branch(), skipped=beside)
    edited = save("c.png", branch(seed=5), skipped=beside)
    library.scan(save.folder)
    ((name, kind, changes),) = parents(library, path)
    assert (name, kind) == ("a.png", "branch")
    assert set(changes) == {
        "+ prompt-2",
        "+ switch",
        "− prompt.conditioning → sampler-2.positive",
    }
    assert parents(library, edited) == [("b.png", "edit", ("sampler-2.seed: 4 → 5",))]


def test_a_branch_of_the_same_nodes(library: Library, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    workflow = landscape()
    copies = {"sampler": "sampler-3", "decode": "decode-3"}
    workflow["nodes"] = {copies.get(id, id): node for id, node in workflow["nodes"].items()}
    workflow["nodes"]["sampler-3"]["params"]["seed"] = 9
    text = json.dumps(workflow["links"])
    for old, new in copies.items():
        text = text.replace(f'"{old}.', f'"{new}.')
    workflow["links"] = json.loads(text)
    path = save("b.png", workflow)
    library.scan(save.folder)
    assert parents(library, path) == [("a.png", "branch", ("sampler-3.seed: 4 → 9",))]


def test_another_graph_is_no_child(library: Library, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    workflow = landscape()
    for id in ("negative", "canvas", "decode"):
        workflow["nodes"][f"other-{id}"] = workflow["nodes"].pop(id)
    workflow["links"] = []
    path = save("b.png", workflow)
    library.scan(save.folder)
    assert parents(library, path) == []


def picture_to_picture(path: str) -> dict[str, Any]:
    workflow = landscape(sampler__strength=0.6)
    del workflow["nodes"]["canvas"]
    workflow["nodes"] |= {
        "load": {"type": "image.load", "version": 3, "params": {"path": path}},
        "encode": {"type": "latents.encode", "version": 2},
    }
    workflow["links"] = [link for link in workflow["links"] if "canvas" not in "".join(link)]
    workflow["links"] += [
        ["load.image", "encode.image"],
        ["model.vae", "encode.vae"],
        ["encode.latents", "sampler.latents"],
    ]
    return workflow


def test_a_loaded_picture_is_a_parent(library: Library, save: Saver) -> None:
    source = save("sky.png", LANDSCAPE)
    namesake = save("other/sky.png", LANDSCAPE, colour="green")
    files = {"load": digest(source)}
    path = save("b.png", picture_to_picture("elsewhere/sky.png"), files=files)
    library.scan(save.folder)
    (edge,) = library.parents(id_of(library, path))
    assert edge.kind == "image"
    assert edge.parent == id_of(library, source) != id_of(library, namesake)
    assert edge.changes == ("load loads sky.png",)


def test_a_loaded_picture_is_found_under_another_name(library: Library, save: Saver) -> None:
    source = save("sky.png", LANDSCAPE)
    files = {"load": digest(source)}
    library.scan(save.folder)
    target = library.rename(source, "lake")
    path = save("b.png", picture_to_picture("sky.png"), files=files)
    library.scan(save.folder)
    assert parents(library, path)[0][:2] == ("lake.png", "image")
    assert target.exists()


def test_a_rated_picture_is_still_the_parent(library: Library, save: Saver) -> None:
    source = save("sky.png", LANDSCAPE)
    files = {"load": digest(source)}
    library.scan(save.folder)
    library.embed = True
    library.set_rating([source], 5)
    assert digest(source) != files["load"]
    path = save("b.png", picture_to_picture("sky.png"), files=files)
    library.scan(save.folder)
    assert parents(library, path)[0][:2] == ("sky.png", "image")


def test_another_file_of_the_same_name_is_no_parent(library: Library, save: Saver) -> None:
    save("sky.png", LANDSCAPE)
    path = save("b.png", picture_to_picture("sky.png"), files={"load": "0" * 64})
    library.scan(save.folder)
    assert [kind for _, kind, _ in parents(library, path)] == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (2, 0, 1), (1, 2, 0)])
def test_the_order_of_scans_does_not_matter(
    library: Library, save: Saver, order: tuple[int, ...]
) -> None:
    workflows = [
        LANDSCAPE,
        landscape(sampler__seed=5),
        landscape(sampler__seed=5, sampler__guidance_scale=6.0),
    ]
    for number in order:
        path = save(f"{number}.png", workflows[number])
        moment = 1_700_000_000 + number
        os.utime(path, (moment, moment))
        library.scan(save.folder)
    found = [parents(library, save.folder / f"{number}.png") for number in range(3)]
    assert [[name for name, _, _ in edges] for edges in found] == [[], ["0.png"], ["1.png"]]


def test_a_removed_parent_is_replaced_by_the_one_before(library: Library, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    middle = save("b.png", landscape(sampler__seed=5))
    last = save("c.png", landscape(sampler__seed=5, sampler__guidance_scale=6.0))
    library.scan(save.folder)
    middle.unlink()
    library.scan(save.folder)
    ((name, _, changes),) = parents(library, last)
    assert name == "a.png"
    assert changed_names(changes) == "seed, guidance scale"


def test_a_tree_is_the_same_from_each_of_its_pictures(library: Library, save: Saver) -> None:
    paths = [save(f"{number}.png", landscape(sampler__seed=number)) for number in range(6)]
    alone = save("alone.png")
    library.scan(save.folder)
    trees = [library.tree(id_of(library, path)) for path in paths]
    assert all(tree == trees[0] for tree in trees)
    assert trees[0].root == id_of(library, paths[0])
    assert [edge.child for edge in trees[0].edges] == [id_of(library, path) for path in paths[1:]]
    assert library.tree(id_of(library, alone)).edges == ()


def test_a_circle_of_edges_ends(library: Library, save: Saver) -> None:
    for number in range(3):
        save(f"{number}.png", landscape(sampler__seed=number))
    library.scan(save.folder)
    first, second, third = sorted(library.search())
    with library._index.write() as db:  # pyright: ignore[reportPrivateUsage]
        db.execute("DELETE FROM edges")
        for child, parent in ((first, second), (second, third), (third, first)):
            db.execute("INSERT INTO edges VALUES (?, ?, 'edit', '', 1)", (child, parent))
    assert len(library.tree(first).edges) == 2


def test_edges_are_plain_data(library: Library, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    path = save("b.png", landscape(prompt__text="several\nlines → of\ttext"))
    library.scan(save.folder)
    (edge,) = library.parents(id_of(library, path))
    change = "prompt.text: a lake at night → several lines → of text"
    assert edge == Edge(edge.parent, id_of(library, path), "edit", (change,))


def test_loaded_pictures_are_found_once_their_nodes_are_known(save: Saver, tmp_path: Path) -> None:
    source = save("sky.png", LANDSCAPE)
    path = save("b.png", picture_to_picture("sky.png"), files={"load": digest(source)})
    library = Library(tmp_path / "index.sqlite", {})
    library.scan(save.folder)
    library.specs = installed()
    library.scan(save.folder)
    assert parents(library, path)[0][:2] == ("sky.png", "image")
    library.close()
