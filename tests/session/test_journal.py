from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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
from nodeui.session.preferences import Places, Settings
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from tests.session import toys

try:
    import resource
except ImportError:  # Windows
    resource = None

full_disks = pytest.mark.skipif(resource is None, reason="this system has no file size limits")

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


def as_file(document: Document, specs: Registry) -> bytes:
    """Return a document as it is saved after it was read from a file."""
    return files.dump(files.load(files.dump(document), specs))


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk with that much room."""
    assert resource is not None
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@full_disks
def test_edits_that_find_a_full_disk_are_written_when_there_is_room(
    tmp_path: Path, specs: Registry, qapp: object
):
    document = toys.chain(specs)
    journal = begun(tmp_path, document)
    session = Session(document, specs, journal=journal)
    messages: list[str] = []
    session.message.connect(lambda level, text: messages.append(text))
    session.edit(SetParam("grey", "level", 0.9))
    with full_disk(journal.file.stat().st_size + 20):  # cuts the next line
        for number in range(5):
            session.edit(MoveNodes({"grey": (number, 0)}))
        assert len(messages) == 1 and "save your work" in messages[0]
        found = journals.read(journal.file, specs)  # as after a kill now
        assert (found.edits, found.damaged) == (1, 0)
    session.edit(SetParam("grey", "size", 16))
    found = journals.read(journal.file, specs)
    assert files.dump(found.document) == as_file(document, specs)
    assert (found.edits, found.damaged) == (7, 0)
    with full_disk(journal.file.stat().st_size):
        session.edit(SetParam("grey", "size", 8))
        assert len(messages) == 2  # full again, said again
    journal.release()  # writes the rest
    assert journals.read(journal.file, specs).document.graph.nodes["grey"].params["size"] == 8


@full_disks
def test_a_journal_that_cannot_be_created_is_created_later(tmp_path: Path, specs: Registry):
    document = toys.chain(specs)
    journal = Journals(tmp_path).create()
    follow(document.graph, journal)
    with full_disk(10), pytest.raises(OSError):
        journal.start(document, None, tmp_path, False)
    assert not list(tmp_path.glob("*.new"))
    document.graph.apply(SetParam("grey", "level", 0.9))
    journal.release()
    found = journals.read(journal.file, specs)
    assert files.dump(found.document) == as_file(document, specs)


@full_disks
def test_a_journal_that_cannot_be_restarted_continues(tmp_path: Path, specs: Registry):
    document = toys.chain(specs)
    journal = begun(tmp_path, document)
    follow(document.graph, journal)
    document.graph.apply(SetParam("grey", "level", 0.9))
    with full_disk(10), pytest.raises(OSError):
        journal.start(document, tmp_path / "b.nodeui.json", tmp_path, False)
    document.graph.apply(SetParam("grey", "size", 16))
    journal.release()
    found = journals.read(journal.file, specs)
    assert files.dump(found.document) == as_file(document, specs)


def long_journal(folder: Path, specs: Registry) -> journals.Journal:
    document = toys.chain(specs)
    journal = begun(folder, document)
    follow(document.graph, journal)
    for number in range(12):
        document.graph.apply(MoveNodes({"grey": (number, 3.5)}))
        document.graph.apply(SetParam("grey", "level", number / 12))
    journal.release()
    return journal


def test_no_flipped_bit_changes_a_document_in_silence(tmp_path: Path, specs: Registry):
    journal = long_journal(tmp_path, specs)
    data = journal.file.read_bytes()
    right = files.dump(journals.read(journal.file, specs).document)
    rng = random.Random(1)
    for position in rng.sample(range(len(data) * 8), 600):
        flipped = bytearray(data)
        flipped[position // 8] ^= 1 << position % 8
        journal.file.write_bytes(flipped)
        try:
            found = journals.read(journal.file, specs)
        except DocumentError:
            continue
        assert found.damaged or files.dump(found.document) == right


def test_a_damaged_edit_does_not_cost_the_later_ones(tmp_path: Path, specs: Registry):
    journal = long_journal(tmp_path, specs)
    lines = journal.file.read_bytes().split(b"\n")
    lines[10] = lines[10].replace(b"grey", b"gray")
    journal.file.write_bytes(b"\n".join(lines))
    found = journals.read(journal.file, specs)
    assert (found.edits, found.damaged, found.modified) == (23, 1, True)
    assert found.document.graph.nodes["grey"].pos == (11, 3.5)


@pytest.mark.parametrize("length", [1, 20, 200])
def test_a_journal_cut_anywhere_recovers_its_whole_lines(
    tmp_path: Path, specs: Registry, length: int
):
    journal = long_journal(tmp_path, specs)
    data = journal.file.read_bytes()
    cut = data[:-length]
    journal.file.write_bytes(cut)
    found = journals.read(journal.file, specs)
    whole = data[: data.rindex(b"\n", 0, len(cut)) + 1] if length > 1 else data
    assert found.edits == whole.count(b"\n") - 1
    assert found.damaged == (0 if length == 1 else 1)


def test_nested_data_in_a_journal_is_damage(tmp_path: Path, specs: Registry):
    journal = long_journal(tmp_path, specs)
    deep = b'{"edit":"SetParam","id":"grey","name":"level","value":%b%b}' % (
        b"[" * 9999,
        b"]" * 9999,
    )
    with journal.file.open("ab") as file:
        file.write(b"%08x %b\n" % (zlib.crc32(deep), deep))
    assert journals.read(journal.file, specs).damaged == 1


def test_a_null_byte_in_the_paths_of_a_journal(tmp_path: Path, specs: Registry):
    head = {
        "document": json.loads(files.dump(Document(Graph(specs)))),
        "path": "/tmp/a\0.nodeui.json",
        "folder": "/tmp\0",
        "modified": False,
        "source": "x",
    }
    file = tmp_path / "a.journal"
    file.write_bytes(json.dumps(head).encode() + b"\n")
    found = journals.read(file, specs)
    assert (found.path, found.folder) == (Path("/tmp/a.nodeui.json"), Path("/tmp"))


def test_journals_without_checksums_are_read(tmp_path: Path, specs: Registry):
    journal = long_journal(tmp_path, specs)
    right = journals.read(journal.file, specs)
    lines = journal.file.read_bytes().split(b"\n")
    journal.file.write_bytes(b"\n".join(line[9:] for line in lines))
    found = journals.read(journal.file, specs)
    assert files.dump(found.document) == files.dump(right.document)
    assert (found.edits, found.damaged) == (24, 0)
    journal.resume()
    journal.append(SetParam("grey", "size", 16))
    journal.release()
    assert journals.read(journal.file, specs).document.graph.nodes["grey"].params["size"] == 16


def test_losses_of_a_recovery_are_reported(tmp_path: Path, specs: Registry, qapp: object):
    settings = Settings(Places(tmp_path / "config", tmp_path / "state", tmp_path / "cache"))
    journal = long_journal(tmp_path / "state" / "journals", specs)
    journal.file.write_bytes(journal.file.read_bytes()[:-4])
    workspace = Workspace(specs, settings)
    messages: list[str] = []
    workspace.opened.connect(
        lambda session: session.message.connect(lambda level, text: messages.append(text))
    )
    assert workspace.recover() == 1
    assert "1 edit could not be recovered" in messages[0]
    found = journals.read(journal.file, specs)  # restarted: the loss is reported once
    assert (found.edits, found.damaged, found.modified) == (0, 0, True)
    workspace.close()
