"""The settings of the hand, which all tools and panels of the easel share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, overload

from PySide6.QtCore import QObject, Signal

from nodeui.graph.wording import tr
from nodeui.painting.marks import Pressure
from nodeui.painting.sheet import Kind

T = TypeVar("T")

RECENT_KEPT = 16
"""Number of recent colours that are remembered."""

SMALLEST, LARGEST = 0.0005, 1.0
"""Bounds of a brush's diameter, in lengths of the sheet's shorter side."""


class Setting(Generic[T]):
    """A setting of `EaselState`; setting another value emits `EaselState.changed`.

    Args:
        default: Its first value.
        title: Its name in English, as the option bar shows it; "" if it is not shown there.
        low, high: Bounds of a number; values beyond them become the nearest bound.
        choices: Values and their names in English, of a setting with a few values.
    """

    def __init__(
        self,
        default: T,
        title: str = "",
        *,
        low: float = 0.0,
        high: float = 1.0,
        choices: Mapping[T, str] | None = None,
    ) -> None:
        self.default = default
        self.title = title
        self.low = low
        self.high = high
        self.choices: Mapping[T, str] = choices or {}
        self.name = ""

    def __set_name__(self, owner: type[EaselState], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, state: None, owner: type[EaselState]) -> Setting[T]: ...

    @overload
    def __get__(self, state: EaselState, owner: type[EaselState]) -> T: ...

    def __get__(self, state: EaselState | None, owner: type[EaselState]) -> Setting[T] | T:
        if state is None:
            return self
        return state.values.get(self.name, self.default)

    def __set__(self, state: EaselState, value: T) -> None:
        if isinstance(value, float):
            value = min(self.high, max(self.low, value))  # pyright: ignore[reportAssignmentType]
        if value != self.__get__(state, EaselState):
            state.values[self.name] = value
            state.changed.emit(self.name)


_COLOURS: Mapping[Kind, tuple[str, str]] = {
    "colour": ("#000000", "#ffffff"),
    "mask": ("#ffffff", "#000000"),
    "regions": ("#ffffff", "#000000"),
}
"""First foreground and background on each kind of sheet."""


class EaselState(QObject):
    """The settings of the hand.

    Attributes:
        values: Settings that were changed, by name.
    """

    changed = Signal(str)
    """The name of a setting with another value; "foreground" and "background" are settings too."""

    tool = Setting("brush")
    """Name of the chosen `Tool`."""
    kind: Setting[Kind] = Setting("colour")
    """Kind of the sheet on the easel; each has colours of its own."""
    layer = Setting("")
    """Id of the layer or region that is painted on; see `Board.layer`."""
    eraser = Setting(False, "Eraser")
    """Tools erase."""
    size = Setting(0.04, "Size", low=SMALLEST, high=LARGEST)
    """Diameter of the brush, in lengths of the sheet's shorter side."""
    hardness = Setting(0.8, "Hardness")
    """Share of the brush's radius that is full."""
    opacity = Setting(1.0, "Opacity", low=0.01)
    flow = Setting(1.0, "Flow", low=0.01)
    pressure: Setting[Pressure] = Setting(
        "size",
        "Pen",
        choices={"none": "no effect", "size": "size", "opacity": "opacity", "both": "both"},
    )
    """Effect of the pressure of a tablet's pen."""
    stabiliser = Setting(0.0, "Stabiliser")
    """Distance of the brush behind the pointer, as a share: 0 follows at once."""
    tolerance = Setting(0.1, "Tolerance")
    """Largest difference of a channel that a fill crosses."""
    radial = Setting("linear", "Form", choices={"linear": "Linear", "radial": "Radial"})
    """The form of gradients."""
    pick_from = Setting("seen", "From", choices={"seen": "All layers", "below": "Picture below"})
    """The source of picked colours."""
    recent: Setting[tuple[str, ...]] = Setting(())
    """Colours that were painted with, "#rrggbb", last used first."""
    look = Setting(
        "red",
        "Mask",
        choices={"red": "Red", "green": "Green", "ants": "Outline", "grey": "Black and white"},
    )
    """The look of masks over the picture."""
    veil = Setting(0.55, "Strength", low=0.05)
    """Opacity of a mask or of regions over the picture."""
    trace = Setting(0.35, "Traced picture")
    """Opacity of a traced picture over the sketch."""

    result = Setting(
        "beside",
        "Result",
        choices={
            "beside": "Result beside the painting",
            "under": "Result under the strokes",
            "hidden": "Result hidden",
        },
    )
    """Place of the result in live mode."""
    strokes = Setting(0.5, "Strokes", low=0.05)
    """Opacity of the strokes over the result."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, Any] = {}
        self._colours = dict(_COLOURS)

    @property
    def foreground(self) -> str:
        """The colour that is painted, "#rrggbb"."""
        return self._colours[self.kind][0]

    @foreground.setter
    def foreground(self, colour: str) -> None:
        self._set_colours(colour, self.background)

    @property
    def background(self) -> str:
        """The other colour, "#rrggbb"."""
        return self._colours[self.kind][1]

    @background.setter
    def background(self, colour: str) -> None:
        self._set_colours(self.foreground, colour)

    def swap_colours(self) -> None:
        """Exchange the colours."""
        self._set_colours(self.background, self.foreground)

    def reset_colours(self) -> None:
        """Go back to black and white."""
        self._set_colours(*_COLOURS[self.kind])

    def _set_colours(self, foreground: str, background: str) -> None:
        before = self._colours[self.kind]
        self._colours[self.kind] = (foreground, background)
        if foreground != before[0]:
            self.changed.emit("foreground")
        if background != before[1]:
            self.changed.emit("background")


def settings_of(names: tuple[str, ...]) -> list[Setting[Any]]:
    """Return the settings of these names."""
    return [vars(EaselState)[name] for name in names]


def title_of(setting: Setting[Any]) -> str:
    """Return the title of a setting in the language of the process."""
    return tr(setting.title)
