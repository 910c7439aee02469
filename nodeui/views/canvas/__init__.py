"""The canvas: the node graph, painted and edited."""

from nodeui.views.canvas.commands import COMMANDS, GESTURES, Command
from nodeui.views.canvas.ends import LinkEnd, fits
from nodeui.views.canvas.insertion import Gap
from nodeui.views.canvas.view import NODE_MIME, CanvasView

__all__ = ["COMMANDS", "GESTURES", "NODE_MIME", "CanvasView", "Command", "Gap", "LinkEnd", "fits"]
