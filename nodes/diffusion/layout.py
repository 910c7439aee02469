"""Finds, checks and reads model folders in the diffusers layout.

This module loads no weights and does not import torch: handles are made from JSON files and
safetensors headers, so a bad folder is reported before minutes of loading.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from nodes.diffusion import hub, untrusted
from nodes.diffusion.files import checkpoint
from nodes.places import slash_hint, starter_part
from nodeui.sdk import Context, Files, NodeError

ABSENT = "not here"
"""The fingerprint of files that must be downloaded first, or are wrong."""

PICKLES = (".ckpt", ".pt", ".pth", ".bin")
FILES = (*PICKLES, ".safetensors", ".sft", ".gguf")

_CONVERT = (
    "Convert it once with diffusers: {cls}.from_single_file({{name!r}}).save_pretrained('folder')."
)
_LORA = 'Load it with the node "Apply LoRA".'
_LOAD = 'Load it with the node "Load model".'
_UPSCALE = 'Load it with the node "Upscale with a model".'
_EMBED = 'Load it with the node "Load embedding".'
_NETWORK = 'Load it with the node "Load diffusion model".'
_ENCODER = 'Load it with the node "Load text encoders".'
_VAE = 'Load it with the node "Load VAE".'


def _convert(class_name: str) -> str:
    return _CONVERT.format(cls=class_name)


_KINDS: Sequence[tuple[str, str, str]] = (
    ("lora_controlnet", "a control LoRA", "Control LoRAs are not supported."),
    ("lora_", "a LoRA", _LORA),
    (".lora.", "a LoRA", _LORA),
    ("hada_w1", "a LoRA", _LORA),
    ("lokr_w1", "a LoRA", _LORA),
    ("ip_adapter.", "an IP-Adapter", 'Load it with the node "Load IP-Adapter".'),
    ("motion_modules", "a motion module", "Motion modules are not supported."),
    ("adapter.body.", "a T2I-Adapter", "T2I-Adapters are not supported."),
    ("control_model.", "a ControlNet", _convert("ControlNetModel")),
    ("input_hint_block.", "a ControlNet", _convert("ControlNetModel")),
    ("controlnet_", "a ControlNet", "Put it and its config.json into a folder of their own."),
    ("model.diffusion_model.double_blocks.", "a whole model (Flux)", _LOAD),
    ("model.diffusion_model.joint_blocks.", "a whole model (SD 3)", _LOAD),
    ("conditioner.embedders.1.", "a whole model (SDXL)", _LOAD),
    ("model.diffusion_model.", "a whole model", _LOAD),
    ("double_blocks.", "one network of a model (Flux)", _NETWORK),
    ("joint_blocks.", "one network of a model (SD 3)", _NETWORK),
    ("emb_params", "a textual inversion embedding", _EMBED),
    ("clip_l", "a textual inversion embedding", _EMBED),
    ("conv_first.", "an upscaler", _UPSCALE),
    ("conv_after_body.", "an upscaler", _UPSCALE),
    ("model.0.weight", "an upscaler", _UPSCALE),
    ("decoder.up", "a VAE", _VAE),
    ("vision_model.", "an image encoder", "Choose the folder that it belongs to."),
    ("text_model.", "a text encoder", _ENCODER),
    ("SelfAttention.", "a text encoder", _ENCODER),
    ("lm_head.", "a language model", "Language models are not supported."),
    ("embed_tokens.", "a language model", "Language models are not supported."),
    ("blocks.", "one network of a model", _NETWORK),
)  # fmt: skip
"""Kinds of single files: a part of a tensor's name, the kind, and advice; the first fits."""


def read_json(path: Path) -> dict[str, Any]:
    """Read the JSON object in a file of a model folder, or of a single file seen as one.

    Raises:
        NodeError: about `source`: see `untrusted.read_json` and `checkpoint.inside`.
    """
    found = checkpoint.inside(path)
    return untrusted.read_json(path) if found is None else checkpoint.config(found)


def source_of(source: str, ctx: Context) -> Path:
    """Return the local folder of a source as `folder_of`, or a single file with networks.

    Raises:
        NodeError: about `source`: as `folder_of`, or the file is of a kind that is not supported.
    """
    path = ctx.files.resolve(source)
    if is_checkpoint(path):
        return path
    return folder_of(source, ctx)


def is_checkpoint(path: Path) -> bool:
    """True if a path is a single file with networks of a model.

    Raises:
        NodeError: about `source`: it is damaged, or of a kind that is known but not supported.
    """
    file = path.suffix.lower() in checkpoint.SUFFIXES and path.is_file()
    return file and checkpoint.recognised(path) is not None


def folder_of(source: str, ctx: Context, wanted: Sequence[str] = ()) -> Path:
    """Return the local folder of a source.

    Args:
        source: A folder, a shipped name ("starter", "starter/depth"), or a hub id, whose snapshot
            is in the hub cache or downloaded into it.
        ctx: Resolves relative paths and receives the progress of a download.
        wanted: Patterns of the files that are needed from a hub repository; empty for a whole
            model.

    Raises:
        DownloadNeeded: about `source`: it has to be downloaded, which was not allowed.
        NodeError: about `source`: it is a single file, does not exist, or cannot be downloaded.
    """
    if _is_on_hub(source, ctx.files):
        return hub.fetch(source, wanted, ctx)
    return _local_folder(source, ctx.files)


def _is_on_hub(source: str, files: Files) -> bool:
    """True if a source is a hub id and nothing local has that name."""
    path = files.resolve(source)
    here = starter_part(source) is not None or path.exists()
    file = path.suffix.lower() in FILES
    return not here and not file and hub.is_id(source)


def _local_folder(source: str, files: Files) -> Path:
    """Return the folder of a source that is not a hub id."""
    shipped = starter_part(source)
    if shipped is not None and not files.resolve(source).is_dir():
        if not shipped.is_dir():
            raise NodeError(f"The shipped model {source!r} is missing from {shipped}.", "source")
        return shipped
    path = files.resolve(source)
    if any("\ud800" <= sign <= "\udfff" for sign in str(path)):
        raise NodeError(
            f"{path} is not a valid UTF-8 name. Models need a folder with one.", "source"
        )
    if path.is_file():
        raise NodeError(_single_file(path), "source")
    if path.is_dir() and source.strip():
        return path
    if not source.strip():
        raise NodeError("Choose a model.", "source")
    if path.exists():
        raise NodeError(f"{path} is neither a file nor a folder.", "source")
    if web := re.match(r"https?://huggingface\.co/([\w.-]+/[\w.-]+)", source):
        raise NodeError(
            f"{source} is a web address. Enter the hub id {web[1]!r} instead.", "source"
        )
    kind = "file" if path.suffix.lower() in FILES else "model folder"
    hint = slash_hint(str(path))
    if hub.resembles_id(source):
        hint = f" Nor is {source!r} a valid hub id."
    raise NodeError(f"The {kind} {path} does not exist.{hint}", "source")


def _single_file(path: Path) -> str:
    """Return the error about a file in place of a model folder, with advice for its kind."""
    if path.suffix.lower() in PICKLES:
        return (
            f"{path.name} is a pickle file, which can run hidden programs, and is refused. Where "
            f"you trust it, convert it with from_single_file({path.name!r}) of its diffusers class."
        )
    if path.suffix.lower() == ".gguf":
        return f"{path.name} is a GGUF file. {_NETWORK}"
    if path.suffix.lower() not in (".safetensors", ".sft"):
        return f"{path.name} is a file. Choose the folder of a model in the diffusers layout."
    names = untrusted.read_header(path)
    for part, kind, advice in _KINDS:
        if any(part in name for name in names):
            advice = advice.format(name=path.name)
            return f"{path.name} is a single file with {kind}, not a folder. {advice}"
    return (
        f"{path.name} is a single file of an unknown kind, but models are loaded from folders in "
        "the diffusers layout."
    )


_NODES = {
    "ControlNetModel": ("a ControlNet", "Load ControlNet"),
    "AutoencoderKL": ("a VAE", "Load VAE"),
    "AutoencoderTiny": ("a VAE", "Load VAE"),
}


def check_whole(folder: Path) -> None:
    """Check that a folder has the index of a whole model.

    Raises:
        NodeError: about `source`: it is another kind of folder, which the message names.
    """
    if checkpoint.inside(folder) is None and not (folder / _INDEX).exists():
        raise NodeError(f"{folder / _INDEX} is missing{_other_kind(folder)}", "source")


def check_config(folder: Path) -> None:
    """Check that a folder has the config of a network.

    Raises:
        NodeError: about `source`: it is another kind of folder, which the message names.
    """
    if not (folder / _CONFIG).exists():
        whole = (folder / _INDEX).exists()
        reason = ": the folder holds a whole model." if whole else _other_kind(folder)
        raise NodeError(f"{folder / _CONFIG} is missing{reason}", "source")


_INDEX, _CONFIG = "model_index.json", "config.json"


def _other_kind(folder: Path) -> str:
    """Return what a folder holds that lacks its config, with advice: the end of a message."""
    names = sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))
    if not names:
        return ": the folder is empty."
    if any(name.startswith(("pytorch_lora_weights", "adapter_model")) for name in names):
        return f": the folder holds a LoRA. {_LORA}"
    if _CONFIG in names:
        class_name = _class_of(read_json(folder / _CONFIG))
        kind, node = _NODES.get(class_name, (class_name or "one network", ""))
        advice = f' Load it with the node "{node}".' if node else ""
        return f": the folder holds {kind}.{advice}"
    inner = next((name for name in names if (folder / name / _INDEX).exists()), None)
    if inner is not None:
        return f": the model is in the folder {inner} there."
    files = [name for name in names if Path(name).suffix.lower() in FILES]
    if files:
        return f": the folder holds the single file {files[0]}. Choose that file for advice."
    return "."


def _class_of(config: dict[str, Any]) -> str:
    """Return the class in a config of diffusers or transformers; "" if it names none."""
    found = config.get("_class_name") or config.get("architectures")
    found = found[0] if isinstance(found, list) and found else found
    return found[:60] if isinstance(found, str) else ""


def inner_path(path: str, parameter: str) -> PurePath:
    """Return a path relative to the folder of `source`.

    Raises:
        NodeError: about `parameter`: the path leads out of that folder.
    """
    inner = PurePath(path)
    if inner.is_absolute() or ".." in inner.parts:
        raise NodeError(f"{path!r} leads out of the folder of source.", parameter)
    return inner


def missing(file: Path, parameter: str) -> NodeError:
    """Return the error for a missing weights file, which lists the files that exist."""
    found = sorted(path.name for path in file.parent.glob("*.safetensors"))
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    others = f"has {', '.join(found[:3])}{more}" if found else "has no safetensors files"
    return NodeError(f"{file} is missing; its folder {others}.", parameter)


def cached_folder(source: str, files: Files) -> Path | None:
    """Return the folder or single file of a source, or None if it must be downloaded first or is
    wrong."""
    try:
        path = files.resolve(source)
        if is_checkpoint(path):
            return path
        return hub.cached(source) if _is_on_hub(source, files) else _local_folder(source, files)
    except Exception:  # the node reports the error when it runs
        return None


def folder_digest(source: str, files: Files) -> str:
    """Return the content digest of the folder of a source, for fingerprints."""
    folder = cached_folder(source, files)
    configs = ("config.json", "model_index.json")
    whole = folder is not None and folder.is_file()
    if folder is None or not (whole or any((folder / name).is_file() for name in configs)):
        return ABSENT  # nothing else is opened in a folder that holds no model
    return files.digest(folder)


class Weights(NamedTuple):
    """The weight files of a component, and the variant in their names ("fp16") or None."""

    files: tuple[Path, ...]
    variant: str | None


def weights(folder: Path, stem: str) -> Weights:
    """Find the safetensors weights of a component, and check that they are complete.

    Args:
        folder: The component's folder.
        stem: The file name of its weights, without variant and suffix.

    Raises:
        NodeError: about `source`: they are missing or damaged, or exist only as a pickle.
    """
    found = checkpoint.inside(folder)
    if found is not None:
        return Weights((found.checkpoint.path,), None)
    if not folder.is_dir():
        raise NodeError(f"The folder {folder} is missing.", "source")
    untrusted.check_folder(folder)
    for variant in (None, "fp16"):
        dot = f".{variant}" if variant else ""
        files = [folder / f"{stem}{dot}.safetensors"]
        index = folder / f"{stem}.safetensors.index{dot}.json"
        single = files[0].is_file()
        # of both, transformers reads the single file and diffusers the index
        if index.is_file() and not (single and stem == TRANSFORMERS_WEIGHTS):
            files = untrusted.shards(index)
        elif not single:
            continue
        for file in files:
            if not file.is_file():
                raise NodeError(f"{file} is missing.", "source")
            untrusted.read_header(file)
        return Weights(tuple(files), variant)
    pickles = sorted(file.name for file in folder.glob("*") if file.suffix in PICKLES)
    if pickles:
        raise NodeError(
            f"{folder} has its weights only as a pickle file ({pickles[0]}), which can run hidden "
            "programs when it is read, and is refused. Load the model once with diffusers on a "
            "machine where you trust it, and save it with save_pretrained(folder), which writes "
            "safetensors.",
            "source",
        )
    raise missing(folder / f"{stem}.safetensors", "source")


def states(folder: Path, files: Iterable[Path]) -> tuple[object, ...]:
    """Return what changes when the config or the weights of a component do: times and sizes."""
    config = folder / "config.json"
    read = (config, *files) if config.is_file() else tuple(files)
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in read)


def encoder_config(folder: Path, class_: Any) -> Any:
    """Return the config of a transformers network for its class, without its choices of code."""
    if checkpoint.inside(folder) is None:
        return untrusted.encoder_config(folder, class_)
    config = class_.config_class.from_dict(read_json(folder / "config.json"))
    return untrusted.without_code(config)


def shapes(folder: Path, stem: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the weights of a component, by name; no weights are read.

    Raises:
        NodeError: about `source`: as `weights`.
    """
    found = checkpoint.inside(folder)
    if found is not None:
        from nodes.diffusion.files import convert

        return convert.shapes(found.checkpoint, found.place)
    headers = (untrusted.read_header(file) for file in weights(folder, stem).files)
    return {name: entry.shape for header in headers for name, entry in header.items()}


def text_parts(folder: Path, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the transformers classes of a model's text encoders and tokenizers, by folder name.

    Args:
        folder: The model folder.
        given: The folders of parts that lie elsewhere; if there are any, the model has no others.

    Raises:
        NodeError: about `source`: a class is from another library, and would run its code.
    """
    found: dict[str, str] = {}
    for name, entry in read_json(folder / "model_index.json").items():
        if not name.startswith(("text_encoder", "tokenizer")) or not isinstance(entry, list):
            continue
        if given and name not in given:
            continue
        library, class_name = entry if len(entry) == 2 else (None, "")
        if class_name is None:  # the model does not have this part
            continue
        if library != "transformers" or not isinstance(class_name, str):
            raise NodeError(
                f"{folder / 'model_index.json'} names {class_name} of {library} as its {name}, "
                "but only classes of transformers are supported.",
                "source",
            )
        found[name] = class_name
    return found


def check_text_parts(
    folder: Path, names: Iterable[str], given: Mapping[str, str] | None = None
) -> None:
    """Check that text encoders and tokenizers are complete.

    Args:
        folder: The model folder.
        names: Folder names such as "tokenizer" and "text_encoder_2".
        given: The folders of parts that lie elsewhere.

    Raises:
        NodeError: about `source`: a folder or file is missing or damaged.
    """
    for name in names:
        place = Path((given or {}).get(name, folder / name))
        if checkpoint.inside(place) is None and not place.is_dir():
            raise NodeError(f"The folder {place} is missing.", "source")
        if name.startswith("text_encoder"):
            read_json(place / "config.json")
            weights(place, TRANSFORMERS_WEIGHTS)


DIFFUSERS_WEIGHTS = "diffusion_pytorch_model"
TRANSFORMERS_WEIGHTS = "model"


def component_config(folder: Path, classes: Sequence[str]) -> dict[str, Any]:
    """Read the config of a diffusers network in its folder, and check its weights.

    Args:
        folder: The component's folder.
        classes: The diffusers classes that are supported.

    Raises:
        NodeError: about `source`: the folder or a file is missing or damaged, or the class is not
            supported.
    """
    if checkpoint.inside(folder) is None and not folder.is_dir():
        raise NodeError(f"The folder {folder} is missing.", "source")
    config = read_json(folder / "config.json")
    if config.get("_class_name") not in classes:
        found = _class_of(config)
        if not found:
            raise NodeError(f"{folder / 'config.json'} lacks the entry _class_name.", "source")
        raise NodeError(
            f"{folder} contains a {found}, but {' or '.join(classes)} is needed.", "source"
        )
    weights(folder, DIFFUSERS_WEIGHTS)
    return config


def upcasts(folder: Path, config: dict[str, Any]) -> bool:
    """True if a VAE must not run in float16, because it overflows there.

    Without `force_upcast` in its config, that is an AutoencoderKL of SDXL, known by the model that
    it is a part of, or else by its scaling factor. As in diffusers, whose class has the default
    True, which only the SDXL pipelines read.
    """
    forced = config.get("force_upcast")
    if forced is not None or config.get("_class_name") != "AutoencoderKL":
        return bool(forced)
    index = folder.parent / "model_index.json"
    whole = str(read_json(index).get("_class_name")) if index.is_file() else ""
    return whole.startswith("StableDiffusionXL") or config.get("scaling_factor") == _SDXL_SCALE


_SDXL_SCALE = 0.13025


def digest_of(folder: Path, parts: Sequence[str], files: Files) -> str:
    """Hash some files and folders of a model folder; absent ones are left out.

    Of a single file, all of it is hashed.
    """
    if folder.is_file():
        return files.digest(folder)
    hashed = hashlib.blake2b(digest_size=20)
    for part in parts:
        if (folder / part).exists():
            hashed.update(f"{part}={files.digest(folder / part)};".encode())
    return hashed.hexdigest()
