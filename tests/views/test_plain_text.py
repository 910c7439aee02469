"""Names of files, titles, and texts of packs are shown as they are typed, wherever they appear."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QTabBar, QWidget
from pytestqt.qtbot import QtBot

import nodeui.views
from nodeui.engine.protocol import Trajectory
from nodeui.graph import document
from nodeui.graph.edits import AddNode, Batch, SetFrame, SetGroup, SetMembers, SetTitle
from nodeui.graph.parts import Frame, Group, Node
from nodeui.session.session import Session
from nodeui.views.canvas.scene import Hit, text
from nodeui.views.canvas.view.menu import context_menu
from nodeui.views.canvas.view.tips import tip
from nodeui.views.gallery import Gallery
from nodeui.views.inspector import Inspector
from nodeui.views.inspector.rows import ParameterRow
from nodeui.views.labels import message_box, plain_entry, plain_tip, plain_title, show_details
from nodeui.views.palette import NodeSearch
from nodeui.views.panel import Panel
from nodeui.views.sweep import SweepDialog
from nodeui.views.timeline import Timeline
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.studio import Studio
from tests import crystal
from tests.views.editor import LONG, editor_studio
from tests.views.odd_texts import ODD, ODD_NAME, faults, registry, seen_in


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "pictures" / f"{ODD_NAME}.png")
    panel = Panel("odd", ODD, "left", lambda _: QWidget())
    pack = "tests.views.odd_texts:registry"
    with editor_studio(tmp_path, registry(), pack, [(panel, QWidget())]) as studio:
        yield studio


@pytest.fixture
def session(qtbot: QtBot, studio: Studio, tmp_path: Path) -> Session:
    """A document of odd texts, saved under an odd name in an odd folder."""
    session = studio.workspace.sessions[0]
    crystal.fill(session.edit)
    session.edit(AddNode(Node("read", "odd.read", title=ODD, pos=(0, 300))))
    session.edit(AddNode(Node("unknown", "odd.unknown", title=ODD, params={"text": ODD})))
    session.edit(SetTitle("salt", ODD))
    session.edit(SetTitle("grow", ODD))
    session.edit(SetFrame("f", Frame("f", title=ODD, text=ODD)))
    for id, into in (("g", ""), ("h", "g"), ("i", "h"), ("j", "i"), ("k", "j")):
        session.edit(SetGroup(id, Group(id, title=ODD, parent=into)))
    session.edit(AddNode(Node("deep", "odd.read", title=ODD)))
    session.edit(SetMembers({"deep": "k"}))
    studio.workspace.save(session, tmp_path / ODD_NAME / f"{ODD_NAME}{document.SUFFIX}")
    qtbot.waitUntil(lambda: session.path is not None)
    return session


def look(*roots: QWidget) -> None:
    """Check all texts of these widgets, which must show an odd one, and of all other widgets."""
    parts: list[QWidget | QAction] = [*QApplication.allWidgets()]
    for widget in QApplication.allWidgets():
        parts += [] if isinstance(widget, QMenu) else widget.actions()
    for part in parts:
        for shown in seen_in(part):
            assert not faults(shown), (part, shown)
    for root in roots:
        inside: list[QWidget | QAction] = [root, *root.findChildren(QWidget), *root.actions()]
        assert any("zQ" in shown for part in inside for shown in seen_in(part)), root


def asked(ask: Callable[[], object], odd: bool = True) -> None:
    """Check the dialog that a call opens, and cancel it."""
    boxes: list[QWidget] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if box is None:
            QTimer.singleShot(20, answer)
            return
        boxes.append(box)
        QTimer.singleShot(0, box.close)
        look(*([box] if odd else []))

    QTimer.singleShot(0, answer)
    ask()
    assert boxes


def popup(open_it: Callable[[], object]) -> None:
    """Check the menu that a call opens."""
    open_it()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    look()
    menu.close()


# --- the whole window ----------------------------------------------------------------------------


def test_panels_tabs_and_the_start_page(qtbot: QtBot, studio: Studio, session: Session):
    docks, view = studio.docks, studio.documents.view
    assert view is not None
    look(studio.documents.tabs)
    assert plain_title(ODD_NAME) in studio.window.windowTitle()
    for selected in (["read"], ["unknown"], ["salt", "grow"], ["read", "deep"]):
        session.select(selected)
        QTest.qWait(20)
        look(docks.panel(Inspector))
    session.select_frames(["f"])
    QTest.qWait(20)
    session.edit(Batch((SetTitle("salt", "salt"),), label=f"Use {ODD}\n{ODD}"))
    docks.bring_up("history")
    QTest.qWait(50)
    look(docks["history"])
    assert any(ODD in shown for shown in seen_in(studio.actions["edit.undo"]))
    docks.bring_up("odd")
    docks.bring_up("nodes")
    QTest.qWait(50)
    look(docks["nodes"], docks["odd"])
    assert ODD in set(seen_in(studio.actions["panel.odd"]))
    assert any(ODD in shown for bar in _tab_bars(studio) for shown in seen_in(bar))
    assert not any(faults(shown) for bar in _tab_bars(studio) for shown in seen_in(bar))
    docks.bring_up("gallery")
    gallery = docks.panel(Gallery)
    gallery.set_folder(studio.runs.output_folder)
    qtbot.waitUntil(lambda: gallery.model.rowCount() == 1)
    gallery.list.setCurrentIndex(gallery.model.index(0))
    qtbot.waitUntil(lambda: gallery.details.name.text() != "")
    look(gallery)
    studio.documents.show_start()
    look(studio.documents.start)
    look(studio.files.recent)


def test_a_failed_run_and_a_long_message(qtbot: QtBot, studio: Studio, session: Session):
    studio.runs.start()
    session.select(["read"])
    session.run(["read"])
    qtbot.waitUntil(lambda: "failed" in _badges(session), timeout=LONG)
    qtbot.waitUntil(lambda: len(studio.notices.shown) > 0)
    studio.docks.bring_up("queue")
    look(studio.docks["queue"], studio.docks.panel(Inspector), *studio.notices.shown)
    session.report("error", f"{ODD}\n" + ODD * 300)
    look(studio.notices.shown[-1])


def test_the_palette_and_the_command_palette(qtbot: QtBot, studio: Studio, session: Session):
    search = studio.adding.search
    assert isinstance(search, NodeSearch)
    search.open_at(QPoint(100, 100), None)
    qtbot.keyClicks(search.search, "zq")
    assert search.list.model().rowCount() > 1  # found by aliases
    look(search)
    search.hide()
    studio.application.show_commands()
    commands = studio.window.findChildren(CommandPalette)[-1]
    look(commands)
    commands.close()


def test_questions(qtbot: QtBot, studio: Studio, session: Session, tmp_path: Path):
    session.edit(SetTitle("salt", "changed"))
    assert session.path is not None
    session.path.write_bytes(session.path.read_bytes() + b"\n")
    asked(lambda: studio.files.resolve_conflict(session, lambda: None))
    asked(lambda: studio.files.close(session))
    asked(lambda: studio.files.confirm_quit([session]))
    asked(lambda: studio.files.revert(session))
    asked(studio.application.show_about, odd=False)
    asked(studio.application.show_shortcuts, odd=False)
    asked(studio.application.show_preferences)
    asked(lambda: show_details(studio.window, f"{ODD}\n{ODD}"))
    studio.sweeping.ask("read", "mode")
    dialog = studio.window.findChild(SweepDialog)
    assert isinstance(dialog, QDialog)
    look(dialog)
    dialog.reject()


def test_what_opens_after_a_kill(qtbot: QtBot, studio: Studio, session: Session):
    session.edit(SetTitle("salt", f"{ODD} and more"))
    assert session.journal is not None
    session.journal.release()
    studio.recover()
    assert len(studio.workspace.sessions) == 2
    look(studio.documents.tabs)


def test_menus(qtbot: QtBot, studio: Studio, session: Session):
    view = studio.documents.view
    assert view is not None
    for key in (*view.mirror.layouts, "f"):
        menu = context_menu(view.canvas, view, Hit("node", key), QPointF(0, 0))
        look()
        menu.deleteLater()
    session.take_trajectories({"grow": Trajectory(8, 0, (True,) * 8, {})})
    session.select(["grow"])
    studio.docks.bring_up("timeline")
    timeline = studio.docks.panel(Timeline)
    qtbot.waitUntil(lambda: timeline.total == 8)
    look(timeline)
    timeline.branch_button.menu().aboutToShow.emit()
    look(timeline.branch_button.menu(), studio.branching.menu)
    session.select(["read"])
    QTest.qWait(20)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    for row in studio.docks.panel(Inspector).findChildren(ParameterRow):
        if row.isVisible():
            popup(lambda row=row: row.contextMenuEvent(event))


def test_the_path_into_groups_and_the_tips_of_the_canvas(
    qtbot: QtBot, studio: Studio, session: Session
):
    view = studio.documents.view
    assert view is not None
    for key, layout in view.mirror.layouts.items():
        spots = [Hit("socket", key, spot=spot) for spot in layout.shape.spots]
        fields = [Hit("field", key, field=field) for field in layout.shape.fields]
        for hit in (Hit("header", key), *spots, *fields):
            assert not faults(_plain(tip(view.mirror, hit))), hit
    view.levels.go("k")
    look(view)


def test_texts_of_the_canvas_are_plain():
    line, _ = text.line(ODD, "text", 4000)
    assert line.textFormat() == Qt.TextFormat.PlainText and line.text() == ODD
    assert text.paragraph(ODD, "text", 4000, 3).textFormat() == Qt.TextFormat.PlainText


def _tab_bars(studio: Studio) -> list[QTabBar]:
    only_children = Qt.FindChildOption.FindDirectChildrenOnly
    return studio.window.findChildren(QTabBar, options=only_children)


def _badges(session: Session) -> set[str]:
    return {state.badge for state in session.states.values()}


# --- the one place -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", [ODD, "a &lt; b", "<!doctype x", "<?xml?>", "plain", "x" * 5000, f"{ODD}\n{ODD}"]
)
def test_a_tip_is_seen_as_typed(typed: str):
    seen = _plain(plain_tip(typed))
    assert seen == typed or (len(typed) > 1000 and seen.endswith("…"))


def test_an_entry_has_one_line_and_no_mnemonic():
    assert plain_entry("a & b\tCtrl+Q\nc") == "a && b Ctrl+Q c"
    assert len(plain_entry("x" * 5000)) < 150


def test_a_title_keeps_its_brackets(qtbot: QtBot):
    window = QWidget()
    qtbot.addWidget(window)
    window.setWindowTitle(plain_title("a[*]b[*][*]"))
    assert "a[*]b[*][*]" in set(seen_in(window))


def test_message_boxes_are_plain(qtbot: QtBot):
    window = QWidget()
    qtbot.addWidget(window)
    box = message_box(window, ODD, ODD, ODD)
    texts = [shown for part in box.findChildren(QWidget) for shown in seen_in(part)]
    assert sum("zQ" in shown for shown in texts) >= 3
    assert not [fault for shown in texts for fault in faults(shown)]


_ONLY_IN_LABELS = {
    "QLabel", "QMessageBox", "setToolTip", "setWhatsThis", "setStatusTip", "setHtml", "showText"
}  # fmt: skip


def test_only_one_module_makes_labels_tips_and_message_boxes():
    folder = Path(nodeui.views.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        if file.name == "labels.py":
            continue
        tree = ast.parse(file.read_text())
        made = [base for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for base in c.bases]
        made += [call.func for call in ast.walk(tree) if isinstance(call, ast.Call)]
        names = {n.attr if isinstance(n, ast.Attribute) else getattr(n, "id", "") for n in made}
        assert not names & _ONLY_IN_LABELS, file


def _plain(text: str) -> str:
    """Return a tool tip as it is seen."""
    bar = QTabBar()
    bar.setToolTip(text)
    return next(seen_in(bar)).replace("\u200b", "")


def test_long_texts_do_not_widen_the_inspector(studio: Studio, session: Session):
    inspector = studio.docks.panel(Inspector)
    for selected in (["read"], ["unknown"], ["salt", "grow"]):
        session.select(selected)
        QTest.qWait(50)
        page = inspector.widget()
        assert page is not None
        wide = [
            (part, part.minimumSizeHint().width())
            for part in page.findChildren(QWidget)
            if part.isVisible() and part.minimumSizeHint().width() > inspector.viewport().width()
        ]
        assert not wide, selected
        assert page.width() <= inspector.viewport().width()
