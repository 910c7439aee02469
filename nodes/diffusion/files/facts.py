"""Types that the recognisers of layouts share, and the shipped facts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from nodeui.sdk import shipped

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]
Config = dict[str, Any]
Configs = dict[str, Config]


class Unsupported(Exception):
    """A file holds a model that is not supported; the message begins after the file's name."""


class Contents(NamedTuple):
    """The header of a file.

    Attributes:
        shapes: The shape of each tensor, by name.
        metadata: Its texts, such as `modelspec.prediction_type`.
        values: Returns the numbers of a small tensor.
    """

    shapes: Shapes
    metadata: Mapping[str, str]
    values: Callable[[str], list[float]]


class Part(NamedTuple):
    """A network in a file.

    Attributes:
        prefix: The beginning of the names of its tensors.
        layout: A layout of names, a key of `convert.LAYOUTS`.
        kind: For text encoders a key of `encoders.KINDS`, else "".
    """

    prefix: str
    layout: str
    kind: str = ""


@dataclass(frozen=True)
class Found:
    """A recognised file; the attributes are those of `checkpoint.Checkpoint`."""

    kind: str
    configs: Configs
    parts: Mapping[str, Part]
    encoders: Mapping[str, str] = field(default_factory=dict[str, str])
    remarks: tuple[str, ...] = ()


@cache
def _text(name: str) -> str:
    return (shipped("resources") / "models" / f"{name}.json").read_text(encoding="utf-8")


def template(name: str) -> Configs:
    """Return the JSON objects of a file in resources/models/, without its source."""
    configs = json.loads(_text(name))
    del configs["source"]
    return configs


def within(shapes: Shapes, prefix: str) -> dict[str, Shape]:
    """Return the tensors whose names begin with a prefix, without it."""
    cut = len(prefix)
    return {name[cut:]: shape for name, shape in shapes.items() if name.startswith(prefix)}


def count(shapes: Shapes, pattern: str) -> int:
    """Return one more than the highest number that a pattern finds in the names; 0 for none.

    Raises:
        Unsupported: there are fewer tensors than that.
    """
    search = re.compile(pattern).match
    numbers = [found[1] for name in shapes if (found := search(name))]
    most = max((int(number[:9]) + 1 for number in numbers), default=0)
    if most > len(shapes):
        raise Unsupported(f"is damaged: it numbers {most:,} blocks in {len(shapes):,} tensors.")
    return most


def prefix_of(shapes: Shapes, name: str, prefixes: tuple[str, ...]) -> str | None:
    """Return the first prefix with which a file holds a tensor; None if there is none."""
    return next((prefix for prefix in prefixes if prefix + name in shapes), None)
