"""Tool tips of the canvas."""

from __future__ import annotations

from html import escape

from nodeui.graph.wording import tr, words
from nodeui.session.states import NodeState, badge_name
from nodeui.views.canvas.scene import FieldSpot, Hit, Mirror, NodeLayout, Spot, resolve
from nodeui.views.fields import text_of

_LONGEST = 120  # characters of a title; a file may contain any number


def tip(mirror: Mirror, hit: Hit) -> str:
    """Return the tool tip of a part as rich text; "" if it has none."""
    if hit.link is not None:
        link = hit.link
        kind = words(mirror.types_of(link)[0] or "")
        ends = f"{link.source}.{link.output} → {link.target}.{link.input}"
        return _page(kind, ends)
    if hit.id not in mirror.layouts:
        return ""
    layout = mirror.layouts[hit.id]
    if hit.spot is not None:
        return _socket(mirror, hit.id, hit.spot)
    if hit.field is not None:
        return _parameter(hit.field)
    if hit.part in ("header", "chevron", "node"):
        return _node(layout, mirror.state_of(hit.id))
    return ""


def _page(title: str, *paragraphs: str) -> str:
    title = " ".join(title[:_LONGEST].split())
    body = "".join(f"<p style='margin-top:4px'>{escape(text)}</p>" for text in paragraphs if text)
    return f"<qt><b>{escape(title)}</b>{body}</qt>"


def _socket(mirror: Mirror, key: str, spot: Spot) -> str:
    help, (id, name) = "", resolve(key, spot.name)
    spec = mirror.graph.spec(id)
    if spec is not None:
        table = spec.outputs if spot.output else {**spec.inputs, **spec.parameters}
        socket = table.get(name)
        help = socket.help if socket is not None else ""
    where = spot.name if id != key else ""
    return _page(f"{words(name)}: {words(spot.type or '?')}", help, where)


def _parameter(field: FieldSpot) -> str:
    parameter, limits = field.parameter, ""
    if parameter.low is not None and parameter.high is not None and parameter.type != "curve":
        low, high = text_of(parameter, parameter.low), text_of(parameter, parameter.high)
        limits = f"{low} – {high}"
    return _page(field.label, parameter.help, limits)


def _node(layout: NodeLayout, state: NodeState) -> str:
    about = layout.spec.help if layout.spec else ""
    if layout.group is not None:
        about = tr("A group. Double-click it to look into it.")
    elif layout.spec is None:
        about = tr("This node type is not installed: {0}", layout.node.type)
    return _page(layout.title, badge_text(state), *state.warnings, about.split("\n\n")[0])


def badge_text(state: NodeState) -> str:
    """Return the meaning of a badge, and the reason for it."""
    text = badge_name(state.badge)
    return f"{text}: {state.reason}" if text and state.reason else text
