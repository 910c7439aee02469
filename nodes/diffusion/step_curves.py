"""Curves over the steps of a run: its noise, its guidance and its schedules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path

from nodes.diffusion.lora_files import WEIGHTS
from nodes.diffusion.mixture import regions_of, scheduled_prompts
from nodes.diffusion.trajectory import SamplingTask, StepInputs, StepPlan
from nodes.types import Conditioning, Region


def step_curves(task: SamplingTask, plan: StepPlan) -> dict[str, list[float]]:
    """Return curves by name, each with one number per step of the plan.

    "sigma" is the noise before the step. "guidance scale" follows, then the share of each prompt
    that takes over from the first one, the weight of each region, and the strength of each control
    and LoRA.
    """
    steps = range(plan.first, plan.last)
    inputs = [plan.inputs(index) for index in steps]
    curves = {
        "sigma": [float(plan.sigmas[index]) for index in steps],
        "guidance scale": [step.scale for step in inputs],
    }
    for name, prompt in (("prompt", task.positive), ("negative prompt", task.negative)):
        for number, other in enumerate(islice(scheduled_prompts(prompt), 1, None), start=2):
            curves[f"{name} {number}"] = [_share(step, other) for step in inputs]
    regions = [*regions_of(task.positive), *regions_of(task.negative)]
    for name, region in zip(_repeated(_titles(regions)), regions, strict=True):
        curves[name] = [
            sum(
                one.weight for one in (*step.regions, *step.avoided_regions) if one.region is region
            )
            for step in inputs
        ]
    units = task.control.units if task.control else ()
    for name, unit in zip(_names(unit.controlnet.source for unit in units), units, strict=True):
        curves[f"{name} strength"] = [_weight(step.controls, unit) for step in inputs]
    images = task.control.images if task.control else ()
    for name, image in zip(_names(image.adapter.source for image in images), images, strict=True):
        curves[f"{name} scale"] = [_weight(step.images, image) for step in inputs]
    loras = [lora for lora in task.model.loras if "unet" in lora.parts]
    for name, lora in zip(_names(lora.source for lora in loras), loras, strict=True):
        curves[f"{name} LoRA"] = [_weight(step.loras, lora) for step in inputs]
    return curves


def _share(step: StepInputs, prompt: Conditioning) -> float:
    return _weight((*step.positive, *step.negative), prompt)


def _weight(parts: Iterable[tuple[object, float]], part: object) -> float:
    """Return the weight of a part; 0 if it is not active."""
    return sum(weight for other, weight in parts if other is part)


def _names(sources: Iterable[str]) -> Iterator[str]:
    """Yield a short name for each file or folder, with a number after repeated ones."""
    yield from _repeated(_name(Path(source)) for source in sources)


def _titles(regions: Iterable[Region]) -> Iterator[str]:
    for region in regions:
        yield f"region {region.conditioning.text[:24]}".strip()


def _repeated(names: Iterable[str]) -> Iterator[str]:
    """Yield names, with a number after repeated ones."""
    seen: dict[str, count[int]] = {}
    for name in names:
        number = next(seen.setdefault(name, count(1)))
        yield name if number == 1 else f"{name} {number}"


def _name(path: Path) -> str:
    """Return the short name of a file or folder; in the hub cache, that of its repository."""
    if path.parent.name == "snapshots":
        return path.parents[1].name.rpartition("--")[2]
    if path.name == WEIGHTS:
        return _name(path.parent)
    return path.stem.removeprefix("controlnet-")
