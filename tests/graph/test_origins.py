"""Tests that pictures and files of other programs are refused by name."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui.graph import document, origins
from nodeui.graph.document import DocumentError
from tests.graph.toys import TOYS

INFO = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"


def png(**texts: str) -> bytes:
    info, stream = PngInfo(), io.BytesIO()
    for key, text in texts.items():
        info.add_text(key, text)
    Image.new("RGB", (2, 2)).save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


def with_exif(kind: str, tags: dict[int, Any], comment: bytes = b"", **more: Any) -> bytes:
    exif, stream = Image.Exif(), io.BytesIO()
    exif.update(tags)
    if comment:
        exif[270] = "x"  # Pillow writes no EXIF into AVIFs without a main entry
        exif.get_ifd(0x8769)[37510] = comment
    Image.new("RGB", (16, 16)).save(stream, kind, exif=exif, **more)
    return stream.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        document.load(data, TOYS)
    assert "\n" not in str(error.value) and len(str(error.value)) < 200
    return str(error.value)


@pytest.mark.parametrize(
    ("texts", "program"),
    [
        ({"parameters": INFO}, "Stable Diffusion WebUI"),
        ({"parameters": "prompt, midjourney style\n" + INFO}, "Stable Diffusion WebUI"),
        ({"parameters": '{"sui_image_params": {"prompt": "a cat"}}'}, "SwarmUI"),
        ({"parameters": '{"version": "Fooocus v2.5.0"}'}, "Fooocus"),
        ({"prompt": "{}", "workflow": "{}"}, "ComfyUI"),
        ({"workflow": "{}"}, "ComfyUI"),
        ({"sd-metadata": "{}"}, "InvokeAI"),
        ({"Title": "AI generated image", "Software": "NovelAI", "Source": "Stable Diffusion",
          "Comment": "{}"}, "NovelAI"),
        ({"Description": "a cat --v 6 Job ID: 0f3a91b2-1111-2222-3333-444455556666",
          "Author": "someone"}, "Midjourney"),
        ({"XML:com.adobe.xmp": '<x xmp:CreatorTool="Adobe Photoshop 25.0"/>'},
         "Adobe Photoshop 25.0"),
    ],
)  # fmt: skip
def test_pngs_of_other_programs(texts: dict[str, str], program: str) -> None:
    assert refusal(png(**texts)) == (
        f"this PNG was made by {program}; it carries no NodeUI workflow"
    )


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_other_formats(kind: str) -> None:
    coded = b"UNICODE\0" + INFO.encode("utf-16-be")
    assert "made by Stable Diffusion WebUI" in refusal(with_exif(kind, {}, coded))
    assert "made by Stable Diffusion WebUI" in refusal(
        with_exif(kind, {}, b"ASCII\0\0\0" + INFO.encode())
    )
    assert "made by ComfyUI" in refusal(with_exif(kind, {271: 'workflow:{"nodes": []}'}))
    assert "made by GIMP 2.10" in refusal(with_exif(kind, {305: "GIMP 2.10"}))
    assert f"this {kind} was taken with Canon EOS R5" in refusal(
        with_exif(kind, {271: "Canon", 272: "Canon EOS R5"})
    )
    assert refusal(with_exif(kind, {})) == f"this {kind} carries no workflow"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04" + bytes(30), "a ZIP archive"),
        (b"GGUF" + bytes(30), "a GGUF model"),
        (struct.pack("<Q", 2) + b'{"a": 1}', "a safetensors file"),
        (b"<!doctype html>", "an HTML or XML file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
        (json.dumps({"last_node_id": 3, "nodes": [], "links": []}).encode(), "ComfyUI"),
        (json.dumps({"3": {"class_type": "KSampler", "inputs": {}}}).encode(), "ComfyUI"),
        (json.dumps({"name": "x", "nodes": [], "edges": []}).encode(), "InvokeAI"),
    ],
)
def test_other_files(data: bytes, told: str) -> None:
    assert told in refusal(data)


def chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + check


WORKFLOW = b'{"format": "nodeui/workflow", "version": 1, "nodes": {}}'


def test_compressed_texts_are_read_and_bombs_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    key = document.PNG_KEY.encode()
    head = origins.PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    packed = zlib.compress(WORKFLOW)
    for body in (
        chunk(b"iTXt", key + b"\0\1\0\0\0" + packed),
        chunk(b"iTXt", key + b"\0\0\0\0\0" + WORKFLOW),
        chunk(b"zTXt", key + b"\0\0" + packed),
        chunk(b"tEXt", key + b"\0" + WORKFLOW),
    ):
        document.load(head + body + chunk(b"IEND", b""), TOYS)
    bomb = chunk(b"zTXt", key + b"\0\0" + zlib.compress(WORKFLOW.ljust(1000)))
    monkeypatch.setattr(origins, "LONGEST_TEXT", 500)
    assert "a text in it is too long" in refusal(head + bomb + chunk(b"IEND", b""))


def test_damaged_pngs_are_refused() -> None:
    whole = png(**{document.PNG_KEY: WORKFLOW.decode()})
    document.load(whole, TOYS)
    position = whole.index(b"nodeui/workflow")
    damaged = whole[:position] + b"X" + whole[position + 1 :]
    assert refusal(damaged) == "not a readable PNG: a part of it is damaged"
    assert refusal(whole[:-20]) == "not a readable PNG: it is cut off"
    wrong = chunk(b"zTXt", document.PNG_KEY.encode() + b"\0\0no zlib") + chunk(b"IEND", b"")
    assert "a text in it is damaged" in refusal(whole[:33] + wrong)


def test_a_png_of_any_size_is_read_without_its_pixels() -> None:
    """Its header names more pixels than libraries allow."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2**30, 2**30, 8, 2, 0, 0, 0))
    text = chunk(b"tEXt", document.PNG_KEY.encode() + b"\0" + WORKFLOW)
    document.load(origins.PNG + head + text + chunk(b"IEND", b""), TOYS)
