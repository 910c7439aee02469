"""One worker process, from start to end, without making its owner wait."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, NoReturn, TypeAlias, cast

from nodeui.engine.protocol import WorkerDied, encode
from nodeui.engine.ring import Place
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr

StartMethod: TypeAlias = Literal["forkserver", "spawn"]

# Forked processes start at once. But macOS frameworks, which torch loads there, must not be used
# in a process that was forked without exec, and Windows has no fork.
DEFAULT_START_METHOD: StartMethod = "forkserver" if sys.platform == "linux" else "spawn"

_reaping = threading.Lock()
"""Held while processes are started and reaped: multiprocessing does both to all of its children,
and the exit code of one can be read only once."""


@dataclass(frozen=True)
class Setup:
    """What a worker needs to know to start.

    Attributes:
        registry: The function that gives the node types: "package.module:function".
        ring: Where previews go.
        cache_dir: Folder of the cache; None keeps values in memory only.
        memory_bytes, disk_bytes: Bounds of the cache.
        log: File that takes what the worker and its libraries print; None: standard error.
    """

    registry: str
    ring: Place
    cache_dir: Path | None
    memory_bytes: int
    disk_bytes: int
    log: Path | None

    def load_registry(self) -> Registry:
        """The node types. Raises whatever a package raises that cannot be imported."""
        return cast("Callable[[], Registry]", pkgutil.resolve_name(self.registry))()


def _main(connection: Connection, setup: Setup) -> NoReturn:
    """What the child process does."""
    # Ctrl-C in a terminal reaches the whole group of processes; the editor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        # The editor, which imports this module, does not need what the worker needs.
        from nodeui.engine.worker import Worker

        worker = Worker(connection, setup)
    except Exception:
        message = f"the worker cannot start:\n{traceback.format_exc()}"
        connection.send_bytes(encode([WorkerDied(run=None, exitcode=None, message=message)]))
        os._exit(1)
    worker.serve()


class WorkerProcess:
    """A worker process. It is started and written to by one thread, read by another.

    Args:
        start_method: How to start it.
        setup: What it needs to know.
        on_frame: Called with each frame that it sends.
        on_end: Called once, last of all, with the exit code; with None and a message where it
            could not be started.
    """

    def __init__(
        self,
        start_method: StartMethod,
        setup: Setup,
        on_frame: Callable[[bytes], None],
        on_end: Callable[[int | None, str], None],
    ) -> None:
        if start_method == "forkserver":
            context = multiprocessing.get_context("forkserver")
        else:
            context = multiprocessing.get_context("spawn")
        self._start_method: StartMethod = start_method
        self._setup = setup
        self._here, there = context.Pipe()
        self._process = context.Process(
            target=_main, args=(there, setup), name="nodeui-worker", daemon=True
        )
        self._on_frame = on_frame
        self._on_end = on_end
        self._frames: SimpleQueue[bytes | None] = SimpleQueue()
        self._killing = threading.Lock()
        self._started = False
        self._killed = False
        self._writer = threading.Thread(
            target=self._start_and_write, args=(there,), name="worker-writer", daemon=True
        )
        self._writer.start()

    def send(self, frame: bytes) -> None:
        """Send a frame as soon as the process is up and reads it."""
        self._frames.put(frame)

    def kill(self) -> bool:
        """End the process at once; returns False where it is to be killed once it has started."""
        with self._killing:
            self._killed = True
            if self._started:
                self._process.kill()
            return self._started

    def _start_and_write(self, there: Connection) -> None:
        try:
            if self._start_method == "forkserver":
                # Heeded by the first worker of all: it waits until the server has imported these.
                modules = ["nodeui.engine.worker", *self._setup.load_registry().preload]
                modules.append("nodeui.graph.fork_server")
                multiprocessing.set_forkserver_preload(modules)
            with _reaping:
                self._process.start()
        except Exception as error:
            self._here.close()
            self._on_end(None, tr("the worker process could not be started: {0}", error))
            return
        finally:
            there.close()
        with self._killing:
            self._started = True
            if self._killed:
                self._process.kill()
        threading.Thread(target=self._read, name="worker-reader", daemon=True).start()
        with contextlib.suppress(OSError):  # The process has ended; the reader tells.
            while (frame := self._frames.get()) is not None:
                self._here.send_bytes(frame)

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while self._here in wait([self._here, self._process.sentinel]):
                self._on_frame(self._here.recv_bytes())
        # A process that has closed its end, but lives on, is of no more use.
        self._process.kill()
        with _reaping:
            self._process.join()
            exitcode = self._process.exitcode
        self._frames.put(None)
        self._writer.join()
        self._here.close()
        with self._killing:
            self._started = False
            self._process.close()
        self._on_end(exitcode, "")
