"""Finds the step-wise nodes of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from nodeui.graph.model import Graph

if TYPE_CHECKING:
    from nodeui.session.session import Session


def is_sampler(graph: Graph, id: str) -> bool:
    """True if there is a node of this id and it computes its value in steps."""
    spec = graph.spec(id) if id in graph.nodes else None
    return spec is not None and spec.stepwise


def samplers(graph: Graph) -> list[str]:
    """Return the step-wise nodes, in the order they were added."""
    return [id for id in graph.nodes if is_sampler(graph, id)]


def sampler_near(graph: Graph, ids: Iterable[str]) -> str | None:
    """Return the step-wise node among these; else the nearest one below them, else above them."""
    start = [id for id in ids if id in graph.nodes]
    return _nearest(graph, start, lambda id: (link.target for link in graph.links_out(id))) or (
        _nearest(graph, start, lambda id: (link.source for link in graph.links_in(id).values()))
    )


def sampler_above(graph: Graph, ids: Iterable[str]) -> str | None:
    """Return the step-wise node that made the values of these nodes: the nearest one at or above
    them; else as `sampler_near`."""
    start = [id for id in ids if id in graph.nodes]
    return _nearest(
        graph, start, lambda id: (link.source for link in graph.links_in(id).values())
    ) or sampler_near(graph, start)


def _nearest(
    graph: Graph, start: list[str], following: Callable[[str], Iterable[str]]
) -> str | None:
    """Return the first step-wise node on a breadth-first walk."""
    seen, waiting = set(start), start
    while waiting:
        found = next((id for id in waiting if is_sampler(graph, id)), None)
        if found is not None:
            return found
        ahead = dict.fromkeys(id for near in waiting for id in following(near))
        waiting = [id for id in ahead if id not in seen]
        seen.update(waiting)
    return None


def setting(graph: Graph, id: str, name: str) -> Any:
    """Return the value of a parameter that is set on the node; None if it is linked or missing."""
    spec = graph.spec(id)
    if spec is None or name not in spec.parameters or name in graph.links_in(id):
        return None
    return graph.nodes[id].params.get(name, spec.parameters[name].default)


def planned_steps(graph: Graph, id: str) -> int:
    """Return the number of steps that a step-wise node's parameter gives; 0 if unknown."""
    spec = graph.spec(id) if id in graph.nodes else None
    steps = setting(graph, id, spec.step_count) if spec is not None else None
    return steps if isinstance(steps, int) else 0


def steps_below(session: Session, id: str) -> int | None:
    """Return the number of steps of the whole run of the nearest step-wise node at or below a
    node; None if unknown."""
    graph = session.graph
    sampler = _nearest(graph, [id], lambda id: (link.target for link in graph.links_out(id)))
    trajectory = session.trajectories.get(sampler) if sampler is not None else None
    if sampler is None or trajectory is None:
        return None
    return trajectory.whole
