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


class ReadOnly(PermissionError):
    """The file is read-only."""


def write(path: Path, data: bytes, known: str = "", *, read_only: bool = False) -> str:
    """Replace a file; its previous versions stay as `path~`, `path~2` and `path~3`.

    Readers see the old or the new content, never a part and never a gap. If `path` is a symbolic
    link, the file that it leads to is replaced. Mode and, where permitted, owner are kept. The
    backups move only when the new file and the new backup are complete on the disk.

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
        read_only: Replace a read-only file, too.

    Returns:
        The SHA-256 of the content that was replaced, which `path~` now has; "" if there was no
        file.

    Raises:
        ChangedOutside: the file has a content that is not known.
        ReadOnly: the file is read-only, and `read_only` is False.
        OSError: the folder is missing, read-only or full, or `path` is a folder; the old file is
            unchanged.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not read_only and not _is_writable(path):
        raise ReadOnly(errno.EACCES, "The file is read-only", str(path))
    fresh = _temporary(path)
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if known and digest(path) not in ("", known):
            raise ChangedOutside
        if not path.exists():
            if _create(fresh, path):
                return ""
            return write(path, data, known, read_only=read_only)
        _copy_rights(path, fresh)
        return digest(_replace(fresh, path))
    finally:
        fresh.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{secrets.token_hex(8)}.part")


def _is_writable(path: Path) -> bool:
    """True if the user may write to a file; for an administrator, if anybody may."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def _copy_rights(old: Path, new: Path) -> None:
    """Give a file the owner and the mode of another one."""
    if sys.platform != "win32":
        state = old.stat()
        with contextlib.suppress(OSError):  # only an administrator can give files away
            os.chown(new, state.st_uid, state.st_gid)
    shutil.copymode(old, new)


def _create(fresh: Path, path: Path) -> bool:
    """Give a file its name; return False if another program has taken the name."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        os.replace(fresh, path)
    return True


def _replace(fresh: Path, path: Path) -> Path:
    """Put `fresh` at `path`, and what is there among the backups; return the name it gets."""
    if _exchange(fresh, path):
        try:
            return _keep(fresh, path)
        except OSError:
            _exchange(fresh, path)
            raise
    old = _temporary(path)
    try:
        try:
            os.link(path, old)
        except OSError:  # a file system without hard links
            _copy(path, old)
        backup = _keep(old, path)
        os.replace(fresh, path)
        return backup
    finally:
        old.unlink(missing_ok=True)


def _copy(path: Path, copy: Path) -> None:
    """Copy a file, and wait until the copy is on the disk."""
    shutil.copy2(path, copy)
    copy.chmod(0o600)  # a read-only one cannot be opened for writing
    with copy.open("rb+") as file:
        os.fsync(file.fileno())
    shutil.copymode(path, copy)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two files in one step; return False where this is not possible."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:  # an old C library
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _keep(old: Path, path: Path) -> Path:
    """Make `old` the latest backup of a file, and move the others up by one."""
    names = [f"{path.name}~", *(f"{path.name}~{number}" for number in range(2, _BACKUPS + 1))]
    backups = [path.with_name(name) for name in names]
    for older, newer in zip(reversed(backups), list(reversed(backups))[1:], strict=False):
        with contextlib.suppress(FileNotFoundError):
            os.replace(newer, older)
    os.replace(old, backups[0])
    return backups[0]
