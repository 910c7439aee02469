"""The panel of all pictures that were saved."""

from nodeui.views.gallery.gallery import Gallery

__all__ = ["Gallery"]
