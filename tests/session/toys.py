"""A small node library for tests of the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import IMAGE_FILE, Context, NodeError, Range, node, value


@value("image")
@dataclass(frozen=True, eq=False)
class Image:
    pixels: Any


@node("toy.grey", title="Grey", category="Image")
def grey(
    level: Annotated[float, Range(0, 1)] = 0.5, size: Annotated[int, Range(1, 64)] = 8
) -> Image:
    """A grey picture.

    Args:
        level: How bright.
        size: Its side.
    """
    return Image(np.full((1, size, size, 3), level, np.float32))


@node("toy.invert", title="Invert", category="Image", output=True)
def invert(image: Image, ctx: Context) -> Image:
    """Turn light into dark.

    Args:
        image: The picture.
    """
    ctx.progress(1, 2, "inverting")
    return Image(np.asarray(1 - image.pixels))


@node("toy.fail", title="Fail", category="Image", output=True)
def fail(image: Image) -> Image:
    """Raise an error.

    Args:
        image: The picture.
    """
    raise NodeError("the picture is too grey", "image")


@node("toy.file", title="File", category="Image")
def file(path: Annotated[str, IMAGE_FILE] = "") -> Image:
    """Name a file.

    Args:
        path: The file.
    """
    return Image(np.zeros((1, 1, 1, 3), np.float32))


@node("toy.write", title="Write", category="Image", output=True)
def write(image: Image, ctx: Context) -> float:
    """Write a file.

    Args:
        image: The picture.
    """
    ctx.output_dir.mkdir(parents=True, exist_ok=True)
    (ctx.output_dir / "written").write_bytes(image.pixels.tobytes())
    return 1.0


@write.valid
def _is_there(value: float, ctx: Context) -> bool:
    return (ctx.output_dir / "written").exists()


def registry() -> Registry:
    """The toy nodes."""
    return Registry([grey, invert, fail, file, write], lambda: "toys")


def chain(specs: Registry) -> Document:
    """A grey picture that is inverted."""
    graph = Graph(specs)
    graph.apply(AddNode(Node("grey", "toy.grey")))
    graph.apply(AddNode(Node("invert", "toy.invert", pos=(300, 0))))
    graph.apply(Connect(Link("grey", "image", "invert", "image")))
    return Document(graph)
