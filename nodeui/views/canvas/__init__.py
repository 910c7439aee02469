"""The canvas: the node graph, painted and edited.

- `scene`: what is shown and where, the selection and transient state; knows no widget
- `paint`: how it looks
- `commands`: what can be done to the document, and the edits that do it
- `tools`: mouse gestures
- `view`: the Qt widget

`view` builds on `tools`, these on `commands` and `paint`, and these on `scene`. Each package is
imported as a whole by the others: what they need is in its `__init__`.
"""

from nodeui.views.canvas.commands import COMMANDS, GESTURES, Command, Gap
from nodeui.views.canvas.scene import LinkEnd, fits
from nodeui.views.canvas.view import NODE_MIME, CanvasView

__all__ = ["COMMANDS", "GESTURES", "NODE_MIME", "CanvasView", "Command", "Gap", "LinkEnd", "fits"]
