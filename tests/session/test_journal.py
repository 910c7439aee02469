from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nodeui.graph import document as files
from nodeui.graph.document import Document, DocumentError
from nodeui.graph.edits import (
    AddNode,
    Batch,
    Disconnect,
    Edit,
    MoveNodes,
    RemoveNode,
    SetGroup,
    SetMembers,
    SetParam,
    SetWaypoints,
)
from nodeui.graph.model import Graph
from nodeui.graph.parts import Group, Node
from nodeui.graph.registry import Registry
from nodeui.session import journal as journals
from nodeui.session.journal import Journals
from nodeui.session.session import Session
from tests.session import toys

EDITOR = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from nodeui.graph.edits import SetParam, MoveNodes
from nodeui.session.journal import Journals
from nodeui.session.session import Session
from tests.session import toys

app = QCoreApplication([])
specs = toys.registry()
journal = Journals(Path(sys.argv[1])).create()
session = Session(toys.chain(specs), specs, journal=journal)
journal.start(session.document, None, Path("/"), False)
number = 0
while True:
    number += 1
    session.edit(MoveNodes({"grey": (number, 0)}), gesture=number // 7)
    if number % 5 == 0:
        session.undo()
        session.redo()
    print(number, flush=True)
"""


def test_a_killed_editor_loses_no_edit(tmp_path: Path, specs: Registry):
    rng = random.Random(0)
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        editor = subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert editor.stdout is not None
        made = 0
        for _ in range(rng.randint(1, 400)):
            made = int(editor.stdout.readline())
        editor.send_signal(signal.SIGKILL)
        lines = editor.stdout.read().split("\n")
        editor.wait()
        editor.stdout.close()
        made = max([made, *(int(line) for line in lines[:-1] if line)])
        (journal,) = Journals(folder).left_over()
        found = journals.read(journal.file, specs)
        journal.delete()
        # The edit under way when the kill came may be there or not; of every fifth the undo may
        # be there without the redo. It goes back to where its gesture, or the last redo, ended.
        under_way = made + 1
        possible = {made, under_way}
        if under_way % 5 == 0:
            possible.add(max(under_way // 7 * 7 - 1, under_way - 5, 0))
        assert found.document.graph.nodes["grey"].pos[0] in possible
        assert found.modified


def test_the_journal_of_a_living_editor_is_left_alone(tmp_path: Path, specs: Registry):
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert editor.stdout is not None
    editor.stdout.readline()
    assert Journals(tmp_path).left_over() == []
    editor.kill()
    editor.wait()
    editor.stdout.close()
    (journal,) = Journals(tmp_path).left_over()
    journal.delete()


def follow(graph: Graph, journal: journals.Journal) -> None:
    """Record all edits of a graph from now on."""

    def record(edit: Edit) -> None:
        journal.append(edit)

    graph.changed.append(record)


def begun(folder: Path, document: Document, path: Path | None = None) -> journals.Journal:
    journal = Journals(folder).create()
    journal.start(document, path, folder, False)
    return journal


def test_a_recovered_document_goes_on_in_the_same_journal(tmp_path: Path, specs: Registry):
    document = toys.chain(specs)
    journal = begun(tmp_path, document, tmp_path / "a.nodeui.json")
    follow(document.graph, journal)
    document.graph.apply(SetParam("grey", "level", 0.9))
    journal.release()
    (again,) = Journals(tmp_path).left_over()
    found = journals.read(again.file, specs)
    assert (found.path, found.folder, found.edits) == (tmp_path / "a.nodeui.json", tmp_path, 1)
    again.resume()
    follow(found.document.graph, again)
    found.document.graph.apply(RemoveNode("invert"))
    again.release()
    last = journals.read(again.file, specs)
    assert files.dump(last.document) == files.dump(found.document)
    assert list(last.document.graph.nodes) == ["grey"]


def test_groups_and_waypoints_are_recovered(tmp_path: Path, specs: Registry):
    document = toys.chain(specs)
    journal = begun(tmp_path, document)
    follow(document.graph, journal)
    apply, link = document.graph.apply, next(document.graph.links())
    apply(Batch((SetGroup("g", Group("g", "Tones")), SetMembers({"grey": "g"}))))
    apply(SetWaypoints(link.target, link.input, ((1.0, 2.0), (3.5, 4.0))))
    apply(SetGroup("g", Group("g", "Greys", exposed=("grey.level",))))
    apply(apply(Disconnect(link.target, link.input)))  # there and back
    journal.release()
    (again,) = Journals(tmp_path).left_over()
    found = journals.read(again.file, specs).document
    assert files.dump(found) == files.dump(files.load(files.dump(document), specs))
    assert found.graph.waypoints(link) == ((1.0, 2.0), (3.5, 4.0))
    assert found.graph.nodes["grey"].group == "g"
    again.delete()


def test_a_line_cut_short_is_no_harm(tmp_path: Path, specs: Registry):
    document = toys.chain(specs)
    journal = begun(tmp_path, document)
    journal.append(SetParam("grey", "level", 0.9))
    journal.release()
    with journal.file.open("ab") as file:
        file.write(b'{"edit":"SetPar')
    (again,) = Journals(tmp_path).left_over()
    again.resume()
    again.append(SetParam("grey", "size", 16))
    again.release()
    found = journals.read(journal.file, specs)
    assert found.document.graph.nodes["grey"].params == {"level": 0.9, "size": 16}


def test_saving_begins_the_journal_anew(tmp_path: Path, specs: Registry):
    document = toys.chain(specs)
    journal = begun(tmp_path, document)
    edit = MoveNodes({"grey": (1, 2)})
    document.graph.apply(edit)
    journal.append(edit)
    journal.start(document, tmp_path / "b.nodeui.json", tmp_path, False)
    assert journal.file.read_bytes().count(b"\n") == 1
    found = journals.read(journal.file, specs)
    assert found.document.graph.nodes["grey"].pos == (1, 2) and not found.modified
    journal.delete()


def test_closed_documents_can_be_opened_again_the_last_one_first(tmp_path: Path, specs: Registry):
    folder = Journals(tmp_path)
    for name in ("one", "two"):
        graph = Graph(specs)
        graph.apply(AddNode(Node(name, "toy.grey")))
        begun(tmp_path, Document(graph)).retire()
    assert folder.left_over() == []
    for name in ("two", "one"):
        journal = folder.last_closed()
        assert journal is not None
        assert list(journals.read(journal.file, specs).document.graph.nodes) == [name]
        journal.delete()
    assert folder.last_closed() is None


def test_only_the_latest_closed_journals_are_kept(
    tmp_path: Path, specs: Registry, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(journals, "CLOSED_KEPT", 2)
    for _ in range(4):
        begun(tmp_path, toys.chain(specs)).retire()
    Journals(tmp_path).tidy()
    assert len(list(tmp_path.glob("*.closed"))) == 2


def test_what_is_no_journal_is_refused(tmp_path: Path, specs: Registry):
    file = tmp_path / "x.journal"
    file.write_bytes(b"\x80\x04nonsense")
    with pytest.raises(DocumentError, match="no journal"):
        journals.read(file, specs)


def test_a_full_disk_is_said_once(tmp_path: Path, specs: Registry, qapp: object):
    document = toys.chain(specs)
    journal = begun(tmp_path, document)
    session = Session(document, specs, journal=journal)
    messages: list[str] = []
    session.message.connect(lambda level, text: messages.append(text))
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    journal.file = full
    journal.resume()
    session.edit(SetParam("grey", "level", 0.9))
    session.edit(SetParam("grey", "level", 0.8))
    assert len(messages) == 1 and "save your work" in messages[0]
