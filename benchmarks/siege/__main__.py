"""Attacks the program with kills, full disks, damaged caches and mutated files; prints one table.

    python -m benchmarks.siege [--minutes 10] [--full] [--only NAME ...] [--seed 0] [--json]
        [--engine structure|atheris|both] [--log FILE]

The time is divided among the attacks; one that needs less leaves the rest to the others. With
--full, each ends after its number in `FULL`, and there is no limit of time unless --minutes sets
one. A row counts the attempts and, of these, the wrong pictures, lost edits, tracebacks, hangs,
rises of memory of more than 1 GB, files written outside the folders that are meant, and code that
ran. All but the attempts are meant to be 0; the exit status is 1 if one is not.

An attack that its time, Ctrl-C or SIGTERM cuts off is in the table with what it has counted so far.
The results so far are written to the log every second as JSON lines, so that a siege that is killed
loses nothing. Inputs that fail are kept in the folder that is printed.

Pictures, safetensors, configs and workflows are mutated by two engines: "structure" knows the
formats; "atheris", if it is installed, follows the coverage of the code that reads them. By default
each gets half of the row.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import math
import random
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.siege import disks, inputs, kills
from benchmarks.siege.tally import FAULTS, Siege, Tally

ATTACKS: Mapping[str, Callable[[Siege], None]] = {
    "worker kills": kills.kill_workers,
    "editor kills": kills.kill_editors,
    "full disks": disks.fill_disks,
    "damaged caches": disks.damage_caches,
    "damaged entries": disks.damage_entries,
    **{f"mutated {kind}": inputs.attack_with(kind) for kind in inputs.KINDS},
}

FULL: Mapping[str, int] = {
    "worker kills": 100,
    "editor kills": 100,
    "full disks": 50,
    "damaged caches": 50,
    "damaged entries": 200,
    "mutated workflows": 30_000,
    "mutated pictures": 15_000,
    "mutated metadata": 15_000,
    "mutated paintings": 10_000,
    "mutated safetensors": 10_000,
    "mutated checkpoints": 10_000,
    "mutated configs": 15_000,
    "mutated journals": 30_000,
}


class TimeUp(BaseException):
    """The time of an attack is up."""


class Stopped(BaseException):
    """The siege was asked to stop."""


def main() -> None:
    """Run the attacks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(ATTACKS), choices=list(ATTACKS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--engine", choices=["structure", "atheris", "both"])
    parser.add_argument("--log", type=Path)
    arguments = parser.parse_args()
    engine = _engine(arguments.engine)
    minutes = arguments.minutes or (math.inf if arguments.full else 10.0)
    folder = Path(tempfile.mkdtemp(prefix="siege-"))
    log = arguments.log or folder / "log.jsonl"
    print(f"results so far: {log}", file=sys.stderr)
    rows: dict[str, Tally] = {}
    left = 60 * minutes
    with log.open("a") as opened:
        for number, name in enumerate(arguments.only):
            place = folder / name.replace(" ", "-")
            place.mkdir()
            most = FULL[name] if arguments.full else math.inf
            share = left / (len(arguments.only) - number)
            chance = random.Random(arguments.seed)
            siege = Siege(name, place, share, most, chance, opened, engine)
            rows[name] = siege.tally
            conduct(ATTACKS[name], siege, share)
            left = max(0.0, left - siege.elapsed)
            if siege.tally.ended == "stopped":
                break
    if arguments.json:
        print(json.dumps({name: row.counts() for name, row in rows.items()}))
    else:
        print(table(rows))
    failed = any(row.faults or row.ended == "error" for row in rows.values())
    print(f"failed inputs: {folder}" if failed else "no faults", file=sys.stderr)
    sys.exit(1 if failed else 0)


def _engine(chosen: str | None) -> str:
    """Return the engine for mutated inputs.

    Raises:
        SystemExit: atheris was chosen and is not installed.
    """
    there = importlib.util.find_spec("atheris") is not None
    if chosen in ("atheris", "both") and not there:
        sys.exit("atheris is not installed: pip install atheris")
    return chosen or ("both" if there else "structure")


def conduct(attack: Callable[[Siege], None], siege: Siege, seconds: float) -> None:
    """Run an attack until it ends, its time is up or the siege is stopped."""
    siege.write()
    try:
        with _limited(seconds):
            attack(siege)
        siege.end("time" if siege.elapsed >= seconds else "done")
    except TimeUp:
        siege.end("time")
    except (Stopped, KeyboardInterrupt):
        siege.end("stopped")
    except Exception:
        traceback.print_exc()
        (siege.folder / "error.txt").write_text(traceback.format_exc())
        siege.end("error")


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in the body after some seconds, and `Stopped` on SIGTERM."""

    def time_up(*_: object) -> None:
        raise TimeUp

    def stop(*_: object) -> None:
        raise Stopped

    handlers = {signal.SIGALRM: time_up, signal.SIGTERM: stop}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    if seconds < math.inf:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def table(rows: Mapping[str, Tally]) -> str:
    """Return the rows as a Markdown table."""
    columns = ("attempts", *FAULTS)
    lines = [f"| attack | {' | '.join(columns)} | engine | ended |"]
    lines.append("|---" * (len(columns) + 3) + "|")
    for name, row in rows.items():
        counts = row.counts()
        cells = [f"{counts[column]:,}" for column in columns]
        lines.append(f"| {name} | {' | '.join(cells)} | {row.engine} | {row.ended} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
