"""A small byte-pair tokenizer trained on captions, and a small CLIP text encoder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from training.scene import caption, sample_scene

START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 40  # maximum tokens of a prompt
WIDTH = 160


def train_tokenizer(folder: Path, captions: int = 20_000) -> CLIPTokenizer:
    """Train byte pairs and write a stock CLIP tokenizer to `folder`."""
    rules = CLIPTokenizer()._tokenizer  # CLIP's own way to split and normalise
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>", unk_token=END))
    tokenizer.normalizer, tokenizer.pre_tokenizer = rules.normalizer, rules.pre_tokenizer
    letters = sorted(set(_bytes().values()))
    trainer = BpeTrainer(
        vocab_size=1000,
        min_frequency=20,
        special_tokens=[START, END],
        initial_alphabet=letters,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    rng = np.random.default_rng(0)
    tokenizer.train_from_iterator((caption(sample_scene(i), rng) for i in range(captions)), trainer)
    learned = json.loads(tokenizer.to_str())["model"]
    vocab: dict[str, int] = learned["vocab"]
    for letter in letters:  # every byte can also end a word, so nothing is unknown
        vocab.setdefault(letter + "</w>", len(vocab))
    result = CLIPTokenizer(
        vocab=vocab,
        merges=[tuple(m) for m in learned["merges"]],
        model_max_length=LENGTH,
    )
    result.save_pretrained(folder)
    # the two classic files as well, for readers that do not know tokenizer.json
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    merges = "\n".join(" ".join(m) for m in learned["merges"])
    (folder / "merges.txt").write_text("#version: 0.2\n" + merges + "\n", encoding="utf-8")
    return result


def _bytes() -> dict[int, str]:
    """Return the printable characters that byte-level tokenizers use for the 256 bytes."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in shown}
    hidden = [b for b in range(256) if b not in table]
    return table | {b: chr(256 + i) for i, b in enumerate(hidden)}


def build_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """Build the untrained text encoder."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            num_hidden_layers=2,
            num_attention_heads=5,
            max_position_embeddings=LENGTH,
            projection_dim=WIDTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            hidden_act="gelu",
        )
    )
