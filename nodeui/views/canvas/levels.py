"""Looking into groups and out of them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from nodeui.graph import changes
from nodeui.graph.edits import Edit
from nodeui.views import theme
from nodeui.views.canvas import grouping
from nodeui.views.canvas.crumbs import Crumbs
from nodeui.views.canvas.level import SIGN, is_group

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView


class Levels(QObject):
    """Takes a canvas from level to level.

    Args:
        canvas: The canvas.

    Attributes:
        crumbs: Shows the way to the level in view.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._places: dict[str, dict[str, Any]] = {}  # where each level was left
        self.crumbs = Crumbs(canvas)
        self.crumbs.chosen.connect(self.leave_to)
        canvas.mirror.level_lost.connect(self._arrive)
        canvas.session.edited.connect(self._on_edit)
        canvas.session.travelled.connect(self._follow)
        theme.notifier.changed.connect(self._name)

    def enter(self) -> None:
        """Look into the one group that is selected."""
        chosen = grouping.chosen_groups(self._canvas)
        if len(chosen) == 1:
            self.go(chosen[0])

    def leave(self) -> None:
        """Look at what is around the group in view, which is then selected."""
        way = self._canvas.mirror.level.way
        if way:
            self.leave_to(way[-2] if len(way) > 1 else "")

    def leave_to(self, level: str) -> None:
        """Go up to a level; what one comes from is then selected."""
        mirror = self._canvas.mirror
        before = mirror.level.way
        if level == mirror.level.id:
            return
        self.go(level)
        below = before[before.index(level) + 1 if level else 0]
        self._canvas.select({SIGN + below})

    def go(self, level: str) -> None:
        """Show a level where it was left, or all of it."""
        canvas = self._canvas
        if level == canvas.mirror.level.id:
            return
        canvas.inline.close()
        canvas.interaction.abandon()
        self._places[canvas.mirror.level.id] = canvas.place()
        canvas.session.select(())
        canvas.mirror.look_into(level)
        self._arrive()

    def _arrive(self) -> None:
        canvas, level = self._canvas, self._canvas.mirror.level
        canvas.session.select_frames(())
        canvas.select_dot(None)
        self.crumbs.show_way(level.way)
        if not canvas.go_to(self._places.get(level.id)):
            canvas.show_all()

    def show(self, node: str) -> None:
        """Go to the level where a node stands, and select it."""
        self.go(self._canvas.mirror.level.level_of(node))
        self._canvas.session.select({node})
        self._canvas.ensureVisible(self._canvas.mirror.nodes.rect(node))

    def _on_edit(self, edit: Edit) -> None:
        """Groups in the way may be called otherwise."""
        if self._canvas.mirror.level.id and any(map(changes.group_of, changes.single_edits(edit))):
            self._name()

    def _name(self) -> None:
        self.crumbs.show_way(self._canvas.mirror.level.way)

    def _follow(self, edit: Edit) -> None:
        """Undo or redo: where nothing of it is to be seen, go to where it is."""
        level, elsewhere = self._canvas.mirror.level, list[str]()
        if not level.grouped:
            return
        for part in changes.single_edits(edit):
            group = changes.group_of(part)
            for key in (*changes.nodes_of(part), *([SIGN + group] if group else ())):
                home = self._home(key)
                if home == level.id or key == SIGN + level.id:
                    return
                elsewhere += [home] if home is not None else []
        if elsewhere:
            self.go(elsewhere[0])

    def _home(self, key: str) -> str | None:
        """The level that a node or group stands at; None where it is gone."""
        level, graph = self._canvas.mirror.level, self._canvas.session.graph
        if is_group(key):
            id = key.removeprefix(SIGN)
            return level.parent(id) if id in graph.groups else None
        return level.level_of(key) if key in graph.nodes else None
