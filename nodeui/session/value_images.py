"""Gets the pictures of values to the sessions: from runs, from the cache and from the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from nodeui.engine.protocol import ValuePicture
from nodeui.graph.wording import tr
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.session.shadow import Shadow

if TYPE_CHECKING:
    from nodeui.engine.cache import Digests


class ValueImages:
    """Passes pictures of values to the sessions of open documents.

    Args:
        shadows: The open documents.
        output: Returns the folder of written files.
    """

    def __init__(self, shadows: Mapping[Session, Shadow], output: Callable[[], Path]) -> None:
        self._shadows = shadows
        self._output = output

    def fetch(
        self, session: Session, pictures: Mapping[str, Digests], edits: int | None = None
    ) -> None:
        """Read the pictures of a plan that the session does not have yet.

        Args:
            session: The document.
            pictures: Digests of the values that the plan found, by node id.
            edits: `NodeStates.edits` when the plan was asked for; None if nothing was edited since.
        """
        shadow = self._shadows[session]
        missing = shadow.missing(pictures)
        for id in pictures.keys() - set(missing):
            session.keep_image(id, edits)
        for id in missing:
            take = partial(self._give, session, id, edits)
            fail = partial(self._report, session, id)
            shadow.fetch(id, pictures[id], self._output(), take, fail)

    def fetch_one(self, session: Session, id: str, index: int) -> None:
        """Read one picture of a node's batch in full."""

        def take(image: QImage) -> None:
            if session in self._shadows:
                session.take_full_picture(id, index, image)

        fail = partial(self._report, session, id)
        self._shadows[session].fetch_one(id, index, self._output(), take, fail)

    def take(
        self,
        session: Session,
        shown: ValuePicture,
        batch: PictureBatch | None,
        edits: int | None = None,
    ) -> None:
        """Take the pictures of a value of a run; `edits` as for `fetch`, of the run's request."""
        shadow, id = self._shadows[session], shown.node
        if id not in session.graph.nodes:
            return
        if shown.paths:
            paths = tuple(map(Path, shown.paths))
            shadow.fetch_files(id, shown.digests, paths, partial(self._give, session, id, edits))
            return
        shadow.received(id, shown.digests)
        if batch is not None:
            session.take_pictures(id, batch, edits)
        elif shown.error:
            self._report(session, id, shown.error)
        else:
            session.keep_image(id, edits)

    def _give(self, session: Session, id: str, edits: int | None, batch: PictureBatch) -> None:
        if session in self._shadows:
            session.take_pictures(id, batch, edits)

    def _report(self, session: Session, id: str, error: object) -> None:
        text = tr("{0} cannot be shown: {1}", session.name_of(id), error)
        session.report("warning", text)
