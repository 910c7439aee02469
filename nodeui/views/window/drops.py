"""Recognises files that are dropped on the window."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QImageReader

from nodeui.graph.document import PNG_KEY, SUFFIX

Kind = Literal["workflow", "image", "model"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LONGEST_KEY = 80  # bytes to read of a text chunk; a keyword has at most 79


def kind_of(path: Path) -> Kind | None:
    """Return the kind of a file or folder; None if the editor cannot use it.

    A workflow is a workflow file or a picture that contains one; a model is a .safetensors file
    or a folder in the diffusers layout.
    """
    if os.path.isdir(path):
        return "model" if list(path.glob("*.json")) else None
    name = path.name.lower()
    if name.endswith((SUFFIX, ".json")):
        return "workflow"
    if name.endswith(".safetensors"):
        return "model"
    if carries_workflow(path):
        return "workflow"
    return "image" if not QImageReader.imageFormat(str(path)).isEmpty() else None


def carries_workflow(path: Path) -> bool:
    """Return True if a file is a PNG with a workflow in it; reads only the heads of its chunks."""
    wanted = PNG_KEY.encode("latin-1") + b"\0"
    try:
        with path.open("rb") as file:
            if file.read(8) != _SIGNATURE:
                return False
            while len(head := file.read(8)) == 8:
                length, kind = struct.unpack(">I4s", head)
                if kind in (b"tEXt", b"zTXt", b"iTXt"):
                    start = file.read(min(length, _LONGEST_KEY))
                    if start.startswith(wanted):
                        return True
                    length -= len(start)
                file.seek(length + 4, 1)
    except OSError:
        return False
    return False
