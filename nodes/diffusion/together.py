"""Joins evaluations of a network into batches.

A batch of another size may round differently, and so may another place in it. So a batch always has
the same number of evaluations, each run has its place, and the free places hold copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch


def batches(
    arguments: Sequence[Any], facts: Sequence[object], places: Sequence[int], size: int
) -> list[list[int]]:
    """Return the index of the evaluation at each place of each batch.

    Args:
        arguments: The tensors of each evaluation, in lists and mappings.
        facts: What all evaluations of a batch must have in common, beside the shapes.
        places: The place of each evaluation in its batch, below `size`.
        size: Number of evaluations in a batch.
    """
    groups: list[tuple[object, dict[int, int]]] = []
    for number, pair in enumerate(zip(map(_shapes, arguments), facts, strict=True)):
        for known, members in groups:
            if known == pair and places[number] not in members:
                members[places[number]] = number
                break
        else:
            groups.append((pair, {places[number]: number}))
    return [
        [members.get(place, next(iter(members.values()))) for place in range(size)]
        for _, members in groups
    ]


def joined(values: Sequence[Any]) -> Any:
    """Concatenate tensors in equal lists and mappings along their first axis."""
    first = values[0]
    if isinstance(first, torch.Tensor):
        return torch.cat(list(values))
    if isinstance(first, Mapping):
        return {name: joined([value[name] for value in values]) for name in first}
    return [joined(parts) for parts in zip(*values, strict=True)]


def _shapes(value: Any) -> object:
    """Return the shapes of tensors in lists and mappings."""
    if isinstance(value, torch.Tensor):
        return tuple(value.shape)
    if isinstance(value, Mapping):
        return {name: _shapes(part) for name, part in value.items()}
    return [_shapes(part) for part in value]
