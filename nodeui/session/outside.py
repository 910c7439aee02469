"""Finds the files outside a workflow's folder that a workflow would read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from nodeui.graph.model import Graph
from nodeui.session.paths import paths_of


def names_files(graph: Graph) -> bool:
    """True if a workflow names files or models, or may do so in nodes of other packs."""
    return any(True for _ in _named(graph))


def read_outside(graph: Graph, folder: Path, chosen: Iterable[Path]) -> list[Path]:
    """Return the files and folders that a workflow names outside its own folder.

    Nothing is read, and links are not followed. In nodes of other packs, and in those that are
    unknown, every text that looks like a path outside counts as one.

    Args:
        graph: The workflow.
        folder: Where its relative paths start.
        chosen: More folders that workflows may read.

    Returns:
        Absolute paths, without those in the folders that may be read.
    """
    allowed = [_plain(each) for each in (folder, *chosen)]
    named = (_plain(folder / os.path.expanduser(path)) for path in _named(graph))
    found = dict.fromkeys(named)
    return [path for path in found if not any(path.is_relative_to(each) for each in allowed)]


def _named(graph: Graph) -> Iterator[str]:
    """Yield the paths that the nodes of a workflow name."""
    for _, _, path in paths_of(graph):
        yield path
    for node in graph.nodes.values():
        spec = graph.specs.get(node.type)
        if spec is None or spec.pack:
            yield from filter(_looks_outside, _texts(list(node.params.values())))


def _texts(values: list[Any]) -> Iterator[str]:
    """Yield the texts in JSON values."""
    waiting = values
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += cast("dict[str, Any]", value).values()
        elif isinstance(value, list):
            waiting += cast("list[Any]", value)


def _looks_outside(text: str) -> bool:
    """True for a path that is absolute, or that begins in the home folder or a folder above."""
    parts = text.replace("\\", "/").split("/")
    rooted = Path(text).is_absolute() or parts[0].startswith("~")
    return "\n" not in text and (rooted or ".." in parts)


def _plain(path: Path) -> Path:
    return Path(os.path.abspath(str(path).replace("\0", "")))
