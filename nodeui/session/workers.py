"""The worker of trusted node packs, and the one of confined packs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nodeui.engine.confinement import Confinement, holds_home
from nodeui.engine.protocol import DryRunDone, Reply
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.session import packs
from nodeui.session.dry_runs import DryRuns
from nodeui.session.leaving import before_leaving
from nodeui.session.packs import PackStates
from nodeui.session.preferences import Settings
from nodeui.session.values import ValuePictures

if TYPE_CHECKING:
    from nodeui.engine.client import Client
    from nodeui.engine.fork_server import StartMethod
    from nodeui.session.session import Session

INSTALLED = "nodeui.graph.registry:installed"
"""The registry of all installed node packs."""

_PATIENCE = 0.5
"""Seconds that the end of the editor waits for that of a worker."""


@dataclass(eq=False)
class Lane:
    """A worker, and the questions to it.

    Attributes:
        dry_runs: Asks for steps and plans.
        values: Asks for pictures of values.
        declares: The packs whose declarations are taken from it; None for all.
        client: The client of the worker; None before it is first needed.
        state: "off", "starting" or "ready".
        pid: The process.
        environment: What its numeric nodes depend on; "" before it was ready.
        generation: The number of the client. Replies of an earlier one are outdated.
    """

    dry_runs: DryRuns
    values: ValuePictures
    declares: tuple[str, ...] | None
    client: Client | None = None
    state: Literal["off", "starting", "ready"] = "off"
    pid: int | None = None
    environment: str = ""
    generation: int = 0

    def ended(self, idle: bool) -> None:
        """Note that the process has ended; see `DryRuns.worker_died`."""
        self.pid = None
        self.dry_runs.worker_died(idle)
        self.values.worker_died(idle)


class Workers:
    """The workers. A document runs in the main one, unless it uses a node of a confined pack.

    The worker of confined packs is started when a document needs it, or to get the declarations of
    a pack. It may read the folders of the documents that it has run; for a document of another
    folder it is started again.

    Args:
        settings: Folders, limits and the states of packs.
        specs: The known node types.
        registry: Name of the function that returns them in a worker: "package.module:function".
        receive: Called with each reply, its lane and generation, in a thread of the client.
        take_plan: See `DryRuns`.
    """

    def __init__(
        self,
        settings: Settings,
        specs: Registry,
        registry: str,
        receive: Callable[[Lane, int, Reply], None],
        take_plan: Callable[[Session, DryRunDone], object],
    ) -> None:
        self._settings = settings
        self._specs = specs
        self._registry = registry
        self._receive = receive
        self._states = PackStates.of(settings.preferences) if registry == INSTALLED else None
        self._start_method: StartMethod | None = None  # the platform's default
        self.main = Lane(DryRuns(take_plan), ValuePictures(), None)
        self.confined = Lane(DryRuns(take_plan), ValuePictures(), ())
        self._declare()
        self.lanes = (self.main, self.confined)
        self._folders: list[Path] = []
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def _declare(self) -> None:
        """Note which packs each worker declares."""
        if self._states is not None:
            self.main.declares, self.confined.declares = self._states.trusted, self._states.confined

    def choose_packs(self) -> list[Lane]:
        """Take the states of packs from the preferences.

        Returns:
            The workers that import other packs than before; they are ended.
        """
        before = self._states
        if before is None:
            return []
        self._states = after = PackStates.of(self._settings.preferences)
        if after == before:
            return []
        if not {*before.trusted} <= {*after.trusted}:
            # the process that forks workers has imported what such a pack preloads
            self._start_method = "spawn"
        self._declare()
        ended = [self.main] if after.trusted != before.trusted else []
        ended += (
            [self.confined] if (after.on, after.confined) != (before.on, before.confined) else []
        )
        for lane in ended:
            self._end(lane)
        self._specs.turn_off(after.off)
        return ended

    def lane_of(self, graph: Graph) -> Lane:
        """Return the worker that runs a graph."""
        if not self.confined.declares:
            return self.main
        types = {node.type for node in graph.nodes.values()}
        used = packs.packs_used(self._specs, types)
        return self.main if used.isdisjoint(self.confined.declares) else self.confined

    def start(self) -> None:
        """Start the main worker, and the other one if declarations of its packs are missing."""
        self._start(self.main)
        if not {*self._specs.waiting}.isdisjoint(self.confined.declares or ()):
            self._start(self.confined)

    def use(self, lane: Lane, folder: Path) -> None:
        """Start a worker unless it runs, and let it read a document's folder."""
        if lane is self.confined and folder not in self._folders and not holds_home(folder):
            self._folders.append(folder)
            self._end(lane)
        self._start(lane)

    def _end(self, lane: Lane) -> None:
        if lane.client is not None:
            lane.client.close()
            lane.client = None
            lane.state = "off"
            lane.generation += 1  # what it still sends is outdated
            lane.ended(idle=False)

    def _start(self, lane: Lane) -> None:
        if lane.client is not None:
            return
        from nodeui.engine.client import Client  # not before the window is shown

        preferences, states = self._settings.preferences, self._states
        imported = None
        if states is not None:
            imported = states.on if lane is self.confined else states.trusted
        preload = self._specs.preload
        if states is not None:  # the process that preloads is not confined
            preload = self._specs.preload_of(("", *states.trusted))
        lane.generation += 1
        lane.client = Client(
            partial(self._receive, lane, lane.generation),
            cache_dir=self._settings.places.cache,
            registry=self._registry,
            memory_bytes=int(preferences.memory_gb * 2**30),
            disk_bytes=int(preferences.cache_gb * 2**30),
            log=self._settings.places.state / "worker.log",
            start_method=self._start_method,
            preload=preload,
            packs=imported,
            confinement=self._confinement() if lane is self.confined else None,
        )
        lane.state = "starting"
        lane.client.start()

    def _confinement(self) -> Confinement:
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(
                prefix="nodeui-packs-", ignore_cleanup_errors=True
            )
        preferences, cache = self._settings.preferences, self._settings.places.cache
        output = preferences.output_folder()
        bitmaps = self._settings.places.bitmaps
        for folder in (cache, output, bitmaps):
            folder.mkdir(parents=True, exist_ok=True)
        readable = [*self._folders, bitmaps]
        return packs.confinement(preferences, readable, [cache, output], Path(self._temporary.name))

    def close(self) -> None:
        """Begin to end the workers; `leaving.leave` waits for them."""
        for lane in self.lanes:
            if lane.client is not None:
                lane.client.close()
                before_leaving(partial(lane.client.join, _PATIENCE))
                lane.client = None
        if self._temporary is not None:
            before_leaving(self._temporary.cleanup)
