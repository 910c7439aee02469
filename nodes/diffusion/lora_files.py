"""Reads from the headers of LoRA files what they change in a model; loads no weights.

Kinds of changes: LoRA (Hu et al. 2021), with convolutions (LoCon), LoHa (Hyeon-Woo et al. 2022)
and LoKr (Yeh et al. 2024), each also as DoRA (Liu et al. 2024), and full differences.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nodes.diffusion import layout, untrusted
from nodes.diffusion.lora_names import Layer, Layers, names_text_encoder
from nodes.types import Model
from nodeui.sdk import NodeError

WEIGHTS = "pytorch_lora_weights.safetensors"
"""The default name of LoRA files that diffusers saves."""

CONFIG = "adapter_config.json"
"""The file in which peft keeps the alpha of an adapter, beside its weights."""

_LABELS = {"sd": "Stable Diffusion 1.x or 2.x", "sdxl": "Stable Diffusion XL"}

# The end of a tensor's name, and its role in the change of a layer.
_ROLES = {
    "lora_A": "down",
    "lora_down": "down",
    "lora.down": "down",
    "lora_linear_layer.down": "down",
    "lora_B": "up",
    "lora_up": "up",
    "lora.up": "up",
    "lora_linear_layer.up": "up",
    "lora_mid": "mid",
    "lora_magnitude_vector": "magnitude",
    "dora_scale": "magnitude",
    "alpha": "alpha",
    "diff": "difference",
    "w_norm": "difference",
    "diff_b": "bias",
    "b_norm": "bias",
    **{
        role: role
        for role in (
            "hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2",
            "lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2",
        )
    },
}  # fmt: skip
_TENSOR = re.compile(
    rf"(.+?)[._]({'|'.join(re.escape(end) for end in _ROLES)})"
    # peft can name the adapter
    r"(?:(?<=lora_[AB])\.(?!(?:weight|bias|scale_weight|weight_scale)$)\w+)?(\.weight|\.bias)?"
)
_UNSUPPORTED = re.compile(
    r"[._](oft_\w+|boft_\w+|vera_\w+|lora_E|lora_embedding_[AB]|on_input|[ab][12]\.weight|bm1|ia3_l"
    r"|hra_u|fourierft_spectrum|set_weight|reshape_weight|scale_weight|weight_scale)\b"
)
_FLOATS = ("F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2")
"""The dtypes of weights, as named in safetensors."""

_REQUIRED = {
    "LoRA": ({"down", "up"}, {"mid", "up bias"}),
    "LoHa": ({"hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"}, {"hada_t1", "hada_t2"}),
    "full": ({"difference"}, set[str]()),
    "bias": (set[str](), set[str]()),
}
"""The roles that each kind needs, and those that it can have; all have bias, alpha, magnitude."""


class Change(NamedTuple):
    """The change of one layer.

    Attributes:
        kind: "LoRA", "LoHa", "LoKr", "full", or "bias" if only the bias changes.
        layer: The layer of the model.
        tensors: The tensors of the file by their role, such as "down" or "hada_w1_a".
        rank: The rank by which alpha is divided; 1 for changes without.
        alpha: Its alpha from the metadata of the file. If it has a rank of its own, a tensor
            "alpha" counts more. Without both, alpha is the rank.
        rooted: The scale is alpha / sqrt(rank) (Kalajdzievski 2023), not alpha / rank.
    """

    kind: str
    layer: Layer
    tensors: Mapping[str, str]
    rank: float
    alpha: float | None
    rooted: bool

    @property
    def ranked(self) -> bool:
        """True if a tensor "alpha" counts; LyCORIS writes any number where there is no rank."""
        return self.kind != "full" and not {"lokr_w1", "lokr_w2"} <= self.tensors.keys()


class LoraFile(NamedTuple):
    """The changes that a file makes to a model.

    Attributes:
        changes: One for each layer that it changes.
        absent: Names of layers that the file changes, but the model does not have.
        other: Names of tensors that belong to no change of a layer.
    """

    changes: tuple[Change, ...]
    absent: tuple[str, ...]
    other: tuple[str, ...]

    def parts(self) -> tuple[str, ...]:
        """Return the networks that it changes, such as ("text_encoder", "unet")."""
        return tuple(sorted({change.layer.part for change in self.changes}))

    def tensors(self) -> frozenset[str]:
        """Return the names of the tensors that it uses."""
        return frozenset(name for change in self.changes for name in change.tensors.values())


def read(file: Path, model: Model) -> LoraFile:
    """Match the tensors of a LoRA file to the layers of a model.

    Raises:
        NodeError: about `source`: the file is damaged, contains no LoRA or a kind that is not
            supported, or changes no layer of the model; about `model`: it was made for another
            kind of model.
    """
    entries = untrusted.read_header(file)
    settings = _Settings(file)
    shapes = {name: entry.shape for name, entry in entries.items()}
    groups, other = _grouped(file, shapes)
    _check_dtypes(file, groups, entries)
    try:
        layers = Layers(model)
    except NodeError as error:
        raise NodeError(str(error), "model") from error
    changes: dict[Layer, Change] = {}
    absent: list[str] = []
    wrong: list[str] = []
    for name, tensors in groups.items():
        layer = layers.find(name)
        if layer is None:
            absent.append(name)
            continue
        change = _change(file, name, layer, tensors, shapes, settings)
        fault = _misfit(change, shapes)
        if layer in changes:
            raise NodeError(f"{file.name} changes the layer {layer.path} twice.", "source")
        if fault is None:
            changes[layer] = change
        elif layer.path == "conv_in":  # inpainting models have more input channels than others
            absent.append(name)
        else:
            wrong.append(f"{layer.path} {fault}")
    found = LoraFile(tuple(changes.values()), tuple(absent), tuple(other))
    _check_match(file, model, found, wrong)
    return found


def left_out(file: Path, found: LoraFile) -> str | None:
    """Return one line on what of a file is left out, or None if everything is used."""
    parts: list[str] = []
    if found.absent:
        total = len(found.absent) + len(found.changes)
        parts.append(
            f"{len(found.absent)} of its {total} layers, which this model does not have "
            f"({_listed(found.absent)})"
        )
    if found.other:
        few = len(found.other) == 1
        parts.append(
            f"{len(found.other)} {'tensor' if few else 'tensors'} that {'is' if few else 'are'} "
            f"not part of a LoRA ({_listed(found.other)})"
        )
    return f"{file.name} is used without {' and '.join(parts)}." if parts else None


def _grouped(
    file: Path, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return the tensors of each layer by their role, and the names of all other tensors."""
    groups: dict[str, dict[str, str]] = {}
    other: list[str] = []
    for tensor in shapes:
        match = _TENSOR.fullmatch(tensor)
        if match is None:
            other.append(tensor)
            continue
        name, end, kind = match.groups()
        role = _ROLES[end]
        if kind == ".bias":
            role = "up bias" if role == "up" else f"{role} bias"
        if groups.setdefault(name, {}).setdefault(role, tensor) != tensor:
            raise NodeError(f"{file.name} changes the layer {name} twice.", "source")
    unsupported = sorted({match[1] for name in other if (match := _UNSUPPORTED.search(name))})
    if unsupported:
        raise NodeError(
            f"{file.name} changes layers in a way that is not supported ({_listed(unsupported)}); "
            "LoRA, DoRA, LoHa, LoKr and full differences are.",
            "source",
        )
    if not groups:
        raise NodeError(f"{file.name} does not contain a LoRA.", "source")
    return groups, other


def _check_dtypes(
    file: Path, groups: Mapping[str, Mapping[str, str]], entries: Mapping[str, untrusted.Tensor]
) -> None:
    for tensors in groups.values():
        for role, name in tensors.items():
            if role != "alpha" and entries[name].dtype not in _FLOATS:
                raise NodeError(
                    f"{file.name} has the weight {_short(name)} as {entries[name].dtype}, which "
                    "is not supported; floating point numbers are.",
                    "source",
                )


class _Settings:
    """The ranks and alphas that a file or the config beside it states.

    Args:
        file: A LoRA file, of diffusers or peft or another library.
    """

    def __init__(self, file: Path) -> None:
        self._name, self._values = file.name, _metadata(file)
        config = file.with_name(CONFIG)
        self._config = layout.read_json(config) if config.is_file() else {}

    def alpha(self, layer: Layer) -> float | None:
        """Return the alpha of a layer, or None if it is not stated."""
        return self._number(layer, "alpha_pattern", "lora_alpha", "alpha")

    def rank(self, layer: Layer) -> float | None:
        """Return the rank of a layer, or None if it is not stated."""
        return self._number(layer, "rank_pattern", "r")

    def rooted(self, layer: Layer) -> bool:
        return bool(self._get(layer.part, "use_rslora"))

    def _number(self, layer: Layer, patterns: str, *keys: str) -> float | None:
        """Return the value of the first pattern that matches a layer, else that of a key."""
        try:
            values = [
                value
                for pattern, value in (self._get(layer.part, patterns) or {}).items()
                if re.fullmatch(rf"(.*\.)?({pattern})", layer.path)  # as peft
            ]
            values += [self._get(layer.part, key) for key in keys]
            found = next((float(value) for value in values if value is not None), None)
            if found is not None and not math.isfinite(found):
                raise ValueError
            return found
        except (TypeError, ValueError, OverflowError, AttributeError, re.error) as error:
            raise NodeError(
                f"The metadata of {self._name} is damaged: {patterns} or {keys[0]} is not valid.",
                "source",
            ) from error

    def _get(self, part: str, key: str) -> Any:
        return self._values.get(f"{part}.{key}", self._config.get(key))


def _metadata(file: Path) -> dict[str, Any]:
    """Return the configs of peft in the metadata of a file, with keys such as "unet.lora_alpha"."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as opened:
            text = (opened.metadata() or {}).get("lora_adapter_metadata", "{}")
        found = json.loads(text)
    except (SafetensorError, ValueError, RecursionError) as error:
        raise NodeError(f"{file} is damaged: {error}", "source") from error
    return found if isinstance(found, dict) else {}


def _change(
    file: Path,
    name: str,
    layer: Layer,
    tensors: Mapping[str, str],
    shapes: Mapping[str, tuple[int, ...]],
    settings: _Settings,
) -> Change:
    """Return the change of a layer, with all tensors that its kind needs."""
    roles = set(tensors) - {"alpha", "magnitude", "bias"}
    kind = _kind(roles)
    if kind == "LoKr":
        missing = _missing_factors(roles)
        extra = {role for role in roles if not role.startswith("lokr_")}
    else:
        needed, possible = _REQUIRED[kind]
        missing, extra = needed - roles, roles - needed - possible
    if not roles and "bias" not in tensors:
        missing = {"weights"}
    if missing or extra:
        fault = f"lacks {_listed(sorted(missing))}" if missing else "mixes kinds of changes"
        raise NodeError(f"{file.name} is damaged: its layer {name} {fault}.", "source")
    own = {role: shapes[tensor] for role, tensor in tensors.items()}
    if any(math.prod(shape) == 0 for shape in own.values()):
        raise NodeError(f"{file.name} is damaged: its layer {name} has an empty tensor.", "source")
    if math.prod(own.get("alpha", ())) != 1:
        raise NodeError(f"{file.name} is damaged: its layer {name} has several alphas.", "source")
    rank: float | None = _rank(kind, own)
    alpha = settings.alpha(layer) if kind in ("LoRA", "LoHa", "LoKr") else None
    if rank is None:  # only peft scales what has no rank, by the rank that it was trained with
        rank = settings.rank(layer)
        if not rank or alpha is None:
            rank, alpha = 1.0, None
    return Change(kind, layer, tensors, rank, alpha, settings.rooted(layer))


def _kind(roles: set[str]) -> str:
    if not roles:
        return "bias"
    if any(role.startswith("lokr_") for role in roles):
        return "LoKr"
    if any(role.startswith("hada_") for role in roles):
        return "LoHa"
    return "full" if "difference" in roles else "LoRA"


def _missing_factors(roles: set[str]) -> set[str]:
    """Return the factors of a LoKr that are missing: each is whole, or a product of two."""
    return {
        f"lokr_{factor}"
        for factor in ("w1", "w2")
        if not (f"lokr_{factor}" in roles or {f"lokr_{factor}_a", f"lokr_{factor}_b"} <= roles)
    }


def _rank(kind: str, shapes: Mapping[str, tuple[int, ...]]) -> int | None:
    """Return the rank by which alpha is divided; None for changes without."""
    by_kind = {
        "LoRA": ("down",),
        "LoHa": ("hada_w1_b",),
        # two whole factors have no rank
        "LoKr": ("lokr_w2_b", "lokr_w1_b"),
    }
    return next((shapes[role][0] for role in by_kind.get(kind, ()) if shapes.get(role)), None)


# --- shapes ---------------------------------------------------------------------------------------


def _misfit(change: Change, shapes: Mapping[str, tuple[int, ...]]) -> str | None:
    """Return how the shapes of a change differ from those of its layer, or None if they fit."""
    own = {role: shapes[tensor] for role, tensor in change.tensors.items()}
    target = change.layer.shape
    outputs, values = target[0], math.prod(target)
    if own.get("magnitude") == ():
        return "has a magnitude that is one number"
    if "bias" in own and math.prod(own["bias"]) != outputs:
        return f"has {outputs} outputs here, {math.prod(own['bias'])} in the LoRA"
    try:
        found = _size(change.kind, own)
    except (IndexError, ValueError):
        return "has tensors that do not fit together"
    if found is None:
        return None
    if len(target) == 1 and change.kind != "full":
        return "is a norm, which has no matrix"
    if found != (outputs, values // outputs):
        return (
            f"has {values // outputs} inputs and {outputs} outputs here, {found[1]} and {found[0]} "
            "in the LoRA"
        )
    if not _ordered(own, target):
        return "has tensors whose axes are in another order"
    if "magnitude" in own:
        if len(target) == 1:
            return "is a norm, which has no matrix"
        by_inputs, magnitude = scales_inputs(change, own["magnitude"]), math.prod(own["magnitude"])
        if magnitude != (target[1] if by_inputs else outputs):
            kind, right = ("inputs", target[1]) if by_inputs else ("outputs", outputs)
            return f"has {right} {kind} here, {magnitude} in the DoRA"
    return None


def _ordered(own: Mapping[str, tuple[int, ...]], target: tuple[int, ...]) -> bool:
    """True if the axes of tensors with a kernel are those of the layer, or flattened."""
    kernel = _without_ones(target[1:])
    for role in ("difference", *(["down"] if "mid" not in own else [])):
        tail = _without_ones(own.get(role, target)[1:])
        if len(tail) > 1 and tail != kernel:
            return False
    second = own.get("lokr_w2", ())[2:]
    return len(own.get("lokr_w1", ())) <= 2 and _without_ones(second) in (
        (),
        _without_ones(target[2:]),
    )


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without the ones at its end."""
    while shape and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def scales_inputs(change: Change, magnitude: tuple[int, ...]) -> bool:
    """True if a DoRA scales the inputs of its layer, as LyCORIS can; else it scales the outputs.

    LyCORIS has magnitudes of the shapes (outputs, 1, ...) or (1, inputs, ...). Those of peft are of
    outputs, with the shape (1, outputs, 1, 1) for a convolution.

    Args:
        change: A change with a magnitude.
        magnitude: The shape of its magnitude.
    """
    lycoris = change.tensors["magnitude"].endswith("dora_scale") or len(magnitude) == 2
    return lycoris and len(magnitude) > 1 and magnitude[0] == 1 != change.layer.shape[0]


def _size(kind: str, own: Mapping[str, tuple[int, ...]]) -> tuple[int, int] | None:
    """Return the outputs and the inputs (times the kernel) of a change; None for a bias only.

    Raises:
        ValueError, IndexError: the shapes do not fit together.
    """
    if kind == "bias":
        return None
    if kind == "full":
        shape = own["difference"]
        return shape[0], math.prod(shape[1:])
    if kind == "LoRA":
        down, up = own["down"], own["up"]
        _same(down[0], math.prod(up[1:]))
        kernel = 1
        if "mid" in own:
            _same(own["mid"][:2], (down[0], down[0]))
            kernel = math.prod(own["mid"][2:])
        return up[0], math.prod(down[1:]) * kernel
    if kind == "LoHa":
        sizes = [
            _product(own[f"hada_w{n}_a"], own[f"hada_w{n}_b"], own.get(f"hada_t{n}"))
            for n in (1, 2)
        ]
        _same(*sizes)
        return sizes[0]
    outputs, inputs = 1, 1
    for factor, core in (("lokr_w1", None), ("lokr_w2", own.get("lokr_t2"))):
        if factor in own:
            rows, columns = own[factor][0], math.prod(own[factor][1:])
        else:
            rows, columns = _product(own[f"{factor}_a"], own[f"{factor}_b"], core)
        outputs, inputs = outputs * rows, inputs * columns
    return outputs, inputs


def _product(
    a: tuple[int, ...], b: tuple[int, ...], core: tuple[int, ...] | None
) -> tuple[int, int]:
    """Return rows and columns of a product of two matrices, or of their Tucker decomposition."""
    if core is None:
        _same(a[1], b[0])
        return a[0], math.prod(b[1:])
    _same(core[:2], (a[0], b[0]))
    return a[1], b[1] * math.prod(core[2:])


def _same(first: object, second: object) -> None:
    if first != second:
        raise ValueError


# --- messages -------------------------------------------------------------------------------------


def _check_match(file: Path, model: Model, found: LoraFile, wrong: list[str]) -> None:
    """Check that a file was made for this kind of model.

    Raises:
        NodeError: about `model`.
    """
    label = _LABELS[model.family]
    foreign = [name for name in found.absent if not names_text_encoder(name)]
    touched = [change for change in found.changes if change.layer.part == "unet"]
    if not found.changes and not wrong:
        raise NodeError(
            f"{file.name} changes no layer of this model ({label}); its layers have names such as "
            f"{_short(found.absent[0])}.",
            "model",
        )
    if wrong:
        others = f", and {len(wrong) - 1} more layers differ" if len(wrong) > 1 else ""
        error = NodeError(
            f"{file.name} does not match this model ({label}): {wrong[0]}{others}.", "model"
        )
        error.add_note("\n".join(wrong))
        raise error
    if len(foreign) > len(touched):
        raise NodeError(
            f"{file.name} was made for another kind of model than this one ({label}), which lacks "
            f"{len(foreign)} of the {len(foreign) + len(touched)} layers that it changes "
            f"({_listed(foreign)}).",
            "model",
        )


def _listed(names: tuple[str, ...] | list[str]) -> str:
    """Return the first names of a list, shortened, and an ellipsis if there are more."""
    return ", ".join([*(_short(name) for name in names[:2]), *(["..."] if names[2:] else [])])


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:30]}...{name[-27:]}"
