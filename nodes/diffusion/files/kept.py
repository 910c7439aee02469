"""Networks whose weights stay in memory as they are on disk: in float8, or quantised as in GGUF.

Layers convert their weights to the precision of computation each time that they compute. That gives
the same numbers as converting once, for a half or a quarter of the memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from nodes.diffusion.files import gguf_file
from nodes.diffusion.files.checkpoint import Checkpoint
from nodeui.sdk import NodeError

Tensors = dict[str, torch.Tensor]

FLOAT8 = (torch.float8_e4m3fn, torch.float8_e5m2)


class _KeptLinear(torch.nn.Linear):
    """A linear layer that keeps its weights as bytes, and computes with the numbers they mean.

    Bytes, because networks ask the type of weights whether it is one to compute in.

    Args:
        layer: A layer of its size.
        weight: Its weights as they are kept.
        precision: Data type of computation.
    """

    def __init__(
        self, layer: torch.nn.Linear, weight: torch.Tensor, precision: torch.dtype
    ) -> None:
        biased = layer.bias is not None
        super().__init__(layer.in_features, layer.out_features, biased, device="meta")
        self.compute_dtype = precision  # the name that diffusers looks for
        held = torch.empty(weight.shape, dtype=torch.uint8, device="meta")
        self.weight = torch.nn.Parameter(held, requires_grad=False)

    def numbers(self) -> torch.Tensor:
        """Return the weights, (rows, columns) in the precision of computation."""
        raise NotImplementedError

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Return the layer's output, (..., rows)."""
        return torch.nn.functional.linear(input, self.numbers(), self.bias)


class Float8Linear(_KeptLinear):
    """A linear layer with float8 weights, and a scale (float32) of each row or of none."""

    scale: torch.Tensor | None

    def __init__(
        self, layer: torch.nn.Linear, weight: torch.Tensor, precision: torch.dtype, scaled: bool
    ) -> None:
        super().__init__(layer, weight, precision)
        self.kind = weight.dtype
        rows = torch.empty(layer.out_features, device="meta") if scaled else None
        self.register_buffer("scale", rows)

    def numbers(self) -> torch.Tensor:
        """Return the weights, (rows, columns) in the precision of computation."""
        return plain(self.weight.view(self.kind), self.scale, self.compute_dtype)


class QuantisedLinear(_KeptLinear):
    """A linear layer with the quantised weights of a GGUF file."""

    def __init__(self, layer: torch.nn.Linear, weight: Any, precision: torch.dtype) -> None:
        super().__init__(layer, weight, precision)
        self.kind = weight.quant_type

    def numbers(self) -> torch.Tensor:
        """Return the weights, (rows, columns) in the precision of computation."""
        return dequantised(self.weight, self.kind).to(self.compute_dtype)


def scaled(weight: torch.Tensor, scale: torch.Tensor, precision: torch.dtype) -> torch.Tensor:
    """Return the product of float8 numbers and their scales, formed in float32.

    Args:
        weight: (rows, ...) float8.
        scale: (rows,) float32.
        precision: Data type of the result.
    """
    factor = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return (weight.float() * factor).to(precision)


def prepare(
    module: torch.nn.Module, weights: Tensors, scales: Tensors, precision: torch.dtype, keep: bool
) -> Tensors:
    """Replace the layers that keep their weights, and return all weights as they are loaded.

    Args:
        module: The network, without data.
        weights: Its weights as read from the file, by name.
        scales: The scales of weights, (rows,) float32.
        precision: Data type of computation.
        keep: False to convert all weights.
    """
    replaced = {name for name in weights if _is_kept(module, name, keep, weights[name])}
    found = {
        name: tensor if name in replaced else plain(tensor, scales.get(name), precision)
        for name, tensor in weights.items()
    }
    for name in sorted(replaced):
        path = name.removesuffix(".weight")
        owner, _, end = path.rpartition(".")
        layer: Any = module.get_submodule(path)
        if hasattr(found[name], "quant_type"):
            quantised: Any = found[name]
            new = QuantisedLinear(layer, quantised, precision)
            found[name] = quantised.as_tensor()
        else:
            new = Float8Linear(layer, found[name], precision, name in scales)
            found[name] = found[name].view(torch.uint8)
            if name in scales:
                found[f"{path}.scale"] = scales[name]
        setattr(module.get_submodule(owner), end, new)
    return found


def _is_kept(module: torch.nn.Module, name: str, keep: bool, tensor: torch.Tensor) -> bool:
    """True if a weight stays as it is: that of a linear layer, in float8 or quantised."""
    path, _, end = name.rpartition(".")
    if not keep or end != "weight":
        return False
    if tensor.dtype not in FLOAT8 and not hasattr(tensor, "quant_type"):
        return False
    try:
        return type(module.get_submodule(path)) is torch.nn.Linear
    except AttributeError:
        return False


def plain(tensor: torch.Tensor, scale: torch.Tensor | None, precision: torch.dtype) -> torch.Tensor:
    """Return a weight in the precision of computation, whatever it was stored as."""
    quantised: Any = tensor
    if hasattr(tensor, "quant_type"):
        return dequantised(quantised.as_tensor(), quantised.quant_type).to(precision)
    return tensor.to(precision) if scale is None else scaled(tensor, scale, precision)


def dequantised(weight: torch.Tensor, kind: Any) -> torch.Tensor:
    """Return the numbers of quantised weights in float32.

    The library's own layer multiplies in float16, the type of the scales, which rounds.

    Args:
        weight: (rows, bytes) uint8.
        kind: The type of the numbers, of `gguf.GGMLQuantizationType`.
    """
    from diffusers.quantizers.gguf.utils import GGML_QUANT_SIZES, dequantize_functions

    block, size = GGML_QUANT_SIZES[kind]
    blocks = weight.reshape(-1, size)
    numbers = dequantize_functions[kind](blocks, block, size, dtype=torch.float32)
    return numbers.reshape(*weight.shape[:-1], -1)


def read_gguf(checkpoint: Checkpoint, wanted: Iterable[str]) -> Tensors:
    """Read tensors of a GGUF file; quantised ones as `GGUFParameter` of diffusers.

    Raises:
        NodeError: about `model`: the package gguf is not installed.
    """
    try:
        import gguf
    except ImportError as error:
        raise NodeError(
            f"{checkpoint.path.name} is a GGUF file, which needs the package gguf: install "
            "nodeui[gguf].",
            "model",
        ) from error
    from diffusers.quantizers.gguf import utils

    parameter: Any = utils.GGUFParameter
    found: Tensors = {}
    data = np.memmap(checkpoint.path, np.uint8, "r")
    blocks = {kind: (block, size) for kind, block, size in gguf_file.TYPES.values()}
    for name in wanted:
        entry = checkpoint.header[name]
        begin, end = entry.data_offsets
        held = torch.from_numpy(data[begin:end].copy())
        if entry.dtype in _PLAIN:
            found[name] = held.view(_PLAIN[entry.dtype]).reshape(entry.shape)
            continue
        block, size = blocks[entry.dtype]
        kind = gguf.GGMLQuantizationType[entry.dtype]
        if len(entry.shape) == 2 and entry.shape[1] % block == 0:
            rows = held.reshape(entry.shape[0], entry.shape[1] // block * size)
            found[name] = parameter(rows, quant_type=kind)
        else:
            flat = parameter(held.reshape(1, -1), quant_type=kind)
            found[name] = plain(flat, None, torch.float32).reshape(entry.shape)
    return found


_PLAIN = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
