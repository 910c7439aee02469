"""Checks for the tests of node packs.

import my_nodes
from nodeui.testing import check_package

def test_the_pack_follows_the_rules():
    check_package(my_nodes)
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from nodeui.graph.branches import branch_problems
from nodeui.graph.quick import quick_problems
from nodeui.graph.registry import Registry, installed, nodes_of
from nodeui.graph.sends import send_problems
from nodeui.graph.signature import spec_of
from nodeui.graph.spec import NodeSpec, Parameter, SpecError
from nodeui.sdk import NodeError, NodePackage

HEAVY = (
    "PySide6", "accelerate", "controlnet_aux", "cv2", "diffusers", "peft", "scipy", "torch",
    "torchvision", "transformers",
)  # fmt: skip
"""Modules that a pack must not import when it is loaded: its nodes import them when they run."""


def check_package(package: NodePackage) -> None:
    """Check everything that NodeUI expects of a node pack.

    - All node functions follow the conventions of `nodeui.sdk`.
    - Ids are unique, and so are the names of socket types.
    - Nodes, arguments and fields of results are documented; every node has a title and a category.
    - Numbers have a `Range`; defaults are valid and in canonical form.
    - Branches can be made, pictures sent and quick runs made: their nodes, inputs and parameters
      exist.
    - Loading the pack imports no heavy module.
    - `environment` returns a text and `preload` names modules that exist, if they are there.

    Args:
        package: The module (or object) that the pack's entry point names.

    Raises:
        AssertionError: something is wrong; lists everything that is, one line each.
    """
    faults = list(_faults(package))
    assert not faults, "\n".join(faults)


def _faults(package: NodePackage) -> Iterator[str]:
    name = getattr(package, "__name__", type(package).__module__)
    registry = Registry(())
    try:
        nodes = nodes_of(package, name)
    except SpecError as error:
        yield str(error)
        return
    for node in nodes:
        try:
            spec = spec_of(node)
            registry.add(spec)
        except SpecError as error:
            yield str(error)
        else:
            yield from _faults_of(spec)
    for spec in registry.values():
        known = {**installed(), **registry}
        yield from branch_problems(spec, known)
        yield from send_problems(spec, known)
        yield from quick_problems(spec, known)
    yield from _faults_in_extras(package)
    if len(registry) == len(nodes):
        yield from _heavy_imports(name)


def _faults_of(spec: NodeSpec) -> Iterator[str]:
    if not spec.title:
        yield f"{spec.id} has no title"
    if not spec.category:
        yield f"{spec.id} has no category"
    if not spec.help:
        yield f"{spec.id} has no docstring"
    elif not spec.help.endswith((".", ")")):
        yield f"{spec.id}: the docstring does not end with a full stop"
    for alias in spec.aliases:
        if not alias or alias != alias.lower():
            yield f"{spec.id}: the alias {alias!r} is not written in lower case"
    for part in (*spec.inputs.values(), *spec.parameters.values()):
        if not part.help:
            yield f"{spec.id}: {part.name} is not described in the docstring's Args"
    for output in spec.outputs.values():
        if spec.several and not output.help:
            yield f"{spec.id}: the output {output.name} is not described in its NamedTuple"
    for parameter in spec.parameters.values():
        yield from _faults_in_values(spec.id, parameter)


def _faults_in_values(id: str, parameter: Parameter) -> Iterator[str]:
    name, default = parameter.name, parameter.default
    if not parameter.required and parameter.check(default) != default:
        yield f"{id}: the default of {name} is not in canonical form: {default!r}"
    if parameter.type in ("integer", "number"):
        if parameter.high is None:
            yield f"{id}: {name} has no Range"
        elif _takes(parameter, parameter.high + 1):
            yield f"{id}: {name} takes numbers outside of its Range"


def _takes(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.check(value)
    except NodeError:
        return False
    return True


def _faults_in_extras(package: NodePackage) -> Iterator[str]:
    environment = getattr(package, "environment", None)
    if environment is not None:
        try:
            text = environment()
        except Exception as error:
            yield f"environment() fails: {error!r}"
        else:
            if not isinstance(text, str):
                yield f"environment() returns {text!r}, not a text"
    for name in getattr(package, "preload", ()):
        if importlib.util.find_spec(name) is None:
            yield f"preload names {name!r}; there is no such module"


def _heavy_imports(module: str) -> Iterator[str]:
    """Load the pack in a fresh process and look at what came with it."""
    code = (
        "import sys, importlib; from nodeui.graph.signature import spec_of\n"
        f"package = importlib.import_module({module!r})\n"
        "list(map(spec_of, getattr(package, 'nodes', ())))\n"
        f"print(*sorted({{*{HEAVY!r}}} & {{*sys.modules}}))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield f"{module} cannot be loaded in a fresh process: {done.stderr.splitlines()[-1]}"
    elif heavy := done.stdout.splitlines()[-1].split():
        yield f"importing {module} imports {', '.join(heavy)}: import them inside the functions"
