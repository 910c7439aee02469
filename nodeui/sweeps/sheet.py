"""Composes the contact sheet of a sweep: its pictures in a grid with labelled rows and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from nodeui.graph.document import PNG_KEY
from nodeui.sweeps.axes import Cell, Sweep, text_of
from nodeui.sweeps.pictures import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

SWEEP_KEY = "nodeui:sweep"
"""Keyword of the PNG text chunk that holds the axes of a sheet."""

_SIDE = 512  # limit for the longer side of a picture, in pixels
_LONGEST = 8192  # limit for the sides of a sheet
_LEAST = 112  # smallest width of a picture, so that labels fit
_ROW_OF_ONE = 6  # pictures per row if there is one axis
_GAP, _MARGIN = 8, 24
_LINES = 3
_BACKGROUND, _EMPTY, _OUTLINE = "#202226", "#26282c", "#3a3e46"
_TEXT, _MUTED, _ERROR = "#e4e6ea", "#9aa0aa", "#ff6b6b"


def side_of(sweep: Sweep) -> int:
    """Return the limit for the longer side of a picture on a sheet, in pixels."""
    return min(_SIDE, _LONGEST * 7 // 8 // max(_shape(sweep)))


def encode(sheet: Image, sweep: Sweep, workflow: str) -> bytes:
    """Encode a sheet as a PNG file with its axes and its workflow, which the editor can open.

    Args:
        sheet: The picture.
        sweep: The sweep.
        workflow: The text of the workflow file.
    """
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt(PNG_KEY, workflow)
    axes = {axis.name: axis.values for axis in sweep.axes}
    info.add_itxt(SWEEP_KEY, msgspec.json.encode(axes).decode())
    file = BytesIO()
    sheet.save(file, "PNG", pnginfo=info)
    return file.getvalue()


def compose(sweep: Sweep, tiles: Mapping[Cell, Pixels | str], title: str) -> Image:
    """Lay out a sheet.

    Args:
        sweep: The sweep.
        tiles: The pictures of the cells, or a text if a cell has no picture.
        title: The title at the top.
    """
    from PIL import Image, ImageDraw

    pictures = [tile for tile in tiles.values() if not isinstance(tile, str)]
    size = _tile_size(pictures)
    layout = _Layout.of(sweep, size)
    sheet = Image.new("RGB", layout.size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    layout.draw_labels(draw, sweep, title)
    for cell in sweep.cells:
        corner = layout.corner(cell)
        tile = tiles.get(cell, "")
        if isinstance(tile, str):
            box = (*corner, corner[0] + size[0] - 1, corner[1] + size[1] - 1)
            draw.rectangle(box, fill=_EMPTY, outline=_OUTLINE)
            text = _wrap(draw, tile, layout.fonts[1], size[0] - 16, 6)
            draw.multiline_text((corner[0] + 8, corner[1] + 8), text, _ERROR, layout.fonts[1])
        else:
            picture = Image.fromarray(tile)
            picture.thumbnail(size)
            x, y = ((free - used) // 2 for free, used in zip(size, picture.size, strict=True))
            sheet.paste(picture, (corner[0] + x, corner[1] + y))
    return sheet


def _tile_size(pictures: Sequence[Pixels]) -> tuple[int, int]:
    """Return width and height of all tiles, which fit the largest picture."""
    width = max((picture.shape[1] for picture in pictures), default=_LEAST)
    height = max((picture.shape[0] for picture in pictures), default=_LEAST)
    return max(_LEAST, width), height


def _shape(sweep: Sweep) -> tuple[int, int]:
    """Return the numbers of columns and rows."""
    count = len(sweep.axes[0].values)
    if len(sweep.axes) == 2:
        return count, len(sweep.axes[1].values)
    columns = count if count <= _ROW_OF_ONE else min(count, max(_ROW_OF_ONE, int(count**0.5) + 1))
    return columns, -(-count // columns)


@dataclass(frozen=True)
class _Layout:
    """Layout of a sheet, in pixels.

    Attributes:
        tile: Width and height of a tile.
        columns: Number of tiles in a row.
        start: Position of the first tile.
        pitch: Distance from one tile to the next, horizontally and vertically.
        size: Of the sheet.
        fonts: Font of the title, and of all other texts.
        caption: Height of a value's label above its tile.
    """

    tile: tuple[int, int]
    columns: int
    start: tuple[int, int]
    pitch: tuple[int, int]
    size: tuple[int, int]
    fonts: tuple[Font, Font]
    caption: int

    @staticmethod
    def of(sweep: Sweep, tile: tuple[int, int]) -> _Layout:
        from PIL import Image, ImageDraw, ImageFont

        points = min(22, max(14, tile[0] // 18))
        fonts = ImageFont.load_default(points * 1.3), ImageFont.load_default(points)
        draw = ImageDraw.Draw(Image.new("L", (1, 1)))
        line = points + 6
        columns, rows = _shape(sweep)
        heads = [_wrap(draw, text_of(v), fonts[1], tile[0]) for v in sweep.axes[0].values]
        caption = line * max(head.count("\n") + 1 for head in heads) + 6
        left, top = _MARGIN, _MARGIN + int(line * 1.5) + line + _GAP
        pitch = tile[0] + _GAP, tile[1] + _GAP
        if len(sweep.axes) == 2:
            down = sweep.axes[1]
            texts = [_wrap(draw, text_of(v), fonts[1], 2 * _LEAST) for v in down.values]
            widths = [draw.multiline_textbbox((0, 0), text, fonts[1])[2] for text in texts]
            widths.append(draw.textlength(down.name, fonts[1]))
            left += int(max(widths)) + 2 * _GAP
            top += caption
        else:
            top += caption
            pitch = pitch[0], pitch[1] + caption
        names = [axis.name for axis in sweep.axes]
        least = max(draw.textlength(name, fonts[1]) for name in names)
        width = left + max(columns * pitch[0] - _GAP, int(least)) + _MARGIN
        height = top + rows * pitch[1] - (pitch[1] - tile[1]) + _MARGIN
        return _Layout(tile, columns, (left, top), pitch, (width, height), fonts, caption)

    def corner(self, cell: Cell) -> tuple[int, int]:
        """Return the position of a cell's tile."""
        column = cell.column % self.columns
        row = cell.row + cell.column // self.columns
        return self.start[0] + column * self.pitch[0], self.start[1] + row * self.pitch[1]

    def draw_labels(self, draw: ImageDraw, sweep: Sweep, title: str) -> None:
        """Draw the title, the names of the parameters, and their values."""
        font = self.fonts[1]
        across = sweep.axes[0]
        width = self.size[0] - 2 * _MARGIN
        draw.text((_MARGIN, _MARGIN), _wrap(draw, title, self.fonts[0], width, 1), _TEXT,
                  self.fonts[0])  # fmt: skip
        middle = self.start[1] - self.caption - _GAP
        draw.text((self.start[0], middle), across.name, _MUTED, font, anchor="ls")
        for cell in sweep.cells:
            if cell.row == 0:
                x, y = self.corner(cell)
                text = _wrap(draw, text_of(across.values[cell.column]), font, self.tile[0])
                centre = x + self.tile[0] // 2
                draw.multiline_text((centre, y - 6), text, _TEXT, font, anchor="md", align="center")
        if len(sweep.axes) == 2:
            down = sweep.axes[1]
            right = self.start[0] - 2 * _GAP
            draw.text((right, middle), down.name, _MUTED, font, anchor="rs")
            for number, value in enumerate(down.values):
                y = self.start[1] + number * self.pitch[1] + self.tile[1] // 2
                text = _wrap(draw, text_of(value), font, 2 * _LEAST)
                draw.multiline_text((right, y), text, _TEXT, font, anchor="rm", align="right")


def _wrap(draw: ImageDraw, text: str, font: Font, width: float, lines: int = _LINES) -> str:
    """Break a text into lines of a width in pixels; text that does not fit ends in an ellipsis."""
    done: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and draw.textlength(longer, font) > width:
            done.append(line)
            longer = word
        line = longer
    done.append(line)
    kept = [_cut(draw, line, font, width) for line in done[:lines]]
    if len(done) > lines:
        kept[-1] = _cut(draw, f"{kept[-1]} …", font, width)
    return "\n".join(kept)


def _cut(draw: ImageDraw, line: str, font: Font, width: float) -> str:
    if draw.textlength(line, font) <= width:
        return line
    while line and draw.textlength(f"{line}…", font) > width:
        line = line[:-1].rstrip(" …")
    return f"{line}…"
