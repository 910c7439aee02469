"""The installed node packs of others, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nodeui.engine.confinement import Confinement, unavailable
from nodeui.graph.packs import is_ours, pack_entries
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.sdk import shipped
from nodeui.session.preferences import PackState, Preferences


@dataclass(frozen=True)
class PackStates:
    """The states of the installed packs, by name.

    Attributes:
        trusted: They run in the worker, without limits.
        confined: They run in a worker of their own that is confined.
        off: They are not imported.
        undecided: Packs that are off because they cannot be confined here, and the user has not
            chosen.
    """

    trusted: tuple[str, ...] = ()
    confined: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    @classmethod
    def of(cls, preferences: Preferences) -> PackStates:
        """Return the states that the preferences choose."""
        names = [entry.name for entry in pack_entries() if not is_ours(entry)]
        states = {name: state_of(preferences, name) for name in names}

        def of(state: PackState) -> tuple[str, ...]:
            return tuple(name for name, other in states.items() if other == state)

        listed = preferences.packs
        undecided = tuple(name for name in of("off") if listed.get(name, "confined") == "confined")
        return cls(of("trusted"), of("confined"), of("off"), undecided)

    @property
    def on(self) -> tuple[str, ...]:
        """The packs that are trusted or confined."""
        return tuple(sorted((*self.trusted, *self.confined)))


def state_of(preferences: Preferences, pack: str) -> PackState:
    """Return the state of a pack; packs that are not listed are confined, or off if packs cannot be
    confined here."""
    state = preferences.packs.get(pack, "confined")
    return "off" if state == "confined" and unavailable() else state


def notice(states: PackStates) -> list[str]:
    """Return the messages about packs that cannot be confined here."""
    if not states.undecided:
        return []
    names = ", ".join(states.undecided)
    text = tr("These node packs are off until you decide in Preferences > Packs: {0}", names)
    return [f"{unavailable()} {text}"]


def packs_used(nodes: Registry, types: set[str]) -> set[str]:
    """Return the names of the packs that node types belong to, or may belong to."""
    used = {nodes[type].pack for type in types if type in nodes} - {""}
    return used if all(type in nodes for type in types) else used | {*nodes.waiting}


def confinement(
    preferences: Preferences, folders: list[Path], writable: list[Path], temporary: Path
) -> Confinement:
    """Return the files that confined packs may use.

    Args:
        preferences: They list folders that may be read.
        folders: The folders of the workflows, and other files that may be read.
        writable: Folders that may be written.
        temporary: A folder for temporary files.
    """
    chosen = [Path(folder).expanduser() for folder in preferences.folders]
    ours = [shipped("resources"), shipped("workflows")]
    return Confinement((*folders, *chosen, *ours), tuple(writable), temporary)
