"""Shows a file in the file manager of the desktop."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def reveal(path: Path) -> None:
    """Open the folder of a file; where the file manager can, with the file selected."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(path)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(path)])
    else:
        _reveal_by_bus(path)


def _reveal_by_bus(path: Path) -> None:
    """Ask the file manager of a freedesktop.org desktop; open the folder if it does not answer."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    def open_folder() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        open_folder()
        return
    name = "org.freedesktop.FileManager1"
    call = QDBusMessage.createMethodCall(name, "/org/freedesktop/FileManager1", name, "ShowItems")
    call.setArguments([[path.as_uri()], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(call), None)

    def finish() -> None:
        if watcher.isError():
            open_folder()
        watcher.deleteLater()

    watcher.finished.connect(finish)
