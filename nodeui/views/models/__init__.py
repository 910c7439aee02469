"""The panel with the model files in the user's folders."""

from nodeui.views.models.models import Models, make_models

__all__ = ["Models", "make_models"]
