"""Picks a picture out of a batch: from the viewer to a node in the graph."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject

from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.views.canvas import LinkEnd
from nodeui.views.window.documents import Documents
from nodeui.views.window.notice import Notices


class Picking(QObject):
    """Adds the nodes that take a picture out of a batch.

    Args:
        documents: The canvases.
        notices: Shows why a picture cannot be picked.
    """

    def __init__(self, documents: Documents, notices: Notices) -> None:
        super().__init__(documents)
        self._documents = documents
        self._notices = notices

    def pick(self, node: str, index: int) -> None:
        """Link a node that takes one picture out of the batch of a node, and select it.

        Args:
            node: The node whose pictures are shown.
            index: The picture, counted from 0.
        """
        view = self._documents.view
        if view is None or node not in view.session.graph.nodes:
            return
        found = _picker(view.session.graph, view.session.specs, node)
        if found is None:
            title = view.session.name_of(node)
            text = tr("No node type takes a picture out of the batch of {0}.", title)
            self._notices.show("warning", text)
            return
        spec, parameter, end = found
        view.levels.show(end.node)
        added = view.add_after(spec.id, end, {parameter: index + 1})
        if added is not None:
            view.levels.show(added)


def _picker(graph: Graph, specs: Registry, node: str) -> tuple[NodeSpec, str, LinkEnd] | None:
    """Return the node type that picks from a node's batch, its parameter, and what to link."""
    for end in _ends(graph, node):
        for spec in specs.values():
            for parameter in spec.parameters.values():
                takes = any(socket.type == end.type for socket in spec.inputs.values())
                if parameter.widget == "batch-index" and takes:
                    return spec, parameter.name, end
    return None


def _ends(graph: Graph, node: str) -> Iterator[LinkEnd]:
    """Yield the outputs of a node, then those that it gets its inputs from."""
    spec = graph.spec(node)
    for socket in spec.outputs.values() if spec is not None else ():
        yield LinkEnd(node, socket.name, True, socket.type)
    for link in graph.links_in(node).values():
        above = graph.spec(link.source)
        if above is not None and link.output in above.outputs:
            yield LinkEnd(link.source, link.output, True, above.outputs[link.output].type)
