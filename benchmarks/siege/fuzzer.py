"""Opens files that atheris makes, guided by the coverage of the code that reads them.

    python -m benchmarks.siege.fuzzer FOLDER KIND SOURCE TARGET SEED

Each line of standard input asks for one input, which is written to TARGET and opened; the report is
that of `victim`.
"""

from __future__ import annotations

import json
import random
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.siege.mutations import repaired_png, split_weights

COVERED = [
    "nodeui.graph",
    "nodeui.pictures",
    "nodes.image",
    "nodes.imaging",
    "nodes.models",
    "nodes.diffusion.untrusted",
    "nodes.diffusion.files",
]
"""Modules whose coverage guides the mutations."""

atheris: Any = import_module("atheris")  # it has no type annotations, and may not be installed

with atheris.instrument_imports(include=COVERED):
    from benchmarks.siege import victim


def placing(kind: str, source: Path, target: Path) -> tuple[bytes, Callable[[bytes], None]]:
    """Return the first input, and what writes an input to the target.

    Of models, it is the header of a file of weights or a config that is mutated; the rest of the
    model is copied once.
    """
    if kind in ("safetensors", "configs"):
        shutil.copytree(source, target, dirs_exist_ok=True)
        pattern = "*.json" if kind == "configs" else "*.safetensors"
        target = random.choice(sorted(target.rglob(pattern)))
        data = target.read_bytes()
    else:
        data = source.read_bytes()
    if kind in ("safetensors", "checkpoints"):
        header, rest = split_weights(data)

        def write(mutated: bytes) -> None:
            target.write_bytes(struct.pack("<Q", len(mutated)) + mutated + rest)

        return header, write
    return data, lambda mutated: _write(target, repaired_png(mutated))


def _write(target: Path, data: bytes) -> None:
    target.write_bytes(data)


def main() -> None:
    """Serve until standard input ends."""
    folder, kind, source, target, seed = sys.argv[1:]
    random.seed(int(seed))
    watch, sink = victim.Watch(folder), victim.reports()
    first, write = placing(kind, Path(source), Path(target))
    corpus = Path(tempfile.mkdtemp(prefix="corpus-", dir=folder))
    (corpus / "first").write_bytes(first)

    def one(data: bytes) -> None:
        if not sys.stdin.readline():
            sys.exit()
        write(data)
        print(json.dumps(watch.open(kind, Path(target))), file=sink, flush=True)

    write(first)
    watch.open(kind, Path(target))  # imports
    limits = ["-rss_limit_mb=0", "-malloc_limit_mb=0", "-timeout=1000000", "-detect_leaks=0"]
    limits.append(f"-artifact_prefix={folder}/")
    length = max(4096, 2 * len(first))
    atheris.Setup([sys.argv[0], f"-seed={seed}", f"-max_len={length}", *limits, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
