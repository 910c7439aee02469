"""Where things that ship with the node library are."""

from __future__ import annotations

from pathlib import Path

from nodeui.sdk import shipped

STARTER = shipped("resources") / "starter"
"""The starter model, in the diffusers folder layout."""


def starter_part(name: str) -> Path | None:
    """The folder that a shipped name stands for, or None where the name is not a shipped one.

    Args:
        name: "starter" for the model, "starter/depth" and the like for its ControlNets,
            "starter/fast" for the LoRA with which it needs four steps only.
    """
    first, _, rest = name.partition("/")
    if first != "starter":
        return None
    if rest == "fast":
        return STARTER / "lora-fast"
    return STARTER / f"controlnet-{rest}" if rest else STARTER
