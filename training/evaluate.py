"""Measure an exported folder on scenes that nothing was trained on; print one table.

    python -m training.evaluate WORK [--folder resources/starter] [--count 96]

Prompt following is judged by a small network that was trained on renders (`training.judge`); how
often it is right about held-out renders is printed beside.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderTiny
from scipy.stats import spearmanr
from transformers import AutoImageProcessor, AutoModelForDepthEstimation

from training import common, scene
from training.common import STARTER
from training.dataset import Renders
from training.hints import canny_hint, depth_hint, make_hint
from training.judge import QUESTIONS, Judge, accuracy, load_judge, presence
from training.render import render
from training.sample import Studio
from training.scene import Scene, caption, sample_scene


def spread(pictures: np.ndarray) -> float:
    """Mean distance (RMS over pixels, in [0, 1]) between the pictures of a stack, pair by pair."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    pairs = [(a, b) for a in range(len(flat)) for b in range(a)]
    return float(np.mean([np.sqrt(np.mean((flat[a] - flat[b]) ** 2)) for a, b in pairs]))


class DepthEye:
    """The shipped depth estimator, used as anybody would use it."""

    def __init__(self, folder: Path) -> None:
        self.processor = AutoImageProcessor.from_pretrained(folder / "depth-estimator")
        self.net = AutoModelForDepthEstimation.from_pretrained(
            folder / "depth-estimator", dtype=torch.float32
        ).eval()

    @torch.no_grad()
    def look(self, rgb: np.ndarray) -> np.ndarray:
        """Estimated depth hints (n, h, w)."""
        out = []
        for i in range(0, len(rgb), 32):
            inputs = self.processor(images=list(rgb[i : i + 32]), return_tensors="pt")
            out.append(self.net(**inputs).predicted_depth.numpy())
        return np.concatenate(out)


def rank_agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Median Spearman correlation of two stacks of depth pictures."""
    thin = slice(None, None, 2)
    pairs = ((x[thin, thin].ravel(), y[thin, thin].ravel()) for x, y in zip(a, b, strict=True))
    return float(np.median([spearmanr(x, y)[0] for x, y in pairs]))


def edge_f1(found: np.ndarray, wanted: np.ndarray, tolerance: int = 2) -> float:
    """Mean F1 of edge pictures, where a near miss of `tolerance` pixels counts as a hit."""
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * tolerance + 1,) * 2)
    scores = []
    for f, w in zip(found > 0.5, wanted > 0.5, strict=True):
        near_w = cv2.dilate(w.astype(np.uint8), reach) > 0
        near_f = cv2.dilate(f.astype(np.uint8), reach) > 0
        precision = (f & near_w).sum() / max(1, f.sum())
        recall = (w & near_f).sum() / max(1, w.sum())
        scores.append(2 * precision * recall / max(1e-9, precision + recall))
    return float(np.mean(scores))


def edges_of(rgb: np.ndarray) -> np.ndarray:
    """Canny edges of a stack of pictures."""
    return np.stack([canny_hint(p) for p in rgb])


def measure(work: Path, folder: Path, count: int) -> list[tuple[str, str]]:
    """All figures, as (what, value)."""
    table: list[tuple[str, str]] = []

    def note(what: str, value: str) -> None:
        table.append((what, value))
        print(f"{what}: {value}", flush=True)

    held = Renders(work, held_out=True)
    vae = AutoencoderTiny.from_pretrained(folder / "vae", dtype=torch.float32)
    pixels = common.to_tensor(held.rgb[:200])
    with torch.no_grad():
        back = vae.decode(vae.encode(pixels).latents).sample
    note("VAE: PSNR, 200 held-out renders", f"{common.psnr(back, pixels):.1f} dB")

    eye = DepthEye(folder)
    seen = eye.look(held.rgb[:200])
    note("Depth estimator: median Spearman, 200 held-out renders",
         f"{rank_agreement(seen, held.depth[:200]):.3f}")  # fmt: skip

    judge = load_judge(work)
    trust = accuracy(judge, held.rgb, held.scenes)
    studio = Studio(folder)
    scenes = [sample_scene(10_000_000 + i) for i in range(count)]
    rng = np.random.default_rng(77)
    full_prompts = [full_caption(s, rng) for s in scenes]  # every question must be answerable
    made = studio.make(full_prompts, list(range(count)))
    score = accuracy(judge, made, scenes)
    for q in QUESTIONS:
        note(
            f"Prompt following: {q}, {count} pictures",
            f"{score[q]:.0%} (judge on renders {trust[q]:.0%})",
        )

    for q in ("trees", "building"):
        there, absent = presence(judge, made, scenes, q)
        note(
            f"Prompt following: any {q}, {count} pictures",
            f"present when asked {there:.0%}, absent when not {absent:.0%}",
        )
    note("Diversity: distance between seeds of a prompt, as a share of that between renders",
         f"{diversity(studio, rng):.0%}")  # fmt: skip

    if (folder / "lora-fast").exists():
        measure_fast(judge, folder, full_prompts, scenes, made, note)

    n = min(48, count // 2)
    prompts = [caption(s, rng) for s in held.scenes[:n]]
    seeds = [5000 + i for i in range(n)]
    free = studio.make(prompts, seeds)
    wanted = depth_hint(held.depth[:n])
    held_edges = edges_of(held.rgb[:n])
    usual = depth_hint(held.depth).mean(0)
    values, beyond = [], []
    for name, strength in (("none", 0.0), ("0.5", 0.5), ("1.0", 1.0)):
        made = studio.make(prompts, seeds, wanted, "depth", strength) if strength else free
        found = eye.look(made)
        values.append(f"{name} {rank_agreement(found, wanted):.3f}")
        beyond.append(f"{name} {rank_agreement(found - usual, wanted - usual):.3f}")
    what = f"Depth control: median Spearman with the hint, {n} pictures, by strength"
    note(what, ", ".join(values))
    # a sky above and the near ground below agree with any hint: what is there beyond that?
    note(f"{what}; of what differs from the mean of all renders", ", ".join(beyond))
    for which in ("canny", "sketch"):
        hints = np.stack(
            [make_hint(which, held, i, np.random.default_rng(i), plain=True) for i in range(n)]
        )
        target = held_edges if which == "canny" else hints
        values = [f"none {edge_f1(edges_of(free), target):.3f}"]
        for strength in (0.5, 1.0):
            made = studio.make(prompts, seeds, hints, which, strength)
            values.append(f"{strength} {edge_f1(edges_of(made), target):.3f}")
        note(
            f"{which.title()} control: edge F1 (2 px), {n} pictures, by strength", ", ".join(values)
        )

    for what, hints in (
        ("20 steps with guidance", None),
        ("the same with one ControlNet", wanted[:1]),
    ):
        studio.make(prompts[:1], [0], hints, steps=2)
        start = time.perf_counter()
        studio.make(prompts[:1], [0], hints)
        note(f"Time for one picture, {what}", f"{time.perf_counter() - start:.2f} s")
    return table


def measure_fast(
    judge: Judge,
    folder: Path,
    prompts: list[str],
    scenes: list[Scene],
    slow: np.ndarray,
    note: Callable[[str, str], None],
) -> None:
    """The LoRA for four steps, beside 20 steps with guidance from the same noise."""
    fast = Studio.fast(folder)
    quick = {"steps": 4, "guidance": 1.0}
    n = min(96, len(prompts))
    made = fast.make(prompts[:n], list(range(n)), **quick)
    gap = np.sqrt(np.mean(((made - slow[:n].astype(np.float32)) / 255) ** 2, axis=(1, 2, 3))).mean()
    score = accuracy(judge, made, scenes[:n])
    follows = ", ".join(f"{q} {score[q]:.0%}" for q in QUESTIONS)
    note(f"4 steps with lora-fast: prompt following, {n} pictures", follows)
    note("4 steps with lora-fast: distance to 20 steps from the same noise; between seeds",
         f"{gap:.3f}; {spread(slow[:24]):.3f}")  # fmt: skip
    fast.make(prompts[:1], [0], **quick)
    start = time.perf_counter()
    fast.make(prompts[:1], [0], **quick)
    note("Time for one picture, 4 steps with lora-fast", f"{time.perf_counter() - start:.2f} s")


def diversity(studio: Studio, rng: np.random.Generator, prompts: int = 6, each: int = 6) -> float:
    """How far pictures of one prompt are from each other, over how far renders of it are."""
    made, rendered = [], []
    for i in range(prompts):
        first = sample_scene(20_000_000 + i)
        text = full_caption(first, rng)
        made.append(spread(studio.make([text] * each, list(range(each)))))
        alike = [replace(first, seed=30_000_000 + each * i + k) for k in range(each)]
        rendered.append(spread(np.stack([render(scene).rgb for scene in alike])))
    return float(np.mean(made) / np.mean(rendered))


def full_caption(s: Scene, rng: np.random.Generator) -> str:
    """A caption that names the time and the season, whatever chance would leave out."""
    for _ in range(60):
        text = caption(s, rng)
        words = scene.moods_named(text)
        if s.time in words and s.season in words:
            return text
    return text


def main() -> None:
    """Measure, print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--folder", type=Path, default=STARTER)
    parser.add_argument("--count", type=int, default=300)
    args = parser.parse_args()
    common.set_up()
    table = measure(args.work, args.folder, args.count)
    (args.work / "evaluation.json").write_text(json.dumps(table, indent=1))
    print("\n| What | Measured |\n| --- | --- |")
    for what, value in table:
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()
