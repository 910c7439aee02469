"""The buttons below the tools: colours, layers, and operations on the layer."""

from __future__ import annotations

from functools import cached_property

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
    """The popups of the strip of tools; each is made when it is opened first.

    Args:
        board: The painting.
        strip: The strip; gets two more buttons, and its swatches open the colours.
        parent: The parent widget of the popups.

    Attributes:
        layers_button: Opens the layers.
        adjust: Opens the operations on the layer.
    """

    def __init__(self, board: Board, strip: ToolStrip, parent: QWidget) -> None:
        self._board = board
        self._strip = strip
        self._parent = parent
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

    @cached_property
    def colours(self) -> Popup:
        """The popup with the colours."""
        return Popup(ColourPanel(self._board.state), self._parent)

    @cached_property
    def list(self) -> LayersList:
        """The list of layers."""
        return LayersList(self._board)

    @cached_property
    def layers(self) -> Popup:
        """The popup with the list of layers."""
        return Popup(self.list, self._parent)

    def _refresh(self) -> None:
        regions = self._board.kind == "regions"
        self.layers_button.describe("layers-outline", tr("Regions") if regions else tr("Layers"))
        self._strip.swatches.setVisible(not regions)
