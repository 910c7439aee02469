"""The fixed end of a link that is being drawn."""

from __future__ import annotations

from dataclasses import dataclass

from nodeui.graph.parts import Link
from nodeui.graph.spec import connectable


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The socket from which a link is being drawn.

    Attributes:
        node: The node's id.
        name: The socket's name.
        output: True for an output; the link then needs an input.
        type: Its socket type; None on a placeholder.
    """

    node: str
    name: str
    output: bool
    type: str | None


def fits(end: LinkEnd, type: str | None, output: bool) -> bool:
    """True if a link may connect `end` to a socket of this type and direction."""
    if end.output == output:
        return False
    if end.type is None or type is None:
        return True
    return connectable(end.type, type) if end.output else connectable(type, end.type)


def link_from(end: LinkEnd, node: str, name: str) -> Link:
    """Return the link between `end` and a socket of the opposite direction."""
    if end.output:
        return Link(end.node, end.name, node, name)
    return Link(node, name, end.node, end.name)
