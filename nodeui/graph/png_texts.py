"""Reads the texts of a PNG file without decoding its pixels."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST = 64 << 20  # bytes of all texts
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


def read(data: bytes) -> dict[str, str]:
    """Return the texts of a PNG file, by keyword; damaged ones are left out.

    Args:
        data: The content of the file.

    Raises:
        ValueError: the file is cut off or not a PNG file, a text chunk is damaged, or the packed
            texts are longer than `LONGEST`.
    """
    texts: dict[str, str] = {}
    room = LONGEST
    for kind, chunk in _chunks(data):
        for keyword, text in _text(kind, chunk, room):
            texts[keyword] = text
            room -= len(text)
    return texts


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the type and the content of each chunk up to IEND."""
    if not data.startswith(SIGNATURE):
        raise ValueError("it has no PNG signature")
    view, at, kind = memoryview(data), len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(data):
            raise ValueError("it is cut off")
        if kind in (b"IHDR", *_TEXTS) and zlib.crc32(view[at + 4 : end]) != int.from_bytes(
            data[end : end + 4], "big"
        ):
            raise ValueError(f"its {kind.decode()} chunk is damaged")
        yield kind, view[at + 8 : end]
        at = end + 4


def _text(kind: bytes, chunk: memoryview, room: int) -> Iterator[tuple[str, str]]:
    """Yield keyword and text of a chunk, if it holds one."""
    if kind not in _TEXTS:
        return
    keyword, _, rest = bytes(chunk).partition(b"\0")
    packed = kind == b"zTXt"
    if packed:
        rest = rest[1:]  # the method, of which there is one
    elif kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # language, translated keyword
    text = _unpacked(rest, room) if packed else rest
    try:
        yield keyword.decode("latin-1"), text.decode("utf-8" if kind == b"iTXt" else "latin-1")
    except UnicodeDecodeError:
        return


def _unpacked(data: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, max(1, room))
    except zlib.error:
        raise ValueError("a packed text in it is damaged") from None
    if unpacker.unconsumed_tail:
        raise ValueError(f"the texts in it are longer than {LONGEST >> 20} MB")
    return text
