"""The folder of the cache and its limit, as the environment and the user's preferences say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import platformdirs


def cache_folder() -> Path:
    """Return the folder of the cache: `NODEUI_CACHE`, the folder chosen in the editor's
    preferences, or the user's cache folder."""
    chosen = os.environ.get("NODEUI_CACHE") or str(_preferences().get("cache", ""))
    return Path(chosen or platformdirs.user_cache_dir("nodeui"))


def cache_bytes() -> int:
    """Return the limit of the cache on disk, as set in the editor's preferences."""
    limit = _preferences().get("cache_gb")
    return int((limit if isinstance(limit, int | float) else 20) * 2**30)


def _preferences() -> dict[str, Any]:
    file = Path(platformdirs.user_config_dir("nodeui")) / "preferences.json"
    try:
        return dict(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def path_text(path: str | Path) -> str:
    """Return a path as valid Unicode: bytes that are not UTF-8 become escapes such as \\xff."""
    return os.fsencode(path).decode(errors="backslashreplace")
