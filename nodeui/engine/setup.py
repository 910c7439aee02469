"""The settings that a worker process is started with."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from nodeui.engine.confinement import Confinement
from nodeui.engine.ring import Place
from nodeui.graph.registry import Registry


@dataclass(frozen=True)
class WorkerSetup:
    """Settings of a worker process.

    Attributes:
        registry: The function that returns the node types: "package.module:function".
        ring: The shared memory for previews.
        cache_dir: Folder of the cache; None keeps values in memory only.
        memory_bytes, disk_bytes: Limits of the cache.
        log: File for the output of the worker and its libraries; None for standard error.
        preload: Modules that the fork server imports ahead of the first run.
        packs: Names of the node packs of others that it imports, which the function `registry`
            takes as its argument; None calls it without one.
        confinement: The files that the process may use; None does not confine it.
    """

    registry: str
    ring: Place
    cache_dir: Path | None
    memory_bytes: int
    disk_bytes: int
    log: Path | None
    preload: tuple[str, ...] = ()
    packs: tuple[str, ...] | None = None
    confinement: Confinement | None = None

    def load_registry(self) -> Registry:
        """Return the node types.

        Raises:
            Exception: anything a node package raises when it is imported.
        """
        function = cast("Callable[..., Registry]", pkgutil.resolve_name(self.registry))
        return function() if self.packs is None else function(self.packs)
