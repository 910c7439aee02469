"""The preferences dialog."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import msgspec
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from nodeui.session.preferences import Places, Preferences
from nodeui.views.combo import ComboBox
from nodeui.views.window.actions import Actions

_DEVICES = ("auto", "cpu", "cuda", "mps")
_LABEL_WIDTH = 420
_HEIGHT = 26  # of a field


class PreferencesDialog(QDialog):
    """Lets the user change the preferences; `chosen` gives them after `accept`.

    Args:
        preferences: As they are.
        places: Where the program's files lie.
        actions: Whose keys can be changed.
        parent: The window it opens over.
    """

    def __init__(
        self, preferences: Preferences, places: Places, actions: Actions, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.resize(620, 520)
        self._before = preferences
        self._places = places
        self._actions = actions
        tabs = QTabWidget(self)
        tabs.addTab(self._general(), self.tr("General"))
        tabs.addTab(self._engine(), self.tr("Engine"))
        tabs.addTab(self._keys(), self.tr("Keys"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(tabs)
        layout.addWidget(buttons)

    def chosen(self) -> Preferences:
        """The preferences as the dialog shows them."""
        keys: dict[str, str] = {}
        for row, name in enumerate(self._actions.all()):
            edit = cast("QKeySequenceEdit", self._table.cellWidget(row, 1))
            text = edit.keySequence().toString()
            standard = QKeySequence.listFromString(self._actions.standard_keys(name))
            if text != (standard[0].toString() if standard else ""):
                keys[name] = text
        return msgspec.structs.replace(
            self._before,
            theme=self._theme.currentData(),
            output=self._output.text().strip(),
            device=self._device.currentText(),
            threads=self._threads.value(),
            cache_gb=self._cache.value(),
            memory_gb=self._memory.value(),
            keys=keys,
        )

    def _general(self) -> QWidget:
        page = QWidget(self)
        form = _form(page)
        self._theme = ComboBox(page)
        for name, text in (
            ("system", self.tr("Like the desktop")),
            ("dark", self.tr("Dark")),
            ("light", self.tr("Light")),
        ):
            self._theme.addItem(text, name)
        self._theme.setCurrentIndex(self._theme.findData(self._before.theme))
        self._output = QLineEdit(self._before.output, page)
        self._output.setAccessibleName(self.tr("Folder for pictures"))
        self._output.setPlaceholderText(str(self._before.output_folder()))
        if os.environ.get("NODEUI_OUTPUT"):
            self._output.setToolTip(self.tr("NODEUI_OUTPUT is set and overrides this."))
        browse = QPushButton(self.tr("Choose..."), page)
        browse.clicked.connect(self._choose_output)
        row = QHBoxLayout()
        row.addWidget(self._output)
        row.addWidget(browse)
        form.addRow(self.tr("&Theme"), self._theme)
        form.addRow(self.tr("Pictures go to"), row)
        return page

    def _engine(self) -> QWidget:
        page = QWidget(self)
        form = _form(page)
        self._device = ComboBox(page)
        self._device.addItems(list(dict.fromkeys([*_DEVICES, self._before.device])))
        self._device.setCurrentText(self._before.device)
        self._threads = QSpinBox(page)
        self._threads.setMinimumHeight(_HEIGHT)
        self._threads.setRange(0, 256)
        self._threads.setSpecialValueText(self.tr("One a core"))
        self._threads.setValue(self._before.threads)
        self._memory = _gigabytes(page, self._before.memory_gb, 0.25, 512)
        self._cache = _gigabytes(page, self._before.cache_gb, 0.5, 4096)
        folder = QLabel(str(self._places.cache), page)
        folder.setProperty("muted", True)
        note = QLabel(
            self.tr(
                "These apply when the editor starts next. Device and threads are part of what a"
                " result depends on: other ones compute anew."
            ),
            page,
        )
        note.setProperty("muted", True)
        note.setWordWrap(True)
        note.setMaximumWidth(_LABEL_WIDTH)
        form.addRow(self.tr("&Device"), self._device)
        form.addRow(self.tr("&Threads"), self._threads)
        form.addRow(self.tr("Values in &memory"), self._memory)
        form.addRow(self.tr("&Cache on disk"), self._cache)
        form.addRow(self.tr("Cache folder"), folder)
        form.addRow("", note)
        return page

    def _keys(self) -> QWidget:
        actions = self._actions.all()
        self._table = QTableWidget(len(actions), 2, self)
        self._table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._table.setColumnWidth(1, 220)
        self._table.setShowGrid(False)
        for row, (name, action) in enumerate(actions.items()):
            text = action.text().replace("&", "").removesuffix("...")
            self._table.setItem(row, 0, QTableWidgetItem(f"{name.partition('.')[0]}: {text}"))
            edit = QKeySequenceEdit(action.shortcut(), self._table)
            edit.setClearButtonEnabled(True)
            edit.setAccessibleName(text)
            self._table.setCellWidget(row, 1, edit)
            self._table.setRowHeight(row, 32)
        return self._table

    def _choose_output(self) -> None:
        start = self._output.text() or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for pictures"), start)
        if folder:
            self._output.setText(folder)


def _form(page: QWidget) -> QFormLayout:
    form = QFormLayout(page)
    form.setContentsMargins(16, 16, 16, 16)
    form.setVerticalSpacing(12)
    form.setHorizontalSpacing(16)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _gigabytes(parent: QWidget, value: float, low: float, high: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox(parent)
    box.setMinimumHeight(_HEIGHT)
    box.setRange(low, high)
    box.setDecimals(2)
    box.setSuffix(" GB")
    box.setValue(value)
    return box
