"""Searches node types by typed letters and by socket; uses no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from nodeui.graph.spec import NodeSpec, connectable
from nodeui.graph.wording import tr

Direction = Literal["input", "output"]

_START = 8.0  # a letter that begins a word
_NEXT = 5.0  # a letter right after the one before
_LETTER = 1.0
_GAP = 0.2  # subtracted for every letter skipped between two
_RECENT = 3.0
_ALIAS = 0.9  # weights of matches in aliases and ids, relative to titles
_ID = 0.6


def fuzzy(query: str, text: str) -> float | None:
    """Score how well the letters of `query` match `text` in order; None if they do not.

    Letters that begin words and consecutive letters count more, so "dl" finds "Decode latents".
    """
    query, text = query.lower(), text.lower()
    # best[j]: the best score with the query so far, its last letter at text[j]
    best: list[float | None] = [None] * len(text)
    for number, letter in enumerate(query):
        row: list[float | None] = [None] * len(text)
        reach: float | None = None  # best score with the previous letter further left
        for place, other in enumerate(text):
            if place > 0:
                earlier = best[place - 2] if place > 1 else None
                if reach is not None:
                    reach -= _GAP
                if earlier is not None and (reach is None or earlier - _GAP > reach):
                    reach = earlier - _GAP
            if other != letter:
                continue
            score = _LETTER + (_START if place == 0 or not text[place - 1].isalnum() else 0.0)
            if number == 0:
                row[place] = score - _GAP * min(place, 10) / 10
                continue
            before = best[place - 1] if place > 0 else None
            options = [
                *([before + _NEXT] if before is not None else []),
                *([reach] if reach is not None else []),
            ]
            if options:
                row[place] = score + max(options)
        best = row
    found = [score for score in best if score is not None]
    if not query:
        return 0.0
    return max(found) - 0.01 * len(text) if found else None


def score(query: str, spec: NodeSpec) -> float | None:
    """Score how well a node type matches a query; None if it does not.

    Each word of the query is matched letter by letter in the title, the aliases and the id, and as
    a substring in the category and the help.
    """
    aliases: tuple[str, ...] = getattr(spec, "aliases", ())
    names = [(spec.title, 1.0), *((alias, _ALIAS) for alias in aliases), (spec.id, _ID)]
    total = 0.0
    for word in query.split():
        found = [
            value * weight
            for text, weight in names
            if (value := fuzzy(word, text)) is not None and value >= len(word) * 2
        ]
        if word.lower() in tr(spec.category).lower():
            found.append(2.0 * len(word))
        if len(word) > 2 and word.lower() in spec.help.lower():
            found.append(1.0 * len(word))
        if not found:
            return None
        total += max(found)
    return total


def ranked(query: str, specs: Iterable[NodeSpec], recent: Sequence[str] = ()) -> list[NodeSpec]:
    """Return the node types that match a query, best first.

    An empty query matches all: recent ones first, the others in the order of the library.

    Args:
        query: The typed text.
        specs: The node types to search.
        recent: The ids of recently used types, last used first.
    """
    ranks = {id: place for place, id in enumerate(recent)}
    if not query.strip():
        return sorted(specs, key=lambda spec: ranks.get(spec.id, len(ranks)))
    found = [(value, spec) for spec in specs if (value := score(query, spec)) is not None]
    found = [
        (value + (_RECENT / (1 + ranks[spec.id]) if spec.id in ranks else 0.0), spec)
        for value, spec in found
    ]
    return [spec for _, spec in sorted(found, key=lambda pair: (-pair[0], _place(pair[1])))]


def fits(spec: NodeSpec, type: str, direction: Direction) -> bool:
    """True if a node type has a socket that a link can connect to.

    Args:
        spec: The node type.
        type: Socket type of the link's other end.
        direction: Whether that other end is an "output" or an "input".
    """
    if direction == "input":
        return any(connectable(socket.type, type) for socket in spec.outputs.values())
    takes = [*spec.inputs.values(), *spec.parameters.values()]
    return any(connectable(type, socket.type) for socket in takes)


def by_category(specs: Mapping[str, NodeSpec]) -> dict[str, list[NodeSpec]]:
    """Group the node types by category, both in the order of the library."""
    groups: dict[str, list[NodeSpec]] = {}
    for spec in specs.values():
        groups.setdefault(spec.category, []).append(spec)
    return groups


def _place(spec: NodeSpec) -> tuple[str, str]:
    return spec.category, spec.title
