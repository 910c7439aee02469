"""The nodes that are painted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nodes import paint
from nodes.types import Image
from nodeui.engine.pictures import levels
from nodeui.painting.marks import Layer
from nodeui.painting.rasteriser import Rasteriser
from nodeui.sdk import Cancelled, NodeError
from tests.nodes.fakes import FakeContext, picture
from tests.painting.marks import mark, painting

WHITE_HALF = mark("rectangle", (0, 0), (0.5, 1), colour="#ffffff")
SKY, SEA = Layer(id="a", name="Sky", colour="#3366ff"), Layer(id="b", name="sea", colour="#00ff00")


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


def test_a_mask_has_the_size_of_the_picture_or_its_own(ctx: FakeContext):
    lines = painting(WHITE_HALF)
    alone = paint.paint_mask(ctx, None, lines, 40, 30).alpha
    assert alone.shape == (1, 30, 40) and (alone[..., :20] == 1).all() and not alone[..., 20:].any()
    over = paint.paint_mask(ctx, picture(1, 12, 16, 3), lines).alpha
    assert over.shape == (1, 12, 16)


def test_grey_is_a_part_of_the_way(ctx: FakeContext):
    grey = painting(mark("rectangle", (0, 0), (1, 1), colour="#808080"))
    assert paint.paint_mask(ctx, None, grey, 8, 8).alpha == pytest.approx(128 / 255)


def test_the_outputs_are_the_pixels_of_the_rasteriser(ctx: FakeContext):
    below = picture(1, 48, 64, 3)
    lines = painting(
        mark("brush", (0.1, 0.2), (0.9, 0.7), size=0.2, flow=0.4, colour="#ff8800"),
        mark("fill", (0.9, 0.1), colour="#00ff00"),
    )
    shown = Rasteriser(64, 48, "colour", below.pixels[0])
    shown.update(lines)
    made = paint.paint_picture(ctx, below, lines)
    np.testing.assert_array_equal(made.image.pixels[0], shown.pixels())
    np.testing.assert_array_equal(made.mask.alpha[0], shown.alpha())


def test_nothing_painted_is_the_picture(ctx: FakeContext):
    below = picture(2, 9, 7, 3)
    made = paint.paint_picture(ctx, below)
    np.testing.assert_array_equal(made.image.pixels, below.pixels)
    assert not made.mask.alpha.any()


def test_all_pictures_of_a_batch_are_painted_over(ctx: FakeContext):
    below = picture(3, 9, 8, 3)
    made = paint.paint_picture(ctx, below, painting(WHITE_HALF)).image.pixels
    assert (made[:, :, :4] == 1).all()
    np.testing.assert_array_equal(made[:, :, 4:], below.pixels[:, :, 4:])


def test_transparency_of_the_picture_stays(ctx: FakeContext):
    clear = Image(np.zeros((1, 6, 6, 4), np.float32))
    made = paint.paint_picture(ctx, clear, painting(WHITE_HALF)).image.pixels
    np.testing.assert_allclose(made[0, :, :3], 1)
    assert not made[0, :, 3:].any()


def test_a_sketch_is_on_paper(ctx: FakeContext):
    line = painting(mark("brush", (0, 0.5), (1, 0.5), size=0.2, hardness=1.0))
    below = picture(1, 20, 20, 3)
    made = paint.paint_sketch(ctx, below, line, "#FF0000").image.pixels
    assert (made[0, 0] == (1, 0, 0)).all() and not made[0, 10].any()


def test_one_more_stroke_has_the_pixels_of_a_new_drawing(ctx: FakeContext):
    strokes = [mark("brush", (0.1 * n, 0.1), (0.5, 0.1 * n), size=0.1) for n in range(8)]
    fresh = Rasteriser(64, 64)
    for count in (3, 5, 8, 2, 7):  # forth, and back by undo
        made = paint.paint_sketch(ctx, None, painting(*strokes[:count]), width=64, height=64)
        fresh.update(painting(*strokes[:count]))
        np.testing.assert_array_equal(made.image.pixels[0], fresh.pixels())


def test_a_value_does_not_change_with_the_next_stroke(ctx: FakeContext):
    first = paint.paint_mask(ctx, None, painting(WHITE_HALF), 16, 16)
    kept = first.alpha.copy()
    more = painting(WHITE_HALF, mark("rectangle", (0, 0), (1, 1), colour="#ffffff"))
    assert paint.paint_mask(ctx, None, more, 16, 16).alpha.all()
    np.testing.assert_array_equal(first.alpha, kept)


def test_a_fill_follows_the_picture_below(ctx: FakeContext):
    lines = painting(mark("fill", (0.9, 0.5), colour="#ffffff", tolerance=0.1))
    for split in (3, 8, 12):
        below = np.zeros((1, 16, 16, 3), np.float32)
        below[:, :, split:] = 1
        alpha = paint.paint_mask(ctx, Image(below), lines).alpha[0]
        assert alpha[:, split:].all() and not alpha[:, :split].any()


def test_regions_become_masks_by_name(ctx: FakeContext):
    lines = painting(
        SKY,
        SEA,
        mark("rectangle", (0, 0), (1, 1), layer="a"),
        mark("rectangle", (0, 0.5), (1, 1), layer="b"),
    )
    made = paint.paint_regions(ctx, None, lines, 8, 10)
    assert made.regions.names == ("Sky", "sea") and not ctx.warnings
    sky, sea = (paint.mask_region(made.regions, name).alpha for name in (" sky", "SEA"))
    assert sky[:, :5].all() and not sky[:, 5:].any()
    np.testing.assert_array_equal(sky + sea, np.ones((1, 10, 8)))
    np.testing.assert_allclose(made.image.pixels[0, 0, 0], (0.2, 0.4, 1.0), atol=1e-6)
    with pytest.raises(NodeError, match=r"no region 'house'\. The regions are: Sky, sea"):
        paint.mask_region(made.regions, "house")


def test_regions_without_area_are_named(ctx: FakeContext):
    lines = painting(SKY, SEA, mark("rectangle", (0, 0), (1, 1), layer="a"))
    paint.paint_regions(ctx, None, lines, 8, 8)
    assert ctx.warnings == ["The region 'sea' has no area."]


def test_two_regions_of_one_name_are_refused(ctx: FakeContext):
    lines = painting(SKY, Layer(id="c", name="Sky"))
    with pytest.raises(NodeError, match="Two regions are called 'Sky'"):
        paint.paint_regions(ctx, None, lines, 8, 8)


def test_no_regions(ctx: FakeContext):
    made = paint.paint_regions(ctx, None, (), 8, 6)
    assert made.regions.masks.shape == (0, 6, 8) and not made.image.pixels.any()


def test_damage_is_one_line(ctx: FakeContext):
    with pytest.raises(NodeError, match="cannot be drawn: line 1: points are damaged") as refused:
        paint.paint_mask(ctx, None, ("painting 1", "brush points=?"), 8, 8)
    assert refused.value.parameter == "painting"


def test_drawing_can_be_cancelled(tmp_path: Path):
    lines = painting(*[WHITE_HALF] * 20)
    with pytest.raises(Cancelled):
        paint.paint_mask(FakeContext(tmp_path, cancel_after=5), None, lines, 33, 33)
    assert paint.paint_mask(FakeContext(tmp_path), None, lines, 33, 33).alpha.any()


def test_fine_levels_stay_where_nothing_is_painted_and_have_8_bits_below_paint(ctx: FakeContext):
    random = np.random.default_rng(1)
    below = Image(random.random((2, 48, 64, 3), np.float32))
    lines = painting(mark("rectangle", (0, 0), (0.5, 1), colour="#ff8800", opacity=0.5))
    made = paint.paint_picture(ctx, below, lines).image.pixels
    np.testing.assert_array_equal(made[:, :, 32:], below.pixels[:, :, 32:])
    base = np.divide(levels(below.pixels[1]), np.float32(255), dtype=np.float32)
    shown = Rasteriser(64, 48, "colour", base)
    shown.update(lines)
    np.testing.assert_array_equal(made[1, :, :32], shown.pixels()[:, :32])
