"""The timeline panel: the steps of a sampler, and branching from a step."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.changes import single_edits
from nodeui.graph.edits import AddNode, Edit, MoveNodes, SetParam
from nodeui.graph.wording import tr
from nodeui.sdk import BranchKind
from nodeui.session.branch import kinds_of, obstacle
from nodeui.session.samplers import is_sampler, sampler_near, samplers
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.combo import ComboBox
from nodeui.views.icons import icon
from nodeui.views.labels import label, placeholder, plain_entry, set_tip
from nodeui.views.timeline.side import Side
from nodeui.views.timeline.step_frames import NAMES, StepFrames
from nodeui.views.timeline.strip import Strip

_NARROWEST = 340
_WIDE = 756  # from this width on, the bar above the steps has a single row


class Timeline(QWidget):
    """Shows the steps of a sampler; follows the selection.

    It shows the selected sampler, or the sampler that a selected node leads to or depends on.
    Otherwise the last one stays.
    """

    branch_asked = Signal(str)
    """Name of a branch kind: branch `sampler` at `step` in this way."""
    step_looked_at = Signal(object, str)
    """The `PictureBatch` and the name of the step under the pointer or keyboard focus; None when
    both have left."""
    place_changed = Signal()
    """`sampler` or `step` has changed, and with them `why_not`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._session: Session | None = None
        self.frames: StepFrames | None = None
        self._known: list[str] = []  # the samplers of the document
        self._last: dict[Session, str] = {}  # the sampler shown last
        self._steps: dict[Session, dict[str, int]] = {}  # the chosen step of each sampler
        self._previewing = False
        self._running = False
        self.samplers = ComboBox()
        self.strip = Strip()
        self.side = Side()
        self.names = QButtonGroup(self)
        self.state = label(small=True, muted=True)
        self.branch_button = QPushButton(tr("Branch here"))
        self.area = QScrollArea()
        self.message = placeholder()
        self._lay_out()
        self._connect()
        self._follow()

    def _lay_out(self) -> None:
        self.samplers.setAccessibleName(tr("Sampler"))
        set_tip(self.samplers, tr("Sampler whose steps are shown"))
        self.branch_button.setIcon(icon("source-branch"))
        self.branch_button.setMenu(self._branch_menu(self.branch_button))
        left, right = QHBoxLayout(), QHBoxLayout()
        left.addWidget(self.samplers, stretch=1)
        left.addSpacing(8)
        for button in self._name_buttons():
            left.addWidget(button)
        right.addWidget(self.state, stretch=1)
        right.addWidget(self.branch_button)
        bar = self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setContentsMargins(8, 6, 8, 4)
        bar.setSpacing(12)
        bar.addLayout(left)
        bar.addLayout(right, stretch=1)
        self.area.setWidget(self.strip)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 4, 2)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addWidget(self.area, stretch=1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(self._stack, stretch=1)

    def _name_buttons(self) -> list[QToolButton]:
        """Make a button for each picture of a step."""
        texts: Mapping[str, tuple[str, str]] = {
            "x0": (tr("Clean"), tr("x0: the clean picture predicted at each step")),
            "x_t": (tr("Noisy"), tr("x_t: the noisy latents after each step")),
            "noise": (tr("Noise"), tr("The noise predicted at each step")),
        }
        buttons: list[QToolButton] = []
        for number, name in enumerate(NAMES):
            button = QToolButton()
            button.setText(texts[name][0])
            set_tip(button, texts[name][1])
            button.setAccessibleName(texts[name][1])
            button.setCheckable(True)
            self.names.addButton(button, number)
            buttons.append(button)
        buttons[0].setChecked(True)
        return buttons

    def _connect(self) -> None:
        self.samplers.activated.connect(self._choose_sampler)
        self.names.idClicked.connect(self._choose_name)
        self.strip.shown_changed.connect(self._preview)
        self.strip.left.connect(self._end_preview)
        self.strip.menu_requested.connect(self._show_menu)
        self.area.horizontalScrollBar().valueChanged.connect(self.strip.want_visible)
        theme.notifier.changed.connect(self.strip.update)

    # --- sampler ---------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Follow the selection of another session."""
        old = self._session
        if old is session:
            return
        if old is not None:
            old.selection_changed.disconnect(self._follow)
            old.edited.disconnect(self._on_edit)
        self._session = session
        self._known = samplers(session.graph) if session is not None else []
        if session is not None:
            session.selection_changed.connect(self._follow)
            session.edited.connect(self._on_edit)
            if session not in self._steps:
                self._steps[session] = {}
                session.destroyed.connect(lambda: self._forget(session))
        self._follow()

    def _forget(self, session: Session) -> None:
        self._last.pop(session, None)
        self._steps.pop(session, None)

    def _on_edit(self, edit: Edit) -> None:
        parts = single_edits(edit)
        if self._session is None or all(isinstance(part, SetParam | MoveNodes) for part in parts):
            return  # these two come with every pixel of a drag
        graph = self._session.graph
        added = (part.node.id for part in parts if isinstance(part, AddNode))
        if any(is_sampler(graph, id) for id in added) or not all(
            is_sampler(graph, id) for id in self._known
        ):
            self._known = samplers(graph)
        self._follow()

    @property
    def sampler(self) -> str:
        """The id of the sampler shown, or ""."""
        return self.frames.sampler if self.frames is not None else ""

    @property
    def step(self) -> int:
        """The chosen step, counted from 1; 0 is none."""
        return self.strip.chosen

    @property
    def total(self) -> int:
        """Number of steps of the sampler."""
        return self.strip.total

    def _follow(self) -> None:
        """Show the sampler nearest to the selection."""
        session = self._session
        if session is None:
            self._show_sampler("")
            return
        known = self._known
        last = self._last.get(session, "")
        found = sampler_near(session.graph, sorted(session.selection))
        if found is None:
            found = last if last in known else next(iter(known), "")
        self._last[session] = found
        self._fill(known, found)
        self._show_sampler(found)

    def _fill(self, known: list[str], shown: str) -> None:
        """List the samplers of the document."""
        entries = [(self._title(id), id) for id in known]
        if entries != [
            (self.samplers.itemText(row), self.samplers.itemData(row))
            for row in range(self.samplers.count())
        ]:
            self.samplers.clear()
            for title, id in entries:
                self.samplers.addItem(title, id)
        self.samplers.setCurrentIndex(self.samplers.findData(shown))

    def _title(self, id: str) -> str:
        assert self._session is not None
        title = self._session.name_of(id)
        return title if title.lower().replace(" ", "-") == id else f"{title}  ·  {id}"

    def _choose_sampler(self) -> None:
        if self._session is not None:
            self._session.select([self.samplers.currentData()])

    def _show_sampler(self, id: str) -> None:
        frames, session = self.frames, self._session
        shown = (frames.session, frames.sampler) if frames is not None else (None, "")
        if shown != (session if id else None, id):
            if frames is not None:
                frames.changed.disconnect(self._refresh)
                frames.deleteLater()
            self._end_preview()
            self.frames = (
                StepFrames(session, id, self._name, self) if session is not None and id else None
            )
            if self.frames is not None:
                self.frames.changed.connect(self._refresh)
            self.strip.show_frames(self.frames, self._steps[session].get(id, 0) if session else 0)
        self._refresh()

    @property
    def _name(self) -> str:
        return NAMES[self.names.checkedId()]

    def _choose_name(self) -> None:
        if self.frames is not None:
            self.frames.choose(self._name)

    # --- content ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        frames = self.frames
        if frames is not None and not is_sampler(frames.session.graph, frames.sampler):
            return  # just deleted; `_follow` comes next
        self.strip.refresh()
        self.side.show_step(frames, self.strip.shown)
        self.state.setText(self._state_text())
        message = self._missing()
        self.message.setText(message)
        self._stack.setCurrentWidget(self.message if message else self._body)
        for button in self.names.buttons():
            button.setEnabled(frames is not None)
        begins, self._running = not self._running, frames is not None and frames.running
        if begins and self._running:
            self._end_preview()  # previews of the run replace the step
        elif self._previewing:
            self._send_preview()
        self._update_place()

    def _missing(self) -> str:
        """Return a message if there is nothing to show, else ""."""
        if self.frames is None:
            return tr("Add a sampler to see its steps here.")
        if not self.frames.total:
            return tr("The steps are known once the inputs of the sampler have been computed.")
        return ""

    def _state_text(self) -> str:
        frames = self.frames
        if frames is None or not frames.total:
            return ""
        text, count = self._step_text(frames), frames.count
        if count < 2:
            return text
        place = tr("{0} of {1}", min(frames.session.picture, count - 1) + 1, count)
        return f"{text}  ·  {place}"

    def _step_text(self, frames: StepFrames) -> str:
        total = frames.total
        if frames.running:
            return tr("Step {0} of {1}", frames.done, total)
        if not frames.known:
            return tr("{0} steps", total)
        if frames.resumes_at >= total:
            return tr("All {0} steps are cached", total)
        if frames.resumes_at:
            return tr("Resumes at {0} of {1}", frames.resumes_at, total)
        return tr("{0} steps to run", total)

    def _preview(self) -> None:
        """Preview the shown step."""
        if self.frames is not None:
            self._steps[self.frames.session][self.frames.sampler] = self.step
        self._previewing = True
        self.side.show_step(self.frames, self.strip.shown)
        self._send_preview()
        self._update_place()

    def _update_place(self) -> None:
        self.branch_button.setEnabled(any(not self.why_not(kind.name) for kind in self._kinds))
        self.place_changed.emit()

    def _end_preview(self) -> None:
        if self._previewing:
            self._previewing = False
            self.step_looked_at.emit(None, "")

    def _send_preview(self) -> None:
        step = self.strip.shown
        batch = self.frames.batch(step) if self.frames is not None else None
        self.step_looked_at.emit(batch, tr("Step {0} of {1}", step, self.total))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.strip.want_visible()

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Split the bar above the steps into two rows if the panel is narrow."""
        super().resizeEvent(event)
        wide = self.width() > _WIDE
        direction = QBoxLayout.Direction
        self._bar.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self.samplers.setMinimumWidth(190 if wide else 0)
        self.strip.refresh()

    # --- branching -------------------------------------------------------------------------------

    @property
    def _kinds(self) -> tuple[BranchKind, ...]:
        """The ways to branch that the sampler offers."""
        frames = self.frames
        if frames is None:
            return ()
        kinds = kinds_of(frames.session.graph, frames.sampler)
        return tuple(kind for kind in kinds if kind.at_step or not kind.variation)

    def kind(self, name: str) -> BranchKind | None:
        """Return the sampler's branch kind of this name; None if it offers none."""
        return next((kind for kind in self._kinds if kind.name == name), None)

    def why_not(self, name: str) -> str:
        """Return the user-facing reason why the sampler cannot branch in this way; "" if it can."""
        if self.frames is None or not self.step:
            return tr("There is no step to branch at.")
        if self.step >= self.total:
            return tr("Nothing is left to branch after the last step. Choose an earlier one.")
        kind, session = self.kind(name), self.frames.session
        if kind is None:
            return tr("This sampler does not branch in this way.")
        return obstacle(session.graph, self.sampler, kind, session.trajectories.get(self.sampler))

    def _branch_menu(self, parent: QWidget) -> QMenu:
        """Make the menu of branches; the tool tips of disabled ones give the reason."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self._fill_branch_menu(menu))
        return menu

    def _fill_branch_menu(self, menu: QMenu) -> None:
        menu.clear()
        head = menu.addAction(tr("Branch at {0} of {1}", self.step, self.total))
        head.setEnabled(False)
        menu.addSeparator()
        for kind in self._kinds:
            action = menu.addAction(branch_icon(kind), plain_entry(tr(kind.title)))
            why = self.why_not(kind.name)
            action.setEnabled(not why)
            set_tip(action, why or tr(kind.title))
            action.triggered.connect(lambda _=False, name=kind.name: self.branch_asked.emit(name))

    def _show_menu(self, step: int, place: QPoint) -> None:
        menu = self._branch_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


def branch_icon(kind: BranchKind) -> QIcon:
    """Return the icon of a branch kind; a general one if it names an unknown icon."""
    try:
        return icon(kind.icon)
    except KeyError:
        return icon("source-branch")
