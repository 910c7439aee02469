"""The viewer, driven by mouse and keyboard."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
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
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.views.viewer import Viewer
from nodeui.views.viewer.painting import Ground
from nodeui.views.viewer.pane import ImagePane
from nodeui.views.viewer.recent import RecentPictures
from tests.graph.toys import Picture, paint
from tests.views.editor import LONG
from tests.views.scene import ToyRuns, drag, toy_session

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


def tick(viewer: Viewer, *rows: int) -> None:
    """Open the list of the pictures to compare with, tick some, and close it."""
    viewer.compare_button.click()
    boxes = viewer.chooser.list
    for row in range(boxes.count()):
        ticked = Qt.CheckState.Checked if row in rows else Qt.CheckState.Unchecked
        boxes.item(row).setCheckState(ticked)
    viewer.chooser.hide()


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


def test_quick_pictures_are_marked_and_no_results(viewer: Viewer, session: Session) -> None:
    session.take_image("sky", plain(RED))
    edits = session.states.edits
    session.take_quick_pictures("sky", PictureBatch([plain(GREEN)]), edits + 1)
    assert viewer.pane.image.pixelColor(0, 0) == GREEN
    assert viewer.pane.image.size() == QSize(40, 20)
    assert "quick" in viewer.pixel.text()
    assert titles(viewer.first) == ["Latest", "Paint"]
    session.take_event(NodeStarted(node="hill"))
    session.take_event(Preview(node="hill", width=1, height=1, pixels=b"\x00\x00\xff"))
    assert viewer.pane.image.pixelColor(0, 0) == GREEN  # closer to the result than a step
    session.take_pictures("sky", PictureBatch([plain(BLUE)]), edits + 1)
    assert viewer.pane.image.pixelColor(0, 0) == BLUE


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
    qtbot.waitUntil(lambda: bool(viewer.comparison.shots))
    pane = viewer.pane
    assert seen(pane, pane.place_of(5, 10)) == BLUE
    assert seen(pane, pane.place_of(35, 10)) == RED
    viewer.open_file(tmp_path / "c.png")
    qtbot.waitUntil(lambda: "c.png is not a readable picture" in viewer.pixel.text())


def test_several_files_are_compared_with_each_other(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.png" for name in "abcd"]
    for path in paths:
        plain(BLUE).save(str(path))
    viewer.compare_file(paths[3])
    qtbot.waitUntil(lambda: len(viewer.comparison.shots) == 1, timeout=LONG)
    viewer.compare_files(paths[:3])
    qtbot.waitUntil(lambda: len(viewer.comparison.shots) == 2, timeout=LONG)
    assert viewer.first.currentText() == "a.png"
    assert [shot.picture.label for shot in viewer.comparison.shots] == ["b.png", "c.png"]


def test_copying_and_saving(viewer: Viewer, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    session.take_image("sky", plain(RED))
    viewer.exporting.copy()
    assert QGuiApplication.clipboard().image().pixelColor(0, 0) == RED
    viewer.exporting.save(tmp_path / "red")
    qtbot.waitUntil(lambda: viewer.pixel.text() == "Saved red.png")
    assert QImage(str(tmp_path / "red.png")).pixelColor(0, 0) == RED
    viewer.exporting.save(tmp_path / "missing" / "red.png")
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
        results.add("sky", "Sky", PictureBatch([plain(QColor(shade, 0, 0))]))
        results.add("sky", "Sky", PictureBatch([plain(QColor(shade, 0, 0))]))
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
    pane: ImagePane, viewer: Viewer, session: Session, qtbot: QtBot
) -> None:
    session.take_image("hill", plain(BLUE))
    session.select(["sky"])
    tick(viewer, 0)  # hill, the newest
    left, right = pane.place_of(5, 15), pane.place_of(35, 15)
    assert seen(pane, left) == RED and seen(pane, right) == BLUE
    drag(pane, pane.place_of(20, 15).toPoint(), pane.place_of(38, 15).toPoint())
    assert seen(pane, right) == GREEN
    drag(pane, pane.place_of(38, 15).toPoint(), pane.place_of(2, 15).toPoint())
    assert seen(pane, left) == BLUE
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert seen(pane, left) == RED


def test_the_pixel_of_both_is_told(pane: ImagePane, viewer: Viewer, session: Session) -> None:
    session.take_image("hill", plain(BLUE, 80, 40))
    session.select(["sky"])
    tick(viewer, 0)
    pane.hovered.emit((3, 4))
    assert viewer.pixel.text() == "3, 4   A  255 0 0   B  0 0 255"


def test_what_is_told_of_pixels_does_not_widen_the_panel(
    pane: ImagePane, viewer: Viewer, session: Session
) -> None:
    least = viewer.minimumSizeHint().width()
    session.take_image("hill", plain(BLUE, 80, 40))
    tick(viewer, 0)
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


# --- batches ---


SHADES = (40, 90, 140, 190)


def batch(*shades: int, width: int = 40, height: int = 20) -> PictureBatch:
    """Return pictures of plain grey."""
    return PictureBatch([plain(QColor(shade, shade, shade), width, height) for shade in shades])


def middle(pane: ImagePane, index: int) -> QPoint:
    """Return the middle of a cell of the grid."""
    return pane.cells()[index].center().toPoint()


def shown_shades(pane: ImagePane) -> list[int]:
    """Return the level painted in the middle of each cell."""
    return [seen(pane, middle(pane, index)).red() for index in range(len(pane.cells()))]


def test_a_batch_is_a_grid_and_return_picks_one(
    viewer: Viewer, session: Session, qtbot: QtBot
) -> None:
    session.take_pictures("sky", batch(*SHADES))
    pane = viewer.pane
    assert shown_shades(pane) == list(SHADES)
    assert viewer.batch.place.text() == "1 of 4" and viewer.batch.place.isVisible()
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=middle(pane, 2))
    assert session.picture == 2 and viewer.batch.place.text() == "3 of 4"
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert shown_shades(pane) == [140]
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert shown_shades(pane) == [190]
    qtbot.keyClick(pane, Qt.Key.Key_Right)  # the last one
    assert shown_shades(pane) == [190] and viewer.batch.place.text() == "4 of 4"
    qtbot.keyClick(pane, Qt.Key.Key_Left)
    assert shown_shades(pane) == [140]
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert shown_shades(pane) == list(SHADES)
    qtbot.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=middle(pane, 1))
    assert shown_shades(pane) == [90]
    viewer.batch.grid_button.click()
    assert shown_shades(pane) == list(SHADES)
    assert pane.columns == 2
    qtbot.keyClick(pane, Qt.Key.Key_Down)
    assert session.picture == 3
    qtbot.keyClick(pane, Qt.Key.Key_Up)
    assert session.picture == 1


def test_all_pictures_of_a_grid_have_the_same_zoom_and_place(
    viewer: Viewer, session: Session
) -> None:
    first = batch(*SHADES, width=64, height=64)
    for image in first.images:
        image.setPixelColor(40, 16, RED)
    session.take_pictures("sky", first)
    pane = viewer.pane
    cell = pane.cells()[1]
    wheel(pane, cell.center() + QPointF(20, -30), 6)
    drag(pane, middle(pane, 1), middle(pane, 1) + QPoint(9, 14))
    session.choose_picture(0)
    base = pane.place_of(40.5, 16.5)
    for index, cell in enumerate(pane.cells()):
        place = base - pane.cells()[0].topLeft() + cell.topLeft()
        assert seen(pane, place) == RED, index
        assert pane.pixel_at(place) == (40, 16)


def test_a_single_picture_has_no_controls_of_batches(viewer: Viewer, session: Session) -> None:
    session.take_pictures("sky", batch(80))
    assert not viewer.batch.place.isVisible() and not viewer.batch.grid_button.isVisible()
    assert not viewer.batch.pick_button.isVisible()


def test_copying_and_saving_take_the_picture_that_is_looked_at(
    viewer: Viewer, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.take_pictures("sky", batch(*SHADES))
    session.choose_picture(2)
    viewer.exporting.copy()
    assert QGuiApplication.clipboard().image().pixelColor(0, 0).red() == 140
    viewer.exporting.save(tmp_path / "third")
    qtbot.waitUntil(lambda: viewer.pixel.text() == "Saved third.png")
    assert QImage(str(tmp_path / "third.png")).pixelColor(0, 0).red() == 140


def test_steps_of_a_batch_are_passing_pictures(viewer: Viewer, session: Session) -> None:
    session.take_pictures("sky", batch(*SHADES))
    viewer.show_passing(batch(1, 2, 3, 4, width=8, height=4), "Step 3 of 20")
    assert shown_shades(viewer.pane) == [1, 2, 3, 4]
    assert viewer.pane.size_shown == plain(RED).size()
    viewer.show_passing(None, "")
    assert shown_shades(viewer.pane) == list(SHADES)


def test_pictures_are_fetched_in_full_when_they_are_enlarged(
    qtbot: QtBot,
) -> None:
    class Fetching(ToyRuns):
        def __init__(self) -> None:
            super().__init__()
            self.asked: list[tuple[str, int]] = []

        def fetch_picture(self, session: Session, node: str, index: int) -> None:
            self.asked.append((node, index))

    runs = Fetching()
    session = toy_session(runs)
    viewer = Viewer()
    qtbot.addWidget(viewer)
    viewer.set_session(session)
    viewer.resize(600, 500)
    viewer.show()
    small = [plain(QColor(shade, shade, shade), 400, 200) for shade in SHADES]
    session.take_pictures("sky", PictureBatch(small, QSize(1600, 800)))
    assert not runs.asked  # a quarter of the pane is smaller than these
    assert viewer.pane.size_shown == QSize(1600, 800)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Return)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Z)
    assert runs.asked == [("sky", 0)]
    session.take_full_picture("sky", 0, plain(BLUE, 1600, 800))
    assert viewer.pane.image.width() == 1600
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Right)
    assert runs.asked == [("sky", 0), ("sky", 1)]
    viewer.exporting.copy()  # as soon as it is there
    session.take_full_picture("sky", 1, plain(RED, 1600, 800))
    copied = QGuiApplication.clipboard().image()
    assert copied.width() == 1600 and copied.pixelColor(0, 0) == RED
    session.take_image("sky", plain(GREEN))
    pick(viewer.first, 2)  # the batch, which the node no longer has
    session.choose_picture(2)
    viewer.exporting.copy()
    assert "only a small version" in viewer.pixel.text()


# --- what is shown: pin, list, rating ---


class Running(ToyRuns):
    def __init__(self) -> None:
        super().__init__()
        self.state = "running"


def test_a_new_result_replaces_the_selected_node_unless_it_is_pinned(
    viewer: Viewer, qtbot: QtBot
) -> None:
    runs = Running()
    session = toy_session(runs)
    session.edit(AddNode(Node("show", "toy.mix", version=3)))
    viewer.set_session(session)
    session.take_image("sky", plain(RED))
    session.take_image("hill", plain(GREEN))
    session.select(["sky"])
    assert viewer.pane.image.pixelColor(0, 0) == RED
    session.take_image("hill", plain(BLUE))
    assert viewer.pane.image.pixelColor(0, 0) == BLUE
    session.select([])
    session.select(["sky"])
    assert viewer.pane.image.pixelColor(0, 0) == RED
    qtbot.mouseClick(viewer.pin_button, Qt.MouseButton.LeftButton)
    session.take_image("hill", plain(WHITE))
    session.select(["hill"])
    assert viewer.pane.image.pixelColor(0, 0) == RED and viewer.pin_button.isChecked()
    session.take_image("sky", plain(GREEN))
    assert viewer.pane.image.pixelColor(0, 0) == GREEN
    qtbot.mouseClick(viewer.pin_button, Qt.MouseButton.LeftButton)
    session.take_image("hill", plain(BLUE))
    assert viewer.pane.image.pixelColor(0, 0) == BLUE


def test_arrow_keys_go_through_recent_results(
    viewer: Viewer, session: Session, qtbot: QtBot
) -> None:
    for colour in (RED, GREEN, BLUE):
        session.take_image("sky", plain(colour))
    for key, colour in ((Qt.Key.Key_Right, GREEN), (Qt.Key.Key_Right, RED)):
        qtbot.keyClick(viewer.pane, key)
        assert viewer.pane.image.pixelColor(0, 0) == colour
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Right)  # the oldest
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Left)
    assert viewer.pane.image.pixelColor(0, 0) == GREEN
    session.take_pictures("hill", batch(*SHADES))
    pick(viewer.first, 0)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_PageDown)  # past the batch
    assert viewer.pane.image.pixelColor(0, 0) == BLUE


def test_saved_pictures_are_rated_and_stepped_through_by_keys(
    viewer: Viewer, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    plain(BLUE).save(str(tmp_path / "a.png"))
    rated: list[tuple[Path, int]] = []
    stepped: list[tuple[Path, int]] = []
    viewer.rate_requested.connect(lambda path, stars: rated.append((path, stars)))
    viewer.step_requested.connect(lambda path, by: stepped.append((path, by)))
    session.take_image("sky", plain(RED))
    qtbot.keyClick(viewer.pane, Qt.Key.Key_3)
    assert not rated  # it is not saved
    viewer.open_file(tmp_path / "a.png")
    qtbot.waitUntil(lambda: viewer.pane.image.pixelColor(0, 0) == BLUE)
    for key in (Qt.Key.Key_3, Qt.Key.Key_0, Qt.Key.Key_7):
        qtbot.keyClick(viewer.pane, key)
    qtbot.keyClick(viewer.pane, Qt.Key.Key_Right)
    assert rated == [(tmp_path / "a.png", 3), (tmp_path / "a.png", 0)]
    assert stepped == [(tmp_path / "a.png", 1)]


def test_recent_pictures_are_named_and_have_thumbnails(viewer: Viewer, session: Session) -> None:
    for colour in (RED, GREEN, BLUE):
        session.take_image("sky", plain(colour))
    texts = [viewer.first.itemText(row) for row in range(4)]
    assert texts == ["Latest", "Paint  ·  3", "Paint  ·  2", "Paint"]
    icon = viewer.first.itemIcon(2).pixmap(48, 48).toImage()
    assert icon.pixelColor(icon.width() // 2, icon.height() // 2) == GREEN


# --- more ways to compare ---


@pytest.fixture
def compared(viewer: Viewer, session: Session) -> ImagePane:
    """The pane with a grey picture of level 100, compared with one of 104."""
    session.take_pictures("hill", batch(104))
    session.take_pictures("sky", batch(100))
    session.select(["sky"])
    tick(viewer, 1)
    return viewer.pane


def choose_mode(viewer: Viewer, mode: str) -> None:
    pick(viewer.comparison.modes, viewer.comparison.modes.findData(mode))


def test_a_difference_is_amplified(compared: ImagePane, viewer: Viewer) -> None:
    choose_mode(viewer, "difference")
    assert seen(compared, compared.rect().center()).red() == 32  # by 8
    viewer.comparison.sliders["difference"].setValue(6)
    assert seen(compared, compared.rect().center()).red() == 255
    viewer.comparison.sliders["difference"].setValue(0)
    assert seen(compared, compared.rect().center()).red() == 4


def test_an_onion_skin_mixes_two(compared: ImagePane, viewer: Viewer, session: Session) -> None:
    session.take_pictures("sky", batch(200))
    choose_mode(viewer, "onion")
    assert seen(compared, compared.rect().center()).red() == pytest.approx(152, abs=1)
    viewer.comparison.sliders["onion"].setValue(0)
    assert seen(compared, compared.rect().center()).red() == 200


def test_a_flicker_shows_them_in_turn(compared: ImagePane, viewer: Viewer, qtbot: QtBot) -> None:
    viewer.comparison.sliders["flicker"].setValue(1)
    choose_mode(viewer, "flicker")
    found: set[int] = set()

    def look() -> bool:
        found.add(seen(compared, compared.rect().center()).red())
        return found == {100, 104}

    qtbot.waitUntil(look)


def test_pictures_to_compare_are_ticked_by_mouse_and_keys(
    viewer: Viewer, session: Session, qtbot: QtBot
) -> None:
    for shade in (10, 50, 90):
        session.take_pictures("sky", batch(shade))
    qtbot.mouseClick(viewer.compare_button, Qt.MouseButton.LeftButton)
    boxes = viewer.chooser.list
    assert [boxes.item(row).text() for row in range(3)] == ["Paint  ·  3", "Paint  ·  2", "Paint"]
    place = boxes.visualItemRect(boxes.item(1)).center()
    qtbot.mouseClick(boxes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [shot.label for shot in viewer.comparison.shots] == ["Paint  ·  2"]
    boxes.setCurrentRow(2)
    qtbot.keyClick(boxes, Qt.Key.Key_Space)
    assert [shot.label for shot in viewer.comparison.shots] == ["Paint  ·  2", "Paint"]
    viewer.chooser.hide()
    assert shown_shades(viewer.pane) == [90, 50, 10]


def test_many_are_compared_side_by_side(viewer: Viewer, session: Session, qtbot: QtBot) -> None:
    session.take_pictures("hill", batch(*SHADES, width=80, height=40))
    session.take_pictures("sky", batch(100))
    session.select(["sky"])
    tick(viewer, 1, 3, 4)  # of the batch, the first, third and fourth
    pane = viewer.pane
    assert shown_shades(pane) == [100, 40, 140, 190]
    names = [cell.label for cell in pane.pictures]
    assert names[0].startswith("Paint")
    assert "3 of 4" in names[2] and "scaled from 80 × 40" in names[2]
    choose_mode(viewer, "wipe")
    right = pane.place_of(35, 10)
    assert seen(pane, right).red() == 40
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert seen(pane, right).red() == 140
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert seen(pane, right).red() == 100 and not viewer.comparison.isVisible()


# --- full screen, background, picking ---


def test_f11_fills_the_screen_and_one_key_leads_back(
    viewer: Viewer, session: Session, qtbot: QtBot
) -> None:
    session.take_pictures("sky", batch(*SHADES))
    for back in (Qt.Key.Key_F11, Qt.Key.Key_Escape):
        viewer.pane.setFocus()
        qtbot.keyClick(viewer.pane, Qt.Key.Key_F11)
        full = viewer.pane.window()
        assert full is not viewer.window() and full.isFullScreen()
        qtbot.keyClick(viewer.pane, Qt.Key.Key_Right)
        qtbot.keyClick(viewer.pane, back)
        assert viewer.pane.window() is viewer.window() and viewer.pane.isVisible()
        assert viewer.pane.fitted
    assert session.picture == 2


def test_the_background_is_chosen_in_the_menu(viewer: Viewer, session: Session) -> None:
    image = QImage(40, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    session.take_image("sky", image)
    corner, centre = QPoint(2, 2), viewer.pane.rect().center()
    grounds: tuple[tuple[Ground, str], ...] = (
        ("light", "#f4f4f4"),
        ("grey", "#777777"),
        ("dark", "#0c0c0d"),
    )
    for ground, name in grounds:
        viewer.set_ground(ground)
        assert seen(viewer.pane, corner).name() == seen(viewer.pane, centre).name() == name


def test_the_shown_picture_of_a_batch_is_picked(
    viewer: Viewer, session: Session, qtbot: QtBot
) -> None:
    picked: list[tuple[str, int]] = []
    viewer.pick_requested.connect(lambda node, index: picked.append((node, index)))
    session.take_pictures("sky", batch(*SHADES))
    session.choose_picture(3)
    qtbot.mouseClick(viewer.batch.pick_button, Qt.MouseButton.LeftButton)
    assert picked == [("sky", 3)]
