"""Commands that select, and that show the selection."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF

from nodeui.views.canvas.scene import Canvas


def select_all(canvas: Canvas) -> None:
    """Select all nodes and frames."""
    level = canvas.mirror.level
    canvas.choose(level.shown_keys(), {frame.id for frame in level.frames()})


def select_none(canvas: Canvas) -> bool:
    """Select nothing; returns True if anything was selected."""
    before = (canvas.session.selection, canvas.frames, canvas.state.waypoint)
    canvas.state.select_waypoint(None)
    canvas.choose()
    return any(before)


def select_towards(dx: int, dy: int) -> Callable[[Canvas], None]:
    """Return a command that selects the nearest node in a direction."""

    def run(canvas: Canvas) -> None:
        nodes = canvas.mirror.nodes
        if not len(nodes):
            return
        chosen = sorted(canvas.mirror.selected)
        start = (nodes.rect(chosen[0]) if chosen else canvas.viewport.shown_rect()).center()
        rows = nodes.rows_of(key for key in nodes.row if key not in chosen)
        x, y = nodes.centres(rows).T - [[start.x()], [start.y()]]
        along, aside = x * dx + y * dy, abs(x * dy) + abs(y * dx)
        cost = np.where(along > 1, along + 2 * aside, np.inf) if chosen else np.hypot(x, y)
        if len(cost) and np.isfinite(cost.min()):
            (key,) = nodes.keys_of(rows[[int(cost.argmin())]])
            canvas.select({key})
            canvas.viewport.reveal(nodes.rect(key))

    return run


def select_linked(canvas: Canvas) -> None:
    """Add all nodes linked with the selected ones to the selection."""
    mirror = canvas.mirror
    chosen = set(mirror.selected)
    for key in mirror.selected:
        for link in mirror.links_of(key):
            chosen.update(end for end in mirror.level.end_keys(link) if end)
    canvas.select(chosen)


def show_all(canvas: Canvas) -> None:
    """Fit everything into the view."""
    canvas.viewport.show_rect(canvas.mirror.content_rect())


def show_selection(canvas: Canvas) -> None:
    """Fit the selected nodes into the view; without any, everything."""
    mirror = canvas.mirror
    if canvas.session.selection and not mirror.selected:  # at another level
        canvas.levels.show(min(canvas.session.selection))
    rect = QRectF()
    for key in mirror.selected:
        rect = rect.united(mirror.nodes.rect(key))
    rect = mirror.content_rect() if rect.isNull() else rect.adjusted(-40, -40, 40, 40)
    canvas.viewport.show_rect(rect, 1.5)


def zoom_by(factor: float) -> Callable[[Canvas], None]:
    """Return a command that zooms around the centre of the view."""

    def run(canvas: Canvas) -> None:
        canvas.viewport.set_zoom(canvas.viewport.zoom * factor)

    return run
