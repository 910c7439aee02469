"""Pictures that come in and are sent on: paste, drag and "Send to"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from nodeui.graph import document
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.parts import Link, Node
from nodeui.session.pasted import MOST_PIXELS, PasteError, keep_picture, pasted_folder
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.fields.simple import LineEditor
from nodeui.views.gallery import Gallery
from nodeui.views.icons import IconButton
from nodeui.views.inspector import Inspector
from nodeui.views.viewer import Viewer
from nodeui.views.window.studio import Studio
from tests.views.editor import LONG, close, make_studio, settings_in

EXAMPLE = Path(__file__).parents[2] / "workflows" / "landscape.nodeui.json"


@pytest.fixture
def studio(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Studio]:
    settings = settings_in(tmp_path / "own")
    settings.preferences.output = str(tmp_path / "out")
    made = make_studio(qapp, settings)
    made.window.show()
    yield made
    close(made)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (90, 60), (200, 120, 40)).save(path)
    return path


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A picture with its graph."""
    info = PngImagePlugin.PngInfo()
    info.add_itxt(document.PNG_KEY, EXAMPLE.read_text())
    path = tmp_path / "ours.png"
    Image.new("RGB", (64, 64)).save(path, pnginfo=info)
    return path


def new(studio: Studio) -> CanvasView:
    studio.workspace.new()
    view = studio.documents.view
    assert view is not None
    return view


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(view: CanvasView, mime: QMimeData, at: QPointF | None = None, alt: bool = False) -> None:
    """Drags over a place of the canvas, and drops there."""
    place = QPointF(view.mapFromScene(at if at is not None else view.shown_rect().center()))
    keys = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    move = QDragMoveEvent(place.toPoint(), copy, mime, left, keys)
    view.dragMoveEvent(move)
    assert move.isAccepted()
    view.dropEvent(QDropEvent(place, copy, mime, left, keys))


def loaders(session: Session) -> list[str]:
    """The paths of the nodes that load pictures."""
    nodes = session.graph.nodes.values()
    return [str(node.params.get("path", "")) for node in nodes if node.type == "image.load"]


def answer(qtbot: QtBot, text: str) -> None:
    """Press a button of the message box."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox), timeout=LONG)
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    (button,) = [button for button in box.buttons() if button.text() == text]
    button.click()


# --- paste -------------------------------------------------------------------------------------


def paste(studio: Studio) -> None:
    studio.actions["edit.paste"].trigger()


@pytest.mark.parametrize("form", ["file", "path", "quoted", "url"])
def test_a_file_on_the_clipboard_is_loaded(studio: Studio, photo: Path, form: str) -> None:
    view, clipboard = new(studio), QGuiApplication.clipboard()
    if form == "file":
        clipboard.setMimeData(files(photo))
    else:
        texts = {"path": str(photo), "quoted": f'"{photo}"\n', "url": photo.as_uri()}
        clipboard.setText(texts[form])
    paste(studio)
    assert loaders(view.session) == [str(photo)]
    view.session.undo()
    assert not view.session.graph.nodes


def test_a_picture_on_the_clipboard_becomes_a_file_of_its_content(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    view = new(studio)
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    for count in (1, 2):
        paste(studio)
        qtbot.waitUntil(lambda count=count: len(loaders(view.session)) == count, timeout=LONG)
    first, second = loaders(view.session)
    assert first == second and Path(first).parent == tmp_path / "out" / "pasted"
    with Image.open(first) as kept:
        assert kept.size == (20, 10) and kept.convert("RGB").getpixel((3, 3)) == (255, 0, 0)


def test_the_viewers_copy_pastes(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    view, viewer = new(studio), studio.docks.panel(Viewer)
    viewer.open_file(photo)
    qtbot.waitUntil(lambda: not viewer.pane.image.isNull(), timeout=LONG)
    viewer.exporting.copy()
    paste(studio)
    qtbot.waitUntil(lambda: len(loaders(view.session)) == 1, timeout=LONG)
    with Image.open(loaders(view.session)[0]) as kept:
        assert kept.size == (90, 60)


def test_nodes_paste_as_nodes(studio: Studio) -> None:
    view = new(studio)
    view.session.edit(AddNode(Node("load", "image.load")))
    view.session.select(["load"])
    studio.actions["edit.copy"].trigger()
    paste(studio)
    assert sorted(view.session.graph.nodes) == ["load", "load-2"]


@pytest.mark.parametrize("text", ["", "hello", "/no/such/file.png", "a\n/b", "x" * 5000])
def test_other_texts_add_nothing(studio: Studio, text: str) -> None:
    view = new(studio)
    QGuiApplication.clipboard().setText(text)
    paste(studio)
    assert not view.session.graph.nodes
    if text.startswith("/"):
        assert "/no/such/file.png does not exist" in studio.notices.text


def test_pasted_pictures_lie_beside_the_workflow(tmp_path: Path) -> None:
    own = pasted_folder(tmp_path / "lake.nodeui.json", tmp_path / "out")
    assert own == tmp_path / "lake.files"
    with pytest.raises(PasteError, match="cannot be read"):
        keep_picture(QImage(), own)
    side = int(MOST_PIXELS**0.5) + 1
    with pytest.raises(PasteError, match="too large"):
        keep_picture(QImage(side, side, QImage.Format.Format_Mono), own)
    (tmp_path / "file").write_text("")
    with pytest.raises(PasteError, match="cannot be written"):
        keep_picture(QImage(2, 2, QImage.Format.Format_RGB32), tmp_path / "file" / "x")
    assert not own.exists()


# --- drag --------------------------------------------------------------------------------------


def test_a_picture_without_a_graph_is_loaded_where_it_is_dropped(
    studio: Studio, photo: Path
) -> None:
    view = new(studio)
    drop(view, files(photo))
    assert loaders(view.session) == [str(photo)]


def test_a_picture_is_given_to_the_node_it_is_dropped_on(
    studio: Studio, ours: Path, photo: Path
) -> None:
    view = new(studio)
    drop(view, files(photo))
    (id,) = view.session.graph.nodes
    drop(view, files(ours), view.mirror.nodes.rect(id).center())
    assert loaders(view.session) == [str(ours)]
    assert QApplication.activeModalWidget() is None


def test_the_node_that_would_take_the_picture_is_marked(studio: Studio, photo: Path) -> None:
    view = new(studio)
    view.session.edit(AddNode(Node("load", "image.load")))
    view.show_all()
    mime = files(photo)  # an event does not own it

    def moved_to(at: QPointF) -> QImage:
        event = QDragMoveEvent(
            view.mapFromScene(at),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        view.dragMoveEvent(event)
        return view.viewport().grab().toImage()

    rect = view.mirror.nodes.rect("load")
    beside = moved_to(rect.topLeft() - QPointF(60, 60))
    over = moved_to(rect.center())
    assert over != beside
    assert moved_to(rect.topLeft() - QPointF(60, 60)) == beside


@pytest.mark.parametrize("choice", ["Open its graph", "Use as an image", "Cancel"])
def test_a_picture_with_a_graph_asks(qtbot: QtBot, studio: Studio, ours: Path, choice: str) -> None:
    view = new(studio)
    drop(view, files(ours))
    answer(qtbot, choice)
    if choice == "Open its graph":
        qtbot.waitUntil(lambda: len(studio.workspace.sessions) == 2, timeout=LONG)
        assert "sampler" in studio.workspace.sessions[1].graph.nodes
    wanted = [str(ours)] if choice == "Use as an image" else []
    assert loaders(view.session) == wanted


def test_alt_uses_it_as_an_image(studio: Studio, ours: Path) -> None:
    view = new(studio)
    drop(view, files(ours), alt=True)
    assert loaders(view.session) == [str(ours)] and QApplication.activeModalWidget() is None


def test_a_dragged_picture_without_a_file_is_kept(qtbot: QtBot, studio: Studio) -> None:
    """As a browser or the viewer gives it."""
    view, mime = new(studio), QMimeData()
    mime.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    drop(view, mime)
    qtbot.waitUntil(lambda: len(loaders(view.session)) == 1, timeout=LONG)


# --- send --------------------------------------------------------------------------------------


def sent_to(menu: QMenu, title: str) -> None:
    (action,) = [action for action in menu.actions() if action.text() == title]
    action.trigger()


def gallery_menu(studio: Studio, path: Path) -> QMenu:
    menu = QMenu(studio.window)
    studio.docks.panel(Gallery).menu_opened.emit(menu, [path])
    (inner,) = [action.menu() for action in menu.actions() if action.text() == "Send to"]
    assert isinstance(inner, QMenu)
    return inner


def viewer_menu(viewer: Viewer) -> QMenu:
    menu = QMenu(viewer)
    viewer.menu_opened.emit(menu)
    (action,) = menu.actions()
    more = action.menu()
    assert isinstance(more, QMenu)
    return more


def opened(qtbot: QtBot, studio: Studio) -> Session:
    studio.workspace.open_copy(EXAMPLE)
    qtbot.waitUntil(lambda: studio.documents.current is not None, timeout=LONG)
    session = studio.documents.current
    assert session is not None
    return session


def test_inpainting_a_gallery_picture_takes_three_actions(
    qtbot: QtBot, studio: Studio, ours: Path
) -> None:
    menu = gallery_menu(studio, ours)  # 1: the context menu
    sent_to(menu, "Inpainting")  # 2: Send to > Inpainting
    qtbot.waitUntil(lambda: studio.documents.current is not None, timeout=LONG)
    session = studio.documents.current
    assert session is not None
    qtbot.waitUntil(lambda: bool(session.selection), timeout=LONG)
    (mask,) = session.selection  # what is edited is selected: painting is 3
    assert session.graph.spec(mask) is not None
    assert "mask" in {link.input for link in session.graph.links_out(mask)}
    assert len(studio.workspace.sessions) == 1 and len(session.undo_labels) == 1
    assert loaders(session) == [ours.name]


def test_the_easel_of_a_mask_offers_inpainting(qtbot: QtBot, studio: Studio) -> None:
    session = opened(qtbot, studio)
    session.edit(AddNode(Node("hand", "paint.mask", pos=(0, 4000))))
    source = next(id for id, node in session.graph.nodes.items() if node.type == "latents.decode")
    session.edit(Connect(Link(source, "image", "hand", "image")))
    strip = studio.docks.panel(Viewer).easel.strip

    def buttons() -> list[str]:
        found = strip.findChildren(IconButton)
        names = [button.accessibleName() for button in found if not button.isHidden()]
        return [name for name in names if "Send to" in name]

    session.select([source])
    assert buttons() == []
    session.select(["hand"])
    assert buttons() == ["Send to: Inpainting", "Send to: Inpaint here"]
    before = session.depth
    (button,) = (
        b for b in strip.findChildren(IconButton) if b.accessibleName().endswith("Inpaint here")
    )
    button.click()
    assert session.depth == before + 1
    (close,) = (n.id for n in session.graph.nodes.values() if n.type == "inpaint.cut")
    assert session.graph.links_in(close)["mask"].source == "hand"


def test_a_picture_is_sent_to_the_document_in_view(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    session = opened(qtbot, studio)
    before = set(session.graph.nodes)
    sent_to(gallery_menu(studio, photo), "Image to image")
    qtbot.waitUntil(lambda: set(session.graph.nodes) != before, timeout=LONG)
    (sampler,) = session.selection
    assert session.graph.nodes[sampler].params["strength"] == 0.6
    assert session.undo_labels[-1] == "Send to: image to image"
    session.undo()
    assert set(session.graph.nodes) == before


def test_a_node_is_sent_from_its_menu_and_by_the_command_palette(
    qtbot: QtBot, studio: Studio
) -> None:
    session = opened(qtbot, studio)
    menu = QMenu()
    studio.documents.menu_opened.emit(menu, "sampler")
    assert "Send to" not in [action.text() for action in menu.actions()]  # latents are no picture
    studio.documents.menu_opened.emit(menu, "decode")
    more = next(action for action in menu.actions() if action.text() == "Send to")
    submenu = more.menu()
    assert isinstance(submenu, QMenu)
    sent_to(submenu, "Upscale")
    (upscale,) = session.selection
    assert session.graph.links_in(upscale)["image"].source == "decode"
    session.select(["save"])
    studio.actions["send.upscale"].trigger()
    (again,) = session.selection
    assert again != upscale and session.graph.links_in(again)["image"].source == "decode"


def test_the_picture_in_the_viewer_is_sent(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    view, viewer = new(studio), studio.docks.panel(Viewer)
    studio.actions["send.upscale"].trigger()
    assert "show a picture in the viewer" in studio.notices.text
    viewer.open_file(photo)
    qtbot.waitUntil(lambda: viewer.source == str(photo), timeout=LONG)
    sent_to(viewer_menu(viewer), "Upscale")
    qtbot.waitUntil(lambda: loaders(view.session) == [str(photo)], timeout=LONG)
    viewer.open_picture("cell", "A cell", QImage(9, 9, QImage.Format.Format_RGB32))
    sent_to(viewer_menu(viewer), "Image to image")
    qtbot.waitUntil(lambda: len(loaders(view.session)) == 2, timeout=LONG)
    assert "pasted" in loaders(view.session)[1]


def test_a_new_sweep_opens_the_graph_of_the_picture(
    qtbot: QtBot, studio: Studio, ours: Path, photo: Path
) -> None:
    sent_to(gallery_menu(studio, photo), "New sweep")
    qtbot.waitUntil(lambda: "no graph" in studio.notices.text, timeout=LONG)
    sent_to(gallery_menu(studio, ours), "New sweep")
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=LONG)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None and studio.documents.current is not None
    dialog.close()


# --- names -------------------------------------------------------------------------------------


def test_the_inspector_shows_the_name_that_comes_out(qtbot: QtBot, studio: Studio) -> None:
    session = opened(qtbot, studio)
    session.select(["save"])
    inspector = studio.docks.panel(Inspector)

    def preview() -> str:
        labels = inspector.findChildren(QLabel, "preview")
        return next(
            (label.text().replace("\u200b", "") for label in labels if not label.isHidden()), ""
        )

    session.edit(SetParam("save", "name", "{seed} {counter}"))
    seed = session.graph.nodes["sampler"].params.get("seed", 0)
    qtbot.waitUntil(lambda: preview() == f"→ {seed} ####.png", timeout=LONG)
    session.edit(SetParam("save", "format", "webp"))
    qtbot.waitUntil(lambda: preview() == f"→ {seed} ####.webp", timeout=LONG)
    fields = [one for one in inspector.findChildren(LineEditor) if one.parameter.name == "name"]
    line = fields[0].findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "{sed")
    assert session.graph.nodes["save"].params["name"] == "{seed} {counter}"  # not yet
    assert preview() == "" and "no partner" in text_of(inspector, "problem")
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    QTest.keyClicks(line, "ed}")
    assert session.graph.nodes["save"].params["name"] == "{seed}"
    assert preview() == f"→ {seed}.webp" and text_of(inspector, "problem") == ""


def text_of(widget: QWidget, name: str) -> str:
    """The text of the visible labels of a name."""
    labels = widget.findChildren(QLabel, name)
    return " ".join(label.text().replace("\u200b", "") for label in labels if label.isVisible())


def test_the_field_on_the_node_shows_it_while_typing(qtbot: QtBot, studio: Studio) -> None:
    opened(qtbot, studio)
    view = studio.documents.view
    assert view is not None
    view.canvas.open_editor("parameter", "save", "name")
    line = view.inline.open.findChild(QLineEdit) if view.inline.open is not None else None
    assert line is not None and view.inline.open is not None
    for typed, shown in (("{sta", "no partner"), ("{title}", "→ Landscape.png"), ("{x}", "{x}")):
        line.selectAll()
        QTest.keyClicks(line, typed)
        assert shown in text_of(view.inline.open, "preview")
    QTest.keyClick(line, Qt.Key.Key_Escape)
