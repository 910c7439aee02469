"""The tree of what a picture was made from, and what was made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMarginsF, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.gallery.keys import claims
from nodeui.views.gallery.picture_painter import Look, PicturePainter
from nodeui.views.gallery.tree_layout import Place, place_nodes
from nodeui.views.labels import plain_tip, show_tip

_CAPTION = 18
_MARGIN = 16
_LEAST, _MOST = 60, 112  # side of a thumbnail, in pixels
_LABEL_WIDTH = 150
_LABEL_LINES = 3
_BETWEEN_LANES = 18


@dataclass(frozen=True)
class Step:
    """A picture in the tree.

    Attributes:
        id: Its number in the library.
        path: Its file.
        look: Its thumbnail and marks.
        caption: The text below it.
    """

    id: int
    path: Path
    look: Look
    caption: str


@dataclass(frozen=True)
class Change:
    """An edge of the tree.

    Attributes:
        parent, child: The pictures, by id.
        lines: What changed from parent to child, a line each, such as "guidance scale 4 → 6".
        hidden: Ids of pictures between these; a click on the edge's text shows them.
    """

    parent: int
    child: int
    lines: tuple[str, ...]
    hidden: tuple[int, ...] = ()


class LineageView(QAbstractScrollArea):
    """Paints the tree of a picture: the oldest at the left, or on top where it is higher than wide.

    Arrow keys walk along the edges and between siblings; a double click opens the graph of a
    picture, Escape leaves.
    """

    chosen = Signal(object)
    """The `Path` of the picture that became the current one."""
    opened = Signal(object)
    """The `Path` of a picture whose graph to open."""
    key_pressed = Signal(QKeyEvent)
    """A key that does not walk; accepted by whoever uses it."""
    menu_requested = Signal(object, QPoint)
    """The `Path` of a picture, and a place in global pixels."""
    unfolded = Signal(object)
    """The `Change` whose hidden pictures to show."""
    left = Signal()
    """The user pressed Escape."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: dict[int, Step] = {}
        self._changes: Sequence[Change] = ()
        self._places: Mapping[int, Place[int]] = {}
        self._current = 0
        self._start = 0
        self._hovered = 0
        self._grabbed: QPointF | None = None
        self._frames: dict[int, QRectF] = {}  # before scrolling
        self._painter = PicturePainter()
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Made from"))

    # --- content ---------------------------------------------------------------------------------

    @property
    def current(self) -> Step | None:
        """The picture with the frame."""
        return self._steps.get(self._current)

    @property
    def steps(self) -> Sequence[Step]:
        """All pictures of the tree."""
        return list(self._steps.values())

    @property
    def changes(self) -> Sequence[Change]:
        """All edges of the tree."""
        return self._changes

    def show_tree(self, steps: Sequence[Step], changes: Sequence[Change], start: int) -> None:
        """Show a tree.

        Args:
            steps: The pictures.
            changes: The edges between them.
            start: The picture in question; it becomes the current one, unless another picture of
                the same tree is current.
        """
        same = start == self._start and self._current in {step.id for step in steps}
        self._steps = {step.id: step for step in steps}
        self._changes = changes
        self._places = place_nodes([(c.parent, c.child) for c in changes], [s.id for s in steps])
        self._start = start
        if not same:
            self._current = start
        self._fit()
        if not same:
            self._bring_into_view(self._current, centre=True)
        self.viewport().update()

    def choose(self, id: int) -> None:
        """Make a picture the current one."""
        if id in self._steps and id != self._current:
            self._current = id
            self._bring_into_view(id)
            self.viewport().update()
            self.chosen.emit(self._steps[id].path)

    # --- places ----------------------------------------------------------------------------------

    @property
    def _across(self) -> bool:
        """True if generations go from left to right."""
        return self.viewport().width() > self.viewport().height()

    def _fit(self) -> None:
        """Place the thumbnails in the room that there is, and let the scroll bars reach them."""
        places, port, across = self._places.values(), self.viewport().size(), self._across
        lanes = max((place.lane for place in places), default=0.0)
        columns = max((place.column for place in places), default=0)
        room = port.height() if across else port.width()
        wanted = int((room - 2 * _MARGIN) / min(lanes + 1, 2.5)) - _CAPTION - _BETWEEN_LANES
        side = max(_LEAST, min(_MOST, wanted))
        if across:
            generation, lane = side + _LABEL_WIDTH + 48, side + _CAPTION + _BETWEEN_LANES
            size = QSizeF(columns * generation + side, lanes * lane + side + _CAPTION)
            indent = 0.0
        else:
            cell = max(side, _LABEL_WIDTH)
            generation, lane = side + _CAPTION + 16 * _LABEL_LINES + 36, cell + _BETWEEN_LANES
            size = QSizeF(lanes * lane + cell, columns * generation + side + _CAPTION)
            indent = (cell - side) / 2
        size = size.grownBy(QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN))
        left = _MARGIN + max(0.0, port.width() - size.width()) / 2 + indent
        top = _MARGIN + max(0.0, port.height() - size.height()) / 2
        self._frames = {}
        for id, place in self._places.items():
            along, beside = place.column * generation, place.lane * lane
            x, y = (along, beside) if across else (beside, along)
            self._frames[id] = QRectF(left + x, top + y, side, side)
        for bar, length, extent in (
            (self.horizontalScrollBar(), size.width(), port.width()),
            (self.verticalScrollBar(), size.height(), port.height()),
        ):
            bar.setRange(0, max(0, int(length) - extent))
            bar.setPageStep(extent)
            bar.setSingleStep(40)

    def _scrolled(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def frame_of(self, id: int) -> QRectF:
        """Return the square of a picture's thumbnail, in pixels of the viewport."""
        return self._frames[id].translated(-self._scrolled())

    def _at(self, point: QPointF) -> int:
        """Return the picture at a place of the viewport; 0 if there is none."""
        room, place = QMarginsF(0, 0, 0, _CAPTION), point + self._scrolled()
        found = (id for id, box in self._frames.items() if box.marginsAdded(room).contains(place))
        return next(found, 0)

    def _label_at(self, point: QPointF) -> Change | None:
        """Return the edge whose text is at a place of the viewport."""
        return next((c for c in self._changes if self.label_box(c).contains(point)), None)

    def _ends(self, change: Change) -> tuple[QPointF, QPointF]:
        """Return where an edge begins and ends."""
        first, last = self.frame_of(change.parent), self.frame_of(change.child)
        if self._across:
            return (
                QPointF(first.right() + 3, first.center().y()),
                QPointF(last.left() - 3, last.center().y()),
            )
        return (
            QPointF(first.center().x(), first.bottom() + _CAPTION + 2),
            QPointF(last.center().x(), last.top() - 3),
        )

    def _bring_into_view(self, id: int, centre: bool = False) -> None:
        if id not in self._places:
            return
        box = self.frame_of(id).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN + _CAPTION)
        port = self.viewport()
        for bar, start, end, room in (
            (self.horizontalScrollBar(), box.left(), box.right(), port.width()),
            (self.verticalScrollBar(), box.top(), box.bottom(), port.height()),
        ):
            if centre:
                bar.setValue(bar.value() + int((start + end - room) / 2))
            elif start < 0:
                bar.setValue(bar.value() + int(start))
            elif end > room:
                bar.setValue(bar.value() + int(end - room) + 1)

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.colour("canvas"))
        area = QRectF(event.rect())
        seen = [
            change
            for change in self._changes
            if area.intersects(self.frame_of(change.parent).united(self.frame_of(change.child)))
        ]
        seen.sort(key=self._is_marked)  # those of the current picture lie above the others
        for change in seen:
            self._paint_edge(painter, change, self._is_marked(change))
        for change in seen:
            self._paint_label(painter, change, self._is_marked(change))
        for id, step in self._steps.items():
            frame = self.frame_of(id)
            if area.intersects(frame.adjusted(-4, -4, 4, 4 + _CAPTION)):
                self._paint_step(painter, frame, step)

    def _is_marked(self, change: Change) -> bool:
        return self._current in (change.parent, change.child)

    def _paint_edge(self, painter: QPainter, change: Change, marked: bool) -> None:
        start, end = self._ends(change)
        path = QPainterPath(start)
        if self._across:
            bend = max(24.0, (end.x() - start.x()) / 2)
            path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
            tip = [end, end + QPointF(-7, -4), end + QPointF(-7, 4)]
        else:
            bend = max(16.0, (end.y() - start.y()) / 2)
            path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)
            tip = [end, end + QPointF(-4, -7), end + QPointF(4, -7)]
        colour = theme.colour("accent" if marked else "muted")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2.0 if marked else 1.5))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(tip)

    def label_box(self, change: Change) -> QRectF:
        """Return the box of an edge's text, nearer to the child as edges of siblings part there."""
        metrics = QFontMetrics(theme.font(small=True))
        lines = _shown(change.lines)
        if not lines:
            return QRectF()
        widest = max(metrics.horizontalAdvance(line) for line in lines)
        _, end = self._ends(change)
        box = QRectF(0, 0, min(_LABEL_WIDTH, widest + 18), len(lines) * metrics.height() + 6)
        if self._across:
            right = end.x() - 14
            box.moveCenter(QPointF(right - box.width() / 2, end.y()))
        else:
            box.moveCenter(QPointF(end.x(), end.y() - 12 - box.height() / 2))
        return box

    def _paint_label(self, painter: QPainter, change: Change, marked: bool) -> None:
        box = self.label_box(change)
        if box.isNull():
            return
        painter.setPen(QPen(theme.colour("accent" if marked else "outline"), 1))
        painter.setBrush(theme.colour("node"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour("text"))
        metrics = painter.fontMetrics()
        for place, line in enumerate(_shown(change.lines)):
            row = QRectF(box.left() + 8, box.top() + 3, box.width() - 12, metrics.height())
            row.translate(0, place * metrics.height())
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(row.width()))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_step(self, painter: QPainter, frame: QRectF, step: Step) -> None:
        current = step.id == self._current
        body = frame.adjusted(-3, -3, 3, 3)
        painter.setPen(QPen(theme.colour("outline"), 1))
        painter.setBrush(theme.colour("node"))
        painter.drawRoundedRect(body, theme.RADIUS, theme.RADIUS)
        self._painter.paint(painter, frame, step.look)
        if current or step.id == self._hovered:
            painter.setPen(QPen(theme.colour("accent" if current else "muted"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body, theme.RADIUS, theme.RADIUS)
        painter.setFont(theme.font(small=True, bold=step.id == self._start))
        painter.setPen(theme.colour("text" if current else "muted"))
        below = QRectF(frame.left() - 8, frame.bottom() + 4, frame.width() + 16, _CAPTION - 2)
        text = painter.fontMetrics().elidedText(
            step.caption, Qt.TextElideMode.ElideMiddle, int(below.width())
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    # --- input -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._bring_into_view(self._current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        id = self._at(event.position())
        if id:
            self.choose(id)
            if event.button() == Qt.MouseButton.RightButton:
                place = event.globalPosition().toPoint()
                self.menu_requested.emit(self._steps[id].path, place)
        elif event.button() == Qt.MouseButton.LeftButton:
            change = self._label_at(event.position())
            if change is not None and change.hidden:
                self.unfolded.emit(change)
                return
            self._grabbed = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            across, down = self.horizontalScrollBar(), self.verticalScrollBar()
            across.setValue(across.value() - int(moved.x()))
            down.setValue(down.value() - int(moved.y()))
            return
        hovered = self._at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()
        change = self._label_at(event.position())
        if change is not None and change.hidden:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        id = self._at(event.position())
        if id:
            self.opened.emit(self._steps[id].path)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll along the generations where the tree fits across them."""
        down = self.verticalScrollBar()
        if self._across and not down.maximum():
            across = self.horizontalScrollBar()
            across.setValue(across.value() - event.angleDelta().y())
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hovered = 0
            self.viewport().update()
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        """Show all changes of the edge, or the file of the picture, under the pointer."""
        point = QPointF(event.pos())
        id = self._at(point)
        texts = [str(self._steps[id].path)] if id else []
        change = self._label_at(point)
        if change is not None:
            more = (tr("Click to show them"),) if change.hidden else ()
            texts.append("\n".join((*change.lines, *more)))
        show_tip(event.globalPos(), plain_tip(texts[0] if texts else ""), self)

    def event(self, event: QEvent) -> bool:
        if claims(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._walk(Qt.Key(event.key()))
            case Qt.Key.Key_Home:
                self.choose(self._start)
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                event.ignore()
                self.key_pressed.emit(event)

    def _walk(self, key: Qt.Key) -> None:
        """Go to a parent, a child, or the nearest picture of the same generation."""
        backward, forward = Qt.Key.Key_Left, Qt.Key.Key_Right
        if not self._across:
            backward, forward = Qt.Key.Key_Up, Qt.Key.Key_Down
        here = self._places.get(self._current)
        if here is None:
            return
        if key == backward:
            found = [c.parent for c in self._changes if c.child == self._current]
        elif key == forward:
            found = [c.child for c in self._changes if c.parent == self._current]
        else:
            sign = 1 if key in (Qt.Key.Key_Down, Qt.Key.Key_Right) else -1
            found = [
                id
                for id, place in self._places.items()
                if place.column == here.column and sign * (place.lane - here.lane) > 0
            ]
        if found:
            self.choose(min(found, key=lambda id: abs(self._places[id].lane - here.lane)))


def _shown(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines of a label, of which the last says how many are left out."""
    if len(lines) <= _LABEL_LINES:
        return lines
    return [*lines[: _LABEL_LINES - 1], tr("and {0} more", len(lines) - _LABEL_LINES + 1)]
