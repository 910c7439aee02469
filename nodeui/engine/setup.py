"""The settings that a worker process is started with."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

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
    """

    registry: str
    ring: Place
    cache_dir: Path | None
    memory_bytes: int
    disk_bytes: int
    log: Path | None
    preload: tuple[str, ...] = ()

    def load_registry(self) -> Registry:
        """Return the node types.

        Raises:
            Exception: anything a node package raises when it is imported.
        """
        return cast("Callable[[], Registry]", pkgutil.resolve_name(self.registry))()
