"""A frame that is dragged around a picture in the viewer, to set how far its sides are extended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen

from nodeui.graph.edits import Batch, Edit, SetParam
from nodeui.graph.wording import tr
from nodeui.sdk import Frame
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.easel.subject import picture_below

if TYPE_CHECKING:
    from nodeui.views.viewer.pane import ImagePane

SIDES = ("left", "top", "right", "bottom")
GRID = 8
"""Pixels that a side snaps to, which most models need; with Shift it does not."""

_GRAB = 7.0  # pixels around a side where it can be grabbed
_HANDLE = 7.0  # side of a handle
_ROOM = 0.75  # share of the pane that the frame takes when it is opened


class FrameEditor(QObject):
    """The frame of the selected node, if its type declares one.

    Args:
        pane: The pane of the viewer, which passes its events here while the frame is shown.
    """

    changed = Signal()
    """`on`, `usable` or the picture changed."""

    def __init__(self, pane: ImagePane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._session: Session | None = None
        self._node = ""  # the selected node, if it has a frame and a picture
        self._image = QImage()
        self._wanted = True
        self._shown = False
        self._held: tuple[str, ...] = ()  # the sides that are dragged
        self._before: dict[str, int] = {}  # all sides as they were before that
        self._from = QPointF()
        self._gesture: object = None

    # --- the node --------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Follow the selection of another document."""
        if self._session is not None:
            self._session.selection_changed.disconnect(self._follow)
            self._session.edited.disconnect(self._on_edited)
            self._session.result_ready.disconnect(self._on_picture)
            self._session.picture_fetched.disconnect(self._on_picture)
        self._session = session
        if session is not None:
            session.selection_changed.connect(self._follow)
            session.edited.connect(self._on_edited)
            session.result_ready.connect(self._on_picture)
            session.picture_fetched.connect(self._on_picture)
        self._follow()

    def _on_edited(self, edit: Edit) -> None:
        self._follow()
        if self._shown:
            self._pane.update()

    def _on_picture(self, node: str, index: int = 0) -> None:
        self._follow()

    def _follow(self) -> None:
        session, before, image = self._session, self._node, self._image
        self._node, self._image = "", QImage()
        if session is not None and len(session.selection) == 1:
            (node,) = session.selection
            spec = session.graph.spec(node) if node in session.graph.nodes else None
            link = (
                session.graph.links_in(node).get(spec.frame.over) if spec and spec.frame else None
            )
            if link is not None:
                kept = image if node == before else QImage()
                self._image = picture_below(session, link, kept)
                self._node = "" if self._image.isNull() else node
        if self._node != before:
            self._held = ()
            self._wanted = True
        if self._node != before or self._image.cacheKey() != image.cacheKey():
            self.changed.emit()

    @property
    def usable(self) -> bool:
        """True if the selected node has a frame, and a picture to put it around."""
        return bool(self._node)

    @property
    def on(self) -> bool:
        """True if the frame is wanted."""
        return self.usable and self._wanted

    def want(self, on: bool) -> None:
        """Show the frame, or the pictures of the node."""
        self._wanted = on
        self.changed.emit()

    @property
    def image(self) -> QImage:
        """The picture that the frame is around."""
        return self._image

    @property
    def title(self) -> str:
        """The caption of the viewer."""
        sides = self.sides()
        width = self._image.width() + sides["left"] + sides["right"]
        height = self._image.height() + sides["top"] + sides["bottom"]
        return tr("Drag the frame: {0} × {1} pixels").format(width, height)

    def set_shown(self, on: bool) -> None:
        """Work in the pane, or leave it."""
        if on == self._shown:
            return
        self._shown = on
        self._held = ()
        if on:
            self._pane.set_hand(self)
            self._make_room()
        else:
            self._pane.set_hand(None)
            self._pane.fit()

    def _make_room(self) -> None:
        """Zoom out, so that there is room for the frame."""
        self._pane.fit()
        sides, image = self.sides(), self._image
        across = image.width() / (image.width() + sides["left"] + sides["right"])
        down = image.height() / (image.height() + sides["top"] + sides["bottom"])
        self._pane.zoom_to(self._pane.zoom * _ROOM * min(across, down))

    # --- the sides -------------------------------------------------------------------------------

    @property
    def _frame(self) -> Frame:
        assert self._session is not None
        spec = self._session.graph.spec(self._node)
        assert spec is not None and spec.frame is not None
        return spec.frame

    def sides(self) -> dict[str, int]:
        """Return the pixels that are added, by side."""
        session, frame = self._session, self._frame
        assert session is not None
        spec, params = session.graph.spec(self._node), session.graph.nodes[self._node].params
        assert spec is not None
        found: dict[str, int] = {}
        for side in SIDES:
            name = getattr(frame, side)
            value = params.get(name, spec.parameters[name].default)
            found[side] = value if isinstance(value, int) else 0
        return found

    def _box(self) -> QRectF:
        """Return the frame in the pane."""
        inner, sides = self._pane.picture_box(), self.sides()
        x, y = inner.width() / self._image.width(), inner.height() / self._image.height()
        return inner.adjusted(
            -sides["left"] * x, -sides["top"] * y, sides["right"] * x, sides["bottom"] * y
        )

    def _at(self, place: QPointF) -> tuple[str, ...]:
        """Return the sides at a position in the pane: none, one, or two at a corner."""
        box, found = self._box(), list[str]()
        if not box.adjusted(-_GRAB, -_GRAB, _GRAB, _GRAB).contains(place):
            return ()
        for side, distance in (
            ("left", place.x() - box.left()),
            ("right", place.x() - box.right()),
            ("top", place.y() - box.top()),
            ("bottom", place.y() - box.bottom()),
        ):
            if abs(distance) <= _GRAB:
                found.append(side)
        return tuple(found)

    # --- events ----------------------------------------------------------------------------------

    def take(self, event: QEvent) -> bool:
        """Take an event of the pane; return False if it is not about the frame."""
        if not self.on:
            return False
        match event:
            case QMouseEvent():
                return self._mouse(event)
            case QKeyEvent() if self._held and event.key() == Qt.Key.Key_Escape:
                if event.type() == QEvent.Type.KeyPress:
                    self._set(self._before)
                    self._held = ()
                event.accept()
                return True
            case _:
                return False

    def _mouse(self, event: QMouseEvent) -> bool:
        place, left = event.position(), Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == left:
                self._held = self._at(place)
                self._before, self._from, self._gesture = self.sides(), place, object()
                return bool(self._held)
            case QEvent.Type.MouseMove if self._held and event.buttons() & left:
                self._drag(place - self._from, bool(event.modifiers() & _SHIFT))
                return True
            case QEvent.Type.MouseMove if not event.buttons():
                self._held = ()
                self._pane.setCursor(_CURSORS.get(self._at(place), Qt.CursorShape.ArrowCursor))
                return False
            case QEvent.Type.MouseButtonRelease if event.button() == left and self._held:
                self._held = ()
                return True
            case _:
                return False

    def _drag(self, by: QPointF, exact: bool) -> None:
        inner = self._pane.picture_box()
        x = by.x() * self._image.width() / inner.width()
        y = by.y() * self._image.height() / inner.height()
        ways = {"left": -x, "right": x, "top": -y, "bottom": y}
        grid = 1 if exact else GRID
        self._set(
            {side: round((self._before[side] + ways[side]) / grid) * grid for side in self._held}
        )

    def _set(self, sides: dict[str, int]) -> None:
        """Set sides, within the limits of their parameters."""
        session, frame, now = self._session, self._frame, self.sides()
        assert session is not None
        spec = session.graph.spec(self._node)
        linked = session.graph.links_in(self._node)
        edits: list[Edit] = []
        for side, value in sides.items():
            parameter = spec.parameters[getattr(frame, side)] if spec is not None else None
            if parameter is None or parameter.name in linked:
                continue
            high = parameter.high if parameter.high is not None else value
            value = int(min(max(0, value), high))
            if value != now[side]:
                edits.append(SetParam(self._node, parameter.name, value))
        if edits:
            session.edit(Batch(tuple(edits), label=tr("Extend")), self._gesture)
            self.changed.emit()

    # --- painting --------------------------------------------------------------------------------

    def paint(self, painter: QPainter, part: QRect) -> None:
        """Paint the new sides and the frame around the picture."""
        inner, box = self._pane.picture_box(), self._box()
        added = QPainterPath()
        added.addRect(box)
        added.addRect(inner)
        shade = QColor(theme.colour("accent"))
        shade.setAlphaF(0.25)
        painter.fillPath(added, shade)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.drawRect(box)
        painter.setBrush(theme.colour("accent"))
        painter.setPen(Qt.PenStyle.NoPen)
        middle = box.center()
        for x in (box.left(), middle.x(), box.right()):
            for y in (box.top(), middle.y(), box.bottom()):
                if (x, y) != (middle.x(), middle.y()):
                    painter.drawRect(QRectF(x - _HANDLE / 2, y - _HANDLE / 2, _HANDLE, _HANDLE))

    @property
    def size_shown(self) -> QSize:
        """The size of the picture."""
        return self._image.size()


_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CURSORS: dict[tuple[str, ...], Qt.CursorShape] = {
    ("left",): Qt.CursorShape.SizeHorCursor,
    ("right",): Qt.CursorShape.SizeHorCursor,
    ("top",): Qt.CursorShape.SizeVerCursor,
    ("bottom",): Qt.CursorShape.SizeVerCursor,
    ("left", "top"): Qt.CursorShape.SizeFDiagCursor,
    ("right", "bottom"): Qt.CursorShape.SizeFDiagCursor,
    ("left", "bottom"): Qt.CursorShape.SizeBDiagCursor,
    ("right", "top"): Qt.CursorShape.SizeBDiagCursor,
}
