"""The panel with everything about the selected node."""

from nodeui.views.inspector.inspector import Inspector

__all__ = ["Inspector"]
