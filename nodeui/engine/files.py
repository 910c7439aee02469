"""Resolves and hashes the files that parameters name.

Workflows come from strangers, so only regular files are read, a folder with too many files is
refused before any of them is opened, and hashing can be cancelled.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nodeui.engine.cache import Cache
from nodeui.engine.folders import path_text
from nodeui.graph import bitmaps
from nodeui.graph.wording import tr
from nodeui.sdk import Cancelled, NodeError


class PathError(NodeError):
    """A path at which no file can be read.

    Args:
        path: The absolute path.
        message: As for `NodeError`.
    """

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


_SETTLED = 100_000_000  # ns; a more recent change may be followed by one with the same mtime

_LONGEST_PATH = 160  # in a message

MOST_FILES = 2000
"""Number of files in a folder that is hashed; the largest models have about a hundred."""

_CHUNK = 1 << 20  # bytes


class WorkflowFiles:
    """The files of one workflow; implements `sdk.Files`.

    Args:
        folder: Base folder of relative paths.
        cache: Stores digests by path, size and modification time.
        cancelled: Returns True once hashing is to stop.
    """

    def __init__(
        self, folder: Path, cache: Cache, cancelled: Callable[[], bool] = lambda: False
    ) -> None:
        self.folder = folder
        self._cache = cache
        self._cancelled = cancelled

    def resolve(self, path: str) -> Path:
        """Return the absolute path; `~` is the user's home folder.

        Raises:
            PathError: no file can be read there: the path is too long, forbidden, or leads
                through a link to nothing.
        """
        found = (self.folder / os.path.expanduser(path)).absolute()
        try:
            found.stat()
        except UnicodeEncodeError as error:
            text = "{0} cannot be named in this system's encoding ({1}). Set PYTHONUTF8=1."
            raise NodeError(tr(text, _shortened(found), error.encoding)) from None
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:
            if not isinstance(error, ValueError) and found.is_symlink():
                target = os.readlink(found)
                text = f"{found} is a link to {target}, which does not exist."
                raise PathError(found, text) from None
        except OSError as error:
            text = f"{_shortened(found)} cannot be read: {error.strerror}."
            raise PathError(found, text) from None
        return found

    def located(self, error: BaseException, params: Mapping[str, Any]) -> NodeError | None:
        """Return an error about a file as one about the parameter that names the file.

        Args:
            error: An error that a node raised, such as a `FileNotFoundError`.
            params: The values of the node's parameters; those that are not paths do not matter.

        Returns:
            None if no parameter names the file, or the error is not about one.
        """
        if isinstance(error, PathError):
            path, message = error.path, str(error)
        elif isinstance(error, OSError) and isinstance(error.filename, str):
            path = Path(error.filename)
            message = f"{_shortened(path)} cannot be read: {error.strerror}."
        else:
            return None
        named = {
            (self.folder / os.path.expanduser(value)).absolute(): name
            for name, value in params.items()
            if isinstance(value, str) and value
        }
        found = next((named[place] for place in (path, *path.parents) if place in named), None)
        return None if found is None else NodeError(message, found)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a file, or of all files in a folder and its subfolders, as
        hexadecimal text.

        Raises:
            FileNotFoundError: there is no such file or folder.
            NodeError: it is neither a regular file nor a folder, or a folder of too many files.
            Cancelled: hashing was cancelled.
        """
        if not path.is_dir():
            return self._file_digest(path)
        hasher = hashlib.sha256()
        for file in sorted(self._files_below(path)):
            name = file.relative_to(path).as_posix()
            hasher.update(f"{self._file_digest(file)} {name}\n".encode())
        return hasher.hexdigest()

    def bitmap(self, name: str) -> Path:
        """Return the file of a bitmap; see `sdk.Files`."""
        try:
            return bitmaps.find(name, self.folder, self._file_digest)
        except bitmaps.BitmapError as error:
            raise NodeError(str(error)) from None

    def _files_below(self, folder: Path) -> Iterator[Path]:
        """Yield all files in a folder and its subfolders, without hidden ones."""
        count = 0
        for parent, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            names = [name for name in files if not name.startswith(".")]
            count += len(names) + len(folders)
            if count > MOST_FILES:
                raise PathError(
                    folder,
                    f"{_shortened(folder)} holds more than {MOST_FILES} files: it is not the "
                    "folder of a model. Choose the folder that holds its config.",
                )
            self._check_cancelled()
            yield from (Path(parent, name) for name in names)

    def _file_digest(self, path: Path) -> str:
        try:
            state = path.stat()
        except FileNotFoundError:
            if not path.is_symlink():
                raise
            return f"link to {os.readlink(path)}"  # to nothing
        if not stat.S_ISREG(state.st_mode):
            raise PathError(path, f"{_shortened(path)} is not a regular file.")
        name = path_text(path)
        known = self._cache.file_digest(name, state.st_size, state.st_mtime_ns)
        if known is not None:
            return known
        digest = self._read_digest(path)
        if time.time_ns() - state.st_mtime_ns > _SETTLED:
            self._cache.put_file_digest(name, state.st_size, state.st_mtime_ns, digest)
        return digest

    def _read_digest(self, path: Path) -> str:
        hasher = hashlib.sha256()
        # without blocking, in case the file was replaced by a named pipe since it was checked
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            while chunk := file.read(_CHUNK):
                self._check_cancelled()
                hasher.update(chunk)
        return hasher.hexdigest()

    def _check_cancelled(self) -> None:
        if self._cancelled():
            raise Cancelled


def _shortened(path: Path) -> str:
    text = str(path)
    return text if len(text) <= _LONGEST_PATH else f"{text[:_LONGEST_PATH]}..."
