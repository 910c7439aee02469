"""A graphics view with unlimited panning and zooming."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

_LOWEST, _HIGHEST = 0.01, 4.0  # zoom
_NOTCH = 1.2  # zoom factor of one notch of the wheel
_FIT = 0.92  # part of the view that a shown rectangle fills
_EXTENT = 1.2e6  # of the scene in all four directions, in canvas units


class NavigableView(QGraphicsView):
    """A view in which the wheel zooms at the pointer.

    On a touch pad, two fingers pan; pinching, or Ctrl, zooms.

    Args:
        parent: Its parent widget.
    """

    moved = Signal()
    """The visible part of the canvas has changed."""
    moved_by_user = Signal()
    """The visible part has changed by navigation, not by a change of the widget's size."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        scene = QGraphicsScene(-_EXTENT, -_EXTENT, 2 * _EXTENT, 2 * _EXTENT, self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def zoom(self) -> float:
        """Pixels per canvas unit."""
        return self.transform().m11()

    def shown_rect(self) -> QRectF:
        """Return the visible part of the canvas."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def to_canvas(self, at: QPointF) -> QPointF:
        """Return the place on the canvas of a point in the viewport."""
        return self.viewportTransform().inverted()[0].map(at)

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Zoom; the point `around` of the viewport, by default the centre, stays in place."""
        around = around if around is not None else QPointF(self.viewport().rect().center())
        zoom = min(max(zoom, _LOWEST), _HIGHEST)
        before = self.to_canvas(around)
        self.setTransform(QTransform.fromScale(zoom, zoom))
        after = self.viewportTransform().map(before)
        self.pan((around - after).toPoint())
        self.moved_by_user.emit()

    def pan(self, by: QPoint) -> None:
        """Move the content by a number of pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())
        self.moved_by_user.emit()

    def show_rect(self, rect: QRectF, highest: float = 1.0) -> None:
        """Fit a part of the canvas into the view, at a zoom of at most `highest`."""
        if rect.isEmpty():
            return
        size = self.viewport().size()
        zoom = min(size.width() / rect.width(), size.height() / rect.height()) * _FIT
        self.set_zoom(min(zoom, highest))
        self.centerOn(rect.center())
        self.moved_by_user.emit()

    def reveal(self, rect: QRectF) -> None:
        """Scroll just far enough to make a part of the canvas visible."""
        self.ensureVisible(rect)

    def redraw(self) -> None:
        """Repaint the foreground."""
        self.viewport().update()

    def place(self) -> dict[str, Any]:
        """Return the visible part in the form used by workflow files."""
        centre = self.shown_rect().center()
        return {"centre": [round(centre.x(), 1), round(centre.y(), 1)], "zoom": round(self.zoom, 4)}

    def go_to(self, place: object) -> bool:
        """Show a result of `place`; returns False if `place` is anything else."""
        match place:
            case {
                "centre": [int() | float() as x, int() | float() as y],
                "zoom": int() | float() as zoom,
            }:
                self.set_zoom(zoom)
                self.centerOn(x, y)
                return True
            case _:
                return False

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        pad = event.device().type() == QPointingDevice.DeviceType.TouchPad
        if pad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(event.pixelDelta() or event.angleDelta() / 4)
        else:
            self.set_zoom(self.zoom * _NOTCH ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            self.set_zoom(self.zoom * (1 + event.value()), event.position())
            return True
        return super().viewportEvent(event)
