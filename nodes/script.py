"""The context of node functions that a script calls without an engine."""

from __future__ import annotations

import logging
from typing import cast

from nodeui.sdk import Context


class _Script:
    """Logs the warnings of a node; it has no files."""

    def warn(self, message: str) -> None:
        logging.getLogger(__name__).warning(message)


SCRIPT = cast("Context", _Script())
