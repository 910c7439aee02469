"""The inspector page of several nodes: edits the parameters that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.session.states import Badge, badge_name
from nodeui.views import theme
from nodeui.views.fields import text_of
from nodeui.views.inspector.rows import LABEL_WIDTH, ParameterRow, page_column, section_label
from nodeui.views.labels import label, paragraph, plain_entry

_MOST_LISTED = 200
_MOST_ROWS = 8
_MOST_VALUES = 4
_DELAY = 60  # milliseconds for which state changes are collected
_RESET = 28  # width of the button beside the field


def shared_parameters(session: Session, ids: Sequence[str]) -> tuple[Parameter, ...]:
    """Return the parameters that all nodes have in common, as declared by the first."""
    specs = [spec for spec in map(session.graph.spec, ids) if spec is not None]
    if not specs:
        return ()
    alike = [{_kind(p) for p in spec.parameters.values()} for spec in set(specs)]
    common = set[Any].intersection(*alike)
    return tuple(p for p in specs[0].parameters.values() if _kind(p) in common)


def _kind(parameter: Parameter) -> tuple[Any, ...]:
    """Return the properties that parameters must share to be edited by one field."""
    p = parameter
    return p.name, p.type, p.low, p.high, p.step, p.unit, p.choices, p.widget, p.nullable


class SeveralPage(QWidget):
    """Shows several nodes; `bind` sets which ones.

    Args:
        parameters: The parameters that they share.
        folder: The folder that relative paths start from.
    """

    node_chosen = Signal(str)
    """The id of the node clicked in the list."""

    def __init__(self, parameters: Sequence[Parameter], folder: Path) -> None:
        super().__init__()
        self._session: Session | None = None
        self.ids: tuple[str, ...] = ()
        self.rows = {parameter.name: _SharedRow(parameter, folder) for parameter in parameters}
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._count)
        self._heading = label(bold=True)
        self._states = paragraph(muted=True)
        self._nodes = QListWidget()
        self._nodes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nodes.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._nodes.setAccessibleName(tr("Selected nodes"))
        self._nodes.itemClicked.connect(self._choose)
        self._nodes.itemActivated.connect(self._choose)
        column = page_column(self)
        column.addWidget(self._heading)
        column.addWidget(self._states)
        column.addWidget(section_label(tr("Shared parameters")))
        if not parameters:
            nothing = tr("These nodes have no parameter in common.")
            column.addWidget(paragraph(nothing, muted=True))
        for row in self.rows.values():
            column.addWidget(row)
        column.addWidget(section_label(tr("Nodes")))
        column.addWidget(self._nodes)
        column.addStretch(1)

    def bind(self, session: Session, ids: Sequence[str]) -> None:
        """Show and edit other nodes."""
        self._session, self.ids = session, tuple(ids)
        self._heading.setText(tr("{0} nodes are selected", len(ids)))
        self._count()
        self._nodes.clear()
        for id in ids[:_MOST_LISTED]:
            title = " ".join(session.name_of(id).split())
            item = QListWidgetItem(f"{title}  ·  {id}")
            item.setData(Qt.ItemDataRole.UserRole, id)
            self._nodes.addItem(item)
        row, frame = max(self._nodes.sizeHintForRow(0), theme.ROW), self._nodes.frameWidth()
        self._nodes.setFixedHeight(row * min(len(ids), _MOST_ROWS) + 2 * frame)

    def refresh(self) -> None:
        """Update the rows from the nodes."""
        if self._session is None:
            return
        graph = self._session.graph
        ids = [id for id in self.ids if graph.nodes.get(id) and graph.spec(id) is not None]
        for name, row in self.rows.items():
            row.show_nodes(self._session, [id for id in ids if name not in graph.links_in(id)])

    def show_state(self) -> None:
        """Update the count of nodes by state after a delay, as runs report many changes."""
        if not self._timer.isActive():
            self._timer.start()

    def _count(self) -> None:
        if self._session is None:
            return
        states = self._session.states
        badges: Counter[Badge] = Counter(states[id].badge for id in self.ids if id in states)
        texts = (f"{badge_name(badge)}: {n}" for badge, n in badges.most_common() if badge)
        self._states.setText("  ·  ".join(texts))
        self._states.setVisible(bool(self._states.text()))

    def show_steps(self) -> None:
        """Update the number of steps of the samplers below."""
        for row in self.rows.values():
            row.field.show_steps()

    def show_helps(self, on: bool) -> None:
        """Show or hide the help texts."""
        for row in self.rows.values():
            row.field.help.setVisible(on and bool(row.field.help.text()))

    def _choose(self, item: QListWidgetItem) -> None:
        self.node_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class _SharedRow(QWidget):
    """A parameter of several nodes, with the values that differ."""

    def __init__(self, parameter: Parameter, folder: Path) -> None:
        super().__init__()
        self.field = ParameterRow(parameter, folder)
        self._differing = paragraph(small=True, muted=True)
        self._differing.setObjectName("differing")
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
        """Edit the parameter of these nodes, in which it is not linked."""
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
        self._differing.setText(tr("Different: {0}", shown))
        self._equal.setText(plain_entry(tr("Set all to {0}", _short(texts[0]))))

    def _make_equal(self) -> None:
        self.field.put(self.field.editor.value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 24 else f"{line[:23]}…"
