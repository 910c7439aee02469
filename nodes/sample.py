"""The sampler and its scheduler."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from nodes import imaging
from nodes.branches import CONTROL, FAR, GUIDANCE, MEDIUM, NEAR, NOISE, PROMPT
from nodes.guidance import Scale, Share
from nodes.latents import Seed
from nodes.quick import FAST_STARTER, FEWER_STEPS
from nodes.script import SCRIPT
from nodes.sends import (
    CONTROL_HINT,
    IMAGE_PROMPT,
    IMAGE_TO_IMAGE,
    INPAINT,
    INPAINT_CLOSE,
    OUTPAINT,
    REFINE,
)
from nodes.types import (
    Conditioning,
    Control,
    Guidance,
    Latents,
    Mask,
    Model,
    Noise,
    Scheduler,
)
from nodeui.sdk import Context, NodeError, Range, Steps, node

SchedulerName = Literal[
    "auto", "ddim", "ddpm", "pndm", "lms", "euler", "euler-ancestral", "heun", "dpm++2m",
    "dpm++2m-sde", "dpm++3m", "dpm++2s", "unipc", "deis", "lcm", "tcd",
]  # fmt: skip
Sigmas = Literal["default", "karras", "exponential", "beta"]
StepCount = Annotated[int, Range(1, 1000)]


@node(
    "sample.scheduler",
    title="Scheduler",
    category="Sampling",
    light=True,
    aliases=("sampling method", "sigmas", "karras"),
    facts={"sampler": ("name",)},
)
def scheduler(
    name: SchedulerName = "auto",
    sigmas: Sigmas = "default",
    eta: Share = 0.0,
    spacing: Literal["model", "leading", "trailing", "linspace"] = "model",
    prediction: Literal["model", "epsilon", "v_prediction", "sample"] = "model",
    zero_snr: bool = False,
    late_start: Literal["lower order", "diffusers"] = "lower order",
) -> Scheduler:
    """Choose the noise schedule and the solver in full detail.

    Args:
        name: The solver. auto is dpm++2m for Stable Diffusion 1.x, 2.x and XL; for other models,
            and for those of them trained on continuous noise levels (Playground 2.5), it is the
            one that they were published with.
        sigmas: Spacing of the noise levels: the default of the solver, that of Karras et al. 2022,
            even in their logarithm (exponential), or by a beta distribution.
        eta: Amount of noise added back at each step by ddim and tcd; 0 adds none.
        spacing: Spacing of the steps over the training timesteps (Lin et al. 2023).
        prediction: Prediction type of the network, if the model's own config is wrong. Another
            one than the network was trained with makes a wrong picture.
        zero_snr: Adjust the noise schedule to end in pure noise (Lin et al. 2023). Only for
            networks that predict v_prediction or sample.
        late_start: How lms and pndm begin in the middle of the run, in a second sampler or with a
            strength below 1: at a lower order, or as in diffusers, which reads steps that were
            never made. Other solvers always begin at a lower order.
    """
    from nodes.diffusion import schedulers

    config: dict[str, Any] = {}
    if spacing != "model":
        config["timestep_spacing"] = spacing
    if prediction != "model":
        config["prediction_type"] = prediction
    if zero_snr:
        config["rescale_betas_zero_snr"] = True
    choice = Scheduler(name=name, sigmas=sigmas, eta=eta, config=config, late_start=late_start)
    schedulers.check(choice)
    return choice


@node(
    "sample.denoise",
    title="Sampler",
    category="Sampling",
    version=3,
    numeric=True,
    aliases=("ksampler", "denoise latents", "txt2img", "img2img", "differential diffusion"),
    step_count="steps",
    branches=(PROMPT, GUIDANCE, CONTROL, NOISE, NEAR, MEDIUM, FAR),
    sends=(IMAGE_TO_IMAGE, INPAINT, INPAINT_CLOSE, OUTPAINT, CONTROL_HINT, IMAGE_PROMPT, REFINE),
    quick=(FAST_STARTER, FEWER_STEPS),
    facts={
        "seed": ("noise", "seed"),
        "prompt": ("positive",),
        "negative": ("negative.prompt",),
        "model": ("model",),
        "lora": ("model",),
        "sampler": ("schedule", "scheduler"),
        "steps": ("steps",),
    },
    swatches=("mask",),
)
def denoise(
    model: Model,
    positive: Conditioning,
    latents: Latents,
    negative: Conditioning | None = None,
    control: Control | None = None,
    guidance: Guidance | None = None,
    schedule: Scheduler | None = None,
    noise: Noise | None = None,
    mask: Mask | None = None,
    masked: Latents | None = None,
    steps: StepCount = 20,
    seed: Seed = 0,
    guidance_scale: Scale = 7.5,
    guidance_rescale: Share = 0.0,
    scheduler: SchedulerName = "auto",
    sigmas: Sigmas = "default",
    strength: Share = 1.0,
    start_step: Annotated[int, Range(0, 1000)] = 0,
    end_step: Annotated[int, Range(0, 1000)] | None = None,
    eta: Share = 0.0,
    reseed_step: Annotated[int, Range(0, 1000)] | None = None,
    reseed: Seed = 0,
    renoise_step: Annotated[int, Range(0, 1000)] | None = None,
    renoise_seed: Seed = 0,
    mask_method: imaging.Reach = "any pixel",
    mask_fit: imaging.Fit = "cover",
    together: Annotated[int, Range(1, 64)] = 1,
    place: Annotated[int, Range(0, 63)] = 0,
    ctx: Context = SCRIPT,
) -> Steps[Latents]:
    """Sample pictures from noise, step by step.

    The state after every step is kept, so a later run resumes at the first step that differs.

    Args:
        model: The model to sample.
        positive: The prompt: what the picture should show.
        latents: Empty latents for new pictures, or the latents of pictures to change.
        negative: The negative prompt: what the picture should not show. The empty prompt is used
            if it is not connected.
        control: ControlNets that set the structure, and pictures used as prompts.
        guidance: Guidance that may change over the run. Replaces guidance_scale and
            guidance_rescale.
        schedule: Noise schedule and solver in detail. Replaces scheduler, sigmas and eta.
        noise: The initial noise. Replaces seed.
        mask: The part of the picture to change (inpainting). The latents outside of it are kept,
            but decoding them changes pixels slightly. To keep these exactly, use Blend: the
            original as base, the result as top, and this mask.
        masked: Only for inpainting models (9 channels): the encoded picture, with the part under
            the mask blanked.
        steps: Number of solver steps. More steps are slower and usually give finer pictures.
        seed: Seed of the noise. Picture i (from 0) uses seed + i, modulo 2^32.
        guidance_scale: How strongly to follow the prompt: negative + scale * (positive -
            negative). 1 follows only the positive prompt and takes half the time, 0 only the
            negative prompt. Z-Image uses positive + scale * (positive - negative), where 0
            switches guidance off; other models than Stable Diffusion use no guidance at 1 and
            below, and distilled ones take the scale as an input.
        guidance_rescale: How far to reduce the contrast to that without guidance.
        scheduler: The solver. auto is dpm++2m for Stable Diffusion 1.x, 2.x and XL; for other
            models, and for those of them trained on continuous noise levels (Playground 2.5), it is
            the one that they were published with.
        sigmas: Spacing of the noise levels.
        strength: How much to change a given picture: 0 nothing, 1 almost everything. It is the
            share of the steps that are run, rounded down for Stable Diffusion 1.x, 2.x and XL, and
            up for other models. Empty latents always start from pure noise.
        start_step: First solver step. Above 0, the latents must be noisy already, such as those of
            a sampler that stopped at this step.
        end_step: Solver step to stop before. Empty runs to the end.
        eta: Amount of noise added back at each step by ddim and tcd; 0 adds none.
        reseed_step: Solver step from which the added noise uses another seed: the picture begins
            the same but ends differently. Only for solvers that add noise: ddpm, euler-ancestral,
            dpm++2m-sde and lcm, and ddim and tcd with eta above 0.
        reseed: The seed from reseed_step on. Picture i (from 0) uses reseed + i, modulo 2^32.
        renoise_step: Solver step before which the picture, as estimated so far, gets new noise:
            the composition stays and everything finer is made again. An early step changes
            more than a late one.
        renoise_seed: Seed of the new noise. Picture i (from 0) uses renoise_seed + i, modulo 2^32.
        mask_method: How the mask reaches the latents, whose cells have 8 x 8 pixels in most
            models. "any pixel" changes each cell that contains a pixel of the mask, however thin
            or soft. "nearest" reads one pixel of each cell and cuts it at a half, as diffusers
            does: it can miss strokes thinner than a cell. "soft" lets each part change by the grey
            of the mask: dark parts keep the picture until late in the run (Differential Diffusion,
            Levin and Fried 2023).
        mask_fit: How to fit a mask of other proportions than the picture: "cover" crops it,
            "contain" adds borders outside the mask, and "stretch" distorts it.
        together: Number of runs of a sweep whose steps are evaluated in one batch, which takes
            less time. A sweep sets it. The pictures differ in the last bits from those of single
            runs, so a run alone evaluates that many copies, to make the same picture again. Only
            for Stable Diffusion 1.x, 2.x and XL.
        place: Place of this run in its batch, from 0, on which the last bits depend. A sweep sets
            it.
    """
    from nodes.diffusion.pipelines.families import FAMILIES
    from nodes.diffusion.trajectory import SamplingTask

    if start_step > 0 and strength < 1:
        raise NodeError(
            "strength and start_step both set where to start. Set strength to 1 or start_step "
            "to 0.",
            "strength",
        )
    if start_step >= (steps if end_step is None else end_step):
        raise NodeError(f"start_step is {start_step}, which leaves no steps to run.", "start_step")
    if together > 1 and model.family in FAMILIES:
        raise NodeError(
            "Only runs of Stable Diffusion 1.x, 2.x and XL can be evaluated together. Set "
            "together to 1.",
            "together",
        )
    if model.family in FAMILIES:
        from nodes.diffusion.pipelines.sampler import PipelineSampler as Sampler
    else:
        from nodes.diffusion.unet_sampler import UNetSampler as Sampler
    task = SamplingTask(
        model=model,
        positive=positive,
        negative=negative,
        latents=latents,
        control=control,
        guidance=guidance or Guidance(((0.0, guidance_scale),), guidance_rescale),
        schedule=schedule or Scheduler(scheduler, sigmas, eta),
        steps=steps,
        strength=strength,
        start_step=start_step,
        end_step=end_step,
        noise=seed if noise is None else noise,
        reseed_step=reseed_step,
        reseed=reseed,
        renoise_step=renoise_step,
        renoise_seed=renoise_seed,
        mask=mask,
        masked=masked,
        mask_method=mask_method,
        mask_fit=mask_fit,
        together=together,
        place=min(place, together - 1),
    )
    sampler = Sampler(task)
    for message in sampler.remarks():
        ctx.warn(message)
    return sampler
