"""The engine's `sdk.Context`: progress, previews, files and provenance for a running node."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from nodeui.engine.files import WorkflowFiles
from nodeui.engine.folders import path_text
from nodeui.engine.protocol import ANY_SOURCE, Event, Preview, Progress, Warned
from nodeui.engine.state import ResolutionState
from nodeui.graph.facts import Made, facts_of
from nodeui.graph.outside import inside_params, without_outside
from nodeui.graph.wording import one_line


class NodeContext:
    """An `sdk.Context` for one node in one run.

    Args:
        node: The node's id.
        files: The workflow's files.
        output_dir: Folder for written files.
        known: State of the run, for the provenance.
        text: Text of the workflow file.
        emit: Receives events.
        check: Raises `Cancelled` if the run was cancelled.
        watched: True if previews are shown to somebody.
        downloads: Sources that may be downloaded; see `protocol.Submit`.

    Attributes:
        warnings: The warnings of the node so far.
    """

    def __init__(
        self,
        node: str,
        files: WorkflowFiles,
        output_dir: Path,
        known: ResolutionState,
        text: str,
        emit: Callable[[Event], None],
        check: Callable[[], None],
        watched: bool = True,
        downloads: Collection[str] = (),
    ) -> None:
        self.files = files
        self.output_dir = output_dir
        self.watched = watched
        self.warnings: list[str] = []
        self._node = node
        self._known = known
        self._text = text
        self._emit = emit
        self._check = check
        self._downloads = downloads

    def progress(self, done: int, total: int, text: str = "") -> None:
        self._emit(Progress(node=self._node, done=done, total=total, text=text))
        self._check()

    def check(self) -> None:
        self._check()

    def preview(self, image: NDArray[np.uint8]) -> None:
        *batch, height, width, _ = image.shape
        self._emit(
            Preview(
                node=self._node,
                width=width,
                height=height,
                pixels=image.tobytes(),
                count=batch[0] if batch else 1,
            )
        )

    def warn(self, message: str) -> None:
        message = one_line(message)
        self.warnings.append(message)
        self._emit(Warned(node=self._node, message=message))

    def may_download(self, source: str) -> bool:
        return source in self._downloads or ANY_SOURCE in self._downloads

    def workflow(self, *, outside: bool = True) -> str:
        if outside:
            return self._text
        tasks = self._known.tasks
        return without_outside(
            self._text, self.files.folder, lambda id: tasks[id].spec if id in tasks else None
        )

    def facts(self) -> Mapping[str, str]:
        tasks = self._known.tasks

        def look(id: str) -> Made:
            task = tasks[id]
            above = {name: source[0] for name, source in task.sources.items()}
            return Made(task.node, task.spec, above)

        return facts_of(self._node, look, _title_of(self._text))

    def provenance(self, *, outside: bool = True) -> Mapping[str, Any]:
        made = provenance(self._known, self._node)
        if outside:
            return made | {"folder": path_text(self.files.folder)}
        for id, node in made["nodes"].items():
            spec = self._known.tasks[id].spec
            node["params"] = inside_params(node["params"], self.files.folder, spec)
        return made


def provenance(known: ResolutionState, node: str) -> dict[str, Any]:
    """Return what the inputs of `node` were made from, as JSON data.

    Returns:
        "nodes": for each upstream node with a value its "type", "version", "params" (those the
        value depends on), "key" (hexadecimal) and, if it has one, "fingerprint"; "environment".
    """
    nodes: dict[str, Any] = {}
    waiting = _above(known, node)
    while waiting:
        id = waiting.pop()
        task = known.task(id)
        if id in nodes or id not in known.results or task.spec is None:
            continue
        nodes[id] = {
            "type": task.spec.id,
            "version": task.spec.version,
            "params": dict(task.keyed),
            "key": known.results[id].key.hex(),
        }
        if id in known.fingerprints:
            nodes[id]["fingerprint"] = known.fingerprints[id]
        waiting += _above(known, id)
    lines = dict.fromkeys("\n".join(known.environments.values()).splitlines())
    return {"nodes": nodes, "environment": "\n".join(lines)}


def _above(known: ResolutionState, node: str) -> list[str]:
    """Return the nodes whose values are inputs of `node`."""
    task = known.task(node)
    sources = [known.follow(wire.source) for wire in (*task.wires, *task.lazies)]
    return [source[0] for source in sources if isinstance(source, tuple)]


class _Meta(msgspec.Struct):
    """The title of a workflow file."""

    title: str = ""


class _File(msgspec.Struct):
    """A workflow file, of which only the title is read."""

    meta: _Meta = msgspec.field(default_factory=_Meta)


def _title_of(text: str) -> str:
    """Return the title in the text of a workflow file; "" if it has none."""
    try:
        return msgspec.json.decode(text, type=_File).meta.title
    except msgspec.DecodeError:
        return ""
