"""Checks the functions that are registered beside a node function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from nodeui.graph.spec import NodeSpec, SpecError


def check_hooks(spec: NodeSpec) -> None:
    """Check pass-throughs, fingerprint, light predicate, previews, validity check and migration of
    a node.

    Raises:
        SpecError: one of them asks for something that it cannot get.
    """
    node = spec.code
    for source, predicate in node.passes:
        _check_passthrough(spec, source)
        _check_predicate(spec, f"the passthrough of {source!r}", predicate)
    if node.fingerprinter is not None:
        _check_predicate(spec, "the fingerprint", node.fingerprinter, "files")
    for swatch in node.swatches:
        source, _, text = swatch.partition(".")
        known = source in spec.inputs or source in spec.parameters
        if not known or (text and text not in spec.parameters):
            raise SpecError(f"swatches: {swatch!r} names no input or parameter of the node")
    if callable(node.light):
        _check_predicate(spec, "the light predicate", node.light, "files")
    for name, function in node.previews.items():
        if name not in spec.parameters:
            raise SpecError(f"preview({name!r}): it has no such parameter")
        _check_predicate(spec, f"the preview of {name!r}", function, "facts")
    if node.validator is not None:
        _check_count("valid", node.validator, "(value, ctx)")
    if node.migrator is not None:
        _check_count("migrate", node.migrator, "(parameters, version)")


def _check_passthrough(spec: NodeSpec, source: str) -> None:
    if source not in spec.inputs:
        raise SpecError(f"passthrough({source!r}): it has no such input, only {_list(spec.inputs)}")
    first = next(iter(spec.outputs.values()), None)
    taken = spec.inputs[source].type
    if first is None or first.type != taken:
        other = f"is of type {first.type}" if first else "is missing"
        raise SpecError(
            f"passthrough({source!r}): the input is of type {taken}; the output {other}"
        )


def _check_predicate(
    spec: NodeSpec, what: str, function: Callable[..., Any], extra: str = ""
) -> None:
    """Check that all arguments are parameters, or called `extra`: "files" or "facts"."""
    if extra and extra in spec.parameters:
        raise SpecError(
            f'{what}: "{extra}" means the workflow\'s {extra}; rename the parameter of that name'
        )
    for name, argument in inspect.signature(function).parameters.items():
        if name == extra:
            continue
        if name not in spec.parameters:
            kind = "an input" if name in spec.inputs else "not a parameter"
            allowed = [*spec.parameters, *([extra] if extra else [])]
            raise SpecError(f"{what} reads {name!r}, which is {kind}; it can read {_list(allowed)}")
        if argument.kind not in (argument.POSITIONAL_OR_KEYWORD, argument.KEYWORD_ONLY):
            raise SpecError(f"{what}: {name} is not a plain argument; values are passed by name")


def _check_count(what: str, function: Callable[..., Any], wanted: str) -> None:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        raise SpecError(f"{what}: the function is called with {wanted}") from None


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
