"""NodeUI: a studio for controllable image generation.

import nodeui
result = nodeui.run("landscape.nodeui.json", set={"sampler.steps": 30})
steps = nodeui.dry_run("landscape.nodeui.json", set={"sampler.seed": 2})["sampler"].resumes_at
cells = nodeui.sweep("landscape.nodeui.json", {"sampler.seed": [1, 2, 3]}).cells

`nodeui.foresee` is the old name of `nodeui.dry_run`, kept until 1.0.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodeui.headless import Result, dry_run, run
    from nodeui.sweeps.run import SweepResult, sweep

    foresee = dry_run

__all__ = ["Result", "SweepResult", "dry_run", "run", "sweep"]

_MODULES = {
    "dry_run": "headless",
    "run": "headless",
    "Result": "headless",
    "sweep": "sweeps.run",
    "SweepResult": "sweeps.run",
}

_ALIASES = {"foresee": "dry_run"}


def __getattr__(name: str) -> Any:
    """Load the engine on first use, as node authors import this package without it."""
    name = _ALIASES.get(name, name)
    if name in _MODULES:
        return getattr(import_module(f"nodeui.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
