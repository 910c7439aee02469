"""Resolves and hashes the files that parameters name."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from nodeui.engine.cache import Cache
from nodeui.engine.folders import path_text
from nodeui.graph.wording import tr
from nodeui.sdk import NodeError

_SETTLED = 100_000_000  # ns; a more recent change may be followed by one with the same mtime

_LONGEST_PATH = 160  # in a message


class WorkflowFiles:
    """The files of one workflow; implements `sdk.Files`.

    Args:
        folder: Base folder of relative paths.
        cache: Stores digests by path, size and modification time.
    """

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.folder = folder
        self._cache = cache

    def resolve(self, path: str) -> Path:
        """Return the absolute path; `~` is the user's home folder.

        Raises:
            NodeError: no file can be read there: the path is too long, forbidden, or leads
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
                raise NodeError(f"{found} is a link to {target}, which does not exist.") from None
        except OSError as error:
            raise NodeError(f"{_shortened(found)} cannot be read: {error.strerror}.") from None
        return found

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a file, or of all files in a folder and its subfolders, as
        hexadecimal text.

        Raises:
            FileNotFoundError: there is no such file or folder.
        """
        if not path.is_dir():
            return self._file_digest(path)
        hasher = hashlib.sha256()
        for file in sorted(_files_below(path)):
            name = file.relative_to(path).as_posix()
            hasher.update(f"{self._file_digest(file)} {name}\n".encode())
        return hasher.hexdigest()

    def _file_digest(self, path: Path) -> str:
        try:
            stat = path.stat()
        except FileNotFoundError:
            if not path.is_symlink():
                raise
            return f"link to {os.readlink(path)}"  # to nothing
        name = path_text(path)
        known = self._cache.file_digest(name, stat.st_size, stat.st_mtime_ns)
        if known is not None:
            return known
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if time.time_ns() - stat.st_mtime_ns > _SETTLED:
            self._cache.put_file_digest(name, stat.st_size, stat.st_mtime_ns, digest)
        return digest


def _shortened(path: Path) -> str:
    text = str(path)
    return text if len(text) <= _LONGEST_PATH else f"{text[:_LONGEST_PATH]}..."


def _files_below(folder: Path) -> list[Path]:
    """Return all files in a folder and its subfolders, without hidden ones."""
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if not name.startswith(".")]
    return found
