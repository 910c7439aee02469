"""The terms of an attack, and its results."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FAULTS = (
    "wrong pictures",
    "lost edits",
    "tracebacks",
    "hangs",
    "memory",
    "files outside",
    "code run",
)


@dataclass
class Siege:
    """The terms of an attack.

    Attributes:
        folder: An empty folder of its own, where failed inputs are kept.
        seconds: Its duration.
        most: The number of attempts that end it before.
        random: Its random choices.
    """

    folder: Path
    seconds: float
    most: float
    random: random.Random
    _started: float = 0.0

    def lasts(self, attempts: int) -> bool:
        """True until there were enough attempts, or the time since the first call is up."""
        self._started = self._started or time.monotonic()
        return attempts < self.most and time.monotonic() - self._started < self.seconds


@dataclass
class Tally:
    """The results of an attack.

    Attributes:
        attempts: Number of attempts.
        faults: Number of faults, by their name in `FAULTS`.
    """

    attempts: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])

    def counts(self) -> dict[str, int]:
        """Return all numbers by the name of their column."""
        return {"attempts": self.attempts, **{name: self.faults[name] for name in FAULTS}}
