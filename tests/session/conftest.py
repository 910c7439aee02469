from __future__ import annotations

from pathlib import Path

import pytest

from nodeui.graph.registry import Registry
from nodeui.session.preferences import Places, Settings
from nodeui.session.session import Session
from tests.session import toys


@pytest.fixture
def specs() -> Registry:
    return toys.registry()


@pytest.fixture
def session(qapp: object, specs: Registry) -> Session:
    return Session(toys.chain(specs), specs)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(Places(tmp_path / "config", tmp_path / "state", tmp_path / "cache"))
