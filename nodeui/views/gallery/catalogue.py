"""The library of pictures as the gallery uses it: in threads, and right after each change."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, QTimer, Signal

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.pictures.record import LibraryError
from nodeui.session.background import Background

if TYPE_CHECKING:
    from nodeui.pictures.library import Library, Sort

T = TypeVar("T")

_SETTLE = 300  # milliseconds from the last change in a folder to the next scan
_LOOK = 1500  # milliseconds between looks for changes by another window
_RESCAN = 60_000  # milliseconds between scans, for folders whose changes are not reported
_SHOW = 400  # milliseconds between searches while a scan finds pictures
_MOST_WATCHED = 500  # folders; systems limit their number


@dataclass(frozen=True)
class Search:
    """The pictures to list, and their order.

    Attributes:
        query: A line of the query language.
        sort: The order.
        descending: True for the largest or latest first.
    """

    query: str = ""
    sort: Sort = "time"
    descending: bool = True


@dataclass(frozen=True)
class Found:
    """The result of a search.

    Attributes:
        ids: The pictures, in order.
        total: Number of pictures in the folder.
        error: A line about a mistake in the query, or "".
    """

    ids: Sequence[int]
    total: int
    error: str = ""


class Catalogue(QObject):
    """Keeps the index of a folder up to date, and answers questions about it.

    The folder is scanned after each change that the system reports, and once a minute, for network
    folders. The library is opened in a thread, by `start`.

    Args:
        folder: The folder; need not exist.
        database: The file of the index.
        specs: The node types.
        parent: The parent object.
    """

    changed = Signal()
    """The index may have changed."""
    progress = Signal(int, int)
    """Files read by the scan, and files to read; equal at its end."""
    troubled = Signal(str)
    """A problem, on one line; "" if there is none any longer."""

    def __init__(
        self,
        folder: Path,
        database: Path,
        specs: Mapping[str, NodeSpec],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self._database = database
        self._specs = specs
        self._embed = False
        self._library: Library | None = None
        self._started = False
        self._scan_again = self._scanning = False
        self._stamp = -1
        self._number = 0  # of the latest search
        self._answers = Background("gallery", self)
        self._scans = Background("gallery scan", self)
        self._threads = [self._answers, self._scans]
        self._opened: list[Library] = []
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_folder_changed)
        self._settle = self._timer(_SETTLE, self.scan, once=True)
        self._show = self._timer(_SHOW, self.changed.emit, once=True)
        self._look_timer = self._timer(_LOOK, self._look)
        self._rescan_timer = self._timer(_RESCAN, self.scan)
        self._progressed.connect(self._on_progress)
        close = partial(_close, self._threads, self._opened)
        self.destroyed.connect(close)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(close)

    _progressed = Signal(int, int)  # emitted in the thread of the scan

    def _timer(self, interval: int, run: Callable[[], object], once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.setSingleShot(once)
        timer.timeout.connect(run)
        return timer

    # --- the library -----------------------------------------------------------------------------

    def start(self) -> None:
        """Open the library and scan the folder, in threads."""
        if self._started:
            return
        self._started = True
        database, specs = self._database, self._specs

        def open_library() -> Library:
            from nodeui.pictures.library import Library

            database.parent.mkdir(parents=True, exist_ok=True)
            library = Library(database, specs)
            self._opened.append(library)
            return library

        self._answers.do(open_library, self._take_library)

    def _take_library(self, library: Library) -> None:
        self._library = library
        library.embed = self._embed
        self.troubled.emit(library.trouble)
        self.changed.emit()
        self.scan()

    @property
    def is_open(self) -> bool:
        """True after the library was opened."""
        return self._library is not None

    @property
    def is_scanning(self) -> bool:
        """True while the folder is scanned."""
        return self._scanning

    def set_embedding(self, embed: bool) -> None:
        """Set whether marks are also written into own pictures, besides their sidecars."""
        self._embed = embed
        if self._library is not None:
            self._library.embed = embed

    def set_folder(self, folder: Path) -> None:
        """Show another folder."""
        if folder == self.folder:
            return
        self.folder = folder
        if self._scanning:  # it may hang in a network folder that has gone away
            self._scans.close()
            self._scans = Background("gallery scan", self)
            self._threads.append(self._scans)
            self._scanning = False
        self.changed.emit()
        self.scan()

    def set_watching(self, watch: bool) -> None:
        """Look for changes by other windows, and on network folders; off while nobody looks."""
        for timer in (self._look_timer, self._rescan_timer):
            if watch and not timer.isActive():
                timer.start()
            elif not watch:
                timer.stop()
        if watch:
            self.start()

    # --- questions -------------------------------------------------------------------------------

    def do(
        self,
        work: Callable[[Library], T],
        then: Callable[[T], object] = lambda _: None,
        failed: Callable[[Exception], object] | None = None,
        *,
        finish: bool = False,
    ) -> None:
        """Run `work` with the library in the thread, then `then` in the GUI thread; see
        `Background.do`. Nothing happens before the library is open."""
        library = self._library
        if library is not None:
            self._answers.do(lambda: work(library), then, failed, finish=finish)

    def search(self, search: Search, then: Callable[[Found], object]) -> None:
        """Search the folder; only the latest search is answered."""
        self._number += 1
        number, folder = self._number, self.folder

        def work(library: Library) -> Found | None:
            from nodeui.pictures.query import QueryError

            if number != self._number:
                return None
            total = library.count(folder)
            try:
                ids = library.search(search.query, folder, search.sort, search.descending)
            except QueryError as error:
                return Found((), total, str(error))
            return Found(ids, total)

        def answer(found: Found | None) -> None:
            if found is not None and number == self._number:
                then(found)

        self.do(work, answer)

    # --- scanning --------------------------------------------------------------------------------

    def scan(self) -> None:
        """Scan the folder in the background; while a scan runs, another one follows it."""
        library = self._library
        if library is None:
            return
        if self._scanning:
            self._scan_again = True
            return
        self._scanning = True
        folder, scans = self.folder, self._scans

        def work() -> tuple[Sequence[str], str]:
            folders = _folders(folder)  # watched even if the index cannot be written
            try:
                changes = library.scan(folder, lambda: scans.closed, self._progressed.emit)
            except LibraryError as error:
                return folders, str(error)
            return folders, _away(folder) if changes.away else library.trouble

        scans.do(work, self._take_scan)

    def _take_scan(self, done: tuple[Sequence[str], str]) -> None:
        folders, trouble = done
        self._scanning = False
        self._watch(folders)
        self.troubled.emit(trouble)
        self.progress.emit(0, 0)
        self.changed.emit()
        if self._scan_again:
            self._scan_again = False
            self.scan()

    def _on_progress(self, done: int, total: int) -> None:
        self.progress.emit(done, total)
        if not self._show.isActive():
            self._show.start()

    def _watch(self, folders: Sequence[str]) -> None:
        wanted, watched = set(folders[:_MOST_WATCHED]), set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))
            self._settle.start()  # finds files added between scan and watch

    def _on_folder_changed(self) -> None:
        self._settle.start()

    def _look(self) -> None:
        """Search again if the index was changed, perhaps by another window."""

        def compare(stamp: int) -> None:
            if stamp != self._stamp:
                self._stamp = stamp
                self.changed.emit()

        self.do(lambda library: library.stamp(), compare)


def _away(folder: Path) -> str:
    return tr("{0} cannot be read now. Its pictures appear again when it can.", folder)


def _folders(folder: Path) -> list[str]:
    """Return a folder and all below it, except hidden ones, the latest changed first; or the
    nearest existing parent of a folder that does not exist."""
    found: list[tuple[float, str]] = []
    waiting = [str(folder)]
    while waiting:
        place = waiting.pop()
        try:
            entries = list(os.scandir(place))
            found.append((os.stat(place).st_mtime, place))
        except OSError:  # deleted meanwhile, or not readable
            continue
        for entry in entries:
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
    if not found:
        return [next(str(place) for place in folder.parents if os.path.isdir(place))]
    return [place for _, place in sorted(found, reverse=True)]


def _close(threads: Sequence[Background], libraries: Sequence[Library]) -> None:
    """Close the library after the function that uses it now."""
    answers, *scans = threads
    if answers.closed:
        return

    def close_libraries() -> None:
        for library in libraries:
            library.close()

    with contextlib.suppress(RuntimeError):  # Python is ending, and takes no further work
        for thread in scans:
            if not thread.closed:
                thread.close()
        answers.close(close_libraries)
