"""A document with a sampler, and an engine that only records requests."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from nodeui.engine.protocol import NodeFinished, NodeStarted, Preview, Progress, Trajectory
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.session.session import Session
from tests.views.scene import ToyRuns


class Asked(ToyRuns):
    """Records the requests for steps."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, tuple[int, ...]]] = []

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        self.asked.append((node, name, tuple(steps)))


def sampling(runs: Asked | None = None) -> Session:
    """Return a document: a prompt, a sampler of 20 steps, a decoder and a preview."""
    specs = installed()
    graph = Graph(specs)
    for node in (
        Node("model", "model.load", pos=(0, 0)),
        Node("prompt", "text.encode", params={"text": "a lake"}, pos=(300, 0)),
        Node("canvas", "latents.empty", pos=(300, 300)),
        Node("sampler", "sample.denoise", params={"steps": 20}, pos=(600, 0)),
        Node("decode", "latents.decode", pos=(900, 0)),
        Node("show", "image.preview", pos=(1200, 0)),
    ):
        graph.apply(AddNode(node))
    for link in (
        Link("model", "model", "prompt", "model"),
        Link("model", "model", "canvas", "model"),
        Link("model", "model", "sampler", "model"),
        Link("prompt", "conditioning", "sampler", "positive"),
        Link("canvas", "latents", "sampler", "latents"),
        Link("sampler", "latents", "decode", "latents"),
        Link("model", "vae", "decode", "vae"),
        Link("decode", "image", "show", "image"),
    ):
        graph.apply(Connect(link))
    return Session(Document(graph), specs, runs=runs, parent=QApplication.instance())


def trajectory(total: int = 20, stored: int = 20) -> Trajectory:
    """Return a trajectory whose first steps are stored."""
    return Trajectory(
        total=total,
        resumes_at=stored,
        cached=tuple(step < stored for step in range(total)),
        curves={
            "sigma": tuple(14.0 * 0.7**step for step in range(total)),
            "guidance scale": (7.5,) * total,
        },
    )


def picture(shade: int, side: int = 16) -> QImage:
    """Return a grey square."""
    image = QImage(side, side, QImage.Format.Format_RGB888)
    image.fill(QColor(shade, shade, shade))
    return image


def runs_through(session: Session, done: int, total: int = 20, begin: int = 0) -> None:
    """Simulate the events of a run that does steps of the sampler, each with a preview."""
    session.take_event(NodeStarted(node="sampler"))
    session.take_event(Progress(node="sampler", done=begin, total=total))
    for step in range(begin + 1, done + 1):
        pixels = bytes([step]) * (8 * 8 * 3)
        session.take_event(Preview(node="sampler", width=8, height=8, pixels=pixels))
        session.take_event(Progress(node="sampler", done=step, total=total))


def ends(session: Session, total: int = 20) -> None:
    """Simulate the end of the sampler's run."""
    session.take_event(
        NodeFinished(
            node="sampler", type="sample.denoise", status="executed",
            steps_total=total, steps_run=total,
        )
    )  # fmt: skip
