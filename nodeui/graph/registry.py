"""Finds node packs by entry point and holds the specs of their nodes."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from nodeui.graph.signature import SCALARS, spec_of
from nodeui.graph.source import source_hash
from nodeui.graph.spec import NodeSpec, SpecError
from nodeui.graph.wording import tr
from nodeui.sdk import NodeFunction

GROUP = "nodeui.nodes"
"""The entry point group: name of the pack -> module that is a `NodePackage`."""

_OURS = Path(__file__).resolve().parents[2]
"""The folder that holds the packages `nodeui` and `nodes`."""


@dataclass(frozen=True)
class PackProblem:
    """The reason why a node pack, or one of its nodes, is not available.

    Attributes:
        pack: Name of the pack's entry point.
        reason: One line.
        details: The traceback, or more words on the reason; may be empty.
        node: Id of the node that is left out; "" if the whole pack is.
    """

    pack: str
    reason: str
    details: str = ""
    node: str = ""

    def __str__(self) -> str:
        return tr("node pack {0}: {1}", self.pack, self.reason)


class Registry(Mapping[str, NodeSpec]):
    """Node specs by id.

    Args:
        nodes: The node functions.
        environment: Describes what numeric nodes depend on; see `NodePackage`. Its first call may
            take long.
        preload: Modules that a worker imports ahead of its first run; see `NodePackage`.

    Attributes:
        problems: The packs and nodes that could not be loaded.

    Raises:
        SpecError: two nodes share an id, or a signature breaks the conventions.
    """

    def __init__(
        self,
        nodes: Iterable[NodeFunction[..., Any]],
        environment: Callable[[], str] = str,
        preload: Iterable[str] = (),
    ) -> None:
        self.environment = environment
        self.preload = tuple(preload)
        self.problems: tuple[PackProblem, ...] = ()
        self._specs: dict[str, NodeSpec] = {}
        self._classes: dict[str, type] = {}
        for node in nodes:
            self.add(spec_of(node))

    def add(self, spec: NodeSpec) -> None:
        """Add a node type.

        Raises:
            SpecError: its id is taken, or another class has the name of one of its socket types.
        """
        if spec.id in self._specs:
            raise SpecError(f"there are two nodes called {spec.id}")
        sockets = (*spec.inputs.values(), *spec.outputs.values())
        classes = {socket.type: socket.cls for socket in sockets if socket.cls not in SCALARS}
        for name, cls in classes.items():
            known = self._classes.get(name, cls)
            if known is not cls:
                raise SpecError(
                    f"{spec.id}: the socket type {name!r} is {_name(known)}; "
                    f"{_name(cls)} needs another name"
                )
        self._classes |= classes
        self._specs[spec.id] = spec

    def translated(self) -> Registry:
        """Return the same nodes with titles and help in the language of the process."""
        registry = Registry((), self.environment, self.preload)
        registry.problems = self.problems
        registry._specs = {id: spec.translated() for id, spec in self._specs.items()}
        return registry

    def __getitem__(self, id: str) -> NodeSpec:
        return self._specs[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


def why_missing(specs: Mapping[str, NodeSpec], type: str) -> str:
    """Return a message that says why the node type `type` is not among `specs`.

    It names the packs that could not be loaded, as far as the node may be one of theirs.
    """
    problems = specs.problems if isinstance(specs, Registry) else ()
    causes = [one for one in problems if one.node == type]
    causes = causes or [one for one in problems if not one.node]
    return "; ".join([tr("the node type {0} is not installed", type), *map(str, causes)])


@cache
def installed() -> Registry:
    """Return the nodes of all installed node packs, NodeUI's own first.

    Packs and nodes that cannot be loaded are left out and listed in `Registry.problems`.
    """
    entries = entry_points(group=GROUP)
    return load_packs(sorted(entries, key=lambda entry: (not _is_ours(entry), entry.name)))


def pack_modules() -> list[str]:
    """Return the names of the modules that the installed packs' entry points name."""
    return [entry.module for entry in entry_points(group=GROUP)]


def load_packs(entries: Iterable[EntryPoint]) -> Registry:
    """Return the nodes of the packs that the entry points name, in this order."""
    packs = [_load(entry) for entry in entries]
    environments = [pack.environment for pack in packs if pack.environment]
    registry = Registry(
        (),
        environment=lambda: "\n".join(environment() for environment in environments),
        preload=(name for pack in packs for name in pack.preload),
    )
    problems: list[PackProblem] = []
    for pack in packs:
        problems += pack.problems
        for spec in pack.specs:
            try:
                registry.add(spec)
            except SpecError as error:
                problems.append(PackProblem(pack.name, str(error), node=spec.id))
    registry.problems = tuple(problems)
    return registry


# --- loading one pack --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pack:
    """A node pack as far as it could be loaded.

    Attributes:
        name: Name of its entry point.
        specs: Its nodes.
        environment: See `NodePackage`; None if it has none.
        preload: See `NodePackage`.
        problems: What could not be loaded.
    """

    name: str
    specs: tuple[NodeSpec, ...] = ()
    environment: Callable[[], str] | None = None
    preload: tuple[str, ...] = ()
    problems: tuple[PackProblem, ...] = ()


def _is_ours(entry: EntryPoint) -> bool:
    return entry.module == "nodes"


def _load(entry: EntryPoint) -> _Pack:
    try:
        if _is_ours(entry):
            _check_not_shadowed()
        package = entry.load()
        nodes = nodes_of(package, entry.value)
        environment, preload = _environment_of(package, entry.name), _preload_of(package)
    except (Exception, SystemExit) as error:
        problem = PackProblem(entry.name, _reason(error), traceback.format_exc())
        return _Pack(entry.name, problems=(problem,))
    source = source_hash(entry.module)
    specs: list[NodeSpec] = []
    problems: list[PackProblem] = []
    for node in nodes:
        try:
            specs.append(spec_of(node))
            node.source = source
        except Exception as error:
            reason = str(error) if isinstance(error, SpecError) else f"{node.id}: {_reason(error)}"
            problem = PackProblem(entry.name, reason, traceback.format_exc(), node.id)
            problems.append(problem)
    return _Pack(entry.name, tuple(specs), environment, preload, tuple(problems))


def _check_not_shadowed() -> None:
    """Raise `ImportError` if `import nodes` finds another program's module of that name."""
    spec = importlib.util.find_spec("nodes")
    found = Path(spec.origin) if spec and spec.origin else None
    if found is not None and found.resolve().parent.parent != _OURS:
        folder = (found.parent if found.name == "__init__.py" else found).parent
        raise ImportError(
            f"another program's module named `nodes` hides NodeUI's own: {found}; "
            f"start NodeUI from another folder, or remove {folder} from the Python path"
        )


def nodes_of(package: Any, place: str) -> tuple[NodeFunction[..., Any], ...]:
    """Return the node functions of a pack.

    Args:
        package: The module or object that the entry point names.
        place: Its name, for messages.

    Raises:
        SpecError: it has no `nodes`, or lists something else among them.
    """
    nodes = getattr(package, "nodes", None)
    if not isinstance(nodes, list | tuple):
        raise SpecError(f"{place} has no `nodes`, a list of its node functions")
    for node in cast("list[Any]", nodes):
        if not isinstance(node, NodeFunction):
            name = getattr(node, "__name__", repr(node))
            raise SpecError(f"{place}.nodes lists {name}, which is no node: decorate it with @node")
    return tuple(cast("list[NodeFunction[..., Any]]", nodes))


def _environment_of(package: Any, name: str) -> Callable[[], str] | None:
    """The pack's `environment`, made safe: an error in it must not stop the runs of other packs."""
    environment = getattr(package, "environment", None)
    if environment is None:
        return None
    if not callable(environment):
        raise SpecError("`environment` is not a function")

    def describe() -> str:
        try:
            return str(environment())
        except Exception as error:
            return f"the environment of {name} is unknown: {error!r}"

    return describe


def _preload_of(package: Any) -> tuple[str, ...]:
    preload = getattr(package, "preload", ())
    if isinstance(preload, str) or any(not isinstance(name, str) for name in preload):
        raise SpecError("`preload` is not a list of module names")
    return tuple(preload)


def _reason(error: BaseException) -> str:
    """One line on an error, with the innermost line outside of NodeUI that it comes from."""
    lines = str(error).splitlines()
    text = lines[0] if lines else type(error).__name__
    told = text if isinstance(error, SpecError) else f"{type(error).__name__}: {text}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        outside = not Path(frame.filename).is_relative_to(_OURS / "nodeui")
        if outside and Path(frame.filename).is_file() and "importlib" not in frame.filename:
            return f"{told} ({frame.filename}:{frame.lineno})"
    return told


def _name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
