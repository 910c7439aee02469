"""The library: scanning, searching, marks, files, and bad days."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodeui.graph.registry import installed
from nodeui.pictures import library as module
from nodeui.pictures.library import Library
from nodeui.pictures.query import QueryError
from nodeui.pictures.record import LibraryError, Marks
from tests.pictures.saved import LANDSCAPE, Saver, landscape, names


@pytest.fixture(autouse=True)
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a bin of the test's own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setattr("send2trash.plat_other.XDG_DATA_HOME", str(folder), raising=False)
    monkeypatch.setattr("send2trash.plat_other.HOMETRASH", str(folder / "Trash"), raising=False)
    monkeypatch.setattr(
        "send2trash.plat_other.HOMETRASH_B", os.fsencode(folder / "Trash"), raising=False
    )
    return folder / "Trash" / "files"


# --- scanning ------------------------------------------------------------------------------------


def test_a_scan_finds_everything_below_the_folder(library: Library, save: Saver) -> None:
    for name in ("a.png", "b.JPG", "deep/er/c.webp", "d.tiff", "e.avif"):
        save(name)
    save(".hidden/x.png")
    save(".y.png")
    (save.folder / "notes.txt").touch()
    changes = library.scan(save.folder)
    assert len(changes.new) == 5
    assert names(library, sort="name", descending=False) == [
        "a.png", "b.JPG", "c.webp", "d.tiff", "e.avif",
    ]  # fmt: skip
    assert not library.scan(save.folder)


def test_new_changed_and_removed_files_are_noticed(library: Library, save: Saver) -> None:
    first, second = save("a.png", LANDSCAPE), save("b.png")
    library.scan(save.folder)
    second.unlink()
    third = save("c.png")
    save("a.png", landscape(prompt__text="a hill"))
    changes = library.scan(save.folder)
    assert (changes.new, changes.changed, changes.removed) == ([third], [first], [second])
    assert names(library, "hill") == ["a.png"]
    assert names(library, "lake") == []
    assert names(library) == ["a.png", "c.png"]


@pytest.mark.parametrize("target", ["z.png", "deep/a.png"])
def test_a_renamed_file_keeps_its_id(library: Library, save: Saver, target: str) -> None:
    path = save("a.png", LANDSCAPE)
    library.scan(save.folder)
    (id,) = library.search()
    (save.folder / target).parent.mkdir(exist_ok=True)
    path.rename(save.folder / target)
    changes = library.scan(save.folder)
    assert changes.renamed == {path: save.folder / target}
    assert not changes.new and not changes.removed
    assert library.search("lake") == [id]
    assert names(library, f"name:{Path(target).stem}") == [Path(target).name]


def test_two_files_that_swap_their_names_are_read_again(library: Library, save: Saver) -> None:
    one, other = save("a.png", LANDSCAPE), save("b.png", landscape(prompt__text="a hill"))
    library.scan(save.folder)
    one.rename(save.folder / "c.png")
    other.rename(one)
    (save.folder / "c.png").rename(other)
    library.scan(save.folder)
    assert names(library, "lake") == ["b.png"]
    assert names(library, "hill") == ["a.png"]


def test_a_copy_is_a_picture_of_its_own(library: Library, save: Saver) -> None:
    path = save("a.png", LANDSCAPE)
    library.scan(save.folder)
    shutil.copy2(path, save.folder / "b.png")
    assert library.scan(save.folder).new == [save.folder / "b.png"]
    assert len(names(library, "lake")) == 2


def test_odd_names(library: Library, save: Saver) -> None:
    odd = save.folder / os.fsdecode(b"odd-\xff-\xe9.png")
    save("a.png", LANDSCAPE).rename(odd)
    library.scan(save.folder)
    library.set_rating([odd], 3)
    (found,) = library.records(library.search("rating:3"))
    assert found.path == odd
    assert found.path.exists()
    assert not library.scan(save.folder)


def test_linked_folders_are_not_followed(library: Library, save: Saver) -> None:
    save("a.png")
    (save.folder / "loop").symlink_to(save.folder, target_is_directory=True)
    (save.folder / "b.png").symlink_to(save.folder / "a.png")
    (save.folder / "a.png.xmp").symlink_to(save.folder / "gone.xmp")
    (save.folder / "nothing.png").symlink_to(save.folder / "gone.png")
    os.mkfifo(save.folder / "pipe.png")
    library.scan(save.folder)
    assert sorted(names(library)) == ["a.png", "b.png"]


def test_damaged_pictures_are_listed(library: Library, save: Saver) -> None:
    for name, content in (("a.png", b""), ("b.jpg", b"\xff\xd8\xff\xe0"), ("c.webp", b"RIFF")):
        (save.folder / name).write_bytes(content)
    library.scan(save.folder)
    found = library.records(library.search())
    assert len(found) == 3 and all(one.width == 0 for one in found)


def test_a_file_that_vanishes_while_it_is_read(
    library: Library, save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [save(f"{number}.png") for number in range(5)]
    real = module.describe

    def vanish(path: Path, *others: Any) -> Any:
        if path == paths[2]:
            path.unlink()
        return real(path, *others)

    monkeypatch.setattr(module, "describe", vanish)
    assert len(library.scan(save.folder).new) == 4
    assert not library.scan(save.folder)


def test_a_file_that_cannot_be_read_is_read_again(
    library: Library, save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("a.png", LANDSCAPE)

    def fail(*_: Any) -> Any:
        raise OSError("the network is down")

    with monkeypatch.context() as patch:
        patch.setattr(module, "describe", fail)
        library.scan(save.folder)
    assert names(library) == ["a.png"]
    assert names(library, "lake") == []
    library.scan(save.folder)
    assert names(library, "lake") == ["a.png"]


def test_a_folder_that_goes_away_comes_back_as_it_was(library: Library, save: Saver) -> None:
    path = save("a.png", LANDSCAPE)
    library.scan(save.folder)
    ids = library.search()
    library.set_rating([path], 4)
    away = save.folder.rename(save.folder.with_name("elsewhere"))
    changes = library.scan(save.folder)
    assert changes.away and not changes.removed
    assert names(library) == [] and library.count() == 0
    away.rename(save.folder)
    changes = library.scan(save.folder)
    assert not changes and not changes.away
    assert library.search("rating:4 lake") == ids


def test_a_cancelled_scan_is_continued(library: Library, save: Saver) -> None:
    for number in range(150):
        save(f"{number}.png", LANDSCAPE)
    seen: list[tuple[int, int]] = []
    library.scan(save.folder, lambda: len(seen) > 1, lambda *done: seen.append(done))
    assert 0 < library.count() < 150
    library.scan(save.folder)
    assert library.count() == 150
    assert seen == [(0, 150), (64, 150)]


def test_several_folders(library: Library, save: Saver, tmp_path: Path) -> None:
    save("a.png")
    other = Saver(tmp_path / "output2")
    other("b.png")
    library.scan(save.folder)
    library.scan(other.folder)
    assert len(names(library)) == 2
    assert names(library, folder=save.folder) == ["a.png"]
    assert library.count(other.folder) == 1


def test_pictures_are_read_again_once_their_nodes_are_known(tmp_path: Path, save: Saver) -> None:
    save("a.png", LANDSCAPE)
    library = Library(tmp_path / "index.sqlite", {})
    library.scan(save.folder)
    assert names(library, "seed:4") == []
    library.specs = installed()
    library.scan(save.folder)
    assert names(library, "seed:4") == ["a.png"]
    library.close()


# --- searching -----------------------------------------------------------------------------------


@pytest.fixture
def filled(library: Library, save: Saver) -> Library:
    save("first.png", landscape(prompt__text="a lighthouse at the sea", sampler__seed=2**64 - 1))
    save(
        "second.png", landscape(prompt__text="Mäuse im Gras", model__source="/m/dream.safetensors")
    )
    save("third.png", landscape(prompt__text="夜の湖", sampler__scheduler="unipc"))
    save("fourth.png", texts={"parameters": "a cat\nSteps: 20, Sampler: Euler a, Seed: 7"})
    library.scan(save.folder)
    marks = {
        "first.png": Marks(5, "Red", tags=("night sky", "best")),
        "second.png": Marks(2, rejected=True, tags=("night",)),
        "third.png": Marks(3, collections=("For print",)),
    }
    library.set_marks({save.folder / name: one for name, one in marks.items()})
    return library


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("light", ["first"]),
        ('"light"', []),
        ('"the sea"', ["first"]),
        ("-lighthouse", ["fourth", "third", "second"]),
        ("mause", ["second"]),
        ("湖", ["third"]),
        ("PROMPT:grAS", ["second"]),
        ("negative:fog", ["third", "second", "first"]),
        ("prompt:fog", []),
        ("name:first", ["first"]),
        ("model:start", ["third", "first"]),
        ("model:DREAM", ["second"]),
        ("sampler:euler", ["fourth"]),
        ("from:webui", ["fourth"]),
        ("seed:18446744073709551615", ["first"]),
        ("seed:<100", ["fourth", "third", "second"]),
        ("rating:>=3", ["third", "first"]),
        ("rating:0", ["fourth"]),
        ("label:red", ["first"]),
        ("tag:night", ["second"]),
        ("tag:night*", ["second", "first"]),
        ('tag:"NIGHT SKY"', ["first"]),
        ("tag:nothing", []),
        ("-tag:nothing -tag:night", ["fourth", "third", "first"]),
        ('in:"for print"', ["third"]),
        ("is:rejected", ["second"]),
        ("-is:rejected is:rated", ["third", "first"]),
        ("is:tagged", ["second", "first"]),
        ("is:labelled", ["first"]),
        ("-is:workflow", ["fourth"]),
        ("width:30 height:<=20", ["fourth", "third", "second", "first"]),
        ("width:>30", []),
        ("date:2023-11", ["fourth", "third", "second", "first"]),
        ("date:<2023", []),
        ("folder:OUTPUT", ["fourth", "third", "second", "first"]),
        ("best", ["first"]),
        ('model:starter rating:>=3 tag:"night sky" lighthouse', ["first"]),
        ('it"s', []),
        ("*", []),
        ("AND OR NOT", []),
    ],
)
def test_queries(filled: Library, query: str, found: list[str]) -> None:
    assert names(filled, query) == [f"{name}.png" for name in found]


def test_a_query_with_an_error(library: Library) -> None:
    with pytest.raises(QueryError):
        library.search("rating:good")


def test_orders(filled: Library) -> None:
    def order(*options: Any) -> str:
        found = filled.records(filled.search("", None, *options))
        return " ".join(one.path.stem for one in found)

    assert order() == "fourth third second first"
    assert order("time", False) == "first second third fourth"
    assert order("name", False) == "first fourth second third"
    assert order("rating") == "first third second fourth"
    assert order("seed", False) == "second third fourth first"


def test_facets_and_suggestions(filled: Library) -> None:
    facets = filled.facets()
    assert facets.models == (("starter", 2), ("dream.safetensors", 1))
    assert facets.tags == (("best", 1), ("night", 1), ("night sky", 1))
    assert filled.collections() == facets.collections == (("For print", 1),)
    assert [one.text for one in filled.suggest("tag:ni", 6)] == ["tag:night ", 'tag:"night sky" ']


def test_records_of_ids_that_are_gone_are_left_out(filled: Library) -> None:
    ids = [*filled.search(), 999]
    assert [one.id for one in filled.records(ids)] == ids[:-1]


# --- marks ---------------------------------------------------------------------------------------


def test_marks_and_undo(library: Library, save: Saver) -> None:
    paths = [save("a.png"), save("b.png")]
    library.scan(save.folder)
    library.set_rating(paths[:1], 2)
    before = library.set_rating(paths, 5)
    assert before == {paths[0]: Marks(2), paths[1]: Marks()}
    assert len(names(library, "rating:5")) == 2
    library.set_marks(before)
    assert names(library, "rating:2") == ["a.png"]
    assert names(library, "rating:0") == ["b.png"]
    library.add_tags(paths, ["night  sky ", "", "a"])
    library.remove_tags(paths[1:], ["a"])
    library.collect(paths, "Best")
    library.uncollect(paths[:1], "Best")
    library.set_label(paths, "Blue")
    library.set_rejected(paths)
    assert [one.marks for one in library.find(paths)] == [
        Marks(2, "Blue", True, ("night sky", "a")),
        Marks(0, "Blue", True, ("night sky",), ("Best",)),
    ]


def test_marks_of_a_picture_that_is_not_in_the_index_yet(library: Library, save: Saver) -> None:
    path = save("a.png")
    library.set_rating([path], 5)
    library.scan(save.folder)
    assert names(library, "rating:5") == ["a.png"]


def test_marks_by_other_programs_are_noticed(library: Library, save: Saver, tmp_path: Path) -> None:
    path = save("a.png")
    library.scan(save.folder)
    other = Library(tmp_path / "other.sqlite", {})
    other.set_rating([path], 4)
    assert library.scan(save.folder).changed == [path]
    assert names(library, "rating:4") == ["a.png"]
    path.with_name("a.png.xmp").unlink()
    library.scan(save.folder)
    assert names(library, "rating:0") == ["a.png"]
    other.close()


def test_the_other_pictures_are_marked_if_one_cannot_be(library: Library, save: Saver) -> None:
    paths = [save("a.png"), save("b.png"), save("c.png")]
    library.scan(save.folder)
    paths[0].with_name("a.png.xmp").write_text("damaged")
    with pytest.raises(LibraryError, match=r"a\.png\.xmp is left as it is"):
        library.set_rating([*paths, save.folder / "gone.png"], 3)
    assert sorted(names(library, "rating:3")) == ["b.png", "c.png"]


def test_embedded_marks(library: Library, save: Saver) -> None:
    own, foreign = save("a.png", LANDSCAPE), save("b.png")
    library.scan(save.folder)
    sizes = own.stat().st_size, foreign.stat().st_size
    library.embed = True
    library.set_rating([own, foreign], 3)
    assert own.stat().st_size > sizes[0]
    assert foreign.stat().st_size == sizes[1]
    own.with_name("a.png.xmp").unlink()
    library.scan(save.folder)
    assert len(names(library, "rating:3")) == 2


# --- files ---------------------------------------------------------------------------------------


def test_rename(library: Library, save: Saver) -> None:
    path = save("a.png", LANDSCAPE)
    library.scan(save.folder)
    library.set_rating([path], 3)
    target = library.rename(path, "the lake")
    assert target == save.folder / "the lake.png"
    assert sorted(one.name for one in save.folder.iterdir()) == ["the lake.png", "the lake.png.xmp"]
    assert names(library, "name:lake rating:3") == ["the lake.png"]
    assert not library.scan(save.folder)
    assert library.rename(target, "The Lake.PNG").name == "The Lake.PNG"


@pytest.mark.parametrize("name", ["b", "b.png", "", " ", "..", "a/b", "a\0b", "x" * 300, ".hidden"])
def test_names_that_are_taken_or_not_allowed(library: Library, save: Saver, name: str) -> None:
    path, other = save("a.png"), save("b.png", colour="blue")
    content = other.read_bytes()
    with pytest.raises(LibraryError):
        library.rename(path, name)
    assert path.exists() and other.read_bytes() == content


def test_deleting_is_undone(library: Library, save: Saver, trash: Path) -> None:
    paths = [save("a.png", LANDSCAPE), save("deep/a.png", landscape(prompt__text="a hill"))]
    library.scan(save.folder)
    library.set_rating(paths, 4)
    contents = [path.read_bytes() for path in paths]
    deleted = library.delete(paths)
    assert not any(path.exists() for path in paths)
    assert names(library) == []
    assert len(list(trash.iterdir())) == 4
    library.scan(save.folder)
    assert library.restore(deleted)
    library.scan(save.folder)
    assert [path.read_bytes() for path in paths] == contents
    assert len(names(library, "rating:4")) == 2
    assert not list(trash.iterdir()) and not list((trash.parent / "info").iterdir())


def test_restoring_replaces_nothing(library: Library, save: Saver) -> None:
    path = save("a.png")
    deleted = library.delete([path])
    save("a.png", colour="blue")
    content = path.read_bytes()
    with pytest.raises(LibraryError, match="exists again"):
        library.restore(deleted)
    assert path.read_bytes() == content


def test_a_bin_that_was_emptied(library: Library, save: Saver, trash: Path) -> None:
    deleted = library.delete([save("a.png")])
    shutil.rmtree(trash)
    with pytest.raises(LibraryError, match="not found in the bin"):
        library.restore(deleted)


def test_what_cannot_be_deleted_stays(
    library: Library, save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [save("a.png"), save("b.png")]
    library.scan(save.folder)
    library.set_rating(paths, 1)

    import send2trash

    real = send2trash.send2trash

    def refuse(path: str) -> None:
        if path.endswith("b.png"):
            raise OSError("no bin here")
        real(path)

    monkeypatch.setattr(send2trash, "send2trash", refuse)
    with pytest.raises(LibraryError, match="no bin here"):
        library.delete(paths)
    assert len(list(save.folder.iterdir())) == 4
    assert len(names(library)) == 2


# --- bad days ------------------------------------------------------------------------------------


def database_of(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "pictures.sqlite"


@pytest.mark.parametrize("damage", ["lost", "noise", "cut", "version", "middle"])
def test_a_lost_or_damaged_index_is_made_again(
    library: Library, save: Saver, tmp_path: Path, damage: str
) -> None:
    paths = [save(f"{number}.png", LANDSCAPE) for number in range(30)]
    library.scan(save.folder)
    library.set_marks({path: Marks(3, "Red", tags=("a",), collections=("b",)) for path in paths})
    library.close()
    database = database_of(tmp_path)
    content = database.read_bytes()
    if damage == "lost":
        database.unlink()
    elif damage == "noise":
        database.write_bytes(b"\xff" * 5000)
    elif damage == "cut":
        database.write_bytes(content[: len(content) // 2])
    elif damage == "middle":
        database.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    else:
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    again = Library(database, installed())
    for _ in range(2):
        again.search("lake")
        again.scan(save.folder)
    assert len(names(again, "rating:3 label:red tag:a in:b lake")) == 30
    assert again.trouble == ""
    again.close()


def use(library: Library, folder: Path, paths: list[Path]) -> None:
    """Do everything with a library that may be damaged."""
    for action in (
        lambda: library.records(library.search("lake rating:3")),
        lambda: library.facets(),
        lambda: library.set_label(paths[:1], "Red"),
        lambda: library.scan(folder),
        lambda: library.records(library.search("", sort="name")),
        lambda: library.tree(next(iter(library.search()), 1)),
        lambda: library.find(paths),
    ):
        with contextlib.suppress(LibraryError):
            action()


def test_no_damage_of_the_index_is_an_obstacle(
    library: Library, save: Saver, tmp_path: Path
) -> None:
    paths = [save(f"{number}.png", landscape(sampler__seed=number)) for number in range(12)]
    library.scan(save.folder)
    library.set_rating(paths, 3)
    library.close()
    whole = database_of(tmp_path).read_bytes()
    dice = random.Random(0)
    for round in range(50):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 30, 3000))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        database = tmp_path / f"{round}.sqlite"
        database.write_bytes(data)
        damaged = Library(database, installed())
        use(damaged, save.folder, paths)
        damaged.close()


def test_an_index_that_cannot_be_written_is_kept_in_memory(tmp_path: Path, save: Saver) -> None:
    (tmp_path / "file").touch()
    library = Library(tmp_path / "file" / "index.sqlite", installed())
    save("a.png", LANDSCAPE)
    library.scan(save.folder)
    assert "in memory" in library.trouble
    assert names(library, "lake") == ["a.png"]
    library.close()


@pytest.fixture
def full(library: Library) -> Iterator[Any]:
    """Fill the disk for the index; the result empties it."""
    writer = library._index._writer  # pyright: ignore[reportPrivateUsage]
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    yield lambda: writer.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_loses_nothing(library: Library, save: Saver, full: Any) -> None:
    paths = [save(f"{number}.png", LANDSCAPE) for number in range(300)]
    with pytest.raises(LibraryError, match="full"):
        library.scan(save.folder)
    library.set_rating(paths, 2)
    library.search("lake")
    full()
    library.scan(save.folder)
    assert len(names(library, "rating:2 lake")) == 300


def test_two_libraries_on_one_index(library: Library, save: Saver, tmp_path: Path) -> None:
    paths = [save(f"{number}.png", LANDSCAPE) for number in range(200)]
    other = Library(database_of(tmp_path), installed())
    stamp = library.stamp()
    threads = [threading.Thread(target=one.scan, args=(save.folder,)) for one in (library, other)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        library.search("lake")
        other.set_rating(paths[:1], 3)
        threads[0].join(0.01)
    for thread in threads:
        thread.join()
    assert library.count() == other.count() == 200
    assert library.stamp() != stamp
    assert names(library, "rating:3") == names(other, "rating:3") == ["0.png"]
    stamp = library.stamp()
    assert library.stamp() == stamp
    other.set_rating(paths[1:2], 3)
    assert library.stamp() != stamp
    other.close()


def test_a_process_that_is_killed_while_it_writes(save: Saver, tmp_path: Path) -> None:
    for number in range(200):
        save(f"{number}.png", LANDSCAPE)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from nodeui.pictures.library import Library\n"
        "library = Library(Path(sys.argv[1]), {})\n"
        "library.scan(Path(sys.argv[2]), progress=lambda done, _: done and os._exit(9))\n"
    )
    database = tmp_path / "index.sqlite"
    done = subprocess.run([sys.executable, "-c", code, str(database), str(save.folder)])
    assert done.returncode == 9
    library = Library(database, installed())
    assert library.trouble == ""
    assert 0 < library.count() < 200
    library.scan(save.folder)
    assert len(names(library, "lake")) == 200
    library.close()
