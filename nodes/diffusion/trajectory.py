"""What a sampler is asked to do, and the keys of its steps.

A step is one evaluation of the network (Heun's method has two of them a solver step). Schedules
over the run are fractions of the whole trajectory, wherever a run starts or stops on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion import schedulers, snapshot
from nodes.environment import environment
from nodes.types import (
    Conditioning,
    Control,
    ControlUnit,
    Guidance,
    ImagePrompt,
    Latents,
    Mask,
    Model,
    Noise,
    Scheduler,
)
from nodeui.sdk import curve_at

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SamplingTask:
    """All inputs of a sampler.

    Attributes:
        model: The denoising model.
        positive: What to show.
        negative: What to avoid; None for the empty prompt, as the pipelines take it.
        latents: Where to start.
        control: ControlNets and image prompts, or None.
        guidance: Classifier-free guidance over the run.
        schedule: Noise schedule and solver.
        steps: Solver steps of the whole schedule.
        strength: Share of the schedule that is run on latents that are not empty.
        start_step: First solver step; where it is not 0, the latents are taken as noisy already.
        end_step: Solver step to stop before, None for the end.
        noise: First noise and its generators, or a seed for them.
        reseed_step: Solver step from which on further noise is drawn from another seed, or None.
        reseed: That seed.
        mask: Where to change the picture (inpainting), or None.
        masked: For models with 9 input channels: the latents of the picture without what is to
            be painted.
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
    mask: Mask | None
    masked: Latents | None


Mixture = tuple[tuple[Conditioning, float], ...]
"""Prompts with their shares of the embeddings, none of which is 0; together they are 1."""


def mixture(value: Conditioning, x: float) -> Mixture:
    """What a prompt is made of at fraction `x` of the run; without schedule it is all of it."""
    parts: Mixture = ((value, 1.0),)
    for blend in value.later:
        share = float(curve_at(blend.share, x))
        before = [(part, weight * (1 - share)) for part, weight in parts]
        after = [(part, weight * share) for part, weight in mixture(blend.conditioning, x)]
        parts = tuple((part, weight) for part, weight in before + after if weight != 0)
    return parts


@dataclass(frozen=True, eq=False)
class Effect:
    """What acts in one step beyond the state before it.

    Attributes:
        scale: Guidance scale; 1 where it is not used.
        guided: The negative prompt is evaluated too.
        positive: What to show.
        negative: What to avoid; nothing for the empty prompt.
        controls: The ControlNets that act, with their weights, none of which is 0.
        images: The image prompts that act, with their weights, none of which is 0.
        reseed: The seed of the noise from this step on, where it changes here.
    """

    scale: float
    guided: bool
    positive: Mixture
    negative: Mixture
    controls: tuple[tuple[ControlUnit, float], ...]
    images: tuple[tuple[ImagePrompt, float], ...]
    reseed: int | None


class StepPlan:
    """The steps of a run on the timesteps of a scheduler.

    Args:
        task: What to do.
        scheduler: A diffusers scheduler whose timesteps are set.
        distilled: The network takes the guidance scale as an input (LCM): no guided steps.

    Attributes:
        whole: All timesteps of the trajectory, after `strength` has cut it.
        begin: Index of the trajectory's first timestep on the whole schedule.
        first: Index in `whole` of the first step to do.
        last: Index in `whole` after the last step to do.
        sigmas: The noise of the latents before each timestep of `whole`, and after the last one,
            where their picture is 1.
    """

    def __init__(self, task: SamplingTask, scheduler: Any, distilled: bool) -> None:
        self._task = task
        self._scheduler = scheduler
        self._distilled = distilled
        self._digests: dict[int, str] = {}  # of arrays, which the task holds on to
        # as `get_timesteps` of StableDiffusionImg2ImgPipeline
        used = min(int(task.steps * task.strength), task.steps)
        self.begin = 0 if task.latents.empty else (task.steps - used) * scheduler.order
        self.whole: torch.Tensor = scheduler.timesteps[self.begin :]
        self.sigmas = schedulers.sigmas(scheduler)[self.begin :]
        count = len(self.whole)
        self.first = min(task.start_step * scheduler.order, count)
        stop = count if task.end_step is None else task.end_step * scheduler.order - self.begin
        # the last solver step of a second-order method has one evaluation only
        self.last = count if task.end_step == task.steps else min(max(stop, self.first), count)

    def effect(self, index: int) -> Effect:
        """What acts in the step at an index of `whole`."""
        task, count = self._task, len(self.whole)
        x = index / count
        scale = float(curve_at(task.guidance.scale, x))
        guided = scale > 1 and not self._distilled
        controls: list[tuple[ControlUnit, float]] = []
        for unit in task.control.units if task.control else ():
            off = x < unit.start or (index + 1) / count > unit.end
            strength = float(curve_at(unit.curve, x)) if unit.curve else unit.strength
            weight = strength * (1.0 - float(off))  # as the ControlNet pipelines have it
            if weight != 0:
                controls.append((unit, weight))
        images = [(image, float(curve_at(image.scale, x))) for image in self._images]
        return Effect(
            scale=scale if guided or self._distilled else 1.0,
            guided=guided,
            positive=mixture(task.positive, x),
            negative=() if task.negative is None else mixture(task.negative, x),
            controls=tuple(controls),
            images=tuple((image, weight) for image, weight in images if weight != 0),
            reseed=task.reseed if index == self._reseed_index else None,
        )

    @cached_property
    def _images(self) -> tuple[ImagePrompt, ...]:
        return self._task.control.images if self._task.control else ()

    @cached_property
    def _reseed_index(self) -> int | None:
        """Where the noise is drawn from another seed: None too where the solver draws none."""
        step = self._task.reseed_step
        if step is None or not schedulers.draws_noise(self._task.schedule):
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
        """All that the first state and the course of every step depend on."""
        task, scheduler = self._task, self._scheduler
        sigmas = getattr(scheduler, "sigmas", torch.empty(0))
        return [
            snapshot.FORMAT,
            environment(),
            task.model.digest,
            task.model.dtype,
            type(scheduler).__name__,
            schedulers.normalised_config(scheduler),
            _array_digest(scheduler.timesteps.cpu().numpy()),
            _array_digest(sigmas.cpu().numpy()),
            float(task.schedule.eta).hex() if schedulers.accepts(scheduler, "eta") else None,
            (self.begin, self.first, task.strength == 1),
            (self._content(task.latents.samples), task.latents.empty),
            task.noise if isinstance(task.noise, int) else self._noise_facts(task.noise),
            self._content(task.mask and task.mask.alpha),
            self._content(task.masked and task.masked.samples),
        ]

    def _noise_facts(self, noise: Noise) -> list[object]:
        return [self._content(noise.samples), self._content(noise.states)]

    def _step_key(self, index: int) -> str:
        effect = self.effect(index)
        facts: list[object] = [effect.scale.hex(), self._prompt_facts(effect.positive)]
        if effect.guided:
            rescale = float(self._task.guidance.rescale).hex()
            facts += ["negative", self._prompt_facts(effect.negative), rescale]
        for unit, weight in effect.controls:
            facts += ["control", unit.controlnet.digest, self._content(unit.hint), weight.hex()]
        for image, weight in effect.images:
            facts += ["image", image.adapter.digest, self._content(image.pixels), weight.hex()]
        if effect.reseed is not None:
            facts += ["reseed", effect.reseed]
        return _digest(facts)

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
        """The digest of an array of the task, which is hashed once."""
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
    """One hash of texts, whole numbers, and lists and tuples of them."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=20).hexdigest()
