"""Tests of files and folders in the place of a model: the message names their kind, with advice."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from nodes import control, ip_adapter, models
from nodes.diffusion import layout
from nodeui.graph.registry import installed
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext, picture

LOADERS: dict[str, Callable[[FakeContext, str], Any]] = {
    "model": models.load,
    "vae": models.vae,
    "controlnet": models.controlnet,
    "ip_adapter": ip_adapter.load,
    "depth": lambda ctx, source: control.depth(picture(1, 16, 16, 3), ctx, source),
}
every_loader = pytest.mark.parametrize("loader", LOADERS)


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


def refusal(ctx: FakeContext, loader: str, source: str) -> str:
    with pytest.raises(NodeError) as error:
        LOADERS[loader](ctx, source)
    text = str(error.value).replace(str(ctx.root), "")
    assert error.value.parameter in ("source", "name")
    assert "\n" not in text and len(text) < 300
    return text


def weights(path: Path, *names: str) -> None:
    path.parent.mkdir(exist_ok=True)
    save_file({name: np.zeros(2, np.float16) for name in names}, path)


@every_loader
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("model.diffusion_model.double_blocks.0.img_attn.qkv.weight", "Flux"),
        ("model.diffusion_model.joint_blocks.0.x", "a whole model (SD 3)"),
        ("conditioner.embedders.1.model.x", "a whole model (SDXL), not a folder. Load it with"),
        ("model.diffusion_model.input_blocks.0.0.weight", 'with the node "Load model"'),
        ("double_blocks.0.img_attn.qkv.weight", "Flux"),
        ("input_hint_block.0.weight", "ControlNetModel.from_single_file"),
        ("text_model.encoder.layers.0.x", "a text encoder"),
        ("encoder.block.0.layer.0.SelfAttention.q.weight", "text encoder"),
        ("vision_model.encoder.layers.0.x", "an image encoder"),
        ("model.embed_tokens.weight", "Language models are not supported"),
        ("adapter.body.0.block1.weight", "T2I-Adapters are not supported"),
        ("down_blocks.0.motion_modules.0.x", "Motion modules are not supported"),
        ("x.hada_w1_a", "Apply LoRA"),
        ("decoder.up.0.block.0.conv1.weight", 'with the node "Load VAE"'),
    ],
)
def test_single_files(ctx: FakeContext, loader: str, name: str, told: str) -> None:
    weights(ctx.root / "a.safetensors", name)
    assert told in refusal(ctx, loader, "a.safetensors")


@every_loader
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b'{"error":"Invalid username or password."}', "is a message of a server"),
        (b"GGUF" + bytes(40), "is a GGUF file"),
        (b"PK\x03\x04" + bytes(40), "is a pickle or ZIP file"),
        (b"\x80\x02}q\x00.", "is a pickle or ZIP file"),
    ],
)
def test_files_under_other_names(ctx: FakeContext, loader: str, content: bytes, told: str) -> None:
    (ctx.root / "a.safetensors").write_bytes(content)
    assert told in refusal(ctx, loader, "a.safetensors")


@every_loader
def test_what_is_no_model_at_all(ctx: FakeContext, loader: str) -> None:
    assert refusal(ctx, loader, "") == "Choose a model."
    address = "https://huggingface.co/owner/name"
    assert "Enter the hub id 'owner/name'" in refusal(ctx, loader, address)
    if hasattr(os, "mkfifo"):
        os.mkfifo(ctx.root / "pipe")
        assert "is neither a file nor a folder" in refusal(ctx, loader, "pipe")


@pytest.mark.parametrize("loader", ["model", "vae", "controlnet", "depth"])
def test_folders_of_other_kinds(ctx: FakeContext, loader: str) -> None:
    root = ctx.root
    (root / "empty").mkdir()
    assert "the folder is empty" in refusal(ctx, loader, "empty")
    weights(root / "lora" / "pytorch_lora_weights.safetensors", "x")
    assert "the folder holds a LoRA" in refusal(ctx, loader, "lora")
    weights(root / "file" / "sd15.safetensors", "x")
    assert "the single file sd15.safetensors" in refusal(ctx, loader, "file")
    (root / "outer" / "inner").mkdir(parents=True)
    (root / "outer" / "inner" / "model_index.json").write_text("{}")
    assert "the model is in the folder inner" in refusal(ctx, loader, "outer")
    (root / "read").mkdir()
    (root / "read" / "README.md").write_text("")
    assert refusal(ctx, loader, "read").endswith(".json is missing.")


def test_folders_for_other_nodes(ctx: FakeContext) -> None:
    configs = {
        "a ControlNet": {"_class_name": "ControlNetModel"},
        "a VAE": {"_class_name": "AutoencoderKL"},
        "LlamaForCausalLM": {"architectures": ["LlamaForCausalLM"]},
    }
    for kind, config in configs.items():
        (ctx.root / "other").mkdir(exist_ok=True)
        (ctx.root / "other" / "config.json").write_text(json.dumps(config))
        assert f"the folder holds {kind}" in refusal(ctx, "model", "other")
    assert "LlamaForCausalLM" in refusal(ctx, "controlnet", "other")
    (ctx.root / "other" / "config.json").write_text('{"architectures": [3]}')
    assert "lacks the entry _class_name" in refusal(ctx, "controlnet", "other")


def test_another_pipeline_is_named(ctx: FakeContext) -> None:
    (ctx.root / "wan").mkdir()
    (ctx.root / "wan" / "model_index.json").write_text('{"_class_name": "WanPipeline"}')
    assert "is a WanPipeline, which is not supported" in refusal(ctx, "model", "wan")


def test_advice_names_nodes_that_exist() -> None:
    titles = {spec.name for spec in installed().values()}
    advice = " ".join(text for _, _, text in layout._KINDS)
    nodes = {*re.findall(r'node "([^"]+)"', advice), *(node for _, node in layout._NODES.values())}
    assert nodes and nodes <= titles
