"""Applies LoRAs and their relatives to networks, beside the layers and only for one evaluation.

Every change of a weight W is an addition to the output of its layer: f(x; W + dW) = f(x; W) +
f(x; dW) for linear layers, convolutions and norms. So weights are never merged: removing a merged
change again would change the last bits, and other runs share the network.

Strength s adds s dW. A DoRA turns W into m (W + dW) / |W + dW| (Liu et al. 2024); its dW is the
difference of this from W, so that a strength of 0 leaves W unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch.nn import functional

from nodes.diffusion import finite, load, lora_files
from nodes.diffusion.device import device
from nodes.diffusion.lora_files import Change
from nodes.diffusion.pool import pool
from nodes.types import Lora, Model
from nodeui.sdk import NodeError

Tensors = Mapping[str, torch.Tensor]


# --- the change of a weight -----------------------------------------------------------------------


class WeightChange(torch.nn.Module):
    """A change dW of the weight of a layer, up to its scale.

    Args:
        tensors: The tensors of the change by their role in `nodes.diffusion.lora_files`.
        shape: The shape of the weight.
    """

    def __init__(self, tensors: Tensors, shape: Sequence[int]) -> None:
        super().__init__()
        self._shape = tuple(shape)
        self.tensors = torch.nn.ParameterDict(dict(tensors))

    def weight(self) -> torch.Tensor:
        """Return dW, in the shape of the weight."""
        raise NotImplementedError

    def forward(self, layer: Any, x: torch.Tensor) -> torch.Tensor:
        """Return f(x; dW) for the function f of a layer."""
        return _response(layer, x, self.weight())


class LowRank(WeightChange):
    """dW = B A (Hu et al. 2021); for a convolution, A has its kernel and B is 1 x 1."""

    def __init__(self, tensors: Tensors, shape: Sequence[int]) -> None:
        down, up = tensors["down"], tensors["up"]
        if "mid" in tensors:
            down = torch.einsum("rskl,si->rikl", tensors["mid"], down.flatten(1))
        rank = down.shape[0]
        parts = {
            "down": down.reshape(rank, *shape[1:]),
            "up": up.reshape(shape[0], rank, *([1] * (len(shape) - 2))),
        }
        if "up bias" in tensors:
            parts["bias"] = tensors["up bias"]
        super().__init__(parts, shape)

    def weight(self) -> torch.Tensor:
        down, up = self.tensors["down"], self.tensors["up"]
        return (up.flatten(1) @ down.flatten(1)).reshape(self._shape)

    def forward(self, layer: Any, x: torch.Tensor) -> torch.Tensor:
        if isinstance(layer, torch.nn.Embedding):
            return super().forward(layer, x)
        down, up = self.tensors["down"], self.tensors["up"]
        bias = self.tensors.get("bias")
        inner = _response(layer, x, down)
        if up.ndim == 2:
            return functional.linear(inner, up, bias)
        return functional.conv2d(inner, up, bias)


class Hadamard(WeightChange):
    """dW is the product, element by element, of two products of matrices (LoHa)."""

    def weight(self) -> torch.Tensor:
        first, second = (
            _product(self.tensors, f"hada_w{n}_a", f"hada_w{n}_b", f"hada_t{n}") for n in (1, 2)
        )
        return (first * second).reshape(self._shape)


class Kronecker(WeightChange):
    """dW is the Kronecker product of two factors, each whole or a product of matrices (LoKr)."""

    def weight(self) -> torch.Tensor:
        first = _product(self.tensors, "lokr_w1_a", "lokr_w1_b", "", "lokr_w1")
        second = _product(self.tensors, "lokr_w2_a", "lokr_w2_b", "lokr_t2", "lokr_w2")
        first = first.reshape(*first.shape, *([1] * (second.ndim - first.ndim)))
        return torch.kron(first, second).reshape(self._shape)


class Full(WeightChange):
    """dW as it is."""

    def weight(self) -> torch.Tensor:
        return self.tensors["difference"].reshape(self._shape)


_KINDS = {"LoRA": LowRank, "LoHa": Hadamard, "LoKr": Kronecker, "full": Full}


def _product(tensors: Any, a: str, b: str, core: str, whole: str = "") -> torch.Tensor:
    """Return a matrix that is whole, a product, or in Tucker decomposition."""
    if whole in tensors:
        return tensors[whole]
    if core in tensors:
        return torch.einsum("ij...,ip,jr->pr...", tensors[core], tensors[a], tensors[b])
    return tensors[a] @ tensors[b].flatten(1)


def _response(layer: Any, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return the output of a layer with another weight and no bias."""
    if isinstance(layer, torch.nn.Linear):
        return functional.linear(x, weight)
    if isinstance(layer, torch.nn.Conv2d):
        return functional.conv2d(
            x, weight, None, layer.stride, layer.padding, layer.dilation, layer.groups
        )
    if isinstance(layer, torch.nn.GroupNorm):
        return functional.group_norm(x, layer.num_groups, weight, None, layer.eps)
    if isinstance(layer, torch.nn.LayerNorm):
        return functional.layer_norm(x, layer.normalized_shape, weight, None, layer.eps)
    return functional.embedding(x, weight)


# --- the change of a layer ------------------------------------------------------------------------


class LayerChange(torch.nn.Module):
    """The change of a layer: of its weight, also as a DoRA, and of its bias.

    Args:
        change: What changes.
        tensors: Its tensors by their role, in float32.
        layer: The layer, on the device and in the precision that it is used in.
    """

    def __init__(self, change: Change, tensors: Tensors, layer: Any) -> None:
        super().__init__()
        own: torch.Tensor = layer.weight
        own_alpha = change.ranked and "alpha" in tensors
        alpha = tensors["alpha"].item() if own_alpha else change.alpha
        self._alpha = float(change.rank if alpha is None else alpha)
        self._divisor = math.sqrt(change.rank) if change.rooted else float(change.rank)
        parts = {role: t for role, t in tensors.items() if role not in ("alpha", "magnitude")}
        bias = parts.pop("bias", None)
        self.bias = None if bias is None else torch.nn.Parameter(bias.flatten())
        self.weight = _KINDS[change.kind](parts, own.shape) if parts else None
        self.excess: torch.nn.Parameter | None = None  # of the gain of a DoRA over 1
        self._on_inputs = "magnitude" in tensors and lora_files.scales_inputs(
            change, tuple(tensors["magnitude"].shape)
        )
        self.to(own.device)
        if "magnitude" in tensors and self.weight is not None:
            self._set_excess(tensors["magnitude"].to(own.device), own.detach().float())
        self.to(own.dtype)

    @torch.no_grad()
    def _set_excess(self, magnitude: torch.Tensor, own: torch.Tensor) -> None:
        """Set m / |W + dW| - 1; the norm is of each output's weights, or of each input's."""
        assert self.weight is not None
        whole = own + self.weight.weight() * (self._alpha / self._divisor)
        rows = whole.transpose(0, 1) if self._on_inputs else whole
        norm = rows.flatten(1).norm(dim=1).clamp_min(torch.finfo(torch.float32).tiny)
        gain = (magnitude.flatten() / norm).reshape(-1, *([1] * (own.ndim - 2)))
        self.excess = torch.nn.Parameter(gain - 1)

    def add(
        self, total: torch.Tensor, layer: Any, x: torch.Tensor, own: torch.Tensor, strength: float
    ) -> torch.Tensor:
        """Add the change to an output.

        Args:
            total: The output of the layer with the changes before this one.
            layer: The layer.
            x: Its input.
            own: Its own output, without changes.
            strength: The strength of the change.
        """
        if self.weight is not None and self.excess is None:
            # in this order, peft has the same bits
            total = total + self.weight(layer, x) * (strength * self._alpha / self._divisor)
        elif self.weight is not None:
            total = total + self._decomposed(self.weight, layer, x, own) * strength
        return total if self.bias is None else total + _shaped(self.bias, total) * strength

    def _decomposed(
        self, weight: WeightChange, layer: Any, x: torch.Tensor, own: torch.Tensor
    ) -> torch.Tensor:
        """Return f(x; m (W + dW) / |W + dW| - W)."""
        scale = self._alpha / self._divisor
        excess: Any = self.excess
        if self._on_inputs:
            scaled = weight(layer, x + x * excess) * scale
            return _response(layer, x * excess, layer.weight) + scaled
        if layer.bias is not None:
            own = own - _shaped(layer.bias, own)
        return excess * own + (1 + excess) * (weight(layer, x) * scale)


def _shaped(bias: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    """Return a bias in a shape that can be added to the output of a layer."""
    return bias.reshape(-1, 1, 1) if output.ndim == 4 else bias


# --- files and networks ---------------------------------------------------------------------------


def is_untrained(file: Path, found: lora_files.LoraFile) -> bool:
    """True if all changes of a file are 0, as before training; reads until one that is not."""
    with safe_open(file, framework="pt") as opened:
        return not any(_acts(change, opened) for change in found.changes)


def _acts(change: Change, opened: Any) -> bool:
    """True if a change may differ from 0: none of the factors that it multiplies is 0."""
    not_zero = {
        role: bool(opened.get_tensor(name).float().any()) for role, name in change.tensors.items()
    }
    if "magnitude" in not_zero or not_zero.get("bias") or not_zero.get("up bias"):
        return True
    factors = not_zero.keys() - {"alpha", "bias", "up bias"}
    alpha = not_zero["alpha"] if change.ranked and "alpha" in not_zero else change.alpha != 0
    return bool(factors) and alpha and all(not_zero[role] for role in factors)


class Attachment:
    """LoRAs made ready for one network of a model, which it leaves unchanged.

    Args:
        network: The network.
        part: Its folder in the model: "unet", "text_encoder" or "text_encoder_2".
        model: The model.
    """

    def __init__(self, network: Any, part: str, model: Model) -> None:
        modules = {
            name.removeprefix("text_model.") if part != "unet" else name: module
            for name, module in network.named_modules()
        }
        self._changes: dict[str, list[tuple[Any, LayerChange]]] = {}
        for lora in model.loras:
            if part in lora.parts:
                loaded = _load(modules, part, lora, model)
                self._changes[lora.digest] = [
                    (modules[path], change) for path, change in loaded.items()
                ]

    @contextmanager
    def applied(self, strengths: Sequence[tuple[Lora, float]]) -> Iterator[None]:
        """Apply LoRAs to the network, in this order and each with its strength."""
        by_layer: dict[Any, list[tuple[LayerChange, float]]] = {}
        for lora, strength in strengths:
            for layer, change in self._changes[lora.digest]:
                by_layer.setdefault(layer, []).append((change, strength))
        hooks = [
            layer.register_forward_hook(partial(_changed, changes))
            for layer, changes in by_layer.items()
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


@contextmanager
def applied_to_text_encoder(encoder: Any, model: Model, number: int) -> Iterator[None]:
    """Apply the LoRAs of a model to its text encoder 1 or 2 (SDXL).

    Raises:
        NodeError: about `model`: a file cannot be read, or is damaged.
    """
    part = "text_encoder" if number == 1 else "text_encoder_2"
    strengths = [
        (lora, lora.text_strength)
        for lora in model.loras
        if part in lora.parts and lora.text_strength != 0
    ]
    with Attachment(encoder, part, model).applied(strengths) if strengths else nullcontext():
        yield


def _changed(
    changes: list[tuple[LayerChange, float]], layer: Any, args: Any, output: torch.Tensor
) -> torch.Tensor:
    """The forward hook of a layer: its output with all changes."""
    total = output
    for change, strength in changes:
        total = change.add(total, layer, args[0], output, strength)
    return total


class _Changes(torch.nn.Module):
    """The changes of the layers of one network, by their paths."""

    def __init__(self, changes: Mapping[str, LayerChange]) -> None:
        super().__init__()
        self.paths = list(changes)
        self.changes = torch.nn.ModuleList(changes.values())

    def items(self) -> Iterator[tuple[str, Any]]:
        return zip(self.paths, self.changes, strict=True)


def _load(modules: Mapping[str, Any], part: str, lora: Lora, model: Model) -> _Changes:
    """Return the changes of a network, from the pool or from the file.

    Raises:
        NodeError: about `model`: the file cannot be read, or overflows in the network's precision.
    """

    def read() -> _Changes:
        file = Path(lora.source)
        try:
            found = lora_files.read(file, model)
            with safe_open(file, framework="pt") as opened:
                changes = {
                    change.layer.path: _build(change, modules[change.layer.path], opened, file)
                    for change in found.changes
                    if change.layer.part == part
                }
        except NodeError as error:
            raise NodeError(str(error), "model") from error
        except (OSError, SafetensorError) as error:
            raise NodeError(f"{file} cannot be read: {error}", "model") from error
        result = _Changes(changes)
        load.own(result)
        return result

    precision = next(iter(modules.values())).dtype
    return pool.get(("lora", part, lora.digest, model.digest, precision, device()), read)


def _build(change: Change, layer: Any, opened: Any, file: Path) -> LayerChange:
    tensors = {role: opened.get_tensor(name).float() for role, name in change.tensors.items()}
    found = LayerChange(change, tensors, layer)
    if not all(map(finite.is_finite, found.parameters())):
        raise NodeError(
            f"{file.name} overflows in {str(layer.weight.dtype).removeprefix('torch.')}: "
            f"{change.layer.path} gets numbers that are too large. Set dtype of the model to "
            "float32 or bfloat16.",
            "model",
        )
    return found
