"""Offers to write ratings and tags into pictures, where Lightroom finds them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from nodeui.graph.wording import tr
from nodeui.session.preferences import Settings
from nodeui.views.gallery import Gallery
from nodeui.views.labels import set_tip
from nodeui.views.window.application import ApplicationCommands
from nodeui.views.window.notice import NoticeButton, Notices


class Embedding(QObject):
    """Offers the preference once after a picture was rated, and in the menu of each picture.

    Args:
        settings: The preferences.
        application: Applies them.
        gallery: The pictures.
        notices: Shows the offer.
    """

    def __init__(
        self,
        settings: Settings,
        application: ApplicationCommands,
        gallery: Gallery,
        notices: Notices,
    ) -> None:
        super().__init__(gallery)
        self._settings = settings
        self._application = application
        self._notices = notices
        gallery.commands.marked.connect(self._offer)
        gallery.menu_opened.connect(self._add_entry)

    def _offer(self) -> None:
        preferences = self._settings.preferences
        if preferences.embed_marks or preferences.embedding_offered:
            return
        preferences.embedding_offered = True
        self._application.save_preferences()
        text = tr(
            "Ratings and tags are stored beside the pictures (.xmp), where digiKam and darktable"
            " read them. Lightroom reads them only inside of PNG and JPEG files."
        )
        button = NoticeButton(tr("Write into pictures"), lambda: self._set(True))
        self._notices.show("warning", text, button)

    def _add_entry(self, menu: QMenu, paths: Sequence[Path]) -> None:
        action = menu.addAction(tr("Write ratings and tags into pictures"))
        action.setCheckable(True)
        action.setChecked(self._settings.preferences.embed_marks)
        set_tip(action, tr("Into pictures that were made here. Lightroom reads them only there."))
        action.toggled.connect(self._set)

    def _set(self, embed: bool) -> None:
        self._settings.preferences.embed_marks = embed
        self._application.apply_preferences()
