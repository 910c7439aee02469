"""Mutations of files of each kind, by an engine that knows their formats."""

from __future__ import annotations

import io
import json
import shutil
import struct
import warnings
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.siege.sources import TEXTS, XMP

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_NASTY: list[Any] = [
    None, True, [], {}, "", "x", "../x", "/etc/passwd", "~nobody/x", "a" * 10_000, "\0", "\ud800",
    0, -1, 1.5, 10**9, 2**63, 10**400, float("nan"), float("inf"), [None], [[1]], {"a": None},
]  # fmt: skip


def mutate_bytes(random: Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 5, 20])):
        at = random.randrange(len(found) + 1)
        match random.randrange(5):
            case 0 if at < len(found):
                found[at] ^= 1 << random.randrange(8)
            case 1:
                del found[at : at + random.choice([1, 4, 100])]
            case 2:
                found[at:at] = random.randbytes(random.choice([1, 4, 100]))
            case 3:
                found[at:at] = found[random.randrange(len(found) + 1) :][:200]
            case _:
                found[at : at + 4] = random.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
    return bytes(found)


def mutate_json(random: Random, value: Any) -> Any:
    """Return JSON data with one part replaced, removed, renamed or duplicated."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        match random.randrange(8):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {**value, str(random.choice(_NASTY)): value[key]}
            case 2:
                return {**value, key: random.choice(_NASTY)}
            case _:
                return {**value, key: mutate_json(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        match random.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, value[at]]
            case _:
                return [*value[:at], mutate_json(random, value[at]), *value[at + 1 :]]
    return random.choice(_NASTY)


def mutate_text(random: Random, data: bytes) -> bytes:
    if random.random() < 0.2:
        return mutate_bytes(random, data)
    value = json.loads(data)
    for _ in range(random.choice([1, 1, 2, 4])):
        value = mutate_json(random, value)
    text = json.dumps(value).encode("utf-8", "surrogatepass")
    if random.random() < 0.02:
        text = text.replace(b":", b": " + b"[" * 20_000, 1)
    return text


def mutate_png(random: Random, data: bytes) -> bytes:
    """Mutate the chunks of a PNG, with right checksums, or its bytes."""
    if random.random() < 0.3:
        return mutate_bytes(random, data)
    chunks, _ = _chunks(data)
    at = random.randrange(len(chunks))
    kind, content = chunks[at]
    if random.random() < 0.01:
        chunks = list(_bomb(*random.choice([(9_000, 9_000), (12_000, 12_000), (30_000, 30_000)])))
    match random.randrange(6):
        case 0:
            chunks[at % len(chunks)] = kind, mutate_bytes(random, content)
        case 1:
            del chunks[at % len(chunks)]
        case 2:
            chunks.insert(at, random.choice(chunks))
        case 3:
            bomb = _zeros(random.choice([10, 10, 10**6, 10**8]))
            name = random.choice([b"iCCP", b"zTXt", b"iTXt"])
            chunks.insert(at, (name, random.choice([b"x\0", b"x\0\0", b"nodeui\0\0"]) + bomb))
        case 4:
            size = struct.pack(">II", *(random.choice([0, 1, 64, 30_000, 2**31 - 1]) for _ in "xy"))
            chunks[0] = chunks[0][0], size + chunks[0][1][8:]
        case _:
            chunks[at % len(chunks)] = (
                random.choice([b"IDAT", b"tRNS", b"PLTE", b"eXIf", b"acTL"]),
                content,
            )
    return _png(chunks)


def _png(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return a PNG of chunks, with right checksums."""
    parts = [_SIGNATURE]
    for kind, content in chunks:
        check = zlib.crc32(kind + content)
        parts.append(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check))
    return b"".join(parts)


def repaired_png(data: bytes) -> bytes:
    """Return a PNG with right checksums; other data, and what no chunk is, as it is."""
    if not data.startswith(_SIGNATURE):
        return data
    chunks, rest = _chunks(data)
    return _png(chunks) + rest


def _chunks(data: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return the chunks of a PNG, and what follows them."""
    chunks: list[tuple[bytes, bytes]] = []
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks, data[at:]


@cache
def _zeros(count: int) -> bytes:
    return zlib.compress(bytes(count))


@cache
def _bomb(width: int, height: int) -> list[tuple[bytes, bytes]]:
    """Return the chunks of a black picture, of some kilobytes that hold all of its pixels."""
    packer, row = zlib.compressobj(9), bytes(1 + 3 * width)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]


def _mutate_file(random: Random, source: Path, file: Path) -> None:
    data = source.read_bytes()
    if source.suffix == ".png":
        file.write_bytes(mutate_png(random, data))
    elif source.suffix == ".json":
        file.write_bytes(mutate_text(random, data))
    else:
        file.write_bytes(mutate_bytes(random, data))


def _mutate_weights(random: Random, source: Path, folder: Path) -> None:
    _mutate_header(random, _copy_model(random, source, folder, "*.safetensors"))


def _mutate_checkpoint(random: Random, source: Path, file: Path) -> None:
    shutil.copy(source, file)
    _mutate_header(random, file)


def _mutate_header(random: Random, file: Path) -> None:
    """Mutate the header of a safetensors file."""
    header, rest = split_weights(file.read_bytes())
    match random.randrange(4):
        case 0:
            header = mutate_tensors(random, header)
        case 1 | 2:
            header = mutate_text(random, header)
        case _:
            pass
    whole = len(header) + len(rest)
    size = len(header) if random.random() < 0.9 else random.choice([0, 2**63, whole, 10**8])
    file.write_bytes(struct.pack("<Q", size) + header + rest)


def split_weights(data: bytes) -> tuple[bytes, bytes]:
    """Return header and data of a safetensors file."""
    (length,) = struct.unpack("<Q", data[:8])
    return data[8 : 8 + length], data[8 + length :]


def mutate_tensors(random: Random, header: bytes) -> bytes:
    """Change shapes, dtypes and offsets of some tensors, or add many empty ones."""
    tensors = json.loads(header)
    names = [name for name in tensors if name != "__metadata__"]
    for name in random.sample(names, min(len(names), random.choice([1, 2, 20]))):
        tensor = tensors[name]
        match random.randrange(6):
            case 0:
                tensor["shape"] = random.choice([[2**62, 4], [2**31, 2**31], [0, 2**63], [-1], []])
            case 1:
                tensor["data_offsets"] = tensors[random.choice(names)]["data_offsets"]
            case 2:
                tensor["data_offsets"] = random.choice([[0, 2**63], [8, 0], [-8, 8], [0], [0, 1.5]])
            case 3:
                tensor["dtype"] = random.choice(["F64", "F8_E4M3", "BOOL", "F4", "x", "", 5, None])
            case 4:
                tensor["shape"] = tensor["shape"][::-1] + [1] * random.choice([0, 1, 60])
            case _:
                empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
                count = random.choice([10, 10, 10, 50_000])
                tensors |= {f"{name}.{number}": empty for number in range(count)}
    return json.dumps(tensors).encode()


def _mutate_config(random: Random, source: Path, folder: Path) -> None:
    file = _copy_model(random, source, folder, "*.json")
    file.write_bytes(mutate_text(random, file.read_bytes()))


def _copy_model(random: Random, source: Path, folder: Path, pattern: str) -> Path:
    """Copy a model over the last copy, and return a random file in it."""
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return random.choice(sorted(folder.rglob(pattern)))


def _mutate_journal(random: Random, source: Path, file: Path) -> None:
    file.write_bytes(mutate_lines(random, source.read_bytes()))


def mutate_lines(random: Random, data: bytes) -> bytes:
    """Mutate the bytes of a journal, or edits in it, with right checksums."""
    if random.random() < 0.3:
        return mutate_bytes(random, data)
    lines = data.split(b"\n")[:-1]
    chosen = random.sample(range(len(lines)), random.choice([1, 2, 5]))
    for at in random.choice([chosen, [0]]):
        text = mutate_text(random, lines[at][9:])
        lines[at] = b"%08x %b" % (zlib.crc32(text), text)
    return b"\n".join([*lines, b""])


# --- metadata of pictures --------------------------------------------------------------------


def _mutate_metadata(random: Random, source: Path, file: Path) -> None:
    """Mutate the bytes of a picture, the texts in it, or the sidecar beside it."""
    sidecar = file.with_name(f"{file.name}.xmp")
    sidecar.unlink(missing_ok=True)
    data = source.read_bytes()
    if random.random() < 0.3:
        data = mutate_png(random, data) if source.suffix == ".png" else mutate_bytes(random, data)
    else:
        data = _with_texts(random, data, source.suffix)
    file.write_bytes(data)
    if random.random() < 0.3:
        sidecar.write_bytes(_mutate_xmp(random))


def _with_texts(random: Random, data: bytes, suffix: str) -> bytes:
    """Return a picture with a mutated text where its format holds some."""
    from PIL import ExifTags, Image
    from PIL.PngImagePlugin import PngInfo

    keyword = random.choice(list(TEXTS))
    text = _mutate_words(random, TEXTS[keyword])
    options: dict[str, Any] = {}
    if suffix == ".png":
        info = PngInfo()
        for _ in range(random.choice([1, 1, 1, 300])):
            info.add_itxt(keyword, text.decode(errors="replace"), zip=random.random() < 0.5)
        options["pnginfo"] = info
        if random.random() < 0.3:
            info.add_itxt("XML:com.adobe.xmp", _mutate_xmp(random).decode(errors="replace"))
    else:
        exif = Image.Exif()
        exif[ExifTags.Base.ImageDescription] = text[:60_000].decode(errors="replace")
        coding = random.choice([b"UNICODE\0", b"ASCII\0\0\0", b""])
        wide = text.decode("latin1").encode("utf-16") if random.random() < 0.5 else text
        own = exif.get_ifd(ExifTags.IFD.Exif)
        own[ExifTags.Base.UserComment] = (coding + wide)[:60_000]
        packed = exif.tobytes()
        options["exif"] = packed if random.random() < 0.7 else _mutate_after(random, packed)
        if suffix in (".webp", ".avif", ".tif"):
            options["xmp"] = _mutate_xmp(random)
    opened, sink = Image.open(io.BytesIO(data)), io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened.save(sink, opened.format, **options)
    except (OSError, ValueError, TypeError, SyntaxError, struct.error):  # damaged, or too long
        return mutate_bytes(random, data)
    return sink.getvalue()


def _mutate_after(random: Random, exif: bytes) -> bytes:
    return exif[:6] + mutate_bytes(random, exif[6:])[:60_000]


def _mutate_words(random: Random, text: bytes) -> bytes:
    """Mutate a text that may be JSON, or repeat a part of it."""
    if random.random() < 0.1:
        part = text[random.randrange(len(text)) :][: random.choice([1, 3, 20])]
        return text + part * random.choice([1_000, 200_000])
    if text.startswith(b"{"):
        return mutate_text(random, text)
    return mutate_bytes(random, text)


def _mutate_xmp(random: Random) -> bytes:
    """Return a packet whose bytes are mutated, or that is too much in one way."""
    count = random.choice([90, 5_000, 200_000])
    middle = b"</rdf:Description>"
    match random.randrange(10):
        case 0:
            return XMP.replace(middle, b"<rdf:li>" * count + middle)
        case 1:
            return XMP.replace(middle, b"<a>" * count + b"</a>" * count + middle)
        case 2:
            item = b"<rdf:li>x</rdf:li>" * count
            return XMP.replace(b"<rdf:li>sea</rdf:li>", item)
        case 3:
            many = b" ".join(b'a%d="1"' % number for number in range(count))
            return XMP.replace(b"rdf:about", many + b" rdf:about")
        case 4:
            bomb = b"".join(b'<!ENTITY a%d "%b">' % (n + 1, b"&a%d;" % n * 10) for n in range(10))
            return b'<!DOCTYPE x [<!ENTITY a0 "x">' + bomb + b"]>" + XMP.replace(b"sea", b"&a9;")
        case 5:
            text = XMP.decode()
            return text.encode(random.choice(["utf-16", "utf-32", "utf-16-le", "latin1"]))
        case 6:
            number = random.choice(
                [b"9" * 5_000, b"1e999", b"-1e308", b"nan", b"0x10", b"\xd9\xa3"]
            )
            return XMP.replace(b">4<", b">" + number + b"<")
        case _:
            return mutate_bytes(random, XMP)


# --- paintings -------------------------------------------------------------------------------


_VALUES = [
    "0", "-1", "1", "2", "0.5", "1e-300", "1e308", "nan", "inf", "9" * 400, "#000000", "#zzzzzz",
    "", "a", "b", "normal", "soft%20light", "%", "%00", "both", "1_0", "\u0663",
]  # fmt: skip


def _mutate_painting(random: Random, source: Path, file: Path) -> None:
    """Mutate the words of lines, the lines, or the JSON of a painting and its sheet."""
    value: dict[str, Any] = json.loads(source.read_bytes())
    if random.random() < 0.2:
        file.write_bytes(mutate_text(random, source.read_bytes()))
        return
    lines: list[str] = value["painting"]
    for _ in range(random.choice([1, 1, 3, 10])):
        at = random.randrange(1, len(lines))
        match random.randrange(8):
            case 0:
                lines.insert(random.randrange(1, len(lines) + 1), lines[at])
            case 1 if len(lines) > 2:
                del lines[at]
            case 2:
                lines[at] = mutate_bytes(random, lines[at].encode()).decode(errors="replace")
            case 3 if random.random() < 0.05:
                most = min(random.choice([1_000, 110_000]), 20_000_000 // len(lines[at]))
                lines += [lines[at]] * most
            case 4:
                lines[at] = _with_more_points(random, lines[at])
            case _:
                words = lines[at].split(" ")
                word = random.randrange(len(words))
                key = words[word].partition("=")[0]
                words[word] = f"{key}={random.choice(_VALUES)}"
                lines[at] = " ".join(words)
    value |= {
        "node": random.choice(["mask", "sketch", "picture", "regions"]),
        "width": random.choice([1, 64, 64, 512, 4096]),
        "height": random.choice([1, 64, 64, 512, 4096]),
    }
    file.write_text(json.dumps(value))


def _with_more_points(random: Random, line: str) -> str:
    """Return a line with many points."""
    from nodeui.painting.points import encode

    most = random.choice([10, 1_000, 60_000])
    span = random.choice([100, 1 << 14, 1 << 20])
    points = [(random.randrange(-span, span), random.randrange(-span, span)) for _ in range(most)]
    words = [word for word in line.split(" ") if not word.startswith(("points=", "pressures="))]
    return " ".join([*words, f"points={encode(points)}"])


MUTATORS: dict[str, Callable[[Random, Path, Path], None]] = {
    "workflows": _mutate_file,
    "pictures": _mutate_file,
    "metadata": _mutate_metadata,
    "paintings": _mutate_painting,
    "safetensors": _mutate_weights,
    "checkpoints": _mutate_checkpoint,
    "configs": _mutate_config,
    "journals": _mutate_journal,
}
"""Write a mutation of a source, a file or a folder, by kind."""
