"""Preferences, recent files, and the folders of the program's own files."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import platformdirs

from nodeui.engine.folders import cache_folder
from nodeui.graph.saving import write
from nodeui.session.leaving import before_leaving
from nodeui.session.trust import Trust

T = TypeVar("T")

Dtype = Literal["auto", "float32", "float16", "bfloat16"]

PackState = Literal["trusted", "confined", "off"]
"""A node pack may do anything, or only what a confined process may, or is not loaded."""

RECENT_KEPT = 12
"""Number of recent files that are remembered."""


@dataclass(frozen=True)
class Places:
    """The folders of the program's own files.

    Attributes:
        config: Preferences and the list of recent files.
        state: Journals.
        cache: Values and thumbnails, which can be recomputed.
    """

    config: Path
    state: Path
    cache: Path

    @property
    def bitmaps(self) -> Path:
        """Folder of the bitmaps of paintings that are not saved; see `graph.bitmaps`."""
        return self.state / "journals" / "bitmaps"

    @classmethod
    def standard(cls) -> Places:
        """Return the platform's standard folders; `NODEUI_CACHE` overrides the cache."""
        return cls(
            Path(platformdirs.user_config_dir("nodeui")),
            Path(platformdirs.user_state_dir("nodeui")),
            cache_folder(),
        )


class GalleryLook(msgspec.Struct, omit_defaults=True):
    """Order, filters and thumbnails of the gallery.

    Attributes:
        order: Name of the order, such as "time".
        ascending: The smallest or oldest is first.
        side: Side of a thumbnail, in pixels.
        stars: Only pictures with at least so many stars are listed.
        without_rejected: Rejected pictures are not listed.
    """

    order: str = "time"
    ascending: bool = False
    side: int = 128
    stars: int = 0
    without_rejected: bool = False


class Preferences(msgspec.Struct, forbid_unknown_fields=False, omit_defaults=True):
    """The user's preferences.

    Attributes:
        theme: "system" follows the desktop.
        language: Language code such as "de"; "" follows the desktop.
        device: Torch device of the worker, or "auto".
        dtype: Precision of models whose node is set to "auto": a torch dtype, or "auto" for one
            that suits the device.
        threads: Threads of numerical code; 0 for one per core.
        cache_gb: Limit of the cache on disk, in GiB.
        memory_gb: Limit of the cache in the worker's memory, in GiB.
        pool_gb: Limit of the models in the worker's memory, in GiB; 0 for one that suits the
            machine.
        megapixels: Most pixels of a picture that is loaded, in millions; 0 for a limit that keeps
            one below a gigabyte.
        cache: Folder of the cache on disk; "" for the platform's.
        output: Folder of pictures; "" for `Pictures/NodeUI`.
        embed_marks: Ratings and tags are also written into pictures made here, besides sidecars.
        embedding_offered: The user was asked once about `embed_marks`.
        live_rest: Seconds that the hand rests before a full run follows a quick one, while painting
            in live mode.
        live_opacity: Opacity of the strokes over the result, in [0, 1].
        live_steps: Number of steps of quick runs, for models without a way of their own.
        live_solver: Name of the solver of these; "" for that of the workflow.
        keys: Key sequences that differ from the built-in ones, by action name.
        window: Geometry of the main window in Qt's format, base64.
        layout: Layout of its panels, likewise.
        gallery: Order, filters and thumbnails of the gallery.
        ground: What is around the picture in the viewer, such as "checkerboard".
        used: Ids of the node types that were added last, latest first.
        colours: Colours that were painted with last, "#rrggbb", latest first.
        folders: Folders that workflows from elsewhere may read without asking.
        models: Folders with model files, in the order in which they are listed.
        offline: The worker has no network.
        packs: States of node packs, by the name of their entry point; see `packs.PackStates`.
    """

    theme: Literal["system", "dark", "light"] = "system"
    language: str = ""
    device: str = "auto"
    dtype: Dtype = "auto"
    threads: int = 0
    cache_gb: float = 20.0
    memory_gb: float = 2.0
    pool_gb: float = 0.0
    megapixels: int = 0
    cache: str = ""
    output: str = ""
    embed_marks: bool = False
    embedding_offered: bool = False
    live_rest: float = 0.8
    live_opacity: float = 0.5
    live_steps: int = 6
    live_solver: str = ""
    keys: dict[str, str] = {}
    window: str = ""
    layout: str = ""
    gallery: GalleryLook = msgspec.field(default_factory=GalleryLook)
    ground: str = "theme"
    used: list[str] = []
    colours: list[str] = []
    folders: list[str] = []
    models: list[str] = []
    offline: bool = False
    packs: dict[str, PackState] = {}

    def output_folder(self) -> Path:
        """Return the folder of pictures: `NODEUI_OUTPUT`, the chosen or the standard one."""
        chosen = os.environ.get("NODEUI_OUTPUT") or self.output
        return Path(chosen) if chosen else Path(platformdirs.user_pictures_dir()) / "NodeUI"

    def environment(self) -> Mapping[str, str]:
        """Return the environment variables of the worker."""
        variables: dict[str, str] = {}
        if self.device != "auto":
            variables["NODEUI_DEVICE"] = self.device
        if self.dtype != "auto":
            variables["NODEUI_DTYPE"] = self.dtype
        if self.threads:
            variables["NODEUI_THREADS"] = str(self.threads)
        if self.pool_gb:
            variables["NODEUI_POOL_GB"] = str(self.pool_gb)
        if self.offline:
            variables["NODEUI_OFFLINE"] = "1"
            variables["HF_HUB_OFFLINE"] = "1"
        if self.megapixels:
            variables["NODEUI_MAX_PIXELS"] = str(self.megapixels * 1_000_000)
        return variables


class Settings:
    """Preferences and recent files, on disk.

    Args:
        places: Their folders.

    Attributes:
        preferences: The preferences.
        trust: The workflows that were saved or run here.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self._file = places.config / "preferences.json"
        self._recent_file = places.config / "recent.json"
        self.preferences = _read(self._file, Preferences, Preferences())
        self._recent = _read(self._recent_file, list[str], [])
        self.trust = Trust(places.state / "trusted")

    def ensure_cache(self) -> str:
        """Use a temporary folder if that of the cache is not writable, as results reach the
        window through it. Return the reason, or "" if it is writable."""
        cache = self.places.cache
        try:
            cache.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=cache).close()
        except OSError as error:
            other = Path(tempfile.mkdtemp(prefix="nodeui-"))
            before_leaving(partial(shutil.rmtree, other, ignore_errors=True))
            self.places = replace(self.places, cache=other)
            return f"{cache}: {error.strerror}"
        return ""

    def save(self) -> None:
        """Write the preferences. Raises `OSError`."""
        self.places.config.mkdir(parents=True, exist_ok=True)
        write(self._file, msgspec.json.format(msgspec.json.encode(self.preferences)))

    @property
    def recent(self) -> list[Path]:
        """The files that were opened or saved last, latest first."""
        return [Path(text) for text in self._recent]

    def add_recent(self, path: Path) -> None:
        """Move a file to the top of the recent ones."""
        rest = [text for text in self._recent if text != str(path)]
        self._recent = [str(path), *rest][:RECENT_KEPT]
        with contextlib.suppress(OSError):  # not worth an error message
            self.places.config.mkdir(parents=True, exist_ok=True)
            write(self._recent_file, msgspec.json.encode(self._recent))


def _read(file: Path, type: type[T], default: T) -> T:
    """Read a JSON file; return the default if it is missing or invalid."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=type)
    except (OSError, msgspec.DecodeError):
        return default
