"""What a running node may ask of the engine: the `sdk.Context` that it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodeui.engine.files import WorkflowFiles
from nodeui.engine.protocol import Event, Preview, Progress, Warned
from nodeui.engine.state import ResolutionState


class NodeContext:
    """An `sdk.Context` for one node in one run.

    Args:
        node: Its id.
        files: The workflow's files.
        output_dir: Where files are written.
        known: What the run knows; for the provenance.
        text: The workflow, as the text of its file.
        emit: Takes events.
        check: Raises `Cancelled` when the run was cancelled.
        watched: Whether there is anybody to see previews.
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
    ) -> None:
        self.files = files
        self.output_dir = output_dir
        self.watched = watched
        self._node = node
        self._known = known
        self._text = text
        self._emit = emit
        self._check = check

    def progress(self, done: int, total: int, text: str = "") -> None:
        self._emit(Progress(node=self._node, done=done, total=total, text=text))
        self._check()

    def check(self) -> None:
        self._check()

    def preview(self, image: NDArray[np.uint8]) -> None:
        height, width, _ = image.shape
        event = Preview(node=self._node, width=width, height=height, pixels=image.tobytes())
        self._emit(event)

    def warn(self, message: str) -> None:
        self._emit(Warned(node=self._node, message=message))

    def workflow(self) -> str:
        return self._text

    def provenance(self) -> Mapping[str, Any]:
        return provenance(self._known, self._node) | {"folder": str(self.files.folder)}


def provenance(known: ResolutionState, node: str) -> dict[str, Any]:
    """What the inputs of `node` were made from, as JSON data.

    Returns:
        "nodes": per node above it that has a value its "type", "version", "params" (those that
        matter), "key" (hexadecimal) and, where it has one, "fingerprint"; "environment".
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
    return {"nodes": nodes, "environment": known.environment}


def _above(known: ResolutionState, node: str) -> list[str]:
    """The nodes whose values run into `node`."""
    task = known.task(node)
    sources = [known.follow(wire.source) for wire in (*task.wires, *task.lazies)]
    return [source[0] for source in sources if isinstance(source, tuple)]
