"""The sampler of the families that have a pipeline: its `__call__`, one step at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import torch

from nodes.diffusion import noise, preview, schedulers
from nodes.diffusion.arrays import to_tensor
from nodes.diffusion.device import dtype
from nodes.diffusion.pipelines import parts, prompts, validation
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.diffusion.pipelines.single_step import SingleStepScheduler, plan
from nodes.diffusion.pool import within_memory
from nodes.diffusion.run import Run
from nodes.diffusion.trajectory import Effect, Mixture, SamplingTask, StepPlan
from nodeui.sdk import NodeError, curve_at


class PipelineStepPlan(StepPlan):
    """The steps of a run, guided as the family is.

    Args:
        task: What to do.
        scheduler: A diffusers scheduler whose timesteps are set.
        embedded: The network reads the guidance scale as a number.
    """

    def __init__(self, task: SamplingTask, scheduler: Any, embedded: bool) -> None:
        super().__init__(task, scheduler, distilled=embedded)
        self._run, self._embedded = task, embedded
        self._family = FAMILIES[task.model.family]

    def effect(self, index: int) -> Effect:
        """What acts in the step at an index of `whole`."""
        effect, family = super().effect(index), self._family
        if self._embedded:
            return effect
        scale = float(curve_at(self._run.guidance.scale, index / len(self.whole)))
        told = self._run.negative is not None or family.embedded is None
        guided = told and scale > family.unguided
        return replace(effect, scale=scale if guided else family.unguided, guided=guided)


class PipelineSampler(Run):
    """A sampler run, evaluation by evaluation.

    Making one reads configs only; weights are loaded by the first step.

    Args:
        task: What to do.

    Raises:
        NodeError: inputs do not fit each other or the model, or the pipeline cannot do this.
    """

    def __init__(self, task: SamplingTask) -> None:
        family = FAMILIES[task.model.family]
        network = parts.outline(task.model)
        validation.check(task, network)
        self._family = family
        self._embedded = family.embedded is not None and bool(network.guidance_embeds)
        self._count, _, self._rows, self._columns = task.latents.samples.shape
        scheduler = schedulers.build(task.schedule, task.model)
        self._plan(task, scheduler, network)
        line = PipelineStepPlan(task, scheduler, self._embedded)
        for index in range(line.first, line.last):
            effect = line.effect(index)
            prompts.check_mixture(effect.positive, "positive")
            prompts.check_mixture(effect.negative, "negative")
        super().__init__(task, scheduler, line)
        # per instance: a cached method would keep every run alive
        self._text = lru_cache(maxsize=4)(self._arguments)

    def _plan(self, task: SamplingTask, scheduler: Any, network: parts.Outline) -> None:
        """Set the timesteps as the pipeline does, for latents of this size."""
        pipe = parts.pipeline(task.model, transformer=network, scheduler=scheduler)
        arguments = {
            **self._options(task),
            **prompts.arguments(task.positive, task.model, self._count, torch.device("cpu")),
            self._family.guidance: self._family.unguided,
            "latents": self._pack(to_tensor(task.latents.samples)),
        }
        try:
            plan(scheduler, lambda: pipe(**arguments))
        except (ValueError, AssertionError, TypeError, IndexError, ZeroDivisionError) as error:
            raise NodeError(
                f"{type(pipe).__name__} cannot do {task.steps} steps with a "
                f"{type(scheduler).__name__}; auto is the scheduler that the model was "
                f"published with. It says: {error}",
                "scheduler",
            ) from error

    def _options(self, task: SamplingTask) -> dict[str, Any]:
        """The arguments of the pipeline that are the same in all steps."""
        factor = task.model.latent_factor
        return {
            **self._family.options,
            "height": self._rows * factor,
            "width": self._columns * factor,
            "num_inference_steps": task.steps,
            "negative_prompt": None,
            "output_type": "latent",
            "return_dict": False,
        }

    @within_memory
    @torch.no_grad()
    def step(self) -> None:
        index = self._line.first + self._done
        latents = self._start() if self._latents is None else self._latents
        effect = self._line.effect(index)
        if effect.reseed is not None:
            self._generators = noise.generators(effect.reseed, self._count)
        at, eta = self._line.begin + index, self._task.schedule.eta
        turn = SingleStepScheduler(self._scheduler, at, self._generators, eta)
        self._pipeline.scheduler = turn
        arguments = {**self._options(self._task), **self._acting(effect), "latents": latents}
        self._latents = self._pipeline(**arguments)[0]
        self._estimate = self._estimated(*turn.seen, float(self._line.sigmas[index]))
        self._done += 1

    # --- the start ----------------------------------------------------------------------------

    def _start(self) -> torch.Tensor:
        """The first latents, as `prepare_latents` of the pipelines makes them; those of pictures
        as the families' image-to-image pipelines do."""
        task, scheduler = self._task, self._scheduler
        self._generators = noise.resumed(self._drawn)
        precision = torch.float32 if self._family.full else dtype(task.model.dtype)
        original = self._pack(to_tensor(task.latents.samples, self._device, precision))
        if self._line.first > 0:
            return original
        drawn = self._pack(to_tensor(self._drawn.samples, self._device, precision))
        if task.latents.empty:
            return drawn * getattr(scheduler, "init_noise_sigma", 1.0)
        timesteps = self._line.whole[:1].repeat(self._count)
        if hasattr(scheduler, "scale_noise"):
            return scheduler.scale_noise(original, timesteps, drawn)
        return scheduler.add_noise(original, drawn, timesteps)

    # --- one evaluation -----------------------------------------------------------------------

    @cached_property
    def _pipeline(self) -> Any:
        return parts.pipeline(self._task.model, transformer=parts.network(self._task.model))

    @cached_property
    def _empty_prompt(self) -> Mixture:
        return ((prompts.encode(self._task.model, ""), 1.0),)

    def _acting(self, effect: Effect) -> dict[str, Any]:
        """The arguments of the pipeline that may change from step to step."""
        name = self._family.embedded if self._embedded else self._family.guidance
        found = {str(name): effect.scale, **self._text(effect.positive, False)}
        if effect.guided:
            found |= self._text(effect.negative or self._empty_prompt, True)
        return found

    def _arguments(self, mixture: Mixture, negative: bool) -> dict[str, Any]:
        """A prompt as arguments of the pipeline."""
        value = prompts.blended(mixture)
        return prompts.arguments(value, self._task.model, self._count, self._device, negative)

    def _estimated(
        self, latents: torch.Tensor, prediction: torch.Tensor, sigma: float
    ) -> preview.Estimate:
        """What the prediction takes the latents to be made of."""
        latents, prediction = self._unpack(latents), self._unpack(prediction)
        kind = "flow" if self._family.flow else self._scheduler.config.prediction_type
        return preview.estimate(kind, latents * self._unit_scale(sigma), prediction, sigma)

    def _unit_scale(self, sigma: float) -> float:
        return 1.0 if self._family.flow else schedulers.unit_scale(self._scheduler, sigma)

    # --- packing ------------------------------------------------------------------------------

    def _pack(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents (n, channels, rows, columns) as the pipeline takes them."""
        if not self._family.packed:
            return latents
        count, channels, rows, columns = latents.shape
        patches = latents.view(count, channels, rows // 2, 2, columns // 2, 2)
        return patches.permute(0, 2, 4, 1, 3, 5).reshape(count, -1, channels * 4)

    def _unpack(self, latents: torch.Tensor) -> torch.Tensor:
        if not self._family.packed:
            return latents
        count, _, channels = latents.shape
        rows, columns = self._rows // 2, self._columns // 2
        patches = latents.view(count, rows, columns, channels // 4, 2, 2)
        return patches.permute(0, 3, 1, 4, 2, 5).reshape(count, -1, self._rows, self._columns)
