"""NodeUI: a studio for controllable image generation.

import nodeui
result = nodeui.run("landscape.nodeui.json", set={"sampler.steps": 30})
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodeui.headless import Result, run

__all__ = ["Result", "run"]


def __getattr__(name: str) -> Any:
    """Load the engine only for those who run workflows: node authors import this package too."""
    if name in __all__:
        from nodeui import headless

        return getattr(headless, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
