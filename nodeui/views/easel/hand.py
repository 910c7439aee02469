"""The hand in the pane: passes mouse, tablet and keys to the tool, and paints the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPixmap,
    QPointingDevice,
    QTabletEvent,
)

from nodeui.painting.coverage import Box
from nodeui.painting.document import Splice
from nodeui.painting.points import FARTHEST
from nodeui.views.easel.board import Board
from nodeui.views.easel.result import Result
from nodeui.views.easel.tool import Pointer, Tool

if TYPE_CHECKING:
    from nodeui.views.viewer.pane import ImagePane

_SMOOTH_BELOW = 2.0  # from this zoom on, pixels are seen as squares
_MARCH = 150  # milliseconds between two steps of the marching ants
_LARGER = 1.15  # factor of a brush's size for each press of [ or ]
_MORE = 0.1  # change of the opacity for each press of I or O

_LEFT = Qt.MouseButton.LeftButton


class EaselHand(QObject):
    """The hand; the pane passes its events to it, and lets it paint over the picture.

    Args:
        pane: The pane.
        board: The painting.
        result: Its result in live mode.
        tools: The tools, by name.
    """

    tool_chosen = Signal(str)
    """The name of the tool that a key chose."""

    def __init__(
        self, pane: ImagePane, board: Board, result: Result, tools: Mapping[str, Tool]
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._board = board
        self._result = result
        self._tools = tools
        self._down: type[QEvent] | None = None  # the kind of events that hold the tool down
        self._waiting: list[tuple[str, Pointer]] = []  # of a stroke begun while it is not ready
        self._at: Pointer | None = None
        self._space = False
        self._painted = QRect()  # the part of the pane with the overlay of the tool
        self._traced: tuple[int, QPixmap] = (0, QPixmap())
        self._phase = 0
        self._march = QTimer(self, interval=_MARCH)
        self._march.timeout.connect(self._next_step)
        board.changed.connect(self._on_changed)
        board.overlay_changed.connect(self._update_overlay)
        board.interrupted.connect(self.interrupt)
        board.noted.connect(self._on_noted)
        board.state.changed.connect(self._on_setting)

    @property
    def tool(self) -> Tool:
        """The chosen tool."""
        return self._tools[self._board.state.tool]

    @property
    def _box(self) -> QRectF:
        """The place of the sheet in the pane."""
        return self._pane.picture_box()

    # --- the place of the sheet; see `tool.View` -------------------------------------------------

    def place_of(self, x: float, y: float) -> QPointF:
        box = self._box
        return QPointF(box.left() + x * box.width(), box.top() + y * box.height())

    def length_of(self, length: float) -> float:
        return length * min(self._box.width(), self._box.height())

    def _pointer(self, event: QMouseEvent | QTabletEvent) -> Pointer:
        place, box = event.position(), self._box
        x, y = (place.x() - box.left()) / box.width(), (place.y() - box.top()) / box.height()
        far = FARTHEST - 1
        pressure, eraser = 1.0, False
        if isinstance(event, QTabletEvent):
            pressure = event.pressure()
            eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        x, y = min(max(x, -far), far), min(max(y, -far), far)
        scale = min(box.width(), box.height())
        return Pointer(x, y, place, pressure, event.modifiers(), eraser, scale)

    # --- events ----------------------------------------------------------------------------------

    def take(self, event: QEvent) -> bool:
        """Take an event of the pane; return False if it is not for the hand."""
        if self._board.subject is None:
            return False
        match event:
            case QTabletEvent():
                return self._tablet(event)
            case QMouseEvent():
                return self._mouse(event)
            case QKeyEvent():
                return self._key(event)
            case _:
                return self._other(event.type())

    def _other(self, kind: QEvent.Type) -> bool:
        match kind:
            case QEvent.Type.Wheel:
                return self._down is not None
            case QEvent.Type.Leave:
                self.tool.leave()
                self._update_overlay()
            case QEvent.Type.Hide | QEvent.Type.WindowDeactivate:
                self._space = False
                self._end()
            case QEvent.Type.FocusOut:
                self._space = False
            case _:
                pass
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        real = event.source() == Qt.MouseEventSource.MouseEventNotSynthesized
        if self._down is QTabletEvent and real:  # the pen is gone, without a word
            self._end()
        at = self._pointer(event)
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                self._pane.setFocus(Qt.FocusReason.MouseFocusReason)
                if event.button() != _LEFT or self._space:
                    return self._down is not None
                twice = event.type() == QEvent.Type.MouseButtonDblClick
                self._press(at, QMouseEvent, "double_click" if twice else "press")
            case QEvent.Type.MouseMove:
                if self._down is not None and not event.buttons() & _LEFT:
                    self._end()
                if self._down is None and event.buttons():
                    return False
                self._move(at)
            case QEvent.Type.MouseButtonRelease if event.button() == _LEFT and self._down:
                self._release(at)
            case _:
                return False
        return True

    def _tablet(self, event: QTabletEvent) -> bool:
        kind, at = event.type(), self._pointer(event)
        if self._down is None and (self._space or event.buttons() & ~_LEFT):
            return False  # Qt makes a mouse event of it, which pans
        if kind == QEvent.Type.TabletPress and event.button() == _LEFT:
            self._pane.setFocus(Qt.FocusReason.MouseFocusReason)
            self._press(at, QTabletEvent, "press")
        elif kind == QEvent.Type.TabletMove:
            self._move(at)
        elif kind == QEvent.Type.TabletRelease and self._down is QTabletEvent:
            self._release(at)
        else:
            return False
        event.accept()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End a stroke when the pen leaves the tablet."""
        if event.type() == QEvent.Type.TabletLeaveProximity:
            self._end()
        return False

    # --- strokes ---------------------------------------------------------------------------------

    def _press(self, at: Pointer, by: type[QEvent], call: str) -> None:
        self._end()
        if self._board.problem:
            return
        self._down = by
        if by is QTabletEvent:
            application = QGuiApplication.instance()
            assert application is not None
            application.installEventFilter(self)
        self._call(call, at)

    def _move(self, at: Pointer) -> None:
        self._at = at
        if self._down is not None:
            self._call("move", at)
        else:
            self.tool.hover(at)
            self._update_overlay()
        cursor = Qt.CursorShape.OpenHandCursor if self._space else self.tool.cursor(at)
        if self._pane.cursor().shape() != cursor:
            self._pane.setCursor(cursor)

    def _release(self, at: Pointer) -> None:
        self._raise()
        self._call("release", at)

    def _raise(self) -> None:
        if self._down is QTabletEvent:
            application = QGuiApplication.instance()
            assert application is not None
            application.removeEventFilter(self)
        self._down = None

    def _end(self) -> None:
        """Finish a stroke under way where it is: its end was lost."""
        if self._down is not None:
            assert self._at is not None
            self._release(self._at)

    def _call(self, method: str, at: Pointer) -> None:
        """Call a method of the tool, or do so once the sheet is drawn."""
        self._at = at
        if self._board.session is not None:
            self._board.session.hand_moves()
        if self._waiting or not self._board.ready:
            self._waiting.append((method, at))
            return
        self._commit(getattr(self.tool, method)(at))
        self._update_overlay()

    def _on_noted(self) -> None:
        if self._board.problem:
            self._waiting.clear()
        while self._waiting and self._board.ready:
            method, at = self._waiting.pop(0)
            self._commit(getattr(self.tool, method)(at))

    def _commit(self, splice: Splice | None) -> None:
        if splice is not None and self._board.subject is not None:
            self._board.commit(splice)

    def interrupt(self) -> None:
        """Give up what the tool has not finished."""
        self._waiting.clear()
        self._raise()
        self.tool.cancel()
        self._update_overlay()

    # --- keys ------------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space = event.type() != QEvent.Type.KeyRelease
                shape = Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.CrossCursor
                self._pane.setCursor(shape)
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyRelease:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            if not self._is_ours(event):
                return False
            event.accept()
            return True
        return self._use(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        """True if the key would do something here, so that it is no shortcut of the window."""
        pressed = QKeySequence(event.keyCombination())
        if any(tool.key and QKeySequence(tool.key) == pressed for tool in self._tools.values()):
            return True
        if self.tool.uses(Qt.Key(event.key()), event.modifiers()):
            return True
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | _KEYPAD):
            return False
        return event.key() in _KEYS or event.key() in _TOOL_KEYS

    def _use(self, event: QKeyEvent) -> bool:
        """Carry out a key; return True if it did something."""
        pressed, key = QKeySequence(event.keyCombination()), Qt.Key(event.key())
        if self.tool.key_press(key, event.modifiers()):
            self._update_overlay()
            return True
        for name, tool in self._tools.items():
            if tool.key and QKeySequence(tool.key) == pressed:
                self.choose(name)
                return True
        if event.modifiers() & ~_KEYPAD:
            return False
        if key in _TOOL_KEYS:
            return self._finish(key)
        if key not in _KEYS:
            return False
        state = self._board.state
        match key:
            case Qt.Key.Key_BracketLeft:
                state.size = state.size / _LARGER
            case Qt.Key.Key_BracketRight:
                state.size = state.size * _LARGER
            case Qt.Key.Key_I:
                state.opacity = state.opacity - _MORE
            case Qt.Key.Key_O:
                state.opacity = state.opacity + _MORE
            case Qt.Key.Key_E:
                state.eraser = not state.eraser
            case Qt.Key.Key_X:
                state.swap_colours()
            case Qt.Key.Key_D:
                state.reset_colours()
            case Qt.Key.Key_1:
                self._pane.zoom_to(1.0)
            case _:
                self._pane.fit()
        return True

    def _finish(self, key: Qt.Key) -> bool:
        """Finish, give up or delete what the tool is about."""
        tool = self.tool
        if key == Qt.Key.Key_Escape:
            busy = tool.busy or self._down is not None
            self.interrupt()
            return busy
        if self._board.ready:
            deletes = key == Qt.Key.Key_Delete
            self._commit(tool.delete() if deletes else tool.confirm())
            self._update_overlay()
        return True

    def choose(self, name: str) -> None:
        """Choose a tool."""
        if name != self._board.state.tool:
            self.interrupt()
            self._board.state.tool = name
            self.tool_chosen.emit(name)
            if self._at is not None and self._pane.underMouse():
                self._move(self._at)

    # --- painting --------------------------------------------------------------------------------

    def paint(self, painter: QPainter, part: QRect) -> None:
        """Paint the sheet and the tool over the picture of the pane.

        Args:
            painter: The painter of the pane.
            part: The pixels of the pane to paint.
        """
        board, state, box = self._board, self._board.state, self._box
        if board.subject is None or box.isEmpty():
            return
        smooth = self._pane.zoom < _SMOOTH_BELOW
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        strokes = 1.0
        if self._result.under:
            image, strokes = self._result.image, state.strokes
            painter.drawImage(box, image, QRectF(image.rect()))
        if board.seen is not None:
            board.seen.paint(painter, box, state.veil, strokes)
            if board.kind == "mask" and state.look == "ants":
                board.seen.paint_ants(painter, box, part, self._phase)
        if board.subject.traced and not board.below.isNull():
            painter.setOpacity(state.trace)
            traced = self._traced_pixmap()
            painter.drawPixmap(box, traced, QRectF(traced.rect()))
            painter.setOpacity(1)
        self.tool.paint(painter, self)

    def _traced_pixmap(self) -> QPixmap:
        key = self._board.below.cacheKey()
        if self._traced[0] != key:
            self._traced = key, QPixmap.fromImage(self._board.below)
        return self._traced[1]

    def _on_changed(self, box: Box) -> None:
        """Paint the part of the pane with changed pixels of the sheet."""
        seen, place = self._board.seen, self._box
        if seen is None:
            return
        x, y = place.width() / seen.image.width(), place.height() / seen.image.height()
        part = QRectF(
            place.left() + box.left * x, place.top() + box.top * y, box.width * x, box.height * y
        )
        around = max(2.0, x, y)  # pixels are blended with their neighbours
        self._pane.update(part.adjusted(-around, -around, around, around).toAlignedRect())

    def _update_overlay(self) -> None:
        """Paint the parts of the pane where the tool's overlay was and is."""
        overlay = self.tool.overlay(self)
        now = self._pane.rect() if overlay is None else overlay.toAlignedRect()
        for part in (self._painted, now):
            if not part.isEmpty():
                self._pane.update(part.adjusted(-2, -2, 2, 2))
        self._painted = now

    def _on_setting(self, name: str) -> None:
        if name == "look":
            if self._board.seen is not None:
                self._board.seen.look(self._board.state.look)
            self.set_marching()
        if name in ("look", "veil", "trace"):
            self._pane.update()
        elif name in ("size", "tool"):
            self._update_overlay()

    def set_marching(self) -> None:
        """Let the marching ants march, or stop them."""
        board = self._board
        wanted = board.subject is not None and board.kind == "mask" and board.state.look == "ants"
        if wanted != self._march.isActive():
            self._march.start() if wanted else self._march.stop()

    def _next_step(self) -> None:
        self._phase += 1
        if self._pane.isVisible():
            self._pane.update()


_KEYPAD = Qt.KeyboardModifier.KeypadModifier

_KEYS = frozenset(
    {
        Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_E, Qt.Key.Key_X, Qt.Key.Key_D,
        Qt.Key.Key_I, Qt.Key.Key_O, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2,
    }
)  # fmt: skip
"""Keys that change a setting or the zoom."""

_TOOL_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Delete})
"""Keys that finish, give up or delete what a tool is about."""
