"""The library of models as its users see it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from nodeui.graph.wording import tr
from nodeui.library import places, sidecars
from nodeui.library.index import Facts, Index
from nodeui.library.marks import Mark, Marks
from nodeui.library.record import ModelFile
from nodeui.library.walking import Found, Stamp, walk
from nodeui.sdk import ModelFiles, NodeError

_BATCH = 128  # descriptions that are written at once

PICKLES = (".ckpt", ".pt", ".pth", ".bin")
"""Endings of files that may hold code, which are listed and never read."""


class Progress(NamedTuple):
    """The state of a scan: so many of the new models have been described."""

    described: int
    total: int


class ModelLibrary:
    """The models in people's folders.

    All methods may be called from any thread. Reading never waits for a scan.

    Args:
        folder: The folder of the index and of the user's marks.
        readers: Describe model files; the first that knows a file counts.
    """

    def __init__(self, folder: Path, readers: Sequence[ModelFiles]) -> None:
        self._readers = tuple(readers)
        self._index = Index(folder / "models.sqlite")
        self._marks = Marks(folder / "models.json")

    @property
    def trouble(self) -> str:
        """One line about an index that was lost or cannot be used; "" if there is none."""
        return self._index.trouble

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of the files that are listed, in lower case."""
        own = (suffix for reader in self._readers for suffix in reader.suffixes)
        return tuple(dict.fromkeys((*own, *PICKLES)))

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    # --- scanning --------------------------------------------------------------------------------

    def scan(
        self,
        folders: Iterable[Path],
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[Progress], None] = lambda progress: None,
    ) -> list[str]:
        """Bring the index up to date with the files below folders; other models are removed.

        New files are listed by name first, then their headers are read in the order of their names.

        Args:
            folders: Folders that the user chose; see `places.roots`.
            cancelled: Returns True to stop; what was read is kept.
            progress: Called with the state of the scan, at first with nothing described.

        Returns:
            The folders that could not be listed; their models are kept as they are.

        Raises:
            ModelLibraryError: the index cannot be written.
        """
        found = walk(
            (root for folder in folders for root in places.roots(folder)), self.suffixes, cancelled
        )
        if cancelled():
            return found.unreadable
        waiting = self._take(found)
        progress(Progress(0, len(waiting)))
        for start in range(0, len(waiting), _BATCH):
            if cancelled():
                break
            batch = waiting[start : start + _BATCH]
            self._index.describe({path: self._described(path) for path in batch})
            progress(Progress(start + len(batch), len(waiting)))
        return found.unreadable

    def _take(self, found: Found) -> list[str]:
        """List the files that were found; return those that have to be described."""
        known = self._index.known()
        unreadable = tuple(os.path.join(folder, "") for folder in found.unreadable)
        gone = {
            path: entry
            for path, entry in known.items()
            if path not in found.models and not (unreadable and path.startswith(unreadable))
        }
        new = {
            path: stamp
            for path, stamp in found.models.items()
            if path not in known or known[path].stamp != stamp
        }
        moved = _moved(
            (path for path in new if path not in known),
            found.models,
            {path: entry.stamp for path, entry in gone.items()},
        )
        digests = {path: known[old].sha256 for path, old in moved.items()}
        digests |= {
            path: known[path].sha256
            for path, stamp in new.items()
            if path in known and known[path].stamp[:2] == stamp[:2]  # other sidecars
        }
        self._index.replace(gone, new, digests)
        for path, old in moved.items():
            self._marks.move(Path(old), Path(path))
        undone = (path for path, entry in known.items() if not entry.described)
        return sorted({*new, *(path for path in undone if path in found.models)})

    def _described(self, path: str) -> Facts | None:
        """Return the description of a model; None if it is a file of another kind."""
        file = Path(path)
        if file.suffix.lower() in PICKLES and file.is_file():
            refused = tr("A pickle may hold code, so it is not read. Convert it to safetensors.")
            return self._with_sidecar(file, Facts("pickle", refused=refused))
        for reader in self._readers:
            try:
                facts = reader.describe(file)
            except (NodeError, OSError) as error:
                return Facts("damaged", refused=str(error))
            if facts is not None:
                return self._with_sidecar(file, Facts(*facts))
        return None

    def _with_sidecar(self, file: Path, facts: Facts) -> Facts:
        """Return a description with what the files beside the model add."""
        beside = sidecars.read(file)
        return Facts(
            kind=facts.kind,
            family=facts.family,
            precision=facts.precision,
            title=facts.title or beside.title,
            words=tuple(dict.fromkeys((*facts.words, *beside.words))),
            tags=facts.tags,
            notes="\n".join(filter(None, (facts.notes, beside.notes))),
            licence=facts.licence,
            refused=facts.refused,
            preview=str(beside.preview) if beside.preview else "",
        )

    # --- reading ---------------------------------------------------------------------------------

    def models(self) -> list[ModelFile]:
        """Return all models, sorted by title.

        Raises:
            ModelLibraryError: the index cannot be read.
        """
        return [self._marked(model) for model in self._index.models()]

    def _marked(self, model: ModelFile) -> ModelFile:
        mark = self._marks.get(model.path)
        if mark == Mark():
            return model
        return replace(model, stars=mark.stars, own_notes=mark.notes)

    def find(self, sha256: str) -> list[ModelFile]:
        """Return the models with a digest, or the beginning of one, in hexadecimal."""
        wanted = sha256.lower()
        return [
            model for model in self.models() if model.sha256 and model.sha256.startswith(wanted)
        ]

    # --- writing ---------------------------------------------------------------------------------

    def set_digest(self, model: ModelFile, sha256: str) -> None:
        """Add the SHA-256 of a model's file, in hexadecimal."""
        self._index.set_digest(model.path, (model.mtime_ns, model.size), sha256)

    def mark(self, model: ModelFile, stars: int | None = None, notes: str | None = None) -> None:
        """Change the user's stars, 0 to 5, or notes about a model.

        Raises:
            ModelLibraryError: they cannot be written.
        """
        old = self._marks.get(model.path)
        new = Mark(old.stars if stars is None else stars, old.notes if notes is None else notes)
        self._marks.set(model.path, new)


def _moved(new: Iterable[str], stamps: dict[str, Stamp], gone: dict[str, Stamp]) -> dict[str, str]:
    """Return the new files that are ones which are gone, with their old path.

    They have the same modification time and size, and no other file that is gone has both.
    """
    candidates: dict[tuple[int, int], list[str]] = {}
    for path, stamp in gone.items():
        candidates.setdefault(stamp[:2], []).append(path)
    found: dict[str, str] = {}
    for path in new:
        old = candidates.get(stamps[path][:2], [])
        if len(old) == 1:
            found[path] = old.pop()
    return found
