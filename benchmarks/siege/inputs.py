"""Opens mutated workflows, pictures, paintings, weights, configs and journals."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.siege.mutations import MUTATORS
from benchmarks.siege.sources import SOURCES
from benchmarks.siege.tally import Siege

KINDS = tuple(SOURCES)
FUZZED = ("workflows", "pictures", "metadata", "safetensors", "checkpoints", "configs")
"""The kinds that atheris mutates as well."""

HANG = 5.0
"""Seconds after which an input counts as a hang: of the processor, or in all while the machine has
nothing else to do."""

QUIET = 2.0
"""Load below which the machine has nothing else to do: the process under test is one of it."""

PATIENCE = 60.0  # seconds until an input counts as a hang whatever the load
FIRST = 300.0  # seconds for the first input, which imports the libraries
RISE = 1 << 30  # bytes
ROUND = 2_000
"""Inputs after which atheris goes on with another source."""


class _Victim:
    """A process that opens files; it is started again when it dies or hangs.

    Args:
        command: Arguments of Python.
    """

    def __init__(self, *command: str) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None

    def report(self, line: str) -> dict[str, Any] | None:
        """Send a line and return the report that follows; None if the process hung or died."""
        patience = PATIENCE if self._process is not None else FIRST
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                bufsize=1,
            )
        source, sink = self._process.stdin, self._process.stdout
        assert source is not None and sink is not None
        try:
            print(line, file=source, flush=True)
        except BrokenPipeError:
            self.close()
            return None
        ready, _, _ = select.select([sink], [], [], patience)
        answer = sink.readline() if ready else ""
        if not answer:
            self.close()
            return None
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def attack_with(kind: str) -> Callable[[Siege], None]:
    """Return the attack with mutated files of a kind."""

    def attack(siege: Siege) -> None:
        sources = SOURCES[kind](siege.folder)
        both = siege.engine == "both" and kind in FUZZED
        if siege.engine != "atheris" or kind not in FUZZED:
            _by_structure(siege, kind, sources, 0.5 if both else 1.0)
        if both or (siege.engine == "atheris" and kind in FUZZED):
            _by_atheris(siege, kind, sources)

    return attack


def _by_structure(siege: Siege, kind: str, sources: Sequence[Path], share: float) -> None:
    """Open files that `mutations` makes, for a share of the attack."""
    victim = _Victim("-m", "benchmarks.siege.victim", str(siege.folder))
    try:
        victim.report(json.dumps([kind, str(sources[0])]))  # imports
        while siege.lasts(share):
            source = siege.random.choice(sources)
            file = siege.folder / (f"m-{source.name}" if source.is_dir() else f"x{source.suffix}")
            MUTATORS[kind](siege.random, source, file)
            _count(siege, "structure", victim.report(json.dumps([kind, str(file)])), file)
    finally:
        victim.close()


def _by_atheris(siege: Siege, kind: str, sources: Sequence[Path]) -> None:
    """Open files that atheris makes."""
    while siege.lasts():
        source = siege.random.choice(sources)
        file = siege.folder / (f"f-{source.name}" if source.is_dir() else f"f{source.suffix}")
        seed = siege.random.randrange(1, 2**31)
        victim = _Victim(
            *("-m", "benchmarks.siege.fuzzer", str(siege.folder), kind),
            *(str(source), str(file), str(seed)),
        )
        try:
            for _ in range(ROUND):
                report = victim.report("next")
                _count(siege, "atheris", report, file)
                if report is None or not siege.lasts():
                    break
        finally:
            victim.close()


def _count(siege: Siege, engine: str, report: dict[str, Any] | None, file: Path) -> None:
    """Count an input, and keep it if it had faults."""
    faults = faults_of(report)
    siege.tally.engines[engine] += 1
    siege.attempted(*faults)
    if faults:
        keep = siege.folder / f"failed-{siege.tally.attempts}{file.suffix}"
        for each in (file, file.with_name(f"{file.name}.xmp")):
            if each.exists():
                target = keep.with_name(each.name.replace(file.name, keep.name))
                (shutil.copytree if each.is_dir() else shutil.copy)(each, target)
        keep.with_suffix(".txt").write_text(json.dumps(report, indent=1))


def faults_of(report: dict[str, Any] | None) -> list[str]:
    """Return the faults in the report of a victim; None is a victim that died or did not answer."""
    if report is None:
        return ["hangs"]
    audited = {line.partition(" ")[0] for line in report["audited"]}
    waited = report["wall"] > HANG and report["load"] < QUIET
    found = {
        "tracebacks": report["error"],
        "hangs": report["seconds"] > HANG or waited,
        "memory": report["grown"] > RISE,
        "files outside": "file" in audited,
        "code run": "code" in audited,
    }
    return [name for name, wrong in found.items() if wrong]
