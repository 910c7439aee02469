"""Damaged, truncated and lying model files are refused in a line, before memory is taken."""

from __future__ import annotations

import json
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from nodes import models
from nodes.diffusion import completeness
from nodes.diffusion.files import checkpoint, gguf_file
from nodes.diffusion.files.facts import Unsupported
from nodeui.sdk import NodeError
from tests.nodes import original_transformers, originals
from tests.nodes.fakes import FakeContext
from tests.nodes.test_precision import save_gguf

MOST_MEMORY = 64 << 20


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The content of a file of each kind."""
    root = tmp_path_factory.mktemp("whole")
    made = originals.parts("sd1")
    originals.save_single(root / "whole.safetensors", "sd1", made)
    flux = original_transformers.pipeline("flux-schnell")
    paths = original_transformers.save_split(root / "flux", "flux-schnell", flux)
    save_gguf(root / "m.gguf", original_transformers.network("flux-schnell", flux), {})
    paths |= {"whole": root / "whole.safetensors", "gguf": root / "m.gguf"}
    return {name: path.read_bytes() for name, path in paths.items()}


def load(root: Path, kind: str, content: bytes) -> None:
    """Load a file of a kind by its node."""
    suffix = "gguf" if kind == "gguf" else "safetensors"
    file = root / f"file.{suffix}"
    file.write_bytes(content)
    run = FakeContext(root)
    if kind == "whole":
        models.load(run, file.name)
    elif kind == "vae":
        models.vae(run, file.name, scaling="flux")
    elif kind in ("clip_l", "t5xxl"):
        models.text_encoders(run, **{kind.removesuffix("xxl"): file.name})
    else:
        completeness.check_network(file / "transformer", "FluxTransformer2DModel")


def refusal(root: Path, kind: str, content: bytes) -> str:
    """Load a file, which is refused in one line and little memory; return the line."""
    tracemalloc.start()
    try:
        with pytest.raises(NodeError) as error:
            load(root, kind, content)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert "\n" not in str(error.value) and len(str(error.value)) < 600
    return str(error.value)


def changed(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Change the header of a safetensors file."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def first(header: dict[str, Any]) -> dict[str, Any]:
    return next(entry for name, entry in header.items() if name != "__metadata__")


def overlap(header: dict[str, Any]) -> None:
    begin, end = first(header)["data_offsets"]
    first(header)["data_offsets"] = [begin + 4, end + 4]


def huge(header: dict[str, Any]) -> None:
    first(header)["shape"] = [2**63, 2]


def renumbered(header: dict[str, Any]) -> None:
    name = next(name for name in header if ".0." in name)
    header[name.replace(".0.", ".999999999.", 1)] = header.pop(name)


def million(header: dict[str, Any]) -> None:
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header |= {f"t{number}": entry for number in range(60_000)}


KINDS = ("whole", "network", "clip_l", "t5xxl", "vae")


@pytest.mark.parametrize("kind", (*KINDS, "gguf"))
@pytest.mark.parametrize("length", [0, 3, 8, 100, -1000])
def test_truncated_files(files: dict[str, bytes], tmp_path: Path, kind: str, length: int):
    text = refusal(tmp_path, kind, files[kind][:length])
    assert "damaged" in text or "empty" in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (overlap, "does not fit its shape"),
        (huge, "is too large"),
        (million, "more than 50,000 tensors"),
        (renumbered, ""),
    ],
)
def test_lying_headers(files: dict[str, bytes], tmp_path: Path, kind: str, change: Any, told: str):
    assert told in refusal(tmp_path, kind, changed(files[kind], change))


@pytest.mark.parametrize("kind", KINDS)
def test_a_header_longer_than_the_file(files: dict[str, bytes], tmp_path: Path, kind: str):
    content = struct.pack("<Q", 2**62) + files[kind][8:]
    assert "header is cut off" in refusal(tmp_path, kind, content)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("double_blocks.0.img_attn.qkv.weight", ()),
        ("img_in.weight", (4,)),
        ("double_blocks.0.img_attn.norm.query_norm.scale", (0,)),
        ("txt_in.weight", (1, 1, 1)),
        ("final_layer.linear.weight", (0, 0)),
    ],
)
def test_shapes_that_belong_to_no_model(
    tmp_path: Path, name: str, shape: tuple[int, ...], files: dict[str, bytes]
):
    tensors = safetensors.torch.load(files["network"])
    tensors[name] = torch.zeros(shape)
    refusal(tmp_path, "network", safetensors.torch.save(tensors))


# --- GGUF -----------------------------------------------------------------------------------------


def gguf_of(
    version: int = 3,
    tensors: int = 1,
    entries: int = 0,
    name: bytes = b"double_blocks.0.img_attn.qkv.weight",
    shape: tuple[int, ...] = (4,),
    kind: int = 0,
    offset: int = 0,
    more: bytes = b"",
) -> bytes:
    """A GGUF file with one tensor, or one that lies about it."""
    head = b"GGUF" + struct.pack("<IQQ", version, tensors, entries) + more
    head += struct.pack("<Q", len(name)) + name + struct.pack("<I", len(shape))
    head += struct.pack(f"<{len(shape)}Q", *shape) + struct.pack("<IQ", kind, offset)
    return head + bytes(-len(head) % 32 + 16)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gguf_of(version=9), "its version is 9"),
        (gguf_of(tensors=2**63), "tensors"),
        (gguf_of(entries=2**63), "entries"),
        (gguf_of(shape=(2**62, 2**62)), "cut off or overlaps"),
        (gguf_of(offset=2**60), "cut off or overlaps"),
        (gguf_of(shape=(5,), kind=8), "does not fit its type"),
        (gguf_of(kind=16), "IQ2_XXS, which is not supported"),
        (gguf_of(kind=77), "the GGUF type 77"),
        (gguf_of(shape=(1,) * 9), "has 9 dimensions"),
        (gguf_of(entries=1, more=struct.pack("<Q", 2**61)), "text is too long"),
        (
            gguf_of(
                entries=1, more=struct.pack("<Q", 1) + b"a" + struct.pack("<IIQ", 9, 10, 2**61)
            ),
            "cut off",
        ),
        (
            gguf_of(entries=1, more=struct.pack("<Q", 1) + b"a" + struct.pack("<IIQ", 9, 9, 1)),
            "a list has the type 9",
        ),
        (b"PK" + gguf_of()[2:], "begins with other letters"),
    ],
)
def test_lying_gguf_files(tmp_path: Path, content: bytes, told: str):
    assert told in refusal(tmp_path, "gguf", content)


def test_the_header_of_gguf_is_that_of_the_package(files: dict[str, bytes], tmp_path: Path):
    """Names, shapes and places of the data agree with those that the gguf package reads."""
    import gguf

    file = tmp_path / "m.gguf"
    file.write_bytes(files["gguf"])
    ours = gguf_file.read(file)
    theirs = gguf.GGUFReader(file)
    assert len(ours.tensors) == len(theirs.tensors)
    for tensor in theirs.tensors:
        entry = ours.tensors[tensor.name]
        assert entry.shape == tuple(reversed(tensor.shape.tolist()))
        assert entry.data_offsets[0] == tensor.data_offset
        assert entry.data_offsets[1] - entry.data_offsets[0] == tensor.n_bytes
    assert ours.metadata["general.architecture"] == "flux"


def test_a_gguf_header_is_read_within_its_file(tmp_path: Path):
    """Every cut of a small file is refused, and nothing else is raised."""
    whole = gguf_of()
    file = tmp_path / "cut.gguf"
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(Unsupported):
            gguf_file.read(file)
    file.write_bytes(whole)
    assert next(iter(gguf_file.read(file).tensors.values())).shape == (4,)


def test_a_file_that_changes_is_read_again(files: dict[str, bytes], tmp_path: Path):
    file = tmp_path / "m.gguf"
    file.write_bytes(files["gguf"])
    assert checkpoint.read(file).kind == "Flux.1"
    file.write_bytes(gguf_of())
    with pytest.raises(NodeError):
        checkpoint.read(file)
