"""Prompts: notation, windows, weights, and equality with the pipelines' own encoding."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from hypothesis import given
from hypothesis import strategies as st
from transformers import CLIPTokenizer

from nodes import models, text
from nodes.diffusion.prompts import parse, windows
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a cat", [("a cat", 1)]),
        ("", [("", 1)]),
        ("a (cat)", [("a ", 1), ("cat", 1.1)]),
        ("a [cat]", [("a ", 1), ("cat", 1 / 1.1)]),
        ("a (cat:1.3) b", [("a ", 1), ("cat", 1.3), (" b", 1)]),
        ("((cat))", [("cat", 1.1**2)]),
        ("(a (cat:2) b)", [("a ", 1.1), ("cat", 2.2), (" b", 1.1)]),
        (r"a \(cat\) \[b\] \\", [(r"a (cat) [b] " + "\\", 1)]),
        ("(cat", [("cat", 1.1)]),
        ("cat)", [("cat)", 1)]),
        ("16:9, [a:0.5)]", [("16:9, ", 1), ("a:0.5)", 1 / 1.1)]),
        ("(a:b:1.5)", [("a:b", 1.5)]),
        ("(a : 0.5 )", [("a ", 0.5)]),
        ("(a:-1)", [("a", -1)]),
        ("(a:.5)", [("a", 0.5)]),
    ],
)
def test_notation(prompt: str, expected: list[tuple[str, float]]) -> None:
    """As in the AUTOMATIC1111 web UI's description of attention and emphasis."""
    found = parse(prompt)
    assert [part.text for part in found] == [part for part, _ in expected]
    assert [part.weight for part in found] == pytest.approx([weight for _, weight in expected])


@given(st.text(alphabet="ab c:1.(),[]\\", max_size=30))
def test_any_text_can_be_read(prompt: str) -> None:
    """No text fails, and no letter is lost."""
    joined = "".join(part.text for part in parse(prompt))
    assert [c for c in joined if c in "abc"] == [c for c in prompt if c in "abc"]


@given(st.text(alphabet="ab()[]\\:", max_size=20))
def test_escaped_text_is_plain(words: str) -> None:
    escaped = "".join(f"\\{c}" if c in "()[]\\" else c for c in words)
    assert parse(escaped) == [(words, 1.0)]


@pytest.fixture(scope="module")
def tokenizer(tiny_models: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(tiny_models / "sd15" / "tokenizer")


@pytest.mark.parametrize(("words", "count"), [(0, 1), (75, 1), (76, 2), (150, 2), (151, 3)])
def test_windows(tokenizer: CLIPTokenizer, words: int, count: int) -> None:
    """Each has 75 tokens of text at most, between the marks of start and end."""
    prompt = " ".join(["cat"] * words)
    found = windows(parse(prompt), tokenizer)
    assert len(found) == count
    first, last = tokenizer.bos_token_id, tokenizer.eos_token_id
    for window in found:
        assert len(window.ids) == len(window.weights) == len(window.attention) == 77
        assert window.ids[0] == first and last in window.ids[1:]
    inner = [i for window in found for i in window.ids if i not in (first, last)]
    assert inner == tokenizer(prompt, add_special_tokens=False, verbose=False)["input_ids"]


@pytest.mark.parametrize("prompt", ["a cat in the sea", "", " ".join(["dog"] * 75)])
@pytest.mark.parametrize("skip", [0, 1])
def test_equal_to_the_pipeline(run: FakeContext, tiny_models: Path, prompt: str, skip: int) -> None:
    pipe = tiny.reown(StableDiffusionPipeline.from_pretrained(tiny_models / "sd15"))
    if not hasattr(pipe.text_encoder, "text_model"):
        # transformers 5 has the norm where the pipeline does not look for it
        norm = pipe.text_encoder.final_layer_norm
        pipe.text_encoder.text_model = SimpleNamespace(final_layer_norm=norm)
    with torch.no_grad():
        theirs, _ = pipe.encode_prompt(prompt, "cpu", 1, False, clip_skip=skip or None)
    ours = text.encode(models.load(run, "sd15").model, prompt, clip_skip=skip)
    np.testing.assert_array_equal(ours.embeds, theirs.numpy())
    assert ours.pooled is None and ours.text == prompt


@pytest.mark.parametrize("skip", [0, 1])
def test_equal_to_the_sdxl_pipeline(run: FakeContext, tiny_models: Path, skip: int) -> None:
    pipe = tiny.reown(StableDiffusionXLPipeline.from_pretrained(tiny_models / "sdxl"))
    with torch.no_grad():
        theirs, negative, pooled, negative_pooled = pipe.encode_prompt(
            "a cat", negative_prompt="dog", clip_skip=skip or None
        )
    model = models.load(run, "sdxl").model
    ours = text.encode(model, "a cat", clip_skip=skip)
    other = text.encode(model, "dog")
    np.testing.assert_array_equal(ours.embeds, theirs.numpy())
    np.testing.assert_array_equal(ours.pooled, pooled.numpy())
    np.testing.assert_array_equal(other.embeds, negative.numpy())
    np.testing.assert_array_equal(other.pooled, negative_pooled.numpy())


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_weights_act_as_said(run: FakeContext, name: str) -> None:
    """e0 + w (e - e0) at the places of the weighted words, and nothing elsewhere."""
    model = models.load(run, name).model
    empty = text.encode(model, "").embeds
    plain = text.encode(model, "a cat b").embeds
    np.testing.assert_array_equal(text.encode(model, "a (cat:1) b").embeds, plain)
    heavy = text.encode(model, "a (cat:1.5) b").embeds
    np.testing.assert_allclose(heavy[:, 2], empty[:, 2] + 1.5 * (plain - empty)[:, 2], rtol=1e-5)
    np.testing.assert_array_equal(np.delete(heavy, 2, 1), np.delete(plain, 2, 1))
    gone = text.encode(model, "a (cat:0) b").embeds
    np.testing.assert_allclose(gone[:, 2], empty[:, 2], atol=1e-6)


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_long_prompts_are_read_in_windows(run: FakeContext, name: str) -> None:
    model = models.load(run, name).model
    long = text.encode(model, " ".join(["cat"] * 75 + ["dog"] * 3))
    for part, prompt in ((slice(0, 77), " ".join(["cat"] * 75)), (slice(77, 154), "dog dog dog")):
        alone = text.encode(model, prompt).embeds
        np.testing.assert_allclose(long.embeds[:, part], alone, rtol=1e-4, atol=1e-5)


def test_values_are_read_only(run: FakeContext) -> None:
    found = text.encode(models.load(run, "sd15").model, "a cat")
    with pytest.raises(ValueError, match="read-only"):
        found.embeds[0, 0, 0] = 1


def test_too_many_layers_to_skip(run: FakeContext) -> None:
    with pytest.raises(NodeError, match="only 3 layers") as caught:
        text.encode(models.load(run, "sd15").model, "a cat", clip_skip=5)
    assert caught.value.parameter == "clip_skip"


def test_a_tokenizer_without_a_length_takes_that_of_its_encoder(
    run: FakeContext, tiny_models: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_models / "sd15", tmp_path / "sd15")
    config = folder / "tokenizer" / "tokenizer_config.json"
    content = json.loads(config.read_text())
    del content["model_max_length"]
    config.write_text(json.dumps(content))
    expected = text.encode(models.load(run, "sd15").model, "a cat").embeds
    found = text.encode(models.load(run, str(folder)).model, "a cat").embeds
    np.testing.assert_array_equal(found, expected)
