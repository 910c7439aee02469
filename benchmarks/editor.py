"""The editor as benchmarks open it: offscreen, with files of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from nodeui.app import make_studio, make_window
from nodeui.session.preferences import Places, Settings
from nodeui.views.window.studio import Studio


@contextmanager
def open_editor(app: QApplication) -> Iterator[tuple[Studio, Path]]:
    """Show the editor at 1600 x 900 pixels; yield it and a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(Places(folder / "config", folder / "state", folder / "cache"))
        window = make_window(app, settings)
        window.resize(1600, 900)
        studio = make_studio(window)
        window.show()
        yield studio, folder
