"""The end of the editor's process, which waits for what must be finished and for nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

_last: list[Callable[[], object]] = []


def before_leaving(call: Callable[[], object]) -> None:
    """Call a function when the editor ends, before those that were registered earlier."""
    _last.append(call)


def leave(status: int) -> NoReturn:
    """End the process once the registered functions have returned.

    Threads are left behind, even those that hang in a read from a dead network folder. Python's
    own end would wait for some of them, and could crash in those that run Qt code.
    """
    while _last:
        _last.pop()()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(status)
