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
from typing import Any

from nodeui.engine.cache import open_cache
from nodeui.graph import document
from nodeui.graph.document import DocumentError
from nodeui.graph.registry import installed
from nodeui.headless import WorkflowError, plan_run
from nodeui.sdk import NodeError
from nodeui.session import journal as journals
from tests.nodes.fakes import FakeContext

_CODE = ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "socket.connect")
_REFUSALS = (NodeError, WorkflowError, DocumentError, OSError)


_cache = open_cache(None)  # for the hashes of models that the workflows name


def _open_workflow(file: Path) -> None:
    document.dump(document.load(file.read_bytes(), installed()))
    plan_run(file, cache=_cache)


def _open_picture(file: Path) -> None:
    from nodes import image

    image.load(FakeContext(file.parent), file.name)


def _open_model(folder: Path) -> None:
    from nodes import models

    models.load(FakeContext(folder.parent), folder.name)


def _open_journal(file: Path) -> None:
    journals.read(file, installed())


OPENERS: Mapping[str, Callable[[Path], None]] = {
    "workflows": _open_workflow,
    "pictures": _open_picture,
    "safetensors": _open_model,
    "configs": _open_model,
    "journals": _open_journal,
}


def main() -> None:
    """Serve until standard input ends."""
    audited: list[str] = []
    meant = (sys.argv[1], tempfile.gettempdir(), "/dev/")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path, mode, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR) or set("wax+") & set(mode or "")
            if writes and not os.path.abspath(path).startswith(meant):
                audited.append(f"file {path}")
        elif event.startswith(_CODE):
            audited.append(f"code {event} {arguments}")

    installed()
    reports = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print to standard output
    sys.addaudithook(hook)
    for line in sys.stdin:
        kind, path = json.loads(line)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.process_time()
        error = ""
        try:
            OPENERS[kind](Path(path))
        except _REFUSALS as refusal:
            error = "" if "\n" not in str(refusal).strip() else f"two lines: {refusal}"
            if isinstance(refusal, WorkflowError):
                error = ""
        except BaseException:
            error = traceback.format_exc()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        seconds = time.process_time() - started
        report = {
            "error": error, "grown": grown * 1024, "seconds": seconds, "audited": audited,
        }  # fmt: skip
        print(json.dumps(report), file=reports, flush=True)
        audited.clear()


if __name__ == "__main__":
    main()
