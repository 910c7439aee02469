"""The widget of a canvas: paints the scene, and passes input on to tools and commands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nodeui.graph.edits import Edit
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.canvas import commands
from nodeui.views.canvas.commands import Gap, Insertion, gap_at
from nodeui.views.canvas.paint import FEW, ScenePainter
from nodeui.views.canvas.scene import BLOCKS, DETAIL, Canvas, Hit, LinkEnd, Spot
from nodeui.views.canvas.view.crumbs import Crumbs
from nodeui.views.canvas.view.hint import Hint
from nodeui.views.canvas.view.inline import Inline
from nodeui.views.canvas.view.interaction import Interaction
from nodeui.views.canvas.view.menu import conversion_menu
from nodeui.views.canvas.view.minimap import Minimap
from nodeui.views.canvas.view.navigation import NavigableView
from nodeui.views.canvas.view.tips import tip
from nodeui.views.labels import show_tip

_LINK_REACH = 16.0  # pixels from a link within which a dropped node is inserted into it

NODE_MIME = "application/x-nodeui-node"
"""Type of the drag data of a node type from the library: its id, as UTF-8."""


class CanvasView(NavigableView):
    """Shows a `Canvas`, and is its viewport.

    There are no graphics items: `ScenePainter` paints from arrays into the cached background, of
    which only the changed parts are repainted; dragged parts and tools are in the foreground.

    Args:
        session: The document.
        parent: Its parent widget.

    Attributes:
        canvas: The canvas: document, scene, selection and transient state.
        session: The canvas's document.
        mirror: The canvas's scene.
        levels: The canvas's navigation between groups.
        interaction: Handles input.
        inline: The in-place editor.
        crumbs: The path to the group in view.
        minimap: The overview of the whole graph.
        hint: The text at the pointer.
    """

    search_requested = Signal(QPointF, object)
    """As of `Canvas`."""
    picture_opened = Signal(str)
    """As of `Canvas`."""
    sweep_requested = Signal(str, str)
    """As of `Canvas`."""
    menu_opened = Signal(object, str)
    """As of `Canvas`."""
    content_taken = Signal(object, QPointF, bool, bool)
    """Files (list of `Path`) or a `QImage` were dropped or pasted: the content, its place, whether
    Alt was held, and whether it was dropped."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas = Canvas(session, self, self)
        self.session, self.mirror, self.levels = session, canvas.mirror, canvas.levels
        self._painter = ScenePainter(canvas.mirror, canvas.state)
        self.inline = Inline(canvas, self)
        self.interaction = Interaction(canvas, self)
        self._placing = False
        self._drop_target: str | None = None
        self._navigated = False  # by the user, away from where the document was opened
        self._with_minimap = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Node canvas"))
        self.crumbs = Crumbs(canvas, self)
        self.minimap = Minimap(self, canvas.mirror)
        self.hint = Hint(self.viewport())
        self._connect()

    def _connect(self) -> None:
        canvas, interaction = self.canvas, self.interaction
        for changes in (canvas.mirror, canvas.state):
            changes.dirtied.connect(self._repaint)
            changes.reset.connect(self.repaint_all)
        canvas.mirror.frame_changed.connect(self.repaint_all)
        theme.notifier.changed.connect(self.repaint_all)
        canvas.session.selection_changed.connect(self._describe_selection)
        canvas.interrupted.connect(interaction.abandon)
        canvas.levels.leaving.connect(self.inline.close)
        canvas.levels.leaving.connect(interaction.abandon)
        interaction.pressed.connect(self.inline.close)
        canvas.search_requested.connect(self.search_requested)
        canvas.picture_opened.connect(self.picture_opened)
        canvas.sweep_requested.connect(self.sweep_requested)
        canvas.menu_opened.connect(self.menu_opened)
        canvas.content_pasted.connect(self._on_pasted)
        canvas.conversion_requested.connect(self._offer_conversion)
        canvas.hint_requested.connect(self._show_hint)
        canvas.minimap_toggled.connect(self.toggle_minimap)
        self.moved_by_user.connect(self._on_moved)

    # --- for the window ---

    def edit(self, edit: Edit) -> bool:
        """Apply an edit; see `Canvas.edit`."""
        return self.canvas.edit(edit)

    def add_node(
        self,
        type_id: str,
        at: QPointF,
        end: LinkEnd | Gap | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> str | None:
        """Add a node and select it; see `nodeui.views.canvas.commands.adding.add_node`."""
        return commands.add_node(self.canvas, type_id, at, end, params)

    def add_near(
        self, type_id: str, at: QPointF, params: Mapping[str, Any] | None = None
    ) -> str | None:
        """Add a node at the nearest free place to a point, and select it."""
        return commands.add_near(self.canvas, type_id, at, params)

    def add_after(
        self, type_id: str, end: LinkEnd, params: Mapping[str, Any] | None = None
    ) -> str | None:
        """Add a node behind an output and select it; see `commands.adding.add_after`."""
        return commands.add_after(self.canvas, type_id, end, params)

    def take_file(self, at: QPointF, widget: str, path: str) -> bool:
        """Set a file parameter of the node at a point; returns False without such a node."""
        return commands.take_file(self.canvas, at, widget, path)

    def takes_file(self, at: QPointF, widget: str) -> bool:
        """Return True if there is a node at a point that takes files of this kind."""
        return commands.file_field(self.canvas, at, widget) is not None

    def show_selection(self) -> None:
        """Fit the selected nodes into the view; without any, everything."""
        commands.show_selection(self.canvas)

    # --- the visible part ---

    def pointer_at(self) -> QPointF:
        """Return the pointer's position on the canvas, or the centre of the visible part."""
        here, shown = self.interaction.pointer.at, self.shown_rect()
        return here if self.interaction.inside and shown.contains(here) else shown.center()

    def show_all(self) -> None:
        """Fit everything into the view."""
        self.show_rect(self.mirror.content_rect())

    def toggle_minimap(self) -> None:
        """Show or hide the minimap."""
        self._with_minimap = not self._with_minimap
        self._place_minimap()

    def _place_minimap(self) -> None:
        """Put the minimap into the corner, unless the view is too small for it."""
        area, size = self.viewport().rect(), self.minimap.size()
        fits = area.width() > 3 * size.width() and area.height() > 3 * size.height()
        self.minimap.setVisible(self._with_minimap and fits)
        self.minimap.move(area.right() - size.width() - 12, area.bottom() - size.height() - 12)

    def _on_moved(self) -> None:
        if self._placing:
            return
        self._navigated = True
        if not self.mirror.level.id:
            self.session.document.view |= self.place()
        self.inline.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._navigated:  # the panels around it may still be finding their sizes
            self._placing = True
            if not self.go_to(self.session.document.view):
                self.show_all()
            self._placing = False
        self._place_minimap()
        self.moved.emit()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if BLOCKS <= self.zoom < DETAIL:
            crowded = len(self.mirror.nodes.touching(self.shown_rect())) > FEW
            if crowded != self.canvas.state.crowded:
                self.canvas.state.crowded = crowded
                self.repaint_all()
        super().paintEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._painter.paint(painter, QRectF(rect), self.zoom)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self.canvas.state.lifted:
            self._painter.paint_lifted(painter, self.shown_rect(), self.zoom)
        self.interaction.paint(painter)
        self._paint_drop_target(painter)

    def repaint_all(self) -> None:
        """Repaint everything."""
        self.invalidateScene(self.shown_rect(), QGraphicsScene.SceneLayer.BackgroundLayer)
        self.redraw()

    def _repaint(self, rect: QRectF) -> None:
        if rect.intersects(self.shown_rect()):
            self.invalidateScene(rect, QGraphicsScene.SceneLayer.BackgroundLayer)

    # --- requests of the canvas ---

    def _describe_selection(self) -> None:
        titles = (self.mirror.layouts[key].title for key in sorted(self.mirror.selected))
        self.setAccessibleDescription(", ".join(titles))

    def _show_hint(self, text: str, stay: bool) -> None:
        self.hint.show_text(text, self.interaction.pointer.view, stay)

    def _offer_conversion(self, end: LinkEnd, key: str, spot: Spot) -> None:
        menu = conversion_menu(self.canvas, self, end, key, spot)
        if menu is not None:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(QCursor.pos())

    # --- input ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.interaction.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.interaction.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.interaction.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.interaction.double_click(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.interaction.inside = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.interaction.leave()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            chosen = sorted(self.mirror.selected)
            found = Hit("node", chosen[0]) if chosen else Hit("canvas")
            self.interaction.open_menu(found, self.mapToGlobal(self.rect().center()))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = tip(self.mirror, self.canvas.hit(self.to_canvas(QPointF(event.pos()))))
            show_tip(event.globalPos(), found, self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self.interaction.key_press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.interaction.key_release(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.interaction.release_keys()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab adds a node; Shift+Tab leaves the canvas."""
        return False if next else super().focusNextPrevChild(next)

    # --- node types dropped from the library, and files and pictures from anywhere ---

    def dragEnterEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(_can_drop(event.mimeData()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(_can_drop(event.mimeData()))
        gap = self._gap_below(event)
        self.canvas.state.mark_link(gap.link if gap is not None else None)
        self._mark_drop(self._taker_below(event))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.canvas.state.mark_link(None)
        self._mark_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        mime, at = event.mimeData(), self.to_canvas(event.position())
        self._mark_drop(None)
        files = _files(mime)
        if files or mime.hasImage():
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            event.acceptProposedAction()
            self.content_taken.emit(files or QImage(mime.imageData()), at, alt, True)
            return
        type_id = mime.data(NODE_MIME).toStdString()
        if type_id in self.session.specs:
            self.add_node(type_id, at, self._gap_below(event))
            event.acceptProposedAction()
        self.canvas.state.mark_link(None)

    def _taker_below(self, event: QDropEvent) -> str | None:
        """Return the key of the node at the pointer that would take the dragged file."""
        files = _files(event.mimeData())
        if len(files) > 1 or not (files or event.mimeData().hasImage()):
            return None
        is_model = bool(files) and files[0].suffix == ".safetensors"
        widget = "model-path" if is_model else "image-file"
        field = commands.file_field(self.canvas, self.to_canvas(event.position()), widget)
        return field[0] if field is not None else None

    def _on_pasted(self, content: object, at: QPointF) -> None:
        self.content_taken.emit(content, at, False, False)

    def _mark_drop(self, key: str | None) -> None:
        """Emphasise the node that would take a dragged file."""
        if key != self._drop_target:
            self._drop_target = key
            self.redraw()

    def _paint_drop_target(self, painter: QPainter) -> None:
        if self._drop_target in self.mirror.layouts:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 3))
            painter.setBrush(theme.colour("accent", 0.15))
            rect = self.mirror.nodes.rect(self._drop_target)
            painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 9, 9)

    def _gap_below(self, event: QDropEvent) -> Gap | None:
        """Return the gap at the pointer, if the dragged node type fits into it."""
        spec = self.session.specs.get(event.mimeData().data(NODE_MIME).toStdString())
        gap = gap_at(self.mirror, self.to_canvas(event.position()), _LINK_REACH / self.zoom)
        if spec is None or gap is None or Insertion.of(self.mirror, "", spec, gap) is None:
            return None
        return gap


def _files(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def _can_drop(mime: QMimeData) -> bool:
    return mime.hasFormat(NODE_MIME) or mime.hasImage() or bool(_files(mime))
