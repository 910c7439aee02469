"""Thumbnails on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from nodeui.views.thumbnail_store import ThumbnailStore
from nodeui.views.thumbnails import Thumbnails
from tests.views.editor import LONG


def image(colour: str, form: QImage.Format = QImage.Format.Format_RGB32) -> QImage:
    made = QImage(24, 16, form)
    made.fill(QColor(colour))
    return made


def test_a_thumbnail_is_found_by_path_and_time(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "cache" / "thumbnails.sqlite")
    assert store.get("a.png", 1) is None
    store.put("a.png", 1, image("red"))
    found = store.get("a.png", 1)
    assert found is not None and found.size().toTuple() == (24, 16)
    assert found.pixelColor(3, 3).red() > 240
    store.put("a.png", 2, image("blue"))
    assert store.get("a.png", 1) is None and store.get("a.png", 2) is not None
    store.close()
    again = ThumbnailStore(tmp_path / "cache" / "thumbnails.sqlite")
    assert again.get("a.png", 2) is not None
    again.close()


def test_transparency_is_kept(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "thumbnails.sqlite")
    store.put("a.png", 1, image("#00000000", QImage.Format.Format_ARGB32))
    found = store.get("a.png", 1)
    assert found is not None and found.pixelColor(3, 3).alpha() == 0
    store.close()


@pytest.mark.parametrize("fault", ["nonsense", "a folder", "no folder"])
def test_a_store_that_cannot_be_used_is_empty(tmp_path: Path, fault: str) -> None:
    file = tmp_path / "cache" / "thumbnails.sqlite"
    if fault == "no folder":
        file.parent.write_text("a file")
    else:
        file.parent.mkdir()
        if fault == "nonsense":
            file.write_bytes(b"nonsense" * 500)
        else:
            file.mkdir()
    store = ThumbnailStore(file)
    store.put("a.png", 1, image("red"))
    assert store.get("a.png", 1) is None
    store.close()


def test_a_picture_is_decoded_once_for_all_sessions(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image("red").save(str(path))

    def load() -> QImage:
        thumbnails = Thumbnails()
        thumbnails.keep_in(tmp_path / "cache")
        with qtbot.waitSignal(thumbnails.loaded, timeout=LONG):
            thumbnails.get(str(path), 5)
        found = thumbnails.get(str(path), 5)
        assert found is not None
        return found

    load()
    path.write_bytes(b"no longer a picture")
    assert load().pixelColor(3, 3).red() > 240
