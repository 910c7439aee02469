"""What the canvas says about what is under the pointer."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import words
from nodeui.session.states import NodeState
from nodeui.views.canvas.field_paint import label_of
from nodeui.views.canvas.geometry import Spot
from nodeui.views.canvas.hit import Hit
from nodeui.views.canvas.level import resolve
from nodeui.views.canvas.mirror import Look, Mirror
from nodeui.views.fields import text_of

_LONGEST = 120  # characters of a title; a file may hold any number


def tip(mirror: Mirror, hit: Hit) -> str:
    """The tool tip for what was hit, as rich text; "" where there is nothing to say."""
    if hit.link is not None:
        link = hit.link
        kind = words(mirror.types_of(link)[0] or "")
        ends = f"{link.source}.{link.output} → {link.target}.{link.input}"
        return _page(kind, ends)
    if hit.id not in mirror.looks:
        return ""
    look = mirror.looks[hit.id]
    if hit.spot is not None:
        return _socket(mirror, hit.id, hit.spot)
    if hit.field is not None:
        return _parameter(hit.field.parameter)
    if hit.part in ("header", "chevron", "node"):
        return _node(look, mirror.state_of(hit.id))
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


def _parameter(parameter: Parameter) -> str:
    limits = ""
    if parameter.low is not None and parameter.high is not None and parameter.type != "curve":
        low, high = text_of(parameter, parameter.low), text_of(parameter, parameter.high)
        limits = f"{low} – {high}"
    return _page(label_of(parameter), parameter.help, limits)


def _node(look: Look, state: NodeState) -> str:
    about = look.spec.help if look.spec else ""
    if look.group is not None:
        about = QCoreApplication.translate("canvas", "A group. Double-click it to look into it.")
    elif look.spec is None:
        about = QCoreApplication.translate("canvas", "This node type is not installed: {0}")
        about = about.format(look.node.type)
    return _page(look.title, badge_text(state), about.split("\n\n")[0])


def badge_text(state: NodeState) -> str:
    """What a badge means, with the reason for it."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("canvas", text)

    names = {
        "": "",
        "cached": tr("Cached: its value is at hand"),
        "will-run": tr("Will run"),
        "resumes": tr("Will run"),
        "running": tr("Running"),
        "done": tr("Done"),
        "resumed": tr("Resumed"),
        "failed": tr("Failed"),
        "skipped": tr("Skipped"),
        "blocked": tr("Cannot run yet"),
    }
    text = names[state.badge]
    return f"{text}: {state.reason}" if text and state.reason else text
