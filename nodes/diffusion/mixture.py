"""Prompt schedules: the prompts and regions that act at a point of the run, and their blend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.types import Blend, Conditioning, Region
from nodeui.sdk import curve_at

Embeds = NDArray[np.float32]

Mixture = tuple[tuple[Conditioning, float], ...]
"""Prompts with their shares of the embeddings; no share is 0, and they add up to 1."""


def mixture(value: Conditioning, x: float, step: int = 0) -> Mixture:
    """Return the prompts that act at a point of the run; without a schedule, only `value`.

    Args:
        value: The prompt.
        x: Fraction of the run.
        step: Number of the solver step, from 0.
    """
    parts: Mixture = ((value, 1.0),)
    for blend in blends(value):
        share = share_at(blend, x, step)
        before = [(part, weight * (1 - share)) for part, weight in parts]
        after = [(part, weight * share) for part, weight in mixture(blend.conditioning, x, step)]
        parts = tuple((part, weight) for part, weight in before + after if weight != 0)
    return parts


def share_at(blend: Blend, x: float, step: int) -> float:
    """Return the share of a later prompt at a fraction of the run and a solver step."""
    acts = step >= blend.first and step % blend.period == blend.turn
    return float(curve_at(blend.share, x)) if acts else 0.0


def acting_regions(value: Conditioning, x: float, step: int = 0) -> list[tuple[Region, float]]:
    """Return the regions of a prompt with their shares at a point of the run, none of which is 0.

    A prompt that takes over fades the regions before it out, and its own regions in.

    Args:
        value: The prompt.
        x: Fraction of the run.
        step: Number of the solver step, from 0.
    """
    found: list[tuple[Region, float]] = []
    for change in value.changes:
        if isinstance(change, Region):
            found.append((change, 1.0))
            continue
        share = share_at(change, x, step)
        before = [(region, weight * (1 - share)) for region, weight in found]
        after = acting_regions(change.conditioning, x, step)
        found = before + [(region, weight * share) for region, weight in after]
    return [(region, weight) for region, weight in found if weight != 0]


def blends(value: Conditioning) -> list[Blend]:
    """Return the prompts that take over from a prompt, in order."""
    return [change for change in value.changes if isinstance(change, Blend)]


def scheduled_prompts(value: Conditioning | None) -> Iterator[Conditioning]:
    """Yield a prompt and all prompts that take over from it, in order; nothing for None."""
    if value is not None:
        yield value
        for blend in blends(value):
            yield from scheduled_prompts(blend.conditioning)


def all_prompts(value: Conditioning | None) -> Iterator[Conditioning]:
    """Yield a prompt, all prompts that take over from it, and those of its regions."""
    yield from scheduled_prompts(value)
    for region in regions_of(value):
        yield from scheduled_prompts(region.conditioning)


def regions_of(value: Conditioning | None) -> Iterator[Region]:
    """Yield all regions of a prompt and of those that take over from it, in order."""
    for prompt in scheduled_prompts(value):
        for change in prompt.changes:
            if isinstance(change, Region):
                yield change


def blended(parts: Mixture) -> Conditioning:
    """Blend prompts by their shares.

    Embeddings are first tiled to one length. A token is masked only if all prompts mask it.
    """
    (first, _), *others = parts
    if not others:
        return first
    values = [value for value, _ in parts]
    shares = [np.float32(share) for _, share in parts]
    pooled = [value.pooled for value in values if value.pooled is not None]
    return Conditioning(
        embeds=_weighted_sum(shares, even([value.embeds for value in values])),
        pooled=_weighted_sum(shares, pooled) if pooled else None,
        text="",
        extras={
            name: _blended_extra(shares, [value.extras[name] for value in values])
            for name in first.extras
        },
    )


def even(embeds: Sequence[Embeds]) -> list[Embeds]:
    """Tile embeddings (1, tokens, width) to one length, their least common multiple.

    Attention over a text repeated k times equals attention over the text.
    """
    length = int(np.lcm.reduce([array.shape[1] for array in embeds]))
    return [np.tile(array, (1, length // array.shape[1], 1)) for array in embeds]


def _blended_extra(shares: Sequence[np.float32], arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """Blend embeddings (1, tokens, width), or take the maximum of masks (1, tokens)."""
    return _weighted_sum(shares, arrays) if arrays[0].ndim == 3 else np.maximum.reduce(arrays)


def _weighted_sum(shares: Sequence[np.float32], arrays: Sequence[Embeds]) -> Embeds:
    total = shares[0] * arrays[0]
    for share, array in zip(shares[1:], arrays[1:], strict=True):
        total = total + share * array
    return total
