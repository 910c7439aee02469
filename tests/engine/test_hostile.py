"""Messages of a worker that a pack has taken over."""

from __future__ import annotations

import msgspec
import pytest

from nodeui.engine.outcomes import LONGEST_DETAILS, Failure
from nodeui.engine.protocol import (
    DryRunDone,
    Event,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Output,
    Preview,
    Progress,
    Reply,
    Report,
    RunEvent,
    RunFinished,
    RunRefused,
    StepShown,
    Trajectory,
    ValuePicture,
    ValueShown,
    Warned,
    WorkerDied,
    decode_replies,
    encode,
)

HUGE, ENDLESS = 2**62, "x" * 2_000_000

EVENTS: list[Event] = [
    NodeStarted(node=ENDLESS),
    Progress(node="a", done=-1, total=3),
    Progress(node="a", done=1, total=HUGE),
    Progress(node="a", done=1, total=2, text=ENDLESS),
    Preview(node="a", width=-1, height=-1, pixels=b"xxx"),
    Preview(node="a", width=HUGE, height=0, pixels=b""),
    ValuePicture(node="a", digests=(), width=1, height=1, channels=-3, pixels=b"x"),
    ValuePicture(node="a", digests=(), paths=(ENDLESS,)),
    ValuePicture(node="a", digests=(), error=ENDLESS),
    ValuePicture(node="a", digests=(), width=1, height=1, channels=3, count=-1, pixels=b"xxx"),
    ValuePicture(node="a", digests=(), width=1, height=1, channels=3, stride=0, pixels=b"xxx"),
    NodeFinished(node="a", type="t", status="resumed", steps_total=-HUGE),
    NodeFinished(node="a", type="t", status="executed", warnings=(ENDLESS,)),
    NodeFailed(node="a", type="t", message=ENDLESS),
    NodeFailed(node="a", type="t", message="m", details=ENDLESS),
    Warned(node="", message=ENDLESS),
]
REPLIES: list[Reply] = [
    *(RunEvent(run=1, event=event) for event in EVENTS),
    StepShown(number=1, node="a", name="x", step=-4, width=1, height=1, pixels=b"xxx"),
    StepShown(number=1, node="a", name="x", step=1, width=-1, height=-1, pixels=b"xxx"),
    ValueShown(number=1, width=HUGE, height=1, channels=1),
    DryRunDone(number=1, trajectories={"a": Trajectory(total=-5, resumes_at=0, cached=())}),
    DryRunDone(number=1, trajectories={"a": Trajectory(total=5, resumes_at=HUGE, cached=())}),
    RunFinished(run=1, report=Report((Output("a", ENDLESS, ""),), (), (), 0.0, ())),
    RunRefused(run=1, message=ENDLESS),
    WorkerDied(run=None, exitcode=None, message=ENDLESS),
]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: type(reply).__name__)
def test_negative_huge_and_endless_fields_are_refused(reply: Reply):
    """The client ends such a worker with one line; see `tests/session/test_packs.py`."""
    with pytest.raises(msgspec.DecodeError):
        decode_replies(encode([reply]))


def test_a_long_error_of_an_honest_node_is_cut_not_refused():
    failure = Failure("E" * 3_000_000, details="d" * 3_000_000)
    assert len(failure.details) == LONGEST_DETAILS and len(failure.message) < 410
    failed = NodeFailed(node="a", type="t", message=failure.message, details=failure.details)
    decode_replies(encode([RunEvent(run=1, event=failed)]))
