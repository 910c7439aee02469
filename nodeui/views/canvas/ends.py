"""What a link under way starts from, and what it may end at."""

from __future__ import annotations

from dataclasses import dataclass

from nodeui.graph.parts import Link
from nodeui.graph.spec import connectable


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The socket that a link under way starts from.

    Attributes:
        node: The node's id.
        name: The socket's name.
        output: It gives values: an input is looked for.
        type: Its socket type; None on a placeholder.
    """

    node: str
    name: str
    output: bool
    type: str | None


def fits(end: LinkEnd, type: str | None, output: bool) -> bool:
    """Whether a link may run between `end` and a socket of this type and direction."""
    if end.output == output:
        return False
    if end.type is None or type is None:
        return True
    return connectable(end.type, type) if end.output else connectable(type, end.type)


def joined(end: LinkEnd, node: str, name: str) -> Link:
    """The link from `end` to a socket on its other side."""
    if end.output:
        return Link(end.node, end.name, node, name)
    return Link(node, name, end.node, end.name)
