"""Measures an exported folder on held-out scenes, and prints one table.

    python -m training.evaluate WORK [--folder resources/starter] [--count 96]

Prompt following is judged by a small network trained on renders (`training.judge`); its accuracy
on held-out renders is printed too.
"""

from __future__ import annotations

import argparse
import json
import time
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
from training.controlnet import elsewhere
from training.dataset import Renders
from training.hints import canny_hint, depth_hint, plain_hints
from training.judge import QUESTIONS, Judge, accuracy, load_judge, presence
from training.render import render
from training.sample import Studio
from training.scene import Scene, caption, sample_scene


def spread(pictures: np.ndarray) -> float:
    """Return the mean pairwise distance (RMS over pixels, in [0, 1]) of the pictures of a stack."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    pairs = [(a, b) for a in range(len(flat)) for b in range(a)]
    return float(np.mean([np.sqrt(np.mean((flat[a] - flat[b]) ** 2)) for a, b in pairs]))


class DepthEye:
    """The shipped depth estimator, used by its public interface."""

    def __init__(self, folder: Path) -> None:
        self.processor = AutoImageProcessor.from_pretrained(folder / "depth-estimator")
        self.net = AutoModelForDepthEstimation.from_pretrained(
            folder / "depth-estimator", dtype=torch.float32
        ).eval()

    @torch.no_grad()
    def look(self, rgb: np.ndarray) -> np.ndarray:
        """Estimate depth hints (n, h, w)."""
        out = []
        for i in range(0, len(rgb), 32):
            inputs = self.processor(images=list(rgb[i : i + 32]), return_tensors="pt")
            out.append(self.net(**inputs).predicted_depth.numpy())
        return np.concatenate(out)


def rank_agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Return the median Spearman correlation of two stacks of depth pictures."""
    thin = slice(None, None, 2)
    pairs = ((x[thin, thin].ravel(), y[thin, thin].ravel()) for x, y in zip(a, b, strict=True))
    return float(np.median([spearmanr(x, y)[0] for x, y in pairs]))


def edge_f1(found: np.ndarray, wanted: np.ndarray, tolerance: int = 2) -> float:
    """Return the mean F1 of edge pictures; misses within `tolerance` pixels count as hits."""
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
    """Return the Canny edges of a stack of pictures."""
    return np.stack([canny_hint(p) for p in rgb])


class Report:
    """Collects the figures as (name, value), in order."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def note(self, what: str, value: str) -> None:
        """Add a figure, and print it."""
        self.rows.append((what, value))
        print(f"{what}: {value}", flush=True)


def measure(work: Path, folder: Path, count: int) -> list[tuple[str, str]]:
    """Measure all figures, as (name, value)."""
    report, held = Report(), Renders(work, held_out=True)
    measure_vae(report, folder, held)
    eye = DepthEye(folder)
    seen = eye.look(held.rgb[:200])
    report.note("Depth estimator: median Spearman, 200 held-out renders",
                f"{rank_agreement(seen, held.depth[:200]):.3f}")  # fmt: skip
    judge, studio = load_judge(work), Studio(folder)
    rng = np.random.default_rng(77)
    scenes = [sample_scene(10_000_000 + i) for i in range(count)]
    prompts = [full_caption(s, rng) for s in scenes]  # every question needs an answer
    made = studio.make(prompts, list(range(count)))
    measure_prompts(report, judge, held, scenes, made)
    report.note("Diversity: distance between seeds of a prompt, as a share of that between renders",
                f"{diversity(studio, rng):.0%}")  # fmt: skip
    if (folder / "lora-fast").exists():
        measure_fast(report, judge, folder, prompts, scenes, made)
    trial = Trial(studio, held, min(48, count // 2), rng)
    measure_depth_control(report, trial, eye)
    for which in ("canny", "sketch"):
        measure_line_control(report, trial, which)
    measure_time(report, studio, prompts[:1], trial.hints("depth")[:1])
    return report.rows


def measure_vae(report: Report, folder: Path, held: Renders) -> None:
    """Measure how well the autoencoder reconstructs renders."""
    vae = AutoencoderTiny.from_pretrained(folder / "vae", dtype=torch.float32)
    pixels = common.to_tensor(held.rgb[:200])
    with torch.no_grad():
        back = vae.decode(vae.encode(pixels).latents).sample
    report.note("VAE: PSNR, 200 held-out renders", f"{common.psnr(back, pixels):.1f} dB")


def measure_prompts(
    report: Report, judge: Judge, held: Renders, scenes: list[Scene], made: np.ndarray
) -> None:
    """Measure what the judge recognises in pictures made for `scenes`."""
    trust, score = accuracy(judge, held.rgb, held.scenes), accuracy(judge, made, scenes)
    for q in QUESTIONS:
        report.note(
            f"Prompt following: {q}, {len(made)} pictures",
            f"{score[q]:.0%} (judge on renders {trust[q]:.0%})",
        )
    for q in ("trees", "building"):
        there, absent = presence(judge, made, scenes, q)
        report.note(
            f"Prompt following: any {q}, {len(made)} pictures",
            f"present when asked {there:.0%}, absent when not {absent:.0%}",
        )


class Trial:
    """Pictures for the captions of held-out renders, without and with hints of these renders."""

    def __init__(self, studio: Studio, held: Renders, n: int, rng: np.random.Generator) -> None:
        self.studio, self.held, self.n = studio, held, n
        scenes = held.scenes[:n]
        self.prompts = [caption(s, rng) for s in scenes]
        others = [*scenes[1:], scenes[0]]
        self.strays = [caption(elsewhere(s, o), rng) for s, o in zip(scenes, others, strict=True)]
        self.seeds = [5000 + i for i in range(n)]
        self.free = studio.make(self.prompts, self.seeds)

    def hints(self, which: str) -> np.ndarray:
        """Return the hints of one kind."""
        return plain_hints(which, self.held, range(self.n))

    def pictures(self, which: str) -> dict[str, np.ndarray]:
        """Return pictures without a hint, with two strengths, and for captions of other places."""
        hints, make = self.hints(which), self.studio.make
        return {
            "none": self.free,
            "strength 0.5": make(self.prompts, self.seeds, hints, which, 0.5),
            "1.0": make(self.prompts, self.seeds, hints, which, 1.0),
            "1.0 and the prompt of another place": make(self.strays, self.seeds, hints, which, 1.0),
        }


def listed(values: dict[str, float]) -> str:
    """Format the values as text."""
    return ", ".join(f"{name} {value:.3f}" for name, value in values.items())


def measure_depth_control(report: Report, trial: Trial, eye: DepthEye) -> None:
    """Measure the estimated depth of the pictures against the hint."""
    wanted, usual = trial.hints("depth"), depth_hint(trial.held.depth).mean(0)
    seen = {name: eye.look(made) for name, made in trial.pictures("depth").items()}
    what = f"Depth control: median Spearman with the hint, {trial.n} pictures"
    report.note(what, listed({k: rank_agreement(v, wanted) for k, v in seen.items()}))
    # sky above and near ground below agree with any hint: remove what all have in common
    beyond = {k: rank_agreement(v - usual, wanted - usual) for k, v in seen.items()}
    report.note(f"{what}, of what differs from the mean of all renders", listed(beyond))


def measure_line_control(report: Report, trial: Trial, which: str) -> None:
    """Measure the edges of the pictures against the lines of the hint."""
    wanted = trial.hints(which)
    pictures = trial.pictures(which) | {"the render itself": trial.held.rgb[: trial.n]}
    scores = {k: edge_f1(edges_of(made), wanted) for k, made in pictures.items()}
    what = f"{which.title()} control: edge F1 (2 px), {trial.n} pictures"
    report.note(what, listed(scores))


def measure_time(report: Report, studio: Studio, prompt: list[str], hint: np.ndarray) -> None:
    """Measure seconds per picture, after a first one that loads and warms up."""
    for what, hints in (
        ("20 steps with guidance", None),
        ("the same with one ControlNet", hint),
    ):
        studio.make(prompt, [0], hints, steps=2)
        start = time.perf_counter()
        studio.make(prompt, [0], hints)
        report.note(f"Time for one picture, {what}", f"{time.perf_counter() - start:.2f} s")


def measure_fast(
    report: Report,
    judge: Judge,
    folder: Path,
    prompts: list[str],
    scenes: list[Scene],
    slow: np.ndarray,
) -> None:
    """Measure the LoRA for four steps against 20 guided steps from the same noise."""
    fast = Studio.fast(folder)
    quick = {"steps": 4, "guidance": 1.0}
    n = min(96, len(prompts))
    made = fast.make(prompts[:n], list(range(n)), **quick)
    gap = np.sqrt(np.mean(((made - slow[:n].astype(np.float32)) / 255) ** 2, axis=(1, 2, 3))).mean()
    score = accuracy(judge, made, scenes[:n])
    follows = ", ".join(f"{q} {score[q]:.0%}" for q in QUESTIONS)
    report.note(f"4 steps with lora-fast: prompt following, {n} pictures", follows)
    report.note("4 steps with lora-fast: distance to 20 steps from the same noise; between seeds",
                f"{gap:.3f}; {spread(slow[:24]):.3f}")  # fmt: skip
    fast.make(prompts[:1], [0], **quick)
    start = time.perf_counter()
    fast.make(prompts[:1], [0], **quick)
    report.note(
        "Time for one picture, 4 steps with lora-fast", f"{time.perf_counter() - start:.2f} s"
    )


def diversity(studio: Studio, rng: np.random.Generator, prompts: int = 6, each: int = 6) -> float:
    """Return the spread of pictures of one prompt relative to that of its renders."""
    made, rendered = [], []
    for i in range(prompts):
        first = sample_scene(20_000_000 + i)
        text = full_caption(first, rng)
        made.append(spread(studio.make([text] * each, list(range(each)))))
        alike = [replace(first, seed=30_000_000 + each * i + k) for k in range(each)]
        rendered.append(spread(np.stack([render(scene).rgb for scene in alike])))
    return float(np.mean(made) / np.mean(rendered))


def full_caption(s: Scene, rng: np.random.Generator) -> str:
    """Return a caption that always names the time and the season."""
    for _ in range(60):
        text = caption(s, rng)
        words = scene.moods_named(text)
        if s.time in words and s.season in words:
            return text
    return text


def main() -> None:
    """Measure, print and save the table."""
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
