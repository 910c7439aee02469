"""Finds the nodes, links, frames and groups that an edit affects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nodeui.graph.edits import (
    AddNode,
    Batch,
    ClearParam,
    Connect,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    RestoreParam,
    SetCollapsed,
    SetFrame,
    SetGroup,
    SetMembers,
    SetMode,
    SetParam,
    SetTitle,
    SetWaypoints,
    SpliceParam,
    Upgrade,
)

if TYPE_CHECKING:
    from nodeui.graph.model import Graph


def single_edits(edit: Edit) -> list[Edit]:
    """Return the edits of a batch, flattened; for any other edit, the edit itself."""
    found: list[Edit] = []
    waiting = [edit]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Batch):
            waiting += reversed(part.edits)
        else:
            found.append(part)
    return found


def touched(edit: Edit) -> Iterator[str]:
    """Yield the nodes whose own values an edit may change; none if it only changes the layout."""
    for part in single_edits(edit):
        match part:
            case AddNode():
                yield part.node.id
            case RemoveNode():
                yield part.id
            case SetParam() | SpliceParam() | ClearParam() | RestoreParam() | SetMode() | Upgrade():
                yield part.node
            case Connect():
                yield part.link.target
            case Disconnect():
                yield part.target
            case _:
                pass  # moves, titles, frames and the like


def paints(edit: Edit, graph: Graph) -> bool:
    """True if an edit changes values of paintings only, and at least one."""
    changes = [part for part in single_edits(edit) if any(True for _ in touched(part))]

    def is_painting(part: Edit) -> bool:
        match part:
            case SpliceParam():
                return True
            case SetParam() | ClearParam() | RestoreParam():
                spec = graph.spec(part.node) if part.node in graph.nodes else None
                parameter = spec.parameters.get(part.name) if spec is not None else None
                return parameter is not None and parameter.type == "painting"
            case _:
                return False

    return bool(changes) and all(map(is_painting, changes))


def removed(edit: Edit) -> Iterator[str]:
    """Yield the nodes that an edit removes."""
    return (part.id for part in single_edits(edit) if isinstance(part, RemoveNode))


def nodes_of(edit: Edit) -> Iterator[str]:
    """Yield the nodes that a single edit names."""
    match edit:
        case AddNode():
            yield edit.node.id
        case RemoveNode():
            yield edit.id
        case MoveNodes():
            yield from edit.positions
        case SetMembers():
            yield from edit.groups
        case Connect():
            yield edit.link.target
            yield edit.link.source
        case Disconnect() | SetWaypoints():
            yield edit.target
        case SetParam() | SpliceParam() | ClearParam() | RestoreParam():
            yield edit.node
        case SetTitle() | SetMode() | SetCollapsed() | Upgrade():
            yield edit.node
        case _:
            pass


def regroups(edit: Edit) -> bool:
    """Return True if a single edit may change in which group a node is shown."""
    return isinstance(edit, AddNode | RemoveNode | SetGroup | SetMembers)


def input_of(edit: Edit) -> tuple[str, str] | None:
    """Return the node and input whose link a single edit draws differently, or None."""
    match edit:
        case Connect():
            return edit.link.target, edit.link.input
        case SetWaypoints():
            return edit.target, edit.input
        case _:
            return None


def frame_of(edit: Edit) -> str | None:
    """Return the frame that a single edit changes, or None."""
    return edit.id if isinstance(edit, SetFrame) else None


def group_of(edit: Edit) -> str | None:
    """Return the group that a single edit changes, or None."""
    return edit.id if isinstance(edit, SetGroup) else None
