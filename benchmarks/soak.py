"""Checks that a long editing session in the whole window leaks no widgets and no memory.

    python -m benchmarks.soak [--minutes 10]

One round opens an example and works on it as a person does: mouse and keys on the canvas and in
the inspector, undo and redo, search, palettes, dialogs, panels, themes, the previews of a run; then
it closes the document and counts what is left. The first fifth of the rounds fills bounded caches;
the growth from there to the end is printed as JSON.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from benchmarks.editor import open_editor
from nodeui.engine.protocol import NodeFailed, NodeFinished, NodeStarted, Preview, Progress
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.window.start import WORKFLOWS
from nodeui.views.window.studio import Studio

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
KEYS = ["F", "Home", "G", "M", "B", "C", "H", "D", "Delete", "A", "L"]
EDITS = 40
"""The number of actions in a round."""


class Person:
    """Works on the document in view, at random.

    Args:
        editor: The editor.
        app: Its application.
        seed: The seed of the random choices.
    """

    def __init__(self, editor: Studio, app: QApplication, seed: int) -> None:
        self.editor, self.app = editor, app
        self.random = random.Random(seed)
        self.done = 0

    def round(self) -> None:
        """Open an example, work on it, close it."""
        examples = sorted(WORKFLOWS.glob("*.nodeui.json"))
        editor = self.editor
        editor.workspace.open_copy(self.random.choice(examples))
        while editor.documents.view is None:
            self.app.processEvents()
        tasks: list[Callable[[CanvasView], None]] = [
            self.drag_node, self.drag_node, self.link, self.wheel, self.key, self.key, self.undo,
            self.search, self.commands, self.dialog, self.inspect, self.run, self.panels,
            self.theme, self.menu,
        ]  # fmt: skip
        for _ in range(EDITS):
            view = editor.documents.view
            assert view is not None
            self.random.choice(tasks)(view)
            self.app.processEvents()
            self.done += 1
        for session in list(editor.workspace.sessions):
            editor.workspace.close_session(session)
        self.settle()

    def settle(self) -> None:
        """Process everything that is deferred."""
        for _ in range(3):
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            self.app.processEvents()
        gc.collect()

    # --- the actions of a person ---

    def send(
        self, view: CanvasView, kind: QEvent.Type, at: QPoint, buttons: Qt.MouseButton
    ) -> None:
        port = view.viewport()
        place = QPointF(at)
        event = QMouseEvent(
            kind, place, port.mapToGlobal(place), LEFT, buttons, Qt.KeyboardModifier.NoModifier
        )
        self.app.sendEvent(port, event)

    def drag(self, view: CanvasView, start: QPointF, end: QPointF) -> None:
        a, b = view.mapFromScene(start), view.mapFromScene(end)
        self.send(view, QEvent.Type.MouseButtonPress, a, LEFT)
        for step in range(1, 6):
            self.send(view, QEvent.Type.MouseMove, a + (b - a) * step / 5, LEFT)
            self.app.processEvents()
        self.send(view, QEvent.Type.MouseButtonRelease, b, NONE)

    def node(self, view: CanvasView) -> str | None:
        """Return any node in view."""
        keys = list(view.mirror.layouts)
        return self.random.choice(keys) if keys else None

    def drag_node(self, view: CanvasView) -> None:
        if (id := self.node(view)) is not None:
            start = view.mirror.nodes.rect(id).topLeft() + QPointF(70, 14)
            by = QPointF(self.random.randint(-120, 120), self.random.randint(-120, 120))
            self.drag(view, start, start + by)

    def link(self, view: CanvasView) -> None:
        a, b = self.node(view), self.node(view)
        if a is not None and b is not None:
            outs = [spot for spot in view.mirror.layouts[a].shape.spots if spot.output]
            ins = [spot for spot in view.mirror.layouts[b].shape.spots if not spot.output]
            if outs and ins:
                out, into = self.random.choice(outs), self.random.choice(ins)
                start = view.mirror.spot_at(a, True, out.name)
                self.drag(view, start, view.mirror.spot_at(b, False, into.name))
        self.close_popups()

    def wheel(self, view: CanvasView) -> None:
        view.set_zoom(self.random.choice([0.2, 0.4, 0.6, 1.0, 1.5]))
        view.show_all()

    def key(self, view: CanvasView) -> None:
        view.setFocus()
        QTest.keySequence(self.editor.window, self.random.choice(KEYS))
        self.close_popups()

    def undo(self, view: CanvasView) -> None:
        for name in self.random.choices(["edit.undo", "edit.redo"], k=4):
            self.editor.actions[name].trigger()

    def search(self, view: CanvasView) -> None:
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Tab)
        popup = self.app.activePopupWidget()
        if popup is not None:
            QTest.keyClicks(popup.focusWidget() or popup, "resize")
            QTest.keyClick(popup.focusWidget() or popup, Qt.Key.Key_Return)
        self.close_popups()

    def commands(self, view: CanvasView) -> None:
        self.editor.application.show_commands()
        popup = self.app.activePopupWidget()
        if popup is not None:
            QTest.keyClicks(popup.focusWidget() or popup, "mini")
        self.close_popups()

    def dialog(self, view: CanvasView) -> None:
        """Open a dialog, and close it."""
        application = self.editor.application
        show = self.random.choice([application.show_preferences, application.show_shortcuts])
        QTimer.singleShot(0, self.editor.window, self.reject)
        show()

    def reject(self) -> None:
        dialog = self.app.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.reject()

    def inspect(self, view: CanvasView) -> None:
        id = self.node(view)
        view.session.select([id] if id is not None and id in view.session.graph.nodes else [])
        self.editor.docks.bring_up("inspector")

    def run(self, view: CanvasView) -> None:
        """Send the events of a run."""
        take, pixels = view.session.take_event, bytes(64 * 64 * 3)
        for id, node in list(view.session.graph.nodes.items())[:4]:
            take(NodeStarted(node=id))
            for step in range(3):
                take(Progress(node=id, done=step, total=3))
                take(Preview(node=id, width=64, height=64, pixels=pixels))
                self.app.processEvents()
            if self.random.random() < 0.2:
                take(NodeFailed(node=id, type=node.type, message="It failed", details="Here"))
            else:
                take(NodeFinished(node=id, type=node.type, status="executed"))
        view.session.take_run_end()

    def panels(self, view: CanvasView) -> None:
        self.editor.docks.bring_up(self.random.choice(list(self.editor.docks)))

    def theme(self, view: CanvasView) -> None:
        if self.random.random() < 0.3:
            self.editor.application.switch_theme()

    def menu(self, view: CanvasView) -> None:
        id = self.node(view)
        at = view.viewport().rect().center()
        if id is not None:
            at = view.mapFromScene(view.mirror.nodes.rect(id).topLeft() + QPointF(70, 14))
        QTimer.singleShot(0, self.editor.window, self.close_popups)
        view.interaction.open_menu(
            view.canvas.hit(view.to_canvas(QPointF(at))), view.mapToGlobal(at)
        )
        self.app.processEvents()
        self.close_popups()

    def close_popups(self) -> None:
        while (popup := self.app.activePopupWidget()) is not None:
            popup.close()


def counts(app: QApplication) -> dict[str, float]:
    """Return the number of widgets, Python objects and sessions, and the memory in MB."""
    objects = gc.get_objects()
    memory = Path("/proc/self/statm").read_text().split()[1]
    return {
        "widgets": len(app.allWidgets()),
        "objects": len(objects),
        "sessions": sum(isinstance(one, Session) for one in objects),
        "canvases": sum(isinstance(one, CanvasView) for one in objects),
        "other widgets": sum(isinstance(one, QWidget) for one in objects),
        "memory": int(memory) * os.sysconf("SC_PAGESIZE") / 1e6,
    }


def main() -> None:
    """Work, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes: float = parser.parse_args().minutes
    app = QApplication(sys.argv)
    with open_editor(app) as (editor, _):
        person = Person(editor, app, seed=0)
        seen: list[dict[str, float]] = []
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            person.round()
            seen.append(counts(app))
        editor.window.close()
    _report(person, seen)


def _report(person: Person, seen: list[dict[str, float]]) -> None:
    first, part = seen[len(seen) // 5 :], max(1, len(seen) // 10)
    growth = {
        name: round(
            statistics.median(one[name] for one in first[-part:])
            - statistics.median(one[name] for one in first[:part]),
            1,
        )
        for name in first[0]
    }
    report = {"rounds": len(seen), "done": person.done, "at the end": seen[-1], "growth": growth}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
