"""The colours of the hand: a wheel, a hex code, recent colours; on a mask, a slider of grey."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.painting.marks import Mark
from nodeui.views import theme
from nodeui.views.easel.board import Board
from nodeui.views.easel.state import RECENT_KEPT, EaselState
from nodeui.views.easel.wheel import ColourWheel
from nodeui.views.fields.colour import colour_of
from nodeui.views.fields.editor import complain, mark_invalid
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, set_tip
from nodeui.views.slider import Slider

_COLUMNS = 8
_CELL = 21  # pixels of a recent colour


class ColourButton(QAbstractButton):
    """A button that is filled with a colour.

    Args:
        side: Width and height in pixels.
        name: Its accessible name, to which the colour is added.
    """

    def __init__(self, side: int, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(QSize(side, side))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.colour = "#000000"

    @property
    def colour(self) -> str:
        """The colour, "#rrggbb"."""
        return self._colour

    @colour.setter
    def colour(self, colour: str) -> None:
        self._colour = colour
        text = f"{self._name}: {colour}" if self._name else colour
        self.setAccessibleName(text)
        set_tip(self, text)
        self.update()

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.isChecked() or self.underMouse()
        painter.setPen(QPen(theme.colour("accent" if lit else "outline"), 1.5))
        painter.setBrush(QColor(self._colour))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)


class ColourPanel(QWidget):
    """Changes one of the two colours.

    Args:
        state: The settings of the hand.
    """

    def __init__(self, state: EaselState) -> None:
        super().__init__()
        self.state = state
        self._which = "foreground"
        self._typing = False  # a code, which stays as it is typed
        self.wheel = ColourWheel(self)
        self.wheel.changed.connect(self._choose)
        self.code = QLineEdit()
        self.code.setMaxLength(20)
        self.code.setAccessibleName(tr("Colour code"))
        self.code.textEdited.connect(self._typed)
        self.code.editingFinished.connect(self._finished)
        self.level = Slider(tr("Level of the mask in percent"), 0, 100, 100)
        self.level.setFixedWidth(132)
        self.level.valueChanged.connect(self._set_level)
        self._percent = label()
        self._colour_part = self._make_colour_part()
        self._level_part = self._make_level_part()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(self._make_pair())
        column.addWidget(self._colour_part)
        column.addWidget(self._level_part)
        column.addStretch(1)
        state.changed.connect(self._on_setting)
        self._refresh()

    # --- parts -----------------------------------------------------------------------------------

    def _make_pair(self) -> QHBoxLayout:
        """Make the two colours, and the buttons that swap and reset them."""
        row = QHBoxLayout()
        row.setSpacing(4)
        self.pair: dict[str, ColourButton] = {}
        for which, name in (
            ("foreground", tr("Painting colour")),
            ("background", tr("Background colour")),
        ):
            button = ColourButton(30, name)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, which=which: self._edit(which))
            self.pair[which] = button
            row.addWidget(button)
        swap = IconButton("swap-horizontal", tr("Swap colours (X)"))
        swap.clicked.connect(self.state.swap_colours)
        reset = IconButton("restore", tr("Black and white (D)"))
        reset.clicked.connect(self.state.reset_colours)
        row.addWidget(swap)
        row.addWidget(reset)
        row.addStretch(1)
        return row

    def _make_colour_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.wheel, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.code)
        grid = QGridLayout()
        grid.setSpacing(1)
        self.recent = [ColourButton(_CELL - 1, "") for _ in range(RECENT_KEPT)]
        for number, button in enumerate(self.recent):
            button.clicked.connect(lambda _=False, made=button: self._choose(made.colour))
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        grid.setColumnStretch(_COLUMNS, 1)
        column.addLayout(grid)
        return part

    def _make_level_part(self) -> QWidget:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, colour in ((tr("Black"), "#000000"), (tr("White"), "#ffffff")):
            button = ColourButton(22, name)
            button.colour = colour
            button.clicked.connect(lambda _=False, colour=colour: self._choose(colour))
            row.addWidget(button)
            if colour == "#000000":
                row.addWidget(self.level)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100 %"))
        row.addWidget(self._percent)
        return part

    # --- state -----------------------------------------------------------------------------------

    @property
    def colour(self) -> str:
        """The colour that is edited, "#rrggbb"."""
        return self.state.foreground if self._which == "foreground" else self.state.background

    def _edit(self, which: str) -> None:
        """Edit the other of the two colours."""
        self._which = which
        self._refresh()

    def _choose(self, colour: str) -> None:
        if self._which == "foreground":
            self.state.foreground = colour
        else:
            self.state.background = colour

    def _set_level(self, percent: int) -> None:
        if percent != _percent_of(self.colour):
            level = round(percent * 255 / 100)
            self._choose(f"#{level:02x}{level:02x}{level:02x}")

    def _typed(self, text: str) -> None:
        try:
            colour = colour_of(text)
        except ValueError as error:
            mark_invalid(self.code, str(error))
            return
        mark_invalid(self.code, "")
        self._typing = True
        self._choose(colour)
        self._typing = False

    def _finished(self) -> None:
        try:
            colour_of(self.code.text())
        except ValueError as error:
            complain(self.code, str(error))
        self.code.setText(self.colour)
        mark_invalid(self.code, "")

    def _on_setting(self, name: str) -> None:
        if name in ("foreground", "background", "kind", "recent"):
            self._refresh()

    def _refresh(self) -> None:
        state, colour = self.state, self.colour
        self.pair["foreground"].colour = state.foreground
        self.pair["background"].colour = state.background
        for which, button in self.pair.items():
            button.setChecked(which == self._which)
        self._colour_part.setVisible(state.kind != "mask")
        self._level_part.setVisible(state.kind == "mask")
        self.wheel.colour = colour
        if not self._typing:
            self.code.setText(colour)
        self.level.setValue(_percent_of(colour))
        self._percent.setText(f"{_percent_of(colour)} %")
        for number, button in enumerate(self.recent):
            button.setVisible(number < len(state.recent))
            if number < len(state.recent):
                button.colour = state.recent[number]
        self.adjustSize()


def _percent_of(colour: str) -> int:
    """Return the brightness of a colour on a mask (ITU-R BT.709)."""
    red, green, blue = bytes.fromhex(colour[1:])
    return round((0.2126 * red + 0.7152 * green + 0.0722 * blue) / 2.55)


def offer_colours(state: EaselState, colours: Iterable[str]) -> None:
    """Offer the colours of an earlier session as the recent ones, without what is no colour."""
    valid = [QColor(colour).name() for colour in colours if QColor.isValidColorName(colour)]
    state.recent = tuple(valid[:RECENT_KEPT])


def remember_colours(board: Board) -> None:
    """Move colours to the front of the recent ones once they are painted with."""

    def remember() -> None:
        state = board.state
        entries = board.painting.entries if board.subject is not None else ()
        if board.kind != "colour" or not entries:
            return
        last = entries[-1]
        if isinstance(last, Mark) and not last.erase and last.kind not in ("adjust", "transform"):
            others = [colour for colour in state.recent if colour != last.colour]
            state.recent = (last.colour, *others)[:RECENT_KEPT]

    board.painted.connect(remember)
