"""Shared by all training scripts: small helpers, averages of weights, checkpoints."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("GOMP_SPINCOUNT", "0")  # idle threads sleep instead of spinning

import numpy as np
import torch
from torch import nn

STARTER = Path(__file__).resolve().parent.parent / "resources" / "starter"
LATENT_CHANNELS = 12
SIZE = 128


def set_up(seed: int = 0) -> None:
    """Set the number of threads to two, and the random seeds."""
    torch.set_num_threads(min(2, os.cpu_count() or 1))
    torch.manual_seed(seed)


def quick() -> torch.autocast:
    """Run products and convolutions in bfloat16 on processors that support it: 25% faster.

    On others it would be many times slower, so they use float32 throughout.
    """
    able = torch.cpu.get_capabilities()
    native = able.get("avx512_bf16", False) or able.get("amx_bf16", False)
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(native))


class Average:
    """An exponential moving average of a module's parameters."""

    def __init__(self, module: nn.Module, decay: float = 0.999) -> None:
        self.decay = decay
        self.steps = 0
        self.values = {k: v.detach().clone() for k, v in module.named_parameters()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Update the average; early updates weigh more, so the initial weights fade quickly."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in module.named_parameters():
            self.values[name].lerp_(value.detach(), 1 - decay)

    @torch.no_grad()
    def copy_to(self, module: nn.Module) -> None:
        """Copy the averaged parameters into the module."""
        for name, value in module.named_parameters():
            value.copy_(self.values[name])


def save_checkpoint(path: Path, **state: object) -> None:
    """Write a checkpoint atomically. Checkpoints are not committed."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_checkpoint(path: Path) -> dict | None:
    """Load the checkpoint, or return None if there is none."""
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None


def to_tensor(rgb: np.ndarray) -> torch.Tensor:
    """Convert uint8 pictures (n, h, w, 3) to float tensors (n, 3, h, w) in [-1, 1]."""
    return torch.from_numpy(rgb).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    """Return the mean peak signal-to-noise ratio of pictures in [-1, 1], in dB."""
    error = ((a.clamp(-1, 1) - b.clamp(-1, 1)) / 2).pow(2).mean((1, 2, 3))
    return float((-10 * torch.log10(error.clamp_min(1e-10))).mean())
