"""The entries of workflow files, and their JSON Schema."""

from __future__ import annotations

from typing import Any

import msgspec

from nodeui.graph.parts import NODE_ID, Mode, Points

FORMAT = "nodeui/workflow"
VERSION = 1


class NodeEntry(msgspec.Struct, omit_defaults=True):
    """A node in a file; the fields are those of `Node`."""

    type: str
    version: int = 1
    params: dict[str, Any] = {}
    pos: tuple[float, float] = (0.0, 0.0)
    title: str = ""
    mode: Mode = "active"
    collapsed: bool = False
    group: str = ""


class FrameEntry(msgspec.Struct, omit_defaults=True):
    """A frame in a file; the fields are those of `Frame`."""

    id: str
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    title: str = ""
    text: str = ""
    colour: str = ""
    group: str = ""


class GroupEntry(msgspec.Struct, omit_defaults=True):
    """A group in a file; the fields are those of `Group`."""

    id: str
    title: str = ""
    pos: tuple[float, float] = (0.0, 0.0)
    parent: str = ""
    colour: str = ""
    exposed: tuple[str, ...] = ()
    collapsed: bool = False


class LinkEntry(msgspec.Struct, array_like=True):
    """A link in a file: an array of two or three elements.

    Attributes:
        source: "node.output".
        target: "node.input".
        look: How the link is drawn; "via" holds its waypoints.
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
    """Return the file entry of a node, frame or group, including its unknown fields."""
    known = entry(**{name: getattr(part, name) for name in entry.__struct_fields__})
    return msgspec.to_builtins(known) | part.extra


def schema() -> dict[str, Any]:
    """Return the JSON Schema of workflow files, published as `resources/workflow.schema.json`."""
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
                "description": "Nodes by id. Parameters that are left out have their defaults.",
                "propertyNames": {"pattern": f"^{NODE_ID.pattern}$"},
                "additionalProperties": _entry(NodeEntry),
            },
            "links": {
                "type": "array",
                "description": 'Pairs of "node.output" and "node.input", with optional waypoints.',
                "items": link,
            },
            "frames": {"type": "array", "items": _entry(FrameEntry)},
            "groups": {
                "type": "array",
                "description": "Groups of nodes that are shown as one; each node names its group.",
                "items": _entry(GroupEntry),
            },
            "view": {"type": "object", "description": "Last position and zoom of the canvas."},
            "meta": {"type": "object", "description": "Title, description and the like."},
        },
    }


def _entry(type: type[msgspec.Struct]) -> dict[str, Any]:
    return msgspec.json.schema(type)["$defs"][type.__name__]


def _waypoints() -> dict[str, Any]:
    return {**msgspec.json.schema(Points), "description": "Waypoints, beginning at the source."}
