"""Loads model files of each kind, layout and precision, and prints which are read or refused.

Run `python -m benchmarks.model_files` for a table in Markdown; with --write, it replaces the one in
docs/models.md. The files are tiny networks of random weights in the true layouts.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors.torch import save_file

from nodes import models
from nodes.diffusion import load
from nodes.diffusion.files import assembly
from nodes.diffusion.pipelines import parts
from nodeui.sdk import NodeError
from tests.nodes import original_transformers, originals
from tests.nodes.fakes import FakeContext

DOCS = Path(__file__).parent.parent / "docs" / "models.md"
BEGIN, END = "<!-- table -->", "<!-- end of the table -->"

Tensors = dict[str, torch.Tensor]


class Row(NamedTuple):
    """A row of the table: what the file holds, and what becomes of it."""

    kind: str
    layout: str
    precision: str
    result: str


# --- precisions -----------------------------------------------------------------------------------


def _cast(kind: torch.dtype) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {name: tensor.to(kind) for name, tensor in tensors.items()}


def _layer(tensors: Tensors) -> str:
    """Return the name of a linear layer, without its ending."""
    name = next(n for n, t in tensors.items() if n.endswith(".weight") and t.ndim == 2)
    return name.removesuffix(".weight")


def _scaled(tensors: Tensors) -> Tensors:
    layer, scale = _layer(tensors), torch.tensor(0.5)
    numbers = (tensors[f"{layer}.weight"] / scale).to(torch.float8_e4m3fn)
    mark = torch.zeros(0, dtype=torch.float8_e4m3fn)
    more = {f"{layer}.weight": numbers, f"{layer}.scale_weight": scale, "scaled_fp8": mark}
    return tensors | more


def _stated(form: str) -> Callable[[Tensors], Tensors]:
    """Return a change that states the format of a layer as ComfyUI does."""

    def change(tensors: Tensors) -> Tensors:
        layer = _layer(tensors)
        text = json.dumps({"format": form}).encode()
        changed = tensors | {f"{layer}.comfy_quant": torch.tensor(list(text), dtype=torch.uint8)}
        if form.startswith("float8"):
            changed[f"{layer}.weight"] = tensors[f"{layer}.weight"].to(torch.float8_e4m3fn)
            changed[f"{layer}.weight_scale"] = torch.tensor(1.0)
        return changed

    return change


def _named(end: str) -> Callable[[Tensors], Tensors]:
    """Return a change that adds a tensor of another quantisation to a layer."""
    return lambda tensors: tensors | {f"{_layer(tensors)}.{end}": torch.ones(1)}


PRECISIONS: dict[str, Callable[[Tensors], Tensors]] = {
    "fp32": lambda tensors: tensors,
    "fp16": _cast(torch.float16),
    "bf16": _cast(torch.bfloat16),
    "fp8 e4m3": _cast(torch.float8_e4m3fn),
    "fp8 e5m2": _cast(torch.float8_e5m2),
    "scaled fp8 (scale_weight)": _scaled,
    "scaled fp8 (comfy_quant)": _stated("float8_e4m3fn"),
    "nvfp4": _stated("nvfp4"),
    "int8 with convrot": _stated("int8_tensorwise"),
    "SVDQuant": _named("smooth_factor"),
}


# --- files ----------------------------------------------------------------------------------------


def _rows(root: Path) -> Iterator[Row]:
    """Save and load files; yield a row for each."""
    run = FakeContext(root)
    for kind in originals.KINDS:
        made = originals.parts(kind)
        whole = originals.original(kind, made)
        yield from _try(run, _UNETS[kind], "whole file", whole, _load_whole)
        for name, changes in _VARIANTS.items():
            tensors = originals.original(kind, originals.parts(kind, **changes))
            yield from _try(run, f"{_UNETS[kind]}, {name}", "whole file", tensors, _load_whole, 1)
    for kind in original_transformers.KINDS:
        made = original_transformers.pipeline(kind)
        given = _encoders(run, root / kind, kind, made)

        def load_network(run: FakeContext, file: str, given: Any = given) -> None:
            parts.network(models.diffusion_model(run, given, source=file))

        whole = original_transformers.whole(kind, made)
        yield from _try(run, _NAMES[kind], "whole file", whole, _load_whole, _SUPPORTED)
        network = original_transformers.network(kind, made)
        yield from _try(run, _NAMES[kind], "diffusion model", network, load_network)
        yield _gguf(run, kind, network, load_network)


_SUPPORTED = 7  # precisions, which are the first
_UNETS = {"sd1": "Stable Diffusion 1", "sd2": "Stable Diffusion 2", "sdxl": "SDXL"}
_NAMES = {
    "sd3": "Stable Diffusion 3",
    "sd3.5": "Stable Diffusion 3.5",
    "flux-dev": "Flux.1 dev",
    "flux-schnell": "Flux.1 schnell",
    "chroma": "Chroma",
    "zimage": "Z-Image",
    "qwenimage": "Qwen-Image",
}
_VARIANTS: dict[str, dict[str, Any]] = {
    "inpainting": {"in_channels": 9},
    "InstructPix2Pix": {"in_channels": 8},
    "no middle block (KOALA, tiny SD)": {"mid_block_type": None},
}


def _load_whole(run: FakeContext, file: str) -> None:
    loaded = models.load(run, file)
    load.vae(loaded.vae)
    if loaded.model.family in ("sd", "sdxl"):
        load.unet(loaded.model)
    else:
        parts.network(loaded.model)


def _encoders(run: FakeContext, folder: Path, kind: str, made: Any) -> Any:
    """Save the text encoders of a model, and load them."""
    files = original_transformers.save_split(folder, kind, made)
    names = {"clip_l": "clip_l", "clip_g": "clip_g", "t5xxl": "t5"}
    given = {names.get(name, "qwen"): str(file) for name, file in files.items()
             if name not in ("network", "vae")}  # fmt: skip
    return models.text_encoders(run, **given, t5_tokenizer=str(run.root / "t5"))


def _try(
    run: FakeContext,
    kind: str,
    layout: str,
    tensors: Tensors,
    loader: Callable[[FakeContext, str], None],
    most: int | None = None,
) -> Iterator[Row]:
    """Yield a row for each precision, or for the first `most`."""
    for precision, change in list(PRECISIONS.items())[:most]:
        file = run.root / "file.safetensors"
        save_file(change(tensors), file)
        yield Row(kind, layout, precision, _result(run, file, loader))


def _result(run: FakeContext, file: Path, loader: Callable[[FakeContext, str], None]) -> str:
    try:
        loader(run, file.name)
    except NodeError as error:
        text = str(error).replace(file.name, "").strip()
        reason = re.split(r"[(:,]|\. |\.$", text, maxsplit=1)[0].strip()
        return f"refused: {reason.removeprefix('is ')}"
    return "read"


def _gguf(run: FakeContext, kind: str, network: Tensors, loader: Any) -> Row:
    from tests.nodes.test_precision import Q8, save_gguf

    large = [n for n, t in network.items() if t.ndim == 2 and t.shape[-1] % 32 == 0]
    save_gguf(run.root / "file.gguf", network, dict.fromkeys(large, Q8))
    result = _result(run, run.root / "file.gguf", loader)
    return Row(_NAMES[kind], "diffusion model", "GGUF", result)


# --- the table ------------------------------------------------------------------------------------


def table(rows: list[Row]) -> str:
    """Return rows as a table in Markdown; precisions with the same result share a row."""
    merged: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        merged.setdefault((row.kind, row.layout, row.result), []).append(row.precision)
    lines = ["| Model | File | Precision | Result |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {kind} | {layout} | {', '.join(precisions)} | {result} |"
        for (kind, layout, result), precisions in merged.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it into docs/models.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the table in docs/models.md")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        original_transformers.t5_tokenizer().save_pretrained(root / "t5")
        assembly.T5_TOKENIZER = str(root / "t5")
        text = table(list(_rows(root)))
    if not arguments.write:
        print(text)
        return
    page = DOCS.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    DOCS.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
