"""Names of the transformers' tensors in their original code, and those in diffusers.

The original code joins projections that diffusers keeps apart, and has the shift before the scale
in its last modulations. The functions only cut and join rows, so they also take tensors without
data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import torch

Tensors = dict[str, torch.Tensor]


class Rule(NamedTuple):
    """A rule by which tensors are renamed.

    Attributes:
        pattern: Matches the whole of an original name.
        names: Templates of the names in diffusers; several if the tensor is cut into parts.
        rows: The ratio of the rows of the parts; None for equal parts.
        swapped: The halves change places.
    """

    pattern: re.Pattern[str]
    names: Sequence[str]
    rows: Sequence[int] | None = None
    swapped: bool = False


def renamed(tensors: Tensors, rules: Sequence[Rule], prefix: str) -> Tensors:
    """Return tensors under their names in diffusers; those that no rule matches keep theirs."""
    found: Tensors = {}
    for name, tensor in tensors.items():
        plain = name.removeprefix(prefix)
        for rule in rules:
            match = rule.pattern.fullmatch(plain)
            if match is not None:
                names = [match.expand(one) for one in rule.names]
                found.update(zip(names, _cut(tensor, rule), strict=True))
                break
        else:
            found[plain] = tensor
    return found


def _cut(tensor: torch.Tensor, rule: Rule) -> Sequence[torch.Tensor]:
    if rule.swapped:
        shift, scale = tensor.chunk(2)
        return [torch.cat([scale, shift])]
    if len(rule.names) == 1:
        return [tensor]
    ratio = rule.rows or [1] * len(rule.names)
    unit = tensor.shape[0] // sum(ratio)
    return tensor.split([unit * rows for rows in ratio])


_KIND = r"\.(weight|bias)"
_DOUBLE, _SINGLE = r"double_blocks\.(\d+)\.", r"single_blocks\.(\d+)\."


def _rule(
    pattern: str, *names: str, rows: Sequence[int] | None = None, swapped: bool = False
) -> Rule:
    return Rule(re.compile(pattern), names, rows, swapped)


def _linear(old: str, new: str) -> Rule:
    """Return the rule of a layer without number."""
    return _rule(re.escape(old) + _KIND, rf"{new}.\1")


def _block(start: str, old: str, new: str) -> Rule:
    """Return the rule of a layer of a numbered block; `new` has \\1 for the number."""
    return _rule(start + re.escape(old) + _KIND, rf"{new}.\2")


_FLUX_NORMS = tuple(
    _rule(
        rf"{_DOUBLE}{stream}_attn\.norm\.{old}_norm\.(?:scale|weight)",
        rf"transformer_blocks.\1.attn.{new}.weight",
    )
    for stream, old, new in (
        ("img", "query", "norm_q"),
        ("img", "key", "norm_k"),
        ("txt", "query", "norm_added_q"),
        ("txt", "key", "norm_added_k"),
    )
)

FLUX: Sequence[Rule] = (
    _linear("time_in.in_layer", "time_text_embed.timestep_embedder.linear_1"),
    _linear("time_in.out_layer", "time_text_embed.timestep_embedder.linear_2"),
    _linear("vector_in.in_layer", "time_text_embed.text_embedder.linear_1"),
    _linear("vector_in.out_layer", "time_text_embed.text_embedder.linear_2"),
    _linear("guidance_in.in_layer", "time_text_embed.guidance_embedder.linear_1"),
    _linear("guidance_in.out_layer", "time_text_embed.guidance_embedder.linear_2"),
    _linear("txt_in", "context_embedder"),
    _linear("img_in", "x_embedder"),
    _linear("final_layer.linear", "proj_out"),
    _rule(rf"final_layer\.adaLN_modulation\.1{_KIND}", r"norm_out.linear.\1", swapped=True),
    *_FLUX_NORMS,
    _block(_DOUBLE, "img_mod.lin", r"transformer_blocks.\1.norm1.linear"),
    _block(_DOUBLE, "txt_mod.lin", r"transformer_blocks.\1.norm1_context.linear"),
    _rule(
        rf"{_DOUBLE}img_attn\.qkv{_KIND}",
        *(rf"transformer_blocks.\1.attn.to_{x}.\2" for x in "qkv"),
    ),
    _rule(
        rf"{_DOUBLE}txt_attn\.qkv{_KIND}",
        *(rf"transformer_blocks.\1.attn.add_{x}_proj.\2" for x in "qkv"),
    ),
    _block(_DOUBLE, "img_attn.proj", r"transformer_blocks.\1.attn.to_out.0"),
    _block(_DOUBLE, "txt_attn.proj", r"transformer_blocks.\1.attn.to_add_out"),
    _block(_DOUBLE, "img_mlp.0", r"transformer_blocks.\1.ff.net.0.proj"),
    _block(_DOUBLE, "img_mlp.2", r"transformer_blocks.\1.ff.net.2"),
    _block(_DOUBLE, "txt_mlp.0", r"transformer_blocks.\1.ff_context.net.0.proj"),
    _block(_DOUBLE, "txt_mlp.2", r"transformer_blocks.\1.ff_context.net.2"),
    _rule(
        rf"{_SINGLE}norm\.query_norm\.(?:scale|weight)",
        r"single_transformer_blocks.\1.attn.norm_q.weight",
    ),
    _rule(
        rf"{_SINGLE}norm\.key_norm\.(?:scale|weight)",
        r"single_transformer_blocks.\1.attn.norm_k.weight",
    ),
    _block(_SINGLE, "modulation.lin", r"single_transformer_blocks.\1.norm.linear"),
    _rule(
        rf"{_SINGLE}linear1{_KIND}",
        *(rf"single_transformer_blocks.\1.attn.to_{x}.\2" for x in "qkv"),
        r"single_transformer_blocks.\1.proj_mlp.\2",
        rows=(1, 1, 1, 4),
    ),
    _block(_SINGLE, "linear2", r"single_transformer_blocks.\1.proj_out"),
)
"""Flux.1 (Black Forest Labs, 2024)."""

_GUIDANCE = "distilled_guidance_layer"

CHROMA: Sequence[Rule] = (
    _block(rf"{_GUIDANCE}\.layers\.(\d+)\.", "in_layer", rf"{_GUIDANCE}.layers.\1.linear_1"),
    _block(rf"{_GUIDANCE}\.layers\.(\d+)\.", "out_layer", rf"{_GUIDANCE}.layers.\1.linear_2"),
    _rule(rf"{_GUIDANCE}\.norms\.(\d+)\.(?:scale|weight)", rf"{_GUIDANCE}.norms.\1.weight"),
    *FLUX,
)
"""Chroma (Lodestone Rock, 2025): Flux.1 with one network for all modulations."""


def sd3(blocks: int) -> Sequence[Rule]:
    """Return the rules of Stable Diffusion 3 (Esser et al. 2024) for a number of blocks.

    The last block only normalises the text, by a modulation of two parts.
    """
    joint, block = r"joint_blocks\.(\d+)\.", r"transformer_blocks.\1."
    last = rf"joint_blocks\.({blocks - 1})\."
    image, text = r"x_block.", r"context_block."
    norms = (
        ("x_block.attn.ln_q", "attn.norm_q"),
        ("x_block.attn.ln_k", "attn.norm_k"),
        ("context_block.attn.ln_q", "attn.norm_added_q"),
        ("context_block.attn.ln_k", "attn.norm_added_k"),
        ("x_block.attn2.ln_q", "attn2.norm_q"),
        ("x_block.attn2.ln_k", "attn2.norm_k"),
    )
    layers = (
        (f"{image}attn.proj", "attn.to_out.0"),
        (f"{image}attn2.proj", "attn2.to_out.0"),
        (f"{text}attn.proj", "attn.to_add_out"),
        (f"{image}mlp.fc1", "ff.net.0.proj"),
        (f"{image}mlp.fc2", "ff.net.2"),
        (f"{text}mlp.fc1", "ff_context.net.0.proj"),
        (f"{text}mlp.fc2", "ff_context.net.2"),
        (f"{image}adaLN_modulation.1", "norm1.linear"),
        (f"{text}adaLN_modulation.1", "norm1_context.linear"),
    )
    return (
        _rule("pos_embed", "pos_embed.pos_embed"),
        _linear("x_embedder.proj", "pos_embed.proj"),
        _linear("t_embedder.mlp.0", "time_text_embed.timestep_embedder.linear_1"),
        _linear("t_embedder.mlp.2", "time_text_embed.timestep_embedder.linear_2"),
        _linear("y_embedder.mlp.0", "time_text_embed.text_embedder.linear_1"),
        _linear("y_embedder.mlp.2", "time_text_embed.text_embedder.linear_2"),
        _linear("final_layer.linear", "proj_out"),
        _rule(rf"final_layer\.adaLN_modulation\.1{_KIND}", r"norm_out.linear.\1", swapped=True),
        _rule(
            rf"{last}context_block\.adaLN_modulation\.1{_KIND}",
            rf"{block}norm1_context.linear.\2",
            swapped=True,
        ),
        *(
            _rule(rf"{joint}x_block\.{attention}\.qkv{_KIND}",
                  *(rf"{block}{attention}.to_{x}.\2" for x in "qkv"))
            for attention in ("attn", "attn2")
        ),
        _rule(
            rf"{joint}context_block\.attn\.qkv{_KIND}",
            *(rf"{block}attn.add_{x}_proj.\2" for x in "qkv"),
        ),
        *(_block(joint, old, block + new) for old, new in (*norms, *layers)),
    )  # fmt: skip
