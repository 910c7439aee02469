"""The workflow in a picture: its content, its main settings, and its changes to another one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from nodeui.graph import document, embedded
from nodeui.graph.facts import Made, values_of
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr, words
from nodeui.pictures.record import Settings


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
        return digest_of(self.packed())


def digest_of(packed: bytes) -> str:
    """Return the hash of a packed workflow."""
    return hashlib.blake2s(packed, digest_size=16).hexdigest()


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
    text = texts.get(embedded.WORKFLOW)
    if text is None:
        return None
    try:
        graph = document.load(text.encode(errors="surrogatepass"), {}).graph
    except (document.DocumentError, ValueError):
        return None
    made, files = _provenance(texts.get(embedded.PROVENANCE, ""))
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
    """Return the main settings of a workflow, as its node types declare them (`sdk.facts`)."""
    above: dict[str, dict[str, str]] = {}
    for start, end in sorted(workflow.links):
        (source, _, _), (target, _, input) = start.partition("."), end.partition(".")
        above.setdefault(target, {})[input] = source

    def look(id: str) -> Made:
        type, params = workflow.nodes.get(id, ("", {}))
        mode = "bypassed" if id in workflow.skipped else "active"
        return Made(
            Node(id, type, params=dict(params), mode=mode), specs.get(type), above.get(id, {})
        )

    last = _last(workflow, above)

    def values(name: str) -> list[Any]:
        return [value for id in last for value in values_of(name, id, look)]

    def first(name: str) -> Any:
        return next(iter(values(name)), None)

    seed = first("seed")
    return Settings(
        prompt=_lines(values("prompt")) or "\n".join(prompts(workflow, specs)),
        negative=_lines(values("negative")),
        seed=seed if isinstance(seed, int) else None,
        model=_name_of(str(first("model") or "")),
        loras=tuple(dict.fromkeys(_name_of(str(name)) for name in reversed(values("lora")))),
        sampler=str(first("sampler") or ""),
    )


def _last(workflow: EmbeddedWorkflow, above: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the nodes that made the picture and whose values no other one of them takes."""
    used = workflow.used
    taken = {source for id in used for source in above.get(id, {}).values()}
    return [id for id in used if id not in taken] or list(used)


def _lines(texts: Sequence[Any]) -> str:
    """Return texts as one line each, without repetition."""
    return "\n".join(dict.fromkeys(" ".join(str(text).split()) for text in texts))


def unknown_types(workflow: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]) -> list[str]:
    """Return the node types of a workflow that are not known."""
    return sorted({type for type, _ in workflow.nodes.values()} - specs.keys())


def _name_of(source: str) -> str:
    """Return the name of a model: the last part of an absolute path, else the source itself."""
    plain = source.replace("\\", "/")
    if plain.startswith(("/", "~")) or plain[1:3] == ":/":
        return plain.rstrip("/").rpartition("/")[2]
    return source


# --- changes -----------------------------------------------------------------------------------


def prompts(workflow: EmbeddedWorkflow, specs: Mapping[str, NodeSpec]) -> list[str]:
    """Return the non-empty texts of several lines of a workflow, such as prompts."""
    found: dict[str, None] = {}
    for type, params in workflow.used.values():
        spec = specs.get(type)
        for name, value in params.items():
            parameter = spec.parameters.get(name) if spec else None
            if parameter is not None and parameter.widget == "multiline" and value:
                found[" ".join(str(value).split())] = None
    return [text for text in found if text]


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


def aligned(old: EmbeddedWorkflow, new: EmbeddedWorkflow) -> EmbeddedWorkflow:
    """Return `old` with the ids of `new` for the nodes that were copied under another number.

    A branch copies "sampler" as "sampler-2"; where only the copy made the new picture, it is the
    same node with other parameters, rather than one node less and one more.
    """
    were, are = old.used, new.used
    names: dict[str, str] = {}
    for id in are.keys() - were.keys():
        type, base = are[id][0], base_of(id)
        same = (
            other
            for other, (other_type, _) in were.items()
            if other not in are and other not in names
            if other_type == type and base_of(other) == base
        )
        if (other := next(same, None)) is not None:
            names[other] = id
    if not names:
        return old

    def end(text: str) -> str:
        id, _, socket = text.partition(".")
        return f"{names.get(id, id)}.{socket}"

    return EmbeddedWorkflow(
        {names.get(id, id): node for id, node in old.nodes.items()},
        frozenset((end(source), end(target)) for source, target in old.links),
        frozenset(names.get(id, id) for id in old.skipped),
        {names.get(id, id): text for id, text in old.files.items()},
    )


def base_of(id: str) -> str:
    """Return the id of a node without the number of a copy: "sampler" for "sampler-2"."""
    return re.sub(r"-\d+$", "", id)


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
    """Summarise differences: "seed, steps"; a single one with its new value: "seed 4"."""
    names = [line.partition(":")[0].rpartition(".")[2] for line in lines if ": " in line]
    names += [line for line in lines if ": " not in line and line.count(".") == 0]
    if any(": " not in line and "." in line for line in lines):
        names.append(tr("links"))
    summary = ", ".join(dict.fromkeys(words(name) for name in names))
    if len(lines) == 1 and ": " in lines[0]:
        return f"{summary} {lines[0].rpartition(' → ')[2]}"
    return summary


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
