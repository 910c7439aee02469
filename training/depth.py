"""A tiny depth estimator in transformers' Depth Anything layout.

    python -m training.depth WORK --minutes 4

It predicts the depth hint that the ControlNet reads: larger is nearer, sky is 0 (see
`training/hints.py`). Training pictures are varied in brightness, colour, sharpness and grain, and
sometimes pass through the autoencoder, so that it also works on generated pictures and drawings.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import (
    DepthAnythingConfig,
    DepthAnythingForDepthEstimation,
    Dinov2Config,
    DPTImageProcessor,
)

from training import common
from training.common import STARTER
from training.dataset import Renders
from training.optimizers import Muon
from training.team import Team, fit, run
from training.vae import load_vae

MEAN = STD = (0.5, 0.5, 0.5)


def build_depth() -> DepthAnythingForDepthEstimation:
    """Build the untrained network: a ViT of four layers on 8-pixel patches and a small neck."""
    backbone = Dinov2Config(
        hidden_size=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        mlp_ratio=3,
        image_size=common.SIZE,
        patch_size=8,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        reshape_hidden_states=False,
        layerscale_value=0.5,
    )
    net = DepthAnythingForDepthEstimation(
        DepthAnythingConfig(
            backbone_config=backbone,
            patch_size=8,
            reassemble_hidden_size=128,
            reassemble_factors=[2, 1, 1, 0.5],
            neck_hidden_sizes=[24, 48, 64, 96],
            fusion_hidden_size=32,
            head_hidden_size=8,
        )
    )
    # the last layer is a ReLU: start in its active range
    torch.nn.init.constant_(net.head.conv3.bias, 0.4)
    torch.nn.init.uniform_(net.head.conv3.weight, -0.05, 0.15)
    return net


def build_processor() -> DPTImageProcessor:
    """Build the processor, which resizes to 128 pixels and scales to [-1, 1]."""
    return DPTImageProcessor(
        size={"height": common.SIZE, "width": common.SIZE},
        keep_aspect_ratio=False,
        ensure_multiple_of=8,
        image_mean=list(MEAN),
        image_std=list(STD),
        do_resize=True,
        do_rescale=True,
        do_normalize=True,
    )


def load_depth(work: Path | None) -> DepthAnythingForDepthEstimation:
    """Load the best estimator: from the checkpoint, committed weights, or untrained."""
    state = common.load_checkpoint(work / "depth.pt") if work else None
    folder = STARTER / "depth-estimator"
    if state is None and (folder / "config.json").exists():
        return DepthAnythingForDepthEstimation.from_pretrained(folder, dtype=torch.float32).eval()
    net = build_depth()
    if state is not None:
        net.load_state_dict(state["net"])
    return net.eval()


def vary(pixels: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Vary light, colours and sharpness, which leave the depth unchanged."""
    n = len(pixels)
    x = pixels.add(1).div(2)

    def draw(low: float, high: float, channels: int = 1) -> torch.Tensor:
        return torch.from_numpy(rng.uniform(low, high, (n, channels, 1, 1))).float()

    x = x.clamp(0, 1) ** draw(0.6, 1.6)
    x = x * draw(0.85, 1.15, 3) + draw(-0.06, 0.06, 3)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * draw(0.0, 1.3)
    if rng.random() < 0.3:
        x = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    x = x + draw(0.0, 0.04) * torch.randn_like(x)
    return x.clamp(0, 1).mul(2).sub(1)


def train(
    team: Team, work: Path, minutes: float, peak: float, fresh: bool, batch: int = 24
) -> None:
    """Train for a while, from the checkpoint if there is one."""
    data = Renders(work)
    vae = load_vae(work)
    state = None if fresh else common.load_checkpoint(work / "depth.pt")
    seconds = state["seconds"] if state else 0.0
    net = (build_depth() if fresh else load_depth(work)).train()
    optimizer, average = Muon(net.named_parameters(), team), common.Average(net, 0.99)
    rng = np.random.default_rng([int(seconds), team.rank])
    count = batch // team.size

    def loss() -> torch.Tensor:
        which = rng.integers(len(data), size=count)
        pixels = common.to_tensor(data.rgb[which])
        target = torch.from_numpy(data.depth[which]).float() / 255
        if rng.random() < 0.5:
            pixels, target = pixels.flip(-1), target.flip(-1)
        if rng.random() < 0.15:
            with torch.no_grad():
                latents = vae.encode(pixels).latents
                pixels = vae.decode(latents + 0.1 * torch.randn_like(latents)).sample
        out = net(vary(pixels, rng)).predicted_depth
        slope = (out.diff(dim=-1) - target.diff(dim=-1)).abs().mean()
        slope = slope + (out.diff(dim=-2) - target.diff(dim=-2)).abs().mean()
        return F.l1_loss(out, target) + 0.5 * slope

    def save(spent: float, step: int) -> None:
        common.save_checkpoint(work / "depth.pt", net=net.state_dict(), seconds=seconds + spent)

    fit(team, minutes, peak, net, optimizer, average, loss, save)


def main() -> None:
    """Train the estimator for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--fresh", action="store_true", help="start over")
    args = parser.parse_args()
    run(train, args.work, args.minutes, args.rate, args.fresh)


if __name__ == "__main__":
    main()
