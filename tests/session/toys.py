"""A small node library for tests of the session."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import (
    IMAGE_FILE,
    SEED,
    Context,
    Download,
    DownloadNeeded,
    NodeError,
    Painting,
    QuickRun,
    Range,
    Steps,
    node,
    value,
)


@value("image", picture=lambda image: image.pixels)
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


@node("toy.speck", title="Speck", category="Image")
def speck(seed: Annotated[int, Range(0, 2**32 - 1), SEED] = 0) -> Image:
    """A grey picture of random brightness.

    Args:
        seed: Which brightness.
    """
    level = np.random.default_rng(seed).random(dtype=np.float32)
    return Image(np.full((1, 4, 4, 3), level, np.float32))


@node("toy.invert", title="Invert", category="Image", output=True)
def invert(image: Image, ctx: Context) -> Image:
    """Turn light into dark.

    Args:
        image: The picture.
    """
    ctx.progress(1, 2, "inverting")
    return Image(np.asarray(1 - image.pixels))


@node("toy.darken", title="Darken", category="Image", output=True)
def darken(image: Image, ctx: Context) -> Image:
    """Halve the light, with a warning.

    Args:
        image: The picture.
    """
    ctx.warn("It is dark.")
    return Image(np.asarray(image.pixels / 2))


@node("toy.fail", title="Fail", category="Image", output=True)
def fail(image: Image) -> Image:
    """Raise an error.

    Args:
        image: The picture.
    """
    raise NodeError("the picture is too grey", "image")


@node("toy.slow", title="Slow", category="Image", output=True)
def slow(
    image: Image,
    ctx: Context,
    steps: Annotated[int, Range(1, 10_000)] = 10_000,
    stubborn: bool = False,
) -> Image:
    """Hand a picture on, after a while.

    Args:
        image: The picture.
        steps: How many steps of 10 ms it takes.
        stubborn: It does not listen in between.
    """
    for step in range(steps):
        if not (stubborn and step):
            ctx.progress(step, steps)
        time.sleep(0.01)
    return Image(np.asarray(image.pixels))


@node("toy.file", title="File", category="Image")
def file(path: Annotated[str, IMAGE_FILE] = "") -> Image:
    """Name a file.

    Args:
        path: The file.
    """
    return Image(np.zeros((1, 1, 1, 3), np.float32))


@node("toy.fetch", title="Fetch", category="Image", output=True)
def fetch(ctx: Context, source: str = "someone/model") -> float:
    """Need a download.

    Args:
        source: What is downloaded.
    """
    if not ctx.may_download(source):
        url, folder = f"https://hub.example/{source}", "/cache/of/<b>models</b>"
        raise DownloadNeeded(Download(source, url, folder, 4_200_000_000, "openrail"), "source")
    return 1.0


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


class Fade(Steps[Image]):
    """A picture that becomes brighter, step by step."""

    def __init__(self, size: int, shades: list[float]) -> None:
        self.keys = [f"{size} {shade}" for shade in shades]
        self._shades = shades
        self._pixels = np.zeros((1, size, size, 3), np.float32)
        self._done = 0

    def step(self) -> None:
        self._pixels = self._pixels + np.float32(self._shades[self._done])
        self._done += 1

    def snapshot(self) -> bytes:
        return self._pixels.tobytes()

    def restore(self, done: int, state: bytes) -> None:
        self._pixels = np.frombuffer(state, np.float32).reshape(self._pixels.shape)
        self._done = done

    def result(self) -> Image:
        return Image(self._pixels)

    def curves(self) -> dict[str, list[float]]:
        return {"shade": self._shades}

    def pictures(self, before: bytes | None, after: bytes) -> dict[str, Any]:
        pixels = np.frombuffer(after, np.float32).reshape(self._pixels.shape)[0]
        return {"x_t": (pixels * 255 + 0.5).astype(np.uint8)}


@node("toy.fade", title="Fade", category="Image", output=True)
def fade(
    steps: Annotated[int, Range(1, 10)] = 4, late: Annotated[float, Range(0, 1)] = 0.2
) -> Steps[Image]:
    """Become brighter.

    Args:
        steps: How many.
        late: How much brighter in each step from the third one on.
    """
    return Fade(3, [0.2] * min(2, steps) + [late] * (steps - 2))


@node("toy.stack", title="Stack", category="Image", output=True)
def stack(
    count: Annotated[int, Range(1, 64)] = 3, size: Annotated[int, Range(1, 2048)] = 8
) -> Image:
    """A batch of grey pictures, of levels 10, 20, ....

    Args:
        count: How many.
        size: Their side.
    """
    levels = 10 * np.arange(1, count + 1, dtype=np.uint8)[:, None, None, None]
    return Image(np.broadcast_to(levels, (count, size, size, 3)).copy())


@node("toy.paint", title="Paint", category="Image")
def paint(painting: Painting = ()) -> Image:
    """A picture whose red is 10 for each line of a painting.

    Args:
        painting: The strokes.
    """
    pixels = np.zeros((1, 1, 1, 3), np.uint8)
    pixels[..., 0] = 10 * len(painting)
    return Image(pixels)


class Developing(Steps[Image]):
    """A picture whose green is the number of steps."""

    def __init__(self, pixels: Any, steps: int) -> None:
        self.keys = [f"{pixels.tobytes().hex()} {step}" for step in range(steps)]
        self._pixels = pixels.copy()

    def step(self) -> None:
        time.sleep(0.01)
        self._pixels[..., 1] += 1

    def snapshot(self) -> bytes:
        return self._pixels.tobytes()

    def restore(self, done: int, state: bytes) -> None:
        self._pixels = np.frombuffer(state, np.uint8).reshape(self._pixels.shape).copy()

    def result(self) -> Image:
        return Image(self._pixels)

    def preview(self) -> Any:
        return np.full((1, 1, 3), 7, np.uint8)


@node(
    "toy.develop",
    title="Develop",
    category="Image",
    step_count="steps",
    quick=(
        QuickRun(facts={"model": "starter"}, steps=1, plain=("first",)),
        QuickRun(share="share", solver="solver", plain=("first",)),
    ),
    facts={"model": ("model",)},
)
def develop(
    image: Image,
    steps: Annotated[int, Range(1, 200)] = 20,
    model: str = "starter",
    share: Annotated[float, Range(0, 1)] = 1.0,
    solver: Literal["a", "b"] = "a",
    first: Annotated[int, Range(0, 200)] = 0,
) -> Steps[Image]:
    """Add one to green in each step.

    Args:
        image: The picture.
        steps: How many.
        model: A fact.
        share: The share of the steps.
        solver: A choice.
        first: Where it begins.
    """
    return Developing(image.pixels, steps)


def registry() -> Registry:
    """The toy nodes."""
    nodes = [grey, speck, invert, darken, fail, slow, file, write, fade, fetch, stack]
    nodes += [paint, develop]
    return Registry(nodes, lambda: "toys")


def chain(specs: Registry) -> Document:
    """A grey picture that is inverted."""
    graph = Graph(specs)
    graph.apply(AddNode(Node("grey", "toy.grey")))
    graph.apply(AddNode(Node("invert", "toy.invert", pos=(300, 0))))
    graph.apply(Connect(Link("grey", "image", "invert", "image")))
    return Document(graph)
