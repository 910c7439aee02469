"""The records of the library: pictures, the settings they were made with, and the user's marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nodeui.graph.embedded import SUFFIXES as SUFFIXES

LABELS = ("Red", "Yellow", "Green", "Blue", "Purple")
"""Colour labels by the English names that Lightroom, digiKam and darktable write."""

MOST_STARS = 5


class LibraryError(Exception):
    """A change that is not possible, such as a write to a full disk; the message is one line."""


@dataclass(frozen=True)
class Marks:
    """The user's marks of a picture, which its XMP holds.

    Attributes:
        rating: Stars, 0 to 5.
        label: One of `LABELS`, another program's text, or "".
        rejected: The picture is not wanted.
        tags: Keywords, each a single line, without duplicates.
        collections: Names of the collections that the picture belongs to.
    """

    rating: int = 0
    label: str = ""
    rejected: bool = False
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """The main settings that a picture was made with, as far as its file tells.

    Attributes:
        prompt, negative: Texts; several prompts are separated by line breaks.
        seed: Seed of the last sampler.
        model: Name of the model of the last sampler.
        loras: Names of its LoRAs.
        sampler: Name of the solver.
        origin: Program that made the file, such as "ComfyUI"; "" for NodeUI or if unknown.
    """

    prompt: str = ""
    negative: str = ""
    seed: int | None = None
    model: str = ""
    loras: tuple[str, ...] = ()
    sampler: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture file in the index.

    Attributes:
        id: Number in the index; another one after the index was rebuilt.
        path: The file.
        mtime_ns: Modification time in nanoseconds.
        size: Size in bytes.
        width, height: In pixels; 0 if the file is damaged.
        settings: Settings that it was made with.
        marks: The user's marks.
        workflow_digest: Identifies the part of the embedded workflow that made the picture; equal
            for the pictures of a batch, "" without a workflow.
    """

    id: int
    path: Path
    mtime_ns: int
    size: int
    width: int
    height: int
    settings: Settings
    marks: Marks
    workflow_digest: str

    @property
    def made(self) -> float:
        """Modification time in seconds since the epoch."""
        return self.mtime_ns / 1e9

    @property
    def has_workflow(self) -> bool:
        """True if the file contains a workflow of NodeUI."""
        return bool(self.workflow_digest)
