"""Node packs that are trusted, confined or off, in real workers."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from nodeui.engine.client import Client
from nodeui.engine.confinement import Confinement, unavailable
from nodeui.engine.protocol import NodeFailed, Reply, RunEvent, RunFinished, WorkerDied
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode
from nodeui.graph.foreign import EditorRegistry, declare, editor_registry
from nodeui.graph.model import Graph
from nodeui.graph.packs import Pack, pack_entries
from nodeui.graph.parts import Node
from nodeui.graph.registry import load_packs, why_missing
from nodeui.graph.source import stamp_of
from nodeui.session import packs
from nodeui.session.packs import PackStates, state_of
from nodeui.session.preferences import PackState, Places, Preferences, Settings
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from tests.graph.packs import GOOD, write_module
from tests.views.editor import LONG

CONFINES = pytest.mark.skipif(bool(unavailable()), reason=unavailable())

SPY = '''
import os, socket
from pathlib import Path
from nodeui.sdk import NodeError, node

def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

def udp(port):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))

@node("spy.try", title="Try", category="Test", output=True)
def attempt(private: str = "", home: str = "", port: int = 0) -> int:
    """Try what a pack should not do."""
    attempts = {
        "read": lambda: Path(private).read_bytes(),
        "write": lambda: Path(home, "new").write_text("x"),
        "tcp": lambda: socket.create_connection(("127.0.0.1", port), 5),
        "udp": lambda: udp(port),
        "fork": fork,
    }
    done = []
    for name, action in attempts.items():
        try:
            action()
        except OSError:
            continue
        done.append(name)
    raise NodeError("done: " + ", ".join(done))

nodes = [attempt]
'''
ALL = "read, write, tcp, udp, fork"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a pack on the Python path, a private file and a home folder."""
    write_module(tmp_path / "site", "spy", SPY, installed=True)
    write_module(tmp_path / "site", "good", GOOD, installed=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    for name in ("private", "home", "work", "cache", "out", "temporary"):
        (tmp_path / name).mkdir()
    (tmp_path / "private" / "key").write_text("secret")
    stamp_of.cache_clear()
    yield tmp_path
    for name in ("spy", "good"):
        sys.modules.pop(name, None)


@pytest.fixture
def port() -> Iterator[int]:
    """A port on which a server listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def parameters(folder: Path, port: int) -> dict[str, Any]:
    return {
        "private": str(folder / "private" / "key"),
        "home": str(folder / "home"),
        "port": port,
    }


def run_spy(folder: Path, port: int, confinement: Confinement | None) -> str:
    """Return the message of the node, run in a worker."""
    replies: SimpleQueue[Reply] = SimpleQueue()
    nodes = {"spy": {"type": "spy.try", "params": parameters(folder, port)}}
    document = {"format": "nodeui/workflow", "version": 1, "nodes": nodes}
    client = Client(
        replies.put, cache_dir=folder / "cache", packs=("spy",), confinement=confinement
    )
    with client:
        client.submit(json.dumps(document).encode(), folder / "work", (), folder / "out")
        while True:
            reply = replies.get(timeout=LONG / 1000)
            assert not isinstance(reply, WorkerDied), reply.message
            if isinstance(reply, RunEvent) and isinstance(reply.event, NodeFailed):
                return reply.event.message
            assert not isinstance(reply, RunFinished), reply


@CONFINES
def test_a_confined_node_is_stopped_at_everything(folder: Path, port: int):
    writable = (folder / "cache", folder / "out")
    confinement = Confinement((folder / "work",), writable, folder / "temporary")
    assert run_spy(folder, port, confinement) == "done: "
    assert [*(folder / "home").iterdir()] == []


def test_a_trusted_node_does_the_same_freely(folder: Path, port: int):
    assert run_spy(folder, port, None) == f"done: {ALL}"


# --- states --------------------------------------------------------------------------------------


def test_a_pack_that_is_not_listed_is_confined(folder: Path):
    expected = "off" if unavailable() else "confined"
    assert state_of(Preferences(), "spy") == expected
    assert state_of(Preferences(packs={"spy": "trusted"}), "spy") == "trusted"


def test_where_packs_cannot_be_confined_they_are_off_and_the_user_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(packs, "unavailable", lambda: "Not here.")
    states = PackStates.of(Preferences(packs={"good": "off"}))
    assert (states.off, states.undecided) == (("good", "spy"), ("spy",))
    (text,) = packs.notice(states)
    assert text.startswith("Not here.") and text.endswith("Preferences > Packs: spy")
    states = PackStates.of(Preferences(packs={"good": "off", "spy": "trusted"}))
    assert states.on == ("spy",) and packs.notice(states) == []


def make_runs(folder: Path, states: dict[str, PackState]) -> Runs:
    settings = Settings(Places(folder / "config", folder / "state", folder / "cache"))
    settings.preferences.output = str(folder / "out")
    settings.preferences.packs = states
    off = PackStates.of(settings.preferences).off
    return Runs(settings, editor_registry(folder / "state" / "packs", off))


@CONFINES
def test_documents_run_where_their_packs_may(qtbot: Any, folder: Path):
    runs = make_runs(folder, {"good": "trusted", "spy": "confined"})
    specs, workers = runs._specs, runs._workers
    assert specs.waiting == ("good", "spy")
    runs.start()
    try:
        qtbot.waitUntil(lambda: not specs.waiting, timeout=LONG)
        graph = Graph(specs)
        graph.apply(AddNode(Node("a", "good.double")))
        assert workers.lane_of(graph) is workers.main
        graph.apply(AddNode(Node("b", "spy.try")))
        assert workers.lane_of(graph) is workers.confined
    finally:
        runs.close()


EVIL = """
import gc, threading
from multiprocessing.connection import Connection

def attack():
    for part in gc.get_objects():
        if isinstance(part, Connection) and part.writable:
            part.send_bytes(b"rubbish")

threading.Timer(0.5, attack).start()
nodes = []
"""


@CONFINES
def test_a_pack_that_speaks_for_its_worker_only_ends_it(qtbot: Any, folder: Path):
    write_module(folder / "site", "evil", EVIL, installed=True)
    runs = make_runs(folder, {"good": "trusted", "spy": "off"})
    told: list[str] = []
    runs.message.connect(lambda level, text: told.append(text))
    runs.start()
    try:
        qtbot.waitUntil(lambda: bool(told), timeout=LONG)
        assert told[0] == "The worker sent a message that cannot be read"
        assert runs.worker != "off"
    finally:
        runs.close()


def test_only_modules_of_trusted_packs_are_preloaded(qtbot: Any, folder: Path):
    """The process that preloads is not confined."""
    write_module(folder / "site", "good", GOOD + '\npreload = ("there_is_none",)\n')
    specs = load_packs([entry for entry in pack_entries() if entry.name in ("good", "spy")])
    assert specs.preload_of(("good",)) == ("there_is_none",)
    assert specs.preload_of(("", "spy")) == ()


def test_a_worker_declares_only_its_own_packs(folder: Path):
    packs = load_packs([entry for entry in pack_entries() if entry.name in ("good", "spy")]).packs
    known = EditorRegistry(Pack(""), (), folder / "packs")
    known.take_declarations([declare(pack) for pack in packs], ("spy",))
    assert [*known] == ["spy.try"]
    known.take_declarations([*map(declare, packs), b"rubbish"], ("good",))
    assert [*known] == ["good.double", "spy.try"]
    known.take_declarations([], ("spy",))
    assert [*known] == ["good.double"]


@CONFINES
def test_the_confined_worker_starts_only_when_it_is_needed(qtbot: Any, folder: Path):
    first = make_runs(folder, {})
    first.start()
    qtbot.waitUntil(lambda: not first._specs.waiting, timeout=LONG)
    first.close()
    runs = make_runs(folder, {})
    runs.start()
    try:
        assert runs._workers.confined.client is None
        assert "spy.try" in runs._specs
        # A document in another folder starts it again; the home folder is not added.
        runs._workers.use(runs._workers.confined, folder / "work")
        before = runs._workers.confined.client
        runs._workers.use(runs._workers.confined, folder / "work")
        assert before is not None and runs._workers.confined.client is before
        runs._workers.use(runs._workers.confined, Path.home())
        assert runs._workers.confined.client is before
        runs._workers.use(runs._workers.confined, folder / "private")
        assert runs._workers.confined.client is not before
    finally:
        runs.close()


def test_a_pack_that_is_off_says_so(qtbot: Any, folder: Path):
    runs = make_runs(folder, {"good": "trusted", "spy": "trusted"})
    runs.start()
    qtbot.waitUntil(lambda: not runs._specs.waiting, timeout=LONG)
    runs.close()
    runs = make_runs(folder, {"good": "off", "spy": "trusted"})
    specs = runs._specs
    assert "good.double" not in specs and "spy.try" in specs and not specs.waiting
    why = "the node type good.double is not installed; the node pack good is off, see Preferences"
    assert why_missing(specs, "good.double") == why
    assert why_missing(specs, "x.y") == "the node type x.y is not installed"
    runs.close()


@CONFINES
def test_states_of_packs_change_while_the_editor_runs(qtbot: Any, folder: Path):
    """Nodes of a pack that is turned off keep everything, and come back with it."""
    runs = make_runs(folder, {"good": "trusted", "spy": "confined"})
    specs, workers = runs._specs, runs._workers
    preferences = runs._settings.preferences
    graph = Graph(specs)
    graph.apply(AddNode(Node("b", "spy.try", params={"port": 7, "unknown": [1]})))
    session = Session(Document(graph), specs, engine=runs)
    runs.start()
    try:
        qtbot.waitUntil(lambda: not specs.waiting, timeout=LONG)
        runs.add(session)
        qtbot.waitUntil(lambda: runs.worker == "ready", timeout=LONG)
        before = runs.pid
        preferences.packs = {"good": "off", "spy": "trusted"}
        with qtbot.waitSignal(runs.worker_changed, timeout=LONG):
            runs.choose_packs()
        assert "good.double" not in specs and workers.confined.client is None
        assert workers.lane_of(graph) is workers.main
        qtbot.waitUntil(lambda: runs.worker == "ready" and runs.pid != before, timeout=LONG)
        preferences.packs = {"good": "trusted", "spy": "off"}
        runs.choose_packs()
        assert "spy.try" not in specs and "good.double" in specs
        assert session.graph.nodes["b"].params == {"port": 7, "unknown": [1]}
        assert workers._start_method == "spawn"  # the fork server may have preloaded for it
        qtbot.waitUntil(lambda: runs.worker == "ready", timeout=LONG)
        preferences.packs = {"good": "trusted", "spy": "confined"}
        again = runs.pid
        runs.choose_packs()
        assert "spy.try" in specs and workers.lane_of(graph) is workers.confined
        assert session.graph.nodes["b"].params == {"port": 7, "unknown": [1]}
        assert runs.pid == again  # the trusted packs are the same
        runs.choose_packs()  # without a change, nothing happens
        assert runs.pid == again
    finally:
        runs.close()
