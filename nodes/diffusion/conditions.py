"""What conditions the networks in every step: prompts, picture size, control hints, masks.

All are brought to the device once a run, in the shape that the networks want.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate, pad

from nodes.diffusion import ip_adapter, layout, prompts
from nodes.diffusion.arrays import channels_first, to_tensor
from nodes.diffusion.device import device, dtype
from nodes.diffusion.trajectory import Mixture, SamplingTask
from nodes.types import Conditioning, ControlUnit, ImagePrompt

Embeds = NDArray[np.float32]


class Conditions:
    """The conditions of one run.

    Args:
        task: What to do.
    """

    def __init__(self, task: SamplingTask) -> None:
        self._task = task
        self._device, self._dtype = device(), dtype(task.model.dtype)
        self.count, _, rows, columns = task.latents.samples.shape
        self._latent_size = (rows, columns)
        factor = task.model.latent_factor
        self._size = (rows * factor, columns * factor)
        # per instance: cached methods would keep every run alive
        self.hint = cache(self._hint)
        self.text = lru_cache(maxsize=4)(self._text)
        self.image = cache(self._image)
        self.scale_embedding = lru_cache(maxsize=1)(self._scale_embedding)
        self._encoded = cache(partial(ip_adapter.encode, model=task.model))

    # --- prompts ------------------------------------------------------------------------------

    def _text(self, positive: Mixture, negative: Mixture | None) -> dict[str, Any]:
        """The text arguments of UNet and ControlNets: embeddings (n, tokens, width), and for SDXL
        pooled ones and sizes.

        Args:
            positive: What to show.
            negative: What to avoid, which comes first in the batch, nothing for the empty prompt;
                None where only the positive prompt is evaluated.
        """
        if negative is None:
            return self._arguments([_blended(positive)])
        avoided = _blended(negative) if negative else self._empty_prompt
        return self._arguments([avoided, _blended(positive)])

    @cached_property
    def _empty_prompt(self) -> Conditioning:
        """What the pipelines take where no negative prompt is given."""
        model, positive = self._task.model, self._task.positive
        index = layout.read_json(Path(model.source) / "model_index.json")
        if positive.pooled is not None and index.get("force_zeros_for_empty_prompt", True):
            return Conditioning(np.zeros_like(positive.embeds), np.zeros_like(positive.pooled), "")
        return prompts.encode(model, "")

    def _arguments(self, values: Sequence[Conditioning]) -> dict[str, Any]:
        embeds = [self._expand(array) for array in _even([value.embeds for value in values])]
        arguments: dict[str, Any] = {"encoder_hidden_states": torch.cat(embeds)}
        pooled = [self._expand(value.pooled) for value in values if value.pooled is not None]
        if pooled:
            # original size, crop and target size: of a picture that was never scaled or cropped
            sizes = [*self._size, 0, 0, *self._size]
            times = torch.tensor([sizes], device=self._device, dtype=self._dtype)
            arguments["added_cond_kwargs"] = {
                "text_embeds": torch.cat(pooled),
                "time_ids": times.repeat(len(values) * self.count, 1),
            }
        return arguments

    def _expand(self, array: NDArray[np.float32]) -> torch.Tensor:
        """An array of one prompt, repeated for each picture."""
        tensor = to_tensor(array, self._device, self._dtype)
        return tensor.repeat_interleave(self.count, dim=0)

    def _scale_embedding(self, scale: float, size: int) -> torch.Tensor:
        """The guidance scale as an input (n, size) of a distilled network (Luo et al. 2023), as
        `get_guidance_scale_embedding` of the pipelines makes it."""
        scales = torch.tensor(scale - 1).repeat(self.count) * 1000.0
        half = size // 2
        spread = torch.log(torch.tensor(10000.0)) / (half - 1)
        frequencies = torch.exp(torch.arange(half, dtype=torch.float32) * -spread)
        angles = scales.to(torch.float32)[:, None] * frequencies[None, :]
        embedding = torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
        return pad(embedding, (0, size % 2)).to(self._device, self._dtype)

    # --- pictures -----------------------------------------------------------------------------

    def _image(self, prompt: ImagePrompt, guided: bool) -> torch.Tensor:
        """The embeddings of an image prompt for each picture, those of no picture before them
        where guided: (n, pictures shown, ...)."""
        shown, nothing = self._encoded(prompt)
        parts = [nothing, shown] if guided else [shown]
        return torch.cat([part for part in parts for _ in range(self.count)])

    def _hint(self, unit: ControlUnit) -> torch.Tensor:
        """The hint of a ControlNet (n, 3, height, width), in the size of the pictures."""
        hint = channels_first(unit.hint)
        if hint.shape[2:] != self._size:
            hint = interpolate(hint, size=self._size, mode="bilinear", antialias=True)
        return self._repeat(hint)

    @cached_property
    def mask(self) -> torch.Tensor | None:
        """1 where to paint: (n, 1, rows, columns), hard-edged as the pipelines make it."""
        if self._task.mask is None:
            return None
        alpha = to_tensor(self._task.mask.alpha).unsqueeze(1)
        hard = (alpha >= 0.5).to(torch.float32)
        return self._repeat(interpolate(hard, size=self._latent_size))

    @cached_property
    def masked(self) -> torch.Tensor | None:
        """For inpainting models: the latents of the picture without the masked part."""
        if self._task.masked is None:
            return None
        return self._repeat(to_tensor(self._task.masked.samples))

    @cached_property
    def original(self) -> torch.Tensor:
        """The latents that the sampler was given."""
        return to_tensor(self._task.latents.samples, self._device, self._dtype)

    def _repeat(self, tensor: torch.Tensor) -> torch.Tensor:
        """One for each picture, on the device."""
        repeats = self.count // tensor.shape[0]
        return tensor.repeat_interleave(repeats, dim=0).to(self._device, self._dtype)


def _even(embeds: Sequence[Embeds]) -> list[Embeds]:
    """Embeddings (1, tokens, width) of one length. Attention over a text repeated k times is
    attention over the text: so they are brought to their least common multiple."""
    length = int(np.lcm.reduce([array.shape[1] for array in embeds]))
    return [np.tile(array, (1, length // array.shape[1], 1)) for array in embeds]


def _blended(parts: Mixture) -> Conditioning:
    """Prompts in their shares, as one."""
    (first, _), *others = parts
    if not others:
        return first
    shares = [np.float32(share) for _, share in parts]
    embeds = _even([value.embeds for value, _ in parts])
    pooled = [value.pooled for value, _ in parts if value.pooled is not None]
    return Conditioning(_sum(shares, embeds), _sum(shares, pooled) if pooled else None, "")


def _sum(shares: Sequence[np.float32], arrays: Sequence[Embeds]) -> Embeds:
    total = shares[0] * arrays[0]
    for share, array in zip(shares[1:], arrays[1:], strict=True):
        total = total + share * array
    return total
