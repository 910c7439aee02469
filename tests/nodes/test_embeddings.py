"""Textual inversion: equality with diffusers, names in prompts, and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import load_file, save_file

from nodes import embeddings, models, text
from nodes.diffusion.files import kinds
from nodes.diffusion.load import own
from nodes.types import Model
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext

VECTORS = 3


@pytest.fixture
def files(tiny_models: Path, tmp_path: Path) -> FakeContext:
    """Embeddings beside links to the tiny models."""
    for name in ("sd15", "sd2", "sdxl"):
        (tmp_path / name).symlink_to(tiny_models / name)
    torch.manual_seed(8)
    one, two, three = (torch.randn(VECTORS, tiny.WIDTH) for _ in range(3))
    save_file({"emb_params": one}, tmp_path / "cat.safetensors")
    save_file({"clip_l": two, "clip_g": three}, tmp_path / "xl-cat.safetensors")
    return FakeContext(tmp_path)


def _model(files: FakeContext, name: str, file: str, called: str = "") -> Model:
    model = models.load(files, name).model
    return embeddings.embedding(files, model, file, called)


@pytest.mark.parametrize("name", ["sd15", "sd2"])
def test_parity(files: FakeContext, name: str) -> None:
    found = text.encode(_model(files, name, "cat.safetensors"), "a red embedding:cat, sun")
    pipe: Any = StableDiffusionPipeline.from_pretrained(files.root / name, safety_checker=None)
    pipe.load_textual_inversion(str(files.root / "cat.safetensors"), token="<cat>")
    with torch.no_grad():
        right, _ = pipe.encode_prompt("a red <cat>, sun", "cpu", 1, False)
    assert np.array_equal(found.embeds, right.numpy())


def test_parity_of_both_encoders(files: FakeContext) -> None:
    found = text.encode(_model(files, "sdxl", "xl-cat.safetensors"), "a red <embedding:XL-cat> sun")
    pipe: Any = StableDiffusionXLPipeline.from_pretrained(files.root / "sdxl")
    tables = load_file(files.root / "xl-cat.safetensors")
    for part, number in (("clip_l", ""), ("clip_g", "_2")):
        pipe.load_textual_inversion(
            tables[part],
            token="<cat>",
            text_encoder=getattr(pipe, f"text_encoder{number}"),
            tokenizer=getattr(pipe, f"tokenizer{number}"),
        )
    own(pipe.text_encoder_2)  # the alignment of weights decides the last bits
    with torch.no_grad():
        right, _, pooled, _ = pipe.encode_prompt("a red <cat> sun", device="cpu")
    assert np.array_equal(found.embeds, right.numpy())
    assert found.pooled is not None and np.array_equal(found.pooled, pooled.numpy())


def test_weights_schedules_and_punctuation(files: FakeContext) -> None:
    """An embedding is read in brackets, in schedules, before a full stop and in long prompts."""
    model = _model(files, "sd15", "cat.safetensors", "my-cat")

    def read(prompt: str) -> Any:
        return text.encode(model, prompt, ctx=files)

    plain = read("a embedding:my-cat")
    assert not np.array_equal(read("a (embedding:my-cat:1.5)").embeds, plain.embeds)
    assert np.array_equal(read("a (embedding:my-cat:1.0)").embeds, plain.embeds)
    assert np.array_equal(read("a embedding:my-cat.").embeds, read("a <embedding:my-cat>.").embeds)
    later = read("a [embedding:my-cat:dog:0.5]")
    assert np.array_equal(later.embeds, plain.embeds) and len(later.changes) == 1
    long = read(" ".join(["cat"] * 74) + " embedding:my-cat")
    assert long.embeds.shape[1] == 2 * 77
    assert not files.warnings


def test_unknown_names(files: FakeContext) -> None:
    model = _model(files, "sd15", "cat.safetensors")
    found = text.encode(model, "a embedding:dog", ctx=files)
    assert "embedding:dog is left out: no such embedding is loaded" in files.warnings[0]
    assert np.array_equal(found.embeds, text.encode(model, "a ").embeds)


def test_the_encoder_is_left_unchanged(files: FakeContext) -> None:
    plain = models.load(files, "sd15").model
    before = text.encode(plain, "a cat")
    text.encode(_model(files, "sd15", "cat.safetensors"), "a embedding:cat")
    assert np.array_equal(text.encode(plain, "a cat").embeds, before.embeds)


def test_folders(files: FakeContext) -> None:
    """All embeddings in a folder that fit are added; the others are named in warnings."""
    folder = files.root / "embeddings"
    folder.mkdir()
    for name in ("cat.safetensors", "xl-cat.safetensors"):
        (folder / name).write_bytes((files.root / name).read_bytes())
    model = _model(files, "sd15", "embeddings")
    assert [one.name for one in model.embeddings] == ["cat"]
    assert "xl-cat.safetensors is not an embedding" in files.warnings[0]


def test_the_hash_is_part_of_the_model(files: FakeContext) -> None:
    of = embeddings.embedding.fingerprinter
    assert of is not None
    before, state = _model(files, "sd15", "cat.safetensors"), of("cat.safetensors", files.files)
    save_file({"emb_params": torch.zeros(1, tiny.WIDTH)}, files.root / "cat.safetensors")
    assert _model(files, "sd15", "cat.safetensors") != before
    assert of("cat.safetensors", files.files) != state
    assert of("nothing", files.files) == "not here"


def test_refusals(files: FakeContext) -> None:
    def refused(source: str, message: str, name: str = "", model: str = "sd15") -> None:
        with pytest.raises(NodeError, match=message) as error:
            _model(files, model, source, name)
        assert "\n" not in str(error.value)

    refused("", "Choose the file")
    refused("nothing.safetensors", "does not exist")
    (files.root / "old.pt").write_bytes(b"\x80\x02")
    refused("old.pt", "not a safetensors file")
    refused("cat.safetensors", "not an embedding for SDXL", model="sdxl")
    refused("xl-cat.safetensors", "not an embedding for Stable Diffusion 1 and 2")
    refused("cat.safetensors", "cannot be the name", "a b")
    save_file({"emb_params": torch.zeros(2, 768)}, files.root / "wide.safetensors")
    refused("wide.safetensors", "768 values, but the text encoder of this model takes 32")
    save_file(
        {"emb_params": torch.full((2, tiny.WIDTH), torch.nan)}, files.root / "nan.safetensors"
    )
    refused("nan.safetensors", "NaN")
    (files.root / "cut.safetensors").write_bytes((files.root / "cat.safetensors").read_bytes()[:-3])
    refused("cut.safetensors", "damaged")


def test_the_library_knows_them(files: FakeContext) -> None:
    save_file({"emb_params": torch.zeros(2, 768)}, files.root / "wide.safetensors")
    facts = kinds.describe(files.root / "wide.safetensors")
    assert facts is not None and (facts.kind, facts.family) == ("embedding", "Stable Diffusion 1")
    assert kinds.model_files.loaders[facts.kind].node == "model.embedding"
