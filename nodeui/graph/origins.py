"""Reads the text chunks of PNGs, and finds out what made a file that is not a workflow."""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from nodeui.graph.wording import tr

PNG = b"\x89PNG\r\n\x1a\n"
"""The first bytes of a PNG."""

LONGEST_TEXT = 2**26
"""Limit for the decompressed texts of a file, in bytes; more is taken for an attack."""

_KEYWORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("InvokeAI", ("invokeai_metadata",)),
    ("InvokeAI", ("sd-metadata",)),
    ("ComfyUI", ("prompt",)),
    ("ComfyUI", ("workflow",)),
    ("Fooocus", ("fooocus_scheme",)),
    ("Easy Diffusion", ("use_stable_diffusion_model",)),
    ("NovelAI", ("Source", "Comment")),
)
"""Programs, and the keywords of text chunks that they write into PNGs; the first that fits."""

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("SwarmUI", "sui_image_params"),
    ("Fooocus", r"version: fooocus|\"version\": \"fooocus|fooocus v"),
    ("Stable Diffusion WebUI", r"steps: \d+, sampler"),
    ("ComfyUI", r"(^|\n)(prompt|workflow):\s*\{"),
    ("Midjourney", r"job id: [0-9a-f]{8}-"),
    ("NovelAI", r"(^|\n)novelai"),
    ("OpenAI", r"(^|\n)openai|made with openai"),
)
"""Programs, and patterns in the texts of pictures in lower case; the first that fits."""

_FILES: tuple[tuple[bytes, str], ...] = (
    (rb"PK\x03\x04", "a ZIP archive"),
    (rb"GGUF", "a GGUF model"),
    (rb".{8}\{\s*\"", "a safetensors file"),
    (rb"%PDF", "a PDF file"),
    (rb"8BPS", "a Photoshop file"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"\s*<", "an HTML or XML file"),
    (rb"version https://git-lfs", "a Git LFS pointer; fetch the file itself with git lfs pull"),
)
"""Files that are not pictures, by how they begin."""


class BrokenPng(Exception):
    """A PNG whose chunks cannot be read; the message is the reason."""


def png_texts(data: bytes) -> dict[str, str]:
    """Return the texts in a PNG by keyword; the pixels are not decoded.

    Raises:
        BrokenPng: a chunk is damaged or cut off, or the texts are longer than `LONGEST_TEXT`.
    """
    return texts_in_png(io.BytesIO(data))


def texts_in_png(file: BinaryIO, cut: bool = False) -> dict[str, str]:
    """Return the texts in a PNG, as `png_texts`; of the file, only the texts are read.

    Args:
        file: The PNG.
        cut: Of a file that is damaged or cut off, return the texts before the damage.
    """
    texts: dict[str, str] = {}
    try:
        _take_texts(file, texts)
    except BrokenPng:
        if not cut:
            raise
    return texts


def _take_texts(file: BinaryIO, texts: dict[str, str]) -> None:
    room = LONGEST_TEXT
    for kind, body in _chunks(file):
        keyword, _, rest = body.partition(b"\0")
        if kind == b"tEXt":
            text, encoding = rest, "latin-1"
        elif kind == b"zTXt":
            text, encoding = _inflated(rest[1:], room), "latin-1"
        elif kind == b"iTXt" and len(rest) >= 2:
            text = rest[2:].split(b"\0", 2)[-1]  # after the language and the translated keyword
            text, encoding = _inflated(text, room) if rest[0] else text, "utf-8"
        else:
            continue
        room -= len(text)
        if room < 0:
            raise BrokenPng(tr("a text in it is too long"))
        texts[keyword.decode("latin-1")] = text.decode(encoding, errors="replace")


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of the chunks up to the last one; pixels are empty."""
    size = file.seek(0, io.SEEK_END)
    position, kind = len(PNG), b""
    while kind != b"IEND":
        if position + 12 > size:
            raise BrokenPng(tr("it is cut off"))
        file.seek(position)
        length, kind = int.from_bytes(file.read(4)), file.read(4)
        end = position + 8 + length
        if end + 4 > size:
            raise BrokenPng(tr("it is cut off"))
        if kind in (b"IDAT", b"fdAT"):
            yield kind, b""
        else:
            body = file.read(length)
            if zlib.crc32(kind + body) != int.from_bytes(file.read(4)):
                raise BrokenPng(tr("a part of it is damaged"))
            yield kind, body
        position = end + 4


def _inflated(data: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, max(1, room))
    except zlib.error:
        raise BrokenPng(tr("a text in it is damaged")) from None
    if unpacker.unconsumed_tail:
        raise BrokenPng(tr("a text in it is too long"))
    return text


def origin_of(data: bytes) -> str | None:
    """Return what a file is that is neither JSON nor a PNG with a workflow, as an error message.

    Returns:
        A message that names the kind of file and, if known, the program or camera that made it;
        None if the kind is unknown.
    """
    kind, texts = _picture(data)
    if not kind:
        names = (name for mark, name in _FILES if re.match(mark, data[:4096], re.DOTALL))
        name = next(names, None)
        return name and tr("not a workflow: it is {0}", name)
    program = program_of(texts)
    if program:
        return tr("this {0} was made by {1}; it carries no NodeUI workflow", kind, program)
    camera = " ".join(dict.fromkeys(f"{texts.get('Make', '')} {texts.get('Model', '')}".split()))
    if camera:
        return tr("this {0} was taken with {1}; it carries no workflow", kind, camera[:60])
    return tr("this {0} carries no workflow", kind)


def program_of(texts: Mapping[str, str]) -> str:
    """Return the program that wrote the texts of a picture; "" if unknown."""
    for program, keys in _KEYWORDS:
        if all(key in texts for key in keys):
            return program
    everything = "\n".join(texts.values()).lower()
    for program, pattern in _PATTERNS:
        if re.search(pattern, everything):
            return program
    if "parameters" in texts:
        return "Stable Diffusion WebUI"
    tool = re.search(r"CreatorTool(?:=\"|>)([^<\"]+)", texts.get("XML:com.adobe.xmp", ""))
    return (texts.get("Software") or (tool[1] if tool else "")).strip()[:60]


def _picture(data: bytes) -> tuple[str, Mapping[str, str]]:
    """Return format and texts of a picture; "" and nothing if it is none."""
    from PIL import Image

    if data.startswith(PNG):
        try:
            return "PNG", png_texts(data)
        except BrokenPng:
            return "PNG", {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                return image.format or "", dict(texts_of(image))
    except Exception:  # a damaged file can raise anything
        return "", {}


_FORMATS = ("JPEG", "WEBP", "AVIF", "TIFF", "GIF", "BMP", "JPEG2000")
_TAGS = {271: "Make", 272: "Model", 305: "Software", 270: "Description", 37510: "Comment"}


def texts_of(image: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts in the metadata of a picture, by name."""
    yield from exif_texts(image.getexif())
    for name, value in image.info.items():
        if name in ("comment", "xmp", "XML:com.adobe.xmp"):
            yield "XML:com.adobe.xmp" if name == "xmp" else name, comment_text(value)


def exif_texts(exif: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts in EXIF metadata, by name."""
    entries = [*exif.items(), *exif.get_ifd(0x8769).items()]
    for tag, value in cast("list[tuple[int, Any]]", entries):
        if tag in _TAGS:
            yield _TAGS[tag], comment_text(value)


def comment_text(value: Any) -> str:
    """Return a value of EXIF as text; comments begin with the name of their encoding."""
    if not isinstance(value, bytes):
        return str(value)
    if value.startswith(b"UNICODE\0"):
        text = value[8:]
        return text.decode("utf-16-be" if text[:1] == b"\0" else "utf-16-le", "replace")
    return value.removeprefix(b"ASCII\0\0\0").decode("utf-8", "replace")


def workflow_of_others(content: Mapping[str, Any]) -> str:
    """Return the program whose workflow a JSON object is; "" if it is none that is known."""
    nodes, values = content.get("nodes"), list(content.values())
    if isinstance(nodes, list) and ("last_node_id" in content or "links" in content):
        return "ComfyUI"
    if isinstance(nodes, list) and "edges" in content:
        return "InvokeAI"
    if values and all(isinstance(value, dict) and "class_type" in value for value in values):
        return "ComfyUI"
    return ""
