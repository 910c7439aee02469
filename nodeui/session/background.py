"""Work away from the thread of the windows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Background(QObject):
    """A thread that does one thing after the other, and hands results back.

    Args:
        name: Of the thread.
    """

    _ready = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, name)
        self._closed = False
        self._ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def do(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] = lambda _: None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run `work` in the thread, then `then` with its result in the thread of the windows.

        Args:
            work: What takes long.
            then: Takes what it returns.
            failed: Takes what it raises; without it the exception is raised from the event loop.
        """
        if self._closed:
            return

        def settle(future: Future[T]) -> None:
            with contextlib.suppress(RuntimeError):  # its widget was deleted meanwhile
                if not self._closed:
                    self._ready.emit(lambda: _hand_over(future, then, failed))

        self._executor.submit(work).add_done_callback(settle)

    def close(self) -> None:
        """Do what is under way, nothing that waits, and hand nothing back."""
        self._closed = True
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _deliver(self, hand_over: Callable[[], Any]) -> None:
        if not self._closed:
            hand_over()


def _hand_over(
    future: Future[T],
    then: Callable[[T], object],
    failed: Callable[[Exception], object] | None,
) -> None:
    error = future.exception()
    if error is None:
        then(future.result())
    elif failed is not None and isinstance(error, Exception):
        failed(error)
    else:
        raise error
