"""The files of the bitmaps that a workflow's paintings name.

A saved workflow has them in a folder beside it, `NAME.files/`, each as `HASH.png`. Those that are
not saved yet, and those that only undo, a backup or a closed document may still need, lie in a
folder of the editor, the store. A file is used only if its content has the hash of its name, so it
does not matter which of the folders holds it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from nodeui.graph import embedded
from nodeui.graph.origins import BrokenPng
from nodeui.painting.bitmaps import MOST_BYTES, NAME, PACKED, name_of, names_in, unpacked

SUFFIX = ".files"
STORE = "NODEUI_BITMAPS"
"""Environment variable with the folder of the store, which workers inherit."""

_MOST_FOLDERS = 1000
_FILE = re.compile(f"({NAME.pattern})\\.png")


class BitmapError(Exception):
    """A bitmap that cannot be used; the message is one clause, such as "is missing"."""


def folder_of(path: Path) -> Path:
    """Return the folder of the bitmaps of a workflow file."""
    return path.with_name(path.name.removesuffix(".nodeui.json") + SUFFIX)


def store() -> Path | None:
    """Return the folder of bitmaps that are not saved, if this process has one."""
    folder = os.environ.get(STORE)
    return Path(folder) if folder else None


def find(name: str, folder: Path, digest: Callable[[Path], str] | None = None) -> Path:
    """Return the file of a bitmap.

    Args:
        name: Its name.
        folder: The folder of the workflow.
        digest: Returns the SHA-256 of a file, by default by reading it.

    Raises:
        BitmapError: no folder of bitmaps there, nor the store, has it with the right content.
    """
    reason = "is missing"
    for place in _places(folder):
        path = place / f"{name}.png"
        try:
            state = path.stat()
            usable = stat.S_ISREG(state.st_mode) and state.st_size <= MOST_BYTES
            if usable and (digest or _digest)(path).startswith(name):
                return path
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = f"cannot be read ({error.strerror})"
            continue
        reason = "has another content than its name says"
    raise BitmapError(reason)


def read(name: str, folder: Path) -> bytes:
    """Return the content of a bitmap's file. Raises `BitmapError`, as `find`."""
    try:
        return find(name, folder).read_bytes()
    except OSError as error:
        raise BitmapError(f"cannot be read ({error.strerror})") from None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _places(folder: Path) -> Iterator[Path]:
    """Yield the folders that may hold the bitmaps of a workflow."""
    own = store()
    if own is not None:
        yield own
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found = [entry.path for entry in entries if entry.name.endswith(SUFFIX)]
        yield from map(Path, sorted(found)[:_MOST_FOLDERS])


# --- keeping ---------------------------------------------------------------------------------


def add(data: bytes, folder: Path) -> str:
    """Write the file of a bitmap into a folder, unless it is there; return its name.

    Raises:
        OSError: it cannot be written.
    """
    name = name_of(data)
    path = folder / f"{name}.png"
    if _is_there(path, name):
        os.utime(path)  # it is in use
        return name
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{secrets.token_hex(8)}.part"
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return name


def gather(text: str, source: Path, path: Path) -> list[str]:
    """Copy the bitmaps of a workflow to the folder beside the file that it is saved to.

    Args:
        text: The text of the workflow.
        source: The folder of the workflow until now.
        path: Its file.

    Returns:
        The names of those that are missing.

    Raises:
        OSError: one cannot be written.
    """
    target, missing = folder_of(path), list[str]()
    for name in names_in(text):
        if _is_there(target / f"{name}.png", name):
            continue
        try:
            add(read(name, source), target)
        except BitmapError:
            missing.append(name)
    return missing


def _is_there(path: Path, name: str) -> bool:
    return path.is_file() and _digest(path).startswith(name)


def clean(path: Path, store: Path) -> None:
    """Move the bitmaps that neither a workflow file nor its backups name to the store.

    Undo and closed documents may still need them. Files that are no bitmaps stay.

    Args:
        path: The file, which was just saved.
        store: The store.
    """
    folder = folder_of(path)
    if not folder.is_dir():
        return
    used: set[str] = set()
    for version in (path, *(path.with_name(f"{path.name}~{n}") for n in ("", "2", "3"))):
        with contextlib.suppress(FileNotFoundError):
            used |= {*names_in(version.read_text("utf-8", errors="replace"))}
    for name, file in _files_in(folder):
        if name not in used and _is_there(file, name):
            add(file.read_bytes(), store)
            file.unlink()
    with contextlib.suppress(OSError):  # not empty
        folder.rmdir()


def forget(store: Path, texts: Iterable[Path], before: float) -> None:
    """Delete the bitmaps in the store that no text names and that are older than a time.

    Args:
        store: The store.
        texts: Files whose texts name bitmaps that are kept, such as journals.
        before: The time, in seconds since 1970.
    """
    old = {name: file for name, file in _files_in(store) if file.stat().st_mtime < before}
    if not old:
        return
    for text in texts:
        with contextlib.suppress(OSError):
            for name in names_in(text.read_text("utf-8", errors="replace")):
                old.pop(name, None)
    for file in old.values():
        file.unlink(missing_ok=True)


def _files_in(folder: Path) -> list[tuple[str, Path]]:
    """Return the name and the path of each file that is named like a bitmap."""
    try:
        with os.scandir(folder) as entries:
            found = [(_FILE.fullmatch(entry.name), Path(entry.path)) for entry in entries]
    except OSError:
        return []
    return [(match[1], path) for match, path in found if match]


# --- in pictures -----------------------------------------------------------------------------


def unpack(picture: bytes, folder: Path) -> bool:
    """Write the bitmaps that a picture file holds with its workflow into a folder.

    Args:
        picture: The content of the file.
        folder: The folder.

    Returns:
        True if there are any; those that are damaged are left out.

    Raises:
        OSError: one cannot be written.
    """
    try:
        text = embedded.texts_of(io.BytesIO(picture)).get(PACKED, "")
    except BrokenPng:
        return False
    found = unpacked(text)
    for data in found:
        add(data, folder)
    return bool(found)
