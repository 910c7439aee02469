"""Makes the editor of a parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from nodeui.graph.spec import Parameter
from nodeui.views.fields.editor import FieldEditor
from nodeui.views.fields.registry import factory_for
from nodeui.views.fields.text import valid_value


def make_editor(
    parameter: Parameter,
    value: Any,
    parent: QWidget | None,
    *,
    folder: Path | None = None,
    node: str = "",
) -> FieldEditor:
    """Make the editor of a parameter.

    Args:
        parameter: The parameter to edit.
        value: Its current value; an invalid one is shown as the default.
        parent: The parent widget.
        folder: The folder that relative paths start from; None if it is unknown.
        node: The id of the node type that has the parameter.
    """
    editor = factory_for(parameter)(parameter, valid_value(parameter, value), parent)
    editor.set_folder(folder)
    editor.set_node_type(node)
    return editor
