"""Trains the diffusion model and its text encoder together.

    python -m training.unet WORK --minutes 8 --half       # at 64 pixels: colours and layout
    python -m training.unet WORK --minutes 40             # at 128 pixels

v-prediction on a schedule that ends in almost pure noise (see `build_scheduler`), Muon, an average
of the weights, one caption in ten dropped so that guidance works. Each call resumes from the
checkpoint `unet.pt`, or from the committed weights.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from training import common
from training.common import LATENT_CHANNELS, STARTER
from training.dataset import Renders
from training.optimizers import Muon
from training.scene import Scene, caption
from training.team import Team, fit, run
from training.text import WIDTH, build_text_encoder, train_tokenizer
from training.vae import SCALING, encode, load_vae, read_encoder

DROP = 0.1  # share of captions dropped
MIDDLE = 0.35  # preference for timesteps in the middle: 0 is none, below 1
SCHEDULE = {
    # The usual curve, extended: sqrt(alpha_bar) ends at 0.02 instead of 0.07. This allows dark
    # nights and bright noons without a signal-to-noise ratio of exactly zero, which several
    # samplers cannot divide by.
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.018,
    "num_train_timesteps": 1000,
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
    "steps_offset": 1,
}


def build_scheduler() -> DPMSolverMultistepScheduler:
    """Build the scheduler that ships: DPM++ 2M; its config also suits the others."""
    return DPMSolverMultistepScheduler(**SCHEDULE, algorithm_type="dpmsolver++")


def build_unet() -> UNet2DConditionModel:
    """Build the untrained UNet."""
    return UNet2DConditionModel(
        sample_size=common.SIZE // 8,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=(64, 128, 192),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=(2, 4, 6),  # the number of heads, despite its name
        norm_num_groups=16,
    )


def load_tokenizer(work: Path) -> CLIPTokenizer:
    """Load the tokenizer; it is trained on first use and then never changed."""
    for folder in (STARTER / "tokenizer", work / "tokenizer"):
        if (folder / "tokenizer_config.json").exists():
            return CLIPTokenizer.from_pretrained(folder)
    return train_tokenizer(work / "tokenizer")


def load_models(work: Path | None) -> tuple[UNet2DConditionModel, CLIPTextModel, dict | None]:
    """Load the best UNet and text encoder, and the checkpoint if there is one."""
    state = common.load_checkpoint(work / "unet.pt") if work else None
    if state is None and (STARTER / "unet" / "config.json").exists():
        unet = UNet2DConditionModel.from_pretrained(STARTER / "unet", dtype=torch.float32)
        text = CLIPTextModel.from_pretrained(STARTER / "text_encoder", dtype=torch.float32)
        return unet, text, None
    assert work is not None, "no committed weights and no checkpoint"
    unet, text = build_unet(), build_text_encoder(load_tokenizer(work))
    if state is not None:
        unet.load_state_dict(state["unet"])
        text.load_state_dict(state["text"])
    return unet, text, state


@torch.no_grad()
def encode_renders(work: Path, data: Renders, half: bool = False) -> torch.Tensor:
    """Encode all renders, scaled for the UNet, in fp16: (2, n, 12, h, w), the second mirrored."""
    kernel, bias = read_encoder(load_vae(work))
    out = []
    for flip in (False, True):
        rows = []
        for i in range(0, len(data), 250):
            pixels = common.to_tensor(data.rgb[i : i + 250])
            pixels = pixels.flip(-1) if flip else pixels
            pixels = F.avg_pool2d(pixels, 2) if half else pixels
            rows.append((encode(kernel, bias, pixels) * SCALING).half())
        out.append(torch.cat(rows))
    return torch.stack(out)


def spread_timesteps(count: int) -> torch.Tensor:
    """Draw timesteps for a batch, one from each of `count` slices for less noisy gradients.

    Those in the middle, where shapes form, are drawn twice as often as those at the ends.
    """
    u = (torch.arange(count) + torch.rand(count)) / count
    t = u + MIDDLE / (2 * math.pi) * torch.sin(2 * math.pi * u)
    return (t * 1000).long().clamp(0, 999)


class Words:
    """Turns captions into token ids."""

    def __init__(self, tokenizer: CLIPTokenizer, rng: np.random.Generator) -> None:
        self.tokenizer = tokenizer
        self.rng = rng

    def ids(self, scenes: list[Scene], drop: float) -> torch.Tensor:
        """Return new captions for the scenes, some of them empty."""
        texts = ["" if self.rng.random() < drop else caption(s, self.rng) for s in scenes]
        length = self.tokenizer.model_max_length
        tokens = self.tokenizer(texts, padding="max_length", truncation=True, max_length=length)
        return torch.tensor(tokens.input_ids)


class Pair(torch.nn.Module):
    """UNet and text encoder as one module, so that they share optimizer and average."""

    def __init__(self, unet: UNet2DConditionModel, text: CLIPTextModel) -> None:
        super().__init__()
        self.unet = unet
        self.text = text

    def forward(self, noisy: torch.Tensor, t: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """Return the predicted velocity."""
        return self.unet(noisy, t, self.text(ids).last_hidden_state).sample


def train(team: Team, work: Path, minutes: float, peak: float, half: bool, batch: int) -> None:
    """Train for a while, at half the size or the full one."""
    data = Renders(work)
    unet, text, state = load_models(work)
    latents = encode_renders(work, data, half)
    pair = Pair(unet, text).train().to(memory_format=torch.channels_last)
    optimizer, average = Muon(pair.named_parameters(), team), common.Average(pair, 0.998)
    seconds, samples = 0.0, 0
    if state is not None:
        seconds, samples = state["seconds"], state["samples"]
        optimizer.load_state_dict(state["optimizer"])
    pair.compile()  # takes three minutes, saves a fifth of the time
    rng = np.random.default_rng([samples, team.rank])
    words = Words(load_tokenizer(work), rng)
    noise_schedule = DDPMScheduler(**SCHEDULE)
    count = batch // team.size

    def loss() -> torch.Tensor:
        which = rng.integers(len(data), size=count)
        mirrored = torch.from_numpy(rng.integers(2, size=count))
        clean = latents[mirrored, torch.from_numpy(which)].float()
        ids = words.ids([data.scenes[i] for i in which], DROP)
        noise = torch.randn_like(clean)
        t = spread_timesteps(count)
        noisy = noise_schedule.add_noise(clean, noise, t)
        target = noise_schedule.get_velocity(clean, noise, t)
        with common.quick():
            velocity = pair(noisy.to(memory_format=torch.channels_last), t, ids)
        return F.mse_loss(velocity.float(), target)

    def save(spent: float, step: int) -> None:
        common.save_checkpoint(
            work / "unet.pt",
            unet=unet.state_dict(),
            text=text.state_dict(),
            optimizer=optimizer.state_dict(),
            seconds=seconds + spent,
            samples=samples + step * count * team.size,
        )

    fit(team, minutes, peak, pair, optimizer, average, loss, save)


def main() -> None:
    """Train UNet and text encoder for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--half", action="store_true", help="train at 64 pixels")
    args = parser.parse_args()
    load_tokenizer(args.work)
    run(train, args.work, args.minutes, args.rate, args.half, args.batch)


if __name__ == "__main__":
    main()
