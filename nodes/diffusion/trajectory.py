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

from nodes.diffusion.schedulers import normalised_config
from nodes.environment import environment
from nodes.types import (
    Conditioning,
    Control,
    ControlUnit,
    Guidance,
    Latents,
    Mask,
    Model,
    Noise,
    Scheduler,
)
from nodeui.sdk import curve_at


@dataclass(frozen=True, eq=False)
class Task:
    """All inputs of a sampler.

    Attributes:
        model: The denoising model.
        positive: What to show.
        negative: What to avoid; None for the empty prompt, as the pipelines take it.
        latents: Where to start.
        control: ControlNets, or None.
        guidance: Classifier-free guidance over the run.
        schedule: Noise schedule and solver.
        steps: Solver steps of the whole schedule.
        strength: Share of the schedule that is run on latents that are not empty.
        start_step: First solver step; where it is not 0, the latents are taken as noisy already.
        end_step: Solver step to stop before, None for the end.
        noise: First noise and its generators, or a seed for them.
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
    mask: Mask | None
    masked: Latents | None


@dataclass(frozen=True, eq=False)
class Effect:
    """What acts in one step beyond the state before it.

    Attributes:
        scale: Guidance scale.
        guided: The negative prompt is evaluated too.
        controls: The ControlNets that act, with their weights, none of which is 0.
    """

    scale: float
    guided: bool
    controls: tuple[tuple[ControlUnit, float], ...]


class Timeline:
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
    """

    def __init__(self, task: Task, scheduler: Any, distilled: bool) -> None:
        self._task = task
        self._scheduler = scheduler
        self._distilled = distilled
        # as `get_timesteps` of StableDiffusionImg2ImgPipeline
        used = min(int(task.steps * task.strength), task.steps)
        self.begin = 0 if task.latents.empty else (task.steps - used) * scheduler.order
        self.whole: torch.Tensor = scheduler.timesteps[self.begin :]
        count = len(self.whole)
        self.first = min(task.start_step * scheduler.order, count)
        stop = count if task.end_step is None else task.end_step * scheduler.order - self.begin
        # the last solver step of a second-order method has one evaluation only
        self.last = count if task.end_step == task.steps else min(max(stop, self.first), count)

    def effect(self, index: int) -> Effect:
        """What acts in the step at an index of `whole`."""
        count = len(self.whole)
        scale = curve_at(self._task.guidance.scale, index / count)
        controls: list[tuple[ControlUnit, float]] = []
        for unit in self._task.control.units if self._task.control else ():
            off = index / count < unit.start or (index + 1) / count > unit.end
            weight = unit.strength * (1.0 - float(off))  # as the ControlNet pipelines have it
            if weight != 0:
                controls.append((unit, weight))
        return Effect(scale, scale > 1 and not self._distilled, tuple(controls))

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
            environment(),
            task.model.digest,
            task.model.dtype,
            type(scheduler).__name__,
            normalised_config(scheduler),
            [float(t).hex() for t in scheduler.timesteps],
            [float(sigma).hex() for sigma in sigmas],
            float(task.schedule.eta).hex(),
            (self.begin, self.first, task.strength == 1),
            (task.latents.samples, task.latents.empty),
            task.noise if isinstance(task.noise, int) else (task.noise.samples, task.noise.states),
            None if task.mask is None else task.mask.alpha,
            None if task.masked is None else task.masked.samples,
        ]

    def _step_key(self, index: int) -> str:
        effect = self.effect(index)
        facts: list[object] = [float(effect.scale).hex(), self._positive]
        if effect.guided:
            facts += [self._negative, float(self._task.guidance.rescale).hex()]
        for unit, weight in effect.controls:
            facts += [unit.controlnet.digest, self._hints[id(unit)], float(weight).hex()]
        return _digest(facts)

    @cached_property
    def _positive(self) -> str:
        return _conditioning_digest(self._task.positive)

    @cached_property
    def _negative(self) -> str:
        negative = self._task.negative
        return "empty prompt" if negative is None else _conditioning_digest(negative)

    @cached_property
    def _hints(self) -> dict[int, str]:
        units = self._task.control.units if self._task.control else ()
        return {id(unit): _digest([unit.hint]) for unit in units}


def _conditioning_digest(value: Conditioning) -> str:
    return _digest([value.embeds, value.pooled])


def _digest(facts: Sequence[object]) -> str:
    """One hash of plain values and arrays, arrays by their content."""
    hashed = hashlib.blake2b(digest_size=20)
    _feed(hashed, facts)
    return hashed.hexdigest()


def _feed(hashed: hashlib.blake2b, value: object) -> None:
    if isinstance(value, np.ndarray):
        hashed.update(f"{value.dtype.str}{value.shape};".encode())
        hashed.update(np.ascontiguousarray(value).data)
    elif isinstance(value, list | tuple):
        hashed.update(f"[{len(value)};".encode())
        for item in value:
            _feed(hashed, item)
    else:
        hashed.update(f"{type(value).__name__} {value!r};".encode())
