"""The viewer, driven by mouse and keyboard."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from nodeui.engine.protocol import NodeFinished, NodeStarted, Preview
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import Context, node, value
from nodeui.session.session import Session
from nodeui.views.viewer import Viewer
from nodeui.views.viewer.pane import ImagePane
from nodeui.views.viewer.recent import RecentPictures
from tests.graph.toys import Picture, paint
from tests.views.scene import drag, toy_session

RED, GREEN, BLUE, WHITE = QColor("#ff0000"), QColor("#00ff00"), QColor("#0000ff"), QColor("#ffffff")


def plain(colour: QColor, width: int = 40, height: int = 20) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(colour)
    return image


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    return toy_session()


@pytest.fixture
def viewer(qtbot: QtBot, session: Session) -> Iterator[Viewer]:
    panel = Viewer()
    qtbot.addWidget(panel)
    panel.set_session(session)
    panel.resize(600, 500)
    with qtbot.waitActive(panel):
        panel.show()
    yield panel


@pytest.fixture
def pane(viewer: Viewer, session: Session) -> ImagePane:
    """A pane with a picture, half red and half green."""
    image = plain(RED)
    for x in range(20, 40):
        for y in range(20):
            image.setPixelColor(x, y, GREEN)
    session.take_image("sky", image)
    return viewer.pane


def seen(pane: ImagePane, place: QPointF | QPoint) -> QColor:
    """Return the colour painted at a position in the pane."""
    place = place.toPoint() if isinstance(place, QPointF) else place
    return pane.grab().toImage().pixelColor(place)


def pick(box: QComboBox, index: int) -> None:
    """Choose as a user does: a click or key in the list emits `activated`."""
    box.setCurrentIndex(index)
    box.activated.emit(index)


def wheel(pane: ImagePane, place: QPointF, notches: int) -> None:
    event = QWheelEvent(
        place,
        QPointF(pane.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, event)


def titles(box: QComboBox) -> list[str]:
    return [box.itemText(index).partition("  ·")[0] for index in range(box.count())]


# --- what is shown ---


def test_the_last_finished_picture_is_shown(viewer: Viewer, session: Session) -> None:
    session.take_image("sky", plain(RED))
    assert viewer.pane.image.pixelColor(0, 0) == RED
    session.take_image("hill", plain(GREEN))
    assert viewer.pane.image.pixelColor(0, 0) == GREEN


def test_the_selected_node_wins_where_it_has_a_picture(viewer: Viewer, session: Session) -> None:
    session.take_image("sky", plain(RED))
    session.take_image("hill", plain(GREEN))
    session.select(["sky"])
    assert viewer.pane.image.pixelColor(0, 0) == RED
    session.take_image("hill", plain(BLUE))
    assert viewer.pane.image.pixelColor(0, 0) == RED
    session.select(["mix"])  # has none
    assert viewer.pane.image.pixelColor(0, 0) == BLUE
    session.take_image("hill", plain(WHITE))
    assert viewer.pane.image.pixelColor(0, 0) == WHITE


@node("toy.keep", title="Keep", category="Toys", output=True)
def keep(image: Picture) -> int:
    """Write a picture to a file.

    Args:
        image: The picture.
    """
    return 1


@keep.valid
def _is_kept(value: int, ctx: Context) -> bool:
    return True


def test_a_newer_picture_replaces_that_of_the_file_below_it(viewer: Viewer, qtbot: QtBot) -> None:
    specs = Registry([paint, keep])
    session = Session(Document(Graph(specs)), specs, parent=QApplication.instance())
    session.edit(AddNode(Node("sky", "toy.paint")))
    session.edit(AddNode(Node("keep", "toy.keep")))
    session.edit(Connect(Link("sky", "picture", "keep", "image")))
    viewer.set_session(session)
    session.take_image("sky", plain(RED))
    session.take_image("keep", plain(RED))
    session.take_image("sky", plain(GREEN))  # as in live mode, which writes no files
    assert viewer.pane.image.pixelColor(0, 0) == GREEN


def test_previews_are_shown_while_they_come_and_are_no_results(
    viewer: Viewer, session: Session
) -> None:
    session.take_image("sky", plain(RED))
    session.select(["sky"])
    session.take_event(NodeStarted(node="hill"))
    session.take_event(Preview(node="hill", width=1, height=1, pixels=b"\x00\xff\x00"))
    assert viewer.pane.image.pixelColor(0, 0) == GREEN
    assert titles(viewer.first) == ["Latest", "Paint"]
    session.take_event(NodeFinished(node="hill", type="toy.paint", status="executed"))
    session.take_image("hill", plain(BLUE))
    assert viewer.pane.image.pixelColor(0, 0) == RED


def test_a_small_preview_is_shown_as_large_as_the_picture_before(
    viewer: Viewer, session: Session
) -> None:
    session.take_image("sky", plain(RED))
    viewer.pane.zoom_to(10, QPointF(20, 20))
    place = viewer.pane.place_of(0, 0)
    session.take_event(NodeStarted(node="sky"))
    session.take_event(Preview(node="sky", width=2, height=1, pixels=b"\x00\xff\x00" * 2))
    assert (viewer.pane.zoom, viewer.pane.place_of(0, 0)) == (10, place)
    assert seen(viewer.pane, viewer.pane.rect().center()) == GREEN
    assert viewer.zoom.text().startswith("40 × 20")


@value("latents")
@dataclass(frozen=True)
class ToyLatents:
    size: int


@node("toy.sample", title="Sample", category="Toys")
def sample() -> ToyLatents:
    """Sample."""
    return ToyLatents(1)


def test_pictures_of_latents_are_shown_only_until_there_is_a_better_one(
    viewer: Viewer, qtbot: QtBot
) -> None:
    specs = Registry([paint, sample])
    session = Session(Document(Graph(specs)), specs, parent=QApplication.instance())
    session.edit(AddNode(Node("sampler", "toy.sample")))
    session.edit(AddNode(Node("sky", "toy.paint")))
    viewer.set_session(session)
    session.take_image("sampler", plain(GREEN, 4, 2))
    assert viewer.pane.image.pixelColor(0, 0) == GREEN
    session.take_image("sky", plain(RED))
    assert viewer.pane.image.pixelColor(0, 0) == RED
    session.select(["sampler"])
    session.take_image("sampler", plain(BLUE, 4, 2))
    assert viewer.pane.image.pixelColor(0, 0) == RED
    assert titles(viewer.first) == ["Latest", "Paint"]


def test_a_chosen_result_stays(viewer: Viewer, session: Session) -> None:
    session.take_image("sky", plain(RED))
    session.take_image("sky", plain(GREEN))
    pick(viewer.first, 2)  # the older one
    assert viewer.pane.image.pixelColor(0, 0) == RED
    session.take_image("hill", plain(BLUE))
    assert viewer.pane.image.pixelColor(0, 0) == RED
    pick(viewer.first, 0)
    assert viewer.pane.image.pixelColor(0, 0) == BLUE


def test_files_are_shown_and_compared(viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    plain(BLUE).save(str(tmp_path / "a.png"))
    plain(RED).save(str(tmp_path / "b.png"))
    (tmp_path / "c.png").write_bytes(b"no picture")
    viewer.open_file(tmp_path / "a.png")
    qtbot.waitUntil(lambda: not viewer.pane.image.isNull())
    viewer.compare_file(tmp_path / "b.png")
    qtbot.waitUntil(lambda: viewer.second.currentIndex() > 0)
    pane = viewer.pane
    assert seen(pane, pane.place_of(5, 10)) == BLUE
    assert seen(pane, pane.place_of(35, 10)) == RED
    viewer.open_file(tmp_path / "c.png")
    qtbot.waitUntil(lambda: "c.png is not a readable picture" in viewer.pixel.text())


def test_copying_and_saving(viewer: Viewer, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    session.take_image("sky", plain(RED))
    viewer.copy()
    assert QGuiApplication.clipboard().image().pixelColor(0, 0) == RED
    viewer.save(tmp_path / "red")
    qtbot.waitUntil(lambda: viewer.pixel.text() == "Saved red.png")
    assert QImage(str(tmp_path / "red.png")).pixelColor(0, 0) == RED
    viewer.save(tmp_path / "missing" / "red.png")
    qtbot.waitUntil(lambda: "could not be written" in viewer.pixel.text())


def test_the_pictures_of_a_closed_document_are_let_go(viewer: Viewer, qtbot: QtBot) -> None:
    session = toy_session()
    viewer.set_session(session)
    session.take_image("sky", plain(RED))
    result = weakref.ref(viewer.first.itemData(1))
    viewer.set_session(None)
    session.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert result() is None


def test_each_document_has_its_results(viewer: Viewer, session: Session) -> None:
    session.take_image("sky", plain(RED))
    other = toy_session()
    viewer.set_session(other)
    assert viewer.pane.image.isNull()
    viewer.set_session(session)
    assert viewer.pane.image.pixelColor(0, 0) == RED


def test_old_results_are_dropped_and_the_same_picture_is_kept_once(qtbot: QtBot) -> None:
    results = RecentPictures()
    for shade in range(100):
        results.add("sky", "Sky", plain(QColor(shade, 0, 0)))
        results.add("sky", "Sky", plain(QColor(shade, 0, 0)))
    assert len(results.items) == 60
    assert results.items[0].image.pixelColor(0, 0).red() == 99


# --- zoom, pan, pixels ---


def test_it_fits_at_first_and_when_resized(pane: ImagePane, viewer: Viewer) -> None:
    assert pane.fitted
    assert pane.zoom == pytest.approx((pane.width() - 16) / 40)
    viewer.resize(300, 500)
    assert pane.zoom == pytest.approx((pane.width() - 16) / 40)


def test_the_wheel_zooms_about_the_pointer(pane: ImagePane) -> None:
    place = QPointF(150, 130)
    pixel = pane.pixel_at(place)
    zoom = pane.zoom
    for notches in (1, 2, 3, -1):
        wheel(pane, place, notches)
        assert pane.pixel_at(place) == pixel
    assert pane.zoom == pytest.approx(zoom * 1.25**5)
    wheel(pane, place, 100)
    assert pane.zoom == 64
    wheel(pane, place, -200)
    assert pane.zoom == 1 / 32


def test_keys_and_double_click_go_between_fit_and_one_to_one(pane: ImagePane, qtbot: QtBot) -> None:
    qtbot.keyClick(pane, Qt.Key.Key_1)
    assert pane.zoom == 1 and not pane.fitted
    assert pane.place_of(1, 0).x() - pane.place_of(0, 0).x() == 1
    qtbot.keyClick(pane, Qt.Key.Key_F)
    assert pane.fitted
    qtbot.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert pane.zoom == 1
    qtbot.keyClick(pane, Qt.Key.Key_Plus)
    assert pane.zoom == 1.25


def test_a_drag_pans(pane: ImagePane) -> None:
    pane.zoom_to(20)
    before = pane.place_of(20, 10)
    drag(pane, QPoint(200, 200), QPoint(230, 190))
    moved = pane.place_of(20, 10) - before
    assert (round(moved.x()), round(moved.y())) == (30, -10)


def test_the_view_stays_when_a_new_picture_of_the_same_size_comes(
    pane: ImagePane, session: Session
) -> None:
    pane.zoom_to(20, QPointF(10, 10))
    place = pane.place_of(0, 0)
    session.take_image("sky", plain(BLUE))
    assert pane.zoom == 20 and pane.place_of(0, 0) == place
    assert seen(pane, pane.rect().center()) == BLUE


def test_the_pixel_under_the_pointer_is_told(pane: ImagePane, viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.mouseMove(pane, pane.place_of(3.5, 4.5).toPoint())
    qtbot.waitUntil(lambda: viewer.pixel.text() == "3, 4   R 255 G 0 B 0  #ff0000")
    qtbot.mouseMove(pane, QPoint(2, 2))
    qtbot.waitUntil(lambda: viewer.pixel.text() == "Paint")  # what it is a picture of


# --- comparing, overlays ---


def test_the_wipe_shows_one_left_and_the_other_right(
    pane: ImagePane, viewer: Viewer, session: Session
) -> None:
    session.take_image("hill", plain(BLUE))
    session.select(["sky"])
    pick(viewer.second, 1)  # hill, the newest
    assert titles(viewer.second)[1] == "Paint"
    left, right = pane.place_of(5, 15), pane.place_of(35, 15)
    assert seen(pane, left) == RED and seen(pane, right) == BLUE
    drag(pane, pane.place_of(20, 15).toPoint(), pane.place_of(38, 15).toPoint())
    assert seen(pane, right) == GREEN
    drag(pane, pane.place_of(38, 15).toPoint(), pane.place_of(2, 15).toPoint())
    assert seen(pane, left) == BLUE
    pick(viewer.second, 0)
    assert seen(pane, left) == RED


def test_the_pixel_of_both_is_told(pane: ImagePane, viewer: Viewer, session: Session) -> None:
    session.take_image("hill", plain(BLUE, 80, 40))
    session.select(["sky"])
    pick(viewer.second, 1)
    pane.hovered.emit((3, 4))
    assert viewer.pixel.text() == "3, 4   A  255 0 0   B  0 0 255"


def test_what_is_told_of_pixels_does_not_widen_the_panel(
    pane: ImagePane, viewer: Viewer, session: Session
) -> None:
    least = viewer.minimumSizeHint().width()
    session.take_image("hill", plain(BLUE, 80, 40))
    pick(viewer.second, 1)
    pane.hovered.emit((3, 4))
    assert viewer.minimumSizeHint().width() <= least


def test_an_overlay_tints_what_is_light_in_a_mask(
    pane: ImagePane, viewer: Viewer, session: Session
) -> None:
    mask = plain(QColor("#000000"))
    for y in range(20):
        mask.setPixelColor(5, y, WHITE)
    session.take_image("hill", mask)
    session.take_image("sky", plain(GREEN))
    session.select(["sky"])
    pick(viewer.overlay, titles(viewer.overlay).index("Paint", 2))
    assert viewer.overlay.currentData().image == mask
    assert seen(pane, pane.place_of(20, 10)) == GREEN
    tinted = seen(pane, pane.place_of(5.5, 10))
    assert tinted.red() > 100 and tinted.green() < 255
    viewer.opacity.setValue(100)
    assert seen(pane, pane.place_of(5.5, 10)).red() > tinted.red()
    pick(viewer.overlay, 0)
    assert seen(pane, pane.place_of(5.5, 10)) == GREEN
    assert not viewer.opacity.isVisible()


def test_transparent_parts_show_chequers(viewer: Viewer, session: Session) -> None:
    image = QImage(40, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    session.take_image("sky", image)
    colours = {
        viewer.pane.grab().toImage().pixelColor(200 + x, 220).name() for x in range(0, 64, 4)
    }
    assert colours == {"#8a8a8a", "#6e6e6e"}
