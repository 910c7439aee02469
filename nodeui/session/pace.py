"""Decides when live runs begin: the next one while one is under way, and the full one at rest."""

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
    longer than `_MOST` seconds is replaced before it is complete. Quick runs and full ones each
    have their own pace.

    Args:
        run: Starts the run of a session's present graph that was put off.
    """

    def __init__(self, run: Callable[[Session], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._began = 0.0
        self._took: dict[tuple[Session, bool], float] = {}
        self._next: Session | None = None  # its run was put off
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._fire)

    def begin(self) -> None:
        """Note that a live run begins."""
        self._began = time.monotonic()

    def put_off(self, session: Session, *, quick: bool = False) -> bool:
        """Put the next run of a session off while its present one may still complete.

        Args:
            session: The session.
            quick: The present run is a quick one.

        Returns:
            False if it may begin now.
        """
        due = self._began + min(_MOST, _SLACK * self._took.get((session, quick), 0.0))
        left = due - time.monotonic()
        if left <= 0:
            return False
        self._next = session
        if not self._timer.isActive():
            self._timer.start(max(1, round(1e3 * left)))
        return True

    def end(self, session: Session, *, complete: bool, quick: bool = False) -> None:
        """Note the end of a live run; what was put off begins."""
        if complete:
            self._took[session, quick] = time.monotonic() - self._began
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


class Rest(QObject):
    """The rest of the hand, after which a full run follows quick ones.

    The full run begins once no stroke was made or continued for some time, and no quick run is
    waiting or under way.

    Args:
        run: Starts the full run of a session.
        seconds: Returns how long the hand rests.
    """

    def __init__(
        self,
        run: Callable[[Session], object],
        seconds: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._run = run
        self._seconds = seconds
        self._session: Session | None = None  # its full run is due at rest
        self._quick = False  # a quick run is waiting or under way
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._try)

    def begin(self, session: Session, *, quick: bool) -> None:
        """Note a stroke; `quick` if it starts a quick run."""
        self._session, self._quick = session, quick
        self._timer.start(round(1e3 * self._seconds()))

    def waits_for(self, session: Session) -> bool:
        """True if the full run of a session is due at rest."""
        return self._session is session

    def move(self, session: Session) -> None:
        """Note that the hand moves."""
        if self._session is session:
            self._timer.start(round(1e3 * self._seconds()))

    def end_quick(self, session: Session) -> None:
        """Note the end of a quick run."""
        if self._session is session:
            self._quick = False
            self._try()

    def forget(self, session: Session) -> None:
        """Drop the full run of a session."""
        if self._session is session:
            self._session = None
            self._timer.stop()

    def _try(self) -> None:
        session = self._session
        if session is None or self._quick or self._timer.isActive():
            return
        self._session = None
        if session.live:
            self._run(session)
