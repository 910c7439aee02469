"""The folders that ship with NodeUI are found in a checkout and when installed."""

import tomllib
from pathlib import Path

import pytest

from nodeui import sdk
from nodeui.sdk import shipped

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["resources", "workflows"])
def test_in_a_checkout_they_lie_beside_the_package(name: str):
    assert shipped(name) == ROOT / name and (ROOT / name).is_dir()


def test_when_installed_they_lie_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    assert wheel["packages"] == ["nodeui", "nodes"]
    assert wheel["force-include"] == {
        "resources": "nodeui/resources",
        "workflows": "nodeui/workflows",
    }
    for place in wheel["force-include"].values():
        (tmp_path / place).mkdir(parents=True)
    monkeypatch.setattr(sdk, "__file__", str(tmp_path / "nodeui" / "sdk.py"))
    for name, place in wheel["force-include"].items():
        assert shipped(name) == tmp_path / place
