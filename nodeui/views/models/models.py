"""The panel of models: searches them, and hands them to the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import counted, tr
from nodeui.library.record import ModelFile
from nodeui.library.searching import matching
from nodeui.sdk import ModelFiles
from nodeui.session.session import Session
from nodeui.views.combo import ComboBox
from nodeui.views.icons import IconButton
from nodeui.views.known_models import known_models
from nodeui.views.labels import label, placeholder, plain_entry, set_tip
from nodeui.views.model_list import MODEL_ROLE, ModelDelegate, ModelList
from nodeui.views.models.catalogue import Catalogue
from nodeui.views.models.details import Details
from nodeui.views.models.fitting import families_of
from nodeui.views.panel import PanelContext
from nodeui.views.reveal import reveal
from nodeui.views.search_line import search_line

if TYPE_CHECKING:
    from nodeui.library.library import ModelLibrary

_MOST_STARS = 5
_SEEN = 100  # milliseconds in view until the folders are scanned


def make_models(context: PanelContext) -> Models:
    """Make the panel of models; it is empty until `Models.set_up`."""
    return Models(context.specs.model_files)


class Models(QWidget):
    """The model files in the user's folders.

    Args:
        readers: Describe model files.
    """

    add_requested = Signal(object)
    """A `Path`: make the node that loads this model."""
    words_requested = Signal(str)
    """Put trigger words into the prompt."""
    folders_changed = Signal(list)
    """The user chose these folders, as texts."""

    def __init__(self, readers: Sequence[ModelFiles], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.catalogue = Catalogue(readers, self)
        known_models().loaders = self._loaders = {
            kind: loader for reader in readers for kind, loader in reader.loaders.items()
        }
        self._models: Sequence[ModelFile] = ()
        self._session: Session | None = None
        self._seen = QTimer(self, interval=_SEEN, singleShot=True)
        self._seen.timeout.connect(lambda: self.catalogue.set_watching(True))
        self.search = search_line(tr("Search models"))
        self.folders_button = IconButton("folder-cog-outline", tr("Folders of models"))
        self._folders_menu = QMenu(self)
        self._folders_menu.aboutToShow.connect(self._fill_folders_menu)
        self.folders_button.setMenu(self._folders_menu)
        self.folders_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.kinds = ComboBox()
        self.kinds.setAccessibleName(tr("Kind"))
        self.fitting = QCheckBox(tr("Fits this graph"))
        set_tip(self.fitting, tr("Only models of the family of the graph's model"))
        self._list = ModelList(self)
        self.view = QListView()
        self.view.setModel(self._list)
        self.view.setItemDelegate(ModelDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setDragEnabled(True)
        self.view.setAccessibleName(tr("Models"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.details = Details()
        self.status = label(small=True, muted=True)
        self._empty = placeholder()
        self._choose = QPushButton(tr("Add a folder…"))
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self._fill()

    def sizeHint(self) -> QSize:
        return QSize(260, 420)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, stretch=1)
        top.addWidget(self.folders_button)
        filters = QHBoxLayout()
        filters.addWidget(self.kinds, stretch=1)
        filters.addWidget(self.fitting)
        empty = QWidget()
        inner = QVBoxLayout(empty)
        inner.addStretch()
        inner.addWidget(self._empty)
        inner.addWidget(self._choose, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        self._pages.addWidget(self.view)
        self._pages.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addLayout(top)
        column.addLayout(filters)
        column.addWidget(self._pages, stretch=1)
        column.addWidget(self.details)
        column.addWidget(self.status)

    def _connect(self) -> None:
        catalogue = self.catalogue
        catalogue.listed.connect(self._take)
        known_models().wanted.connect(catalogue.start)
        catalogue.progressed.connect(self._on_progress)
        catalogue.troubled.connect(self._on_trouble)
        self.search.textChanged.connect(self._fill)
        self.kinds.activated.connect(self._fill)
        self.fitting.toggled.connect(self._fill)
        self._choose.clicked.connect(self._add_folder)
        self.view.activated.connect(self._on_activated)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.selectionModel().currentChanged.connect(self._show_details)
        self.details.words_requested.connect(self.words_requested)
        self.details.add_requested.connect(self.add_requested)
        self.details.rated.connect(self._rate)
        self.details.noted.connect(self._note)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seen.start()  # the window shows panels for a moment while it is laid out

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._seen.stop()
        self.catalogue.set_watching(False)

    # --- content ---------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Filter by the graph of this document."""
        self._session = session
        if self.fitting.isChecked():
            self._fill()

    def set_up(self, folder: Path, folders: Sequence[str]) -> None:
        """Keep the index and the user's marks in `folder`, and search `folders`."""
        self.catalogue.set_up(folder)
        self.set_folders(folders)

    def set_folders(self, folders: Sequence[str]) -> None:
        """Search these folders."""
        self.catalogue.set_folders([Path(folder) for folder in folders])
        self._fill()

    def _take(self, models: list[ModelFile]) -> None:
        self._models = models
        known_models().take(models)
        self._fill_kinds()
        self._fill()

    def _fill_kinds(self) -> None:
        counts = Counter(model.kind for model in self._models if model.kind)
        chosen = self.kinds.currentData()
        self.kinds.clear()
        self.kinds.addItem(tr("All kinds"), "")
        for kind in sorted(counts, key=str.casefold):
            self.kinds.addItem(f"{tr(kind)} ({counts[kind]})", kind)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(chosen)))

    def _fill(self) -> None:
        """Show the models that fit the search."""
        kind = self.kinds.currentData()
        families = ()
        if self.fitting.isChecked() and self._session is not None:
            families = families_of(self._session, self._models)
        found = matching(self._models, self.search.text(), (kind,) if kind else (), families)
        current = self._current()
        self._list.show_models(found)
        if current is not None and current.path in (paths := [model.path for model in found]):
            self.view.setCurrentIndex(self._list.index(paths.index(current.path)))
        self._show_details()
        self._pages.setCurrentIndex(0 if found else 1)
        self._choose.setVisible(not self._models)
        self._empty.setText(self._empty_text())
        self.status.setText(counted("%n models", len(found)))

    def _empty_text(self) -> str:
        if self._models:
            return tr("No model fits this search.")
        if self.catalogue.folders:
            return tr("There are no models in the chosen folders.")
        return tr(
            "Point at a folder with models, such as that of ComfyUI, A1111, Forge or InvokeAI. "
            "They are used in place: nothing is copied, and nothing is written there."
        )

    def _on_progress(self, described: int, total: int) -> None:
        if described < total:
            self.status.setText(tr("Reading {0} of {1} models…", described, total))
        else:
            self.status.setText(counted("%n models", self._list.rowCount()))

    def _on_trouble(self, text: str) -> None:
        self.status.setProperty("warning", bool(text))
        self.status.style().polish(self.status)
        self.status.setText(text or counted("%n models", self._list.rowCount()))

    # --- one model -------------------------------------------------------------------------------

    def _current(self) -> ModelFile | None:
        index = self.view.currentIndex()
        return index.data(MODEL_ROLE) if index.isValid() else None

    def _show_details(self, *_: QModelIndex) -> None:
        model = self._current()
        self.details.show_model(model, model is not None and self.can_add(model))

    def can_add(self, model: ModelFile) -> bool:
        """True if a node loads this kind of models."""
        return not model.refused and model.kind in self._loaders

    def _on_activated(self, index: QModelIndex) -> None:
        model: ModelFile = index.data(MODEL_ROLE)
        if self.can_add(model):
            self.add_requested.emit(model.path)

    def _open_menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if not index.isValid():
            return
        model: ModelFile = index.data(MODEL_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add = menu.addAction(tr("Add to the graph"), lambda: self.add_requested.emit(model.path))
        add.setEnabled(self.can_add(model))
        words = ", ".join(model.words)
        used = menu.addAction(
            tr("Put trigger words into the prompt"), lambda: self.words_requested.emit(words)
        )
        used.setEnabled(bool(words))
        rating = menu.addMenu(tr("Rating"))
        for stars in range(_MOST_STARS + 1):
            text = "★" * stars or tr("No rating")
            rating.addAction(text, partial(self._rate, model, stars))
        menu.addSeparator()
        menu.addAction(
            tr("Copy path"), lambda: QGuiApplication.clipboard().setText(str(model.path))
        )
        menu.addAction(tr("Show in folder"), lambda: reveal(model.path))
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _rate(self, model: ModelFile, stars: int) -> None:
        self._mark(lambda library: library.mark(model, stars=stars))

    def _note(self, model: ModelFile, notes: str) -> None:
        self._mark(lambda library: library.mark(model, notes=notes))

    def _mark(self, work: Callable[[ModelLibrary], None]) -> None:
        self.catalogue.do(work)
        self.catalogue.refresh()

    # --- folders ---------------------------------------------------------------------------------

    def _fill_folders_menu(self) -> None:
        menu = self._folders_menu
        menu.clear()
        menu.addAction(tr("Add a folder…"), self._add_folder)
        menu.addAction(tr("Search them again"), self.catalogue.scan)
        if self.catalogue.folders:
            menu.addSeparator()
        for folder in self.catalogue.folders:
            text = plain_entry(tr("Remove {0} from the list", folder))
            menu.addAction(text, partial(self._remove_folder, folder))

    def _add_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder of models"))
        if chosen:
            self._set_folders([*self.catalogue.folders, Path(chosen)])

    def _remove_folder(self, folder: Path) -> None:
        self._set_folders([other for other in self.catalogue.folders if other != folder])

    def _set_folders(self, folders: Sequence[Path]) -> None:
        texts = list(dict.fromkeys(map(str, folders)))
        self.set_folders(texts)
        self.folders_changed.emit(texts)
