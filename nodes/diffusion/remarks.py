"""Finds inputs of a sampler that have no effect, or another one than they seem to have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.diffusion import masks, noise, schedulers, solving
from nodes.diffusion.mixture import all_prompts, blends, regions_of, share_at
from nodes.diffusion.pipelines import validation
from nodes.diffusion.trajectory import SamplingTask, StepPlan
from nodes.types import ControlUnit


def about(task: SamplingTask, plan: StepPlan, scheduler: Any) -> list[str]:
    """Return the warnings about a run.

    Args:
        task: The inputs of the sampler.
        plan: The steps of the run.
        scheduler: The scheduler that was built for it.
    """
    found = [*_about_steps(task, plan), *_about_controls(task, plan)]
    found += dict.fromkeys(_about_prompts(task, plan, scheduler))
    found += _about_regions(task, plan)
    found += _about_noise(task, plan, scheduler)
    found += [*masks.notes(task, len(plan.timesteps)), *validation.notes(task)]
    contradiction = schedulers.contradiction(task.schedule, task.model)
    return [*found, contradiction] if contradiction else found


def _about_steps(task: SamplingTask, plan: StepPlan) -> Iterator[str]:
    shortened = task.strength < 1
    if task.latents.empty and shortened:
        yield "strength has no effect on empty latents, which always start from pure noise."
    if task.end_step is not None and task.end_step > task.steps:
        yield f"end_step is {task.end_step}, but there are only {task.steps} steps."
    if plan.first < plan.last:
        return
    if task.latents.empty or not shortened:
        yield "There is no step to run: the latents are passed on unchanged."
    elif task.end_step is None:
        yield (
            f"strength {task.strength:g} of {task.steps} steps is less than one step: the latents "
            "are passed on unchanged. Raise strength or steps."
        )
    else:
        yield (
            f"strength {task.strength:g} of {task.steps} steps begins at or after end_step "
            f"{task.end_step}: the latents are passed on unchanged."
        )


def _about_prompts(task: SamplingTask, plan: StepPlan, scheduler: Any) -> Iterator[str]:
    """Yield a warning for each scheduled prompt that takes over at no step of the whole run."""
    count = len(plan.timesteps)
    points = [(index / count, index // scheduler.order) for index in range(count)]
    for name, prompt in (("positive", task.positive), ("negative", task.negative)):
        for value in all_prompts(prompt):
            for blend in blends(value):
                if not any(share_at(blend, *point) for point in points):
                    text = blend.conditioning.text
                    yield (
                        f"The {name} prompt never changes to {text[:60]!r}: no step of this run "
                        "lies there."
                    )


def _about_controls(task: SamplingTask, plan: StepPlan) -> Iterator[str]:
    """Yield a warning for each ControlNet and image prompt that acts at no step of the run."""
    if task.control is None or plan.first >= plan.last:
        return
    run = range(plan.first, plan.last)
    steps = [plan.inputs(index) for index in run]
    acting = {id(part) for step in steps for part, _ in (*step.controls, *step.images)}
    for unit in task.control.units:
        if id(unit) in acting:
            continue
        cells = task.part_masks.of_unit(unit)
        if cells is not None and not cells.any():
            yield from _empty(unit.mask, f"ControlNet {unit.controlnet.source}")
        elif any(plan.in_window(unit, index) for index in run):
            yield _zero(f"strength of the ControlNet {unit.controlnet.source}")
        else:
            yield _outside(unit)
    for image in task.control.images:
        if id(image) in acting:
            continue
        levels = task.part_masks.of_image(image)
        if levels is not None and not any(level.any() for level in levels):
            yield from _empty(image.mask, f"image prompt by {image.adapter.source}")
        else:
            yield _zero(f"scale of the image prompt by {image.adapter.source}")


def _about_regions(task: SamplingTask, plan: StepPlan) -> Iterator[str]:
    """Yield a warning for each region that acts at no step of the run."""
    if plan.first >= plan.last:
        return
    steps = [plan.inputs(index) for index in range(plan.first, plan.last)]
    acting = {id(one.region) for step in steps for one in (*step.regions, *step.avoided_regions)}
    guided = any(step.guided for step in steps)
    for region in (*regions_of(task.positive), *(regions_of(task.negative) if guided else ())):
        if id(region) not in acting:
            what = f"The region {region.conditioning.text[:60]!r} has no effect: "
            if not region.mask.any():  # said by the node that made it
                continue
            if not task.part_masks.of_region(region).any():
                yield f"{what}its mask is empty in this picture."
            elif any(plan.in_window(region, index) for index in range(plan.first, plan.last)):
                yield f"{what}its weight is 0 at all steps of this run."
            else:
                yield (
                    f"{what}no step of this run lies in its window from {region.start:g} to "
                    f"{region.end:g}. Widen the window, or raise steps."
                )


def _zero(what: str) -> str:
    return f"The {what} is 0 at all steps of this run: it has no effect."


def _empty(mask: NDArray[np.float32] | None, what: str) -> Iterator[str]:
    if mask is not None and mask.any():  # of other masks the node said it
        yield f"The mask of the {what} is empty in this picture: it has no effect."


def _outside(unit: ControlUnit) -> str:
    return (
        f"No step of this run lies in the window from {unit.start:g} to {unit.end:g} of the "
        f"ControlNet {unit.controlnet.source}: it has no effect. Widen the window, or raise steps."
    )


def _about_noise(task: SamplingTask, plan: StepPlan, scheduler: Any) -> Iterator[str]:
    count, draws = task.latents.samples.shape[0], solving.draws_noise(task.schedule, scheduler)
    if isinstance(task.noise, int) and (wraps := noise.wraps(task.noise, count, "seed")):
        yield wraps
    if plan.first > 0 and not isinstance(task.noise, int) and task.mask is None and not draws:
        yield (
            "noise has no effect: this run continues from noisy latents, and its solver adds none."
        )
    if task.renoise_step is not None and (
        wraps := noise.wraps(task.renoise_seed, count, "renoise_seed")
    ):
        yield wraps
    if task.reseed_step is not None:
        if not draws:
            yield "reseed_step has no effect: this solver adds no noise in its steps."
        elif task.reseed_step * scheduler.order - plan.begin >= plan.last:
            yield f"reseed_step {task.reseed_step} lies after the last step: it has no effect."
        elif wraps := noise.wraps(task.reseed, count, "reseed"):
            yield wraps
    if task.schedule.eta > 0 and not solving.accepts(scheduler, "eta"):
        yield "eta has no effect with this solver; ddim and tcd use it."
