"""The lineage of pictures: which picture each one was made from, and what was changed.

A picture has up to one parent by its workflow: of the earlier pictures with the same nodes, or with
some added or removed, the one with the fewest changes; and one parent for each picture that its
workflow loads. It all follows from the content of the files, so saving writes nothing for it.
"""

from __future__ import annotations

import bisect
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Literal

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.pictures.embedded_xmp import without_xmp
from nodeui.pictures.index import Index
from nodeui.pictures.workflow import EmbeddedWorkflow, aligned, base_of, differences, distance

Kind = Literal["edit", "branch", "image", "batch"]

_NEAR = 16  # earlier workflows with the same nodes that are compared
_NEAR_OTHER = 6  # with other nodes
_MOST_KINDS = 6  # other sets of nodes that are compared
_LEAST_SHARE = 0.5  # of the nodes that two workflows have in common
_PORTION = 64
_PAUSE = 0.001  # seconds after some pictures, which leaves the processor to the user interface
_LINKED_PER_PAUSE = 4
_MOST_NAMESAKES = 16


@dataclass(frozen=True)
class Edge:
    """A step from one picture to another.

    Attributes:
        parent, child: Ids of the pictures.
        kind: "edit" for changed parameters or links of the same nodes, "branch" for other nodes,
            "image" if the child's workflow loads the parent, "batch" if both come from one run.
        changes: One line each, such as "sampler.guidance_scale: 4 → 6".
    """

    parent: int
    child: int
    kind: Kind
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Tree:
    """All pictures that descend from one.

    Attributes:
        root: Id of the first picture.
        edges: One for each other picture, the oldest first.
    """

    root: int
    edges: tuple[Edge, ...]


# --- reading -----------------------------------------------------------------------------------

_EDGES = "SELECT e.parent, e.child, e.kind, e.changes FROM edges e JOIN pictures p ON "


def parents(index: Index, id: int) -> list[Edge]:
    """Return the edges to the pictures that one was made from, the main one first."""
    statement = _EDGES + "p.id = e.parent WHERE e.child = ? ORDER BY e.main DESC, p.mtime"
    return _edges(index, statement, id)


def children(index: Index, id: int) -> list[Edge]:
    """Return the edges to the pictures that were made from one, the oldest first."""
    return _edges(index, _EDGES + "p.id = e.child WHERE e.parent = ? ORDER BY p.mtime, p.id", id)


def tree(index: Index, id: int) -> Tree:
    """Return the tree that a picture belongs to."""
    root, seen = id, {id}
    while rows := index.read("SELECT parent FROM edges WHERE child = ? AND main", [root]):
        if rows[0][0] in seen:
            break
        root = rows[0][0]
        seen.add(root)
    found = _edges(
        index,
        "WITH RECURSIVE below(id) AS (SELECT ? UNION "
        "SELECT child FROM edges JOIN below ON parent = below.id WHERE main) "
        + _EDGES
        + "p.id = e.child WHERE e.main AND e.parent IN below ORDER BY p.mtime, p.id",
        root,
    )
    return Tree(root, tuple(edge for edge in found if edge.child != root))


def _edges(index: Index, statement: str, id: int) -> list[Edge]:
    rows = index.read(statement, [id])
    return [
        Edge(parent, child, kind, tuple(changes.splitlines()))
        for parent, child, kind, changes in rows
    ]


# --- finding -----------------------------------------------------------------------------------

_Place = tuple[int, int, str]
"""A picture in the order of time: modification time, id, digest of its workflow."""


def link(index: Index, specs: Mapping[str, NodeSpec], cancelled: Callable[[], bool]) -> None:
    """Find the parents of all pictures for which that has not been done."""
    with index.write() as db:
        db.execute("UPDATE pictures SET linked = 1 WHERE linked = 0 AND digest = ''")
    waiting = index.read(
        "SELECT mtime, id, digest FROM pictures WHERE linked = 0 ORDER BY mtime, id"
    )
    if not waiting:
        return
    linker = _Linker(index, specs)
    waiting = linker.with_followers([(mtime, id, digest) for mtime, id, digest in waiting])
    for start in range(0, len(waiting), _PORTION):
        found: list[tuple[int, list[Edge]]] = []
        for number, place in enumerate(waiting[start : start + _PORTION]):
            if cancelled():
                return
            if number % _LINKED_PER_PAUSE == 0:
                time.sleep(_PAUSE)
            edges = linker.edges(place)
            linker.linked[place[1]] = edges
            found.append((place[1], edges))
        with index.write() as db:
            for id, edges in found:
                db.execute("DELETE FROM edges WHERE child = ?", (id,))
                db.executemany(
                    "INSERT OR IGNORE INTO edges (child, parent, kind, changes, main) "
                    "VALUES (?, ?, ?, ?, ?)",
                    [
                        (id, edge.parent, edge.kind, "\n".join(edge.changes), number == 0)
                        for number, edge in enumerate(edges)
                    ],
                )
                db.execute("UPDATE pictures SET linked = 1 WHERE id = ?", (id,))


class _Linker:
    """Finds the parents of pictures.

    Attributes:
        linked: The edges that were found so far, by child.
    """

    def __init__(self, index: Index, specs: Mapping[str, NodeSpec]) -> None:
        self._index, self._specs = index, specs
        self._families: dict[str, list[_Place]] = {}
        self._firsts: dict[str, int] = {}
        self._nodes: dict[str, str] = {}
        self.linked: dict[int, list[Edge]] = {}
        rows = index.read(
            "SELECT w.nodes, p.mtime, p.id, p.digest FROM pictures p "
            "JOIN workflows w ON w.digest = p.digest WHERE p.digest != '' ORDER BY p.mtime, p.id"
        )
        for nodes, mtime, id, digest in rows:
            if self._firsts.setdefault(digest, id) == id:  # of a batch, the first one
                self._families.setdefault(nodes, []).append((mtime, id, digest))
            self._nodes[digest] = nodes
        self._workflow = lru_cache(512)(index.workflow)
        self._near = lru_cache(512)(self._find_near)
        self._content = lru_cache(256)(_content_hashes)

    def with_followers(self, waiting: list[_Place]) -> list[_Place]:
        """Add the pictures that come next after new ones, whose nearest one may be new now."""
        found = set(waiting)
        for place in waiting:
            family = self._families.get(self._nodes.get(place[2], ""), [])
            after = bisect.bisect_right(family, place)
            found.update(family[after : after + _NEAR])
        return sorted(found)

    def edges(self, place: _Place) -> list[Edge]:
        """Return the edges to the parents of a picture, the main one first."""
        _, id, digest = place
        workflow = self._workflow(digest)
        if workflow is None:
            return []
        images = list(self._image_edges(place, workflow))
        first = self._firsts[digest]
        if first != id:
            same = self.linked.get(first)
            same = parents(self._index, first) if same is None else same
            others = [edge for edge in same if edge.kind in ("edit", "branch")]
            near = [Edge(edge.parent, id, edge.kind, edge.changes) for edge in others]
            return images + (near or ([] if images else [Edge(first, id, "batch", ())]))
        nearest = self._nearest(place, workflow)
        return images + ([nearest] if nearest else [])

    def _nearest(self, place: _Place, workflow: EmbeddedWorkflow) -> Edge | None:
        """Return the edge from the earlier workflow with the fewest changes."""
        best: tuple[int, int, _Place, EmbeddedWorkflow] | None = None
        own = self._nodes[place[2]]
        for nodes in (own, *self._near(own)):
            family = self._families[nodes]
            end = bisect.bisect_left(family, place)
            most = _NEAR if nodes == own else _NEAR_OTHER
            for number, other in enumerate(reversed(family[max(0, end - most) : end])):
                known = self._workflow(other[2])
                if known is None:
                    continue
                if nodes != own:
                    known = aligned(known, workflow)
                score = distance(known, workflow)
                if best is None or (score, -other[0]) < (best[0], best[1]):
                    best = (score, -other[0], other, known)
                if score <= 1 and number == 0 and nodes == own:
                    break
        if best is None:
            return None
        _, _, other, known = best
        kind: Kind = "edit" if self._nodes[other[2]] == own else "branch"
        changes = differences(known, workflow, self._specs)
        return Edge(other[1], place[1], kind, tuple(" ".join(line.split()) for line in changes))

    def _find_near(self, nodes: str) -> list[str]:
        """Return the sets with more nodes or with fewer that share most of them, nearest first.

        Copies of a node count as the node.
        """
        own = {base_of(id) for id in nodes.split()}
        shares: list[tuple[float, str]] = []
        for other in self._families:
            ids = {base_of(id) for id in other.split()}
            share = len(own & ids) / max(1, len(own | ids))
            if other != nodes and (own <= ids or ids <= own) and share >= _LEAST_SHARE:
                shares.append((-share, other))
        return [other for _, other in sorted(shares)[:_MOST_KINDS]]

    def _image_edges(self, place: _Place, workflow: EmbeddedWorkflow) -> Iterator[Edge]:
        for node, (type, params) in workflow.used.items():
            spec = self._specs.get(type)
            for parameter in spec.parameters.values() if spec else ():
                value = params.get(parameter.name)
                if parameter.widget == "image-file" and isinstance(value, str) and value:
                    name = PurePosixPath(value.replace("\\", "/")).name
                    parent = self._loaded(place, name, workflow.files.get(node, ""))
                    if parent is not None:
                        change = tr("{0} loads {1}", node, name)
                        yield Edge(parent, place[1], "image", (change,))

    def _loaded(self, place: _Place, name: str, digest: str) -> int | None:
        """Return the picture that a node has loaded, by the hash of the file, if that is known."""
        rows = self._index.read(
            "SELECT p.id, p.path, p.mtime FROM names n JOIN pictures p ON p.id = n.picture "
            "WHERE n.name = ? AND p.id != ? ORDER BY p.mtime DESC LIMIT ?",
            [name, place[1], _MOST_NAMESAKES],
        )
        if re.fullmatch("[0-9a-f]{64}", digest):
            same = (id for id, path, mtime in rows if digest in self._content(path, mtime))
            return next(same, None)
        return next((id for id, _, mtime in rows if mtime < place[0]), None)


def _content_hashes(path: bytes, mtime: int) -> frozenset[str]:
    """Return the SHA-256 of a file as it is, and as it was before XMP was embedded.

    Args:
        path: The file.
        mtime: Its modification time; the hashes are remembered by it.
    """
    try:
        content = Path(os.fsdecode(path)).read_bytes()
    except OSError:
        return frozenset()
    return frozenset(hashlib.sha256(part).hexdigest() for part in (content, without_xmp(content)))
