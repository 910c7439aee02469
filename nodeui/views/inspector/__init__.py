"""The panel that shows all there is to know of the selected node."""

from nodeui.views.inspector.inspector import Inspector

__all__ = ["Inspector"]
