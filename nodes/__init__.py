"""The node library, registered under the entry point group "nodeui.nodes".

`nodes` lists every node function. Importing this package imports no numerical library.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from nodes import (
    annotators,
    batches,
    colour,
    composite,
    control,
    embeddings,
    guidance,
    image,
    inpaint,
    ip_adapter,
    latents,
    layers,
    lora,
    masks,
    models,
    paint,
    sample,
    segmentation,
    text,
    upscalers,
)
from nodes.diffusion.files.kinds import model_files
from nodes.environment import environment
from nodeui.sdk import NodeFunction

__all__ = ["environment", "model_files", "nodes", "preload"]

preload = (
    "nodes.diffusion.libraries",
    "cv2",
    "nodes.diffusion.load",
    "nodes.diffusion.prompts",
    "nodes.diffusion.unet_sampler",
    "nodes.diffusion.vae",
)
"""Modules that a worker imports ahead of its first run; importing starts no thread or device."""


def _node_functions(*modules: ModuleType) -> tuple[NodeFunction[..., Any], ...]:
    """Return the node functions of modules, in the order of their definition."""
    return tuple(
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, NodeFunction) and value.__module__ == module.__name__
    )


nodes = _node_functions(
    models,
    lora,
    embeddings,
    text,
    latents,
    sample,
    guidance,
    ip_adapter,
    control,
    annotators,
    image,
    upscalers,
    batches,
    composite,
    colour,
    masks,
    inpaint,
    segmentation,
    paint,
    layers,
)
