"""Draws contact sheets for the model card: pictures of the model, without and with hints.

    python -m training.grids WORK [--folder resources/starter] [--card]

Writes WORK/grids/*.png, or with `--card` those of the model card, into the exported folder.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from training import common
from training.common import STARTER
from training.dataset import Renders
from training.hints import KINDS, plain_hints
from training.sample import Studio, sheet
from training.scene import caption

PROMPTS = (
    "mountains with a lake at sunset, in autumn",
    "snowy mountains and pine trees at night, clear sky",
    "sand dunes with palm trees at noon",
    "sea cliffs and a lighthouse by the ocean at dawn",
    "a meadow with cherry blossom trees in spring, in daylight, clouds",
    "a red rock canyon and a river at sunset",
    "islands, the sea, palm trees, at noon, in summer",
    "rolling hills with a house and trees in autumn, misty, in the early morning",
)
DRAWN_PROMPTS = (  # three for each of the sketches
    "mountains at sunset",
    "snowy mountains, pine trees, at noon",
    "mountains and a lake at dawn",
    "sea cliffs with a lighthouse at noon",
    "sea cliffs, a lighthouse, sunset",
    "sea cliffs, a tower, night",
    "hills in spring at noon",
    "sand dunes at sunset",
    "a meadow with trees in autumn at dawn",
)
TIMES = ("at dawn", "at noon", "at sunset", "at night")
SEASONS = ("in spring", "in summer", "in autumn", "in winter")


def drawn_sketches() -> np.ndarray:
    """Draw three sketches as polylines: two mountains, a coast with a tower, hills."""
    drawings = (
        (((0, 78), (14, 66), (30, 40), (38, 47), (52, 22), (66, 52), (76, 44), (96, 64), (127, 72)),
         ((0, 84), (40, 86), (90, 83), (127, 87))),
        (((0, 60), (127, 61)), ((0, 96), (30, 86), (52, 70), (60, 48), (84, 44), (127, 42)),
         ((92, 44), (94, 12), (104, 12), (106, 43))),
        (((0, 70), (20, 60), (44, 58), (70, 68), (96, 56), (127, 62)),
         ((0, 92), (34, 80), (64, 84), (127, 76))),
    )  # fmt: skip
    out = []
    for lines in drawings:
        image = Image.new("L", (common.SIZE, common.SIZE))
        for line in lines:
            ImageDraw.Draw(image).line(line, fill=255, width=2, joint="curve")
        out.append(np.asarray(image, np.float32) / 255)
    return np.stack(out)


def grey(hints: np.ndarray) -> np.ndarray:
    """Turn hints into pictures."""
    return np.repeat(np.round(hints * 255).astype(np.uint8)[..., None], 3, axis=-1)


def rows_of(hints: np.ndarray, made: np.ndarray, each: int) -> np.ndarray:
    """Arrange each hint followed by its `each` results."""
    n = len(hints)
    return np.concatenate(
        [grey(hints)[:, None], made.reshape(n, each, *made.shape[1:])], 1
    ).reshape(-1, *made.shape[1:])


class Sheets:
    """Draws the sheets."""

    def __init__(self, work: Path, folder: Path, guidance: float) -> None:
        self.make = partial(Studio(folder).make, guidance=guidance)
        self.held = Renders(work, held_out=True)
        self.chosen = [
            i for i, s in enumerate(self.held.scenes) if s.weather != "foggy" and s.time != "night"
        ]

    def samples(self) -> np.ndarray:
        """Draw eight prompts, four seeds each."""
        return self.make([p for p in PROMPTS for _ in range(4)], list(range(4)) * 8)

    def seasons(self) -> np.ndarray:
        """Draw one place and seed: one row per season, one column per time of day."""
        prompts = [f"mountains with a lake and trees {t}, {s}" for s in SEASONS for t in TIMES]
        return self.make(prompts, [3] * 16)

    def hinted(self, which: str, n: int) -> np.ndarray:
        """Draw renders with hints and three results each: one for its caption, two for others."""
        chosen = self.chosen[:n]
        hints = plain_hints(which, self.held, chosen)
        words = [caption(self.held.scenes[i], np.random.default_rng(i)) for i in chosen]
        prompts = [p for w in words for p in (w, "mountains at sunset", "snowy hills at night")]
        made = self.make(prompts, [0, 1, 2] * n, np.repeat(hints, 3, 0), which)
        table = rows_of(hints, made, 3).reshape(n, 4, common.SIZE, common.SIZE, 3)
        truth = self.held.rgb[chosen][:, None]
        return np.concatenate([truth, table], 1).reshape(-1, common.SIZE, common.SIZE, 3)

    def drawn(self) -> np.ndarray:
        """Draw hand-drawn sketches, each with three results."""
        hints = drawn_sketches()
        made = self.make(DRAWN_PROMPTS, list(range(9)), np.repeat(hints, 3, 0), "sketch")
        return rows_of(hints, made, 3)


def draw(work: Path, folder: Path, guidance: float) -> None:
    """Draw all sheets."""
    out = work / "grids"
    out.mkdir(exist_ok=True)
    sheets = Sheets(work, folder, guidance)
    sheet(sheets.samples(), 8).save(out / "samples.png")
    sheet(sheets.seasons(), 4).save(out / "seasons.png")
    for which in KINDS:
        sheet(sheets.hinted(which, 6), 10).save(out / f"{which}.png")
    sheet(sheets.drawn(), 4).save(out / "drawn.png")


def draw_card(work: Path, folder: Path, guidance: float) -> None:
    """Draw the sheets of the model card into the exported folder."""
    sheets = Sheets(work, folder, guidance)
    hinted = np.concatenate([sheets.hinted(which, 2) for which in KINDS])
    pages = {
        "samples": sheet(np.concatenate([sheets.samples(), sheets.drawn()[:8]]), 8),
        "seasons": sheet(sheets.seasons(), 4),
        "controls": sheet(hinted, 10),
    }
    for name, page in pages.items():
        page.save(folder / f"{name}.png", optimize=True)


def main() -> None:
    """Draw the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--folder", type=Path, default=STARTER)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--card", action="store_true")
    args = parser.parse_args()
    common.set_up()
    (draw_card if args.card else draw)(args.work, args.folder, args.guidance)


if __name__ == "__main__":
    main()
