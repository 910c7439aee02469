"""Documents on their way to a worker: only the part that differs from the last one is sent.

An edit changes one place of a workflow file, so a message is as small as the edit, such as one
stroke of a painting. Editor and worker each hold the document that was sent last.
"""

from __future__ import annotations

import struct
from typing import TypeAlias, TypeVar

import msgspec

from nodeui.engine.protocol import DryRun, Request, ShowSteps, ShowValue, Submit

_HEAD = struct.Struct("<QQ")
"""Number of bytes that stay at the beginning and at the end of the last document."""

_WithDocument: TypeAlias = Submit | DryRun | ShowSteps | ShowValue
_Request = TypeVar("_Request", bound=Request)


class Sender:
    """The editor's side; one for each worker process."""

    def __init__(self) -> None:
        self._last = b""

    def shortened(self, request: _Request) -> _Request:
        """Return a request with the change in place of its document."""
        if not isinstance(request, _WithDocument):
            return request
        before, after = self._last, request.document
        self._last = after
        first = _common(before, after)
        left = _common(before[first:][::-1], after[first:][::-1])
        change = _HEAD.pack(first, left) + after[first : len(after) - left]
        return msgspec.structs.replace(request, document=change)


class Receiver:
    """The worker's side."""

    def __init__(self) -> None:
        self._last = b""

    def whole(self, request: _Request) -> _Request:
        """Return a request with its document, from one that was shortened."""
        if not isinstance(request, _WithDocument):
            return request
        first, left = _HEAD.unpack_from(request.document)
        end = self._last[len(self._last) - left :]
        self._last = self._last[:first] + request.document[_HEAD.size :] + end
        return msgspec.structs.replace(request, document=self._last)


def _common(one: bytes, other: bytes) -> int:
    """Return the number of bytes that two texts share at the beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
