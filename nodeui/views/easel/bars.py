"""The strip of tools, and the bar of their settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLayout,
    QLayoutItem,
    QMenu,
    QWidget,
    QWidgetAction,
)

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.combo import ComboBox
from nodeui.views.easel.board import Board
from nodeui.views.easel.state import LARGEST, EaselState, Setting, settings_of, title_of
from nodeui.views.easel.tool import Tool
from nodeui.views.fields.number import NumberEditor
from nodeui.views.icons import IconButton
from nodeui.views.labels import set_tip

_FIELD = 104  # width of a field in the option bar
_CELL = 29  # side of a button in the strip, with its gap


class Flow(QLayout):
    """Lays out widgets in rows, as many in each as fit."""

    def __init__(self, margin: int, gap: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(margin, margin, margin, margin)

    def addItem(self, arg__1: QLayoutItem) -> None:
        self._items.append(arg__1)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, arg__1: int) -> int:
        return self._place(QRect(0, 0, arg__1, 0), move=False)

    def setGeometry(self, arg__1: QRect) -> None:
        super().setGeometry(arg__1)
        self._place(arg__1, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        margins = self.contentsMargins()
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _place(self, box: QRect, *, move: bool) -> int:
        """Place the widgets within a box; return the height that they take."""
        margins = self.contentsMargins()
        inner = box.marginsRemoved(margins)
        x, y, row = inner.left(), inner.top(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > inner.left() and x + size.width() > inner.right() + 1:
                x, y, row = inner.left(), y + row + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            row = max(row, size.height())
        return y + row + margins.bottom() - box.top()


# --- fields --------------------------------------------------------------------------------------


class Amount(NumberEditor):
    """A number with its name in one field: drag sideways, or double-click to type.

    Args:
        title: Its name.
        parameter: Its range and unit.
        value: Its value.
    """

    def __init__(self, title: str, parameter: Parameter, value: float) -> None:
        super().__init__(parameter, value, None)
        self._title = title
        self.setFixedSize(_FIELD, 24)
        self.setAccessibleName(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.typing:
            return
        painter = QPainter(self)
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour("muted"))
        room = self.rect().adjusted(7, 0, -44, 0)
        text = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


class Number(Amount):
    """The field of a number in [0, 1], in percent."""

    def __init__(self, state: EaselState, setting: Setting[Any]) -> None:
        low, high = round(100 * setting.low), round(100 * setting.high)
        parameter = Parameter(setting.name, "integer", 0, low=low, high=high, unit="%")
        super().__init__(title_of(setting), parameter, 0)
        self._state = state
        self.changed.connect(self._set)
        self._setting = setting.name
        self.refresh()

    def _set(self, value: int) -> None:
        setattr(self._state, self._setting, value / 100)

    def refresh(self) -> None:
        """Show the setting."""
        self.set_value(round(100 * getattr(self._state, self._setting)))


class _Size(Amount):
    """The field of the brush's diameter, in pixels of the sheet."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._side = min(board.size)
        high = max(2, round(LARGEST * self._side))
        parameter = Parameter("size", "integer", 1, low=1, high=high, unit="px")
        super().__init__(title_of(EaselState.size), parameter, 1)
        self.changed.connect(self._set)
        self.refresh()

    def _set(self, value: int) -> None:
        self._board.state.size = value / self._side

    def refresh(self) -> None:
        """Show the size."""
        self.set_value(max(1, round(self._board.state.size * self._side)))


class _Choice(ComboBox):
    """The field of a setting with a few values."""

    def __init__(self, state: EaselState, setting: Setting[Any]) -> None:
        super().__init__()
        self._state = state
        self._setting = setting.name
        self.setFixedSize(_FIELD, 24)
        title = title_of(setting)
        for value, text in setting.choices.items():
            self.addItem(tr("{0}: {1}", title, tr(text)), value)
        self.setAccessibleName(title)
        set_tip(self, title)
        self.activated.connect(lambda: setattr(state, setting.name, self.currentData()))
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(_FIELD, 24)

    def refresh(self) -> None:
        """Show the setting."""
        self.setCurrentIndex(max(0, self.findData(getattr(self._state, self._setting))))


class OptionBar(QWidget):
    """The settings of the chosen tool and of the look of the sheet."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self._fields: dict[str, Number | _Size | _Choice] = {}
        self._extra: QWidget | None = None
        self._flow = Flow(6, 4)
        self.setLayout(self._flow)
        board.state.changed.connect(self._on_setting)

    def show_tool(self, tool: Tool) -> None:
        """Show the settings of a tool."""
        self._clear()
        if self._board.subject is None:
            return
        for setting in settings_of(tool.options):
            self._add(setting)
        self._extra = tool.extra_options()
        if self._extra is not None:
            self._flow.addWidget(self._extra)
            self._extra.show()

    def _add(self, setting: Setting[Any]) -> None:
        state = self._board.state
        if setting.choices:
            field = _Choice(state, setting)
        elif setting.name == "size":
            field = _Size(self._board)
        else:
            field = Number(state, setting)
        self._fields[setting.name] = field
        self._flow.addWidget(field)
        field.show()

    def _clear(self) -> None:
        for widget in (*self._fields.values(), self._extra):
            if widget is not None:
                self._flow.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._fields.clear()
        self._extra = None

    def _on_setting(self, name: str) -> None:
        if name in self._fields:
            self._fields[name].refresh()


# --- the strip -----------------------------------------------------------------------------------


class Swatches(QAbstractButton):
    """The two colours; a click opens the colours."""

    def __init__(self, state: EaselState) -> None:
        super().__init__()
        self._state = state
        self.setFixedSize(26, 28)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Colours"))
        set_tip(self, tr("Colours: X exchanges them, D makes them black and white"))
        state.changed.connect(self._on_setting)

    def _on_setting(self, name: str) -> None:
        if name in ("foreground", "background", "kind"):
            self.update()

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = (
            (QRectF(9.5, 11.5, 15, 15), self._state.background),
            (
                QRectF(1.5, 3.5, 15, 15),
                self._state.foreground,
            ),
        )
        for box, colour in boxes:
            painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "outline"), 1.5))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(box, 3, 3)


class LookButton(IconButton):
    """Opens a menu with the look of what lies over or under the painting."""

    def __init__(self, board: Board) -> None:
        super().__init__("eye-outline", tr("Look of the sheet"))
        self._board = board
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)

    def refresh(self) -> None:
        """Show the button if there is anything to choose."""
        self.setVisible(bool(self._settings()))

    def _settings(self) -> list[str]:
        """Return the settings in the menu."""
        subject = self._board.subject
        if subject is None:
            return []
        if subject.kind != "colour":
            return ["veil"]
        return ["trace"] if subject.traced and subject.source else []

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._board.kind == "mask":
            self._add_looks(menu)
        for setting in settings_of(tuple(self._settings())):
            field = Number(self._board.state, setting)
            field.setFixedWidth(2 * _FIELD)
            action = QWidgetAction(menu)
            action.setDefaultWidget(field)
            menu.addAction(action)
        menu.popup(self.mapToGlobal(QPoint(self.width(), 0)))

    def _add_looks(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for look, text in EaselState.look.choices.items():
            action = menu.addAction(tr(text))
            action.setCheckable(True)
            action.setChecked(look == self._board.state.look)
            action.triggered.connect(partial(self._choose, look))
            group.addAction(action)

    def _choose(self, look: str, _checked: bool) -> None:
        self._board.state.look = look


class ToolStrip(QWidget):
    """The tools as buttons, the eraser, the look and the colours, in as many columns as needed.

    Args:
        board: The painting.
        tools: The tools, by name.
    """

    chosen = Signal(str)
    """The name of a tool that was clicked."""

    def __init__(self, board: Board, tools: Mapping[str, Tool]) -> None:
        super().__init__()
        self._board = board
        self._tools = tools
        self._widgets: list[QWidget] = []
        self.setAutoFillBackground(True)
        self.setMinimumHeight(4 * _CELL)
        group = QButtonGroup(self)
        self.buttons: dict[str, IconButton] = {}
        for name, tool in tools.items():
            button = self._button(tool.icon, with_key(tr(tool.title), tool.key))
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            group.addButton(button)
            self.buttons[name] = button
        self.eraser = self._button("eraser", tr("Eraser (E)"))
        self.eraser.clicked.connect(self._erase)
        self.swatches = Swatches(board.state)
        self.look = LookButton(board)
        self.add(self.swatches)
        self.add(self.look)
        board.state.changed.connect(self._on_setting)
        self.refresh()

    def add(self, widget: QWidget) -> None:
        """Add a widget at the end."""
        widget.setParent(self)
        widget.show()
        self._widgets.append(widget)
        self._place()

    def _button(self, icon: str, text: str) -> IconButton:
        button = IconButton(icon, text)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add(button)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Place the widgets in columns, and become as wide as these are."""
        shown = [widget for widget in self._widgets if not widget.isHidden()]
        rows = max(4, (self.height() - 4) // _CELL)
        columns = max(1, math.ceil(len(shown) / rows))
        rows = math.ceil(len(shown) / columns)  # columns of equal height
        for number, widget in enumerate(shown):
            column, row = divmod(number, max(1, rows))
            widget.move(4 + column * _CELL, 2 + row * _CELL)
        self.setFixedWidth(columns * _CELL + 4)

    def _erase(self, on: bool) -> None:
        self._board.state.eraser = on

    def _on_setting(self, name: str) -> None:
        if name in ("tool", "eraser", "kind"):
            self.refresh()

    def refresh(self) -> None:
        """Show which tool is chosen, and those that work on the sheet."""
        state = self._board.state
        self.eraser.setChecked(state.eraser)
        for name, button in self.buttons.items():
            button.setVisible(state.kind in self._tools[name].kinds)
            button.setChecked(name == state.tool)
        self.look.refresh()
        self._place()


def with_key(title: str, key: str) -> str:
    """Return the title of a tool with its key."""
    return f"{title} ({key})" if key else title
