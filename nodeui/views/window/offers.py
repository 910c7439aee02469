"""Finds the panels and field editors that installed packages offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from PySide6.QtWidgets import QWidget

from nodeui.graph.packs import entries_of, pack_entries
from nodeui.graph.wording import tr
from nodeui.views.fields.registry import EditorFactory, register
from nodeui.views.panel import Area, Panel, PanelContext
from nodeui.views.window.panels import PANELS

GROUP = "nodeui.panels"
"""The entry point group: name of the package -> module with `panels`, `fields` or both."""


@dataclass(frozen=True)
class Offer:
    """The panels and field editors of a package.

    Attributes:
        package: The name of its entry point.
        panels: The panels.
        fields: The field editors: widget kind -> factory.
    """

    package: str
    panels: Sequence[Panel]
    fields: Mapping[str, EditorFactory]


def find_offers(untrusted: Collection[str] = ()) -> tuple[list[Offer], list[str]]:
    """Return the offers of all installed packages, and the packages that cannot be used.

    Panels run in the process of the editor. So those of a package whose node pack is confined or
    off are not imported.

    A package that fails to import, or whose module has something else in it than panels and field
    editors, is left out; a sentence says why.

    Args:
        untrusted: Names of node packs that are confined or off.
    """
    offers: list[Offer] = []
    problems: list[str] = []
    packages = {
        entry.dist.name for entry in pack_entries() if entry.dist and entry.name in untrusted
    }
    for entry in sorted(entries_of(GROUP), key=lambda entry: entry.name):
        if entry.name in untrusted or (entry.dist and entry.dist.name in packages):
            continue
        try:
            offers.append(_offer(entry.name, entry.load()))
        except Exception as error:  # foreign code may raise anything
            problems.append(_problem(entry.name, error))
    return offers, problems


def register_fields(offers: Sequence[Offer]) -> list[str]:
    """Register the field editors of packages; return the problems, a sentence each."""
    problems: list[str] = []
    for offer in offers:
        for kind, factory in offer.fields.items():
            try:
                register(kind, factory)
            except ValueError as error:
                problems.append(_problem(offer.package, error))
    return problems


def make_panels(
    offers: Sequence[Offer], context: PanelContext
) -> tuple[list[tuple[Panel, QWidget]], list[str]]:
    """Make the panels of packages.

    Args:
        offers: The offers.
        context: The parts of the editor that a panel may use.

    Returns:
        The panels and their widgets, and the problems, a sentence each.
    """
    taken = {panel.name for panel in PANELS}
    made: dict[str, tuple[Panel, QWidget]] = {}
    problems: list[str] = []
    for offer in offers:
        for panel in offer.panels:
            try:
                if panel.name in taken or panel.name in made:
                    raise ValueError(f"there is a panel {panel.name!r} already")
                made[panel.name] = (panel, _widget(panel, context))
            except Exception as error:  # foreign code may raise anything
                problems.append(_problem(offer.package, error))
    return list(made.values()), problems


def _offer(package: str, module: object) -> Offer:
    """Return what a module offers; raise `TypeError` or `ValueError` if it is malformed."""
    panels: object = getattr(module, "panels", [])
    fields: object = getattr(module, "fields", {})
    if not panels and not fields:
        raise ValueError("it has neither `panels` nor `fields`")
    if not isinstance(panels, list | tuple) or not isinstance(fields, Mapping):
        raise TypeError("`panels` must be a list and `fields` a mapping")
    for panel in cast("Sequence[object]", panels):
        if not isinstance(panel, Panel):
            raise TypeError(f"`panels` has {panel!r}, which is not a Panel")
        if panel.area not in get_args(Area):
            areas = ", ".join(get_args(Area))
            raise ValueError(f"panel {panel.name!r}: area {panel.area!r} is none of {areas}")
    for kind, factory in cast("Mapping[object, object]", fields).items():
        if not isinstance(kind, str) or not callable(factory):
            raise TypeError(f"`fields` has {kind!r}: {factory!r}, not a kind and a factory")
    return Offer(
        package, cast("Sequence[Panel]", panels), cast("Mapping[str, EditorFactory]", fields)
    )


def _widget(panel: Panel, context: PanelContext) -> QWidget:
    widget = cast("object", panel.make(context))
    if not isinstance(widget, QWidget):
        raise TypeError(f"panel {panel.name!r} is {widget!r}, which is not a widget")
    return widget


def _problem(package: str, error: Exception) -> str:
    return tr("Panels of {0} cannot be used: {1}", package, f"{type(error).__name__}: {error}")
