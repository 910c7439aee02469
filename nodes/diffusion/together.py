"""Joins evaluations of a network into batches.

A batch of another size may round differently, so a batch always has the same number of
evaluations; the free places of the last one hold copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch


def batches(arguments: Sequence[Any], facts: Sequence[object], size: int) -> list[list[int]]:
    """Return the indices of the evaluations in each batch, `size` in each.

    Args:
        arguments: The tensors of each evaluation, in lists and mappings.
        facts: What all evaluations of a batch must have in common, beside the shapes.
        size: Number of evaluations in a batch.
    """
    groups: list[tuple[object, list[int]]] = []
    for number, pair in enumerate(zip(map(_shapes, arguments), facts, strict=True)):
        for known, members in groups:
            if known == pair and len(members) < size:
                members.append(number)
                break
        else:
            groups.append((pair, [number]))
    return [members + members[:1] * (size - len(members)) for _, members in groups]


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
