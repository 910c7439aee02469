"""Asks the worker for pictures of values that the editor cannot read, one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nodeui.engine.pictures import Levels, PictureError, Pictures
from nodeui.engine.protocol import PictureFields, ValueShown

if TYPE_CHECKING:
    from nodeui.engine.client import Client


class ValueQuestion(NamedTuple):
    """A value whose pictures are wanted.

    Attributes:
        document: Text of the workflow file.
        folder: Where its relative paths start.
        output: Folder of written files.
        node: Id of the node.
        only: The only picture of a batch that is wanted, in full, counted from 0; None for all.
    """

    document: bytes
    folder: Path
    output: Path
    node: str
    only: int | None = None


class _Asked(NamedTuple):
    question: ValueQuestion
    then: Callable[[Pictures | None], object]
    failed: Callable[[PictureError], object]


class ValuePictures:
    """Asks the worker, which has the code of all value types, and passes its answers on.

    One question is under way at a time, as the worker drops older ones.
    """

    def __init__(self) -> None:
        self._client: Client | None = None  # while its worker is ready
        self._waiting: dict[object, _Asked] = {}
        self._asked: tuple[int, object, _Asked] | None = None  # with its number and key

    def ask(
        self,
        key: object,
        question: ValueQuestion,
        then: Callable[[Pictures | None], object],
        failed: Callable[[PictureError], object],
    ) -> None:
        """Ask for pictures.

        Args:
            key: A newer question with an equal key replaces an older one.
            question: The value.
            then: Called with the pictures; None if the node has no value, or none that is shown.
            failed: Called with the error if the value's type does not keep its contract.
        """
        self._waiting.pop(key, None)
        self._waiting[key] = _Asked(question, then, failed)
        self._ask_next()

    def _ask_next(self) -> None:
        if self._client is not None and self._asked is None and self._waiting:
            key = next(iter(self._waiting))
            asked = self._waiting.pop(key)
            self._asked = self._client.show_value(*asked.question), key, asked

    # --- replies of the worker -----------------------------------------------------------------

    def take(self, reply: ValueShown) -> None:
        """Pass a reply on; outdated ones are dropped."""
        if self._asked is None or reply.number != self._asked[0]:
            return
        _, key, asked = self._asked
        self._asked = None
        newer = key in self._waiting
        self._ask_next()
        if newer:
            return
        if reply.error:
            asked.failed(PictureError(reply.error))
        else:
            asked.then(pictures_in(reply))

    def worker_ready(self, client: Client) -> None:
        """Take a new worker, and ask it what is still open."""
        self._client = client
        self._ask_next()

    def worker_died(self, idle: bool) -> None:
        """Note that the worker died. The question under way is asked again, unless the worker was
        idle and may have died of it."""
        self._client = None
        if self._asked is not None and not idle:
            _, key, asked = self._asked
            self._waiting = {key: asked} | self._waiting
        self._asked = None


def pictures_in(reply: PictureFields) -> Pictures | None:
    """Return the pictures of a message; None if it has none, or its numbers do not fit them."""
    if reply.paths:
        return tuple(map(Path, reply.paths))
    levels = np.frombuffer(reply.pixels, np.uint8)
    shape = reply.count, reply.rows, reply.columns, reply.channels
    if min(shape) < 1 or levels.size != math.prod(shape):
        return None
    return Levels(levels.reshape(shape), reply.width, reply.height, reply.stride)
