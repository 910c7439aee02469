"""Text: what the picture is to show."""

from __future__ import annotations

from typing import Annotated

from nodes.types import Conditioning, Model
from nodeui.sdk import MULTILINE, Range, node


@node("text.encode", title="Encode prompt", category="Text", numeric=True)
def encode(
    model: Model,
    text: Annotated[str, MULTILINE] = "",
    clip_skip: Annotated[int, Range(0, 11)] = 0,
) -> Conditioning:
    """Turn a prompt into the embeddings that guide the sampler, positively or negatively.

    (word) counts 1.1 times and [word] 1/1.1 times; (word:1.3) counts 1.3 times; a backslash before
    a bracket makes it a plain character. A text of more than 75 tokens is read in several windows.

    Args:
        model: The model whose text encoders read the prompt.
        text: What to show, or, for a negative prompt, what to avoid.
        clip_skip: Layers left out at the end of the text encoder; 0 uses all of them. Programs
            that count from 1 call this value + 1.
    """
    from nodes.diffusion import prompts

    return prompts.encode(model, text, clip_skip)
