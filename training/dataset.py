"""Render the data set to disk, on all cores.

    python -m training.dataset WORK [--count 12000]

Writes WORK/data/00000.npz and so on, 500 renders each: `rgb`, `depth`, `kind` and the scenes as
JSON. Existing parts are kept, so an interrupted run resumes where it stopped. Scenes
are numbered; the first `HELD_OUT` of them are never trained on.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from functools import partial
from pathlib import Path

import numpy as np

from training.scene import Scene, sample_scene

PART = 500
HELD_OUT = 500  # scenes 0..499, the first part


def render_part(folder: Path, part: int) -> int:
    """Render one part unless it exists."""
    path = folder / f"{part:05d}.npz"
    if path.exists():
        return part
    from training.render import render

    scenes = [sample_scene(i) for i in range(part * PART, (part + 1) * PART)]
    pictures = [render(scene) for scene in scenes]
    text = json.dumps([scene.to_dict() for scene in scenes])
    partial_file = path.with_suffix(".partial.npz")
    np.savez(
        partial_file,
        rgb=np.stack([p.rgb for p in pictures]),
        depth=np.stack([p.depth for p in pictures]),
        kind=np.stack([p.kind for p in pictures]),
        scenes=np.array(text),
    )
    os.replace(partial_file, path)
    return part


class Renders:
    """The rendered pictures in memory: `rgb` (n, 128, 128, 3), `depth`, `kind`, `scenes`."""

    def __init__(self, work: Path, held_out: bool = False) -> None:
        parts = sorted((work / "data").glob("[0-9]*[0-9].npz"))
        parts = [p for p in parts if (int(p.stem) * PART < HELD_OUT) == held_out]
        if not parts:
            raise SystemExit(f"no renders in {work / 'data'}: run python -m training.dataset first")
        loaded = [np.load(p) for p in parts]
        self.rgb = np.concatenate([part["rgb"] for part in loaded])
        self.depth = np.concatenate([part["depth"] for part in loaded])
        self.kind = np.concatenate([part["kind"] for part in loaded])
        self.scenes = [Scene(**s) for part in loaded for s in json.loads(str(part["scenes"]))]

    def __len__(self) -> int:
        return len(self.scenes)


def main() -> None:
    """Render what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--count", type=int, default=12_000)
    args = parser.parse_args()
    folder = args.work / "data"
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    parts = range(args.count // PART)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for part in pool.imap_unordered(partial(render_part, folder), parts):
            print(f"part {part} after {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
