"""The sampler of the pipeline families: the pipeline's `__call__`, one step at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import torch

from nodes.diffusion import preview, schedulers, solving
from nodes.diffusion.arrays import to_tensor
from nodes.diffusion.mixture import Mixture, blended
from nodes.diffusion.pipelines import parts, prompts, validation
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.diffusion.pipelines.single_step import SingleStepScheduler, set_timesteps_by
from nodes.diffusion.run import SamplerRun
from nodes.diffusion.trajectory import SamplingTask, StepInputs, StepPlan
from nodeui.sdk import NodeError, curve_at


class PipelineStepPlan(StepPlan):
    """The steps of a run, with the guidance rules of the family.

    Args:
        task: The inputs of the sampler.
        scheduler: A diffusers scheduler whose timesteps are set.
        embedded: The network takes the guidance scale as an input.
    """

    def __init__(self, task: SamplingTask, scheduler: Any, embedded: bool) -> None:
        super().__init__(task, scheduler, distilled=embedded)
        self._embedded, self._family = embedded, FAMILIES[task.model.family]

    def _skipped(self) -> int:
        """As `get_timesteps` of the families' image-to-image pipelines, which round a product of
        steps and strength that is not whole up to the next step."""
        steps = self._task.steps
        return int(max(steps - min(steps * self._task.strength, steps), 0))

    def inputs(self, index: int) -> StepInputs:
        inputs, family = super().inputs(index), self._family
        if self._embedded:
            return inputs
        scale = float(curve_at(self._task.guidance.scale, index / len(self.timesteps)))
        has_negative = self._task.negative is not None or family.embedded is None
        guided = has_negative and scale > family.unguided
        return replace(inputs, scale=scale if guided else family.unguided, guided=guided)


class PipelineSampler(SamplerRun):
    """A run of the pipeline sampler.

    The constructor only reads configs; the first step loads the weights.

    Args:
        task: The inputs of the sampler.

    Raises:
        NodeError: inputs do not match each other or the model, or the pipeline cannot do them.
    """

    def __init__(self, task: SamplingTask) -> None:
        family = FAMILIES[task.model.family]
        network = parts.network_config(task.model)
        validation.check(task, network)
        self._family = family
        self._embedded = family.embedded is not None and bool(network.guidance_embeds)
        self._rows, self._columns = task.latents.samples.shape[2:]
        scheduler = schedulers.build(task.schedule, task.model, task.begins_late)
        self._set_timesteps(task, scheduler, network)
        plan = PipelineStepPlan(task, scheduler, self._embedded)
        validation.check_blends(plan)
        super().__init__(task, scheduler, plan)
        if family.full:
            self._dtype = torch.float32
        # cached per instance: a cache on the class would keep every run alive
        self._text = lru_cache(maxsize=4)(self._arguments)

    def _set_timesteps(
        self, task: SamplingTask, scheduler: Any, network: parts.NetworkConfig
    ) -> None:
        """Set the timesteps as the pipeline does for latents of this size."""
        pipe = parts.pipeline(task.model, transformer=network, scheduler=scheduler)
        self._reads_second = task.steps == 1 and type(pipe).__name__ == "PixArtAlphaPipeline"
        count = task.latents.samples.shape[0]
        arguments = {
            **self._options(task),
            **prompts.arguments(task.positive, task.model, count, torch.device("cpu")),
            self._family.guidance: self._family.unguided,
            "latents": self._pack(to_tensor(task.latents.samples)),
        }
        try:
            set_timesteps_by(scheduler, lambda: pipe(**arguments))
        except (ValueError, AssertionError, TypeError, IndexError, ZeroDivisionError) as error:
            raise NodeError(
                f"{type(pipe).__name__} cannot do {task.steps} steps with "
                f"{type(scheduler).__name__}. Choose auto, the scheduler that the model was "
                f"published with. {error}",
                "scheduler",
            ) from error
        solving.check_timesteps(scheduler, task.steps)

    def _options(self, task: SamplingTask) -> dict[str, Any]:
        """Return the arguments of the pipeline that are the same in all steps."""
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

    # --- one evaluation -----------------------------------------------------------------------

    def _predict(self) -> torch.Tensor:
        latents, inputs = self._before(), self._plan.inputs(self._index)
        scheduler = SingleStepScheduler(self._scheduler, self._plan.begin + self._index)
        self._pipeline.scheduler = scheduler
        self._pipeline(**self._options(self._task), **self._varying(inputs), latents=latents)
        return scheduler.prediction

    @cached_property
    def _pipeline(self) -> Any:
        return parts.pipeline(self._task.model, transformer=parts.network(self._task.model))

    def _networks(self) -> dict[str, torch.nn.Module]:
        return {f"{self._task.model.source}/transformer": self._pipeline.transformer}

    @cached_property
    def _empty_prompt(self) -> Mixture:
        return ((prompts.encode(self._task.model, ""), 1.0),)

    def _varying(self, inputs: StepInputs) -> dict[str, Any]:
        """Return the arguments of the pipeline that may change from step to step."""
        name = self._family.embedded if self._embedded else self._family.guidance
        found = {str(name): inputs.scale, **self._text(inputs.positive, False)}
        if inputs.guided:
            found |= self._text(inputs.negative or self._empty_prompt, True)
        return found

    def _arguments(self, mixture: Mixture, negative: bool) -> dict[str, Any]:
        """Return the arguments of the pipeline for a prompt."""
        value = blended(mixture)
        return prompts.arguments(value, self._task.model, self._count, self._device, negative)

    # --- the solver ---------------------------------------------------------------------------

    def _solve(
        self, latents: torch.Tensor, prediction: torch.Tensor, index: int
    ) -> tuple[torch.Tensor, preview.Estimate]:
        estimate = self._estimated(latents, prediction, float(self._plan.sigmas[index]))
        timestep = self._scheduler.timesteps[self._plan.begin + index]
        if hasattr(self._scheduler, "scale_model_input"):  # or some solvers warn
            self._scheduler.scale_model_input(latents, timestep)
        options: dict[str, Any] = {"return_dict": False}
        extra = {"generator": self._generators, "eta": self._task.schedule.eta}
        options |= {k: v for k, v in extra.items() if solving.accepts(self._scheduler, k)}
        given = (self._scheduler, prediction, timestep, latents, self._plan.late)
        first, *others = solving.step(*given, **options)
        # PixArt-alpha takes the solver's second value in a run of one step
        return others[0] if others and self._reads_second else first, estimate

    def _estimated(
        self, latents: torch.Tensor, prediction: torch.Tensor, sigma: float
    ) -> preview.Estimate:
        """Return the estimate that follows from the prediction."""
        latents, prediction = self._unpack(latents), self._unpack(prediction)
        kind = "flow" if self._family.flow else self._scheduler.config.prediction_type
        return preview.estimate(kind, latents * self._unit_scale(sigma), prediction, sigma)

    def _unit_scale(self, sigma: float) -> float:
        return 1.0 if self._family.flow else solving.unit_scale(self._scheduler, sigma)

    # --- packing ------------------------------------------------------------------------------

    def _pack(self, latents: torch.Tensor) -> torch.Tensor:
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
