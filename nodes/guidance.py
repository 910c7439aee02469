"""Nodes that guide the sampler towards the prompt and towards structure."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from nodes import imaging
from nodes.script import SCRIPT
from nodes.types import Control, ControlNet, ControlUnit, Guidance, Image, Mask
from nodeui.sdk import Context, Curve, NodeError, Range, node

Scale = Annotated[float, Range(0, 30, 0.1)]
Share = Annotated[float, Range(0, 1, 0.01)]


@node(
    "guidance.cfg",
    title="Guidance (CFG)",
    category="Guidance",
    version=2,
    light=True,
    aliases=("cfg scale", "cfg guider", "rescale cfg"),
)
def cfg(
    scale: Scale = 7.5,
    curve: Annotated[Curve, Range(0, 30, 0.1)] = (),
    rescale: Share = 0.0,
) -> Guidance:
    """Set how strongly the sampler follows the prompt, constant or changing over the run.

    Classifier-free guidance (Ho & Salimans 2022): the prediction is negative + scale * (positive -
    negative). A scale of 0 follows the negative prompt only, 1 the positive prompt only, which
    takes half the time, and scales between mix the two. Pipelines of other models than Stable
    Diffusion 1.x, 2.x and XL keep their own rules: Z-Image uses positive + scale * (positive -
    negative), without guidance at 0; the others use no guidance at 1 and below.

    Args:
        scale: Guidance scale for the whole run. Ignored if a curve is set.
        curve: Guidance scale over the run, from 0 (start) to 1 (end).
        rescale: How far to reduce the contrast of the prediction to that without guidance (Lin et
            al. 2023). Helps against burnt colours with v-prediction models.
    """
    return Guidance(scale=curve or ((0.0, scale),), rescale=rescale)


@node(
    "control.apply",
    title="Apply ControlNet",
    category="Control",
    version=3,
    light=True,
    aliases=("controlnet", "control net"),
    swatches=("mask",),
)
def apply(
    controlnet: ControlNet,
    image: Image,
    previous: Control | None = None,
    strength: Annotated[float, Range(0, 2, 0.01)] = 1.0,
    start: Share = 0.0,
    end: Share = 1.0,
    curve: Annotated[Curve, Range(0, 2, 0.01)] = (),
    fit: imaging.Fit = "cover",
    mask: Mask | None = None,
    ctx: Context = SCRIPT,
) -> Control:
    """Make the picture follow a depth map, edges or a sketch, by a ControlNet (Zhang et al. 2023).

    To combine several, connect the control of one to the previous input of the next.

    Args:
        controlnet: The ControlNet.
        image: The hint to follow, such as a depth map for a depth ControlNet. Transparent parts
            count as black, which asks for nothing.
        previous: Controls to combine with this one.
        strength: Weight of the ControlNet: 1 is as trained, 0 switches it off. Ignored if a curve
            is set.
        start: Fraction of the run at which the control starts.
        end: Fraction of the run at which the control ends.
        curve: Strength over the run, from 0 (start) to 1 (end). start and end still apply.
        fit: How to fit a hint or mask of other proportions than the picture: "cover" crops it,
            "contain" adds black borders, and "stretch" distorts it, as diffusers does.
        mask: The part of the picture that it acts on; grey is a part of the way. Without one, it
            acts on all of it.
    """
    if start >= end:
        raise NodeError(f"start is {start} and end is {end}; start must be before end.", "start")
    hint = imaging.over(image.pixels, 0)
    if mask is not None and not mask.levels.any():
        ctx.warn("The mask is empty, so this ControlNet has no effect.")
    alpha = None if mask is None else mask.alpha
    unit = ControlUnit(controlnet, hint, strength, start, end, curve, fit, alpha)
    before = previous or Control()
    return replace(before, units=(*before.units, unit))


@apply.passthrough("previous")
def _off(strength: float, curve: Curve) -> bool:
    return strength == 0 and not curve
