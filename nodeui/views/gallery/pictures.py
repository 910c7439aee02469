"""Reads saved pictures and compares the workflows embedded in them; uses no widgets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodeui.graph import document, embedded
from nodeui.graph.embedded import SUFFIXES
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr, words


@dataclass(frozen=True)
class Picture:
    """A file in the output folder.

    Attributes:
        path: The path of the file.
        stamp: Modification time in nanoseconds.
        size: Size in bytes.
    """

    path: Path
    stamp: int
    size: int


@dataclass(frozen=True)
class EmbeddedWorkflow:
    """The parts of a picture's workflow that are compared and searched.

    Attributes:
        nodes: Type and explicitly set parameters, by node id.
        links: Pairs of "node.output" and "node.input".
    """

    nodes: Mapping[str, tuple[str, Mapping[str, Any]]]
    links: frozenset[tuple[str, str]]

    def texts(self) -> Iterator[str]:
        """Yield all texts set as parameters, such as prompts."""
        for _, params in self.nodes.values():
            yield from (value for value in params.values() if isinstance(value, str))


def scan(folder: Path) -> list[Picture]:
    """Return all pictures below a folder, newest first, except in hidden folders."""
    found: list[Picture] = []
    waiting = [str(folder)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:  # deleted meanwhile, or not readable
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
                stat = entry.stat()
                found.append(Picture(Path(entry.path), stat.st_mtime_ns, stat.st_size))
    return sorted(found, key=lambda picture: (-picture.stamp, picture.path.name))


def read_workflow(path: Path) -> EmbeddedWorkflow | None:
    """Read the workflow of a picture; None if it has none that can be read.

    Only the metadata of the file is read, not its pixels.
    """
    text = embedded.read_texts(path).get(embedded.WORKFLOW)
    if text is None:
        return None
    try:
        graph = document.load(text.encode(), {}).graph
    except document.DocumentError:
        return None
    return EmbeddedWorkflow(
        {node.id: (node.type, node.params) for node in graph.nodes.values()},
        frozenset((f"{x.source}.{x.output}", f"{x.target}.{x.input}") for x in graph.links()),
    )


def prompts(workflow: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]) -> list[str]:
    """Return the non-empty multi-line texts of a workflow, such as prompts."""
    found: list[str] = []
    for type, params in workflow.nodes.values():
        spec = specs.get(type)
        for name, value in params.items():
            parameter = spec.parameters.get(name) if spec else None
            if parameter and parameter.widget == "multiline" and value:
                found.append(" ".join(str(value).split()))
    return found


def differences(
    old: EmbeddedWorkflow, new: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]
) -> list[str]:
    """Return the changes from one workflow to another, one line per change.

    Args:
        old, new: The workflows.
        specs: The node types, for the defaults of parameters that a file omits.
    """
    lines: list[str] = []
    for id, (type, params) in new.nodes.items():
        if id not in old.nodes:
            lines.append(f"+ {id}")
            continue
        defaults: Mapping[str, Any] = specs[type].defaults if type in specs else {}
        before = {**defaults, **old.nodes[id][1]}
        after = {**defaults, **params}
        for name in dict.fromkeys((*after, *before)):
            was, now = before.get(name), after.get(name)
            if _plain(was) != _plain(now):
                lines.append(f"{id}.{name}: {_short(was)} → {_short(now)}")
    lines += [f"− {id}" for id in old.nodes if id not in new.nodes]
    kept = old.nodes.keys() & new.nodes.keys()
    for sign, links in (("+", new.links - old.links), ("−", old.links - new.links)):
        for source, target in sorted(links):
            if {source.partition(".")[0], target.partition(".")[0]} <= kept:
                lines.append(f"{sign} {source} → {target}")
    return lines


def changed_names(lines: list[str]) -> str:
    """Summarise differences: "seed, steps"."""
    names = [line.partition(":")[0].rpartition(".")[2] for line in lines if ": " in line]
    names += [line for line in lines if ": " not in line and line.count(".") == 0]
    if any(": " not in line and "." in line for line in lines):
        names.append(tr("links"))
    return ", ".join(dict.fromkeys(words(name) for name in names))


def _plain(value: Any) -> Any:
    """Return a value with tuples as lists, as in JSON; curves are tuples in defaults."""
    if isinstance(value, list | tuple):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return [_plain(item) for item in items]
    return value


def _short(value: Any) -> str:
    if value is None:
        return "–"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "…"
