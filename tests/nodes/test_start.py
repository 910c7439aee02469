"""Tests what a worker imports, and what it does before its first run."""

from __future__ import annotations

import subprocess
import sys

RUN = """
import sys
from importlib import import_module
from nodes import preload
for name in preload:
    import_module(name)
from pathlib import Path
from benchmarks.pipeline import by_graph
from nodes.places import STARTER
assert by_graph(STARTER, 2, "auto")(0).ndim == 4
costly = ("torch._dynamo", "scipy.stats", "scipy.optimize", "scipy.integrate", "sklearn")
print(*(name for name in costly if name in sys.modules))
from scipy.optimize import linear_sum_assignment
from transformers.loss.loss_for_object_detection import linear_sum_assignment as deferred
print((deferred([[1.0, 0.0], [0.0, 1.0]])[1] == [1, 0]).all())
import diffusers, torch
chosen = diffusers.EulerDiscreteScheduler(use_beta_sigmas=True)
chosen.set_timesteps(4)
print(len(chosen.sigmas))
print(torch.compile(lambda x: x + 1, backend="eager")(torch.ones(1)).item())
"""


def test_a_default_run_imports_no_compiler_and_no_statistics() -> None:
    run = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n") == ["", "True", "5", "2.0", ""]
