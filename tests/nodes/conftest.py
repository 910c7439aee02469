"""Models and a context, built once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nodes import tiny
from tests.nodes.fakes import FakeContext


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny models sd15, sd2, sdxl and the ControlNets control-a, control-b and
    control-xl."""
    root = tmp_path_factory.mktemp("models")
    tiny.build_sd15(root / "sd15")
    tiny.build_sd2(root / "sd2")
    tiny.build_sdxl(root / "sdxl")
    tiny.build_controlnet(root / "control-a", 11)
    tiny.build_controlnet(root / "control-b", 12)
    tiny.build_controlnet(root / "control-xl", 13, sdxl=True)
    return root


@pytest.fixture(scope="session")
def run(tiny_models: Path) -> FakeContext:
    """A context whose files are the tiny models."""
    return FakeContext(tiny_models)
