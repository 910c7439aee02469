"""The panel that shows pictures in full, and compares them."""

from nodeui.views.viewer.viewer import Viewer

__all__ = ["Viewer"]
