"""The widget: shows a canvas, takes input, opens menus and in-place editors."""

from nodeui.views.canvas.view.canvas_view import NODE_MIME, CanvasView

__all__ = [
    "NODE_MIME",
    "CanvasView",
]
