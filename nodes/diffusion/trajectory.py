"""The inputs of a sampler, and the plan and the keys of its steps.

A step is one evaluation of the network (Heun's method makes two per solver step). Schedules are
defined over fractions of the whole trajectory, wherever a run starts or stops on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion import masks, regions, snapshot, solving
from nodes.diffusion.mixture import Mixture, acting_regions, mixture
from nodes.diffusion.regions import Acting, Part, PartMasks
from nodes.environment import environment
from nodes.imaging import Fit, Reach
from nodes.types import (
    Conditioning,
    Control,
    ControlUnit,
    Guidance,
    ImagePrompt,
    Latents,
    Lora,
    Mask,
    Model,
    Noise,
    Region,
    Scheduler,
)
from nodeui.sdk import curve_at

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SamplingTask:
    """All inputs of a sampler.

    Attributes:
        model: The denoising model.
        positive: The positive prompt.
        negative: The negative prompt; None for the pipelines' empty prompt.
        latents: The latents to start from.
        control: ControlNets and image prompts, or None.
        guidance: Classifier-free guidance over the run.
        schedule: Noise schedule and solver.
        steps: Solver steps of the whole schedule.
        strength: Fraction of the schedule that is run on latents that are not empty.
        start_step: First solver step; above 0, the latents are expected to be noisy already.
        end_step: Solver step to stop before, None for the end.
        noise: First noise and its generators, or a seed for them.
        reseed_step: Solver step at which the generators are reseeded, or None.
        reseed: The seed for that.
        renoise_step: Solver step before which the estimate of the clean latents gets new noise, or
            None.
        renoise_seed: The seed for that.
        mask: The part of the picture to change (inpainting), or None.
        masked: For inpainting models (9 input channels): the latents of the picture without the
            masked part.
        mask_method: How the mask reaches the latents; see `masks.latent_mask`.
        mask_fit: How a mask of other proportions than the picture is fitted.
        together: Number of runs whose predictions are evaluated in one batch.
        place: The place of this run in the batch.
    """

    model: Model
    positive: Conditioning
    negative: Conditioning | None
    latents: Latents
    control: Control | None
    guidance: Guidance
    schedule: Scheduler
    steps: int
    strength: float
    start_step: int
    end_step: int | None
    noise: Noise | int
    reseed_step: int | None
    reseed: int
    renoise_step: int | None
    renoise_seed: int
    mask: Mask | None
    masked: Latents | None
    mask_method: Reach
    mask_fit: Fit
    together: int = 1
    place: int = 0

    @cached_property
    def latent_mask(self) -> Array | None:
        """The mask of the latents; see `masks.latent_mask`."""
        if self.mask is None:
            return None
        rows, columns = self.latents.samples.shape[2:]
        return masks.latent_mask(self.mask, rows, columns, self.mask_method, self.mask_fit)

    @cached_property
    def part_masks(self) -> PartMasks:
        """The masks of regions, ControlNets and image prompts."""
        return PartMasks(self.model, *self.latents.samples.shape[2:])

    @property
    def soft(self) -> bool:
        """True if the grey of the mask determines how many steps change a part."""
        return self.mask is not None and self.mask_method == "soft"

    @property
    def begins_late(self) -> bool:
        """True if the run may begin in the middle of the trajectory."""
        return self.start_step > 0 or (self.strength < 1 and not self.latents.empty)


@dataclass(frozen=True, eq=False)
class StepInputs:
    """The inputs of one step, beyond the state before it.

    Attributes:
        scale: Guidance scale w of negative + w (positive - negative); 1 if guidance is off.
        guided: True if the negative prompt is evaluated too.
        positive: The positive prompt.
        negative: The negative prompt; () for the empty prompt.
        controls: The active ControlNets with their weights, none of which is 0.
        images: The active image prompts with their weights, none of which is 0.
        loras: The LoRAs that act on the UNet with their strengths, none of which is 0.
        regions: The active regions of the positive prompt.
        avoided_regions: Those of the negative prompt; () if it is not evaluated.
    """

    scale: float
    guided: bool
    positive: Mixture
    negative: Mixture
    controls: tuple[tuple[ControlUnit, float], ...]
    images: tuple[tuple[ImagePrompt, float], ...]
    loras: tuple[tuple[Lora, float], ...]
    regions: tuple[Acting, ...] = ()
    avoided_regions: tuple[Acting, ...] = ()


class StepPlan:
    """The steps of a run on the timesteps of a scheduler.

    Args:
        task: The inputs of the sampler.
        scheduler: A diffusers scheduler whose timesteps are set.
        distilled: The network takes the guidance scale as an input (LCM); no step is guided.

    Attributes:
        timesteps: All timesteps of the trajectory, shortened by `strength`.
        begin: Index of the trajectory's first timestep in the scheduler's timesteps.
        first: Index in `timesteps` of the first step to do.
        last: Index in `timesteps` after the last step to do.
        late: The run begins in the middle of the trajectory, so the solver has no history.
        sigmas: Noise level, relative to the picture, before each of the `timesteps` and after the
            last one.
    """

    def __init__(self, task: SamplingTask, scheduler: Any, distilled: bool) -> None:
        self._task = task
        self._scheduler = scheduler
        self._distilled = distilled
        self._digests: dict[int, str] = {}  # by id; the task keeps the arrays alive
        # cached per instance: a cache on the class would keep every run alive
        self.parts = lru_cache(maxsize=4)(self._parts)
        self.begin = 0 if task.latents.empty else self._skipped() * scheduler.order
        first, own_start = task.start_step * scheduler.order, task.schedule.late_start
        # pndm evaluates its first step twice; a run that begins there needs only the second one
        if own_start != "diffusers" and solving.repeats_first_step(scheduler):
            self.begin += self.begin == 1
            first += first == 1
        self.timesteps: torch.Tensor = scheduler.timesteps[self.begin :]
        self.sigmas = solving.sigmas(scheduler)[self.begin :]
        count = len(self.timesteps)
        self.first = min(first, count)
        self.late = own_start != "diffusers" and self.begin + self.first > 0
        stop = count
        if task.end_step is not None:
            stop = solving.evaluations(scheduler, task.end_step) - self.begin
        # the last solver step of a second-order method needs only one evaluation
        self.last = count if task.end_step == task.steps else min(max(stop, self.first), count)

    def _skipped(self) -> int:
        """Return the solver steps to leave out because of `strength`.

        As `get_timesteps` of StableDiffusionImg2ImgPipeline.
        """
        return self._task.steps - min(int(self._task.steps * self._task.strength), self._task.steps)

    def inputs(self, index: int) -> StepInputs:
        """Return the inputs of the step at an index of `timesteps`."""
        task, count = self._task, len(self.timesteps)
        x, step = index / count, index // self._scheduler.order
        scale = float(curve_at(task.guidance.scale, x))
        guided = scale != 1 and not self._distilled
        controls = [(unit, self._weight(unit, index)) for unit in self._units]
        images = [(image, self._scale(image, x)) for image in self._images]
        loras = [
            (lora, float(curve_at(lora.strength, x)))
            for lora in task.model.loras
            if "unet" in lora.parts
        ]
        return StepInputs(
            scale=scale if guided or self._distilled else 1.0,
            guided=guided,
            positive=mixture(task.positive, x, step),
            negative=() if task.negative is None else mixture(task.negative, x, step),
            controls=tuple((unit, weight) for unit, weight in controls if weight != 0),
            images=tuple((image, weight) for image, weight in images if weight != 0),
            loras=tuple((lora, strength) for lora, strength in loras if strength != 0),
            regions=self._acting(task.positive, index),
            avoided_regions=self._acting(task.negative, index) if guided else (),
        )

    def _acting(self, prompt: Conditioning | None, index: int) -> tuple[Acting, ...]:
        """Return the regions of a prompt that act in the step at an index."""
        if prompt is None:
            return ()
        x, step = index / len(self.timesteps), index // self._scheduler.order
        weighted = [
            (region, share * self._weight(region, index))
            for region, share in acting_regions(prompt, x, step)
        ]
        return tuple(
            Acting(region, weight, mixture(region.conditioning, x, step))
            for region, weight in weighted
            if weight != 0 and self._task.part_masks.of_region(region).any()
        )

    def _weight(self, part: ControlUnit | Region, index: int) -> float:
        """Return the weight of a ControlNet or region in the step at an index."""
        if not self.in_window(part, index):
            return 0.0
        if isinstance(part, ControlUnit):
            cells, weight = self._task.part_masks.of_unit(part), part.strength
            if cells is not None and not cells.any():
                return 0.0
        else:
            weight = part.weight
        return float(curve_at(part.curve, index / len(self.timesteps))) if part.curve else weight

    def _scale(self, image: ImagePrompt, x: float) -> float:
        cells = self._task.part_masks.of_image(image)
        if cells is not None and not any(level.any() for level in cells):
            return 0.0
        return float(curve_at(image.scale, x))

    def _parts(self, prompt: Mixture, acting: tuple[Acting, ...]) -> tuple[Part, ...]:
        """Return the prompts to evaluate in a step, with their shares of the prediction."""
        return regions.parts(prompt, acting, self._task.part_masks.of_region)

    def reseed(self, index: int) -> int | None:
        """Return the seed from the step at an index on if it changes there, else None."""
        return self._task.reseed if index == self._reseed_index else None

    def renoise(self, index: int) -> int | None:
        """Return the seed of the new noise before the step at an index, None if there is none."""
        return self._task.renoise_seed if index == self.renoise_index else None

    @cached_property
    def renoise_index(self) -> int | None:
        """Index in `timesteps` of the step before which the latents get new noise."""
        if self._task.renoise_step is None:
            return None
        index = self._task.renoise_step * self._scheduler.order - self.begin
        return index + (index == 1 and solving.repeats_first_step(self._scheduler))

    def in_window(self, part: ControlUnit | Region, index: int) -> bool:
        """True if a step lies in the window of a ControlNet or region.

        As in the ControlNet pipelines.
        """
        count = len(self.timesteps)
        return part.start <= index / count and (index + 1) / count <= part.end

    def changing(self, index: int) -> Array | None:
        """Return the latents that the step at an index may change, (n, 1, rows, columns).

        1 is inside and 0 outside; None without a mask. The index after the last step is that of
        the end.
        """
        cells = self._task.latent_mask
        if cells is None or not self._task.soft:
            return cells
        return masks.changing(cells, index, len(self.timesteps))

    @cached_property
    def _units(self) -> tuple[ControlUnit, ...]:
        return self._task.control.units if self._task.control else ()

    @cached_property
    def _images(self) -> tuple[ImagePrompt, ...]:
        return self._task.control.images if self._task.control else ()

    @cached_property
    def _reseed_index(self) -> int | None:
        """Index in `timesteps` at which the seed changes; None for solvers that draw no noise."""
        step = self._task.reseed_step
        if step is None or not solving.draws_noise(self._task.schedule, self._scheduler):
            return None
        return max(step * self._scheduler.order - self.begin, self.first)

    @cached_property
    def keys(self) -> list[str]:
        """The keys of the steps to do; see `Steps.keys`."""
        keys = [self._step_key(index) for index in range(self.first, self.last)]
        if keys:
            keys[0] = f"{_digest(self._start_facts())};{keys[0]}"
        return keys

    def _start_facts(self) -> list[object]:
        """Return everything that the first state and all steps depend on."""
        task, scheduler = self._task, self._scheduler
        sigmas = getattr(scheduler, "sigmas", torch.empty(0))
        # another size of a batch, or another place in it, may round differently
        batched = ["together", task.together, task.place] if task.together > 1 else []
        return [
            *batched,
            snapshot.FORMAT,
            environment(),
            task.model.digest,
            task.model.dtype,
            type(scheduler).__name__,
            solving.normalised_config(scheduler),
            _array_digest(scheduler.timesteps.cpu().numpy()),
            _array_digest(sigmas.cpu().numpy()),
            float(task.schedule.eta).hex() if solving.accepts(scheduler, "eta") else None,
            (self.begin, self.first, self.late, task.strength == 1),
            (self._content(task.latents.samples), task.latents.empty),
            task.noise if isinstance(task.noise, int) else self._noise_facts(task.noise),
            "soft" if task.soft else self._content(task.latent_mask),
            self._content(task.masked and task.masked.samples),
        ]

    @cached_property
    def peers(self) -> str:
        """A key that is equal for runs that `Steps.step_together` evaluates in one batch.

        They have the same model, timesteps and size of pictures.
        """
        times = _array_digest(self.timesteps.cpu().numpy())
        task = self._task
        shape = tuple(task.latents.samples.shape)
        return _digest([task.model.digest, task.model.dtype, times, self.first, self.last, shape])

    def _noise_facts(self, noise: Noise) -> object:
        if noise.seed is not None:
            return noise.seed
        return [self._content(noise.samples), self._content(noise.states)]

    def _step_key(self, index: int) -> str:
        inputs = self.inputs(index)
        positive = self.parts(inputs.positive, inputs.regions)
        facts: list[object] = [inputs.scale.hex(), self._facts_of(positive)]
        if inputs.guided:
            rescale = float(self._task.guidance.rescale).hex()
            negative = self.parts(inputs.negative, inputs.avoided_regions)
            facts += ["negative", self._facts_of(negative), rescale]
            if not inputs.negative:
                facts += self._text_encoder_facts()
        for unit, weight in inputs.controls:
            hint = (self._content(unit.hint), unit.fit)
            facts += ["control", unit.controlnet.digest, hint, weight.hex()]
            if (cells := self._task.part_masks.of_unit(unit)) is not None:
                facts += ["in", self._content(cells)]
        for image, weight in inputs.images:
            facts += ["image", image.adapter.digest, self._content(image.pixels), weight.hex()]
            if (levels := self._task.part_masks.of_image(image)) is not None:
                facts += ["in", *(self._content(level) for level in levels)]
        for lora, strength in inputs.loras:
            facts += ["lora", lora.digest, strength.hex()]
        if (reseed := self.reseed(index)) is not None:
            facts += ["reseed", reseed]
        if self._task.soft and (cells := self.changing(index + 1)) is not None:
            facts += ["mask", _array_digest(cells)]
        if (seed := self.renoise(index)) is not None:
            facts += ["renoise", seed]
        return _digest(facts)

    def _text_encoder_facts(self) -> list[object]:
        """Return what the empty prompt depends on, beyond the model's files."""
        return [
            ("text lora", lora.digest, float(lora.text_strength).hex())
            for lora in self._task.model.loras
            if lora.text_strength != 0 and lora.parts != ("unet",)
        ]

    def _facts_of(self, parts: Sequence[Part]) -> list[object]:
        """Return what the composed prediction for some prompts depends on."""
        facts: list[object] = []
        for part in parts:
            facts += self._prompt_facts(part.prompt)
            for one in part.attended:
                weighted = np.float32(one.weight) * self._task.part_masks.of_region(one.region)
                facts += ["attended", _array_digest(weighted), self._prompt_facts(one.prompt)]
            if part.share is not None:
                facts += ["share", _array_digest(part.share)]
        return facts

    def _prompt_facts(self, prompts: Mixture) -> list[object]:
        return [
            (
                self._content(value.embeds),
                self._content(value.pooled),
                [(name, self._content(array)) for name, array in sorted(value.extras.items())],
                weight.hex(),
            )
            for value, weight in prompts
        ]

    def _content(self, array: Array | None) -> str:
        """Return the digest of an array of the task; each array is hashed once."""
        if array is None:
            return "none"
        if id(array) not in self._digests:
            self._digests[id(array)] = _array_digest(array)
        return self._digests[id(array)]


def _array_digest(array: Array) -> str:
    hashed = hashlib.blake2b(f"{array.dtype.str}{array.shape};".encode(), digest_size=20)
    hashed.update(np.ascontiguousarray(array).data)
    return hashed.hexdigest()


def _digest(facts: Sequence[object]) -> str:
    """Hash strings, integers, and lists and tuples of them."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=20).hexdigest()
