"""Writes files under names that are free, and recognises them later."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from nodes import file_names
from nodes.file_names import COUNTER, Name
from nodes.types import SavedFile
from nodeui.sdk import NodeError, create_file

_PNG = b"\x89PNG\r\n\x1a\n"
_XMP_IN_PNG = b"XML:com.adobe.xmp\0"
_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"


# --- writing -----------------------------------------------------------------------------------


def write(
    root: Path,
    pattern: str,
    contents: Iterable[bytes | memoryview],
    suffix: str = ".png",
    values: Mapping[str, str] | None = None,
) -> tuple[SavedFile, ...]:
    """Write files to the first free names, such as name.png, name-0002.png, name-0003.png, ...

    Files are never overwritten, even if several processes write under one name at once. A file
    that already exists with the same content is reused; an XMP packet that a program for ratings
    has embedded does not count. Each file appears complete or not at all. With a counter in the
    name, numbers follow the highest one in the folder.

    Args:
        root: The output folder.
        pattern: The name; see `file_names`.
        contents: The content of each file.
        suffix: The suffix of the files.
        values: Values of the placeholders.

    Raises:
        NodeError: about `name`: as for `file_names.expand`, or the files cannot be written.
    """
    now = datetime.now()
    saved: list[SavedFile] = []
    number, last = 1, None
    for place, content in enumerate(contents):
        name = file_names.expand(pattern, values or {}, now, place)
        folder = root.joinpath(*name.folders)
        if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root)):
            raise NodeError(f"{pattern!r} leads out of the output folder.", "name")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if name != last:
                number, last = 1, name
            number = _write(folder, name, suffix, content, number)
        except OSError as error:
            raise _error(root, folder, name, suffix, error) from error
        relative = "/".join([*name.folders, f"{name.numbered(number)}{suffix}"])
        plain = without_xmp(content)
        saved.append(SavedFile(relative, sha256(plain).hexdigest(), len(plain)))
        number += 1
    return tuple(saved)


def _write(folder: Path, name: Name, suffix: str, content: bytes | memoryview, number: int) -> int:
    """Write a file under the first free number from `number` on, and return its number."""
    if COUNTER in name.stem:
        taken = _taken(folder, name, suffix)
        for old in sorted(taken):
            if old >= number and _holds(taken[old], content):
                return old
        number = max([number, *(old + 1 for old in taken)])
    while True:
        path = folder / f"{name.numbered(number)}{suffix}"
        if _holds(path, content) or create_file(path, content):
            return number
        number += 1


def _taken(folder: Path, name: Name, suffix: str) -> dict[int, Path]:
    """Return the files with a name, by the number in place of its counter."""
    head, _, tail = name.stem.partition(COUNTER)
    pattern = re.compile(re.escape(head) + r"([0-9]+)" + re.escape(tail + suffix))
    with os.scandir(folder) as entries:
        matches = ((entry, pattern.fullmatch(entry.name)) for entry in entries)
        return {int(match[1]): Path(entry.path) for entry, match in matches if match}


def _error(root: Path, folder: Path, name: Name, suffix: str, error: OSError) -> NodeError:
    taken = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), root)
    reason = f"{taken} is not a folder" if not taken.is_dir() else error.strerror
    file = folder / name.numbered(1)
    return NodeError(f"{file}{suffix} cannot be written: {reason}.", "name")


# --- recognising -------------------------------------------------------------------------------


def _holds(path: Path, content: bytes | memoryview) -> bool:
    """True if a file has a content, apart from XMP."""
    if not path.is_file() or path.stat().st_size < len(content):
        return False
    return without_xmp(path.read_bytes()) == without_xmp(content)


def still_there(root: Path, file: SavedFile) -> bool:
    """True if a written file still exists with the same content, apart from XMP."""
    try:
        content = without_xmp(root.joinpath(*file.path.split("/")).read_bytes())
    except OSError:
        return False
    return len(content) == file.size and sha256(content).hexdigest() == file.sha256


def without_xmp(content: bytes | memoryview) -> bytes | memoryview:
    """Return a PNG, JPEG or WebP without its XMP packet; other files as they are.

    Two files that differ in XMP alone become equal. The result need not be a valid file. A
    `memoryview` is a PNG of `png_files`, which has no XMP.
    """
    if isinstance(content, memoryview):
        return content
    if content.startswith(_PNG):
        return _without(content, _png_parts)
    if content.startswith(b"\xff\xd8\xff"):
        return _without(content, _jpeg_parts)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _without(content, _webp_parts)
    return content


def _without(content: bytes, parts: Callable[[bytes], Iterator[tuple[int, int]]]) -> bytes:
    """Return a content without some parts, given as beginnings and ends in rising order."""
    kept: list[bytes] = []
    position = 0
    for start, end in parts(content):
        kept.append(content[position:start])
        position = end
    return b"".join([*kept, content[position:]]) if kept else content


def _png_parts(content: bytes) -> Iterator[tuple[int, int]]:
    position = len(_PNG)
    while position + 12 <= len(content):
        length = int.from_bytes(content[position : position + 4])
        end = position + 12 + length
        start = position + 8
        if content[position + 4 : start] == b"iTXt" and content.startswith(_XMP_IN_PNG, start):
            yield position, end
        position = end


def _jpeg_parts(content: bytes) -> Iterator[tuple[int, int]]:
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xDA:  # the picture follows
            return
        end = position + 2 + int.from_bytes(content[position + 2 : position + 4])
        if marker == 0xE1 and content.startswith(_XMP_IN_JPEG, position + 4):
            yield position, end
        position = end


def _webp_parts(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield, besides XMP, the size of the file and the flags, which change with it."""
    yield 4, 8
    position = 12
    while position + 8 <= len(content):
        kind = content[position : position + 4]
        length = int.from_bytes(content[position + 4 : position + 8], "little")
        end = position + 8 + length + length % 2
        if kind in (b"XMP ", b"VP8X"):
            yield position, end
        position = end
