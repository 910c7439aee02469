"""Uses models of the library in the graph: their nodes, and their trigger words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject

from nodeui.graph.edits import SetParam
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.models import Models
from nodeui.views.window.application import ApplicationCommands
from nodeui.views.window.documents import Documents
from nodeui.views.window.notice import Notices
from nodeui.views.window.taking import Taking


class Modelling(QObject):
    """Connects the panel of models with the graph in view.

    Args:
        panel: The panel.
        application: Holds the preferences, with the folders of models.
        documents: The canvases.
        taking: Makes the nodes of files.
        notices: Shows why words cannot be used.
    """

    def __init__(
        self,
        panel: Models,
        application: ApplicationCommands,
        documents: Documents,
        taking: Taking,
        notices: Notices,
    ) -> None:
        super().__init__(documents)
        self._application = application
        self._documents = documents
        self._notices = notices
        self._taking = taking
        panel.add_requested.connect(self._add)
        panel.words_requested.connect(self.use_words)
        panel.folders_changed.connect(self._keep_folders)
        panel.set_up(application.settings.places.state, application.settings.preferences.models)

    def _add(self, path: Path) -> None:
        self._taking.take_files([path])

    def _keep_folders(self, folders: list[str]) -> None:
        self._application.settings.preferences.models = folders
        self._application.save_preferences()

    def use_words(self, words: str) -> None:
        """Append trigger words to the prompt: that of the selected node, else the only one."""
        session = self._documents.current
        prompts = [*_prompts(session)] if session is not None else []
        chosen = [each for each in prompts if session and each[0] in session.selection] or prompts
        if session is None or len(chosen) != 1:
            text = tr("Select the prompt that the trigger words belong to.")
            self._notices.show("info", text)
            return
        id, name = chosen[0]
        old = str(session.graph.nodes[id].params.get(name, ""))
        if words not in old:
            session.edit(SetParam(id, name, f"{old.rstrip(' ,')}, {words}" if old else words))


def _prompts(session: Session) -> Iterator[tuple[str, str]]:
    """Yield the nodes and parameters of a graph that hold prompts."""
    for node in session.graph.nodes.values():
        spec = session.graph.spec(node.id)
        path = spec.facts.get("prompt", ()) if spec is not None else ()
        if len(path) == 1 and spec is not None and path[0] in spec.parameters:
            yield node.id, path[0]
