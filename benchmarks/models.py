"""Times the library of models with 10,000 generated headers.

    python -m benchmarks.models [FILES]

Prints JSON: the seconds until all files are listed by name, headers described per second beside a
plain loop that reads and decodes the same headers with the safetensors library, and the seconds of
a second scan and of a search. Each file has the header of a LoRA of 264 layers and sparse data.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from safetensors import safe_open

from nodeui.graph.registry import installed
from nodeui.library.library import ModelLibrary, Progress
from nodeui.library.searching import matching
from tests.library.model_files import write

LAYERS = 264


def make(folder: Path, count: int) -> None:
    """Write files into folders of 500."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(LAYERS):
        name = f"lora_unet_down_blocks_{layer}_attentions_0_transformer_blocks_0_attn2_to_k"
        shapes[f"{name}.lora_down.weight"] = (16, 2048)
        shapes[f"{name}.lora_up.weight"] = (640, 16)
        shapes[f"{name}.alpha"] = ()
    metadata = {"modelspec.title": "Style", "ss_base_model_version": "sdxl_base_v1-0"}
    first = write(folder / "first.safetensors", shapes, metadata)
    size = first.stat().st_size
    with first.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        file.seek(0)
        head = file.read(8 + length)
    for number in range(1, count):
        path = folder / f"{number // 500}" / f"style-{number}.safetensors"
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.write(head)
            file.truncate(size)


def main() -> None:
    """Run the benchmark."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "models")
        make(folder, count)
        library = ModelLibrary(Path(temporary, "state"), installed().model_files)
        times: list[float] = []

        def note(progress: Progress) -> None:
            times.append(time.perf_counter())

        began = time.perf_counter()
        library.scan([folder], progress=note)
        again = time.perf_counter()
        library.scan([folder])
        listed = time.perf_counter()
        models = library.models()
        search = time.perf_counter()
        found = matching(models, f"style-{count - 1}")
        end = time.perf_counter()
        plain = _plain(folder, min(count, 1000))
        result = {
            "files": count,
            "listed by name, s": round(times[0] - began, 3),
            "headers/s": round(count / (times[-1] - times[0])),
            "headers/s, safetensors alone": round(plain),
            "second scan, s": round(listed - again, 3),
            "list of all, s": round(search - listed, 3),
            "search, ms": round(1000 * (end - search), 1),
        }
        print(json.dumps(result, indent=2))
        assert len(models) == count and found


def _plain(folder: Path, count: int) -> float:
    """Return the headers per second of a loop over the keys and metadata."""
    files = sorted(folder.rglob("*.safetensors"))[:count]
    began = time.perf_counter()
    for file in files:
        with safe_open(file, "numpy") as opened:
            opened.metadata()
            [opened.get_slice(name).get_shape() for name in opened.keys()]  # noqa: SIM118
    return len(files) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
