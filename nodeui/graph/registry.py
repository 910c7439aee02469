"""Holds the specs of the nodes of all node packs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint
from typing import Any

from nodeui.graph.branches import branch_problems
from nodeui.graph.packs import (
    GROUP,
    Pack,
    PackProblem,
    is_ours,
    load_pack,
    nodes_of,
    pack_entries,
)
from nodeui.graph.signature import spec_of
from nodeui.graph.spec import NodeSpec, SpecError
from nodeui.graph.wording import tr
from nodeui.sdk import ModelFiles, NodeFunction

__all__ = ["GROUP", "PackProblem", "Registry", "installed", "load_packs", "nodes_of", "why_missing"]


class Registry(Mapping[str, NodeSpec]):
    """Node specs by id.

    Args:
        nodes: The node functions of NodeUI's own pack.
        environment: Describes what its numeric nodes depend on; see `NodePackage`. Its first call
            may take long.
        preload: Modules that a worker imports ahead of its first run; see `NodePackage`.

    Attributes:
        packs: The packs.
        waiting: Names of packs whose declarations are not there yet.
        off: The packs that are turned off, with their nodes if those are known.
        problems: What is wrong with packs, such as those that could not be loaded.
        changed: Functions called when other packs were taken.

    Raises:
        SpecError: two nodes share an id, or a signature breaks the conventions.
    """

    def __init__(
        self,
        nodes: Iterable[NodeFunction[..., Any]],
        environment: Callable[[], str] = str,
        preload: Iterable[str] = (),
    ) -> None:
        specs = tuple(map(spec_of, nodes))
        self.packs: tuple[Pack, ...] = (Pack("", specs, environment, tuple(preload)),)
        self.waiting: tuple[str, ...] = ()
        self.off: tuple[Pack, ...] = ()
        self.problems: tuple[PackProblem, ...] = ()
        self.changed: list[Callable[[], object]] = []
        self._specs: dict[str, NodeSpec] = {}
        self._classes: dict[str, str] = {}  # names of the classes of socket types
        for spec in specs:
            self.add(spec)

    @staticmethod
    def of(packs: Iterable[Pack]) -> Registry:
        """Return the nodes of packs. Nodes that clash with earlier ones are left out and listed in
        `problems`."""
        registry = Registry(())
        registry.packs = tuple(packs)
        problems = [problem for pack in registry.packs for problem in pack.problems]
        for pack in registry.packs:
            for spec in pack.specs:
                try:
                    registry.add(spec)
                except SpecError as error:
                    problems.append(PackProblem(pack.name, str(error), node=spec.id))
        for spec in registry.values():
            problems += (
                PackProblem(spec.pack, reason, node=spec.id)
                for reason in branch_problems(spec, registry)
            )
        registry.problems = tuple(problems)
        return registry

    def add(self, spec: NodeSpec) -> None:
        """Add a node type.

        Raises:
            SpecError: its id is taken, or another class has the name of one of its socket types.
        """
        if spec.id in self._specs:
            raise SpecError(f"there are two nodes called {spec.id}")
        sockets = (*spec.inputs.values(), *spec.outputs.values())
        classes = {socket.type: socket.class_name for socket in sockets if socket.class_name}
        for name, cls in classes.items():
            known = self._classes.get(name, cls)
            if known != cls:
                raise SpecError(
                    f"{spec.id}: the socket type {name!r} is {known}; {cls} needs another name"
                )
        self._classes |= classes
        self._specs[spec.id] = spec

    def take(self, packs: Iterable[Pack], waiting: Iterable[str] = ()) -> None:
        """Replace the content by the nodes of these packs, and call `changed`."""
        other = Registry.of(packs)
        self.packs, self.waiting, self.problems = other.packs, tuple(waiting), other.problems
        self._specs, self._classes = other._specs, other._classes
        for listener in self.changed:
            listener()

    def take_declarations(
        self, declarations: Sequence[bytes], packs: Collection[str] | None = None
    ) -> None:
        """Take the declarations of packs that only a worker has imported.

        Here there are none; see `foreign.EditorRegistry`.

        Args:
            declarations: The declarations.
            packs: Names of the packs that this worker imports; None for all.
        """

    def turn_off(self, packs: Collection[str]) -> None:
        """Turn these packs off and all others on; see `foreign.EditorRegistry`.

        Here there are none of others.
        """

    def snapshot(self) -> Registry:
        """Return a copy that does not change, for another thread."""
        registry = Registry(())
        registry.packs, registry.waiting, registry.off, registry.problems = (
            self.packs, self.waiting, self.off, self.problems,
        )  # fmt: skip
        registry._specs, registry._classes = self._specs, self._classes
        return registry

    @property
    def preload(self) -> tuple[str, ...]:
        """Modules that a worker imports ahead of its first run."""
        return self.preload_of(pack.name for pack in self.packs)

    @property
    def model_files(self) -> tuple[ModelFiles, ...]:
        """The recognisers of model files, NodeUI's own first."""
        found = (pack.model_files for pack in self.packs)
        return tuple(each for each in found if each is not None)

    def preload_of(self, packs: Iterable[str]) -> tuple[str, ...]:
        """Return the modules that a worker with these packs imports ahead of its first run."""
        names = {*packs}
        return tuple(name for pack in self.packs if pack.name in names for name in pack.preload)

    def environment(self, pack: str = "") -> str:
        """Return what the results of a pack's numeric nodes depend on.

        This is the environment of NodeUI's own pack, followed by that of the pack itself: a pack
        does not change the keys of the nodes of others. The first call may take long.
        """
        texts = [
            one.environment()
            for one in self.packs
            if one.environment is not None and one.name in ("", pack)
        ]
        return "\n".join(filter(None, texts))

    def translated(self) -> Registry:
        """Return the same nodes with titles and help in the language of the process."""
        return Registry.of(pack.translated() for pack in self.packs)

    def __getitem__(self, id: str) -> NodeSpec:
        return self._specs[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


def why_missing(specs: Mapping[str, NodeSpec], type: str) -> str:
    """Return a message that says why the node type `type` is not among `specs`.

    It names the packs that are off, could not be loaded or are not loaded yet, as far as the node
    may be one of theirs.
    """
    registry = specs if isinstance(specs, Registry) else Registry(())
    causes = [one for one in registry.problems if one.node == type]
    if not causes and registry.waiting:
        return tr("waiting for the node pack {0}", ", ".join(registry.waiting))
    causes = causes or [one for one in registry.problems if not one.node]
    off = [
        tr("the node pack {0} is off, see Preferences", pack.name)
        for pack in registry.off
        if not pack.specs or any(spec.id == type for spec in pack.specs)
    ]
    return "; ".join([tr("the node type {0} is not installed", type), *off, *map(str, causes)])


@cache
def installed(packs: tuple[str, ...] | None = None) -> Registry:
    """Return the nodes of the installed node packs, NodeUI's own first.

    This imports the packs. Packs and nodes that cannot be loaded are left out and listed in
    `Registry.problems`.

    Args:
        packs: Names of the packs of others that are imported; None for all.
    """
    on: list[EntryPoint] = []
    off: list[Pack] = []
    for entry in pack_entries():
        if packs is None or is_ours(entry) or entry.name in packs:
            on.append(entry)
        else:
            off.append(Pack(entry.name))
    registry = load_packs(on)
    registry.off = tuple(off)
    return registry


def load_packs(entries: Iterable[EntryPoint]) -> Registry:
    """Return the nodes of the packs that the entry points name, in this order."""
    return Registry.of(map(load_pack, entries))
