"""Documents of layers, and OpenRaster files of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nodes import layers, paint
from nodes.image import save
from nodes.types import Image
from nodeui.graph import bitmaps
from nodeui.painting import openraster, placing
from nodeui.painting.bitmaps import encode
from nodeui.painting.blending import composite
from nodeui.painting.coverage import Box
from nodeui.painting.marks import Layer
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext, picture
from tests.painting.marks import mark, painting

rng = np.random.default_rng(2)
PASTED = rng.integers(0, 256, (12, 16, 4), np.uint8)


@pytest.fixture
def ctx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeContext:
    monkeypatch.delenv(bitmaps.STORE, raising=False)
    return FakeContext(tmp_path)


def made(ctx: FakeContext, lines: Any = (), image: Any = None, **values: Any) -> Any:
    size = {"width": 32, "height": 24}
    return layers.paint_layers(ctx, image, painting=lines, **{**size, **values})


def test_nothing_at_all_is_paper(ctx: FakeContext):
    found = made(ctx, paper="#00FF00")
    assert (found.image.pixels[0] == (0, 1, 0)).all() and found.image.pixels.shape == (1, 24, 32, 3)
    assert not found.mask.alpha.any()


def test_linked_pictures_lie_below_the_strokes_in_their_order(ctx: FakeContext):
    one, two = picture(1, 24, 32, 3), picture(2, 24, 32, 4)
    stroke = painting(mark("rectangle", (0, 0), (0.5, 1), colour="#ff0000"))
    seen = made(ctx, stroke, image_1=one, image_3=two).image.pixels[0]
    assert (seen[:, :16] == (1, 0, 0)).all()
    over = composite(one.pixels[0], two.pixels[0], "normal")
    np.testing.assert_allclose(seen[:, 16:], over[:, 16:], atol=1e-6)


@pytest.mark.parametrize("mode", ["multiply", "screen", "overlay", "soft light", "add"])
def test_modes_and_opacity_are_those_of_the_w3c(ctx: FakeContext, mode: Any):
    base, top = picture(1, 24, 32, 3), picture(2, 24, 32, 4)
    lines = painting(Layer(id="a", input=2, mode=mode, opacity=0.5))
    seen = made(ctx, lines, base, image_2=top).image.pixels[0]
    wanted = composite(base.pixels[0], top.pixels[0], mode, 0.5)
    np.testing.assert_allclose(seen, wanted, atol=1e-5)


def test_a_pasted_picture_has_its_place(ctx: FakeContext, tmp_path: Path):
    name = bitmaps.add(encode(PASTED), tmp_path / "some.files")
    place = placing.at(4, 6, 16, 12, Box(0, 0, 32, 24))
    found = made(ctx, painting(Layer(id="a", bitmap=name, place=place)))
    alpha = found.mask.alpha[0]
    np.testing.assert_allclose(alpha[6:18, 4:20], PASTED[..., 3] / 255, atol=1e-7)
    assert alpha.sum() == pytest.approx((PASTED[..., 3] / 255).sum())
    assert ctx.warnings == []


def test_a_missing_bitmap_is_a_warning_and_the_rest_lives(ctx: FakeContext, tmp_path: Path):
    folder = tmp_path / "some.files"
    name = bitmaps.add(encode(PASTED), folder)
    lines = painting(
        Layer(id="a", name="Photo", bitmap=name),
        Layer(id="b"),
        mark("rectangle", (0, 0), (1, 1), layer="b", colour="#ff0000"),
    )
    fingerprint = layers.paint_layers.fingerprinter
    assert fingerprint is not None
    assert fingerprint(lines, ctx.files) == ""
    (folder / f"{name}.png").write_bytes(b"other bytes")
    assert fingerprint(lines, ctx.files) != "", "or the cached picture would be taken"
    assert (made(ctx, lines).image.pixels == (1, 0, 0)).all()
    (folder / f"{name}.png").unlink()
    for node in (paint.paint_picture, paint.paint_sketch, paint.paint_mask):
        node(ctx, None, lines, width=8, height=8)
    assert "'Photo' has another content than its name says" in ctx.warnings[0]
    assert all("'Photo' is missing" in text for text in ctx.warnings[1:])
    assert len(ctx.warnings) == 4


def test_a_bitmap_above_the_limit_is_named(
    ctx: FakeContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NODEUI_MAX_PIXELS", "100")
    name = bitmaps.add(encode(PASTED), tmp_path / "some.files")
    made(ctx, painting(Layer(id="a", bitmap=name)))
    assert "16 x 12 pixels is too large" in ctx.warnings[0]


def test_layers_that_lack_something_are_named(ctx: FakeContext):
    made(ctx, painting(Layer(id="a", name="Sky", input=4), Layer(id="m", name="M", mask_of="x")))
    assert ctx.warnings == [
        "Nothing is linked to the picture 4 of the layer 'Sky'.",
        "The layer 'M' masks a layer that is not there.",
    ]


def test_batches_are_composed_picture_by_picture(ctx: FakeContext):
    base, top = picture(3, 24, 32, 3), picture(1, 24, 32, 4)
    seen = made(ctx, (), base, image_1=top).image.pixels
    for number in range(3):
        wanted = composite(base.pixels[number], top.pixels[0], "normal")
        np.testing.assert_allclose(seen[number], wanted, atol=1e-6)
    varied = made(ctx, (), None, image_1=picture(2, 24, 32, 3)).image.pixels
    np.testing.assert_array_equal(varied, picture(2, 24, 32, 3).pixels)
    with pytest.raises(NodeError, match="3 pictures"):
        made(ctx, (), picture(2, 24, 32, 3), image_1=picture(3, 24, 32, 3))
    with pytest.raises(NodeError, match="no picture"):
        made(ctx, (), None, image_2=Image(np.zeros((0, 4, 4, 3), np.float32)))


# --- OpenRaster ------------------------------------------------------------------------------


def saved(ctx: FakeContext, found: Any) -> Path:
    files = layers.save_openraster(found.layers, ctx, "some").files
    assert [file.path for file in files] == ["some.ora"]
    return ctx.output_dir / "some.ora"


def test_saved_layers_are_the_pixels_of_the_node(ctx: FakeContext, tmp_path: Path):
    name = bitmaps.add(encode(PASTED), tmp_path / "some.files")
    place = placing.at(4, 6, 16, 12, Box(0, 0, 32, 24))
    lines = painting(
        Layer(id="a", name="Photo", bitmap=name, place=place, opacity=0.75, mode="multiply"),
        Layer(id="m", mask_of="a"),
        Layer(id="b", name="Ink", hidden=True),
        mark("rectangle", (0, 0), (0.5, 1), layer="m"),
        mark("ellipse", (0.1, 0.1), (0.9, 0.9), layer="b", colour="#3366ff"),
    )
    found = made(ctx, lines, picture(1, 24, 32, 3), image_1=picture(1, 24, 32, 4))
    ora = openraster.read(saved(ctx, found))
    assert [(layer.name, layer.mode, layer.opacity, layer.hidden) for layer in ora.layers] == [
        ("Background", "normal", 1, False),
        ("image_1", "normal", 1, False),
        ("Photo", "multiply", 0.75, False),
        ("Ink", "normal", 1, True),
    ]
    photo = ora.layers[2]
    kept = PASTED[..., 3].copy()
    kept[:, :12] = 0
    whole = np.zeros((24, 32), np.uint8)
    height, width = photo.pixels.shape[:2]
    whole[photo.y : photo.y + height, photo.x : photo.x + width] = photo.pixels[..., 3]
    np.testing.assert_array_equal(whole[6:18, 4:20], kept)


def test_a_round_trip_keeps_all_pixels(ctx: FakeContext, tmp_path: Path):
    """Load what was saved, save it again: the same layers, and the same picture."""
    lines = painting(
        Layer(id="a", opacity=0.5, mode="screen"),
        Layer(id="b"),
        mark("brush", (0.1, 0.1), (0.9, 0.8), layer="a", size=0.3, colour="#ff8800"),
        mark("brush", (0.1, 0.8), (0.9, 0.2), layer="b", size=0.2, flow=0.3, colour="#3366ff"),
    )
    first = made(ctx, lines, picture(1, 24, 32, 3))
    ora = openraster.read(saved(ctx, first))
    entries = [
        Layer(
            id=f"l{number}",
            bitmap=bitmaps.add(encode(layer.pixels), tmp_path / "some.files"),
            place=placing.at(
                layer.x,
                layer.y,
                layer.pixels.shape[1],
                layer.pixels.shape[0],
                Box(0, 0, ora.width, ora.height),
            ),
            opacity=layer.opacity,
            mode=layer.mode,
        )
        for number, layer in enumerate(ora.layers)
    ]
    second = made(ctx, painting(*entries), width=ora.width, height=ora.height)
    np.testing.assert_allclose(second.image.pixels, first.image.pixels, atol=1.5 / 255)
    layers.save_openraster(second.layers, ctx, "again")
    again = openraster.read(ctx.output_dir / "again.ora")
    for one, other in zip(again.layers[1:], ora.layers, strict=True):  # the first is the paper
        assert (one.x, one.y, one.mode, one.opacity) == (
            other.x, other.y, other.mode, other.opacity,
        )  # fmt: skip
        seen = other.pixels[..., 3] if other.pixels.shape[-1] == 4 else np.uint8(255)
        np.testing.assert_array_equal(
            one.pixels[..., 3], np.broadcast_to(seen, one.pixels.shape[:2])
        )
        visible = one.pixels[..., 3] > 0
        np.testing.assert_array_equal(one.pixels[visible, :3], other.pixels[visible, :3])


def test_the_saved_file_is_found_again(ctx: FakeContext):
    found = made(ctx)
    files = layers.save_openraster(found.layers, ctx, "some")
    assert layers.save_openraster(found.layers, ctx, "some") == files
    valid = layers.save_openraster.validator
    assert valid is not None and valid(files, ctx)
    (ctx.output_dir / "some.ora").unlink()
    assert not valid(files, ctx)


# --- saved pictures --------------------------------------------------------------------------


def test_saved_pngs_hold_the_bitmaps_of_the_workflow(ctx: FakeContext, tmp_path: Path):
    data = encode(PASTED)
    name = bitmaps.add(data, tmp_path / "some.files")
    ctx.text = f'{{"painting": ["layer id=a bitmap={name}", "layer bitmap={"0" * 32} id=b"]}}'
    save(picture(1, 4, 4, 3), ctx, "one")
    assert bitmaps.unpack((ctx.output_dir / "one.png").read_bytes(), tmp_path / "found")
    assert (tmp_path / "found" / f"{name}.png").read_bytes() == data
    assert ctx.warnings == []
    save(picture(1, 4, 4, 3), ctx, "two", metadata="none")
    assert not bitmaps.unpack((ctx.output_dir / "two.png").read_bytes(), tmp_path / "found")
    save(picture(1, 4, 4, 3), ctx, "three", format="webp")
    assert ctx.warnings == ["The pictures on painted layers are packed into png files only."]


def test_bitmaps_that_are_too_large_for_a_picture_are_named(
    ctx: FakeContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("nodeui.painting.bitmaps.MOST_PACKED", 500)
    name = bitmaps.add(encode(PASTED), tmp_path / "some.files")
    ctx.text = f'["layer id=a bitmap={name}"]'
    save(picture(1, 4, 4, 3), ctx, "one")
    assert "not packed into the file" in ctx.warnings[0]
    assert not bitmaps.unpack((ctx.output_dir / "one.png").read_bytes(), tmp_path / "found")
