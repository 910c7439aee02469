"""Tests networks and samplers on a fake CUDA device: no CPU tensor is mixed with those on it."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from torch.utils._python_dispatch import _disable_current_modes

from nodes import control, detectors, guidance, latents, lora, models, sample, text
from nodes.diffusion import arrays, load, schedulers, snapshot, solving
from nodes.diffusion import device as devices
from nodes.diffusion.device import device
from nodes.diffusion.pool import pool
from nodes.types import Blend, Conditioning, Control, Image, Latents, Mask, Model
from tests.nodes import test_ip_adapter, test_lora, tiny, tiny_pipelines
from tests.nodes.fake_cuda import FakeCuda
from tests.nodes.fakes import FakeContext, restore

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore::FutureWarning")]

DTYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16}
_HELD: OrderedDict[Any, torch.nn.Module] = OrderedDict()  # networks on the fake device
halves = pytest.mark.parametrize("precision", DTYPES)
half = pytest.mark.parametrize("precision", ["float16"])


@pytest.fixture
def precision() -> str:
    """Dtype of all models; tests may set another."""
    return "float16"


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch, precision: str) -> Iterator[FakeCuda]:
    """A fake CUDA device, on which all models run in one precision."""
    monkeypatch.setenv("NODEUI_DEVICE", "cuda")
    monkeypatch.setenv("NODEUI_DTYPE", precision)
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", False)
    monkeypatch.setattr(pool, "_limit", 2**40)
    monkeypatch.setattr(pool, "_held", _HELD)
    monkeypatch.setattr(snapshot, "arrival", lambda _: lambda: None)  # there are no events
    # modules whose tensors are fake swap them, which a weak reference to one forbids
    monkeypatch.setattr(torch.utils, "weakref", SimpleNamespace(getweakrefs=lambda _: []))
    device.cache_clear()
    with FakeCuda() as fake:
        assert device().type == "cuda"
        yield fake
    device.cache_clear()
    assert fake.drawn == []


def assert_on_device(tensor: Any, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    assert (tensor.device.type, tensor.dtype, tuple(tensor.shape)) == ("cuda", dtype, shape)


def assert_wire(array: Any, shape: tuple[int, ...]) -> None:
    """Check a socket value: read-only float32 on the CPU."""
    assert isinstance(array, np.ndarray) and not array.flags.writeable
    assert (array.dtype, array.shape) == (np.float32, shape)


def weights_of(network: torch.nn.Module) -> set[tuple[str, torch.dtype]]:
    tensors = [
        one for one in (*network.parameters(), *network.buffers()) if one.dtype.is_floating_point
    ]
    return {(one.device.type, one.dtype) for one in tensors}


def first_steps(cuda: FakeCuda, steps: Any, dtype: torch.dtype, shape: tuple[int, ...]) -> int:
    """Do two steps with snapshots, and restore the second one.

    Returns:
        Number of copies and reads in the second step that wait for the device.
    """
    steps.step()
    assert_on_device(steps._latents, dtype, shape)
    dumped = steps.snapshot()
    assert callable(dumped), "the state is copied during the next step"
    first: Any = dumped()
    cuda.crossings.clear()
    steps.step()
    waits = len(cuda.blocking())
    assert_on_device(steps._latents, dtype, shape)
    for part in steps._estimate:
        assert (part.device.type, part.dtype) == ("cuda", dtype)
    cuda.crossings.clear()
    dumped = steps.snapshot()
    assert cuda.downloads() and not cuda.blocking()
    state = dumped()
    restore(steps, [first, state])
    assert_on_device(steps._latents, dtype, shape)
    assert steps.preview().dtype == np.uint8
    assert set(steps.pictures(None, state)) == {"x0", "x_t", "noise"}
    return waits


# --- the device itself --------------------------------------------------------------------------


def test_the_fake_device_is_strict(cuda: FakeCuda) -> None:
    """Mixing it with a CPU tensor fails, and so does reading a value from it."""
    there = torch.ones(600, device="cuda", dtype=torch.float16)
    assert there.device.type == "cuda"
    with pytest.raises(RuntimeError, match="same device"):
        torch.add(there, torch.ones(600))
    assert (there * torch.tensor(2.0)).dtype == torch.float16  # a scalar may
    for read in (lambda: there.sum().item(), lambda: bool(there[0]), lambda: there[there > 0]):
        with pytest.raises(AssertionError, match="on the device only"):
            read()
    assert there.cpu().shape == (600,) and cuda.blocking()
    known = torch.tensor([3, 4]).to("cuda")
    assert known[1].item() == 4 and (known * 2).tolist() == [6, 8]
    torch.rand(3, device="cuda")
    assert cuda.drawn == ["aten.rand.default"]
    cuda.drawn.clear()


def test_real_numbers_on_the_host(cuda: FakeCuda) -> None:
    assert torch.arange(3).sum().item() == 3


def test_uploads_do_not_wait(cuda: FakeCuda) -> None:
    """They come from pinned memory, in the dtype that they have on the device."""
    values = np.linspace(0, 1, 600, dtype=np.float32)
    there = arrays.to_tensor(values, device(), torch.float16)
    assert_on_device(there, torch.float16, (600,))
    (crossing,) = cuda.crossings
    assert crossing.upload and not crossing.blocking and crossing.dtype == torch.float16
    assert arrays.to_tensor(values, torch.device("cpu"), torch.float16).device.type == "cpu"
    assert len(cuda.crossings) == 1


def test_a_prompt_that_changes_in_each_step_waits_for_nothing(
    cuda: FakeCuda, run: FakeContext
) -> None:
    prompt = Conditioning(np.zeros((1, 77, tiny.WIDTH), np.float32), None, "")
    other = Conditioning(np.ones((1, 77, tiny.WIDTH), np.float32), None, "")
    fading = replace(prompt, changes=(Blend(other, ((0.0, 0.0), (1.0, 1.0))),))
    steps = unet_steps(run, positive=fading, scheduler="ddim", eta=0.0)
    assert first_steps(cuda, steps, torch.float16, SHAPE) == 0


# --- networks -----------------------------------------------------------------------------------


@halves
@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_text_encoders(cuda: FakeCuda, run: FakeContext, name: str, precision: str) -> None:
    """The prompt has weights and is longer than a window, which covers all of the arithmetic."""
    model = models.load(run, name).model
    found = text.encode(model, "a (cat:1.3) " + "sea " * 80, clip_skip=1)
    width = tiny.WIDTH * (2 if name == "sdxl" else 1)
    assert_wire(found.embeds, (1, 154, width))
    if name == "sdxl":
        assert_wire(found.pooled, (1, tiny.WIDTH))
    assert weights_of(load.text_encoder(model, 1)) == {("cuda", DTYPES[precision])}


@halves
@pytest.mark.parametrize("name", ["sd15", "sdxl"])
@pytest.mark.parametrize("tiled", [False, True])
def test_vae(cuda: FakeCuda, run: FakeContext, name: str, tiled: bool, precision: str) -> None:
    """Their configs ask for float32 instead of float16."""
    vae = models.load(run, name).vae
    found = latents.encode(Image(tiny.picture(1, 2)), vae, tiled)
    assert_wire(found.samples, (2, 4, 8, 8))
    assert_wire(latents.decode(found, vae, tiled).pixels, (2, 32, 32, 3))
    assert load.vae(vae).config["force_upcast"]
    expected = torch.float32 if precision == "float16" else torch.bfloat16
    assert weights_of(load.vae(vae)) == {("cuda", expected)}


# --- the UNet sampler ---------------------------------------------------------------------------


def unet_steps(run: FakeContext, name: str = "sd15", **changes: Any) -> Any:
    """Return a sampler of 4 steps for two pictures; prompts are zeros, so no encoder runs."""
    model = changes.pop("model", None) or models.load(run, name).model
    sdxl = name == "sdxl"
    prompt = Conditioning(
        np.zeros((1, 77, tiny.WIDTH * (2 if sdxl else 1)), np.float32),
        np.zeros((1, tiny.WIDTH), np.float32) if sdxl else None,
        "",
    )
    values: dict[str, Any] = {
        "positive": prompt,
        "negative": prompt,
        "latents": latents.empty(model, batch=2),
        "steps": 4,
        "eta": 0.5,
        **changes,
    }
    return sample.denoise(model, **values)


SHAPE = (2, 4, 8, 8)
# noise drawn in a step is copied to the device; UniPC of diffusers also copies its sigmas
WAITS = {"unipc": 5}


@half
@pytest.mark.parametrize("name", [name for name in schedulers.SCHEDULERS if name != "auto"])
def test_solvers(cuda: FakeCuda, run: FakeContext, name: str, precision: str) -> None:
    """Nothing waits for the device, except for noise."""
    steps = unet_steps(run, scheduler=name, guidance_scale=1.0)
    waits = first_steps(cuda, steps, torch.float16, SHAPE)
    draws = schedulers.SCHEDULERS[name].draws != "never"
    assert waits == WAITS.get(name, int(draws))
    assert_wire(steps.result().samples, SHAPE)


@halves
@pytest.mark.parametrize("name", ["sd15", "sd2", "sdxl"])
def test_guidance(cuda: FakeCuda, run: FakeContext, name: str, precision: str) -> None:
    steps = unet_steps(run, name, guidance_rescale=0.7)
    assert first_steps(cuda, steps, DTYPES[precision], SHAPE) == 0
    assert weights_of(steps._unet) == {("cuda", DTYPES[precision])}


def test_guidance_as_an_input_of_the_network(
    cuda: FakeCuda, run: FakeContext, tiny_models: Path
) -> None:
    """The scale is copied to the device once, not in every step."""
    if not (tiny_models / "lcm").exists():
        tiny.build_sd(tiny_models / "lcm", diffusers.LCMScheduler(), time_cond_proj_dim=8)
    assert (
        first_steps(cuda, unet_steps(run, "lcm", scheduler="ddim", eta=0.0), torch.float16, SHAPE)
        == 0
    )


@halves
@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_controlnets(cuda: FakeCuda, run: FakeContext, name: str, precision: str) -> None:
    control: Control | None = None
    for net in ("control-a", "control-b") if name == "sd15" else ("control-xl",):
        hint = Image(tiny.picture(2, side=48))
        control = guidance.apply(models.controlnet(run, net), hint, control)
    assert first_steps(cuda, unet_steps(run, name, control=control), DTYPES[precision], SHAPE) == 0
    assert control is not None
    net = load.controlnet(control.units[0].controlnet, models.load(run, name).model)
    assert weights_of(net) == {("cuda", DTYPES[precision])}


@halves
def test_adapters(cuda: FakeCuda, run: FakeContext, tiny_models: Path, precision: str) -> None:
    """A LoRA and an image prompt together."""
    file = test_ip_adapter.build(tiny_models / "ip-cuda", tiny_models / "sd15" / "unet", "plain", 1)
    test_lora.build(tiny_models / "lora-cuda", tiny_models / "sd15", 1, ("unet", "text_encoder"))
    model = lora.apply(run, models.load(run, "sd15").model, "lora-cuda", strength=0.5)
    assert_wire(text.encode(model, "a cat").embeds, (1, 77, tiny.WIDTH))
    adapter = test_ip_adapter.ip_adapter.load(run, "ip-cuda", file)
    control = test_ip_adapter.ip_adapter.apply(adapter, test_ip_adapter.shown(1), scale=0.6)
    steps = unet_steps(run, model=model, control=control)
    assert first_steps(cuda, steps, DTYPES[precision], SHAPE) == 0
    changes = [change for one in steps._loras._changes.values() for _, change in one]
    assert len(changes) > 4
    assert all(weights_of(change) == {("cuda", DTYPES[precision])} for change in changes)
    assert weights_of(steps._unet) == {("cuda", DTYPES[precision])}


@half
@pytest.mark.parametrize("scheduler", ["ddim", "euler"])
def test_masks(cuda: FakeCuda, run: FakeContext, scheduler: str, precision: str) -> None:
    """Outside the mask, `add_noise` of diffusers keeps the picture; it copies tables."""
    start = Latents(np.zeros(SHAPE, np.float32))
    alpha = np.zeros((1, 32, 32), np.float32)
    alpha[:, 8:24] = 1
    steps = unet_steps(
        run, latents=start, mask=Mask(alpha), strength=0.9, scheduler=scheduler, eta=0.0
    )
    assert first_steps(cuda, steps, torch.float16, SHAPE) <= 3


def test_inpainting_models(cuda: FakeCuda, run: FakeContext, tiny_models: Path) -> None:
    if not (tiny_models / "paint-cuda").exists():
        scheduler = diffusers.DDIMScheduler(**tiny.BETAS, steps_offset=1, clip_sample=False)
        tiny.build_sd(tiny_models / "paint-cuda", scheduler, in_channels=9)
    start = Latents(np.zeros(SHAPE, np.float32))
    mask = Mask(np.ones((1, 32, 32), np.float32))
    steps = unet_steps(run, "paint-cuda", latents=start, mask=mask, masked=start)
    assert first_steps(cuda, steps, torch.float16, SHAPE) == 0


def test_a_whole_sdxl(
    cuda: FakeCuda, tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A UNet of full size, two pictures of 1024 pixels, guided."""
    config = {
        "_class_name": "UNet2DConditionModel",
        "sample_size": 128,
        "in_channels": 4,
        "out_channels": 4,
        "block_out_channels": [320, 640, 1280],
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        "attention_head_dim": [5, 10, 20],
        "transformer_layers_per_block": [1, 2, 10],
        "use_linear_projection": True,
        "cross_attention_dim": 2048,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    }
    for part, values in (
        ("unet/config", config),
        ("scheduler/scheduler_config", json.loads(
            (tiny_models / "sdxl" / "scheduler" / "scheduler_config.json").read_text()
        )),
        ("model_index", {}),
    ):  # fmt: skip
        file = tmp_path / f"{part}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(values))
    torch.set_default_dtype(torch.float16)
    try:
        with torch.device("cuda"):
            network: Any = UNet2DConditionModel.from_config(config)
    finally:
        torch.set_default_dtype(torch.float32)
    cuda.drawn.clear()  # its weights
    assert sum(one.numel() for one in network.parameters()) == 2_567_463_684
    monkeypatch.setattr(load, "unet", lambda _: network)
    model = Model(str(tmp_path), "digest", "sdxl", "auto", 4, 8, 1024)
    prompt = Conditioning(np.zeros((1, 77, 2048), np.float32), np.zeros((1, 1280), np.float32), "")
    steps: Any = sample.denoise(model, prompt, latents.empty(model, batch=2), negative=prompt)
    steps.step()
    assert_on_device(steps._latents, torch.float16, (2, 4, 128, 128))
    assert_wire(steps.result().samples, (2, 4, 128, 128))


# --- the pipeline sampler -----------------------------------------------------------------------

# copies and reads that the pipelines of diffusers do in every call
PIPELINE_WAITS = {
    "flux-dev": 2, "flux-schnell": 3, "chroma": 5, "pixart-alpha": 2, "zimage": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> FakeContext:
    return FakeContext(tmp_path_factory.mktemp("shelf"))


@pytest.mark.parametrize("precision", ["bfloat16"])
@pytest.mark.parametrize("name", tiny_pipelines.MODELS)
def test_families(cuda: FakeCuda, shelf: FakeContext, name: str, precision: str) -> None:
    """From prompt to picture, then image to image."""
    with _disable_current_modes():
        tiny_pipelines.build(name, shelf.root)
    model, vae = models.load(shelf, name)
    prompt = text.encode(model, "a cat")
    values: dict[str, Any] = {} if name == "flux-dev" else {"negative": prompt}
    steps: Any = sample.denoise(
        model, prompt, latents.empty(model, 32, 32, batch=2), **values, steps=4
    )
    full = name in ("zimage", "sana")
    shape = (2, 16, 16) if steps._family.packed else SHAPE
    waits = first_steps(cuda, steps, torch.float32 if full else torch.bfloat16, shape)
    assert waits <= PIPELINE_WAITS.get(name, 0)
    assert weights_of(steps._pipeline.transformer) <= {
        ("cuda", torch.bfloat16), ("cuda", torch.float32), ("cuda", torch.complex64),
    }  # fmt: skip
    picture = latents.decode(steps.result(), vae)
    assert_wire(picture.pixels, (2, 32, 32, 3))
    again: Any = sample.denoise(
        model, prompt, latents.encode(picture, vae), **values, steps=4, strength=0.5
    )
    again.step()
    assert_on_device(again._latents, steps._latents.dtype, shape)


# --- annotators ---------------------------------------------------------------------------------

ANNOTATORS = {
    network.title: network
    for network in (
        detectors.HED, detectors.PIDINET, detectors.LINEART, detectors.LINEART_COARSE,
        detectors.LINEART_ANIME, detectors.MLSD, detectors.TEED, detectors.NORMAL_BAE,
        detectors.MIDAS,
    )
}  # fmt: skip


@pytest.fixture
def unweighted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Annotators keep the random weights that they are built with."""
    file = tmp_path / "weights.safetensors"
    file.write_bytes(b"")
    monkeypatch.setattr(detectors, "find_weights", lambda *_: file)
    monkeypatch.setattr(detectors, "read_weights", lambda _: defaultdict[str, None](lambda: None))
    monkeypatch.setattr(detectors, "check_finite", lambda *_: None)
    monkeypatch.setattr(torch.nn.Module, "load_state_dict", _load_nothing)
    monkeypatch.setattr(pool, "_held", OrderedDict())
    with detectors.quiet():
        for place in ("Xsmish.smish", "ted.Fsmish"):  # compiled by torch, for a real device
            monkeypatch.setattr(f"controlnet_aux.teed.{place}", _smish)


def _smish(x: torch.Tensor) -> torch.Tensor:
    return x * torch.tanh(torch.log(1 + torch.sigmoid(x)))


def _load_nothing(*_: Any, **_options: Any) -> Any:
    return SimpleNamespace(missing_keys=[])


@pytest.mark.parametrize("title", ANNOTATORS)
def test_annotators(cuda: FakeCuda, unweighted: None, ctx: FakeContext, title: str) -> None:
    """All of their networks run in float32, whatever the precision of models."""
    pictures = Image(np.full((2, 64, 96, 3), 0.5, np.float32))
    hints = detectors.annotate(ANNOTATORS[title], pictures, ctx, "", 64, **_OPTIONS.get(title, {}))
    assert hints.pixels.shape == (2, 64, 96, 3)
    (network,) = pool._held.values()
    assert weights_of(network) == {("cuda", torch.float32)}


_OPTIONS: dict[str, dict[str, Any]] = {"M-LSD": {"score": 0.1, "length": 0.1}}


def test_poses(cuda: FakeCuda, unweighted: None, ctx: FakeContext) -> None:
    pictures = Image(np.full((1, 64, 64, 3), 0.5, np.float32))
    hints = detectors.poses(pictures, ctx, "", 64, True, True)
    assert hints.pixels.shape == (1, 64, 64, 3)
    assert len(pool._held) == 3
    for network in pool._held.values():
        assert weights_of(network) == {("cuda", torch.float32)}


def test_depth(cuda: FakeCuda, ctx: FakeContext) -> None:
    hints = control.depth(Image(np.full((2, 64, 96, 3), 0.5, np.float32)), ctx, "starter")
    assert hints.pixels.shape == (2, 64, 96, 3)


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


# --- values that are read on the CPU ------------------------------------------------------------


def test_schedulers_have_their_timesteps_on_the_host(cuda: FakeCuda, run: FakeContext) -> None:
    """The networks get theirs on the device."""
    steps = unet_steps(run, scheduler="ddim")
    seen: list[str] = []
    steps._scheduler.step = _spy(steps._scheduler.step, seen)
    steps._unet.forward = _spy(steps._unet.forward, seen)
    steps.step()
    # prediction, timestep, latents
    assert seen == ["cuda cuda", "cuda cpu cuda"]


def _spy(function: Any, seen: list[str]) -> Any:
    def spy(*args: Any, **options: Any) -> Any:
        tensors = [one for one in args if isinstance(one, torch.Tensor)]
        seen.append(" ".join(one.device.type for one in tensors))
        return function(*args, **options)

    return spy


def test_sigmas_are_read_on_the_host(cuda: FakeCuda, run: FakeContext) -> None:
    scheduler = diffusers.DDIMScheduler()
    scheduler.set_timesteps(4, device=device())
    assert scheduler.timesteps.device.type == "cuda"
    found = solving.sigmas(scheduler)
    assert (found.device.type, found.dtype, found.shape) == ("cpu", torch.float32, (5,))


def test_the_device_is_asked_for_deterministic_kernels(cuda: FakeCuda) -> None:
    assert torch.backends.cudnn.deterministic
    assert devices.dtype("auto") == torch.float16
