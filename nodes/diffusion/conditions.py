"""What conditions the networks in every step: prompts, picture size, control hints, masks.

All are brought to the device once a run, in the shape that the networks want.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate, pad

from nodes.diffusion import layout, prompts
from nodes.diffusion.arrays import channels_first, to_tensor
from nodes.diffusion.device import device, dtype
from nodes.diffusion.trajectory import Task
from nodes.types import Conditioning, ControlUnit


class Conditions:
    """The conditions of one run.

    Args:
        task: What to do.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._device, self._dtype = device(), dtype(task.model.dtype)
        self.count, _, rows, columns = task.latents.samples.shape
        self._latent_size = (rows, columns)
        factor = task.model.latent_factor
        self._size = (rows * factor, columns * factor)
        # per instance: a cached method would keep every run alive
        self.hint = cache(self._hint)

    # --- prompts ------------------------------------------------------------------------------

    def text(self, guided: bool) -> dict[str, Any]:
        """The text arguments of UNet and ControlNets, the negative before the positive prompt
        where guided: embeddings (n, tokens, width), and for SDXL pooled ones and sizes."""
        return self._guided if guided else self._plain

    @cached_property
    def _plain(self) -> dict[str, Any]:
        return self._arguments([self._task.positive])

    @cached_property
    def _guided(self) -> dict[str, Any]:
        return self._arguments([self._task.negative or self._empty_prompt(), self._task.positive])

    def _empty_prompt(self) -> Conditioning:
        """What the pipelines take where no negative prompt is given."""
        model, positive = self._task.model, self._task.positive
        index = layout.read_json(Path(model.source) / "model_index.json")
        if positive.pooled is not None and index.get("force_zeros_for_empty_prompt", True):
            return Conditioning(np.zeros_like(positive.embeds), np.zeros_like(positive.pooled), "")
        return prompts.encode(model, "")

    def _arguments(self, values: Sequence[Conditioning]) -> dict[str, Any]:
        # Attention over a text repeated k times is attention over the text: so texts of different
        # length are brought to their least common multiple.
        length = int(np.lcm.reduce([value.embeds.shape[1] for value in values]))
        embeds = [
            self._expand(np.tile(v.embeds, (1, length // v.embeds.shape[1], 1))) for v in values
        ]
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

    def scale_embedding(self, scale: float, size: int) -> torch.Tensor:
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
