"""The sweep panel: the results of a document's last sweep, as they arrive."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.edits import Batch
from nodeui.graph.wording import counted, tr
from nodeui.session.sweeps import SweepRun
from nodeui.sweeps.axes import Cell
from nodeui.views import theme
from nodeui.views.icons import IconButton
from nodeui.views.labels import Label, label, placeholder
from nodeui.views.sweep.grid import CELL_ROLE, Grid


class SweepPanel(QWidget):
    """Shows a sweep; a double click or Return opens the picture of a cell in the viewer."""

    new_asked = Signal()
    """The user wants to start another sweep."""
    view_requested = Signal(object, object)
    """A `Cell` whose picture to show in the viewer, and its `SweepRun`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.run: SweepRun | None = None
        self.grid = Grid()
        self.new_button = QPushButton(tr("New sweep…"))
        self.stop_button = IconButton("stop", tr("Stop all"))
        self.apply_button = IconButton(
            "check", tr("Use the values of the selected cell in the graph")
        )
        self.sheet_button = IconButton("content-save-outline", tr("Save the contact sheet…"))
        self._title = Label()
        self._progress = label(small=True, muted=True)
        self._empty = placeholder(
            tr(
                "A sweep runs the graph over values of one or two parameters.\n"
                "Right-click a parameter and choose Sweep…"
            )
        )
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 6)
        bar.setSpacing(theme.RHYTHM)
        bar.addWidget(self._title)
        bar.addWidget(self._progress)
        bar.addStretch(1)
        for button in (self.stop_button, self.apply_button, self.sheet_button, self.new_button):
            bar.addWidget(button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(self._pages, stretch=1)

    def _connect(self) -> None:
        grid = self.grid
        self.new_button.clicked.connect(self.new_asked)
        self.stop_button.clicked.connect(self._stop_all)
        self.apply_button.clicked.connect(lambda: self._apply(grid.current))
        self.sheet_button.clicked.connect(self._ask_where_to_save)
        grid.opened.connect(self._open)
        grid.stop_asked.connect(self._stop)
        grid.selectionModel().currentChanged.connect(self._refresh)
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._show_menu)

    def show_run(self, run: SweepRun | None) -> None:
        """Show a sweep; None shows a hint how to start one."""
        if self.run is run:
            return
        if self.run is not None:
            self.run.changed.disconnect(self._cell_changed)
        self.run = run
        self.grid.cells.show_run(run)
        if run is not None:
            run.changed.connect(self._cell_changed)
        self._refresh()

    # --- content ---------------------------------------------------------------------------------

    def _cell_changed(self, cell: Cell) -> None:
        run = self.run
        if run is None:
            return
        self.grid.cells.refresh(cell)
        if sum(state.image is not None for state in run.states.values()) == 1:
            self.grid.fit()  # the first picture sets the aspect ratio
        self._refresh()

    def _refresh(self) -> None:
        run, cell = self.run, self.grid.current
        self._pages.setCurrentWidget(self._empty if run is None else self.grid)
        for button in (self.stop_button, self.apply_button, self.sheet_button):
            button.setVisible(run is not None)
        self._title.setVisible(run is not None)
        self._progress.setVisible(run is not None)
        if run is None:
            return
        arrows = zip(("→", "↓"), run.sweep.axes, strict=False)
        self._title.setText("    ".join(f"{axis.name} {arrow}" for arrow, axis in arrows))
        badges = [state.badge for state in run.states.values()]
        ended = sum(badge not in ("waiting", "running") for badge in badges)
        parts = [tr("{0} of {1}", ended, len(badges))]
        failed = badges.count("failed")
        if failed:
            parts.append(counted("%n failed", failed))
        steps = sum(state.steps for state in run.states.values())
        if steps:
            parts.append(counted("%n steps", steps))
        self._progress.setText("  ·  ".join(parts))
        self.stop_button.setEnabled(run.running)
        self.apply_button.setEnabled(cell is not None)
        self.sheet_button.setEnabled("done" in badges)

    # --- input -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cell = self.grid.current
        if event.key() == Qt.Key.Key_Delete and cell is not None:
            self._stop(cell)
        elif event.key() == Qt.Key.Key_Space and cell is not None:
            self._open(cell)
        else:
            super().keyPressEvent(event)

    def _show_menu(self, place: QPoint) -> None:
        cell: Cell | None = self.grid.indexAt(place).data(CELL_ROLE)
        if cell is None or self.run is None:
            return
        state = self.run.states[cell]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if state.badge == "done":
            menu.addAction(tr("Show in the viewer"), lambda: self._open(cell))
        menu.addAction(tr("Use these values"), lambda: self._apply(cell))
        if state.badge in ("waiting", "running"):
            menu.addAction(tr("Stop this cell"), lambda: self._stop(cell))
        if state.badge == "failed":
            text = f"{cell.label}: {state.text}"
            menu.addAction(tr("Copy the error"), lambda: _copy(text))
        menu.popup(self.grid.viewport().mapToGlobal(place))

    def _open(self, cell: Cell) -> None:
        if self.run is not None and self.run.states[cell].badge == "done":
            self.view_requested.emit(cell, self.run)

    def _stop(self, cell: Cell) -> None:
        if self.run is not None:
            self.run.stop([cell])

    def _stop_all(self) -> None:
        if self.run is not None:
            self.run.stop()

    def _apply(self, cell: Cell | None) -> None:
        """Set the values of a cell in the graph, as one undo step."""
        if self.run is not None and cell is not None:
            self.run.session.edit(Batch(cell.edits, label=tr("Use {0}", cell.label)))

    def _ask_where_to_save(self) -> None:
        if self.run is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self,
            tr("Save the contact sheet"),
            str(self.run.folder / "sheet.png"),
            tr("PNG pictures (*.png)"),
        )
        if path:
            self.run.save_sheet(Path(path).with_suffix(".png"))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
