"""The contact sheet of a sweep: its pictures in a grid, each row and column with its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nodeui.graph.document import PNG_KEY, PROVENANCE_KEY
from nodeui.sweeps.axes import Cell, Sweep, text_of
from nodeui.sweeps.pictures import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

SWEEP_KEY = "nodeui:sweep"
"""Keyword of the PNG text chunk that holds the axes of a sheet."""

_SIDE = 512  # the longer side of a picture is at most this, in pixels
_LONGEST = 8192  # no side of a sheet is longer
_LEAST = 112  # so that labels have room
_ROW_OF_ONE = 6  # pictures side by side where there is one axis
_GAP, _MARGIN = 8, 24
_LINES = 3
_GROUND, _EMPTY, _OUTLINE = "#202226", "#26282c", "#3a3e46"
_TEXT, _MUTED, _ERROR = "#e4e6ea", "#9aa0aa", "#ff6b6b"


def side_of(sweep: Sweep) -> int:
    """How long the longer side of a picture on a sheet is at most, in pixels."""
    return min(_SIDE, _LONGEST * 7 // 8 // max(_shape(sweep)))


def encode(sheet: Image, sweep: Sweep, workflow: str, folder: Path) -> bytes:
    """A sheet as a PNG file that carries its workflow, which opens in the editor, and its axes.

    Args:
        sheet: Its pixels.
        sweep: Gives the axes.
        workflow: The text of its file.
        folder: Where the workflow's relative paths start.
    """
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt(PNG_KEY, workflow)
    info.add_itxt(PROVENANCE_KEY, msgspec.json.encode({"folder": str(folder)}).decode())
    axes = {axis.name: axis.values for axis in sweep.axes}
    info.add_itxt(SWEEP_KEY, msgspec.json.encode(axes).decode())
    file = BytesIO()
    sheet.save(file, "PNG", pnginfo=info)
    return file.getvalue()


def compose(sweep: Sweep, tiles: Mapping[Cell, Pixels | str], title: str) -> Image:
    """Lay out a sheet.

    Args:
        sweep: Gives the rows, the columns and their labels.
        tiles: The pictures of the cells; a text says why there is none.
        title: Stands above all.
    """
    from PIL import Image, ImageDraw

    pictures = [tile for tile in tiles.values() if not isinstance(tile, str)]
    size = _tile_size(pictures)
    plan = _Layout.of(sweep, size)
    sheet = Image.new("RGB", plan.size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    plan.draw_labels(draw, sweep, title)
    for cell in sweep.cells:
        corner = plan.corner(cell)
        tile = tiles.get(cell, "")
        if isinstance(tile, str):
            box = (*corner, corner[0] + size[0] - 1, corner[1] + size[1] - 1)
            draw.rectangle(box, fill=_EMPTY, outline=_OUTLINE)
            text = _wrapped(draw, tile, plan.fonts[1], size[0] - 16, 6)
            draw.multiline_text((corner[0] + 8, corner[1] + 8), text, _ERROR, plan.fonts[1])
        else:
            picture = Image.fromarray(tile)
            picture.thumbnail(size)
            across, down = (
                (room - taken) // 2 for room, taken in zip(size, picture.size, strict=True)
            )
            sheet.paste(picture, (corner[0] + across, corner[1] + down))
    return sheet


def _tile_size(pictures: Sequence[Pixels]) -> tuple[int, int]:
    """The room of a picture, all of the same size; it fits the largest one."""
    width = max((picture.shape[1] for picture in pictures), default=_LEAST)
    height = max((picture.shape[0] for picture in pictures), default=_LEAST)
    return max(_LEAST, width), height


def _shape(sweep: Sweep) -> tuple[int, int]:
    """How many pictures stand side by side, and one above the other."""
    count = len(sweep.axes[0].values)
    if len(sweep.axes) == 2:
        return count, len(sweep.axes[1].values)
    columns = count if count <= _ROW_OF_ONE else min(count, max(_ROW_OF_ONE, int(count**0.5) + 1))
    return columns, -(-count // columns)


@dataclass(frozen=True)
class _Layout:
    """Where everything stands on a sheet.

    Attributes:
        tile: Width and height of a picture's room.
        columns: How many of them stand side by side.
        start: Where the first one stands.
        pitch: From one to the next, across and down.
        size: Of the sheet.
        fonts: Of the title, and of all else.
        caption: Height of a value's label above its picture.
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
        heads = [_wrapped(draw, text_of(v), fonts[1], tile[0]) for v in sweep.axes[0].values]
        caption = line * max(head.count("\n") + 1 for head in heads) + 6
        left, top = _MARGIN, _MARGIN + int(line * 1.5) + line + _GAP
        pitch = tile[0] + _GAP, tile[1] + _GAP
        if len(sweep.axes) == 2:
            down = sweep.axes[1]
            texts = [_wrapped(draw, text_of(v), fonts[1], 2 * _LEAST) for v in down.values]
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
        """Where a cell's picture stands."""
        column = cell.column % self.columns
        row = cell.row + cell.column // self.columns
        return self.start[0] + column * self.pitch[0], self.start[1] + row * self.pitch[1]

    def draw_labels(self, draw: ImageDraw, sweep: Sweep, title: str) -> None:
        """The title, the names of the parameters, and their values."""
        font = self.fonts[1]
        across = sweep.axes[0]
        room = self.size[0] - 2 * _MARGIN
        draw.text((_MARGIN, _MARGIN), _wrapped(draw, title, self.fonts[0], room, 1), _TEXT,
                  self.fonts[0])  # fmt: skip
        middle = self.start[1] - self.caption - _GAP
        draw.text((self.start[0], middle), across.name, _MUTED, font, anchor="ls")
        for cell in sweep.cells:
            if cell.row == 0:
                x, y = self.corner(cell)
                text = _wrapped(draw, text_of(across.values[cell.column]), font, self.tile[0])
                centre = x + self.tile[0] // 2
                draw.multiline_text((centre, y - 6), text, _TEXT, font, anchor="md", align="center")
        if len(sweep.axes) == 2:
            down = sweep.axes[1]
            right = self.start[0] - 2 * _GAP
            draw.text((right, middle), down.name, _MUTED, font, anchor="rs")
            for number, value in enumerate(down.values):
                y = self.start[1] + number * self.pitch[1] + self.tile[1] // 2
                text = _wrapped(draw, text_of(value), font, 2 * _LEAST)
                draw.multiline_text((right, y), text, _TEXT, font, anchor="rm", align="right")


def _wrapped(draw: ImageDraw, text: str, font: Font, width: float, lines: int = _LINES) -> str:
    """A text broken into lines of a width in pixels; what does not fit ends in an ellipsis."""
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
