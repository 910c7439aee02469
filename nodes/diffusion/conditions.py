"""The conditions of the networks in every step: prompts, picture size, control hints, masks.

Each is moved to the device once per run, in the shape that the networks expect.
"""

from __future__ import annotations

from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import pad

from nodes.diffusion import ip_adapter, layout, masks, prompts, regions, validation
from nodes.diffusion.arrays import to_tensor
from nodes.diffusion.device import device, dtype
from nodes.diffusion.mixture import blended, even
from nodes.diffusion.regions import Part
from nodes.diffusion.streams import upload
from nodes.diffusion.trajectory import SamplingTask
from nodes.types import Conditioning, ControlUnit, ImagePrompt


class Row(NamedTuple):
    """A prompt in an evaluation of the network, for each picture.

    Attributes:
        part: The prompt.
        negative: It belongs to the negative prompt.
    """

    part: Part
    negative: bool


Rows = tuple[Row, ...]


class Conditions:
    """The conditions of one run.

    Args:
        task: The inputs of the sampler.
    """

    def __init__(self, task: SamplingTask) -> None:
        self._task = task
        self._device, self._dtype = device(), dtype(task.model.dtype)
        self.count, _, rows, columns = task.latents.samples.shape
        factor = task.model.latent_factor
        self._size = (rows * factor, columns * factor)
        # cached per instance: caches on the class would keep every run alive
        self.hint = cache(self._hint)
        self.text = lru_cache(maxsize=16)(self._text)
        self.biases = lru_cache(maxsize=4)(self._biases)
        self.image = cache(self._image)
        self.image_masks = cache(self._image_masks)
        self.unit_masks = cache(self._unit_masks)
        self.scale_embedding = lru_cache(maxsize=1)(self._scale_embedding)
        self._encoded = cache(partial(ip_adapter.encode, model=task.model))

    # --- prompts ------------------------------------------------------------------------------

    def _text(self, rows: Rows) -> dict[str, Any]:
        """Return the text arguments of UNet and ControlNets.

        These are embeddings (n, tokens, width); for SDXL also pooled embeddings and sizes.

        Args:
            rows: The prompts of one evaluation. The tokens of a prompt are followed by those of the
                regions that attend in it; its pooled embedding is its own.
        """
        values = [self._prompts(row)[0] for row in rows]
        embeds = [self._expand(array) for array in even([self._tokens(row) for row in rows])]
        arguments: dict[str, Any] = {"encoder_hidden_states": torch.cat(embeds)}
        pooled = [self._expand(value.pooled) for value in values if value.pooled is not None]
        if pooled:
            sizes = [self._sizes[0 if row.negative else 1] for row in rows]
            times = torch.tensor(sizes, device=self._device, dtype=self._dtype)
            arguments["added_cond_kwargs"] = {
                "text_embeds": torch.cat(pooled),
                "time_ids": times.repeat_interleave(self.count, 0),
            }
        return arguments

    def _biases(self, rows: Rows) -> list[torch.Tensor]:
        """Return `regions.biases` of one evaluation for each level, [] without regions."""
        if not any(row.part.attended for row in rows):
            return []
        length = max(array.shape[1] for array in even([self._tokens(row) for row in rows]))
        cells = self._task.part_masks
        found: list[torch.Tensor] = []
        for size in cells.levels:
            every: list[torch.Tensor] = []
            for row in rows:
                tokens = [value.embeds.shape[1] for value in self._prompts(row)]
                weighted = [
                    np.float32(one.weight) * cells.of_region(one.region)
                    for one in row.part.attended
                ]
                bias = regions.biases(weighted, tokens, size)
                every.append(self._repeat(bias.repeat(1, 1, length // bias.shape[2])))
            found.append(torch.cat(every))
        return found

    def _tokens(self, row: Row) -> NDArray[np.float32]:
        """Return the embeddings (1, tokens, width) of a prompt and the regions in it."""
        return np.concatenate([value.embeds for value in self._prompts(row)], axis=1)

    def _prompts(self, row: Row) -> list[Conditioning]:
        """Return the prompt of a row and those of the regions in it; () is the empty prompt."""
        prompt = blended(row.part.prompt) if row.part.prompt else self._empty_prompt
        return [prompt, *(blended(one.prompt) for one in row.part.attended)]

    @cached_property
    def _empty_prompt(self) -> Conditioning:
        """The pipelines' default negative prompt."""
        model, positive = self._task.model, self._task.positive
        index = layout.read_json(Path(model.source) / "model_index.json")
        if positive.pooled is not None and index.get("force_zeros_for_empty_prompt", True):
            return Conditioning(np.zeros_like(positive.embeds), np.zeros_like(positive.pooled), "")
        return prompts.encode(model, "")

    @cached_property
    def _sizes(self) -> list[list[int | float]]:
        """Original size, crop, and target size or aesthetic score; negative before positive.

        The picture was never scaled or cropped. The scores are the defaults of
        StableDiffusionXLImg2ImgPipeline.
        """
        start = [*self._size, 0, 0]
        network = layout.read_json(Path(self._task.model.source) / "unet" / "config.json")
        if validation.takes_score(network, self._task.positive):
            return [[*start, 2.5], [*start, 6.0]]
        return [[*start, *self._size]] * 2

    def _expand(self, array: NDArray[np.float32]) -> torch.Tensor:
        """Move an array of one prompt to the device, repeated for each picture."""
        tensor = to_tensor(array, self._device, self._dtype)
        return tensor.repeat_interleave(self.count, dim=0)

    def _scale_embedding(self, scale: float, size: int) -> torch.Tensor:
        """Embed the guidance scale (n, size) for a distilled network (Luo et al. 2023).

        Same as `get_guidance_scale_embedding` of the pipelines.
        """
        scales = torch.tensor(scale - 1).repeat(self.count) * 1000.0
        half = size // 2
        spread = torch.log(torch.tensor(10000.0)) / (half - 1)
        frequencies = torch.exp(torch.arange(half, dtype=torch.float32) * -spread)
        angles = scales.to(torch.float32)[:, None] * frequencies[None, :]
        embedding = torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
        return upload(pad(embedding, (0, size % 2)), self._device, self._dtype)

    # --- pictures -----------------------------------------------------------------------------

    def _image(self, prompt: ImagePrompt, negative: tuple[bool, ...]) -> torch.Tensor:
        """Return the embeddings (rows n, images, ...) of an image prompt for each picture.

        Negative rows have the embeddings of an empty image.
        """
        shown, nothing = self._encoded(prompt)
        parts = [nothing if row else shown for row in negative]
        return torch.cat([part for part in parts for _ in range(self.count)])

    def _image_masks(self, prompt: ImagePrompt, rows: int) -> list[torch.Tensor]:
        """Return the masks (rows n, images, height, width) of an image prompt for each level."""
        levels = self._task.part_masks.of_image(prompt) or []
        images = len(prompt.pixels)
        return [self._repeat(to_tensor(level)).repeat(rows, images, 1, 1) for level in levels]

    def _unit_masks(self, unit: ControlUnit) -> list[torch.Tensor]:
        """Return the mask (n, 1, rows, columns) of a ControlNet for each of its residuals; [] where
        it is 1 everywhere. The last one is for the middle block."""
        cells = self._task.part_masks.of_unit(unit)
        if cells is None:
            return []
        config = layout.read_json(Path(unit.controlnet.source) / "config.json")
        sizes = regions.residual_levels(config, *cells.shape[2:])
        found = to_tensor(cells)
        return [self._repeat(regions.pooled(found, size)) for size in [*sizes, sizes[-1]]]

    def _hint(self, unit: ControlUnit) -> torch.Tensor:
        """Return the hint of a ControlNet (n, 3, height, width), scaled to the pictures."""
        return self._repeat(masks.fitted_hint(unit, *self._size))

    def share(self, part: Part) -> torch.Tensor:
        """Return the share of a prompt in the composed prediction, (n, 1, rows, columns)."""
        assert part.share is not None
        return self._repeat(to_tensor(part.share))

    @cached_property
    def mask(self) -> torch.Tensor | None:
        """The mask (n, 1, rows, columns), 1 where to paint."""
        cells = self._task.latent_mask
        return None if cells is None else self._repeat(to_tensor(cells))

    def mask_of(self, cells: NDArray[np.float32] | None) -> torch.Tensor | None:
        """Return a mask for one step; that of the whole run is converted once."""
        if cells is None or cells is self._task.latent_mask:
            return self.mask
        return self._repeat(to_tensor(cells))

    @cached_property
    def masked(self) -> torch.Tensor | None:
        """For inpainting models: the latents of the picture without the masked part."""
        if self._task.masked is None:
            return None
        return self._repeat(to_tensor(self._task.masked.samples))

    def _repeat(self, tensor: torch.Tensor) -> torch.Tensor:
        """Repeat a tensor for each picture and move it to the device."""
        repeats = self.count // tensor.shape[0]
        return upload(tensor.repeat_interleave(repeats, dim=0), self._device, self._dtype)
