"""Tools that select a part of a layer, and move, scale, turn, erase or fill it."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.painting import warping
from nodeui.painting.document import Lines, Splice
from nodeui.painting.marks import Mark
from nodeui.painting.points import FARTHEST
from nodeui.views.easel.board import Board
from nodeui.views.easel.handles import HANDLES, Frame, Grip
from nodeui.views.easel.shapes import MOST_CORNERS, Point, corners_of, polygon_of
from nodeui.views.easel.tool import Pointer, Tool, View
from nodeui.views.icons import IconButton

_STEP = 1.5
"""Distance of the corners of a lasso, in pixels of the pane."""

_SHEET: list[Point] = [(0, 0), (1, 0), (1, 1), (0, 1)]

_KEYPAD = Qt.KeyboardModifier.KeypadModifier

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class TransformTool(Tool):
    """Moves, scales and turns the layer with the handles of a frame around it.

    Return applies it as one edit, Escape resets it. Arrow keys move by a pixel, with Shift by ten.
    """

    name: ClassVar[str] = "transform"
    title: ClassVar[str] = "Move and transform the layer"
    icon: ClassVar[str] = "cursor-move"
    key: ClassVar[str] = "T"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.area: list[Point] = []
        """Corners of the selected area; empty for the whole layer."""
        self._frame: Frame | None = None
        self._held: tuple[Grip, Point, warping.Matrix] | None = None
        self._framed: Lines = ()  # the painting around which the frame is
        board.opened.connect(self._forget)
        board.painted.connect(self._follow)

    # --- state -----------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame | None:
        """The frame around what is selected; None without a selection."""
        return self._frame

    @property
    def moved(self) -> bool:
        """True if Return would apply something."""
        return self._frame is not None and self._frame.matrix != warping.IDENTITY

    @property
    def busy(self) -> bool:
        return self.moved or self._held is not None

    def _forget(self) -> None:
        self._frame = self._held = None
        self.area = []

    def _follow(self) -> None:
        if not self.area and not self.moved:
            self._frame = None  # the layer may have another extent

    def select(self, area: list[Point]) -> None:
        """Select an area; an empty one is the whole layer."""
        self.area = area
        box = self._bounds()
        self._frame = Frame(box, self.board.size) if box is not None else None
        self._changed()

    def _bounds(self) -> tuple[float, float, float, float] | None:
        """Return the box around what is selected, in pixels; None if it is empty."""
        if self.area:
            pixels = [self._pixel(*point) for point in self.area]
            across, down = [x for x, _ in pixels], [y for _, y in pixels]
            return min(across), min(down), max(across), max(down)
        board = self.board
        layers = board.rasteriser.sheet.layers if board.ready else {}
        if board.layer not in layers:
            return None
        painted = layers[board.layer][-1] > 0
        columns, rows = painted.any(0).nonzero()[0], painted.any(1).nonzero()[0]
        if not len(rows):
            return None
        return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)

    def _pixel(self, x: float, y: float) -> Point:
        width, height = self.board.size
        return x * width, y * height

    # --- the hand --------------------------------------------------------------------------------

    def press(self, at: Pointer) -> Splice | None:
        grip = self._grip(at)
        if grip is None or self._frame is None:
            return self.begin(at)
        self._held = grip, self._pixel(at.x, at.y), self._frame.matrix
        return None

    def begin(self, at: Pointer) -> Splice | None:
        """The button went down away from the frame."""
        return None

    def move(self, at: Pointer) -> Splice | None:
        if self._held is None or self._frame is None:
            return
        grip, start, before = self._held
        self._frame.drag(grip, start, self._pixel(at.x, at.y), before, at.shift, at.control)
        self._preview()

    def release(self, at: Pointer) -> Splice | None:
        self._held = None

    def hover(self, at: Pointer) -> None:
        if self._frame is None and not self.area:
            self.select([])

    def _grip(self, at: Pointer) -> Grip | None:
        if self._frame is None:
            return None
        return self._frame.grip(self._pixel(at.x, at.y), at.scale / min(self.board.size))

    def cursor(self, at: Pointer) -> Qt.CursorShape:
        grip = self._held[0] if self._held is not None else self._grip(at)
        match grip:
            case None:
                return Qt.CursorShape.CrossCursor
            case Grip("move"):
                return Qt.CursorShape.SizeAllCursor
            case Grip("turn"):
                return Qt.CursorShape.PointingHandCursor
            case _:
                return self._scaling(grip)

    def _scaling(self, grip: Grip) -> Qt.CursorShape:
        """Return the cursor that points from the centre of the frame to a handle."""
        assert self._frame is not None
        (x0, y0), (x1, y1) = self._frame.corner((0.5, 0.5)), self._frame.corner(grip.handle)
        eighth = round(math.atan2(y1 - y0, x1 - x0) / (math.pi / 4)) % 4
        return (
            Qt.CursorShape.SizeHorCursor,
            Qt.CursorShape.SizeFDiagCursor,
            Qt.CursorShape.SizeVerCursor,
            Qt.CursorShape.SizeBDiagCursor,
        )[eighth]

    # --- edits -----------------------------------------------------------------------------------

    def _transform(self) -> list[Mark]:
        """Return the mark that moves the selection; none if it was not moved."""
        if self._frame is None or not self.moved:
            return []
        board, matrix = self.board, self._frame.shares
        return [board.mark("transform", self.area, matrix=matrix, erase=False)]

    def _preview(self) -> None:
        marks = self._transform()
        self.board.try_out(self.board.adding(*marks) if marks else None)
        self._changed()

    def confirm(self) -> Splice | None:
        return self._applied()

    def _applied(self, *more: Mark) -> Splice | None:
        """Return the change that moves the selection, and then adds marks."""
        marks = [*self._transform(), *more]
        if not marks:
            return None
        if self.moved:
            self._rest()
        return self.board.adding(*marks)

    def _rest(self) -> None:
        """Put the frame around the selection where it is now."""
        if self.area:
            area = self._moved_area()
            near = all(max(abs(x), abs(y)) <= FARTHEST for x, y in area)
            self.area = area if near else []
            self._frame = Frame(self._bounds() or (0, 0, 1, 1), self.board.size) if near else None
        else:
            self._frame = None
        self._changed()

    def _moved_area(self) -> list[Point]:
        """Return the corners of the selected area where they are now."""
        matrix = self._frame.shares if self._frame is not None else warping.IDENTITY
        return [warping.moved(matrix, *point) for point in self.area]

    def delete(self) -> Splice | None:
        return self._painted(erase=True)

    def fill(self, colour: str) -> Splice | None:
        """Return the change that fills the selection."""
        return self._painted(colour=colour, erase=False)

    def _painted(self, **values: object) -> Splice | None:
        if self._frame is None:
            return None
        area = self._moved_area() or _SHEET
        return self._applied(self.board.mark("polygon", area, opacity=1.0, **values))

    def cancel(self) -> None:
        self._forget()
        self.board.try_out(None)
        self._changed()

    def reset(self) -> None:
        """Put what is selected back where it was."""
        if self._frame is not None:
            self._frame.matrix = warping.IDENTITY
            self._held = None
            self._preview()

    def turn(self, a: float, b: float, c: float, d: float) -> None:
        """Apply a linear map around the centre of the selection."""
        if self._frame is not None:
            self._frame.change(a, b, c, d)
            self._preview()

    def uses(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        plain = not modifiers & ~(Qt.KeyboardModifier.ShiftModifier | _KEYPAD)
        return plain and self._frame is not None and (key in _ARROWS or key == Qt.Key.Key_Backspace)

    def key_press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if self._frame is None:
            return False
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape and self.moved:
            self.reset()
        elif not self.uses(key, modifiers):
            return False
        elif key in _ARROWS:
            across, down = _ARROWS[key]
            step = 10 if shift else 1
            self._frame.shift(across * step, down * step)
            self._preview()
        else:
            state = self.board.state
            self._commit(self.fill(state.foreground if shift else state.background))
        return True

    def _commit(self, splice: Splice | None) -> None:
        if splice is not None:
            self.board.commit(splice)

    def _changed(self) -> None:
        self.board.overlay_changed.emit()

    # --- looks -----------------------------------------------------------------------------------

    def overlay(self, view: View) -> QRectF | None:
        return None

    def paint(self, painter: QPainter, view: View) -> None:
        if self._frame is None:
            return
        if self.area:
            _paint_ants(painter, polygon_of(self._moved_area(), view))
        width, height = self.board.size
        corners = [self._frame.corner(place) for place in HANDLES]
        self._frame.paint(painter, [view.place_of(x / width, y / height) for x, y in corners])

    def extra_options(self) -> QWidget | None:
        return _Buttons(self)


class _SelectTool(TransformTool):
    """Selects an area by hand, whose content can be moved, scaled, turned, erased or filled."""

    key: ClassVar[str] = ""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._drawn: list[Pointer] = []

    @property
    def busy(self) -> bool:
        return super().busy or bool(self.area or self._drawn)

    def hover(self, at: Pointer) -> None:
        pass

    def begin(self, at: Pointer) -> Splice | None:
        splice = self.confirm()
        self.area, self._frame = [], None
        self._drawn = [at]
        self._changed()
        return splice

    def move(self, at: Pointer) -> Splice | None:
        if not self._drawn:
            return super().move(at)
        self.extend(at)
        self._changed()

    def release(self, at: Pointer) -> Splice | None:
        if self._drawn:
            area = self._outline()
            self._drawn = []
            self.area = []
            if len(area) >= 3:
                self.select(area)
            self._changed()
        return super().release(at)

    def extend(self, at: Pointer) -> None:
        """Draw the outline to a point."""
        raise NotImplementedError

    def _outline(self) -> list[Point]:
        """Return the corners of the outline that is drawn."""
        raise NotImplementedError

    def _forget(self) -> None:
        super()._forget()
        self._drawn = []

    def uses(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        return _selects_all(key, modifiers) or super().uses(key, modifiers)

    def key_press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if _selects_all(key, modifiers):
            self.select(list(_SHEET))
            return True
        return super().key_press(key, modifiers)

    def paint(self, painter: QPainter, view: View) -> None:
        if self._drawn:
            _paint_ants(painter, polygon_of(self._outline(), view))
        super().paint(painter, view)


class SelectRectangleTool(_SelectTool):
    """Selects a rectangle: Shift squares, Ctrl from the centre."""

    name: ClassVar[str] = "select_rectangle"
    title: ClassVar[str] = "Select a rectangle"
    icon: ClassVar[str] = "select"
    key: ClassVar[str] = "Ctrl+R"

    def extend(self, at: Pointer) -> None:
        self._drawn[1:] = [at]

    def _outline(self) -> list[Point]:
        if len(self._drawn) < 2:
            return []
        width, height = self.board.size
        corners = corners_of(self._drawn[0], self._drawn[1], (width, height))
        x0, x1 = sorted(round(x * width) / width for x, _ in corners)
        y0, y1 = sorted(round(y * height) / height for _, y in corners)
        if x0 == x1 or y0 == y1:
            return []
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


class SelectLassoTool(_SelectTool):
    """Selects the area around which the hand draws."""

    name: ClassVar[str] = "select_lasso"
    title: ClassVar[str] = "Select by hand"
    icon: ClassVar[str] = "lasso"

    def extend(self, at: Pointer) -> None:
        far = (at.place - self._drawn[-1].place).manhattanLength() >= _STEP
        if far and len(self._drawn) < MOST_CORNERS:
            self._drawn.append(at)

    def _outline(self) -> list[Point]:
        return [(at.x, at.y) for at in self._drawn]


def _selects_all(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
    return key == Qt.Key.Key_A and modifiers == Qt.KeyboardModifier.ControlModifier


class _Buttons(QWidget):
    """The commands of a selection, in the option bar."""

    def __init__(self, tool: TransformTool) -> None:
        super().__init__()
        self._tool = tool
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._selected: list[IconButton] = []
        self._moved: list[IconButton] = []

        def button(icon: str, text: str, group: list[IconButton]) -> IconButton:
            made = IconButton(icon, text, self)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(made)
            group.append(made)
            return made

        def turn(icon: str, text: str, *linear: float) -> None:
            made = button(icon, text, self._selected)
            made.clicked.connect(lambda: tool.turn(*linear))

        turn("flip-horizontal", tr("Flip horizontally"), -1, 0, 0, 1)
        turn("flip-vertical", tr("Flip vertically"), 1, 0, 0, -1)
        turn("rotate-right", tr("Turn right"), 0, 1, -1, 0)
        erase = button("delete-outline", tr("Erase (Del)"), self._selected)
        erase.clicked.connect(lambda: self._commit(tool.delete()))
        fill = button("format-color-fill", tr("Fill (Shift+Backspace)"), self._selected)
        fill.clicked.connect(lambda: self._commit(tool.fill(tool.board.state.foreground)))
        apply = button("check", tr("Apply (Return)"), self._moved)
        apply.clicked.connect(lambda: self._commit(tool.confirm()))
        reset = button("close", tr("Reset (Escape)"), self._moved)
        reset.clicked.connect(tool.reset)
        tool.board.overlay_changed.connect(self._refresh)
        self._refresh()

    def _commit(self, splice: Splice | None) -> None:
        if splice is not None:
            self._tool.board.commit(splice)

    def _refresh(self) -> None:
        for button in self._selected:
            button.setEnabled(self._tool.frame is not None)
        for button in self._moved:
            button.setEnabled(self._tool.moved)


def _paint_ants(painter: QPainter, outline: QPolygonF) -> None:
    """Paint a dashed outline that is seen on all grounds."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(Qt.GlobalColor.white, 1))
    painter.drawPolygon(outline)
    painter.setPen(QPen(Qt.GlobalColor.black, 1, Qt.PenStyle.DashLine))
    painter.drawPolygon(outline)
