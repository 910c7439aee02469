"""Opens files for `inputs` in a process of its own, and reports what happened as JSON lines.

Each line of standard input names a kind and a file. An audit hook reports files that are opened for
writing outside the folder that is meant, and code that runs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from nodeui.engine.cache import open_cache
from nodeui.graph import document
from nodeui.graph.document import DocumentError
from nodeui.graph.registry import installed
from nodeui.headless import WorkflowError, plan_run
from nodeui.pictures import describing, xmp
from nodeui.pictures.reading import XMP_KEY, read_header
from nodeui.pictures.record import LibraryError, Marks
from nodeui.sdk import Cancelled, NodeError
from nodeui.session import journal as journals
from tests.nodes.fakes import FakeContext

_CODE = ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "socket.connect")
_REFUSALS = (NodeError, WorkflowError, DocumentError, LibraryError, OSError, Cancelled)

_cache = open_cache(None)  # for the hashes of models that the workflows name


class _Impatient(FakeContext):
    """A user who cancels long work after two seconds of the processor."""

    _end = 0.0

    def check(self) -> None:
        self._end = self._end or time.process_time() + 2.0
        if time.process_time() > self._end:
            raise Cancelled


def _open_workflow(file: Path) -> None:
    document.dump(document.load(file.read_bytes(), installed()))
    plan_run(file, cache=_cache)


def _open_picture(file: Path) -> None:
    from nodes import image

    image.load(FakeContext(file.parent), file.name)


def _open_metadata(file: Path) -> None:
    """Describe a picture as the library does, and rate it in its sidecar and in the file."""
    describing.describe(file, describing.stamp_of(file), installed())
    embedded = read_header(file).texts.get(XMP_KEY, "")
    marks = Marks(rating=3, label="Blue", tags=("lake",))
    xmp.embed(file, marks, embedded)
    xmp.update_marks(file, lambda before: marks, embedded)


def _open_painting(file: Path) -> None:
    from nodes import paint

    try:
        value = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return  # such a workflow is not opened
    value = value if isinstance(value, dict) else {}
    name = value.get("node")
    name = name if name in ("mask", "sketch", "picture", "regions") else "picture"
    parameters = installed()[f"paint.{name}"].parameters
    checked = {
        key: parameters[key].check(value[key])
        for key in ("painting", "width", "height")
        if key in value
    }
    getattr(paint, f"paint_{name}")(_Impatient(file.parent), **checked)


def _open_model(folder: Path) -> None:
    from nodes import models

    models.load(FakeContext(folder.parent), folder.name)


def _open_journal(file: Path) -> None:
    journals.read(file, installed())


OPENERS: Mapping[str, Callable[[Path], None]] = {
    "workflows": _open_workflow,
    "pictures": _open_picture,
    "metadata": _open_metadata,
    "paintings": _open_painting,
    "safetensors": _open_model,
    "checkpoints": _open_model,
    "configs": _open_model,
    "journals": _open_journal,
}


class Watch:
    """Opens files, and reports what that did.

    Args:
        folder: The folder that may be written to, besides that of temporary files.
    """

    def __init__(self, folder: str) -> None:
        self._audited: list[str] = []
        self._meant = (folder, tempfile.gettempdir(), "/dev/")
        installed()
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path, mode, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR) or set("wax+") & set(mode or "")
            if writes and not os.path.abspath(path).startswith(self._meant):
                self._audited.append(f"file {path}")
        elif event.startswith(_CODE):
            self._audited.append(f"code {event} {arguments}")

    def open(self, kind: str, path: Path) -> dict[str, Any]:
        """Open a file of a kind and return the report.

        The report has the error, if it is not one line; the memory that was needed in addition, in
        bytes; the seconds of the processor, and all seconds; the load of the machine; and files
        outside and code, as they were audited.
        """
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, began = time.process_time(), time.monotonic()
        error = ""
        try:
            OPENERS[kind](path)
        except _REFUSALS as refusal:
            error = "" if "\n" not in str(refusal).strip() else f"two lines: {refusal}"
            if isinstance(refusal, WorkflowError):
                error = ""
        except BaseException:
            error = traceback.format_exc()
        report = {
            "error": error,
            "grown": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024,
            "seconds": time.process_time() - started,
            "wall": time.monotonic() - began,
            "load": os.getloadavg()[0],
            "audited": [*self._audited],
        }
        self._audited.clear()
        return report


def reports() -> IO[str]:
    """Return standard output for reports; what libraries print goes to standard error."""
    found = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return found


def main() -> None:
    """Serve until standard input ends."""
    watch, sink = Watch(sys.argv[1]), reports()
    for line in sys.stdin:
        kind, path = json.loads(line)
        print(json.dumps(watch.open(kind, Path(path))), file=sink, flush=True)


if __name__ == "__main__":
    main()
