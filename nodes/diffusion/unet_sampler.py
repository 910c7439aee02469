"""The denoising loop for Stable Diffusion 1.x, 2.x and SDXL, one step at a time.

The order of operations is that of the diffusers pipelines (StableDiffusionPipeline, ...Img2Img...,
...Inpaint..., ...ControlNet..., and those of SDXL), so that the result has the same bits. In one
thing it does less: a ControlNet whose weight is 0 in a step is not called.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from nodes.diffusion import (
    ip_adapter,
    layout,
    load,
    noise,
    preview,
    schedulers,
    validation,
)
from nodes.diffusion.arrays import to_tensor
from nodes.diffusion.conditions import Conditions
from nodes.diffusion.device import dtype
from nodes.diffusion.pool import within_memory
from nodes.diffusion.run import Run
from nodes.diffusion.trajectory import Effect, SamplingTask, StepPlan
from nodes.types import ControlNet, ControlUnit, IpAdapter


class Residuals(NamedTuple):
    """What ControlNets add to the features of the UNet."""

    down: list[torch.Tensor]
    middle: torch.Tensor


class UNetSampler(Run):
    """A sampler run, evaluation by evaluation.

    Making one reads configs only; weights are loaded by the first step.

    Args:
        task: What to do.

    Raises:
        NodeError: inputs do not fit each other or the model, or the scheduler cannot do this.
    """

    def __init__(self, task: SamplingTask) -> None:
        network = layout.read_json(Path(task.model.source) / "unet" / "config.json")
        validation.check(task, network)
        scheduler = schedulers.build(task.schedule, task.model)
        schedulers.prepare(scheduler, task.steps, torch.device("cpu"))
        self._scale_size: int | None = network.get("time_cond_proj_dim")
        super().__init__(task, scheduler, StepPlan(task, scheduler, self._scale_size is not None))
        self._dtype = dtype(task.model.dtype)
        self._takes_eta = schedulers.accepts(self._scheduler, "eta")
        self._draws = schedulers.draws_noise(task.schedule)
        self._conditions = Conditions(task)
        # held, so that the pool cannot drop one network of a run for another one
        self._net = cache(self._load_net)
        self._adapters = cache(self._load_adapters)

    @within_memory
    @torch.no_grad()
    def step(self) -> None:
        index = self._line.first + self._done
        latents = self._start() if self._latents is None else self._latents
        effect = self._line.effect(index)
        if effect.reseed is not None:
            self._generators = noise.generators(effect.reseed, self._conditions.count)
        prediction = self._predict(latents, index, effect)
        self._latents = self._solve(latents, prediction, index)
        self._done += 1

    # --- the start ----------------------------------------------------------------------------

    @cached_property
    def _noise(self) -> torch.Tensor:
        return to_tensor(self._drawn.samples, self._device, self._dtype)

    def _start(self) -> torch.Tensor:
        """The first latents, as `prepare_latents` of the pipelines makes them."""
        task = self._task
        self._generators = noise.resumed(self._drawn) if self._draws else []
        if self._line.first > 0:
            return self._conditions.original
        # inpainting at full strength starts from pure noise, image to image never does
        if task.latents.empty or (task.mask is not None and task.strength == 1):
            return self._noise * self._scheduler.init_noise_sigma
        timesteps = self._times[:1].repeat(self._conditions.count)
        return self._scheduler.add_noise(self._conditions.original, self._noise, timesteps)

    # --- one evaluation -----------------------------------------------------------------------

    @cached_property
    def _times(self) -> torch.Tensor:
        """The timesteps on the device: the networks read these, the scheduler those on the CPU."""
        return self._line.whole.to(self._device)

    @cached_property
    def _unet(self) -> UNet2DConditionModel:
        return load.unet(self._task.model)

    def _load_net(self, handle: ControlNet) -> ControlNetModel:
        return load.controlnet(handle, self._task.model)

    def _load_adapters(self, *handles: IpAdapter) -> ip_adapter.Adapters:
        return ip_adapter.adapters(self._unet, handles, self._task.model)

    def _predict(self, latents: torch.Tensor, index: int, effect: Effect) -> torch.Tensor:
        """The network's prediction, guided and controlled, for the step at an index."""
        guided, conditions = effect.guided, self._conditions
        scaled = torch.cat([latents] * 2) if guided else latents
        scaled = self._scheduler.scale_model_input(scaled, self._line.whole[index])
        timestep = self._times[index]
        arguments = dict(self._text(effect, guided))
        residuals = self._residuals(scaled, timestep, effect)
        if residuals is not None:
            arguments["down_block_additional_residuals"] = residuals.down
            arguments["mid_block_additional_residual"] = residuals.middle
        if self._scale_size is not None:
            embedding = conditions.scale_embedding(effect.scale, self._scale_size)
            arguments["timestep_cond"] = embedding
        inputs = scaled
        if conditions.mask is not None and conditions.masked is not None:
            parts = [conditions.mask, conditions.masked]
            inputs = torch.cat(
                [scaled, *(torch.cat([part] * 2) if guided else part for part in parts)], dim=1
            )
        prediction = self._evaluate(inputs, timestep, effect, arguments)
        if guided:
            without, text = prediction.chunk(2)
            prediction = without + effect.scale * (text - without)
            if self._task.guidance.rescale > 0.0:
                prediction = rescale(prediction, text, self._task.guidance.rescale)
        kind = self._scheduler.config.prediction_type
        seen = scaled[-conditions.count :]
        sigma = float(self._line.sigmas[index])
        self._estimate = preview.estimate(kind, seen, prediction, sigma)
        return prediction

    def _text(self, effect: Effect, guided: bool) -> dict[str, Any]:
        """The text arguments of a network, the negative before the positive where guided."""
        return self._conditions.text(effect.positive, effect.negative if guided else None)

    def _evaluate(
        self,
        inputs: torch.Tensor,
        timestep: torch.Tensor,
        effect: Effect,
        arguments: dict[str, Any],
    ) -> torch.Tensor:
        """The bare prediction of the UNet, with the image prompts that act."""
        if not effect.images:
            return self._unet(inputs, timestep, **arguments, return_dict=False)[0]
        prompts, scales = zip(*effect.images, strict=True)
        found = self._adapters(*(prompt.adapter for prompt in prompts))
        embeds = [self._conditions.image(prompt, effect.guided) for prompt in prompts]
        added = {**arguments.get("added_cond_kwargs", {}), "image_embeds": embeds}
        arguments = {**arguments, "added_cond_kwargs": added}
        with ip_adapter.acting(self._unet, found, scales):
            return self._unet(inputs, timestep, **arguments, return_dict=False)[0]

    def _solve(self, latents: torch.Tensor, prediction: torch.Tensor, index: int) -> torch.Tensor:
        """The latents after a step of the solver; outside of a mask, those of the picture."""
        timestep = self._line.whole[index]
        arguments: dict[str, Any] = {"return_dict": False}
        if self._takes_eta:
            arguments["eta"] = self._task.schedule.eta
        if self._draws:
            arguments["generator"] = self._generators
        found = self._scheduler.step(prediction, timestep, latents, **arguments)[0]
        found = found.to(latents.dtype)
        mask = self._conditions.mask
        if mask is None or self._conditions.masked is not None:
            return found
        original = self._conditions.original
        if index < len(self._line.whole) - 1:  # as noisy as the latents now are
            following = self._times[index + 1 : index + 2]
            original = self._scheduler.add_noise(original, self._noise, following)
        return (1 - mask) * original + mask * found

    # --- ControlNets --------------------------------------------------------------------------

    def _residuals(
        self, inputs: torch.Tensor, timestep: torch.Tensor, effect: Effect
    ) -> Residuals | None:
        """The sum of what the active ControlNets add."""
        total: Residuals | None = None
        for unit, weight in effect.controls:
            one = self._control(unit, weight, inputs, timestep, effect)
            if total is not None:
                down = [a + b for a, b in zip(total.down, one.down, strict=True)]
                one = Residuals(down, total.middle + one.middle)
            total = one
        return total

    def _control(
        self,
        unit: ControlUnit,
        weight: float,
        inputs: torch.Tensor,
        timestep: torch.Tensor,
        effect: Effect,
    ) -> Residuals:
        net = self._net(unit.controlnet)
        # nets with pooled conditions act on the text half only (the pipelines' guess mode)
        pooled = bool(net.config["global_pool_conditions"])
        halved = effect.guided and pooled
        both = effect.guided and not pooled
        hint = self._conditions.hint(unit)
        down, middle = net(
            inputs[self._conditions.count :] if halved else inputs,
            timestep,
            **self._text(effect, both),
            controlnet_cond=torch.cat([hint] * 2) if both else hint,
            conditioning_scale=weight,
            guess_mode=pooled,
            return_dict=False,
        )
        if halved:
            down = [torch.cat([torch.zeros_like(part), part]) for part in down]
            middle = torch.cat([torch.zeros_like(middle), middle])
        return Residuals(list(down), middle)


def rescale(guided: torch.Tensor, text: torch.Tensor, share: float) -> torch.Tensor:
    """Give the guided prediction back the deviation of the text prediction (Lin et al. 2023,
    section 3.4), by the given share."""
    axes = list(range(1, text.ndim))
    text_std = text.std(dim=axes, keepdim=True)
    guided_std = guided.std(dim=axes, keepdim=True)
    rescaled = guided * (text_std / guided_std)
    return share * rescaled + (1 - share) * guided
