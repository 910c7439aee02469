"""Garbage is collected in the GUI thread only.

Python collects reference cycles in whichever thread happens to allocate. A Qt object that is
deleted that way in a background thread leaves its timers behind in another one, which crashes the
process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 500
"""Milliseconds between two looks at how much garbage there may be."""


class GarbageCollector(QObject):
    """Takes over from Python's own schedule for as long as it lives.

    Args:
        parent: Lives in the GUI thread.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.destroyed.connect(gc.enable)
        timer = QTimer(self, interval=INTERVAL)
        timer.timeout.connect(self.collect)
        timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        due = [
            generation
            for generation, (count, threshold) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > threshold
        ]
        if due:
            gc.collect(due[-1])
