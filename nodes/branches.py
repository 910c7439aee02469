"""Ways to branch a sampler after some of its steps, and to vary its pictures."""

from __future__ import annotations

from nodeui.sdk import BranchKind, BranchNode

PROMPT = BranchKind(
    name="prompt",
    title="Other prompt",
    icon="text-box-outline",
    nodes=(
        BranchNode(
            name="prompt-switch",
            type="text.switch",
            params={"at": "share"},
            links={"first": "positive", "second": "prompt.conditioning"},
        ),
        BranchNode(name="prompt", type="text.encode", copies="positive", links={"model": "model"}),
    ),
    links={"positive": "prompt-switch.conditioning"},
    change="prompt",
    needs={"positive": "The sampler has no prompt yet."},
)

GUIDANCE = BranchKind(
    name="guidance",
    title="Other guidance",
    icon="chart-line",
    nodes=(
        BranchNode(
            name="guidance",
            type="guidance.cfg",
            params={"scale": "level", "curve": "curve"},
            copies="guidance",
            only=("scale", "curve", "rescale"),
            own={"scale": "guidance_scale", "rescale": "guidance_rescale"},
        ),
    ),
    links={"guidance": "guidance.guidance"},
    change="guidance",
    unknown="Its guidance comes from a node that is computed.",
)

CONTROL = BranchKind(
    name="control",
    title="Other control",
    icon="vector-square",
    nodes=(
        BranchNode(
            name="control",
            type="control.apply",
            params={"start": "share"},
            links={"previous": "control", "controlnet": "controlnet.controlnet"},
            copies="control",
            only=("controlnet", "image"),
        ),
        BranchNode(name="controlnet", type="model.controlnet", reuse=True),
    ),
    links={"control": "control.control"},
    change="control",
)

NOISE = BranchKind(
    name="noise",
    title="Other noise",
    icon="dice-5",
    params={"reseed_step": "step", "reseed": "seed"},
    noise="Its solver adds no noise on its way.",
)

_UNKNOWN_NOISE = "Its noise comes from another node."
_NO_FIRST_NOISE = "It continues from noisy latents: vary the sampler that made them."

NEAR = BranchKind(
    name="near",
    title="Near: a little other noise",
    icon="dice-5",
    nodes=(
        BranchNode(
            name="noise",
            type="latents.noise",
            params={"variation_seed": "seed"},
            values={"variation": 0.15},
            links={"latents": "latents"},
            copies="noise",
            own={"seed": "seed"},
        ),
    ),
    links={"noise": "noise.noise"},
    change="noise",
    unknown=_UNKNOWN_NOISE,
    begins=_NO_FIRST_NOISE,
    variation="near",
)

MEDIUM = BranchKind(
    name="medium",
    title="New noise",
    icon="dice-5",
    params={"renoise_step": "step", "renoise_seed": "seed"},
    variation="medium",
)

FAR = BranchKind(
    name="far",
    title="Far: a new seed",
    icon="dice-5",
    nodes=(
        BranchNode(
            name="noise",
            type="latents.noise",
            params={"seed": "seed"},
            values={"variation": 0.0},
            copies="noise",
            own={"seed": "seed"},
            present=True,
        ),
    ),
    links={"noise": "noise.noise"},
    unknown=_UNKNOWN_NOISE,
    begins=_NO_FIRST_NOISE,
    variation="far",
)
