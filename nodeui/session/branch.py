"""Branch here: a second sampler that shares its first steps with one that is there.

The branch is the sampler with all its links, what makes pictures of it, and one thing that begins
to differ after the shared steps. That the steps are shared needs no more: equal keys, equal steps.
The nodes are known by their ids alone; where the library has none of that name, that kind of
branch is not offered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QCoreApplication

from nodeui.graph.edits import AddNode, Batch, Connect, Edit
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import curve_at
from nodeui.session.samplers import Span, is_sampler, setting, span_of

Kind = Literal["prompt", "guidance", "control", "noise"]
KINDS: tuple[Kind, ...] = ("prompt", "guidance", "control", "noise")

Box = tuple[float, float, float, float]
"""Left, top, width and height on the canvas."""

_GAP = 60.0  # between columns of nodes
_APART = 40.0  # between nodes above each other
_GROUP = (240.0, 320.0)  # about what a group takes

_STEADY = frozenset(
    {"auto", "pndm", "lms", "euler", "heun", "dpm++2m", "dpm++3m", "dpm++2s", "unipc", "deis"}
)
"""Solvers that add no noise on their way."""
_BY_ETA = frozenset({"ddim", "tcd"})
"""Solvers that add noise where eta is above 0."""


@dataclass(frozen=True)
class Branch:
    """A branch to be made.

    Attributes:
        edit: Makes it.
        nodes: The ids of its nodes.
        originals: The nodes that it has copies of: the sampler, and what makes pictures of it.
        sampler: Its sampler.
        change: The node that holds what is to be changed.
    """

    edit: Batch
    nodes: tuple[str, ...]
    originals: tuple[str, ...]
    sampler: str
    change: str


# --- what can be branched ----------------------------------------------------------------------


def obstacle(graph: Graph, sampler: str, kind: Kind) -> str:
    """Why a sampler cannot branch in this way, for people; "" where it can."""
    spec = graph.spec(sampler)
    if spec is None or not is_sampler(graph, sampler):
        return _tr("This is no sampler.")
    match kind:
        case "prompt":
            if not _takes(graph, spec, "positive", "text.switch"):
                return _tr("This sampler takes no prompt schedule.")
            linked = "positive" in graph.links_in(sampler)
            return "" if linked else _tr("The sampler has no prompt yet.")
        case "guidance":
            if not _takes(graph, spec, "guidance", "guidance.cfg"):
                return _tr("This sampler takes no guidance over the run.")
            known = _guidance(graph, sampler) is not None
            return "" if known else _tr("Its guidance comes from a node that is computed.")
        case "control":
            fits = _takes(graph, spec, "control", "control.apply")
            return "" if fits else _tr("This sampler takes no control.")
        case "noise":
            if "reseed_step" not in spec.parameters:
                return _tr("This sampler draws no noise on its way.")
            noisy = _adds_noise(graph, sampler)
            return "" if noisy else _tr("Its solver adds no noise on its way.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("branch", text)


def _takes(graph: Graph, spec: NodeSpec, input: str, type: str) -> bool:
    return input in spec.inputs and type in graph.specs


def _adds_noise(graph: Graph, sampler: str) -> bool:
    """Whether the solver draws noise after the first; one that is not known may do."""
    schedule = graph.links_in(sampler).get("schedule")
    node, name = (sampler, "scheduler") if schedule is None else (schedule.source, "name")
    solver = setting(graph, node, name)
    if solver in _BY_ETA:
        return bool(setting(graph, node, "eta"))
    return solver not in _STEADY


# --- making it ---------------------------------------------------------------------------------


def branch(
    graph: Graph, sampler: str, step: int, total: int, kind: Kind, box_of: Callable[[str], Box]
) -> Branch:
    """Branch a sampler after some of its steps; call it only where `obstacle` sees none.

    Args:
        graph: The graph; the returned edit changes it.
        sampler: Which sampler.
        step: How many steps the branch shares with it.
        total: How many it has.
        kind: What the branch has to be changed.
        box_of: Where a node of the graph lies, by id.
    """
    span = span_of(graph, sampler, total)
    builder = _Builder(graph, sampler, box_of)
    match kind:
        case "prompt":
            change = builder.other_prompt(span.share(step))
        case "guidance":
            change = builder.other_guidance(span, step)
        case "control":
            change = builder.other_control(span.share(step))
        case "noise":
            steps = setting(graph, sampler, "steps") or span.whole
            skipped = max(0, steps - span.whole)  # by a strength below 1
            change = builder.other_noise(skipped + span.first + step)
    label = _tr("Branch at {0} of {1}").format(step, total)
    return builder.branch(change, label)


class _Builder:
    """Collects the nodes and links of a branch."""

    def __init__(self, graph: Graph, sampler: str, box_of: Callable[[str], Box]) -> None:
        self._graph = graph
        self._original = sampler
        self._box_of = box_of
        self._nodes: dict[str, Node] = {}
        self._boxes: dict[str, Box] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self._copied = copied = (sampler, *_results(graph, sampler))
        names: dict[str, str] = {}
        for id in copied:
            names[id] = self._copy(id, box_of(id)[:2])
        for id in copied:
            for link in graph.links_in(id).values():
                self._link(names.get(link.source, link.source), link.output, names[id], link.input)
        self._sampler = names[sampler]
        self._left = min(self._boxes[id][0] for id in names.values())
        self._top = self._boxes[self._sampler][1]

    # --- what differs

    def other_prompt(self, share: float) -> str:
        """A second prompt that takes over at `share` of the run; returns its node."""
        first = self._graph.links_in(self._original)["positive"]
        switch = self._add("text.switch", "prompt-switch", {"at": share}, column=1)
        prompt = _prompt(self._graph, first.source)
        if prompt is None:
            other = self._add("text.encode", "prompt", {}, column=2)
            model = self._graph.links_in(self._original).get("model")
            if model is not None:
                self._link(model.source, model.output, other, "model")
        else:
            width = self._box_of(prompt)[2]
            other = self._copy(prompt, (self._column(1) - _GAP - width, self._top))
            for link in self._graph.links_in(prompt).values():
                self._link(link.source, link.output, other, link.input)
        self._link(first.source, first.output, switch, "first")
        self._link(other, "conditioning", switch, "second")
        self._link(switch, "conditioning", self._sampler, "positive")
        return other

    def other_guidance(self, span: Span, step: int) -> str:
        """Guidance that is as before up to a step, and may then be another; returns its node."""
        known = _guidance(self._graph, self._original)
        assert known is not None  # as `obstacle` found
        curve, rescale = known
        held = curve_at(curve, span.share(step))
        params: dict[str, Any] = {"scale": held, "curve": _split(curve, span, step)}
        if rescale:
            params["rescale"] = rescale
        guidance = self._add("guidance.cfg", "guidance", params, column=1)
        self._link(guidance, "guidance", self._sampler, "guidance")
        return guidance

    def other_control(self, share: float) -> str:
        """One more control, from `share` of the run on; returns its node."""
        graph = self._graph
        control = self._add("control.apply", "control", {"start": share}, column=1)
        before = graph.links_in(self._original).get("control")
        if before is not None:
            self._link(before.source, before.output, control, "previous")
            if graph.nodes[before.source].type == "control.apply":
                for link in graph.links_in(before.source).values():
                    if link.input in ("controlnet", "image"):
                        self._link(link.source, link.output, control, link.input)
        if (control, "controlnet") not in self._links:
            self._link(self._controlnet(), "controlnet", control, "controlnet")
        self._link(control, "control", self._sampler, "control")
        return control

    def _controlnet(self) -> str:
        """The ControlNet that is loaded already, or one that is loaded for the branch."""
        nodes = self._graph.nodes.values()
        loaded = next((node.id for node in nodes if node.type == "model.controlnet"), None)
        return loaded or self._add("model.controlnet", "controlnet", {}, column=2)

    def other_noise(self, step: int) -> str:
        """Other noise from a solver step on; returns the sampler."""
        node = self._nodes[self._sampler]
        params = node.params | {"reseed_step": step, "reseed": secrets.randbelow(2**32)}
        self._nodes[node.id] = msgspec.structs.replace(node, params=params)
        return node.id

    # --- parts

    def _name(self, like: str) -> str:
        """A free id: `sampler-2` -> `sampler-3`."""
        return self._graph.free_id(re.sub(r"-\d+$", "", like), self._nodes)

    def _copy(self, id: str, at: tuple[float, float]) -> str:
        """A node like another one, without its links."""
        name = self._name(id)
        self._nodes[name] = msgspec.structs.replace(self._graph.nodes[id], id=name)
        self._boxes[name] = (*at, *self._box_of(id)[2:])
        return name

    def _add(self, type: str, like: str, params: dict[str, Any], *, column: int) -> str:
        """A new node, `column` columns to the left of the copies."""
        spec = self._graph.specs[type]
        name = self._name(like)
        group = self._graph.nodes[self._original].group
        self._nodes[name] = Node(name, type, spec.version, params, group=group)
        self._boxes[name] = (self._column(column), self._top, *_size(spec))
        return name

    def _column(self, number: int) -> float:
        return self._left - number * (_WIDTH + _GAP)

    def _link(self, source: str, output: str, target: str, input: str) -> None:
        self._links[target, input] = Link(source, output, target, input)

    # --- the whole

    def branch(self, change: str, label: str) -> Branch:
        """All of it, below what is there; what lies in a group of its own goes down there."""
        down = {level: self._way_down(level) for level in map(self._level, self._nodes.values())}
        edits: list[Edit] = []
        for id, node in self._nodes.items():
            x, y, *_ = self._boxes[id]
            pos = (round(x), round(y + down[self._level(node)]))
            edits.append(AddNode(msgspec.structs.replace(node, pos=pos)))
        edits += [Connect(link) for link in self._links.values()]
        return Branch(
            Batch(tuple(edits), label=label),
            tuple(self._nodes),
            self._copied,
            self._sampler,
            change,
        )

    def _level(self, node: Node) -> str:
        """The group that a node is shown in; "" is the top."""
        return node.group if node.group in self._graph.groups else ""

    def _way_down(self, level: str) -> float:
        """How far the nodes of the branch in a group must go down."""
        own = [self._boxes[id] for id, node in self._nodes.items() if self._level(node) == level]
        graph = self._graph
        others = [self._box_of(id) for id, n in graph.nodes.items() if self._level(n) == level]
        groups = [(*g.pos, *_GROUP) for g in graph.groups.values() if g.parent == level]
        return _way_down(own, [*others, *groups])


# --- reading the graph -------------------------------------------------------------------------


def _results(graph: Graph, sampler: str) -> list[str]:
    """What makes pictures of a sampler's value: the nodes below it up to the next sampler. Where
    nothing is shown before that one, all the nodes below."""
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
    """Those that end somewhere among themselves: not what only prepares the next sampler."""
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


def _prompt(graph: Graph, id: str) -> str | None:
    """The prompt that holds last in a conditioning: the nearest text.encode above, in schedules
    the second one."""
    seen: set[str] = set()
    waiting = [id]
    while waiting:
        id = waiting.pop()
        if graph.nodes[id].type == "text.encode":
            return id
        seen.add(id)
        links = sorted(graph.links_in(id).values(), key=lambda link: link.input == "second")
        waiting += [link.source for link in links if link.source not in seen]
    return None


def _guidance(graph: Graph, sampler: str) -> tuple[tuple[tuple[float, float], ...], float] | None:
    """The guidance scale over the run, and its rescaling; None where it is not known here."""
    link = graph.links_in(sampler).get("guidance")
    if link is None:
        scale = setting(graph, sampler, "guidance_scale")
        rescale = setting(graph, sampler, "guidance_rescale")
        curve = None
    else:
        node = graph.nodes[link.source]
        if node.type != "guidance.cfg" or node.mode != "active":
            return None
        if "curve" in graph.links_in(node.id):
            return None
        scale, curve = setting(graph, node.id, "scale"), setting(graph, node.id, "curve")
        rescale = setting(graph, node.id, "rescale")
    if rescale is None or (scale is None and not curve):
        return None
    points: Iterable[Any] = curve or ((0.0, scale),)
    return tuple((float(x), float(y)) for x, y in points), float(rescale)


def _split(
    curve: tuple[tuple[float, float], ...], span: Span, step: int
) -> tuple[tuple[float, float], ...]:
    """A curve with two points more where a step ends: the second one moves all that follows.

    At the steps before it, the values keep their last bit: where rounding would change one, a
    point holds it.
    """
    at = span.share(step)
    value = curve_at(curve, at)
    before = [point for point in curve if point[0] < at]
    after = [(at, value), (at, value), *(point for point in curve if point[0] > at)]
    if not before:
        before = [(0.0, value)]
    held = {n / span.whole: curve_at(curve, n / span.whole) for n in range(span.first + step)}
    while True:  # a point that holds one value may round the next one
        now = (*before, *after)
        wrong = [(x, y) for x, y in held.items() if curve_at(now, x) != y]
        if not wrong:
            return now
        before = sorted([*before, *wrong], key=lambda point: point[0])


# --- places ------------------------------------------------------------------------------------

_WIDTH = 220.0


def _size(spec: NodeSpec) -> tuple[float, float]:
    """About as large as the canvas will draw it."""
    rows = max(len(spec.inputs), len(spec.outputs)) + min(len(spec.parameters), 8)
    texts = sum(parameter.widget == "multiline" for parameter in spec.parameters.values())
    return _WIDTH, 40.0 + 22.0 * rows + 61.0 * texts


def _way_down(boxes: Iterable[Box], others: Iterable[Box]) -> float:
    """How far boxes must go down until they lie clear of all others."""
    own, down = list(boxes), 0.0
    pairs = [
        (above[1] + above[3] + _APART - box[1], above[1] - box[1] - box[3] - _APART)
        for box in own
        for above in others
        if box[0] < above[0] + above[2] + _APART / 2 and above[0] < box[0] + box[2] + _APART / 2
    ]  # how far down a box is clear below another one, and up to where it is clear above
    for clear_below, clear_above in sorted(pairs):
        if clear_above < down < clear_below:
            down = clear_below
    return down
