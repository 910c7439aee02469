"""The status bar: what the engine runs on and does, what it takes, and what was said last."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from nodeui.session.runs import Job, Runs

if TYPE_CHECKING:
    from nodeui.engine.protocol import Report

_EVERY = 3000
"""Milliseconds between two looks at memory and cache."""


class StatusBar(QStatusBar):
    """Device, state of the worker, memory, cache and the last run's time.

    Args:
        runs: The engine.
        cache: Its folder.
        parent: The window.
    """

    _measured = Signal(float, float)

    def __init__(self, runs: Runs, cache: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._runs = runs
        self._cache = cache
        self._measuring = False
        self._device = self._label(self.tr("Device"))
        self._worker = self._label(self.tr("Engine"))
        self._memory = self._label(self.tr("Memory"))
        self._disk = self._label(self.tr("Cache on disk"))
        self._time = self._label(self.tr("Last run"))
        runs.worker_changed.connect(self._show_worker)
        runs.queue_changed.connect(self._show_worker)
        runs.finished.connect(self._show_time)
        self._measured.connect(self._show_measures)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._measure)
        self._show_worker()

    def begin(self) -> None:
        """Start to look at memory and cache."""
        self._timer.start()
        self._measure()

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setToolTip(name)
        label.setAccessibleName(name)
        label.hide()
        self.addPermanentWidget(label)
        return label

    def _show_worker(self) -> None:
        states = {
            "off": self.tr("Engine off"),
            "starting": self.tr("Engine starting"),
            "ready": self.tr("Ready"),
        }
        text = states[self._runs.worker]
        waiting = len(self._runs.waiting)
        if self._runs.current is not None and self._runs.worker == "ready":
            text = self.tr("Stopping") if self._runs.current.stopping else self.tr("Running")
            if waiting:
                text = self.tr("{}, {} waiting").format(text, waiting)
        _say(self._worker, text)
        if self._runs.environment:
            _say(self._device, device_of(self._runs.environment))
            self._device.setToolTip(self._runs.environment.replace("; ", "\n"))

    def _show_time(self, job: Job, report: Report) -> None:
        if report.cancelled:
            return
        computed = sum(node.status in ("executed", "resumed") for node in report.nodes)
        text = self.tr("{:.2f} s, %n computed", "", computed).format(report.seconds)
        if report.failures:
            text = self.tr("%n failed", "", len(report.failures))
        _say(self._time, text)

    def _measure(self) -> None:
        """Look at memory and cache, in a thread: a large folder takes its time."""
        if self._measuring:
            return
        self._measuring = True
        pids = [os.getpid(), *([self._runs.pid] if self._runs.pid else [])]
        threading.Thread(target=self._look, args=(pids,), daemon=True).start()

    def _look(self, pids: list[int]) -> None:
        memory = sum(map(resident, pids))
        try:
            self._measured.emit(memory, folder_size(self._cache))
        except RuntimeError:  # the window was closed meanwhile
            return

    def _show_measures(self, memory: float, disk: float) -> None:
        self._measuring = False
        if memory:
            _say(self._memory, self.tr("Memory {}").format(size(memory)))
        _say(self._disk, self.tr("Cache {}").format(size(disk)))


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def device_of(environment: str) -> str:
    """The device in the text that describes the numerical environment, such as "CPU, 2 threads"."""
    parts = environment.splitlines()[0].split("; ")
    threads = next((part for part in parts if part.endswith("threads")), "")
    device = next((part for part in parts if "(" in part), "").partition(" (")[0]
    return ", ".join(filter(None, [device.upper(), threads]))


def resident(pid: int) -> float:
    """The memory that a process holds, in bytes; 0 where the system does not tell."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0.0


def folder_size(folder: Path) -> float:
    """The bytes of all files below a folder."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_size
            except OSError:
                continue
    return total


def size(count: float) -> str:
    """A number of bytes for people: "1.2 GB"."""
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
