"""Takes paths outside of a workflow's folder out of what is given away with a picture."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from nodeui.graph.spec import NodeSpec

PATH_WIDGETS = frozenset({"image-file", "model-path", "folder"})
"""Widgets of the parameters that hold paths."""

_ABSOLUTE = re.compile(r"[/~\\]|[A-Za-z]:[/\\]|(.*[/\\])?\.\.([/\\]|$)")
_OF_WINDOWS = re.compile(r"[A-Za-z]:[/\\]|\\\\")


def without_outside(text: str, folder: Path, spec_of: Callable[[str], NodeSpec | None]) -> str:
    """Return the text of a workflow file without the folders of files outside of its own folder.

    Args:
        text: The text.
        folder: Where its relative paths start.
        spec_of: Returns the type of a node by the id of the node; None if it is unknown.

    Returns:
        The same text if nothing is outside.
    """
    content = msgspec.json.decode(text)
    changed = False
    for id, node in content.get("nodes", {}).items():
        params = node.get("params", {})
        inside = inside_params(params, folder, spec_of(id))
        if inside != params:
            node["params"] = inside
            changed = True
    return msgspec.json.encode(content).decode() if changed else text


def inside_params(params: Mapping[str, Any], folder: Path, spec: NodeSpec | None) -> dict[str, Any]:
    """Return the parameters of a node with each path outside of a folder as the name of its file,
    and absolute paths inside as relative ones."""

    def holds_path(name: str) -> bool:
        parameter = spec.parameters.get(name) if spec is not None else None
        return parameter is None or parameter.widget in PATH_WIDGETS

    return {
        name: _inside(value, folder) if isinstance(value, str) and holds_path(name) else value
        for name, value in params.items()
    }


def _inside(value: str, folder: Path) -> str:
    if not _ABSOLUTE.match(value) or "\n" in value:
        return value
    path = Path(os.path.abspath(folder / os.path.expanduser(value.replace("\0", ""))))
    of_windows = os.sep == "/" and _OF_WINDOWS.match(value)
    if path.is_relative_to(folder) and not of_windows:
        return path.relative_to(folder).as_posix()
    return re.split(r"[/\\]", value.rstrip("/\\"))[-1] or value
