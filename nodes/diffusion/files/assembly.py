"""Chooses the text encoders of a model in a single file: its own, or those given to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nodes.diffusion import layout
from nodes.diffusion.files import checkpoint, encoders
from nodes.diffusion.files.checkpoint import Checkpoint
from nodes.types import TextEncoders
from nodeui.sdk import Context, DownloadNeeded, NodeError

T5_TOKENIZER = "google/t5-v1_1-xxl"
"""The hub repository with the vocabulary of T5 (0.8 MB)."""

_T5_FILES = ("spiece.model", "tokenizer_config.json")
_OPTIONAL = {("Stable Diffusion 3", "text_encoder_3")}
"""Encoders that a model can do without: SD 3 was trained to miss T5 at times."""


def text_parts(
    file: Checkpoint, given: TextEncoders | None, ctx: Context
) -> tuple[dict[str, str], str]:
    """Return the folders of a model's text encoders and tokenizers, and a hash of others' files.

    The folders are empty if all are the file's own and need no vocabulary from elsewhere.

    Raises:
        NodeError: about `text_encoders`: one is missing, or one is given that the model does not
            use.
        DownloadNeeded: about `source`: the vocabulary of T5 is not here.
    """
    elsewhere = dict(given.parts) if given else {}
    _check_use(file, elsewhere)
    found: dict[str, str] = {}
    digest = given.digest if given else ""
    for part, kind in file.encoders.items():
        name, tokenizer = encoders.slug(kind), part.replace("text_encoder", "tokenizer")
        if name in elsewhere:
            found[part] = elsewhere[name]
            found[tokenizer] = elsewhere[name.replace("text_encoder", "tokenizer")]
        elif part in file.parts:
            found[part] = str(file.path / part)
            found[tokenizer] = str(file.path / tokenizer)
            if kind == encoders.T5:
                vocabulary = t5_tokenizer(ctx)
                found[tokenizer] = str(vocabulary)
                digest += ctx.files.digest(vocabulary)
        elif (file.kind, part) not in _OPTIONAL:
            raise NodeError(
                f"{file.path.name} ({file.kind}) holds no text encoder {kind}: connect one by the "
                "node “Load text encoders”, or choose a file with the whole model.",
                "text_encoders" if given else "source",
            )
    own = set(file.encoders) <= set(file.parts) and not elsewhere and not digest
    return ({} if own else found), digest


def _check_use(file: Checkpoint, given: Mapping[str, str]) -> None:
    """Check that the model uses at least one encoder of each file that was given."""
    used = {encoders.slug(kind) for kind in file.encoders.values()}
    for place in {place for name, place in given.items() if name.startswith("text_encoder")}:
        found = checkpoint.inside(Path(place))
        assert found is not None
        of_file = {n for n, p in given.items() if Path(p).parent == found.checkpoint.path}
        if not used & of_file:
            wanted = ", ".join(file.encoders.values())
            raise NodeError(
                f"{file.path.name} ({file.kind}) does not use {found.checkpoint.path.name}, which "
                f"holds {found.checkpoint.kind}. It uses {wanted}.",
                "text_encoders",
            )


def t5_tokenizer(ctx: Context, source: str = "") -> Path:
    """Return the folder with the vocabulary of T5.

    Args:
        ctx: Allows a download.
        source: A folder or a hub id; "" for `T5_TOKENIZER`.

    Raises:
        NodeError: about `source`: it is not there, and cannot be downloaded.
        DownloadNeeded: about `source`: it has to be downloaded, which was not allowed.
    """
    try:
        return layout.folder_of(source or T5_TOKENIZER, ctx, _T5_FILES)
    except DownloadNeeded:
        raise
    except NodeError as error:
        raise NodeError(
            f"The vocabulary of T5, which its files lack, is missing: {error} Choose a folder with "
            "spiece.model as t5_tokenizer of the node “Load text encoders”.",
            "source",
        ) from error
