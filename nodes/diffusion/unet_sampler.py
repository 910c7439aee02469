"""The denoising loop for Stable Diffusion 1.x, 2.x and SDXL, one step at a time.

The order of operations matches the diffusers pipelines (StableDiffusionPipeline, ...Img2Img...,
...Inpaint..., ...ControlNet..., and those of SDXL), so results are equal bit for bit. One
difference: a ControlNet whose weight is 0 in a step is not called.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from functools import cache, cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from nodes.diffusion import (
    ip_adapter,
    layout,
    load,
    lora,
    preview,
    regions,
    schedulers,
    solving,
    streams,
    together,
    validation,
)
from nodes.diffusion.conditions import Conditions, Row, Rows
from nodes.diffusion.regions import Limits, Part
from nodes.diffusion.run import SamplerRun
from nodes.diffusion.trajectory import SamplingTask, StepInputs, StepPlan
from nodes.types import ControlNet, ControlUnit, IpAdapter


class Residuals(NamedTuple):
    """Residuals that ControlNets add to the features of the UNet."""

    down: list[torch.Tensor]
    middle: torch.Tensor


class Evaluation(NamedTuple):
    """An evaluation of the UNet.

    Attributes:
        sample: The scaled latents, once for each row.
        arguments: Further arguments of the UNet: tensors, in lists and mappings.
        limits: What limits its attention to parts of the picture.
        inputs: The inputs of the step.
        rows: The prompts, one or a negative and a positive one.
    """

    sample: torch.Tensor
    arguments: dict[str, Any]
    limits: Limits
    inputs: StepInputs
    rows: Rows


class UNetSampler(SamplerRun):
    """A run of the UNet sampler.

    The constructor only reads configs; the first step loads the weights.

    Args:
        task: The inputs of the sampler.

    Raises:
        NodeError: inputs do not match each other or the model, or the scheduler cannot do them.
    """

    def __init__(self, task: SamplingTask) -> None:
        network = layout.read_json(Path(task.model.source) / "unet" / "config.json")
        validation.check(task, network)
        scheduler = schedulers.build(task.schedule, task.model, task.begins_late)
        solving.prepare(scheduler, task.steps, torch.device("cpu"))
        self._scale_size: int | None = network.get("time_cond_proj_dim")
        super().__init__(task, scheduler, StepPlan(task, scheduler, self._scale_size is not None))
        self._takes_eta = solving.accepts(self._scheduler, "eta")
        self._draws = solving.draws_noise(task.schedule, scheduler)
        self._conditions = Conditions(task)
        # the run holds its networks, so the pool cannot drop one while it loads another
        self._net = cache(self._load_net)
        self._adapters = cache(self._load_adapters)

    # --- one evaluation -----------------------------------------------------------------------

    @cached_property
    def _unet(self) -> UNet2DConditionModel:
        return load.unet(self._task.model)

    @cached_property
    def _loras(self) -> lora.Attachment:
        return lora.Attachment(self._unet, "unet", self._task.model)

    def _networks(self) -> dict[str, torch.nn.Module]:
        units = self._task.control.units if self._task.control else ()
        nets = {unit.controlnet.source: self._net(unit.controlnet) for unit in units}
        return {f"{self._task.model.source}/unet": self._unet, **nets}

    def _load_net(self, handle: ControlNet) -> ControlNetModel:
        return load.controlnet(handle, self._task.model)

    def _load_adapters(self, *handles: IpAdapter) -> ip_adapter.Adapters:
        return ip_adapter.adapters(self._unet, handles, self._task.model)

    def _predict(self) -> torch.Tensor:
        return self._predictions([self])[0]

    @classmethod
    def _predictions(cls, runs: Sequence[UNetSampler]) -> list[torch.Tensor]:
        by_run = [(run, run._evaluations()) for run in runs]
        every = [(run, one) for run, evaluations in by_run for one in evaluations]
        size, raw = runs[0]._task.together, dict[int, torch.Tensor]()
        if size == 1:
            raw = {i: run._evaluate(one) for i, (run, one) in enumerate(every)}
        else:
            tensors = [[one.sample, one.arguments, *one.limits[:2]] for _, one in every]
            facts = [run._in_common(one.inputs) for run, one in every]
            places = [run._task.place for run, _ in every]
            for batch in together.batches(tensors, facts, places, size):
                run, one = every[batch[0]]
                sample, arguments, biases, images = together.joined([tensors[i] for i in batch])
                whole = one._replace(
                    sample=sample,
                    arguments=arguments,
                    limits=Limits(biases, images, one.limits.prompts),
                )
                parts = run._evaluate(whole).chunk(size)
                raw |= {i: parts[places[i]] for i in batch}
        left = iter(raw[i] for i in range(len(every)))
        return [run._guided([(one, next(left)) for one in own]) for run, own in by_run]

    def _in_common(self, inputs: StepInputs) -> list[object]:
        """Return what the runs of a batch must have in common."""
        images = [(image.adapter, weight) for image, weight in inputs.images]
        model = (self._task.model.digest, self._task.model.dtype)
        return [model, float(self._plan.timesteps[self._index]), images, inputs.loras]

    def _evaluations(self) -> list[Evaluation]:
        """Return the evaluations of the next step, one for each part of the prompts.

        The first parts of negative and positive prompt share an evaluation, and so on.
        """
        inputs = self._plan.inputs(self._index)
        positive = self._plan.parts(inputs.positive, inputs.regions)
        negative: tuple[Part, ...] = ()
        if inputs.guided:
            negative = self._plan.parts(inputs.negative, inputs.avoided_regions)
        evaluations: list[Evaluation] = []
        for avoided, wanted in zip_longest(negative, positive):
            rows = [Row(avoided, True)] if avoided else []
            rows += [Row(wanted, False)] if wanted else []
            evaluations.append(self._evaluation(inputs, tuple(rows)))
        return evaluations

    def _evaluation(self, inputs: StepInputs, rows: Rows) -> Evaluation:
        """Return the arguments of an evaluation for some prompts."""
        latents, index, conditions = self._before(), self._index, self._conditions
        scaled = torch.cat([latents] * len(rows)) if len(rows) > 1 else latents
        scaled = self._scheduler.scale_model_input(scaled, self._plan.timesteps[index])
        timestep = self._times[index]
        arguments = dict(conditions.text(rows))
        residuals = self._residuals(scaled, timestep, inputs, rows)
        if residuals is not None:
            arguments["down_block_additional_residuals"] = residuals.down
            arguments["mid_block_additional_residual"] = residuals.middle
        if self._scale_size is not None:
            embedding = conditions.scale_embedding(inputs.scale, self._scale_size)
            arguments["timestep_cond"] = embedding
        masks: dict[str, list[torch.Tensor]] = {}
        if inputs.images:
            negative = tuple(row.negative for row in rows)
            embeds = [conditions.image(prompt, negative) for prompt, _ in inputs.images]
            added = arguments.get("added_cond_kwargs", {})
            arguments["added_cond_kwargs"] = {**added, "image_embeds": embeds}
            for number, (prompt, _) in enumerate(inputs.images):
                if found := conditions.image_masks(prompt, len(rows)):
                    masks[str(number)] = found
        sample = scaled
        if conditions.mask is not None and conditions.masked is not None:
            parts = [conditions.mask, conditions.masked]
            sample = torch.cat([scaled, *(torch.cat([part] * len(rows)) for part in parts)], dim=1)
        limits = Limits(conditions.biases(rows), masks, len(inputs.images))
        return Evaluation(sample, arguments, limits, inputs, rows)

    def _guided(self, evaluated: Sequence[tuple[Evaluation, torch.Tensor]]) -> torch.Tensor:
        """Compose the raw predictions of a step, and apply classifier-free guidance."""
        inputs = evaluated[0][0].inputs
        rows = [
            (row, prediction)
            for one, raw in evaluated
            for row, prediction in zip(one.rows, raw.chunk(len(one.rows)), strict=True)
        ]
        text = self._composed([(row.part, found) for row, found in rows if not row.negative])
        if not inputs.guided:
            return text
        without = self._composed([(row.part, found) for row, found in rows if row.negative])
        prediction = without + inputs.scale * (text - without)
        if self._task.guidance.rescale > 0.0:
            prediction = rescale(prediction, text, self._task.guidance.rescale)
        return prediction

    def _composed(self, parts: Sequence[tuple[Part, torch.Tensor]]) -> torch.Tensor:
        if len(parts) == 1:
            return parts[0][1]
        shares = [self._conditions.share(part) for part, _ in parts]
        return regions.composed([prediction for _, prediction in parts], shares)

    def _evaluate(self, one: Evaluation) -> torch.Tensor:
        """Return the raw prediction of the UNet, with the active LoRAs and image prompts."""
        with self._loras.applied(one.inputs.loras) if one.inputs.loras else nullcontext():
            if not (one.inputs.loras or one.inputs.images or one.limits):
                timestep = self._times[self._index]
                return streams.evaluate(self._unet, one.sample, timestep, **one.arguments)
            if not one.inputs.images:
                return self._evaluate_plain(one)
            handles = [prompt.adapter for prompt, _ in one.inputs.images]
            scales = [
                # diffusers adds the images of a prompt with a mask up
                [scale / len(prompt.pixels)] * len(prompt.pixels)
                if str(number) in one.limits.images
                else scale
                for number, (prompt, scale) in enumerate(one.inputs.images)
            ]
            with ip_adapter.attached(self._unet, self._adapters(*handles), scales):
                return self._evaluate_plain(one)

    def _evaluate_plain(self, one: Evaluation) -> torch.Tensor:
        timestep = self._times[self._index]
        with regions.limited(self._unet, one.limits):
            return self._unet(one.sample, timestep, **one.arguments, return_dict=False)[0]

    # --- the solver ---------------------------------------------------------------------------

    def _solve(
        self, latents: torch.Tensor, prediction: torch.Tensor, index: int
    ) -> tuple[torch.Tensor, preview.Estimate]:
        estimate = self._estimated(latents, prediction, index)
        return self._solved(latents, prediction, index), estimate

    def _estimated(
        self, latents: torch.Tensor, prediction: torch.Tensor, index: int
    ) -> preview.Estimate:
        """Return the estimate that follows from a prediction."""
        sigma = float(self._plan.sigmas[index])
        if hasattr(self._scheduler, "precondition_outputs"):  # Karras et al. 2022
            clean = self._scheduler.precondition_outputs(latents, prediction, sigma)
            return preview.Estimate(clean, (latents - clean) / sigma)
        scaled = self._scheduler.scale_model_input(latents, self._plan.timesteps[index])
        kind = self._scheduler.config.prediction_type
        return preview.estimate(kind, scaled, prediction, sigma)

    def _solved(self, latents: torch.Tensor, prediction: torch.Tensor, index: int) -> torch.Tensor:
        """Return the latents after a solver step; outside a mask, those of the picture."""
        timestep = self._plan.timesteps[index]
        arguments: dict[str, Any] = {"return_dict": False}
        if self._takes_eta:
            arguments["eta"] = self._task.schedule.eta
        if self._draws:
            arguments["generator"] = self._generators
        given = (self._scheduler, prediction, timestep, latents, self._late)
        found = solving.step(*given, **arguments)[0]
        found = found.to(latents.dtype)
        mask = self._conditions.mask_of(self._plan.changing(index + 1))
        if mask is None or self._conditions.masked is not None:
            return found
        original = self._original
        if index < len(self._plan.timesteps) - 1:  # as noisy as the latents now are
            following = self._times[index + 1 : index + 2]
            original = self._scheduler.add_noise(original, self._noise, following)
        return (1 - mask) * original + mask * found

    # --- ControlNets --------------------------------------------------------------------------

    def _residuals(
        self, sample: torch.Tensor, timestep: torch.Tensor, inputs: StepInputs, rows: Rows
    ) -> Residuals | None:
        """Return the summed residuals of the active ControlNets, None if there are none."""
        total: Residuals | None = None
        for unit, weight in inputs.controls:
            one = self._control(unit, weight, sample, timestep, rows)
            if one is not None and total is not None:
                down = [a + b for a, b in zip(total.down, one.down, strict=True)]
                one = Residuals(down, total.middle + one.middle)
            total = one or total
        return total

    def _control(
        self,
        unit: ControlUnit,
        weight: float,
        sample: torch.Tensor,
        timestep: torch.Tensor,
        rows: Rows,
    ) -> Residuals | None:
        """Return the residuals of a ControlNet; None if it acts on none of the prompts."""
        net, conditions = self._net(unit.controlnet), self._conditions
        # nets with pooled conditions act on the text half only (the pipelines' guess mode)
        pooled = bool(net.config["global_pool_conditions"])
        acted = tuple(row for row in rows if not (pooled and row.negative))
        if not acted:
            return None
        halved = len(acted) < len(rows)
        hint = conditions.hint(unit)
        with regions.limited(net, Limits(conditions.biases(acted), {}, 0)):
            down, middle = net(
                sample[self._count :] if halved else sample,
                timestep,
                **conditions.text(acted),
                controlnet_cond=torch.cat([hint] * len(acted)) if len(acted) > 1 else hint,
                conditioning_scale=weight,
                guess_mode=pooled,
                return_dict=False,
            )
        found = [*down, middle]
        if masks := conditions.unit_masks(unit):
            found = [
                part * mask.repeat(len(acted), 1, 1, 1)
                for part, mask in zip(found, masks, strict=True)
            ]
        if halved:
            found = [torch.cat([torch.zeros_like(part), part]) for part in found]
        return Residuals(found[:-1], found[-1])


def rescale(guided: torch.Tensor, text: torch.Tensor, share: float) -> torch.Tensor:
    """Rescale a guided prediction towards the standard deviation of the text prediction.

    Lin et al. 2023, section 3.4; `share` is between 0 (unchanged) and 1 (fully rescaled).
    """
    axes = list(range(1, text.ndim))
    text_std = text.std(dim=axes, keepdim=True)
    guided_std = guided.std(dim=axes, keepdim=True)
    rescaled = guided * (text_std / guided_std)
    return share * rescaled + (1 - share) * guided
