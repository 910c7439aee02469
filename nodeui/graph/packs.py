"""Loads a node pack: imports it and reads the specs of its nodes."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from pathlib import Path
from typing import Any, cast

from nodeui.graph.signature import spec_of
from nodeui.graph.source import source_hash, stamp_of
from nodeui.graph.spec import NodeSpec, SpecError
from nodeui.graph.wording import tr
from nodeui.sdk import ModelFiles, NodeFunction

GROUP = "nodeui.nodes"
"""The entry point group: name of the pack -> module that is a `NodePackage`."""

_OURS = Path(__file__).resolve().parents[2]
"""The folder that holds the packages `nodeui` and `nodes`."""


@dataclass(frozen=True)
class PackProblem:
    """Something wrong with a node pack that does not stop the others.

    Attributes:
        pack: Name of the pack's entry point; "" for NodeUI's own.
        reason: One line.
        details: The traceback, or "".
        node: Id of the node concerned; "" if the whole pack could not be loaded.
    """

    pack: str
    reason: str
    details: str = ""
    node: str = ""

    def __str__(self) -> str:
        return tr("node pack {0}: {1}", self.pack or "standard", self.reason)


@dataclass(frozen=True)
class Pack:
    """A node pack as far as it could be loaded.

    Attributes:
        name: Name of its entry point; "" for NodeUI's own.
        specs: Its nodes.
        environment: See `NodePackage`; None if it has none, or is not imported.
        preload: See `NodePackage`.
        model_files: See `NodePackage`; None if it has none, or is not imported.
        problems: What could not be loaded.
        stamp: See `source.stamp_of`; "" for NodeUI's own.
    """

    name: str
    specs: tuple[NodeSpec, ...] = ()
    environment: Callable[[], str] | None = None
    preload: tuple[str, ...] = ()
    problems: tuple[PackProblem, ...] = ()
    stamp: str = ""
    model_files: ModelFiles | None = None

    def translated(self) -> Pack:
        """Return the pack with titles and help in the language of the process."""
        return replace(self, specs=tuple(spec.translated() for spec in self.specs))


def pack_entries() -> list[EntryPoint]:
    """Return the entry points of the installed packs, NodeUI's own first."""
    return sorted(entries_of(GROUP), key=lambda entry: (not is_ours(entry), entry.name))


def entries_of(group: str) -> list[EntryPoint]:
    """Return the entry points of a group, as they were installed when the process began."""
    return list(_entries_on(tuple(sys.path), group))


@cache
def _entries_on(path: tuple[str, ...], group: str) -> EntryPoints:
    """Search the Python path, which takes several milliseconds."""
    return entry_points(group=group)


def is_ours(entry: EntryPoint) -> bool:
    """True for NodeUI's own pack."""
    return entry.module == "nodes"


def load_pack(entry: EntryPoint) -> Pack:
    """Import the pack that an entry point names; what cannot be loaded is in its `problems`."""
    pack = "" if is_ours(entry) else entry.name
    stamp = stamp_of(entry) if pack else ""
    try:
        if not pack:
            _check_not_shadowed()
        package = entry.load()
        nodes = nodes_of(package, entry.value)
        environment, preload = _environment_of(package, entry.name), _preload_of(package)
        model_files = _model_files_of(package)
    except (Exception, SystemExit) as error:
        problem = PackProblem(entry.name, _reason(error), traceback.format_exc())
        return Pack(pack, problems=(problem,), stamp=stamp)
    source = source_hash(entry.module)
    specs: list[NodeSpec] = []
    problems: list[PackProblem] = []
    for node in nodes:
        try:
            node.source = source
            specs.append(spec_of(node, pack))
        except Exception as error:
            reason = str(error) if isinstance(error, SpecError) else f"{node.id}: {_reason(error)}"
            problem = PackProblem(entry.name, reason, traceback.format_exc(), node.id)
            problems.append(problem)
    return Pack(pack, tuple(specs), environment, preload, tuple(problems), stamp, model_files)


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


def _model_files_of(package: Any) -> ModelFiles | None:
    found = getattr(package, "model_files", None)
    if found is not None and not isinstance(found, ModelFiles):
        raise SpecError("`model_files` is no ModelFiles")
    return found


def _reason(error: BaseException) -> str:
    """One line on an error, with the innermost line outside of NodeUI that it comes from."""
    lines = str(error).splitlines()
    text = lines[0] if lines else type(error).__name__
    line = text if isinstance(error, SpecError) else f"{type(error).__name__}: {text}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        outside = not Path(frame.filename).is_relative_to(_OURS / "nodeui")
        if outside and Path(frame.filename).is_file() and "importlib" not in frame.filename:
            return f"{line} ({frame.filename}:{frame.lineno})"
    return line
