"""The registry of parameter editors."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from nodeui.graph.spec import Parameter
from nodeui.views.fields.editor import FieldEditor


class EditorFactory(Protocol):
    """Makes the editor of one parameter; a subclass of `FieldEditor` is one."""

    def __call__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> FieldEditor:
        """Return an editor that shows `value`, which is valid for the parameter."""
        ...


_EDITORS: dict[str, EditorFactory] = {}


def register(kind: str, factory: EditorFactory) -> None:
    """Use an editor for all parameters marked `Widget(kind)`.

    Args:
        kind: The kind of widget, such as "angle".
        factory: Makes the editor; usually a subclass of `FieldEditor`.

    Raises:
        ValueError: The kind has an editor already.
    """
    if kind in _EDITORS:
        raise ValueError(f"the field kind {kind!r} has an editor already")
    _EDITORS[kind] = factory
