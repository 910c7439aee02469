"""Identifies the source code of node packs: by its content, and by the state of its files.

`source_hash` is for packs that are under development. The hash is part of the keys of a pack's
nodes, so an edited function runs again although nobody raised its `version`. A pack in
site-packages only changes with its releases, which raise `version` where values change; it has no
hash. This holds for NodeUI's own pack as well: installed, its keys depend on versions alone; in a
checkout, where its nodes are being edited, on their source too.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2s
from importlib.metadata import EntryPoint
from pathlib import Path

_INSTALLED = frozenset({"site-packages", "dist-packages"})


@cache
def source_hash(module: str) -> str:
    """Return a hash of all Python files of the package that an imported module belongs to.

    It is "" for an installed package. The hash is computed once per process: it identifies the
    files that were imported, not what they became since.
    """
    root = _root(module)
    if root is None or not _INSTALLED.isdisjoint(root.parts):
        return ""
    state = blake2s(digest_size=8)
    for file in _python_files(root):
        content = file.read_bytes()
        state.update(f"{file.relative_to(root.parent).as_posix()} {len(content)}\n".encode())
        state.update(content)
    return state.hexdigest()


@cache
def stamp_of(entry: EntryPoint) -> str:
    """Return a text that changes when the Python files of a pack do, without importing it.

    It is made of the entry point, the version of its distribution, and path, size and
    modification time of each file. It is computed once per process, as `source_hash` is.
    """
    release = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
    state = blake2s(f"{entry.name} {entry.value} {release}\n".encode(), digest_size=16)
    root = _find_root(entry.module)
    for file in _python_files(root) if root is not None else ():
        facts = file.stat()
        state.update(f"{file} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return state.hexdigest()


def _find_root(module: str) -> Path | None:
    """The folder or file that `_root` returns, found without importing anything."""
    top, *inner = module.split(".")
    try:
        spec = importlib.util.find_spec(top)  # imports nothing, as it has no parent package
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if spec.has_location and spec.origin is not None:
        path = Path(spec.origin).resolve()
        return path.parent if path.name == "__init__.py" else path
    for place in spec.submodule_search_locations or ():  # of a namespace package
        folder = Path(place)
        for name in inner:
            if (folder / f"{name}.py").is_file():
                return folder / f"{name}.py"
            folder /= name
            if (folder / "__init__.py").is_file():
                return folder
    return None


def _root(module: str) -> Path | None:
    """The folder of the outermost regular package of a module, or the file of a single module."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        file = getattr(sys.modules.get(".".join(parts[:end])), "__file__", None)
        if file is not None:  # None for a namespace package
            path = Path(file).resolve()
            return path.parent if path.name == "__init__.py" else path
    return None


def _python_files(root: Path) -> Iterator[Path]:
    """The Python files at or below `root`, without hidden folders and virtual environments."""
    if root.is_file():
        yield root
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not _is_foreign(Path(folder, name)))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))


def _is_foreign(folder: Path) -> bool:
    return folder.name.startswith(".") or (folder / "pyvenv.cfg").exists()
