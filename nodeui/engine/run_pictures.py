"""Draws the pictures of a run's values beside the run, and sends them to the editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from nodeui.engine.cache import ABSENT, Digests
from nodeui.engine.pictures import PictureError, picture_of
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
        """Draw the picture of a node's value, unless the editor has it; see `runner.Show`."""
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


def fields_of(spec: NodeSpec, values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the picture of a value as the fields of a `ValuePicture` or `ValueShown`.

    Returns:
        "width", "height", "channels" and "pixels", or "path", or "error"; nothing if the value has
        no picture.
    """
    try:
        picture = picture_of(spec, values, folder)
    except PictureError as error:
        return {"error": str(error)}
    if picture is None:
        return {}
    if isinstance(picture, Path):
        return {"path": str(picture.absolute())}
    height, width, channels = picture.shape
    pixels = picture.tobytes()
    return {"width": width, "height": height, "channels": channels, "pixels": pixels}
