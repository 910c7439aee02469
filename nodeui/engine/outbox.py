"""How the worker's messages get out: in order, in batches, and without holding up the run."""

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
    encode,
)

INTERVAL = 1 / 30
"""Seconds between two progress messages of one node."""


class Outbox:
    """Sends replies from a thread of its own.

    Progress is thinned out to one message per node and `INTERVAL`; the last one always goes out,
    and before the node's end does.

    Args:
        send: Takes a frame; an `OSError` from it means that nobody listens any more.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._changed = threading.Condition()
        self._messages: list[Reply] = []
        self._progress: dict[str, RunEvent] = {}
        self._due: dict[str, float] = {}
        threading.Thread(target=self._deliver, name="outbox", daemon=True).start()

    def put(self, reply: Reply) -> None:
        """Send `reply` soon."""
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
                self._send(encode(batch))
            except OSError:
                return  # The editor is gone, which the main thread notices as well.

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
