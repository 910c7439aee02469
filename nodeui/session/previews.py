"""Texts as they will come out, which node types declare for parameters such as names of files."""

from __future__ import annotations

import inspect
from typing import Any

from nodeui.graph.facts import facts_in
from nodeui.graph.model import Graph
from nodeui.sdk import NodeError
from nodeui.session.session import Session


def has_preview(graph: Graph, node: str, name: str) -> bool:
    """True if the type of a node declares how a parameter comes out."""
    spec = graph.spec(node) if node in graph.nodes else None
    return spec is not None and spec.node is not None and name in spec.node.previews


def preview_of(session: Session, node: str, name: str, value: Any) -> str:
    """Return how a parameter will come out; "" if that is unknown.

    Args:
        session: The document.
        node: The node.
        name: The parameter.
        value: The value of the parameter, which may not be in the graph yet.
    """
    graph = session.graph
    spec = graph.spec(node) if has_preview(graph, node, name) else None
    if spec is None or name in graph.links_in(node):
        return ""
    function = spec.code.previews[name]
    known = {**spec.defaults, **graph.nodes[node].params, name: value}
    wanted = inspect.signature(function).parameters
    arguments = {each: known[each] for each in wanted if each in known}
    try:
        for each in arguments:
            spec.parameters[each].check(arguments[each])
        if "facts" in wanted:
            arguments["facts"] = facts_in(graph, node, session.file_title)
        return function(**arguments)
    except NodeError:
        return ""
