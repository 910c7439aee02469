"""The curve editor: a value over the run."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.views.fields.curve_plot import CurvePlot, Point
from nodeui.views.fields.editor import FieldEditor, complain, mark_invalid
from nodeui.views.fields.text import edit_text, parse


class CurveEditor(FieldEditor):
    """Edits a value over the run: drag its points, or type them as `0: 7.5, 1: 3`."""

    stays = True
    wide = True

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._plot = CurvePlot(parameter, self)
        self._line = QLineEdit()
        self._line.setPlaceholderText("0: 2, 1: 1")
        self._line.setAccessibleName(tr("Points of the curve"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._plot, stretch=1)
        column.addWidget(self._line)
        self.setFocusProxy(self._plot)
        self._plot.edited.connect(self._plotted)
        self._plot.cancelled.connect(self._cancel)
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._finished)
        self._show(value)

    def begin(self) -> None:
        super().begin()
        self._plot.open_under_pointer()

    def set_steps(self, steps: int | None) -> None:
        self._plot.set_steps(steps)

    def _plotted(self, points: tuple[Point, ...], final: bool) -> None:
        """Take over the points of the plot; `final` at the end of a drag."""
        self._report(points)
        if final:
            self._commit(points)
        self._line.setText(edit_text(self.parameter, points))

    def _show(self, value: Any) -> None:
        points = tuple(value or ())
        self._plot.show_points(points)
        mark_invalid(self._line, "")
        if not self._line.hasFocus() or self._line_points() != points:
            self._line.setText(edit_text(self.parameter, points))

    def _line_points(self) -> Any:
        try:
            return self._parsed()
        except ValueError:
            return None

    def _parsed(self) -> Any:
        """Return the typed points; raise `ValueError` as `parse` does."""
        return parse(self.parameter, self._line.text(), self.locale().decimalPoint())

    def _typed(self, text: str) -> None:
        try:
            points = self._parsed()
        except ValueError as error:
            mark_invalid(self._line, str(error))
            return
        mark_invalid(self._line, "")
        self._plot.show_points(points or ())
        self._report(points)

    def _finished(self) -> None:
        try:
            points = self._parsed()
        except ValueError as error:
            complain(self._line, str(error))
            self._cancel()
            return
        self._report(points)
        self._commit(points)
