"""Measures large pictures: loaded, changed and saved by a graph, and by Pillow and OpenCV alone.

    python -m benchmarks.scale [--side PIXELS] [--rounds N] [--json]

load and save: a picture file is read and written as a PNG. The graph runs in the engine with a
    cache on the disk, so it also plans, hashes files and values, and caches the picture. Pillow
    (for 16 bits OpenCV, as Pillow has no 16-bit colours) reads the file, writes it at the same
    level of compression and syncs it, as the graph does. It checks nothing.
resize and Canny: the same file, resized to a quarter of its sides, and its edges drawn; not saved.
    Pillow and OpenCV compute in 8 bits, the graph in float32.

Each run is a process of its own, alternating between the two. Time and memory count from a small
picture that has been through the same code, so neither contains imports. Memory is the growth of
the peak resident size; "process" is the whole peak, with the interpreter and all modules.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# No heavy module at this level: on Linux a new process starts with the peak of its parent.

FILES = {"8-bit RGB PNG": "rgb.png", "RGBA PNG": "rgba.png", "JPEG": "photo.jpg",
         "16-bit PNG": "deep.png"}  # fmt: skip
LEVEL = 6  # of compression, the default of zlib and Pillow
SMALL = "small-"
"""Prefix of the small pictures."""


def make_pictures(folder: Path, side: int) -> None:
    """Write the pictures: smooth shapes with the grain of a photograph."""
    import cv2
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    for prefix, size in (("", side), (SMALL, 64)):
        floats = np.empty((size, size, 4), np.float32)
        for channel in range(4):
            coarse = rng.random((64, 64), np.float32)
            smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
            floats[..., channel] = smooth * 0.8 + 0.1
        floats += rng.normal(0, 0.008, floats.shape)
        floats = floats.clip(0, 1)
        levels = (floats * 255).round().astype(np.uint8)
        Image.fromarray(levels[..., :3].copy()).save(folder / f"{prefix}rgb.png")
        Image.fromarray(levels).save(folder / f"{prefix}rgba.png")
        Image.fromarray(levels[..., :3].copy()).save(folder / f"{prefix}photo.jpg", quality=92)
        deep = (floats[..., :3] * 65535).round().astype(np.uint16)
        cv2.imwrite(str(folder / f"{prefix}deep.png"), deep)


# --- the two sides, each in a process of its own -------------------------------------------------


def load_and_save_by_graph(file: Path, folder: Path) -> None:
    """Run a graph that loads and saves a picture."""
    from nodeui.engine.cache import open_cache
    from nodeui.graph.edits import AddNode, Connect
    from nodeui.graph.model import Graph
    from nodeui.graph.parts import Link, Node
    from nodeui.graph.registry import installed
    from nodeui.headless import run

    graph = Graph(installed())
    graph.apply(AddNode(Node("load", "image.load", params={"path": str(file)})))
    graph.apply(AddNode(Node("save", "image.save", params={"name": file.stem})))
    graph.apply(Connect(Link("load", "image", "save", "image")))
    with open_cache(folder / "cache") as cache:
        result = run(graph, output_dir=folder, cache=cache)
        assert result.ok, result.report


def load_and_save_alone(file: Path, folder: Path) -> None:
    """Load and save a picture with Pillow or OpenCV."""
    target = folder / f"{file.stem}.png"
    if file.name.endswith("deep.png"):
        import cv2

        levels = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
        assert levels is not None
        cv2.imwrite(str(target), levels, [cv2.IMWRITE_PNG_COMPRESSION, LEVEL])
        with target.open("rb+") as written:
            os.fsync(written.fileno())
    else:
        from PIL import Image

        with Image.open(file) as picture, target.open("wb") as written:
            picture.save(written, "PNG", compress_level=LEVEL)
            written.flush()
            os.fsync(written.fileno())


def edges_by_graph(file: Path, folder: Path) -> None:
    """Run a graph that loads a picture, resizes it, and draws its edges at both sizes."""
    from nodeui.engine.cache import open_cache
    from nodeui.graph.edits import AddNode, Connect
    from nodeui.graph.model import Graph
    from nodeui.graph.parts import Link, Node
    from nodeui.graph.registry import installed
    from nodeui.headless import run

    graph, small = Graph(installed()), size_of(file) // 4
    size = {"width": small, "height": small}
    graph.apply(AddNode(Node("load", "image.load", params={"path": str(file)})))
    graph.apply(AddNode(Node("resize", "image.resize", params=size)))
    for source in ("load", "resize"):
        graph.apply(AddNode(Node(f"{source}-edges", "control.canny")))
        graph.apply(Connect(Link(source, "image", f"{source}-edges", "image")))
    graph.apply(Connect(Link("load", "image", "resize", "image")))
    with open_cache(folder / "cache") as cache:
        result = run(graph, targets=["load-edges", "resize-edges"], cache=cache)
        assert result.ok, result.report


def edges_alone(file: Path, folder: Path) -> None:
    """Do the same with Pillow and OpenCV."""
    import cv2
    import numpy as np
    from PIL import Image

    with Image.open(file) as picture:
        small = picture.width // 4
        resized = picture.resize((small, small), Image.Resampling.LANCZOS)
        edges = [cv2.Canny(np.asarray(one), 100, 200) for one in (picture, resized)]
    assert edges[0].shape == (4 * small, 4 * small)


def size_of(file: Path) -> int:
    from PIL import Image

    with Image.open(file) as picture:
        return picture.width


SIDES: dict[str, dict[str, Callable[[Path, Path], None]]] = {
    "load and save": {"graph": load_and_save_by_graph, "alone": load_and_save_alone},
    "resize and Canny": {"graph": edges_by_graph, "alone": edges_alone},
}


def measure_self(job: Callable[[Path, Path], None], file: Path, folder: Path) -> dict[str, float]:
    """Do a job with a small picture, then with the picture.

    Returns:
        Seconds, bytes above the peak after the small picture, and bytes of the whole process.
    """
    job(file.with_name(SMALL + file.name), folder)
    before, start = own_peak(), time.perf_counter()
    job(file, folder)
    seconds, peak = time.perf_counter() - start, own_peak()
    return {"seconds": seconds, "bytes": peak - before, "process": peak}


def own_peak() -> int:
    """Return the peak resident size of this process, in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


# --- the report ----------------------------------------------------------------------------------


def measured(what: str, side: str, file: Path) -> dict[str, float]:
    """Return what `measure_self` finds in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.scale", "--run", what, side, str(file), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def compare(what: str, file: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Return the medians of both sides, and those of the ratios of paired runs as "ratio"."""
    runs: dict[str, list[dict[str, float]]] = {"graph": [], "alone": []}
    for number in range(rounds):
        for side in sorted(runs, reverse=bool(number % 2)):
            runs[side].append(measured(what, side, file))
    found: dict[str, dict[str, float]] = {"graph": {}, "alone": {}, "ratio": {}}
    for figure in ("seconds", "bytes", "process"):
        graph, alone = ([run[figure] for run in runs[side]] for side in ("graph", "alone"))
        found["graph"][figure] = statistics.median(graph)
        found["alone"][figure] = statistics.median(alone)
        pairs = [a / b for a, b in zip(graph, alone, strict=True)]
        found["ratio"][figure] = statistics.median(pairs)
    return found


def rows(name: str, found: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    """Return the figures as rows of the table of `docs/performance.md`."""
    scales = {"seconds": ("time", "s", 1.0), "bytes": ("memory", "MB", 1e6)}
    return [
        {
            "name": f"{name}: {title}",
            "figure": round(found["graph"][figure] / scale, 3),
            "floor": round(found["alone"][figure] / scale, 3),
            "unit": unit,
        }
        for figure, (title, unit, scale) in scales.items()
    ]


def report(name: str, found: dict[str, dict[str, float]], as_json: bool) -> None:
    """Print what was found for one picture."""
    if as_json:
        for row in rows(name, found):
            print(json.dumps(row), flush=True)
        return
    graph, alone, ratio = found["graph"], found["alone"], found["ratio"]
    print(
        f"{name:<32}{graph['seconds']:8.2f}{alone['seconds']:8.2f}{ratio['seconds']:7.2f}"
        f"{graph['bytes'] / 1e6:9.0f}{alone['bytes'] / 1e6:7.0f}{ratio['bytes']:7.2f}"
        f"{graph['process'] / 1e6:9.0f}{alone['process'] / 1e6:7.0f}{ratio['process']:7.2f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure large pictures.")
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print rows as JSON lines")
    parser.add_argument("--run", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, side, file, folder = options.run
        print(json.dumps(measure_self(SIDES[what][side], Path(file), Path(folder))))
        return
    if not options.json:
        print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors")
        print(f"{'':<32}{'seconds':>8}{'alone':>8}{'ratio':>7}{'MB':>9}{'alone':>7}{'ratio':>7}"
              f"{'process':>9}{'alone':>7}{'ratio':>7}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder, side = Path(name), options.side
        making = f"from benchmarks.scale import *; make_pictures(Path({name!r}), {side})"
        subprocess.run([sys.executable, "-c", making], check=True)
        for kind, file in FILES.items():
            title = f"{side} x {side} {kind}, load and save"
            report(title, compare("load and save", folder / file, options.rounds), options.json)
        title = f"{side} x {side}, resize and Canny"
        found = compare("resize and Canny", folder / FILES["8-bit RGB PNG"], options.rounds)
        report(title, found, options.json)


if __name__ == "__main__":
    main()
