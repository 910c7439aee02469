"""Branch here, and Vary this: a copy of a step-wise node that shares its first steps.

A branch is the step-wise node with all its links, the nodes that show its value, and the change
that a `BranchKind` of its node type declares. Nothing marks the steps as shared: equal keys, equal
steps.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from nodeui.engine.protocol import Trajectory
from nodeui.graph.branches import missing_types
from nodeui.graph.edits import AddNode, Batch, Connect, Edit
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.wording import tr
from nodeui.sdk import BranchKind, BranchNode, curve_at
from nodeui.session.placing import APART, GAP, WIDTH, Box, place_below, size_of
from nodeui.session.samplers import is_sampler, setting

Points: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Branch:
    """A branch to be made.

    Attributes:
        edit: Makes it.
        nodes: Ids of its nodes.
        originals: Nodes that it has copies of: the step-wise node and those that show its value.
        sampler: Id of its step-wise node.
        change: Id of the node that the user will edit.
    """

    edit: Batch
    nodes: tuple[str, ...]
    originals: tuple[str, ...]
    sampler: str
    change: str


# --- what can be branched ----------------------------------------------------------------------


def kinds_of(graph: Graph, sampler: str) -> tuple[BranchKind, ...]:
    """Return the ways to branch a node; empty where it is not step-wise or not in the graph."""
    spec = graph.spec(sampler) if is_sampler(graph, sampler) else None
    return spec.branches if spec is not None else ()


def obstacle(graph: Graph, sampler: str, kind: BranchKind, trajectory: Trajectory | None) -> str:
    """Return the message why a node cannot be branched in this way now; "" if it can.

    Args:
        graph: The graph.
        sampler: Id of the step-wise node.
        kind: One of its branch kinds.
        trajectory: Its steps, as far as they are known.
    """
    missing = missing_types(kind, graph.specs)
    if missing:
        return tr("The node type {0} is not installed.", missing[0])
    if trajectory is None and kind.at_step:
        return tr("The steps are known once the inputs of the sampler have been computed.")
    linked = graph.links_in(sampler)
    for input, message in kind.needs.items():
        if input not in linked:
            return tr(message)
    if trajectory is not None and kind.noise and not trajectory.draws_noise:
        return tr(kind.noise)
    if trajectory is not None and kind.begins and trajectory.span.before > 0:
        return tr(kind.begins)
    for part in (None, *kind.nodes):
        curved = "curve" in (part or kind).params.values()
        if curved and _curve(graph, sampler, kind, part) is None:
            return tr(kind.unknown)
        if part is not None and part.own and _reader(graph, sampler, part) is None:
            return tr(kind.unknown)
    return ""


def branch(
    graph: Graph,
    sampler: str,
    step: int,
    trajectory: Trajectory | None,
    kind: BranchKind,
    box_of: Callable[[str], Box],
) -> Branch:
    """Branch a step-wise node after some of its steps, where `obstacle` finds none.

    Args:
        graph: The graph; the returned edit changes it.
        sampler: Id of the step-wise node.
        step: How many steps the branch shares with it.
        trajectory: Its steps; None if they are unknown and the kind does not depend on them.
        kind: One of its branch kinds.
        box_of: Returns the box of a node of the graph.
    """
    builder = _Builder(graph, sampler, kind, step, trajectory, box_of)
    builder.change_copy()
    total = trajectory.total if trajectory is not None else 0
    return builder.branch(tr("Branch at {0} of {1}", step, total))


class _Builder:
    """Collects the nodes and links of a branch; begins with the copies."""

    def __init__(
        self,
        graph: Graph,
        sampler: str,
        kind: BranchKind,
        step: int,
        trajectory: Trajectory | None,
        box_of: Callable[[str], Box],
    ) -> None:
        self._graph = graph
        self._original = sampler
        self._kind = kind
        self._step = step
        self._trajectory = trajectory
        self._box_of = box_of
        self._parts = {part.name: part for part in kind.nodes}
        self._nodes: dict[str, Node] = {}
        self._boxes: dict[str, Box] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self._ids: dict[str, str] = {}  # of the kind's nodes, by name
        self._copied = copied = (sampler, *_results(graph, sampler))
        ids: dict[str, str] = {}
        for id in copied:
            ids[id] = self._copy(id, box_of(id)[:2])
        for id in copied:
            for link in graph.links_in(id).values():
                self._link((ids.get(link.source, link.source), link.output), ids[id], link.input)
        self._sampler = ids[sampler]
        self._left = min(self._boxes[id][0] for id in ids.values())
        self._tops: dict[int, float] = {}  # where the next node of a column begins

    def change_copy(self) -> None:
        """Make the copy of the step-wise node differ as the kind declares."""
        self._change_sampler(self._values(None))
        for input, source in self._kind.links.items():
            found = self._source(source, column=1)
            if found is not None:
                self._link(found, self._sampler, input)

    def branch(self, label: str) -> Branch:
        """Return the branch, placed below all that is there."""
        change = self._add(self._kind.change, column=1) if self._kind.change else self._sampler
        placed = [(node, self._boxes[id]) for id, node in self._nodes.items()]
        places = place_below(self._graph, placed, self._box_of)
        edits: list[Edit] = [
            AddNode(msgspec.structs.replace(node, pos=pos))
            for (node, _), pos in zip(placed, places, strict=True)
        ]
        edits += [Connect(link) for link in self._links.values()]
        return Branch(
            Batch(tuple(edits), label=label),
            tuple(self._nodes),
            self._copied,
            self._sampler,
            change,
        )

    # --- the nodes of the kind

    def _source(self, text: str, column: int) -> tuple[str, str] | None:
        """Return the node and output that a declared source means; None if there is none."""
        name, dot, output = text.partition(".")
        if dot:
            part = self._parts[name]
            if part.present and template_of(self._graph, self._original, part) is None:
                values, own = self._values(part), part.own
                self._change_sampler({own[key]: values[key] for key in values if key in own})
                return None
            return self._add(name, column), output
        link = self._graph.links_in(self._original).get(text)
        return (link.source, link.output) if link is not None else None

    def _add(self, name: str, column: int) -> str:
        """Add a node of the kind, unless it is there, and return its id.

        Args:
            name: Its name in the kind.
            column: Its column, counted from the copies to the left.
        """
        if name in self._ids:
            return self._ids[name]
        part, graph = self._parts[name], self._graph
        present = (id for id, node in graph.nodes.items() if node.type == part.type)
        id = next(present, None) if part.reuse else None
        if id is not None:
            self._ids[name] = id
            return id
        template = template_of(graph, self._original, part)
        if template is not None and not part.only:
            id = self._copy(template, self._place(column, self._box_of(template)[2:]))
        else:
            id = self._new(part, column)
        self._ids[name] = id
        links = graph.links_in(template).values() if template is not None else ()
        for link in links:
            if link.input not in part.params and (not part.only or link.input in part.only):
                self._link((link.source, link.output), id, link.input)
        self._set(id, self._values(part))
        for input, text in part.links.items():
            if (id, input) not in self._links:
                source = self._source(text, column + 1)
                if source is not None:
                    self._link(source, id, input)
        return id

    def _new(self, part: BranchNode, column: int) -> str:
        """Add a new node with the parameters that it takes over."""
        graph = self._graph
        spec = graph.specs[part.type]
        id = self._free_id(part.name)
        template = template_of(graph, self._original, part)
        params: dict[str, Any] = {}
        if template is not None:
            settings = graph.nodes[template].params
            params = {name: settings[name] for name in part.only if name in settings}
        elif part.copies not in graph.links_in(self._original):
            for name, own in part.own.items():
                link = graph.links_in(self._original).get(own)
                value = setting(graph, self._original, own)
                if link is not None:
                    self._link((link.source, link.output), id, name)
                elif value != spec.parameters[name].default:
                    params[name] = value
        group = graph.nodes[self._original].group
        self._nodes[id] = Node(id, part.type, spec.version, params, group=group)
        size = size_of(spec)
        self._boxes[id] = (*self._place(column, size), *size)
        return id

    def _values(self, part: BranchNode | None) -> dict[str, Any]:
        """Return the declared values of parameters of a node of the kind, or of the copy."""
        values: dict[str, Any] = dict(part.values) if part is not None else {}
        curve = _curve(self._graph, self._original, self._kind, part)
        steps = self._trajectory
        for name, what in (part or self._kind).params.items():
            match what:
                case "seed":
                    values[name] = secrets.randbelow(2**32)
                case "share" if steps is not None:
                    values[name] = steps.share(self._step)
                case "step" if steps is not None:
                    done = steps.span.skipped + steps.span.before + self._step
                    values[name] = done // steps.span.order
                case "curve" if steps is not None and curve is not None:
                    values[name] = _split(curve, steps, self._step)
                case "level" if steps is not None and curve is not None:
                    values[name] = curve_at(curve, steps.share(self._step))
                case _:
                    pass
        return values

    def _change_sampler(self, values: dict[str, Any]) -> None:
        """Set parameters of the copy of the step-wise node."""
        self._set(self._sampler, values)
        for name in values:
            self._links.pop((self._sampler, name), None)  # else the link would count

    # --- elements

    def _free_id(self, like: str) -> str:
        """Return a free id: `sampler-2` -> `sampler-3`."""
        return self._graph.free_id(re.sub(r"-\d+$", "", like), self._nodes)

    def _copy(self, id: str, at: tuple[float, float]) -> str:
        """Add a copy of a node without its links."""
        name = self._free_id(id)
        self._nodes[name] = msgspec.structs.replace(self._graph.nodes[id], id=name)
        self._boxes[name] = (*at, *self._box_of(id)[2:])
        return name

    def _set(self, id: str, values: dict[str, Any]) -> None:
        node = self._nodes[id]
        self._nodes[id] = msgspec.structs.replace(node, params=node.params | values)

    def _link(self, source: tuple[str, str], target: str, input: str) -> None:
        self._links[target, input] = Link(*source, target, input)

    def _place(self, column: int, size: tuple[float, float]) -> tuple[float, float]:
        """Return a free place in a column."""
        width, height = size
        y = self._tops.get(column, self._boxes[self._sampler][1])
        self._tops[column] = y + height + APART
        return self._left - (column - 1) * (WIDTH + GAP) - GAP - width, y


# --- reading the graph -------------------------------------------------------------------------


def _results(graph: Graph, sampler: str) -> list[str]:
    """Return the nodes that show a step-wise node's value: those below it up to the next
    step-wise node; if none of these shows anything, all nodes below."""
    near = _useful(graph, _below(graph, sampler, lambda id: not is_sampler(graph, id)))
    return near or _below(graph, sampler, lambda id: True)


def _below(graph: Graph, id: str, wanted: Callable[[str], bool]) -> list[str]:
    found: dict[str, None] = {}
    waiting = [id]
    while waiting:
        for link in graph.links_out(waiting.pop()):
            if link.target not in found and wanted(link.target):
                found[link.target] = None
                waiting.append(link.target)
    return [id for id in graph.nodes if id in found]


def _useful(graph: Graph, ids: Iterable[str]) -> list[str]:
    """Return the nodes that lead to an end among themselves, not only to the next step-wise
    node."""
    kept = dict.fromkeys(ids)
    while True:
        useless = [
            id
            for id in kept
            if graph.links_out(id) and not any(link.target in kept for link in graph.links_out(id))
        ]
        if not useless:
            return list(kept)
        for id in useless:
            del kept[id]


def template_of(graph: Graph, sampler: str, part: BranchNode) -> str | None:
    """Return the node that a node of the branch copies: the nearest of its type above the input.
    Of a node with several inputs the last one counts first, as it takes over in schedules."""
    first = graph.links_in(sampler).get(part.copies)
    waiting = [first.source] if first is not None else []
    seen: set[str] = set()
    while waiting:
        id = waiting.pop()
        if graph.nodes[id].type == part.type:
            return id
        seen.add(id)
        links, spec = graph.links_in(id), graph.spec(id)
        order = [name for name in spec.inputs if name in links] if spec is not None else links
        waiting += [links[name].source for name in order if links[name].source not in seen]
    return None


# --- curves ------------------------------------------------------------------------------------


def _curve(graph: Graph, sampler: str, kind: BranchKind, part: BranchNode | None) -> Points | None:
    """Return the present curve of what is declared as "curve" and "level"; None if unknown.

    Args:
        graph: The graph.
        sampler: Id of the step-wise node.
        kind: One of its branch kinds.
        part: A node of the kind; None for the step-wise node itself.
    """
    params = (part or kind).params
    read = _reader(graph, sampler, part)
    names = {what: name for name, what in params.items()}
    if read is None or "curve" not in names:
        return None
    points = read(names["curve"])
    if points is None:  # linked
        return None
    if not points:
        level = read(names["level"]) if "level" in names else None
        points = () if level is None else ((0.0, level),)
    return tuple((float(x), float(y)) for x, y in points) or None


def _reader(graph: Graph, sampler: str, part: BranchNode | None) -> Callable[[str], Any] | None:
    """Return a function from parameters to their present values, None for linked ones; None if
    a node of another type provides what `part` is about."""
    if part is None:
        return lambda name: setting(graph, sampler, name)
    link = graph.links_in(sampler).get(part.copies)
    if link is None:
        defaults = graph.specs[part.type].defaults
        own = part.own
        return lambda name: (
            setting(graph, sampler, own[name]) if name in own else defaults.get(name)
        )
    node = graph.nodes[link.source]
    if node.type != part.type or node.mode != "active":
        return None
    return lambda name: setting(graph, node.id, name)


def _split(curve: Points, trajectory: Trajectory, step: int) -> Points:
    """Return a curve with two more points where a step ends: the second one moves what follows.

    At the steps before, all values keep their bits: where rounding would change one, a point
    holds it.
    """
    at = trajectory.share(step)
    value = curve_at(curve, at)
    before = [point for point in curve if point[0] < at]
    after = [(at, value), (at, value), *(point for point in curve if point[0] > at)]
    if not before:
        before = [(0.0, value)]
    done = trajectory.span.before + step
    held = {n / trajectory.whole: curve_at(curve, n / trajectory.whole) for n in range(done)}
    while True:  # a point that holds one value may round the next one
        now = (*before, *after)
        wrong = [(x, y) for x, y in held.items() if curve_at(now, x) != y]
        if not wrong:
            return now
        before = sorted([*before, *wrong], key=lambda point: point[0])
