from __future__ import annotations

import os
from pathlib import Path

import pytest

from nodeui.graph import saving
from nodeui.graph.document import digest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "w.nodeui.json"
    path.write_bytes(b"read")
    return path


def backup(path: Path) -> bytes:
    return path.with_name(f"{path.name}~").read_bytes()


def writes(monkeypatch: pytest.MonkeyPatch, path: Path, *, by_moving: bool) -> None:
    """Let another program write between the check and the replacement."""
    check = saving.digest

    def checked(file: Path) -> str:
        found = check(file)
        if file == path:
            if by_moving:
                path.with_suffix(".theirs").write_bytes(b"theirs")
                os.replace(path.with_suffix(".theirs"), path)
            else:
                path.write_bytes(b"theirs")
        return found

    monkeypatch.setattr(saving, "digest", checked)


def test_a_content_that_is_not_known_is_refused(path: Path):
    known = digest(path)
    path.write_bytes(b"theirs")
    with pytest.raises(saving.ChangedOutside):
        saving.write(path, b"mine", known)
    assert path.read_bytes() == b"theirs" and [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize("by_moving", [True, False])
def test_what_is_written_behind_the_check_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch, by_moving: bool
):
    known = digest(path)
    writes(monkeypatch, path, by_moving=by_moving)
    replaced = saving.write(path, b"mine", known)
    assert (path.read_bytes(), backup(path)) == (b"mine", b"theirs")
    assert replaced == digest(path.with_name(f"{path.name}~")) != known


@pytest.mark.parametrize("links", [True, False])
def test_without_an_exchange_the_replaced_content_is_kept_too(
    path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
):
    monkeypatch.setattr(saving, "_exchange", lambda *_: False)
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    writes(monkeypatch, path, by_moving=False)
    saving.write(path, b"mine", digest(path))
    assert (path.read_bytes(), backup(path)) == (b"mine", b"theirs")


def _no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_file_that_appears_is_not_replaced_unseen(path: Path, monkeypatch: pytest.MonkeyPatch):
    known, link = digest(path), os.link
    path.unlink()

    def create(one: Path, other: Path) -> None:
        if not path.exists():
            path.write_bytes(b"theirs")
        link(one, other)

    monkeypatch.setattr(os, "link", create)
    with pytest.raises(saving.ChangedOutside):
        saving.write(path, b"mine", known)
    assert path.read_bytes() == b"theirs"


def test_a_folder_is_not_replaced(path: Path):
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        saving.write(path, b"mine")
    assert path.is_dir()


def test_a_link_and_the_rights_of_a_file_stay(path: Path):
    link = path.with_name("link.nodeui.json")
    link.symlink_to(path)
    path.chmod(0o640)
    saving.write(link, b"mine", digest(link))
    assert link.is_symlink() and path.read_bytes() == b"mine"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_with_the_longest_name_that_has_a_backup(tmp_path: Path):
    path = tmp_path / f"{'x' * 253}"
    saving.write(path, b"one")
    saving.write(path, b"two")
    assert backup(path) == b"one"


def test_a_backup_that_cannot_be_made_leaves_the_file(path: Path):
    for number in ("", "2", "3"):
        folder = path.with_name(f"{path.name}~{number}")
        folder.mkdir()
        (folder / "x").write_bytes(b"")
    with pytest.raises(OSError):
        saving.write(path, b"mine")
    assert path.read_bytes() == b"read"
