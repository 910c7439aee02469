"""The panel of models: folders, search, and models that become nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import AddNode
from nodeui.graph.parts import Node
from nodeui.session.session import Session
from nodeui.views.fields.models import ModelPopup
from nodeui.views.fields.path import PathEditor
from nodeui.views.models import Models
from nodeui.views.window.studio import Studio
from tests.library.model_files import CLIP, LORA, UNET, VAE, write
from tests.views.editor import LONG, close, make_studio, settings_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint and two LoRAs of different families."""
    folder = tmp_path / "models"
    write(folder / "base.safetensors", {**UNET, **VAE, **CLIP})
    write(folder / "ink.safetensors", LORA, {"modelspec.trigger_phrase": "ink style, wet"})
    small = {
        name: (4, 768) if name.endswith("down.weight") else shape for name, shape in LORA.items()
    }
    write(folder / "pencil.safetensors", small)
    return folder


@pytest.fixture
def studio(qtbot: QtBot, qapp: QApplication, tmp_path: Path, folder: Path) -> Iterator[Studio]:
    settings = settings_in(tmp_path / "own")
    settings.preferences.models = [str(folder)]
    made = make_studio(qapp, settings)
    made.window.show()
    yield made
    close(made)


@pytest.fixture
def panel(studio: Studio, qtbot: QtBot) -> Models:
    """The panel in view, with its models."""
    studio.workspace.new()
    studio.docks.bring_up("models")
    panel = studio.docks.panel(Models)
    qtbot.waitUntil(lambda: titles(panel) == ["base", "ink", "pencil"], timeout=LONG)
    qtbot.waitUntil(lambda: panel.kinds.count() == 3, timeout=LONG)
    return panel


def titles(panel: Models) -> list[str]:
    model = panel.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def choose(panel: Models, title: str) -> None:
    panel.view.setCurrentIndex(panel.view.model().index(titles(panel).index(title), 0))


def current(studio: Studio) -> Session:
    session = studio.documents.current
    assert session is not None
    return session


def types(studio: Studio) -> list[str]:
    return [node.type for node in current(studio).graph.nodes.values()]


def test_searching_and_filtering(panel: Models) -> None:
    panel.search.setText("wet")
    assert titles(panel) == ["ink"]
    panel.search.setText("nothing like it")
    assert titles(panel) == []
    panel.search.clear()
    panel.kinds.setCurrentIndex(panel.kinds.findData("checkpoint"))
    panel.kinds.activated.emit(panel.kinds.currentIndex())
    assert titles(panel) == ["base"]


def test_only_models_that_fit_the_graph(studio: Studio, panel: Models, folder: Path) -> None:
    base = str(folder / "base.safetensors")
    current(studio).edit(AddNode(Node("model", "model.load", params={"source": base})))
    panel.fitting.click()
    assert titles(panel) == ["base", "pencil"]


@pytest.mark.parametrize(("title", "type"), [("base", "model.load"), ("ink", "model.lora")])
def test_a_model_becomes_the_node_that_loads_its_kind(
    studio: Studio, panel: Models, qtbot: QtBot, title: str, type: str
) -> None:
    choose(panel, title)
    panel.details.add.click()
    qtbot.waitUntil(lambda: types(studio) == [type], timeout=LONG)
    (node,) = current(studio).graph.nodes.values()
    assert str(node.params["source"]).endswith(f"{title}.safetensors")


def test_a_dropped_lora_becomes_a_lora_node(studio: Studio, folder: Path, qtbot: QtBot) -> None:
    studio.workspace.new()
    view = studio.documents.view
    assert view is not None
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder / "ink.safetensors"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(90, 90), Qt.DropAction.CopyAction, mime, left, none)
    view.dropEvent(drop)
    qtbot.waitUntil(lambda: types(studio) == ["model.lora"], timeout=LONG)


def test_a_file_that_no_node_loads_is_refused_in_a_line(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio.workspace.new()
    other = write(tmp_path / "other.safetensors", {"lora_controlnet": (0,), "a": (2, 2)})
    studio.taking.take_files([other])

    def shown() -> bool:
        labels = studio.window.findChildren(QLabel)
        return any("Control-LoRA" in label.text() for label in labels)

    qtbot.waitUntil(shown, timeout=LONG)
    assert types(studio) == []


def test_trigger_words_go_into_the_prompt(studio: Studio, panel: Models) -> None:
    session = current(studio)
    session.edit(AddNode(Node("prompt", "text.encode", params={"text": "a lighthouse"})))
    choose(panel, "ink")
    panel.details.use_words.click()
    panel.details.use_words.click()  # they are there already
    assert session.graph.nodes["prompt"].params["text"] == "a lighthouse, ink style, wet"


def test_notes_and_stars_are_kept(panel: Models, qtbot: QtBot) -> None:
    choose(panel, "ink")
    panel.details.own_notes.setText("strength 0.6")
    panel.details.own_notes.editingFinished.emit()
    panel.search.setText("strength 0.6")
    qtbot.waitUntil(lambda: titles(panel) == ["ink"], timeout=LONG)


def test_folders_are_chosen_and_remembered(
    studio: Studio, panel: Models, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "more" / "vae.safetensors", VAE)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "more"))
    panel._add_folder()
    qtbot.waitUntil(lambda: titles(panel) == ["base", "ink", "pencil", "vae"], timeout=LONG)
    assert str(tmp_path / "more") in studio.settings.preferences.models


def test_new_files_appear_by_themselves(panel: Models, folder: Path, qtbot: QtBot) -> None:
    write(folder / "new.safetensors", VAE)
    qtbot.waitUntil(lambda: "new" in titles(panel), timeout=LONG)


def test_without_folders_the_panel_asks_for_one(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    studio = make_studio(qapp, settings_in(tmp_path))
    studio.window.show()
    studio.docks.bring_up("models")
    panel = studio.docks.panel(Models)
    assert panel._choose.isVisible()
    close(studio)


def test_a_field_offers_the_models_that_it_loads(studio: Studio, panel: Models) -> None:
    session = current(studio)
    session.edit(AddNode(Node("lora", "model.lora")))
    session.select(["lora"])
    studio.docks.bring_up("inspector")
    QApplication.processEvents()
    editor = studio.window.findChild(PathEditor)
    assert editor is not None
    editor.choose_from_library()
    popup = editor.findChild(ModelPopup)
    assert popup is not None
    model = popup.list.model()
    shown = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert shown == ["ink", "pencil"]
    popup.search.setText("pen")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert str(session.graph.nodes["lora"].params["source"]).endswith("pencil.safetensors")
    assert not popup.isVisible()
