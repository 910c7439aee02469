"""Replaces the file of a workflow such that no version of it is lost."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import sys
from pathlib import Path

from nodeui.graph.document import digest

_BACKUPS = 3

_HERE = -100  # AT_FDCWD: paths start at the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE


class ChangedOutside(Exception):
    """The file was changed since it was read."""


def write(path: Path, data: bytes, known: str = "") -> str:
    """Replace a file; its previous versions stay as `path~`, `path~2` and `path~3`.

    Readers see the old or the new content, never a part and never a gap. If `path` is a symbolic
    link, the file that it leads to is replaced.

    A content that is not `known` is refused. No lock keeps other programs from writing in the
    microseconds between this check and the replacement; what they write then is kept, too. On
    Linux both files are exchanged in one step, so `path~` is exactly what was replaced. On other
    systems, and on file systems that cannot exchange, `path~` gets whatever is written into the
    file; lost is only a file that is moved over `path` in these microseconds.

    Args:
        path: The file.
        data: Its new content.
        known: SHA-256 of the content that may be replaced; "" allows any. A missing file is
            created in either case.

    Returns:
        The SHA-256 of the content that was replaced, which `path~` now has; "" if there was no
        file.

    Raises:
        ChangedOutside: the file has a content that is not known.
        OSError: the folder is missing, read-only or full, or `path` is a folder; the old file is
            unchanged.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    fresh = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if known and digest(path) not in ("", known):
            raise ChangedOutside
        if not path.exists():
            return "" if _create(fresh, path) else write(path, data, known)
        shutil.copymode(path, fresh)
        backup = _room_for_backup(path)
        _replace(fresh, path, backup)
        return digest(backup)
    finally:
        fresh.unlink(missing_ok=True)


def _create(fresh: Path, path: Path) -> bool:
    """Give a file its name; return False if another program has taken the name."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        os.replace(fresh, path)
    return True


def _replace(fresh: Path, path: Path, backup: Path) -> None:
    """Put `fresh` at `path`, and what is there at `backup`."""
    if _exchange(fresh, path):
        try:
            os.replace(fresh, backup)
        except OSError:
            _exchange(fresh, path)
            raise
        return
    try:
        os.link(path, backup)
    except OSError:  # a file system without hard links
        shutil.copy2(path, backup)
    os.replace(fresh, path)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two files in one step; return False where this is not possible."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:  # an old C library
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _room_for_backup(path: Path) -> Path:
    """Move the backups of a file up by one; return the name for the latest."""
    names = [f"{path.name}~", *(f"{path.name}~{number}" for number in range(2, _BACKUPS + 1))]
    backups = [path.with_name(name) for name in names]
    for older, newer in zip(reversed(backups), list(reversed(backups))[1:], strict=False):
        with contextlib.suppress(FileNotFoundError):
            os.replace(newer, older)
    return backups[0]
