"""Nodes for prompts: the text that guides the sampler."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from nodes.guidance import Share
from nodes.script import SCRIPT
from nodes.types import Blend, Conditioning, Model
from nodeui.sdk import MULTILINE, Context, Curve, NodeError, Range, node


@node(
    "text.encode",
    title="Encode prompt",
    category="Text",
    version=4,
    numeric=True,
    aliases=("clip text encode", "compel"),
    facts={"prompt": ("text",)},
)
def encode(
    model: Model,
    text: Annotated[str, MULTILINE] = "",
    clip_skip: Annotated[int, Range(0, 11)] = 0,
    ctx: Context = SCRIPT,
) -> Conditioning:
    """Encode a prompt for the sampler, as a positive or a negative prompt.

    With Stable Diffusion 1.x, 2.x and XL, (word) multiplies the weight of a word by 1.1, [word]
    divides it by 1.1, and (word:1.3) multiplies it by 1.3. (word:0) replaces the word's own
    embedding by that of an empty prompt, but the words after it have still read it; to take a word
    out, delete it. A backslash before a bracket makes it a plain character. Texts of more than 75
    tokens are encoded in several windows, and BREAK begins a new one.

    [cat:dog:0.5] is a cat for the first half of the run and a dog after it, [cat:dog:10] a cat for
    10 steps; [dog:0.5] adds a dog, [cat::0.5] removes the cat, and [cat|dog] takes turns from step
    to step. embedding:name reads an embedding that "Load embedding" has added to the model. Other
    models take all of this as plain characters, and read long texts only up to the limit of their
    pipeline, with a warning.

    Args:
        model: The model whose text encoders read the prompt.
        text: What the picture should show or, for a negative prompt, what it should not show.
        clip_skip: Layers to skip at the end of the text encoder; 0 uses all of them. Programs that
            count from 1 use this value + 1.
    """
    from nodes.diffusion import embeddings, prompt_syntax
    from nodes.diffusion.pipelines.families import FAMILIES

    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NodeError("The text contains half a character (a lone surrogate).", "text")
    weighted = model.family not in FAMILIES
    for message in prompt_syntax.notes(embeddings.marked(text, model.embeddings), weighted):
        ctx.warn(message)
    if weighted:
        from nodes.diffusion import prompts

        return prompts.encode(model, text, clip_skip)
    from nodes.diffusion.pipelines import prompts as whole

    encoded = whole.encode(model, text, clip_skip)
    if warning := whole.truncated(model, text):
        ctx.warn(warning)
    return encoded


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
    """Change the prompt during the run, with a switch or a gradual blend.

    Early steps decide the layout of the picture, late steps its details. A prompt that takes over
    late changes the style and keeps the layout. Schedules can be chained.

    Args:
        first: The prompt at the start.
        second: The prompt that takes over.
        at: Fraction of the run at which the second prompt takes over. Ignored if a curve is set.
        blend: Share of the second prompt over the run, from 0 (start) to 1 (end). For shares
            between 0 and 1, the embeddings of both prompts are blended.
    """
    share = blend or ((at, 0.0), (at, 1.0))
    return replace(first, later=(*first.later, Blend(second, share)))
