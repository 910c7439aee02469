"""Starts, feeds and ends one worker process, without blocking its owner."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Any, NoReturn

from nodeui.engine.fork_server import StartMethod, start_fork_server
from nodeui.engine.log import redirect_output
from nodeui.engine.protocol import WorkerDied, encode
from nodeui.engine.setup import WorkerSetup
from nodeui.graph.wording import tr

_reaping = threading.Lock()
"""Held while processes are started and reaped. multiprocessing polls all of its children on both
occasions, and the exit code of a child can be read only once."""


LONGEST_FRAME = 2**30
"""Limit for the bytes of a message of a worker, which a pack may have taken over."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _end_with_editor() -> None:
    """Make this worker end with its parent, and the fork server with the editor.

    The fork server ends once nobody holds its pipe open. It hands the open end to each worker, so
    that a stopped one would keep it alive. Linux only.
    """
    if sys.platform != "linux":
        return
    from multiprocessing import forkserver

    set_death_signal(signal.SIGKILL)
    server: Any = vars(forkserver)["_forkserver"]
    held: int | None = server._forkserver_alive_fd
    if held is not None:
        os.close(held)
        server._forkserver_alive_fd = None


def set_death_signal(number: int) -> None:
    """Set the signal that this process gets when its parent ends; 0 for none. Linux only.

    Without it, a worker that was stopped or hangs would outlive an editor that was killed. The
    parent is the fork server, which ends with the editor.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def _main(connection: Connection, setup: WorkerSetup) -> NoReturn:
    """Run the worker; the main function of the child process."""
    gc.enable()  # see `engine.collector`
    # Ctrl-C in a terminal reaches the whole process group; the editor decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_editor()
    try:
        redirect_output(setup.log)
        if setup.confinement is not None:
            setup.confinement.enter()  # before other modules start threads
        # Imported here, as the editor imports this module and does not need the worker's modules.
        from nodeui.engine.confinement import network
        from nodeui.engine.worker import Worker

        if network.is_off():
            network.switch_off()
        worker = Worker(connection, setup)
    except Exception:
        message = f"the worker cannot start:\n{traceback.format_exc()}"
        connection.send_bytes(encode([WorkerDied(run=None, exitcode=None, message=message)]))
        os._exit(1)
    worker.serve()


class WorkerProcess:
    """A worker process. One thread starts it and writes to it, another one reads from it.

    Args:
        start_method: How to start it.
        setup: Its settings.
        on_frame: Called with each frame that it sends.
        on_end: Called once, as the last call, with the exit code; or with None and an error
            message if the process could not be started.
    """

    def __init__(
        self,
        start_method: StartMethod,
        setup: WorkerSetup,
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
        """Kill the process; returns False if it is still starting and will be killed then."""
        with self._killing:
            self._killed = True
            if self._started:
                self._process.kill()
            return self._started

    def _start_and_write(self, there: Connection) -> None:
        try:
            if self._start_method == "forkserver":
                start_fork_server(self._setup.preload)
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
        with contextlib.suppress(OSError):  # the process has ended, which the reader reports
            while (frame := self._frames.get()) is not None:
                self._here.send_bytes(frame)

    def _read(self) -> None:
        why = ""
        try:
            while self._here in wait([self._here, self._process.sentinel]):
                self._on_frame(self._here.recv_bytes(LONGEST_FRAME))
        except (EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is None:  # a longer frame
                why = tr("the worker sent a message that cannot be read")
        # A process that has closed its end of the pipe may still be alive.
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
        self._on_end(exitcode, why)
