"""The words of the project: plain docstrings, and one way to translate."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("nodeui", "nodes", "benchmarks", "training", "tests")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]

NOUN_CLAUSE = re.compile(r"(what|whether|how|where)\b", re.IGNORECASE)
"""Beginnings of a docstring that says neither what a function does nor what a thing is."""

DIALECT = re.compile(r"\b(anew|no\s+more|at\s+hand|for\s+people)\b", re.IGNORECASE)
QT_TRANSLATION = re.compile(r"\bself\.tr\(|\bQCoreApplication\.translate\b")


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and text of the docstrings, those below attributes included."""
    for part in ast.walk(tree):
        match part:
            case ast.Expr(value=ast.Constant(value=str() as text)):
                yield part.lineno, text.strip()
            case _:
                pass


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of the comments."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def faults(source: str) -> list[str]:
    """Return what is wrong with the docstrings and comments of a module."""
    texts = list(docstrings(ast.parse(source)))
    clauses = [f"{line}: {text[:60]!r}" for line, text in texts if NOUN_CLAUSE.match(text)]
    phrases = [
        f"{line}: {found[0]!r}"
        for line, text in (*texts, *comments(source))
        for found in DIALECT.finditer(text)
    ]
    return clauses + phrases


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_docstrings_and_comments_are_plain():
    found = {name(path): faults(path.read_text("utf-8")) for path in FILES}
    assert {file: told for file, told in found.items() if told} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('"""Whether it rains."""', 1),
        ('x = 1\n"""What x is."""', 1),
        ('class A:\n    def f():\n        """How it is made\n        anew."""', 2),
        ("# asked for by no more than two", 1),
        ('"""Says where it is."""\nx = "at hand"  # it is near', 0),
    ],
)
def test_the_dialect_is_found(source: str, count: int):
    assert len(faults(source)) == count


def test_texts_are_translated_by_wording():
    """The catalogue is not installed in Qt, so Qt's own functions would not find a text."""
    files = [path for path in FILES if name(path).startswith("nodeui/")]
    assert [name(p) for p in files if QT_TRANSLATION.search(p.read_text("utf-8"))] == []
