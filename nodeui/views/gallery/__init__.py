"""The panel with the library of saved pictures."""

from nodeui.session.runs import Runs
from nodeui.views.gallery.gallery import Gallery

__all__ = ["Gallery", "make_gallery"]


def make_gallery(runs: Runs) -> Gallery:
    """Make the gallery of the output folder, with its index in the folder of the cache."""
    return Gallery(runs.output_folder, runs.cache_folder / "pictures.sqlite")
