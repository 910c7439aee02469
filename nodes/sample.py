"""Sampling: from noise to latents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from nodes.branches import CONTROL, GUIDANCE, NOISE, PROMPT
from nodes.guidance import Scale, Share
from nodes.latents import Seed
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
from nodeui.sdk import NodeError, Range, Steps, node

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
)
def scheduler(
    name: SchedulerName = "auto",
    sigmas: Sigmas = "default",
    eta: Share = 0.0,
    spacing: Literal["model", "leading", "trailing", "linspace"] = "model",
    prediction: Literal["model", "epsilon", "v_prediction", "sample"] = "model",
    zero_snr: bool = False,
) -> Scheduler:
    """Choose noise schedule and solver in full detail.

    Args:
        name: The solver; auto is dpm++2m for Stable Diffusion 1.x, 2.x and XL, for other models
            the one that they were published with.
        sigmas: How the noise levels of the steps are spread: as the solver does by default, or
            after Karras et al. 2022, evenly in their logarithm, or by a beta distribution.
        eta: Noise added back at each step, for ddim and tcd; 0 adds none.
        spacing: How the steps are spread over the timesteps of the training (Lin et al. 2023).
        prediction: What the network predicts, where the model's own config is wrong.
        zero_snr: Change the noise schedule so that it ends in pure noise (Lin et al. 2023).
    """
    from nodes.diffusion import schedulers

    config: dict[str, Any] = {}
    if spacing != "model":
        config["timestep_spacing"] = spacing
    if prediction != "model":
        config["prediction_type"] = prediction
    if zero_snr:
        config["rescale_betas_zero_snr"] = True
    choice = Scheduler(name=name, sigmas=sigmas, eta=eta, config=config)
    schedulers.check(choice)
    return choice


@node(
    "sample.denoise",
    title="Sampler",
    category="Sampling",
    numeric=True,
    aliases=("ksampler", "denoise latents", "txt2img", "img2img"),
    step_count="steps",
    branches=(PROMPT, GUIDANCE, CONTROL, NOISE),
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
) -> Steps[Latents]:
    """Make pictures out of noise, step by step.

    After every step the state is kept: a later run that does the same up to some step goes on
    from there.

    Args:
        model: The model that denoises.
        positive: What to show.
        latents: Empty latents for new pictures, or the latents of pictures to change.
        negative: What to avoid; without it the empty prompt is used.
        control: ControlNets that hold the picture to a structure, and pictures as prompts.
        guidance: Guidance that may change over the run; replaces guidance_scale and
            guidance_rescale.
        schedule: Noise schedule and solver in detail; replaces scheduler, sigmas and eta.
        noise: The noise to start from; replaces seed.
        mask: Where to change the picture; all else stays (inpainting).
        masked: For inpainting models (9 channels) only: the encoded picture in which the part
            under the mask is blanked.
        steps: Number of solver steps; more are slower and mostly finer.
        seed: Number that the noise is made from; picture i (from 0) has seed + i.
        guidance_scale: How strongly the prompt is followed; 1 switches guidance off.
        guidance_rescale: How far contrast is brought back to what it was without guidance.
        scheduler: The solver; auto is dpm++2m for Stable Diffusion 1.x, 2.x and XL, for other
            models the one that they were published with.
        sigmas: How the noise levels of the steps are spread.
        strength: How much of a given picture is changed: 0 nothing, 1 nearly everything. Empty
            latents always start from pure noise.
        start_step: First solver step; above 0 the latents are taken as noisy already, such as
            those of a sampler that stopped at this step.
        end_step: Solver step to stop before; when empty, the run goes to the end.
        eta: Noise added back at each step, for ddim and tcd; 0 adds none.
        reseed_step: Solver step from which on the noise that is added back comes from another
            seed: the picture begins the same and ends otherwise. Solvers that add no noise do not
            use it; those that do are ddpm, euler-ancestral, dpm++2m-sde, lcm, and with eta above 0
            ddim and tcd.
        reseed: That other seed; picture i (from 0) has reseed + i.
    """
    from nodes.diffusion.pipelines.families import FAMILIES
    from nodes.diffusion.trajectory import SamplingTask

    if start_step > 0 and strength < 1:
        raise NodeError(
            "strength and start_step both say where to start; set strength to 1 or start_step "
            "to 0.",
            "strength",
        )
    if start_step >= (steps if end_step is None else end_step):
        raise NodeError(f"start_step is {start_step}, which leaves no step to do.", "start_step")
    if model.family in FAMILIES:
        from nodes.diffusion.pipelines.sampler import PipelineSampler as Sampler
    else:
        from nodes.diffusion.unet_sampler import UNetSampler as Sampler
    return Sampler(
        SamplingTask(
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
            mask=mask,
            masked=masked,
        )
    )
