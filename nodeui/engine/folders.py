"""The folders that the engine uses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return the folder of the cache: `NODEUI_CACHE`, the folder chosen in the editor's
    preferences, or the user's cache folder."""
    chosen = os.environ.get("NODEUI_CACHE") or _preferred()
    return Path(chosen or platformdirs.user_cache_dir("nodeui"))


def _preferred() -> str:
    file = Path(platformdirs.user_config_dir("nodeui")) / "preferences.json"
    try:
        return str(json.loads(file.read_bytes()).get("cache", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def path_text(path: str | Path) -> str:
    """Return a path as valid Unicode: bytes that are not UTF-8 become escapes such as \\xff."""
    return os.fsencode(path).decode(errors="backslashreplace")
