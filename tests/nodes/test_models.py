"""Model folders: what is read from them, and what is said about bad ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from nodes import lora, models
from nodes.diffusion import device, layout, load
from nodes.diffusion.pool import Pool
from nodes.environment import environment
from nodes.places import STARTER
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext


@pytest.mark.parametrize(("name", "family"), [("sd15", "sd"), ("sd2", "sd"), ("sdxl", "sdxl")])
def test_what_a_folder_holds(run: FakeContext, tiny_models: Path, name: str, family: str) -> None:
    model, vae = models.load(run, name)
    assert model.source == str(tiny_models / name)
    assert (model.family, model.latent_channels, model.latent_factor) == (family, 4, 4)
    assert model.size == 32
    assert vae.source == str(tiny_models / name / "vae")
    assert (vae.latent_channels, vae.latent_factor) == (4, 4)
    assert models.vae(run, name) == vae


def test_handles_are_the_same_until_a_file_changes(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    run = FakeContext(tmp_path)
    fingerprint = models.load.fingerprinter
    assert fingerprint is not None
    before, mark = models.load(run, "m"), fingerprint("m", run.files)
    (tmp_path / "m" / "README.md").write_text("not read by anything")
    assert models.load(run, "m") == before and fingerprint("m", run.files) == mark
    weights = tmp_path / "m" / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    tensors["conv_in.bias"] += 1
    save_file(tensors, weights, metadata={"format": "pt"})
    after = models.load(run, "m")
    assert after.model.digest != before.model.digest and after.vae == before.vae
    assert fingerprint("m", run.files) != mark


def test_weights_have_memory_of_their_own(run: FakeContext) -> None:
    """A matrix mapped from a file may be aligned otherwise, which changes the order of sums."""
    unet = load.unet(models.load(run, "sd15").model)
    assert all(tensor.data_ptr() % 64 == 0 for tensor in unet.parameters())
    assert not unet.training


def _truncate(folder: Path) -> None:
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def _cut_header(folder: Path) -> None:
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"\x00" * 4)


def _pickle(folder: Path) -> None:
    file = folder / "text_encoder" / "model.safetensors"
    file.rename(file.with_name("pytorch_model.bin"))


def _broken_json(folder: Path) -> None:
    (folder / "unet" / "config.json").write_text("{")


def _other_family(folder: Path) -> None:
    file = folder / "model_index.json"
    index = json.loads(file.read_text())
    index |= {
        "_class_name": "WuerstchenPipeline",
        "text_encoder": ["transformers", "T5EncoderModel"],
    }
    file.write_text(json.dumps(index))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_truncate, r"unet.diffusion_pytorch_model\.safetensors is damaged: it has"),
        (_cut_header, r"vae.diffusion_pytorch_model\.safetensors is damaged"),
        (_pickle, r"pytorch_model\.bin\), .* is refused.*save_pretrained"),
        (_broken_json, r"unet.config\.json cannot be read"),
        (_other_family, "is a WuerstchenPipeline, .*Stable Diffusion 1.x, 2.x and SDXL"),
        (lambda folder: shutil.rmtree(folder / "vae"), "vae is missing"),
        (lambda folder: shutil.rmtree(folder / "text_encoder"), "text_encoder is missing"),
        (lambda folder: shutil.rmtree(folder / "tokenizer"), "tokenizer is missing"),
        (lambda folder: shutil.rmtree(folder / "scheduler"), "scheduler_config.json is missing"),
        (lambda folder: (folder / "model_index.json").unlink(), "model_index.json is missing"),
    ],
)
def test_bad_folders(
    tiny_models: Path, tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    spoil(tmp_path / "m")
    with pytest.raises(NodeError, match=message) as caught:
        models.load(FakeContext(tmp_path), "m")
    assert caught.value.parameter == "source"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere", "The model folder .*nowhere does not exist"),
        ("model.ckpt", "The file .*model.ckpt does not exist"),
        ("model.safetensors", "The file .*model.safetensors does not exist"),
        ("old.ckpt", r"pickle file, .*from_single_file\('old\.ckpt'\)"),
        ("old.pt", "pickle"),
        ("unet/old.BIN", "pickle"),
        ("old.gguf", "GGUF"),
        ("starter/nothing", "shipped model 'starter/nothing' is missing from"),
    ],
)
def test_bad_sources(tmp_path: Path, source: str, message: str) -> None:
    if "old." in source:
        (tmp_path / "unet").mkdir()
        (tmp_path / source).write_bytes(b"")
    for node in (models.load, models.vae, models.controlnet):
        with pytest.raises(NodeError, match=message) as caught:
            node(FakeContext(tmp_path), source)
        assert caught.value.parameter == "source"


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        ("model.diffusion_model.input_blocks.0.0.weight", "whole model.*Load model"),
        ("control_model.input_hint_block.0.weight", r"ControlNet.*ControlNetModel\.from_single"),
        ("decoder.up.0.block.0.conv1.weight", "VAE.*Load VAE"),
        ("lora_unet_down_blocks_0.lora_up.weight", "LoRA.*node"),
        ("emb_params", "embedding.*Load embedding"),
        ("conv_first.weight", "upscaler.*Upscale with a model"),
        ("double_blocks.0.img_attn.qkv.weight", "Flux"),
        ("anything", "unknown kind"),
    ],
)
def test_the_advice_about_a_single_file_fits_its_kind(
    tmp_path: Path, tensor: str, message: str
) -> None:
    save_file({tensor: torch.zeros(1)}, tmp_path / "x.safetensors")
    for node in (models.load, models.vae, models.controlnet):
        with pytest.raises(NodeError, match=message) as caught:
            node(FakeContext(tmp_path), "x.safetensors")
        assert "{" not in str(caught.value)


def test_a_controlnet_is_no_model(run: FakeContext) -> None:
    with pytest.raises(NodeError, match="contains a UNet2DConditionModel, but ControlNetModel"):
        models.controlnet(run, "sd15/unet")
    with pytest.raises(NodeError, match=r"control-a.model_index\.json is missing"):
        models.load(run, "control-a")


def test_weights_that_do_not_fit_their_config(tiny_models: Path, tmp_path: Path) -> None:
    """The message names the folder and the first weight, without loading any."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = tmp_path / "m" / "unet" / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "block_out_channels": [4, 16]}))
    with pytest.raises(NodeError, match=r"conv_in\.weight in .*m.unet has the shape") as caught:
        models.load(FakeContext(tmp_path), "m")
    assert caught.value.parameter == "source"


def test_shards_and_the_fp16_variant(tiny_models: Path, tmp_path: Path) -> None:
    from diffusers import UNet2DConditionModel

    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    run = FakeContext(tmp_path)
    folder = tmp_path / "m" / "unet"
    unet = UNet2DConditionModel.from_pretrained(folder)
    (folder / "diffusion_pytorch_model.safetensors").unlink()
    unet.save_pretrained(folder, max_shard_size="20KB")
    found = layout.weights(folder, layout.DIFFUSERS_WEIGHTS)
    assert len(found.files) > 1 and found.variant is None
    expected = unet.conv_in.weight.clone()
    assert torch.equal(load.unet(models.load(run, "m").model).conv_in.weight, expected)
    found.files[0].unlink()
    with pytest.raises(NodeError, match=f"{found.files[0].name} is missing"):
        models.load(run, "m")
    shutil.rmtree(folder)
    unet.half().save_pretrained(folder, variant="fp16")
    assert layout.weights(folder, layout.DIFFUSERS_WEIGHTS).variant == "fp16"
    half = load.unet(models.load(run, "m").model).conv_in.weight
    assert half.dtype == torch.float32 and torch.allclose(half, expected, atol=1e-3)


# --- the hub ---


def test_a_hub_id_is_taken_from_the_cache(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laid out as the hub client lays it out: a snapshot of a commit, named by a reference."""
    cache = tmp_path / "hub"
    home = cache / "models--someone--tiny"
    shutil.copytree(tiny_models / "sd15", home / "snapshots" / "0" / "")
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("0")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(cache))
    run = FakeContext(tmp_path)
    model = models.load(run, "someone/tiny").model
    assert Path(model.source) == home / "snapshots" / "0"
    fingerprint = models.load.fingerprinter
    assert fingerprint is not None
    assert fingerprint("someone/tiny", run.files) != "not here"


def test_a_hub_id_without_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    def unreachable(_name: str, local_files_only: bool = False, **_: object) -> str:
        if local_files_only:
            raise LocalEntryNotFoundError("not cached")
        raise ConnectionError("the network is down\nand more")

    monkeypatch.setattr("huggingface_hub.snapshot_download", unreachable)
    run = FakeContext(tmp_path)
    with pytest.raises(NodeError, match=r"'a/b' is neither .*the network is down$") as caught:
        models.load(run, "a/b")
    assert caught.value.parameter == "source"
    fingerprint = models.load.fingerprinter
    assert fingerprint is not None
    assert fingerprint("a/b", run.files) == "not here"


# --- pool and environment ---


def test_the_pool_keeps_what_was_used_last() -> None:
    pool = Pool(limit=1000)
    built: list[str] = []

    def get(name: str) -> torch.nn.Module:
        def build() -> torch.nn.Module:
            built.append(name)
            return torch.nn.Linear(10, 10, bias=False)  # 400 bytes

        return pool.get(name, build)

    first = get("a")
    get("b")
    assert get("a") is first and pool.size == 800
    get("c")  # b goes: it was used least lately
    get("a")
    get("b")
    assert built == ["a", "b", "c", "b"] and pool.size == 800
    pool.free()
    assert pool.size == 0


def test_the_environment_names_what_bits_depend_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEUI_DEVICE", "cpu")
    monkeypatch.setenv("NODEUI_THREADS", "3")
    line = environment()
    assert f"torch {version('torch')}" in line and "cpu" in line and "3 threads" in line
    monkeypatch.setenv("NODEUI_THREADS", "1")
    assert environment() != line
    monkeypatch.setenv("NODEUI_THREADS", "3")
    monkeypatch.setenv("NODEUI_DTYPE", "bfloat16")
    assert environment() != line


def test_a_precision_that_was_chosen_for_all_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEUI_DTYPE", "bfloat16")
    assert device.dtype("auto") is device.dtype("auto-bfloat16") is torch.bfloat16
    assert device.dtype("float32") is torch.float32
    monkeypatch.setenv("NODEUI_DTYPE", "int3")
    with pytest.raises(NodeError, match="NODEUI_DTYPE is 'int3'"):
        device.dtype("auto")


def test_the_starter_model_ships(run: FakeContext) -> None:
    assert models.load(run).model.source == str(STARTER)
    for name in ("depth", "canny", "sketch"):
        assert Path(models.controlnet(run, f"starter/{name}").source).is_dir()


def test_a_lora_ships_for_the_starter_model(run: FakeContext) -> None:
    model = models.load(run).model
    (fast,) = lora.apply(run, model).loras
    assert Path(fast.source).is_file() and STARTER in Path(fast.source).parents
