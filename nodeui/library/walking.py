"""Finds the model files below folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from nodeui.library.sidecars import ENDINGS

_INDEX = "model_index.json"
_CONFIG = "config.json"
_WEIGHTS = ("diffusion_pytorch_model.", "model.safetensors", "pytorch_model.")
_DEEPEST = 32  # levels of folders


class Stamp(NamedTuple):
    """The state of a model on disk; another stamp means that it has to be described again.

    Attributes:
        mtime_ns: Modification time of the file, or of the config of a folder.
        size: Bytes.
        sidecars: Sum of the modification times of the files beside it that describe it.
        folder: It is a folder in the diffusers layout.
    """

    mtime_ns: int
    size: int
    sidecars: int
    folder: bool = False


@dataclass
class Found:
    """The models below folders.

    Attributes:
        models: Their stamps, by path.
        unreadable: Folders that could not be listed.
    """

    models: dict[str, Stamp] = field(default_factory=dict[str, Stamp])
    unreadable: list[str] = field(default_factory=list[str])


def walk(
    folders: Iterable[Path], suffixes: tuple[str, ...], cancelled: Callable[[], bool]
) -> Found:
    """Return the models below folders, except in hidden folders.

    Linked folders are followed; each folder is listed once, however it is reached.

    Args:
        folders: The folders.
        suffixes: Endings of model files, in lower case.
        cancelled: Returns True to stop.
    """
    found = Found()
    seen: set[tuple[int, int]] = set()
    waiting = [(str(folder), 0) for folder in reversed([*folders])]
    while waiting and not cancelled():
        place, depth = waiting.pop()
        try:
            state = os.stat(place)
            if (state.st_dev, state.st_ino) in seen:
                continue
            seen.add((state.st_dev, state.st_ino))
            with os.scandir(place) as listing:
                entries = {entry.name: entry for entry in listing}
        except OSError:
            found.unreadable.append(place)
            continue
        inner = _take(place, entries, suffixes, found)
        if depth < _DEEPEST:
            waiting += ((folder, depth + 1) for folder in reversed(inner))
    return found


def _take(
    place: str, entries: dict[str, os.DirEntry[str]], suffixes: tuple[str, ...], found: Found
) -> list[str]:
    """Add the models in one folder; return its subfolders to list."""
    described = _config_of(entries)
    if described is not None:
        state = _stat(entries[described])
        if state is not None:
            found.models[place] = Stamp(state.st_mtime_ns, _bytes_below(place), 0, True)
        return []  # its files are parts of the model
    inner: list[str] = []
    for name, entry in sorted(entries.items()):
        if name.startswith("."):
            continue
        try:
            if entry.is_dir():
                inner.append(entry.path)
            elif name.lower().endswith(suffixes) and entry.is_file():
                state = entry.stat()
                found.models[entry.path] = Stamp(
                    state.st_mtime_ns, state.st_size, _sidecar_stamp(name, entries)
                )
        except OSError:  # removed in the meantime
            continue
    return inner


def _config_of(entries: Iterable[str]) -> str | None:
    """Return the file that describes a folder in the diffusers layout; None for other folders."""
    names = {*entries}
    if _INDEX in names:
        return _INDEX
    has_weights = any(name.startswith(_WEIGHTS) for name in names)
    return _CONFIG if _CONFIG in names and has_weights else None


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:
        return None


def _sidecar_stamp(name: str, entries: dict[str, os.DirEntry[str]]) -> int:
    stem = name.rpartition(".")[0]
    states = (_stat(entries[stem + end]) for end in ENDINGS if stem + end in entries)
    return sum(state.st_mtime_ns for state in states if state is not None) % (1 << 62)


def _bytes_below(folder: str) -> int:
    """Return the bytes of the files in a model's folder and one level of subfolders."""
    total = 0
    for place in (folder, *_subfolders(folder)):
        try:
            with os.scandir(place) as listing:
                total += sum(entry.stat().st_size for entry in listing if entry.is_file())
        except OSError:
            continue
    return total


def _subfolders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as listing:
            return [entry.path for entry in listing if entry.is_dir()]
    except OSError:
        return []
