from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nodeui.graph import document as files
from nodeui.graph.registry import installed
from nodeui.views import theme
from nodeui.views.window import miniature
from nodeui.views.window.start import WORKFLOWS, Card, RecentButton, StartPage, templates


@pytest.fixture
def page(qtbot: QtBot) -> StartPage:
    page = StartPage(installed(), templates(WORKFLOWS))
    qtbot.addWidget(page)
    page.resize(1400, 800)
    page.show()
    return page


def test_the_example_for_newcomers_stands_first(page: StartPage):
    cards = page.findChildren(Card)
    assert cards[0].template.path.name == "controlled-landscape.nodeui.json"
    titles = [card.text() for card in cards[1:]]
    assert len(titles) >= 3 and titles == sorted(titles)
    assert all(card.template.about for card in cards)


def test_one_click_opens_an_example(qtbot: QtBot, page: StartPage):
    card = page.findChildren(Card)[0]
    with qtbot.waitSignal(page.template_chosen) as signal:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert signal.args == [card.template.path]
    assert files.load(card.template.path.read_bytes(), installed()).problems == []


def test_an_example_can_be_opened_by_key(qtbot: QtBot, page: StartPage):
    card = page.findChildren(Card)[1]
    card.setFocus()
    with qtbot.waitSignal(page.template_chosen):
        qtbot.keyClick(card, Qt.Key.Key_Space)


def test_recent_files_are_listed_unless_they_are_gone(
    qtbot: QtBot, page: StartPage, tmp_path: Path
):
    there, gone = tmp_path / "there.nodeui.json", tmp_path / "gone.nodeui.json"
    there.write_text("{}")
    for _ in range(2):
        page.show_recent([gone, there])
    qtbot.waitUntil(lambda: len(page.findChildren(RecentButton)) == 1)
    (button,) = page.findChildren(RecentButton)
    assert button.text() == "there"
    with qtbot.waitSignal(page.recent_chosen) as signal:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert signal.args == [there]


def test_new_is_one_click(qtbot: QtBot, page: StartPage):
    (new,) = [
        button for button in page.findChildren(QPushButton) if button.text() == "New workflow"
    ]
    with qtbot.waitSignal(page.new_requested):
        qtbot.mouseClick(new, Qt.MouseButton.LeftButton)


def test_damaged_examples_are_left_out(tmp_path: Path):
    (tmp_path / "a.nodeui.json").write_text("nonsense")
    (tmp_path / "b.nodeui.json").write_text('{"nodes": {}}')
    assert [template.title for template in templates(tmp_path)] == ["b"]


def test_a_miniature_shows_the_nodes(qapp: object):
    content = msgspec.json.decode((WORKFLOWS / "landscape.nodeui.json").read_bytes())
    image = miniature.draw(content, installed(), QSizeF(248, 156))
    colours = {image.pixelColor(x, y).name() for x in range(0, 248, 2) for y in range(0, 156, 2)}
    assert theme.colour("canvas").name() in colours
    assert theme.category_colour("Models").name() in colours
    assert miniature.draw({}, installed(), QSizeF(10, 10)).width() == 10


# --- the theme -----------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("text", ["text", "muted", "accent", "error", "warning", "done"])
@pytest.mark.parametrize("ground", ["window", "canvas", "panel", "field", "node"])
def test_texts_can_be_read(tokens: theme.Tokens, text: str, ground: str):
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_texts_on_coloured_grounds_can_be_read(tokens: theme.Tokens):
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.selection) >= 4.5


def test_socket_types_differ_by_shape_or_colour():
    types = ["model", "conditioning", "latents", "image", "mask", "control", "text", "number"]
    looks = {(theme.socket_colour(type).name(), theme.socket_shape(type)) for type in types}
    assert len(looks) == len(types)
