"""The palette and the search popup, driven by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from nodeui.graph.registry import Registry
from nodeui.sdk import NodeFunction, node
from nodeui.views.palette import NODE_MIME, NodeSearch, Palette
from nodeui.views.palette.search import fits, fuzzy, ranked
from tests.graph.toys import TOYS


def declared(title: str, category: str) -> NodeFunction[[], str]:
    @node(f"x.{title.lower().replace(' ', '-')}", title=title, category=category)
    def function() -> str:
        """Do something.

        Returns:
            Something.
        """
        return ""

    return function


LIBRARY = Registry(
    declared(title, category)
    for title, category in (
        ("Load model", "Models"),
        ("Decode latents", "Latents"),
        ("Empty latents", "Latents"),
        ("Depth", "Structure"),
        ("Load image", "Image"),
    )
)


def titles(view: QListView) -> list[str]:
    model = view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def center(view: QListView, title: str) -> QPoint:
    index = view.model().index(titles(view).index(title), 0)
    return view.visualRect(index).center()


# --- finding ---


def test_letters_find_by_word_starts_and_runs() -> None:
    def best(query: str) -> str:
        return ranked(query, LIBRARY.values())[0].title

    assert best("dl") == "Decode latents"
    assert best("lm") == "Load model"
    assert best("de") in ("Decode latents", "Depth")
    assert best("dep") == "Depth"
    assert best("image load") == "Load image"
    assert best("latents") in ("Decode latents", "Empty latents")
    assert ranked("zzz", LIBRARY.values()) == []


def test_nodes_are_found_by_their_aliases() -> None:
    library = {id: replace(spec) for id, spec in LIBRARY.items()}
    object.__setattr__(library["x.depth"], "aliases", ("ksampler", "MiDaS"))
    assert [spec.id for spec in ranked("ksampler", library.values())] == ["x.depth"]
    assert [spec.id for spec in ranked("midas", library.values())] == ["x.depth"]
    assert ranked("ksampler", LIBRARY.values()) == []


def test_recent_ones_come_first_and_win_ties() -> None:
    found = ranked("", LIBRARY.values(), ["x.depth", "x.load-image"])
    assert [spec.title for spec in found[:2]] == ["Depth", "Load image"]
    assert len(found) == len(LIBRARY)
    assert ranked("load", LIBRARY.values(), ["x.load-image"])[0].title == "Load image"
    assert ranked("load", LIBRARY.values(), ["x.load-model"])[0].title == "Load model"


@given(st.text(max_size=8), st.text(max_size=20))
def test_fuzzy_finds_exactly_the_subsequences(query: str, text: str) -> None:
    letters = iter(text.lower())
    assert (fuzzy(query, text) is not None) == all(letter in letters for letter in query.lower())


def test_what_fits_a_dropped_link() -> None:
    from_output = {spec.id for spec in TOYS.values() if fits(spec, "picture", "output")}
    assert from_output == {"toy.mix", "toy.split", "toy.walk"}
    from_input = {spec.id for spec in TOYS.values() if fits(spec, "picture", "input")}
    assert from_input == {"toy.paint", "toy.mix", "toy.split"}
    into_numbers = {spec.id for spec in TOYS.values() if fits(spec, "integer", "output")}
    assert "toy.mix" in into_numbers  # an integer connects to its parameter "amount"


# --- the panel ---


@pytest.fixture
def palette(qtbot: QtBot) -> Iterator[Palette]:
    panel = Palette(LIBRARY)
    qtbot.addWidget(panel)
    panel.resize(240, 480)
    with qtbot.waitActive(panel):
        panel.show()
    yield panel


def test_categories_fold_by_mouse_and_keys(palette: Palette, qtbot: QtBot) -> None:
    assert titles(palette.list)[:4] == ["Models", "Load model", "Latents", "Decode latents"]
    port, left = palette.list.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseClick(port, left, pos=center(palette.list, "Models"))
    assert titles(palette.list)[:2] == ["Models", "Latents"]
    palette.list.setFocus()
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert titles(palette.list)[:2] == ["Models", "Load model"]


def test_searching_in_the_palette(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "late")
    assert set(titles(palette.list)) == {"Decode latents", "Empty latents"}
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.search, Qt.Key.Key_Down)
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == ["x." + titles(palette.list)[1].lower().replace(" ", "-")]
    qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert "Models" in titles(palette.list)
    qtbot.keyClicks(palette.search, "qqq")
    assert titles(palette.list) == []


def test_a_double_click_chooses(palette: Palette, qtbot: QtBot) -> None:
    port, left = palette.list.viewport(), Qt.MouseButton.LeftButton
    place = center(palette.list, "Depth")
    qtbot.mouseClick(port, left, pos=place)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.mouseDClick(port, left, pos=place)
    assert chosen.args == ["x.depth"]


def test_what_is_dragged_names_the_node_type(palette: Palette) -> None:
    model = palette.list.model()
    index = model.index(titles(palette.list).index("Load image"), 0)
    mime = model.mimeData([index])
    assert bytes(mime.data(NODE_MIME).data()).decode() == "x.load-image"
    heading: QModelIndex = model.index(0, 0)
    assert not model.flags(heading) & Qt.ItemFlag.ItemIsDragEnabled


# --- the popup ---


@pytest.fixture
def popup(qtbot: QtBot) -> Iterator[NodeSearch]:
    search = NodeSearch(TOYS)
    qtbot.addWidget(search)
    yield search
    search.hide()


def test_typing_finds_and_return_chooses(popup: NodeSearch, qtbot: QtBot) -> None:
    popup.open_at(QPoint(50, 50))
    assert len(titles(popup.list)) == len(TOYS)
    qtbot.keyClicks(popup.search, "sp")
    assert titles(popup.list)[0] == "Split"
    with qtbot.waitSignal(popup.chosen) as chosen:
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert chosen.args == ["toy.split"]
    assert not popup.isVisible()
    popup.open_at(QPoint(50, 50))
    assert titles(popup.list)[0] == "Split"  # used last
    assert popup.recent == ["toy.split"]


def test_only_what_fits_the_dropped_link(popup: NodeSearch, qtbot: QtBot) -> None:
    popup.open_at(QPoint(0, 0), "area", "output")
    assert titles(popup.list) == ["Mix"]
    with qtbot.waitSignal(popup.chosen) as chosen:
        qtbot.mouseClick(
            popup.list.viewport(), Qt.MouseButton.LeftButton, pos=center(popup.list, "Mix")
        )
    assert chosen.args == ["toy.mix"]


def test_escape_cancels(popup: NodeSearch, qtbot: QtBot) -> None:
    popup.open_at(QPoint(0, 0))
    with qtbot.waitSignal(popup.cancelled), qtbot.assertNotEmitted(popup.chosen):
        qtbot.keyClick(popup.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_the_popup_stays_on_the_screen(popup: NodeSearch) -> None:
    popup.open_at(QPoint(100_000, 100_000))
    room = popup.screen().availableGeometry()
    assert room.contains(popup.geometry().topLeft())
    assert popup.geometry().right() <= room.right() + 1
