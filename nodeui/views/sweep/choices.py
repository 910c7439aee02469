"""Lists the parameters that can be swept, and suggests values for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from nodeui.graph.model import Graph
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import words
from nodeui.sweeps.axes import text_of
from nodeui.views.fields import ascii_number, with_points

_MOST_CHOICES = 12
_SEEDS = 4


@dataclass(frozen=True)
class Choice:
    """A parameter of a node that can be swept.

    Attributes:
        node: The id of the node.
        parameter: The parameter.
        value: Its current value.
        label: User-facing name: "Sampler · Seed".
    """

    node: str
    parameter: Parameter
    value: Any
    label: str

    @property
    def name(self) -> str:
        """The name used on the command line: "sampler.seed"."""
        return f"{self.node}.{self.parameter.name}"

    @property
    def multiline(self) -> bool:
        """True if values are entered one per line, as they are texts that may contain commas."""
        return self.parameter.type == "text" and not self.parameter.choices


def can_sweep(graph: Graph, node: str, parameter: Parameter) -> bool:
    """True if a parameter is not linked and its values can be listed."""
    return parameter.type not in ("curve", "painting") and parameter.name not in graph.links_in(
        node
    )


def choices(graph: Graph) -> list[Choice]:
    """Return all parameters that can be swept, by node from left to right."""
    found: list[Choice] = []
    for node in sorted(graph.nodes.values(), key=lambda node: node.pos):
        spec = graph.spec(node.id)
        if spec is None or node.mode != "active":
            continue
        title = " ".join(node.title.split()) or spec.title
        twins = sum(other.type == node.type for other in graph.nodes.values()) > 1
        head = f"{title} ({node.id})" if twins else title
        for parameter in spec.parameters.values():
            if can_sweep(graph, node.id, parameter):
                value = node.params.get(parameter.name, parameter.default)
                name = words(parameter.name)
                found.append(Choice(node.id, parameter, value, f"{head}  ·  {name}"))
    return found


def standard(parameter: Parameter, text: str, point: str) -> str:
    """Return typed values in the form that `read_values` parses.

    Args:
        parameter: The parameter.
        text: The values; semicolons separate them, too.
        point: The decimal point of the language. If it is a comma, "2,5" is one number, and commas
            followed by a blank separate.
    """
    if parameter.type not in ("integer", "number") or text.lstrip().startswith("["):
        return text
    text = ascii_number(text)
    if parameter.type == "number" and point != ".":
        text = with_points(text, point)
    return text.replace(";", ",")


def suggestion(parameter: Parameter, value: Any, point: str = ".") -> str:
    """Suggest values as they are typed, with the decimal point of the language; for free texts, one
    per line."""
    if parameter.choices:
        return ", ".join(parameter.choices[:_MOST_CHOICES])
    if parameter.type == "boolean":
        return "false, true"
    if parameter.type == "text":
        return str(value or "")
    numbers = [text_of(number).replace(".", point) for number in _numbers(parameter, value)]
    return ("; " if point == "," else ", ").join(numbers)


def _numbers(parameter: Parameter, value: Any) -> list[float]:
    low = -math.inf if parameter.low is None else parameter.low
    high = math.inf if parameter.high is None else parameter.high
    now = value if value is not None else max(low, min(0, high))
    if parameter.widget == "seed":
        first = int(min(now, high - _SEEDS + 1))
        return [first + number for number in range(_SEEDS)]
    whole = parameter.type == "integer"
    if high - low <= 2 and not whole:
        return [_tidy(low + (high - low) * part / 4) for part in range(5)]
    step = _round(abs(now) / 4 or min(high - low, 40) / 8)
    if whole:
        step = max(1, round(step))
        if parameter.step and parameter.step > 1:  # sizes: the grid times a power of two
            step = int(parameter.step) * 2 ** max(0, round(math.log2(step / parameter.step)))
    around = [now + number * step for number in range(-2, 3)]
    return [int(x) if whole else _tidy(x) for x in around if low <= x <= high]


def _round(number: float) -> float:
    """Round to 1, 2, 2.5, 5 or 10, times a power of ten."""
    power = 10.0 ** math.floor(math.log10(number))
    return power * min((1, 2, 2.5, 5, 10), key=lambda nice: abs(nice - number / power))


def _tidy(number: float) -> float:
    return float(f"{number:.6g}")
