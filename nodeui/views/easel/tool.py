"""The base class of the easel's tools."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from nodeui.painting.document import Splice
from nodeui.painting.sheet import Kind
from nodeui.views.easel.board import Board


class Pointer(NamedTuple):
    """The mouse or the pen of a tablet.

    Attributes:
        x: Distance from the left edge of the sheet, in widths of the sheet; may lie outside.
        y: Distance from the upper edge, in heights of the sheet.
        place: Its place in the pane, in pixels of the pane.
        pressure: In [0, 1]; 1 of a mouse.
        modifiers: Keys that are held.
        eraser: The rear end of a pen.
        scale: Pixels of the pane in the sheet's shorter side.
    """

    x: float
    y: float
    place: QPointF
    pressure: float = 1.0
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    eraser: bool = False
    scale: float = 1.0

    @property
    def shift(self) -> bool:
        """True while Shift is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def control(self) -> bool:
        """True while Ctrl is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """True while Alt is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.AltModifier)


class View(Protocol):
    """The place of the sheet in the pane."""

    def place_of(self, x: float, y: float) -> QPointF:
        """Return the place in the pane of a point of the sheet, in widths and heights of it."""
        ...

    def length_of(self, length: float) -> float:
        """Return a length in pixels of the pane, given in lengths of the sheet's shorter side."""
        ...


class Tool:
    """A tool of the easel, with which the hand changes the painting.

    A method that finishes something returns the change of the painting, made with `Board.adding`,
    and the easel makes one edit of it. A tool that draws by hand calls `Board.commit` itself. It
    emits `Board.overlay_changed` when it paints something else over the sheet.

    Attributes:
        name: Stable name, unique among the tools.
        title: As tool tips show it, in English.
        icon: Name of a Material Design icon.
        key: The key that chooses it, such as "B" or "Ctrl+R"; "" if there is none.
        options: Names of the settings of `EaselState` in the option bar.
        kinds: Kinds of sheets that it works on.
        board: The painting on the easel.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    key: ClassVar[str] = ""
    options: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[tuple[Kind, ...]] = ("colour", "mask", "regions")

    def __init__(self, board: Board) -> None:
        self.board = board

    @property
    def busy(self) -> bool:
        """True while something is unfinished that `cancel` gives up."""
        return False

    def press(self, at: Pointer) -> Splice | None:
        """The left button or the pen went down."""

    def move(self, at: Pointer) -> Splice | None:
        """The pointer moved while it is down."""

    def release(self, at: Pointer) -> Splice | None:
        """The button or the pen went up."""

    def hover(self, at: Pointer) -> None:
        """The pointer moved while it is up."""

    def leave(self) -> None:
        """The pointer left the pane."""

    def double_click(self, at: Pointer) -> Splice | None:
        """The button went down a second time, in the place of `press`."""
        return self.press(at)

    def confirm(self) -> Splice | None:
        """Return was pressed: finish what is unfinished."""

    def delete(self) -> Splice | None:
        """Del was pressed."""

    def cancel(self) -> None:
        """Give up what is unfinished, and restore the sheet. Also called before another tool is
        chosen, and when the painting changes otherwise."""

    def uses(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """True if `key_press` would use a key now, so that it is no shortcut of the window."""
        return False

    def key_press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Take a key; return True if the tool uses it."""
        return False

    def paint(self, painter: QPainter, view: View) -> None:
        """Paint over the sheet, such as handles, in pixels of the pane."""

    def overlay(self, view: View) -> QRectF | None:
        """Return the part of the pane that `paint` changes; None for all of it."""
        return QRectF()

    def cursor(self, at: Pointer) -> Qt.CursorShape:
        """Return the shape of the cursor."""
        return Qt.CursorShape.CrossCursor

    def extra_options(self) -> QWidget | None:
        """Return a new widget for the end of the option bar, or None."""
        return None
