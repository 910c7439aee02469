"""A cheap picture of what the sampler is heading for.

The clean latents are estimated from the last prediction and brought to colours by a linear map,
which is fitted once to the model's own VAE: so it works for any latent space.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion import load, schedulers
from nodes.diffusion.device import device
from nodes.types import Model, Vae

_GRID = 12  # patches of one latent colour, along each side of the picture that is decoded
_PATCH = 3  # latents along each side of a patch; the middle one is looked at


@lru_cache(maxsize=4)
def _colours(model: Model) -> torch.Tensor:
    """The map (channels + 1, 3) from latents and 1 to RGB in [-1, 1], by least squares over
    random patches of one latent colour each."""
    folder = Path(model.source) / "vae"
    handle = Vae(str(folder), model.digest, model.dtype, model.latent_channels, model.latent_factor)
    vae = load.vae(handle)
    generator = torch.Generator("cpu").manual_seed(0)
    patches = torch.randn((1, model.latent_channels, _GRID, _GRID), generator=generator)
    latents = patches.repeat_interleave(_PATCH, 2).repeat_interleave(_PATCH, 3)
    pixels = vae.decode(
        (latents / vae.config["scaling_factor"]).to(device(), vae.dtype), return_dict=False
    )[0]
    small = torch.nn.functional.adaptive_avg_pool2d(pixels.float().cpu(), _GRID * _PATCH)
    middle = small[:, :, _PATCH // 2 :: _PATCH, _PATCH // 2 :: _PATCH]
    known = torch.cat([patches, torch.ones_like(patches[:, :1])], 1)
    return torch.linalg.lstsq(known[0].flatten(1).T, middle[0].flatten(1).T).solution


def clean(
    scheduler: Any, inputs: torch.Tensor, prediction: torch.Tensor, timestep: torch.Tensor
) -> torch.Tensor:
    """The clean latents that a prediction points to (Ho et al. 2020, Salimans & Ho 2022).

    Args:
        scheduler: It tells the noise level and what the network predicts.
        inputs: The network's input: latents of unit variance.
        prediction: What the network predicted: noise, velocity or the clean latents.
        timestep: The timestep of the prediction.
    """
    signal = schedulers.signal_level(scheduler, timestep).to(inputs)
    kind = scheduler.config.prediction_type
    if kind == "sample":
        return prediction
    if kind == "v_prediction":
        return signal.sqrt() * inputs - (1 - signal).sqrt() * prediction
    return (inputs - (1 - signal).sqrt() * prediction) / signal.sqrt().clamp(min=1e-3)


@torch.no_grad()
def picture(
    model: Model,
    scheduler: Any,
    inputs: torch.Tensor,
    prediction: torch.Tensor,
    timestep: torch.Tensor,
) -> NDArray[np.uint8]:
    """The expected pictures side by side, one pixel a latent: (height, n * width, 3) RGB."""
    latents = clean(scheduler, inputs, prediction, timestep).float().cpu()
    colours = _colours(model)
    pixels = torch.einsum("nchw,ck->nhwk", latents, colours[:-1]) + colours[-1]
    row = torch.cat(list(pixels), dim=1)
    return ((row / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).numpy()
