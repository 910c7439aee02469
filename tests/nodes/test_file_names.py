"""Name patterns: what they become, and what is refused."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes import file_names, image
from nodes.saved_files import write
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext, picture

NOW = datetime(2026, 11, 30, 18, 44, 5)
FACTS = {
    "seed": "7",
    "prompt": "a lake, at dusk: “calm” / still\nwater",
    "model": "/home/me/models/dream shaper.safetensors",
    "title": "Landscape",
    "node": "Save image",
}


def shown(pattern: str, values: dict[str, str] = FACTS, place: int = 0) -> str:
    name = file_names.expand(pattern, values, NOW, place)
    return "/".join([*name.folders, name.numbered(1)])


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("picture", "picture"),
        ("forest/morning.png", "forest/morning"),
        ("{date}/{time}", "2026-11-30/18-44-05"),
        ("{prompt:6} {seed}", "a lake 7"),
        ("{prompt}", "a lake, at dusk “calm” still water"),
        ("{model}_{counter}", "dream shaper_0001"),
        ("{counter:6}", "000001"),
        ("{title}-{node}-{batch}", "Landscape-Save image-3"),
        ("a{{b}}", "a{b}"),
        ("{seed}.png", "7"),
        ("{sampler}/{seed}", "7"),
        (".hidden/{seed}", ".hidden/7"),
    ],
)
def test_what_patterns_become(pattern: str, wanted: str) -> None:
    assert shown(pattern, place=2) == wanted


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("{sed}", "{sed}"),
        ("{}", "{}"),
        ("{Seed}", "{Seed}"),
        ("{ seed }", "{ seed }"),
        ("{seed", "no partner"),
        ("seed}", "no partner"),
        ("{seed{x}}", "no partner"),
        ("{prompt:}", "{prompt:}"),
        ("{prompt:0}", "{prompt:0}"),
        ("{prompt:-4}", "{prompt:-4}"),
        ("{prompt:twenty}", "{prompt:twenty}"),
        ("{prompt:20:3}", "{prompt:20:3}"),
        ("{prompt:１２}", "number from 1"),
        ("{date:8}", "{date:8}"),
        ("{counter:10}", "at most 9 digits"),
        ("{counter}{counter}", "one {counter}"),
        ("{counter}/x", "after the last /"),
        ("{seed}.jpg", "remove .jpg"),
        ("../{seed}", "leads out"),
        ("{seed}/", "Enter a file name"),
    ],
)
def test_bad_patterns_are_refused_by_name(pattern: str, named: str) -> None:
    with pytest.raises(NodeError, match=re.escape(named)) as error:
        file_names.check(pattern)
    assert error.value.parameter == "name"


def test_a_name_of_missing_values_alone_is_refused() -> None:
    with pytest.raises(NodeError, match=r"no value for \{seed\}"):
        shown("{seed}", {})


ODD = st.text(st.characters() | st.sampled_from("./\\:~<>|?*\0\n{} "), max_size=60)


@given(
    st.lists(
        st.sampled_from([f"{{{name}}}" for name in file_names.PLACEHOLDERS] + ["/", "x", ".", " "]),
        min_size=1,
        max_size=6,
    ),
    st.dictionaries(st.sampled_from(["seed", "prompt", "model", "title", "node"]), ODD),
)
def test_values_never_lead_out_and_are_valid_everywhere(
    parts: list[str], values: dict[str, str]
) -> None:
    try:
        name = file_names.expand("".join(parts), values, NOW)
    except NodeError as error:
        assert error.parameter == "name"
        return
    whole = [*name.folders, name.numbered(1)]
    path = PurePosixPath("/out", *whole)
    assert path.is_relative_to("/out") and len(path.parts) == 2 + len(whole)
    assert file_names.parts_of("/".join(whole) + ".png") == tuple(whole)
    assert len(name.folders) <= "".join(parts).count("/")


@given(ODD)
def test_any_prompt_makes_a_name(prompt: str) -> None:
    name = shown("x {prompt}", {"prompt": prompt})
    assert file_names.parts_of(name) == (name,) and name.startswith("x")


@pytest.mark.parametrize("value", ["con", "NUL", "com1", "aux.txt", "..", "...", ".x", "x" * 999])
def test_values_that_no_file_may_have(value: str) -> None:
    try:
        name = shown("{prompt}", {"prompt": value})
    except NodeError:
        assert not value.strip(".")
        return
    assert file_names.parts_of(name) == (name,)


# --- files -------------------------------------------------------------------------------------


def names(tmp_path: Path, pattern: str, *contents: str, **values: str) -> list[str]:
    made = write(tmp_path, pattern, [text.encode() for text in contents], ".png", values)
    return [file.path for file in made]


def test_a_counter_follows_the_highest_number(tmp_path: Path) -> None:
    assert names(tmp_path, "{seed}_{counter}", "a", "b", seed="5") == ["5_0001.png", "5_0002.png"]
    (tmp_path / "5_0001.png").unlink()
    assert names(tmp_path, "{seed}_{counter}", "c", seed="5") == ["5_0003.png"]
    assert names(tmp_path, "{seed}_{counter}", "b", seed="5") == ["5_0002.png"]
    assert names(tmp_path, "{seed}_{counter}", "c", seed="6") == ["6_0001.png"]
    (tmp_path / "5_12345.png").write_text("x")
    assert names(tmp_path, "{seed}_{counter}", "d", seed="5") == ["5_12346.png"]


def test_pictures_of_a_batch_have_their_places(tmp_path: Path) -> None:
    made = names(tmp_path, "set {batch}/{seed}", "a", "b", seed="1")
    assert made == ["set 1/1.png", "set 2/1.png"]
    assert names(tmp_path, "{seed}", "a", "a", "c", seed="2") == [
        "2.png",
        "2-0002.png",
        "2-0003.png",
    ]


def test_the_node_names_files_by_what_is_known(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, known={"seed": "7", "prompt": "a lake"})
    (file,) = image.save(picture(1, 4, 4, 3), ctx, "{prompt:20} {seed}", "webp").files
    assert file.path == "a lake 7.webp" and ctx.warnings == []
    (file,) = image.save(picture(1, 4, 4, 3), ctx, "{model}{seed}").files
    assert file.path == "7.png" and "{model} has no value" in ctx.warnings[0]


def test_names_of_older_workflows_stay(tmp_path: Path) -> None:
    migrate = image.save.migrator
    assert migrate is not None
    assert migrate({"name": "a{seed}"}, 2) == {"name": "a{{seed}}"}
    assert migrate({"name": "a{seed}"}, 3) == {"name": "a{seed}"}
    assert migrate({"metadata": "none"}, 2) == {"metadata": "none"}


def test_the_preview_is_the_name_of_the_file(tmp_path: Path) -> None:
    preview: Any = image.save.previews["name"]
    assert preview("{prompt:6}-{counter:3}", "jpeg", FACTS) == "a lake-###.jpg"
    with pytest.raises(NodeError):
        preview("{nothing}", "png", FACTS)
