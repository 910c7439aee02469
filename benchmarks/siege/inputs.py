"""Opens mutated workflows, pictures, weights, configs and journals."""

from __future__ import annotations

import json
import select
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.siege.tally import Siege, Tally
from nodeui.sdk import shipped

KINDS = ("workflows", "pictures", "safetensors", "configs", "journals")
HANG = 5.0  # seconds of the processor
PATIENCE = 60.0  # seconds until an input counts as a hang that waits
FIRST = 120.0  # seconds for the first input, which imports the libraries
RISE = 1 << 30  # bytes

_NASTY: list[Any] = [
    None, True, [], {}, "", "x", "../x", "/etc/passwd", "~nobody/x", "a" * 10_000, "\0", "\ud800",
    0, -1, 1.5, 10**9, 2**63, 10**400, float("nan"), float("inf"), [None], [[1]], {"a": None},
]  # fmt: skip


class _Victim:
    """The process that opens the files; started again when it dies or hangs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def open(self, kind: str, file: Path) -> dict[str, Any] | None:
        """Open a file; return the report, or None if the process hung or died."""
        patience = PATIENCE
        if self._process is None:
            patience = FIRST
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.siege.victim", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                bufsize=1,
            )
        source, sink = self._process.stdin, self._process.stdout
        assert source is not None and sink is not None
        print(json.dumps([kind, str(file)]), file=source, flush=True)
        ready, _, _ = select.select([sink], [], [], patience)
        line = sink.readline() if ready else ""
        if not line:
            self.close()
            return None
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def attack_with(kind: str) -> Callable[[Siege], Tally]:
    """Return the attack with mutated files of a kind."""

    def attack(siege: Siege) -> Tally:
        tally, victim = Tally(), _Victim(siege.folder)
        sources = _SOURCES[kind](siege.folder)
        victim.open(kind, sources[0])  # imports
        while siege.lasts(tally.attempts):
            source = siege.random.choice(sources)
            file = siege.folder / (f"m-{source.name}" if source.is_dir() else f"x{source.suffix}")
            _MUTATORS[kind](siege.random, source, file)
            report = victim.open(kind, file)
            tally.attempts += 1
            faults = _faults(report)
            tally.faults.update(faults)
            if faults:
                keep = siege.folder / f"failed-{tally.attempts}{file.suffix}"
                (shutil.copytree if file.is_dir() else shutil.copy)(file, keep)
                keep.with_suffix(".txt").write_text(json.dumps(report, indent=1))
        victim.close()
        return tally

    return attack


def _faults(report: dict[str, Any] | None) -> list[str]:
    if report is None:
        return ["hangs"]
    audited = {line.partition(" ")[0] for line in report["audited"]}
    found = {
        "tracebacks": report["error"],
        "hangs": report["seconds"] > HANG,
        "memory": report["grown"] > RISE,
        "files outside": "file" in audited,
        "code run": "code" in audited,
    }
    return [name for name, wrong in found.items() if wrong]


# --- sources --------------------------------------------------------------------------------------


def _workflows(folder: Path) -> list[Path]:
    place = shipped("workflows")
    return [*sorted(place.glob("*.nodeui.json")), *sorted(place.glob("*.png"))[:2]]


def _pictures(folder: Path) -> list[Path]:
    """Write the same small picture in several formats."""
    from PIL import Image

    place = folder / "sources"
    place.mkdir()
    picture = Image.effect_mandelbrot((64, 48), (-2, -1, 1, 1), 50)
    for suffix, mode in (
        (".png", "RGBA"), (".jpg", "RGB"), (".webp", "RGB"), (".tif", "RGB"), (".bmp", "RGB"),
        (".gif", "P"), (".ppm", "RGB"),
    ):  # fmt: skip
        picture.convert(mode).save(place / f"a{suffix}")
    picture.convert("I;16").save(place / "b.png")
    return sorted(place.iterdir())


def _models(folder: Path) -> list[Path]:
    from tests.nodes import tiny

    for name, build in (("sd15", tiny.build_sd15), ("sdxl", tiny.build_sdxl)):
        build(folder / name)
    return [folder / "sd15", folder / "sdxl"]


def _journals(folder: Path) -> list[Path]:
    from nodeui.graph import document
    from nodeui.graph.edits import MoveNodes, SetParam
    from nodeui.graph.registry import installed
    from nodeui.session.journal import Journals

    specs = installed()
    text = (shipped("workflows") / "two-controls.nodeui.json").read_bytes()
    loaded = document.load(text, specs)
    journal = Journals(folder / "journals").create()
    journal.start(loaded, None, folder, False)
    for number in range(40):
        journal.append(MoveNodes({"sampler": (number, 1.5)}))
        journal.append(SetParam("sampler", "steps", number + 1))
    journal.release()
    return [journal.file]


_SOURCES: dict[str, Callable[[Path], list[Path]]] = {
    "workflows": _workflows,
    "pictures": _pictures,
    "safetensors": _models,
    "configs": _models,
    "journals": _journals,
}


# --- mutations ------------------------------------------------------------------------------------


def _mutate_bytes(random: Random, data: bytes) -> bytes:
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


def _mutate_text(random: Random, data: bytes) -> bytes:
    if random.random() < 0.2:
        return _mutate_bytes(random, data)
    value = json.loads(data)
    for _ in range(random.choice([1, 1, 2, 4])):
        value = mutate_json(random, value)
    text = json.dumps(value).encode("utf-8", "surrogatepass")
    if random.random() < 0.02:
        text = text.replace(b":", b": " + b"[" * 20_000, 1)
    return text


def _mutate_png(random: Random, data: bytes) -> bytes:
    """Mutate the chunks of a PNG, with right checksums, or its bytes."""
    if random.random() < 0.3:
        return _mutate_bytes(random, data)
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    at = random.randrange(len(chunks))
    kind, content = chunks[at]
    if random.random() < 0.01:
        chunks = list(_bomb(*random.choice([(9_000, 9_000), (12_000, 12_000), (30_000, 30_000)])))
    match random.randrange(6):
        case 0:
            chunks[at % len(chunks)] = kind, _mutate_bytes(random, content)
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
    parts = [data[:8]]
    for kind, content in chunks:
        check = zlib.crc32(kind + content)
        parts.append(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check))
    return b"".join(parts)


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
        file.write_bytes(_mutate_png(random, data))
    elif source.suffix == ".json":
        file.write_bytes(_mutate_text(random, data))
    else:
        file.write_bytes(_mutate_bytes(random, data))


def _mutate_weights(random: Random, source: Path, folder: Path) -> None:
    file = _copy_model(random, source, folder, "*.safetensors")
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, rest = data[8 : 8 + length], data[8 + length :]
    match random.randrange(4):
        case 0:
            header = _mutate_tensors(random, header)
        case 1 | 2:
            header = _mutate_text(random, header)
        case _:
            pass
    size = len(header) if random.random() < 0.9 else random.choice([0, 2**63, len(data), 10**8])
    file.write_bytes(struct.pack("<Q", size) + header + rest)


def _mutate_tensors(random: Random, header: bytes) -> bytes:
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
    file.write_bytes(_mutate_text(random, file.read_bytes()))


def _copy_model(random: Random, source: Path, folder: Path, pattern: str) -> Path:
    """Copy a model over the last copy, and return a random file in it."""
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return random.choice(sorted(folder.rglob(pattern)))


def _mutate_journal(random: Random, source: Path, file: Path) -> None:
    file.write_bytes(_mutate_lines(random, source.read_bytes()))


def _mutate_lines(random: Random, data: bytes) -> bytes:
    """Mutate the bytes of a journal, or edits in it, with right checksums."""
    if random.random() < 0.3:
        return _mutate_bytes(random, data)
    lines = data.split(b"\n")[:-1]
    chosen = random.sample(range(len(lines)), random.choice([1, 2, 5]))
    for at in random.choice([chosen, [0]]):
        text = _mutate_text(random, lines[at][9:])
        lines[at] = b"%08x %b" % (zlib.crc32(text), text)
    return b"\n".join([*lines, b""])


_MUTATORS: dict[str, Callable[[Random, Path, Path], None]] = {
    "workflows": _mutate_file,
    "pictures": _mutate_file,
    "safetensors": _mutate_weights,
    "configs": _mutate_config,
    "journals": _mutate_journal,
}
