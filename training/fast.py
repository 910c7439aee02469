"""Trains a LoRA with which the model needs four steps and no guidance.

    python -m training.fast WORK --minutes 15

The teacher is the model itself: 20 steps of DDIM with guidance. Its steps are taken in four groups
of five; the student learns to do each group in one step, including guidance, so that one
evaluation replaces ten. This is progressive distillation (Salimans & Ho 2022) of guided models
(Meng et al. 2023), in one stage. DDIM is deterministic, so there is one correct target for every
noisy picture and nothing to average.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, UNet2DConditionModel
from peft import LoraConfig, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file

from training import common
from training.common import STARTER
from training.dataset import Renders
from training.optimizers import Muon
from training.team import Team, command, fit
from training.unet import SCHEDULE, Words, encode_renders, load_models, load_tokenizer

STEPS = 4  # of the student
GROUP = 5  # steps of the teacher per step of the student
GUIDANCE = 4.0
RANK = 32
LAYERS = [
    *("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"),
    *("conv1", "conv2", "conv_shortcut", "time_emb_proj", "conv", "conv_in", "conv_out"),
]
ADAPTER = "fast"

ALPHAS = DDPMScheduler(**SCHEDULE).alphas_cumprod


def add_lora(unet: UNet2DConditionModel) -> UNet2DConditionModel:
    """Add the LoRA to a UNet, and freeze everything else."""
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=LAYERS), ADAPTER)
    return unet


def saved_lora(work: Path) -> dict[str, torch.Tensor] | None:
    """Return the best weights of the LoRA: from the checkpoint, else the committed ones."""
    state = common.load_checkpoint(work / "fast.pt")
    if state is not None:
        return state["lora"]
    file = STARTER / "lora-fast" / "pytorch_lora_weights.safetensors"
    if not file.exists():
        return None
    return {name.removeprefix("unet."): value.float() for name, value in load_file(file).items()}


def waypoint(t: int) -> tuple[float, float]:
    """Return the signal and noise levels at timestep `t`; -1 is the end, as in DDIM."""
    alpha = float(ALPHAS[max(t, 0)])
    return alpha**0.5, (1 - alpha) ** 0.5


def jump(noisy: torch.Tensor, velocity: torch.Tensor, t: int, to: int) -> torch.Tensor:
    """Do one step of DDIM (Song et al. 2021), from timestep `t` down to timestep `to`."""
    (a, b), (a_to, b_to) = waypoint(t), waypoint(to)
    clean, noise = a * noisy - b * velocity, b * noisy + a * velocity
    return a_to * clean + b_to * noise


def velocity_of_jump(noisy: torch.Tensor, end: torch.Tensor, t: int, to: int) -> torch.Tensor:
    """Return the velocity with which one step of DDIM ends at `end`."""
    (a, b), (a_to, b_to) = waypoint(t), waypoint(to)
    return (end - (a_to * a + b_to * b) * noisy) / (b_to * a - a_to * b)


@torch.no_grad()
def guided_step(
    unet: UNet2DConditionModel, noisy: torch.Tensor, both: torch.Tensor, t: int, to: int
) -> torch.Tensor:
    """Do one step of DDIM with guidance, from timestep `t` down to timestep `to`.

    `both` contains the contexts (2n, tokens, width): of the empty prompt, then of the n prompts.
    """
    twice = torch.cat([noisy] * 2).to(memory_format=torch.channels_last)
    with common.quick():
        velocity = unet(twice, t, both).sample
    without, text = velocity.float().chunk(2)
    return jump(noisy, without + GUIDANCE * (text - without), t, to)


def end_of_group(
    teacher: UNet2DConditionModel, noisy: torch.Tensor, both: torch.Tensor, t: int
) -> torch.Tensor:
    """Return the timestep at which the group of steps that starts at `t` ends."""
    stride = 1000 // (STEPS * GROUP)
    for k in range(GROUP):
        now = t - k * stride
        noisy = guided_step(teacher, noisy, both, now, now - stride)
    return noisy


def train(team: Team, work: Path, minutes: float, peak: float, batch: int) -> None:
    """Train for a while, from the checkpoint if there is one."""
    data = Renders(work)
    unet, text, _ = load_models(work)
    latents = encode_renders(work, data)
    text.requires_grad_(False).eval()
    unet.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    student = add_lora(copy.deepcopy(unet))
    lora, state = saved_lora(work), common.load_checkpoint(work / "fast.pt")
    if lora is not None:
        set_peft_model_state_dict(student, lora, ADAPTER)
    seconds, samples = (state["seconds"], state["samples"]) if state else (0.0, 0)
    unet.compile()
    student.compile()
    optimizer, average = Muon(student.named_parameters(), team), common.Average(student, 0.99)
    rng = np.random.default_rng([7, samples, team.rank])
    words = Words(load_tokenizer(work), rng)
    noise_schedule = DDPMScheduler(**SCHEDULE)
    with torch.no_grad():
        nothing = text(words.ids(data.scenes[:1], drop=1.0)).last_hidden_state
    stride = 1000 // STEPS
    count = batch // team.size

    def loss() -> torch.Tensor:
        which, mirrored = rng.integers(len(data), size=count), rng.integers(2, size=count)
        clean = latents[torch.from_numpy(mirrored), torch.from_numpy(which)].float()
        t = 999 - stride * int(rng.integers(STEPS))
        noise = torch.randn_like(clean)
        noisy = noise_schedule.add_noise(clean, noise, torch.full((count,), t))
        noisy = noisy.to(memory_format=torch.channels_last)
        with torch.no_grad():
            context = text(words.ids([data.scenes[i] for i in which], 0.02)).last_hidden_state
        both = torch.cat([nothing.expand_as(context), context])
        end = end_of_group(unet, noisy, both, t)
        with common.quick():
            velocity = student(noisy, t, context).sample
        return F.mse_loss(velocity.float(), velocity_of_jump(noisy, end, t, t - stride))

    def save(spent: float, step: int) -> None:
        common.save_checkpoint(
            work / "fast.pt",
            lora=get_peft_model_state_dict(student, adapter_name=ADAPTER),
            seconds=seconds + spent,
            samples=samples + step * count * team.size,
        )

    fit(team, minutes, peak, student, optimizer, average, loss, save)


def main() -> None:
    """Distil for a while."""
    command(train, __doc__, minutes=15.0, rate=2e-3)


if __name__ == "__main__":
    main()
