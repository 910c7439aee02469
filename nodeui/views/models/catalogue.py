"""The library of models as its panel uses it: in a thread, and up to date with the folders."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, QTimer, Signal

from nodeui.graph.wording import tr
from nodeui.library.record import ModelFile, ModelLibraryError
from nodeui.sdk import ModelFiles
from nodeui.session.background import Background

if TYPE_CHECKING:
    from nodeui.library.library import ModelLibrary, Progress

T = TypeVar("T")

_SETTLE = 500  # milliseconds from the last change in a folder to the next scan
_RESCAN = 120_000  # milliseconds between scans, for folders whose changes are not reported
_SHOW = 300  # milliseconds between lists while a scan reads headers
_MOST_WATCHED = 200  # folders; systems limit their number


class Catalogue(QObject):
    """Keeps the index of models up to date.

    It does nothing before `set_up`, and opens the library when its panel is first seen.

    Args:
        readers: Describe model files.
        parent: The parent object.
    """

    listed = Signal(list)
    """All models, as `ModelFile`, sorted by title."""
    progressed = Signal(int, int)
    """Files described by the scan, and files to describe; both 0 at its end."""
    troubled = Signal(str)
    """A problem, on one line; "" if there is none any longer."""

    def __init__(self, readers: Sequence[ModelFiles], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._readers = tuple(readers)
        self._library: ModelLibrary | None = None  # made in the thread of the scans
        self.folders: tuple[Path, ...] = ()
        self._seen = self._scanning = self._scan_again = self._stopped = False
        self._scans = Background("models", self)
        self._work = Background("models list", self)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda: self._settle.start())
        self._settle = QTimer(self, interval=_SETTLE, singleShot=True)
        self._settle.timeout.connect(self.scan)
        self._show = QTimer(self, interval=_SHOW, singleShot=True)
        self._show.timeout.connect(self.refresh)
        self._rescan = QTimer(self, interval=_RESCAN)
        self._rescan.timeout.connect(self.scan)
        self._counted.connect(self._on_progress)
        close = partial(_close, self._scans, self._work)
        self.destroyed.connect(close)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(close)

    _counted = Signal(int, int)  # emitted in the thread of the scan

    def set_up(self, folder: Path) -> None:
        """Keep the index and the user's marks in a folder."""
        self._folder = folder
        if self._seen:
            self.scan()

    def set_watching(self, watch: bool) -> None:
        """Look for changes in folders that do not report them; off while nobody looks."""
        if watch:
            self._rescan.start()
        else:
            self._rescan.stop()
        if watch:
            self.start()

    def start(self) -> None:
        """Scan the folders, unless that was done before."""
        if not self._seen:
            self._seen = True
            self.scan()

    def set_folders(self, folders: Sequence[Path]) -> None:
        """Search other folders."""
        if tuple(folders) != self.folders:
            self.folders = tuple(folders)
            self._stopped = self._scanning
            if self._seen:
                self.scan()

    # --- scanning --------------------------------------------------------------------------------

    def scan(self) -> None:
        """Scan the folders in the background; while a scan runs, another one follows it."""
        if self._folder is None:
            return
        if self._scanning:
            self._scan_again = True
            return
        self._scanning, self._stopped = True, False
        folder, folders, scans = self._folder, self.folders, self._scans

        def work() -> tuple[list[ModelFile], list[str], str]:
            library = self._opened(folder)
            try:
                unreadable = library.scan(
                    folders, lambda: scans.closed or self._stopped, self._count
                )
                return library.models(), _folders(folders), _trouble(unreadable) or library.trouble
            except ModelLibraryError as error:
                return [], _folders(folders), str(error)

        scans.do(work, self._take_scan)

    def _opened(self, folder: Path) -> ModelLibrary:
        """Return the library; it is opened when it is first used."""
        if self._library is None:
            from nodeui.library.library import ModelLibrary

            self._library = ModelLibrary(folder, self._readers)
        return self._library

    def _count(self, progress: Progress) -> None:
        self._counted.emit(progress.described, progress.total)

    def _take_scan(self, done: tuple[list[ModelFile], list[str], str]) -> None:
        models, folders, trouble = done
        self._scanning = False
        self._watch(folders)
        self.troubled.emit(trouble)
        self.progressed.emit(0, 0)
        self.listed.emit(models)
        if self._scan_again:
            self._scan_again = False
            self.scan()

    def _on_progress(self, described: int, total: int) -> None:
        self.progressed.emit(described, total)
        if not self._show.isActive():
            self._show.start()

    def _watch(self, folders: Sequence[str]) -> None:
        wanted, watched = set(folders[:_MOST_WATCHED]), set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))

    # --- questions -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """List the models that are in the index now."""
        self.do(lambda library: library.models(), self.listed.emit)

    def do(
        self,
        work: Callable[[ModelLibrary], T],
        then: Callable[[T], object] = lambda _: None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run `work` with the library in a thread, then `then` with its result in the GUI thread.
        Nothing happens before the library is open."""
        library = self._library
        if library is not None:
            self._work.do(lambda: work(library), then, failed or self._report)

    def _report(self, error: Exception) -> None:
        self.troubled.emit(str(error))


def _trouble(unreadable: Sequence[str]) -> str:
    if not unreadable:
        return ""
    return tr("{0} cannot be read now. Its models appear again when it can.", unreadable[0])


def _folders(chosen: Sequence[Path]) -> list[str]:
    """Return the folders to watch: the chosen ones and those below them, breadth first."""
    found = [str(folder) for folder in chosen if folder.is_dir()]
    for place in found:
        if len(found) >= _MOST_WATCHED:
            break
        with contextlib.suppress(OSError):
            found += sorted(
                str(entry)
                for entry in Path(place).iterdir()
                if not entry.name.startswith(".") and entry.is_dir() and not entry.is_symlink()
            )
    return found


def _close(*threads: Background) -> None:
    with contextlib.suppress(RuntimeError):  # Python is ending, and takes no further work
        for thread in threads:
            if not thread.closed:
                thread.close()
