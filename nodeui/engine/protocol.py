"""Events of a run, and messages between editor and worker.

The runner emits `Event`s. Between the processes each one is sent in a `RunEvent` with the number
of its run, so that events of a superseded run can be dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec

from nodeui.engine.outcomes import NodePlan
from nodeui.engine.ring import Written
from nodeui.graph.edits import Upgrade
from nodeui.graph.wording import tr
from nodeui.sdk import Download, Span

Status = Literal["executed", "cached", "resumed", "skipped", "failed", "cancelled"]

# Limits of what a worker may send, as a pack that has taken it over may send anything. A message
# beyond them is a `msgspec.DecodeError`.
_MOST = 2**31 - 1
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_MOST)]
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Line: TypeAlias = Annotated[str, msgspec.Meta(max_length=10_000)]
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=2**20)]
_MANY = msgspec.Meta(max_length=100_000)
_FEW = msgspec.Meta(max_length=10_000)

LARGEST_PLAIN = 32 << 20
"""Bytes of the largest frame of a worker that may hold more than the pictures of one message."""

MOST_MESSAGES = 1_000
"""Messages in a frame of a worker."""

_FULL = 1 << 20
"""Bytes of a frame of a worker that takes no further message."""


class _Message(msgspec.Struct, frozen=True, tag=True, tag_field="kind", kw_only=True):
    """Base of all messages."""


# --- events of a run ----------------------------------------------------------------------------


class NodeStarted(_Message, frozen=True, kw_only=True, gc=False):
    """A node starts to run."""

    node: Line


class Progress(_Message, frozen=True, kw_only=True):
    """Progress of a running node: `done` of `total` steps; `text` names the current stage."""

    node: Line
    done: Count
    total: Count
    text: Line = ""


class Preview(_Message, frozen=True, kw_only=True):
    """Previews of a running node's result: RGB, 3 bytes per pixel, row by row.

    Attributes:
        width, height: Of each picture.
        count: Number of pictures, one after the other.
    """

    node: Line
    width: Count
    height: Count
    pixels: bytes
    count: Number = 1


class PictureFields(_Message, frozen=True, kw_only=True):
    """The pictures of a value; without `width`, `paths` and `error`, there are none.

    Attributes:
        count: Number of pictures, one after the other, all of one size.
        width, height: The size of each picture in full.
        channels: 1, 3 or 4.
        stride: Only every stride-th row and column of each picture is sent.
        pixels: One byte per channel, row by row.
        paths: Absolute paths of picture files that are shown instead.
        error: Why the value cannot be shown; else "".
    """

    count: Number = 1
    width: Count = 0
    height: Count = 0
    channels: Count = 0
    stride: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 1
    pixels: bytes = b""
    paths: Annotated[tuple[Line, ...], _FEW] = ()
    error: Text = ""

    @property
    def columns(self) -> int:
        """The number of columns of each picture that are sent."""
        return -(-self.width // self.stride)

    @property
    def rows(self) -> int:
        """The number of rows of each picture that are sent."""
        return -(-self.height // self.stride)


class ValuePicture(PictureFields, frozen=True, kw_only=True):
    """The pictures of a node's value; without any, they are those that the editor has.

    Attributes:
        node: Id of the node, which has ended.
        digests: Digests of its outputs.
    """

    node: Line
    digests: Annotated[tuple[bytes, ...], _FEW]


class NodeFinished(_Message, frozen=True, kw_only=True, gc=False):
    """A node has ended.

    Attributes:
        seconds: Time spent on the node itself, without its inputs; 0 if cached.
        steps_total: Steps of a step-wise node, else None.
        steps_run: Steps that were run.
        resumed_at: Steps that were taken from the cache; None for none.
        warnings: The warnings of the node, also those that are stored with a cached result.
    """

    node: Line
    type: Line
    status: Status
    seconds: float = 0.0
    steps_total: Count | None = None
    steps_run: Count | None = None
    resumed_at: Count | None = None
    warnings: Annotated[tuple[Line, ...], _FEW] = ()


class NodeFailed(_Message, frozen=True, kw_only=True):
    """A node could not run.

    Attributes:
        message: Shown to the user; names file and parameter if they are known.
        parameter: The parameter or input at fault, if known.
        details: The traceback of an unexpected error, for a bug report; else "".
        download: The download that the node needs to be allowed, if that is the error.
    """

    node: Line
    type: Line
    message: Line
    parameter: Line | None = None
    details: Text = ""
    download: Download | None = None


class Warned(_Message, frozen=True, kw_only=True):
    """A warning for the user; the run continues. A cached result repeats those of its node.

    Attributes:
        node: The node; "" for a warning about the cache.
        message: Shown to the user.
    """

    node: Line
    message: Line

    @property
    def text(self) -> str:
        """The message with the node that it is about."""
        return f"{self.node}: {self.message}" if self.node else self.message


Event: TypeAlias = (
    NodeStarted | Progress | Preview | ValuePicture | NodeFinished | NodeFailed | Warned
)


# --- the outcome of a run ------------------------------------------------------------------------


class Output(msgspec.Struct, frozen=True):
    """A file that an output node wrote, now or in an earlier run.

    Attributes:
        node: The node's id.
        path: Absolute path.
        sha256: Of its content, hexadecimal.
    """

    node: Line
    path: Line
    sha256: Line


class Report(msgspec.Struct, frozen=True):
    """Report of a run.

    Attributes:
        outputs: The files of the targets that finished.
        nodes: One entry per needed node, in the order they ended. Nodes that need a failed or
            muted node are "skipped"; nodes needed only by cached ones are not listed.
        failures: The errors of failed nodes.
        seconds: Duration of the run.
        warnings: The warnings about the targets and all that they are made from, computed or
            cached, and about the cache.
        cancelled: The run was stopped before its end.
    """

    outputs: Annotated[tuple[Output, ...], _MANY]
    nodes: Annotated[tuple[NodeFinished, ...], _MANY]
    failures: Annotated[tuple[NodeFailed, ...], _MANY]
    seconds: float
    warnings: Annotated[tuple[Warned, ...], _MANY]
    cancelled: bool = False


CANCELLED = Report(outputs=(), nodes=(), failures=(), seconds=0.0, warnings=(), cancelled=True)
"""Report of a run that was cancelled before it began."""


# --- a step-wise node before it runs ------------------------------------------------------------


class Trajectory(msgspec.Struct, frozen=True):
    """The steps of a node, as far as they are known without computing any.

    Attributes:
        total: Number of steps.
        resumes_at: Number of steps that a run takes from the cache; `total` if it runs none.
        cached: For each step, True if the state after it is stored.
        curves: By name, one number per step; see `sdk.Steps.curves`.
        span: Position of the steps on the whole run.
        draws_noise: See `sdk.Steps`.
        warnings: The warnings of the node before its first step.
    """

    total: Count
    resumes_at: Count
    cached: Annotated[tuple[bool, ...], _MANY]
    curves: Annotated[dict[Line, Annotated[tuple[float, ...], _MANY]], _FEW] = {}
    span: Span = Span()
    draws_noise: bool = False
    warnings: Annotated[tuple[Line, ...], _FEW] = ()

    def __post_init__(self) -> None:
        span = (self.span.before, self.span.after, self.span.skipped, self.span.order - 1)
        if min(span) < 0 or max(span) > _MOST:
            raise ValueError("such a span is not possible")

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
        """A description of the stored steps for the user; "" if there are none."""
        if self.resumes_at == self.total:
            return tr("all {0} steps are stored", self.total)
        if not self.resumes_at:
            return ""
        return tr("resumes at {0} of {1}", self.resumes_at, self.total)


# --- between editor and worker -------------------------------------------------------------------


ANY_SOURCE = "*"
"""Allows downloads from any source."""


class Submit(_Message, frozen=True, kw_only=True):
    """Editor: run a workflow. The current run is cancelled first.

    Attributes:
        run: Number of the run; numbers increase.
        document: The workflow, as the JSON of its file.
        folder: Base folder of its relative paths.
        targets: Node ids; empty for all output nodes.
        output_dir: Folder for written files.
        shown: By node id, the digests of the values whose pictures the editor has. Those of all
            others follow, in `ValuePicture`s. None if no pictures are wanted.
        joint: More workflows, whose samplers do their steps in one batch with this one's first; see
            `engine.joint`. This workflow is among them.
        joint_nodes: Ids of these samplers.
        downloads: Sources that may be downloaded; `ANY_SOURCE` allows all.
    """

    run: int
    document: bytes
    folder: str
    targets: tuple[str, ...]
    output_dir: str
    shown: dict[str, tuple[bytes, ...]] | None = None
    joint: tuple[bytes, ...] = ()
    joint_nodes: tuple[str, ...] = ()
    downloads: tuple[str, ...] = ()


class Cancel(_Message, frozen=True, kw_only=True):
    """Editor: stop a run between two steps."""

    run: int


class DryRun(_Message, frozen=True, kw_only=True):
    """Editor: report the trajectories of the step-wise nodes, as soon as no run is in progress. A
    newer request replaces an older one.

    Attributes:
        number: Number of the request; numbers increase.
        document, folder, targets: As in `Submit`.
        plan: Report the plan of all output nodes as well. The editor needs it for a document with
            nodes that it cannot plan, as it does not have the code of their pack.
    """

    number: int
    document: bytes
    folder: str
    targets: tuple[str, ...]
    plan: bool = False


class ShowSteps(_Message, frozen=True, kw_only=True):
    """Editor: send pictures of a node's stored steps, as soon as no run is in progress. A newer
    request replaces an older one.

    Attributes:
        number: Number of the request; numbers increase.
        document, folder: As in `Submit`.
        node: The step-wise node.
        name: Name of the picture; see `sdk.Steps.pictures`.
        steps: The wanted steps, counted from 1, in the wanted order.
    """

    number: int
    document: bytes
    folder: str
    node: str
    name: str
    steps: tuple[int, ...]


class ShowValue(_Message, frozen=True, kw_only=True):
    """Editor: send the pictures of a node's value, as soon as no run is in progress. A newer
    request replaces an older one.

    Attributes:
        number: Number of the request; numbers increase.
        document, folder, output_dir: As in `Submit`.
        node: The node.
        index: The only picture of a batch to send, in full, counted from 0; None for all.
    """

    number: int
    document: bytes
    folder: str
    output_dir: str
    node: str
    index: int | None = None


class Quit(_Message, frozen=True, kw_only=True):
    """Editor: cancel the current run, then end."""


class Ready(_Message, frozen=True, kw_only=True):
    """Worker: ready, with the node packages loaded.

    Attributes:
        pid: Its process id.
        environment: What numeric nodes depend on; see `sdk.NodePackage.environment`.
        packs: Declarations of all packs but NodeUI's own; see `nodeui.graph.foreign`.
    """

    pid: Count
    environment: Text
    packs: Annotated[tuple[bytes, ...], _FEW] = ()


class RunStarted(_Message, frozen=True, kw_only=True):
    """Worker: a run starts; all earlier ones have ended."""

    run: int


class RunEvent(_Message, frozen=True, kw_only=True):
    """Worker: an event of a run."""

    run: int
    event: Event


class PictureReady(_Message, frozen=True, kw_only=True):
    """Worker: the picture of an event was written to the shared ring.

    Attributes:
        run: Number of the run.
        event: The event, without its pixels.
        written: Where they are.
    """

    run: int
    event: Preview | ValuePicture
    written: Written


class RunFinished(_Message, frozen=True, kw_only=True):
    """Worker: a run has ended; this is its last message."""

    run: int
    report: Report


class RunRefused(_Message, frozen=True, kw_only=True):
    """Worker: the document cannot be run; nothing was computed."""

    run: int
    message: Text


class DryRunDone(_Message, frozen=True, kw_only=True):
    """Worker: the result of a dry run.

    Attributes:
        number: Number of the request.
        trajectories: By node id; nodes that need a value only a run can compute are left out.
        plan: The plan of each node by id, if it was requested.
        upgrades: Migrations of nodes that the document has with an older version.
    """

    number: int
    trajectories: Annotated[dict[Line, Trajectory], _MANY]
    plan: Annotated[dict[Line, NodePlan], _MANY] = {}
    upgrades: Annotated[tuple[Upgrade, ...], _MANY] = ()


class StepShown(_Message, frozen=True, kw_only=True):
    """Worker: the pictures of a node after a step, as in `Preview`."""

    number: int
    node: Line
    name: Line
    step: Count
    width: Count
    height: Count
    pixels: bytes
    count: Number = 1


class StepsShown(_Message, frozen=True, kw_only=True):
    """Worker: all stored steps of a request were sent."""

    number: int


class ValueShown(PictureFields, frozen=True, kw_only=True):
    """Worker: the pictures of a node's value.

    Attributes:
        number: Number of the request.
    """

    number: int


class WorkerDied(_Message, frozen=True, kw_only=True):
    """Client: the worker process has ended. Worker: it cannot start.

    Attributes:
        run: The current or waiting run, if any.
        exitcode: Of the process; -n if signal n ended it, None if it never started.
        message: Shown to the user: the cause, and the node that was running if known.
        resumes: The run continues in a new worker, with what is cached; otherwise it has ended.
    """

    run: int | None
    exitcode: int | None
    message: Text
    resumes: bool = False


Query: TypeAlias = DryRun | ShowSteps | ShowValue
"""A request that only reads the cache."""
Request: TypeAlias = Submit | Cancel | Query | Quit
QueryReply: TypeAlias = DryRunDone | StepShown | StepsShown | ValueShown
"""Reply to a query."""
Reply: TypeAlias = (
    Ready
    | RunStarted
    | RunEvent
    | PictureReady
    | RunFinished
    | RunRefused
    | QueryReply
    | WorkerDied
)


class _PictureEvent(RunEvent, frozen=True, kw_only=True, tag="RunEvent"):
    """A `RunEvent` with pictures."""

    event: Preview | ValuePicture


_Pictures: TypeAlias = _PictureEvent | StepShown | ValueShown
"""The replies that may be longer than `LARGEST_PLAIN`."""

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[list[Request]] = msgspec.msgpack.Decoder(list[Request])
_replies: msgspec.msgpack.Decoder[list[Reply]] = msgspec.msgpack.Decoder(
    Annotated[list[Reply], msgspec.Meta(max_length=MOST_MESSAGES)]
)
_pictures: msgspec.msgpack.Decoder[list[_Pictures]] = msgspec.msgpack.Decoder(
    Annotated[list[_Pictures], msgspec.Meta(max_length=1)]
)


def encode(messages: Sequence[Request] | Sequence[Reply]) -> bytes:
    """Encode messages as one frame of the pipe."""
    return _encoder.encode(messages)


def frames_of(replies: Iterable[Reply]) -> Iterator[bytes]:
    """Encode replies as frames that `decode_replies` accepts; one with a large picture is alone."""
    parts: list[msgspec.Raw] = []
    size = 0
    for reply in replies:
        part = _encoder.encode(reply)
        if parts and (size + len(part) > _FULL or len(parts) == MOST_MESSAGES):
            yield _encoder.encode(parts)
            parts, size = [], 0
        parts.append(msgspec.Raw(part))
        size += len(part)
    if parts:
        yield _encoder.encode(parts)


def decode_requests(frame: bytes) -> list[Request]:
    """Decode a frame from the editor.

    Raises:
        msgspec.DecodeError: the frame is malformed.
    """
    return _requests.decode(frame)


def decode_replies(frame: bytes) -> Sequence[Reply]:
    """Decode a frame from the worker.

    Raises:
        msgspec.DecodeError: the frame is malformed, has too many messages, or is too long for what
            it holds: an object takes up to eight times its bytes in the frame.
    """
    if len(frame) <= LARGEST_PLAIN:
        return _replies.decode(frame)
    return [
        RunEvent(run=reply.run, event=reply.event) if isinstance(reply, _PictureEvent) else reply
        for reply in _pictures.decode(frame)
    ]
