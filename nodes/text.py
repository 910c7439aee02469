"""Text: what the picture is to show."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from nodes.guidance import Share
from nodes.types import Blend, Conditioning, Model
from nodeui.sdk import MULTILINE, Curve, Range, node


@node(
    "text.encode",
    title="Encode prompt",
    category="Text",
    numeric=True,
    aliases=("clip text encode", "compel"),
)
def encode(
    model: Model,
    text: Annotated[str, MULTILINE] = "",
    clip_skip: Annotated[int, Range(0, 11)] = 0,
) -> Conditioning:
    """Turn a prompt into the embeddings that guide the sampler, positively or negatively.

    (word) counts 1.1 times and [word] 1/1.1 times; (word:1.3) counts 1.3 times; a backslash before
    a bracket makes it a plain character. A text of more than 75 tokens is read in several windows.
    This is so for Stable Diffusion 1.x, 2.x and XL: other models read long texts as they are, and
    brackets as plain characters.

    Args:
        model: The model whose text encoders read the prompt.
        text: What to show, or, for a negative prompt, what to avoid.
        clip_skip: Layers left out at the end of the text encoder; 0 uses all of them. Programs
            that count from 1 call this value + 1.
    """
    from nodes.diffusion.pipelines.families import FAMILIES

    if model.family in FAMILIES:
        from nodes.diffusion.pipelines import prompts
    else:
        from nodes.diffusion import prompts
    return prompts.encode(model, text, clip_skip)


@node(
    "text.switch",
    title="Prompt schedule",
    category="Text",
    light=True,
    aliases=("prompt editing", "prompt travel", "timestep range"),
)
def switch(
    first: Conditioning,
    second: Conditioning,
    at: Share = 0.5,
    blend: Annotated[Curve, Range(0, 1, 0.01)] = (),
) -> Conditioning:
    """Change the prompt in the course of the run: at once, or blending over.

    Early steps lay out the picture, late ones its details: a prompt that comes late changes the
    look and leaves the places of things. Several switches can follow each other.

    Args:
        first: The prompt at the start.
        second: The prompt that takes over.
        at: Fraction of the run at which the second prompt takes over at once. Not used where a
            curve is given.
        blend: Share of the second prompt over the run, from 0 (start) to 1 (end); where it is
            between 0 and 1 the embeddings of both are mixed.
    """
    share = blend or ((at, 0.0), (at, 1.0))
    return replace(first, later=(*first.later, Blend(second, share)))
