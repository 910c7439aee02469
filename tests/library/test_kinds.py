"""Model files are recognised by the names and shapes in their header, whatever they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nodes.diffusion.files.kinds import describe
from nodeui.sdk import NodeError
from tests.library.model_files import CLIP, LORA, UNET, VAE, Shape, gguf, write


def _within(shapes: dict[str, Shape], prefix: str) -> dict[str, Shape]:
    return {name.removeprefix(prefix): shape for name, shape in shapes.items()}


_EMBEDDED = {"emb_params": (3, 768)}

CASES: dict[str, tuple[dict[str, Shape], str, str]] = {
    "whole": ({**UNET, **VAE, **CLIP}, "checkpoint", "Stable Diffusion 1"),
    "unet": (UNET, "diffusion model", "Stable Diffusion 1"),
    "plain unet": (
        _within(UNET, "model.diffusion_model."),
        "diffusion model",
        "Stable Diffusion 1",
    ),
    "flux": ({"double_blocks.0.img_attn.qkv.weight": (3, 4)}, "diffusion model", "Flux"),
    "sd3": (
        {"model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight": (3, 4)},
        "diffusion model",
        "Stable Diffusion 3",
    ),
    "qwen": ({"transformer_blocks.0.img_mod.1.weight": (3, 4)}, "diffusion model", "Qwen-Image"),
    "z": ({"noise_refiner.0.attention.qkv.weight": (3, 4)}, "diffusion model", "Z-Image"),
    "vae": (_within(VAE, "first_stage_model."), "VAE", ""),
    "prefixed vae": (VAE, "VAE", ""),
    "kohya": (LORA, "LoRA", "SDXL"),
    "peft": (
        {"unet.down_blocks.0.attn.transformer_blocks.0.attn2.to_k.lora_A.weight": (4, 768)},
        "LoRA",
        "Stable Diffusion 1",
    ),
    "flux lora": (
        {"lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": (4, 8)},
        "LoRA",
        "Flux",
    ),
    "loha": ({"lora_unet_mid_block_proj_in.hada_w1_a": (4, 8)}, "LoRA", ""),
    "original controlnet": (
        {
            "control_model.input_hint_block.0.weight": (16, 3, 3, 3),
            "control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (4, 1024),
        },
        "ControlNet",
        "Stable Diffusion 2",
    ),
    "controlnet": ({"controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3)}, "ControlNet", ""),
    "t2i": ({"body.0.block1.weight": (16, 16, 3, 3)}, "T2I-Adapter", ""),
    "ip": (
        {"image_proj.proj.weight": (4, 4), "ip_adapter.1.to_k_ip.weight": (4, 768)},
        "IP-Adapter",
        "Stable Diffusion 1",
    ),
    "vision": ({"vision_model.embeddings.class_embedding": (8,)}, "image encoder", ""),
    "clip l": (
        {"text_model.embeddings.token_embedding.weight": (9, 768)},
        "text encoder",
        "CLIP L",
    ),
    "t5": (
        {"encoder.block.0.layer.0.SelfAttention.q.weight": (4, 4)},
        "text encoder",
        "T5",
    ),
    "embedding": (_EMBEDDED, "embedding", "Stable Diffusion 1"),
    "sdxl embedding": ({"clip_l": (2, 768), "clip_g": (2, 1280)}, "embedding", "SDXL"),
    "esrgan": (
        {"model.0.weight": (64, 3, 3, 3), "model.1.sub.0.RDB1.conv1.0.weight": (3, 4)},
        "upscaler",
        "",
    ),
    "taesd": ({"1.weight": (64, 4, 3, 3)}, "preview decoder", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_kind_and_family_follow_from_the_header(tmp_path: Path, name: str) -> None:
    shapes, kind, family = CASES[name]
    facts = describe(write(tmp_path / "no idea.safetensors", shapes))
    assert facts is not None
    assert (facts.kind, facts.family, facts.refused) == (kind, family, "")


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ({"lora_controlnet": (0,), "down.up": (2, 2)}, "Control-LoRA"),
        ({"lllite_unet_x.conditioning1.0.weight": (2, 2)}, "ControlLLLite"),
        ({**UNET, "x.weight_scale_2": (1,)}, "nvfp4"),
        ({"something.else": (2, 2)}, "not known"),
    ],
)
def test_what_is_not_read_is_named(tmp_path: Path, shapes: dict[str, Shape], text: str) -> None:
    facts = describe(write(tmp_path / "model.safetensors", shapes))
    assert facts is not None
    assert text in facts.refused


def test_precision_is_that_of_most_weights(tmp_path: Path) -> None:
    scaled = {**UNET, "scaled_fp8": (0,)}
    found = {
        dtype: describe(write(tmp_path / f"{dtype}.safetensors", shapes, dtype=dtype))
        for dtype, shapes in (("F16", UNET), ("BF16", UNET), ("F32", UNET), ("F8_E4M3", scaled))
    }
    precisions = {dtype: facts.precision for dtype, facts in found.items() if facts}
    assert precisions == {
        "F16": "fp16",
        "BF16": "bf16",
        "F32": "fp32",
        "F8_E4M3": "fp8 e4m3 scaled",
    }


def test_texts_of_trainers_are_read(tmp_path: Path) -> None:
    tags = {"10_cat": {"cat": 12, "sofa": 3}, "20_dog": {"dog": 7, "cat": 1}}
    metadata = {
        "modelspec.title": "Cats",
        "modelspec.trigger_phrase": "ohwx cat, soft light",
        "modelspec.license": "CC-BY-4.0",
        "ss_tag_frequency": json.dumps(tags),
        "ss_base_model_version": "sdxl_base_v1-0",
    }
    shapes: dict[str, Shape] = {"lora_unet_mid_block_proj_in.lora_down.weight": (4, 8)}
    facts = describe(write(tmp_path / "a.safetensors", shapes, metadata))
    assert facts is not None
    assert facts.title == "Cats"
    assert facts.words == ("ohwx cat", "soft light")
    assert facts.tags == ("cat", "dog", "sofa")
    assert (facts.licence, facts.family) == ("CC-BY-4.0", "SDXL")


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', "[" * 100_000, '{"a": {"b": []}}'])
def test_odd_texts_of_trainers_are_ignored(tmp_path: Path, text: str) -> None:
    facts = describe(write(tmp_path / "a.safetensors", LORA, {"ss_tag_frequency": text}))
    assert facts is not None
    assert facts.tags == ()


def test_gguf_files_are_recognised_by_their_architecture(tmp_path: Path) -> None:
    flux = describe(gguf(tmp_path / "a.gguf", "flux", 14))
    unet = describe(gguf(tmp_path / "b.gguf", "sdxl"))
    other = describe(gguf(tmp_path / "c.gguf", "llama"))
    assert flux is not None and unet is not None and other is not None
    assert (flux.kind, flux.family, flux.precision) == ("diffusion model", "Flux", "GGUF Q4_K_S")
    assert flux.refused == ""
    assert "UNets in GGUF" in unet.refused
    assert "llama" in other.refused


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\3\0\0\0" + b"\xff" * 40, b"x" * 100])
def test_damaged_gguf_files_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.gguf"
    file.write_bytes(content)
    with pytest.raises(NodeError, match="not a GGUF file"):
        describe(file)


def test_folders_in_the_diffusers_layout(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    (whole / "unet").mkdir(parents=True)
    (whole / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    (whole / "unet" / "config.json").write_text('{"cross_attention_dim": 1024}')
    facts = describe(whole)
    assert facts is not None
    assert (facts.kind, facts.family) == ("checkpoint", "Stable Diffusion 2")
    net = tmp_path / "net"
    net.mkdir()
    (net / "config.json").write_text(
        '{"_class_name": "ControlNetModel", "cross_attention_dim": 768}'
    )
    facts = describe(net)
    assert facts is not None
    assert (facts.kind, facts.family) == ("ControlNet", "Stable Diffusion 1")
    (net / "config.json").write_text('{"model_type": "llama"}')
    assert describe(net) is None
