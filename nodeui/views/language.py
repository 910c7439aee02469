"""The language of the editor.

Texts are written in English in the code. A catalogue in `resources/translations` translates them;
the preferences or the desktop choose which one. Catalogues are Qt's own: `.ts` files are edited in
Qt Linguist, `.qm` files are loaded. They have a single context, so a text has one translation
wherever it is used; see `resources/translations/README.md`.
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
    """A catalogue of the editor.

    It is not installed in the application, as all texts are looked up by `wording`. Qt would also
    ask it for its own texts, in any thread and while holding locks; code in Python then deadlocks
    with a thread that has Python's lock and waits for Qt's.
    """

    def text(self, source: str) -> str:
        """Return the translation of a text, or the text itself where there is none."""
        return self.translate(CONTEXT, source, None) or source

    def plural(self, source: str, count: int) -> str:
        """Return the translation of a text for a number, which replaces "%n"."""
        found = self.translate(CONTEXT, source, None, count) or source
        return found.replace("%n", str(count))


def languages(folder: Path = CATALOGUES) -> dict[str, str]:
    """Return the available languages, code to native name: "de" -> "Deutsch"."""
    codes = [file.stem.partition("_")[2] for file in sorted(folder.glob("nodeui_*.qm"))]
    return {"en": "English"} | {code: QLocale(code).nativeLanguageName() for code in codes}


def speak(app: QApplication, locale: QLocale) -> None:
    """Switch the process to a locale: its language, and its decimal point in fields."""
    QLocale.setDefault(locale)
    install(app, locale)


def install(app: QApplication, locale: QLocale, folder: Path = CATALOGUES) -> bool:
    """Switch the process to the language of a locale, if there is a catalogue for it.

    Args:
        app: The application; texts that it shows already stay as they are.
        locale: Its languages are tried in order.
        folder: The folder of the catalogues.

    Returns:
        True if a catalogue was found.
    """
    ours = Catalogue(app)
    if not ours.load(locale, "nodeui", "_", str(folder), ".qm"):
        return False
    qt = QTranslator(app)
    if qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qt)
    wording.speak(ours.text, ours.plural)
    return True
