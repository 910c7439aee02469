from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui.graph import document
from nodeui.sdk import shipped
from nodeui.session import trust
from nodeui.session.trust import Trust, is_shipped

OURS = b'{"format": "nodeui/workflow", "version": 1}'


def test_a_workflow_is_known_by_its_text(tmp_path: Path):
    file = tmp_path / "state" / "trusted"
    known = Trust(file)
    assert not known.knows(OURS)
    known.add(OURS, tmp_path)
    known.add(OURS, tmp_path)
    assert known.knows(OURS) and Trust(file).knows(OURS)
    assert not Trust(file).knows(OURS + b" ")
    assert len(file.read_text().splitlines()) == 1


def test_the_workflow_in_a_picture_is_known_by_its_text(tmp_path: Path):
    texts = PngInfo()
    texts.add_itxt(document.PNG_KEY, OURS.decode())
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png", pnginfo=texts)
    picture = (tmp_path / "a.png").read_bytes()
    known = Trust(tmp_path / "trusted")
    assert not known.knows(picture)
    known.add(OURS, tmp_path)
    assert known.knows(picture) and document.text_of(picture) == OURS


def test_a_damaged_list_forgets_and_nothing_more(tmp_path: Path):
    (tmp_path / "trusted").write_bytes(b"\xff\x00" * 1000 + b"\n")
    known = Trust(tmp_path / "trusted")
    assert not known.knows(OURS)
    known.add(OURS, tmp_path)
    assert Trust(tmp_path / "trusted").knows(OURS)


def test_the_oldest_workflows_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trust, "MOST", 3)
    known = Trust(tmp_path / "trusted")
    for number in range(10):
        known.add(b"%d" % number, tmp_path)
    again = Trust(tmp_path / "trusted")
    assert [again.knows(b"%d" % number) for number in range(10)] == [False] * 7 + [True] * 3
    assert len((tmp_path / "trusted").read_text().splitlines()) == 3


def test_the_folder_of_a_workflow_is_that_of_its_last_run(tmp_path: Path):
    known = Trust(tmp_path / "trusted")
    assert known.folder(OURS) is None
    for name in ("one", "two\nlines"):
        (tmp_path / name).mkdir()
        known.add(OURS, tmp_path / name)
    assert known.folder(OURS) == Trust(tmp_path / "trusted").folder(OURS) == tmp_path / "two\nlines"
    (tmp_path / "two\nlines").rmdir()
    assert known.folder(OURS) is None and known.knows(OURS)


def test_only_the_examples_are_shipped(tmp_path: Path):
    place = shipped("workflows")
    assert is_shipped(place / "landscape.nodeui.json")
    assert not is_shipped(place / ".." / "other.nodeui.json")
    assert not is_shipped(tmp_path / "landscape.nodeui.json")
