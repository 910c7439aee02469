"""Send to: from a picture anywhere in the window to nodes that use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from nodeui.graph import embedded
from nodeui.graph.sends import send_kinds
from nodeui.graph.wording import tr
from nodeui.pictures.reading import read_header
from nodeui.sdk import SendKind
from nodeui.session.background import Background
from nodeui.session.paths import shortest
from nodeui.session.placing import Box
from nodeui.session.samplers import samplers
from nodeui.session.sending import SentPicture, picture_source, send, target_of
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views.canvas import CanvasView
from nodeui.views.gallery import Gallery
from nodeui.views.icons import IconButton, icon
from nodeui.views.labels import plain_entry
from nodeui.views.viewer import Viewer
from nodeui.views.window.actions import Actions
from nodeui.views.window.docks import Docks
from nodeui.views.window.documents import Documents
from nodeui.views.window.sweeping import Sweeping
from nodeui.views.window.taking import Taking

_SWEEP = "sweep"
_HIDDEN_SIZE = (240.0, 640.0)  # of a node that is not in view, roughly


@dataclass(frozen=True)
class _Subject:
    """A picture: that of a node of the document in view, of a file, or in memory."""

    node: str = ""
    path: Path | None = None
    image: QImage | None = None


class Sending(QObject):
    """Sends pictures to nodes, in the document in view or in a picture's own graph.

    Args:
        workspace: The open documents; their node types declare the kinds.
        actions: Gets an action for each kind, for the selected node or the picture in the viewer.
        documents: The canvases.
        docks: The panels, of which gallery and viewer offer pictures.
        taking: Writes pictures that have no file.
        sweeping: Asks what to sweep.

    Attributes:
        menu: The actions.
    """

    def __init__(
        self,
        workspace: Workspace,
        actions: Actions,
        documents: Documents,
        docks: Docks,
        taking: Taking,
        sweeping: Sweeping,
    ) -> None:
        super().__init__(documents)
        self._workspace = workspace
        self._actions = actions
        self._documents = documents
        self._viewer = docks.panel(Viewer)
        self._taking = taking
        self._sweeping = sweeping
        self._background = Background("sending", self)
        self.menu = QMenu(tr("&Send to"), documents)
        self.menu.setIcon(icon("send-outline"))
        self.add_actions()
        docks.panel(Gallery).menu_opened.connect(self._add_to_gallery_menu)
        self._viewer.menu_opened.connect(self._add_to_viewer_menu)
        documents.menu_opened.connect(self._add_to_node_menu)
        self._buttons: dict[str, IconButton] = {}
        self._viewer.easel.changed.connect(self._show_buttons)

    # --- buttons of the easel

    def _show_buttons(self) -> None:
        """Offer the kinds that use the painting on the easel."""
        subject, session = self._viewer.easel.board.subject, self._documents.current
        wanted: set[str] = set()
        if subject is not None and subject.source and session is not None:
            type = session.graph.nodes[subject.node].type
            for name, (_, kind) in send_kinds(self._workspace.specs).items():
                if any(part.reuse and part.type == type for part in kind.nodes):
                    wanted.add(name)
                    if name not in self._buttons:
                        self._buttons[name] = self._new_button(name, kind)
        for name, button in self._buttons.items():
            button.setVisible(name in wanted)
        self._viewer.easel.strip.refresh()

    def _new_button(self, name: str, kind: SendKind) -> IconButton:
        button = IconButton(kind.icon, tr("Send to: {0}", tr(kind.title)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._send_painting(name))
        self._viewer.easel.strip.add(button)
        return button

    def _send_painting(self, name: str) -> None:
        subject = self._viewer.easel.board.subject
        if subject is not None:
            self.send(name, _Subject(node=subject.node))

    # --- menus

    def _kinds(self) -> list[tuple[str, str, str]]:
        """Return name, title and icon of what pictures can be sent to."""
        kinds = send_kinds(self._workspace.specs).items()
        found = [(name, tr(kind.title), kind.icon) for name, (_, kind) in kinds]
        return [*found, (_SWEEP, tr("New sweep"), "grid")]

    def add_actions(self) -> None:
        """Add an action for each kind that has none yet."""
        known = self._actions.all()
        for name, title, icon_name in self._kinds():
            if f"send.{name}" not in known:
                action = self._actions.add(
                    f"send.{name}",
                    plain_entry(title),
                    lambda name=name: self.send(name, self._current()),
                    icon_name=icon_name,
                    full_text=plain_entry(tr("Send to: {0}", title[:1].lower() + title[1:])),
                )
                self.menu.addAction(action)

    def _menu_for(self, subject: _Subject | None) -> QMenu:
        menu = QMenu(tr("Send to"))
        menu.setIcon(icon("send-outline"))
        menu.setEnabled(subject is not None)
        for name, title, icon_name in self._kinds():
            action = menu.addAction(icon(icon_name), plain_entry(title))
            action.triggered.connect(lambda _=False, name=name: self.send(name, subject))
        return menu

    def _add_to_gallery_menu(self, menu: QMenu, paths: Sequence[Path]) -> None:
        if len(paths) == 1:
            self._add_menu(menu, _Subject(path=paths[0]))

    def _add_to_node_menu(self, menu: QMenu, key: str) -> None:
        session = self._documents.current
        if session is not None and picture_source(session.graph, key) is not None:
            self._add_menu(menu, _Subject(node=key))
            menu.addSeparator()

    def _add_to_viewer_menu(self, menu: QMenu) -> None:
        self._add_menu(menu, self._looked_at())

    def _add_menu(self, menu: QMenu, subject: _Subject | None) -> None:
        more = self._menu_for(subject)
        more.setParent(menu, more.windowFlags())
        menu.addMenu(more)

    def _current(self) -> _Subject | None:
        """Return the picture that actions are about: that of the selected node, else the one in
        the viewer."""
        session = self._documents.current
        if session is not None and len(session.selection) == 1:
            (selected,) = session.selection
            if picture_source(session.graph, selected) is not None:
                return _Subject(node=selected)
        return self._looked_at()

    def _looked_at(self) -> _Subject | None:
        """Return the picture in the viewer."""
        source, image = self._viewer.source, self._viewer.pane.image
        session = self._documents.current
        if source and session is not None and picture_source(session.graph, source) is not None:
            return _Subject(node=source)
        if source and Path(source).is_absolute():
            return _Subject(path=Path(source))
        return None if image.isNull() else _Subject(image=image)

    # --- sending

    def send(self, name: str, subject: _Subject | None) -> None:
        """Send a picture, select the node to be edited, and bring the new nodes into view.

        In a document without a node that the kind copies, the picture's own graph is opened and
        used, if it has one.

        Args:
            name: The name of the kind.
            subject: The picture; without one, a message explains what to do.
        """
        if subject is None:
            text = tr("Select a node with a picture, or show a picture in the viewer.")
            self._workspace.message.emit("info", text)
        elif subject.path is not None:
            self._send_file(name, subject.path)
        elif name == _SWEEP:
            self._sweep(self._documents.current, subject.node)
        elif subject.node:
            view = self._view()
            image = view.session.image_of(subject.node)
            size = (image.width(), image.height()) if image is not None else None
            self._place(name, view, SentPicture(node=subject.node, size=size))
        elif subject.image is not None:
            session = self._view().session
            self._taking.keep(subject.image, session, lambda path: self._send_file(name, path))

    def _send_file(self, name: str, path: Path) -> None:
        def read() -> tuple[tuple[int, int] | None, bool]:
            header = read_header(path)
            size = (header.width, header.height) if header.width and header.height else None
            return size, embedded.WORKFLOW in header.texts

        def go_on(found: tuple[tuple[int, int] | None, bool]) -> None:
            size, carries = found
            picture = SentPicture(path=str(path), size=size)
            if carries and self._needs_its_graph(name):
                self._workspace.open(path, lambda session: self._send_in(name, session, picture))
            elif name == _SWEEP:
                text = tr("{} carries no graph that could be swept.", path.name)
                self._workspace.message.emit("warning", text)
            else:
                self._place(name, self._view(), picture)

        def failed(error: Exception) -> None:
            text = tr("{0} cannot be read: {1}", path.name, error)
            self._workspace.message.emit("warning", text)

        self._background.do(read, go_on, failed)

    def _needs_its_graph(self, name: str) -> bool:
        """True if there is nothing to copy in the document in view."""
        session = self._documents.current
        found = send_kinds(self._workspace.specs).get(name)
        if session is None or found is None:
            return True
        spec, kind = found
        return kind.copies and target_of(session.graph, spec.id, kind, ()) is None

    def _send_in(self, name: str, session: Session, picture: SentPicture) -> None:
        """Send a picture in its own graph, which has been opened."""
        view = self._documents.view
        if name == _SWEEP:
            self._sweep(session, "")
        elif view is not None and view.session is session:
            self._place(name, view, picture)

    def _sweep(self, session: Session | None, near: str) -> None:
        """Ask what to sweep, starting with the seed of a step-wise node."""
        found = samplers(session.graph) if session is not None else []
        node = found[-1] if found else near
        spec = session.graph.spec(node) if session is not None and node else None
        parameters = spec.parameters.values() if spec is not None else ()
        first = next((p.name for p in parameters if p.widget == "seed"), "")
        self._sweeping.ask(node if first else "", first)

    def _place(self, name: str, view: CanvasView, picture: SentPicture) -> None:
        found = send_kinds(self._workspace.specs).get(name)
        if found is None:  # its node pack was removed while a menu was open
            return
        spec, kind = found
        session = view.session
        near = [picture.node] if picture.node else sorted(session.selection)
        if picture.path:
            path = shortest(Path(picture.path), session.folder)
            picture = replace(picture, path=path)
        target = target_of(session.graph, spec.id, kind, near)
        level = view.mirror.level.id
        made = send(session.graph, spec, kind, picture, target, lambda id: _box(view, id), level)
        if view.edit(made.edit):
            view.levels.show(made.change)
            _reveal(view, made.nodes)
            view.setFocus()

    def _view(self) -> CanvasView:
        """Return the canvas in view, or that of a new document."""
        if self._documents.view is None:
            self._workspace.new()
        view = self._documents.view
        assert view is not None  # a document that was opened is in view
        return view


def _box(view: CanvasView, id: str) -> Box:
    """Return the place of a node, with space for the picture that it will show."""
    if id not in view.mirror.layouts:
        return (*view.session.graph.nodes[id].pos, *_HIDDEN_SIZE)
    rect = view.mirror.nodes.rect(id)
    return rect.x(), rect.y(), rect.width(), rect.height() + view.mirror.layouts[id].picture_room


def _reveal(view: CanvasView, nodes: Sequence[str]) -> None:
    """Bring nodes into view, if they are not."""
    bounds = QRectF()
    for id in nodes:
        if id in view.mirror.layouts:
            bounds = bounds.united(QRectF(*_box(view, id)))
    if not view.shown_rect().contains(bounds):
        view.show_rect(bounds.adjusted(-40, -40, 40, 40))
