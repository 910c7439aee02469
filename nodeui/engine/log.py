"""The log of the worker processes."""

from __future__ import annotations

import faulthandler
import os
import sys
from pathlib import Path

_LOG_BYTES = 2**20
"""A log of this size is renamed to `*.old` when a worker starts."""


def redirect_output(log: Path | None) -> None:
    """Redirect the output of Python, of libraries and of the crash handler to `log`.

    Without a log it goes to standard error: standard output is reserved for what programs read.
    """
    if log is None:
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        faulthandler.enable()
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        os.replace(log, log.with_name(f"{log.name}.old"))
    stream = log.open("a", encoding="utf-8", buffering=1)
    os.dup2(stream.fileno(), 1)
    os.dup2(stream.fileno(), 2)
    sys.stdout = sys.stderr = stream
    faulthandler.enable(stream)
