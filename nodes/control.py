"""Structure nodes, which turn a picture into the hint that a ControlNet follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from nodes import imaging
from nodes.types import Image
from nodeui.sdk import MODEL_PATH, Context, Files, Range, node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

Level = Annotated[int, Range(0, 255)]


@node(
    "control.canny",
    title="Canny edges",
    category="Structure",
    version=2,
    aliases=("edge detection",),
)
def canny(image: Image, low: Level = 100, high: Level = 200) -> Image:
    """Trace the edges of a picture by OpenCV's Canny (1986): white on black, one pixel wide.

    Args:
        image: The picture to trace.
        low: Edges with a gradient below this are dropped.
        high: Edges with a gradient above this are kept. Edges between the two are kept if they are
            connected to one above.
    """
    import cv2

    return Image(imaging.draw_hints(image.levels, lambda picture: cv2.Canny(picture, low, high)))


# --- sketch ----------------------------------------------------------------------------------


@node("control.sketch", title="Sketch", category="Structure", version=2, aliases=("scribble",))
def sketch(
    image: Image,
    source: Literal["drawing", "image"] = "drawing",
    threshold: Annotated[float, Range(0, 1, 0.01)] = 0.25,
    detail: Annotated[float, Range(0.5, 8, 0.1, unit="px")] = 1.0,
    thickness: Annotated[int, Range(1, 32, unit="px")] = 1,
) -> Image:
    """Turn a drawing or a picture into a scribble: white strokes on black.

    Args:
        image: The drawing, dark on light or light on dark, or a picture to trace.
        source: "drawing" takes the strokes of a drawing. "image" finds the lines of a picture, by
            a difference of Gaussians (Winnemoeller et al. 2012).
        threshold: Minimum strength of a stroke, relative to the strongest one.
        detail: Width of the finest lines to find in a picture. Ignored for a drawing.
        thickness: Strokes are widened to about this width; 1 leaves them unchanged.
    """

    def draw(picture: Bytes) -> Bytes:
        if source == "drawing":
            strokes = _thresholded(_strokes(picture), threshold)
        else:
            strokes = _thresholded(_lines(picture, detail), threshold)
            strokes = _without_specks(strokes, 12 * detail)
        return _dilated(strokes, thickness) * 255

    return Image(imaging.draw_hints(image.levels, draw))


def _grey(picture: Bytes) -> NDArray[np.float32]:
    import cv2
    import numpy as np

    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)


def _strokes(picture: Bytes) -> NDArray[np.float32]:
    """Return the difference of each pixel from the paper, which is the most common brightness."""
    import numpy as np

    grey = _grey(picture)
    paper = np.bincount((grey * 255).round().astype(int).ravel(), minlength=256).argmax() / 255
    return np.abs(grey - np.float32(paper))


def _lines(picture: Bytes, detail: float) -> NDArray[np.float32]:
    """Return how much darker each pixel is than its surroundings; peaks on dark sides of edges."""
    import cv2
    import numpy as np

    grey = _grey(picture)
    fine = cv2.GaussianBlur(grey, (0, 0), detail)
    # at the ratio 1.6 the difference is closest to a Laplacian (Marr & Hildreth 1980)
    coarse = cv2.GaussianBlur(grey, (0, 0), 1.6 * detail)
    return np.asarray(coarse - fine, np.float32).clip(0, None)


def _without_specks(strokes: Bytes, smallest: float) -> Bytes:
    """Remove strokes of fewer than `smallest` pixels."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    return (
        strokes
        * (stats[:, cv2.CC_STAT_AREA] >= smallest).astype(np.uint8)[np.asarray(labels, np.intp)]
    )


def _thresholded(strength: NDArray[np.float32], threshold: float) -> Bytes:
    """Return 1 where the strength is above a fraction of the strongest, else 0."""
    import numpy as np

    strongest = float(strength.max())
    if strongest < 2 / 255:  # an empty sheet, only noise
        return np.zeros(strength.shape, np.uint8)
    return (strength > threshold * strongest).astype(np.uint8)


def _dilated(strokes: Bytes, thickness: int) -> Bytes:
    import cv2
    import numpy as np

    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thickness, thickness))
    return np.asarray(cv2.dilate(strokes, disc), np.uint8)


# --- depth -----------------------------------------------------------------------------------


@node(
    "control.depth",
    title="Depth",
    category="Structure",
    numeric=True,
    aliases=("depth anything", "depth map"),
)
def depth(image: Image, ctx: Context, source: Annotated[str, MODEL_PATH] = "starter") -> Image:
    """Estimate the depth of a picture: near is white, far is black.

    The result is inverse depth, stretched to the full range in each picture.

    Args:
        image: The picture to analyse.
        source: "starter" for the estimator included with NodeUI, a folder with a depth estimation
            model in the transformers layout, such as Depth Anything or DPT, or its hub id.
    """
    from nodes import depth_estimation

    return Image(depth_estimation.estimate(image.levels, source, ctx))


@depth.fingerprint
def _estimator(source: str, files: Files) -> str:
    from nodes import depth_estimation

    return depth_estimation.fingerprint(source, files)
