"""The library of saved pictures, as the panels use it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nodeui.graph import document
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.pictures import bin, conditions, lineage, naming, query, rows, scanning, xmp
from nodeui.pictures.conditions import Sort
from nodeui.pictures.describing import Description, Stamp, describe, stamp_of
from nodeui.pictures.index import Index
from nodeui.pictures.lineage import Edge, Tree
from nodeui.pictures.query import Query, Suggestion
from nodeui.pictures.reading import XMP_KEY, read_header
from nodeui.pictures.record import MOST_STARS, SUFFIXES, LibraryError, Marks, Picture, Settings
from nodeui.pictures.workflow import EmbeddedWorkflow

_PORTION = 64  # files read between two writes
_PAUSE = 0.001  # seconds after some files, which leaves the processor to the user interface
_FILES_PER_PAUSE = 4
_MOST_AWAY = 90 * 86400  # seconds after which files that cannot be reached are forgotten


@dataclass
class Changes:
    """The result of a scan.

    Attributes:
        new, changed, removed: Files.
        renamed: New path of each file that was renamed or moved.
        away: Some folders cannot be listed now; their pictures are hidden until they can.
    """

    new: list[Path] = field(default_factory=list[Path])
    changed: list[Path] = field(default_factory=list[Path])
    removed: list[Path] = field(default_factory=list[Path])
    renamed: dict[Path, Path] = field(default_factory=dict[Path, Path])
    away: bool = False

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed or self.renamed)


@dataclass(frozen=True)
class Deleted:
    """Files in the bin, for `Library.restore`."""

    files: tuple[bin.Binned, ...]


Values = tuple[tuple[str, int], ...]
"""Values and the number of pictures that have each, the most frequent first."""


@dataclass(frozen=True)
class Facets:
    """The values that occur in the library."""

    models: Values
    loras: Values
    samplers: Values
    tags: Values
    labels: Values
    collections: Values
    origins: Values


class Library:
    """The saved pictures of some folders, and the user's marks of them.

    All methods may be called from any thread.

    Args:
        database: File of the index, which is made again from the pictures if it is lost.
        specs: The node types, by which settings are found in workflows.

    Attributes:
        specs: As above; may be replaced when packs were loaded.
        embed: Marks are also written into PNG, JPEG and WebP files that contain a workflow.
    """

    def __init__(self, database: Path, specs: Mapping[str, NodeSpec]) -> None:
        self._index = Index(database)
        self.specs = specs
        self.embed = False
        self._facets: tuple[int, Facets] | None = None

    @property
    def trouble(self) -> str:
        """One line about an index that was damaged or cannot be written; "" if all is well."""
        return self._index.trouble

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def stamp(self) -> int:
        """Return a number that changes when any process has changed the index."""
        return self._index.stamp()

    # --- scanning --------------------------------------------------------------------------------

    def scan(
        self,
        folder: Path,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], object] = lambda done, total: None,
    ) -> Changes:
        """Bring the index up to date with a folder.

        Files are read in portions, the newest first, and can be searched once their portion is
        read. Files that vanish while they are read are left out.

        Args:
            folder: Pictures below it are found, except in hidden folders.
            cancelled: Returns True to stop early; the next scan continues.
            progress: Called with the number of files that were read, and of those to read.

        Raises:
            LibraryError: the index cannot be written; the next scan continues.
        """
        changes = Changes()
        known = self._known(folder)  # first: others may add files while the folder is walked
        found = scanning.walk(folder, cancelled)
        if cancelled():
            return changes
        plan = scanning.plan(found, known)
        changes.away = plan.hidden or (str(folder) in found.unreadable and folder.exists())
        paths = {row.id: path for path, row in known.items()}
        self._move(plan, found.pictures, paths, changes)
        for start in range(0, len(plan.read), _PORTION):
            progress(start, len(plan.read))
            described: list[Description] = []
            for path in plan.read[start : start + _PORTION]:
                if cancelled():
                    return changes
                with contextlib.suppress(FileNotFoundError):
                    described.append(self._described(Path(path), found.pictures[path]))
                if len(described) % _FILES_PER_PAUSE == 0:
                    time.sleep(_PAUSE)
            with self._index.write() as db:
                for one in described:
                    rows.put(db, one)
            for one in described:
                (changes.changed if str(one.path) in known else changes.new).append(one.path)
        lineage.link(self._index, self.specs, cancelled)
        if not cancelled():
            self._index.recovered()
        return changes

    def _known(self, folder: Path) -> dict[str, scanning.Row]:
        condition, values = conditions.below(folder)
        known = self._index.read(
            "SELECT id, path, mtime, size, sidecar, file, unknown, away FROM pictures "
            f"WHERE {condition}",
            values,
        )
        return {
            os.fsdecode(path): scanning.Row(
                id,
                Stamp(mtime, size, sidecar, file),
                any(type in self.specs for type in unknown.split()),
                away is not None,
            )
            for id, path, mtime, size, sidecar, file, unknown, away in known
        }

    def _move(
        self,
        plan: scanning.Plan,
        stamps: Mapping[str, Stamp],
        paths: Mapping[int, str],
        changes: Changes,
    ) -> None:
        """Write the files that have another path or are gone."""
        now = time.time()
        if plan.moved or plan.back or plan.away:
            with self._index.write() as db:
                for id, path in plan.moved.items():
                    rows.put_path(db, id, Path(path), stamps[path])
                states = [(None, id) for id in plan.back] + [(now, id) for id in plan.away]
                db.executemany("UPDATE pictures SET away = ? WHERE id = ?", states)
        for part in rows.portions(plan.gone):
            with self._index.write() as db:
                rows.remove(db, part)
        lost = self._index.read("SELECT id FROM pictures WHERE away < ?", [now - _MOST_AWAY])
        if lost:
            with self._index.write() as db:
                rows.remove(db, [id for (id,) in lost])
        changes.removed = [Path(paths[id]) for id in plan.gone]
        changes.renamed = {Path(paths[id]): Path(path) for id, path in plan.moved.items()}

    def _described(self, path: Path, stamp: Stamp) -> Description:
        """Return the description of a file; of one that cannot be read, little is known."""
        try:
            return describe(path, stamp, self.specs)
        except FileNotFoundError:
            raise
        except OSError:  # it is read again the next time
            again = dataclasses.replace(stamp, sidecar=-1)
            return Description(path, again, 0, 0, Settings(), Marks(), None)

    # --- searching -------------------------------------------------------------------------------

    def search(
        self,
        text: str | Query = "",
        folder: Path | None = None,
        sort: Sort = "time",
        descending: bool = True,
    ) -> Sequence[int]:
        """Return the ids of the pictures that a query finds.

        Args:
            text: See `nodeui.pictures.query`; empty for all pictures.
            folder: Only pictures below it.
            sort: Order; equal ones by time.
            descending: The highest or newest first.

        Raises:
            QueryError: the query cannot be understood.
            LibraryError: the index cannot be read.
        """
        terms = query.parse(text) if isinstance(text, str) else text
        statement = conditions.selection(terms, folder, sort, descending, self._matching)
        return [id for (id,) in self._index.read(*statement)]

    def _matching(self, kind: str, text: str) -> list[str]:
        """Return the known values of a field that contain a text."""
        wanted = text.casefold().rstrip("*")
        return [value for value, _ in self._index.values(kind) if wanted in value.casefold()]

    def count(self, folder: Path | None = None) -> int:
        """Return the number of pictures, or of those below a folder."""
        condition, values = conditions.below(folder) if folder is not None else ("1", [])
        statement = f"SELECT count(*) FROM pictures WHERE away IS NULL AND {condition}"
        found = self._index.read(statement, values)
        return found[0][0] if found else 0

    def records(self, ids: Sequence[int]) -> list[Picture]:
        """Return the pictures of these ids in their order, without those that are gone."""
        return self._index.records(ids)

    def find(self, paths: Iterable[Path]) -> list[Picture]:
        """Return the pictures of these files, as far as they are in the index."""
        wanted = list(paths)
        ids = self._index.ids(wanted)
        return self.records([ids[path] for path in wanted if path in ids])

    def workflow(self, picture: Picture) -> EmbeddedWorkflow | None:
        """Return the workflow of a picture; None if it has none."""
        return self._index.workflow(picture.workflow_digest)

    def facets(self) -> Facets:
        """Return the values that occur; they are read again when the index has changed."""
        stamp = self.stamp()
        if self._facets is None or self._facets[0] != stamp:
            kinds = ("model", "lora", "sampler", "tag", "label", "collection", "origin")
            found = Facets(*(tuple(self._index.values(kind)) for kind in kinds))
            self._facets = stamp, found
        return self._facets[1]

    def suggest(self, text: str, cursor: int) -> list[Suggestion]:
        """Return completions of a query at the cursor."""
        facets = self.facets()
        known = {
            "model": facets.models,
            "lora": facets.loras,
            "sampler": facets.samplers,
            "tag": facets.tags,
            "label": facets.labels,
            "in": facets.collections,
            "from": facets.origins,
        }
        values = {name: [value for value, _ in found] for name, found in known.items()}
        return query.suggest(text, cursor, values)

    # --- marks -----------------------------------------------------------------------------------

    def set_rating(self, paths: Iterable[Path], rating: int) -> dict[Path, Marks]:
        """Set the stars, 0 to 5; return the marks before."""
        stars = min(MOST_STARS, max(0, rating))
        return self._mark(paths, lambda marks: dataclasses.replace(marks, rating=stars))

    def set_label(self, paths: Iterable[Path], label: str) -> dict[Path, Marks]:
        """Set the colour label, "" for none; return the marks before."""
        return self._mark(paths, lambda marks: dataclasses.replace(marks, label=label))

    def set_rejected(self, paths: Iterable[Path], rejected: bool = True) -> dict[Path, Marks]:
        """Reject pictures, or take that back; return the marks before."""
        return self._mark(paths, lambda marks: dataclasses.replace(marks, rejected=rejected))

    def set_tags(self, paths: Iterable[Path], tags: Sequence[str]) -> dict[Path, Marks]:
        """Replace the tags; return the marks before."""
        lines = naming.lines(tags)
        return self._mark(paths, lambda marks: dataclasses.replace(marks, tags=lines))

    def add_tags(self, paths: Iterable[Path], tags: Sequence[str]) -> dict[Path, Marks]:
        """Add tags; return the marks before."""
        lines = naming.lines(tags)
        return self._mark(paths, lambda marks: naming.with_tags(marks, lines))

    def remove_tags(self, paths: Iterable[Path], tags: Sequence[str]) -> dict[Path, Marks]:
        """Remove tags; return the marks before."""
        lines = naming.lines(tags)
        return self._mark(paths, lambda marks: naming.without_tags(marks, lines))

    def collect(self, paths: Iterable[Path], name: str) -> dict[Path, Marks]:
        """Add pictures to a collection; return the marks before."""
        lines = naming.lines([name])
        return self._mark(paths, lambda marks: naming.collected(marks, lines))

    def uncollect(self, paths: Iterable[Path], name: str) -> dict[Path, Marks]:
        """Remove pictures from a collection; return the marks before."""
        lines = naming.lines([name])
        return self._mark(paths, lambda marks: naming.uncollected(marks, lines))

    def collections(self) -> Values:
        """Return the names of the collections and the number of pictures in each."""
        return tuple(self._index.values("collection"))

    def set_marks(self, marks: Mapping[Path, Marks]) -> dict[Path, Marks]:
        """Replace all marks of pictures, as to undo a change; return the marks before."""
        before: dict[Path, Marks] = {}
        for path, wanted in marks.items():
            before |= self._mark([path], lambda _, wanted=wanted: wanted)
        return before

    def _mark(self, paths: Iterable[Path], change: Callable[[Marks], Marks]) -> dict[Path, Marks]:
        """Change the marks of pictures in their XMP and in the index.

        Raises:
            LibraryError: the XMP of a picture cannot be written; all others are changed.
        """
        before: dict[Path, Marks] = {}
        written: list[tuple[Path, Marks, Stamp]] = []
        errors: list[LibraryError] = []
        for path in paths:
            try:
                texts = read_header(path).texts
                embedded = texts.get(XMP_KEY, "")
                old, new = xmp.update_marks(path, change, embedded)
                if self.embed and document.PNG_KEY in texts and old != new:
                    xmp.embed(path, new, embedded)
                written.append((path, new, stamp_of(path)))
                before[path] = old
            except LibraryError as error:
                errors.append(error)
            except OSError as error:
                reason = error.strerror or error
                errors.append(LibraryError(tr("{0} cannot be read: {1}", path, reason)))
        self._index_marks(written)
        if errors:
            raise errors[0]
        return before

    def _index_marks(self, written: Sequence[tuple[Path, Marks, Stamp]]) -> None:
        """Write marks to the index; if that fails, the next scan finds them in the XMP."""
        with contextlib.suppress(LibraryError):
            ids = self._index.ids(path for path, _, _ in written)
            with self._index.write() as db:
                for path, marks, stamp in written:
                    if path in ids:
                        rows.put_marks(db, ids[path], marks, stamp.sidecar)

    # --- files -----------------------------------------------------------------------------------

    def rename(self, path: Path, name: str) -> Path:
        """Rename a picture within its folder, with its sidecar; return its new path.

        Args:
            path: The picture.
            name: With or without its suffix.

        Raises:
            LibraryError: the name is taken or not allowed, or the file cannot be renamed.
        """
        target = naming.rename(path, name)
        ids = self._index.ids([path])
        with contextlib.suppress(LibraryError, OSError), self._index.write() as db:
            if path in ids:
                rows.put_path(db, ids[path], target, stamp_of(target))
        return target

    def delete(self, paths: Iterable[Path]) -> Deleted:
        """Move pictures and their sidecars to the system's bin.

        Raises:
            LibraryError: one cannot be moved there; it stays, and those before it are restored.
        """
        files: list[bin.Binned] = []
        wanted = list(paths)
        try:
            for path in wanted:
                sidecar = naming.own_sidecar(path)
                files.append(bin.delete(path))
                if sidecar is not None:
                    files.append(bin.delete(sidecar))
        except LibraryError:
            for file in reversed(files):
                with contextlib.suppress(LibraryError):
                    bin.restore(file)
            raise
        self._set_away(wanted, time.time())
        return Deleted(tuple(files))

    def restore(self, deleted: Deleted) -> list[Path]:
        """Bring deleted pictures back; return their paths.

        Raises:
            LibraryError: one is no longer in the bin; all others are restored.
        """
        errors: list[LibraryError] = []
        paths: list[Path] = []
        for file in deleted.files:
            try:
                bin.restore(file)
                paths.append(file.path)
            except LibraryError as error:
                errors.append(error)
        self._set_away(paths, None)
        if errors:
            raise errors[0]
        return [path for path in paths if path.suffix.lower() in SUFFIXES]

    def _set_away(self, paths: Sequence[Path], moment: float | None) -> None:
        """Hide or show pictures; if that fails, the next scan does it."""
        with contextlib.suppress(LibraryError):
            ids = self._index.ids(paths)
            with self._index.write() as db:
                db.executemany(
                    "UPDATE pictures SET away = ? WHERE id = ?",
                    [(moment, id) for id in ids.values()],
                )

    # --- lineage ---------------------------------------------------------------------------------

    def parents(self, id: int) -> list[Edge]:
        """Return the edges to the pictures that one was made from, the main one first."""
        return lineage.parents(self._index, id)

    def children(self, id: int) -> list[Edge]:
        """Return the edges to the pictures that were made from one, the oldest first."""
        return lineage.children(self._index, id)

    def tree(self, id: int) -> Tree:
        """Return the tree that a picture belongs to."""
        return lineage.tree(self._index, id)
