"""Sends the worker's messages in order and in batches, without blocking the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from nodeui.engine.protocol import (
    NodeFailed,
    NodeFinished,
    Progress,
    Reply,
    RunEvent,
    RunFinished,
    RunRefused,
    frames_of,
)

INTERVAL = 1 / 30
"""Shortest time between two progress messages of one node, in seconds."""


class Outbox:
    """Sends replies in a thread of its own.

    Progress is limited to one message per node and `INTERVAL`; the last one is always sent, before
    the node's end.

    Args:
        send: Sends a frame; raises `OSError` once the editor is gone.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._changed = threading.Condition()
        self._messages: list[Reply] = []
        self._progress: dict[str, RunEvent] = {}
        self._due: dict[str, float] = {}
        threading.Thread(target=self._deliver, name="outbox", daemon=True).start()

    def put(self, reply: Reply) -> None:
        """Queue a reply."""
        with self._changed:
            match reply:
                case RunEvent(event=Progress(node=node)):
                    self._progress[node] = reply
                case RunEvent(event=NodeFinished(node=node) | NodeFailed(node=node)):
                    if node in self._progress:
                        self._messages.append(self._progress.pop(node))
                    self._due.pop(node, None)
                    self._messages.append(reply)
                case RunFinished() | RunRefused():
                    self._messages += self._progress.values()
                    self._progress.clear()
                    self._due.clear()
                    self._messages.append(reply)
                case _:
                    self._messages.append(reply)
            self._changed.notify()

    def _deliver(self) -> None:
        while True:
            batch = self._next_batch()
            try:
                for frame in frames_of(batch):
                    self._send(frame)
            except OSError:
                return  # the editor is gone; the main thread notices, too

    def _next_batch(self) -> list[Reply]:
        with self._changed:
            while True:
                now = time.monotonic()
                for node in [n for n in self._progress if self._due.get(n, now) <= now]:
                    self._messages.append(self._progress.pop(node))
                    self._due[node] = now + INTERVAL
                if self._messages:
                    batch, self._messages = self._messages, []
                    return batch
                waits = [self._due[node] - now for node in self._progress]
                self._changed.wait(min(waits) if waits else None)
