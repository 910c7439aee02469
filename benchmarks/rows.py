"""The rows of `docs/performance.md`, which benchmarks print as JSON lines with `--json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One figure.

    Attributes:
        name: What was measured.
        figure: The result.
        floor: The least that it could be, measured in the same run; None without one.
        unit: Unit of both.
    """

    name: str
    figure: float
    floor: float | None = None
    unit: str = "ms"


def print_rows(rows: Iterable[Row]) -> None:
    """Print rows to standard output, one JSON object a line."""
    for row in rows:
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    sys.stdout.flush()
