"""The inspector: shows the selected nodes, frame or note, and edits them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.inspector.frame import FramePage
from nodeui.views.inspector.page import NodePage
from nodeui.views.inspector.several import SeveralPage, shared_parameters
from nodeui.views.labels import paragraph

_MOST_PAGES = 16
_NARROWEST = 324  # fits a seed with its buttons, and the scroll bar

P = TypeVar("P", NodePage, SeveralPage)


class Inspector(QScrollArea):
    """Shows the selected node: parameters, inputs, outputs, help, state and timing.

    For several nodes it shows the parameters that they share, for a single frame or note its page.
    It reads from the session and changes it by edits only. Pages are cached by node type: filling
    one takes a few milliseconds, making one ten times as long.
    """

    sweep_requested = Signal(str, str)
    """The node and the parameter that the user wants to sweep."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._page: NodePage | SeveralPage | None = None
        self._pages: OrderedDict[object, NodePage | SeveralPage] = OrderedDict()
        self._other: QWidget | None = None  # shown if no node is selected
        self._helps = True
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(_NARROWEST)
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("Inspector"))
        self._rebuild()

    def set_session(self, session: Session | None) -> None:
        """Follow the selection of a session."""
        old = self._session
        if old is session:
            return
        if old is not None:
            old.selection_changed.disconnect(self._rebuild)
            old.frames_selected.disconnect(self._rebuild)
            old.edited.disconnect(self._refresh)
            old.node_state_changed.disconnect(self._state_changed)
            old.plan_changed.disconnect(self._show_state)
            old.trajectories_changed.disconnect(self._show_steps)
            old.run_state_changed.disconnect(self._refresh)
        self._leave_fields()
        self._session = session
        if session is not None:
            session.run_state_changed.connect(self._refresh)
            session.selection_changed.connect(self._rebuild)
            session.frames_selected.connect(self._rebuild)
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

    # --- content ---------------------------------------------------------------------------------

    def _leave_fields(self) -> None:
        """Make the field being edited commit while it is still bound to its node."""
        field = self.focusWidget()
        if field is not None and self._content.isAncestorOf(field):  # pyright: ignore[reportUnnecessaryComparison]
            field.clearFocus()

    def _rebuild(self) -> None:
        self._leave_fields()
        session = self._session
        selection = sorted(session.selection, key=_natural) if session is not None else []
        if session is None or not selection:
            self._show_other(self._without_node(session))
            return
        several = len(selection) > 1
        page = self._page_of_several if several else self._page_of_one
        self._show_page(page(session, selection))
        self._refresh()
        self._show_state()

    def _without_node(self, session: Session | None) -> QWidget:
        """Make the page for a selection without nodes."""
        if session is not None and len(session.selected_frames) == 1:
            return FramePage(session, next(iter(session.selected_frames)))
        return _hint(tr("Select a node to see its parameters and help."))

    def _page_of_one(self, session: Session, ids: list[str]) -> NodePage:
        (id,) = ids
        spec = session.graph.spec(id)

        def make() -> NodePage:
            page = NodePage(spec, session.folder)
            page.helps_toggled.connect(self.show_helps)
            page.sweep_requested.connect(self._ask_for_sweep)
            return page

        page = self._cached(spec if spec is not None else session.graph.nodes[id].type, make)
        page.bind(session, id)
        page.show_helps(self._helps)
        return page

    def _page_of_several(self, session: Session, ids: list[str]) -> SeveralPage:
        parameters = shared_parameters(session, ids)

        def make() -> SeveralPage:
            page = SeveralPage(parameters, session.folder)
            page.node_chosen.connect(self._select)
            return page

        page = self._cached(("several", *map(id, parameters)), make)
        page.bind(session, ids)
        page.show_helps(self._helps)
        return page

    def _cached(self, key: object, make: Callable[[], P]) -> P:
        """Return the cached page of a key, made if missing."""
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = make()
            page.hide()
            self._column.addWidget(page)
            if len(self._pages) > _MOST_PAGES:
                _, oldest = self._pages.popitem(last=False)
                oldest.deleteLater()
        self._pages.move_to_end(key)
        return cast("P", page)

    def _select(self, id: str) -> None:
        if self._session is not None:
            self._session.select([id])

    def _show_page(self, page: NodePage | SeveralPage) -> None:
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
        """Remove the current content; pages stay cached."""
        if self._page is not None:
            self._page.hide()
        if self._other is not None:
            self._other.hide()
            self._other.deleteLater()
            self._other = None

    def _refresh(self) -> None:
        if self._page is not None:
            self._page.refresh()

    def _ask_for_sweep(self, parameter: str) -> None:
        if isinstance(self._page, NodePage):
            self.sweep_requested.emit(self._page.id, parameter)

    def _state_changed(self, id: str) -> None:
        page = self._page
        if isinstance(page, SeveralPage) or (page is not None and page.id == id):
            page.show_state()

    def _show_state(self) -> None:
        if self._page is not None:
            self._page.show_state()

    def _show_steps(self) -> None:
        if self._page is not None:
            self._page.show_steps()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()
            self._show_state()


def _natural(id: str) -> str:
    """Return a sort key that puts "decode-2" before "decode-10"."""
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(20), id)


def _hint(text: str) -> QWidget:
    label = paragraph(text, muted=True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(24, 32, 24, 0)
    return label
