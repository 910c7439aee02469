"""Trains a small classifier of pictures, which `training.evaluate` uses as the judge of prompts.

    python -m training.judge WORK --minutes 10

It learns from renders, whose words are known. Some pass through the autoencoder, because the
pictures it judges later are as soft as that. Training resumes from its checkpoint, `judge.pt`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from training import common, scene
from training.dataset import Renders
from training.optimizers import Muon
from training.scene import Scene
from training.team import Team, command, fit
from training.vae import load_vae

LEAST = 112  # pixels: smallest crop during training

QUESTIONS: dict[str, tuple[str, ...]] = {
    "time": scene.TIMES,
    "season": scene.SEASONS,
    "terrain": scene.TERRAINS,
    "water": scene.WATERS,
    "trees": scene.TREES,
    "building": scene.BUILDINGS,
}


class Residual(nn.Module):
    """Two convolutions with a skip connection."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, width)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply the block; the shape is unchanged."""
        return x + self.second(F.silu(self.first(F.silu(self.norm(x)))))


class Judge(nn.Module):
    """Answers all questions about pictures of 128 x 128 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 48, 7, stride=4, padding=3),
            Residual(48),
            nn.Conv2d(48, 96, 3, stride=2, padding=1),
            Residual(96),
            Residual(96),
            nn.Conv2d(96, 160, 3, stride=2, padding=1),
            Residual(160),
            Residual(160),
            nn.GroupNorm(8, 160),
        )
        # The vertical position matters (sky or sea), so rows are not pooled together.
        self.hidden = nn.Linear(160 * (4 + 1), 256)
        self.heads = nn.ModuleDict({q: nn.Linear(256, len(a)) for q, a in QUESTIONS.items()})

    def forward(self, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return logits for every question, for pixels (n, 3, 128, 128) in [-1, 1]."""
        x = self.body(pixels)
        rows = F.adaptive_avg_pool2d(x, (4, 1)).flatten(1)
        x = F.dropout(torch.cat([rows, x.amax((2, 3))], 1), 0.2, self.training)
        x = F.silu(self.hidden(x))
        return {q: head(x) for q, head in self.heads.items()}


def answers(scenes: list[Scene]) -> dict[str, torch.Tensor]:
    """Return the correct answers."""
    return {
        q: torch.tensor([choices.index(getattr(s, q)) for s in scenes])
        for q, choices in QUESTIONS.items()
    }


@torch.no_grad()
def look(judge: Judge, rgb: np.ndarray) -> dict[str, torch.Tensor]:
    """Return the index of the judge's answer per question, for pictures (n, 128, 128, 3).

    The logits are averaged over each picture and its mirror image.
    """
    seen = []
    for i in range(0, len(rgb), 100):
        pixels = common.to_tensor(rgb[i : i + 100])
        plain, mirrored = judge(pixels), judge(pixels.flip(-1))
        seen.append({q: (plain[q] + mirrored[q]).argmax(1) for q in QUESTIONS})
    return {q: torch.cat([part[q] for part in seen]) for q in QUESTIONS}


def accuracy(judge: Judge, rgb: np.ndarray, scenes: list[Scene]) -> dict[str, float]:
    """Return the share of pictures in which the judge's answer matches the scene."""
    seen, right = look(judge, rgb), answers(scenes)
    return {q: float((seen[q] == right[q]).float().mean()) for q in QUESTIONS}


def presence(
    judge: Judge, rgb: np.ndarray, scenes: list[Scene], question: str
) -> tuple[float, float]:
    """Return how often a thing is seen when requested, and not seen when not requested."""
    seen, asked = look(judge, rgb)[question] > 0, answers(scenes)[question] > 0
    return float(seen[asked].float().mean()), float((~seen[~asked]).float().mean())


def load_judge(work: Path) -> Judge:
    """Load the judge from its checkpoint."""
    state = common.load_checkpoint(work / "judge.pt")
    if state is None:
        raise SystemExit(f"no judge.pt in {work}: run python -m training.judge first")
    judge = Judge()
    judge.load_state_dict(state["net"])
    return judge.eval()


@torch.no_grad()
def through(autoencoder: nn.Module, rgb: np.ndarray) -> np.ndarray:
    """Pass pictures through the autoencoder."""
    parts = []
    for i in range(0, len(rgb), 50):
        pixels = common.to_tensor(rgb[i : i + 50])
        out = autoencoder.decode(autoencoder.encode(pixels).latents).sample
        parts.append(((out.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy())
    return np.concatenate(parts)


def part_of(pixels: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Crop a random square of the pictures and scale it back to their size."""
    side = int(rng.integers(LEAST, common.SIZE + 1))
    top, left = rng.integers(common.SIZE - side + 1, size=2)
    part = pixels[..., top : top + side, left : left + side]
    return F.interpolate(part, size=(common.SIZE,) * 2, mode="bilinear", align_corners=False)


def train(team: Team, work: Path, minutes: float, peak: float, batch: int) -> None:
    """Train for a while, from the checkpoint if there is one."""
    data, held = Renders(work), Renders(work, held_out=True)
    vae = load_vae(work).eval()
    softened = len(data) // 4
    soft = through(vae, data.rgb[:softened])
    right = answers(data.scenes)
    judge = Judge()
    state = common.load_checkpoint(work / "judge.pt")
    seconds = 0.0
    if state is not None:
        judge.load_state_dict(state["net"])
        seconds = state["seconds"]
    judge.train().to(memory_format=torch.channels_last)
    optimizer, average = Muon(judge.named_parameters(), team), common.Average(judge, 0.995)
    rng = np.random.default_rng([int(seconds), team.rank])
    count = batch // team.size
    judge.compile()

    def loss() -> torch.Tensor:
        which = rng.integers(len(data), size=count)
        rgb = [
            soft[i] if i < softened and rng.random() < 0.5 else data.rgb[i] for i in which.tolist()
        ]
        pixels = common.to_tensor(np.stack(rgb))
        pixels = pixels.flip(-1) if rng.random() < 0.5 else pixels
        pixels = part_of(pixels, rng) if rng.random() < 0.7 else pixels
        if rng.random() < 0.3:
            pixels = F.avg_pool2d(F.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
        pixels = pixels + 0.03 * torch.randn_like(pixels)
        with common.quick():
            out = judge(pixels.contiguous(memory_format=torch.channels_last))
        errors = [
            F.cross_entropy(out[q].float(), right[q][which], label_smoothing=0.02)
            for q in QUESTIONS
        ]
        return torch.stack(errors).sum()

    def save(spent: float, step: int) -> None:
        judge.eval()
        common.save_checkpoint(work / "judge.pt", net=judge.state_dict(), seconds=seconds + spent)
        scores = accuracy(judge, held.rgb, held.scenes)
        judge.train()
        print(f"{step} steps: " + ", ".join(f"{q} {v:.0%}" for q, v in scores.items()), flush=True)

    fit(team, minutes, peak, judge, optimizer, average, loss, save)


def main() -> None:
    """Train the judge."""
    command(train, __doc__, minutes=10.0, rate=2e-3, batch=48)


if __name__ == "__main__":
    main()
