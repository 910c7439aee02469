"""The list of layers or regions of the painting; each change is one edit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.painting import layering
from nodeui.painting.blending import Mode
from nodeui.painting.document import MOST_LAYERS, Lines, Splice
from nodeui.painting.marks import Layer, line_of
from nodeui.painting.points import PaintingError
from nodeui.views.combo import ComboBox
from nodeui.views.easel.bars import Amount
from nodeui.views.easel.board import Board
from nodeui.views.easel.colours import ColourButton
from nodeui.views.easel.picture_layers import PictureLayers
from nodeui.views.easel.popup import Popup
from nodeui.views.easel.wheel import ColourWheel
from nodeui.views.fields.editor import complain, is_escape, mark_invalid, show_below
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, placeholder

_WIDTH = 236
_ROWS = 8  # seen at once
_LEAST_ROWS = 3
_ROW = 28  # pixels


def mode_names() -> dict[str, str]:
    """Return the blend modes with their names."""
    return {
        "normal": tr("Normal"),
        "multiply": tr("Multiply"),
        "screen": tr("Screen"),
        "overlay": tr("Overlay"),
        "soft light": tr("Soft light"),
        "add": tr("Add"),
        "difference": tr("Difference"),
        "luminosity": tr("Luminosity"),
    }


class LayersList(QWidget):
    """Shows the layers of the painting, the highest first.

    Args:
        board: The painting.
    """

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self._shown: tuple[tuple[Layer, ...], str, str] | None = None
        self._gesture = object()  # of the change of one slider or wheel
        self._filled = 0  # how often the rows were made
        self.setFixedWidth(_WIDTH)
        self._title = label(bold=True)
        self.list = _List()
        self.list.chosen.connect(self._choose)
        self.list.reordered.connect(self._reorder)
        self.list.delete_wanted.connect(self.remove)
        self.list.hide_wanted.connect(self._toggle)
        self._empty = placeholder(tr("Paint, or add a region."))
        self.opacity = Amount(
            tr("Opacity"), Parameter("opacity", "integer", 100, low=0, high=100, unit="%"), 100
        )
        self.opacity.changed.connect(self._set_opacity)
        self.opacity.committed.connect(self._end_gesture)
        self.mode = ComboBox()
        self.mode.setFixedHeight(24)
        self.mode.setAccessibleName(tr("Blend mode"))
        for mode in get_args(Mode):
            self.mode.addItem(mode_names()[mode], mode)
        self.mode.activated.connect(self._set_mode)
        self._blending = QWidget()
        row = QHBoxLayout(self._blending)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.mode, stretch=1)
        row.addWidget(self.opacity)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(self._make_header())
        column.addWidget(self._blending)
        column.addWidget(self.list)
        column.addWidget(self._empty)
        board.opened.connect(self.refresh)
        board.painted.connect(self.refresh)
        board.state.changed.connect(self._on_setting)
        self.refresh()

    def _make_header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._title, stretch=1)
        self.add_button = IconButton("plus", "")
        self.delete_button = IconButton("delete-outline", "")
        self.up_button = IconButton("arrow-up", tr("Move up"))
        self.down_button = IconButton("arrow-down", tr("Move down"))
        self.add_button.clicked.connect(self.add)
        self.picture_button = IconButton("image-plus", tr("Add a picture as a layer"))
        self.pictures = PictureLayers(self._board, self)
        self.pictures.taken.connect(self.add_picture)
        self.pictures.failed.connect(self._show_trouble)
        self.picture_menu = QMenu(self)
        self.picture_menu.addAction(tr("From a file..."), self.pictures.choose)
        self.picture_menu.addAction(tr("From the clipboard"), self.pictures.paste)
        self.picture_button.clicked.connect(self._open_picture_menu)
        self.delete_button.clicked.connect(lambda: self.remove(self._board.layer))
        self.up_button.clicked.connect(lambda: self._move(1))
        self.down_button.clicked.connect(lambda: self._move(-1))
        for button in (
            self.add_button,
            self.picture_button,
            self.delete_button,
            self.up_button,
            self.down_button,
        ):
            row.addWidget(button)
        return row

    # --- edits -----------------------------------------------------------------------------------

    def _show_trouble(self, text: str) -> None:
        show_below(self.picture_button, text)

    def _commit(self, make: Callable[[Lines], Splice], gesture: object | None = None) -> None:
        """Make one edit of a change of the painting; show why it is not possible."""
        board = self._board
        if board.subject is None or board.problem:
            return
        board.interrupted.emit()
        try:
            splice = make(board.lines)
        except PaintingError as error:
            show_below(self.add_button, tr("This is not possible: {0}.", str(error)))
            return
        board.commit(splice, gesture)

    def add(self) -> None:
        """Add a layer or region above the chosen one."""
        board, layers = self._board, self._board.painting.layers
        regions = board.kind == "regions"
        new = Layer(
            id=layering.free_id(layers),
            name=layering.free_name(layers, tr("Region {0}") if regions else tr("Layer {0}")),
            colour=layering.free_colour(layers) if regions else Layer.colour,
        )
        above = board.layer if layers else None
        first = not layers and not regions
        self._commit(lambda lines: _added(lines, new, above, first))
        board.state.layer = new.id

    def _open_picture_menu(self) -> None:
        button = self.picture_button
        self.picture_menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def add_picture(self, name: str, bitmap: str, place: tuple[float, ...]) -> None:
        """Add a layer that starts with a picture, above the chosen one."""
        board, layers = self._board, self._board.painting.layers
        new = Layer(id=layering.free_id(layers), name=name, bitmap=bitmap, place=place)
        above = board.layer if layers else None
        self._commit(lambda lines: _added(lines, new, above, not layers))
        board.state.layer = new.id

    def remove(self, id: str) -> None:
        """Remove a layer or region with its strokes."""
        layers = self._board.painting.layers
        if not any(layer.id == id for layer in layers):
            return
        at = [layer.id for layer in layers].index(id)
        self._commit(lambda lines: layering.without_layer(lines, id))
        left = [layer.id for layer in self._board.painting.layers]
        if left:
            self._board.state.layer = left[min(max(0, at - 1), len(left) - 1)]

    def rename(self, id: str, name: str) -> str:
        """Rename a layer or region; return why that is not possible, or ""."""
        name = " ".join(name.split())
        layers = self._board.painting.layers
        if self._board.kind == "regions":
            if not name:
                return tr("A region needs a name.")
            others = [name_of(layer).casefold() for layer in layers if layer.id != id]
            if name.casefold() in others:
                return tr("There is already a region called {0!r}.", name)
        if any(layer.id == id and layer.name == name for layer in layers):
            return ""
        self._commit(lambda lines: layering.changed_layer(lines, id, name=name))
        return ""

    def _renamed(self, filled: int, id: str, name: str) -> str:
        """Rename the layer of a row, unless other rows have replaced it."""
        return self.rename(id, name) if filled == self._filled else ""

    def _change(self, **values: Any) -> None:
        """Change the chosen layer."""
        id = self._board.layer
        self._commit(lambda lines: layering.changed_layer(lines, id, **values), self._gesture)

    def _set_mode(self) -> None:
        self._end_gesture()
        self._change(mode=self.mode.currentData())
        self._end_gesture()

    def _set_opacity(self, percent: int) -> None:
        self._change(opacity=percent / 100)

    def recolour(self, id: str, colour: str) -> None:
        """Change the colour of a region."""
        self._commit(lambda lines: layering.changed_layer(lines, id, colour=colour), self._gesture)

    def _end_gesture(self) -> None:
        self._gesture = object()

    def _toggle(self, id: str) -> None:
        """Hide or show a layer."""
        (hidden,) = [layer.hidden for layer in self._layers() if layer.id == id]
        self._commit(lambda lines: layering.changed_layer(lines, id, hidden=not hidden))

    def _move(self, up: int) -> None:
        """Move the chosen layer up by 1, or down by -1."""
        ids = [layer.id for layer in self._layers()]
        at = ids.index(self._board.layer)
        if 0 <= at + up < len(ids):
            ids[at], ids[at + up] = ids[at + up], ids[at]
            self._commit(lambda lines: layering.ordered(lines, ids))

    def _reorder(self, ids: list[str]) -> None:
        """Take the order in which the rows were dragged, highest first."""
        wanted = ids[::-1]
        if sorted(wanted) == sorted(layer.id for layer in self._layers()):
            self._commit(lambda lines: layering.ordered(lines, wanted))
        self._shown = None
        self.refresh()

    def _choose(self, id: str) -> None:
        self._board.state.layer = id

    # --- the rows --------------------------------------------------------------------------------

    def _layers(self) -> tuple[Layer, ...]:
        """Return the layers, lowest first; an empty sheet that is no sheet of regions has one."""
        board = self._board
        if board.subject is None:
            return ()
        layers = board.painting.layers
        return layers or (() if board.kind == "regions" else (Layer(),))

    def _on_setting(self, name: str) -> None:
        if name in ("layer", "kind"):
            self.refresh()

    def refresh(self) -> None:
        """Show the layers as they are."""
        board, layers = self._board, self._layers()
        current = board.layer if board.subject is not None else ""
        now = layers, current, board.kind
        if now == self._shown:
            return
        same = self._shown is not None and self._shown[2] == board.kind
        before = self._shown[0] if self._shown is not None and same else ()
        self._shown = now
        regions = board.kind == "regions"
        if before != layers or not same:
            self._fill(layers, regions)
        self.list.choose(current)
        self._title.setText(tr("Regions") if regions else tr("Layers"))
        self.add_button.describe("plus", tr("Add a region") if regions else tr("Add a layer"))
        remove = tr("Delete the region") if regions else tr("Delete the layer")
        self.delete_button.describe("delete-outline", remove)
        ids = [layer.id for layer in layers]
        at = ids.index(current) if current in ids else -1
        self.add_button.setEnabled(board.subject is not None and len(layers) < MOST_LAYERS)
        self.picture_button.setEnabled(self.add_button.isEnabled())
        self.picture_button.setVisible(not regions)
        self.delete_button.setEnabled(any(e.id == current for e in board.painting.layers))
        self.up_button.setEnabled(0 <= at < len(ids) - 1)
        self.down_button.setEnabled(at > 0)
        self._empty.setVisible(not layers)
        self.list.setVisible(bool(layers))
        self._blending.setVisible(not regions and at >= 0)
        if at >= 0:
            self.opacity.set_value(round(layers[at].opacity * 100))
            self.mode.setCurrentIndex(self.mode.findData(layers[at].mode))

    def _fill(self, layers: tuple[Layer, ...], regions: bool) -> None:
        rows: list[tuple[str, QWidget]] = []
        self._filled += 1
        for layer in reversed(layers):
            row = LayerRow(layer, regions)
            row.eye.clicked.connect(lambda _=False, id=layer.id: self._toggle(id))
            row.renamed = partial(self._renamed, self._filled)
            if row.chip is not None:
                row.chip.clicked.connect(
                    lambda _=False, layer=layer, chip=row.chip: self._open_colours(layer, chip)
                )
            rows.append((layer.id, row))
        self.list.fill(rows)

    def _open_colours(self, layer: Layer, chip: QWidget) -> None:
        """Show a wheel for the colour of a region."""
        wheel = ColourWheel()
        wheel.colour = layer.colour
        wheel.changed.connect(partial(self.recolour, layer.id))
        wheel.released.connect(self._end_gesture)
        content = QWidget()
        margins = QVBoxLayout(content)
        margins.setContentsMargins(8, 8, 8, 8)
        margins.addWidget(wheel)
        popup = Popup(content, self)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.show_at(chip)


def _added(lines: Lines, new: Layer, above: str | None, first: bool) -> Splice:
    """Return the change that adds a layer; the layer of an empty sheet becomes one, too."""
    if not first:
        return layering.with_layer(lines, new, above)
    base = layering.changed_layer(lines, "")
    return base._replace(lines=(*base.lines, line_of(new)))


def name_of(layer: Layer) -> str:
    """Return the name of a layer as it is shown, and as nodes call it."""
    return layer.name or layer.id or tr("Base")


class LayerRow(QWidget):
    """A layer: an eye that hides it, the colour of a region, and its name.

    Args:
        layer: The layer.
        regions: It is a region.
    """

    def __init__(self, layer: Layer, regions: bool) -> None:
        super().__init__()
        self._layer = layer
        self.renamed: Callable[[str, str], str] = lambda _id, _name: ""
        """Called with the id and a new name; returns why that is not possible, or ""."""
        name = name_of(layer)
        text = tr("Show {0}") if layer.hidden else tr("Hide {0}")
        self.eye = IconButton("eye-off-outline" if layer.hidden else "eye", text.format(name))
        self.eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chip: ColourButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(4)
        row.addWidget(self.eye)
        if regions:
            self.chip = ColourButton(20, tr("Colour of {0}").format(name))
            self.chip.colour = layer.colour
            row.addWidget(self.chip)
        self.name = label(name, muted=layer.hidden)
        self.edit = QLineEdit()
        self.edit.setMaxLength(80)
        self.edit.setAccessibleName(tr("Name"))
        self.edit.setStyleSheet("min-height: 0; padding: 0 4px")
        self.edit.hide()
        self.edit.installEventFilter(self)
        self.edit.editingFinished.connect(self._finish)
        row.addWidget(self.name, stretch=1)
        row.addWidget(self.edit, stretch=1)

    def begin(self) -> None:
        """Edit the name."""
        self.edit.setText(name_of(self._layer))
        self.edit.selectAll()
        self.name.hide()
        self.edit.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        if self.edit.isHidden():
            return
        problem = self.renamed(self._layer.id, self.edit.text())
        if problem:
            complain(self.edit, problem)
            if self.edit.hasFocus():
                return
        self._stop()

    def _stop(self) -> None:
        mark_invalid(self.edit, "")
        self.edit.hide()
        self.name.show()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if is_escape(event) and not self.edit.isHidden():
            self._stop()
            return True
        return super().eventFilter(watched, event)


class _List(QListWidget):
    """The rows, which can be dragged."""

    chosen = Signal(str)
    reordered = Signal(list)
    """The ids in their new order."""
    delete_wanted = Signal(str)
    hide_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Layers"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._on_current)
        self.model().rowsMoved.connect(self._on_moved, Qt.ConnectionType.QueuedConnection)
        self.itemDoubleClicked.connect(self._rename)
        self._filling = False

    def fill(self, rows: list[tuple[str, QWidget]]) -> None:
        """Show rows, by id of their layer."""
        self._filling = True
        self.clear()
        for id, row in rows:
            item = QListWidgetItem(self)
            item.setData(Qt.ItemDataRole.UserRole, id)
            item.setSizeHint(QSize(0, _ROW))
            self.setItemWidget(item, row)
        self.setFixedHeight(min(max(len(rows), _LEAST_ROWS), _ROWS) * _ROW)
        self._filling = False

    def choose(self, id: str) -> None:
        """Make the row of a layer the current one."""
        self._filling = True
        for number in range(self.count()):
            if self._id(self.item(number)) == id:
                self.setCurrentRow(number)
        self._filling = False

    @staticmethod
    def _id(item: QListWidgetItem) -> str:
        return str(item.data(Qt.ItemDataRole.UserRole))

    def row_of(self, id: str) -> LayerRow:
        """Return the row of a layer."""
        items = [self.item(number) for number in range(self.count())]
        (row,) = [self.itemWidget(item) for item in items if self._id(item) == id]
        assert isinstance(row, LayerRow)
        return row

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.chosen.emit(self._id(item))

    def _on_moved(self) -> None:
        self.reordered.emit([self._id(self.item(number)) for number in range(self.count())])

    def _rename(self, item: QListWidgetItem) -> None:
        self.row_of(self._id(item)).begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.currentRow() < 0:
            super().keyPressEvent(event)
            return
        item, key = self.currentItem(), event.key()
        if key == Qt.Key.Key_F2:
            self._rename(item)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit(self._id(item))
        elif key == Qt.Key.Key_Space:
            self.hide_wanted.emit(self._id(item))
        else:
            super().keyPressEvent(event)
