"""Where the engine's files lie."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Where values are kept between runs: `NODEUI_CACHE`, or the user's cache folder."""
    return Path(os.environ.get("NODEUI_CACHE") or platformdirs.user_cache_dir("nodeui"))
