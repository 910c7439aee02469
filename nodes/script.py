"""The context of node functions that a script calls without an engine."""

from __future__ import annotations

import warnings
from typing import cast

from nodeui.sdk import Context


class _Script:
    """Shows the warnings of a node as Python warnings; it has no files."""

    def warn(self, message: str) -> None:
        warnings.warn(message, stacklevel=3)


SCRIPT = cast("Context", _Script())
