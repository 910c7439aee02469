"""Sweeps: the dialog that asks for parameters and values, and the panel with the grid."""

from nodeui.views.sweep.dialog import SweepDialog
from nodeui.views.sweep.panel import SweepPanel

__all__ = ["SweepDialog", "SweepPanel"]
