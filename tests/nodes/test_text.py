"""Prompts: notation, windows, weights, and equality with the pipelines' own encoding."""

from __future__ import annotations

import json
import re
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
from nodes.diffusion import prompt_syntax
from nodes.diffusion.mixture import mixture
from nodes.diffusion.prompt_syntax import parse
from nodes.diffusion.prompts import windows
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
        ("(b:1.)", [("b", 1)]),
        ("(b:1.) (c:+2.)", [("b ", 1), ("c", 2)]),
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


# --- windows and schedules -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
@pytest.mark.parametrize(
    "prompt", ["a cat BREAK dog", "a cat\nBREAK\ndog", "BREAK a cat BREAK BREAK dog"]
)
def test_break_begins_a_new_window(run: FakeContext, name: str, prompt: str) -> None:
    model = models.load(run, name).model
    found = text.encode(model, prompt)
    first, second = text.encode(model, "a cat"), text.encode(model, "dog")
    np.testing.assert_allclose(
        found.embeds, np.concatenate([first.embeds, second.embeds], 1), rtol=1e-4, atol=1e-5
    )
    if first.pooled is not None and found.pooled is not None:
        np.testing.assert_allclose(found.pooled, first.pooled, rtol=1e-4, atol=1e-5)


def test_break_keeps_weights_and_is_only_a_whole_word(run: FakeContext) -> None:
    parts = prompt_syntax.sections(parse("(a BREAK b:2) BREAKFAST break"))
    assert parts == [[("a", 2.0)], [("b", 2.0), (" BREAKFAST break", 1.0)]]


def spoken(prompt: str, steps: int = 10) -> list[str]:
    """The text of each step of a run."""
    found = prompt_syntax.schedule(prompt)
    return [
        found.text(
            max(at for at in found.fractions if at <= step / steps),
            max(at for at in found.steps if at <= step),
            step % found.period,
        )
        for step in range(steps)
    ]


@pytest.mark.parametrize(
    ("prompt", "texts"),
    [
        ("a cat", {10: "a cat"}),
        ("a [b:3]", {3: "a ", 10: "a b"}),
        ("a [b: 3]", {3: "a ", 10: "a b"}),
        ("a [[[b]]:2]", {2: "a ", 10: "a [[b]]"}),
        ("[(a:2):3]", {3: "", 10: "(a:2)"}),
        ("a [b : c : 1] d", {1: "a b  d", 10: "a  c  d"}),
        ("a[b:[c:d:2]:1]e", {1: "abe", 2: "ace", 10: "ade"}),
        ("a [open", {10: "a [open"}),
        ("a [b:.5] c", {5: "a  c", 10: "a b c"}),
        ("[a|(b:1.1)]", {step + 1: ("a", "(b:1.1)")[step % 2] for step in range(10)}),
        ("[sun|]flower", {step + 1: ("sunflower", "flower")[step % 2] for step in range(10)}),
        ("[a:b:0.5] [c:d:2]", {2: "a c", 5: "a d", 10: "b d"}),
        ("[a::0.5]", {5: "a", 10: ""}),
        ("[a|b|c]", {step + 1: "abc"[step % 3] for step in range(10)}),
        (r"\[a:b:0.5\] [a\:0.5]", {10: r"\[a:b:0.5\] [a\:0.5]"}),
        ("[a:b:0.0] [c:1.0]", {10: "b "}),
    ],
)
def test_schedules(prompt: str, texts: dict[int, str]) -> None:
    """Texts by their last step of 10, as the AUTOMATIC1111 web UI reads them."""
    expected: list[str] = []
    for last, words in texts.items():
        expected += [words] * (last - len(expected))
    assert spoken(prompt) == expected


@given(st.text(alphabet="ab:|.015()[]\\ ", max_size=30))
def test_any_schedule_can_be_read_or_is_refused(prompt: str) -> None:
    try:
        texts = spoken(prompt)
    except NodeError as error:
        assert error.parameter == "text"
        return
    if not any(mark in prompt for mark in ":|"):
        assert set(texts) == {prompt}


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("[a:b:1.5]", "time 1.5 in .a:b:1.5."),
        ("[a:b:-1]", "time -1"),
        (f"[a:b:{'9' * 400}]", "neither a fraction"),
        ("[a|b][a|b|c][a|b|c|d|e][a|b|c|d|e|f|g]", "combine to 210 texts"),
        ("[" * 3000 + "a" + "]" * 3000, "nested too deeply"),
        ("(a:5000)", "'a' has the weight 5000"),
        (f"((a:0):{'9' * 400})", "has the weight nan"),
    ],
)
def test_what_cannot_be_honoured_is_refused(run: FakeContext, prompt: str, message: str) -> None:
    with pytest.raises(NodeError, match=message) as caught:
        text.encode(models.load(run, "sd15").model, prompt)
    assert caught.value.parameter == "text" and len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_a_schedule_is_encoded_by_its_texts(run: FakeContext, name: str) -> None:
    model = models.load(run, name).model
    prompt = "a [cat:dog:0.5] [by the sea|in a (house:1.2)] [at night:8]"
    found = text.encode(model, prompt)
    assert found.text == prompt
    for step, words in enumerate(spoken(prompt)):
        ((part, weight),) = mixture(found, step / 10, step)
        expected = text.encode(model, words)
        assert weight == 1
        np.testing.assert_array_equal(part.embeds, expected.embeds)
        np.testing.assert_array_equal(part.pooled, expected.pooled)


# --- notation of other programs ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "warning", "read"),
    [
        ("a cat <lora:detail:0.8>", "<lora:detail:0.8> is left out.*Apply LoRA", "a cat "),
        ("a cat <lyco:x>", "<lyco:x> is left out.*Apply LoRA", "a cat "),
        ("a cat, embedding:bad-hands", "embedding:bad-hands is left out", "a cat, "),
        ("a cat AND dog", "AND is read as a word.*Prompt schedule", "a cat AND dog"),
        ("a {cat|dog}", "{cat.dog} is read as words", "a {cat|dog}"),
        ("a __colour__ cat", "__colour__ is read as a word", "a __colour__ cat"),
        ("a (cat:1,5)", "has no weight that can be read", "a (cat:1,5)"),
        ("a [cat:dog:0,5]", "has no time that can be read", "a [cat:dog:0,5]"),
        ("a cat++", "is read as words", "a cat++"),
        ("a cat--", "is read as words", "a cat--"),
        ("(a cat)+", "is read as words", "(a cat)+"),
        ("a < lora : x:1> cat", "is left out.*Apply LoRA", "a  cat"),
        ("a <embedding:x> cat", "<embedding:x> is left out", "a  cat"),
        ("<lora:a:1><lora:b:1> cat", "<lora:a:1> .and 1 more. is left out", " cat"),
        ("a cat <lora:x:1", "has no > at its end", "a cat <lora:x:1"),
        ("a __dir/colour-name__ cat", "there are no wildcards", "a __dir/colour-name__ cat"),
        ("a (cat:1e9)", "has no weight that can be read", "a (cat:1e9)"),
        ("a (cat:1.2.3)", "has no weight that can be read", "a (cat:1.2.3)"),
        ("a (cat:--2)", "has no weight that can be read", "a (cat:--2)"),
        ("a (cat:nan)", "has no weight that can be read", "a (cat:nan)"),
        ("a (cat:)", "has no weight that can be read", "a (cat:)"),
        ("a [cat:dog:50%]", "has no time that can be read", "a [cat:dog:50%]"),
        ("a [cat:dog:1e3]", "has no time that can be read", "a [cat:dog:1e3]"),
        ("a [cat:dog:0.5:1]", "has no time that can be read", "a [cat:dog:0.5:1]"),
        ("a (cat:1.5", r"A \( has no partner", "a (cat:1.5"),
        ("a [cat:dog:0.5", r"A \[ has no partner", "a [cat:dog:0.5"),
    ],
)
def test_notation_that_does_not_act_is_told(
    run: FakeContext, prompt: str, warning: str, read: str
) -> None:
    model = models.load(run, "sd15").model
    ctx = FakeContext(run.root)
    found = text.encode(model, prompt, ctx=ctx)
    (told,) = ctx.warnings
    assert re.search(warning, told), told
    np.testing.assert_array_equal(found.embeds, text.encode(model, read).embeds)


def test_ordinary_prompts_are_not_warned_about() -> None:
    for prompt in (
        "a cat, (best quality:1.2), [blurry], (16:9), R&D, sand and sea, e.g. <3 :-) c: d|e",
        "Photo of a handsome man; 1940s -- embedding: a study",
    ):
        assert list(prompt_syntax.notes(prompt, True)) == []
    assert list(prompt_syntax.notes("a (cat) in [a] box: 3 | 4", False)) == []


@pytest.mark.parametrize(
    ("prompt", "warning"),
    [
        ("(cat:1.3)", r"\(cat:1.3\) is read as plain words.*weights"),
        ("a BREAK b", "BREAK is read as a word"),
        ("[a:b:0.5]", "Prompt schedule"),
        ("[a|b]", "Prompt schedule"),
        ("<lora:a:1>", "read as words.*Apply LoRA"),
    ],
)
def test_models_without_the_notation_say_so(prompt: str, warning: str) -> None:
    (told,) = prompt_syntax.notes(prompt, False)
    assert re.search(warning, told), told


def test_half_a_character_is_refused(run: FakeContext) -> None:
    with pytest.raises(NodeError, match="half a character") as caught:
        text.encode(models.load(run, "sd15").model, "cat \ud83d")
    assert caught.value.parameter == "text"


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
