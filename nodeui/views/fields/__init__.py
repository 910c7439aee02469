"""Parameter editors, shared by the canvas and the inspector."""

from nodeui.views.fields.editor import FieldEditor
from nodeui.views.fields.make import make_editor
from nodeui.views.fields.registry import EditorFactory, register
from nodeui.views.fields.text import (
    ascii_number,
    drag_value,
    edit_text,
    notch,
    parse,
    problem_of,
    share,
    text_of,
    valid_value,
    with_points,
)

__all__ = [
    "EditorFactory",
    "FieldEditor",
    "ascii_number",
    "drag_value",
    "edit_text",
    "make_editor",
    "notch",
    "parse",
    "problem_of",
    "register",
    "share",
    "text_of",
    "valid_value",
    "with_points",
]
