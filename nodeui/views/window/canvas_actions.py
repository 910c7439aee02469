"""The actions of the canvas in view."""

from __future__ import annotations

from collections.abc import Callable

from nodeui.views.canvas import COMMANDS, Command
from nodeui.views.window.actions import Actions
from nodeui.views.window.documents import Documents


def add_canvas_actions(actions: Actions, documents: Documents) -> None:
    """Make an action of each command of the canvas that has a place in the menus."""

    def on_view(command: Command) -> Callable[[], None]:
        def run() -> None:
            if documents.view is not None:
                command.run(documents.view.canvas)

        return run

    for command in COMMANDS:
        if command.menu:
            actions.add(
                command.name,
                command.text,
                on_view(command),
                command.keys,
                command.icon,
                needs=command.needs,
                within=documents.tabs,
            )


def canvas_names(group: str) -> list[str]:
    """Return the names of the canvas's actions in a group."""
    return [one.name for one in COMMANDS if one.menu and one.name.startswith(f"{group}.")]
