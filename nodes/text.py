"""Nodes for prompts: the text that guides the sampler."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from nodes.guidance import Share
from nodes.imaging import Fit
from nodes.script import SCRIPT
from nodes.types import Blend, Conditioning, Mask, Model, Region, RegionMethod, Regions
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
    version=2,
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
    return replace(first, changes=(*first.changes, Blend(second, share)))


Weight = Annotated[float, Range(0, 2, 0.01)]


@node(
    "text.region",
    title="Region",
    category="Text",
    light=True,
    aliases=("regional prompt", "conditioning set mask", "area prompt"),
    swatches=("mask",),
)
def region(
    base: Conditioning,
    prompt: Conditioning,
    mask: Mask,
    weight: Weight = 1.0,
    start: Share = 0.0,
    end: Share = 1.0,
    curve: Annotated[Curve, Range(0, 2, 0.01)] = (),
    method: RegionMethod = "predictions",
    fit: Fit = "cover",
    ctx: Context = SCRIPT,
) -> Conditioning:
    """Use another prompt in a part of the picture.

    The base prompt fills the rest. For several regions, connect each to the base input of the next;
    where they overlap, they share the picture by their weights. Only for Stable Diffusion 1.x, 2.x
    and XL.

    Args:
        base: The prompt of the rest of the picture, or the regions before this one.
        prompt: The prompt inside the mask.
        mask: Where it acts; grey is a part of the way.
        weight: At 1 the prompt replaces the base prompt inside the mask, below 1 they mix. Above
            1 it outweighs other regions. Ignored if a curve is set.
        start: Fraction of the run at which the region starts.
        end: Fraction of the run at which it ends.
        curve: Weight over the run, from 0 (start) to 1 (end). start and end still apply.
        method: "predictions" evaluates the model for each region and composes the predictions: the
            regions are clear, and each takes the time of one more picture without guidance.
            "attention" evaluates it once, and the pixels inside attend only to the words of their
            region: it is fast, and the regions blend more.
        fit: How to fit a mask of other proportions than the picture: "cover" crops it, "contain"
            adds borders outside the mask, and "stretch" distorts it.
    """
    if start >= end:
        raise NodeError(f"start is {start} and end is {end}; start must be before end.", "start")
    if _has_regions(prompt):
        raise NodeError(
            "The prompt of a region cannot have regions of its own. Connect them to base instead.",
            "prompt",
        )
    if not mask.levels.any():
        ctx.warn("The mask is empty, so this region has no effect.")
    added = Region(prompt, mask.alpha, weight, start, end, curve, method, fit)
    return replace(base, changes=(*base.changes, added))


@region.passthrough("base")
def _off(weight: float, curve: Curve) -> bool:
    return weight == 0 and not curve


def _has_regions(prompt: Conditioning) -> bool:
    return any(
        isinstance(change, Region) or _has_regions(change.conditioning) for change in prompt.changes
    )


@node(
    "text.regions",
    title="Regional prompts",
    category="Text",
    numeric=True,
    aliases=("region prompts", "regional prompter", "attention couple", "latent couple"),
    facts={"prompt": ("base", "text")},
    swatches=("regions.text",),
)
def regional(
    model: Model,
    base: Conditioning,
    regions: Regions,
    text: Annotated[str, MULTILINE] = "",
    weight: Weight = 1.0,
    method: RegionMethod = "predictions",
    fit: Fit = "cover",
    clip_skip: Annotated[int, Range(0, 11)] = 0,
    ctx: Context = SCRIPT,
) -> Conditioning:
    """Give each region of a painted sheet its own prompt, in one line each.

    The base prompt fills the rest, and regions without a line. For start, end and curve of each
    region, use Region and Region mask. Only for Stable Diffusion 1.x, 2.x and XL.

    Args:
        model: The model whose text encoders read the prompts.
        base: The prompt of the rest of the picture.
        regions: The sheet of regions.
        text: One line for each region: its name, a colon and its prompt, such as "sky: pink
            clouds". The prompts have the notation of Encode prompt.
        weight: At 1 the prompts replace the base prompt in their regions, below 1 they mix.
        method: "predictions" evaluates the model for each region and composes the predictions: the
            regions are clear, and each takes the time of one more picture without guidance.
            "attention" evaluates it once, and the pixels inside attend only to the words of their
            region: it is fast, and the regions blend more.
        fit: How to fit a sheet of other proportions than the picture: "cover" crops it, "contain"
            adds borders outside of all regions, and "stretch" distorts it.
        clip_skip: As in Encode prompt.
    """
    from nodes.diffusion.pipelines.families import FAMILIES

    if model.family in FAMILIES:
        raise NodeError(
            "Regions work with Stable Diffusion 1.x, 2.x and SDXL; this model belongs to the "
            f"family {model.family!r}.",
            "model",
        )
    for number, prompt in _lines(text, regions):
        name, mask = regions.names[number], regions.masks[[number]]
        if not prompt:
            ctx.warn(f"The region {name!r} has no prompt, so the base prompt fills it.")
        elif not mask.any():
            ctx.warn(f"The region {name!r} has no area, so its prompt has no effect.")
        elif weight > 0:
            encoded = encode(model, prompt, clip_skip, ctx)
            added = Region(encoded, mask, weight, 0.0, 1.0, (), method, fit)
            base = replace(base, changes=(*base.changes, added))
    return base


def _lines(text: str, regions: Regions) -> Iterator[tuple[int, str]]:
    """Yield the number of a region and its prompt for each line of a text.

    Raises:
        NodeError: about "text": a line has no colon, or names no region or one again.
    """
    known = [name.strip().casefold() for name in regions.names]
    seen: set[int] = set()
    for line, words in enumerate(text.splitlines(), start=1):
        if not words.strip():
            continue
        places = [place for place, letter in enumerate(words) if letter == ":"]
        if not places:
            raise NodeError(
                f"Line {line} has no colon. Write the name of a region, a colon and its prompt, "
                'such as "sky: pink clouds".',
                "text",
            )
        # a name may contain colons
        names = {place: words[:place].strip().casefold() for place in places}
        place = next((place for place, name in names.items() if name in known), places[0])
        if names[place] not in known:
            listed = ", ".join(regions.names) or "none"
            raise NodeError(
                f"Line {line}: there is no region {words[:place].strip()!r}. The regions are: "
                f"{listed}.",
                "text",
            )
        number = known.index(names[place])
        if number in seen:
            raise NodeError(
                f"Line {line} names the region {regions.names[number]!r} again.", "text"
            )
        seen.add(number)
        yield number, words[place + 1 :].strip()
