"""The models that the library knows, for the fields that choose one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from PySide6.QtCore import QObject, Signal

from nodeui.library.record import ModelFile
from nodeui.sdk import ModelLoader


class KnownModels(QObject):
    """The models of the user's folders, as last listed.

    Use the instance that `known_models()` returns.

    Attributes:
        models: The models, sorted by title.
        loaders: The nodes that load them, by kind.
    """

    changed = Signal()
    """The models are others than before."""
    wanted = Signal()
    """Somebody needs the models: list them if that was not done."""

    def __init__(self) -> None:
        super().__init__()
        self.models: Sequence[ModelFile] = ()
        self.loaders: Mapping[str, ModelLoader] = {}

    def take(self, models: Sequence[ModelFile]) -> None:
        """Replace the models."""
        self.models = models
        self.changed.emit()

    def for_parameter(self, node: str, parameter: str) -> list[ModelFile]:
        """Return the models that a parameter of a node type loads."""
        loader = ModelLoader(node, parameter)
        kinds = {kind for kind, known in self.loaders.items() if known == loader}
        return [model for model in self.models if model.kind in kinds and not model.refused]


@cache
def known_models() -> KnownModels:
    """Return the models of this process."""
    return KnownModels()
