"""Helpers for the tests of worker and client."""

from __future__ import annotations

import json
import os
import select
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from nodeui.engine.client import Client
from nodeui.engine.protocol import Reply, RunEvent, RunFinished, RunRefused, WorkerDied
from tests.engine import worker_toys

PATIENCE = 60.0
"""Seconds after which a test gives up waiting; not a measurement."""

M = TypeVar("M")


class Replies:
    """Collects replies, and waits for them."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, reply: Reply) -> None:
        with self._changed:
            self.all.append(reply)
            self._changed.notify_all()

    def wait(self, kind: type[M], wanted: Callable[[M], bool] = lambda _: True) -> M:
        """Wait for the first wanted message of a kind and return it."""

        def found() -> M | None:
            return next((r for r in self.all if isinstance(r, kind) and wanted(r)), None)

        with self._changed:
            message = self._changed.wait_for(found, PATIENCE)
        assert message is not None, f"no such {kind.__name__} among {self.all}"
        return message

    def end(self, run: int) -> RunFinished | RunRefused | WorkerDied:
        """Wait for the end of a run and return its last message."""

        def found() -> Any:
            return next((r for r in self.all if _ends(r, run)), None)

        with self._changed:
            message = self._changed.wait_for(found, PATIENCE)
        assert message is not None, f"run {run} does not end: {self.all}"
        return message

    def started(self, run: int, node: str) -> None:
        """Wait until a node runs."""
        self.wait(RunEvent, lambda r: r.run == run and getattr(r.event, "node", "") == node)


def _ends(reply: Any, run: int) -> bool:
    if isinstance(reply, WorkerDied):
        return reply.run == run and not reply.resumes
    return isinstance(reply, RunFinished | RunRefused) and reply.run == run


def workflow(nodes: dict[str, tuple[str, dict[str, Any]]], *links: tuple[str, str]) -> bytes:
    """Return a workflow file: type and parameters by node id, links as "node.socket" pairs."""
    content = {
        "format": "nodeui/workflow",
        "version": 1,
        "nodes": {id: {"type": type, "params": params} for id, (type, params) in nodes.items()},
        "links": links,
    }
    return json.dumps(content).encode()


def client(on_reply: Callable[[Reply], None], folder: Path, **options: Any) -> Client:
    """Return a client of toy workers, with its cache in `folder`."""
    options = {"registry": worker_toys.REGISTRY, "cache_dir": folder / "cache"} | options
    return Client(on_reply, **options)


def submit(client: Client, folder: Path, document: bytes, *targets: str) -> int:
    """Run a workflow that reads and writes files in `folder`."""
    return client.submit(document, folder, targets, folder)


def wait_for_exit(pid: int) -> None:
    """Wait until a process, not necessarily a child, has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with open(descriptor, "rb", buffering=0) as process:
        assert select.select([process], [], [], PATIENCE)[0], f"process {pid} lives on"
