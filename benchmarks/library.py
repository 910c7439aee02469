"""Measures the library of pictures: opening it, searching it, and walking a lineage.

    python -m benchmarks.library [--pictures 50000] [--json]

Writes small pictures with real workflows to a temporary folder and indexes them. The figure beside
each is a naive walk in the same run: for opening, the names and times of all files, sorted; for a
search, all files read and searched.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.rows import Row, print_rows
from nodeui.graph.registry import installed
from nodeui.pictures.library import Library
from nodeui.pictures.record import Marks, Picture
from nodeui.sdk import shipped

WORDS = (
    "mountains", "lake", "pines", "sunset", "autumn", "clear", "sky", "lighthouse", "cliffs",
    "night", "winter", "house", "islands", "palms", "hills", "river", "trees", "spring", "noon",
    "summer", "clouds", "fog", "snow", "road", "bridge", "village", "meadow", "storm",
)  # fmt: skip
QUERIES = (
    "",
    "lighthouse",
    "mount lake",
    'model:starter rating:>=3 tag:"night sky" -is:rejected lighthouse',
    "seed:5",
    "date:2023-11",
    '"clear sky" -fog',
)
REPEATS = 5


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def picture(texts: dict[str, str]) -> bytes:
    """Return a PNG of one grey pixel with texts."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header)]
    for key, text in texts.items():
        parts.append(chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode()))
    parts += [chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    return b"".join(parts)


def workflows(count: int) -> Iterator[str]:
    """Yield the texts of workflows as an artist makes them: most change one parameter."""
    names = ("landscape", "live-landscape", "controlled-landscape")
    bases = [
        json.loads((shipped("workflows") / f"{name}.nodeui.json").read_text("utf-8"))
        for name in names
    ]
    dice = random.Random(0)
    graph = bases[0]
    for number in range(count):
        if number % 200 == 0:
            graph = json.loads(json.dumps(bases[number // 200 % len(bases)]))
        params = graph["nodes"]["sampler"]["params"]
        if number % 10 == 0:
            words = " ".join(dice.sample(WORDS, 9))
            graph["nodes"]["prompt"]["params"]["text"] = words
        elif number % 10 == 5:
            params["guidance_scale"] = dice.randrange(2, 20) / 2
        else:
            params["seed"] = dice.randrange(1000)
        yield json.dumps(graph)


def fill(folder: Path, count: int) -> None:
    """Write pictures to subfolders, a minute apart."""
    for number, text in enumerate(workflows(count)):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        made = {"nodes": {id: {} for id in json.loads(text)["nodes"] if id != "save"}}
        path = place / f"picture-{number:05}.png"
        content = picture({"nodeui:workflow": text, "nodeui:provenance": json.dumps(made)})
        path.write_bytes(content)
        seconds = 1_700_000_000 + 60 * number
        os.utime(path, (seconds, seconds))


def milliseconds(function: Callable[[], object], repeats: int = REPEATS) -> float:
    times: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def walk(folder: Path) -> list[tuple[int, str]]:
    """Return the files below a folder, the newest first."""
    found: list[tuple[int, str]] = []
    for place, _, names in os.walk(folder):
        paths = (os.path.join(place, name) for name in names)
        found += [(os.stat(path).st_mtime_ns, path) for path in paths]
    return sorted(found, reverse=True)


def read_all(folder: Path) -> list[str]:
    """Return the files below a folder that contain a word."""
    return [path for _, path in walk(folder) if b"lighthouse" in Path(path).read_bytes()]


def search(library: Library, query: str, folder: Path) -> list[Picture]:
    """Return the first page of what a query finds."""
    return library.records(library.search(query, folder)[:100])


def measure(root: Path, count: int) -> list[Row]:
    folder, database = root / "pictures", root / "index.sqlite"
    specs = installed()
    fill(folder, count)
    library = Library(database, specs)
    start = time.perf_counter()
    library.scan(folder)
    scanned = time.perf_counter() - start
    pictures = library.records(library.search())
    for place, one in enumerate(pictures[:200]):
        marks = Marks(place % 6, tags=("night sky",), rejected=place % 7 == 0)
        library.set_marks({one.path: marks})
    library.close()

    def open_library() -> None:
        opened = Library(database, specs)
        search(opened, "", folder)
        opened.close()

    rows = [
        Row(f"scan {count} new pictures", scanned, unit="s"),
        Row(
            "open, with the first page",
            milliseconds(open_library),
            milliseconds(lambda: walk(folder)),
        ),
    ]
    library = Library(database, specs)
    naive = milliseconds(lambda: read_all(folder), 1)
    for query in QUERIES:
        took = milliseconds(partial(search, library, query, folder))
        rows.append(Row(f"search {query or 'for all'}", took, naive))
    rescan = milliseconds(lambda: library.scan(folder))
    rows.append(Row("scan with nothing new", rescan, milliseconds(lambda: walk(folder))))
    last = pictures[0].id
    rows.append(
        Row(
            f"tree of {len(library.tree(last).edges) + 1} pictures",
            milliseconds(lambda: library.tree(last)),
        )
    )
    library.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), options.pictures)
    if options.json:
        print_rows(rows)
        return
    for row in rows:
        floor = "" if row.floor is None else f"   (naive: {row.floor:.1f} {row.unit})"
        sys.stdout.write(f"{row.name:<70} {row.figure:8.1f} {row.unit}{floor}\n")


if __name__ == "__main__":
    main()
