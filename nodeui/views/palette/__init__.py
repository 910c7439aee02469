"""The node palette: the panel to drag nodes from, and the search popup."""

from nodeui.views.palette.palette import NODE_MIME, Palette
from nodeui.views.palette.popup import NodeSearch

__all__ = ["NODE_MIME", "NodeSearch", "Palette"]
