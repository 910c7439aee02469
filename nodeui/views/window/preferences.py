"""The preferences dialog."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast, get_args

import msgspec
from PySide6.QtGui import QAction, QKeySequence
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

from nodeui.session.preferences import Dtype, Places, Preferences
from nodeui.views.combo import ComboBox
from nodeui.views.language import languages
from nodeui.views.window.actions import Actions, group_title

_DEVICES = ("auto", "cpu", "cuda", "mps")
_LABEL_WIDTH = 420
_HEIGHT = 26  # of a field

_GROUPS = ("file", "edit", "view", "panel", "node", "arrange", "branch", "run", "help")
"""The groups of actions in the order of the menus."""


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
        tabs.setAccessibleName(self.tr("Preferences"))
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
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)

    def chosen(self) -> Preferences:
        """The preferences as the dialog shows them."""
        keys: dict[str, str] = {}
        for name, edit in self._key_edits().items():
            if edit.keySequence() != _first(self._actions.standard_keys(name)):
                keys[name] = edit.keySequence().toString()
        return msgspec.structs.replace(
            self._before,
            theme=self._theme.currentData(),
            language=self._language.currentData(),
            output=self._output.text().strip(),
            device=self._device.currentText(),
            dtype=self._dtype.currentText(),
            threads=self._threads.value(),
            cache_gb=self._cache.value(),
            memory_gb=self._memory.value(),
            pool_gb=self._pool.value(),
            cache=self._cache_folder.text().strip(),
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
        self._language = ComboBox(page)
        self._language.addItem(self.tr("Like the desktop"), "")
        for code, name in languages().items():
            self._language.addItem(name, code)
        self._language.setCurrentIndex(self._language.findData(self._before.language))
        self._language.setToolTip(self.tr("It applies when the editor starts next."))
        self._output, row = self._folder(
            page, self.tr("Folder for pictures"), self._before.output, "NODEUI_OUTPUT"
        )
        self._output.setPlaceholderText(str(self._before.output_folder()))
        form.addRow(self.tr("&Theme"), self._theme)
        form.addRow(self.tr("&Language"), self._language)
        form.addRow(self.tr("Pictures go to"), row)
        return page

    def _engine(self) -> QWidget:
        page = QWidget(self)
        form = _form(page)
        self._device = ComboBox(page)
        self._device.addItems(list(dict.fromkeys([*_DEVICES, self._before.device])))
        self._device.setCurrentText(self._before.device)
        self._dtype = ComboBox(page)
        self._dtype.addItems(list(get_args(Dtype)))
        self._dtype.setCurrentText(self._before.dtype)
        self._dtype.setToolTip(self.tr("Of models whose node says auto"))
        self._threads = QSpinBox(page)
        self._threads.setMinimumHeight(_HEIGHT)
        self._threads.setRange(0, 256)
        self._threads.setSpecialValueText(self.tr("One a core"))
        self._threads.setValue(self._before.threads)
        self._pool = _gigabytes(page, self._before.pool_gb, 0, 4096)
        self._pool.setSpecialValueText(self.tr("What suits the machine"))
        self._memory = _gigabytes(page, self._before.memory_gb, 0.25, 512)
        self._cache = _gigabytes(page, self._before.cache_gb, 0.5, 4096)
        self._cache_folder, place = self._folder(
            page, self.tr("Cache folder"), self._before.cache, "NODEUI_CACHE"
        )
        self._cache_folder.setPlaceholderText(str(self._places.cache))
        note = QLabel(
            self.tr(
                "These apply when the editor starts next. Device, precision and threads are part"
                " of what a result depends on: other ones compute anew. A new cache folder starts"
                " empty."
            ),
            page,
        )
        note.setProperty("muted", True)
        note.setWordWrap(True)
        note.setMaximumWidth(_LABEL_WIDTH)
        form.addRow(self.tr("&Device"), self._device)
        form.addRow(self.tr("&Precision"), self._dtype)
        form.addRow(self.tr("&Threads"), self._threads)
        form.addRow(self.tr("&Models in memory"), self._pool)
        form.addRow(self.tr("&Values in memory"), self._memory)
        form.addRow(self.tr("&Cache on disk"), self._cache)
        form.addRow(self.tr("Cache folder"), place)
        form.addRow("", note)
        return page

    def _keys(self) -> QWidget:
        actions = self._in_order()
        self._table = QTableWidget(len(actions), 2, self)
        self._table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self._table.setAccessibleName(self.tr("Keys"))
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setHighlightSections(False)
        self._table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._table.setColumnWidth(1, 220)
        self._table.setShowGrid(False)
        for row, (name, action) in enumerate(actions.items()):
            text = action.text().replace("&", "").removesuffix("...")
            self._table.setItem(row, 0, QTableWidgetItem(f"{group_title(name)}: {text}"))
            edit = QKeySequenceEdit(action.shortcut(), self._table)
            edit.setMaximumSequenceLength(1)
            edit.setClearButtonEnabled(True)
            edit.setAccessibleName(text)
            edit.keySequenceChanged.connect(self._check_keys)
            self._table.setCellWidget(row, 1, edit)
            self._table.setRowHeight(row, 32)
        page = QWidget(self)
        self._clash = QLabel(page)
        self._clash.setWordWrap(True)
        self._clash.setProperty("warning", True)
        self._clash.hide()
        standard = QPushButton(self.tr("Standard keys"), page)
        standard.setAutoDefault(False)
        standard.clicked.connect(self._take_standard_keys)
        foot = QHBoxLayout()
        foot.addWidget(self._clash, 1)
        foot.addStretch()
        foot.addWidget(standard)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.addWidget(self._table)
        layout.addLayout(foot)
        return page

    def _in_order(self) -> dict[str, QAction]:
        """The actions by name, in the order of the menus."""
        actions = self._actions.all().items()
        return dict(sorted(actions, key=lambda item: _GROUPS.index(item[0].partition(".")[0])))

    def _key_edits(self) -> dict[str, QKeySequenceEdit]:
        """The fields for keys, by action name."""
        return {
            name: cast("QKeySequenceEdit", self._table.cellWidget(row, 1))
            for row, name in enumerate(self._in_order())
        }

    def _check_keys(self) -> None:
        """Keys that two actions have would do neither: say which they are."""
        users: dict[str, list[str]] = {}
        for edit in self._key_edits().values():
            users.setdefault(edit.keySequence().toString(), []).append(edit.accessibleName())
        twice = {keys: names for keys, names in users.items() if keys and len(names) > 1}
        self._clash.setVisible(bool(twice))
        self._ok.setEnabled(not twice)
        for keys, names in twice.items():
            text = self.tr("{0} cannot stand for both: {1}")
            self._clash.setText(text.format(keys, ", ".join(names)))

    def _take_standard_keys(self) -> None:
        for name, edit in self._key_edits().items():
            edit.setKeySequence(_first(self._actions.standard_keys(name)))

    def _folder(
        self, page: QWidget, name: str, chosen: str, variable: str
    ) -> tuple[QLineEdit, QHBoxLayout]:
        """A field for a folder, with a button that opens the desktop's dialog.

        Args:
            page: Where it lies.
            name: What the folder is for.
            chosen: The folder, or "".
            variable: Of the environment, which overrides it.
        """
        field = QLineEdit(chosen, page)
        field.setAccessibleName(name)
        if os.environ.get(variable):
            field.setToolTip(self.tr("{0} is set and overrides this.").format(variable))
        browse = QPushButton(self.tr("Choose..."), page)
        browse.setAutoDefault(False)  # Return is for OK
        browse.setAccessibleName(self.tr("Choose: {0}").format(name))

        def choose() -> None:
            start = field.text() or str(Path.home())
            folder = QFileDialog.getExistingDirectory(self, name, start)
            if folder:
                field.setText(folder)

        browse.clicked.connect(choose)
        row = QHBoxLayout()
        row.addWidget(field)
        row.addWidget(browse)
        return field, row


def _first(keys: str) -> QKeySequence:
    """The first of some key sequences; an empty one where there is none."""
    return next(iter(QKeySequence.listFromString(keys)), QKeySequence())


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
