"""Runs benchmarks and writes their figures to `docs/performance.md`.

    python -m benchmarks.report [loop start ...]

A benchmark takes part by printing `benchmarks.rows.Row`s as JSON lines with `--json`; its name is
then listed in `BENCHMARKS`. With names, only these run, and the tables of the others stay.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import msgspec

from benchmarks.rows import Row

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

BENCHMARKS = {
    "loop": "From an edit to the picture, in live mode",
    "start": "Start",
    "scale": "Large graphs and pictures",
    "batch": "Several pictures at once",
    "state": "Stored steps and the cache",
    "library": "The library of pictures",
    "painting": "Painting by hand",
}
"""Title of each benchmark's table; those without a module are left out."""

HEAD = """# Performance

Figures of NodeUI, each beside its floor: the least that it could be, such as the computing itself
or the bare imports, measured in the same run. Written by `python -m benchmarks.report`; the module
named under each title has the details.
"""

RULED_OUT = """## Measured and not built

Processor time of one call, starter model at its size, guided, on a machine that was busy with other
work.

- **`torch.compile` on a CPU.** With one thread, compared with the same network as it is:
  `compile_repeated_blocks` takes 0.97 of the time, all transformer and ResNet blocks 1.07, the
  whole UNet 0.89. With two threads, on a quiet machine, `compile_repeated_blocks` takes 0.98 (the
  median of 15 pairs, 0.83 to 1.21); the 0.58 to 0.77 that were seen once did not come back.
  Compiling took 7 s there, and up to several minutes for the other two.
- **Previews beside the next step.** A preview is a linear map of the latents, not a decoded
  picture: 0.03 ms of a step of 45 ms. The first one fits that map, in 184 ms; the warm-up does it.
- **Text encoding beside weight loading on a CPU.** Loading the text encoder takes 18 ms, encoding a
  prompt 4 ms and loading the UNet 96 ms, so at most 22 of 118 ms could overlap, on a core that has
  nothing else to do. Loading two networks at once is not safe: the libraries change torch's default
  dtype meanwhile.
- **ControlNets of several pictures in one batch.** The UNet is evaluated for all pictures at once,
  a ControlNet for each. In a step the pictures may have other ControlNets, weights and hints, so
  each ControlNet needs batches of its own, and their places in them would have to be in the keys.
"""


def run(name: str) -> list[Row]:
    """Return the rows of a benchmark.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith(b"{")]
    return [msgspec.json.decode(line, type=Row) for line in lines]


def section(name: str, rows: list[Row]) -> str:
    """Return the table of a benchmark as Markdown."""
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    lines = [
        f"## {BENCHMARKS[name]}",
        "",
        f"`python -m benchmarks.{name}`, {date.today():%Y-%m-%d}, {machine}.",
        "",
        "| what | figure | floor | ratio |",
        "|---|---:|---:|---:|",
    ]
    for row in rows:
        floor = "" if row.floor is None else f"{number(row.floor)} {row.unit}"
        ratio = f"{row.figure / row.floor:.2f}" if row.floor else ""
        lines.append(f"| {row.name} | {number(row.figure)} {row.unit} | {floor} | {ratio} |")
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """Return a number with at least three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def sections(page: str) -> dict[str, str]:
    """Return the sections of the page, by the name of their benchmark."""
    parts = re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]
    names = {title: name for name, title in BENCHMARKS.items()}
    return {names[title]: part for part in parts if (title := part.splitlines()[0][3:]) in names}


def main() -> None:
    """Run the benchmarks and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    there = [name for name in BENCHMARKS if find_spec(f"benchmarks.{name}")]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(there)}")
    names = parser.parse_args().names or there
    for name in names:
        if name not in there:
            parser.error(f"there is no benchmark {name!r}, only {', '.join(there)}")
    known = sections(PAGE.read_text("utf-8")) if PAGE.exists() else {}
    for name in names:
        print(f"benchmarks.{name} ...", file=sys.stderr, flush=True)
        known[name] = section(name, run(name))
    parts = [known[name] for name in BENCHMARKS if name in known]
    page = [HEAD, *(part.rstrip() + "\n" for part in parts), RULED_OUT]
    PAGE.write_text("\n".join(page), "utf-8")


if __name__ == "__main__":
    main()
