"""The canvas without its widget: a document, its scene and its selection, open to edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from PySide6.QtCore import QObject, QPointF, Signal

from nodeui.graph.edits import Edit
from nodeui.session.session import Session
from nodeui.views.canvas.scene.hit import Hit, hit
from nodeui.views.canvas.scene.levels import Levels
from nodeui.views.canvas.scene.mirror import Mirror
from nodeui.views.canvas.scene.state import CanvasState
from nodeui.views.canvas.scene.viewport import Viewport

Editable = Literal["title", "parameter", "frame-title", "frame-text"]
"""The kinds of content that can be edited in place."""


class Canvas(QObject):
    """A document on a canvas; commands and tools work on it.

    Painting and input are the widget's (`CanvasView`), which also carries out the requests that
    are signals here.

    Args:
        session: The document.
        viewport: The visible part of the canvas.
        parent: Its owner.

    Attributes:
        session: The document.
        viewport: The visible part of the canvas.
        mirror: The scene: layouts and places of nodes and links.
        state: What is hovered, marked or dragged.
        levels: Moves between groups.
    """

    search_requested = Signal(QPointF, object)
    """Offer nodes to add: their place, and the `LinkEnd` or `Gap` that they must fit, or None."""
    conversion_requested = Signal(object, str, object)
    """Offer the nodes that convert between a `LinkEnd` and a socket: its key and `Spot`."""
    sweep_requested = Signal(str, str)
    """Sweep a parameter: its node and name."""
    menu_opened = Signal(object, str)
    """The `QMenu` of a node and its id, before it is shown; the window adds entries."""
    picture_opened = Signal(str)
    """Show the picture of this node."""
    editor_requested = Signal(str, str, str)
    """Edit in place: an `Editable`, the key or frame id, and the name of a parameter."""
    hint_requested = Signal(str, bool)
    """Show a short text at the pointer, "" for none; True keeps it for some seconds."""
    minimap_toggled = Signal()
    """Show or hide the minimap."""
    content_pasted = Signal(object, QPointF)
    """Files (list of `Path`) or a `QImage` were pasted at this place."""
    interrupted = Signal()
    """The graph was changed by something else than `edit`: a tool in use must stop."""

    def __init__(self, session: Session, viewport: Viewport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.viewport = viewport
        self.mirror = Mirror(session, self)
        self.state = CanvasState(self.mirror, self)
        self.levels = Levels(self.mirror, self.state, viewport, self)
        self._editing = False
        self._selected = self.mirror.selected
        session.selection_changed.connect(self._on_selection)
        session.frames_selected.connect(self.state.reset)
        session.message.connect(self._on_message)
        session.edited.connect(self._on_edited)

    # --- editing ---

    def edit(self, edit: Edit, gesture: object | None = None) -> bool:
        """Apply an edit; if the graph refuses it, show the reason at the pointer.

        Args:
            edit: The edit.
            gesture: Consecutive edits with the same gesture are undone together.

        Returns:
            True if the graph accepted it.
        """
        self._editing = True
        try:
            return self.session.edit(edit, gesture)
        finally:
            self._editing = False

    def _on_message(self, level: str, text: str) -> None:
        if self._editing and level == "error":
            self.show_hint(text, stay=True)

    def _on_edited(self) -> None:
        if not self._editing:
            self.interrupted.emit()
        self.state.drop_waypoint_if_gone()

    def open_editor(self, part: Editable, id: str, name: str = "") -> None:
        """Edit a title, parameter or note in place.

        Args:
            part: What to edit.
            id: The key of the node or group, or the id of the frame.
            name: The parameter's name on that key.
        """
        self.editor_requested.emit(part, id, name)

    def show_hint(self, text: str, stay: bool = False) -> None:
        """Show a short text at the pointer; "" removes it. `stay` keeps it for some seconds."""
        self.hint_requested.emit(text, stay)

    # --- what is where ---

    def hit(self, at: QPointF) -> Hit:
        """Return the part of the canvas at a point."""
        return hit(self.mirror, at, self.viewport.zoom)

    # --- selection ---

    @property
    def frames(self) -> frozenset[str]:
        """The ids of the selected frames."""
        return self.session.selected_frames

    def select(self, keys: Iterable[str]) -> None:
        """Select these nodes and groups, and no others; frames stay as they are."""
        self.session.select(self.mirror.level.nodes(keys))

    def choose(
        self, keys: Iterable[str] = (), frames: Collection[str] = (), add: bool = False
    ) -> None:
        """Select these nodes, groups and frames, and nothing else; `add` keeps the selection."""
        nodes = self.mirror.level.nodes(keys)
        self.session.select(self.session.selection.union(nodes) if add else nodes)
        self.session.select_frames(self.frames.union(frames) if add else frames)

    def _on_selection(self) -> None:
        now = self.mirror.selected
        changed, self._selected = now ^ self._selected, now
        present = (key for key in changed if self.mirror.level.contains(key))
        if any(any(self.mirror.links_of(key)) for key in present):
            self.state.reset.emit()  # the links of selected nodes are emphasised
        else:
            self.mirror.refresh(changed)
