"""Measures painting by hand: from the pointer to the changed pixels, and a stroke more.

    python -m benchmarks.painting [--strokes 5000] [--side 2048] [--json]

On a sheet with many strokes, one more is drawn point by point: the brush, the blending of the
layers over the paper, and 8-bit pixels of the box that changed, as a window would show them. The
floor of a point is to copy the pixels of its box. The node's output is then brought up to date
for the finished stroke; its floor is to copy the whole sheet, which the output needs anyway.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.rows import Row, print_rows
from nodeui.painting.document import adding, spliced
from nodeui.painting.marks import Mark
from nodeui.painting.points import points_of, unit_of
from nodeui.painting.rasteriser import Rasteriser


def strokes(count: int) -> list[Mark]:
    """Return strokes as of a hand: thirty points each, some pixels apart."""
    random = np.random.default_rng(1)
    found: list[Mark] = []
    for _ in range(count):
        path = random.random(2) + np.cumsum(random.normal(0, 0.004, (30, 2)), axis=0)
        points = points_of([unit_of(float(x), float(y)) for x, y in path])
        colour = "#" + bytes(random.integers(0, 256, 3).tolist()).hex()
        size = float(random.uniform(0.005, 0.04))
        found.append(Mark(kind="brush", points=points, colour=colour, size=size))
    return found


def pointer_to_paint(sheet: Rasteriser, size: float) -> tuple[float, float]:
    """Draw a stroke of 200 points; return the median milliseconds of a point and of its floor."""
    hand = sheet.start(Mark(kind="brush", points=points_of([]), colour="#ff8800", size=size))
    times: list[float] = []
    floors: list[float] = []
    for number in range(200):
        x, y = 0.2 + 0.003 * number, 0.5 + 0.1 * float(np.sin(number / 20))
        start = perf_counter()
        box = hand.to(x, y, 0.5 + 0.5 * number / 200)
        shown = np.asarray(sheet.pixels(box) * 255 + 0.5, np.uint8) if box else None
        times.append(perf_counter() - start)
        if shown is not None:
            pixels = sheet.pixels(box)
            start = perf_counter()
            pixels.copy()
            floors.append(perf_counter() - start)
    hand.lift()
    return 1000 * median(times), 1000 * median(floors)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--strokes", type=int, default=5000)
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    marks = strokes(options.strokes)
    lines = spliced((), adding((), *marks))
    sheet = Rasteriser(options.side, options.side)
    start = perf_counter()
    sheet.update(lines)
    whole = 1000 * (perf_counter() - start)
    of = f"{options.strokes:,} strokes at {options.side} x {options.side}"
    rows = [
        Row(f"{of}: drawn once, each", whole / max(1, len(marks)), None, "ms"),
        Row(f"{of}: text of a stroke", sum(map(len, lines)) / max(1, len(marks)), None, "bytes"),
    ]
    for size in (0.01, 0.04, 0.16):
        figure, floor = pointer_to_paint(sheet, size)
        name = f"{of}: pointer to paint, brush of {round(size * options.side)} px"
        rows.append(Row(name, figure, floor, "ms"))
    lines = sheet.painting.lines
    more: list[float] = []
    undo: list[float] = []
    for one in strokes(20):
        with_it = spliced(lines, adding(lines, one))
        for found, version in ((more, with_it), (undo, lines)):
            start = perf_counter()
            sheet.update(version)
            found.append(1000 * (perf_counter() - start))
    start = perf_counter()
    sheet.pixels()
    output = 1000 * (perf_counter() - start)
    rows.append(Row(f"{of}: a finished stroke more", median(more), None, "ms"))
    rows.append(Row(f"{of}: its undo", median(undo), None, "ms"))
    rows.append(Row(f"{of}: all pixels, as the node returns them", output, None, "ms"))
    if options.json:
        print_rows(rows)
        return
    for row in rows:
        floor = "" if row.floor is None else f"  (floor {row.floor:.3g})"
        print(f"{row.name}: {row.figure:.3g} {row.unit}{floor}")


if __name__ == "__main__":
    main()
