"""Ways to branch a sampler after some of its steps."""

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
