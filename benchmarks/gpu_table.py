"""The table that `benchmarks.gpu` prints: a row for each case."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from typing import NamedTuple

from nodes.diffusion.device import device

MARGIN = 15.0  # no case is started later than this many seconds before the limit


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        section: Name of the check.
        case: Model and dtype that were checked.
        result: "ok", "FAILED" or "not run".
        detail: The finding, or the reason for the result.
        seconds: Duration.
    """

    section: str
    case: str
    result: str
    detail: str
    seconds: float


class NotRun(Exception):
    """A case cannot be run here; the message is the reason."""


def check(holds: bool, detail: str) -> str:
    """Return the detail if a condition holds, else raise AssertionError with it."""
    if not holds:
        raise AssertionError(detail)
    return detail


def needs_cuda() -> None:
    """Raise NotRun without CUDA."""
    if device().type != "cuda":
        raise NotRun("no CUDA")


class Table:
    """The rows so far; each is printed when it is added.

    Args:
        minutes: Time limit; no case is started in its last `MARGIN` seconds or later.
    """

    def __init__(self, minutes: float) -> None:
        self.rows: list[Row] = []
        self._end = time.monotonic() + 60 * minutes - MARGIN

    def add(self, section: str, case: str, do: Callable[[], str]) -> bool:
        """Run one case and add its row. Returns True if it succeeded."""
        start = time.monotonic()
        try:
            if start > self._end:
                raise NotRun("out of time")
            result, detail = "ok", do()
        except NotRun as reason:
            result, detail = "not run", str(reason)
        except AssertionError as error:
            result, detail = "FAILED", str(error)
        except Exception as error:  # the other cases are still of interest
            traceback.print_exc()
            result, detail = "FAILED", f"{type(error).__name__}: {error}".splitlines()[0]
        row = Row(section, case, result, detail, time.monotonic() - start)
        self.rows.append(row)
        print(f"{row.section:<9} {row.case:<14} {row.result:<8} {row.seconds:6.1f} s  {row.detail}")
        sys.stdout.flush()
        return result == "ok"
