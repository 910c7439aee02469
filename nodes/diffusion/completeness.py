"""Checks that the files of a folder hold all weights that its config describes, all of them finite.

Networks are built without memory. The libraries load incomplete files too: transformers draws the
weights that are missing at random.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import torch
import transformers
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from nodes.diffusion import layout, untrusted, weight_values
from nodes.diffusion.files import checkpoint, gguf_file
from nodes.diffusion.undrawn import Undrawn
from nodeui.sdk import Context, NodeError

# Nodes report errors themselves.
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()
diffusers_logging.set_verbosity_error()

Shape = tuple[int, ...]


def check_network(folder: Path, class_name: str, ctx: Context | None = None) -> str | None:
    """Check the weights of a diffusers network, until the run of `ctx` is cancelled.

    Returns:
        A warning if the files hold weights that the network does not have, else None.

    Raises:
        NodeError: about `source`: a weight is missing, quantised, not finite, or has another shape
            than the config says.
    """
    return _check(folder, class_name, layout.DIFFUSERS_WEIGHTS, ctx)


def check_encoder(folder: Path, class_name: str, ctx: Context | None = None) -> str | None:
    """Check the weights of a transformers network; as `check_network`."""
    _class_of(folder, class_name, transformers.PreTrainedModel)
    return _check(folder, class_name, layout.TRANSFORMERS_WEIGHTS, ctx)


def _class_of(folder: Path, name: str, base: Any) -> Any:
    """Return a class of transformers that is derived from `base`.

    Raises:
        NodeError: about `source`: the installed transformers lacks it.
    """
    found = getattr(transformers, name, None) if name.isidentifier() else None
    if found is None:
        raise NodeError(
            f"{folder} needs {name}, which transformers {transformers.__version__} does not have.",
            "source",
        )
    if not isinstance(found, type) or not issubclass(found, base):
        raise NodeError(f"{folder} needs {name}, which is no {base.__name__}.", "source")
    return found


class _Report(NamedTuple):
    """The fault of the weights of a folder, and a warning about them."""

    problem: str | None
    warning: str | None = None


def _check(folder: Path, class_name: str, stem: str, ctx: Context | None) -> str | None:
    files = layout.weights(folder, stem).files
    states = layout.states(folder, files)
    report = _report(str(folder), class_name, stem, states)
    if report.problem:
        raise NodeError(report.problem, "source")
    for file in files:
        if file.suffix.lower() != gguf_file.SUFFIX:
            weight_values.check(file, ctx=ctx)
    return report.warning


@lru_cache(maxsize=64)
def _report(folder: str, class_name: str, stem: str, states: tuple[object, ...]) -> _Report:
    """Compare the weights of a folder with its config; `states` are those of the files."""
    place = Path(folder)
    inside = checkpoint.inside(place)  # such a file's weights are checked when it is recognised
    for file in layout.weights(place, stem).files if inside is None else ():
        for name, entry in untrusted.read_header(file).items():
            if _is_quantised(name, entry.dtype):
                return _Report(
                    f"{place} is quantised ({name} is {entry.dtype}), which is not supported."
                )
    shapes = layout.shapes(place, stem)
    config = place / "config.json"
    untrusted.check_config(config, layout.read_json(config), len(shapes))
    compare = _of_diffusers if stem == layout.DIFFUSERS_WEIGHTS else _of_transformers
    try:
        with Undrawn():
            missing, wrong, unused = compare(place, class_name, shapes)
    except Exception as error:  # whatever a class raises for the entries of a config
        return _Report(f"{place / 'config.json'} does not describe a {class_name}: {_line(error)}")
    if missing:
        return _Report(_missing(place, missing))
    if wrong:
        name, found, wanted = wrong[0]
        return _Report(
            f"The weight {name} in {place} has the shape {found}, but config.json describes "
            f"{wanted}: the two belong to different models."
        )
    return _Report(None, _unused(place, unused) if unused else None)


_FLOATS = ("F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2")
_SCALES = (".weight_scale", ".scale_weight", ".scale_input", ".input_scale", ".weight_scale_inv")


def _is_quantised(name: str, kind: str) -> bool:
    """True if a tensor is a weight of whole numbers, or the scale of one in 8 bits."""
    return name.endswith(_SCALES) or (name.endswith((".weight", ".bias")) and kind not in _FLOATS)


def _unused(folder: Path, names: list[str]) -> str:
    others = f" and {len(names) - 1} others" if len(names) > 1 else ""
    return (
        f"{folder} is used without the weight {names[0]}{others}, which its config.json does not "
        "describe: the two may belong to different models."
    )


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:300] or type(error).__name__


def _missing(folder: Path, names: list[str]) -> str:
    others = f" and {len(names) - 1} others" if len(names) > 1 else ""
    return (
        f"{folder} lacks the weight {names[0]}{others}, so it is incomplete. Copy or download it "
        "again."
    )


Problems = tuple[list[str], list[tuple[str, Shape, Shape]], list[str]]
"""Names of missing weights; names, found and wanted shapes of those that do not fit; names of those
that the network does not have."""


def _of_diffusers(folder: Path, class_name: str, shapes: dict[str, Shape]) -> Problems:
    class_: Any = getattr(diffusers, class_name)
    with torch.device("meta"):
        network = class_.from_config(layout.read_json(folder / "config.json"))
    network._fix_state_dict_keys_on_load(shapes)  # names of former versions
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    missing = [name for name in wanted if name not in shapes]
    wrong = [
        (name, shapes[name], shape)
        for name, shape in wanted.items()
        if name in shapes and not _fits(shapes[name], shape)
    ]
    return missing, wrong, sorted(shapes.keys() - wanted.keys())


def _fits(found: Shape, wanted: Shape) -> bool:
    """True if a weight of a file can be loaded; old files store linear layers as convolutions."""
    return found == wanted or (found[:2] == wanted and set(found[2:]) == {1})


def _of_transformers(folder: Path, class_name: str, shapes: dict[str, Shape]) -> Problems:
    class_: Any = getattr(transformers, class_name)
    # views of one number take no memory, and the library reports by its own rules for old names
    one = torch.zeros(())
    _, report = class_.from_pretrained(
        None,
        config=layout.encoder_config(folder, class_),
        state_dict={name: one.expand(shape) for name, shape in shapes.items()},
        dtype=torch.float32,
        ignore_mismatched_sizes=True,
        output_loading_info=True,
    )
    wrong = [(name, tuple(a), tuple(b)) for name, a, b in report["mismatched_keys"]]
    return sorted(report["missing_keys"]), wrong, sorted(report["unexpected_keys"])


def check_tokenizer(folder: Path, class_name: str, encoder: Path) -> None:
    """Check that a tokenizer has a vocabulary, and that its encoder knows all of it.

    Args:
        folder: The tokenizer's folder.
        class_name: Its transformers class.
        encoder: The folder of the text encoder that reads its tokens.

    Raises:
        NodeError: about `source`: a file is missing or damaged, or the two do not match.
    """
    class_ = _class_of(folder, class_name, transformers.PreTrainedTokenizerBase)
    untrusted.check_folder(folder)
    untrusted.check_sizes(folder)
    _check_files(folder, class_.vocab_files_names)
    state = tuple(
        (file.name, file.stat().st_mtime_ns, file.stat().st_size)
        for file in sorted(folder.iterdir())
        if file.is_file()
    )
    tokens = _tokens(str(folder), class_name, state)
    if tokens.highest is None:
        raise NodeError(f"The tokenizer in {folder} has no vocabulary.", "source")
    config = layout.read_json(encoder / "config.json")
    size = config.get("vocab_size") or config.get("text_config", {}).get("vocab_size")
    if isinstance(size, int) and tokens.highest >= size:
        raise NodeError(
            f"The tokenizer in {folder} has tokens up to {tokens.highest}, but the text encoder in "
            f"{encoder} knows only {size}: they belong to different models.",
            "source",
        )
    if class_name.startswith("CLIPTokenizer"):
        _check_clip(folder, tokens, size if isinstance(size, int) else 10**9)


def _check_clip(folder: Path, tokens: _Tokens, size: int) -> None:
    """Check the tokens that every prompt has: one at its start, one at its end, and padding."""
    for name, number in tokens.special.items():
        if number is None or not 0 <= number < size:
            raise NodeError(
                f"The tokenizer in {folder} has the {name} number {number}, but its text encoder "
                f"knows 0 to {size - 1}.",
                "source",
            )
    if tokens.special["bos_token"] == tokens.special["eos_token"]:
        raise NodeError(
            f"The tokenizer in {folder} has the same bos_token and eos_token: its vocabulary lacks "
            "one of them.",
            "source",
        )
    if type(tokens.length) is not int or tokens.length < 3:
        raise NodeError(
            f"The tokenizer in {folder} has the model_max_length {tokens.length!r}; it is a whole "
            "number from 3.",
            "source",
        )


def _check_files(folder: Path, names: dict[str, str]) -> None:
    """Check that a tokenizer has either all its own files or that of the tokenizers library."""
    whole = names.get("tokenizer_file", "tokenizer.json")
    own = [name for name in names.values() if name != whole]
    if (folder / whole).is_file():
        return
    absent: Iterable[str] = (name for name in own if not (folder / name).is_file())
    single = own or (folder / "tokenizer.model").is_file()
    name = next(iter(absent), None if single else whole)
    if name is not None:
        raise NodeError(f"The tokenizer in {folder} is incomplete: {name} is missing.", "source")
    merges = folder / names.get("merges_file", "merges.txt")
    if "merges_file" in names and not any(
        line.strip() and not line.startswith("#version")
        for line in merges.read_text(encoding="utf-8", errors="replace").splitlines()
    ):
        raise NodeError(f"{merges} is empty, so all words would be read as letters.", "source")


class _Tokens(NamedTuple):
    """Numbers of the tokens of a tokenizer.

    Attributes:
        highest: The highest number of an ordinary token, or None if there are only special ones.
        special: The numbers of its special tokens, by name; None without such a token.
        length: Number of tokens that it makes at most, as its config says.
    """

    highest: int | None
    special: dict[str, int | None]
    length: Any


@lru_cache(maxsize=64)
def _tokens(folder: str, class_name: str, state: tuple[object, ...]) -> _Tokens:
    try:
        tokenizer = getattr(transformers, class_name).from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        special = {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()}
        numbers = [n for token, n in tokenizer.get_vocab().items() if token not in special]
        names = ("bos_token", "eos_token", "pad_token")
        ends = {name: getattr(tokenizer, f"{name}_id", None) for name in names}
    except Exception as error:  # the tokenizers library raises plain exceptions
        raise NodeError(f"{folder} cannot be loaded: {_line(error)}", "source") from error
    return _Tokens(max(numbers, default=None), ends, tokenizer.model_max_length)
