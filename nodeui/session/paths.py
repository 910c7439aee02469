"""Paths in parameters: relative ones start at the workflow's folder, and go along with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nodeui.graph.edits import SetParam
from nodeui.graph.model import Graph

_WIDGETS = frozenset({"image-file", "model-path", "folder"})


def relocated(graph: Graph, old: Path, new: Path) -> tuple[SetParam, ...]:
    """The edits that keep a workflow's relative paths valid when its folder is another one."""
    if old == new:
        return ()
    return tuple(
        SetParam(edit.node, edit.name, shortest(Path(edit.value), new))
        for edit in absolute(graph, old)
    )


def absolute(graph: Graph, folder: Path) -> tuple[SetParam, ...]:
    """The edits that give relative paths in full, where there is such a file."""
    return tuple(
        SetParam(id, name, str(folder / value))
        for id, name, value in _paths(graph)
        if not Path(value).is_absolute() and (folder / value).exists()
    )


def relative(graph: Graph, folder: Path) -> tuple[SetParam, ...]:
    """The edits that make paths relative where they lead into the workflow's folder."""
    return tuple(
        SetParam(id, name, shortest(Path(value), folder))
        for id, name, value in _paths(graph)
        if Path(value).is_absolute() and Path(value).is_relative_to(folder)
    )


def shortest(file: Path, folder: Path) -> str:
    """A path as it stands in a workflow of this folder: relative where it is below it."""
    below = file.is_relative_to(folder)
    return file.relative_to(folder).as_posix() if below else str(file)


def _paths(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """The paths of a graph: node, parameter, value."""
    for node in graph.nodes.values():
        spec = graph.spec(node.id)
        for name, value in node.params.items() if spec else ():
            parameter = spec.parameters.get(name) if spec else None
            wanted = parameter is not None and parameter.widget in _WIDGETS
            if wanted and value and isinstance(value, str):
                yield node.id, name, value
