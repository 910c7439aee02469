"""Recognises how weights are stored: as floats, or as float8 with a scale as ComfyUI writes it.

Each weight of a scaled file is the product of its float8 numbers and a float32 scale, which is one
number or one for each row. Two notations are read: a tensor "scaled_fp8" with scales
"scale_weight", and scales "weight_scale" with the format of each layer as JSON, in "comfy_quant"
tensors or in the metadata entry "_quantization_metadata".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from nodes.diffusion.files.facts import Unsupported
from nodes.diffusion.untrusted import Tensor

_SCALES = (".scale_weight", ".weight_scale")
_UNREAD = (".scale_input", ".input_scale", ".comfy_quant", "scaled_fp8")
"""Tensors that only matter to computation in float8."""

FLOAT8 = {"float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2"}
"""Formats that are read, and their types in the header."""

_METADATA = "_quantization_metadata"
_MOST_BYTES = 4096  # of the JSON text of a layer

_OTHERS = (
    (".smooth_factor", "SVDQuant (Nunchaku)"),
    (".wscales", "SVDQuant (Nunchaku)"),
    (".weight_scale_2", "nvfp4"),
    (".bitsandbytes__nf4", "bitsandbytes nf4"),
    (".bitsandbytes__fp4", "bitsandbytes fp4"),
    (".qweight", "GPTQ or AWQ"),
    (".weight_scale_inv", "float8 in blocks"),
    (".SCB", "bitsandbytes int8"),
)
"""Ends of names, and the quantisation that they belong to."""


class Stored(NamedTuple):
    """The way in which the weights of a file are stored.

    Attributes:
        scales: The names of the scales, by the weight that they belong to.
        floats: The float8 types of weights that the header calls integers, by weight.
        unread: Names of tensors that are no weights.
    """

    scales: Mapping[str, str]
    floats: Mapping[str, str]
    unread: frozenset[str]


def read(
    header: Mapping[str, Tensor], metadata: Mapping[str, str], data: Callable[[str], bytes]
) -> Stored:
    """Return how the weights of a file are stored.

    Args:
        header: The header of the file.
        metadata: Its metadata.
        data: Returns the bytes of a tensor.

    Raises:
        Unsupported: they are quantised in another way, which the message names.
    """
    for end, kind in _OTHERS:
        name = next((name for name in header if name.endswith(end)), None)
        if name is not None:
            raise _unsupported(kind, name)
    formats = _formats(header, metadata, data)
    scales: dict[str, str] = {}
    floats: dict[str, str] = {}
    for name, tensor in header.items():
        end = next((end for end in _SCALES if name.endswith(end)), None)
        if end is not None:
            weight = name.removesuffix(end) + ".weight"
            if weight in header:
                _check_scale(header, weight, tensor, name)
                scales[weight] = name
        elif name.endswith((".weight", ".bias")) and tensor.dtype not in _FLOATS:
            kind = formats.get(name.removesuffix(".weight"))
            if kind is None or tensor.dtype != "U8":
                raise _unsupported(f"whole numbers ({tensor.dtype})", name)
            floats[name] = FLOAT8[kind]
    named = {*scales.values()}
    unread = {name for name in header if name.endswith((*_SCALES, *_UNREAD))} - named
    return Stored(scales, floats, frozenset(unread))


_FLOATS = ("F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2")


def _unsupported(kind: str, name: str) -> Unsupported:
    return Unsupported(
        f"is quantised as {kind[:60]} ({name[:100]}), which is not supported. Choose the model in "
        "fp8, fp16 or bf16, or a transformer as GGUF."
    )


def _formats(
    header: Mapping[str, Tensor], metadata: Mapping[str, str], data: Callable[[str], bytes]
) -> dict[str, str]:
    """Return the formats that a file states, by layer."""
    layers: dict[str, Any] = {}
    if _METADATA in metadata:
        stated = _object(metadata[_METADATA], f"the metadata entry {_METADATA}").get("layers")
        layers |= cast("dict[str, Any]", stated) if isinstance(stated, dict) else {}
    for name, tensor in header.items():
        if not name.endswith(".comfy_quant"):
            continue
        begin, end = tensor.data_offsets
        if end - begin > _MOST_BYTES:
            raise Unsupported(f"is damaged: {name[:100]} has {end - begin:,} bytes.")
        layers[name.removesuffix(".comfy_quant")] = _object(data(name), name)
    found: dict[str, str] = {}
    for layer, entry in layers.items():
        kind = entry.get("format") if isinstance(entry, dict) else entry
        if kind not in FLOAT8:
            rotated = " with convrot" if isinstance(entry, dict) and entry.get("convrot") else ""
            raise _unsupported(f"{kind}{rotated}", layer)
        found[layer] = kind
    return found


def _object(text: str | bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unsupported(f"is damaged: {name[:100]} is not a JSON object.")
    return value


def _check_scale(header: Mapping[str, Tensor], weight: str, scale: Tensor, name: str) -> None:
    """Check that a scale is one number, or one for each row of its weight."""
    count = 1
    for length in scale.shape:
        count *= length
    rows = header[weight].shape[:1]
    if count != 1 and (scale.shape[:1] != rows or count != rows[0]):
        shape = " x ".join(map(str, scale.shape))
        raise _unsupported(f"float8 in blocks, {shape} scales", name)
    if scale.dtype not in ("F32", "F16", "BF16"):
        raise _unsupported(f"float8 with scales of the type {scale.dtype}", name)
