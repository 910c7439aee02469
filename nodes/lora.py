"""LoRAs: small changes to a model."""

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


def _is_here(source: str, name: str, files: Files) -> bool:
    """Whether nothing has to be downloaded."""
    return _cached(source, name, files) is not None


@node("model.lora", title="Apply LoRA", category="Models", light=_is_here, aliases=("lora loader",))
def apply(
    ctx: Context,
    model: Model,
    source: Annotated[str, MODEL_PATH] = "starter/fast",
    name: str = _WEIGHTS,
    strength: Annotated[float, Range(-2, 2, 0.01)] = 1.0,
) -> Model:
    """Change a model by a LoRA (Hu et al. 2021): a style, a thing, or fewer steps.

    Several can follow each other. Weights are loaded when a step needs them, and added to the
    layers' outputs, never merged into them. Stable Diffusion 1.x, 2.x and XL take LoRAs, in the
    naming of diffusers or of kohya's scripts.

    Args:
        model: The model to change.
        source: A safetensors file, or a folder or hub id with one in it. "starter/fast" ships: the
            starter model then needs 4 steps only, with the scheduler ddim and a guidance scale of
            1. For Stable Diffusion 1.5 latent-consistency/lcm-lora-sdv1-5 does that, with lcm.
        name: The file in the folder or repository. Not used where source is a file.
        strength: How much it counts: 1 as trained, 0 leaves the model as it is.
    """
    if model.family in FAMILIES:
        raise NodeError(
            f"Models of the family {model.family} take no LoRA here; Stable Diffusion 1.x, 2.x and "
            "XL do.",
            "model",
        )
    file = _find(source, name, ctx)
    if not any("lora" in tensor or "lokr" in tensor for tensor in layout.check_safetensors(file)):
        raise NodeError(f"{file} holds no LoRA.", "source")
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
    return files.digest(file) if file else "not here"


def _find(source: str, name: str, ctx: Context) -> Path:
    """The safetensors file that is meant."""
    path = ctx.files.resolve(source)
    if path.is_file():
        if path.suffix != ".safetensors":
            raise NodeError(
                f"{path.name} is no safetensors file. Other files can hold programs, and are "
                "refused.",
                "source",
            )
        return path
    inner = layout.inner_path(name, "name")
    file = layout.folder_of(source, ctx, (inner.as_posix(),)) / inner
    if not file.is_file():
        raise layout.missing(file, "name")
    return file


def _cached(source: str, name: str, files: Files) -> Path | None:
    """The file, but None where it has to be downloaded first, or where there is none."""
    path = files.resolve(source)
    if path.is_file():
        return path
    folder = layout.cached_folder(source, files)
    return folder / name if folder and (folder / name).is_file() else None
