"""Texts are in the language of the process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nodeui.graph import wording
from nodeui.graph.wording import counted, heading, named, tr, words


@pytest.fixture
def pirate() -> Iterator[None]:
    """Another language, with few words."""
    known = {"{0} of {1}": "{1}, {0} o' them", "guidance scale": "Compass"}
    wording.speak(lambda text: known.get(text, text))
    yield
    wording.speak()


def test_all_is_english_where_no_language_is_set():
    assert tr("{0} of {1}", 1, 2) == "1 of 2"
    assert tr("a {brace} without values") == "a {brace} without values"
    assert (words("guidance_scale"), heading("guidance_scale")) == (
        "guidance scale",
        "Guidance scale",
    )
    assert named("guidance_scale") == "guidance_scale"


def test_texts_and_names_are_said_in_the_language(pirate: None):
    assert tr("{0} of {1}", 1, 2) == "2, 1 o' them"
    assert words("guidance_scale") == heading("guidance_scale") == "Compass"
    assert named("guidance_scale") == "Compass"


def test_what_the_language_lacks_stays_english(pirate: None):
    assert tr("new") == "new"
    assert named("control_end") == "control_end"


def test_a_counted_text_takes_the_plural_form_of_the_language():
    assert counted("%n failed in {0}", 2, "a") == "2 failed in a"
    assert [counted("%n steps", n) for n in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]
    assert counted("{0} s, %n failed", 1, 2.5) == "2.5 s, 1 failed"
    forms = {True: "ein Lauf", False: "%n Läufe"}
    wording.speak(pluralise=lambda text, n: forms[n == 1].replace("%n", str(n)))
    found = [counted("%n runs", n) for n in (1, 3)]
    wording.speak()
    assert found == ["ein Lauf", "3 Läufe"]
