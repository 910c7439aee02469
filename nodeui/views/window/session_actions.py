"""The actions that edit and run the document in view."""

from __future__ import annotations

from collections.abc import Callable

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.labels import plain_entry
from nodeui.views.window.actions import Actions


def add_session_actions(actions: Actions, count: Callable[[], int | None]) -> None:
    """Add undo and redo, and the actions that run and stop.

    Args:
        actions: Gets the actions.
        count: Returns the number of runs that the user has chosen; see `Session.run`.
    """
    add, on_session = actions.add, actions.on_session
    add("edit.undo", _undo_text, on_session(Session.undo), "Ctrl+Z", "undo", needs="undo")
    add(
        "edit.redo",
        _redo_text,
        on_session(Session.redo),
        "Ctrl+Shift+Z; Ctrl+Y",
        "redo",
        needs="redo",
    )
    add(
        "run.run",
        tr("&Run"),
        on_session(lambda session: session.run(count=count())),
        "Ctrl+Return; Ctrl+Enter",
        "play",
        needs="document",
    )
    add(
        "run.selected",
        tr("Run to &selected"),
        on_session(lambda session: session.run(sorted(session.selection), count())),
        "Ctrl+Shift+Return",
        "skip-next",
        needs="selection",
    )
    add("run.stop", tr("S&top"), on_session(Session.stop), "Ctrl+.", "stop", needs="run")
    add(
        "run.live",
        tr("&Live"),
        on_session(_toggle_live),
        "Ctrl+Shift+L",
        "flash-outline",
        needs="document",
        checkable=True,
        checked=lambda session: session.live,
    )


def _toggle_live(session: Session) -> None:
    session.live = not session.live


def _undo_text(session: Session | None) -> str:
    labels = session.undo_labels if session is not None else []
    return plain_entry(tr("Undo {0}", labels[-1])) if labels else tr("Undo")


def _redo_text(session: Session | None) -> str:
    labels = session.redo_labels if session is not None else []
    return plain_entry(tr("Redo {0}", labels[-1])) if labels else tr("Redo")
