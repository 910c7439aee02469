"""The page of several nodes: what they share, edited for all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.spec import Parameter
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.fields import text_of
from nodeui.views.inspector.rows import LABEL_WIDTH, ParameterRow, section_label
from nodeui.views.inspector.state import badge_name

_MOST_LISTED = 200
_MOST_ROWS = 8
_MOST_VALUES = 4
_DELAY = 60  # milliseconds that changes of states are gathered
_RESET = 28  # room of the button beside the field


def shared(session: Session, ids: Sequence[str]) -> tuple[Parameter, ...]:
    """The parameters that all these nodes have alike, as the first one has them."""
    specs = [spec for spec in map(session.graph.spec, ids) if spec is not None]
    if not specs:
        return ()
    alike = [{_kind(p) for p in spec.parameters.values()} for spec in set(specs)]
    common = set[Any].intersection(*alike)
    return tuple(p for p in specs[0].parameters.values() if _kind(p) in common)


def _kind(parameter: Parameter) -> tuple[Any, ...]:
    """What has to be alike for one field to edit both."""
    p = parameter
    return p.name, p.type, p.low, p.high, p.step, p.unit, p.choices, p.widget, p.nullable


class SeveralPage(QWidget):
    """Several nodes; `bind` says which.

    Args:
        parameters: What they share.
        folder: Where relative paths start.
    """

    node_chosen = Signal(str)
    """The id of the node that was clicked in the list."""

    def __init__(self, parameters: Sequence[Parameter], folder: Path) -> None:
        super().__init__()
        self._session: Session | None = None
        self.ids: tuple[str, ...] = ()
        self.rows = {parameter.name: _SharedRow(parameter, folder) for parameter in parameters}
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._count)
        self._heading = QLabel()
        self._heading.setFont(theme.font(bold=True))
        self._states = QLabel()
        self._states.setProperty("muted", True)
        self._states.setWordWrap(True)
        self._nodes = QListWidget()
        self._nodes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nodes.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._nodes.setAccessibleName(self.tr("Selected nodes"))
        self._nodes.itemClicked.connect(self._choose)
        self._nodes.itemActivated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 16)
        column.setSpacing(theme.RHYTHM)
        column.addWidget(self._heading)
        column.addWidget(self._states)
        column.addWidget(section_label(self.tr("Shared parameters")))
        if not parameters:
            nothing = QLabel(self.tr("These nodes have no parameter in common."))
            nothing.setProperty("muted", True)
            nothing.setWordWrap(True)
            column.addWidget(nothing)
        for row in self.rows.values():
            column.addWidget(row)
        column.addWidget(section_label(self.tr("Nodes")))
        column.addWidget(self._nodes)
        column.addStretch(1)

    def bind(self, session: Session, ids: Sequence[str]) -> None:
        """Show and edit these nodes from now on."""
        self._session, self.ids = session, tuple(ids)
        self._heading.setText(self.tr("{0} nodes are selected").format(len(ids)))
        self._count()
        self._nodes.clear()
        for id in ids[:_MOST_LISTED]:
            node, spec = session.graph.nodes[id], session.graph.spec(id)
            title = " ".join((node.title or (spec.title if spec else node.type)).split())
            item = QListWidgetItem(f"{title}  ·  {id}")
            item.setData(Qt.ItemDataRole.UserRole, id)
            self._nodes.addItem(item)
        row, frame = max(self._nodes.sizeHintForRow(0), theme.ROW), self._nodes.frameWidth()
        self._nodes.setFixedHeight(row * min(len(ids), _MOST_ROWS) + 2 * frame)

    def refresh(self) -> None:
        """Show the parameters as they are now."""
        if self._session is None:
            return
        graph = self._session.graph
        ids = [id for id in self.ids if graph.nodes.get(id) and graph.spec(id) is not None]
        for name, row in self.rows.items():
            row.show_nodes(self._session, [id for id in ids if name not in graph.links_in(id)])

    def show_state(self) -> None:
        """Say how many of the nodes will run, are cached, and so on; in a moment, as a run tells
        of each of them."""
        if not self._timer.isActive():
            self._timer.start()

    def _count(self) -> None:
        if self._session is None:
            return
        states = self._session.states
        badges = Counter(states[id].badge for id in self.ids if id in states)
        texts = (f"{badge_name(badge)}: {n}" for badge, n in badges.most_common() if badge)
        self._states.setText("  ·  ".join(texts))
        self._states.setVisible(bool(self._states.text()))

    def show_steps(self) -> None:
        """Another number of steps is known of the samplers below."""
        for row in self.rows.values():
            row.field.show_steps()

    def show_helps(self, on: bool) -> None:
        """Show or hide the help texts."""
        for row in self.rows.values():
            row.field.help.setVisible(on and bool(row.field.help.text()))

    def _choose(self, item: QListWidgetItem) -> None:
        self.node_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class _SharedRow(QWidget):
    """One parameter of several nodes, and what differs."""

    def __init__(self, parameter: Parameter, folder: Path) -> None:
        super().__init__()
        self.field = ParameterRow(parameter, folder)
        self._differing = QLabel()
        self._differing.setObjectName("differing")
        self._differing.setProperty("muted", True)
        self._differing.setFont(theme.font(small=True))
        self._differing.setWordWrap(True)
        self._differing.setTextFormat(Qt.TextFormat.PlainText)
        self._equal = QPushButton()
        self._equal.setFont(theme.font(small=True))
        self._equal.setStyleSheet("padding: 2px 8px")
        self._equal.clicked.connect(self._make_equal)
        below = QHBoxLayout()
        below.setContentsMargins(LABEL_WIDTH + theme.RHYTHM, 0, _RESET, 0)
        below.addWidget(self._differing, stretch=1)
        below.addWidget(self._equal, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addLayout(below)

    def show_nodes(self, session: Session, ids: Sequence[str]) -> None:
        """Edit the parameter of these nodes, in which no link leads into it."""
        self.setVisible(bool(ids))
        if not ids:
            return
        parameter, nodes = self.field.parameter, session.graph.nodes
        self.field.bind(session, *ids)
        self.field.refresh(nodes[ids[0]], None)
        values = [nodes[id].params.get(parameter.name, parameter.default) for id in ids]
        texts = list(dict.fromkeys(text_of(parameter, value) for value in values))
        differ = any(value != values[0] for value in values)
        self._differing.setVisible(differ)
        self._equal.setVisible(differ)
        shown = ", ".join(texts[:_MOST_VALUES]) + (", …" if len(texts) > _MOST_VALUES else "")
        self._differing.setText(self.tr("Different: {0}").format(shown))
        self._equal.setText(self.tr("Set all to {0}").format(_short(texts[0])))

    def _make_equal(self) -> None:
        self.field.put(self.field.editor.value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 24 else f"{line[:23]}…"
