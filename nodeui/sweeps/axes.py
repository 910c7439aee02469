"""Defines the grid of a sweep: one or two parameters, their values, and the cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, cast

import msgspec

from nodeui.graph.edits import SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import counted, shown, tr
from nodeui.painting.document import read as read_painting
from nodeui.sdk import NodeError

MOST_CELLS = 1000
"""Limit that catches typing errors such as 0..1:0.00001."""

_RANGE = re.compile(r"([-+]?[\d.]+(?:e[-+]?\d+)?)\.\.([-+]?[\d.]+(?:e[-+]?\d+)?)(?::([\d.e+-]+))?")


@dataclass(frozen=True)
class Axis:
    """A swept parameter and its values.

    Attributes:
        node: The node's id.
        parameter: The parameter's name.
        values: Distinct values in canonical form.
    """

    node: str
    parameter: str
    values: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The full name of the parameter, as for `--set`: "control.end"."""
        return f"{self.node}.{self.parameter}"


@dataclass(frozen=True)
class Cell:
    """One run of a sweep.

    Attributes:
        column: Index of its value on the first axis.
        row: Index of its value on the second axis; 0 if there is none.
        edits: Set the parameters of the cell.
    """

    column: int
    row: int
    edits: tuple[SetParam, ...]

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the cell, by "node.parameter"."""
        return {f"{edit.node}.{edit.name}": edit.value for edit in self.edits}

    @property
    def label(self) -> str:
        """The label shown to the user, also used for its folder: "end=0.5, seed=3"."""
        return ", ".join(f"{edit.name}={text_of(edit.value)}" for edit in self.edits)


@dataclass(frozen=True)
class Sweep:
    """A grid of cells over one or two axes: columns over the first, rows over the second."""

    axes: tuple[Axis, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, row by row."""
        columns, rows = self._numbered()
        return tuple(
            Cell(column, row, tuple(edit for edit in (across, down) if edit is not None))
            for (row, down), (column, across) in product(rows, columns)
        )

    def in_order(self, graph: Graph) -> tuple[Cell, ...]:
        """Return all cells in the order that needs the least work.

        Cached values are shared in any order, but memory is limited and models may have to be
        loaded again. So the axis that affects more nodes varies slowest, models first.
        """
        if len(self.axes) == 2 and _is_costlier(graph, *self.axes):
            return tuple(sorted(self.cells, key=lambda cell: (cell.column, cell.row)))
        return self.cells

    def _numbered(self) -> Iterator[Sequence[tuple[int, SetParam | None]]]:
        for axis in self.axes:
            yield [(i, SetParam(axis.node, axis.parameter, v)) for i, v in enumerate(axis.values)]
        if len(self.axes) == 1:
            yield [(0, None)]


def make_sweep(
    graph: Graph, over: Mapping[str, Sequence[Any] | str], targets: Sequence[str] = ()
) -> Sweep:
    """Return a sweep after checking its parameters and values.

    Args:
        graph: The graph to run.
        over: One or two parameters, by "node.parameter", each with its values; a text is parsed
            by `read_values`.
        targets: The nodes whose values are wanted; by default all output nodes.

    Raises:
        GraphError: a parameter or value is invalid, or affects no target.
    """
    if not 1 <= len(over) <= 2:
        raise GraphError(tr("a sweep takes one or two parameters, not {0}", len(over)), "")
    for id in targets:
        if id not in graph.nodes:
            raise GraphError(tr("there is no node {0!r}", id), id)
    needed = upstream_of(graph, targets or outputs_of(graph))
    sweep = Sweep(tuple(_axis(graph, name, given, needed) for name, given in over.items()))
    cells = len(sweep.axes[0].values) * len(sweep.axes[-1].values if len(over) > 1 else (0,))
    if cells > MOST_CELLS:
        message = tr("{0} cells are too many: at most {1}", cells, MOST_CELLS)
        raise GraphError(message, sweep.axes[0].node)
    return sweep


def _axis(graph: Graph, name: str, given: Sequence[Any] | str, needed: Collection[str]) -> Axis:
    id, _, parameter_name = name.partition(".")
    parameter = _parameter(graph, id, parameter_name)
    values: list[Any] = []
    try:
        wanted = read_values(parameter, given) if isinstance(given, str) else given
        if len(wanted) > MOST_CELLS:
            raise NodeError(tr("{0} values are too many: at most {1}", len(wanted), MOST_CELLS))
        for value in wanted:
            values.append(parameter.check(value))
            if values[-1] in values[:-1]:
                raise NodeError(tr("{0} is given twice", text_of(values[-1])))
    except (NodeError, ValueError) as error:
        raise GraphError(f"{name}: {error}", id, parameter_name) from None
    if problem := _problem(graph, id, name, values, needed):
        raise GraphError(problem, id, parameter_name)
    return Axis(id, parameter_name, tuple(values))


def _problem(
    graph: Graph, id: str, name: str, values: Sequence[Any], needed: Collection[str]
) -> str:
    """Return why a sweep over these values is useless, or ""."""
    if not values:
        return tr("{0}: there are no values", name)
    if name.partition(".")[2] in graph.links_in(id):
        return tr("{0} is linked, so its value cannot be swept", name)
    match graph.nodes[id].mode:
        case "muted":
            return tr("{0} changes nothing: {1} is muted", name, id)
        case "bypassed":
            return tr("{0} changes nothing: {1} is bypassed", name, id)
        case "active":
            return "" if id in needed else tr("{0} changes nothing: no target needs {1}", name, id)


def _parameter(graph: Graph, id: str, name: str) -> Parameter:
    if id not in graph.nodes:
        raise GraphError(tr("{0}.{1}: there is no node {0!r}", id, name), id)
    spec = graph.spec(id)
    if spec is None or name not in spec.parameters:
        known = ", ".join(spec.parameters if spec else ()) or tr("none")
        message = tr("{0}.{1}: {0} has no parameter {1!r}; it has {2}", id, name, known)
        raise GraphError(message, id, name)
    return spec.parameters[name]


# --- folders -------------------------------------------------------------------------------------


def sweep_folder(output_dir: Path, sweep: Sweep) -> Path:
    """Return the folder for the files of a sweep: "sweep control.end sampler.seed"."""
    return output_dir / _cut(" ".join(["sweep", *(axis.name for axis in sweep.axes)]))


_LONGEST_NAME = 240  # in bytes of UTF-8; most file systems allow 255


def _cut(name: str) -> str:
    """Shorten a file name to the bytes that file systems allow."""
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def cell_folders(sweep: Sweep) -> Mapping[Cell, str]:
    """Return the name of each cell's folder inside that of its sweep: "end=0.5, seed=3".

    Names are shortened and cleaned so that every file system accepts them; if two cells would get
    the same name, the later one gets a number.
    """
    folders: dict[Cell, str] = {}
    taken: Counter[str] = Counter()
    for cell in sweep.cells:
        name = _cut(re.sub(r"[^\w.=+, -]+", "_", cell.label)[:80]).rstrip(". ")
        taken[name.lower()] += 1
        count = taken[name.lower()]
        folders[cell] = name if count == 1 else f"{name} ({count})"
    return folders


# --- values as texts -----------------------------------------------------------------------------


def read_values(parameter: Parameter, text: str) -> list[Any]:
    """Parse the values in a text, without checking them.

    Values are separated by commas: "0.2,0.5,1". Ranges of numbers include both ends: "0..1:0.25",
    or "1..4" for integers. Texts that contain commas, and curves, are given as a JSON list:
    '["a hill, at dawn", "a lake"]'.

    Raises:
        ValueError: the text does not follow this syntax.
    """
    if text.lstrip().startswith("["):
        try:
            return msgspec.json.decode(text, type=list[Any])
        except msgspec.DecodeError as error:
            raise ValueError(tr("{0} is not a JSON list: {1}", shown(text), error)) from None
    parts = [part.strip() for part in text.split(",")]
    if parameter.type == "text":
        return list[Any](parts)
    return [value for part in parts for value in _read(parameter, part)]


def _read(parameter: Parameter, text: str) -> list[Any]:
    found = _RANGE.fullmatch(text)
    try:
        if found and parameter.type in ("integer", "number"):
            return _range(parameter, *found.groups())
        return [msgspec.json.decode(text)]
    except (msgspec.DecodeError, ArithmeticError):
        text = shown(text)
        raise ValueError(tr("{0} is not a value (numbers, true, false, null)", text)) from None


def _range(parameter: Parameter, first: str, last: str, step: str | None) -> list[Any]:
    """Return the numbers of a range, exactly as if they were written one by one."""
    if step is None and parameter.type == "number":
        raise ValueError(tr("{0}..{1} needs a step, as in {0}..{1}:0.25", first, last))
    start, end, width = Decimal(first), Decimal(last), Decimal(step or 1)
    if width <= 0:
        raise ValueError(tr("{0}..{1}:{2} needs a step above 0", first, last, step))
    steps = abs(end - start) / width
    if steps >= MOST_CELLS:
        count = int(steps) + 1 if steps < 10**9 else f"{steps:.0E}"
        raise ValueError(tr("{0}..{1} has {2} values: at most {3}", first, last, count, MOST_CELLS))
    direction = 1 if end >= start else -1
    numbers = [start + direction * number * width for number in range(int(steps) + 1)]
    return [int(x) if x == x.to_integral_value() else float(x) for x in numbers]


def text_of(value: Any) -> str:
    """Return the label of a value: 0.5, 1, true, or the text itself; points of a curve as x: y; the
    number of strokes of a painting."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return counted("%n strokes", read_painting(cast("tuple[str, ...]", value)).marks)
    if isinstance(value, tuple):
        points = cast("tuple[tuple[float, float], ...]", value)
        return ", ".join(f"{text_of(x)}: {text_of(y)}" for x, y in points)
    return msgspec.json.encode(value).decode().removesuffix(".0")


# --- the graph -----------------------------------------------------------------------------------


def outputs_of(graph: Graph) -> list[str]:
    """Return the active output nodes, the default targets of a run."""
    specs = {id: graph.spec(id) for id, node in graph.nodes.items() if node.mode == "active"}
    return [id for id, spec in specs.items() if spec is not None and spec.output]


def upstream_of(graph: Graph, targets: Sequence[str]) -> set[str]:
    """Return the targets and all nodes upstream of them."""
    waiting = list(targets)
    seen = set(waiting)
    while waiting:
        for link in graph.links_in(waiting.pop()).values():
            if link.source not in seen:
                seen.add(link.source)
                waiting.append(link.source)
    return seen


def _is_costlier(graph: Graph, one: Axis, other: Axis) -> bool:
    """True if a change of `one` costs more than a change of `other`."""
    loads = [_parameter(graph, a.node, a.parameter).widget == "model-path" for a in (one, other)]
    if loads[0] != loads[1]:
        return loads[0]
    return one.node != other.node and one.node in upstream_of(graph, [other.node])


def can_batch(graph: Graph) -> bool:
    """True if a sampler of the graph can do its steps in one batch with those of other runs."""
    specs = (graph.spec(id) for id in graph.nodes)
    return any(spec and spec.stepwise and "together" in spec.parameters for spec in specs)
