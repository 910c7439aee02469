"""A context for nodes without an engine, and inputs for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.types import Image, Mask
from nodeui.graph import bitmaps
from nodeui.sdk import Cancelled, Files, NodeError, Steps


@dataclass
class FakeFiles:
    """Files below a folder; digests are not cached."""

    root: Path

    def resolve(self, path: str) -> Path:
        return (self.root / path).resolve()

    def digest(self, path: Path) -> str:
        if not path.exists():
            raise FileNotFoundError(path)
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        hashed = sha256()
        for file in files:
            if file.is_file():
                hashed.update(str(file.relative_to(path)).encode() + file.read_bytes())
        return hashed.hexdigest()

    def bitmap(self, name: str) -> Path:
        try:
            return bitmaps.find(name, self.root)
        except bitmaps.BitmapError as error:
            raise NodeError(str(error)) from None


@dataclass
class FakeContext:
    """Records the messages of a node, and can be cancelled after a number of checks."""

    root: Path
    cancel_after: int | None = None
    warnings: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    checks: int = 0
    text: str = '{"format": "nodeui/workflow"}'
    origin: Mapping[str, Any] = field(default_factory=lambda: {"model": "größer"})
    downloads: bool = True
    known: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.files: Files = FakeFiles(self.root)
        self.output_dir: Path = self.root / "out"

    def progress(self, done: int, total: int, text: str = "") -> None:
        self.steps.append((done, total))
        self.check()

    def check(self) -> None:
        self.checks += 1
        if self.cancel_after is not None and self.checks > self.cancel_after:
            raise Cancelled

    def preview(self, image: NDArray[np.uint8]) -> None:
        pass

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def may_download(self, source: str) -> bool:
        return self.downloads

    def workflow(self, *, outside: bool = True) -> str:
        return self.text

    def facts(self) -> Mapping[str, str]:
        return self.known

    def provenance(self, *, outside: bool = True) -> Mapping[str, Any]:
        return self.origin if outside else {k: v for k, v in self.origin.items() if k != "folder"}


def picture(*shape: int, seed: int = 0) -> Image:
    """A random read-only picture of 8-bit values: (n, height, width, channels)."""
    pixels = np.random.default_rng(seed).integers(0, 256, shape).astype(np.float32) / np.float32(
        255
    )
    pixels.flags.writeable = False
    return Image(pixels)


def mask(*shape: int, seed: int = 0) -> Mask:
    """A random read-only mask: (n, height, width)."""
    alpha = np.random.default_rng(seed).random(shape, np.float32)
    alpha.flags.writeable = False
    return Mask(alpha)


def stored(steps: Steps[Any]) -> bytes:
    """Return the state after the last step, once it is on the host."""
    state = steps.snapshot()
    return state if isinstance(state, bytes) else state()


def restore(steps: Steps[Any], states: Sequence[bytes]) -> None:
    """Restore the state after the last of `states`, those of all steps from the first one."""
    for done, state in enumerate(states, start=1):
        steps.restore(done, state)


def states_of(steps: Steps[Any], count: int | None = None) -> list[bytes]:
    """Do `count` steps, or all, and return the state after each one."""
    states: list[bytes] = []
    for _ in range(len(steps.keys) if count is None else count):
        steps.step()
        states.append(stored(steps))
    return states
