"""Ids of new frames and groups."""

from __future__ import annotations

from collections.abc import Collection


def numbered_id(stem: str, taken: Collection[str]) -> str:
    """Return the first of `stem-1`, `stem-2`, ... that is not taken."""
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
