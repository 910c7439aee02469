"""The node that applies a LoRA to a model."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Annotated

from nodes.diffusion import layout
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.types import Lora, Model
from nodeui.sdk import MODEL_PATH, Context, Files, NodeError, Range, node

_WEIGHTS = "pytorch_lora_weights.safetensors"


def _is_local(source: str, name: str, files: Files) -> bool:
    """True if nothing has to be downloaded."""
    return _cached(source, name, files) is not None


@node(
    "model.lora", title="Apply LoRA", category="Models", light=_is_local, aliases=("lora loader",)
)
def apply(
    ctx: Context,
    model: Model,
    source: Annotated[str, MODEL_PATH] = "starter/fast",
    name: str = _WEIGHTS,
    strength: Annotated[float, Range(-2, 2, 0.01)] = 1.0,
) -> Model:
    """Adapt a model with a LoRA (Hu et al. 2021): to a style, to a subject, or to fewer steps.

    LoRAs can be chained. The weights are loaded when a step needs them, and are added to the
    outputs of the layers, never merged into them. LoRAs work with Stable Diffusion 1.x, 2.x and
    XL, in the format of diffusers or of kohya's scripts.

    Args:
        model: The model to adapt.
        source: A safetensors file, or a folder or hub id that contains one. "starter/fast" is
            included with NodeUI: with it, the starter model needs only 4 steps, with the scheduler
            ddim and a guidance scale of 1. For Stable Diffusion 1.5,
            latent-consistency/lcm-lora-sdv1-5 does the same, with the scheduler lcm.
        name: The file in the folder or repository. Ignored if source is a file.
        strength: Strength of the LoRA: 1 as trained, 0 leaves the model unchanged.
    """
    if model.family in FAMILIES:
        raise NodeError(
            f"Models of the family {model.family} do not support LoRAs here; Stable Diffusion 1.x, "
            "2.x and XL do.",
            "model",
        )
    file = _find(source, name, ctx)
    if not any("lora" in tensor or "lokr" in tensor for tensor in layout.check_safetensors(file)):
        raise NodeError(f"{file} does not contain a LoRA.", "source")
    lora = Lora(str(file), ctx.files.digest(file), strength)
    facts = f"{model.digest};{lora.digest};{strength.hex()}"
    return replace(
        model,
        digest=blake2b(facts.encode(), digest_size=20).hexdigest(),
        loras=(*model.loras, lora),
    )


@apply.passthrough("model")
def _off(strength: float) -> bool:
    return strength == 0


@apply.fingerprint
def _state(source: str, name: str, files: Files) -> str:
    file = _cached(source, name, files)
    return files.digest(file) if file else layout.ABSENT


def _find(source: str, name: str, ctx: Context) -> Path:
    """Return the safetensors file, downloaded if necessary."""
    path = ctx.files.resolve(source)
    if path.is_file():
        if path.suffix != ".safetensors":
            raise NodeError(
                f"{path.name} is not a safetensors file. Other formats can contain programs and "
                "are refused.",
                "source",
            )
        return path
    inner = layout.inner_path(name, "name")
    file = layout.folder_of(source, ctx, (inner.as_posix(),)) / inner
    if not file.is_file():
        raise layout.missing(file, "name")
    return file


def _cached(source: str, name: str, files: Files) -> Path | None:
    """Return the file, or None if it must be downloaded first or does not exist."""
    path = files.resolve(source)
    if path.is_file():
        return path
    folder = layout.cached_folder(source, files)
    return folder / name if folder and (folder / name).is_file() else None
