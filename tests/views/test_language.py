"""Every text of the editor can be translated: a catalogue made of the code reaches them all."""

from __future__ import annotations

import importlib.util
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QComboBox, QTabWidget, QWidget

from nodeui.app import make_window
from nodeui.graph.registry import Registry, installed
from nodeui.session.preferences import Places, Settings
from nodeui.views import language
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.start import WORKFLOWS

OPEN, CLOSE = "«", "»"
TEXTS = ("text", "title", "toolTip", "accessibleName", "placeholderText", "windowTitle")


@pytest.fixture(scope="module")
def update() -> ModuleType:
    """The script that makes catalogues."""
    spec = importlib.util.spec_from_file_location("update", language.CATALOGUES / "update.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def spoken(qapp: QApplication) -> Iterator[QApplication]:
    """The application; its language is English again afterwards."""
    before = set(qapp.findChildren(QTranslator))
    yield qapp
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()


def marked(update: ModuleType, folder: Path) -> None:
    """A catalogue that puts each text in angle quotes."""
    known = {text: [f"{OPEN}{text}{CLOSE}"] * 2 for text in update.texts()}
    assert update.write(folder / "nodeui_eo.ts", "eo", known) == 0


def data_of(specs: Registry) -> str:
    """What the node library and the examples bring along, and names that are the same everywhere:
    one long text in lower case."""
    parts: list[str] = ["NodeUI", "auto cpu cuda mps float32 float16 bfloat16", "GB MB KB"]
    parts += language.languages().values()
    parts += ["OK Cancel Close Float Press shortcut Scroll Left Scroll Right"]  # Qt's own
    for spec in specs.values():
        parts += [spec.id, spec.title, spec.category, inspect.getdoc(spec.node.function) or ""]
        for name, parameter in spec.parameters.items():
            parts += [name.replace("_", " "), *map(str, parameter.choices or ())]
        for socket in (*spec.inputs.values(), *spec.outputs.values()):
            parts += [socket.name.replace("_", " "), socket.type]
    for file in WORKFLOWS.glob("*.json"):
        content = json.loads(file.read_bytes())
        parts += [*content["meta"].values(), *content["nodes"]]
    return " ".join(" ".join(map(str, parts)).lower().split())


def texts_of(widget: QWidget) -> Iterator[str]:
    """All that a widget says."""
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


def untranslated(app: QApplication, data: str) -> set[str]:
    """What is said in English, and is no data."""
    found: set[str] = set()
    for widget in app.allWidgets():
        for text in texts_of(widget):
            plain = " ".join(text.lower().split()).removesuffix(" - nodeui").removeprefix("← ")
            names = [part.strip() for part in plain.split("·")]  # title and id
            if any(letter.isalpha() for letter in plain) and OPEN not in text:
                found |= {name for name in names if name not in data and "/" not in name}
    return found


def test_every_text_of_the_window_is_translated(
    qtbot: Any, spoken: QApplication, update: ModuleType, tmp_path: Path
):
    marked(update, tmp_path)
    assert language.speak(spoken, QLocale("eo"), tmp_path)
    window = make_window(spoken, Settings(Places(tmp_path / "a", tmp_path / "b", tmp_path / "c")))
    window.show()
    with qtbot.waitSignal(window.workspace.opened) as opened:
        window.workspace.open_copy(WORKFLOWS / "controlled-landscape.nodeui.json")
    session = opened.args[0]
    session.select(["sampler"])
    for dock in window.panels.docks:
        window.panels.bring_up(dock)
        spoken.processEvents()
    settings = window.settings
    PreferencesDialog(settings.preferences, settings.places, window.actions_, window)
    CommandPalette(window.actions_.all(), window)
    data = data_of(installed())
    assert untranslated(spoken, data) == set()
    assert window.documents.start.accessibleName() == "«Start page»"
    session.saved(Path("/nowhere.nodeui.json"), session.depth)
    assert window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


def test_numbers_have_their_plural(spoken: QApplication, update: ModuleType, tmp_path: Path):
    update.write(tmp_path / "nodeui_de.ts", "de", {"%n runs": ["%n Lauf", "%n Läufe"]})
    assert language.speak(spoken, QLocale("de_AT"), tmp_path)
    assert [spoken.translate("X", "%n runs", None, n) for n in (1, 2)] == ["1 Lauf", "2 Läufe"]
    assert spoken.translate("X", "Untitled") == "Untitled"  # what is missing stays English


def test_a_language_without_a_catalogue_stays_english(spoken: QApplication, tmp_path: Path):
    assert not language.speak(spoken, QLocale("de"), tmp_path)
    assert not language.speak(spoken, QLocale("en"))


def test_the_catalogues_that_ship_are_whole(spoken: QApplication, update: ModuleType):
    """What a translation fills in stays in it; each is compiled."""
    for file in language.CATALOGUES.glob("nodeui_*.ts"):
        assert file.with_suffix(".qm").exists()
        for text, forms in update.read(file).items():
            for form in forms:
                for part in ("{}", "{0}", "{1}", "{2}", "%n"):
                    assert (part in text) == (part in form), text
    assert language.speak(spoken, QLocale("de"))
    assert spoken.translate("Menus", "&File") == "&Datei"
