"""Finds the files outside a workflow's folder that a workflow would read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from nodeui.graph.model import Graph
from nodeui.session.paths import paths_of


def read_outside(graph: Graph, folder: Path, chosen: Iterable[Path]) -> list[Path]:
    """Return the files and folders that a workflow names outside its own folder.

    Nothing is read, and links are not followed.

    Args:
        graph: The workflow.
        folder: Where its relative paths start.
        chosen: More folders that workflows may read.

    Returns:
        Absolute paths, without those in the folders that may be read.
    """
    allowed = [_plain(each) for each in (folder, *chosen)]
    named = (_plain(folder / os.path.expanduser(path)) for _, _, path in paths_of(graph))
    found = dict.fromkeys(named)
    return [path for path in found if not any(path.is_relative_to(each) for each in allowed)]


def _plain(path: Path) -> Path:
    return Path(os.path.abspath(str(path).replace("\0", "")))
