"""The panel that shows and compares pictures."""

from nodeui.views.viewer.viewer import Viewer

__all__ = ["Viewer"]
