"""The registry of parameter editors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from nodeui.graph.spec import Parameter
from nodeui.views.fields.colour import ColourEditor
from nodeui.views.fields.curve import CurveEditor
from nodeui.views.fields.editor import FieldEditor
from nodeui.views.fields.number import NumberEditor
from nodeui.views.fields.painting import PaintingEditor
from nodeui.views.fields.path import PathEditor
from nodeui.views.fields.prompt import PromptEditor
from nodeui.views.fields.seed import SeedEditor
from nodeui.views.fields.simple import ChoiceEditor, LineEditor, ToggleEditor


class EditorFactory(Protocol):
    """Makes the editor of one parameter; a subclass of `FieldEditor` is one."""

    def __call__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> FieldEditor:
        """Return an editor that shows `value`, which is valid for the parameter."""
        ...


_EDITORS: dict[str, EditorFactory] = {
    # Types of parameters
    "boolean": ToggleEditor,
    "curve": CurveEditor,
    "integer": NumberEditor,
    "number": NumberEditor,
    "painting": PaintingEditor,
    "text": LineEditor,
    # Texts with a fixed list of choices
    "choice": ChoiceEditor,
    # Kinds of widgets (`sdk.Widget`)
    "colour": ColourEditor,
    "folder": PathEditor,
    "image-file": PathEditor,
    "model-path": PathEditor,
    "multiline": PromptEditor,
    "seed": SeedEditor,
}


def register(kind: str, factory: EditorFactory) -> None:
    """Use an editor for all parameters marked `Widget(kind)`.

    Args:
        kind: The kind of widget, such as "angle".
        factory: Makes the editor; usually a subclass of `FieldEditor`.

    Raises:
        ValueError: The kind already has an editor.
    """
    if kind in _EDITORS:
        raise ValueError(f"the field kind {kind!r} already has an editor")
    _EDITORS[kind] = factory


def factory_for(parameter: Parameter) -> EditorFactory:
    """Return the editor of the parameter's widget, else that of its choices, else of its type."""
    return next(_EDITORS[kind] for kind in _kinds(parameter) if kind in _EDITORS)


def _kinds(parameter: Parameter) -> Iterator[str]:
    """Yield the kinds of a parameter, most specific first."""
    yield parameter.widget
    if parameter.choices:
        yield "choice"
    yield parameter.type
