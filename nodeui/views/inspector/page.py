"""The inspector page of one node."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from nodeui.graph.edits import SetTitle
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.icons import IconButton
from nodeui.views.inspector.rows import (
    InputRow,
    OutputRow,
    ParameterRow,
    help_label,
    page_column,
    section_label,
)
from nodeui.views.inspector.state import StateCard
from nodeui.views.labels import breakable, paragraph

_LONGEST = 300  # characters shown of a value of an unknown node


class _CategoryBar(QWidget):
    """A stripe in the colour of a category."""

    def __init__(self, category: str) -> None:
        super().__init__()
        self._category = category
        self.setFixedWidth(4)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.category_colour(self._category))
        painter.drawRoundedRect(self.rect(), 2, 2)


class NodePage(QWidget):
    """Shows and edits one node; `bind` sets which one.

    Args:
        spec: The node type; None for a node of unknown type.
        folder: The folder that relative paths start from.
    """

    helps_toggled = Signal(bool)
    """The user switched the help texts on or off."""
    sweep_requested = Signal(str)
    """The name of the parameter that the user wants to sweep."""

    def __init__(self, spec: NodeSpec | None, folder: Path) -> None:
        super().__init__()
        self._session: Session | None = None
        self._spec = spec
        self.id = ""
        self.parameters: dict[str, ParameterRow] = {}
        self.inputs: dict[str, InputRow] = {}
        self.outputs: dict[str, OutputRow] = {}
        self.state = StateCard()
        self.help_button = IconButton("help-circle-outline", tr("Show help"))
        self.help_button.setCheckable(True)
        self._column = page_column(self)
        self._add_header(spec)
        self._column.addWidget(self.state)
        self._help = help_label(_unwrapped(spec.help) if spec else "")
        self._column.addWidget(self._help)
        self._raw = paragraph()
        self._column.addWidget(self._raw)
        if spec is not None:
            self._add_rows(spec, folder)
        self._column.addStretch(1)
        self.help_button.clicked.connect(self.helps_toggled)

    def _add_header(self, spec: NodeSpec | None) -> None:
        self._title = QLineEdit()
        self._title.setFont(theme.font(bold=True))
        self._title.setAccessibleName(tr("Title of the node"))
        self._title.editingFinished.connect(self._rename)
        self._type = paragraph(small=True, muted=True, selectable=True)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self._title)
        titles.addWidget(self._type)
        row = QHBoxLayout()
        row.setSpacing(theme.RHYTHM)
        row.addWidget(_CategoryBar(spec.category if spec else ""))
        row.addLayout(titles, stretch=1)
        row.addWidget(self.help_button, alignment=Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(row)

    def _add_rows(self, spec: NodeSpec, folder: Path) -> None:
        if spec.parameters:
            self._column.addWidget(section_label(tr("Parameters")))
        for parameter in spec.parameters.values():
            row = ParameterRow(parameter, folder, spec.id)
            row.sweep_requested.connect(self.sweep_requested)
            self.parameters[parameter.name] = row
            self._column.addWidget(row)
        if spec.inputs:
            self._column.addWidget(section_label(tr("Inputs")))
        for socket in spec.inputs.values():
            self.inputs[socket.name] = row = InputRow(socket)
            self._column.addWidget(row)
        if spec.outputs:
            self._column.addWidget(section_label(tr("Outputs")))
        for socket in spec.outputs.values():
            self.outputs[socket.name] = row = OutputRow(socket)
            self._column.addWidget(row)

    def bind(self, session: Session, id: str) -> None:
        """Show and edit another node of the same type."""
        self._session, self.id = session, id
        for row in self.parameters.values():
            row.bind(session, id)

    def _rename(self) -> None:
        title, session = self._title.text().strip(), self._session
        node = session.graph.nodes.get(self.id) if session is not None else None
        if session is not None and node is not None and title != node.title:
            session.edit(SetTitle(self.id, title))

    def refresh(self) -> None:
        """Update the page from the node."""
        node = self._session.graph.nodes.get(self.id) if self._session is not None else None
        if self._session is None or node is None:  # deleted, just before it leaves the selection
            return
        graph = self._session.graph
        links = graph.links_in(self.id)
        self._title.setPlaceholderText(self._spec.title if self._spec else node.type)
        if not self._title.hasFocus():
            self._title.setText(node.title)
        self._type.setText(breakable(f"{node.id}  ·  {node.type}"))
        self._raw.setVisible(self._spec is None)
        self._raw.setText("" if self._spec else self._placeholder(node))
        for name, row in self.parameters.items():
            row.refresh(node, links.get(name))
        for name, row in self.inputs.items():
            row.refresh(self._session, links.get(name))
        for row in self.outputs.values():
            row.refresh(graph.links_out(self.id))

    def show_steps(self) -> None:
        """Update the number of steps of the samplers below."""
        if self._session is not None and self.id in self._session.graph.nodes:
            for row in self.parameters.values():
                row.show_steps()

    def show_state(self) -> None:
        """Update the state of the node."""
        if self._session is None:
            return
        state = self._session.states.get(self.id)
        self.state.show_state(self.id, state)
        for name, row in self.parameters.items():
            row.show_fault(state.error if state and state.parameter == name else "")

    def _placeholder(self, node: Node) -> str:
        """Return the text for a node of unknown type, with its parameters from the file."""
        text = tr(
            "No installed node package provides the node type “{0}”. The node is kept unchanged in "
            "the file, and nodes that do not need it still run.",
            node.type,
        )
        values = "\n".join(
            f"{name} = {_cut(msgspec.json.encode(value).decode())}"
            for name, value in node.params.items()
        )
        return breakable(f"{text}\n\n{values}")

    def show_helps(self, on: bool) -> None:
        """Show or hide the help texts."""
        self.help_button.setChecked(on)
        rows = (*self.parameters.values(), *self.inputs.values(), *self.outputs.values())
        for label in (self._help, *(row.help for row in rows)):
            label.setVisible(on and bool(label.text()))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _unwrapped(text: str) -> str:
    """Return a docstring with the lines of each paragraph joined."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
