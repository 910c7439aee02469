"""NodeUI: a studio for controllable image generation.

import nodeui
result = nodeui.run("landscape.nodeui.json", set={"sampler.steps": 30})
cells = nodeui.sweep("landscape.nodeui.json", {"sampler.seed": [1, 2, 3]}).cells
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodeui.headless import Result, dry_run, run
    from nodeui.sweeps.run import SweepResult, sweep

__all__ = ["Result", "SweepResult", "dry_run", "run", "sweep"]

_PLACES = {
    "dry_run": "headless",
    "run": "headless",
    "Result": "headless",
    "sweep": "sweeps.run",
    "SweepResult": "sweeps.run",
}

_ALIASES = {"foresee": "dry_run"}  # the old name, until 1.0


def __getattr__(name: str) -> Any:
    """Load the engine only for those who run workflows: node authors import this package too."""
    name = _ALIASES.get(name, name)
    if name in _PLACES:
        return getattr(import_module(f"nodeui.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
