"""Lists model files for the command line."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nodeui.engine.cache import open_cache
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.folders import cache_bytes
from nodeui.library import places
from nodeui.library.library import ModelLibrary
from nodeui.library.record import ModelFile, ModelLibraryError
from nodeui.library.searching import matching
from nodeui.sdk import ModelFiles, NodeError
from nodeui.session.preferences import Places, Settings


def list_models(
    readers: Sequence[ModelFiles],
    folders: Iterable[Path],
    text: str = "",
    kind: str = "",
    *,
    hashes: bool = False,
) -> list[ModelFile]:
    """Return the models below folders, sorted by title; troubles are printed.

    Args:
        readers: Describe model files.
        folders: Folders; if there are none, those of the preferences and the cache of the hub.
        text: Words that a model must have.
        kind: The kind of models, in any case; "" for all.
        hashes: Compute the SHA-256 of files for which it is not known.
    """
    settings = Settings(Places.standard())
    chosen = [folder.absolute() for folder in folders]
    standard = [*map(Path, settings.preferences.models), places.hub_cache()]
    with tempfile.TemporaryDirectory() as temporary:  # the editor's index has the standard folders
        library = ModelLibrary(Path(temporary) if chosen else settings.places.state, readers)
        return _listed(
            library, chosen or standard, text, kind, settings.places.cache if hashes else None
        )


def _listed(
    library: ModelLibrary, folders: list[Path], text: str, kind: str, cache: Path | None
) -> list[ModelFile]:
    """Scan folders and return the models in them; with a cache, also their digests."""
    try:
        for folder in library.scan(folders):
            print(f"{folder} cannot be listed", file=sys.stderr)
        kinds = {model.kind for model in library.models()}
        wanted = {each for each in kinds if each.casefold() == kind.casefold()} if kind else ()
        found = [] if kind and not wanted else matching(library.models(), text, wanted)
        return found if cache is None else _hashed(library, found, cache)
    except ModelLibraryError as error:
        print(error, file=sys.stderr)
        return []
    finally:
        library.close()


def _hashed(library: ModelLibrary, models: list[ModelFile], cache: Path) -> list[ModelFile]:
    """Return models with their digests, which are computed where they are not known."""
    wanted = {model.path for model in models}
    files = WorkflowFiles(Path.cwd(), open_cache(cache, disk_bytes=cache_bytes()))
    for model in models:
        if not model.sha256 and model.path.is_file():
            try:
                library.set_digest(model, files.digest(model.path))
            except (NodeError, OSError) as error:
                print(f"{model.path}: {error}", file=sys.stderr)
    return [model for model in library.models() if model.path in wanted]


def print_models(models: Iterable[ModelFile]) -> None:
    """Print models as a list by kind."""
    kind = None
    for model in sorted(models, key=lambda model: model.kind):  # stable: by title within a kind
        if model.kind != kind:
            print(f"\n{model.kind}" if kind is not None else model.kind)
            kind = model.kind
        facts = (model.family, model.precision, _size(model.size), model.autov2)
        print(f"  {model.title:<36} {', '.join(filter(None, facts))}")
        print(f"    {model.path}")
        if model.refused:
            print(f"    not usable: {model.refused}")


def as_facts(model: ModelFile) -> dict[str, Any]:
    """Return a model as JSON data."""
    facts = asdict(model)
    facts["path"] = str(model.path)
    facts["preview"] = str(model.preview) if model.preview else None
    facts["autov2"] = model.autov2
    return facts


def _size(size: int) -> str:
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6)):
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size / 1000:.1f} kB"
