"""ControlNets for depth, edges and sketches, trained against the frozen UNet.

    python -m training.controlnet WORK any --minutes 10      # all hints at once: a common start
    python -m training.controlnet WORK depth --minutes 5     # then canny, then sketch

Each starts as a copy of the UNet's encoder. Zero-initialised layers and those that read the hint
learn fast, the copied ones slowly. High noise levels are sampled most, because they decide the
structure. Captions are often dropped, so that the net has to read the hint, or replaced by those of
another place at the same time and season, so that the hint wins where the two disagree. Passing
structure on to the UNet works alike for all hints, so it is learned once, from all of them (`any`),
and each ControlNet starts from there. Minimising the error follows a hint only loosely, as pictures
without guidance follow a prompt, so the nets are trained for residuals `FIRM` times as strong.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import ControlNetModel, DDPMScheduler, UNet2DConditionModel

from training import common
from training.common import STARTER
from training.dataset import Renders
from training.hints import KINDS, make_hint
from training.optimizers import Muon
from training.scene import Scene
from training.team import Team, fit, run
from training.unet import SCHEDULE, Words, encode_renders, load_models, load_tokenizer

DROP = 0.25  # share of captions dropped
STRAY = 0.2  # share of captions of another place
COPIED = 0.6  # learning rate factor of the layers copied from the UNet
FIRM = 1.5  # factor of the residuals over those that minimise the training error
ANY = "any"


def build_controlnet(unet: UNet2DConditionModel) -> ControlNetModel:
    """Build a ControlNet with the UNet's encoder and a small encoder for the hint."""
    net = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(8, 16, 48, 96))
    # Two zero layers in a row learn slowly. The later ones are enough to start without any effect.
    torch.nn.init.kaiming_normal_(net.controlnet_cond_embedding.conv_out.weight)
    return net


def load_controlnet(
    work: Path | None, which: str, unet: UNet2DConditionModel
) -> tuple[ControlNetModel, dict | None]:
    """Load the best ControlNet so far, and the checkpoint if there is one."""
    state = common.load_checkpoint(work / f"controlnet-{which}.pt") if work else None
    if state is None and work:
        state = common.load_checkpoint(work / f"controlnet-{ANY}.pt")
    folder = STARTER / f"controlnet-{which}"
    if state is None and (folder / "config.json").exists():
        return ControlNetModel.from_pretrained(folder, dtype=torch.float32), None
    net = build_controlnet(unet)
    if state is not None:
        net.load_state_dict(state["net"])
    return net, state


def elsewhere(scene: Scene, other: Scene) -> Scene:
    """Return the other scene with the light and season of this one."""
    return replace(
        other, time=scene.time, season=scene.season, weather=scene.weather, seed=scene.seed
    )


def is_new(name: str) -> bool:
    """True if a parameter is not copied from the UNet."""
    return name.startswith(("controlnet_cond_embedding", "controlnet_down", "controlnet_mid"))


def rate_of(name: str) -> float:
    """Return the learning rate factor of a parameter; the hint encoder learns fastest."""
    if name.startswith("controlnet_cond_embedding"):
        return 4.0
    return 1.0 if is_new(name) else COPIED


def train(
    team: Team, work: Path, which: str, minutes: float, peak: float, batch: int, fresh: bool
) -> None:
    """Train one ControlNet for a while."""
    data = Renders(work)
    unet, text, _ = load_models(work)
    latents = encode_renders(work, data)
    unet.requires_grad_(False).eval().to(memory_format=torch.channels_last)
    text.requires_grad_(False).eval()
    net, state = (build_controlnet(unet), None) if fresh else load_controlnet(work, which, unet)
    net.train().to(memory_format=torch.channels_last)
    optimizer = Muon(net.named_parameters(), team, rate_of)
    average = common.Average(net, 0.99)
    seconds, samples = (state["seconds"], state["samples"]) if state else (0.0, 0)
    kinds = KINDS if which == ANY else (which,)
    rng = np.random.default_rng([len(which), samples, team.rank])
    words = Words(load_tokenizer(work), rng)
    noise_schedule = DDPMScheduler(**SCHEDULE)
    count = batch // team.size

    def told(i: int) -> Scene:
        scene = data.scenes[i]
        if rng.random() < STRAY:
            return elsewhere(scene, data.scenes[int(rng.integers(len(data)))])
        return scene

    def hint_of(i: int, mirror: int) -> np.ndarray:
        hint = make_hint(kinds[int(rng.integers(len(kinds)))], data, i, rng)
        return hint[:, ::-1] if mirror else hint

    def loss() -> torch.Tensor:
        index, mirrored = rng.integers(len(data), size=count), rng.integers(2, size=count)
        clean = latents[torch.from_numpy(mirrored), torch.from_numpy(index)].float()
        pairs = zip(index.tolist(), mirrored.tolist(), strict=True)
        hint = torch.from_numpy(np.stack([hint_of(i, m) for i, m in pairs]))[:, None]
        hint = hint.repeat(1, 3, 1, 1).contiguous(memory_format=torch.channels_last)
        ids = words.ids([told(i) for i in index], DROP)
        noise = torch.randn_like(clean)
        u = (torch.arange(count) + torch.rand(count)) / count
        t = (999 * u**0.6).long()  # more of the high noise levels
        noisy = noise_schedule.add_noise(clean, noise, t)
        noisy = noisy.contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            context = text(ids).last_hidden_state
        with common.quick():
            down, mid = net(noisy, t, context, hint, 1 / FIRM, return_dict=False)
            velocity = unet(
                noisy,
                t,
                context,
                down_block_additional_residuals=down,
                mid_block_additional_residual=mid,
            ).sample
        return F.mse_loss(velocity.float(), noise_schedule.get_velocity(clean, noise, t))

    def save(spent: float, step: int) -> None:
        common.save_checkpoint(
            work / f"controlnet-{which}.pt",
            net=net.state_dict(),
            seconds=seconds + spent,
            samples=samples + step * count * team.size,
        )

    fit(team, minutes, peak, net, optimizer, average, loss, save)


def main() -> None:
    """Train one ControlNet for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("which", choices=(ANY, *KINDS))
    parser.add_argument("--minutes", type=float, default=7.0)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--fresh", action="store_true", help="start over from the UNet's weights")
    args = parser.parse_args()
    run(train, args.work, args.which, args.minutes, args.rate, args.batch, args.fresh)


if __name__ == "__main__":
    main()
