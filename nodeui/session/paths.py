"""Paths in parameters: relative ones start at the workflow's folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from nodeui.graph.edits import SetParam
from nodeui.graph.model import Graph

_WIDGETS = frozenset({"image-file", "model-path", "folder"})


def relocated(graph: Graph, old: Path, new: Path) -> tuple[SetParam, ...]:
    """Return the edits that keep relative paths valid when the workflow's folder changes."""
    if old == new:
        return ()
    return tuple(
        SetParam(edit.node, edit.name, shortest(Path(edit.value), new))
        for edit in absolute(graph, old)
    )


def absolute(graph: Graph, folder: Path) -> tuple[SetParam, ...]:
    """Return the edits that make the relative paths of existing files absolute."""
    return tuple(
        SetParam(id, name, str(folder / value))
        for id, name, value in paths_of(graph)
        if not Path(value).is_absolute() and os.path.exists(folder / value)
    )


def relative(graph: Graph, folder: Path) -> tuple[SetParam, ...]:
    """Return the edits that make paths into the workflow's folder relative."""
    return tuple(
        SetParam(id, name, shortest(Path(value), folder))
        for id, name, value in paths_of(graph)
        if Path(value).is_absolute() and Path(value).is_relative_to(folder)
    )


def shortest(file: Path, folder: Path) -> str:
    """Return a path as a workflow in this folder stores it: relative if it is below the folder."""
    below = file.is_relative_to(folder)
    return file.relative_to(folder).as_posix() if below else str(file)


def paths_of(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield the paths of a graph: node, parameter, value."""
    for node in graph.nodes.values():
        spec = graph.spec(node.id)
        for name, value in node.params.items() if spec else ():
            parameter = spec.parameters.get(name) if spec else None
            wanted = parameter is not None and parameter.widget in _WIDGETS
            if wanted and value and isinstance(value, str):
                yield node.id, name, value
