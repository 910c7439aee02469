"""The buttons below the tools: colours, layers, and operations on the layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.views.easel.adjust import AdjustButton
from nodeui.views.easel.bars import ToolStrip
from nodeui.views.easel.board import Board
from nodeui.views.easel.colours import ColourPanel, remember_colours
from nodeui.views.easel.layers_list import LayersList
from nodeui.views.easel.popup import Popup
from nodeui.views.icons import IconButton


class Side:
    """The popups of the strip of tools.

    Args:
        board: The painting.
        strip: The strip; gets two more buttons, and its swatches open the colours.
        parent: The parent widget of the popups.

    Attributes:
        colours: The popup with the colours.
        layers: The popup with the layers.
        layers_button: Opens it.
        adjust: Opens the operations on the layer.
    """

    def __init__(self, board: Board, strip: ToolStrip, parent: QWidget) -> None:
        self._board = board
        self._strip = strip
        self.colours = Popup(ColourPanel(board.state), parent)
        self.layers = Popup(LayersList(board), parent)
        self.layers_button = IconButton("layers-outline", "")
        self.layers_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.adjust = AdjustButton(board)
        strip.add(self.layers_button)
        strip.add(self.adjust)
        strip.swatches.clicked.connect(lambda: self.colours.show_at(strip.swatches))
        self.layers_button.clicked.connect(lambda: self.layers.show_at(self.layers_button))
        board.opened.connect(self._refresh)
        remember_colours(board)
        self._refresh()

    def _refresh(self) -> None:
        regions = self._board.kind == "regions"
        self.layers_button.describe("layers-outline", tr("Regions") if regions else tr("Layers"))
        self._strip.swatches.setVisible(not regions)
