"""The canvas: a graph to look at and to work on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QToolTip, QWidget

from nodeui.graph.edits import Batch, Edit, SetParam
from nodeui.graph.parts import Link
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.canvas import geometry
from nodeui.views.canvas.adding import added, roomy
from nodeui.views.canvas.convert import conversion_menu
from nodeui.views.canvas.ends import LinkEnd
from nodeui.views.canvas.hint import Hint
from nodeui.views.canvas.hit import Hit, hit
from nodeui.views.canvas.inline import Inline
from nodeui.views.canvas.insertion import Gap, Insertion, gap_at
from nodeui.views.canvas.interaction import Interaction
from nodeui.views.canvas.levels import Levels
from nodeui.views.canvas.minimap import Minimap
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.navigation import NavigableView
from nodeui.views.canvas.scene_paint import BLOCKS, DETAIL, FEW, ScenePainter
from nodeui.views.canvas.tips import tip

_ON_NODE = ("node", "header", "field", "picture")
_LINK_REACH = 16.0  # pixels from a link within which what is dropped is put into it
_REACH = 40_000.0  # canvas units around the middle that a view can show at once

NODE_MIME = "application/x-nodeui-node"
"""What a node type dragged from the library is: its id, as UTF-8."""


class CanvasView(NavigableView):
    """Shows a session's graph and turns what mouse and keys do into edits.

    There are no graphics items: `ScenePainter` paints from arrays into the cached background,
    of which only what changed is painted anew; tools paint in the foreground.

    Args:
        session: The document.
        parent: The widget it lies in.

    Attributes:
        session: The document.
        mirror: Where everything lies.
        painter: Paints it.
        interaction: What the mouse is at.
        inline: The editor over a field, when one is open.
        levels: Takes it into groups and out again.
        minimap: The whole graph in small.
    """

    search_requested = Signal(QPointF, object)
    """A node is looked for: where it goes, and the `LinkEnd` or `Gap` it has to fit, or None."""
    picture_opened = Signal(str)
    """The picture of this node was double-clicked."""
    sweep_requested = Signal(str, str)
    """A node and its parameter that is to be swept."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.mirror = Mirror(session, self)
        self.painter = ScenePainter(self.mirror)
        self.inline = Inline(self)
        self.interaction = Interaction(self)
        self.levels = Levels(self)
        self._editing = False
        self._placing = False
        self._left = False  # someone went elsewhere than where the document was opened
        self._mapped = True  # the minimap is wanted
        self._selected = self.mirror.selected
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Node canvas"))
        self.minimap = Minimap(self)
        self.hint = Hint(self.viewport())
        self.mirror.dirtied.connect(self._repaint)
        self.mirror.reset.connect(self.repaint_all)
        self.mirror.frame_changed.connect(self.repaint_all)
        session.selection_changed.connect(self._on_selection)
        session.frames_selected.connect(self._on_frames_selected)
        session.message.connect(self._on_message)
        theme.notifier.changed.connect(self.repaint_all)
        session.edited.connect(self._on_edited)
        self.moved_by_user.connect(self._on_moved)

    # --- the graph ---

    def edit(self, edit: Edit, gesture: object | None = None) -> bool:
        """Change the graph; where it refuses, say so at the pointer."""
        self._editing = True
        try:
            return self.session.edit(edit, gesture)
        finally:
            self._editing = False

    def add_node(
        self,
        type_id: str,
        at: QPointF,
        end: LinkEnd | Gap | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> str | None:
        """Add a node and select it.

        Args:
            type_id: Its type.
            at: Where its header goes; with `end`, where its fitting socket goes.
            end: A socket that it is linked with, by the first socket that fits; or a link that
                it is put into, where it fits.
            params: Its parameters, where they are not the defaults.

        Returns:
            Its id, or None where the graph refused it.
        """
        spec = self.session.specs[type_id]
        id, edits = added(self.mirror, spec, at, end, params or {})
        if not self.edit(Batch(tuple(edits), label=self.tr("Add {0}").format(spec.title))):
            return None
        self.choose({id})
        return id

    def add_near(
        self, type_id: str, at: QPointF, params: Mapping[str, Any] | None = None
    ) -> str | None:
        """Add a node where there is room for it near a point, and select it."""
        place = roomy(self.mirror, self.session.specs[type_id], at)
        return self.add_node(type_id, place, params=params)

    def take_file(self, at: QPointF, widget: str, path: str) -> bool:
        """Give a file to the node at a point; returns whether it has a parameter for it.

        Args:
            at: Where it was dropped.
            widget: The editor hint of such parameters, such as "image-file".
            path: The file.
        """
        found = self.hit(at)
        look = self.mirror.looks.get(found.id) if found.part in _ON_NODE else None
        for parameter in look.spec.parameters.values() if look and look.spec else ():
            if (
                parameter.widget == widget
                and self.mirror.link_into(found.id, parameter.name) is None
            ):
                self.edit(SetParam(found.id, parameter.name, path))
                self.choose({found.id})
                return True
        return False

    def offer_conversion(self, end: LinkEnd, id: str, spot: geometry.Spot) -> None:
        """Offer the nodes that go between two sockets that do not fit."""
        menu = conversion_menu(self, end, id, spot)
        if menu is not None:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(QCursor.pos())

    def hit(self, at: QPointF) -> Hit:
        """What lies at a point of the canvas."""
        return hit(self.mirror, at, self.zoom)

    def search(self) -> None:
        """Look for a node to add where the pointer is; over a link, for one to put into it."""
        at = self.pointer_at()
        link = self.hit(at).link
        self.search_requested.emit(at, Gap.of(self.mirror, link) if link is not None else None)

    def select(self, keys: Iterable[str], add: bool = False) -> None:
        """Select these nodes and groups (see `nodeui.views.canvas.level`) and no others; or, to
        `add`, these too."""
        nodes = self.mirror.level.nodes(keys)
        self.session.select(self.session.selection.union(nodes) if add else nodes)

    @property
    def frames(self) -> frozenset[str]:
        """The ids of the selected frames."""
        return self.session.selected_frames

    def choose(
        self, keys: Iterable[str] = (), frames: Collection[str] = (), add: bool = False
    ) -> None:
        """Select these nodes, groups and frames and nothing else; or, to `add`, these too."""
        self.select(keys, add)
        self.session.select_frames(self.frames.union(frames) if add else frames)

    def select_dot(self, dot: tuple[Link, int] | None) -> None:
        """Select a waypoint, given as its link and which of them it is; or none."""
        before, self.painter.links.marked_dot = self.painter.links.marked_dot, dot
        for link in {before[0] if before else None, dot[0] if dot else None} - {None}:
            if before != dot and link in self.mirror.links.row:
                self._repaint(self.mirror.links.rect(link).adjusted(-6, -6, 6, 6))

    def say(self, text: str, stay: bool = False) -> None:
        """Show a short text at the pointer; "" takes it away. `stay`: for some seconds."""
        self.hint.say(text, self.interaction.pointer.view, stay)

    def _on_message(self, level: str, text: str) -> None:
        if self._editing and level == "error":
            self.say(text, stay=True)

    # --- the view ---

    def content_rect(self) -> QRectF:
        """What all nodes and frames lie within, without what strayed too far to be seen with
        the others: files may hold any place."""
        rect = self.mirror.nodes.bounds(_REACH)
        for frame in self.mirror.level.frames():
            both = rect.united(QRectF(*frame.rect))
            rect = both if max(both.width(), both.height()) <= 2 * _REACH else rect
        for link in self.mirror.stubs:
            rect = rect.united(self.mirror.links.rect(link))
        return rect

    def pointer_at(self) -> QPointF:
        """Where the pointer is on the canvas; the middle of the view where it is elsewhere."""
        here, shown = self.interaction.pointer.at, self.shown_rect()
        return here if self.interaction.inside and shown.contains(here) else shown.center()

    def show_all(self) -> None:
        """Bring everything into view."""
        self.show_rect(self.content_rect())

    def show_selection(self) -> None:
        """Bring the selected nodes into view; without any, everything."""
        if self.session.selection and not self.mirror.selected:
            self.levels.show(min(self.session.selection))
        rect = QRectF()
        for key in self.mirror.selected:
            rect = rect.united(self.mirror.nodes.rect(key))
        self.show_rect(
            rect.adjusted(-40, -40, 40, 40) if not rect.isNull() else self.content_rect(), 1.5
        )

    def toggle_minimap(self) -> None:
        """Show or hide the minimap."""
        self._mapped = not self._mapped
        self._place_minimap()

    def _place_minimap(self) -> None:
        """Into the corner, where there is room enough for it."""
        room, size = self.viewport().rect(), self.minimap.size()
        roomy = room.width() > 3 * size.width() and room.height() > 3 * size.height()
        self.minimap.setVisible(self._mapped and roomy)
        self.minimap.move(room.right() - size.width() - 12, room.bottom() - size.height() - 12)

    def _on_moved(self) -> None:
        if self._placing:
            return
        self._left = True
        if not self.mirror.level.id:
            self.session.document.view |= self.place()
        self.inline.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._left:  # panels around it may still find their sizes
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
            if crowded != self.painter.crowded:
                self.painter.crowded = crowded
                self.repaint_all()
        super().paintEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self.painter.paint(painter, QRectF(rect), self.zoom)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self.interaction.paint(painter)

    def repaint_all(self) -> None:
        """Everything looks different: paint it anew."""
        self.invalidateScene(self.shown_rect(), QGraphicsScene.SceneLayer.BackgroundLayer)
        self.viewport().update()

    def _repaint(self, rect: QRectF) -> None:
        if rect.intersects(self.shown_rect()):
            self.invalidateScene(rect, QGraphicsScene.SceneLayer.BackgroundLayer)

    def lift(self, ids: Collection[str], frames: Collection[str] = ()) -> None:
        """Leave these nodes and frames out of the background: a tool paints them meanwhile."""
        self.painter.lift(ids, frames)
        self.repaint_all()

    def hide_links(self, links: Collection[Link]) -> None:
        """Leave these links out of the background: a tool paints them meanwhile."""
        self.painter.hidden_links = links
        self.repaint_all()

    def mark_link(self, link: Link | None) -> None:
        """Stress a link."""
        before, self.painter.links.marked_link = self.painter.links.marked_link, link
        for changed in {before, link} - {None} if before != link else ():
            if changed in self.mirror.links.row:
                self._repaint(self.mirror.links.rect(changed).adjusted(-4, -4, 4, 4))

    def _on_frames_selected(self) -> None:
        self.painter.marked_frames = self.frames
        self.repaint_all()

    def _on_selection(self) -> None:
        now = self.mirror.selected
        changed, self._selected = now ^ self._selected, now
        self.setAccessibleDescription(", ".join(self.mirror.looks[id].title for id in sorted(now)))
        there = (key for key in changed if self.mirror.level.there(key))
        if any(any(self.mirror.links_of(key)) for key in there):
            self.repaint_all()  # the links of selected nodes are stressed
        else:
            self.mirror.refresh(changed)

    def _on_edited(self) -> None:
        if not self._editing:
            self.interaction.abandon()
        dot = self.painter.links.marked_dot
        if dot is not None and dot[1] >= len(self.mirror.via.get(dot[0], ())):
            self.painter.links.marked_dot = None

    # --- events ---

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
            text = tip(self.mirror, self.hit(self.to_canvas(QPointF(event.pos()))))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self.interaction.key_press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.interaction.key_release(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.interaction.let_go()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab adds a node; Shift+Tab leaves the canvas."""
        return False if next else super().focusNextPrevChild(next)

    def dragEnterEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(event.mimeData().hasFormat(NODE_MIME))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(event.mimeData().hasFormat(NODE_MIME))
        gap = self._gap_below(event)
        self.mark_link(gap.link if gap is not None else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.mark_link(None)

    def dropEvent(self, event: QDropEvent) -> None:
        type_id = event.mimeData().data(NODE_MIME).toStdString()
        if type_id in self.session.specs:
            self.add_node(type_id, self.to_canvas(event.position()), self._gap_below(event))
            event.acceptProposedAction()
        self.mark_link(None)

    def _gap_below(self, event: QDropEvent) -> Gap | None:
        """The link that the node type being dragged would be put into."""
        spec = self.session.specs.get(event.mimeData().data(NODE_MIME).toStdString())
        gap = gap_at(self.mirror, self.to_canvas(event.position()), _LINK_REACH / self.zoom)
        if spec is None or gap is None or Insertion.of(self.mirror, "", spec, gap) is None:
            return None
        return gap
