"""Checks of model folders before a library reads them: their files are data from strangers.

Refused are links that leave the folder, files that are no regular files, indexes that name anything
but safetensors files beside them, adapters that replace the model, quantised weights, and configs
that describe a network far larger than its weights. This module imports no heavy library.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nodeui.sdk import NodeError

JSON_BYTES = 32 << 20
"""Limit of a JSON file; tokenizers of 250,000 words have about 20 MB."""

HEADER_BYTES = 100_000_000
"""Limit of a safetensors header, that of the safetensors library."""

MOST_TENSORS = 50_000
"""Limit of the tensors in a file; the largest networks that are sampled here have about 5,000."""

_MOST_PARTS = 20 * MOST_TENSORS
"""Limit of the quotation marks in a header, and of the commas, without those in texts. A tensor has
about ten."""

_MOST_AXES = 64
"""Limit of the axes of a tensor, that of NumPy."""

LARGEST_ENTRY = 4_000_000
"""Limit of a whole number in the config of a network, such as its vocabulary and its positions."""

_TENSOR_BYTES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 8),
}
_SUB_BYTE = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
"""Bits of the types whose elements are smaller than a byte."""

_COUNT = re.compile(r"^(?!max_).*(?<![a-z])layers(_|$)|blocks$|depths?$")
"""Config entries that count parts of a network, such as `num_hidden_layers`."""

_FREQUENCY = "theta"
"""In the names of entries that are no sizes: base frequencies of rotary embeddings."""


class Tensor(msgspec.Struct, frozen=True, gc=False):
    """The entry of a tensor in the header of a safetensors file."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


class Header(NamedTuple):
    """The header of a safetensors file: the entry of each tensor, by name, and its texts."""

    tensors: dict[str, Tensor]
    metadata: dict[str, str]


# --- JSON -----------------------------------------------------------------------------------------


def read_json(path: Path) -> dict[str, Any]:
    """Read the JSON object in a file of a model folder.

    Raises:
        NodeError: about `source`: the file does not exist, is too large, or is not a JSON object.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise NodeError(f"{path} is not a regular file.", "source")
        if size > JSON_BYTES:
            raise NodeError(
                f"{path} has {size:,} bytes; a file of its kind has at most {JSON_BYTES:,}.",
                "source",
            )
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NodeError(f"{path} is missing.", "source") from None
    except RecursionError:
        raise NodeError(f"{path} is nested too deeply.", "source") from None
    except (OSError, ValueError) as error:
        other = _disguise(path) if isinstance(error, ValueError) else None
        text = f"{path} is {other}." if other else f"{path} cannot be read: {error}"
        raise NodeError(text, "source") from error
    if not isinstance(value, dict):
        raise NodeError(f"{path} does not contain a JSON object.", "source")
    return value


# --- weights --------------------------------------------------------------------------------------


def read_header(path: Path) -> dict[str, Tensor]:
    """Return the tensors in the header of a safetensors file; see `read_whole_header`."""
    return read_whole_header(path).tensors


def read_metadata(path: Path) -> dict[str, str]:
    """Return the texts in the header of a safetensors file; see `read_whole_header`."""
    return read_whole_header(path).metadata


def read_whole_header(path: Path) -> Header:
    """Read the header of a safetensors file, and check it against the size of the file.

    Raises:
        NodeError: about `source`: it is not a safetensors file, is truncated, or its tensors
            overlap, leave gaps or are larger than their data.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(size - 8, HEADER_BYTES):
                raise ValueError("its header is cut off or too long")
            content = file.read(length)
        if content.count(b'"data_offsets"') > MOST_TENSORS:
            raise ValueError(f"it has more than {MOST_TENSORS:,} tensors")
        if content.count(b'"') - content.count(b'\\"') > _MOST_PARTS:  # each costs memory below
            raise ValueError("its header has too many entries")
        header = _decoded(content)
        end = _check_layout(header.tensors)
    except (struct.error, ValueError, msgspec.MsgspecError, RecursionError) as error:
        other = _disguise(path)
        reason = f": {error}" if type(error) is ValueError else ""
        text = f"{path} is damaged: it is not a safetensors file{reason}."
        raise NodeError(f"{path} is {other}." if other else text, "source") from error
    except OSError as error:
        raise NodeError(f"{path} cannot be read: {error.strerror}.", "source") from error
    if size != 8 + length + end:
        raise NodeError(
            f"{path} is damaged: it has {size:,} bytes, but its header describes "
            f"{8 + length + end:,}. Copy or download it again.",
            "source",
        )
    return header


class _Metadata(msgspec.Struct):
    """The part of a header that holds texts."""

    texts: msgspec.Raw = msgspec.field(name="__metadata__", default=msgspec.Raw(b"{}"))


_TENSORS = msgspec.json.Decoder(dict[str, Tensor])
_TEXTS = msgspec.json.Decoder(_Metadata)
_STRINGS = msgspec.json.Decoder(dict[str, str])
_EMPTY_TENSOR = b'{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'


def _decoded(content: bytes) -> Header:
    """Return a header from its JSON; raise `msgspec.MsgspecError` or `ValueError` if it is none."""
    texts = bytes(_TEXTS.decode(content).texts)
    try:
        metadata = _STRINGS.decode(texts)
    except msgspec.MsgspecError:  # not texts
        metadata = {}
    at = content.find(b'"__metadata__"')
    if at >= 0:  # with an empty tensor in their place, all entries are tensors
        at = content.find(texts, at)
        content = content[:at] + _EMPTY_TENSOR + content[at + len(texts) :]
    if content.count(b",") > _MOST_PARTS:
        raise ValueError("its header has too many entries")
    tensors = _TENSORS.decode(content)
    tensors.pop("__metadata__", None)
    if len(tensors) > MOST_TENSORS:  # whose names may be written in other ways
        raise ValueError(f"it has more than {MOST_TENSORS:,} tensors")
    return Header(tensors, metadata)


_DISGUISES = (
    (rb"version https://git-lfs", "a Git LFS pointer. Fetch the file itself with git lfs pull"),
    (rb"\s*<", "a web page. Download the file itself"),
    (
        rb'\s*\{\s*"(error|message|detail)"',
        "a message of a server. Download the file again, logged in if it asks for that",
    ),
    (rb"GGUF", "a GGUF file under another name. Rename it to end in .gguf"),
    (rb"PK\x03\x04|\x80[\x02-\x05]", "a pickle or ZIP file under another name, and is refused"),
)
"""Files that are mistaken for others, by how they begin."""


def _disguise(path: Path) -> str | None:
    """Return what a file is that should be another kind, with advice; None if it is unknown."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        return "empty. Copy or download it again"
    return next((text for mark, text in _DISGUISES if re.match(mark, head)), None)


def _check_layout(tensors: dict[str, Tensor]) -> int:
    """Check that the data of tensors lies end to end; return where it ends.

    Raises:
        ValueError: it does not.
    """
    end = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: item[1].data_offsets):
        start, stop = tensor.data_offsets
        if len(tensor.shape) > _MOST_AXES:
            raise ValueError(f"{name[:80]} has {len(tensor.shape)} axes")
        count = 1
        for length in tensor.shape:
            if length < 0:
                raise ValueError(f"{name[:80]} has a negative length")
            count *= length
            if count >= 2**63:
                raise ValueError(f"{name[:80]} is too large")
        bits = _SUB_BYTE.get(tensor.dtype) or 8 * _TENSOR_BYTES.get(tensor.dtype, 0)
        if not bits:
            raise ValueError(f"{name[:80]} has the unknown type {tensor.dtype[:20]!r}")
        if start != end or (stop - start) * 8 != count * bits:
            raise ValueError(f"the data of {name[:80]} does not fit its shape")
        end = stop
    return end


def shards(index: Path) -> list[Path]:
    """Return the weight files that an index names.

    Raises:
        NodeError: about `source`: one is not the name of a safetensors file beside the index.
    """
    listed = read_json(index).get("weight_map")
    if not isinstance(listed, dict) or not listed:
        raise NodeError(f"{index} does not list any weights.", "source")
    names: set[str] = set()
    for name in listed.values():
        plain = isinstance(name, str) and name == Path(name.replace("\\", "/")).name
        if not plain or not name.endswith(".safetensors"):
            shown = str(name)[:80]
            raise NodeError(
                f"{index} names the weight file {shown!r}; it must be a safetensors file there.",
                "source",
            )
        names.add(name)
    return [index.parent / name for name in sorted(names)]


# --- folders --------------------------------------------------------------------------------------


def check_folder(folder: Path) -> None:
    """Check the files of a model's folder, without subfolders.

    Raises:
        NodeError: about `source`: a file must not be read, or would make a library read others.
    """
    home = _home(folder.resolve())
    for file in sorted(folder.iterdir()):
        target = file.resolve()
        if file.is_dir():
            continue
        if not target.is_relative_to(home):
            raise NodeError(
                f"{file} is a link that leaves the folder of its model, to {target}. Copy the file "
                "into the folder, or link the whole folder.",
                "source",
            )
        if file.exists() and not file.is_file():
            raise NodeError(f"{file} is not a regular file.", "source")
        if file.name.endswith(".json") and ".index." in file.name:
            shards(file)
    if (folder / "adapter_config.json").exists():
        raise NodeError(
            f"{folder} holds an adapter (adapter_config.json) that names another model as its "
            "base. Load it with the node “Apply LoRA”, or remove that file.",
            "source",
        )


def check_sizes(folder: Path) -> None:
    """Check that the files of a tokenizer are not too large to be read as a whole.

    Raises:
        NodeError: about `source`: one is.
    """
    for file in folder.iterdir():
        if file.is_file() and file.stat().st_size > JSON_BYTES:
            raise NodeError(
                f"{file} has {file.stat().st_size:,} bytes; a file of a tokenizer has at most "
                f"{JSON_BYTES:,}.",
                "source",
            )


def _home(folder: Path) -> Path:
    """Return the folder that links of a model folder may lead to.

    This is the model's own folder; in the cache of the hub, whose snapshots are links, it is the
    folder of the repository.
    """
    for parent in (folder, *folder.parents):
        if parent.parent.name == "snapshots" and parent.parent.parent.name.startswith("models--"):
            return parent.parent.parent
    return folder.parent if (folder.parent / "model_index.json").exists() else folder


# --- configs --------------------------------------------------------------------------------------


def check_config(file: Path, config: dict[str, Any], tensors: int) -> None:
    """Check the config of a network before it is built.

    Args:
        file: Its file, for messages.
        config: The config.
        tensors: The number of tensors in its weight files.

    Raises:
        NodeError: about `source`: the weights are quantised, or the config describes more layers
            than there are tensors.
    """
    quantized = config.get("quantization_config")
    if quantized:
        method = quantized.get("quant_method") if isinstance(quantized, dict) else quantized
        raise NodeError(
            f"{file} is for weights that are quantised ({str(method)[:40]}), which are not "
            "supported. Choose the same model in float32, float16 or bfloat16.",
            "source",
        )
    for name, value in _entries(config):
        if isinstance(value, list) and len(value) > max(tensors, 64):
            raise NodeError(f"{file} lists {len(value):,} values as its {name}.", "source")
        if isinstance(value, bool) or not isinstance(value, int):
            continue
        if _COUNT.search(name) and value > tensors:
            raise NodeError(
                f"{file} has the {name} {value:,}, but its weights hold only {tensors:,} tensors.",
                "source",
            )
        if abs(value) > LARGEST_ENTRY and _FREQUENCY not in name:
            raise NodeError(
                f"{file} has the {name} {value:,}; it can be at most {LARGEST_ENTRY:,}.", "source"
            )


def _entries(config: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a config and of the configs in it; items of a list have its name."""
    waiting = list(config.items())
    while waiting:
        name, value = waiting.pop()
        yield name, value
        if isinstance(value, dict):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += ((name, item) for item in value)


def encoder_config(folder: Path, class_: Any) -> Any:
    """Read the config of a transformers network for its class; see `without_code`."""
    return without_code(class_.config_class.from_pretrained(folder, local_files_only=True))


def without_code(config: Any) -> Any:
    """Return a transformers config without its choices of code.

    Configs may name an implementation of attention or of experts that is downloaded from a hub; the
    library's own defaults are used instead.
    """
    config._attn_implementation = None
    config._experts_implementation = None
    return config
