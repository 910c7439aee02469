"""The page of the preferences on node packs of others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from nodeui.engine.confinement import unavailable
from nodeui.graph.packs import is_ours, pack_entries
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.packs import PackStates
from nodeui.session.preferences import PackState, Preferences
from nodeui.views.combo import ComboBox
from nodeui.views.labels import paragraph, set_tip

_ROW = 32


class PacksPage(QWidget):
    """Lists the installed node packs, with a choice of what each may do.

    Args:
        preferences: The current preferences.
        specs: The known nodes; None if their number is not shown.
        parent: The dialog.
    """

    def __init__(self, preferences: Preferences, specs: Registry | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._before = preferences.packs
        self.choices: dict[str, ComboBox] = {}
        states = PackStates.of(preferences)
        counts = _counts(specs)
        entries = [entry for entry in pack_entries() if not is_ours(entry)]
        table = QTableWidget(len(entries), 4, self)
        table.setAccessibleName(tr("Node packs"))
        table.setHorizontalHeaderLabels([tr("Pack"), tr("From"), tr("Nodes"), tr("State")])
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, 160)
        table.setColumnWidth(2, 60)
        table.setColumnWidth(3, 160)
        for row, entry in enumerate(entries):
            version = f" {entry.dist.version}" if entry.dist else ""
            count = counts.get(entry.name)
            texts = [f"{entry.name}{version}", _place(entry), "" if count is None else str(count)]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                set_tip(item, text)
                table.setItem(row, column, item)
            choice = self._choice(entry.name, states)
            table.setCellWidget(row, 3, choice)
            table.setRowHeight(row, _ROW)
            self.choices[entry.name] = choice
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.addWidget(table)
        for text in _explanations():
            layout.addWidget(paragraph(text, muted=True))

    def chosen(self) -> dict[str, PackState]:
        """Return the states of packs as the page shows them, and those of packs that are not
        installed."""
        packs = dict(self._before)
        for name, choice in self.choices.items():
            if choice.currentData():
                packs[name] = choice.currentData()
        return packs

    def _choice(self, pack: str, states: PackStates) -> ComboBox:
        box = ComboBox(self)
        box.setAccessibleName(tr("State of {0}", pack))
        if pack in states.undecided:
            box.addItem(tr("Off, not decided yet"), "")
        box.addItem(tr("Trusted"), "trusted")
        if not unavailable():
            box.addItem(tr("Confined"), "confined")
        box.addItem(tr("Off"), "off")
        if pack not in states.undecided:
            state: PackState = "off" if pack in states.off else "confined"
            box.setCurrentIndex(box.findData("trusted" if pack in states.trusted else state))
        return box


def _counts(specs: Registry | None) -> Mapping[str, int]:
    """Return the number of nodes of each pack whose nodes are known."""
    if specs is None:
        return {}
    counts = {pack.name: len(pack.specs) for pack in specs.packs}
    return counts | {pack.name: len(pack.specs) for pack in specs.off if pack.specs}


def _place(entry: EntryPoint) -> str:
    return str(Path(str(entry.dist.locate_file("")))) if entry.dist else ""


def _explanations() -> list[str]:
    confined = tr(
        "Confined: on the CPU, without network and other programs; it may read the folders of its"
        " workflows, the folders that you have allowed and models of the hub cache, and write to"
        " the cache and the picture folder."
    )
    return [
        tr("Trusted: the pack may do whatever you may do, and offer panels."),
        unavailable() or confined,
        tr("Off: the pack is not loaded, and its nodes are missing."),
        tr("Changes take effect at once; panels of a pack come and go when the editor starts."),
    ]
