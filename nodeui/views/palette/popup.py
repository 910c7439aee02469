"""The popup for finding and adding a node by typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr, words
from nodeui.views import theme
from nodeui.views.labels import paragraph
from nodeui.views.palette.listing import Entry, NodeList
from nodeui.views.palette.palette import move_current, node_view
from nodeui.views.palette.search import Direction, fits, ranked
from nodeui.views.search_line import search_line

_MOST_RECENT = 12
_WIDTH = 340
_MOST_ROWS = 11


class NodeSearch(QFrame):
    """Searches node types by typing, recent ones first; after a dropped link, only matching ones.

    Args:
        specs: The node types.
        parent: The parent widget.
    """

    chosen = Signal(str)
    """The id of the chosen node type."""
    cancelled = Signal()
    """The popup was closed without a choice."""

    def __init__(self, specs: Mapping[str, NodeSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._specs = specs
        self._fitting: Sequence[NodeSpec] = ()
        self._recent: list[str] = []
        self._chose = False
        self._model = NodeList(self)
        self.search = search_line(tr("Add a node"), self)
        self.list = node_view(self._model, self)
        self._about = paragraph(small=True, muted=True)
        self._about.setFixedHeight(3 * self._about.fontMetrics().lineSpacing())
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, stretch=1)
        column.addWidget(self._about)
        self.setFixedWidth(_WIDTH)
        self.search.textChanged.connect(self._refresh)
        self.search.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        self.list.selectionModel().currentChanged.connect(self._describe)

    @property
    def recent(self) -> list[str]:
        """The ids of recently used node types, last used first."""
        return list(self._recent)

    @recent.setter
    def recent(self, ids: Sequence[str]) -> None:
        self._recent = list(ids)[:_MOST_RECENT]  # also of packs that are not loaded yet

    def note_used(self, type_id: str) -> None:
        """Record that a node of this type was added, here or elsewhere."""
        self.recent = [type_id, *(id for id in self._recent if id != type_id)]

    def open_at(
        self,
        place: QPoint,
        type: str | None = None,
        direction: Direction = "output",
        into: str | None = None,
    ) -> None:
        """Show the popup.

        Args:
            place: Position in global pixels.
            type: Socket type of the dropped link; None offers all node types.
            direction: Whether the link starts at an "output" or an "input".
            into: Socket type that the node must also output, to be inserted into a link.
        """
        self._fitting = [
            spec
            for spec in self._specs.values()
            if (type is None or fits(spec, type, direction))
            and (into is None or fits(spec, into, "input"))
        ]
        self._chose = False
        self.search.clear()
        if type is None:
            text = tr("Add a node")
        elif into is None:
            text = tr("Add a node for {0}", words(type))
        else:
            text = tr("Insert between {0} and {1}", words(type), words(into))
        self.search.setPlaceholderText(text)
        self._refresh()
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        self.move(
            max(room.left(), min(place.x(), room.right() - self.width())),
            max(room.top(), min(place.y(), room.bottom() - self.height())),
        )
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _refresh(self) -> None:
        found = ranked(self.search.text(), self._fitting, self._recent)
        self._model.show_rows([Entry(spec, tr(spec.category)) for spec in found])
        rows = min(max(1, len(found)), _MOST_ROWS)
        self.list.setFixedHeight(rows * (theme.ROW + 2) + 2)
        self.adjustSize()
        if found:
            self.list.setCurrentIndex(self._model.index(0))
        else:
            self._about.setText(tr("No matching nodes."))

    def _describe(self, index: QModelIndex) -> None:
        row = self._model.rows[index.row()] if index.isValid() else None
        if isinstance(row, Entry):
            self._about.setText(" ".join(row.spec.help.partition("\n\n")[0].split()))

    def _choose(self, index: QModelIndex) -> None:
        row = self._model.rows[index.row()]
        if isinstance(row, Entry):
            self._chose = True
            self.note_used(row.spec.id)
            self.hide()
            self.chosen.emit(row.spec.id)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self._chose:
            self.cancelled.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Up:
                    move_current(self.list, 1 if event.key() == Qt.Key.Key_Down else -1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                    if self.list.currentIndex().isValid():
                        self._choose(self.list.currentIndex())
                    return True
                case Qt.Key.Key_Escape:
                    self.hide()
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour("outline"), 1))
        painter.setBrush(theme.colour("panel"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
