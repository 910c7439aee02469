"""The panel with the library of saved pictures."""

from nodeui.views.gallery.gallery import Gallery
from nodeui.views.gallery.keys import KEYS
from nodeui.views.panel import PanelContext

__all__ = ["KEYS", "Gallery", "make_gallery"]


def make_gallery(context: PanelContext) -> Gallery:
    """Make the gallery of the output folder, with its index in the folder of the cache."""
    runs = context.runs
    return Gallery(runs.output_folder, runs.cache_folder / "pictures.sqlite", context.specs)
