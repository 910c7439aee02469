"""Tests that the GPU benchmark runs on a CPU with tiny networks, and with few packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import gpu

ROOT = Path(__file__).parents[2]

# hides all packages except torch, diffusers, transformers, msgspec, NumPy and their dependencies
BLOCKED = """
import runpy, sys

HIDDEN = {
    "PySide6", "accelerate", "controlnet_aux", "cv2", "google", "matplotlib", "numba", "peft",
    "platformdirs", "qtawesome", "rich", "scipy", "sentencepiece", "superqt", "torchvision",
    "typer",
}
EDITOR = ("nodeui.app", "nodeui.cli", "nodeui.session", "nodeui.views")

class Without:
    def __init__(self, finder):
        self._finder = finder

    def __getattr__(self, name):
        return getattr(self._finder, name)

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in HIDDEN or name.startswith(EDITOR):
            return None
        return self._finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
sys.argv[1:] = ["sd15", "flux", "--tiny"]
runpy.run_module("benchmarks.gpu", run_name="__main__")
"""


def test_it_runs_on_a_cpu() -> None:
    """Every case succeeds; those that need CUDA are reported as not run."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED],
        cwd=ROOT,
        env={**os.environ, "NODEUI_DEVICE": "cpu", "NODEUI_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(
        r"^(\w+) +(\w+(?: \w+)?) +(ok|FAILED|not run) +\S+ s +(.+)$", done.stdout, re.M
    )
    for name in ("sd15", "flux"):
        for precision in ("float16", "bfloat16"):
            case = f"{name} {precision}"
            found = {section: (how, detail) for section, of, how, detail in rows if of == case}
            assert found["parity"][0] == "ok" and "same bits" in found["parity"][1]
            assert found["resume"][0] == "ok"
            assert found["waits"] == ("not run", "no CUDA")
            assert found["times"][1].startswith("ratio ")
    assert ("memory", "sd15 float16", "not run", "no CUDA") in rows


def test_a_failure_is_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    table = gpu.Table(minutes=1)

    def broken() -> str:
        raise ValueError("two\nlines")

    assert not table.add("parity", "x", broken)
    assert not table.add("parity", "x", lambda: gpu.check(False, "not so"))
    assert table.add("parity", "x", lambda: "fine")
    details = [(row.result, row.detail) for row in table.rows]
    assert details == [("FAILED", "ValueError: two"), ("FAILED", "not so"), ("ok", "fine")]
    late = gpu.Table(minutes=0)
    assert not late.add("parity", "x", lambda: "fine")
    assert late.rows[0][2:4] == ("not run", "out of time")
    assert "out of time" in capsys.readouterr().out
