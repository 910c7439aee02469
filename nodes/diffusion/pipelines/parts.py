"""Builds diffusers pipelines from only the parts that a task needs; the others stay on disk.

Sampling needs the network, encoding a prompt needs the text encoders.
"""

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


class NetworkConfig:
    """The config of a network without its weights: all that a pipeline reads before it computes.

    Args:
        config: The config of the network.
        precision: The dtype of the network.
    """

    def __init__(self, config: dict[str, Any], precision: torch.dtype) -> None:
        self.config = FrozenDict(config)
        self.dtype = precision

    def __getattr__(self, name: str) -> Any:
        if name == "config" or name not in self.config:  # `config` is unset during construction
            raise AttributeError(name)
        return self.config[name]


def _network_class(model: Model) -> Any:
    return getattr(diffusers, FAMILIES[model.family].networks[0])


def network_config(model: Model) -> NetworkConfig:
    """Read the config of a model's network, completed by the defaults of its class."""
    known = layout.read_json(Path(model.source) / "transformer" / "config.json")
    parameters = inspect.signature(_network_class(model).__init__).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    return NetworkConfig({**defaults, **known}, dtype(model.dtype))


def network(model: Model) -> torch.nn.Module:
    """Load a model's network."""
    return load.part(model, "transformer", _network_class(model))


def text_parts(model: Model) -> dict[str, Any]:
    """Load the text encoders and tokenizers of a model, by their names in the pipeline.

    Raises:
        NodeError: about `model`: the installed transformers lacks the class of a part.
    """
    found: dict[str, Any] = {}
    folder = Path(model.source)
    for name, class_name in layout.text_parts(folder, dict(model.parts)).items():
        class_ = getattr(transformers, class_name, None)
        if class_ is None:
            raise NodeError(
                f"{model.place(name)} needs {class_name}, which transformers "
                f"{transformers.__version__} does not have.",
                "model",
            )
        read = load.tokenizer_part if name.startswith("tokenizer") else load.part
        found[name] = read(model, name, class_)
    return found


def pipeline(model: Model, **given: Any) -> Any:
    """Build the pipeline of a model from the given parts; the others are None."""
    index = layout.read_json(Path(model.source) / "model_index.json")
    class_ = getattr(diffusers, index["_class_name"])
    names = list(inspect.signature(class_.__init__).parameters)[1:]
    made = class_(**{name: given.get(name) for name in names})
    # the pipeline would read it from the VAE, which is None
    made.vae_scale_factor = model.latent_factor
    made.set_progress_bar_config(disable=True)
    return made
