"""Everything that the author of a panel or a field editor imports.

A package offers them in a module that it names under the entry point group `nodeui.panels`:

    [project.entry-points."nodeui.panels"]
    mine = "my_panels"

The module has a list `panels` of `Panel`, a mapping `fields` of widget kinds to functions that
make a `FieldEditor`, or both. The editor imports it after its window is shown, in its own process,
so it must not import numerical libraries. It should not lie inside of a node pack, whose nodes the
editor would then import, too. See `docs/add-a-panel-or-field.md`.
"""

from nodeui.graph.spec import Parameter
from nodeui.session.session import Session
from nodeui.views.fields.editor import FieldEditor
from nodeui.views.panel import Area, FollowsSession, Panel, PanelContext

__all__ = [
    "Area",
    "FieldEditor",
    "FollowsSession",
    "Panel",
    "PanelContext",
    "Parameter",
    "Session",
]
