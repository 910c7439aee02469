"""The user's own stars and notes about models, kept in a JSON file of the program."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import msgspec

from nodeui.graph.wording import tr
from nodeui.library.record import ModelLibraryError


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """Stars, 0 to 5, and notes."""

    stars: int = 0
    notes: str = ""


class Marks:
    """The marks of all models, by path.

    Args:
        file: The JSON file. If it is damaged, it is set aside under another name.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._marks = self._read()

    def _read(self) -> dict[str, Mark]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, Mark])
        except OSError:
            return {}
        except (ValueError, RecursionError, msgspec.MsgspecError):
            with contextlib.suppress(OSError):
                os.replace(self._file, self._file.with_name(f"{self._file.name}.damaged"))
            return {}

    def get(self, path: Path) -> Mark:
        """Return the marks of a model."""
        return self._marks.get(str(path), Mark())

    def set(self, path: Path, mark: Mark) -> None:
        """Change the marks of a model.

        Raises:
            ModelLibraryError: they cannot be written; nothing has changed.
        """
        with self._lock:
            marks = {**self._read(), str(path): mark}
            if mark == Mark():
                del marks[str(path)]
            temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(msgspec.json.format(msgspec.json.encode(marks), indent=1))
                os.replace(temporary, self._file)
            except OSError as error:
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)
                text = tr("The notes about models cannot be saved: {0}.", error.strerror)
                raise ModelLibraryError(text) from error
            self._marks = marks

    def move(self, old: Path, new: Path) -> None:
        """Keep the marks of a model whose file was moved."""
        mark = self.get(old)
        if mark != Mark() and self.get(new) == Mark():
            self.set(new, mark)
