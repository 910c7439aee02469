"""Measures a sweep of ControlNet ends: steps that are run, compared with separate runs.

    python -m benchmarks.sweep [--ends 0.6,0.7,0.8,0.9,1] [--steps 20] [--seed 3]

Runs `workflows/controlled-landscape.nodeui.json` with the starter model and an empty cache. The
target is 45 % for five ends and one seed. The possible minimum depends on the ends: two runs share
the steps before the earlier of their two ends and none after it, so with n steps and the largest
end E it is n + the sum of n * (1 - end) over the ends below E.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import nodeui
from nodeui.engine.cache import open_cache

WORKFLOW = Path(__file__).parents[1] / "workflows" / "controlled-landscape.nodeui.json"
TARGET = 0.45


def measure(ends: str, steps: int, seed: int) -> dict[str, object]:
    """Return steps and seconds of a sweep and of its cells, the first of which shares nothing."""
    with tempfile.TemporaryDirectory() as folder, open_cache(Path(folder) / "cache") as cache:
        result = nodeui.sweep(
            WORKFLOW,
            {"control.end": ends},
            set={"sampler.steps": steps, "sampler.seed": seed},
            output_dir=folder,
            cache=cache,
        )
        reports = [cell.result.report for cell in result.cells]
        assert result.ok, [failure.message for report in reports for failure in report.failures]
        run = [sum(node.steps_run or 0 for node in report.nodes) for report in reports]
        naive = steps * len(run)
        return {
            "ends": [cell.cell.values["control.end"] for cell in result.cells],
            "steps_run": run,
            "steps_run_sum": sum(run),
            "naive_sum": naive,
            "ratio": round(sum(run) / naive, 3),
            "target": TARGET,
            "seconds_of_cells": [round(report.seconds, 2) for report in reports],
            "seconds": round(result.seconds, 2),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ends", default="0.6,0.7,0.8,0.9,1")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.ends, arguments.steps, arguments.seed), indent=2))


if __name__ == "__main__":
    main()
