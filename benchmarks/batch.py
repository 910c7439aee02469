"""Measures what seeds of a sweep cost together.

    python -m benchmarks.batch [--json] [--rounds 5]

The ratio is the time of four seeds of the starter model in one batch over that of four single runs,
with four steps of lcm and no decoding. Both are run in turn; the least time of each counts.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import nodeui
from benchmarks.rows import Row, print_rows
from nodeui.engine.cache import open_cache

WORKFLOW = Path(__file__).parents[1] / "workflows" / "landscape.nodeui.json"
CELLS = 4


def seconds(first: int, together: int) -> float:
    """Return the time of a sweep over seeds, with an empty cache.

    Args:
        first: The first seed.
        together: Number of cells in a batch.
    """
    with tempfile.TemporaryDirectory() as folder, open_cache(None) as cache:
        started = time.perf_counter()
        result = nodeui.sweep(
            WORKFLOW,
            {"sampler.seed": range(first, first + CELLS)},
            set={"sampler.steps": 4, "sampler.scheduler": "lcm", "sampler.guidance_scale": 1.0},
            targets=["sampler"],
            output_dir=folder,
            cache=cache,
            together=together,
        )
        assert result.ok
        return time.perf_counter() - started


def ratio(rounds: int) -> Row:
    """Return the row of the time of cells in one batch."""
    times: dict[int, list[float]] = {1: [], CELLS: []}
    for number in range(rounds + 1):  # the first round loads the weights
        for together, found in times.items():
            found.append(seconds(1000 + CELLS * number, together))
    least = {together: min(found[1:]) for together, found in times.items()}
    figure = round(least[CELLS] / least[1], 3)
    name = f"{CELLS} seeds of 4 steps in one batch"
    return Row(name, figure, None, "of single runs")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for row in [ratio(arguments.rounds)]:
        if arguments.json:
            print_rows([row])
        else:
            print(f"{row.name:44} {row.figure} {row.unit}", flush=True)


if __name__ == "__main__":
    main()
