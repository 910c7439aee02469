"""The menu of what is around the picture in the viewer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from nodeui.graph.wording import tr
from nodeui.views.viewer.painting import Ground


def add_ground_menu(menu: QMenu, chosen: Ground, choose: Callable[[Ground], object]) -> None:
    """Add a submenu to choose what is around the picture.

    Args:
        menu: The menu.
        chosen: The present choice.
        choose: Called with the new one.
    """
    texts: dict[Ground, str] = {
        "theme": tr("Like the window"),
        "dark": tr("Dark"),
        "grey": tr("Grey"),
        "light": tr("Light"),
        "checkerboard": tr("Checkerboard"),
    }
    grounds = menu.addMenu(tr("Background"))
    group = QActionGroup(grounds)
    for ground, text in texts.items():
        action = grounds.addAction(text)
        action.setCheckable(True)
        action.setChecked(ground == chosen)
        action.triggered.connect(partial(_choose, choose, ground))
        group.addAction(action)


def _choose(choose: Callable[[Ground], object], ground: Ground, _checked: bool) -> None:
    choose(ground)
