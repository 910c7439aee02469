"""Draws random scenes, and writes captions for them.

A `Scene` is a handful of words and one seed. Everything the renderer paints follows from it, so
the caption is true by construction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

TERRAINS = ("mountains", "hills", "meadow", "dunes", "canyon", "islands", "cliffs")
WATERS = ("none", "lake", "river", "sea")
TIMES = ("dawn", "noon", "sunset", "night")
SEASONS = ("spring", "summer", "autumn", "winter")
WEATHERS = ("clear", "cloudy", "foggy")
TREES = ("none", "pine", "round", "blossom", "palm", "cactus")
BUILDINGS = ("none", "house", "cabin", "tower", "lighthouse")

# Water, trees and buildings by terrain; repeated words are more likely.
WATER_OF = {
    "mountains": ("none", "none", "lake", "lake", "river", "sea"),
    "hills": ("none", "none", "lake", "river", "sea"),
    "meadow": ("none", "none", "lake", "river"),
    "dunes": ("none", "none", "none", "lake", "sea"),
    "canyon": ("none", "none", "river"),
    "islands": ("sea",),
    "cliffs": ("sea",),
}
TREES_OF = {
    "mountains": ("none", "pine", "pine", "round"),
    "hills": ("none", "pine", "round", "blossom"),
    "meadow": ("none", "pine", "round", "round", "blossom"),
    "dunes": ("none", "none", "palm", "cactus"),
    "canyon": ("none", "none", "cactus"),
    "islands": ("none", "palm", "palm", "pine"),
    "cliffs": ("none", "none", "pine", "round"),
}
BUILDINGS_OF = {
    "mountains": ("none", "none", "house", "cabin", "tower"),
    "hills": ("none", "none", "house", "cabin", "tower"),
    "meadow": ("none", "none", "house", "cabin", "tower"),
    "dunes": ("none", "none", "house", "tower"),
    "canyon": ("none", "none", "cabin", "tower"),
    "islands": ("none", "house", "lighthouse"),
    "cliffs": ("none", "house", "tower", "lighthouse"),
}


@dataclass(frozen=True)
class Scene:
    """A landscape in words; `seed` decides everything that the words do not."""

    terrain: str
    water: str
    time: str
    season: str
    weather: str
    trees: str
    building: str
    seed: int

    def to_dict(self) -> dict[str, str | int]:
        """Return the scene as plain JSON data."""
        return asdict(self)


def sample_scene(seed: int) -> Scene:
    """Draw the scene with number `seed`, which always has the same words."""
    rng = np.random.default_rng(seed)

    def pick(choices: tuple[str, ...]) -> str:
        return choices[int(rng.integers(len(choices)))]

    terrain = pick(TERRAINS)
    water = pick(WATER_OF[terrain])
    time = pick(TIMES)
    season = pick(SEASONS)
    weather = pick(("clear", "clear", "cloudy", "cloudy", "foggy"))
    trees = pick(TREES_OF[terrain])
    if trees == "blossom":
        season = "spring"
    building = pick(BUILDINGS_OF[terrain])
    return Scene(terrain, water, time, season, weather, trees, building, seed)


TERRAIN_WORDS = {
    "mountains": ("mountains", "high mountains", "a mountain range", "rocky peaks", "mountain"),
    "hills": ("hills", "rolling hills", "soft hills", "a hilly landscape"),
    "meadow": ("a meadow", "a wide meadow", "grassland", "flat fields", "a grassy plain"),
    "dunes": ("sand dunes", "a desert", "desert dunes", "dunes"),
    "canyon": ("a canyon", "a red rock canyon", "red cliffs and mesas", "a desert canyon"),
    "islands": ("islands", "an island", "small islands", "tropical islands"),
    "cliffs": ("sea cliffs", "a cliff coast", "steep cliffs", "coastal cliffs"),
}
WATER_WORDS = {
    "lake": ("a lake", "a calm lake", "a still lake", "a pond", "lake"),
    "river": ("a river", "a winding river", "a stream", "river"),
    "sea": ("the sea", "the ocean", "sea", "a bay"),
}
_TIME_WORDS = {
    "dawn": ("at dawn", "at sunrise", "in the early morning", "dawn", "first light"),
    "noon": ("at noon", "in daylight", "on a sunny day", "midday", "by day"),
    "sunset": ("at sunset", "at dusk", "in the evening", "sunset", "golden hour"),
    "night": ("at night", "by moonlight", "under the stars", "night", "moonlit night"),
}
_SEASON_WORDS = {
    "spring": ("in spring", "spring", "springtime", "fresh green"),
    "summer": ("in summer", "summer", "summertime", "lush green"),
    "autumn": ("in autumn", "autumn", "in fall", "autumn colors"),
    "winter": ("in winter", "winter", "snow", "snowy", "covered in snow"),
}
_WEATHER_WORDS = {
    "clear": ("clear sky", "a cloudless sky", "clear weather"),
    "cloudy": ("clouds", "cloudy sky", "with clouds", "drifting clouds"),
    "foggy": ("fog", "foggy", "in the mist", "misty", "hazy"),
}
TREE_WORDS = {
    "pine": ("pine trees", "pines", "a pine forest", "fir trees", "trees"),
    "round": ("trees", "round trees", "leafy trees", "broadleaf trees"),
    "blossom": ("cherry blossom trees", "blossoming trees", "pink trees", "blossom"),
    "palm": ("palm trees", "palms", "palm trees"),
    "cactus": ("cactus", "cacti", "saguaro cactus"),
}
BUILDING_WORDS = {
    "house": ("a house", "a small house", "house", "a white house"),
    "cabin": ("a cabin", "a wooden cabin", "a log cabin", "cabin"),
    "tower": ("a tower", "a stone tower", "tower", "an old tower"),
    "lighthouse": ("a lighthouse", "lighthouse", "a red and white lighthouse"),
}
# Filler words without meaning, so that the model learns to ignore unknown words.
_FILLERS = ("beautiful", "detailed", "highly detailed", "masterpiece", "4k", "artstation", "epic",
            "scenic", "wallpaper", "cinematic", "trending", "best quality")  # fmt: skip
_OPENINGS = ("", "", "", "a view of ", "a landscape with ", "a photo of ", "a picture of ")


def moods_named(text: str) -> set[str]:
    """Return the times, seasons and weathers that a caption names."""
    tables = (_TIME_WORDS, _SEASON_WORDS, _WEATHER_WORDS)
    return {k for table in tables for k, words in table.items() if any(w in text for w in words)}


def caption(scene: Scene, rng: np.random.Generator) -> str:
    """Write a random caption of the scene.

    Things in the picture are always named. Time of day, season and weather are sometimes left
    out, so that short prompts work too.
    """

    def pick(words: tuple[str, ...]) -> str:
        return words[int(rng.integers(len(words)))]

    things = [pick(TERRAIN_WORDS[scene.terrain])]
    if scene.water != "none":
        things.append(pick(WATER_WORDS[scene.water]))
    for words, key in ((TREE_WORDS, scene.trees), (BUILDING_WORDS, scene.building)):
        if key != "none":
            things.append(pick(words[key]))
    moods: list[str] = []
    if rng.random() < 0.92:
        moods.append(pick(_TIME_WORDS[scene.time]))
    if rng.random() < 0.85:
        moods.append(pick(_SEASON_WORDS[scene.season]))
    if rng.random() < (0.9 if scene.weather == "foggy" else 0.6):
        moods.append(pick(_WEATHER_WORDS[scene.weather]))
    if rng.random() < 0.15:
        moods.append(pick(_FILLERS))
    rng.shuffle(moods)

    if rng.random() < 0.5:  # keywords: "mountains, a lake, at night"
        rng.shuffle(things)
        text = ", ".join(things + moods)
    else:  # a sentence: "mountains with a lake and pines at night, in winter"
        text = things[0]
        if len(things) > 1:
            link = (" with ", " and ", " by ")[int(rng.integers(3))]
            text += link + " and ".join(things[1:])
        if moods:
            text += " " + ", ".join(moods)
    return pick(_OPENINGS) + text
