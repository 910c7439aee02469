"""The node library: what the entry point group "nodeui.nodes" leads to.

`nodes` lists every node function; importing it imports no numerical library.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from nodes import (
    annotators,
    control,
    guidance,
    image,
    ip_adapter,
    latents,
    lora,
    models,
    sample,
    text,
)
from nodes.environment import environment
from nodeui.sdk import NodeFunction

__all__ = ["environment", "nodes", "preload"]

preload = (
    "cv2",
    "nodes.diffusion.load",
    "nodes.diffusion.prompts",
    "nodes.diffusion.unet_sampler",
    "nodes.diffusion.vae",
)
"""What a worker imports ahead of its first run; importing these starts no thread and no device."""


def _node_functions(*modules: ModuleType) -> tuple[NodeFunction[..., Any], ...]:
    """The node functions that the modules define, in the order of their definition."""
    return tuple(
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, NodeFunction) and value.__module__ == module.__name__
    )


nodes = _node_functions(
    models, lora, text, latents, sample, guidance, ip_adapter, control, annotators, image
)
