"""Walks over folders of pictures, and finds the changes since the index was written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from nodeui.pictures.describing import Stamp
from nodeui.pictures.record import SUFFIXES


@dataclass
class Found:
    """The files below a folder.

    Attributes:
        pictures: The stamps of the pictures, by path.
        unreadable: Folders that could not be listed.
    """

    pictures: dict[str, Stamp] = field(default_factory=dict[str, Stamp])
    unreadable: list[str] = field(default_factory=list[str])


def walk(folder: Path, cancelled: Callable[[], bool]) -> Found:
    """Return the pictures below a folder, except in hidden folders and behind linked folders."""
    found = Found()
    waiting = [str(folder)]
    while waiting and not cancelled():
        place = waiting.pop()
        try:
            with os.scandir(place) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError:
            found.unreadable.append(place)
            continue
        sidecars = {entry.name: entry for entry in entries if entry.name.endswith(".xmp")}
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
                    found.pictures[entry.path] = _stamp(entry, sidecars)
            except OSError:  # removed in the meantime
                continue
    return found


def _stamp(entry: os.DirEntry[str], sidecars: Mapping[str, os.DirEntry[str]]) -> Stamp:
    state = entry.stat()
    sidecar = None
    if sidecars:
        stem = entry.name.rpartition(".")[0]
        sidecar = sidecars.get(entry.name + ".xmp") or sidecars.get(stem + ".xmp")
    return Stamp(state.st_mtime_ns, state.st_size, _marked(sidecar), state.st_ino)


def _marked(sidecar: os.DirEntry[str] | None) -> int:
    """Return the modification time of a sidecar in nanoseconds; 0 if there is none to read."""
    try:
        return sidecar.stat().st_mtime_ns if sidecar is not None else 0
    except OSError:  # a link to nothing
        return 0


class Row(NamedTuple):
    """A file in the index.

    Attributes:
        stale: It has to be read again although the file is the same.
        away: It could not be reached the last time.
    """

    id: int
    stamp: Stamp
    stale: bool
    away: bool


@dataclass
class Plan:
    """The steps that bring the index up to date.

    Attributes:
        read: Files to read, the newest first.
        moved: Files with another path than before, by id.
        back: Ids of files that can be reached again.
        away: Ids of files in folders that cannot be listed.
        hidden: There are files in folders that cannot be listed.
        gone: Ids of files that were deleted.
    """

    read: list[str] = field(default_factory=list[str])
    moved: dict[int, str] = field(default_factory=dict[int, str])
    back: list[int] = field(default_factory=list[int])
    away: list[int] = field(default_factory=list[int])
    hidden: bool = False
    gone: list[int] = field(default_factory=list[int])


def plan(found: Found, known: Mapping[str, Row]) -> Plan:
    """Compare the files below a folder with the rows of the index."""
    result = Plan()
    missing = {path: row for path, row in known.items() if path not in found.pictures}
    unreadable = tuple(os.path.join(folder, "") for folder in found.unreadable)
    away = {path for path in missing if unreadable and path.startswith(unreadable)}
    result.away = [missing[path].id for path in away if not missing[path].away]
    result.hidden = bool(away)
    gone = {path: row for path, row in missing.items() if path not in away}
    new = [path for path in found.pictures if path not in known]
    result.moved = _moved(new, found.pictures, gone)
    moved = set(result.moved.values())
    result.gone = [row.id for row in gone.values() if row.id not in result.moved]
    result.read = [path for path in new if path not in moved]
    for path, stamp in found.pictures.items():
        row = known.get(path)
        if row is None:
            continue
        if row.stale or not _is_same(stamp, row.stamp):
            result.read.append(path)
        elif row.away:
            result.back.append(row.id)
    result.read.sort(key=lambda path: -found.pictures[path].mtime_ns)
    return result


def _is_same(one: Stamp, other: Stamp) -> bool:
    return (
        one.mtime_ns == other.mtime_ns and one.size == other.size and (one.sidecar == other.sidecar)
    )


def _moved(
    new: Iterable[str], stamps: Mapping[str, Stamp], gone: Mapping[str, Row]
) -> dict[int, str]:
    """Return the new files that are ones which are gone, by their id.

    They have the same size and modification time; of several such files, the one with the same
    number in the file system.
    """
    candidates: dict[tuple[int, int], list[Row]] = {}
    for row in gone.values():
        candidates.setdefault((row.stamp.mtime_ns, row.stamp.size), []).append(row)
    moved: dict[int, str] = {}
    for path in new:
        stamp = stamps[path]
        rows = candidates.get((stamp.mtime_ns, stamp.size), [])
        same = [row for row in rows if row.stamp.file == stamp.file and stamp.file] or (
            rows if len(rows) == 1 else []
        )
        if same and not same[0].stale:
            moved[same[0].id] = path
            rows.remove(same[0])
    return moved
