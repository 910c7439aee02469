"""Chooses the node packs of a command of the command line, and confines it if it needs to be."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nodeui.engine.confinement import holds_home
from nodeui.graph import document
from nodeui.graph.document import DocumentError
from nodeui.graph.foreign import editor_registry
from nodeui.graph.packs import Pack
from nodeui.graph.registry import Registry, installed
from nodeui.session.packs import PackStates, confinement, notice, packs_used
from nodeui.session.preferences import Places, Preferences, Settings


class PackError(Exception):
    """A command cannot run with the packs as they are."""


def load_registry(
    file: Path | None = None, output: Path | None = None, trust: Sequence[str] = ()
) -> tuple[Registry, list[str]]:
    """Import the node packs that a command may use, as the preferences say.

    If it uses confined packs, this process forks: the child continues here and is confined, and
    the parent exits with its status once it has ended.

    Args:
        file: The workflow; None for a command that uses all nodes.
        output: The folder that it writes to.
        trust: Names of packs that are trusted whatever the preferences say.

    Returns:
        The nodes, and warnings for the user.

    Raises:
        PackError: a pack of `trust` is not installed, or the output folder holds the home folder.
    """
    settings = Settings(Places.standard())
    listed = {**settings.preferences.packs, **dict.fromkeys(trust, "trusted")}
    preferences = msgspec.structs.replace(settings.preferences, packs=listed)
    states = PackStates.of(preferences)
    for name in trust:
        if name not in states.trusted:
            known = ", ".join((*states.on, *states.off)) or "none"
            raise PackError(f"--trust: there is no node pack {name}; installed are: {known}")
    imported = states.trusted
    if _uses_confined(file, settings.places, states):
        _continue_confined(preferences, settings.places, file, output)
        imported = states.on
    nodes = installed(imported)
    nodes.off = tuple(Pack(name) for name in states.off)
    return nodes, [*notice(states), *map(str, nodes.problems)]


def _uses_confined(file: Path | None, places: Places, states: PackStates) -> bool:
    if file is None or not states.confined or file.is_fifo():  # a pipe can be read only once
        return bool(states.confined)
    known = editor_registry(places.state / "packs", states.off)
    try:
        graph = document.load(document.read(file), known).graph
    except (OSError, DocumentError):
        return False  # the command reports it
    types = {node.type for node in graph.nodes.values()}
    return not packs_used(known, types).isdisjoint(states.confined)


def _continue_confined(
    preferences: Preferences, places: Places, file: Path | None, output: Path | None
) -> None:
    """Continue in a confined child of this process."""
    writable = [places.cache, *([output.absolute()] if output is not None else [])]
    for folder in writable:
        if holds_home(folder):
            raise PackError(
                f"the workflow uses confined node packs, which may not write to {folder}: "
                "name a folder for pictures with --out"
            )
        folder.mkdir(parents=True, exist_ok=True)
    readable = [places.config / "preferences.json"]  # with the limit of the cache
    if file is not None:
        readable += [file.absolute(), file.absolute().parent]
    sys.stdout.flush()
    sys.stderr.flush()
    temporary = Path(tempfile.mkdtemp(prefix="nodeui-packs-"))
    child = os.fork()  # threads that libraries have started would not be confined; it has none
    if child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the child as well
        signal.signal(signal.SIGTERM, lambda number, _: os.kill(child, number))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        shutil.rmtree(temporary, ignore_errors=True)
        sys.exit(code if code >= 0 else 128 - code)
    try:
        confinement(preferences, readable, writable, temporary).enter()
    except OSError as error:
        raise PackError(f"node packs cannot be confined: {error.strerror}") from None
