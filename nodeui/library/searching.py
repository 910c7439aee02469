"""Finds models by words, kind and family."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from nodeui.library.record import ModelFile


def matching(
    models: Iterable[ModelFile],
    text: str = "",
    kinds: Collection[str] = (),
    families: Collection[str] = (),
) -> list[ModelFile]:
    """Return the models that fit a search, in their order.

    Args:
        models: The models.
        text: Words that all have to be in the title, path, trigger words, tags or notes.
        kinds: Kinds to show; all if empty.
        families: Families to show; all if empty. Models of unknown family fit.
    """
    words = text.casefold().split()
    return [
        model
        for model in models
        if (not kinds or model.kind in kinds)
        and (not families or not model.family or model.family in families)
        and all(word in _text(model) for word in words)
    ]


def _text(model: ModelFile) -> str:
    parts = (
        model.title, str(model.path), model.kind, model.family, model.notes, model.own_notes,
        *model.words, *model.tags,
    )  # fmt: skip
    return "\n".join(parts).casefold()
