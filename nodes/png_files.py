"""Encodes PNG files in parallel, with 8 or 16 bits per channel (ISO/IEC 15948:2004).

The rows are filtered and compressed in strips, one thread each. Strips depend on the picture alone,
so the bytes of a file do not depend on the number of threads.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodes.imaging import Integers

    Bytes = NDArray[np.uint8]

LEVEL = 6
"""Level of compression, zlib's and Pillow's default."""
_STRIP = 1 << 20  # bytes that are compressed apart from the others
_BLOCK = 1 << 17  # bytes that are filtered at once: what fits into a processor's cache
_ADLER = 65521  # modulus of Adler-32


def encode(
    levels: Integers, texts: Mapping[str, str], check: Callable[[], object] = lambda: None
) -> bytes:
    """Encode a picture without loss, with texts (iTXt chunks, UTF-8).

    Args:
        levels: (height, width, 3 or 4) uint8 or uint16.
        texts: Texts by keyword, such as `nodes.picture_formats.WORKFLOW_KEY`.
        check: Called between strips; may raise to stop.
    """
    height, width, channels = levels.shape
    file = BytesIO()  # its value is not copied
    file.write(b"\x89PNG\r\n\x1a\n")
    kind = 2 if channels == 3 else 6
    size = struct.pack(">IIBBBBB", width, height, 8 * levels.itemsize, kind, 0, 0, 0)
    _write_chunk(file, b"IHDR", size)
    for key, text in texts.items():
        _write_chunk(file, b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode())
    for part in _compressed(levels, check):
        _write_chunk(file, b"IDAT", part)
    _write_chunk(file, b"IEND", b"")
    return file.getvalue()


def _write_chunk(file: BytesIO, name: bytes, data: bytes) -> None:
    file.write(struct.pack(">I", len(data)) + name)
    file.write(data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(name))))


def _compressed(levels: Integers, check: Callable[[], object]) -> Iterator[bytes]:
    """Yield the parts of the zlib stream of a picture."""
    from concurrent.futures import ThreadPoolExecutor

    height, width, channels = levels.shape
    rows = max(1, _STRIP // (width * channels * levels.itemsize))
    starts = range(0, height, rows)
    yield b"\x78\x9c"  # of a zlib stream of level 6
    adler = 1
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(starts))) as threads:
        strips = threads.map(lambda top: _strip(levels, top, top + rows), starts)
        try:
            for part, length, sum in strips:
                check()
                adler = _joined(adler, sum, length)
                yield part
        finally:
            threads.shutdown(cancel_futures=True)
    yield b"\x03\x00" + struct.pack(">I", adler)  # an empty last block


def _strip(levels: Integers, top: int, bottom: int) -> tuple[bytes, int, int]:
    """Compress some rows.

    Returns:
        Whole blocks of a deflate stream; the length and the Adler-32 sum of their content.
    """
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED)
    bottom = min(bottom, len(levels))
    width, channels = levels.shape[1:]
    rows = max(1, _BLOCK // (width * channels * levels.itemsize))
    parts: list[bytes] = []
    length, adler = 0, 1
    for start in range(top, bottom, rows):
        filtered = _filtered(levels, start, min(start + rows, bottom)).tobytes()
        length, adler = length + len(filtered), zlib.adler32(filtered, adler)
        parts.append(compressor.compress(filtered))
    parts.append(compressor.flush(zlib.Z_SYNC_FLUSH))
    return b"".join(parts), length, adler


def _filtered(levels: Integers, top: int, bottom: int) -> Bytes:
    """Filter rows, each by the filter whose output has the least sum of absolute values.

    Returns:
        (rows, 1 + bytes per row): the number of the filter, then the filtered bytes.
    """
    import numpy as np

    step = levels.shape[2] * levels.itemsize  # bytes per pixel
    rows = _bytes_of(levels[max(top - 1, 0) : bottom])
    if top == 0:
        rows = np.concatenate([np.zeros_like(rows[:1]), rows])
    raw, above = rows[1:], rows[:-1]
    left, corner = np.zeros_like(raw), np.zeros_like(raw)
    left[:, step:], corner[:, step:] = raw[:, :-step], above[:, :-step]
    mean = (left & above) + ((left ^ above) >> 1)
    guesses = (left, above, mean, _paeth(left, above, corner))
    forms: Sequence[Bytes] = [raw, *(np.subtract(raw, guess) for guess in guesses)]
    sums = [np.abs(form.view(np.int8)).view(np.uint8).sum(1, dtype=np.uint32) for form in forms]
    best = np.argmin(sums, 0).astype(np.uint8)
    filtered = np.empty((len(raw), raw.shape[1] + 1), np.uint8)
    filtered[:, 0] = best
    for number, form in enumerate(forms):
        chosen = best == number
        filtered[chosen, 1:] = form[chosen]
    return filtered


def _bytes_of(levels: Integers) -> Bytes:
    """Return rows of pixels as rows of bytes, the most significant byte first."""
    import numpy as np

    stored = levels.astype(levels.dtype.newbyteorder(">"), copy=False)
    return np.ascontiguousarray(stored).view(np.uint8).reshape(len(levels), -1)


def _paeth(left: Bytes, above: Bytes, corner: Bytes) -> Bytes:
    """Return the neighbour that is nearest to left + above - corner."""
    import numpy as np

    to_left = np.subtract(above, corner, dtype=np.int16)
    to_above = np.subtract(left, corner, dtype=np.int16)
    to_corner = np.abs(to_left + to_above)
    np.abs(to_left, out=to_left)
    np.abs(to_above, out=to_above)
    rest = np.where(to_above <= to_corner, above, corner)
    return np.where((to_left <= to_above) & (to_left <= to_corner), left, rest)


def _joined(first: int, second: int, length: int) -> int:
    """Return the Adler-32 sum of two parts in a row, from the sums of each.

    Args:
        first: Sum of the first part.
        second: Sum of the second part.
        length: Length of the second part, in bytes.
    """
    low = first & 0xFFFF
    total = low + (second & 0xFFFF) - 1
    weighted = (first >> 16) + (second >> 16) + length * (low - 1)
    return (weighted % _ADLER) << 16 | total % _ADLER
