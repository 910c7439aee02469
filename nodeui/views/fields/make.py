"""Which editor a parameter gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from nodeui.graph.spec import Parameter
from nodeui.views.fields.colour import ColourEditor
from nodeui.views.fields.curve import CurveEditor
from nodeui.views.fields.editor import FieldEditor
from nodeui.views.fields.number import NumberEditor
from nodeui.views.fields.path import PathEditor
from nodeui.views.fields.prompt import PromptEditor
from nodeui.views.fields.seed import SeedEditor
from nodeui.views.fields.simple import ChoiceEditor, LineEditor, ToggleEditor
from nodeui.views.fields.text import valid_value


def make_editor(
    parameter: Parameter, value: Any, parent: QWidget | None, *, folder: Path | None = None
) -> FieldEditor:
    """The editor of a parameter.

    Args:
        parameter: What is edited.
        value: Its value by now; one that is not valid shows as the default.
        parent: The widget that the editor lies in.
        folder: The workflow's folder, where relative paths start; None before it is saved.
    """
    value = valid_value(parameter, value)
    if parameter.widget in ("image-file", "model-path", "folder"):
        return PathEditor(parameter, value, parent, folder)
    if parameter.choices:
        return ChoiceEditor(parameter, value, parent)
    match parameter.type, parameter.widget:
        case "curve", _:
            return CurveEditor(parameter, value, parent)
        case "boolean", _:
            return ToggleEditor(parameter, value, parent)
        case "integer", "seed":
            return SeedEditor(parameter, value, parent)
        case "integer" | "number", _:
            return NumberEditor(parameter, value, parent)
        case _, "multiline":
            return PromptEditor(parameter, value, parent)
        case _, "colour":
            return ColourEditor(parameter, value, parent)
        case _:
            return LineEditor(parameter, value, parent)
