"""The files of bitmaps: found by their hash, copied on saving, cleaned when nothing needs them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui.graph import bitmaps, saving
from nodeui.graph.bitmaps import BitmapError
from nodeui.painting.bitmaps import encode, packed

PNGS = [encode(np.full((2, 2, 3), level, np.uint8)) for level in range(4)]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state" / "bitmaps"
    monkeypatch.setenv(bitmaps.STORE, str(folder))
    return folder


def text(*names: str) -> str:
    return " ".join(f'"layer id=a bitmap={name}"' for name in names)


def test_they_are_found_in_the_store_and_beside_the_workflow(tmp_path: Path, store: Path):
    one, other = bitmaps.add(PNGS[0], store), bitmaps.add(PNGS[1], tmp_path / "some.files")
    assert bitmaps.read(one, tmp_path) == PNGS[0]
    assert bitmaps.read(other, tmp_path) == PNGS[1]
    assert bitmaps.add(PNGS[0], store) == one
    assert [file.name for file in store.iterdir()] == [f"{one}.png"]


def test_other_folders_are_not_read(tmp_path: Path):
    name = bitmaps.add(PNGS[0], tmp_path / "elsewhere")
    bitmaps.add(PNGS[0], tmp_path / "deep" / "some.files")
    with pytest.raises(BitmapError, match="is missing"):
        bitmaps.read(name, tmp_path)
    with pytest.raises(BitmapError, match="is missing"):
        bitmaps.read(name, tmp_path / "no" / "folder")


def test_other_bytes_are_refused(tmp_path: Path, store: Path):
    folder = tmp_path / "some.files"
    name = bitmaps.add(PNGS[0], folder)
    (folder / f"{name}.png").write_bytes(PNGS[1])
    with pytest.raises(BitmapError, match="another content than its name says"):
        bitmaps.read(name, tmp_path)
    bitmaps.add(PNGS[0], store)
    assert bitmaps.read(name, tmp_path) == PNGS[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_and_a_folder_are_no_bitmaps(tmp_path: Path):
    name = bitmaps.add(PNGS[0], tmp_path / "x")
    folder = tmp_path / "some.files"
    folder.mkdir()
    os.mkfifo(folder / f"{name}.png")
    with pytest.raises(BitmapError, match="another content"):
        bitmaps.read(name, tmp_path)
    (folder / f"{name}.png").unlink()
    (folder / f"{name}.png").mkdir()
    with pytest.raises(BitmapError):
        bitmaps.read(name, tmp_path)


def test_saving_gathers_and_names_what_is_missing(tmp_path: Path, store: Path):
    old, new = tmp_path / "old", tmp_path / "new"
    one, other = bitmaps.add(PNGS[0], store), bitmaps.add(PNGS[1], old / "some.files")
    gone = "0" * 32
    assert bitmaps.gather(text(one, other, gone), old, new / "else.nodeui.json") == [gone]
    names = {file.name for file in (new / "else.files").iterdir()}
    assert names == {f"{one}.png", f"{other}.png"}


def test_gathering_mends_a_damaged_copy(tmp_path: Path, store: Path):
    name = bitmaps.add(PNGS[0], store)
    path = tmp_path / "some.nodeui.json"
    bitmaps.add(PNGS[0], bitmaps.folder_of(path))
    (bitmaps.folder_of(path) / f"{name}.png").write_bytes(PNGS[0][:-1] + b"x")
    bitmaps.gather(text(name), tmp_path, path)
    assert (bitmaps.folder_of(path) / f"{name}.png").read_bytes() == PNGS[0]


def test_cleaning_keeps_what_the_file_and_its_backups_name(tmp_path: Path, store: Path):
    path = tmp_path / "some.nodeui.json"
    folder = bitmaps.folder_of(path)
    names = [bitmaps.add(data, folder) for data in PNGS]
    for name in names:  # each version names one of them
        assert bitmaps.gather(text(name), tmp_path, path) == []
        saving.write(path, text(name).encode())
        bitmaps.clean(path, store)
    assert {file.stem for file in folder.iterdir()} == {*names}
    saving.write(path, text(names[-1]).encode())
    bitmaps.clean(path, store)
    assert {file.stem for file in folder.iterdir()} == {*names[1:]}
    assert bitmaps.read(names[0], tmp_path) == PNGS[0], "undo may still need it"
    for _ in range(4):
        saving.write(path, b"{}")
        bitmaps.clean(path, store)
    assert not folder.exists()


def test_cleaning_leaves_the_files_of_others(tmp_path: Path, store: Path):
    path = tmp_path / "some.nodeui.json"
    folder = bitmaps.folder_of(path)
    bitmaps.add(PNGS[0], folder)
    (folder / "notes.txt").write_text("mine")
    (folder / f"{'1' * 32}.png").write_bytes(b"not of this name")
    saving.write(path, b"{}")
    bitmaps.clean(path, store)
    assert {file.name for file in folder.iterdir()} == {"notes.txt", f"{'1' * 32}.png"}


def test_the_store_forgets_what_no_journal_names(tmp_path: Path, store: Path):
    names = [bitmaps.add(data, store) for data in PNGS[:3]]
    journal = tmp_path / "a.journal"
    journal.write_text(text(names[0]))
    for name in names[:2]:
        os.utime(store / f"{name}.png", (1000, 1000))
    bitmaps.forget(store, [journal, tmp_path / "gone.journal"], before=2000)
    assert {file.stem for file in store.iterdir()} == {names[0], names[2]}
    bitmaps.forget(tmp_path / "nothing", [], before=2000)


def saved_picture(**texts: str) -> bytes:
    """Return a PNG with texts."""
    info, file = PngInfo(), io.BytesIO()
    for key, value in texts.items():
        info.add_itxt(f"nodeui:{key}", value)
    Image.new("RGB", (1, 1)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def test_packed_bitmaps_come_back(tmp_path: Path):
    assert bitmaps.unpack(saved_picture(bitmaps=packed(PNGS)), tmp_path)
    assert sorted(file.read_bytes() for file in tmp_path.iterdir()) == sorted(PNGS)


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"x": 1}', '{"x": "\\u00e9"}', '{"../x": "AAAA"}', "[" * 100_000]
)
def test_other_texts_are_left_out(tmp_path: Path, text: str):
    assert not bitmaps.unpack(saved_picture(bitmaps=text), tmp_path / "some")
    assert not bitmaps.unpack(saved_picture(bitmaps=text)[:60], tmp_path / "some")
    assert not bitmaps.unpack(b"no picture", tmp_path / "some")
    assert not (tmp_path / "some").exists()
