"""The denoising loop for Stable Diffusion 1.x, 2.x and SDXL, one step at a time.

The order of operations is that of the diffusers pipelines (StableDiffusionPipeline, ...Img2Img...,
...Inpaint..., ...ControlNet..., and those of SDXL), so that the result has the same bits. In one
thing it does less: a ControlNet whose weight is 0 in a step is not called.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray

from nodes.diffusion import fit, layout, load, noise, preview, schedulers, snapshot
from nodes.diffusion.arrays import to_array, to_tensor
from nodes.diffusion.conditions import Conditions
from nodes.diffusion.device import device, dtype
from nodes.diffusion.trajectory import Effect, Task, Timeline
from nodes.types import ControlUnit, Latents, Noise
from nodeui.sdk import Steps


class Residuals(NamedTuple):
    """What ControlNets add to the features of the UNet."""

    down: list[torch.Tensor]
    middle: torch.Tensor


class Denoiser(Steps[Latents]):
    """A sampler run, evaluation by evaluation.

    Making one reads configs only; weights are loaded by the first step.

    Args:
        task: What to do.

    Raises:
        NodeError: inputs do not fit each other or the model, or the scheduler cannot do this.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._device, self._dtype = device(), dtype(task.model.dtype)
        self._network = layout.read_json(Path(task.model.source) / "unet" / "config.json")
        fit.check(task, self._network)
        self._scheduler = schedulers.build(task.schedule, task.model)
        schedulers.prepare(self._scheduler, task.steps, self._device)
        self._scale_size: int | None = self._network.get("time_cond_proj_dim")
        self._line = Timeline(task, self._scheduler, distilled=self._scale_size is not None)
        if hasattr(self._scheduler, "set_begin_index"):
            self._scheduler.set_begin_index(self._line.begin + self._line.first)
        self._fresh = snapshot.baseline(self._scheduler)
        self._takes_eta = schedulers.accepts(self._scheduler, "eta")
        self._takes_generator = schedulers.accepts(self._scheduler, "generator")
        self._conditions = Conditions(task)
        self._generators: list[torch.Generator] = []
        self._latents: torch.Tensor | None = None
        self._done = 0
        self._seen: tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None = None
        self.keys: Sequence[str] = self._line.keys

    # --- the interface ------------------------------------------------------------------------

    @torch.no_grad()
    def step(self) -> None:
        index = self._line.first + self._done
        latents = self._start() if self._latents is None else self._latents
        timestep = self._line.whole[index]
        prediction = self._predict(latents, timestep, self._line.effect(index))
        self._latents = self._solve(latents, timestep, prediction, index)
        self._done += 1

    def snapshot(self) -> bytes:
        return snapshot.dump(
            {
                "latents": self._latents,
                "scheduler": snapshot.changes(self._scheduler, self._fresh),
                "generators": [generator.get_state() for generator in self._generators],
            }
        )

    def restore(self, done: int, state: bytes) -> None:
        values = snapshot.parse(state, self._device)
        self._done = done
        self._latents = values["latents"]
        snapshot.apply(self._scheduler, self._fresh, values["scheduler"])
        self._generators = [torch.Generator("cpu").set_state(s) for s in values["generators"]]
        self._seen = None

    def result(self) -> Latents:
        if self._latents is None:  # a run of no steps
            return Latents(self._task.latents.samples)
        return Latents(to_array(self._latents))

    def preview(self) -> NDArray[np.uint8] | None:
        if self._seen is None:
            return None
        return preview.picture(self._task.model, self._scheduler, *self._seen)

    # --- the start ----------------------------------------------------------------------------

    @cached_property
    def _drawn(self) -> Noise:
        given = self._task.noise
        if isinstance(given, int):
            return noise.noise(given, self._task.latents.samples.shape)
        return given

    @cached_property
    def _noise(self) -> torch.Tensor:
        return to_tensor(self._drawn.samples, self._device, self._dtype)

    def _start(self) -> torch.Tensor:
        """The first latents, as `prepare_latents` of the pipelines makes them."""
        task = self._task
        self._generators = noise.resumed(self._drawn)
        if self._line.first > 0:
            return self._conditions.original
        # inpainting at full strength starts from pure noise, image to image never does
        if task.latents.empty or (task.mask is not None and task.strength == 1):
            return self._noise * self._scheduler.init_noise_sigma
        timesteps = self._line.whole[:1].repeat(self._conditions.count)
        return self._scheduler.add_noise(self._conditions.original, self._noise, timesteps)

    # --- one evaluation -----------------------------------------------------------------------

    @cached_property
    def _unet(self) -> UNet2DConditionModel:
        return load.unet(self._task.model)

    @cached_property
    def _nets(self) -> dict[str, ControlNetModel]:
        """The ControlNets that acted so far, by digest: held, so that the pool cannot drop one
        network of a run for another one."""
        return {}

    def _predict(
        self, latents: torch.Tensor, timestep: torch.Tensor, effect: Effect
    ) -> torch.Tensor:
        """The network's prediction, guided and controlled."""
        guided, conditions = effect.guided, self._conditions
        scaled = torch.cat([latents] * 2) if guided else latents
        scaled = self._scheduler.scale_model_input(scaled, timestep)
        arguments = dict(conditions.text(guided))
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
        prediction = self._unet(inputs, timestep, **arguments, return_dict=False)[0]
        if guided:
            without, text = prediction.chunk(2)
            prediction = without + effect.scale * (text - without)
            if self._task.guidance.rescale > 0.0:
                prediction = rescale(prediction, text, self._task.guidance.rescale)
        self._seen = (scaled[-conditions.count :], prediction, timestep)
        return prediction

    def _solve(
        self, latents: torch.Tensor, timestep: torch.Tensor, prediction: torch.Tensor, index: int
    ) -> torch.Tensor:
        """The latents after a step of the solver; outside of a mask, those of the picture."""
        arguments: dict[str, Any] = {"return_dict": False}
        if self._takes_eta:
            arguments["eta"] = self._task.schedule.eta
        if self._takes_generator:
            arguments["generator"] = self._generators
        found = self._scheduler.step(prediction, timestep, latents, **arguments)[0]
        found = found.to(latents.dtype)
        mask = self._conditions.mask
        if mask is None or self._conditions.masked is not None:
            return found
        original = self._conditions.original
        if index < len(self._line.whole) - 1:  # as noisy as the latents now are
            following = torch.tensor([self._line.whole[index + 1]])
            original = self._scheduler.add_noise(original, self._noise, following)
        return (1 - mask) * original + mask * found

    # --- ControlNets --------------------------------------------------------------------------

    def _residuals(
        self, inputs: torch.Tensor, timestep: torch.Tensor, effect: Effect
    ) -> Residuals | None:
        """The sum of what the active ControlNets add."""
        total: Residuals | None = None
        for unit, weight in effect.controls:
            one = self._control(unit, weight, inputs, timestep, effect.guided)
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
        guided: bool,
    ) -> Residuals:
        net = self._nets.get(unit.controlnet.digest)
        if net is None:
            net = load.controlnet(unit.controlnet, self._task.model)
            self._nets[unit.controlnet.digest] = net
        # nets with pooled conditions act on the text half only (the pipelines' guess mode)
        pooled = bool(net.config["global_pool_conditions"])
        halved = guided and pooled
        both = guided and not pooled
        hint = self._conditions.hint(unit)
        down, middle = net(
            inputs[self._conditions.count :] if halved else inputs,
            timestep,
            **self._conditions.text(both),
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
