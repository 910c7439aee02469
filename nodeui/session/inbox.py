"""Passes messages of other threads to the GUI thread, a little at a time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

SLICE = 0.01
"""Seconds of the GUI thread until the user's events come first."""

MOST = 256
"""Messages that wait."""

HEAVIEST = 64 << 20
"""Bytes that wait; a message that is larger waits alone."""


class Inbox(QObject):
    """A queue from other threads to the GUI thread, which has to be that of the object.

    However many messages come, the window stays responsive and the memory is bounded: a thread that
    is faster than the GUI waits.

    Args:
        take: Called with the arguments of each message, in the GUI thread.
        parent: The owner.
    """

    _filled = Signal()

    def __init__(self, take: Callable[..., None], parent: QObject) -> None:
        super().__init__(parent)
        self._take = take
        self._messages: deque[tuple[tuple[Any, ...], int]] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = threading.Condition()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._hand_out)
        self._filled.connect(self._hand_out, Qt.ConnectionType.QueuedConnection)

    def put(self, *message: Any, size: int = 0) -> None:
        """Add a message; waits while there are too many. Called in any other thread.

        Args:
            message: The arguments of `take`.
            size: Its bytes.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room(size))
            if self._closed:
                return
            first = not self._messages
            self._messages.append((message, size))
            self._bytes += size
            if first:
                self._filled.emit()

    def close(self) -> None:
        """Drop all messages, also those that wait to be added and later ones."""
        with self._changed:
            self._closed = True
            self._messages.clear()
            self._changed.notify_all()

    def _has_room(self, size: int) -> bool:
        count = len(self._messages)
        return not count or (count < MOST and self._bytes + size <= HEAVIEST)

    def _hand_out(self) -> None:
        self._timer.start()  # for a dialog that is opened below
        end = time.monotonic() + SLICE
        while True:
            with self._changed:
                if not self._messages:
                    self._timer.stop()
                    return
                message, size = self._messages.popleft()
                self._bytes -= size
                self._changed.notify_all()
            self._take(*message)
            if time.monotonic() >= end:
                return
