"""The language of the editor.

Texts stand in the code in English. A catalogue in `resources/translations` gives them in another
language; which one is taken, the desktop says. Catalogues are Qt's own: `.ts` is edited in Qt
Linguist, `.qm` is loaded. They know one context only, so that a text means the same wherever it
stands; `resources/translations/README.md` tells how one is made.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from nodeui.graph import wording
from nodeui.sdk import shipped

CONTEXT = "nodeui"
"""The context of all texts in the catalogues."""

CATALOGUES = shipped("resources") / "translations"


class Catalogue(QTranslator):
    """Translates by text alone, whichever class asks."""

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        return super().translate(CONTEXT, sourceText, disambiguation, n) or None

    def said(self, text: str) -> str:
        """A text in this language; in English where it is missing."""
        return self.translate(CONTEXT, text) or text


def languages(folder: Path = CATALOGUES) -> dict[str, str]:
    """The languages that the editor speaks, by their own names: "de" -> "Deutsch"."""
    codes = [file.stem.partition("_")[2] for file in sorted(folder.glob("nodeui_*.qm"))]
    return {"en": "English"} | {code: QLocale(code).nativeLanguageName() for code in codes}


def speak(app: QApplication, locale: QLocale, folder: Path = CATALOGUES) -> bool:
    """Take the language of a locale, if there is a catalogue for it; what is said outside of the
    views is in that language, too.

    Args:
        app: Whose texts are translated, as far as they are made from now on.
        locale: Its languages are tried in their order.
        folder: Where the catalogues are.

    Returns:
        Whether one was found.
    """
    ours = Catalogue(app)
    if not ours.load(locale, "nodeui", "_", str(folder), ".qm"):
        return False
    qt = QTranslator(app)
    if qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qt)
    wording.speak(ours.said)
    return app.installTranslator(ours)
