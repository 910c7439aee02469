"""A model in the library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class ModelLibraryError(Exception):
    """The library cannot do what it is asked for; the message is one line."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model in the library: a file, or a folder in the diffusers layout.

    Attributes:
        path: The file or folder.
        size: Bytes of the file; of a folder, of the files in it and its subfolders.
        mtime_ns: When the file was changed, in nanoseconds.
        kind: Its kind, such as "checkpoint" or "LoRA"; "" until its header has been read.
        family: The family of models that it belongs to or fits, such as "SDXL"; "" if unknown.
        precision: The precision of most of its weights, such as "fp16"; "" if unknown.
        title: Its own title, or the name of the file.
        words: Trigger words.
        tags: Tags of its training pictures, the most frequent first.
        notes: Its own description.
        licence: Its licence; "" if it names none.
        refused: Why it cannot be loaded, as one sentence; "" if it can.
        preview: A picture beside the file.
        sha256: Digest of the file in hexadecimal; "" until it was computed.
        stars: The user's rating, 0 to 5.
        own_notes: The user's notes.
    """

    path: Path
    size: int
    mtime_ns: int
    kind: str = ""
    family: str = ""
    precision: str = ""
    title: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    licence: str = ""
    refused: str = ""
    preview: Path | None = None
    sha256: str = ""
    stars: int = 0
    own_notes: str = ""

    @property
    def autov2(self) -> str:
        """The short hash by which web sites of models know the file; "" until it was computed."""
        return self.sha256[:10].upper()
