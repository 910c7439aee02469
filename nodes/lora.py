"""The node that applies a LoRA to a model."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Annotated

from nodes.diffusion import layout, lora_files, weight_values
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.types import Lora, Model
from nodeui.sdk import MODEL_PATH, Context, Curve, Files, NodeError, Range, node

Strength = Annotated[float, Range(-2, 2, 0.01)]


def _is_local(source: str, name: str, files: Files) -> bool:
    """True if nothing has to be downloaded."""
    return _cached(source, name, files) is not None


@node(
    "model.lora",
    title="Apply LoRA",
    category="Models",
    light=_is_local,
    version=3,
    aliases=("lora loader", "lycoris", "locon", "dora"),
    facts={"lora": ("source", "model")},
)
def apply(
    ctx: Context,
    model: Model,
    source: Annotated[str, MODEL_PATH] = "starter/fast",
    name: str = lora_files.WEIGHTS,
    strength: Strength = 1.0,
    curve: Annotated[Curve, Range(-2, 2, 0.01)] = (),
    text_strength: Strength | None = None,
) -> Model:
    """Adapt a model with a LoRA (Hu et al. 2021): to a style, to a subject, or to fewer steps.

    LoRAs can be chained. The weights are loaded when a step needs them, and act beside the layers
    of the model; they are never merged into its weights. LoRAs work with Stable Diffusion 1.x, 2.x
    and XL. Besides plain LoRA, files with LoCon, LoHa, LoKr, DoRA and full differences of weights
    are supported, in the formats of diffusers, peft, kohya's scripts, LyCORIS and ComfyUI.

    A layer without an alpha in the file gets its rank as alpha. A file that changes no layer of the
    model, was made for another kind of model, or contains NaN is refused; a warning names what
    cannot be used.

    Args:
        model: The model to adapt.
        source: A safetensors file, or a folder or hub id that contains one. "starter/fast" is
            included with NodeUI: with it, the starter model needs only 4 steps, with the scheduler
            ddim and a guidance scale of 1. For Stable Diffusion 1.5,
            latent-consistency/lcm-lora-sdv1-5 does the same, with the scheduler lcm.
        name: The file in the folder or repository. Ignored if source is a file.
        strength: Strength of the LoRA: 1 as trained, 0 leaves the model unchanged.
        curve: Strength on the UNet over the run, from 0 (start) to 1 (end), between -2 and 2.
            Replaces strength there, unless it is empty.
        text_strength: Strength on the text encoders, which is constant over a run: 1 as trained, 0
            leaves them unchanged. Empty uses strength.
    """
    from nodes.diffusion.lora import is_untrained

    if model.family in FAMILIES:
        raise NodeError(
            f"Models of the family {model.family} do not support LoRAs here; Stable Diffusion 1.x, "
            "2.x and XL do.",
            "model",
        )
    file = _find(source, name, ctx)
    found = lora_files.read(file, model)
    weight_values.check(file, found.tensors())
    if is_untrained(file, found):
        raise NodeError(
            f"{file.name} changes nothing: its weights or its alphas are 0, as before training.",
            "source",
        )
    lora = Lora(
        source=str(file),
        digest=_digest(file, ctx.files),
        parts=found.parts(),
        strength=curve or ((0.0, strength),),
        text_strength=strength if text_strength is None else text_strength,
    )
    for warning in (lora_files.left_out(file, found), _idle(file, lora, curve, text_strength)):
        if warning is not None:
            ctx.warn(warning)
    return replace(model, loras=(*model.loras, lora))


@apply.passthrough("model")
def _off(strength: float, curve: Curve, text_strength: float | None) -> bool:
    return strength == 0 and not curve and not text_strength


@apply.fingerprint
def _state(source: str, name: str, files: Files) -> str:
    file = _cached(source, name, files)
    return _digest(file, files) if file else layout.ABSENT


def _digest(file: Path, files: Files) -> str:
    """Hash a LoRA file, with the config beside it if there is one."""
    digest, config = files.digest(file), file.with_name(lora_files.CONFIG)
    if not config.is_file():
        return digest
    facts = f"{digest};{files.digest(config)}"
    return blake2b(facts.encode(), digest_size=20).hexdigest()


def _idle(file: Path, lora: Lora, curve: Curve, text_strength: float | None) -> str | None:
    """Return a warning about a parameter that changes nothing with this file, or None."""
    if "unet" not in lora.parts and lora.text_strength == 0:
        return f"{file.name} changes text encoders only, on which its strength is 0: no effect."
    if curve and "unet" not in lora.parts:
        return f"{file.name} changes text encoders only, so curve has no effect."
    if text_strength is not None and lora.parts == ("unet",):
        return f"{file.name} changes no text encoder, so text_strength has no effect."
    return None


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
    if path.suffix in (".safetensors", *layout.PICKLES):
        raise NodeError(f"The file {path} does not exist.", "source")
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
