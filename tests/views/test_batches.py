"""Batches in the editor: from the viewer to the graph, with the real worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.parts import Group, Link, Node
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.views.gallery import Gallery
from nodeui.views.viewer import Viewer
from nodeui.views.window.studio import Studio
from tests.views.editor import LONG, close, make_studio, settings_in


@pytest.fixture
def studio(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Studio]:
    settings = settings_in(tmp_path)
    settings.preferences.output = str(tmp_path / "pictures")
    studio = make_studio(qapp, settings)
    studio.window.resize(1400, 900)
    studio.window.show()
    qtbot.waitExposed(studio.window)
    yield studio
    close(studio)


@pytest.fixture
def session(studio: Studio) -> Session:
    """A document with a picture that is blurred and saved."""
    studio.workspace.new()
    session = studio.workspace.sessions[0]
    for node in (
        Node("load", "image.load", pos=(0, 0)),
        Node("blur", "image.blur", pos=(300, 0)),
        Node("save", "image.save", pos=(600, 0), version=2),
    ):
        session.edit(AddNode(node))
    session.edit(Connect(Link("load", "image", "blur", "image")))
    session.edit(Connect(Link("blur", "image", "save", "image")))
    return session


def greys(count: int) -> PictureBatch:
    images = [QImage(64, 48, QImage.Format.Format_RGB888) for _ in range(count)]
    for index, image in enumerate(images):
        image.fill(QColor(40 * index, 40 * index, 40 * index))
    return PictureBatch(images)


@pytest.mark.parametrize(
    ("shown", "linked"), [("blur", "blur"), ("save", "blur")]
)  # files are picked from what was saved
def test_a_picture_of_the_viewer_is_picked_in_the_graph(
    qtbot: QtBot, studio: Studio, session: Session, shown: str, linked: str
) -> None:
    session.take_pictures(shown, greys(4))
    viewer = studio.docks.panel(Viewer)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Right)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Right)
    before = dict(session.graph.nodes)
    qtbot.mouseClick(viewer.batch.pick_button, Qt.MouseButton.LeftButton)
    (id,) = session.graph.nodes.keys() - before.keys()
    node = session.graph.nodes[id]
    assert node.type == "image.pick" and node.params == {"index": 3}
    assert Link(linked, "image", id, "image") in set(session.graph.links())
    assert session.selection == {id}
    view = studio.documents.view
    assert view is not None
    rect = view.mirror.nodes.rect(id)
    assert not any(rect.intersects(view.mirror.nodes.rect(other)) for other in before)
    session.undo()
    assert dict(session.graph.nodes) == before


def test_a_picture_of_a_node_in_a_group_is_picked_there(
    qtbot: QtBot, studio: Studio, session: Session
) -> None:
    from nodeui.graph.edits import Batch, SetGroup, SetMembers

    group = Group("group", "Group")
    session.edit(Batch((SetGroup("group", group), SetMembers({"blur": "group"}))))
    session.take_pictures("blur", greys(2))
    viewer = studio.docks.panel(Viewer)
    qtbot.mouseClick(viewer.batch.pick_button, Qt.MouseButton.LeftButton)
    (id,) = (id for id, node in session.graph.nodes.items() if node.type == "image.pick")
    assert session.graph.nodes[id].group == "group"


def test_gallery_pictures_are_stepped_through_and_rated_in_the_viewer(
    qtbot: QtBot, studio: Studio, session: Session
) -> None:
    folder = studio.runs.output_folder
    folder.mkdir(parents=True, exist_ok=True)
    for place, image in enumerate(greys(3).images):
        image.save(str(folder / f"{place}.png"))
    gallery, viewer = studio.docks.panel(Gallery), studio.docks.panel(Viewer)
    studio.docks.bring_up("gallery")
    gallery.catalogue.start()
    qtbot.waitUntil(lambda: gallery.catalogue.is_open, timeout=LONG)
    gallery.catalogue.scan()
    qtbot.waitUntil(lambda: gallery.model.rowCount() == 3, timeout=LONG)

    def path(row: int) -> Path | None:
        picture = gallery.model.picture(row)
        return picture.path if picture is not None else None

    qtbot.waitUntil(lambda: all(path(row) is not None for row in range(3)), timeout=LONG)
    first = path(0)
    assert first is not None
    gallery.view_requested.emit(first)
    qtbot.waitUntil(lambda: viewer.path == first, timeout=LONG)
    keys = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
    row = 0
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        row += keys[key]
        qtbot.keyClick(viewer.pane, key)
        qtbot.waitUntil(lambda row=row: viewer.path == path(row), timeout=LONG)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_4)
    assert viewer.pixel.text() == "★★★★☆"

    def stars() -> int:
        picture = gallery.model.picture(1)
        return picture.marks.rating if picture is not None else 0

    qtbot.waitUntil(lambda: stars() == 4, timeout=LONG)
