"""Model folders that lack weights or a vocabulary are refused where they are loaded, by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from nodes import models
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext


def _drop(file: Path, name: str) -> None:
    tensors = load_file(file)
    del tensors[name]
    save_file(tensors, file, metadata={"format": "pt"})


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
