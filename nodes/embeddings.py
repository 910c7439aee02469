"""The node that adds textual inversion embeddings to a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from nodes.diffusion import layout, weight_values
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.types import Embedding, Model
from nodeui.sdk import MODEL_PATH, Context, Files, NodeError, node

_SUFFIXES = (".safetensors", ".sft")


@node(
    "model.embedding",
    title="Load embedding",
    category="Models",
    light=True,
    aliases=("textual inversion", "negative embedding"),
)
def embedding(
    ctx: Context, model: Model, source: Annotated[str, MODEL_PATH] = "", name: str = ""
) -> Model:
    """Add a textual inversion embedding (Gal et al. 2023), which prompts name as embedding:name.

    Embeddings work with Stable Diffusion 1.x, 2.x and XL. A weight acts on them as on words:
    (embedding:name:1.2).

    Args:
        model: The model whose text encoders read the embedding.
        source: A safetensors file, or a folder of such files, which are all added under their own
            names.
        name: Its name in prompts. Empty uses the name of the file. Ignored if source is a folder.
    """
    from nodes.diffusion import embeddings

    if model.family in FAMILIES:
        raise NodeError(
            f"Models of the family {model.family} do not support embeddings; Stable Diffusion 1.x, "
            "2.x and XL do.",
            "model",
        )
    path = ctx.files.resolve(source)
    files = _files(source, path)
    given = name.strip() if path.is_file() else ""
    if given and not embeddings.MARK.fullmatch(f"embedding:{given}"):
        raise NodeError(f"{given!r} cannot be the name of an embedding in a prompt.", "name")
    found: list[Embedding] = []
    for file in files:
        try:
            embeddings.check(file, model)
            weight_values.check(file, ctx=ctx)
        except NodeError as error:
            if path.is_file():
                raise
            ctx.warn(str(error))
            continue
        found.append(Embedding(given or file.stem, str(file), ctx.files.digest(file)))
    if not found:
        raise NodeError(f"{path} holds no embedding for this model.", "source")
    names = {one.name.lower() for one in found}
    kept = tuple(one for one in model.embeddings if one.name.lower() not in names)
    if len(kept) + len(found) > embeddings.MOST:
        raise NodeError(f"A model can have at most {embeddings.MOST:,} embeddings.", "source")
    return replace(model, embeddings=(*kept, *found))


@embedding.fingerprint
def _state(source: str, files: Files) -> str:
    try:
        return " ".join(
            f"{file.name}={files.digest(file)}" for file in _files(source, files.resolve(source))
        )
    except (NodeError, OSError):
        return layout.ABSENT


def _files(source: str, path: Path) -> list[Path]:
    """Return the safetensors files of a source.

    Raises:
        NodeError: about `source`: there are none.
    """
    if not source.strip():
        raise NodeError("Choose the file of an embedding.", "source")
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)
        if not found:
            raise NodeError(f"{path} has no safetensors files.", "source")
        return found
    if not path.is_file():
        raise NodeError(f"The file {path} does not exist.", "source")
    if path.suffix.lower() not in _SUFFIXES:
        raise NodeError(
            f"{path.name} is not a safetensors file. Other formats can contain programs and are "
            "refused.",
            "source",
        )
    return [path]
