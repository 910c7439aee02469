"""Tool tips of the canvas."""

from __future__ import annotations

from nodeui.graph.wording import tr, words
from nodeui.session.states import NodeState, badge_name
from nodeui.views.canvas.scene import FieldSpot, Hit, Mirror, NodeLayout, Spot, resolve
from nodeui.views.fields import text_of
from nodeui.views.labels import Tip, titled_tip


def tip(mirror: Mirror, hit: Hit) -> Tip:
    """Return the tool tip of a part; "" if it has none."""
    if hit.link is not None:
        link = hit.link
        kind = words(mirror.types_of(link)[0] or "")
        ends = f"{link.source}.{link.output} → {link.target}.{link.input}"
        return titled_tip(kind, ends)
    if hit.id not in mirror.layouts:
        return Tip("")
    layout = mirror.layouts[hit.id]
    if hit.spot is not None:
        return _socket(mirror, hit.id, hit.spot)
    if hit.field is not None:
        return _parameter(hit.field)
    if hit.part in ("header", "chevron", "node"):
        return _node(layout, mirror.state_of(hit.id))
    return Tip("")


def _socket(mirror: Mirror, key: str, spot: Spot) -> Tip:
    help, (id, name) = "", resolve(key, spot.name)
    spec = mirror.graph.spec(id)
    if spec is not None:
        table = spec.outputs if spot.output else {**spec.inputs, **spec.parameters}
        socket = table.get(name)
        help = socket.help if socket is not None else ""
    where = spot.name if id != key else ""
    return titled_tip(f"{words(name)}: {words(spot.type or '?')}", help, where)


def _parameter(field: FieldSpot) -> Tip:
    parameter, limits = field.parameter, ""
    if parameter.low is not None and parameter.high is not None and parameter.type != "curve":
        low, high = text_of(parameter, parameter.low), text_of(parameter, parameter.high)
        limits = f"{low} – {high}"
    return titled_tip(field.label, parameter.help, limits)


def _node(layout: NodeLayout, state: NodeState) -> Tip:
    about = layout.spec.help if layout.spec else ""
    if layout.group is not None:
        about = tr("A group. Double-click it to look into it.")
    elif layout.spec is None:
        about = tr("This node type is not installed: {0}", layout.node.type)
    return titled_tip(layout.title, badge_text(state), *state.warnings, about.split("\n\n")[0])


def badge_text(state: NodeState) -> str:
    """Return the meaning of a badge, and the reason for it."""
    text = badge_name(state.badge)
    return f"{text}: {state.reason}" if text and state.reason else text
