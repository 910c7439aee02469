"""Which node types a few typed letters mean, and which fit a socket. No widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from nodeui.graph.spec import NodeSpec, connectable
from nodeui.graph.wording import tr

Direction = Literal["input", "output"]

_START = 8.0  # a letter that begins a word
_NEXT = 5.0  # a letter right after the one before
_LETTER = 1.0
_GAP = 0.2  # for every letter left out between two
_RECENT = 3.0
_ID = 0.6  # what is found in an id counts less than in a title


def fuzzy(query: str, text: str) -> float | None:
    """How well the letters of `query` are found in `text`, in this order; None: they are not.

    Letters that begin words, and letters in a row, count more; so "dl" finds "Decode latents".
    """
    query, text = query.lower(), text.lower()
    # best[j]: the best score with the query so far, its last letter at text[j]
    best: list[float | None] = [None] * len(text)
    for number, letter in enumerate(query):
        row: list[float | None] = [None] * len(text)
        reach: float | None = None  # best score with the letter before anywhere further left
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
    """How well a node type answers a query; None: not at all.

    Every word of the query is looked for in the title and in the id as single letters, and in
    the category and the help as it stands.
    """
    total = 0.0
    for word in query.split():
        found = [
            value * weight
            for text, weight in ((spec.title, 1.0), (spec.id, _ID))
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
    """The node types that answer a query, best first; without a query, recent ones first and the
    others in the order of the library.

    Args:
        query: What was typed.
        specs: Among which.
        recent: Ids of types used lately, last used first.
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
    """Whether a node type has a socket that a link can end at.

    Args:
        spec: The node type.
        type: Socket type of the link's other end.
        direction: What that other end is: the link comes from an "output" or an "input".
    """
    if direction == "input":
        return any(connectable(socket.type, type) for socket in spec.outputs.values())
    takes = [*spec.inputs.values(), *spec.parameters.values()]
    return any(connectable(type, socket.type) for socket in takes)


def by_category(specs: Mapping[str, NodeSpec]) -> dict[str, list[NodeSpec]]:
    """The node types under their categories, both in the order of the library."""
    groups: dict[str, list[NodeSpec]] = {}
    for spec in specs.values():
        groups.setdefault(spec.category, []).append(spec)
    return groups


def _place(spec: NodeSpec) -> tuple[str, str]:
    return spec.category, spec.title
