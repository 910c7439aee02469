"""Starts the server that worker processes are forked from; cheap to import."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from multiprocessing import forkserver
from typing import Literal, TypeAlias

StartMethod: TypeAlias = Literal["forkserver", "spawn"]

# A forked process starts at once. But frameworks that torch loads on macOS must not be used in a
# process forked without exec, and Windows has no fork.
DEFAULT_START_METHOD: StartMethod = "forkserver" if sys.platform == "linux" else "spawn"


def start_fork_server(preload: Sequence[str]) -> None:
    """Start the server that workers are forked from, unless it is running.

    It imports the modules of the worker and those in `preload`, which only the first worker has to
    wait for. It inherits the environment variables of now.
    """
    modules = ["nodeui.engine.collector", "nodeui.engine.worker", *preload]
    multiprocessing.set_forkserver_preload([*modules, "nodeui.graph.fork_server"])
    forkserver.ensure_running()
