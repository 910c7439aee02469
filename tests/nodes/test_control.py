from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from transformers import (
    DepthAnythingConfig,
    DepthAnythingForDepthEstimation,
    Dinov2Config,
    DPTImageProcessor,
    GLPNConfig,
    GLPNForDepthEstimation,
    GLPNImageProcessor,
    pipeline,
)

from nodes import control, depth_estimation, imaging
from nodes.types import Image
from nodeui.sdk import Cancelled, NodeError
from tests.nodes.fakes import FakeContext, picture

# --- canny -------------------------------------------------------------------------------------


@given(st.integers(0, 255), st.integers(0, 255), st.sampled_from([3, 4]))
def test_canny_is_that_of_opencv(low: int, high: int, channels: int) -> None:
    pixels = picture(2, 24, 20, channels, seed=low).pixels
    smooth = np.stack([cv2.GaussianBlur(p, (0, 0), 2) for p in pixels])
    if channels == 4:
        smooth[..., 3] = 1
    found = control.canny(Image(smooth), low, high)
    assert found.levels.dtype == np.uint8  # a quarter of the memory, the same floats
    edges = found.pixels
    assert edges.shape == (2, 24, 20, 3) and edges.dtype == np.float32
    for n in range(2):
        expected = cv2.Canny(np.ascontiguousarray(imaging.to_bytes(smooth)[n, ..., :3]), low, high)
        for channel in range(3):
            assert np.array_equal(edges[n, ..., channel], expected.astype(np.float32) / 255)


def test_transparent_parts_have_no_edges() -> None:
    noise = picture(1, 32, 32, 4).pixels.copy()
    noise[..., 3] = 0
    assert control.canny(Image(noise)).pixels.max() == 0


# --- sketch ------------------------------------------------------------------------------------


def house(ink: int, paper: int) -> Image:
    sheet = np.full((96, 128, 3), paper, np.uint8)
    for start, end in (
        ((30, 40), (30, 80)),
        ((30, 80), (90, 80)),
        ((90, 80), (90, 40)),
        ((30, 40), (60, 15)),
    ):
        cv2.line(sheet, start, end, (ink, ink, ink), 2)
    return Image(sheet[None].astype(np.float32) / np.float32(255))


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (90, 230), (200, 40)])
def test_a_drawing_becomes_its_strokes_whatever_the_paper(ink: int, paper: int) -> None:
    scribble = control.sketch(house(ink, paper)).pixels
    assert np.array_equal(scribble, house(255, 0).pixels)


def test_thickness_widens_strokes_evenly() -> None:
    line = np.ones((1, 40, 40, 3), np.float32)
    line[:, 20, 5:35] = 0
    for thickness in (1, 3, 9):
        scribble = control.sketch(Image(line), thickness=thickness).pixels[0, :, 20, 0]
        assert scribble.sum() == thickness
        assert scribble[20 - thickness // 2 : 21 + thickness // 2].min() == 1


def test_an_empty_sheet_has_no_strokes() -> None:
    for level in (0.0, 0.4, 1.0):
        sheet = Image(np.full((1, 16, 16, 3), level, np.float32))
        assert control.sketch(sheet).pixels.max() == 0
        assert control.sketch(sheet, "image").pixels.max() == 0


def test_a_picture_gives_the_outlines_of_its_shapes() -> None:
    disc = np.full((128, 128, 3), 220, np.uint8)
    cv2.circle(disc, (64, 64), 40, (60, 90, 40), -1, cv2.LINE_AA)
    noisy = disc + np.random.default_rng(0).normal(0, 4, disc.shape)
    pixels = noisy.clip(0, 255).astype(np.float32)[None] / np.float32(255)
    lines = control.sketch(Image(pixels), "image").pixels[0, ..., 0]
    radius = np.hypot(*(np.mgrid[:128, :128] - 64))
    assert set(np.unique(lines)) == {0, 1}
    assert lines[np.abs(radius - 40) > 5].max() == 0
    angles = np.arctan2(*(np.argwhere(lines > 0) - 64).T)
    assert len(np.unique((angles * 36 / np.pi).round())) >= 72  # no gap wider than five degrees


# --- depth -------------------------------------------------------------------------------------


def save_depth_anything(folder: Path, kind: str = "relative") -> None:
    torch.manual_seed(0)
    stages: dict[str, Any] = {"out_features": ["stage1", "stage2", "stage3", "stage4"]}
    backbone = Dinov2Config(
        hidden_size=16, num_hidden_layers=4, num_attention_heads=2, mlp_ratio=2, image_size=28,
        patch_size=7, reshape_hidden_states=False, **stages,
    )  # fmt: skip
    config = DepthAnythingConfig(
        backbone_config=backbone, patch_size=7, reassemble_hidden_size=16,
        reassemble_factors=[4, 2, 1, 0.5], neck_hidden_sizes=[4, 8, 8, 8], fusion_hidden_size=8,
        head_hidden_size=4, depth_estimation_type=kind, max_depth=10,
    )  # fmt: skip
    model = DepthAnythingForDepthEstimation(config)
    torch.nn.init.normal_(model.head.conv3.weight, 0.5, 0.5)
    model.save_pretrained(folder)
    size = {"height": 28, "width": 28}
    DPTImageProcessor(size=size, ensure_multiple_of=7).save_pretrained(folder)


def save_glpn(folder: Path) -> None:
    torch.manual_seed(0)
    config = GLPNConfig(
        num_encoder_blocks=4, depths=[1] * 4, hidden_sizes=[4, 8, 8, 8],
        num_attention_heads=[1] * 4, decoder_hidden_size=8,
    )  # fmt: skip
    GLPNForDepthEstimation(config).save_pretrained(folder)
    GLPNImageProcessor().save_pretrained(folder)


@pytest.fixture(scope="module")
def estimators(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("estimators")
    save_depth_anything(root / "relative")
    save_depth_anything(root / "metric", "metric")
    save_glpn(root / "glpn")
    return root


@pytest.mark.parametrize("name", ["relative", "metric", "glpn"])
def test_depth_is_that_of_the_transformers_pipeline(estimators: Path, name: str) -> None:
    """Equal up to the range, and inverted for models that predict distance: near is white."""
    ctx, pictures = FakeContext(estimators), picture(2, 64, 96, 3)
    hints = control.depth(pictures, ctx, name).pixels
    assert hints.shape == (2, 64, 96, 3) and hints.dtype == np.float32
    assert ctx.steps == [(0, 2), (1, 2)]
    reference = pipeline("depth-estimation", model=str(estimators / name), device="cpu")
    for n, shown in enumerate(imaging.to_bytes(pictures.pixels)):
        depth = reference(Pillow.fromarray(shown))["predicted_depth"].numpy()
        inverse = depth if name == "relative" else 1 / depth.clip(1e-3)
        expected = (inverse - inverse.min()) / (inverse.max() - inverse.min())
        for channel in range(3):
            assert np.allclose(hints[n, ..., channel], expected, atol=1e-5)
        assert hints[n].min() == 0 and hints[n].max() == 1


def test_depth_is_the_same_each_time(estimators: Path) -> None:
    first = control.depth(picture(1, 32, 32, 4), FakeContext(estimators), "relative").pixels
    from nodes.diffusion.pool import pool

    pool.free()
    again = control.depth(picture(1, 32, 32, 4), FakeContext(estimators), "relative").pixels
    assert np.array_equal(first, again)


def test_where_all_is_equally_far_depth_is_black() -> None:
    assert depth_estimation.stretched(np.full((3, 3), 7, np.float32)).max() == 0


def test_depth_can_be_cancelled(estimators: Path) -> None:
    with pytest.raises(Cancelled):
        control.depth(picture(2, 32, 32, 3), FakeContext(estimators, cancel_after=1), "relative")


def test_the_shipped_estimator_goes_by_name(
    estimators: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depth_estimation, "STARTER", tmp_path)
    with pytest.raises(NodeError, match="shipped depth estimator"):
        control.depth(picture(1, 32, 32, 3), FakeContext(tmp_path))
    (tmp_path / "depth-estimator").symlink_to(estimators / "relative")
    shipped = control.depth(picture(1, 32, 32, 3), FakeContext(tmp_path)).pixels
    chosen = control.depth(picture(1, 32, 32, 3), FakeContext(estimators), "relative").pixels
    assert np.array_equal(shipped, chosen)


def test_the_fingerprint_follows_the_files(estimators: Path, tmp_path: Path) -> None:
    fingerprint = control.depth.fingerprinter
    assert fingerprint is not None
    save_depth_anything(tmp_path / "model")
    files = FakeContext(tmp_path).files
    before = fingerprint(source="model", files=files)
    (tmp_path / "model" / "config.json").write_text("{}")
    assert fingerprint(source="model", files=files) != before


def test_wrong_estimators_are_named(estimators: Path, tmp_path: Path) -> None:
    import shutil

    for name in ("cut", "pickle", "other", "lacking", "bare"):
        shutil.copytree(estimators / "relative", tmp_path / name)
    weights = tmp_path / "cut" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    (tmp_path / "pickle" / "model.safetensors").rename(tmp_path / "pickle" / "pytorch_model.bin")
    (tmp_path / "other" / "config.json").write_text('{"model_type": "clip_text_model"}')
    from safetensors.torch import load_file, save_file

    tensors = load_file(tmp_path / "lacking" / "model.safetensors")
    save_file(dict(list(tensors.items())[3:]), tmp_path / "lacking" / "model.safetensors")
    (tmp_path / "bare" / "preprocessor_config.json").unlink()
    cases = {
        "cut": "damaged", "pickle": "pickle", "other": "cannot be used", "lacking": "lack",
        "bare": "preprocessor_config.json is missing", "absent": "does not exist",
    }  # fmt: skip
    for name, message in cases.items():
        with pytest.raises(NodeError, match=message) as error:
            control.depth(picture(1, 32, 32, 3), FakeContext(tmp_path), name)
        assert error.value.parameter == "source" and name in str(error.value)


# --- all of them -------------------------------------------------------------------------------


def test_inputs_stay_as_they_are(estimators: Path) -> None:
    pictures = picture(2, 32, 32, 4)
    before = pictures.pixels.tobytes()
    control.canny(pictures)
    control.sketch(pictures, "drawing", thickness=3)
    control.sketch(pictures, "image")
    control.depth(pictures, FakeContext(estimators), "relative")
    assert pictures.pixels.tobytes() == before
