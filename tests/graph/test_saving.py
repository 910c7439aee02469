from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nodeui.graph import saving
from nodeui.graph.document import digest

try:
    import resource
except ImportError:  # Windows
    resource = None


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


def test_a_read_only_file_is_replaced_only_on_demand(path: Path):
    path.chmod(0o444)
    with pytest.raises(saving.ReadOnly, match=path.name):
        saving.write(path, b"mine", digest(path))
    assert path.read_bytes() == b"read" and [*path.parent.iterdir()] == [path]
    saving.write(path, b"mine", digest(path), read_only=True)
    assert (path.read_bytes(), backup(path)) == (b"mine", b"read")
    assert path.stat().st_mode & 0o777 == 0o444


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="not administrator")
def test_the_owner_stays(path: Path):
    os.chown(path, 12345, 54321)
    path.chmod(0o664)
    saving.write(path, b"mine")
    state = path.stat()
    assert (state.st_uid, state.st_gid, state.st_mode & 0o777) == (12345, 54321, 0o664)


def test_an_owner_that_cannot_be_kept_does_not_matter(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "chown", _no_links)
    saving.write(path, b"mine")
    assert path.read_bytes() == b"mine"


WAYS = ["exchange", "link", "copy"]


def _only(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way != "exchange":
        monkeypatch.setattr(saving, "_exchange", lambda *_: False)
    if way == "copy":
        monkeypatch.setattr(os, "link", _no_links)


@pytest.mark.skipif(resource is None, reason="needs limits of file sizes")
@pytest.mark.parametrize("way", WAYS)
def test_saves_on_a_full_disk_leave_file_and_backups(
    path: Path, monkeypatch: pytest.MonkeyPatch, way: str
):
    assert resource is not None
    _only(way, monkeypatch)
    for number in range(4):
        saving.write(path, b"%d" % number * 100)
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    assert len(before) == 4
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (0, 10, 50, 99):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        try:
            with pytest.raises(OSError):
                saving.write(path, b"x" * 100)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", ["fsync", "replace", "copy2", "copymode"])
def test_a_disk_that_is_full_at_any_step(
    path: Path, monkeypatch: pytest.MonkeyPatch, way: str, step: str
):
    """The last step is the only one that may shift backups; it repeats whole contents."""
    _only(way, monkeypatch)
    for number in range(4):
        saving.write(path, b"%d" % number)
    before = {file: file.read_bytes() for file in path.parent.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil if step.startswith("copy") else os, step, full)
        for _ in range(3):
            if step == "copy2" and way != "copy":
                return
            with pytest.raises(OSError, match="No space"):
                saving.write(path, b"x")
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_torn_copy_is_no_backup(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without hard links the backup is a copy, for which there may be no room."""
    _only("copy", monkeypatch)
    for number in range(4):
        saving.write(path, b"%d" % number * 100)
    before = {file: file.read_bytes() for file in path.parent.iterdir()}

    def torn(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:50])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copy2", torn)
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            saving.write(path, b"x")
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str):
    with pytest.raises((OSError, ValueError)):
        saving.write(tmp_path / name, b"mine")
    assert not list(tmp_path.iterdir())
