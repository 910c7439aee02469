"""The node library: a panel to drag nodes from, and the popup that finds one by typing."""

from nodeui.views.palette.palette import NODE_MIME, Palette
from nodeui.views.palette.popup import NodeSearch

__all__ = ["NODE_MIME", "NodeSearch", "Palette"]
