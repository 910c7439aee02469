"""What a run says while it goes on, and what editor and worker say to each other.

`Event`s come from the runner. Between the two processes each travels in a `RunEvent` with the
number of its run, so that those of a superseded run can be dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from nodeui.graph.wording import tr
from nodeui.sdk import Span

Status = Literal["executed", "cached", "resumed", "skipped", "failed", "cancelled"]


class _Message(msgspec.Struct, frozen=True, tag=True, tag_field="kind", kw_only=True):
    """What all messages have in common."""


# --- events of a run ----------------------------------------------------------------------------


class NodeStarted(_Message, frozen=True, kw_only=True, gc=False):
    """A node begins to run."""

    node: str


class Progress(_Message, frozen=True, kw_only=True):
    """How far a running node is: `done` of `total` steps, `text` says of what."""

    node: str
    done: int
    total: int
    text: str = ""


class Preview(_Message, frozen=True, kw_only=True):
    """How a running node's result looks by now: RGB bytes, row by row, three a pixel."""

    node: str
    width: int
    height: int
    pixels: bytes


class NodeFinished(_Message, frozen=True, kw_only=True, gc=False):
    """A node has its value.

    Attributes:
        seconds: What it took by itself, without its inputs; 0 when cached.
        steps_total: Steps of a step-wise node, else None.
        steps_run: How many of them were run now.
        resumed_at: How many were taken from the cache, None when none were.
    """

    node: str
    type: str
    status: Status
    seconds: float = 0.0
    steps_total: int | None = None
    steps_run: int | None = None
    resumed_at: int | None = None


class NodeFailed(_Message, frozen=True, kw_only=True):
    """A node could not run.

    Attributes:
        message: For people; names file and parameter where they are known.
        parameter: The parameter or input at fault, if known.
        details: The traceback, for a report; "" for errors that the node foresaw.
    """

    node: str
    type: str
    message: str
    parameter: str | None = None
    details: str = ""


class Warned(_Message, frozen=True, kw_only=True):
    """Something the user should know; the run goes on. `node` is "" when it concerns no node."""

    node: str
    message: str


Event: TypeAlias = NodeStarted | Progress | Preview | NodeFinished | NodeFailed | Warned


# --- the outcome of a run ------------------------------------------------------------------------


class Output(msgspec.Struct, frozen=True):
    """A file that an output node wrote, or found already written.

    Attributes:
        node: The node's id.
        path: Absolute.
        sha256: Of its content, hexadecimal.
    """

    node: str
    path: str
    sha256: str


class Report(msgspec.Struct, frozen=True):
    """What a run did.

    Attributes:
        outputs: The files of the targets that finished.
        nodes: One entry for each node that was needed, in the order they ended; those behind a
            failed or muted node are "skipped", those behind a cached one are not listed.
        failures: Why nodes failed.
        seconds: Of the whole run.
        warnings: What was said on the way.
        cancelled: The run was stopped before its end.
    """

    outputs: tuple[Output, ...]
    nodes: tuple[NodeFinished, ...]
    failures: tuple[NodeFailed, ...]
    seconds: float
    warnings: tuple[str, ...]
    cancelled: bool = False


CANCELLED = Report(outputs=(), nodes=(), failures=(), seconds=0.0, warnings=(), cancelled=True)
"""Of a run that was cancelled before it began."""


# --- what is known of a step-wise node before it runs -------------------------------------------


class Trajectory(msgspec.Struct, frozen=True):
    """The steps of a node, as far as they are known without computing one.

    Attributes:
        total: How many there are.
        resumes_at: How many of them a run takes from the cache; `total` where it runs none.
        cached: For each step, whether the state after it is at hand.
        curves: One number a step under each name; see `sdk.Steps.curves`.
        span: Position of the steps on the whole run.
        draws_noise: See `sdk.Steps`.
    """

    total: int
    resumes_at: int
    cached: tuple[bool, ...]
    curves: dict[str, tuple[float, ...]] = {}
    span: Span = Span()
    draws_noise: bool = False

    @property
    def whole(self) -> int:
        """Number of steps of the whole run."""
        return self.span.before + self.total + self.span.after

    def share(self, step: int) -> float:
        """Return the fraction of the whole run that is done after `step` of the node's steps:
        bit for bit the one at which the node reads its curves there."""
        return (self.span.before + step) / self.whole

    @property
    def summary(self) -> str:
        """What is stored of it, for people; "" where there is nothing."""
        if self.resumes_at == self.total:
            return tr("all {0} steps at hand", self.total)
        if not self.resumes_at:
            return ""
        return tr("resumes at {0} of {1}", self.resumes_at, self.total)


# --- between editor and worker -------------------------------------------------------------------


class Submit(_Message, frozen=True, kw_only=True):
    """Editor: run this. A run that is under way is cancelled first.

    Attributes:
        run: Number of the run, rising.
        document: The workflow, as the JSON of its file.
        folder: Where its relative paths start.
        targets: Node ids; empty for all output nodes.
        output_dir: Where files are written.
    """

    run: int
    document: bytes
    folder: str
    targets: tuple[str, ...]
    output_dir: str


class Cancel(_Message, frozen=True, kw_only=True):
    """Editor: stop this run between two steps."""

    run: int


class DryRun(_Message, frozen=True, kw_only=True):
    """Editor: say how far the step-wise nodes are, as soon as nothing runs. A newer one takes its
    place.

    Attributes:
        number: Of the request, rising.
        document, folder, targets: As in `Submit`.
    """

    number: int
    document: bytes
    folder: str
    targets: tuple[str, ...]


class ShowSteps(_Message, frozen=True, kw_only=True):
    """Editor: show stored steps of a node, as soon as nothing runs. A newer one takes its place.

    Attributes:
        number: Of the request, rising.
        document, folder: As in `Submit`.
        node: The step-wise node.
        name: Which of its pictures; see `sdk.Steps.pictures`.
        steps: Which steps, the first being 1, in the order in which they are wanted.
    """

    number: int
    document: bytes
    folder: str
    node: str
    name: str
    steps: tuple[int, ...]


class Quit(_Message, frozen=True, kw_only=True):
    """Editor: cancel what runs, then end."""


class Ready(_Message, frozen=True, kw_only=True):
    """Worker: up, with the node packages loaded.

    Attributes:
        pid: Its process id.
        environment: What numeric nodes depend on; see `NodePackage.environment`.
    """

    pid: int
    environment: str


class RunStarted(_Message, frozen=True, kw_only=True):
    """Worker: a run begins; all earlier ones have ended."""

    run: int


class RunEvent(_Message, frozen=True, kw_only=True):
    """Worker: an event of a run."""

    run: int
    event: Event


class PreviewReady(_Message, frozen=True, kw_only=True):
    """Worker: a preview lies in the shared ring.

    Attributes:
        run: Number of the run.
        node: Whose preview.
        offset: Where its RGB bytes start in the shared memory.
        width, height: In pixels.
        serial: Number of the preview; a slot that was written over has a later one.
    """

    run: int
    node: str
    offset: int
    width: int
    height: int
    serial: int


class RunFinished(_Message, frozen=True, kw_only=True):
    """Worker: a run has ended; nothing more comes of it."""

    run: int
    report: Report


class RunRefused(_Message, frozen=True, kw_only=True):
    """Worker: the document cannot be run; nothing was."""

    run: int
    message: str


class DryRunDone(_Message, frozen=True, kw_only=True):
    """Worker: what a run would find.

    Attributes:
        number: Of the request.
        trajectories: By node id; those step-wise nodes of which it can be told without computing.
    """

    number: int
    trajectories: dict[str, Trajectory]


class StepShown(_Message, frozen=True, kw_only=True):
    """Worker: how a node looked after a step, as RGB bytes, row by row, three a pixel."""

    number: int
    node: str
    name: str
    step: int
    width: int
    height: int
    pixels: bytes


class StepsShown(_Message, frozen=True, kw_only=True):
    """Worker: all steps of a request that are stored were shown."""

    number: int


class WorkerDied(_Message, frozen=True, kw_only=True):
    """Client: the worker process has ended. Worker: it cannot start, its last words.

    Attributes:
        run: The run that was under way or waiting, if any.
        exitcode: Of the process; -n when signal n ended it, None when it never started.
        message: For people; says why, and in which node as far as is known.
        resumes: The run goes on in a new worker, from what is cached; otherwise it has ended.
    """

    run: int | None
    exitcode: int | None
    message: str
    resumes: bool = False


Request: TypeAlias = Submit | Cancel | DryRun | ShowSteps | Quit
Look: TypeAlias = DryRunDone | StepShown | StepsShown
"""What the worker answers to those who only look."""
Reply: TypeAlias = (
    Ready | RunStarted | RunEvent | PreviewReady | RunFinished | RunRefused | Look | WorkerDied
)

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[list[Request]] = msgspec.msgpack.Decoder(list[Request])
_replies: msgspec.msgpack.Decoder[list[Reply]] = msgspec.msgpack.Decoder(list[Reply])


def encode(messages: Sequence[Request] | Sequence[Reply]) -> bytes:
    """Messages as one frame of the pipe."""
    return _encoder.encode(messages)


def decode_requests(frame: bytes) -> list[Request]:
    """What the editor encoded. Raises `msgspec.DecodeError` or `ValidationError`."""
    return _requests.decode(frame)


def decode_replies(frame: bytes) -> list[Reply]:
    """What the worker encoded. Raises `msgspec.DecodeError` or `ValidationError`."""
    return _replies.decode(frame)
