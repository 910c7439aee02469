"""The context menu of pictures in the gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from nodeui.graph.wording import tr
from nodeui.pictures.record import Picture
from nodeui.views.gallery.stars import LABEL_KEYS, MOST_STARS, label_colour, label_names
from nodeui.views.labels import plain_entry


@dataclass(frozen=True)
class MenuCommands:
    """Functions of the entries of the menu; each acts on the selected pictures."""

    restore: Callable[[], object]
    view: Callable[[], object]
    compare: Callable[[], object]
    lineage: Callable[[], object]
    rate: Callable[[int], object]
    label: Callable[[str], object]
    reject: Callable[[], object]
    tags: Callable[[], object]
    collect: Callable[[str], object]
    new_collection: Callable[[], object]
    remove_from: Callable[[str], object]
    copy_picture: Callable[[], object]
    copy_path: Callable[[], object]
    rename: Callable[[], object]
    reveal: Callable[[], object]
    delete: Callable[[], object]


def picture_menu(
    parent: QWidget,
    pictures: Sequence[Picture],
    collections: Sequence[str],
    commands: MenuCommands,
    add_more: Callable[[QMenu], object],
) -> QMenu:
    """Return the menu of selected pictures, the current one first.

    Args:
        parent: The widget that owns the menu until it is closed.
        pictures: The pictures.
        collections: The names of all collections.
        commands: Functions of the entries.
        add_more: Adds further entries.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    single = len(pictures) == 1
    menu.addAction(tr("Open its graph"), commands.restore).setEnabled(single)
    menu.addAction(tr("Show in the viewer"), commands.view)
    menu.addAction(tr("Compare in the viewer"), commands.compare)
    menu.addAction(tr("Made from…"), commands.lineage).setEnabled(single)
    menu.addSeparator()
    add_more(menu)
    menu.addSeparator()
    _add_marks(menu, pictures, commands)
    _add_collections(menu, pictures, collections, commands)
    menu.addSeparator()
    menu.addAction(tr("Copy picture"), commands.copy_picture).setEnabled(single)
    menu.addAction(tr("Copy path"), commands.copy_path)
    menu.addAction(tr("Rename"), commands.rename).setEnabled(single)
    menu.addAction(tr("Open its folder"), commands.reveal).setEnabled(single)
    menu.addSeparator()
    menu.addAction(tr("Move to the bin"), commands.delete)
    return menu


def _add_marks(menu: QMenu, pictures: Sequence[Picture], commands: MenuCommands) -> None:
    first = pictures[0].marks
    stars = menu.addMenu(tr("Stars"))
    for count in range(MOST_STARS + 1):
        title = "★" * count or tr("None")
        action = stars.addAction(f"{title}\t{count}", lambda count=count: commands.rate(count))
        action.setCheckable(True)
        action.setChecked(first.rating == count)
    labels = menu.addMenu(tr("Colour label"))
    keys = {label: key for key, label in LABEL_KEYS.items()}
    for name, title in label_names().items():
        text = f"{title}\t{keys[name]}" if name in keys else title
        action = labels.addAction(text, lambda name=name: commands.label(name))
        action.setCheckable(True)
        action.setChecked(first.label == name)
        if name:
            action.setIcon(_swatch(label_colour(name)))
    reject = menu.addAction(tr("Rejected"), commands.reject)
    reject.setCheckable(True)
    reject.setChecked(all(picture.marks.rejected for picture in pictures))
    menu.addAction(tr("Tags…"), commands.tags)


def _add_collections(
    menu: QMenu, pictures: Sequence[Picture], collections: Sequence[str], commands: MenuCommands
) -> None:
    into = menu.addMenu(tr("Add to collection"))
    for name in collections:
        into.addAction(plain_entry(name), lambda name=name: commands.collect(name))
    if collections:
        into.addSeparator()
    into.addAction(tr("New collection…"), commands.new_collection)
    own = dict.fromkeys(name for picture in pictures for name in picture.marks.collections)
    if own:
        out = menu.addMenu(tr("Remove from collection"))
        for name in own:
            out.addAction(plain_entry(name), lambda name=name: commands.remove_from(name))


def _swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(pixmap.rect(), 3, 3)
    painter.end()
    return QIcon(pixmap)
