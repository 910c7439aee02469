"""The node types there are, found in node packages by entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from nodeui.graph.signature import SpecError, spec_of
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import NodeFunction, NodePackage

GROUP = "nodeui.nodes"
"""The entry point group: name of the package -> module that is a `NodePackage`."""


class Registry(Mapping[str, NodeSpec]):
    """Node specs by id.

    Args:
        nodes: The node functions.
        environment: Gives what numeric nodes depend on; see `NodePackage.environment`. It may
            take long on its first call.
        preload: Modules that a worker imports before it is asked for anything; see `NodePackage`.

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
        self._specs: dict[str, NodeSpec] = {}
        for node in nodes:
            if node.id in self._specs:
                raise SpecError(f"two nodes are called {node.id}")
            self._specs[node.id] = spec_of(node)

    def translated(self) -> Registry:
        """The same nodes, with titles and help in the language of the process."""
        registry = Registry((), self.environment, self.preload)
        registry._specs = {id: spec.translated() for id, spec in self._specs.items()}
        return registry

    def __getitem__(self, id: str) -> NodeSpec:
        return self._specs[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


@cache
def installed() -> Registry:
    """The nodes of all installed node packages.

    A package that fails to load fails here, with its name: half a library would turn the nodes
    of good workflows into placeholders.
    """
    nodes: list[NodeFunction[..., Any]] = []
    packages: list[NodePackage] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        package = entry.load()
        if not isinstance(package, NodePackage):
            raise SpecError(f"entry point {entry.name} = {entry.value} has no nodes or environment")
        nodes += package.nodes
        packages.append(package)
    return Registry(
        nodes,
        environment=lambda: "\n".join(package.environment() for package in packages),
        preload=(name for package in packages for name in getattr(package, "preload", ())),
    )
