"""Paths of the resources that ship with the node library."""

from __future__ import annotations

import os
from pathlib import Path

from nodeui.sdk import shipped

STARTER = shipped("resources") / "starter"
"""The starter model, in the diffusers folder layout."""


def slash_hint(path: str) -> str:
    """Return a hint for a missing path that is written in the way of Windows; "" if it is not."""
    if "\\" not in path or os.sep == "\\":
        return ""
    return f" On this system, folders are separated by /: {path.replace(chr(92), '/')}"


def starter_part(name: str) -> Path | None:
    """Return the folder of a shipped name, or None if the name is not a shipped one.

    Args:
        name: "starter" for the model, "starter/depth" etc. for its ControlNets, "starter/fast"
            for its LoRA for four steps.
    """
    first, _, rest = name.partition("/")
    if first != "starter":
        return None
    if rest == "fast":
        return STARTER / "lora-fast"
    return STARTER / f"controlnet-{rest}" if rest else STARTER
