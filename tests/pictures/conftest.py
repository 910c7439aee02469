"""A folder of saved pictures, and a library over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeui.graph.registry import installed
from nodeui.pictures.library import Library
from tests.pictures.saved import Saver


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "output"
    path.mkdir()
    return path


@pytest.fixture
def save(folder: Path) -> Saver:
    return Saver(folder)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "cache" / "pictures.sqlite", installed())
    yield opened
    opened.close()
