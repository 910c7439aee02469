"""Describes a panel of the editor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from nodeui.graph.registry import Registry
    from nodeui.session.runs import Runs
    from nodeui.session.session import Session

Area = Literal["left", "upper-right", "lower-right", "bottom"]
"""A part of the window. The panels of an area share one row of tabs; the first is in front."""


@dataclass(frozen=True)
class PanelContext:
    """The parts of the editor that a panel may use.

    Attributes:
        specs: The known node types.
        runs: The queue of runs.
    """

    specs: Registry
    runs: Runs


@dataclass(frozen=True)
class Panel:
    """A panel of the editor.

    Attributes:
        name: A stable identifier, such as "viewer". The saved layout knows the panel by it, and
            "panel.<name>" is the action that shows and hides the panel.
        title: The English title, on its tab and in the View menu.
        area: Where it is until the user moves it.
        make: Returns the widget of the panel. Called once, when the editor starts. A widget that
            has a method `set_session` follows the document in view; see `FollowsSession`.
        essential: True to show it even in a window that is too small for all panels.
    """

    name: str
    title: str
    area: Area
    make: Callable[[PanelContext], QWidget]
    essential: bool = False


@runtime_checkable
class FollowsSession(Protocol):
    """The widget of a panel that shows something of the document in view."""

    def set_session(self, session: Session | None) -> None:
        """Show this document; None if none is in view."""
        ...
