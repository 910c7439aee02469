"""Captions match their scenes."""

from __future__ import annotations

import numpy as np
import pytest

from training import scene
from training.scene import Scene, caption, moods_named, sample_scene


def test_a_scene_depends_on_its_number_only() -> None:
    assert sample_scene(7) == sample_scene(7)
    assert len({sample_scene(i) for i in range(50)}) == 50


def test_scenes_use_the_vocabulary_and_every_word_of_it() -> None:
    scenes = [sample_scene(i) for i in range(800)]
    for name, choices in (
        ("terrain", scene.TERRAINS),
        ("water", scene.WATERS),
        ("time", scene.TIMES),
        ("season", scene.SEASONS),
        ("weather", scene.WEATHERS),
        ("trees", scene.TREES),
        ("building", scene.BUILDINGS),
    ):
        assert {getattr(s, name) for s in scenes} == set(choices)


@pytest.mark.parametrize("seed", range(40))
def test_captions_name_what_stands_in_the_picture(seed: int) -> None:
    drawn = sample_scene(seed)
    text = caption(drawn, np.random.default_rng(seed))
    assert any(word in text for word in scene.TERRAIN_WORDS[drawn.terrain])
    if drawn.building != "none":
        assert any(word in text for word in scene.BUILDING_WORDS[drawn.building])
    if drawn.trees != "none":
        assert any(word in text for word in scene.TREE_WORDS[drawn.trees])
    if drawn.water != "none":
        assert any(word in text for word in scene.WATER_WORDS[drawn.water])


def test_captions_do_not_name_what_is_absent() -> None:
    bare = Scene("hills", "none", "noon", "summer", "clear", "none", "none", 3)
    for seed in range(60):
        text = caption(bare, np.random.default_rng(seed))
        for words in (*scene.BUILDING_WORDS.values(), *scene.WATER_WORDS.values()):
            assert not any(f" {word}" in f" {text}" for word in words)
        assert not moods_named(text) & {"dawn", "sunset", "night", "winter", "foggy"}
