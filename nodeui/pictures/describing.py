"""Turns a picture file into what the index holds about it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nodeui.graph import document
from nodeui.graph.spec import NodeSpec
from nodeui.pictures import xmp
from nodeui.pictures.foreign import foreign_settings
from nodeui.pictures.reading import XMP_KEY, read_header
from nodeui.pictures.record import Marks, Settings
from nodeui.pictures.workflow import EmbeddedWorkflow, settings_of, unknown_types, workflow_of


@dataclass(frozen=True)
class Stamp:
    """The state of a picture file and its sidecar, by which changes are noticed.

    Attributes:
        mtime_ns, size: Of the picture.
        sidecar: Modification time of the sidecar in nanoseconds; 0 if there is none.
        file: Number of the file in its file system, which a new name does not change.
    """

    mtime_ns: int
    size: int
    sidecar: int = 0
    file: int = 0


@dataclass(frozen=True)
class Description:
    """Everything that the index holds about a picture file.

    Attributes:
        unknown: Node types of the workflow that were not known when the settings were read.
    """

    path: Path
    stamp: Stamp
    width: int
    height: int
    settings: Settings
    marks: Marks
    workflow: EmbeddedWorkflow | None
    unknown: tuple[str, ...] = ()


def describe(path: Path, stamp: Stamp, specs: Mapping[str, NodeSpec]) -> Description:
    """Return the description of a picture.

    Raises:
        OSError: the file cannot be read.
    """
    header = read_header(path)
    workflow = workflow_of(header.texts)
    marks = xmp.read_marks(path, header.texts.get(XMP_KEY, ""))
    if workflow is not None:
        settings = settings_of(workflow, specs)
    elif document.PNG_KEY in header.texts:  # of a newer version, or damaged
        settings = Settings()
    else:
        settings = foreign_settings(header.texts)
    unknown = tuple(unknown_types(workflow, specs)) if workflow else ()
    return Description(path, stamp, header.width, header.height, settings, marks, workflow, unknown)


def stamp_of(path: Path) -> Stamp:
    """Return the stamp of a picture.

    Raises:
        OSError: there is no such file.
    """
    state = os.stat(path)
    sidecar = xmp.sidecar_of(path)
    try:
        marked = os.stat(sidecar).st_mtime_ns if sidecar is not None else 0
    except OSError:
        marked = 0
    return Stamp(state.st_mtime_ns, state.st_size, marked, state.st_ino)
