"""Decides when the next edit may replace a live run that is under way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from nodeui.session.session import Session

_SLACK = 1.5
_MOST = 0.4


class LivePace(QObject):
    """The pace of live runs.

    The first edit runs at once. While edits follow each other, as in a drag, each run may take
    `_SLACK` times as long as the last complete one, so that its picture is seen. A run that takes
    longer than `_MOST` seconds is replaced before it is complete.

    Args:
        run: Starts the run of a session's present graph that was put off.
    """

    def __init__(self, run: Callable[[Session], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._began = 0.0
        self._took: dict[Session, float] = {}
        self._next: Session | None = None  # its run was put off
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._fire)

    def begin(self) -> None:
        """Note that a live run begins."""
        self._began = time.monotonic()

    def put_off(self, session: Session) -> bool:
        """Put the next run of a session off while its present one may still complete.

        Returns:
            False if it may begin now.
        """
        due = self._began + min(_MOST, _SLACK * self._took.get(session, 0.0))
        left = due - time.monotonic()
        if left <= 0:
            return False
        self._next = session
        if not self._timer.isActive():
            self._timer.start(max(1, round(1e3 * left)))
        return True

    def end(self, session: Session, *, complete: bool) -> None:
        """Note the end of a live run; what was put off begins."""
        if complete:
            self._took[session] = time.monotonic() - self._began
        self._fire()

    def forget(self, session: Session) -> None:
        """Drop what was put off of a session."""
        if self._next is session:
            self._next = None

    def _fire(self) -> None:
        self._timer.stop()
        session, self._next = self._next, None
        if session is not None and session.live:
            self._run(session)
