"""A node pack whose texts look like rich text, and a reader of the texts that widgets show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QAction, Qt, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

from nodeui.graph.registry import Registry
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import IMAGE_FILE, MULTILINE, NodeError, node
from tests import crystal

ODD = "<b>zQ</b><img src=y>&amp;&lt;&X[*]"
ODD_NAME = ODD.replace("/", "")
"""A name for files."""


# --- the pack ------------------------------------------------------------------------------------


@node("odd.read", title="Read", category="Crystals", output=True)
def read(
    path: Annotated[str, IMAGE_FILE] = ODD,
    mode: Literal["plain", "<b>zQ</b><img src=y>&amp;&lt;&X[*]"] = "plain",
    text: Annotated[str, MULTILINE] = ODD,
) -> crystal.Lattice:
    """Fail.

    Args:
        path: A file.
        mode: A choice.
        text: A text.
    """
    raise NodeError(f"{ODD} is not there", "path")


def registry() -> Registry:
    """The nodes of the crystal pack and `odd.read`, with odd texts."""
    found = Registry([], lambda: "odd")
    for spec in (*crystal.registry().values(), *Registry([read]).values()):
        found.add(_odd(spec))
    return found


def _odd(spec: NodeSpec) -> NodeSpec:
    def helped(table):  # pyright: ignore
        return {name: replace(part, help=ODD) for name, part in table.items()}

    return replace(
        spec,
        title=f"{spec.title} {ODD}",
        category=ODD,
        help=f"{ODD}\n\n{ODD}",
        aliases=(ODD,),
        inputs=helped(spec.inputs),
        outputs=helped(spec.outputs),
        parameters={
            name: replace(part, help=ODD, unit=ODD if part.type == "number" else part.unit)
            for name, part in spec.parameters.items()
        },
        branches=tuple(replace(kind, title=ODD) for kind in spec.branches),
    )


# --- what is seen --------------------------------------------------------------------------------


def faults(shown: str) -> list[str]:
    """Return the occurrences of `ODD` in a shown text that are not as they were typed."""
    line = shown.replace("\u200b", "")
    starts = (max(0, mark.start() - 3) for mark in re.finditer("zQ", line))
    return [line[start:] for start in starts if not _as_typed(line[start:])]


def _as_typed(seen: str) -> bool:
    whole, cut, _ = seen.partition("…")
    return any(
        whole.startswith(text) or (cut and text.startswith(whole)) for text in (ODD, ODD_NAME)
    )


def seen_in(part: QWidget | QAction) -> Iterator[str]:
    """Yield the texts of a widget or an action as they are seen."""
    yield _tip(part.toolTip())
    if isinstance(part, QAction):
        yield from _columns(part)
        return
    yield part.accessibleName()
    if part.isWindow() or isinstance(part, QDockWidget):
        yield _title(part)
    match part:
        case QLabel():
            yield _label(part)
        case QAbstractButton():
            yield _entry(part.text())
        case QComboBox():
            yield from (part.itemText(row) for row in range(part.count()))
        case QGroupBox():
            yield _entry(part.title())
        case QTabBar():
            for index in range(part.count()):
                yield _entry(part.tabText(index))
                yield _tip(part.tabToolTip(index))
        case QLineEdit():
            yield part.text()
            yield part.placeholderText()
        case QPlainTextEdit() | QTextEdit():
            yield part.toPlainText()
        case QHeaderView():
            pass
        case QAbstractItemView():
            yield from _items(part)
        case QMenu():
            for action in part.actions():
                yield from seen_in(action) if part.toolTipsVisible() else _columns(action)
        case _:
            pass


def _columns(action: QAction) -> Iterator[str]:
    """Yield the text of a menu entry, and what its column of keys shows."""
    yield from map(_entry, action.text().split("\t"))


def _items(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    role = Qt.ItemDataRole
    for row in range(model.rowCount(QModelIndex())):
        several = isinstance(view, QTreeView | QTableView)
        for column in range(model.columnCount(QModelIndex()) if several else 1):
            index = model.index(row, column)
            yield str(index.data(role.DisplayRole) or "")
            yield _tip(str(index.data(role.ToolTipRole) or ""))
    for way in Qt.Orientation:
        yield str(model.headerData(0, way, role.DisplayRole) or "")
        yield _tip(str(model.headerData(0, way, role.ToolTipRole) or ""))


def _label(label: QLabel) -> str:
    plain = label.textFormat() == Qt.TextFormat.PlainText
    return label.text() if plain else _tip(label.text())


def _tip(text: str) -> str:
    """Return a text of automatic format as it is seen."""
    if not Qt.mightBeRichText(text):
        return text
    page = QTextDocument()
    page.setHtml(text)
    return page.toPlainText()


def _entry(text: str) -> str:
    return re.sub("&(.)", r"\1", text)


def _title(window: QWidget) -> str:
    """Return a window title as Qt shows it."""
    title = window.windowTitle()
    if isinstance(window, QDockWidget):
        title = _entry(title)
    return re.sub(r"(\[\*\])+", lambda run: "[*]" * (len(run[0]) // 6), title)
