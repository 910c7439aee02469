"""The panel of saved pictures."""

from nodeui.views.gallery.gallery import Gallery

__all__ = ["Gallery"]
