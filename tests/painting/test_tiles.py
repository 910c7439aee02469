"""Pixels before a change restore it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeui.painting.coverage import Box
from nodeui.painting.sheet import Sheet
from nodeui.painting.tiles import Tiles

SIDES = st.integers(-40, 400)
BOXES = st.builds(Box, SIDES, SIDES, SIDES, SIDES)


@settings(max_examples=50, deadline=None)
@given(st.lists(BOXES, max_size=4), st.integers(0, 2**32 - 1))
def test_saved_pixels_are_restored_and_no_others(boxes: list[Box], seed: int):
    random = np.random.default_rng(seed)
    sheet = Sheet(300, 200, "mask")
    sheet.keep(["a", "b"])
    for pixels in sheet.layers.values():
        pixels[...] = random.random(pixels.shape, np.float32)
    before = {id: pixels.copy() for id, pixels in sheet.layers.items()}
    tiles = Tiles(sheet, ["a"])
    for box in boxes:
        tiles.save(box)
        inside = box & sheet.box
        if inside:
            sheet.layers["a"][:, *inside.slices] = 2
    sheet.layers["b"][...] = 3
    restored = tiles.restore()
    np.testing.assert_array_equal(sheet.layers["a"], before["a"])
    assert (sheet.layers["b"] == 3).all()
    assert all((box & sheet.box) & restored == box & sheet.box for box in boxes if box & sheet.box)
