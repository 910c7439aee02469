"""Moves files to the system's bin and back.

The bin gives files other names, so a file is found there by its number in the file system, which
moving does not change. Sources: FreeDesktop.org Trash specification 1.0; the folders of macOS and
Windows are `~/.Trash`, `/Volumes/*/.Trashes` and `*:\\$Recycle.Bin`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nodeui.graph.wording import tr
from nodeui.pictures.record import LibraryError


@dataclass(frozen=True)
class Binned:
    """A file in the bin.

    Attributes:
        path: Path of the file before it was deleted.
        file: Its number and that of its file system.
    """

    path: Path
    file: tuple[int, int]


def delete(path: Path) -> Binned:
    """Move a file to the system's bin.

    Raises:
        LibraryError: it cannot be moved there; the file stays.
    """
    import send2trash

    try:
        state = os.stat(path, follow_symlinks=False)
        send2trash.send2trash(os.fspath(path))
    except FileNotFoundError:
        raise LibraryError(tr("{0} does not exist.", path)) from None
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise LibraryError(tr("{0} cannot be moved to the bin: {1}", path, reason)) from error
    return Binned(path, (state.st_ino, state.st_dev))


def restore(binned: Binned) -> None:
    """Move a file from the bin to its former path.

    Raises:
        LibraryError: it is not in the bin, or its path is taken; nothing is changed.
    """
    path = binned.path
    found = next((file for file in _binned(path) if _number(file) == binned.file), None)
    if found is None:
        raise LibraryError(tr("{0} is not found in the bin. Restore it from there.", path.name))
    if os.path.lexists(path):
        raise LibraryError(tr("{0} exists again; the deleted file stays in the bin.", path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.rename(found, path)
    except OSError as error:
        reason = error.strerror or error
        raise LibraryError(tr("{0} cannot be restored: {1}", path, reason)) from error
    info = found.parent.parent / "info" / f"{found.name}.trashinfo"
    with contextlib.suppress(OSError):
        info.unlink()


def _number(file: Path) -> tuple[int, int]:
    try:
        state = os.stat(file, follow_symlinks=False)
    except OSError:
        return 0, 0
    return state.st_ino, state.st_dev


def _binned(path: Path) -> list[Path]:
    """Return the files in the bins that a path may have been moved to, the likely ones first."""
    found: list[Path] = []
    for folder in _bins(path):
        with contextlib.suppress(OSError):
            found += (folder / name for name in os.listdir(folder))
    return sorted(found, key=lambda file: not file.name.startswith(path.stem))


def _bins(path: Path) -> Iterator[Path]:
    if sys.platform == "win32":
        with contextlib.suppress(OSError):  # one folder for each user
            yield from Path(path.drive + "\\", "$Recycle.Bin").iterdir()
        return
    user = os.getuid()
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield data / "Trash" / "files"
    yield home / ".Trash"
    for above in path.parents:
        if os.path.ismount(above):
            yield above / f".Trash-{user}" / "files"
            yield above / ".Trash" / str(user) / "files"
            yield above / ".Trashes" / str(user)
