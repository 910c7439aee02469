"""The result of the painting in live mode: beside it, or under its strokes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from nodeui.graph.edits import Edit
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.session.targets import shown_targets
from nodeui.views import theme
from nodeui.views.easel.bars import Number
from nodeui.views.easel.board import Board
from nodeui.views.easel.state import EaselState, settings_of
from nodeui.views.icons import IconButton
from nodeui.views.labels import set_tip

_LEAST = 120  # side of the result beside the painting
_MARGIN = 8


class Result(QObject):
    """The picture that the document makes of the painting on the easel, while it is live.

    Args:
        board: The painting.
    """

    changed = Signal()
    """The picture changed, or where it is shown."""

    def __init__(self, board: Board, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._session: Session | None = None
        self._node = ""
        board.opened.connect(self._follow)
        board.state.changed.connect(self._on_setting)

    def _follow(self) -> None:
        """Follow the document on the easel."""
        old, self._session = self._session, self._board.session
        if old is not self._session:
            if old is not None:
                old.edited.disconnect(self._on_edited)
                old.result_ready.disconnect(self._on_picture)
                old.picture_fetched.disconnect(self._on_picture)
                old.run_state_changed.disconnect(self.changed)
            if self._session is not None:
                self._session.edited.connect(self._on_edited)
                self._session.result_ready.connect(self._on_picture)
                self._session.picture_fetched.connect(self._on_picture)
                self._session.run_state_changed.connect(self.changed)
        self._node = self._found()
        self.changed.emit()

    def _found(self) -> str:
        """Return the node that shows what is made of the painting; "" if there is none."""
        session, subject = self._session, self._board.subject
        if session is None or subject is None:
            return ""
        targets = shown_targets(session.graph)
        below = [subject.node]
        for id in below:
            if id in targets and id != subject.node:
                return id
            links = session.graph.links_out(id) if id in session.graph.nodes else ()
            below += dict.fromkeys(link.target for link in links if link.target not in below)
        return ""

    def _on_edited(self, edit: Edit) -> None:
        node = self._found()
        if node != self._node:
            self._node = node
            self.changed.emit()

    def _on_picture(self, node: str, index: int = 0) -> None:
        if node == self._node:
            self.changed.emit()

    def _on_setting(self, name: str) -> None:
        if name in ("result", "strokes"):
            self.changed.emit()

    @property
    def live(self) -> bool:
        """True if the document is live and makes something of the painting."""
        return self._session is not None and self._session.live and bool(self._node)

    @property
    def beside(self) -> bool:
        """True if the result is shown beside the painting."""
        return self.live and self._board.state.result == "beside"

    @property
    def under(self) -> bool:
        """True if the result is shown under the strokes."""
        return self.live and self._board.state.result == "under" and not self.image.isNull()

    @property
    def quick(self) -> bool:
        """True if the picture is a quick one."""
        return self._session is not None and self._session.states.is_quick(self._node)

    @property
    def image(self) -> QImage:
        """The picture; a null image while there is none."""
        session = self._session
        batch = session.pictures_of(self._node) if session is not None else None
        if session is None or batch is None:
            return QImage()
        index = min(session.picture, batch.count - 1)
        if not batch.is_full(index):
            session.fetch_picture(self._node, index)
        return batch.image(index)

    def toggle(self, on: bool) -> None:
        """Switch live mode of the document on or off."""
        if self._session is not None:
            self._session.live = on


class ResultView(QWidget):
    """Shows the result beside the painting.

    Args:
        result: The result.
    """

    def __init__(self, result: Result) -> None:
        super().__init__()
        self._result = result
        self.setMinimumSize(_LEAST, _LEAST)
        self.setAccessibleName(tr("Result"))
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(2 * _LEAST, 2 * _LEAST)

    def caption(self) -> str:
        """Return the line below the picture."""
        if self._result.image.isNull():
            return tr("Waiting for the first picture.")
        return tr("Result, quick") if self._result.quick else tr("Result")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.setFont(theme.font(small=True))
        foot = painter.fontMetrics().height() + _MARGIN
        image = self._result.image
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -foot)
        if not image.isNull():
            size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            box = QRectF(0, 0, size.width(), size.height())
            box.moveCenter(room.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, image)
        painter.setPen(theme.colour("muted"))
        below = self.rect().adjusted(4, self.height() - foot, -4, 0)
        text = painter.fontMetrics().elidedText(
            self.caption(), Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)


class ResultButton(IconButton):
    """Opens a menu with live mode, the place of the result, and the opacity of the strokes."""

    def __init__(self, board: Board, result: Result) -> None:
        super().__init__("lightning-bolt-outline", tr("Live: the result follows each stroke"))
        self._board = board
        self._result = result
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)
        result.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        session = self._board.session
        self.setChecked(session is not None and session.live)

    def _open(self) -> None:
        self._refresh()  # the click itself switches nothing
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        live = menu.addAction(tr("Live"))
        live.setCheckable(True)
        live.setChecked(self.isChecked())
        live.triggered.connect(self._result.toggle)
        set_tip(live, tr("The result follows each stroke."))
        menu.addSeparator()
        group = QActionGroup(menu)
        for place, text in EaselState.result.choices.items():
            action = menu.addAction(tr(text))
            action.setCheckable(True)
            action.setChecked(place == self._board.state.result)
            action.triggered.connect(partial(self._place, place))
            group.addAction(action)
        field = Number(self._board.state, settings_of(("strokes",))[0])
        field.setFixedWidth(2 * 104)
        opacity = QWidgetAction(menu)
        opacity.setDefaultWidget(field)
        menu.addAction(opacity)
        menu.popup(self.mapToGlobal(QPoint(self.width(), 0)))

    def _place(self, place: str, _checked: bool) -> None:
        self._board.state.result = place
