"""Fine-tunes the decoder on latents of the diffusion model.

    python -m training.finish WORK --minutes 8

Most latents are those of renders, as in `training.vae`. The others are sampled by the diffusion
model, with guidance, from a noised render: the layout is the render's, but the fine detail is the
model's, where adjacent patches no longer match. These have no single correct target; the decoder
has to keep their colours and to match the texture of the render. Texture is the correlation of
features (Gatys et al. 2015) of a small critic, which learns to distinguish renders from decoded
pictures (hinge loss, as in VQGAN, Esser et al. 2021), so uncertain regions become crisp, not grey.
The critic also causes a fine mesh in bright regions; interpolating between the old and the new
weights keeps the sharpness without the mesh (ESRGAN, Wang et al. 2018).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from torch import nn

from training import common
from training.dataset import Renders
from training.fast import guided_step, waypoint
from training.optimizers import Muon
from training.team import Team, command, fit
from training.unet import Words, load_models, load_tokenizer
from training.vae import PATCH, SCALING, encode, gradient_loss, load_vae, read_encoder

CROP = 64
FROM = (199, 299, 399)  # timesteps at which resampling starts
STRIDE = 100  # of its steps
CRITIC_FROM = 80  # steps after which the critic's loss is used
CRITIC_WEIGHT = 0.004
TEXTURE_WEIGHT = 0.03
SHARE = 0.6  # interpolation from the old decoder (0) to the new one (1)


class Critic(nn.Module):
    """Classifies every patch of about 30 pixels as rendered or decoded."""

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList(
            nn.Sequential(nn.Conv2d(i, o, 4, 2, 1), *norm, nn.LeakyReLU(0.2))
            for i, o, norm in (
                (3, 32, ()),
                (32, 64, (nn.GroupNorm(8, 64),)),
                (64, 96, (nn.GroupNorm(8, 96),)),
            )
        )
        self.verdict = nn.Conv2d(96, 1, 3, 1, 1)

    def features(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Return the features of every stage for pictures (n, 3, h, w)."""
        seen = []
        for stage in self.stages:
            x = stage(x)
            seen.append(x)
        return seen

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a score per patch; above zero means a render."""
        return self.verdict(self.features(x)[-1])


def correlations(features: torch.Tensor) -> torch.Tensor:
    """Return the correlations of features over all positions: (n, channels, channels)."""
    flat = features.flatten(2)
    return flat @ flat.mT / flat.shape[-1]


def texture_loss(critic: Critic, made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Return the relative difference of the textures, per picture."""
    with torch.no_grad():
        wanted = [correlations(f) for f in critic.features(real)]
    pairs = zip(critic.features(made), wanted, strict=True)
    return torch.stack(
        [(correlations(f) - w).abs().mean() / w.abs().mean() for f, w in pairs]
    ).mean()


class Painter:
    """Samples latents of the diffusion model, with the pictures to decode them to."""

    def __init__(self, work: Path, data: Renders, rng: np.random.Generator) -> None:
        unet, text, _ = load_models(work)
        self.unet = unet.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.text = text.eval().requires_grad_(False)
        self.words, self.data, self.rng = Words(load_tokenizer(work), rng), data, rng
        with torch.no_grad():
            self.nothing = self.text(self.words.ids(data.scenes[:1], drop=1.0)).last_hidden_state

    @torch.no_grad()
    def draw(self, clean: torch.Tensor, which: np.ndarray) -> torch.Tensor:
        """Noise scaled latents (n, 12, 16, 16), and sample them again from there."""
        ids = self.words.ids([self.data.scenes[i] for i in which], drop=0.0)
        context = self.text(ids).last_hidden_state
        both = torch.cat([self.nothing.expand_as(context), context])
        start = int(self.rng.choice(FROM))
        signal, noise = waypoint(start)
        noisy = signal * clean + noise * torch.randn_like(clean)
        for t in range(start, 0, -STRIDE):
            noisy = guided_step(self.unet, noisy, both, t, t - STRIDE)
        return noisy


def train(team: Team, work: Path, minutes: float, peak: float, batch: int) -> None:
    """Train the decoder for a while, from its checkpoint."""
    data = Renders(work)
    held_out = common.to_tensor(Renders(work, held_out=True).rgb[:64])
    vae: AutoencoderTiny = load_vae(work)
    kernel, bias = read_encoder(vae)
    vae.encoder.requires_grad_(False)
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    decoder = vae.decoder.to(memory_format=torch.channels_last)
    optimizer, average = Muon(decoder.named_parameters(), team), common.Average(decoder, 0.995)
    torch.manual_seed(0)
    critic = Critic()
    torch.manual_seed(1000 + team.rank)
    judged = torch.optim.AdamW(critic.parameters(), lr=4e-4, betas=(0.5, 0.9), fused=True)
    rng = np.random.default_rng([5, team.rank])
    painter = Painter(work, data, rng)
    count = batch // team.size
    part = count // 3
    steps = 0

    def examples() -> tuple[torch.Tensor, torch.Tensor]:
        """Return crops of renders with their latents; the first `part` of them sampled again."""
        which = rng.integers(len(data), size=count)
        pixels = common.to_tensor(data.rgb[which])
        pixels = pixels.flip(-1) if rng.random() < 0.5 else pixels
        latents = encode(kernel, bias, pixels)
        latents[:part] = painter.draw(latents[:part] * SCALING, which[:part]) / SCALING
        top, left = rng.integers((common.SIZE - CROP) // PATCH + 1, size=2) * PATCH
        pixels = pixels[..., top : top + CROP, left : left + CROP]
        rows, columns, side = top // PATCH, left // PATCH, CROP // PATCH
        return pixels, latents[..., rows : rows + side, columns : columns + side]

    def learn_to_judge(real: torch.Tensor, made: torch.Tensor) -> None:
        judged.zero_grad()
        hinge = F.relu(1 - critic(real)).mean() + F.relu(1 + critic(made.detach())).mean()
        hinge.backward()
        team.average(list(critic.parameters()))
        judged.step()

    def loss() -> torch.Tensor:
        nonlocal steps
        steps += 1
        pixels, latents = examples()
        out = decoder(latents.contiguous(memory_format=torch.channels_last))
        learn_to_judge(pixels, out)
        close = F.l1_loss(out[part:], pixels[part:])
        close = close + 0.5 * gradient_loss(out[part:], pixels[part:])
        colours = F.l1_loss(F.avg_pool2d(out[:part], 4), F.avg_pool2d(pixels[:part], 4))
        distance = (1 - part / count) * close + part / count * colours
        if steps < CRITIC_FROM:
            return distance
        texture = texture_loss(critic, out, pixels)
        return distance + TEXTURE_WEIGHT * texture - CRITIC_WEIGHT * critic(out).mean()

    def save(spent: float, step: int) -> None:
        taught = vae.state_dict()
        between = {name: torch.lerp(before[name], taught[name], SHARE) for name in before}
        common.save_checkpoint(work / "vae.pt", best=between, seconds=spent)
        finished = load_vae(work)
        with torch.no_grad():
            back = finished.decode(finished.encode(held_out).latents).sample
        quality = common.psnr(back, held_out)
        print(f"{spent:6.0f} s  step {step}  held out {quality:.2f} dB", flush=True)

    fit(team, minutes, peak, decoder, optimizer, average, loss, save)


def main() -> None:
    """Fine-tune the decoder."""
    command(train, __doc__, minutes=8.0, rate=8e-4)


if __name__ == "__main__":
    main()
