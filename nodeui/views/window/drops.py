"""Recognises files that are dropped on the window."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QImageReader

from nodeui.graph import embedded
from nodeui.graph.document import SUFFIX
from nodeui.painting import openraster

Kind = Literal["workflow", "image", "model", "layers"]


def kind_of(path: Path) -> Kind | None:
    """Return the kind of a file or folder; None if the editor cannot use it.

    A workflow is a workflow file or a picture that contains one; a model is a .safetensors or
    .gguf file, or a folder in the diffusers layout; layers are an OpenRaster file.
    """
    if os.path.isdir(path):
        return "model" if list(path.glob("*.json")) else None
    name = path.name.lower()
    if name.endswith((SUFFIX, ".json")):
        return "workflow"
    if name.endswith((".safetensors", ".sft", ".gguf")):
        return "model"
    if name.endswith(openraster.SUFFIX):
        return "layers"
    if carries_workflow(path):
        return "workflow"
    known = not QImageReader.imageFormat(str(path)).isEmpty() or embedded.is_picture_file(path)
    return "image" if known else None


def carries_workflow(path: Path) -> bool:
    """Return True if a file is a picture with a workflow in it; reads only its metadata."""
    return embedded.WORKFLOW in embedded.read_texts(path)
