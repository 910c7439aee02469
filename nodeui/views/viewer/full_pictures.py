"""Fetches pictures of large batches in full, when they are enlarged, copied or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.views.viewer.following import Shown

MOST_BYTES = 128 << 20
"""Bytes up to which all pictures of a batch are fetched in full."""


class FullPictures(QObject):
    """Asks the session for pictures in full, each once."""

    arrived = Signal(object)
    """A `PictureBatch`, one of whose pictures is there in full now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._asked: set[tuple[int, int]] = set()
        self._waiting: list[tuple[PictureBatch, int, Callable[[QImage], object]]] = []

    def set_session(self, session: Session | None) -> None:
        """Ask another session."""
        if self._session is not None:
            self._session.picture_fetched.disconnect(self._on_fetched)
        self._session = session
        self._asked.clear()
        self._waiting.clear()
        if session is not None:
            session.picture_fetched.connect(self._on_fetched)

    def want(self, shown: Shown, indices: Iterable[int]) -> bool:
        """Ask for pictures that are not there in full.

        Returns:
            False if they cannot be had: the node has other pictures now.
        """
        session, batch = self._session, shown.batch
        missing = [index for index in indices if not batch.is_full(index)]
        if not missing:
            return True
        if session is None or session.pictures_of(shown.source) is not batch:
            return False
        for index in missing:
            if (batch.key, index) not in self._asked:
                self._asked.add((batch.key, index))
                session.fetch_picture(shown.source, index)
        return True

    def with_full(self, shown: Shown, index: int, then: Callable[[QImage], object]) -> bool:
        """Call a function with a picture in full, perhaps later.

        Returns:
            False if it cannot be had.
        """
        if shown.batch.is_full(index):
            then(shown.batch.image(index))
            return True
        self._waiting.append((shown.batch, index, then))
        if self.want(shown, [index]):
            return True
        self._waiting.pop()
        return False

    def _on_fetched(self, node: str, index: int) -> None:
        batch = self._session.pictures_of(node) if self._session is not None else None
        if batch is None:
            return
        self._asked.discard((batch.key, index))
        ready = [wait for wait in self._waiting if wait[0] is batch and wait[1] == index]
        self._waiting = [wait for wait in self._waiting if wait not in ready]
        for _, _, then in ready:
            then(batch.image(index))
        self.arrived.emit(batch)
