"""Finds the nodes whose pictures a run is for."""

from __future__ import annotations

from nodeui.graph.model import Graph


def is_output(graph: Graph, id: str) -> bool:
    """True if there is a node of this id and it is an active output node."""
    node = graph.nodes.get(id)
    spec = graph.spec(id) if node is not None else None
    return node is not None and spec is not None and spec.output and node.mode == "active"


def shown_targets(graph: Graph) -> tuple[str, ...]:
    """Return the active output nodes; in place of those that write files, the nodes above them."""
    targets: dict[str, None] = {}
    for id in graph.nodes:
        if _writes_files(graph, id):
            targets |= {link.source: None for link in graph.links_in(id).values()}
        elif is_output(graph, id):
            targets[id] = None
    return tuple(targets)


def is_shown(graph: Graph, id: str) -> bool:
    """True if a node is an output node, or is above one that writes files."""
    below = (link.target for link in graph.links_out(id)) if id in graph.nodes else ()
    return is_output(graph, id) or any(_writes_files(graph, target) for target in below)


def _writes_files(graph: Graph, id: str) -> bool:
    spec = graph.spec(id)
    return spec is not None and "valid" in spec.hooks and is_output(graph, id)
