"""The easel in the viewer: the pane with tools around it while a painting is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nodeui.graph.edits import Edit
from nodeui.session.session import Session
from nodeui.views.easel.bars import OptionBar, ToolStrip
from nodeui.views.easel.board import Board
from nodeui.views.easel.hand import EaselHand
from nodeui.views.easel.result import Result, ResultButton, ResultView
from nodeui.views.easel.side import Side
from nodeui.views.easel.state import EaselState
from nodeui.views.easel.subject import painted_parameter
from nodeui.views.easel.tools import TOOLS
from nodeui.views.labels import label, set_tip

if TYPE_CHECKING:
    from nodeui.views.viewer.pane import ImagePane


class Easel(QWidget):
    """The pane of the viewer, with tools around it while a painting is on the easel.

    Args:
        pane: The pane.

    Attributes:
        pane: See above.
        state: The settings of the hand.
        board: The painting.
        hand: Works in the pane.
    """

    changed = Signal()
    """`on`, `paintable` or the picture below changed."""
    selected = Signal()
    """A node with a painting was selected."""

    def __init__(self, pane: ImagePane) -> None:
        super().__init__()
        self.pane = pane
        self.state = EaselState(self)
        self.board = Board(self.state, self)
        tools = {tool.name: tool(self.board) for tool in TOOLS}
        self.result = Result(self.board, self)
        self.hand = EaselHand(pane, self.board, self.result, tools)
        self._session: Session | None = None
        self._node = ""  # the selected node, if it can be painted on
        self._wanted = True
        self._shown = False  # by the pane
        self.bar = OptionBar(self.board)
        self.strip = ToolStrip(self.board, tools)
        self.side = Side(self.board, self.strip, self)
        self.note = label(small=True, muted=True)
        self.note.setContentsMargins(8, 0, 8, 4)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.beside = ResultView(self.result)
        self.strip.add(ResultButton(self.board, self.result))
        self._lay_out()
        self.result.changed.connect(self._show_result)
        self.strip.chosen.connect(self._choose)
        self.board.opened.connect(self._on_opened)
        self.board.resized.connect(self.changed)
        self.board.noted.connect(self._show_note)
        self.state.changed.connect(self._on_setting)
        self.setFocusProxy(pane)
        self._on_opened()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        self._pictures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pictures.setSpacing(0)
        self._pictures.addWidget(self.pane, stretch=1)
        self._pictures.addWidget(self.beside, stretch=1)
        row.addWidget(self.strip)
        row.addLayout(self._pictures, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.note)
        column.addLayout(row, stretch=1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the result where there is more room: beside the pane or below it."""
        directions = QBoxLayout.Direction
        wide = self.width() >= self.height()
        self._pictures.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        super().resizeEvent(event)

    def _show_result(self) -> None:
        self.beside.setVisible(self._shown and self.result.beside)
        self.beside.update()
        if self._shown:
            self.pane.update()

    # --- the node --------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Follow the selection of another document."""
        if self._session is not None:
            self._session.selection_changed.disconnect(self._follow)
            self._session.edited.disconnect(self._on_edited)
        self._session = session
        if session is not None:
            session.selection_changed.connect(self._follow)
            session.edited.connect(self._on_edited)
        self._node = ""
        self._follow()

    def _on_edited(self, edit: Edit) -> None:
        """Follow a node whose painting is linked or has its own value again."""
        if self._session is not None and self._selected() != self._node:
            self._follow()

    def _selected(self) -> str:
        """Return the node that alone is selected and can be painted on, or ""."""
        session = self._session
        if session is None or len(session.selection) != 1:
            return ""
        node = next(iter(session.selection))
        return node if painted_parameter(session, node) is not None else ""

    def _follow(self) -> None:
        node, before = self._selected(), self._node
        self._node = node
        if node and node != before:
            self._wanted = True
        self._open()
        if node and node != before:
            self.selected.emit()
        self.changed.emit()

    def _open(self) -> None:
        wanted = bool(self._node) and self._wanted
        self.board.open(self._session if wanted else None, self._node)

    @property
    def paintable(self) -> bool:
        """True if the selected node can be painted on."""
        return bool(self._node)

    @property
    def on(self) -> bool:
        """True if a painting is on the easel."""
        return self.board.subject is not None

    @property
    def title(self) -> str:
        """The name of the node on the easel."""
        return self._session.name_of(self._node) if self._session is not None else ""

    def want(self, on: bool) -> None:
        """Put the painting of the selected node on the easel, or take it away."""
        self._wanted = on
        self._open()
        self.changed.emit()

    def set_shown(self, on: bool, *, passing: bool) -> None:
        """Work in the pane, or leave it to another picture.

        Args:
            on: The pane shows the sheet.
            passing: It shows something else for a moment: the tools stay where they are.
        """
        if on == self._shown and not passing:
            self._show_bars(on)
        if on == self._shown:
            return
        self._shown = on
        if not on:
            self.hand.interrupt()
        self.pane.set_hand(self.hand if on else None)
        if not passing:
            self._show_bars(on)

    def _show_bars(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.strip.setVisible(on)
        self.note.setVisible(on and bool(self.board.note))
        self.beside.setVisible(on and self.result.beside)

    # --- the picture of the pane -----------------------------------------------------------------

    @property
    def size_shown(self) -> QSize:
        """The size of the sheet."""
        return QSize(*self.board.size)

    def ground(self) -> QImage:
        """Return the picture below the sheet, in any size; until that is drawn, the last one."""
        if self.board.kind != "colour" and not self.board.below.isNull():
            return self.board.below
        subject, session = self.board.subject, self.board.session
        assert subject is not None and session is not None
        last = session.image_of(subject.node) if self.board.seen is None else None
        if last is not None and subject.kind == "colour":
            return last
        image = QImage(1, 1, QImage.Format.Format_ARGB32)
        clear = subject.below.hasAlphaChannel() and not subject.traced
        image.fill(Qt.GlobalColor.transparent if clear else QColor(subject.paper))
        if not clear:
            image = image.convertToFormat(QImage.Format.Format_RGB32)
        return image

    def picture(self) -> QImage:
        """Return the painting as the node returns it; a null image while it is not drawn."""
        seen = self.board.seen
        return seen.picture() if seen is not None else QImage()

    def image(self) -> QImage:
        """Return the pixels of the painting; a null image while it is not drawn."""
        seen = self.board.seen
        return seen.image if seen is not None else QImage()

    # --- tools -----------------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        self.hand.choose(name)
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_opened(self) -> None:
        if self.on and self.state.kind not in self.hand.tool.kinds:
            self.hand.choose(TOOLS[0].name)
        self.strip.refresh()
        self.bar.show_tool(self.hand.tool)
        self.hand.set_marching()
        self._show_note()
        self.changed.emit()

    def _on_setting(self, name: str) -> None:
        if name == "tool":
            self.bar.show_tool(self.hand.tool)

    def _show_note(self) -> None:
        self.note.setText(self.board.note)
        set_tip(self.note, self.board.note)
        self.note.setVisible(self._shown and bool(self.board.note))
