"""Navigation between the levels of a graph: into groups and out again."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from nodeui.graph import changes
from nodeui.graph.edits import Edit
from nodeui.views.canvas.scene.level import group_id, group_key, is_group
from nodeui.views.canvas.scene.mirror import Mirror
from nodeui.views.canvas.scene.state import CanvasState
from nodeui.views.canvas.scene.viewport import Viewport


class Levels(QObject):
    """Moves a canvas between levels; each level reappears where it was left.

    Args:
        mirror: The scene.
        state: Its transient state.
        viewport: Its visible part.
        parent: Its owner.
    """

    leaving = Signal()
    """Another level is about to be shown."""
    path_changed = Signal()
    """The level in view has changed, or a group on the path to it was renamed."""

    def __init__(
        self, mirror: Mirror, state: CanvasState, viewport: Viewport, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._mirror = mirror
        self._session = mirror.session
        self._state = state
        self._viewport = viewport
        self._places: dict[str, dict[str, Any]] = {}  # by level, what was in view when it was left
        mirror.level_lost.connect(self._arrive)
        self._session.edited.connect(self._on_edit)
        self._session.travelled.connect(self._follow)

    def enter(self) -> None:
        """Look into the selected group, if exactly one is selected."""
        groups = [group_id(key) for key in self._mirror.selected if is_group(key)]
        if len(groups) == 1:
            self.go(groups[0])

    def leave(self) -> None:
        """Show the level around the group in view, and select the group."""
        path = self._mirror.level.path
        if path:
            self.leave_to(path[-2] if len(path) > 1 else "")

    def leave_to(self, level: str) -> None:
        """Show a level further up, and select the group that was left."""
        path = self._mirror.level.path
        if level == self._mirror.level.id:
            return
        self.go(level)
        below = path[path.index(level) + 1 if level else 0]
        self._session.select(self._mirror.level.nodes([group_key(below)]))

    def go(self, level: str) -> None:
        """Show a level as it was left, or all of it."""
        current = self._mirror.level.id
        if level == current:
            return
        self.leaving.emit()
        self._places[current] = self._viewport.place()
        self._session.select(())
        self._mirror.look_into(level)
        self._arrive()

    def _arrive(self) -> None:
        self._session.select_frames(())
        self._state.select_waypoint(None)
        self.path_changed.emit()
        if not self._viewport.go_to(self._places.get(self._mirror.level.id)):
            self._viewport.show_rect(self._mirror.content_rect())

    def show(self, node: str) -> None:
        """Show the level of a node, select the node and make it visible."""
        self.go(self._mirror.level.level_of(node))
        self._session.select({node})
        self._viewport.reveal(self._mirror.nodes.rect(node))

    def _on_edit(self, edit: Edit) -> None:
        if self._mirror.level.id and any(map(changes.group_of, changes.single_edits(edit))):
            self.path_changed.emit()

    def _follow(self, edit: Edit) -> None:
        """After undo or redo: if it changed nothing at this level, show the level it changed."""
        level, elsewhere = self._mirror.level, list[str]()
        if not level.grouped:
            return
        for part in changes.single_edits(edit):
            group = changes.group_of(part)
            for key in (*changes.nodes_of(part), *([group_key(group)] if group else ())):
                home = self._home(key)
                if home == level.id or key == group_key(level.id):
                    return
                elsewhere += [home] if home is not None else []
        if elsewhere:
            self.go(elsewhere[0])

    def _home(self, key: str) -> str | None:
        """Return the level of a node or group; None if it was removed."""
        level, graph = self._mirror.level, self._mirror.graph
        if is_group(key):
            id = group_id(key)
            return level.parent(id) if id in graph.groups else None
        return level.level_of(key) if key in graph.nodes else None
