"""The terms of an attack, and its results."""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

FAULTS = (
    "wrong pictures",
    "lost edits",
    "tracebacks",
    "hangs",
    "memory",
    "files outside",
    "code run",
)

PAUSE = 1.0
"""Seconds between two lines of the log."""


@dataclass
class Tally:
    """The results of an attack.

    Attributes:
        attempts: Number of attempts.
        faults: Number of faults, by their name in `FAULTS`.
        ended: Why the attack has ended: "done", "time", "stopped" or "error"; "" while it runs.
        engines: Number of attempts by what mutated the inputs, if there are any.
    """

    attempts: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    ended: str = ""
    engines: Counter[str] = field(default_factory=Counter[str])

    @property
    def engine(self) -> str:
        """The engines, with their number of attempts if there are two."""
        names = [
            f"{name} {count:,}" if len(self.engines) > 1 else name
            for name, count in self.engines.items()
        ]
        return ", ".join(names)

    def counts(self) -> dict[str, int]:
        """Return all numbers by the name of their column."""
        return {"attempts": self.attempts, **{name: self.faults[name] for name in FAULTS}}


class Siege:
    """An attack: its terms, and its results so far.

    Args:
        name: Name of the attack.
        folder: An empty folder of its own, where failed inputs are kept.
        seconds: Its duration; afterwards no attempt begins.
        most: The number of attempts that end it before.
        random: Its random choices.
        log: Takes the results so far as JSON lines, the last of which counts.
        engine: What mutates inputs: "structure", "atheris" or "both".

    Attributes:
        tally: The results.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        seconds: float,
        most: float,
        random: random.Random,
        log: IO[str],
        engine: str = "structure",
    ) -> None:
        self.name = name
        self.folder = folder
        self.random = random
        self.engine = engine
        self.tally = Tally()
        self._seconds = seconds
        self._most = most
        self._log = log
        self._started = time.monotonic()
        self._logged = 0.0

    def lasts(self, share: float = 1.0) -> bool:
        """True until there were enough attempts, or the time is up; or a share of them."""
        enough = self.tally.attempts >= share * self._most
        return not enough and self.elapsed < share * self._seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._started

    def attempted(self, *faults: str) -> None:
        """Count an attempt with its faults."""
        self.tally.attempts += 1
        self.found(*faults)

    def found(self, *faults: str) -> None:
        """Count faults of the last attempt, or of the one under way."""
        self.tally.faults.update(faults)
        if faults or time.monotonic() - self._logged > PAUSE:
            self.write()

    def end(self, why: str) -> None:
        """Note why the attack has ended."""
        self.tally.ended = why
        self.write()

    def write(self) -> None:
        """Write the results so far to the log and to standard error."""
        self._logged = time.monotonic()
        tally = self.tally
        line = {
            "attack": self.name,
            **tally.counts(),
            "engine": tally.engine,
            "seconds": round(self.elapsed, 1),
            "ended": tally.ended,
        }
        print(json.dumps(line), file=self._log, flush=True)
        most = "" if self._most == float("inf") else f" of {self._most:,}"
        faults = sum(tally.faults.values())
        state = tally.ended or "..."
        print(
            f"{self.name}: {tally.attempts:,}{most}, {faults:,} faults, "
            f"{self.elapsed:,.0f} s, {state}",
            file=sys.stderr,
            flush=True,
        )
