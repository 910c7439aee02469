"""The notation of prompts: weights, windows, schedules, and what is only warned about.

The notation is that of the AUTOMATIC1111 web UI. Weights: `(word)` has weight 1.1, `[word]` 1/1.1,
`(word:1.3)` 1.3; brackets nest, and a backslash makes a bracket a plain character. Brackets that
are still open at the end are closed there. `BREAK` begins a new window of the encoder. Schedules:
`[a:b:0.5]` is a, and b from half of the run on; `[a:b:10]` changes after 10 steps; `[b:0.5]` adds b
and `[a::0.5]` removes a; `[a|b]` takes turns, one step each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nodeui.sdk import NodeError

ROUND = 1.1
MOST_TEXTS = 64
HEAVIEST = 1000.0

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_MARKS = re.compile(
    rf"\\[\\()\[\]]|[(\[]|:\s*({_NUMBER})\s*\)|[)\]]|[^\\()\[\]:]+|.",
    re.S,
)
_BREAK = re.compile(r"\s*\bBREAK\b\s*")


# --- weights -----------------------------------------------------------------------------------


class Part(NamedTuple):
    """A part of a prompt with one weight."""

    text: str
    weight: float


def parse(prompt: str) -> list[Part]:
    """Split a prompt into parts by weight; adjacent parts of equal weight are joined."""
    parts: list[Part] = []
    brackets: list[tuple[str, int]] = []  # each open bracket, and the index of its first part

    def close(kind: str, factor: float) -> None:
        _, first = brackets.pop()
        for i in range(first, len(parts)):
            parts[i] = Part(parts[i].text, parts[i].weight * factor)

    for match in _MARKS.finditer(prompt):
        token, weight = match.group(), match.group(1)
        innermost = brackets[-1][0] if brackets else ""
        if token in ("(", "["):
            brackets.append((token, len(parts)))
        elif weight is not None and innermost == "(":
            close("(", float(weight))
        elif token == ")" and innermost == "(":
            close("(", ROUND)
        elif token == "]" and innermost == "[":
            close("[", 1 / ROUND)
        else:
            plain = token[1:] if len(token) == 2 and token[0] == "\\" else token
            parts.append(Part(plain, 1.0))
    while brackets:
        close(brackets[-1][0], ROUND if brackets[-1][0] == "(" else 1 / ROUND)

    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].weight == part.weight:
            part = Part(joined.pop().text + part.text, part.weight)
        joined.append(part)
    return joined or [Part("", 1.0)]


def check_weights(parts: Sequence[Part]) -> None:
    """Refuse weights that no encoder can represent.

    Raises:
        NodeError: about `text`.
    """
    for part in parts:
        if not abs(part.weight) <= HEAVIEST:
            raise NodeError(
                f"{part.text[:40]!r} has the weight {part.weight:g}; weights lie between "
                f"{-HEAVIEST:g} and {HEAVIEST:g}.",
                "text",
            )


def sections(parts: Sequence[Part]) -> list[list[Part]]:
    """Split parts at `BREAK`; sections without text are dropped, unless there is no other."""
    found: list[list[Part]] = [[]]
    for part in parts:
        first, *others = _BREAK.split(part.text)
        found[-1].append(Part(first, part.weight))
        found += [[Part(text, part.weight)] for text in others]
    return [s for s in found if any(part.text.strip() for part in s)] or found[:1]


# --- schedules ---------------------------------------------------------------------------------


class Switch(NamedTuple):
    """A text that changes at a fraction of the run (float) or after a number of steps (int)."""

    before: Text
    after: Text
    at: float | int


class Turns(NamedTuple):
    """Texts that take turns, one step each."""

    options: tuple[Text, ...]


Text = tuple["str | Switch | Turns", ...]


@dataclass(frozen=True)
class Schedule:
    """The texts of a prompt over the run.

    Attributes:
        fractions: Fractions of the run at which the text changes, rising from 0.
        steps: Solver steps at which the text changes, rising from 0.
        period: The text repeats after this many steps, as far as it takes turns.
        content: The prompt.
    """

    fractions: tuple[float, ...]
    steps: tuple[int, ...]
    period: int
    content: Text

    def text(self, fraction: float, step: int, turn: int) -> str:
        """Return the text from a fraction and a step on, at a step that leaves `turn` when
        divided by the period."""

        def choose(content: Text) -> str:
            return "".join(part if isinstance(part, str) else pick(part) for part in content)

        def pick(part: Switch | Turns) -> str:
            if isinstance(part, Turns):
                return choose(part.options[turn % len(part.options)])
            done = part.at <= (fraction if isinstance(part.at, float) else step)
            return choose(part.after if done else part.before)

        return choose(self.content)


def schedule(prompt: str) -> Schedule:
    """Read the schedules of a prompt.

    Raises:
        NodeError: about `text`: a time cannot be read, or there are too many combinations.
    """
    try:
        content = _read(prompt)
        parts = list(_variables(content))
    except RecursionError:
        raise NodeError("The brackets of this prompt are nested too deeply.", "text") from None
    times = [part.at for part in parts if isinstance(part, Switch)]
    fractions = sorted({0.0, *(at for at in times if isinstance(at, float) and at < 1)})
    steps = sorted({0, *(at for at in times if isinstance(at, int))})
    period = math.lcm(*(len(part.options) for part in parts if isinstance(part, Turns)))
    count = len(fractions) * len(steps) * period
    if count > MOST_TEXTS:
        raise NodeError(
            f"The schedules of this prompt combine to {count} texts; at most {MOST_TEXTS} are "
            "possible.",
            "text",
        )
    return Schedule(tuple(fractions), tuple(steps), period, content)


def _variables(content: Text) -> Iterator[Switch | Turns]:
    for part in content:
        if isinstance(part, str):
            continue
        yield part
        inner = part.options if isinstance(part, Turns) else (part.before, part.after)
        for text in inner:
            yield from _variables(text)


def _read(text: str) -> Text:
    found: list[str | Switch | Turns] = []
    start = 0
    for opening, closing in _partners(text):
        found.append(text[start:opening])
        found += _group(text[opening + 1 : closing])
        start = closing + 1
    return (*found, text[start:])


def _group(text: str) -> Text:
    """Read the inside of a pair of square brackets."""
    parts = _split(text, ":")
    if len(parts) in (2, 3) and re.fullmatch(rf"\s*{_NUMBER}\s*", parts[-1]):
        before = parts[0] if len(parts) == 3 else ""
        return (Switch(_read(before), _read(parts[-2]), _time(parts[-1].strip(), text)),)
    options = _split(text, "|")
    if len(options) > 1:
        return (Turns(tuple(_read(option) for option in options)),)
    return ("[", *_read(text), "]")


def _time(number: str, text: str) -> float | int:
    if "." in number and 0 <= float(number) <= 1:
        return float(number)
    if number.isdecimal() and len(number) <= 6:
        return int(number)
    raise NodeError(
        f"The time {number[:20]} in [{text[:40]}] is neither a fraction of the run, from 0.0 to "
        "1.0, nor a number of steps. For plain brackets, write \\[ and \\].",
        "text",
    )


def _partners(text: str) -> list[tuple[int, int]]:
    """Return the places of the brackets of each outermost pair of square brackets."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for i, mark in _marks(text):
        if mark == "[":
            opened.append(i)
        elif mark == "]" and opened:
            opening = opened.pop()
            while found and found[-1][0] > opening:
                found.pop()
            found.append((opening, i))
    return found


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark outside of brackets."""
    depth, start, found = 0, 0, list[str]()
    for i, found_mark in _marks(text):
        if found_mark in "([":
            depth += 1
        elif found_mark in ")]":
            depth = max(0, depth - 1)
        elif found_mark == mark and depth == 0:
            found.append(text[start:i])
            start = i + 1
    return [*found, text[start:]]


def _marks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the marks of the notation and their places, without those after a backslash."""
    for match in re.finditer(r"\\.|[()\[\]:|]", text, re.S):
        if len(match.group()) == 1:
            yield match.start(), match.group()


# --- what other programs read --------------------------------------------------------------------


_LORA = re.compile(r"<\s*(?:lora|lyco|lycoris|loha|locon)\s*:[^<>]*>", re.I)
_HYPERNET = re.compile(r"<\s*hypernet\s*:[^<>]*>", re.I)
_EMBEDDING = re.compile(r"<embedding:[^<>]*>|\bembedding:[^\s,()\[\]<>|:]+", re.I)
_LIKE_A_NUMBER = r"[+\-\d.,eE_%]*\d[\d.,eE_%+\-]*|[+-]?(?:nan|inf)|(?=\))"

Note = tuple[re.Pattern[str], str]

_LORA_NOTE = 'LoRAs are applied by the node "Apply LoRA".'
_ALWAYS: tuple[Note, ...] = (
    (
        re.compile(r"\bAND\b"),
        "{0} is read as a word. To combine prompts, encode each by its own node and join them by "
        '"Prompt schedule" with a blend curve.',
    ),
    (re.compile(r"\{[^{}]*\|[^{}]*\}"), "{0} is read as words; nothing is chosen at random."),
    (re.compile(r"(?<!\w)__[\w/*.-]+?__(?!\w)"), "{0} is read as a word; there are no wildcards."),
    (
        re.compile(r"[\w)]+(?:\+\+|--)|\)[+-]|(?<=\))\d+\.\d+"),
        "{0} is read as words. For a weight, write (word:1.2).",
    ),
    (
        re.compile(r"<\s*(?:lora|lyco|lycoris|hypernet)\s*:[^<>]*$", re.I),
        "{0} is read as words: it has no > at its end.",
    ),
    (re.compile(r"\)\.(?:blend|and|swap)\("), "{0} is read as words; see the help of the node."),
)
_WEIGHTED: tuple[Note, ...] = (
    (_LORA, "{0} is left out: " + _LORA_NOTE),
    (_HYPERNET, "{0} is left out: hypernetworks are not supported."),
    (_EMBEDDING, '{0} is left out: no such embedding is loaded. Add the node "Load embedding".'),
    (
        re.compile(rf"(?<!\\)\([^()]*:\s*(?!{_NUMBER}\s*\))(?:{_LIKE_A_NUMBER})\s*\)"),
        "{0} has no weight that can be read. Write it as in (word:1.5).",
    ),
    (
        re.compile(
            rf"(?<!\\)\[[^\[\]]*:[^\[\]]*:\s*(?!{_NUMBER}\s*\])(?:{_LIKE_A_NUMBER})\s*\]"
            rf"|(?<!\\)\[(?:[^\[\]:]*:){{3,}}\s*{_NUMBER}\s*\]"
        ),
        "{0} has no time that can be read. Write it as in [a:b:0.5].",
    ),
)
_PLAIN: tuple[Note, ...] = (
    (_LORA, "{0} is read as words: " + _LORA_NOTE),
    (_HYPERNET, "{0} is read as words: hypernetworks are not supported."),
    (_EMBEDDING, "{0} is read as words: this model does not support embeddings."),
    (
        re.compile(rf"(?<!\\)\([^()]*:\s*{_NUMBER}\s*\)"),
        "{0} is read as plain words: this model does not support weights.",
    ),
    (re.compile(r"\bBREAK\b"), "{0} is read as a word: this model does not read in windows."),
    (
        re.compile(rf"(?<!\\)\[[^\[\]]*(?::\s*{_NUMBER}\s*|\|[^\[\]]*)\]"),
        '{0} is read as plain words. To change the prompt during the run, use "Prompt schedule".',
    ),
)


def notes(prompt: str, weighted: bool) -> Iterator[str]:
    """Yield warnings about notation of other programs that does not act.

    Args:
        prompt: The prompt.
        weighted: The notation of this module is used; False if brackets are plain characters.
    """
    for pattern, message in (*(_WEIGHTED if weighted else _PLAIN), *_ALWAYS):
        found = list(dict.fromkeys(match.group() for match in pattern.finditer(prompt)))
        if found:
            text = found[0] if len(found[0]) <= 60 else f"{found[0][:57]}..."
            others = f" (and {len(found) - 1} more)" if found[1:] else ""
            yield message.format(f"{text}{others}")
    if weighted and (bracket := _unclosed(prompt)):
        yield f"A {bracket} has no partner: it acts on all words to the end of the prompt."


def _unclosed(prompt: str) -> str | None:
    """Return the first bracket that `parse` closes at the end of the prompt, or None."""
    opened: list[str] = []
    for match in _MARKS.finditer(prompt):
        token = match.group()
        if token in ("(", "["):
            opened.append(token)
        elif opened and token.endswith({"(": ")", "[": "]"}[opened[-1]]):
            opened.pop()
    return opened[0] if opened else None


def without_tags(prompt: str) -> str:
    """Return a prompt without the names of LoRAs, hypernetworks and embeddings."""
    for pattern in (_LORA, _HYPERNET, _EMBEDDING):
        prompt = pattern.sub("", prompt)
    return prompt
