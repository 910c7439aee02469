"""Finds the family of the model that a graph uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nodeui.library.record import ModelFile
from nodeui.session.session import Session

_MAIN = ("checkpoint", "diffusion model")


def families_of(session: Session, models: Sequence[ModelFile]) -> tuple[str, ...]:
    """Return the families of the checkpoints that a graph names; empty if they are not known."""
    known = {model.path: model.family for model in models if model.kind in _MAIN}
    found: set[str] = set()
    for node in session.graph.nodes.values():
        spec = session.graph.spec(node.id)
        for parameter in spec.parameters.values() if spec is not None else ():
            value = node.params.get(parameter.name, parameter.default)
            if parameter.widget == "model-path" and isinstance(value, str) and value:
                path = Path(session.folder or Path.cwd(), value).expanduser()
                found.add(known.get(path, ""))
    return tuple(sorted(found - {""}))
