"""The menu of operations on the layer: each is one edit, and is seen before it is applied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.painting.layering import cleared
from nodeui.painting.marks import LARGEST_AMOUNT, Mark, Operation
from nodeui.views.easel.bars import Amount
from nodeui.views.easel.board import Board
from nodeui.views.easel.popup import Popup
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, paragraph

_WIDTH = 220  # pixels of a field
_FIRST = 8.0
"""Pixels by which a mask grows at first."""


class _Adjustment(NamedTuple):
    """An operation with settings.

    Attributes:
        title: Its title.
        fields: Its settings: a title, a parameter and its first value.
        mark: Returns the mark for their values.
        help: A line about it, or "".
    """

    title: str
    fields: tuple[tuple[str, Parameter, float], ...]
    mark: Callable[[list[float]], Mark]
    help: str = ""


class AdjustButton(IconButton):
    """Opens the menu of operations on the layer.

    Args:
        board: The painting.
    """

    def __init__(self, board: Board) -> None:
        super().__init__("tune-variant", tr("Adjust the layer"))
        self._board = board
        self._last: dict[str, list[float]] = {}  # values that were applied last, by title
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)

    def menu_of(self) -> QMenu:
        """Return a new menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for adjustment in (self._amount("grow"), self._amount("shrink"), self._amount("feather")):
            self._offer(menu, adjustment)
        invert = tr("Invert colours") if self._board.kind == "colour" else tr("Invert")
        menu.addAction(invert, lambda: self._operate("invert"))
        menu.addAction(tr("Fill holes"), lambda: self._operate("holes"))
        menu.addSeparator()
        self._offer(menu, self._range())
        menu.addAction(tr("By colour…"), self._by_colour)
        menu.addSeparator()
        menu.addAction(tr("Clear the layer"), self._clear)
        return menu

    def _open(self) -> None:
        if self._board.ready:
            self.menu_of().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _offer(self, menu: QMenu, adjustment: _Adjustment) -> None:
        menu.addAction(f"{adjustment.title}…", lambda: self.ask(adjustment))

    # --- operations ------------------------------------------------------------------------------

    def _operation(self, operation: Operation, amount: float = 0.0) -> Mark:
        """Return the mark of an operation; `amount` is in pixels."""
        board = self._board
        share = min(amount / min(board.size), LARGEST_AMOUNT)
        return board.mark("adjust", operation=operation, amount=share)

    def _operate(self, operation: Operation) -> None:
        board = self._board
        board.commit(board.adding(self._operation(operation)))

    def _amount(self, operation: Operation) -> _Adjustment:
        """Return an operation with a radius."""
        titles = {"grow": tr("Grow"), "shrink": tr("Shrink"), "feather": tr("Feather")}
        most = float(round(LARGEST_AMOUNT * min(self._board.size)))
        parameter = Parameter(
            "amount", "number", _FIRST, low=1.0, high=max(most, 1.0), step=0.5, unit="px"
        )

        def mark(values: list[float]) -> Mark:
            return self._operation(operation, values[0])

        return _Adjustment(titles[operation], ((tr("Radius"), parameter, min(_FIRST, most)),), mark)

    def _range(self) -> _Adjustment:
        """Return the area of a range of brightness."""
        board = self._board

        def percent(name: str, title: str, value: int) -> tuple[str, Parameter, float]:
            return title, Parameter(name, "integer", value, low=0, high=100, unit="%"), value

        def mark(values: list[float]) -> Mark:
            low, high, softness = (value / 100 for value in values)
            low, high = min(low, high), max(low, high)
            return board.mark("range", low=low, high=high, softness=softness)

        return _Adjustment(
            tr("By brightness"),
            (
                percent("low", tr("From"), 50),
                percent("high", tr("To"), 100),
                percent("softness", tr("Softness"), 10),
            ),
            mark,
            tr("Paints where the picture is this bright. Link a depth map to paint by depth."),
        )

    def _by_colour(self) -> None:
        self._board.state.tool = "similar"

    def _clear(self) -> None:
        board = self._board
        splice = cleared(board.lines, board.layer)
        if splice.removed:
            board.commit(splice)

    # --- settings --------------------------------------------------------------------------------

    def ask(self, adjustment: _Adjustment) -> AdjustPopup:
        """Show the settings of an operation, with its result on the sheet."""
        values = self._last.get(adjustment.title)
        popup = AdjustPopup(self._board, adjustment, values, self)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.applied.connect(partial(self._last.__setitem__, adjustment.title))
        popup.show_at(self)
        return popup


class AdjustPopup(Popup):
    """The settings of an operation; the sheet shows its result until it is applied or given up.

    Args:
        board: The painting.
        adjustment: The operation.
        values: First values of its settings; None for the usual ones.
        parent: The parent widget.
    """

    applied = Signal(list)
    """The values with which it was applied."""

    def __init__(
        self, board: Board, adjustment: _Adjustment, values: list[float] | None, parent: QWidget
    ) -> None:
        content = QWidget()
        super().__init__(content, parent)
        self._board = board
        self._adjustment = adjustment
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(label(adjustment.title, bold=True))
        self.fields: list[Amount] = []
        for number, (title, parameter, first) in enumerate(adjustment.fields):
            value = first if values is None else min(values[number], parameter.high or 0)
            field = Amount(title, parameter, value)
            field.setFixedWidth(_WIDTH)
            field.changed.connect(self._preview)
            column.addWidget(field)
            self.fields.append(field)
        if adjustment.help:
            text = paragraph(adjustment.help, small=True, muted=True)
            text.setFixedWidth(_WIDTH)
            column.addWidget(text)
        self.apply = QPushButton(tr("Apply"))
        self.apply.setDefault(True)
        self.apply.clicked.connect(self._apply)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.apply)
        column.addLayout(row)
        self.closed.connect(lambda: board.try_out(None))
        self._preview()

    def _mark(self) -> Mark:
        return self._adjustment.mark([float(field.value) for field in self.fields])

    def _preview(self) -> None:
        self._board.try_out(self._board.adding(self._mark()))

    def _apply(self) -> None:
        board = self._board
        if board.subject is not None:
            board.commit(board.adding(self._mark()))
            self.applied.emit([float(field.value) for field in self.fields])
        self.close()
