"""Pipelines of diffusers, put together of the parts that a task needs: the network to sample, the
text encoders to read a prompt. The other parts stay on disk."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from diffusers.configuration_utils import FrozenDict

from nodes.diffusion import layout, load
from nodes.diffusion.device import dtype
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.types import Model
from nodeui.sdk import NodeError


class Outline:
    """A network's config without its weights: all that a pipeline looks at before it computes.

    Args:
        config: What the network would have as its config.
        precision: The dtype that it would have.
    """

    def __init__(self, config: dict[str, Any], precision: torch.dtype) -> None:
        self.config = FrozenDict(config)
        self.dtype = precision

    def __getattr__(self, name: str) -> Any:
        if name == "config" or name not in self.config:  # the former: while it is being made
            raise AttributeError(name)
        return self.config[name]


def _network_class(model: Model) -> Any:
    return getattr(diffusers, FAMILIES[model.family].networks[0])


def outline(model: Model) -> Outline:
    """What is known of a model's network without loading it."""
    known = layout.read_json(Path(model.source) / "transformer" / "config.json")
    parameters = inspect.signature(_network_class(model).__init__).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    return Outline({**defaults, **known}, dtype(model.dtype))


def network(model: Model) -> torch.nn.Module:
    """A model's network, loaded."""
    return load.part(model, "transformer", _network_class(model))


def text_parts(model: Model) -> dict[str, Any]:
    """The text encoders and tokenizers of a model, loaded, by their names in the pipeline.

    Raises:
        NodeError: a part is of a class that the installed transformers does not have.
    """
    found: dict[str, Any] = {}
    folder = Path(model.source)
    for name, class_name in layout.text_parts(folder).items():
        class_ = getattr(transformers, class_name, None)
        if class_ is None:
            raise NodeError(
                f"{folder / name} needs {class_name}, which transformers "
                f"{transformers.__version__} does not have.",
                "model",
            )
        read = load.tokenizer_part if name.startswith("tokenizer") else load.part
        found[name] = read(model, name, class_)
    return found


def pipeline(model: Model, **given: Any) -> Any:
    """The pipeline of a model with some of its parts; the others are None."""
    index = layout.read_json(Path(model.source) / "model_index.json")
    class_ = getattr(diffusers, index["_class_name"])
    names = list(inspect.signature(class_.__init__).parameters)[1:]
    made = class_(**{name: given.get(name) for name in names})
    # it is read off the VAE, which is not here
    made.vae_scale_factor = model.latent_factor
    made.set_progress_bar_config(disable=True)
    return made
