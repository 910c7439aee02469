"""Runs of seeds in a lineage are folded."""

from __future__ import annotations

from nodeui.pictures.lineage import Edge
from nodeui.views.gallery.folding import FoldedEdge, fold


def seed(parent: int, child: int, name: str = "sampler.seed") -> Edge:
    return Edge(parent, child, "edit", (f"{name}: {parent} → {child}",))


def edit(parent: int, child: int) -> Edge:
    return Edge(parent, child, "edit", ("sampler.steps: 4 → 6",))


def test_a_run_of_seeds_is_one_edge():
    edges = [seed(1, 2), seed(2, 3), seed(3, 4), edit(4, 5)]
    assert fold(edges, ()) == [
        FoldedEdge(Edge(1, 4, "edit", ("sampler.seed: 1 → 4",)), (2, 3)),
        FoldedEdge(edit(4, 5)),
    ]


def test_a_single_picture_between_is_not_folded():
    edges = [seed(1, 2), seed(2, 3)]
    assert fold(edges, ()) == [FoldedEdge(edge) for edge in edges]


def test_kept_pictures_divide_a_run():
    edges = [seed(number, number + 1) for number in range(1, 8)]
    shown = [each.edge.child for each in fold(edges, (4,))]
    assert shown == [4, 8]
    assert [each.edge.child for each in fold(edges, range(1, 9))] == list(range(2, 9))


def test_pictures_with_branches_other_seeds_and_other_edges_stay():
    forked = [seed(1, 2), seed(2, 3), seed(3, 4), edit(3, 9), seed(4, 5)]
    assert {each.hidden for each in fold(forked, ())} == {()}
    other = [seed(1, 2), seed(2, 3, "noise.noise_seed"), seed(3, 4), seed(4, 5)]
    assert {each.hidden for each in fold(other, ())} == {()}
    two = [Edge(n, n + 1, "edit", ("a.seed: 1 → 2", "b.steps: 1 → 2")) for n in range(1, 6)]
    assert {each.hidden for each in fold(two, ())} == {()}


def test_circles_and_two_parents_end():
    circle = [seed(1, 2), seed(2, 3), seed(3, 1)]
    assert len(fold(circle, (1,))) == 1
    assert isinstance(fold(circle, ()), list)
    two = [seed(1, 3), seed(2, 3), seed(3, 4), seed(4, 5)]
    assert [each.hidden for each in fold(two, ())] == [(), (), (), ()]
