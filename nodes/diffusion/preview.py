"""Cheap previews of the latents that the sampler is heading for.

Clean latents and noise are estimated from the last prediction. A linear map turns latents into
colours; it is fitted once to the model's own VAE, so it works for any latent space.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion import load
from nodes.diffusion import vae as autoencoder
from nodes.diffusion.device import device
from nodes.diffusion.files import checkpoint
from nodes.types import Model, Vae

_GRID = 12  # patches of one latent colour, along each side of the picture that is decoded
_LARGEST = 1e4  # bound of the latents shown: far beyond any picture
_ROUGH = 0.3  # contrast of the picture of three channels
_PATCH = 3  # latents along each side of a patch; only the middle one is read


@lru_cache(maxsize=4)
def _colours(model: Model) -> NDArray[np.float32]:
    """Fit the linear map (channels + 1, 3) from latents and a constant 1 to RGB in [-1, 1].

    Least squares over random patches, each of one latent colour.
    """
    folder = model.place("vae")
    found = checkpoint.inside(folder)
    if found is not None and found.place not in found.checkpoint.parts:  # without any VAE
        return np.eye(model.latent_channels + 1, 3, dtype=np.float32) * _ROUGH
    handle = Vae(str(folder), model.digest, model.dtype, model.latent_channels, model.latent_factor)
    vae = load.vae(handle)
    generator = torch.Generator("cpu").manual_seed(0)
    patches = torch.randn((1, model.latent_channels, _GRID, _GRID), generator=generator)
    latents = patches.repeat_interleave(_PATCH, 2).repeat_interleave(_PATCH, 3)
    pixels = autoencoder.decoded(latents.to(device(), vae.dtype), vae)
    small = torch.nn.functional.adaptive_avg_pool2d(pixels.float().cpu(), _GRID * _PATCH)
    middle = small[:, :, _PATCH // 2 :: _PATCH, _PATCH // 2 :: _PATCH]
    known = torch.cat([patches, torch.ones_like(patches[:, :1])], 1)
    return torch.linalg.lstsq(known[0].flatten(1).T, middle[0].flatten(1).T).solution.numpy()


class Estimate(NamedTuple):
    """Clean latents and noise, as estimated from a prediction.

    Both are (n, channels, height, width), in the dtype of the prediction.
    """

    clean: torch.Tensor
    noise: torch.Tensor


def estimate(kind: str, inputs: torch.Tensor, prediction: torch.Tensor, sigma: float) -> Estimate:
    """Estimate clean latents and noise from a prediction (Ho et al. 2020, Salimans & Ho 2022).

    Args:
        kind: Prediction type: "epsilon", "v_prediction", "sample", or "flow", the velocity from
            picture to noise (Lipman et al. 2023).
        inputs: The network's input: latents of unit variance.
        prediction: The network's output.
        sigma: Standard deviation of the noise relative to the picture; for "flow", the fraction
            of noise.
    """
    if kind == "flow":
        return Estimate(inputs - sigma * prediction, inputs + (1 - sigma) * prediction)
    signal = (1 + sigma**2) ** -0.5
    spread = sigma * signal  # signal**2 + spread**2 is 1
    if kind == "v_prediction":
        clean = signal * inputs - spread * prediction
        noise = spread * inputs + signal * prediction
    elif kind == "sample":
        clean, noise = prediction, (inputs - signal * prediction) / max(spread, 1e-3)
    else:
        clean, noise = (inputs - spread * prediction) / signal, prediction
    return Estimate(clean, noise)


@torch.no_grad()
def picture(model: Model, latents: torch.Tensor) -> NDArray[np.uint8]:
    """Return latents as RGB pictures, one pixel per latent: (n, height, width, 3)."""
    colours = _colours(model)
    # NumPy, because torch's threads cost more than they save on so few numbers
    clamped = latents.float().clamp(-_LARGEST, _LARGEST).cpu().numpy()
    pixels = np.moveaxis(clamped, 1, -1) @ colours[:-1] + colours[-1]
    return ((pixels / 2 + 0.5).clip(0, 1) * 255).round().astype(np.uint8)
