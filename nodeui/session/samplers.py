"""Step-wise nodes of a graph: which one is meant, and where its steps lie on the whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from nodeui.graph.model import Graph

if TYPE_CHECKING:
    from nodeui.session.session import Session


def is_sampler(graph: Graph, id: str) -> bool:
    """Whether there is a node of this id that computes its value in steps."""
    spec = graph.spec(id) if id in graph.nodes else None
    return spec is not None and spec.stepwise


def samplers(graph: Graph) -> list[str]:
    """The step-wise nodes, in the order they were added."""
    return [id for id in graph.nodes if is_sampler(graph, id)]


def sampler_near(graph: Graph, ids: Iterable[str]) -> str | None:
    """The step-wise node among these, else the nearest one that they feed, else the nearest one
    that feeds them."""
    start = [id for id in ids if id in graph.nodes]
    return _nearest(graph, start, lambda id: (link.target for link in graph.links_out(id))) or (
        _nearest(graph, start, lambda id: (link.source for link in graph.links_in(id).values()))
    )


def _nearest(
    graph: Graph, start: list[str], following: Callable[[str], Iterable[str]]
) -> str | None:
    """The first step-wise node on a breadth-first walk."""
    seen, waiting = set(start), start
    while waiting:
        found = next((id for id in waiting if is_sampler(graph, id)), None)
        if found is not None:
            return found
        ahead = dict.fromkeys(id for near in waiting for id in following(near))
        waiting = [id for id in ahead if id not in seen]
        seen.update(waiting)
    return None


class Span(NamedTuple):
    """Where the steps of a sampler lie on the whole run, of which schedules are fractions.

    Attributes:
        first: Steps of the whole run before the sampler's first one.
        whole: Steps of the whole run.
    """

    first: int
    whole: int

    def share(self, step: int) -> float:
        """The fraction of the run at which `step` of the sampler's steps are done; exactly that
        which the sampler itself finds there."""
        return (self.first + step) / self.whole


def span_of(graph: Graph, sampler: str, total: int) -> Span:
    """Where the `total` steps of a sampler lie on the whole run.

    They are the whole run unless `start_step` or `end_step` cut it. A solver of second order
    evaluates the network twice a solver step, but once at the end.
    """
    start, end = setting(graph, sampler, "start_step") or 0, setting(graph, sampler, "end_step")
    steps: int = setting(graph, sampler, "steps") or total
    last = steps if end is None else min(end, steps)
    order = 2 if last - start > 1 and total >= 2 * (last - start) - 1 else 1
    first = start * order
    if last == steps:
        return Span(first, first + total)
    skipped = last * order - first - total  # by a strength below 1
    return Span(first, steps * order - (order - 1) - skipped)


def setting(graph: Graph, id: str, name: str) -> Any:
    """A parameter's value as it stands on the node; None where there is none or it is linked."""
    spec = graph.spec(id)
    if spec is None or name not in spec.parameters or name in graph.links_in(id):
        return None
    return graph.nodes[id].params.get(name, spec.parameters[name].default)


def steps_below(session: Session, id: str) -> int | None:
    """Steps of the whole run of the sampler that a node is, or feeds; None while unknown."""
    graph = session.graph
    sampler = _nearest(graph, [id], lambda id: (link.target for link in graph.links_out(id)))
    trajectory = session.trajectories.get(sampler) if sampler is not None else None
    if sampler is None or trajectory is None:
        return None
    return span_of(graph, sampler, trajectory.total).whole
