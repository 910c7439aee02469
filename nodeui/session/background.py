"""A background thread for work that would block the windows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Background(QObject):
    """A thread that runs functions in order and returns their results to the GUI thread.

    Args:
        name: Name of the thread.
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
        """Run `work` in the thread, then `then` with its result in the GUI thread.

        Args:
            work: The slow function.
            then: Called with its result.
            failed: Called with its exception; without it the event loop raises the exception.
        """
        if self._closed:
            return

        def settle(future: Future[T]) -> None:
            with contextlib.suppress(RuntimeError):  # this object was deleted in the meantime
                if not self._closed:
                    self._ready.emit(lambda: _hand_over(future, then, failed))

        self._executor.submit(work).add_done_callback(settle)

    def close(self) -> None:
        """Finish the current function, drop the waiting ones, and deliver no further results."""
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
