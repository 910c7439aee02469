"""Random strokes: the easel shows what the node returns, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodeui.graph import document as files
from nodeui.painting.rasteriser import Rasteriser
from nodeui.views.easel.looks import seen_levels as levels_of
from tests.views.easel.painter import Painter, node_levels, registry, seen_levels

PLACES = st.tuples(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3))
WAYS = st.lists(st.tuples(PLACES, st.floats(0, 1)), min_size=1, max_size=6)
SHARES = st.floats(0.01, 1.0)


@st.composite
def strokes(draw: st.DrawFn) -> dict[str, object]:
    """Draw a stroke: where it goes, with which pressures, and the settings of the hand."""
    return {
        "way": draw(WAYS),
        "pen": draw(st.booleans()),
        "size": draw(st.floats(0.01, 0.6)),
        "hardness": draw(st.floats(0, 1)),
        "opacity": draw(SHARES),
        "flow": draw(st.sampled_from([0.1, 0.5, 1.0])),
        "pressure": draw(st.sampled_from(["none", "size", "opacity", "both"])),
        "eraser": draw(st.booleans()),
        "stabiliser": draw(st.sampled_from([0.0, 0.2])),
        "foreground": draw(st.sampled_from(["#000000", "#ff8800", "#808080", "#ffffff"])),
    }


def paint_stroke(painter: Painter, stroke: dict[str, object]) -> None:
    values = dict(stroke)
    way, pen = values.pop("way"), values.pop("pen")
    for name, value in values.items():
        setattr(painter.board.state, name, value)
    assert isinstance(way, list)
    places = [place for place, _ in way]
    if pen:
        painter.draw(places, [pressure for _, pressure in way])
    else:
        painter.drag(*places)


@pytest.mark.parametrize("type", ["paint.mask", "paint.sketch", "paint.regions"])
def test_random_strokes(paint: Callable[..., Painter], type: str, tmp_path: Path):
    painter = paint(type, 48, 32)
    session, board = painter.session, painter.board
    start = session.depth

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(strokes(), min_size=1, max_size=4))
    def check(drawn: list[dict[str, object]]) -> None:
        before = seen_levels(board).copy()
        for stroke in drawn:
            paint_stroke(painter, stroke)
        assert session.depth == start + len(drawn)
        shown = seen_levels(board).copy()
        np.testing.assert_array_equal(shown, node_levels(board, tmp_path))

        read = files.load(files.dump(session.document), registry())
        lines = read.graph.nodes["node"].params["painting"]
        again = Rasteriser(48, 32, board.kind, None, board.rasteriser.paper)
        again.update(lines)
        assert board.seen is not None
        np.testing.assert_array_equal(board.seen.levels, levels_of(again, again.box))

        for _ in drawn:
            session.undo()
        painter.wait()
        assert not painter.lines
        np.testing.assert_array_equal(seen_levels(board), before)

    check()
