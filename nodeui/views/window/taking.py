"""Takes files and pictures from outside: dropped on the window, or pasted from the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox

from nodeui.graph import embedded
from nodeui.graph.registry import Registry
from nodeui.graph.wording import counted, tr
from nodeui.painting import openraster
from nodeui.sdk import Cancelled, ModelFiles, ModelLoader, NodeError
from nodeui.session.background import Background
from nodeui.session.layers import Document, read_openraster
from nodeui.session.pasted import keep_picture, pasted_folder
from nodeui.session.paths import shortest
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views.canvas import CanvasView
from nodeui.views.labels import message_box
from nodeui.views.window.documents import Documents
from nodeui.views.window.drops import Kind, kind_of
from nodeui.views.window.notice import NoticeButton, Notices

_WIDGETS: Mapping[Kind, str] = {
    "workflow": "image-file",
    "image": "image-file",
    "model": "model-path",
}
"""Kind of a file -> widget of the parameter that takes its path."""


class Taking(QObject):
    """Opens workflows, and makes nodes of pictures and models.

    Args:
        workspace: The open documents.
        runs: The queue, which knows the output folder.
        documents: The canvases.
        notices: Shows which files cannot be used.
    """

    def __init__(
        self, workspace: Workspace, runs: Runs, documents: Documents, notices: Notices
    ) -> None:
        super().__init__(documents)
        self._workspace = workspace
        self._runs = runs
        self._documents = documents
        self._notices = notices
        self._background = Background("pasted", self)
        documents.content_taken.connect(self._take)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped beside the canvas: workflows and pictures with one open."""
        for path in paths:
            kind = self._known(path)
            if kind == "workflow":
                self._workspace.open(path)
            elif kind == "model":
                self._add_model(self._view(), path, None)
            elif kind is not None:
                self._add(self._view(), kind, path, None)

    # --- on a canvas

    def _take(self, content: object, at: QPointF, plain: bool, dropped: bool) -> None:
        """Take what was dropped or pasted on the canvas in view.

        Args:
            content: Files (list of `Path`), or a `QImage`.
            at: The place on the canvas.
            plain: Use pictures as pictures, also if they carry a workflow.
            dropped: It was dropped, so that the node at the place gets it.
        """
        view = self._view()
        if isinstance(content, QImage):
            self.keep(
                content, view.session, lambda path: self._add(view, "image", path, at, dropped)
            )
            return
        paths: list[Path] = list(content)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
        alone = dropped and len(paths) == 1
        unsure: list[Path] = []
        for path in paths:
            kind = self._known(path)
            is_picture = kind == "workflow" and embedded.is_picture_file(path)
            if is_picture and not (plain or (alone and view.takes_file(at, "image-file"))):
                unsure.append(path)
            elif kind == "workflow" and not is_picture:
                self._workspace.open(path)
            elif kind == "model":
                self._add_model(view, path, at, alone)
            elif kind is not None:
                self._add(view, kind, path, at, alone)
        if unsure:
            self._ask(unsure, view, at)

    def _ask(self, paths: Sequence[Path], view: CanvasView, at: QPointF) -> None:
        """Ask whether pictures that carry their graph are opened or used."""
        many = len(paths) > 1
        box = message_box(
            view.window(),
            counted("%n pictures carry the graphs that they were made with.", len(paths))
            if many
            else tr("{0} carries the graph that it was made with.", paths[0].name),
            tr("Hold Alt while dropping to use a picture without this question."),
        )
        graph = box.addButton(
            tr("Open their graphs") if many else tr("Open its graph"),
            QMessageBox.ButtonRole.AcceptRole,
        )
        use = box.addButton(
            tr("Use as images") if many else tr("Use as an image"),
            QMessageBox.ButtonRole.ActionRole,
        )
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(graph)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answer() -> None:
            for path in paths:
                if box.clickedButton() is graph:
                    self._workspace.open(path)
                elif box.clickedButton() is use:
                    self._add(view, "image", path, at)

        box.finished.connect(answer)
        box.open()

    def _add(
        self,
        view: CanvasView,
        kind: Kind,
        path: Path,
        at: QPointF | None,
        onto: bool = False,
        loader: ModelLoader | None = None,
    ) -> None:
        """Add the node that loads a file, or set it in the node at a place if it was dropped
        `onto` one that takes such files; `loader` is the node to add, if it is known."""
        place = at if at is not None else view.shown_rect().center()
        if kind == "layers":
            self._load(view, path, place)
            return
        value, widget = shortest(path, view.session.folder), _WIDGETS[kind]
        if onto and view.take_file(place, widget, value):
            return
        reader = loader or reader_of(view.session.specs, widget)
        if reader is None:
            self._notices.show("warning", tr("No node type reads {0}.", path.name))
            return
        type, parameter = reader
        view.add_near(type, place, {parameter: value})

    def _add_model(
        self, view: CanvasView, path: Path, at: QPointF | None, onto: bool = False
    ) -> None:
        """Add the node that loads a model's kind, or set it in the node at a place."""
        readers = view.session.specs.model_files
        self._background.do(
            lambda: _loader_of(path, readers),
            lambda loader: self._add(view, "model", path, at, onto, loader),
            lambda error: self._notices.show("warning", str(error)),
        )

    def _known(self, path: Path) -> Kind | None:
        """Return the kind of a file; shows a warning if it cannot be used."""
        kind = kind_of(path)
        if kind is None:
            missing = not path.exists()
            text = tr("{} does not exist.") if missing else None
            text = text or tr("{} is not a workflow, picture or model.")
            self._notices.show("warning", text.format(path if missing else path.name))
        return kind

    def _view(self) -> CanvasView:
        """Return the canvas in view, or that of a new document."""
        if self._documents.view is None:
            self._workspace.new()
        view = self._documents.view
        assert view is not None  # a document that was opened is in view
        return view

    # --- layers

    def load_layers(self) -> None:
        """Ask for OpenRaster files, and add a node with the layers of each."""
        kinds = tr("Layers of Krita, GIMP and others ({0})", f"*{openraster.SUFFIX}")
        start = str(self._view().session.folder)
        names, _ = QFileDialog.getOpenFileNames(
            self._documents.window(), tr("Load layers"), start, kinds
        )
        self.take_files([Path(name) for name in names])

    def _load(self, view: CanvasView, path: Path, place: QPointF) -> None:
        """Add a node with the layers of a file, which are read in the background."""
        session, store = view.session, self._workspace.settings.places.bitmaps
        stopped: list[bool] = []

        def progress(done: int, total: int) -> None:
            if stopped:
                raise Cancelled

        def add(found: Document) -> None:
            self._notices.withdraw(session)
            if session not in self._workspace.sessions:
                return
            view.add_near(found.type, place, found.params)
            for warning in found.warnings[:3]:
                self._notices.show("warning", warning)

        def failed(error: Exception) -> None:
            self._notices.withdraw(session)
            if not isinstance(error, Cancelled):
                self._notices.show("error", str(error))

        self._notices.show(
            "info",
            tr("Loading the layers of {0}...", path.name),
            NoticeButton(tr("Cancel"), lambda: stopped.append(True)),
            session,
        )
        specs = session.specs
        self._background.do(lambda: read_openraster(path, specs, store, progress), add, failed)

    # --- pictures without a file

    def keep(self, image: QImage, session: Session, then: Callable[[Path], object]) -> None:
        """Write a picture to a file of the document in the background, then call `then`."""
        folder = pasted_folder(session.path, self._runs.output_folder)
        self._background.do(
            lambda: keep_picture(image, folder),
            then,
            lambda error: self._notices.show("warning", str(error)),
            finish=True,
        )


def _loader_of(path: Path, readers: Sequence[ModelFiles]) -> ModelLoader | None:
    """Return the node that loads a model file; None if its kind is not known.

    Raises:
        NodeError: no node can load it.
    """
    for reader in readers:
        try:
            facts = reader.describe(path)
        except (NodeError, OSError):  # damaged, as the node will show
            return None
        if facts is not None and facts.refused:
            raise NodeError(f"{path.name}: {facts.refused}")
        if facts is not None and facts.kind not in reader.loaders:
            raise NodeError(
                tr("{0}: no node loads files of this kind ({1}).", path.name, facts.kind)
            )
        if facts is not None:
            return reader.loaders[facts.kind]
    return None


def reader_of(specs: Registry, widget: str) -> tuple[str, str] | None:
    """Return the first node type that needs no input and has a parameter with this widget, and the
    name of the parameter; None if there is none."""
    found = (
        (spec.id, parameter.name)
        for spec in specs.values()
        for parameter in spec.parameters.values()
        if parameter.widget == widget and all(socket.optional for socket in spec.inputs.values())
    )
    return next(found, None)
