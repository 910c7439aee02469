"""The pixels of the layers of a painting, and how marks change them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from nodeui.painting.coverage import NOTHING, Box
from nodeui.painting.points import PaintingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

Kind = Literal["colour", "mask", "regions"]
"""Kinds of sheets: in colour, in one level, or areas that exclude each other."""

CHANNELS: dict[Kind, int] = {"colour": 3, "mask": 1, "regions": 0}
"""Colour channels of a layer of each kind of sheet."""

BRIGHTNESS = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue (ITU-R BT.709)."""

MOST_BYTES = 2 << 30
"""Memory of the layers of one painting."""

LONGEST_SIDE = 16384


class Sheet:
    """The pixels of layers of one size.

    Args:
        width: In pixels.
        height: In pixels.
        kind: Kind of the sheet.

    Attributes:
        box: All pixels.
        layers: Pixels by id of the layer: (colour channels + 1, height, width) float32, alpha
            last, premultiplied.
        origins: Pictures that layers start with, by id: the pixels that each may cover, and its
            part there as in `layers`; see `start`.
        reached: Coverage of a stroke under way, (height, width) float32.

    Raises:
        PaintingError: the size is not allowed.
    """

    def __init__(self, width: int, height: int, kind: Kind) -> None:
        import numpy as np

        if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
            raise PaintingError(
                f"a sheet of {width} x {height} pixels is not possible; "
                f"a side has up to {LONGEST_SIDE} pixels"
            )
        self.kind: Kind = kind
        self.box = Box(0, 0, width, height)
        self.layers: dict[str, Array] = {}
        self.origins: dict[str, tuple[Box, Array]] = {}
        self.check_memory(1)
        self.reached: Array = np.zeros((height, width), np.float32)

    def check_memory(self, layers: int) -> None:
        """Raise `PaintingError` if so many layers need too much memory."""
        needed = self._layer_bytes * layers
        if needed > MOST_BYTES:
            raise PaintingError(
                f"{layers} layers of {self.box.width} x {self.box.height} pixels need "
                f"{needed / 1e9:.1f} GB; {MOST_BYTES / 1e9:.1f} GB are allowed"
            )

    @property
    def _layer_bytes(self) -> int:
        return 4 * (CHANNELS[self.kind] + 1) * self.box.width * self.box.height

    @property
    def bytes(self) -> int:
        """Memory of the layers."""
        pictures = sum(picture.nbytes for _, picture in self.origins.values())
        return self._layer_bytes * len(self.layers) + pictures

    def keep(self, ids: list[str]) -> None:
        """Have the layers of these ids, in this order; new ones are as `clear` leaves them.

        Raises:
            PaintingError: they need too much memory; nothing changed.
        """
        import numpy as np

        self.check_memory(len(ids) + len(self.origins))
        shape = (CHANNELS[self.kind] + 1, self.box.height, self.box.width)
        before = self.layers
        self.layers = {
            id: before[id] if id in before else np.zeros(shape, np.float32) for id in ids
        }
        self.clear(self.box, [id for id in ids if id not in before and id in self.origins])

    def start(self, origins: dict[str, tuple[Box, Array]]) -> None:
        """Let layers start with pictures; those that are there change when they are cleared."""
        self.origins = origins

    def clear(self, box: Box, ids: Iterable[str] | None = None) -> None:
        """Take layers, by default all, back to what they start with, within a box."""
        for id in self.layers if ids is None else ids:
            pixels = self.layers[id]
            pixels[:, *box.slices] = 0
            origin, picture = self.origins.get(id, (NOTHING, pixels))
            if part := origin & box:
                pixels[:, *part.slices] = picture[:, *part.inside(origin)]

    def cover(self, layer: str, box: Box, share: Array, colour: str, erase: bool) -> None:
        """Paint on a layer.

        Args:
            layer: Its id.
            box: The pixels that change.
            share: Share of each that is replaced, (height, width) float32 in [0, 1].
            colour: "#rrggbb".
            erase: Paint nothing instead of the colour. On regions, this erases all of them.
        """
        kept = 1 - share
        for id, pixels in self.layers.items():
            if id != layer and self.kind != "regions":
                continue
            part = pixels[:, *box.slices]
            part *= kept
            if id == layer and not erase:
                for channel, level in enumerate(self.ink(colour)):
                    part[channel] += share if level == 1 else share * level

    def put(self, layer: str, box: Box, pixels: Array) -> None:
        """Replace pixels of a layer. On regions, what it gains is taken from the others.

        Args:
            layer: Its id.
            box: The pixels that change.
            pixels: (channels, height, width) float32, premultiplied.
        """
        import numpy as np

        part = self.layers[layer][:, *box.slices]
        if self.kind == "regions":
            gain, free = pixels - part, 1 - part
            lost = np.divide(gain, free, out=np.zeros_like(gain), where=free > 0).clip(0, 1)
            for id, other in self.layers.items():
                if id != layer:
                    other[:, *box.slices] *= 1 - lost
        part[:] = pixels

    def copied(self, box: Box) -> dict[str, Array]:
        """Return copies of the layers within a box, by id."""
        return {id: pixels[:, *box.slices].copy() for id, pixels in self.layers.items()}

    def restore(self, before: dict[str, Array], box: Box, but: Box) -> None:
        """Take back copies of a box, but for the pixels of a box within it."""
        for id, pixels in before.items():
            pixels[:, *but.inside(box)] = self.layers[id][:, *but.slices]
            self.layers[id][:, *box.slices] = pixels

    def ink(self, colour: str) -> tuple[float, ...]:
        """Return the levels of an opaque colour in the channels of a layer."""
        red, green, blue = bytes.fromhex(colour[1:])
        match self.kind:
            case "colour":
                return red / 255, green / 255, blue / 255, 1.0
            case "mask":  # as `BRIGHTNESS`
                return (2126 * red + 7152 * green + 722 * blue) / 2_550_000, 1.0
            case "regions":
                return (1.0,)
