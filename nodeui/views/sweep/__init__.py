"""Sweeps: the dialog for parameters and values, and the panel with the grid of results."""

from nodeui.views.sweep.dialog import SweepDialog
from nodeui.views.sweep.panel import SweepPanel

__all__ = ["SweepDialog", "SweepPanel"]
