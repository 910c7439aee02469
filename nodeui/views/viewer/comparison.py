"""The controls of a comparison: the pictures to compare with, and how."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.session.pictures import PictureBatch
from nodeui.views.combo import ComboBox
from nodeui.views.labels import label, set_tip
from nodeui.views.slider import Slider
from nodeui.views.viewer.pane_painter import Cell, Mode
from nodeui.views.viewer.recent import ICON, Shot, thumbnail

_IN_ONE_PLACE = ("wipe", "difference", "onion")
"""The modes that show two pictures at a time."""

_LONGEST_LIST = 420  # pixels


class _Ticks(QListWidget):
    """A list whose entries are ticked by a click anywhere, Space or Return."""

    def __init__(self) -> None:
        super().__init__()
        self.itemClicked.connect(self._toggle)

    def _toggle(self, item: QListWidgetItem) -> None:
        ticked = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and self.currentRow() >= 0:
            self._toggle(self.item(self.currentRow()))
        else:
            super().keyPressEvent(event)


class Chooser(QFrame):
    """A list of pictures, with thumbnails, to tick those to compare with."""

    ticked = Signal()
    """The ticked pictures changed."""
    file_wanted = Signal()
    """Compare with a file that the user has to choose."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.list = _Ticks()
        self.list.setIconSize(ICON)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(tr("Pictures to compare with"))
        self.list.itemChanged.connect(self.ticked)
        more = QPushButton(tr("Picture file…"))
        more.clicked.connect(self._ask_for_file)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.list)
        column.addWidget(more)

    def _ask_for_file(self) -> None:
        self.hide()
        self.file_wanted.emit()

    def fill(self, shots: Sequence[Shot], chosen: Sequence[Shot]) -> None:
        """List pictures; the chosen ones are ticked."""
        self.list.blockSignals(True)
        self.list.clear()
        for shot in shots:
            single = shot.picture.batch.count == 1
            item = QListWidgetItem(
                shot.picture.icon if single else thumbnail(shot.image), shot.label
            )
            item.setData(Qt.ItemDataRole.UserRole, shot)
            state = Qt.CheckState.Checked if shot in chosen else Qt.CheckState.Unchecked
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(state)
            self.list.addItem(item)
        self.list.blockSignals(False)

    def chosen(self) -> list[Shot]:
        """Return the ticked pictures."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    def open_below(self, widget: QWidget) -> None:
        """Show the list below a widget."""
        rows = max(1, self.list.count())
        height = min(_LONGEST_LIST, rows * (ICON.height() + 4) + 60)
        width = max(260, min(420, self.list.sizeHintForColumn(0) + 60))
        self.resize(QSize(width, height))
        corner = widget.mapToGlobal(QPoint(widget.width() - width, widget.height()))
        screen = widget.screen().availableGeometry()
        x = max(screen.left(), min(corner.x(), screen.right() - width))
        y = min(corner.y(), screen.bottom() - height)
        self.move(x, y)
        self.show()
        self.list.setFocus()


class Comparison(QWidget):
    """The pictures that the one shown is compared with, and a row to choose how.

    The row is visible while there are any.
    """

    changed = Signal()
    """`shots` or `mode` changed."""
    amount_changed = Signal()
    """`amount` changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shots: list[Shot] = []
        self.modes = ComboBox()
        self.modes.setAccessibleName(tr("How to compare"))
        texts: dict[str, str] = {
            "wipe": tr("Wipe"),
            "grid": tr("Side by side"),
            "difference": tr("Difference"),
            "flicker": tr("Flicker"),
            "onion": tr("Onion skin"),
        }
        for mode, text in texts.items():
            self.modes.addItem(text, mode)
        self.sliders = {
            "difference": Slider(tr("Gain of the difference"), 0, 6, 3),
            "flicker": Slider(tr("Seconds per picture"), 1, 20, 5),
            "onion": Slider(tr("Opacity of the upper picture"), 0, 100, 50),
        }
        self._value = label(small=True, muted=True)
        end = QPushButton(tr("End"))
        set_tip(end, tr("End the comparison"))
        end.clicked.connect(lambda: self.compare([]))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(6)
        row.addWidget(self.modes, stretch=1)
        for slider in self.sliders.values():
            set_tip(slider, slider.accessibleName())
            slider.valueChanged.connect(self._show_amount)
            row.addWidget(slider)
        row.addWidget(self._value)
        row.addWidget(end)
        self.modes.activated.connect(self._on_mode)
        self._show_amount()
        self.hide()

    @property
    def mode(self) -> Mode:
        """The way of comparing; "grid" is side by side."""
        return self.modes.currentData()

    def amount(self) -> float:
        """Return the gain, the seconds or the opacity of the mode; 0 if it has none."""
        if self.mode not in self.sliders:
            return 0.0
        value = self.sliders[self.mode].value()
        match self.mode:
            case "difference":
                return float(2**value)
            case "flicker":
                return value / 10
            case _:
                return value / 100

    def compare(self, shots: Sequence[Shot]) -> None:
        """Compare with these pictures; none ends the comparison.

        Three or more are shown side by side, rather than two of them in one place.
        """
        more = len(shots) > 1 >= len(self.shots)
        self.shots = list(shots)
        if more and self.mode in _IN_ONE_PLACE:
            self.choose_mode("grid")
        self.setVisible(bool(shots))
        self.changed.emit()

    def rivals(self, batch: PictureBatch, index: int, size: QSize) -> list[Cell]:
        """Return the pictures to show with a picture of a batch, but not the picture itself.

        Args:
            batch: The batch of the picture.
            index: The index of the picture.
            size: Its size; the captions of others say what they are scaled from.
        """
        cells: list[Cell] = []
        for shot in self.shots:
            if shot.picture.batch is batch and shot.index == index:
                continue
            name, own = shot.label, shot.picture.batch.size
            if own != size:
                scaled = tr("scaled from {0} × {1}", own.width(), own.height())
                name = f"{name}  ({scaled})"
            cells.append(Cell(shot.image, name))
        return cells

    def choose_mode(self, mode: Mode) -> None:
        """Choose how the pictures are compared."""
        self.modes.setCurrentIndex(self.modes.findData(mode))
        self._show_amount()

    def _on_mode(self) -> None:
        self._show_amount()
        self.changed.emit()

    def _show_amount(self) -> None:
        for mode, slider in self.sliders.items():
            slider.setVisible(mode == self.mode)
        texts = {
            "difference": f"× {self.amount():.0f}",
            "flicker": tr("{0} s", f"{self.amount():.1f}"),
            "onion": f"{self.amount():.0%}",
        }
        self._value.setText(texts.get(self.mode, ""))
        self.amount_changed.emit()
