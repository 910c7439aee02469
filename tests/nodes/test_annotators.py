from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from nodes import annotators, detectors, imaging
from nodes.diffusion.pool import pool
from nodes.types import Image
from nodeui.sdk import Cancelled, NodeError, NodeFunction
from tests.nodes.fakes import FakeContext, picture

NODES: dict[str, tuple[NodeFunction[..., Image], detectors.Network]] = {
    "HEDdetector": (annotators.hed, detectors.HED),
    "PidiNetDetector": (annotators.pidinet, detectors.PIDINET),
    "LineartDetector": (annotators.lineart, detectors.LINEART),
    "LineartAnimeDetector": (annotators.lineart_anime, detectors.LINEART_ANIME),
    "MLSDdetector": (annotators.mlsd, detectors.MLSD),
    "TEEDdetector": (annotators.teed, detectors.TEED),
    "NormalBaeDetector": (annotators.normal_bae, detectors.NORMAL_BAE),
    "OpenposeDetector": (annotators.openpose, detectors.BODY),
}


def save_weights(network: detectors.Network, folder: Path, seed: int = 0) -> None:
    """Random weights as the repositories have them: some in a wrapper, some with other names."""
    torch.manual_seed(seed)
    with detectors.quiet():
        tensors: dict[str, Any] = network.build().state_dict()
    if network.rename:
        tensors = {name.split(".", 1)[1]: tensor for name, tensor in tensors.items()}
    wrapper = {detectors.PIDINET.file: "state_dict", detectors.NORMAL_BAE.file: "model"}
    if network.file in wrapper:
        named = {f"module.{name}": tensor for name, tensor in tensors.items()}
        tensors = {wrapper[network.file]: named, "epoch": 3}
    torch.save(tensors, folder / network.file)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with weights of all networks but the two largest: a gigabyte, so it is removed."""
    folder = tmp_path_factory.mktemp("annotators")
    for _, network in NODES.values():
        save_weights(network, folder)
    for network in (detectors.LINEART_COARSE, detectors.HAND, detectors.FACE):
        save_weights(network, folder, 1)
    yield folder
    pool.free()
    shutil.rmtree(folder)


@pytest.fixture
def ctx(weights: Path) -> FakeContext:
    return FakeContext(weights)


def reference(name: str, folder: Path) -> Callable[..., Any]:
    """The detector as controlnet-aux itself loads it."""
    with detectors.quiet():
        import controlnet_aux

        options = {"filename": "5_model.pth"} if name == "TEEDdetector" else {}
        return getattr(controlnet_aux, name).from_pretrained(str(folder), **options)


@pytest.mark.parametrize("name", NODES)
def test_hints_are_those_of_controlnet_aux(ctx: FakeContext, name: str) -> None:
    annotate, _ = NODES[name]
    pictured = picture(1, 64, 128, 3)
    hints = annotate(pictured, ctx, weights=".", resolution=64).pixels
    assert hints.shape == (1, 64, 128, 3) and hints.dtype == np.float32
    sizes = {"detect_resolution": 64, "image_resolution": 64}
    if name == "TEEDdetector":
        del sizes["image_resolution"]
    detect = reference(name, ctx.root)
    with detectors.quiet():
        expected = detect(imaging.to_bytes(pictured.pixels)[0], output_type="np", **sizes)
    assert np.array_equal(imaging.to_bytes(hints)[0], expected)


@pytest.mark.parametrize("name", ["PidiNetDetector", "MLSDdetector", "TEEDdetector"])
@pytest.mark.parametrize("shape", [(2, 50, 70, 4), (1, 90, 33, 3)])
def test_hints_have_the_size_of_the_picture(
    ctx: FakeContext, name: str, shape: tuple[int, ...]
) -> None:
    annotate, _ = NODES[name]
    pictures = picture(*shape)
    before = pictures.pixels.tobytes()
    for resolution in (64, 192):
        hints = annotate(pictures, ctx, weights=".", resolution=resolution).pixels
        assert hints.shape == (*shape[:3], 3)
        assert hints.min() >= 0 and hints.max() <= 1
        again = annotate(pictures, ctx, weights=".", resolution=resolution).pixels
        assert np.array_equal(hints, again)
    assert pictures.pixels.tobytes() == before
    assert ctx.steps[: shape[0]] == [(n, shape[0]) for n in range(shape[0])]


def test_options_reach_the_detectors(ctx: FakeContext) -> None:
    shown = picture(1, 64, 64, 3)
    strokes = annotators.hed(shown, ctx, scribble=True, weights=".", resolution=64).pixels
    assert set(np.unique(strokes)) <= {0, 1}
    steps = annotators.pidinet(shown, ctx, quantise=True, weights=".", resolution=64).pixels
    assert set(imaging.to_bytes(steps).ravel().tolist()) <= {0, 127, 255}
    fine = annotators.lineart(shown, ctx, weights=".", resolution=64).pixels
    coarse = annotators.lineart(shown, ctx, coarse=True, weights=".", resolution=64).pixels
    assert not np.array_equal(fine, coarse)
    none = annotators.mlsd(shown, ctx, score=1.0, weights=".", resolution=64).pixels
    assert none.max() == 0


def test_mlsd_does_not_take_a_failure_for_no_lines(
    ctx: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("controlnet_aux.mlsd.utils.pred_lines", fail)
    with pytest.raises(MemoryError):
        annotators.mlsd(picture(1, 64, 64, 3), ctx, weights=".", resolution=64)


def test_hands_and_faces_are_those_of_openpose(ctx: FakeContext) -> None:
    from controlnet_aux.open_pose.face import Face
    from controlnet_aux.open_pose.hand import Hand

    for network, kind in ((detectors.HAND, Hand), (detectors.FACE, Face)):
        part = network.detector(detectors.load(network, ".", ctx.files))
        original = kind(str(ctx.root / network.file))
        own, theirs = vars(part), vars(original)
        assert own.keys() == theirs.keys()
        assert all(own[name] == theirs[name] for name in own if name != "model")
        tensors = original.model.state_dict()
        assert all(torch.equal(t, tensors[name]) for name, t in part.model.state_dict().items())
    shown = picture(1, 64, 64, 3)
    hint = annotators.openpose(shown, ctx, hands=True, face=True, weights=".", resolution=64)
    assert hint.pixels.shape == (1, 64, 64, 3)


def test_openpose_asks_for_the_parts_that_it_draws(weights: Path, tmp_path: Path) -> None:
    shutil.copy(weights / detectors.BODY.file, tmp_path)
    fingerprint = annotators.openpose.fingerprinter
    assert fingerprint is not None
    files = FakeContext(tmp_path).files
    assert fingerprint(weights=".", hands=False, face=False, files=files)
    with pytest.raises(NodeError, match=r"hand_pose_model\.pth"):
        fingerprint(weights=".", hands=True, face=False, files=files)
    with pytest.raises(NodeError, match=r"facenet\.pth"):
        fingerprint(weights=".", hands=False, face=True, files=files)


def test_cancelling_stops_between_pictures(weights: Path) -> None:
    ctx = FakeContext(weights, cancel_after=1)
    with pytest.raises(Cancelled):
        annotators.teed(picture(3, 64, 64, 3), ctx, weights=".", resolution=64)
    assert len(ctx.steps) == 2


# --- finding weights -----------------------------------------------------------------------------


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty usual folder and an empty hub cache."""
    monkeypatch.setattr(detectors, "usual_folder", lambda: tmp_path / "usual")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    (tmp_path / "usual").mkdir()
    return tmp_path / "usual"


@pytest.mark.parametrize(
    "annotate",
    [n for n in vars(annotators).values() if isinstance(n, NodeFunction)],
    ids=lambda n: n.id,
)
def test_missing_weights_say_where_to_get_them(
    annotate: NodeFunction[..., Image], usual: Path, tmp_path: Path
) -> None:
    ctx = FakeContext(tmp_path)
    for chosen, folder in (("", usual), ("mine", tmp_path / "mine")):
        with pytest.raises(NodeError) as error:
            annotate(picture(1, 64, 64, 3), ctx, weights=chosen)
        message = str(error.value)
        assert error.value.parameter == "weights"
        assert str(folder) in message
        assert any(suffix in message for suffix in (".pth", ".pt"))
        assert "https://huggingface.co/" in message
        assert ("hub cache" in message) == (not chosen)


def test_weights_are_found_in_the_usual_places(weights: Path, usual: Path, tmp_path: Path) -> None:
    files, name = FakeContext(tmp_path).files, detectors.TEED.file
    snapshot = tmp_path / "hub" / "models--fal-ai--teed" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot.parents[1] / "refs").mkdir()
    (snapshot.parents[1] / "refs" / "main").write_text("abc")
    shutil.copy(weights / name, snapshot)
    assert detectors.find_weights(detectors.TEED, "", files) == snapshot / name
    shutil.copy(weights / name, usual)
    assert detectors.find_weights(detectors.TEED, "", files) == usual / name
    with pytest.raises(NodeError):
        detectors.find_weights(detectors.TEED, "elsewhere", files)


def test_safetensors_come_first(weights: Path, tmp_path: Path) -> None:
    ctx, shown = FakeContext(tmp_path), picture(1, 64, 64, 3)
    fingerprint = annotators.teed.fingerprinter
    assert fingerprint is not None
    save_weights(detectors.TEED, tmp_path, seed=7)
    from_pickle = annotators.teed(shown, ctx, levels=0, weights=".", resolution=64).pixels
    before = fingerprint(weights=".", files=ctx.files)
    tensors = torch.load(weights / detectors.TEED.file, weights_only=True)
    save_file({k: 3 * v.contiguous() for k, v in tensors.items()}, tmp_path / "5_model.safetensors")
    assert fingerprint(weights=".", files=ctx.files) != before
    first = annotators.teed(shown, ctx, levels=0, weights=".", resolution=64).pixels
    assert not np.array_equal(first, from_pickle)
    (tmp_path / detectors.TEED.file).unlink()
    assert np.array_equal(
        annotators.teed(shown, ctx, levels=0, weights=".", resolution=64).pixels, first
    )


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def test_no_program_in_a_checkpoint_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    ctx, file = FakeContext(tmp_path), tmp_path / detectors.TEED.file
    for write in (
        lambda: torch.save({"weight": Evil(trap)}, file),
        lambda: file.write_bytes(pickle.dumps({"weight": Evil(trap)})),
    ):
        write()
        with pytest.raises(NodeError, match=r"5_model.*refused.*5_model\.safetensors") as error:
            annotators.teed(picture(1, 64, 64, 3), ctx, weights=".", resolution=64)
        assert error.value.parameter == "weights" and not trap.exists()


def test_wrong_and_damaged_weights_are_named(weights: Path, tmp_path: Path) -> None:
    ctx, name = FakeContext(tmp_path), detectors.TEED.file
    whole = (weights / name).read_bytes()
    cases: dict[str, Callable[[], object]] = {
        "does not contain the weights of TEED": lambda: shutil.copy(
            weights / detectors.MLSD.file, tmp_path / name
        ),
        "damaged": lambda: (tmp_path / name).write_bytes(whole[: len(whole) // 2]),
        "is damaged": lambda: (tmp_path / name).write_bytes(b""),
        "contains no named weights": lambda: torch.save([torch.zeros(2)], tmp_path / name),
        r"5_model\.safetensors is damaged": lambda: (tmp_path / "5_model.safetensors").write_bytes(
            b"not safetensors"
        ),
    }
    for message, write in cases.items():
        write()
        with pytest.raises(NodeError, match=message) as error:
            annotators.teed(picture(1, 64, 64, 3), ctx, weights=".", resolution=64)
        assert error.value.parameter == "weights" and "5_model" in str(error.value)
