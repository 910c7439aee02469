"""The text encoders of single files: CLIP, OpenCLIP, T5 and Qwen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from nodes.diffusion.files.facts import (
    Config,
    Found,
    Part,
    Shapes,
    Unsupported,
    count,
    template,
    within,
)

VOCABULARY = 49_408
"""Tokens of CLIP and OpenCLIP."""

CLIP_L, CLIP_G, CLIP_H = "CLIP L", "CLIP G", "CLIP H"
CLIP_L_PROJECTED = "CLIP L with projection"
T5, QWEN3, QWEN_VL = "T5", "Qwen3", "Qwen2.5-VL"

HF, OPEN_CLIP = "transformers", "open_clip"
"""Layouts: the names of transformers, and those of the original OpenCLIP."""

_HEAD = 64  # channels of an attention head in CLIP
_WIDTHS = {768: (CLIP_L, CLIP_L_PROJECTED), 1280: (CLIP_G,), 1024: (CLIP_H,)}

_CLIP_TOKENS = "text_model.embeddings.token_embedding.weight"
_OPEN_CLIP_TOKENS = "token_embedding.weight"
_T5_FIRST = "encoder.block.0.layer.0.SelfAttention.q.weight"
_QWEN_TOKENS = "model.embed_tokens.weight"
_QWEN3_NORM = "model.layers.0.self_attn.q_norm.weight"
_VISION = "visual.patch_embed.proj.weight"

PREFIXES = (
    "",
    "text_encoders.clip_l.transformer.",
    "text_encoders.clip_g.transformer.",
    "text_encoders.t5xxl.transformer.",
    "text_encoders.qwen3_4b.transformer.",
    "text_encoders.qwen25_7b.transformer.",
)
"""Prefixes of encoders alone and in whole models as ComfyUI saves them."""


def slug(kind: str) -> str:
    """Return the name of an encoder's part in a file that holds it alone, such as "clip_l"."""
    return "text_encoder_" + kind.lower().replace(" ", "_").replace(".", "_").replace("-", "_")


def tokenizer_slug(kind: str) -> str:
    """Return the name of an encoder's tokenizer, such as "tokenizer_clip_l"."""
    return slug(kind).replace("text_encoder", "tokenizer")


def recognise(shapes: Shapes) -> Found | None:
    """Return the text encoders that a file holds alone, or None if it holds none.

    CLIP encoders of different models have the same names, so a file of CLIP can serve as each of
    them unless its width is that of another.
    """
    configs: dict[str, Config] = {}
    parts: dict[str, Part] = {}
    for kind, part in _all_in(shapes):
        configs[f"{slug(kind)}/config.json"] = config(within(shapes, part.prefix), part)
        parts[slug(kind)] = part
    if not parts:
        return None
    names = sorted({part.kind for part in parts.values()})
    known = names[0] if len(names) == 1 else "CLIP" if "T5" not in names else "several"
    return Found(f"the text encoder {known}", configs, parts)


def _all_in(shapes: Shapes) -> list[tuple[str, Part]]:
    found: list[tuple[str, Part]] = []
    for prefix in PREFIXES:
        if prefix + _CLIP_TOKENS in shapes:
            width = shapes[prefix + _CLIP_TOKENS][1]
            kinds = _WIDTHS.get(width, (CLIP_L, CLIP_L_PROJECTED, CLIP_G, CLIP_H))
            found += [(kind, Part(prefix, HF, kind)) for kind in kinds]
        elif prefix + _OPEN_CLIP_TOKENS in shapes and prefix + "ln_final.weight" in shapes:
            width = shapes[prefix + _OPEN_CLIP_TOKENS][1]
            kinds = _WIDTHS.get(width, (CLIP_G, CLIP_H))
            found += [(kind, Part(prefix, OPEN_CLIP, kind)) for kind in kinds]
        elif prefix + _T5_FIRST in shapes:
            found.append((T5, Part(prefix, HF, T5)))
        elif prefix + _VISION in shapes and prefix + _QWEN_TOKENS in shapes:
            found.append((QWEN_VL, Part(prefix, HF, QWEN_VL)))
        elif prefix + _QWEN3_NORM in shapes:
            found.append((QWEN3, Part(prefix, HF, QWEN3)))
    return found


def within_model(shapes: Shapes, wanted: Mapping[str, str]) -> dict[str, Part]:
    """Return the text encoders of a whole model.

    Args:
        shapes: The tensors of the file.
        wanted: The kinds of the model's encoders, by the names of the parts.
    """
    prefixes = {part.prefix for _, part in _all_in(shapes) if part.prefix}
    return {
        name: Part(prefix, HF, kind)
        for name, kind in wanted.items()
        for prefix in sorted(prefixes)
        if _NAMED[kind] in prefix
    }


_NAMED = {CLIP_L: "clip_l", CLIP_L_PROJECTED: "clip_l", CLIP_G: "clip_g", T5: "t5xxl",
          QWEN3: "qwen3", QWEN_VL: "qwen25"}  # fmt: skip
"""Parts of the prefixes of the encoders in whole models."""


# --- configs --------------------------------------------------------------------------------------


def config(shapes: Shapes, part: Part) -> Config:
    """Return the config of a text encoder.

    Args:
        shapes: Its tensors, without prefix.
        part: Its kind and layout.

    Raises:
        Unsupported: it has another vocabulary than the tokenizer of its kind, or lacks a layer.
    """
    made = template("text-encoders")[part.kind]
    try:
        made |= KINDS[part.kind].entries(shapes, part)
    except KeyError as error:
        raise Unsupported(f"is incomplete: its text encoder lacks {error.args[0]}.") from error
    return made


def _clip(shapes: Shapes, part: Part) -> Config:
    open_clip = part.layout == OPEN_CLIP
    tokens, width = shapes[_OPEN_CLIP_TOKENS if open_clip else _CLIP_TOKENS]
    _check_vocabulary(tokens, VOCABULARY, "CLIP")
    if open_clip:
        layers = count(shapes, r"transformer\.resblocks\.(\d+)\.")
        inner = shapes["transformer.resblocks.0.mlp.c_fc.weight"][0]
        positions = shapes["positional_embedding"][0]
        if part.kind == CLIP_H:
            layers -= 1  # SD 2.x reads the last layer but one
    else:
        layers = count(shapes, r"text_model\.encoder\.layers\.(\d+)\.")
        inner = shapes["text_model.encoder.layers.0.mlp.fc1.weight"][0]
        positions = shapes["text_model.embeddings.position_embedding.weight"][0]
    projection = shapes.get("text_projection.weight", (width,))[0]
    projection = shapes.get("text_projection", (0, projection))[1]
    return {
        "vocab_size": tokens,
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": max(1, width // _HEAD),
        "max_position_embeddings": positions,
        "projection_dim": projection,
    }


def _check_vocabulary(found: int, known: int, name: str) -> None:
    if found != known:
        raise Unsupported(
            f"has a text encoder for {found:,} tokens; single files are supported with the "
            f"vocabulary of {name}, which has {known:,}."
        )


def _t5(shapes: Shapes, part: Part) -> Config:
    tokens, width = shapes["shared.weight" if "shared.weight" in shapes else _T5_EMBEDDING]
    buckets, heads = shapes["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    gated = "encoder.block.0.layer.1.DenseReluDense.wi_0.weight"
    return {
        "vocab_size": tokens,
        "d_model": width,
        "d_kv": shapes[_T5_FIRST][0] // heads,
        "d_ff": shapes[gated][0],
        "num_layers": count(shapes, r"encoder\.block\.(\d+)\."),
        "num_heads": heads,
        "relative_attention_num_buckets": buckets,
    }


_T5_EMBEDDING = "encoder.embed_tokens.weight"


def _qwen3(shapes: Shapes, part: Part) -> Config:
    head = shapes[_QWEN3_NORM][0]
    return {**_qwen(shapes, head), "head_dim": head}


def _qwen_vl(shapes: Shapes, part: Part) -> Config:
    made = template("text-encoders")[QWEN_VL]
    text = _qwen(shapes, _QWEN_HEAD)
    head = made["vision_config"]["hidden_size"] // made["vision_config"]["num_heads"]
    width = shapes[_VISION][0]
    vision = {
        "depth": count(shapes, r"visual\.blocks\.(\d+)\."),
        "hidden_size": width,
        "intermediate_size": shapes["visual.blocks.0.mlp.gate_proj.weight"][0],
        "num_heads": max(1, width // head),
        "out_hidden_size": text["hidden_size"],
    }
    return {
        "text_config": made["text_config"] | text,
        "vision_config": made["vision_config"] | vision,
    }


_QWEN_HEAD = 128


def _qwen(shapes: Shapes, head: int) -> Config:
    tokens, width = shapes[_QWEN_TOKENS]
    return {
        "vocab_size": tokens,
        "hidden_size": width,
        "intermediate_size": shapes["model.layers.0.mlp.gate_proj.weight"][0],
        "num_hidden_layers": count(shapes, r"model\.layers\.(\d+)\."),
        "num_attention_heads": shapes["model.layers.0.self_attn.q_proj.weight"][0] // head,
        "num_key_value_heads": shapes["model.layers.0.self_attn.k_proj.weight"][0] // head,
    }


class Kind(NamedTuple):
    """A kind of text encoder: its tokenizer class, and the reader of its shapes."""

    tokenizer: str
    entries: Callable[[Shapes, Part], Config]


KINDS: Mapping[str, Kind] = {
    CLIP_L: Kind("CLIPTokenizer", _clip),
    CLIP_L_PROJECTED: Kind("CLIPTokenizer", _clip),
    CLIP_G: Kind("CLIPTokenizer", _clip),
    CLIP_H: Kind("CLIPTokenizer", _clip),
    T5: Kind("T5Tokenizer", _t5),
    QWEN3: Kind("Qwen2Tokenizer", _qwen3),
    QWEN_VL: Kind("Qwen2Tokenizer", _qwen_vl),
}
