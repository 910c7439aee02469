"""Attacks the program with kills, full disks, damaged caches and mutated files; prints one table.

    python -m benchmarks.siege [--minutes 10 | --full] [--only NAME ...] [--seed 0] [--json]

The time is divided among the attacks; with --full, each ends after its number in `FULL`. A row
counts the attempts and, of these, the wrong pictures, lost edits, tracebacks, hangs of more than
5 s, rises of memory of more than 1 GB, files written outside the folders that are meant, and code
that ran. All but the attempts are meant to be 0; the exit status is 1 if one is not. Inputs that
fail are kept in the folder that is printed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.siege import disks, inputs, kills
from benchmarks.siege.tally import FAULTS, Siege, Tally

ATTACKS: Mapping[str, Callable[[Siege], Tally]] = {
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
    "mutated safetensors": 10_000,
    "mutated configs": 15_000,
    "mutated journals": 30_000,
}


def main() -> None:
    """Run the attacks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(ATTACKS), choices=list(ATTACKS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="siege-"))
    seconds = math.inf if arguments.full else 60 * arguments.minutes / len(arguments.only)
    rows: dict[str, Tally] = {}
    for name in arguments.only:
        place = folder / name.replace(" ", "-")
        place.mkdir()
        most = FULL[name] if arguments.full else math.inf
        rows[name] = ATTACKS[name](Siege(place, seconds, most, random.Random(arguments.seed)))
        print(f"{name}: {rows[name].attempts:,}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({name: row.counts() for name, row in rows.items()}))
    else:
        print(table(rows))
    failed = any(row.faults for row in rows.values())
    print(f"failed inputs: {folder}" if failed else "no faults", file=sys.stderr)
    sys.exit(1 if failed else 0)


def table(rows: Mapping[str, Tally]) -> str:
    """Return the rows as a Markdown table."""
    lines = [f"| attack | attempts | {' | '.join(FAULTS)} |", "|---" * (len(FAULTS) + 2) + "|"]
    for name, row in rows.items():
        counts = row.counts()
        cells = [f"{counts[column]:,}" for column in ("attempts", *FAULTS)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
