"""A background thread for work that would block the windows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from nodeui.session.leaving import before_leaving

T = TypeVar("T")


class Background(QObject):
    """A thread that runs functions in order and returns their results to the GUI thread.

    Args:
        name: Name of the thread.

    Attributes:
        closed: True after `close`; long functions look at it to stop early.
    """

    _ready = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, name)
        self._pending: dict[Future[Any], bool] = {}  # True if it is finished in any case
        self.closed = False
        self._ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def do(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] = lambda _: None,
        failed: Callable[[Exception], object] | None = None,
        *,
        finish: bool = False,
    ) -> None:
        """Run `work` in the thread, then `then` with its result in the GUI thread.

        Args:
            work: The slow function.
            then: Called with its result.
            failed: Called with its exception; without it the event loop raises the exception.
            finish: Once it runs, the editor does not end before it has returned.
        """
        if self.closed:
            return

        def settle(future: Future[T]) -> None:
            self._pending.pop(future, None)
            with contextlib.suppress(RuntimeError):  # this object was deleted in the meantime
                if not self.closed:
                    self._ready.emit(lambda: _hand_over(future, then, failed))

        future = self._executor.submit(work)
        self._pending[future] = finish
        future.add_done_callback(settle)

    def close(self, last: Callable[[], object] = lambda: None) -> None:
        """Drop the waiting functions, and deliver no further results; does not wait.

        Args:
            last: Called in the thread, after the current function.
        """
        self.closed = True
        for future, finish in list(self._pending.items()):
            if not future.cancel() and finish:
                before_leaving(future.exception)  # which waits
        self._executor.submit(last)
        self._executor.shutdown(wait=False)

    def _deliver(self, hand_over: Callable[[], Any]) -> None:
        if not self.closed:
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
