"""Tests that a worker killed between two steps loses no stored step."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

from nodeui.engine.cache import open_cache
from nodeui.engine.protocol import Progress, Ready, Reply, RunEvent, RunFinished, WorkerDied
from nodeui.graph import document
from nodeui.headless import dry_run
from tests.engine import worker_help, worker_toys
from tests.engine.worker_help import PATIENCE, Replies, submit, workflow

STEPS = 40


def test_after_a_kill_a_run_goes_on_from_the_last_stored_step(tmp_path: Path) -> None:
    replies = Replies()
    doomed_at = STEPS

    def hear(reply: Reply) -> None:
        event = reply.event if isinstance(reply, RunEvent) else None
        if isinstance(event, Progress) and event.done >= doomed_at:
            ready = [r.pid for r in replies.all if isinstance(r, Ready)]
            os.kill(ready[-1], signal.SIGKILL)
        replies(reply)

    generator = random.Random(4)
    client = worker_help.client(hear, tmp_path, resume=False)
    for seed in range(5):
        log = tmp_path / f"log {seed}"
        drift = workflow({"d": ("toy.drift", {"seed": seed, "steps": STEPS, "log": str(log)})})
        doomed_at = generator.randrange(STEPS // 2)
        assert isinstance(replies.end(submit(client, tmp_path, drift)), WorkerDied)
        before = [int(line) for line in log.read_text().split()]
        stored = _stored(tmp_path, drift)
        doomed_at = STEPS + 1
        log.unlink()
        end = replies.end(submit(client, tmp_path, drift))
        assert isinstance(end, RunFinished) and not end.report.failures
        assert (end.report.nodes[-1].resumed_at or 0) == stored
        *after, result = log.read_text().splitlines()
        assert before == list(range(1, len(before) + 1)) and stored <= len(before) < STEPS
        assert after == [str(step) for step in range(stored + 1, STEPS + 1)]
        fresh = worker_toys.Drift(seed, STEPS, tmp_path / "log of a fresh run")
        assert result == f"result {fresh.run()}"
    client.close()
    assert client.join(PATIENCE)


def _stored(folder: Path, workflow: bytes) -> int:
    """Return the number of steps that the killed worker has left on disk."""
    registry = worker_toys.registry()
    graph = document.load(workflow, registry).graph
    with open_cache(folder / "cache") as cache:
        return dry_run(graph, cache=cache, registry=registry)["d"].resumes_at
