"""The latent space: a fixed linear encoder and a trained decoder.

    python -m training.vae WORK --minutes 9

The encoder is not trained. It is the principal component analysis of 8x8 pixel patches, written
into the weights of a stock `AutoencoderTiny` encoder without blocks, which is a stack of
convolutions and nothing else. So the latents are known from the start, the diffusion model can
train while the decoder still does, and a latent is a plain projection of its patch.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny

from training import common
from training.common import LATENT_CHANNELS, STARTER
from training.dataset import Renders
from training.optimizers import Muon
from training.team import Team, command, fit

WIDTH = 48
PATCH = 8
EVEN_OUT = 0.3  # exponent of the scaling: 1 keeps the principal components' sizes, 0 whitens
SCALING = 2.0  # latents are halved inside the autoencoder, where tanh limits them


def build_vae() -> AutoencoderTiny:
    """Build the untrained autoencoder."""
    return AutoencoderTiny(
        latent_channels=LATENT_CHANNELS,
        encoder_block_out_channels=(WIDTH,) * 4,
        num_encoder_blocks=(0, 0, 0, 0),
        decoder_block_out_channels=(WIDTH,) * 4,
        num_decoder_blocks=(4, 3, 1, 0),
        scaling_factor=SCALING,
    )


def principal_components(rgb: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the projection (12, 3, 8, 8) and bias (12,) from a patch in [0, 1] to its latent."""
    n, h, w, _ = rgb.shape
    patches = rgb.reshape(n, h // PATCH, PATCH, w // PATCH, PATCH, 3).transpose(0, 1, 3, 5, 2, 4)
    flat = patches.reshape(-1, 3 * PATCH * PATCH).astype(np.float32) / 255.0
    mean = flat.mean(0)
    flat -= mean
    values, vectors = np.linalg.eigh((flat.T @ flat).astype(np.float64) / len(flat))
    values, vectors = values[::-1][:LATENT_CHANNELS], vectors[:, ::-1][:, :LATENT_CHANNELS]
    sigma = np.sqrt(values)
    target = (sigma / sigma[0]) ** EVEN_OUT
    target /= np.sqrt((target**2).mean()) * SCALING
    matrix = (vectors * (target / sigma)).T
    kernel = torch.from_numpy(matrix.copy()).float().reshape(LATENT_CHANNELS, 3, PATCH, PATCH)
    return kernel, -torch.from_numpy(matrix @ mean).float()


@torch.no_grad()
def write_encoder(vae: AutoencoderTiny, kernel: torch.Tensor, bias: torch.Tensor) -> None:
    """Write the projection into the encoder's convolutions.

    The first convolution copies the colours. Each of the three with stride 2 gathers a 2x2
    neighbourhood into channels, and the third of them projects at once. The last one passes the
    latents on and adds the bias.
    """
    copy, first, second, third, last = (m for m in vae.encoder.layers)
    for layer in (copy, first, second, third, last):
        layer.weight.zero_()
        if layer.bias is not None:
            layer.bias.zero_()

    # Taps 1 and 2 of a 3-wide kernel are the pixel itself and its neighbour to the right / below.
    def channel(y: int, x: int, c: int, side: int) -> int:
        return (y * side + x) * 3 + c

    for c in range(3):
        copy.weight[c, c, 1, 1] = 1.0
    for y in (0, 1):
        for x in (0, 1):
            for c in range(3):
                first.weight[channel(y, x, c, 2), c, 1 + y, 1 + x] = 1.0
    for y in range(4):
        for x in range(4):
            for c in range(3):
                source = channel(y % 2, x % 2, c, 2)
                second.weight[channel(y, x, c, 4), source, 1 + y // 2, 1 + x // 2] = 1.0
    for y in range(8):
        for x in range(8):
            for c in range(3):
                source = channel(y % 4, x % 4, c, 4)
                third.weight[:LATENT_CHANNELS, source, 1 + y // 4, 1 + x // 4] = kernel[:, c, y, x]
    for k in range(LATENT_CHANNELS):
        last.weight[k, k, 1, 1] = 1.0
    last.bias.copy_(bias)


@torch.no_grad()
def read_encoder(vae: AutoencoderTiny) -> tuple[torch.Tensor, torch.Tensor]:
    """Read the projection and bias that `write_encoder` wrote."""
    third, last = vae.encoder.layers[3], vae.encoder.layers[4]
    kernel = torch.empty(LATENT_CHANNELS, 3, PATCH, PATCH)
    for y in range(8):
        for x in range(8):
            for c in range(3):
                source = ((y % 4) * 4 + x % 4) * 3 + c
                kernel[:, c, y, x] = third.weight[:LATENT_CHANNELS, source, 1 + y // 4, 1 + x // 4]
    return kernel, last.bias.detach().clone()


def encode(kernel: torch.Tensor, bias: torch.Tensor, pixels: torch.Tensor) -> torch.Tensor:
    """Compute the encoder's output in one convolution: fifty times as fast."""
    return F.conv2d(pixels.add(1).div(2), kernel, bias, stride=PATCH)


def load_vae(work: Path | None = None) -> AutoencoderTiny:
    """Load the best autoencoder: from the checkpoint, else the committed one."""
    state = common.load_checkpoint(work / "vae.pt") if work else None
    if state is None:
        return AutoencoderTiny.from_pretrained(STARTER / "vae", dtype=torch.float32).eval()
    vae = build_vae()
    vae.load_state_dict(state["best"])
    return vae.eval()


def gradient_loss(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return the difference of the edges."""
    d = a - b
    return d.diff(dim=-1).abs().mean() + d.diff(dim=-2).abs().mean()


def train(
    team: Team, work: Path, minutes: float, peak: float, batch: int = 24, crop: int = 64
) -> None:
    """Train the decoder on crops, from the checkpoint if there is one."""
    data = Renders(work)
    held_out = common.to_tensor(Renders(work, held_out=True).rgb[:64])
    checkpoint = work / "vae.pt"
    state = common.load_checkpoint(checkpoint)
    if state is None and not (STARTER / "vae" / "config.json").exists():
        vae = build_vae()
        write_encoder(vae, *principal_components(data.rgb[:4000]))
    else:
        vae = load_vae(work)
    seconds = state["seconds"] if state else 0.0
    kernel, bias = read_encoder(vae)
    vae.encoder.requires_grad_(False)
    decoder = vae.decoder.to(memory_format=torch.channels_last)
    optimizer, average = Muon(decoder.named_parameters(), team), common.Average(decoder, 0.995)
    rng = np.random.default_rng([int(seconds), team.rank])
    count = batch // team.size

    def loss() -> torch.Tensor:
        which = rng.integers(len(data), size=count)
        top, left = rng.integers((common.SIZE - crop) // PATCH + 1, size=2) * PATCH
        pixels = common.to_tensor(data.rgb[which, top : top + crop, left : left + crop])
        pixels = pixels.flip(-1) if rng.random() < 0.5 else pixels
        latents = encode(kernel, bias, pixels)
        # the diffusion model's latents are imperfect: be robust against some noise
        latents = latents + 0.02 * torch.randn_like(latents)
        out = decoder(latents.to(memory_format=torch.channels_last))
        return F.l1_loss(out, pixels) + 0.5 * gradient_loss(out, pixels)

    def save(spent: float, step: int) -> None:
        with torch.no_grad():
            quality = common.psnr(vae.decode(vae.encode(held_out).latents).sample, held_out)
        print(f"{spent:6.0f} s  step {step}  held out {quality:.2f} dB", flush=True)
        common.save_checkpoint(checkpoint, best=vae.state_dict(), seconds=seconds + spent)

    fit(team, minutes, peak, decoder, optimizer, average, loss, save)


def main() -> None:
    """Train the decoder for a while."""
    command(train, __doc__, minutes=9.0, rate=2e-3)


if __name__ == "__main__":
    main()
