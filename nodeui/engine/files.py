"""Resolves and hashes the files that parameters name."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from nodeui.engine.cache import Cache

_SETTLED = 100_000_000  # ns; a more recent change may be followed by one with the same mtime


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
        """Return the absolute path; `~` is the user's home folder."""
        return (self.folder / Path(path).expanduser()).absolute()

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
        stat = path.stat()
        known = self._cache.file_digest(str(path), stat.st_size, stat.st_mtime_ns)
        if known is not None:
            return known
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if time.time_ns() - stat.st_mtime_ns > _SETTLED:
            self._cache.put_file_digest(str(path), stat.st_size, stat.st_mtime_ns, digest)
        return digest


def _files_below(folder: Path) -> list[Path]:
    """Return all files in a folder and its subfolders, without hidden ones."""
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if not name.startswith(".")]
    return found
