"""The runs of the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodeui.engine.protocol import Event, Progress
from nodeui.session.seeds import SeedValues
from nodeui.session.session import Session
from nodeui.session.workers import Lane

if TYPE_CHECKING:
    from nodeui.engine.cache import Digests

_numbers = count(1)


@dataclass(frozen=True)
class Aside:
    """A variant of a session's graph, whose run is not reported to the session.

    Attributes:
        output: Output folder.
        watch: Called with the events of the run.
        shown: By node id, the digests of the values whose pictures `watch` has had; read when the
            run is submitted.
        joint, joint_nodes: See `protocol.Submit`.
    """

    output: Path
    watch: Callable[[Event], object]
    shown: Mapping[str, Digests]
    joint: tuple[bytes, ...] = ()
    joint_nodes: tuple[str, ...] = ()


@dataclass(eq=False)
class Job:
    """A run that waits or is under way.

    Attributes:
        session: The session whose graph it runs.
        title: Title of the document when the run was requested.
        folder: Where relative paths of the workflow start.
        targets: Ids of the nodes to compute; empty for all output nodes.
        live: It was started by an edit, and the next edit replaces it.
        document: Text of the workflow file when the run was requested; None until it is
            serialised.
        note: Label of the last edit before that.
        seeds: The seeds of the run.
        press: Runs of one request have it in common.
        endless: Another run follows it, until it is stopped.
        edits: `NodeStates.edits` when the run was requested.
        origin: How many of these `Seeds.show` did not make.
        aside: Set if it runs a variant of the graph.
        quick: It is a quick run: the nodes whose values differ from those of the full run.
        number: User-facing number.
        lane: The worker that runs it; None before it is in the queue.
        run: Number of the run at the client, once submitted.
        begun: The worker has begun it.
        stopping: It was asked to stop.
        progress: Last progress of the running node.
    """

    session: Session
    title: str
    folder: Path
    targets: tuple[str, ...] = ()
    live: bool = False
    document: bytes | None = None
    note: str = ""
    seeds: SeedValues = field(default_factory=dict[tuple[str, str], Any])
    press: object = None
    endless: bool = False
    edits: int | None = None
    origin: int = 0
    aside: Aside | None = None
    quick: frozenset[str] = frozenset()
    number: int = field(default_factory=lambda: next(_numbers))
    lane: Lane | None = None
    run: int | None = None
    begun: bool = False
    stopping: bool = False
    progress: Progress | None = None
