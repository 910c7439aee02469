"""The colours that frames, notes and groups are offered."""

from __future__ import annotations

from collections.abc import Mapping


def _N(context: str, text: str) -> str:
    """Marks a text for translation later (lupdate: -tr-function-alias QT_TRANSLATE_NOOP+=_N)."""
    return text


COLOURS: Mapping[str, str] = {
    "": _N("canvas", "None"),
    "#6aa0ff": _N("canvas", "Blue"),
    "#3fc1b0": _N("canvas", "Teal"),
    "#62c08a": _N("canvas", "Green"),
    "#e7d36b": _N("canvas", "Yellow"),
    "#f6a04d": _N("canvas", "Orange"),
    "#f783ac": _N("canvas", "Pink"),
    "#b197fc": _N("canvas", "Purple"),
}
"""What the menus of frames and groups offer, with names before translation; "" is the theme's."""
