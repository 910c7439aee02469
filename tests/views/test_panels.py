"""The list of panels, and what follows from it; panels and field editors of other packages."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from nodeui import app
from nodeui.graph.edits import AddNode
from nodeui.graph.parts import Node
from nodeui.graph.registry import PackProblem, Registry
from nodeui.graph.spec import Parameter
from nodeui.session.preferences import Settings
from nodeui.views.fields import registry
from nodeui.views.window import offers
from nodeui.views.window.panels import PANELS
from nodeui.views.window.studio import Studio
from tests.views.editor import close, make_studio, settings_in

ROOT = Path(__file__).resolve().parents[2]

COUNT = """
from PySide6.QtWidgets import QLabel
from nodeui.panels import FieldEditor, Panel, PanelContext, Session

class Count(QLabel):
    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self.known = len(context.specs)
        self.setObjectName("count of nodes")

    def set_session(self, session: Session | None) -> None:
        self.setText("none" if session is None else str(len(session.graph.nodes)))

class Angle(FieldEditor):
    pass

panels = [Panel("count", "Count", "lower-right", Count)]
fields = {"test-angle": Angle}
"""


class Install(Protocol):
    def __call__(self, **sources: str) -> None: ...


@pytest.fixture
def install(
    field_kinds: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Install]:
    """Makes packages with these modules look installed: name -> source."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(**sources: str) -> None:
        for name, source in sources.items():
            (tmp_path / f"panels_of_{name}.py").write_text(source)
        entries = [EntryPoint(name, f"panels_of_{name}", offers.GROUP) for name in sources]
        monkeypatch.setattr(offers, "entries_of", lambda group: entries)

    yield install
    for name in [name for name in sys.modules if name.startswith("panels_of_")]:
        del sys.modules[name]


@pytest.fixture
def studio(qapp: QApplication, tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(qapp, settings_in(tmp_path))
    studio.window.resize(1400, 900)
    studio.window.show()
    yield studio
    close(studio)


def opened_late(qtbot: QtBot, qapp: QApplication, settings: Settings) -> Studio:
    """The editor as it starts: the window is seen before the panels are there."""
    window = app.make_window(qapp, settings)
    window.resize(1400, 900)
    window.show()
    qtbot.waitExposed(window)
    return app.make_studio(window)


def view_menu(studio: Studio) -> list[str]:
    """The texts of the View menu."""
    menus = studio.window.menuBar().findChildren(QMenu)
    (view,) = (menu for menu in menus if menu.title() == "&View")
    return [action.text() for action in view.actions()]


# --- the panels that ship ------------------------------------------------------------------------


def test_the_contract_names_the_panels_of_the_list(studio: Studio):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = (one for one in contracts["contracts"] if one["type"] == "independence")
    modules = {type(studio.docks[panel.name].widget()).__module__ for panel in PANELS}
    packages = {".".join(module.split(".")[:3]) for module in modules}
    assert set(contract["modules"]) == packages | {"nodeui.views.canvas"}


def test_each_panel_has_a_dock_an_action_and_a_line_in_the_view_menu(studio: Studio):
    names = [panel.name for panel in PANELS]
    assert list(studio.docks) == names
    assert all(f"panel.{name}" in studio.actions.all() for name in names)
    lines = view_menu(studio)
    start = lines.index(PANELS[0].title)
    assert lines[start : start + len(PANELS)] == [panel.title for panel in PANELS]


def test_the_action_of_a_panel_shows_and_hides_it(studio: Studio):
    studio.workspace.new()
    gallery, action = studio.docks["gallery"], studio.actions["panel.gallery"]
    action.trigger()
    assert gallery.isHidden() and not action.isChecked()
    action.trigger()
    assert not gallery.isHidden() and action.isChecked()


# --- panels of other packages --------------------------------------------------------------------


def test_node_packs_that_cannot_be_used_are_named_at_the_start(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    broken = Registry(())
    broken.problems = (PackProblem("mine", "no licence"), PackProblem("other", "no module"))
    monkeypatch.setattr(app, "editor_registry", lambda folder, off: broken)
    studio = make_studio(qapp, settings_in(tmp_path))
    (notice,) = studio.notices.shown
    assert notice.text.splitlines() == ["node pack mine: no licence", "node pack other: no module"]
    close(studio)


def test_a_panel_of_a_package_is_shown_and_follows_the_document(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, install: Install
):
    install(mine=COUNT)
    studio = opened_late(qtbot, qapp, settings_in(tmp_path))
    label = studio.docks["count"].widget()
    assert isinstance(label, QLabel) and label.text() == "none"
    session = studio.workspace.new()
    assert label.text() == "0" and "Count" in view_menu(studio)
    session.edit(AddNode(Node("a", "image.invert")))
    studio.documents.toggle_start()
    assert label.text() == "none"
    studio.documents.toggle_start()
    assert label.text() == "1" and not studio.docks["count"].isHidden()
    assert studio.docks["count"] in studio.window.tabifiedDockWidgets(studio.docks["inspector"])
    studio.actions["panel.count"].trigger()
    assert studio.docks["count"].isHidden()
    assert not studio.notices.shown
    close(studio)


def test_panels_of_packs_that_are_not_trusted_are_not_imported(install: Install):
    install(mine=COUNT, other=COUNT)
    assert [offer.package for offer in offers.find_offers(["mine"])[0]] == ["other"]
    assert len(offers.find_offers()[0]) == 2


def test_a_panel_that_a_saved_layout_does_not_know_is_shown(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, install: Install
):
    settings = settings_in(tmp_path)
    first = opened_late(qtbot, qapp, settings)
    first.workspace.new()
    first.actions["panel.gallery"].trigger()
    close(first)
    install(mine=COUNT)
    second = opened_late(qtbot, qapp, settings)
    second.workspace.new()
    assert not second.docks["count"].isHidden() and second.actions["panel.count"].isChecked()
    assert second.docks["gallery"].isHidden()
    close(second)


def test_field_editors_of_a_package_are_registered(
    qapp: QApplication, tmp_path: Path, install: Install
):
    install(mine=COUNT)
    studio = make_studio(qapp, settings_in(tmp_path))
    editor = registry.factory_for(Parameter("turn", "integer", widget="test-angle"))
    assert isinstance(editor, type) and editor.__name__ == "Angle"
    close(studio)
    problems = offers.register_fields(offers.find_offers()[0])
    (problem,) = problems
    assert problem.startswith("Panels of mine cannot be used: ") and "'test-angle'" in problem


BROKEN = {
    "raise RuntimeError('no licence')": "RuntimeError: no licence",
    "import a_library_that_is_not_there": "No module named 'a_library_that_is_not_there'",
    "panels = [": "SyntaxError",
    "nodes = []": "it has neither `panels` nor `fields`",
    "panels = {'name': 'x'}": "`panels` must be a list",
    "panels = ['viewer']": "`panels` has 'viewer', which is not a Panel",
    "fields = {'angle': 3}": "`fields` has 'angle': 3",
    COUNT.replace('"lower-right"', '"top"'): "panel 'count': area 'top' is none of left, ",
    COUNT.replace('Panel("count"', 'Panel("viewer"'): "there is a panel 'viewer' already",
    COUNT.replace('lower-right", Count', 'left", lambda _: None'): "panel 'count' is None",
    COUNT.replace("len(context.specs)", "1 / 0"): "ZeroDivisionError",
}


@pytest.mark.parametrize(("source", "reason"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_package_that_cannot_be_used_is_named_with_the_reason(
    qapp: QApplication, tmp_path: Path, install: Install, source: str, reason: str
):
    install(broken=source, mine=COUNT.replace('"count"', '"other"').replace("test-angle", "x"))
    studio = make_studio(qapp, settings_in(tmp_path))
    (notice,) = studio.notices.shown
    assert notice.level == "error" and reason in notice.text
    assert notice.text.startswith("Panels of broken cannot be used: ")
    studio.workspace.new()
    assert "Count" in view_menu(studio) and set(studio.docks) == {
        *(panel.name for panel in PANELS),
        "other",
    }
    close(studio)
