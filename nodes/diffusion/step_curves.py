"""What is drawn along the steps of a run: how its noise and its schedules go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from nodes.diffusion.trajectory import Effect, SamplingTask, StepPlan
from nodes.types import Conditioning


def step_curves(task: SamplingTask, line: StepPlan) -> dict[str, list[float]]:
    """One number for each step to do, by the name of what it tells.

    "sigma" is the noise before the step; then "guidance scale", the strength of each control, and
    the share of each prompt that takes over from the first one.
    """
    steps = range(line.first, line.last)
    effects = [line.effect(index) for index in steps]
    found = {
        "sigma": [float(line.sigmas[index]) for index in steps],
        "guidance scale": [effect.scale for effect in effects],
    }
    for name, prompt in (("prompt", task.positive), ("negative prompt", task.negative)):
        for number, other in enumerate(_prompts(prompt)[1:], start=2):
            found[f"{name} {number}"] = [_share(effect, other) for effect in effects]
    units = task.control.units if task.control else ()
    for name, unit in zip(_names(unit.controlnet.source for unit in units), units, strict=True):
        found[f"{name} strength"] = [_weight(effect.controls, unit) for effect in effects]
    images = task.control.images if task.control else ()
    for name, image in zip(_names(image.adapter.source for image in images), images, strict=True):
        found[f"{name} scale"] = [_weight(effect.images, image) for effect in effects]
    return found


def _prompts(value: Conditioning | None) -> list[Conditioning]:
    """The prompts of a schedule, in their order."""
    if value is None:
        return []
    later = [prompt for blend in value.later for prompt in _prompts(blend.conditioning)]
    return [value, *later]


def _share(effect: Effect, prompt: Conditioning) -> float:
    return _weight((*effect.positive, *effect.negative), prompt)


def _weight(parts: Iterable[tuple[object, float]], part: object) -> float:
    """The weight that a part has; 0 where it does not act."""
    return sum(weight for other, weight in parts if other is part)


def _names(sources: Iterable[str]) -> Iterator[str]:
    """A short name for each file or folder, a number after those that come again."""
    seen: dict[str, count[int]] = {}
    for source in sources:
        name = _name(Path(source))
        number = next(seen.setdefault(name, count(1)))
        yield name if number == 1 else f"{name} {number}"


def _name(path: Path) -> str:
    """What a file or folder is called: for one of the hub cache, by its repository."""
    if path.parent.name == "snapshots":
        return path.parents[1].name.rpartition("--")[2]
    return path.stem.removeprefix("controlnet-")
