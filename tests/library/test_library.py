"""The library follows the folders, finds, and keeps the user's marks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nodes.diffusion.files.kinds import model_files
from nodeui.library.library import ModelLibrary, Progress
from nodeui.library.places import hub_cache, roots
from nodeui.library.record import ModelFile, ModelLibraryError
from nodeui.library.searching import matching
from tests.library.model_files import CLIP, LORA, UNET, VAE, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a checkpoint and a LoRA."""
    write(tmp_path / "models" / "a" / "base.safetensors", {**UNET, **VAE, **CLIP})
    write(tmp_path / "models" / "b" / "style.safetensors", LORA)
    return tmp_path / "models"


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "state", [model_files])


def _names(library: ModelLibrary) -> list[str]:
    return [model.path.name for model in library.models()]


def _one(library: ModelLibrary, name: str) -> ModelFile:
    return next(model for model in library.models() if model.path.name == name)


def test_all_models_below_a_folder_are_listed(folder: Path, library: ModelLibrary) -> None:
    (folder / "readme.txt").write_text("no model")
    assert library.scan([folder]) == []
    assert {(model.title, model.kind) for model in library.models()} == {
        ("base", "checkpoint"), ("style", "LoRA"),
    }  # fmt: skip


def test_files_are_listed_by_name_before_their_headers_are_read(
    folder: Path, library: ModelLibrary
) -> None:
    seen: list[tuple[Progress, list[str]]] = []
    library.scan(
        [folder],
        progress=lambda state: seen.append((state, [model.kind for model in library.models()])),
    )
    assert seen == [(Progress(0, 2), ["", ""]), (Progress(2, 2), ["checkpoint", "LoRA"])]


def test_a_second_scan_reads_nothing_again(folder: Path, library: ModelLibrary) -> None:
    library.scan([folder])
    states: list[Progress] = []
    library.scan([folder], progress=states.append)
    assert states == [Progress(0, 0)]


def test_new_changed_and_deleted_files(folder: Path, library: ModelLibrary) -> None:
    library.scan([folder])
    (folder / "a" / "base.safetensors").unlink()
    write(folder / "new.safetensors", VAE)
    write(folder / "b" / "style.safetensors", {**LORA, "more": (5,)})
    library.scan([folder])
    assert _names(library) == ["new.safetensors", "style.safetensors"]
    assert _one(library, "new.safetensors").kind == "VAE"


def test_a_scan_that_was_stopped_continues_later(folder: Path, library: ModelLibrary) -> None:
    stops: list[Progress] = []
    library.scan([folder], cancelled=lambda: bool(stops), progress=stops.append)
    assert [model.kind for model in library.models()] == ["", ""]
    library.scan([folder])
    assert [model.kind for model in library.models()] == ["checkpoint", "LoRA"]


def test_a_folder_that_cannot_be_reached_keeps_its_models(
    folder: Path, library: ModelLibrary, tmp_path: Path
) -> None:
    library.scan([folder])
    folder.rename(tmp_path / "away")
    assert library.scan([folder]) == [str(folder)]
    assert len(library.models()) == 2


def test_marks_and_digests_follow_a_file_that_is_moved(folder: Path, library: ModelLibrary) -> None:
    library.scan([folder])
    library.mark(_one(library, "style.safetensors"), stars=4, notes="at 0.6")
    library.set_digest(_one(library, "style.safetensors"), "ab" * 32)
    (folder / "b" / "style.safetensors").rename(folder / "renamed.safetensors")
    library.scan([folder])
    model = _one(library, "renamed.safetensors")
    assert (model.stars, model.own_notes, model.autov2) == (4, "at 0.6", "ABABABABAB")
    assert [found.path for found in library.find("ABAB")] == [model.path]


def test_marks_outlive_the_index(folder: Path, library: ModelLibrary, tmp_path: Path) -> None:
    library.scan([folder])
    library.mark(_one(library, "base.safetensors"), stars=5)
    library.close()
    (tmp_path / "state" / "models.sqlite").write_bytes(b"damaged" * 1000)
    again = ModelLibrary(tmp_path / "state", [model_files])
    assert again.trouble
    again.scan([folder])
    assert _one(again, "base.safetensors").stars == 5


def test_marks_that_cannot_be_saved_are_an_error(
    folder: Path, library: ModelLibrary, tmp_path: Path
) -> None:
    library.scan([folder])
    (tmp_path / "state" / "models.json").mkdir()
    with pytest.raises(ModelLibraryError, match="cannot be saved"):
        library.mark(_one(library, "base.safetensors"), stars=5)
    assert _one(library, "base.safetensors").stars == 0


def test_nothing_is_written_to_the_users_folders(folder: Path, library: ModelLibrary) -> None:
    before = sorted(folder.rglob("*"))
    library.scan([folder])
    library.mark(_one(library, "base.safetensors"), stars=5)
    assert sorted(folder.rglob("*")) == before


def test_pickles_are_listed_and_not_read(folder: Path, library: ModelLibrary) -> None:
    (folder / "old.ckpt").write_bytes(b"\x80\x02cos\nsystem\n(S'true'\ntR.")
    library.scan([folder])
    assert _one(library, "old.ckpt").kind == "pickle"
    assert "Convert" in _one(library, "old.ckpt").refused


def test_damaged_files_are_listed_with_the_reason(folder: Path, library: ModelLibrary) -> None:
    (folder / "cut.safetensors").write_bytes(b"\xff" * 20)
    library.scan([folder])
    assert "damaged" in _one(library, "cut.safetensors").refused
    assert len(library.models()) == 3


def test_linked_folders_are_followed_once(folder: Path, library: ModelLibrary) -> None:
    (folder / "loop").symlink_to(folder)
    library.scan([folder, folder / "a"])
    assert len(library.models()) == 2


def test_sidecars_add_words_notes_and_a_preview(folder: Path, library: ModelLibrary) -> None:
    library.scan([folder])
    info = {
        "model": {"name": "Ink"},
        "trainedWords": ["ink style, wet"],
        "description": "<p>Use &amp; enjoy</p><script>x</script>",
    }
    (folder / "b" / "style.civitai.info").write_text(json.dumps(info))
    (folder / "b" / "style.json").write_text(json.dumps({"activation text": "ink", "notes": "0.7"}))
    (folder / "b" / "style.preview.png").write_bytes(b"")
    library.scan([folder])
    model = _one(library, "style.safetensors")
    assert (model.title, model.words) == ("Ink", ("ink style", "wet", "ink"))
    assert model.notes.splitlines() == ["Use & enjoy", "x", "0.7"]
    assert model.preview == folder / "b" / "style.preview.png"


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"trainedWords": 3, "model": []}', "[" * 90_000])
def test_odd_sidecars_are_ignored(folder: Path, library: ModelLibrary, text: str) -> None:
    (folder / "b" / "style.civitai.info").write_text(text)
    library.scan([folder])
    assert _one(library, "style.safetensors").words == ()


def test_searching(folder: Path, library: ModelLibrary) -> None:
    library.scan([folder])
    models = library.models()
    assert [model.title for model in matching(models, "STY lora")] == ["style"]
    assert [model.title for model in matching(models, kinds=["checkpoint"])] == ["base"]
    assert [model.title for model in matching(models, families=["SDXL"])] == ["style"]
    assert matching(models, "nothing of this") == []


# --- the folders of other programs ----------------------------------------------------------------


def test_the_folders_of_comfyui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("comfy/models/loras", "comfy/comfy", "other/ckpt", "other/lora", "third"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("THIRD", str(tmp_path / "third"))
    (tmp_path / "comfy" / "extra_model_paths.yaml").write_text(
        f"a111:\n  base_path: {tmp_path}/other\n  is_default: true\n  checkpoints: ckpt\n"
        "  loras: |\n    lora\n    missing\n"
        "more:\n  vae: $THIRD\nodd: 3\nlist: [1]\n"
    )
    assert roots(tmp_path / "comfy") == [
        tmp_path / "comfy" / "models", tmp_path / "other" / "ckpt", tmp_path / "other" / "lora",
        tmp_path / "third",
    ]  # fmt: skip


def test_the_folders_of_other_programs(tmp_path: Path) -> None:
    for name in ("a1111/models", "a1111/embeddings", "invoke/stuff"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a1111" / "webui.py").touch()
    (tmp_path / "invoke" / "invokeai.yaml").write_text("models_dir: stuff\n")
    assert roots(tmp_path / "a1111") == [
        tmp_path / "a1111" / "embeddings",
        tmp_path / "a1111" / "models",
    ]
    assert roots(tmp_path / "invoke") == [tmp_path / "invoke" / "stuff"]
    assert roots(tmp_path) == [tmp_path]


@pytest.mark.parametrize("text", ["", "- 1", "a: !!python/object/apply:os.system ['true']", "\t:"])
def test_odd_yaml_files_name_no_folders(tmp_path: Path, text: str) -> None:
    (tmp_path / "extra_model_paths.yaml").write_text(text)
    assert roots(tmp_path / "extra_model_paths.yaml") == []


def test_models_in_the_cache_of_the_hub(
    tmp_path: Path, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    snapshot = tmp_path / "hub" / "models--me--net" / "snapshots" / "abc"
    blob = write(tmp_path / "hub" / "models--me--net" / "blobs" / "1234", LORA)
    snapshot.mkdir(parents=True)
    os.symlink(blob, snapshot / "lora.safetensors")
    library.scan([hub_cache()])
    assert _names(library) == ["lora.safetensors"]
