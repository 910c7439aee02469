"""Model folders that lack weights or a vocabulary are refused where they are loaded, by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

from nodes import models, text
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext


def _drop(file: Path, name: str) -> None:
    tensors = load_file(file)
    del tensors[name]
    save_file(tensors, file, metadata={"format": "pt"})


def _weights_of(folder: Path) -> Path:
    (file,) = folder.glob("*.safetensors")
    return file


def _some_weight(file: Path) -> str:
    return sorted(load_file(file))[3]


NETWORKS = [
    ("sd15", "unet", "diffusion_pytorch_model"),
    ("sd15", "vae", "diffusion_pytorch_model"),
    ("sd15", "text_encoder", "model"),
    ("sdxl", "text_encoder_2", "model"),
]


@pytest.mark.parametrize(("name", "part", "stem"), NETWORKS)
def test_a_missing_weight(
    tiny_models: Path, tmp_path: Path, name: str, part: str, stem: str
) -> None:
    shutil.copytree(tiny_models / name, tmp_path / "m")
    file = tmp_path / "m" / part / f"{stem}.safetensors"
    lost = _some_weight(file)
    _drop(file, lost)
    with pytest.raises(NodeError, match=f"{part} lacks the weight .*{lost}") as caught:
        models.load(FakeContext(tmp_path), "m")
    assert caught.value.parameter == "source" and "\n" not in str(caught.value)


def test_parts_that_are_loaded_alone(tiny_models: Path, tmp_path: Path) -> None:
    run = FakeContext(tmp_path)
    for folder, node in (("sd15/vae", models.vae), ("control-a", models.controlnet)):
        copy = tmp_path / folder.replace("/", "-")
        shutil.copytree(tiny_models / folder, copy)
        file = copy / "diffusion_pytorch_model.safetensors"
        lost = _some_weight(file)
        _drop(file, lost)
        with pytest.raises(NodeError, match=f"lacks the weight {lost}"):
            node(run, copy.name)


def test_a_weight_of_another_shape(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = tmp_path / "m" / "text_encoder" / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "intermediate_size": 40}))
    with pytest.raises(NodeError, match=r"has the shape \(.*37.*\), but config.json describes"):
        models.load(FakeContext(tmp_path), "m")


@pytest.mark.parametrize(
    ("part", "kind"),
    [("unet", torch.int8), ("vae", torch.bool), ("text_encoder", torch.uint8)],
)
def test_weights_that_are_whole_numbers(
    tiny_models: Path, tmp_path: Path, part: str, kind: torch.dtype
) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = _weights_of(tmp_path / "m" / part)
    save_file({name: tensor.to(kind) for name, tensor in load_file(file).items()}, file)
    with pytest.raises(NodeError, match=rf"{part} is quantised"):
        models.load(FakeContext(tmp_path), "m")


def test_weights_of_8_bits_with_scales(tiny_models: Path, tmp_path: Path) -> None:
    """Without their scales they would be other weights."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = _weights_of(tmp_path / "m" / "unet")
    tensors = load_file(file)
    name = "conv_out.weight"
    tensors |= {name: tensors[name].to(torch.float8_e4m3fn)}
    save_file(tensors, file)
    models.load(FakeContext(tmp_path), "m")
    save_file({**tensors, "conv_out.weight_scale": torch.tensor(2.0)}, file)
    with pytest.raises(NodeError, match=r"unet is quantised \(conv_out.weight_scale is F32\)"):
        models.load(FakeContext(tmp_path), "m")


@pytest.mark.parametrize(
    ("part", "entries", "lost"),
    [
        ("unet", {"mid_block_type": None}, "mid_block"),
        ("vae", {"use_quant_conv": False}, "quant_conv.bias and 1 others"),
        ("text_encoder", {"num_hidden_layers": 2}, "encoder.layers.2"),
    ],
)
def test_weights_that_a_config_does_not_describe(
    tiny_models: Path, tmp_path: Path, part: str, entries: dict[str, Any], lost: str
) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = tmp_path / "m" / part / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))
    run = FakeContext(tmp_path)
    models.load(run, "m")
    (warning,) = run.warnings
    assert f"{part} is used without the weight" in warning and lost in warning


def test_an_index_and_a_single_file(tiny_models: Path, tmp_path: Path) -> None:
    """transformers reads the single file, so that one is checked."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    folder = tmp_path / "m" / "text_encoder"
    index = folder / "model.safetensors.index.json"
    shutil.copy(folder / "model.safetensors", folder / "model-1.safetensors")
    index.write_text(json.dumps({"weight_map": {"a": "model-1.safetensors"}}))
    _drop(folder / "model.safetensors", _some_weight(folder / "model.safetensors"))
    with pytest.raises(NodeError, match="text_encoder lacks the weight"):
        models.load(FakeContext(tmp_path), "m")


@pytest.mark.parametrize("weight_map", [[], {}, "a", None])
def test_an_index_without_files(tiny_models: Path, tmp_path: Path, weight_map: Any) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    index = tmp_path / "m" / "unet" / "diffusion_pytorch_model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": weight_map}))
    with pytest.raises(NodeError, match=r"index\.json does not list any weights"):
        models.load(FakeContext(tmp_path), "m")


@pytest.mark.parametrize(
    ("file", "entries", "message"),
    [
        ("vae/config.json", {"scaling_factor": 0}, "scaling_factor 0"),
        ("vae/config.json", {"scaling_factor": 10**400}, "scaling_factor 1000"),
        ("vae/config.json", {"scaling_factor": None}, "scaling_factor None"),
        ("vae/config.json", {"scaling_factor": "1"}, "scaling_factor '1'"),
        ("vae/config.json", {"latents_mean": [0, 0], "latents_std": [1, 1]}, r"latents_mean \[0"),
        ("vae/config.json", {"latents_std": [1, 1, 1, 0]}, "latents_std"),
        ("unet/config.json", {"sample_size": "x"}, "sample_size 'x'"),
        ("model_index.json", {"text_encoder": ["transformers"]}, "which is not supported"),
        (
            "model_index.json",
            {"tokenizer": ["transformers", "pipeline"]},
            "needs pipeline, which is no",
        ),
    ],
)
def test_entries_that_cannot_be_used(
    tiny_models: Path, tmp_path: Path, file: str, entries: dict[str, Any], message: str
) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    path = tmp_path / "m" / file
    path.write_text(json.dumps({**json.loads(path.read_text()), **entries}))
    with pytest.raises(NodeError, match=message) as caught:
        models.load(FakeContext(tmp_path), "m")
    assert caught.value.parameter == "source" and "\n" not in str(caught.value)


def test_a_network_that_needs_more_than_a_prompt(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    network: Any = UNet2DConditionModel.from_pretrained(tmp_path / "m" / "unet")
    config = {**network.config, "class_embed_type": "timestep"}
    changed: Any = UNet2DConditionModel.from_config(config)
    changed.save_pretrained(tmp_path / "m" / "unet")
    with pytest.raises(NodeError, match=r"needs more than a prompt .*class_embed_type 'timestep'"):
        models.load(FakeContext(tmp_path), "m")


@tiny.QUIET
def test_a_config_that_changes_while_a_network_is_loaded(tiny_models: Path, tmp_path: Path) -> None:
    """The network that is in memory was built from the old config."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    before = tiny.denoiser(FakeContext(tmp_path), "m").run().samples
    file = tmp_path / "m" / "unet" / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "act_fn": "relu"}))
    after = tiny.denoiser(FakeContext(tmp_path), "m").run().samples
    assert np.abs(after - before).max() > 1e-3


def test_names_of_former_versions(tiny_models: Path, tmp_path: Path) -> None:
    """Old VAEs name the parts of their attention otherwise; they load, so they are complete."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = tmp_path / "m" / "vae" / "diffusion_pytorch_model.safetensors"
    former = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    tensors = load_file(file)
    for new, old in former.items():
        tensors = {name.replace(f".{new}.", f".{old}."): t for name, t in tensors.items()}
    assert any(".query." in name for name in tensors)
    save_file(tensors, file, metadata={"format": "pt"})
    models.load(FakeContext(tmp_path), "m")


def _config(**entries: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / "tokenizer_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))

    return change


def _high_end(folder: Path) -> None:
    vocabulary = json.loads((folder / "vocab.json").read_text())
    (folder / "vocab.json").write_text(json.dumps({**vocabulary, "<|endoftext|>": 9999}))


def _no_start(folder: Path) -> None:
    vocabulary = json.loads((folder / "vocab.json").read_text())
    del vocabulary["<|startoftext|>"]
    (folder / "vocab.json").write_text(json.dumps(vocabulary))


def _no_vocabulary(folder: Path) -> None:
    (folder / "vocab.json").unlink()


def _empty_vocabulary(folder: Path) -> None:
    vocabulary = json.loads((folder / "vocab.json").read_text())
    few = {token: i for i, token in enumerate(t for t in vocabulary if t.startswith("<|"))}
    (folder / "vocab.json").write_text(json.dumps(few))
    (folder / "merges.txt").write_text("#version: 0.2\n")


def _no_merges(folder: Path) -> None:
    (folder / "merges.txt").write_text("#version: 0.2\n")


def _larger(folder: Path) -> None:
    vocabulary = json.loads((folder / "vocab.json").read_text())
    (folder / "vocab.json").write_text(json.dumps({**vocabulary, "zz": 5000}))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_no_vocabulary, r"incomplete: vocab\.json is missing"),
        (_empty_vocabulary, r"merges\.txt is empty|has no vocabulary"),
        (_no_merges, r"merges\.txt is empty"),
        (_larger, "tokens up to 5000, but the text encoder .* knows only"),
        (_high_end, "eos_token number 9999, but its text encoder knows 0 to 195"),
        (_no_start, "the same bos_token and eos_token"),
        (_config(pad_token="<new>"), "pad_token number 196"),
        (_config(pad_token=None), "pad_token number None"),
        (_config(model_max_length=2), "model_max_length 2; it is a whole number from 3"),
        (_config(model_max_length="77"), "model_max_length '77'"),
    ],
)
def test_tokenizers(
    tiny_models: Path, tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    folder = tmp_path / "m" / "tokenizer"
    shutil.rmtree(folder)
    tiny.make_tokenizer(folder)
    run = FakeContext(tmp_path)
    models.load(run, "m")
    spoil(folder)
    with pytest.raises(NodeError, match=message) as caught:
        models.load(run, "m")
    assert caught.value.parameter == "source"


def test_a_tokenizer_that_reads_more_than_its_encoder(tiny_models: Path, tmp_path: Path) -> None:
    """The windows are those of the encoder."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    _config(model_max_length=248)(tmp_path / "m" / "tokenizer")
    expected = text.encode(models.load(FakeContext(tiny_models), "sd15").model, "a cat").embeds
    found = text.encode(models.load(FakeContext(tmp_path), "m").model, "a cat").embeds
    np.testing.assert_array_equal(found, expected)
