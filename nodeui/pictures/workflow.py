"""The workflow in a picture: its content, its main settings, and its changes to another one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import msgspec

from nodeui.graph import document
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr, words
from nodeui.pictures.record import Settings

PROVENANCE_KEY = "nodeui:provenance"
"""Keyword of the text that names the nodes above the one that saved the picture."""

NEGATIVE = "negative"
"""Name of the input by which samplers take the negative prompt."""


class EmbeddedWorkflow(msgspec.Struct, frozen=True):
    """The parts of a picture's workflow that are compared and searched.

    Attributes:
        nodes: Type and explicitly set parameters, by node id.
        links: Pairs of "node.output" and "node.input".
        skipped: Ids of the nodes that did not take part, such as a bypassed one; they have no
            parameters here.
        files: Hashes of the outside state that nodes depend on, such as the SHA-256 of a loaded
            picture, by node id.
    """

    nodes: Mapping[str, tuple[str, Mapping[str, Any]]]
    links: frozenset[tuple[str, str]]
    skipped: frozenset[str] = frozenset()
    files: Mapping[str, str] = {}

    @property
    def used(self) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        """The nodes that made the picture."""
        if not self.skipped:
            return self.nodes
        return {id: node for id, node in self.nodes.items() if id not in self.skipped}

    def packed(self) -> bytes:
        """Return the workflow as bytes; equal workflows have equal bytes."""
        tables = (self.nodes.items(), self.links, self.skipped, self.files.items())
        content = [sorted(cast("Iterable[Any]", table), key=_name) for table in tables]
        return msgspec.json.encode(content, order="deterministic")

    @staticmethod
    def unpacked(data: bytes) -> EmbeddedWorkflow:
        """Return the workflow that `packed` turned into bytes."""
        nodes, links, skipped, files = msgspec.json.decode(data, type=_Packed)
        return EmbeddedWorkflow(dict(nodes), frozenset(links), frozenset(skipped), dict(files))

    def digest(self) -> str:
        """Return a hash of the workflow."""
        return hashlib.blake2s(self.packed(), digest_size=16).hexdigest()


_Packed = tuple[
    list[tuple[str, tuple[str, dict[str, Any]]]],
    list[tuple[str, str]],
    list[str],
    list[tuple[str, str]],
]


def _name(entry: Any) -> Any:
    """Return the sort key of an entry: its name or names, which are unique."""
    return entry[0] if len(entry) == 2 and not isinstance(entry[1], str) else entry


def workflow_of(texts: Mapping[str, str]) -> EmbeddedWorkflow | None:
    """Return the workflow in the texts of a picture; None if there is none that can be read.

    If the file names the nodes that made the picture, the nodes beside them are left out.
    """
    text = texts.get(document.PNG_KEY)
    if text is None:
        return None
    try:
        graph = document.load(text.encode(errors="surrogatepass"), {}).graph
    except (document.DocumentError, ValueError):
        return None
    made, files = _provenance(texts.get(PROVENANCE_KEY, ""))
    made = [id for id in graph.nodes if id in made] or list(graph.nodes)
    nodes, waiting = dict.fromkeys(made), list(made)
    while waiting:
        sources = [link.source for link in graph.links_in(waiting.pop()).values()]
        waiting += [id for id in sources if id not in nodes]
        nodes.update(dict.fromkeys(sources))
    skipped = frozenset(nodes.keys() - set(made))
    return EmbeddedWorkflow(
        {
            id: (node.type, {} if id in skipped else node.params)
            for id, node in graph.nodes.items()
            if id in nodes
        },
        frozenset(
            (f"{link.source}.{link.output}", f"{link.target}.{link.input}")
            for link in graph.links()
            if link.target in nodes
        ),
        skipped,
        files,
    )


class _Made(msgspec.Struct):
    fingerprint: str = ""


class _Provenance(msgspec.Struct):
    nodes: dict[str, _Made] = {}


def _provenance(text: str) -> tuple[frozenset[str], Mapping[str, str]]:
    """Return the ids of the nodes that made a picture, and their fingerprints."""
    try:
        nodes = msgspec.json.decode(text.encode(errors="replace"), type=_Provenance).nodes
    except msgspec.MsgspecError:
        return frozenset(), {}
    return frozenset(nodes), {id: one.fingerprint for id, one in nodes.items() if one.fingerprint}


# --- settings ----------------------------------------------------------------------------------


def settings_of(workflow: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]) -> Settings:
    """Return the main settings of a workflow, found by what the node types declare.

    The sampler is the last step-wise node. Prompts are the texts of several lines above it, its
    seed is a parameter with the seed field, and its solver is its first choice. A model is chosen
    by a parameter with the model field on a node whose output reaches the sampler; a node that
    takes and returns the model is a LoRA.
    """
    walk = _Walk(workflow, specs)
    sampler = walk.last_sampler()
    if sampler is None:
        return Settings(prompt="\n".join(walk.texts(workflow.nodes)))
    model, loras = walk.model(sampler)
    sources = walk.into.get(sampler, {})
    negative = walk.above([sources[NEGATIVE][0]] if NEGATIVE in sources else [])
    positive = walk.above([source for name, (source, _) in sources.items() if name != NEGATIVE])
    return Settings(
        prompt="\n".join(walk.texts([sampler, *positive])),
        negative="\n".join(walk.texts([id for id in negative if id not in positive])),
        seed=walk.seed(sampler),
        model=model,
        loras=loras,
        sampler=walk.solver(sampler),
    )


def unknown_types(workflow: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]) -> list[str]:
    """Return the node types of a workflow that are not known."""
    return sorted({type for type, _ in workflow.nodes.values()} - specs.keys())


@dataclass(frozen=True)
class _Walk:
    """Walks over a workflow from node to node.

    Attributes:
        into: Source of each linked input as (node, output), by node and input.
    """

    workflow: EmbeddedWorkflow
    specs: Mapping[str, NodeSpec]
    into: dict[str, dict[str, tuple[str, str]]] = field(
        default_factory=dict[str, dict[str, tuple[str, str]]]
    )

    def __post_init__(self) -> None:
        for start, end in sorted(self.workflow.links):
            (source, _, output), (target, _, input) = start.partition("."), end.partition(".")
            self.into.setdefault(target, {})[input] = (source, output)

    def spec(self, id: str) -> NodeSpec | None:
        return self.specs.get(self.workflow.nodes[id][0]) if id in self.workflow.nodes else None

    def above(self, ids: Sequence[str]) -> list[str]:
        """Return nodes and all above them, nearest first, up to step-wise nodes, without these."""
        found: list[str] = []
        waiting = list(dict.fromkeys(ids))
        while waiting:
            id = waiting.pop(0)
            spec = self.spec(id)
            if id in found or (spec is not None and spec.stepwise):
                continue
            found.append(id)
            waiting += [source for source, _ in self.into.get(id, {}).values()]
        return found

    @cached_property
    def _samplers(self) -> list[str]:
        nodes = self.workflow.nodes
        return [id for id in nodes if (spec := self.spec(id)) is not None and spec.stepwise]

    def last_sampler(self) -> str | None:
        """Return the first step-wise node that is above no other one; None without any."""
        feeding: set[str] = set()
        for sampler in self._samplers:
            for id in self.above([source for source, _ in self.into.get(sampler, {}).values()]):
                feeding.update(source for source, _ in self.into.get(id, {}).values())
            feeding.update(source for source, _ in self.into.get(sampler, {}).values())
        last = (id for id in self._samplers if id not in feeding)
        return next(last, next(iter(self._samplers), None))

    def value(self, id: str, name: str) -> Any:
        """Return the value of a parameter; if linked, that of the source's parameter of its type,
        None if there is none."""
        spec = self.spec(id)
        seen: set[str] = set()
        while spec is not None and id not in seen and name in self.into.get(id, {}):
            seen.add(id)
            type = spec.parameters[name].type
            id = self.into[id][name][0]
            spec = self.spec(id)
            same = (p.name for p in spec.parameters.values() if p.type == type) if spec else ()
            name = next(iter(same), "")
        if spec is None or name not in spec.parameters:
            return None
        return self.workflow.nodes[id][1].get(name, spec.parameters[name].default)

    def texts(self, ids: Sequence[str] | Mapping[str, Any]) -> list[str]:
        """Return the non-empty texts of several lines that are set on nodes, each once."""
        found: dict[str, None] = {}
        for id in ids:
            spec = self.spec(id)
            for parameter in spec.parameters.values() if spec else ():
                if id in self.workflow.skipped:
                    continue
                if parameter.widget == "multiline" and parameter.name not in self.into.get(id, {}):
                    text = str(self.value(id, parameter.name) or "")
                    found[" ".join(text.split())] = None
        return [text for text in found if text]

    def seed(self, sampler: str) -> int | None:
        spec = self.spec(sampler)
        names = [p.name for p in spec.parameters.values() if p.widget == "seed"] if spec else []
        for id, name in ((sampler, name) for name in names):
            value = self.value(id, name)
            if isinstance(value, int):
                return value
        return None

    def solver(self, sampler: str) -> str:
        """Return the sampler's first choice; a node linked to it that has the same choices wins."""
        spec = self.spec(sampler)
        own = next((p for p in spec.parameters.values() if p.choices), None) if spec else None
        if own is None:
            return ""
        for source, _ in self.into.get(sampler, {}).values():
            above = self.spec(source)
            for parameter in above.parameters.values() if above else ():
                if parameter.choices == own.choices:
                    return str(self.value(source, parameter.name) or "")
        return str(self.value(sampler, own.name) or "")

    def model(self, sampler: str) -> tuple[str, tuple[str, ...]]:
        """Return the names of the model of a sampler, and of the LoRAs that change it."""
        for source, output in self.into.get(sampler, {}).values():
            model, loras = self._chain(source, output)
            if model:
                return model, loras
        return "", ()

    def _chain(self, id: str, output: str) -> tuple[str, tuple[str, ...]]:
        """Follow a value up through the nodes that take and return its type."""
        loras: list[str] = []
        seen: set[str] = set()
        while id not in seen:
            seen.add(id)
            spec = self.spec(id)
            if spec is None or output not in spec.outputs:
                break
            type = spec.outputs[output].type
            name = next((p.name for p in spec.parameters.values() if p.widget == "model-path"), "")
            value = _name_of(str(self.value(id, name) or "")) if name else ""
            same = next((s.name for s in spec.inputs.values() if s.type == type), None)
            if same is None:
                return value, tuple(reversed(loras))
            if value and id not in self.workflow.skipped:
                loras.append(value)
            if same not in self.into.get(id, {}):
                break
            id, output = self.into[id][same]
        return "", ()


def _name_of(source: str) -> str:
    """Return the name of a model: the last part of an absolute path, else the source itself."""
    plain = source.replace("\\", "/")
    if plain.startswith(("/", "~")) or plain[1:3] == ":/":
        return plain.rstrip("/").rpartition("/")[2]
    return source


# --- changes -----------------------------------------------------------------------------------


def prompts(workflow: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]) -> list[str]:
    """Return the non-empty texts of several lines of a workflow, such as prompts."""
    return _Walk(workflow, specs).texts(workflow.nodes)


def differences(
    old: EmbeddedWorkflow, new: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]
) -> list[str]:
    """Return the changes from one workflow to another, one line per change.

    Args:
        old, new: The workflows.
        specs: The node types, for the defaults of parameters that a file omits.
    """
    return list(_changes(old, new, specs))


def _changes(
    old: EmbeddedWorkflow, new: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]
) -> Iterator[str]:
    were, are = old.used, new.used
    for id, (type, params) in are.items():
        if id not in were:
            yield f"+ {id}"
        elif were[id] != (type, params):
            defaults: Mapping[str, Any] = specs[type].defaults if type in specs else {}
            before, after = {**defaults, **were[id][1]}, {**defaults, **params}
            for name in dict.fromkeys((*after, *before)):
                was, now = before.get(name), after.get(name)
                if _plain(was) != _plain(now):
                    yield f"{id}.{name}: {_short(was)} → {_short(now)}"
    yield from (f"− {id}" for id in were if id not in are)
    kept = were.keys() & are.keys()
    for sign, links in (("+", new.links - old.links), ("−", old.links - new.links)):
        for source, target in sorted(links):
            if {source.partition(".")[0], target.partition(".")[0]} <= kept:
                yield f"{sign} {source} → {target}"


def distance(old: EmbeddedWorkflow, new: EmbeddedWorkflow) -> int:
    """Return the number of changes from one workflow to another; another node counts as several."""
    were, are = old.used, new.used
    count = _NODE_CHANGES * len(were.keys() ^ are.keys()) + len(old.links ^ new.links)
    for id in were.keys() & are.keys():
        (was_type, was), (type, now) = were[id], are[id]
        if was_type != type:
            count += _NODE_CHANGES
        elif was != now:
            count += sum(was.get(name) != now.get(name) for name in was.keys() | now.keys())
    return count


_NODE_CHANGES = 3


def changed_names(lines: Sequence[str]) -> str:
    """Summarise differences: "seed, steps"."""
    names = [line.partition(":")[0].rpartition(".")[2] for line in lines if ": " in line]
    names += [line for line in lines if ": " not in line and line.count(".") == 0]
    if any(": " not in line and "." in line for line in lines):
        names.append(tr("links"))
    return ", ".join(dict.fromkeys(words(name) for name in names))


def _plain(value: Any) -> Any:
    """Return a value with tuples as lists, as in JSON; curves are tuples in defaults."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[Any]", value)]
    return value


def _short(value: Any) -> str:
    if value is None:
        return "–"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "…"
