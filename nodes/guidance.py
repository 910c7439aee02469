"""What pulls the sampler towards the prompt and towards structure."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from nodes.types import Control, ControlNet, ControlUnit, Guidance, Image
from nodeui.sdk import Curve, NodeError, Range, node

Scale = Annotated[float, Range(0, 30, 0.1)]
Share = Annotated[float, Range(0, 1, 0.01)]


@node(
    "guidance.cfg",
    title="Guidance (CFG)",
    category="Guidance",
    light=True,
    aliases=("cfg scale", "cfg guider", "rescale cfg"),
)
def cfg(
    scale: Scale = 7.5,
    curve: Annotated[Curve, Range(0, 30, 0.1)] = (),
    rescale: Share = 0.0,
) -> Guidance:
    """Say how strongly the sampler follows the prompt, steadily or changing over the run.

    Classifier-free guidance (Ho & Salimans 2022). At 1 and below only the positive prompt is
    evaluated, which takes half the time.

    Args:
        scale: Guidance scale for the whole run, unless a curve is given.
        curve: Guidance scale over the run, from 0 (start) to 1 (end).
        rescale: How far the contrast of the prediction is brought back to what it was without
            guidance (Lin et al. 2023); helps against burnt colours with v-prediction models.
    """
    return Guidance(scale=curve or ((0.0, scale),), rescale=rescale)


@node(
    "control.apply",
    title="Apply ControlNet",
    category="Control",
    light=True,
    aliases=("controlnet", "control net"),
)
def apply(
    controlnet: ControlNet,
    image: Image,
    previous: Control | None = None,
    strength: Annotated[float, Range(0, 2, 0.01)] = 1.0,
    start: Share = 0.0,
    end: Share = 1.0,
    curve: Annotated[Curve, Range(0, 2, 0.01)] = (),
) -> Control:
    """Let a ControlNet (Zhang et al. 2023) hold the picture to a depth map, edges or a sketch.

    Several can act together: give the control of one as the previous one of the next.

    Args:
        controlnet: Which ControlNet.
        image: What it looks at, such as a depth map for a depth ControlNet.
        previous: Controls that act together with this one.
        strength: Weight of what it adds; 1 is as trained, 0 switches it off. Not used where a
            curve is given.
        start: Fraction of the run from which on it acts.
        end: Fraction of the run up to which it acts.
        curve: Strength over the run, from 0 (start) to 1 (end); start and end hold for it, too.
    """
    if start >= end:
        raise NodeError(f"start is {start} and end {end}; start must be before end.", "start")
    hint = image.pixels[..., :3]
    unit = ControlUnit(controlnet, hint, strength, start, end, curve)
    before = previous or Control()
    return replace(before, units=(*before.units, unit))


@apply.passthrough("previous")
def _off(strength: float, curve: Curve) -> bool:
    return strength == 0 and not curve
