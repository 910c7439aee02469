from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from nodeui.engine import files
from nodeui.engine.cache import open_cache
from nodeui.engine.files import WorkflowFiles
from nodeui.sdk import Cancelled, NodeError


def of(folder: Path) -> WorkflowFiles:
    return WorkflowFiles(folder, open_cache(None))


def test_the_digest_of_a_file_is_its_sha256(tmp_path: Path):
    data = os.urandom(3_000_000)
    (tmp_path / "a").write_bytes(data)
    assert of(tmp_path).digest(tmp_path / "a") == hashlib.sha256(data).hexdigest()


def test_only_regular_files_are_read(tmp_path: Path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    (tmp_path / "model").mkdir()
    os.mkfifo(tmp_path / "model" / "pipe")
    for path in (tmp_path / "model", tmp_path / "model" / "pipe", Path("/dev/zero")):
        with pytest.raises(NodeError, match="is not a regular file"):
            of(tmp_path).digest(path)


def test_a_folder_of_too_many_files_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files, "MOST_FILES", 5)
    for name in "abcdef":
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").touch()
    with pytest.raises(NodeError, match="more than 5 files"):
        of(tmp_path).digest(tmp_path)


def test_hashing_can_be_cancelled(tmp_path: Path):
    (tmp_path / "large").write_bytes(bytes(5_000_000))
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        WorkflowFiles(tmp_path, open_cache(None), cancelled).digest(tmp_path / "large")
    assert len(asked) == 3
