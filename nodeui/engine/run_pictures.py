"""Draws the pictures of a run's values beside the run, and sends them to the editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from nodeui.engine.cache import ABSENT, Digests
from nodeui.engine.pictures import Levels, PictureError, picture_of, pictures_of
from nodeui.engine.protocol import ValuePicture
from nodeui.engine.values import nbytes
from nodeui.graph.spec import NodeSpec

_SMALL = 4 << 20
"""Bytes of values that are drawn in about a millisecond, less than it may take to wake a thread."""


class RunPictures:
    """Draws small pictures at once and others in a thread of its own. As a context manager, it ends
    once all are sent.

    Args:
        shown: By node id, the digests of the values whose pictures the editor has.
        folder: Output folder, where paths of picture files start.
        emit: Called with each picture, in the run's thread or the other one.
    """

    def __init__(
        self,
        shown: Mapping[str, Digests],
        folder: Path,
        emit: Callable[[ValuePicture], object],
    ) -> None:
        self._shown = dict(shown)
        self._folder = folder
        self._emit = emit
        self._pool = ThreadPoolExecutor(1, "pictures")

    def show(
        self, node: str, spec: NodeSpec, digests: Digests, load: Callable[[], Sequence[Any]]
    ) -> None:
        """Draw the pictures of a node's value, unless the editor has them; see `runner.Show`."""
        if self._shown.get(node) == digests:
            self._emit(ValuePicture(node=node, digests=digests))
            return
        values = load()
        if any(value is ABSENT for value in values):  # it is computed again, and shown then
            return
        self._shown[node] = digests
        if sum(map(nbytes, values)) <= _SMALL:
            self._draw(node, spec, digests, values)
        else:
            self._pool.submit(self._draw, node, spec, digests, values)

    def _draw(self, node: str, spec: NodeSpec, digests: Digests, values: Sequence[Any]) -> None:
        fields = fields_of(spec, dict(zip(spec.outputs, values, strict=True)), self._folder)
        if fields:
            self._emit(ValuePicture(node=node, digests=digests, **fields))

    def __enter__(self) -> RunPictures:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()


def fields_of(
    spec: NodeSpec, values: Mapping[str, Any], folder: Path, index: int | None = None
) -> dict[str, Any]:
    """Return the pictures of a value as the fields of a `ValuePicture` or `ValueShown`.

    Args:
        spec, values, folder: As for `pictures.pictures_of`.
        index: The only picture of a batch to return, in full, counted from 0; None for all.

    Returns:
        "count", "width", "height", "channels", "stride" and "pixels", or "paths", or "error";
        nothing if the value has no picture.
    """
    try:
        if index is None:
            pictures = pictures_of(spec, values, folder)
        else:
            picture = picture_of(spec, values, folder, index)
            if picture is None or isinstance(picture, Path):
                pictures = None if picture is None else (picture,)
            else:
                pictures = Levels(picture[None], picture.shape[1], picture.shape[0])
    except PictureError as error:
        return {"error": str(error)}
    if pictures is None:
        return {}
    if not isinstance(pictures, Levels):
        return {"paths": tuple(str(path.absolute()) for path in pictures)}
    return {
        "count": len(pictures.pixels),
        "width": pictures.width,
        "height": pictures.height,
        "channels": pictures.pixels.shape[3],
        "stride": pictures.stride,
        "pixels": pictures.pixels.tobytes(),
    }
