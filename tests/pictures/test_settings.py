"""The settings that are found in pictures of NodeUI and of other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nodeui.graph import embedded, origins
from nodeui.graph.registry import installed
from nodeui.pictures.describing import describe, stamp_of
from nodeui.pictures.foreign import foreign_settings
from nodeui.pictures.reading import read_header
from nodeui.pictures.record import Settings
from nodeui.pictures.workflow import EmbeddedWorkflow, workflow_of
from tests.pictures.saved import LANDSCAPE, Saver, landscape


def settings(path: Path) -> Settings:
    return describe(path, stamp_of(path), installed()).settings


def test_a_simple_workflow(save: Saver) -> None:
    found = settings(save("a.png", LANDSCAPE))
    assert found == Settings("a lake at night", "fog", 4, "starter", (), "auto")


def test_defaults_count(save: Saver) -> None:
    workflow = landscape()
    del workflow["nodes"]["sampler"]["params"], workflow["nodes"]["model"]["params"]
    assert settings(save("a.png", workflow)).seed == 0
    assert settings(save("b.png", workflow)).model == "starter"


def with_lora(**more: Any) -> dict[str, Any]:
    workflow = landscape(**more)
    workflow["nodes"]["ink"] = {
        "type": "model.lora",
        "params": {"source": "/loras/ink.safetensors"},
    }
    workflow["nodes"]["fast"] = {"type": "model.lora", "params": {"source": "starter/fast"}}
    workflow["links"] = [
        link for link in workflow["links"] if link != ["model.model", "sampler.model"]
    ]
    workflow["links"] += [
        ["model.model", "ink.model"],
        ["ink.model", "fast.model"],
        ["fast.model", "sampler.model"],
    ]
    return workflow


def test_loras_are_named_in_their_order(save: Saver) -> None:
    found = settings(save("a.png", with_lora()))
    assert (found.model, found.loras) == ("starter", ("ink.safetensors", "starter/fast"))


def test_a_skipped_lora_is_none(save: Saver) -> None:
    found = settings(save("a.png", with_lora(), skipped=["ink"]))
    assert (found.model, found.loras) == ("starter", ("starter/fast",))


def test_linked_noise_and_schedule_replace_the_parameters(save: Saver) -> None:
    workflow = landscape()
    workflow["nodes"]["schedule"] = {"type": "sample.scheduler", "params": {"name": "unipc"}}
    workflow["links"].append(["schedule.scheduler", "sampler.schedule"])
    assert settings(save("a.png", workflow)).sampler == "unipc"


def test_the_last_of_two_samplers_counts(save: Saver) -> None:
    workflow = landscape()
    workflow["nodes"] |= {
        "second": {"type": "sample.denoise", "params": {"seed": 9}},
        "other": {"type": "text.encode", "params": {"text": "a hill"}},
    }
    workflow["links"] = [link for link in workflow["links"] if link[1] != "decode.latents"]
    workflow["links"] += [
        ["model.model", "second.model"],
        ["model.model", "other.model"],
        ["other.conditioning", "second.positive"],
        ["sampler.latents", "second.latents"],
        ["second.latents", "decode.latents"],
    ]
    found = settings(save("a.png", workflow))
    assert (found.prompt, found.negative, found.seed) == ("a hill", "", 9)


def test_a_branch_beside_the_picture_does_not_count(save: Saver) -> None:
    workflow = landscape()
    workflow["nodes"]["beside"] = {"type": "text.encode", "params": {"text": "a hill"}}
    workflow["links"].append(["model.model", "beside.model"])
    path = save("a.png", workflow, skipped=["beside"])
    found = workflow_of(read_header(path).texts)
    assert found is not None and "beside" not in found.nodes and "save" not in found.nodes


def test_unknown_nodes_are_no_obstacle(save: Saver) -> None:
    workflow = landscape()
    workflow["nodes"]["odd"] = {"type": "my_pack.odd", "params": {"text": "?"}}
    workflow["links"].append(["odd.value", "sampler.control"])
    path = save("a.png", workflow)
    described = describe(path, stamp_of(path), installed())
    assert described.settings.seed == 4
    assert described.unknown == ("my_pack.odd",)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3)))
def test_any_json_as_a_workflow_is_no_obstacle(value: Any) -> None:
    for content in (value, {**LANDSCAPE, "nodes": value}, {**LANDSCAPE, "links": value}):
        texts = {"nodeui:workflow": json.dumps(content), "nodeui:provenance": json.dumps(value)}
        found = workflow_of(texts)
        if found is not None:
            assert EmbeddedWorkflow.unpacked(found.packed()) == found


def test_packed_workflows_and_digests() -> None:
    found = workflow_of({"nodeui:workflow": json.dumps(with_lora())})
    assert found is not None
    again = EmbeddedWorkflow.unpacked(found.packed())
    assert (again, again.digest()) == (found, found.digest())
    moved = landscape()
    moved["nodes"]["sampler"]["pos"] = [900.0, 5.0]
    texts = [
        {"nodeui:workflow": json.dumps(one)}
        for one in (LANDSCAPE, moved, landscape(sampler__seed=5))
    ]
    digests = [one.digest() for one in map(workflow_of, texts) if one is not None]
    assert digests[0] == digests[1] != digests[2]


# --- other programs ------------------------------------------------------------------------------

INFOTEXT = """a lake <lora:ink:0.8>, (night:1.2)
by the hill
Negative prompt: fog, rain
Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 12345, Size: 512x768, Model hash: abc, \
Model: dream v2, Lora hashes: "ink: 1, b: 2", Version: v1.9"""
COMFY = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream.safetensors"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lake", "clip": ["1", 1]}},
    "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["1", 1]}},
    "4": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 2**64 - 1, "sampler_name": "euler", "positive": ["2", 0], "negative": ["3", 0],
            "model": ["5", 0],
        },
    },
    "5": {
        "class_type": "LoraLoader",
        "inputs": {"lora_name": "ink.safetensors", "model": ["1", 0]},
    },
}  # fmt: skip
INVOKE = {
    "positive_prompt": "a lake", "negative_prompt": "fog", "seed": 3, "scheduler": "euler",
    "model": {"name": "dream", "base": "sdxl"}, "loras": [{"model": {"name": "ink"}, "weight": 1}],
}  # fmt: skip
SWARM = {
    "sui_image_params": {"prompt": "a lake", "negativeprompt": "fog", "seed": 3, "model": "dream"}
}
NOVEL = {"prompt": "a lake", "uc": "fog", "seed": 3, "sampler": "k_euler"}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (
            {"parameters": INFOTEXT},
            Settings(
                "a lake, (night:1.2)\nby the hill", "fog, rain", 12345, "dream v2", ("ink",),
                "Euler a", "Stable Diffusion WebUI",
            ),
        ),
        (
            {"prompt": json.dumps(COMFY), "workflow": "{}"},
            Settings(
                "a lake", "fog", 2**64 - 1, "dream.safetensors", ("ink.safetensors",), "euler",
                "ComfyUI",
            ),
        ),
        (
            {"invokeai_metadata": json.dumps(INVOKE)},
            Settings("a lake", "fog", 3, "dream", ("ink",), "euler", "InvokeAI"),
        ),
        (
            {"parameters": json.dumps(SWARM)},
            Settings("a lake", "fog", 3, "dream", (), "", "SwarmUI"),
        ),
        (
            {"Source": "x", "Comment": json.dumps(NOVEL)},
            Settings("a lake", "fog", 3, "", (), "k_euler", "NovelAI"),
        ),
        ({"Software": "GIMP"}, Settings(origin="GIMP")),
        ({"parameters": "just words"}, Settings("just words", origin="Stable Diffusion WebUI")),
        ({"prompt": "not JSON"}, Settings(origin="ComfyUI")),
        ({}, Settings()),
    ],
)  # fmt: skip
def test_other_programs(save: Saver, texts: dict[str, str], found: Settings) -> None:
    assert settings(save("a.png", texts=texts)) == found


def test_an_infotext_in_a_jpeg(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[37510] = b"UNICODE\0" + INFOTEXT.encode("utf-16-be")
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 6)).save(path, exif=exif.tobytes())
    assert settings(path).seed == 12345


@given(
    st.sampled_from(["parameters", "prompt", "invokeai_metadata", "Comment"]),
    st.text() | st.recursive(st.none() | st.text(), lambda x: st.lists(x)).map(json.dumps)
    | st.sampled_from([COMFY, INVOKE, SWARM, NOVEL]).map(json.dumps).flatmap(
        lambda text: st.integers(0, len(text)).map(lambda end: text[:end])
    ),
)  # fmt: skip
def test_any_text_is_no_obstacle(key: str, text: str) -> None:
    foreign_settings({key: text})


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_the_size_is_read_from_the_header(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    Image.new("RGB", (30, 20), "red").save(path, kind)
    header = read_header(path)
    assert (header.width, header.height) == (30, 20)


def test_texts_of_a_file_that_is_cut_off_are_read(save: Saver) -> None:
    path = save("a.png", LANDSCAPE)
    path.write_bytes(path.read_bytes()[:-30])
    assert workflow_of(read_header(path).texts) is not None


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]))
def test_damaged_files_have_no_size(tmp_path_factory: Any, noise: bytes, head: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(head + noise)
    read_header(path)


def test_a_picture_of_a_billion_pixels_is_not_decoded(tmp_path: Path) -> None:
    from benchmarks.library import chunk

    path = tmp_path / "a.png"
    size = (60_000).to_bytes(4) * 2
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x02\0\0\0") + chunk(b"IEND", b"")
    )
    assert read_header(path).width == 60_000


@pytest.mark.parametrize(
    "options", [{}, {"lossless": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08" + b"\0" * 6}]
)
def test_the_size_of_a_webp(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.webp"
    Image.new("RGB", (301, 203), "red").save(path, **options)
    header = read_header(path)
    assert (header.width, header.height) == (301, 203)


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "avif", "tiff"])
def test_workflows_are_found_in_each_format_of_save(tmp_path: Path, format: Any) -> None:
    from nodes import picture_formats

    texts = {embedded.WORKFLOW: json.dumps(with_lora()), embedded.PROVENANCE: '{"nodes": {}}'}
    pixels = np.zeros((16, 16, 3), np.uint8)
    path = tmp_path / f"a{picture_formats.SUFFIXES[format]}"
    path.write_bytes(bytes(picture_formats.encode(pixels, format, "auto", 80, texts)))
    assert settings(path).loras == ("ink.safetensors", "starter/fast")


@pytest.mark.parametrize("loras", [-1, "a", None, {"a": 1}, True])
def test_settings_of_odd_types_do_no_harm(loras: Any) -> None:
    content = {"prompt": "a lake", "seed": "4", "base_model": "a", "loras": loras}
    found = foreign_settings({"parameters": json.dumps(content)})
    assert all(isinstance(name, str) for name in found.loras)


def test_texts_of_a_picture_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks.library import chunk

    monkeypatch.setattr(origins, "LONGEST_TEXT", 1000)
    header = chunk(b"IHDR", (4).to_bytes(4) * 2 + b"\x08\x02\0\0\0")
    texts = [chunk(b"tEXt", b"key%d\0" % number + b"x" * 300) for number in range(9)]
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + b"".join(texts) + chunk(b"IEND", b""))
    assert sorted(read_header(path).texts) == ["key0", "key1", "key2"]
