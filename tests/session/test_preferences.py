from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from nodeui.engine.folders import cache_bytes, cache_folder
from nodeui.session.preferences import RECENT_KEPT, Places, Preferences, Settings


def test_preferences_come_back(settings: Settings):
    settings.preferences = Preferences(theme="light", device="cpu", keys={"run.run": "F5"})
    settings.save()
    assert Settings(settings.places).preferences == settings.preferences


@pytest.mark.parametrize("content", [b"", b"{", b'{"theme": "pink"}', b"\xff"])
def test_damaged_preferences_are_the_standard_ones(settings: Settings, content: bytes):
    settings.places.config.mkdir()
    (settings.places.config / "preferences.json").write_bytes(content)
    assert Settings(settings.places).preferences == Preferences()


def test_preferences_of_a_newer_version_are_read(settings: Settings):
    settings.places.config.mkdir()
    (settings.places.config / "preferences.json").write_text('{"theme": "dark", "new": 1}')
    assert Settings(settings.places).preferences == Preferences(theme="dark")


def test_recent_files_are_the_latest_and_each_once(settings: Settings):
    for number in range(RECENT_KEPT + 3):
        settings.add_recent(Path(f"/{number}"))
    settings.add_recent(Path("/5"))
    recent = Settings(settings.places).recent
    assert recent[:2] == [Path("/5"), Path(f"/{RECENT_KEPT + 2}")]
    assert len(recent) == len(set(recent)) == RECENT_KEPT


def test_the_environment_overrides_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("NODEUI_OUTPUT", str(tmp_path / "out"))
    monkeypatch.setenv("NODEUI_CACHE", str(tmp_path / "cache"))
    assert Preferences(output="/elsewhere").output_folder() == tmp_path / "out"
    assert Places.standard().cache == tmp_path / "cache"
    monkeypatch.delenv("NODEUI_OUTPUT")
    assert Preferences(output="/elsewhere").output_folder() == Path("/elsewhere")
    assert Preferences().output_folder().name == "NodeUI"


def test_the_chosen_cache_folder_and_its_limit_are_those_of_the_command_line_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("NODEUI_CACHE", raising=False)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda name: str(tmp_path / name))
    settings = Settings(Places.standard())
    settings.preferences.cache = str(tmp_path / "values")
    assert cache_bytes() == 20 * 2**30
    settings.preferences.cache_gb = 0.5
    settings.save()
    assert Places.standard().cache == cache_folder() == tmp_path / "values"
    assert cache_bytes() == 2**29
    (tmp_path / "nodeui" / "preferences.json").write_text("[")
    assert cache_folder() == Path(platformdirs.user_cache_dir("nodeui"))


def test_only_chosen_devices_and_threads_reach_the_worker():
    assert Preferences().environment() == {}
    chosen = Preferences(offline=True).environment()
    assert chosen == {"NODEUI_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
    chosen = Preferences(megapixels=250).environment()
    assert chosen == {"NODEUI_MAX_PIXELS": "250000000"}
    chosen = Preferences(dtype="bfloat16", pool_gb=1.5).environment()
    assert chosen == {"NODEUI_DTYPE": "bfloat16", "NODEUI_POOL_GB": "1.5"}
    chosen = Preferences(device="cuda:1", threads=4).environment()
    assert chosen == {"NODEUI_DEVICE": "cuda:1", "NODEUI_THREADS": "4"}


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_one(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    settings = Settings(Places(tmp_path, tmp_path, tmp_path / "file" / "cache"))
    assert str(tmp_path / "file" / "cache") in settings.ensure_cache()
    assert settings.places.cache.is_dir() and settings.places.config == tmp_path
    assert settings.ensure_cache() == ""
    settings.places.cache.rmdir()


def test_a_cache_that_is_not_there_yet_is_made(tmp_path: Path):
    settings = Settings(Places(tmp_path, tmp_path, tmp_path / "new" / "cache"))
    assert settings.ensure_cache() == ""
    assert list((tmp_path / "new" / "cache").iterdir()) == []
