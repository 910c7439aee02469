"""The status bar: device and state of the engine, memory, disk space and the last run."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from nodeui.engine.protocol import Report
from nodeui.graph.wording import counted, tr
from nodeui.session.jobs import Job
from nodeui.session.runs import Runs
from nodeui.views.labels import Label, set_tip

_INTERVAL = 3000
"""Milliseconds between two measurements of memory and cache."""


class StatusBar(QStatusBar):
    """Device, state of the worker, memory, cache and the time of the last run.

    Args:
        runs: The queue.
        cache: The folder of the cache.
        parent: The window.
    """

    _measured = Signal(float, float)

    def __init__(self, runs: Runs, cache: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._runs = runs
        self._cache = cache
        self._measuring = False
        self._device = self._label(tr("Device"))
        self._worker = self._label(tr("Engine"))
        self._memory = self._label(tr("Memory"))
        self._disk = self._label(tr("Cache on disk"))
        self._time = self._label(tr("Last run"))
        runs.worker_changed.connect(self._show_worker)
        runs.queue_changed.connect(self._show_worker)
        runs.finished.connect(self._show_time)
        self._measured.connect(self._show_measures)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self._measure)
        self._show_worker()

    def begin(self) -> None:
        """Start to measure memory and cache."""
        self._timer.start()
        self._measure()

    def _label(self, name: str) -> QLabel:
        label = Label(self)
        set_tip(label, name)
        label.setAccessibleName(name)
        label.hide()
        self.addPermanentWidget(label)
        return label

    def _show_worker(self) -> None:
        states = {
            "off": tr("Engine off"),
            "starting": tr("Engine starting"),
            "ready": tr("Ready"),
        }
        text = states[self._runs.worker]
        waiting = len(self._runs.waiting)
        if self._runs.current is not None and self._runs.worker == "ready":
            text = tr("Stopping") if self._runs.current.stopping else tr("Running")
            if waiting:
                text = tr("{}, {} waiting", text, waiting)
        _show(self._worker, text)
        if self._runs.environment:
            _show(self._device, device_of(self._runs.environment))
            set_tip(self._device, self._runs.environment.replace("; ", "\n"))

    def _show_time(self, job: Job, report: Report) -> None:
        if report.cancelled:
            return
        computed = sum(node.status in ("executed", "resumed") for node in report.nodes)
        text = counted("{:.2f} s, %n computed", computed, report.seconds)
        if report.failures:
            text = counted("%n failed", len(report.failures))
        _show(self._time, text)

    def _measure(self) -> None:
        """Measure memory and cache in a thread, as a large folder takes long."""
        if self._measuring:
            return
        self._measuring = True
        pids = [os.getpid(), *([self._runs.pid] if self._runs.pid else [])]
        threading.Thread(target=self._measure_now, args=(pids,), daemon=True).start()

    def _measure_now(self, pids: list[int]) -> None:
        memory = sum(map(resident, pids))
        try:
            self._measured.emit(memory, folder_size(self._cache))
        except RuntimeError:  # the window has been closed
            return

    def _show_measures(self, memory: float, disk: float) -> None:
        self._measuring = False
        if memory:
            _show(self._memory, tr("Memory {}", size(memory)))
        _show(self._disk, tr("Cache {}", size(disk)))


def _show(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def device_of(environment: str) -> str:
    """Return the device of a numerical environment, such as "CPU, 2 threads"."""
    parts = environment.splitlines()[0].split("; ")
    threads = next((part.split()[0] for part in parts if part.endswith(" threads")), "")
    device = next((part for part in parts if "(" in part), "").partition(" (")[0]
    shown = counted("%n threads", int(threads)) if threads else ""
    return ", ".join(filter(None, [device.upper(), shown]))


def resident(pid: int) -> float:
    """Return the memory of a process in bytes; 0 if the system does not report it."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0.0


def folder_size(folder: Path) -> float:
    """Return the total size of the files below a folder, in bytes."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_size
            except OSError:
                continue
    return total


def size(count: float) -> str:
    """Return a number of bytes with its unit: "1.2 GB"."""
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
