"""Lists the panels of the editor."""

from __future__ import annotations

from nodeui.views.gallery import make_gallery
from nodeui.views.history import HistoryPanel
from nodeui.views.inspector import Inspector
from nodeui.views.models import make_models
from nodeui.views.palette import Palette
from nodeui.views.panel import Panel
from nodeui.views.queue import QueuePanel
from nodeui.views.sweep import SweepPanel
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer

PANELS: tuple[Panel, ...] = (
    Panel("nodes", "Nodes", "left", lambda context: Palette(context.specs)),
    Panel("viewer", "Viewer", "upper-right", lambda _: Viewer(), essential=True),
    Panel("inspector", "Inspector", "lower-right", lambda _: Inspector(), essential=True),
    Panel("timeline", "Timeline", "bottom", lambda _: Timeline()),
    Panel("sweep", "Sweep", "bottom", lambda _: SweepPanel()),
    Panel("gallery", "Gallery", "bottom", make_gallery),
    Panel("queue", "Queue", "left", lambda context: QueuePanel(context.runs)),
    Panel("models", "Models", "left", make_models),
    Panel("history", "History", "lower-right", lambda _: HistoryPanel()),
)
"""The panels that ship with the editor, in the order of the View menu. Their docks, actions and
standard layout follow from this list; the contract "Panels are independent of each other" in
pyproject.toml names the same modules."""
