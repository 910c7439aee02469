"""Every text of the editor can be translated: a catalogue made from the code has them all."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QComboBox, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from nodeui.engine.cache import open_cache
from nodeui.engine.plan import Planner
from nodeui.engine.protocol import Trajectory
from nodeui.graph import wording
from nodeui.graph.edits import AddNode, Connect, Disconnect, MoveNodes, SetMode, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Link, Node
from nodeui.graph.registry import Registry, installed
from nodeui.graph.wording import counted, tr
from nodeui.views import language
from nodeui.views.palette.search import ranked
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.start import WORKFLOWS
from tests.signals import arguments_of
from tests.views.editor import close, make_studio, settings_in

OPEN, CLOSE = "«", "»"
TEXTS = ("text", "title", "toolTip", "accessibleName", "placeholderText", "windowTitle")


@pytest.fixture(scope="module")
def update() -> ModuleType:
    """The script that updates catalogues."""
    spec = importlib.util.spec_from_file_location("update", language.CATALOGUES / "update.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def spoken(qapp: QApplication) -> Iterator[QApplication]:
    """The application; its language is reset to English afterwards."""
    before = set(qapp.findChildren(QTranslator))
    yield qapp
    wording.speak()
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()


def marked(update: ModuleType, folder: Path) -> None:
    """Write a catalogue that puts each text in angle quotes."""
    known = {text: [f"{OPEN}{text}{CLOSE}"] * 2 for text in update.texts()}
    assert update.write(folder / "nodeui_eo.ts", "eo", known) == 0


def data_of(specs: Registry) -> set[str]:
    """Return the names and values of the node library and the examples, and names that are the
    same in every language, in lower case."""
    parts: list[Any] = ["NodeUI", "auto", "cpu", "cuda", "mps", "float32", "float16", "bfloat16"]
    parts += language.languages().values()
    parts += [
        "OK",
        "Cancel",
        "Close",
        "Float",
        "Press shortcut",
        "Scroll Left",
        "Scroll Right",
    ]
    for spec in specs.values():
        parts.append(spec.id)
        for parameter in spec.parameters.values():
            parts += [parameter.default, *parameter.choices]
    for file in WORKFLOWS.glob("*.json"):
        content = json.loads(file.read_bytes())
        parts += [*content["meta"].values(), *content["nodes"]]
        parts += [
            value for node in content["nodes"].values() for value in node.get("params", {}).values()
        ]
    return {" ".join(str(part).lower().split()) for part in parts}


def places(text: str) -> set[str]:
    """Return the placeholders in a text: "{0} of {1:g}" has "0" and "1"."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def texts_of(widget: QWidget) -> Iterator[str]:
    """Yield the texts of a widget."""
    for name in TEXTS:
        get: Any = getattr(widget, name, None)
        if callable(get) and not (name == "text" and widget.property("readOnly") is False):
            yield str(get())
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(index) for index in range(widget.count()))
    if isinstance(widget, QTabWidget):
        yield from (widget.tabText(index) for index in range(widget.count()))
    for action in widget.actions():
        yield from (action.text(), action.toolTip())


def untranslated(widgets: Iterable[QWidget], data: set[str]) -> set[str]:
    """Return the English texts of widgets that are not data."""
    found: set[str] = set()
    for widget in widgets:
        for text in texts_of(widget):
            plain = " ".join(text.lower().split()).removesuffix(" - nodeui").removeprefix("← ")
            names = [part.strip() for part in plain.split("·")]  # title and id
            if any(letter.isalpha() for letter in plain) and OPEN not in text:
                found |= {name for name in names if name not in data and "/" not in name}
    return found


def test_every_text_of_the_window_is_translated(
    qtbot: QtBot, spoken: QApplication, update: ModuleType, tmp_path: Path
):
    marked(update, tmp_path)
    assert language.install(spoken, QLocale("eo"), tmp_path)
    others = set(spoken.allWidgets())  # of earlier tests, in English
    studio = make_studio(spoken, settings_in(tmp_path))
    studio.window.show()
    with qtbot.waitSignal(studio.workspace.opened) as opened:
        studio.workspace.open_copy(WORKFLOWS / "controlled-landscape.nodeui.json")
    session = arguments_of(opened)[0]
    session.select(["sampler"])
    for dock in studio.docks:
        studio.docks.bring_up(dock)
        spoken.processEvents()
    settings = studio.settings
    PreferencesDialog(settings.preferences, settings.places, studio.actions, studio.window)
    CommandPalette(studio.actions.all(), studio.window)
    found = untranslated(set(spoken.allWidgets()) - others, data_of(installed()))
    start = studio.documents.start.accessibleName()
    close(studio)
    assert found == set()
    assert start == "«Start page»"


def test_numbers_have_their_plural(spoken: QApplication, update: ModuleType, tmp_path: Path):
    update.write(tmp_path / "nodeui_de.ts", "de", {"%n runs": ["%n Lauf", "%n Läufe"]})
    assert language.install(spoken, QLocale("de_AT"), tmp_path)
    assert [counted("%n runs", n) for n in (1, 2)] == ["1 Lauf", "2 Läufe"]
    assert tr("Untitled") == "Untitled"  # a missing text stays English


def test_a_language_without_a_catalogue_stays_english(spoken: QApplication, tmp_path: Path):
    assert not language.install(spoken, QLocale("de"), tmp_path)
    assert not language.install(spoken, QLocale("en"))


def test_the_shipped_catalogues_keep_placeholders(spoken: QApplication, update: ModuleType):
    """Translations keep the placeholders; each catalogue is compiled."""
    for file in language.CATALOGUES.glob("nodeui_*.ts"):
        assert file.with_suffix(".qm").exists()
        for text, forms in update.read(file).items():
            for form in forms:
                assert places(text) == places(form), text
                assert ("%n" in text) == ("%n" in form), text
    assert language.install(spoken, QLocale("de"))
    assert tr("&File") == "&Datei"
    assert spoken.translate("Menus", "&File") == "&File"  # see `Catalogue`


@pytest.fixture
def german(spoken: QApplication) -> Registry:
    """The nodes, while the language is German."""
    assert language.install(spoken, QLocale("de"))
    return installed().translated()


def test_undo_labels_are_translated(german: Registry):
    assert AddNode(Node("a", "sample.denoise")).label == "a hinzufügen"
    assert SetParam("a", "guidance_scale", 7.5).label == "Guidance-Skala auf 7.5 setzen"
    assert SetParam("a", "tiled", True).label == "Kacheln einschalten"
    assert MoveNodes({"a": (0.0, 0.0)}).label == "Verschieben"
    assert Disconnect("a", "model").label == "Trennen"
    assert SetMode("a", "muted").label == "Stummschalten"


def test_reasons_to_refuse_an_edit_are_translated(german: Registry):
    graph = Graph(german)
    graph.apply(AddNode(Node("pause", "sample.denoise")))
    with pytest.raises(GraphError, match="„Schritte“ muss zwischen 1 und "):
        graph.apply(SetParam("pause", "steps", 0))
    with pytest.raises(GraphError, match=r"hat den Typ Latents, aber .* erwartet Modell"):
        graph.apply(AddNode(Node("other", "sample.denoise")))
        graph.apply(Connect(Link("pause", "latents", "other", "model")))


def test_reasons_to_run_a_node_are_translated(german: Registry):
    graph = Graph(german)
    graph.apply(AddNode(Node("show", "image.invert")))
    planner = Planner(open_cache(None), str)
    decision = planner.plan(graph, ["show"]).nodes["show"]
    assert decision.reason == "Bild ist nicht verbunden"
    graph.apply(AddNode(Node("read", "image.load")))
    graph.apply(Connect(Link("read", "image", "show", "image")))
    assert planner.plan(graph, ["show"]).nodes["show"].reason == "braucht read"
    assert Trajectory(20, 12, (True,) * 20).summary == "macht bei 12 von 20 weiter"


def test_nodes_are_found_by_title_and_id(german: Registry):
    crop = german["image.crop"]
    assert (crop.title, crop.category) == ("Zuschneiden", "Image")
    assert crop.parameters["width"].help == "Breite des Rechtecks."
    for query, first in (("zuschn", True), ("image.crop", True), ("bild", False)):  # a category
        ids = [spec.id for spec in ranked(query, german.values())]
        assert "image.crop" in (ids[:1] if first else ids)
