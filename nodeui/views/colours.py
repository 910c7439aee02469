"""The colours offered for frames, notes and groups."""

from __future__ import annotations

from collections.abc import Mapping

from nodeui.graph.wording import tr


def colour_names() -> Mapping[str, str]:
    """Return the colours, as "#rrggbb", with their names; "" is the theme's colour."""
    return {
        "": tr("None"),
        "#6aa0ff": tr("Blue"),
        "#3fc1b0": tr("Teal"),
        "#62c08a": tr("Green"),
        "#e7d36b": tr("Yellow"),
        "#f6a04d": tr("Orange"),
        "#f783ac": tr("Pink"),
        "#b197fc": tr("Purple"),
    }
