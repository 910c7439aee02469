"""The XMP packet inside PNG, JPEG and WebP files: reads, replaces and removes it.

Pixels and all other metadata keep their bytes, so `without_xmp(with_xmp(data, packet))` is `data`.
Sources: XMP Specification Part 3 (Adobe, 2020), sections 1.1.3, 1.1.4 and 1.1.5; WebP Container
Specification (Google, 2024).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEY = b"XML:com.adobe.xmp\0"
_JPEG = b"\xff\xd8"
_JPEG_KEY = b"http://ns.adobe.com/xap/1.0/\0"
_MOST_SEGMENT = 65535  # bytes in a JPEG segment, with its length
_WEBP_FLAG = 0x04


class EmbedError(Exception):
    """The file cannot hold an XMP packet; the message is the reason."""


def without_xmp(data: bytes) -> bytes:
    """Return the bytes of a picture file without its XMP packet; other files as they are."""
    if data.startswith(_PNG):
        return _PNG + b"".join(
            part for part in _png_parts(data) if part[4:8] != b"iTXt" or part[8:26] != _PNG_KEY
        )
    if data.startswith(_JPEG):
        return _JPEG + b"".join(part for part in _jpeg_parts(data) if not _is_xmp_segment(part))
    if _is_webp(data):
        parts = list(_webp_parts(data))
        if any(part[:4] == b"XMP " for part in parts):
            kept = [_flagged(part, False) for part in parts if part[:4] != b"XMP "]
            return _webp(kept)
    return data


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """Return the bytes of a picture file with another XMP packet.

    Args:
        data: The content of a PNG, a JPEG, or a WebP of the extended format, which WebP files with
            other metadata have.
        packet: UTF-8.

    Raises:
        EmbedError: the file has another format, or the packet is too long for it.
    """
    plain = without_xmp(data)
    if plain.startswith(_PNG):
        result = _png_with(plain, packet)
    elif plain.startswith(_JPEG):
        result = _jpeg_with(plain, packet)
    elif _is_webp(plain):
        result = _webp_with(plain, packet)
    else:
        raise EmbedError("XMP is embedded in PNG, JPEG and WebP files only")
    if without_xmp(result) != plain:
        raise EmbedError("the file is damaged")
    return result


# --- PNG ---------------------------------------------------------------------------------------


def _png_parts(data: bytes) -> Iterator[bytes]:
    """Yield the chunks, and last anything that is not one."""
    position = len(_PNG)
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4])
        yield data[position:end]
        position = end
    yield data[position:]


def _png_with(data: bytes, packet: bytes) -> bytes:
    body = b"iTXt" + _PNG_KEY + b"\0\0\0\0" + packet
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    head, *rest = _png_parts(data)
    return b"".join([_PNG, head, chunk, *rest])


# --- JPEG --------------------------------------------------------------------------------------


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    """Yield the segments before the pixels, and last all the rest."""
    position = len(_JPEG)
    while data[position : position + 1] == b"\xff" and data[position + 1 : position + 2] >= b"\xc0":
        size = int.from_bytes(data[position + 2 : position + 4])
        end = position + 2 + size
        if data[position + 1] == 0xDA or size < 2 or end > len(data) - 2:  # the pixels, or damaged
            break
        yield data[position:end]
        position = end
    yield data[position:]


def _is_xmp_segment(part: bytes) -> bool:
    return part[:2] == b"\xff\xe1" and part[4:].startswith(_JPEG_KEY)


def _comes_first(part: bytes) -> bool:
    """True for the segments that readers expect first: JFIF and EXIF."""
    return part[:2] == b"\xff\xe0" or (part[:2] == b"\xff\xe1" and part[4:8] == b"Exif")


def _jpeg_with(data: bytes, packet: bytes) -> bytes:
    size = 2 + len(_JPEG_KEY) + len(packet)
    if size > _MOST_SEGMENT:
        raise EmbedError("the XMP is too long for a JPEG")
    parts = list(_jpeg_parts(data))
    first = next((i for i, part in enumerate(parts) if not _comes_first(part)), 0)
    parts.insert(first, b"\xff\xe1" + size.to_bytes(2) + _JPEG_KEY + packet)
    return _JPEG + b"".join(parts)


# --- WebP --------------------------------------------------------------------------------------


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _webp_parts(data: bytes) -> Iterator[bytes]:
    position = 12
    while position + 8 <= len(data):
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        end = position + 8 + size + size % 2
        yield data[position:end]
        position = end


def _flagged(part: bytes, has_xmp: bool) -> bytes:
    """Return a chunk; the header is changed to say whether there is XMP."""
    if part[:4] != b"VP8X" or len(part) < 9:
        return part
    flags = part[8] | _WEBP_FLAG if has_xmp else part[8] & ~_WEBP_FLAG
    return part[:8] + bytes([flags]) + part[9:]


def _webp(parts: list[bytes]) -> bytes:
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _webp_with(data: bytes, packet: bytes) -> bytes:
    parts = [_flagged(part, True) for part in _webp_parts(data)]
    if not parts or parts[0][:4] != b"VP8X":
        raise EmbedError("a WebP without other metadata has no room for XMP")
    parts.append(b"XMP " + len(packet).to_bytes(4, "little") + packet + b"\0" * (len(packet) % 2))
    return _webp(parts)
