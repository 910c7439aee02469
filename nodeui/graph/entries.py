"""What stands in a workflow file, and the schema of it."""

from __future__ import annotations

from typing import Any

import msgspec

from nodeui.graph.parts import NODE_ID, Mode, Points

FORMAT = "nodeui/workflow"
VERSION = 1


class NodeEntry(msgspec.Struct, omit_defaults=True):
    """A node as it stands in a file; the fields are those of `Node`."""

    type: str
    version: int = 1
    params: dict[str, Any] = {}
    pos: tuple[float, float] = (0.0, 0.0)
    title: str = ""
    mode: Mode = "active"
    collapsed: bool = False
    group: str = ""


class FrameEntry(msgspec.Struct, omit_defaults=True):
    """A frame as it stands in a file; the fields are those of `Frame`."""

    id: str
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    title: str = ""
    text: str = ""
    colour: str = ""
    group: str = ""


class GroupEntry(msgspec.Struct, omit_defaults=True):
    """A group as it stands in a file; the fields are those of `Group`."""

    id: str
    title: str = ""
    pos: tuple[float, float] = (0.0, 0.0)
    parent: str = ""
    colour: str = ""
    exposed: tuple[str, ...] = ()
    collapsed: bool = False


class LinkEntry(msgspec.Struct, array_like=True):
    """A link as it stands in a file: two or three things in a row.

    Attributes:
        source: As "node.output".
        target: As "node.input".
        look: What the link is drawn like; "via" are its waypoints.
    """

    source: str
    target: str
    look: dict[str, Any] = {}


class File(msgspec.Struct):
    """A workflow file."""

    format: str
    version: int
    nodes: dict[str, dict[str, Any]]
    links: list[Any] = []
    frames: list[Any] = []
    groups: list[Any] = []
    view: dict[str, Any] = {}
    meta: dict[str, Any] = {}


def fields_of(part: Any, entry: type[msgspec.Struct]) -> dict[str, Any]:
    """A node, frame or group as it stands in a file, with what this version does not know."""
    known = entry(**{name: getattr(part, name) for name in entry.__struct_fields__})
    return msgspec.to_builtins(known) | part.extra


def schema() -> dict[str, Any]:
    """The JSON Schema of workflow files; published as `resources/workflow.schema.json`."""
    end = {"type": "string", "pattern": r"^[A-Za-z0-9_][A-Za-z0-9_-]*\.\w+$"}
    look = {"type": "object", "properties": {"via": _waypoints()}}
    link = {"type": "array", "prefixItems": [end, end, look], "minItems": 2, "maxItems": 3}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "NodeUI workflow",
        "description": "A node graph for controllable image generation.",
        "type": "object",
        "required": ["format", "version", "nodes"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "nodes": {
                "type": "object",
                "description": "Nodes by id. Parameters that are not given have their defaults.",
                "propertyNames": {"pattern": f"^{NODE_ID.pattern}$"},
                "additionalProperties": _entry(NodeEntry),
            },
            "links": {
                "type": "array",
                "description": 'Pairs of "node.output" and "node.input", and how they are drawn.',
                "items": link,
            },
            "frames": {"type": "array", "items": _entry(FrameEntry)},
            "groups": {
                "type": "array",
                "description": "Nodes that are shown as one; each node names the one it is in.",
                "items": _entry(GroupEntry),
            },
            "view": {"type": "object", "description": "Where the canvas was left."},
            "meta": {"type": "object", "description": "Title, description and the like."},
        },
    }


def _entry(type: type[msgspec.Struct]) -> dict[str, Any]:
    return msgspec.json.schema(type)["$defs"][type.__name__]


def _waypoints() -> dict[str, Any]:
    return {**msgspec.json.schema(Points), "description": "What it leads over, from its source on."}
