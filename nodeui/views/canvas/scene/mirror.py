"""The scene: layouts and places of what the canvas shows, kept in step with the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from nodeui.graph import changes
from nodeui.graph.edits import Edit
from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import NodeSpec
from nodeui.graph.swatches import swatches
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.views.canvas.scene import shapes
from nodeui.views.canvas.scene.boundary import far_end
from nodeui.views.canvas.scene.curves import Array
from nodeui.views.canvas.scene.groups import GroupLayouts, summary
from nodeui.views.canvas.scene.level import Level, group_key, is_group, resolve
from nodeui.views.canvas.scene.link_rows import LinkPlacer, types_of
from nodeui.views.canvas.scene.node_layout import NodeLayout
from nodeui.views.canvas.scene.shapes import Shape, Spot
from nodeui.views.canvas.scene.tables import LinkTable, NodeTable

_MANY = 64  # dirty boxes above which the whole canvas is repainted
_MARGIN = 14.0  # painted around a node: sockets, outline, shadow
_REACH = 40_000.0  # canvas units around the median node that a view can show at once
_NO_STATE = NodeState()


class Mirror(QObject):
    """One level of a session's graph, laid out.

    Nodes and groups have keys (see `nodeui.views.canvas.scene.level`); links are the graph's.

    Args:
        session: The document.
        parent: Its owner.

    Attributes:
        session: The document.
        graph: Its graph.
        level: The level in view.
        layouts: The layouts of nodes and groups, by key.
        nodes: Their boxes, stacking order and tints.
        links: The boxes, ends and tints of links.
        tints: The categories and socket types that tints index.
    """

    dirtied = Signal(QRectF)
    """A part of the canvas has changed."""
    reset = Signal()
    """All of the canvas has changed."""
    frame_changed = Signal(str)
    """The frame with this id was added, changed or removed."""
    level_lost = Signal()
    """The group in view was removed; the level around it is in view."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.graph = session.graph
        self.level = Level(session.graph)
        self.layouts: dict[str, NodeLayout] = {}
        self.nodes = NodeTable()
        self.links = LinkTable()
        self.tints: list[str] = []
        self._tint_index: dict[str, int] = {}
        self._into: dict[str, dict[str, Link]] = {}
        self._out_of: dict[str, dict[Link, None]] = {}
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        self._groups = GroupLayouts(self.graph, self.level)
        self._placer = LinkPlacer(self.graph, self.level, self.layouts, self.nodes, self.tint)
        self._summaries: dict[str, NodeState] = {}
        self._pictured: dict[str, str] = {}  # by group, its node with the latest picture
        self._shown_states: dict[str, tuple[object, ...]] = {}  # badge, texts and warnings by node
        self._selected: tuple[frozenset[str], frozenset[str]] = frozenset(), frozenset()
        self._top = 0.0
        self._swatched: set[str] = set()  # nodes whose types declare swatches
        self.rebuild()
        session.edited.connect(self._on_edit)
        session.node_state_changed.connect(self._on_state)
        session.result_ready.connect(self._on_state)
        session.plan_changed.connect(self._on_plan)

    # --- reading ---

    def spot_at(self, key: str, output: bool, name: str) -> QPointF:
        """Return the place of a socket on the canvas."""
        spot = self.spot(key, output, name)
        return self.nodes.rect(key).topLeft() + QPointF(spot.x, spot.y)

    def spot(self, key: str, output: bool, name: str) -> Spot:
        """Return a socket."""
        return self.layouts[key].shape.by_name[output, name]

    def types_of(self, link: Link) -> tuple[str | None, str | None]:
        """Return the types of a link's output and input; None on a placeholder."""
        return types_of(self.graph, link)

    def links_of(self, key: str) -> Iterator[Link]:
        """Yield the links of a node, at any level, or those that enter or leave a group."""
        for id in self.level.members.get(key, (key,)):
            for link in (*self._into.get(id, {}).values(), *self._out_of.get(id, ())):
                if id == key or self.level.shows(link):
                    yield link

    def link_into(self, key: str, input: str) -> Link | None:
        """Return the link into an input, or None."""
        id, name = resolve(key, input)
        return self._into.get(id, {}).get(name)

    def is_linked(self, key: str, output: bool, name: str) -> bool:
        """True if a socket has a link."""
        id, name = resolve(key, name)
        if not output:
            return name in self._into.get(id, {})
        return any(link.output == name for link in self._out_of.get(id, ()))

    def parameter_value(self, key: str, name: str) -> Any:
        """Return the value of a parameter, set or default, valid or not."""
        id, name = resolve(key, name)
        node, spec = self.graph.nodes[id], self.graph.spec(id)
        if name in node.params or spec is None:
            return node.params.get(name)
        return spec.defaults.get(name)

    @property
    def selected(self) -> frozenset[str]:
        """The keys of the selected nodes and groups."""
        selection = self.session.selection
        if self._selected[0] is not selection:
            self._selected = selection, self.level.selected(selection)
        return self._selected[1]

    def state_of(self, key: str) -> NodeState:
        """Return the state of a node, or the summarised state of a group."""
        if not is_group(key):
            return self.session.states.get(key, _NO_STATE)
        state = self._summaries.get(key)
        if state is None:
            state = summary(self.session.states, self.level.members[key])
            self._summaries[key] = state
        return state

    def pictures_of(self, key: str) -> PictureBatch | None:
        """Return the latest pictures of a node, or of the nodes in a group; None without any."""
        if not is_group(key):
            return self.session.pictures_of(key)
        last = self._pictured.get(key)
        for id in [last] if last else reversed(self.level.members[key]):
            batch = self.session.pictures_of(id)
            if batch is not None:
                return batch
        return None

    def pictured(self, key: str) -> str:
        """Return the node whose pictures `pictures_of` returns."""
        batch = self.pictures_of(key)
        return next(
            (id for id in self.level.nodes([key]) if self.session.pictures_of(id) is batch), key
        )

    def content_rect(self) -> QRectF:
        """Return the bounds of all nodes and frames.

        Files may contain any coordinates: what is too far away to be shown with the rest is
        ignored.
        """
        rect = self.nodes.bounds(_REACH)
        for frame in self.level.frames():
            both = rect.united(QRectF(*frame.rect))
            rect = both if max(both.width(), both.height()) <= 2 * _REACH else rect
        for link in self.links.boundary:
            rect = rect.united(self.links.rect(link))
        return rect

    # --- the whole level ---

    def look_into(self, level: str) -> None:
        """Show another level."""
        self.level.look_into(level)
        self.rebuild()

    def rebuild(self) -> None:
        """Lay out the whole level."""
        for table in (self._into, self._out_of, self._summaries, self.layouts, self._swatched):
            table.clear()
        self._pictured = {k: v for k, v in self._pictured.items() if self.level.key(v) == k}
        self._selected = frozenset(), frozenset()
        for link in self.graph.links():
            self._into.setdefault(link.target, {})[link.input] = link
            self._out_of.setdefault(link.source, {})[link] = None
        keys = self.level.shown_keys()
        self.layouts |= {key: self._layout(key) for key in keys}
        for key in {self.level.key(id) for id in self.session.states} & self.layouts.keys():
            self.layouts[key].make_room(self.pictures_of(key), self.state_of(key))
        self._top = float(len(keys))
        layouts = list(self.layouts.values())
        self.nodes.fill(keys, self._node_rows(layouts, range(len(keys))))
        links = list(self.graph.links())
        if self.level.grouped:
            links = [link for link in links if self.level.shows(link)]
        self.links.fill_rows(links, self._placer.rows(links, self._boundary_links()))
        self.reset.emit()

    def _boundary_links(self) -> Iterator[Link]:
        if self.level.id:
            for key in self.layouts:
                for link in self.links_of(key):
                    if far_end(self.level, link) is not None:
                        yield link

    # --- one node ---

    def _layout(self, key: str) -> NodeLayout:
        if is_group(key):
            return self._groups.layout(key)
        node = self.graph.nodes[key]
        spec = self.graph.specs.get(node.type)
        layout = NodeLayout(node, spec, self._shape(node, spec))
        if spec is not None and spec.swatches:
            self._swatched.add(key)
            layout.swatches = swatches(self.graph, key)
        return layout

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
                shape = shapes.placeholder_shape(key[1], key[2])
            else:
                shape = shapes.shape_of(spec, key[2])
            shape = shapes.collapse(shape) if node.collapsed else shape
            self._shapes[key] = shape
        return shape

    def _node_rows(self, layouts: Sequence[NodeLayout], z: Iterable[float]) -> Array:
        """Return the table rows of nodes."""
        return self.nodes.values(
            [
                (*each.node.pos, each.shape.width, each.height, height, self.tint(each.tint))
                for each, height in zip(layouts, z, strict=True)
            ]
        )

    def tint(self, name: str) -> int:
        """Return the index in `tints` of a category or socket type."""
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
        groups = {group_key(id): None for part in parts if (id := changes.group_of(part))}
        before, regrouped = level.id, False
        if groups or (level.grouped and any(map(changes.regroups, parts))):
            regrouped = level.update() or level.id != before
            self._selected = frozenset(), frozenset()
            touched |= {level.key(id): None for id in named} | groups
        if regrouped:
            self.rebuild()
        else:
            self._follow(parts, named, touched)
        if level.id != before:
            self.level_lost.emit()
        for part in parts:
            if (id := changes.frame_of(part)) is not None:
                self.frame_changed.emit(id)

    def _follow(self, parts: list[Edit], named: dict[str, None], touched: dict[str, None]) -> None:
        """Lay out the nodes and links touched by an edit that moves no node between levels."""
        dirty: list[QRectF] = []
        links: dict[Link, None] = {}
        for id in named:
            lost, gained = self._follow_links(id, dirty)
            links |= dict.fromkeys(gained)
            for link in (*lost, *gained):
                touched |= {self.level.key(link.source): None, self.level.key(link.target): None}
        for place in map(changes.input_of, parts):
            if place is not None and (link := self.link_into(*place)) is not None:
                links[link] = None
        for id in [id for id in named if id not in self.graph.nodes]:
            for table in (self._into, self._out_of, self._shown_states):
                table.pop(id, None)
        present = [key for key in touched if self.level.contains(key)]
        for key in touched.keys() - dict.fromkeys(present):
            if key in self.layouts:
                self._remove(key, dirty)
        moved = self._place(present, dirty)
        for key in moved:
            links |= dict.fromkeys(self.links_of(key))
        links |= dict.fromkeys(self.links.boundary)  # their labels share the border's space
        existing = (link for link in links if link in self._out_of.get(link.source, {}))
        self._place_links([link for link in existing if self.level.shows(link)], dirty)
        if any(True for part in parts for _ in changes.touched(part)):
            self._follow_swatches(dirty)
        self._announce(dirty)

    def _follow_links(self, id: str, dirty: list[QRectF]) -> tuple[set[Link], set[Link]]:
        """Update the links of a node; returns the links that it lost and gained."""
        now = {*self.graph.links_in(id).values(), *self.graph.links_out(id)}
        before = {*self._into.get(id, {}).values(), *self._out_of.get(id, ())}
        lost, gained = before - now, now - before
        replaced = (self.link_into(link.target, link.input) for link in gained)
        lost |= {link for link in replaced if link is not None}
        for link in lost:
            del self._into[link.target][link.input]
            del self._out_of[link.source][link]
            if link in self.links.row:
                dirty.append(self.links.rect(link))
                self.links.drop(link)
        for link in gained:
            self._into.setdefault(link.target, {})[link.input] = link
            self._out_of.setdefault(link.source, {})[link] = None
        return lost, gained

    def _follow_swatches(self, dirty: list[QRectF]) -> None:
        """Update the colours of the nodes that show those of others."""
        for key in self._swatched:
            found, layout = swatches(self.graph, key), self.layouts[key]
            if found != layout.swatches:
                layout.swatches = found
                dirty.append(self.nodes.rect(key))

    def _remove(self, key: str, dirty: list[QRectF]) -> None:
        dirty.append(self.nodes.rect(key))
        self.nodes.drop(key)
        del self.layouts[key]
        self._swatched.discard(key)
        self._shown_states.pop(key, None)

    def _place(self, keys: list[str], dirty: list[QRectF]) -> list[str]:
        """Lay out new or changed nodes; returns those whose sockets have moved."""
        layouts: list[NodeLayout] = []
        moved: list[str] = []
        heights: list[float] = []
        for key in keys:
            self._summaries.pop(key, None)
            layout, before = self._layout(key), self.layouts.get(key)
            layout.make_room(self.pictures_of(key), self.state_of(key))
            layouts.append(layout)
            if before is not None:
                dirty.append(self.nodes.rect(key))
                heights.append(self.nodes.z(key))
            else:
                self._top += 1
                heights.append(self._top)
            if (
                before is None
                or before.shape is not layout.shape
                or before.node.pos != layout.node.pos
            ):
                moved.append(key)
            self.layouts[key] = layout
        for key, row in zip(keys, self._node_rows(layouts, heights), strict=True):
            self.nodes.put(key, row)
            dirty.append(self.nodes.rect(key))
        return moved

    def _place_links(self, links: list[Link], dirty: list[QRectF]) -> None:
        dirty += [self.links.rect(link) for link in links if link in self.links.row]
        self.links.put_rows(links, self._placer.rows(links, self._boundary_links()))
        dirty += [self.links.rect(link) for link in links]

    def raise_nodes(self, keys: Iterable[str]) -> None:
        """Bring nodes to the front."""
        for key in keys:
            self._top += 1
            self.nodes.set_z(key, self._top)

    # --- states ---

    def _on_state(self, id: str) -> None:
        key = self.level.key(id)
        layout = self.layouts.get(key)
        if layout is None:
            return
        if key != id:
            self._summaries.pop(key, None)
            if self.session.pictures_of(id) is not None:
                self._pictured[key] = id
        dirty = [self.nodes.rect(key)]
        before = layout.height
        layout.make_room(self.pictures_of(key), self.state_of(key))
        if layout.height != before:
            self.nodes.put(key, self._node_rows([layout], [self.nodes.z(key)])[0])
            dirty.append(self.nodes.rect(key))
        self._announce(dirty)

    def _on_plan(self) -> None:
        for id, state in self.session.states.items():
            now = (state.badge, state.reason, state.error, state.warnings)
            if self._shown_states.get(id) != now:
                self._shown_states[id] = now
                self._on_state(id)

    def refresh(self, keys: Iterable[str]) -> None:
        """Repaint these nodes."""
        self._announce([self.nodes.rect(key) for key in keys if key in self.layouts])

    def _announce(self, dirty: list[QRectF]) -> None:
        if len(dirty) > _MANY:
            self.reset.emit()
            return
        for rect in dirty:
            self.dirtied.emit(rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
