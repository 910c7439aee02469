"""Ways to sample in less time, while the user paints in live mode."""

from __future__ import annotations

from nodeui.sdk import BranchNode, QuickRun

_WHOLE_RUN = ("start_step", "end_step", "reseed_step", "renoise_step")
"""Parameters that count steps: with another number of steps, they would name other ones."""

FAST_STARTER = QuickRun(
    facts={"model": "starter", "lora": ""},
    nodes=(
        BranchNode(
            name="fast",
            type="model.lora",
            values={"source": "starter/fast"},
            links={"model": "model"},
        ),
    ),
    links={"model": "fast.model", "guidance": "", "schedule": ""},
    params={
        "guidance_scale": 1.0,
        "guidance_rescale": 0.0,
        "scheduler": "ddim",
        "sigmas": "default",
        "eta": 0.0,
    },
    steps=4,
    share="strength",
    plain=_WHOLE_RUN,
)
"""The starter model with its LoRA for four steps."""

FEWER_STEPS = QuickRun(share="strength", solver="scheduler", plain=_WHOLE_RUN)
"""Any other model with fewer steps, and another solver if the user has chosen one."""
