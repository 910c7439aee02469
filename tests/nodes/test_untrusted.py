"""Model folders of strangers: nothing in them runs, and nothing in them exhausts the memory."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from nodes import models
from nodes.diffusion import load, untrusted
from nodeui.sdk import Cancelled, NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext


@pytest.fixture
def model(tiny_models: Path, tmp_path: Path) -> Path:
    """A copy of a tiny model."""
    return Path(shutil.copytree(tiny_models / "sd15", tmp_path / "m"))


def refused(model: Path, match: str) -> None:
    with pytest.raises(NodeError, match=match) as caught:
        models.load(FakeContext(model.parent), model.name)
    assert caught.value.parameter == "source"
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def set_entries(file: Path, **entries: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))


# --- pickles --------------------------------------------------------------------------------------


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return os.system, (f"touch {self.file}",)


SHARDS = [
    "../evil.bin",
    "evil.bin",
    "/etc/passwd",
    "..\\evil.safetensors",
    "sub/evil.safetensors",
    "evil.safetensors\0.bin",
    "",
    None,
    3,
    ["x"],
]


@pytest.mark.parametrize("part", ["text_encoder", "unet", "vae"])
@pytest.mark.parametrize("shard", SHARDS)
def test_an_index_names_safetensors_files_beside_it(model: Path, part: str, shard: Any):
    (weights,) = (model / part).glob("*.safetensors")
    names = dict.fromkeys(load_file(weights), shard)
    index = weights.with_suffix(".safetensors.index.json")
    index.write_text(json.dumps({"metadata": {}, "weight_map": names}))
    mark = model / "executed"
    for place in (model / "evil.bin", model / part / "evil.bin"):
        place.write_bytes(pickle.dumps(Bomb(mark)))
    weights.unlink()
    (model / part / "evil.bin.safetensors").touch()
    refused(model, "it must be a safetensors file there")
    assert not mark.exists()


@pytest.mark.parametrize("content", ["[]", '{"weight_map": []}', "{}", '{"weight_map": {}}'])
def test_a_damaged_index(model: Path, content: str):
    (model / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text(content)
    refused(model, "does not (list any weights|contain a JSON object)")


def test_an_index_that_is_not_chosen_is_checked_too(model: Path):
    """Libraries choose between several indexes by rules of their own."""
    index = model / "text_encoder" / "model.safetensors.index.fp16.json"
    index.write_text(json.dumps({"weight_map": {"x": "../evil.bin"}}))
    refused(model, "it must be a safetensors file there")


# --- links and files ------------------------------------------------------------------------------


def test_links_that_leave_the_model_are_refused(model: Path, tmp_path: Path):
    weights = model / "unet" / "diffusion_pytorch_model.safetensors"
    outside = tmp_path / "outside.safetensors"
    weights.rename(outside)
    weights.symlink_to(outside)
    refused(model, "is a link that leaves the folder of its model")


def test_links_inside_a_model_and_to_a_whole_model_are_followed(model: Path, tmp_path: Path):
    weights = model / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(model / "shared.safetensors")
    weights.symlink_to("../shared.safetensors")
    (tmp_path / "linked").symlink_to(model)
    assert models.load(FakeContext(tmp_path), "linked").model.family == "sd"


def test_the_links_of_the_hub_cache_are_followed(model: Path, tmp_path: Path):
    blobs = tmp_path / "models--who--what" / "blobs"
    snapshot = tmp_path / "models--who--what" / "snapshots" / "abc"
    blobs.mkdir(parents=True)
    for number, file in enumerate(sorted(model.rglob("*.*"))):
        if file.is_file():
            place = snapshot / file.relative_to(model)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, blobs / str(number))
            place.symlink_to(os.path.relpath(blobs / str(number), place.parent))
    source = str(snapshot.relative_to(tmp_path))
    assert models.load(FakeContext(tmp_path), source).model.family == "sd"


def test_a_named_pipe_does_not_block(model: Path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    config = model / "text_encoder" / "config.json"
    config.unlink()
    os.mkfifo(config)
    refused(model, "is not a regular file")


def test_an_adapter_does_not_replace_the_model(model: Path):
    adapter = {"base_model_name_or_path": "someone/else", "peft_type": "LORA"}
    (model / "text_encoder" / "adapter_config.json").write_text(json.dumps(adapter))
    refused(model, "holds an adapter")


# --- configs --------------------------------------------------------------------------------------


def test_code_that_a_config_names_is_ignored(model: Path):
    before = models.load(FakeContext(model.parent), "m")
    usual = load.text_encoder(before.model, 1).config._attn_implementation
    remote = {"AutoModel": "someone/else--code.Model", "AutoTokenizer": ["a.B", None]}
    for name in ("attn_implementation", "_attn_implementation"):
        for part in ("text_encoder/config.json", "tokenizer/tokenizer_config.json"):
            set_entries(model / part, auto_map=remote, **{name: "kernels-community/evil"})
        loaded = models.load(FakeContext(model.parent), "m")
        assert load.text_encoder(loaded.model, 1).config._attn_implementation == usual


@pytest.mark.parametrize("part", ["text_encoder", "unet", "vae"])
def test_quantised_weights_are_refused_by_name(model: Path, part: str):
    config = {"quant_method": "bitsandbytes", "load_in_4bit": True}
    set_entries(model / part / "config.json", quantization_config=config)
    refused(model, r"quantised \(bitsandbytes\)")


@pytest.mark.parametrize(
    ("part", "entries"),
    [
        ("text_encoder", {"num_hidden_layers": 10**6}),
        ("unet", {"layers_per_block": 10**6}),
        ("unet", {"layers_per_block": [10**6, 2]}),
        ("unet", {"transformer_layers_per_block": 10**7}),
        ("vae", {"layers_per_block": 10**6}),
        ("text_encoder", {"max_position_embeddings": 10**9}),
        ("text_encoder", {"vocab_size": 10**12}),
        ("unet", {"down_block_types": ["DownBlock2D"] * 10**5}),
        ("text_encoder", {"text_config": {"num_hidden_layers": 10**6}}),
    ],
)
def test_a_config_far_larger_than_its_weights(model: Path, part: str, entries: dict[str, Any]):
    set_entries(model / part / "config.json", **entries)
    refused(model, "config.json (has|lists)")


@pytest.mark.parametrize("class_name", ["AutoModel", "pipeline", "CLIPTokenizer", "__doc__", ""])
def test_an_encoder_is_a_network_of_transformers(model: Path, class_name: str):
    set_entries(model / "model_index.json", text_encoder=["transformers", class_name])
    with pytest.raises(NodeError):
        models.load(FakeContext(model.parent), "m")


@pytest.mark.parametrize("value", [[], "\0", {}, True, 1.5, -1, 0, 10**400, [None]])
@pytest.mark.parametrize(
    ("part", "name"),
    [("vae", "latent_channels"), ("vae", "block_out_channels"), ("unet", "out_channels")],
)
def test_numbers_of_a_config_that_are_none(model: Path, part: str, name: str, value: Any):
    if name == "block_out_channels" and isinstance(value, list | dict) | (value == 0):
        return  # an empty list is one that is missing
    file = model / part / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
    refused(model, name)


@pytest.mark.parametrize("depth", [10**3, 10**5, 10**6])
@pytest.mark.parametrize("part", ["unet/config.json", "model_index.json"])
def test_deep_json(model: Path, part: str, depth: int):
    (model / part).write_text('{"a":' * depth + "1" + "}" * depth)
    refused(model, "nested too deeply|is not supported|contains a None")


def test_a_large_json_file_is_not_read(model: Path):
    with (model / "unet" / "config.json").open("r+b") as file:
        file.truncate(10**9)
    refused(model, "at most")


def test_a_large_vocabulary_is_not_read(model: Path):
    with (model / "tokenizer" / "vocab.json").open("r+b") as file:
        file.truncate(10**9)
    refused(model, "at most")


# --- safetensors ----------------------------------------------------------------------------------


def header_of(file: Path) -> tuple[dict[str, Any], bytes]:
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def write_header(file: Path, header: Any, data: bytes) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


def with_entry(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    def change(header: dict[str, Any]) -> dict[str, Any]:
        name = next(name for name in header if name != "__metadata__")
        return {**header, name: {**header[name], **changes}}

    return change


@pytest.mark.parametrize(
    "change",
    [
        with_entry(shape=[2**63, 2**63]),
        with_entry(shape=[-1, 4]),
        with_entry(shape=[None]),
        with_entry(shape={}),
        with_entry(dtype="F128"),
        with_entry(dtype=None),
        with_entry(data_offsets=[0, 2**62]),
        with_entry(data_offsets=[8, 4]),
        with_entry(data_offsets=[0]),
        with_entry(data_offsets=[0, 1, 2]),
        lambda header: list(header),
        lambda header: {**header, "more": None},
        lambda header: b"[" * 10**6,
        lambda header: b'{"a":' * 10**5,
        lambda header: b"\xff\xfe",
    ],
)
def test_lying_headers(model: Path, change: Callable[[dict[str, Any]], Any]):
    file = model / "unet" / "diffusion_pytorch_model.safetensors"
    header, data = header_of(file)
    write_header(file, change(header), data)
    refused(model, "is damaged")


def test_overlapping_tensors(model: Path):
    file = model / "unet" / "diffusion_pytorch_model.safetensors"
    header, data = header_of(file)
    entries = [entry for name, entry in header.items() if name != "__metadata__"]
    for entry in entries:
        if entry["shape"] == entries[0]["shape"]:
            entry["data_offsets"] = entries[0]["data_offsets"]
    write_header(file, header, data)
    refused(model, "is damaged")


def test_a_million_empty_tensors_are_not_parsed(tmp_path: Path):
    entry = b'"%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
    text = b"{" + b",".join(entry % number for number in range(10**6)) + b"}"
    write_header(tmp_path / "x.safetensors", text, b"")
    with pytest.raises(NodeError, match="more than 50,000 tensors"):
        untrusted.read_header(tmp_path / "x.safetensors")


def test_a_header_longer_than_the_file(tmp_path: Path):
    for length in (2**63, 2**64 - 1, 100, 0):
        (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", length) + b"{}")
        with pytest.raises(NodeError, match="is damaged"):
            untrusted.read_header(tmp_path / "x.safetensors")


EMPTY = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
ESCAPED = EMPTY.replace("data_offsets", "data\\u005foffsets")


@pytest.mark.parametrize(
    "header",
    [
        "{" + ",".join(f'"{number}":1' for number in range(1_000_000)) + "}",
        "{" + ",".join(f'"{number}":{ESCAPED}' for number in range(60_000)) + "}",
        '{"__metadata__":{'
        + ",".join(f'"{number}":"\\""' for number in range(1_000_000))
        + f'}},"a":{EMPTY}}}',
        EMPTY.replace("[0]", f"[{'1,' * 500_000}0]").join(('{"a":', "}")),
        EMPTY.replace("[0]", f"[{'9' * 100_000}]").join(('{"a":', "}")),
        EMPTY.replace("[0]", f"[{2**62},{2**62},0]").join(('{"a":', "}")),
        EMPTY.replace("[0]", f"[{'1,' * 70}0]").join(('{"a":', "}")),
    ],
    ids=["keys", "escaped names", "texts", "axes", "digits", "size", "too many axes"],
)
def test_headers_that_only_take_memory(tmp_path: Path, header: str):
    file = tmp_path / "a.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header.encode())
    with pytest.raises(NodeError, match="damaged") as caught:
        untrusted.read_header(file)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_headers_of_whole_files_are_read(tmp_path: Path):
    tensors = load_file(
        tiny.build_sd15(tmp_path / "m") / "unet/diffusion_pytorch_model.safetensors"
    )
    save_file(tensors, tmp_path / "x.safetensors", {"format": "pt", "note": "x" * 10**5})
    read = untrusted.read_header(tmp_path / "x.safetensors")
    assert {name: entry.shape for name, entry in read.items()} == {
        name: tuple(tensor.shape) for name, tensor in tensors.items()
    }


def test_the_check_of_weight_values_can_be_cancelled(tmp_path: Path):
    import numpy as np
    from safetensors.numpy import save_file as save_arrays

    from nodes.diffusion import weight_values

    file = tmp_path / "a.safetensors"
    save_arrays({f"w{n}": np.full(4, np.inf, np.float32) for n in range(9)}, file)
    ctx = FakeContext(tmp_path, cancel_after=3)
    with pytest.raises(Cancelled):
        weight_values.check(file, ctx=ctx)
    assert ctx.checks < 9
    with pytest.raises(NodeError, match="NaN or infinite"):  # not remembered as checked
        weight_values.check(file)
