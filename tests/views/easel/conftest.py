"""A viewer with an easel in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from nodeui.graph.parts import Node
from nodeui.views.viewer import Viewer
from tests.views.easel.painter import Painter, painted_session


@pytest.fixture
def paint(qtbot: QtBot) -> Callable[..., Painter]:
    """Returns a hand on the painting of a new node of a type, whose sheet is drawn."""

    def begin(type: str, width: int = 200, height: int = 150, **params: object) -> Painter:
        node = Node("node", type, params={"width": width, "height": height, **params})
        session = painted_session(node)
        viewer = Viewer()
        qtbot.addWidget(viewer)
        viewer.resize(560, 480)
        viewer.set_session(session)
        with qtbot.waitActive(viewer):
            viewer.show()
        session.select(["node"])
        painter = Painter(viewer, session, qtbot)
        painter.wait()
        return painter

    return begin
