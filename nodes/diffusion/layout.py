"""Model folders in the diffusers layout: finding, checking and reading them.

Nothing here loads weights or imports torch: a handle is made from the JSON files alone, and what
is wrong with a folder is told before minutes of loading.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from nodes.diffusion import hub
from nodes.places import starter_part
from nodeui.sdk import Context, Files, NodeError

PICKLES = (".ckpt", ".pt", ".pth", ".bin")
CONVERT = (
    "Convert it once, on a machine where you trust the file: "
    "StableDiffusionPipeline.from_single_file({name!r}).save_pretrained('folder') of diffusers "
    "(for SDXL: StableDiffusionXLPipeline), then give that folder here."
)


def folder_of(source: str, ctx: Context, wanted: Sequence[str] = ()) -> Path:
    """The local folder that a source names.

    Args:
        source: A folder, a shipped name ("starter", "starter/depth"), or a hub id, whose snapshot
            is taken from the hub cache, or downloaded into it.
        ctx: Resolves relative paths, and is told how far a download is.
        wanted: Patterns of the files that are needed of a repository that has many; empty for a
            whole model.

    Raises:
        NodeError: it is a single file, or there is no such folder, or it cannot be downloaded.
    """
    if _is_on_hub(source, ctx.files):
        return hub.fetch(source, wanted, ctx)
    return _local_folder(source, ctx.files)


def _is_on_hub(source: str, files: Files) -> bool:
    """Whether a source is a hub id, and nothing here is named like it."""
    path = files.resolve(source)
    here = starter_part(source) is not None or path.exists()
    file = path.suffix in (*PICKLES, ".safetensors")
    return not here and not file and hub.ID.fullmatch(source) is not None


def _local_folder(source: str, files: Files) -> Path:
    """The folder that a source names which is no hub id."""
    shipped = starter_part(source)
    if shipped is not None and not files.resolve(source).is_dir():
        if not shipped.is_dir():
            raise NodeError(f"The shipped model {source!r} is not in {shipped}.", "source")
        return shipped
    path = files.resolve(source)
    if path.suffix in PICKLES:
        raise NodeError(
            f"{path.name} is a pickle: reading it can run any program hidden in it, so it is "
            f"refused. {CONVERT.format(name=path.name)}",
            "source",
        )
    if path.suffix == ".safetensors" or path.is_file():
        raise NodeError(
            f"{path.name} is a single file; models are read from a folder in the diffusers "
            f"layout. {CONVERT.format(name=path.name)}",
            "source",
        )
    if path.is_dir():
        return path
    raise NodeError(f"There is no model folder {path}.", "source")


def inner_path(path: str, parameter: str) -> PurePath:
    """A path below a folder, which it cannot leave.

    Raises:
        NodeError: about `parameter`: it would.
    """
    inner = PurePath(path)
    if inner.is_absolute() or ".." in inner.parts:
        raise NodeError(f"{path!r} is no path inside of the folder of source.", parameter)
    return inner


def missing(file: Path, parameter: str) -> NodeError:
    """The error that a weights file is not there, and which are."""
    found = sorted(path.name for path in file.parent.glob("*.safetensors"))
    there = "are " + ", ".join(found) if found else "is nothing"
    return NodeError(f"{file} is missing; there {there}.", parameter)


def cached_folder(source: str, files: Files) -> Path | None:
    """As `folder_of`, but None for a hub id that is not in the hub cache yet, or an error."""
    try:
        return hub.cached(source) if _is_on_hub(source, files) else _local_folder(source, files)
    except Exception:  # the node itself says what is wrong, when it runs
        return None


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a model folder.

    Raises:
        NodeError: there is no such file, or it is not a JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NodeError(f"{path} is missing.", "source") from None
    except (OSError, ValueError) as error:
        raise NodeError(f"{path} cannot be read: {error}", "source") from error
    if not isinstance(value, dict):
        raise NodeError(f"{path} holds no JSON object.", "source")
    return value


def check_safetensors(path: Path) -> dict[str, Any]:
    """Check by its header that a safetensors file is whole.

    Returns:
        What the header tells of each tensor ("dtype", "shape"), by its name.

    Raises:
        NodeError: it is truncated, or no safetensors file.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > size - 8:
                raise ValueError("its header is cut off")
            header = json.loads(file.read(length))
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        ends = [entry["data_offsets"][1] for entry in entries.values()]
        end = 8 + length + max(ends, default=0)
    except (struct.error, ValueError, AttributeError, KeyError, TypeError) as error:
        raise NodeError(f"{path} is damaged: it is no safetensors file.", "source") from error
    if size != end:
        raise NodeError(
            f"{path} is damaged: it has {size:,} bytes where its header tells of {end:,}. "
            "Copy or download it again.",
            "source",
        )
    return entries


class Weights(NamedTuple):
    """The weight files of a component, and the variant in their names ("fp16"), mostly None."""

    files: tuple[Path, ...]
    variant: str | None


def weights(folder: Path, stem: str) -> Weights:
    """Find the safetensors weights of one component, and check that they are whole.

    Args:
        folder: The component's folder.
        stem: The name of its weights, without variant and suffix.

    Raises:
        NodeError: there are none, or they are damaged, or there is only a pickle.
    """
    for variant in (None, "fp16"):
        dot = f".{variant}" if variant else ""
        files = [folder / f"{stem}{dot}.safetensors"]
        index = folder / f"{stem}.safetensors.index{dot}.json"
        if index.is_file():
            names = sorted(set(read_json(index).get("weight_map", {}).values()))
            files = [folder / Path(name).name for name in names]
        elif not files[0].is_file():
            continue
        for file in files:
            if not file.is_file():
                raise NodeError(f"{file} is missing.", "source")
            check_safetensors(file)
        return Weights(tuple(files), variant)
    pickles = sorted(file.name for file in folder.glob("*") if file.suffix in PICKLES)
    if pickles:
        raise NodeError(
            f"{folder} has its weights only as a pickle ({pickles[0]}), which is refused: reading "
            "it can run any program hidden in it. Load the model once with diffusers on a machine "
            "where you trust it, and save it with save_pretrained(folder), which writes "
            "safetensors.",
            "source",
        )
    raise NodeError(f"{folder} has no weights: {stem}.safetensors is missing.", "source")


def text_parts(folder: Path) -> dict[str, str]:
    """The text encoders and tokenizers that a model folder names: their classes in transformers,
    by the names of their folders.

    Raises:
        NodeError: a class is from elsewhere, and would bring code of its own.
    """
    found: dict[str, str] = {}
    for name, entry in read_json(folder / "model_index.json").items():
        if not name.startswith(("text_encoder", "tokenizer")) or not isinstance(entry, list):
            continue
        library, class_name = entry
        if library is None:  # a part that this model goes without
            continue
        if library != "transformers" or not isinstance(class_name, str):
            raise NodeError(
                f"{folder / 'model_index.json'} wants {class_name} of {library} as its {name}; "
                "only classes of transformers are used.",
                "source",
            )
        found[name] = class_name
    return found


DIFFUSERS_WEIGHTS = "diffusion_pytorch_model"
TRANSFORMERS_WEIGHTS = "model"


def component_config(folder: Path, classes: Sequence[str]) -> dict[str, Any]:
    """The config of a diffusers network in its folder, its weights checked.

    Args:
        folder: The component's folder.
        classes: The diffusers classes that can be used.

    Raises:
        NodeError: the folder or a file is missing or damaged, or the class is another one.
    """
    if not folder.is_dir():
        raise NodeError(f"The folder {folder} is missing.", "source")
    config = read_json(folder / "config.json")
    if config.get("_class_name") not in classes:
        raise NodeError(
            f"{folder} holds a {config.get('_class_name')}, where {' or '.join(classes)} is "
            "needed.",
            "source",
        )
    weights(folder, DIFFUSERS_WEIGHTS)
    return config


def digest_of(folder: Path, parts: Sequence[str], files: Files) -> str:
    """One hash over some files and folders of a model folder; absent ones are left out."""
    hashed = hashlib.blake2b(digest_size=20)
    for part in parts:
        if (folder / part).exists():
            hashed.update(f"{part}={files.digest(folder / part)};".encode())
    return hashed.hexdigest()
