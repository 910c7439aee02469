"""The rows of the inspector: one per parameter, input and output."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.edits import Batch, ClearParam, Disconnect, Edit, SetParam
from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import Parameter, Socket
from nodeui.graph.wording import heading, tr, words
from nodeui.session.previews import preview_of
from nodeui.session.samplers import steps_below
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.fields import make_editor, problem_of, text_of, valid_value
from nodeui.views.fields.painting import PaintingEditor
from nodeui.views.fields.seed import SeedEditor
from nodeui.views.icons import IconButton, SocketGlyph, icon
from nodeui.views.labels import Label, breakable, brief, paragraph, plain_entry, set_tip

LABEL_WIDTH = 108


def help_label(text: str) -> QLabel:
    """Make the help text below a field; hidden if empty."""
    label = paragraph(breakable(text), small=True, muted=True)
    label.setObjectName("help")
    label.setVisible(bool(text))
    return label


def page_column(page: QWidget) -> QVBoxLayout:
    """Lay out a page of the inspector as a column with the usual margins."""
    column = QVBoxLayout(page)
    column.setContentsMargins(12, 8, 12, 16)
    column.setSpacing(theme.RHYTHM)
    return column


def section_label(text: str) -> QLabel:
    """Make the heading of a group of rows."""
    label = Label(text)
    label.setProperty("section", True)
    label.setContentsMargins(0, theme.RHYTHM, 0, 0)
    return label


class _SourceButton(QAbstractButton):
    """A button with the name of a node."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(26)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._shown = ""

    def show_text(self, text: str) -> None:
        """Show a text as it is."""
        self._shown = " ".join(text.split())
        self.setText(plain_entry(text))
        self.setAccessibleName(self._shown)

    def sizeHint(self) -> QSize:
        return QSize(120, 26)

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.colour("accent" if lit else "outline"), 1))
        painter.setBrush(theme.colour("node"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(theme.colour("text"))
        place = self.rect().adjusted(8, 0, -8, 0)
        text = self.fontMetrics().elidedText(
            self._shown, Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)


class LinkChip(QWidget):
    """Shows the source of a link: a click selects its node, the cross cuts the link."""

    def __init__(self) -> None:
        super().__init__()
        self._session: Session | None = None
        self._link: Link | None = None
        self._source = _SourceButton()
        self._cut = IconButton("link-variant-off", tr("Cut this link"))
        self._source.clicked.connect(self._select_source)
        self._cut.clicked.connect(self._cut_link)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._source, stretch=1)
        row.addWidget(self._cut)

    def show_link(self, session: Session | None, link: Link | None) -> None:
        """Show a link; hide if there is none."""
        self._session, self._link = session, link
        self.setVisible(link is not None)
        if link is not None and session is not None:
            spec = session.graph.spec(link.source)
            several = spec is None or len(spec.outputs) > 1
            output = f" · {words(link.output)}" if several else ""
            self._source.show_text(f"←  {session.name_of(link.source)}{output}")
            set_tip(self._source, tr("Go to {0}", link.source))

    def _select_source(self) -> None:
        if self._link is not None and self._session is not None:
            self._session.select([self._link.source])

    def _cut_link(self) -> None:
        if self._link is not None and self._session is not None:
            self._session.edit(Disconnect(self._link.target, self._link.input))


class ParameterRow(QWidget):
    """A parameter of one node, or one shared by several: name, editor or link, help.

    Args:
        parameter: The parameter.
        folder: The folder that relative paths start from.
        node: The id of the node type that has the parameter; "" for several types.
    """

    sweep_requested = Signal(str)
    """The name of the parameter, which the user wants to sweep."""

    def __init__(self, parameter: Parameter, folder: Path, node: str = "") -> None:
        super().__init__()
        self._session: Session | None = None
        self._nodes: tuple[str, ...] = ()
        self.parameter = parameter
        self._gesture: object | None = None
        self._saved: dict[str, tuple[bool, Any]] = {}  # before the gesture: set?, value
        self.editor = make_editor(parameter, None, self, folder=folder, node=node)
        self._name = Label(heading(parameter.name))
        self._name.setFixedWidth(LABEL_WIDTH)
        self._name.setWordWrap(True)
        self._name.setBuddy(self.editor)
        self._reset = IconButton("restore", self._reset_text())
        self._link: LinkChip | None = None
        self._problem: QLabel | None = None
        self.preview: QLabel | None = None
        self._invalid = ""  # why the value is invalid
        self._fault = ""  # why the node failed, if that is about the parameter
        self.help = help_label(parameter.help)
        self._lay_out()
        self.editor.changed.connect(self._changed)
        self.editor.committed.connect(self._committed)
        if isinstance(self.editor, PaintingEditor):
            self.editor.paint_requested.connect(self._paint)
        self.editor.cancelled.connect(self._cancelled)
        self._reset.clicked.connect(self._clear)
        if isinstance(self.editor, SeedEditor):
            self.editor.lock_changed.connect(self._lock)

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.RHYTHM)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._field = QHBoxLayout()
        self._field.setSpacing(2)
        self._field.addWidget(self.editor, stretch=1)
        self._field.addWidget(self._reset, alignment=Qt.AlignmentFlag.AlignTop)
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # keeps the fields aligned
        self._reset.setSizePolicy(keep)
        if self.editor.wide:
            self._name.setFixedWidth(2 * LABEL_WIDTH)
            self._grid.addWidget(self._name, 0, 0, 1, 2)
            self._grid.addLayout(self._field, 1, 0, 1, 2)
            self._grid.addWidget(self.help, 2, 0, 1, 2)
        else:
            self._name.setMinimumHeight(26)
            self._grid.addWidget(self._name, 0, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addLayout(self._field, 0, 1, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self.help, 2, 1)

    def _reset_text(self) -> str:
        if self.parameter.required:
            return tr("Clear the value")
        default = text_of(self.parameter, self.parameter.default)
        return tr("Reset to the default: {0}", default or "“”")

    def bind(self, session: Session, *nodes: str) -> None:
        """Show and edit the parameter of other nodes; the value shown is that of the first."""
        if (self._session, self._nodes) != (session, nodes):
            self._session, self._nodes, self._gesture = session, nodes, None
        if isinstance(self.editor, SeedEditor) and len(nodes) == 1:
            self.editor.offer_lock(session.seeds.is_locked(nodes[0], self.parameter.name))

    def _paint(self) -> None:
        if self._session is not None:
            self._session.request_paint(self._nodes[0])

    def refresh(self, node: Node, link: Link | None) -> None:
        """Update the row from the node."""
        name = self.parameter.name
        is_set = name in node.params
        value = node.params.get(name, self.parameter.default)
        self._show_link(link)
        if self._session is not None:
            self.editor.set_folder(self._session.folder)  # changes when the document is saved
        self.show_steps()
        self.editor.setVisible(link is None)
        self.editor.set_value(valid_value(self.parameter, value))
        if isinstance(self.editor, SeedEditor) and self._session is not None:
            self.editor.set_last_used(self._session.seeds.last_used(node.id, name))
        self._reset.setVisible(is_set and link is None)
        self._name.setFont(theme.font(bold=is_set and link is None))
        problem = "" if link else problem_of(self.parameter, value)
        if problem and value is None:
            problem = tr("must be set or linked")
        self._invalid = problem
        self._show_problem()
        self._show_preview(node.id, value)

    def _show_preview(self, node: str, value: Any) -> None:
        """Show below the field how its value will come out, if its node declares that."""
        name, session = self.parameter.name, self._session
        text = preview_of(session, node, name, value) if session is not None else ""
        if self.preview is None and text:
            self.preview = help_label("")
            self.preview.setObjectName("preview")
            self.preview.setProperty("muted", False)
            self._grid.addWidget(self.preview, 1 if not self.editor.wide else 4, 1)
        if self.preview is not None:
            self.preview.setText(breakable(f"→ {text}"))
            self.preview.setVisible(bool(text))

    def _hide_preview(self) -> None:
        if self.preview is not None:
            self.preview.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        single = len(self._nodes) == 1
        if single and self.editor.isVisible() and self.parameter.type not in ("curve", "painting"):
            name = self.parameter.name
            sweep = menu.addAction(icon("grid"), tr("Sweep…"))
            sweep.triggered.connect(lambda: self.sweep_requested.emit(name))
        if self._reset.isVisible():
            menu.addAction(icon("restore"), plain_entry(self._reset_text()), self._clear)
        menu.popup(event.globalPos())

    def show_steps(self) -> None:
        """Pass the number of steps of the sampler below the node to a curve editor."""
        if self._session is not None and self._nodes and self.parameter.type == "curve":
            self.editor.set_steps(steps_below(self._session, self._nodes[0]))

    def _show_link(self, link: Link | None) -> None:
        if self._link is None and link is not None:
            self._link = LinkChip()
            self._field.insertWidget(1, self._link, stretch=1)
        if self._link is not None:
            self._link.show_link(self._session, link)

    def show_fault(self, error: str) -> None:
        """Show the error of the node below the field; "" if it is not about this parameter."""
        self._fault = brief(error)
        self._show_problem()

    def _show_problem(self) -> None:
        problem = self._invalid or self._fault
        if self._problem is None and problem:
            self._problem = help_label(problem)
            self._problem.setObjectName("problem")
            self._problem.setProperty("muted", False)
            self._grid.addWidget(self._problem, 3, 0 if self.editor.wide else 1, 1, 2)
        if self._problem is not None:
            self._problem.setText(breakable(problem))
            self._problem.setVisible(bool(problem))
            self._problem.setStyleSheet(f"color: {theme.tokens().error}")

    # --- edits -----------------------------------------------------------------------------------

    def _params(self) -> dict[str, dict[str, Any]]:
        """Return the parameters of the nodes, except those deleted while a field had the focus."""
        if self._session is None:
            return {}
        nodes = self._session.graph.nodes
        return {id: nodes[id].params for id in self._nodes if id in nodes}

    def _changed(self, value: Any) -> None:
        if self._gesture is None:
            self._gesture = object()
            name, params = self.parameter.name, self._params()
            self._saved = {id: (name in held, held.get(name)) for id, held in params.items()}
        self._invalid = problem_of(self.parameter, value)  # as yet: more may be typed
        self._show_problem()
        if self._invalid:
            self._hide_preview()
        else:
            self._set(value)

    def _committed(self, value: Any) -> None:
        name, default = self.parameter.name, self.parameter.default
        if any(held.get(name, default) != value for held in self._params().values()):
            self._set(value)
        self._gesture = None

    def _cancelled(self) -> None:
        if self._gesture is None:
            return
        name, there = self.parameter.name, self._params()
        self._edit(
            SetParam(id, name, value) if was_set else ClearParam(id, name)
            for id, (was_set, value) in self._saved.items()
            if id in there
        )
        self._gesture = None

    def put(self, value: Any) -> None:
        """Set the value on all nodes, as a separate undo step."""
        self._gesture = None
        self._set(value)

    def _set(self, value: Any) -> None:
        self._edit(SetParam(id, self.parameter.name, value) for id in self._params())

    def _clear(self) -> None:
        self._edit(ClearParam(id, self.parameter.name) for id in self._params())

    def _edit(self, edits: Iterable[Edit]) -> None:
        """Apply the edits of all nodes as one."""
        all = tuple(edits)
        if self._session is not None and all:
            edit = all[0] if len(all) == 1 else Batch(all, label=all[0].label)
            self._session.edit(edit, self._gesture)

    def _lock(self, locked: bool) -> None:
        if self._session is not None:
            self._session.seeds.set_locked(self._nodes[0], self.parameter.name, locked)


class InputRow(QWidget):
    """An input: type, link and help."""

    def __init__(self, socket: Socket) -> None:
        super().__init__()
        self.socket = socket
        self._link: LinkChip | None = None
        self._free = Label()
        self._free.setMinimumHeight(26)
        self.help = help_label(socket.help)
        self._grid = _socket_grid(self, socket)
        self._grid.addWidget(self._free, 0, 2)
        self._grid.addWidget(self.help, 1, 1, 1, 2)

    def refresh(self, session: Session, link: Link | None) -> None:
        """Update the row from the link; None if the input is not linked."""
        if self._link is None and link is not None:
            self._link = LinkChip()
            self._grid.addWidget(self._link, 0, 2)
        if self._link is not None:
            self._link.show_link(session, link)
        missing = link is None and not self.socket.optional
        self._free.setVisible(link is None)
        self._free.setText(tr("needs a link") if missing else tr("optional"))
        palette = self._free.palette()
        palette.setColor(
            self._free.foregroundRole(), theme.colour("warning" if missing else "muted")
        )
        self._free.setPalette(palette)


class OutputRow(QWidget):
    """An output: type, number of links and help."""

    def __init__(self, socket: Socket) -> None:
        super().__init__()
        self.socket = socket
        self._links = Label()
        self._links.setMinimumHeight(26)
        self._links.setProperty("muted", True)
        self.help = help_label(socket.help)
        grid = _socket_grid(self, socket)
        grid.addWidget(self._links, 0, 2)
        grid.addWidget(self.help, 1, 1, 1, 2)

    def refresh(self, links: Collection[Link]) -> None:
        """Update the row; `links` are those of all outputs of the node."""
        count = sum(link.output == self.socket.name for link in links)
        texts = {0: tr("not linked"), 1: tr("1 link")}
        self._links.setText(texts.get(count, tr("{0} links", count)))


def _socket_grid(row: QWidget, socket: Socket) -> QGridLayout:
    grid = QGridLayout(row)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.RHYTHM)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(2, 1)
    name = Label(heading(socket.name))
    name.setFixedWidth(LABEL_WIDTH - 14 - theme.RHYTHM)
    name.setMinimumHeight(26)
    set_tip(name, words(socket.type))
    grid.addWidget(SocketGlyph(socket.type), 0, 0)
    grid.addWidget(name, 0, 1)
    return grid
