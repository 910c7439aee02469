"""The dialog for the parameters and values of a sweep."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.parts import GraphError
from nodeui.graph.wording import counted, plain, tr
from nodeui.session.session import Session
from nodeui.sweeps.axes import can_batch, make_sweep
from nodeui.views import theme
from nodeui.views.combo import ComboBox
from nodeui.views.labels import Label, brief, set_tip
from nodeui.views.sweep.choices import Choice, choices, standard, suggestion

_WIDTH = 520
_LINES_HEIGHT = 88


class _AxisRow(QWidget):
    """Edits one axis: a parameter and its values.

    Args:
        found: The parameters that can be swept.
        none: Text of the entry for no parameter; None if a parameter is required.
        name: Accessible name of the parameter list.
    """

    changed = Signal()

    def __init__(self, found: list[Choice], none: str | None, name: str) -> None:
        super().__init__()
        self.box = ComboBox()
        self.box.setAccessibleName(name)
        if none is not None:
            self.box.addItem(none, None)
        for choice in found:
            self.box.addItem(choice.label, choice)
        self.line = QLineEdit()
        self.lines = QPlainTextEdit()
        self.lines.setFixedHeight(_LINES_HEIGHT)
        self.lines.setTabChangesFocus(True)
        for field in (self.line, self.lines):
            field.setAccessibleName(tr("Values"))
        self.hint = Label()
        self.hint.setProperty("muted", True)
        self.hint.setFont(theme.font(small=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.RHYTHM // 2)
        for part in (self.box, self.line, self.lines, self.hint):
            column.addWidget(part)
        self.box.currentIndexChanged.connect(self._suggest)
        self.line.textChanged.connect(self.changed)
        self.lines.textChanged.connect(self.changed)
        self._suggest()

    @property
    def choice(self) -> Choice | None:
        """The chosen parameter."""
        return self.box.currentData()

    def choose(self, node: str, parameter: str) -> None:
        """Choose a parameter, if it can be swept."""
        for index in range(self.box.count()):
            choice: Choice | None = self.box.itemData(index)
            if choice is not None and (choice.node, choice.parameter.name) == (node, parameter):
                self.box.setCurrentIndex(index)

    def values(self) -> str | list[Any]:
        """Return the typed values in the form that `make_sweep` takes."""
        if self.choice is not None and self.choice.multiline:
            lines = self.lines.toPlainText().splitlines()
            return [line.strip() for line in lines if line.strip()]
        text = self.line.text()
        return standard(self.choice.parameter, text, self._point) if self.choice else text

    @property
    def _point(self) -> str:
        return self.locale().decimalPoint()

    def _suggest(self) -> None:
        choice = self.choice
        multiline = choice is not None and choice.multiline
        self.line.setVisible(choice is not None and not multiline)
        self.lines.setVisible(multiline)
        self.hint.setVisible(choice is not None)
        if choice is not None:
            text = suggestion(choice.parameter, choice.value, self._point)
            (self.lines.setPlainText if multiline else self.line.setText)(text)
            self.hint.setText(self._hint(choice))
        self.changed.emit()

    def _hint(self, choice: Choice) -> str:
        parameter = choice.parameter
        if choice.multiline:
            return tr("One value per line.")
        if parameter.type not in ("integer", "number"):
            return tr("Values separated by commas.")
        example = "1..4" if parameter.type == "integer" else f"0..1:0{self._point}25"
        text = tr("Values separated by commas, or a range such as {0}.", example)
        if self._point == ",":
            text = tr("Values separated by semicolons, or a range such as {0}.", example)
        if parameter.low is None or parameter.high is None or parameter.high > 1e9:
            return text
        bounds = tr("Between {0} and {1}.", plain(parameter.low), plain(parameter.high))
        return f"{text} {bounds}"


class SweepDialog(QDialog):
    """Asks for one or two parameters and their values; Run is enabled once they are valid.

    Args:
        session: The document's session.
        node, parameter: The first axis; "" for the first parameter found.
        parent: The window.
    """

    def __init__(
        self, session: Session, node: str, parameter: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Sweep"))
        self._session = session
        found = choices(session.graph)
        self.first = _AxisRow(found, None, tr("First parameter"))
        self.second = _AxisRow(found, tr("No second parameter"), tr("Second parameter"))
        self.first.choose(node, parameter)
        self._together = QSpinBox()
        self._together.setRange(1, 64)
        self._together.setSpecialValueText(tr("Off"))
        self._together.setAccessibleName(tr("Runs in one batch"))
        set_tip(
            self._together,
            tr(
                "Number of runs whose steps are evaluated in one batch, which takes less time. The"
                " pictures differ in the last bits from those of single runs."
            ),
        )
        self.summary = Label()
        self.summary.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self._ok = self.buttons.button(buttons.Ok)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        for row in (self.first, self.second):
            row.changed.connect(self._check)
        self._check()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.RHYTHM * 2)
        grid.setVerticalSpacing(theme.RHYTHM * 2)
        grid.setColumnStretch(1, 1)
        for number, (text, row) in enumerate(
            ((tr("Columns"), self.first), (tr("Rows"), self.second))
        ):
            label = Label(text)
            label.setProperty("section", True)
            label.setBuddy(row.box)
            label.setMinimumHeight(row.box.minimumHeight())
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row, number, 1)
        if can_batch(self._session.graph):
            label = Label(tr("Runs in one batch"))
            label.setProperty("section", True)
            label.setBuddy(self._together)
            grid.addWidget(label, 2, 0)
            grid.addWidget(self._together, 2, 1, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(theme.RHYTHM * 2)
        column.addLayout(grid)
        column.addWidget(self.summary)
        column.addStretch(1)
        column.addWidget(self.buttons)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    @property
    def over(self) -> dict[str, str | list[Any]]:
        """The values by parameter name, in the form that `make_sweep` takes."""
        chosen = [(row.choice, row) for row in (self.first, self.second)]
        return {choice.name: row.values() for choice, row in chosen if choice is not None}

    @property
    def together(self) -> int:
        """Number of runs whose steps are evaluated in one batch."""
        return self._together.value()

    def _check(self) -> None:
        """Show the number of runs, or the problem."""
        one, two = self.first.choice, self.second.choice
        problem = ""
        if one is None:
            problem = tr("No parameter of this graph can be swept.")
        elif two is not None and one.name == two.name:
            problem = tr("Rows and columns use the same parameter.")
        else:
            try:
                sweep = make_sweep(self._session.graph, self.over)
                counts = [str(len(axis.values)) for axis in sweep.axes]
                total = len(sweep.cells)
                product = " × ".join(counts) + " = " if len(counts) > 1 else ""
                runs = counted("%n runs", total)
                self.summary.setText(product + runs)
            except GraphError as error:
                problem = brief(str(error))
        if problem:
            self.summary.setText(problem)
        self.summary.setStyleSheet(
            f"color: {theme.tokens().error if problem else theme.tokens().muted}"
        )
        self._ok.setEnabled(not problem)
        self._ok.setText(tr("Run"))
