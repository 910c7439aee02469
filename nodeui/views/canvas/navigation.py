"""A view that is panned and zoomed without end."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

_LOWEST, _HIGHEST = 0.01, 4.0  # zoom
_NOTCH = 1.2  # what one notch of the wheel zooms by
_FIT = 0.92  # how much of the view a shown rectangle fills
_EXTENT = 1.2e6


class NavigableView(QGraphicsView):
    """Wheel: zoom at the pointer. Touch pad: pan, and zoom with Ctrl or by pinching.

    Args:
        parent: The widget it lies in.
    """

    moved = Signal()
    """Another part of the canvas is in view."""
    moved_by_user = Signal()
    """It is in view because someone went there, not because of a change in size."""

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
        """Pixels a canvas unit."""
        return self.transform().m11()

    def shown_rect(self) -> QRectF:
        """The part of the canvas that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def to_canvas(self, at: QPointF) -> QPointF:
        """The place on the canvas of a point in the viewport."""
        return self.viewportTransform().inverted()[0].map(at)

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Zoom; what is at `around` (in the viewport, else the middle) stays there."""
        around = around if around is not None else QPointF(self.viewport().rect().center())
        zoom = min(max(zoom, _LOWEST), _HIGHEST)
        before = self.to_canvas(around)
        self.setTransform(QTransform.fromScale(zoom, zoom))
        after = self.viewportTransform().map(before)
        self.pan((around - after).toPoint())
        self.moved_by_user.emit()

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle of the view."""
        self.set_zoom(self.zoom * factor)

    def pan(self, by: QPoint) -> None:
        """Move what is in view by so many pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())
        self.moved_by_user.emit()

    def show_rect(self, rect: QRectF, highest: float = 1.0) -> None:
        """Bring a part of the canvas into view, as large as it fits."""
        if rect.isEmpty():
            return
        room = self.viewport().size()
        zoom = min(room.width() / rect.width(), room.height() / rect.height()) * _FIT
        self.set_zoom(min(zoom, highest))
        self.centerOn(rect.center())
        self.moved_by_user.emit()

    def place(self) -> dict[str, Any]:
        """What is in view, as it stands in a workflow file."""
        centre = self.shown_rect().center()
        return {"centre": [round(centre.x(), 1), round(centre.y(), 1)], "zoom": round(self.zoom, 4)}

    def go_to(self, place: object) -> bool:
        """Show what `place` gave; returns whether it was that."""
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
