"""Names of picture files with their sidecars, and lists of tags."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from nodeui.graph.wording import tr
from nodeui.pictures.record import SUFFIXES, LibraryError, Marks

_FORBIDDEN = re.compile('[\\x00-\\x1f\\ud800-\\udfff<>:"|?*/\\\\]')
_MOST_BYTES = 200  # so that ".xmp" and a number fit into the 255 of most file systems


# --- files -------------------------------------------------------------------------------------


def rename(path: Path, name: str) -> Path:
    """Rename a picture within its folder, with its sidecar; return its new path.

    Raises:
        LibraryError: the name is taken or not allowed, or the file cannot be renamed.
    """
    target = path.with_name(_checked(name, path.suffix))
    if target == path:
        return path
    sidecar = own_sidecar(path)
    try:
        _move(path, target)
    except FileExistsError:
        raise LibraryError(tr("{0} exists already.", target.name)) from None
    except OSError as error:
        reason = error.strerror or error
        raise LibraryError(tr("{0} cannot be renamed: {1}", path.name, reason)) from error
    if sidecar is not None:
        with contextlib.suppress(OSError):  # a sidecar under that name stays
            _move(sidecar, target.with_name(target.name + ".xmp"))
    elif (shared := path.with_suffix(".xmp")).is_file():
        with contextlib.suppress(OSError):
            shutil.copy2(shared, target.with_name(target.name + ".xmp"))
    return target


def _checked(name: str, suffix: str) -> str:
    name = name.strip()
    if not name.lower().endswith(suffix.lower()):
        name += suffix
    stem = name[: len(name) - len(suffix)]
    if not stem.strip(". ") or stem.startswith("."):
        raise LibraryError(tr("Enter a name."))
    if found := _FORBIDDEN.search(name):
        raise LibraryError(tr("A name cannot contain {0!r}.", found[0]))
    if len(name.encode()) > _MOST_BYTES:
        raise LibraryError(tr("The name is too long."))
    return name


def _move(path: Path, target: Path) -> None:
    """Rename a file; raise `FileExistsError` rather than replace another one."""
    if os.path.lexists(target) and not os.path.samefile(path, target):  # not only other case
        raise FileExistsError(target)
    os.rename(path, target)


def own_sidecar(picture: Path) -> Path | None:
    """Return the sidecar that belongs to this picture alone; None if there is none."""
    own = picture.with_name(picture.name + ".xmp")
    if own.is_file():
        return own
    shared = picture.with_suffix(".xmp")
    return shared if shared.is_file() and not has_namesakes(picture) else None


def has_namesakes(picture: Path) -> bool:
    """True if there are pictures of the same name with another suffix."""
    others = {picture.with_suffix(suffix) for suffix in SUFFIXES} - {picture}
    return any(other.exists() for other in others)


# --- tags --------------------------------------------------------------------------------------


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts as single lines without those that are empty or repeated."""
    found = (" ".join(text.split()) for text in texts)
    return tuple(dict.fromkeys(text for text in found if text))


def with_tags(marks: Marks, tags: Sequence[str]) -> Marks:
    return dataclasses.replace(marks, tags=lines((*marks.tags, *tags)))


def without_tags(marks: Marks, tags: Sequence[str]) -> Marks:
    return dataclasses.replace(marks, tags=tuple(tag for tag in marks.tags if tag not in tags))


def collected(marks: Marks, names: Sequence[str]) -> Marks:
    return dataclasses.replace(marks, collections=lines((*marks.collections, *names)))


def uncollected(marks: Marks, names: Sequence[str]) -> Marks:
    kept = tuple(name for name in marks.collections if name not in names)
    return dataclasses.replace(marks, collections=kept)
