"""A canvas with the painters on it, and a hand that works on it; a test file may have others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.fields import registry
from tests.views.hand import Hand
from tests.views.scene import painters, shown_canvas


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return painters()


@pytest.fixture
def canvas(session: Session, qtbot: QtBot) -> Iterator[CanvasView]:
    yield shown_canvas(session, qtbot, (450, 250))


@pytest.fixture
def hand(canvas: CanvasView) -> Hand:
    return Hand(canvas)


@pytest.fixture
def field_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo registrations of field editors after the test."""
    monkeypatch.setattr(registry, "_EDITORS", dict(registry._EDITORS))
