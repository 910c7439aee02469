"""Encodes PNG files in parallel, with 8 or 16 bits per channel (ISO/IEC 15948:2004), and decodes
those with 8 in bands.

The rows are filtered and compressed in strips, one thread each. Strips depend on the picture alone,
so the bytes of a file do not depend on the number of threads.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

    from nodes.imaging import Integers

    Bytes = NDArray[np.uint8]

LEVEL = 6
"""Level of compression, zlib's and Pillow's default."""
_STRIP = 1 << 20  # bytes that are compressed apart from the others
_BLOCK = 1 << 17  # bytes that are filtered at once: what fits into a processor's cache
_ADLER = 65521  # modulus of Adler-32


# --- reading -----------------------------------------------------------------------------------


def decode(path: Path, picture: Picture) -> Bytes | None:
    """Decode a PNG in bands, so that its pixels are in memory once.

    Pillow would hold them a second time, with 4 bytes for each pixel.

    Args:
        path: A PNG file with 8 bits per channel.
        picture: The file as Pillow opened it; its pixels are not loaded.

    Returns:
        (height, width, 3 or 4); None if the file is damaged, or if it is of a kind that is left to
        Pillow: grey, indexed, interlaced, with a transparent colour, with a colour profile or with
        metadata after the pixels.
    """
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    special = {"transparency", "icc_profile", "interlace"} & picture.info.keys()
    if special or picture.mode not in ("RGB", "RGBA") or _has_more(path):
        return None
    width, height = picture.size
    length = 1 + width * len(picture.mode)  # of a row, with the number of its filter
    rows = max(1, _STRIP // length)
    pixels = np.empty((height, width, len(picture.mode)), np.uint8)

    def fill(top: int, filtered: bytes) -> None:
        above = pixels[top - 1].tobytes() if top else bytes(length - 1)
        pixels[top : top + rows] = _unfiltered(picture.mode, width, b"\0" + above + filtered)

    bands = _inflated(path, rows * length, height * length)
    with ThreadPoolExecutor(1) as thread:  # unfilters a band while the next is inflated
        try:
            last = thread.submit(bytes)
            for top, band in zip(range(0, height, rows), bands, strict=True):
                last.result()
                last = thread.submit(fill, top, band)
            last.result()
        except (ValueError, zlib.error):
            return None
    return pixels


def _inflated(path: Path, size: int, total: int) -> Iterator[bytes]:
    """Yield the inflated content of a PNG in parts of `size` bytes, up to `total` bytes.

    Raises:
        ValueError: the file ends before that.
        zlib.error: the file is damaged.
    """
    inflate, found = zlib.decompressobj(), bytearray()
    for piece in _pieces(path):
        while piece:
            found += inflate.decompress(piece, _BLOCK)
            piece = inflate.unconsumed_tail
            while total and len(found) >= min(size, total):
                part = bytes(found[: min(size, total)])
                del found[: len(part)]
                total -= len(part)
                yield part
    if total or found or not inflate.eof:
        raise ValueError("not the content of the picture")


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the content of the IDAT chunks of a PNG."""
    with path.open("rb") as file:
        for name, length in _chunks(file):
            while name == b"IDAT" and length and (piece := file.read(min(length, _BLOCK))):
                yield piece
                length -= len(piece)


def _has_more(path: Path) -> bool:
    """True if a PNG has chunks after its pixels, which Pillow reads with them."""
    with path.open("rb") as file:
        names = [name for name, _ in _chunks(file)]
    return b"IDAT" not in names or not {*names[names.index(b"IDAT") :]} <= {b"IDAT", b"IEND"}


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the name and length of each chunk of a PNG; the file is at its content."""
    place = 8
    while file.seek(place) and len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        yield name, length
        place += length + 12


def _unfiltered(mode: str, width: int, filtered: bytes) -> Bytes:
    """Return the pixels of rows of bytes, each after the number of its filter; not of the first.

    Raises:
        ValueError: a filter does not exist.
    """
    import numpy as np
    from PIL import Image

    size = (width, len(filtered) // (1 + width * len(mode)))
    stored = zlib.compress(filtered, 0)  # Pillow's decoder unfilters what it inflates itself
    return np.asarray(Image.frombytes(mode, size, stored, "zip", mode))[1:]


# --- writing -----------------------------------------------------------------------------------


def encode(
    levels: Integers, texts: Mapping[str, str], check: Callable[[], object] = lambda: None
) -> memoryview:
    """Encode a picture without loss, with texts (iTXt chunks, UTF-8).

    Args:
        levels: (height, width, 3 or 4) uint8 or uint16.
        texts: Texts by keyword, such as `nodes.picture_formats.WORKFLOW_KEY`.
        check: Called between strips; may raise to stop.
    """
    height, width, channels = levels.shape
    named = [key.encode("latin-1") + b"\0\0\0\0\0" + text.encode() for key, text in texts.items()]
    # a file that grows would leave holes of its size; pages that are not written take no memory
    file = mmap(-1, sum(map(len, named)) + 12 * len(named) + _most_bytes(levels))
    file.write(b"\x89PNG\r\n\x1a\n")
    kind = 2 if channels == 3 else 6
    size = struct.pack(">IIBBBBB", width, height, 8 * levels.itemsize, kind, 0, 0, 0)
    _write_chunk(file, b"IHDR", size)
    for text in named:
        _write_chunk(file, b"iTXt", text)
    for part in _compressed(levels, check):
        _write_chunk(file, b"IDAT", part)
    _write_chunk(file, b"IEND", b"")
    return memoryview(file)[: file.tell()].toreadonly()


def _most_bytes(levels: Integers) -> int:
    """Return a bound for the size of a file without texts.

    Deflate adds at most 5 bytes to each block of 16 KiB, so a thousandth is enough.
    """
    raw = levels.nbytes + len(levels)
    return raw + raw // 1000 + 100 * len(levels) + 200


def _write_chunk(file: mmap, name: bytes, data: bytes) -> None:
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
