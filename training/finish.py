"""The decoder's finish: it learns to paint what the diffusion model really gives.

    python -m training.finish WORK --minutes 8

Most latents are those of renders, as in `training.vae`. The others went through noise and one
look of the diffusion model: they have its faults, above all in the fine detail, where one
patch no longer fits to the next. Beside the distance to the render, a small critic judges patches
(hinge loss, as in VQGAN, Esser et al. 2021), so that what is uncertain is painted crisp, not grey.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny, DDPMScheduler
from torch import nn

from training import common
from training.dataset import Renders
from training.optimizers import Muon
from training.team import Team, command, fit
from training.unet import SCHEDULE, Words, load_models, load_tokenizer
from training.vae import PATCH, SCALING, encode, gradient_loss, load_vae, read_encoder

CROP = 64
BLUR = (40, 320)  # timesteps at which the diffusion model looks: what is left open is detail
CRITIC_FROM = 80  # steps after which the critic is listened to
CRITIC_WEIGHT = 0.004


class Critic(nn.Sequential):
    """Says of every patch of about 30 pixels whether it is part of a render."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 32, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, 2, 1),
            nn.GroupNorm(8, 64),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 96, 4, 2, 1),
            nn.GroupNorm(8, 96),
            nn.LeakyReLU(0.2),
            nn.Conv2d(96, 1, 3, 1, 1),
        )


class Painter:
    """Latents as the diffusion model leaves them, with the pictures that they stand for."""

    def __init__(self, work: Path, data: Renders, rng: np.random.Generator) -> None:
        unet, text, _ = load_models(work)
        self.unet = unet.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.text = text.eval().requires_grad_(False)
        self.words, self.data, self.rng = Words(load_tokenizer(work), rng), data, rng
        self.alphas = DDPMScheduler(**SCHEDULE).alphas_cumprod

    @torch.no_grad()
    def look(self, clean: torch.Tensor, which: np.ndarray) -> torch.Tensor:
        """The model's estimate of scaled latents (n, 12, 16, 16), seen through some noise."""
        t = torch.from_numpy(self.rng.integers(*BLUR, size=len(clean)))
        alpha = self.alphas[t].view(-1, 1, 1, 1)
        a, b = alpha**0.5, (1 - alpha) ** 0.5
        noisy = (a * clean + b * torch.randn_like(clean)).to(memory_format=torch.channels_last)
        ids = self.words.ids([self.data.scenes[i] for i in which], drop=0.1)
        velocity = self.unet(noisy, t, self.text(ids).last_hidden_state).sample
        return a * noisy - b * velocity


def train(team: Team, work: Path, minutes: float, peak: float, batch: int) -> None:
    """Train the decoder for a while; goes on from its checkpoint."""
    data = Renders(work)
    held_out = common.to_tensor(Renders(work, held_out=True).rgb[:64])
    vae: AutoencoderTiny = load_vae(work)
    kernel, bias = read_encoder(vae)
    vae.encoder.requires_grad_(False)
    decoder = vae.decoder.to(memory_format=torch.channels_last)
    optimizer, average = Muon(decoder.named_parameters(), team), common.Average(decoder, 0.995)
    torch.manual_seed(0)
    critic = Critic()
    torch.manual_seed(1000 + team.rank)
    judged = torch.optim.AdamW(critic.parameters(), lr=4e-4, betas=(0.5, 0.9), fused=True)
    rng = np.random.default_rng([5, team.rank])
    painter = Painter(work, data, rng)
    count = batch // team.size
    steps = 0

    def learn_to_judge(real: torch.Tensor, made: torch.Tensor) -> None:
        judged.zero_grad()
        hinge = F.relu(1 - critic(real)).mean() + F.relu(1 + critic(made.detach())).mean()
        hinge.backward()
        team.average(list(critic.parameters()))
        judged.step()

    def loss() -> torch.Tensor:
        nonlocal steps
        steps += 1
        which = rng.integers(len(data), size=count)
        pixels = common.to_tensor(data.rgb[which])
        pixels = pixels.flip(-1) if rng.random() < 0.5 else pixels
        latents = encode(kernel, bias, pixels)
        part = count // 3
        latents[:part] = painter.look(latents[:part] * SCALING, which[:part]) / SCALING
        top, left = rng.integers((common.SIZE - CROP) // PATCH + 1, size=2) * PATCH
        pixels = pixels[..., top : top + CROP, left : left + CROP]
        rows, columns = top // PATCH, left // PATCH
        side = CROP // PATCH
        latents = latents[..., rows : rows + side, columns : columns + side]
        out = decoder(latents.contiguous(memory_format=torch.channels_last))
        learn_to_judge(pixels, out)
        distance = F.l1_loss(out, pixels) + 0.5 * gradient_loss(out, pixels)
        if steps < CRITIC_FROM:
            return distance
        return distance - CRITIC_WEIGHT * critic(out).mean()

    def save(spent: float, step: int) -> None:
        with torch.no_grad():
            quality = common.psnr(vae.decode(vae.encode(held_out).latents).sample, held_out)
        print(f"{spent:6.0f} s  step {step}  held out {quality:.2f} dB", flush=True)
        common.save_checkpoint(work / "vae.pt", best=vae.state_dict(), seconds=spent)

    fit(team, minutes, peak, decoder, optimizer, average, loss, save)


def main() -> None:
    """Finish the decoder."""
    command(train, __doc__, minutes=8.0, rate=8e-4)


if __name__ == "__main__":
    main()
