"""What the canvas shows of the graph: layouts and places, kept in step with every edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QImage

from nodeui.graph import changes
from nodeui.graph.edits import Edit
from nodeui.graph.parts import Link, Node, Points
from nodeui.graph.spec import NodeSpec
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.views.canvas import bends, geometry
from nodeui.views.canvas.geometry import Shape, Spot
from nodeui.views.canvas.group_look import GroupLooks, summary
from nodeui.views.canvas.level import SIGN, Level, is_group, resolve
from nodeui.views.canvas.look import Look
from nodeui.views.canvas.tables import Table
from nodeui.views.canvas.wires import link_rows

_MANY = 64  # dirty boxes after which the whole canvas is painted anew
_LIMIT = 1e6  # canvas coordinates end here: files may hold any number
_MARGIN = 14.0  # what is painted around a node: sockets, outline, shadow
_NOTHING = NodeState()


class Mirror(QObject):
    """One level of a session's graph, laid out.

    What stands there has a key (see `nodeui.views.canvas.level`); links are those of the graph.

    Attributes:
        level: The level, and what stands there.
        looks: By key.
        nodes: Boxes of nodes and groups, then z and the index of the category in `tints`.
        links: Boxes of the links, then their ends (x1, y1, x2, y2) and the index of the type.
        via: The waypoints of the links that have any here.
        stubs: The links with one end elsewhere, and whether that is the target.
        tints: Categories and socket types.
    """

    dirtied = Signal(QRectF)
    """A part of the canvas looks different now."""
    reset = Signal()
    """All of it does."""
    frame_changed = Signal(str)
    level_lost = Signal()
    """The group in view is gone; the one around it is in view."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.graph = session.graph
        self.level = Level(session.graph)
        self.looks: dict[str, Look] = {}
        self.nodes = Table[str](6)
        self.links = Table[Link](9)
        self.via: dict[Link, Points] = {}
        self.stubs: dict[Link, bool] = {}
        self.tints: list[str] = []
        self._tint_index: dict[str, int] = {}
        self._into: dict[str, dict[str, Link]] = {}
        self._out_of: dict[str, dict[Link, None]] = {}
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        self._groups = GroupLooks(self.graph, self.level)
        self._summaries: dict[str, NodeState] = {}
        self._pictured: dict[str, str] = {}  # the node in a group whose picture came last
        self._told: dict[str, tuple[str, str, str]] = {}  # badge, reason and error by node
        self._selected: tuple[frozenset[str], frozenset[str]] = frozenset(), frozenset()
        self._top = 0.0
        self.rebuild()
        session.edited.connect(self._on_edit)
        session.node_state_changed.connect(self._on_state)
        session.result_ready.connect(self._on_state)
        session.plan_changed.connect(self._on_plan)

    # --- reading ---

    def spot_at(self, key: str, output: bool, name: str) -> QPointF:
        """Where a socket lies on the canvas."""
        spot = self.looks[key].shape.by_name[output, name]
        return self.nodes.rect(key).topLeft() + QPointF(spot.x, spot.y)

    def spot(self, key: str, output: bool, name: str) -> Spot:
        """A socket."""
        return self.looks[key].shape.by_name[output, name]

    def types_of(self, link: Link) -> tuple[str | None, str | None]:
        """What a link's output gives and its input takes; None on a placeholder."""
        source, target = self.graph.spec(link.source), self.graph.spec(link.target)
        given = source.outputs.get(link.output) if source else None
        taken = target.input_type(link.input) if target else None
        return given.type if given else None, taken

    def links_of(self, key: str) -> Iterator[Link]:
        """The links into and out of a node, here or elsewhere; or those of a group, without
        the ones that stay in it."""
        for id in self.level.members.get(key, (key,)):
            for link in (*self._into.get(id, {}).values(), *self._out_of.get(id, ())):
                if id == key or self.level.shows(link):
                    yield link

    def link_into(self, key: str, input: str) -> Link | None:
        """The link into an input."""
        id, name = resolve(key, input)
        return self._into.get(id, {}).get(name)

    def is_linked(self, key: str, output: bool, name: str) -> bool:
        """Whether a socket has a link."""
        id, name = resolve(key, name)
        if not output:
            return name in self._into.get(id, {})
        return any(link.output == name for link in self._out_of.get(id, ()))

    def parameter_value(self, key: str, name: str) -> Any:
        """The value of a parameter, set or default, valid or not."""
        id, name = resolve(key, name)
        node, spec = self.graph.nodes[id], self.graph.spec(id)
        if name in node.params or spec is None:
            return node.params.get(name)
        return spec.defaults.get(name)

    @property
    def selected(self) -> frozenset[str]:
        """The keys that are selected."""
        selection = self.session.selection
        if self._selected[0] is not selection:
            self._selected = selection, self.level.selected(selection)
        return self._selected[1]

    def state_of(self, key: str) -> NodeState:
        """What is known of a node, or of those in a group."""
        if not is_group(key):
            return self.session.states.get(key, _NOTHING)
        state = self._summaries.get(key)
        if state is None:
            state = summary(self.session.states, self.level.members[key])
            self._summaries[key] = state
        return state

    def image_of(self, key: str) -> QImage | None:
        """The last picture of a node, or of those in a group."""
        if not is_group(key):
            return self.session.image_of(key)
        last = self._pictured.get(key)
        for id in [last] if last else reversed(self.level.members[key]):
            image = self.session.image_of(id)
            if image is not None:
                return image
        return None

    def pictured(self, key: str) -> str:
        """The node whose picture `image_of` gives."""
        image = self.image_of(key)
        return next(
            (id for id in self.level.nodes([key]) if self.session.image_of(id) is image), key
        )

    # --- all at once ---

    def look_into(self, level: str) -> None:
        """Show another level."""
        self.level.look_into(level)
        self.rebuild()

    def rebuild(self) -> None:
        """Lay everything out anew."""
        for table in (self._into, self._out_of, self._summaries, self.via, self.stubs):
            table.clear()
        self._pictured = {k: v for k, v in self._pictured.items() if self.level.key(v) == k}
        self._selected = frozenset(), frozenset()
        for link in self.graph.links():
            self._into.setdefault(link.target, {})[link.input] = link
            self._out_of.setdefault(link.source, {})[link] = None
        keys = self.level.standing()
        self.looks = {key: self._look(key) for key in keys}
        for key in {self.level.key(id) for id in self.session.states} & self.looks.keys():
            self.looks[key].make_room(self.image_of(key), self.state_of(key))
        self._top = float(len(keys))
        self.nodes.fill(keys, self._node_rows(list(self.looks.values()), range(len(keys))))
        links = list(self.graph.links())
        if self.level.grouped:
            links = [link for link in links if self.level.shows(link)]
        self.links.fill(links, link_rows(self, links))
        self.reset.emit()

    # --- one node ---

    def _look(self, key: str) -> Look:
        if is_group(key):
            return self._groups.look(key)
        node = self.graph.nodes[key]
        spec = self.graph.specs.get(node.type)
        return Look(node, spec, self._shape(node, spec))

    def _shape(self, node: Node, spec: NodeSpec | None) -> Shape:
        into = self._into.get(node.id, {})
        if spec is None:
            outputs = dict.fromkeys(link.output for link in self._out_of.get(node.id, ()))
            key: tuple[Any, ...] = (node.collapsed, tuple(into), tuple(outputs))
        else:
            key = (node.collapsed, spec.id, frozenset(into.keys() & spec.parameters.keys()))
        shape = self._shapes.get(key)
        if shape is None:
            if spec is None:
                shape = geometry.placeholder_shape(key[1], key[2])
            else:
                shape = geometry.shape_of(spec, key[2])
            shape = geometry.collapsed(shape) if node.collapsed else shape
            self._shapes[key] = shape
        return shape

    def _node_rows(self, looks: Sequence[Look], z: Iterable[float]) -> bends.Array:
        """Boxes, z and tints of nodes, as they stand in their table."""
        rows = np.array(
            [
                (
                    *look.node.pos,
                    look.shape.width,
                    look.height,
                    z,
                    self.tint(look.tint),
                )
                for look, z in zip(looks, z, strict=True)
            ],
            dtype=np.float64,
        ).reshape(-1, 6)
        rows[:, :2] = np.clip(rows[:, :2], -_LIMIT, _LIMIT)
        rows[:, 2:4] += rows[:, :2]
        return rows

    def tint(self, name: str) -> int:
        """The index of a category or socket type in `tints`."""
        index = self._tint_index.get(name)
        if index is None:
            index = self._tint_index[name] = len(self.tints)
            self.tints.append(name)
        return index

    # --- edits ---

    def _on_edit(self, edit: Edit) -> None:
        parts = changes.single_edits(edit)
        named = dict.fromkeys(id for part in parts for id in changes.nodes_of(part))
        level = self.level
        touched = {level.key(id): None for id in named}
        groups = {SIGN + id: None for part in parts if (id := changes.group_of(part))}
        before, anew = level.id, False
        if groups or (level.grouped and any(map(changes.regroups, parts))):
            anew = level.renew() or level.id != before
            self._selected = frozenset(), frozenset()
            touched |= {level.key(id): None for id in named} | groups
        if anew:
            self.rebuild()
        else:
            self._follow(parts, named, touched)
        if level.id != before:
            self.level_lost.emit()
        for part in parts:
            if (id := changes.frame_of(part)) is not None:
                self.frame_changed.emit(id)

    def _follow(self, parts: list[Edit], named: dict[str, None], touched: dict[str, None]) -> None:
        """Lay out anew what an edit touched, where nothing else stands for any node."""
        dirty: list[QRectF] = []
        links: dict[Link, None] = {}
        for id in named:
            lost, won = self._follow_links(id, dirty)
            links |= dict.fromkeys(won)
            for link in (*lost, *won):
                touched |= {self.level.key(link.source): None, self.level.key(link.target): None}
        for place in map(changes.input_of, parts):
            if place is not None and (link := self.link_into(*place)) is not None:
                links[link] = None
        for id in [id for id in named if id not in self.graph.nodes]:
            for table in (self._into, self._out_of, self._told):
                table.pop(id, None)
        there = [key for key in touched if self.level.there(key)]
        for key in touched.keys() - dict.fromkeys(there):
            if key in self.looks:
                self._remove(key, dirty)
        moved = self._place(there, dirty)
        for key in moved:
            links |= dict.fromkeys(self.links_of(key))
        links |= dict.fromkeys(self.stubs)  # they make room for one another and for nodes
        shown = (link for link in links if link in self._out_of.get(link.source, {}))
        self._place_links([link for link in shown if self.level.shows(link)], dirty)
        self._tell(dirty)

    def _follow_links(self, id: str, dirty: list[QRectF]) -> tuple[set[Link], set[Link]]:
        """Take over the links of a node; returns those that it lost and those that it won."""
        now = {*self.graph.links_in(id).values(), *self.graph.links_out(id)}
        before = {*self._into.get(id, {}).values(), *self._out_of.get(id, ())}
        lost, won = before - now, now - before
        replaced = (self.link_into(link.target, link.input) for link in won)
        lost |= {link for link in replaced if link is not None}
        for link in lost:
            del self._into[link.target][link.input]
            del self._out_of[link.source][link]
            if link in self.links.row:
                dirty.append(self.links.rect(link))
                self.links.drop(link)
                self.via.pop(link, None)
                self.stubs.pop(link, None)
        for link in won:
            self._into.setdefault(link.target, {})[link.input] = link
            self._out_of.setdefault(link.source, {})[link] = None
        return lost, won

    def _remove(self, key: str, dirty: list[QRectF]) -> None:
        dirty.append(self.nodes.rect(key))
        self.nodes.drop(key)
        del self.looks[key]
        self._told.pop(key, None)

    def _place(self, keys: list[str], dirty: list[QRectF]) -> list[str]:
        """Lay nodes out anew, new or changed; returns those whose sockets are elsewhere now."""
        looks: list[Look] = []
        moved: list[str] = []
        heights: list[float] = []
        for key in keys:
            self._summaries.pop(key, None)
            look, before = self._look(key), self.looks.get(key)
            look.make_room(self.image_of(key), self.state_of(key))
            looks.append(look)
            if before is not None:
                dirty.append(self.nodes.rect(key))
                heights.append(float(self.nodes.data[self.nodes.row[key], 4]))
            else:
                self._top += 1
                heights.append(self._top)
            if before is None or before.shape is not look.shape or before.node.pos != look.node.pos:
                moved.append(key)
            self.looks[key] = look
        for key, row in zip(keys, self._node_rows(looks, heights), strict=True):
            self.nodes.put(key, row)
            dirty.append(self.nodes.rect(key))
        return moved

    def _place_links(self, links: list[Link], dirty: list[QRectF]) -> None:
        dirty += [self.links.rect(link) for link in links if link in self.links.row]
        for link, row in zip(links, link_rows(self, links), strict=True):
            self.links.put(link, row)
        dirty += [self.links.rect(link) for link in links]

    def raise_nodes(self, ids: Iterable[str]) -> None:
        """Show these nodes above the others."""
        for id in ids:
            self._top += 1
            self.nodes.data[self.nodes.row[id], 4] = self._top

    # --- states ---

    def _on_state(self, id: str) -> None:
        key = self.level.key(id)
        look = self.looks.get(key)
        if look is None:
            return
        if key != id:
            self._summaries.pop(key, None)
            if self.session.image_of(id) is not None:
                self._pictured[key] = id
        dirty = [self.nodes.rect(key)]
        before = look.height
        look.make_room(self.image_of(key), self.state_of(key))
        if look.height != before:
            z = float(self.nodes.data[self.nodes.row[key], 4])
            self.nodes.put(key, self._node_rows([look], [z])[0])
            dirty.append(self.nodes.rect(key))
        self._tell(dirty)

    def _on_plan(self) -> None:
        for id, state in self.session.states.items():
            if self._told.get(id) != (told := (state.badge, state.reason, state.error)):
                self._told[id] = told
                self._on_state(id)

    def refresh(self, ids: Iterable[str]) -> None:
        """Paint these nodes anew."""
        self._tell([self.nodes.rect(id) for id in ids if id in self.looks])

    def _tell(self, dirty: list[QRectF]) -> None:
        if len(dirty) > _MANY:
            self.reset.emit()
            return
        for rect in dirty:
            self.dirtied.emit(rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
