"""The page of the preferences about painting in live mode."""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.preferences import Preferences
from nodeui.views.combo import ComboBox
from nodeui.views.labels import Label, set_tip

_LABEL_WIDTH = 420
_HEIGHT = 26  # of a field


class LivePage(QWidget):
    """Lets the user choose how the result follows strokes; `chosen` returns the preferences.

    Args:
        preferences: The current preferences.
        specs: The known node types; those with quick runs name the solvers.
        parent: The dialog.
    """

    def __init__(self, preferences: Preferences, specs: Registry | None, parent: QWidget) -> None:
        super().__init__(parent)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.rest = QDoubleSpinBox(self)
        self.rest.setMinimumHeight(_HEIGHT)
        self.rest.setRange(0.1, 60)
        self.rest.setDecimals(1)
        self.rest.setSingleStep(0.1)
        self.rest.setSuffix(" s")
        self.rest.setValue(preferences.live_rest)
        set_tip(self.rest, tr("After the last stroke, until the full run begins."))
        self.opacity = _whole(self, round(100 * preferences.live_opacity), 0, 100)
        self.opacity.setSuffix(" %")
        set_tip(self.opacity, tr("Of the strokes, where the result is shown under them."))
        self.steps = _whole(self, preferences.live_steps, 1, 100)
        self.solver = ComboBox(self)
        self.solver.addItem(tr("As in the workflow"), "")
        for name in _solvers(specs):
            self.solver.addItem(name, name)
        self.solver.setCurrentIndex(max(0, self.solver.findData(preferences.live_solver)))
        note = Label(
            tr(
                "While you paint in live mode, a quick run follows each stroke, and the full run"
                " when the hand rests. The starter model has a LoRA for quick runs; steps and"
                " solver are for other models."
            ),
            self,
        )
        note.setProperty("muted", True)
        note.setWordWrap(True)
        note.setMaximumWidth(_LABEL_WIDTH)
        form.addRow(tr("&Rest of the hand"), self.rest)
        form.addRow(tr("&Opacity of strokes"), self.opacity)
        form.addRow(tr("&Quick steps"), self.steps)
        form.addRow(tr("Quick &solver"), self.solver)
        form.addRow("", note)

    def chosen(self, before: Preferences) -> Preferences:
        """Return preferences with the values of the page."""
        return msgspec.structs.replace(
            before,
            live_rest=round(self.rest.value(), 1),
            live_opacity=self.opacity.value() / 100,
            live_steps=self.steps.value(),
            live_solver=self.solver.currentData(),
        )


def _solvers(specs: Registry | None) -> list[str]:
    """Return the solvers that quick runs can choose from."""
    found: dict[str, None] = {}
    for spec in specs.values() if specs is not None else ():
        for quick in spec.quick:
            choices = spec.parameters[quick.solver].choices if quick.solver else ()
            found |= dict.fromkeys(map(str, choices or ()))
    return [*found]


def _whole(page: QWidget, value: int, low: int, high: int) -> QSpinBox:
    box = QSpinBox(page)
    box.setMinimumHeight(_HEIGHT)
    box.setRange(low, high)
    box.setValue(value)
    return box
