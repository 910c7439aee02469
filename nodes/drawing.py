"""Draws paintings for nodes, and keeps the last ones for the next stroke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from nodes import imaging, picture_limits
from nodes.types import Image
from nodeui.sdk import Context, Files, NodeError, Painting

if TYPE_CHECKING:
    from nodes.imaging import Array
    from nodeui.painting.marks import Layer
    from nodeui.painting.rasteriser import Pictures, Rasteriser
    from nodeui.painting.sheet import Kind

_MOST_BYTES = 1 << 30
"""Memory of the paintings that are kept for the next stroke."""

_kept: list[Rasteriser] = []
_lock = Lock()


def below(image: Image | None, width: int, height: int) -> tuple[Array | None, tuple[int, int]]:
    """Return the picture to paint over, if any, and the width and height of the sheet.

    The picture is rounded to 8 bits, as the editor has it: so the easel shows the same pixels.

    Raises:
        NodeError: about "image": it holds no picture.
    """
    if image is None:
        return None, (width, height)
    if not len(image.levels):
        raise NodeError("There is no picture to paint over.", "image")
    high, wide = image.levels.shape[1:3]
    return eight_bits(image.levels[0]), (wide, high)


def eight_bits(levels: imaging.Levels) -> Array:
    """Return levels as float32 in [0, 1], rounded to 8 bits as pictures of values are."""
    import numpy as np

    scaled = imaging.from_levels(levels).clip(0, 1)
    scaled *= 255
    scaled += 0.5
    return imaging.from_levels(scaled.astype(np.uint8))


def over(rasteriser: Rasteriser, picture: imaging.Levels) -> Array:
    """Return a painting over a picture, (height, width, 3 or 4) float32, which is exactly the
    picture where nothing is painted."""
    import numpy as np

    rasteriser.base = eight_bits(picture)
    covered = rasteriser.alpha()[..., None] > 0
    return np.where(covered, rasteriser.pixels(), imaging.from_levels(picture))


@contextmanager
def drawn(
    lines: Painting,
    size: tuple[int, int],
    kind: Kind,
    base: Array | None,
    paper: str,
    ctx: Context,
    inputs: Mapping[int, Image] | None = None,
) -> Iterator[Rasteriser]:
    """Draw a painting; one at a time.

    The rasterisers of the last paintings are kept, so that one more stroke costs its own area.

    Args:
        lines: The painting.
        size: Width and height of the sheet.
        kind: Kind of the sheet.
        base: See `Rasteriser`.
        paper: See `Rasteriser`.
        ctx: Receives a warning about each layer that cannot be as it should.
        inputs: Linked pictures by number, of which the first of a batch is used.

    Raises:
        NodeError: about "painting": it cannot be drawn.
    """
    from nodeui.painting.points import PaintingError
    from nodeui.painting.rasteriser import Rasteriser

    wanted = (*size, kind, base, paper)
    with _lock:
        try:
            pictures = _pictures(lines, inputs or {}, ctx)
            fitting = [kept for kept in _kept if kept.fits(*wanted, lines)]
            if fitting:
                drawn = max(fitting, key=lambda kept: kept.shared(lines))
                _kept.remove(drawn)
                drawn.base = base
            else:
                drawn = Rasteriser(*wanted)
            drawn.pictures = pictures
            drawn.update(lines, ctx.check)
        except PaintingError as error:
            raise NodeError(f"The painting cannot be drawn: {error}.", "painting") from None
        yield drawn
        _kept.append(drawn)
        while sum(kept.sheet.bytes for kept in _kept) > _MOST_BYTES:
            _kept.pop(0)


def missing(lines: Painting, files: Files) -> str:
    """Return why bitmaps of a painting cannot be used, one a line, as a fingerprint.

    The bitmaps themselves are part of the painting, as it names them by their content.
    """
    found: list[str] = []
    for name in _names(lines):
        try:
            files.bitmap(name)
        except NodeError as error:
            found.append(f"{name} {error}")
    return "\n".join(found)


def packed(workflow: str, possible: bool, ctx: Context) -> dict[str, str]:
    """Return the bitmaps of a workflow as a text for the pictures that are saved with it.

    Args:
        workflow: The text of the workflow.
        possible: The format of the pictures has room for them.
        ctx: Receives a warning if they are left out.

    Returns:
        The text by its keyword; nothing if there are none.
    """
    from nodeui.painting import bitmaps

    found: list[bytes] = []
    for name in bitmaps.names_in(workflow):
        with suppress(NodeError, OSError):  # the node that shows it warns
            found.append(ctx.files.bitmap(name).read_bytes())
    size = sum(map(len, found))
    if not found:
        return {}
    if not possible:
        ctx.warn("The pictures on painted layers are packed into png files only.")
    elif size > bitmaps.MOST_PACKED:
        ctx.warn(
            f"The pictures on painted layers have {size / 1e6:.1f} MB and are not packed into the "
            f"file, which holds up to {bitmaps.MOST_PACKED / 1e6:.1f} MB: keep the workflow file."
        )
    else:
        return {bitmaps.PACKED: bitmaps.packed(found)}
    return {}


def _names(lines: Painting) -> list[str]:
    """Return the names of the bitmaps of a painting."""
    from nodeui.painting.bitmaps import names_in

    layers = (line for line in lines if line.startswith("layer "))
    return list(dict.fromkeys(name for line in layers for name in names_in(line)))


def _pictures(lines: Painting, inputs: Mapping[int, Image], ctx: Context) -> Pictures:
    """Return the pictures that layers start with; warn of layers that lack one or mask nothing."""
    from nodeui.painting.document import read

    pictures = dict[str | int, Any]()
    for number, image in inputs.items():
        pictures[number] = image.levels[0]
    layers = read(lines).layers
    ids = {layer.id for layer in layers if not layer.mask_of}
    for layer in layers:
        if layer.bitmap and layer.bitmap not in pictures:
            reason = _bitmap(layer.bitmap, pictures, ctx)
            if reason:
                ctx.warn(f"The picture of {_called(layer)} {reason}: {layer.bitmap}.png.")
        elif layer.input and layer.input not in pictures:
            ctx.warn(f"Nothing is linked to the picture {layer.input} of {_called(layer)}.")
        if layer.mask_of and layer.mask_of not in ids:
            called = _called(layer)
            ctx.warn(f"{called[0].upper()}{called[1:]} masks a layer that is not there.")
    return pictures


def _bitmap(name: str, pictures: dict[str | int, Any], ctx: Context) -> str:
    """Add a bitmap to pictures; return why it cannot be used, or ""."""
    from nodeui.painting import bitmaps
    from nodeui.painting.points import PaintingError

    try:
        path = ctx.files.bitmap(name)
        data = path.read_bytes()
        if bitmaps.name_of(data) != name:
            return "has changed while it was read"
        pictures[name] = bitmaps.decode(data, picture_limits.most_pixels())
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except PaintingError as error:
        return f"cannot be used ({error})"
    except NodeError as error:
        return str(error)
    return ""


def _called(layer: Layer) -> str:
    name = layer.name or layer.id
    return f"the layer {name!r}" if name else "the lowest layer"
