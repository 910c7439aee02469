"""Reads the texts that trainers and web sites write into the header of a model file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from nodeui.sdk import ModelFacts

_LONGEST = 4000  # letters of a description
_MOST_TAGS = 30

_ARCHITECTURES = (
    ("stable-diffusion-xl", "SDXL"), ("stable-diffusion-v1", "Stable Diffusion 1"),
    ("stable-diffusion-v2", "Stable Diffusion 2"), ("stable-diffusion-3", "Stable Diffusion 3"),
    ("flux", "Flux"), ("sdxl", "SDXL"), ("sd_v1", "Stable Diffusion 1"),
    ("sd_1", "Stable Diffusion 1"), ("sd1", "Stable Diffusion 1"), ("sd_v2", "Stable Diffusion 2"),
    ("sd_2", "Stable Diffusion 2"), ("sd3", "Stable Diffusion 3"), ("chroma", "Chroma"),
    ("qwen", "Qwen-Image"), ("z-image", "Z-Image"), ("zimage", "Z-Image"),
)  # fmt: skip
"""Beginnings of `modelspec.architecture` and `ss_base_model_version`."""


def facts_of(
    kind: str, family: str, precision: str, refused: str, metadata: Mapping[str, str]
) -> ModelFacts:
    """Return the facts about a file.

    Args:
        kind: Its kind.
        family: Its family as its shapes tell; "" to take that of the metadata.
        precision: The precision of most weights.
        refused: Why it cannot be loaded.
        metadata: Texts of the header, such as those of the ModelSpec standard and of kohya's
            trainer (`ss_*`).
    """
    return ModelFacts(
        kind=kind,
        family=family or _family(metadata),
        precision=precision,
        title=_text(metadata, "modelspec.title", "ss_output_name")[:200],
        words=_words(_text(metadata, "modelspec.trigger_phrase", "ss_trigger_words")),
        tags=_tags(metadata.get("ss_tag_frequency", "")),
        notes=_text(metadata, "modelspec.description", "ss_training_comment")[:_LONGEST],
        licence=_text(metadata, "modelspec.license", "license")[:200],
        refused=refused,
    )


def _text(metadata: Mapping[str, str], *names: str) -> str:
    """Return the first of some entries that is not empty."""
    found = (metadata.get(name, "").strip() for name in names)
    return next((text for text in found if text and text != "None"), "")


def _words(text: str) -> tuple[str, ...]:
    words = (word.strip() for word in text[:_LONGEST].split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_TAGS]


def _family(metadata: Mapping[str, str]) -> str:
    named = _text(metadata, "modelspec.architecture", "ss_base_model_version").lower()
    return next((family for start, family in _ARCHITECTURES if named.startswith(start)), "")


def _tags(text: str) -> tuple[str, ...]:
    """Return the tags in `ss_tag_frequency`, which counts them by folder, by their count."""
    try:
        folders = msgspec.json.decode(text, type=dict[str, dict[str, Any]]) if text else {}
    except (msgspec.MsgspecError, RecursionError):
        return ()
    counts: Counter[str] = Counter()
    for tags in folders.values():
        for tag, count in tags.items():
            counts[tag.strip()] += count if isinstance(count, int) else 0
    return tuple(tag for tag, count in counts.most_common(_MOST_TAGS) if tag and count > 0)
