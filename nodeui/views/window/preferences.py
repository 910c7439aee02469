"""The preferences dialog."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast, get_args

import msgspec
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.preferences import Dtype, Places, Preferences
from nodeui.views.combo import ComboBox
from nodeui.views.labels import Label, set_tip
from nodeui.views.language import languages
from nodeui.views.window.actions import GROUPS, Actions, group_title, plain_text
from nodeui.views.window.live_page import LivePage
from nodeui.views.window.packs_page import PacksPage

_DEVICES = ("auto", "cpu", "cuda", "mps")
_LABEL_WIDTH = 420
_HEIGHT = 26  # of a field


class PreferencesDialog(QDialog):
    """Lets the user change the preferences; `chosen` returns them after `accept`.

    Args:
        preferences: The current preferences.
        places: The folders of the program.
        actions: The actions, whose keys can be changed.
        parent: The window that it opens over.
        specs: The known nodes.
    """

    def __init__(
        self,
        preferences: Preferences,
        places: Places,
        actions: Actions,
        parent: QWidget,
        specs: Registry | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Preferences"))
        self.resize(620, 520)
        self._before = preferences
        self._places = places
        self._actions = actions
        tabs = QTabWidget(self)
        tabs.setAccessibleName(tr("Preferences"))
        tabs.addTab(self._general(), tr("General"))
        self.live = LivePage(preferences, specs, self)
        tabs.addTab(self.live, tr("Live"))
        tabs.addTab(self._engine(), tr("Engine"))
        tabs.addTab(self._keys(), tr("Keys"))
        self.packs = PacksPage(preferences, specs, self)
        tabs.addTab(self.packs, tr("Packs"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(tabs)
        layout.addWidget(buttons)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)

    def chosen(self) -> Preferences:
        """Return the preferences as the dialog shows them."""
        keys: dict[str, str] = {}
        for name, edit in self.key_edits().items():
            if edit.keySequence() != _first(self._actions.standard_keys(name)):
                keys[name] = edit.keySequence().toString()
        return msgspec.structs.replace(
            self.live.chosen(self._before),
            theme=self.theme.currentData(),
            language=self._language.currentData(),
            output=self.output.text().strip(),
            embed_marks=self.embed_marks.isChecked(),
            device=self._device.currentText(),
            dtype=self._dtype.currentText(),
            threads=self._threads.value(),
            cache_gb=self._cache.value(),
            memory_gb=self._memory.value(),
            pool_gb=self._pool.value(),
            megapixels=self._megapixels.value(),
            cache=self._cache_folder.text().strip(),
            offline=self.offline.isChecked(),
            keys=keys,
            packs=self.packs.chosen(),
        )

    def _general(self) -> QWidget:
        page = QWidget(self)
        form = _form(page)
        self.theme = ComboBox(page)
        for name, text in (
            ("system", tr("Follow the system")),
            ("dark", tr("Dark")),
            ("light", tr("Light")),
        ):
            self.theme.addItem(text, name)
        self.theme.setCurrentIndex(self.theme.findData(self._before.theme))
        self._language = ComboBox(page)
        self._language.addItem(tr("Follow the system"), "")
        for code, name in languages().items():
            self._language.addItem(name, code)
        self._language.setCurrentIndex(self._language.findData(self._before.language))
        set_tip(self._language, tr("Takes effect the next time the editor starts."))
        self.output, row = self._folder(
            page, tr("Picture folder"), self._before.output, "NODEUI_OUTPUT"
        )
        self.output.setPlaceholderText(str(self._before.output_folder()))
        self.embed_marks = QCheckBox(tr("Write ratings and tags into &pictures"), page)
        self.embed_marks.setChecked(self._before.embed_marks)
        set_tip(
            self.embed_marks,
            tr(
                "Besides the XMP sidecar, which is always written. Only into pictures that were"
                " made here."
            ),
        )
        form.addRow(tr("&Theme"), self.theme)
        form.addRow(tr("&Language"), self._language)
        form.addRow(tr("Picture folder"), row)
        form.addRow("", self.embed_marks)
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
        set_tip(self._dtype, tr("For models whose node is set to auto"))
        self._threads = QSpinBox(page)
        self._threads.setMinimumHeight(_HEIGHT)
        self._threads.setRange(0, 256)
        self._threads.setSpecialValueText(tr("One per core"))
        self._threads.setValue(self._before.threads)
        self._pool = _gigabytes(page, self._before.pool_gb, 0, 4096)
        self._pool.setSpecialValueText(tr("Automatic"))
        self._memory = _gigabytes(page, self._before.memory_gb, 0.25, 512)
        self._cache = _gigabytes(page, self._before.cache_gb, 0.5, 4096)
        self._megapixels = QSpinBox(page)
        self._megapixels.setMinimumHeight(_HEIGHT)
        self._megapixels.setRange(0, 10_000)
        self._megapixels.setSpecialValueText(tr("Automatic"))
        self._megapixels.setSuffix(" MP")
        self._megapixels.setValue(self._before.megapixels)
        set_tip(self._megapixels, tr("Larger pictures are refused before they are decoded."))
        self._cache_folder, place = self._folder(
            page, tr("Cache folder"), self._before.cache, "NODEUI_CACHE"
        )
        self._cache_folder.setPlaceholderText(str(self._places.cache))
        self.offline = QCheckBox(tr("&No network"), page)
        self.offline.setChecked(self._before.offline)
        set_tip(self.offline, tr("Nodes cannot download models or reach other machines."))
        note = Label(
            tr(
                "These take effect the next time the editor starts. Results depend on device,"
                " precision and threads: after a change they are computed again. A new cache"
                " folder starts empty."
            ),
            page,
        )
        note.setProperty("muted", True)
        note.setWordWrap(True)
        note.setMaximumWidth(_LABEL_WIDTH)
        form.addRow(tr("&Device"), self._device)
        form.addRow(tr("&Precision"), self._dtype)
        form.addRow(tr("&Threads"), self._threads)
        form.addRow(tr("&Models in memory"), self._pool)
        form.addRow(tr("&Values in memory"), self._memory)
        form.addRow(tr("&Cache on disk"), self._cache)
        form.addRow(tr("&Largest picture"), self._megapixels)
        form.addRow(tr("Cache folder"), place)
        form.addRow("", self.offline)
        form.addRow("", note)
        return page

    def _keys(self) -> QWidget:
        actions = self._in_order()
        self.table = QTableWidget(len(actions), 2, self)
        self.table.setHorizontalHeaderLabels([tr("Action"), tr("Keys")])
        self.table.setAccessibleName(tr("Keys"))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 220)
        self.table.setShowGrid(False)
        for row, (name, action) in enumerate(actions.items()):
            text = plain_text(action)
            self.table.setItem(row, 0, QTableWidgetItem(f"{group_title(name)}: {text}"))
            edit = QKeySequenceEdit(action.shortcut(), self.table)
            edit.setMaximumSequenceLength(1)
            edit.setClearButtonEnabled(True)
            edit.setAccessibleName(text)
            edit.keySequenceChanged.connect(self._check_keys)
            self.table.setCellWidget(row, 1, edit)
            self.table.setRowHeight(row, 32)
        page = QWidget(self)
        self.clash = Label(page)
        self.clash.setWordWrap(True)
        self.clash.setProperty("warning", True)
        self.clash.hide()
        standard = QPushButton(tr("Standard keys"), page)
        standard.setAutoDefault(False)
        standard.clicked.connect(self._take_standard_keys)
        foot = QHBoxLayout()
        foot.addWidget(self.clash, 1)
        foot.addStretch()
        foot.addWidget(standard)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.addWidget(self.table)
        layout.addLayout(foot)
        return page

    def _in_order(self) -> dict[str, QAction]:
        """Return the actions by name, in the order of the menus."""
        actions = self._actions.all().items()
        return dict(sorted(actions, key=lambda item: GROUPS.index(item[0].partition(".")[0])))

    def key_edits(self) -> dict[str, QKeySequenceEdit]:
        """Return the fields for keys, by action name."""
        return {
            name: cast("QKeySequenceEdit", self.table.cellWidget(row, 1))
            for row, name in enumerate(self._in_order())
        }

    def _check_keys(self) -> None:
        """Show which actions share keys, as those would trigger none of them."""
        users: dict[str, list[str]] = {}
        for edit in self.key_edits().values():
            users.setdefault(edit.keySequence().toString(), []).append(edit.accessibleName())
        twice = {keys: names for keys, names in users.items() if keys and len(names) > 1}
        self.clash.setVisible(bool(twice))
        self.ok.setEnabled(not twice)
        for keys, names in twice.items():
            text = tr("{0} is used by more than one action: {1}", keys, ", ".join(names))
            self.clash.setText(text)

    def _take_standard_keys(self) -> None:
        for name, edit in self.key_edits().items():
            edit.setKeySequence(_first(self._actions.standard_keys(name)))

    def _folder(
        self, page: QWidget, name: str, chosen: str, variable: str
    ) -> tuple[QLineEdit, QHBoxLayout]:
        """Return a field for a folder, and its row with a button that opens a dialog.

        Args:
            page: The parent widget.
            name: The purpose of the folder.
            chosen: The folder, or "".
            variable: The environment variable that overrides it.
        """
        field = QLineEdit(chosen, page)
        field.setAccessibleName(name)
        if os.environ.get(variable):
            set_tip(field, tr("{0} is set and overrides this.", variable))
        browse = QPushButton(tr("Choose..."), page)
        browse.setAutoDefault(False)  # Return presses OK
        browse.setAccessibleName(tr("Choose: {0}", name))

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
    """Return the first of some key sequences; an empty one if there is none."""
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
