"""The inspector: the selected node in full."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nodeui.session.session import Session
from nodeui.views.inspector.page import NodePage, paragraph
from nodeui.views.inspector.seeds import seeds_of

_MOST_LISTED = 50
_MOST_PAGES = 16


class Inspector(QScrollArea):
    """All parameters, inputs and outputs of the selected node, with help, plan state and timing.

    It shows what the session holds and changes it by edits only. The pages of node types are
    kept: filling one takes a few milliseconds, making one ten times as many.
    """

    sweep_requested = Signal(str, str)
    """A node and its parameter that is to be swept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._page: NodePage | None = None
        self._pages: OrderedDict[object, NodePage] = OrderedDict()
        self._other: QWidget | None = None  # what is shown where not one node is selected
        self._helps = True
        self._room = QWidget()
        self._column = QVBoxLayout(self._room)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._room)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(260)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Inspector"))
        self._rebuild()

    def set_session(self, session: Session | None) -> None:
        """Show the selection of another document."""
        old = self._session
        if old is session:
            return
        if old is not None:
            old.selection_changed.disconnect(self._rebuild)
            old.edited.disconnect(self._refresh)
            old.node_state_changed.disconnect(self._state_changed)
            old.plan_changed.disconnect(self._show_state)
            old.trajectories_changed.disconnect(self._show_steps)
            old.run_state_changed.disconnect(self._refresh)
        self._leave_fields()
        self._session = session
        if session is not None:
            seeds_of(session)  # before `_refresh`: it hears of runs first
            session.run_state_changed.connect(self._refresh)
            session.selection_changed.connect(self._rebuild)
            session.edited.connect(self._refresh)
            session.node_state_changed.connect(self._state_changed)
            session.plan_changed.connect(self._show_state)
            session.trajectories_changed.connect(self._show_steps)
        self._rebuild()

    def show_helps(self, on: bool) -> None:
        """Show or hide the help texts below the fields."""
        self._helps = on
        if self._page is not None:
            self._page.show_helps(on)

    # --- what is shown ---------------------------------------------------------------------------

    def _leave_fields(self) -> None:
        """Let the field that is being edited commit, while it still stands for its node."""
        field = self.focusWidget()
        if field is not None and self._room.isAncestorOf(field):  # pyright: ignore[reportUnnecessaryComparison]
            field.clearFocus()

    def _rebuild(self) -> None:
        self._leave_fields()
        session = self._session
        selection = sorted(session.selection) if session is not None else []
        if session is None or not selection:
            self._show_other(_hint(self.tr("Select a node to see its parameters and help.")))
        elif len(selection) > 1:
            self._show_other(_several(self, session, selection))
        else:
            self._show_page(self._page_for(session, selection[0]))
            self._refresh()
            self._show_state()

    def _page_for(self, session: Session, id: str) -> NodePage:
        spec = session.graph.spec(id)
        key = spec.node if spec is not None else session.graph.nodes[id].type
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = NodePage(spec, session.folder)
            page.helps_toggled.connect(self.show_helps)
            page.sweep_requested.connect(self._ask_for_sweep)
            page.hide()
            self._column.addWidget(page)
            if len(self._pages) > _MOST_PAGES:
                _, oldest = self._pages.popitem(last=False)
                oldest.deleteLater()
        self._pages.move_to_end(key)
        page.bind(session, id)
        page.show_helps(self._helps)
        return page

    def _show_page(self, page: NodePage) -> None:
        if page is not self._page:
            self._drop_other()
            self._page = page
            page.show()
            self.verticalScrollBar().setValue(0)

    def _show_other(self, widget: QWidget) -> None:
        self._drop_other()
        self._page = None
        self._other = widget
        self._column.addWidget(widget)
        widget.show()

    def _drop_other(self) -> None:
        """Take away what is shown; a page is kept for the next node of its type."""
        if self._page is not None:
            self._page.hide()
        if self._other is not None:
            self._other.hide()
            self._other.deleteLater()
            self._other = None

    def _refresh(self) -> None:
        session, page = self._session, self._page
        if session is None or page is None:
            return
        node = session.graph.nodes.get(page.id)
        if node is not None:  # a deleted one leaves the selection next
            page.refresh(node)

    def _ask_for_sweep(self, parameter: str) -> None:
        if self._page is not None:
            self.sweep_requested.emit(self._page.id, parameter)

    def _state_changed(self, id: str) -> None:
        if self._page is not None and self._page.id == id:
            self._show_state()

    def _show_state(self) -> None:
        if self._session is not None and self._page is not None:
            self._page.state.show_state(self._page.id, self._session.states.get(self._page.id))

    def _show_steps(self) -> None:
        session, page = self._session, self._page
        if session is not None and page is not None and page.id in session.graph.nodes:
            page.show_steps()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()
            self._show_state()


def _several(inspector: Inspector, session: Session, selection: list[str]) -> QWidget:
    """The list of several selected nodes, each a way to it."""
    page = QWidget(inspector)
    column = QVBoxLayout(page)
    column.setContentsMargins(12, 8, 12, 16)
    column.setSpacing(2)
    column.addWidget(paragraph(inspector.tr("{0} nodes are selected").format(len(selection))))
    for id in selection[:_MOST_LISTED]:
        node, spec = session.graph.nodes[id], session.graph.spec(id)
        button = QPushButton(f"{node.title or (spec.title if spec else node.type)}  ·  {id}")
        button.setFlat(True)
        button.setStyleSheet("text-align: left")
        button.clicked.connect(lambda _=False, id=id: session.select([id]))
        column.addWidget(button)
    column.addStretch(1)
    return page


def _hint(text: str) -> QWidget:
    label = paragraph(text)
    label.setProperty("muted", True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(24, 32, 24, 0)
    return label
