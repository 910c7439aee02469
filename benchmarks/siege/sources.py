"""The files that are mutated, of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from nodeui.sdk import shipped

XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:digiKam="http://www.digikam.org/ns/1.0/"><rdf:Description rdf:about="" xmp:Label="Red"
 ><xmp:Rating>4</xmp:Rating><dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>night</rdf:li></rdf:Bag
 ></dc:subject><digiKam:TagsList><rdf:Seq><rdf:li>places/sea</rdf:li></rdf:Seq></digiKam:TagsList
 ></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
"""A packet with rating, label and tags."""

_COMFY = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.safetensors"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lake", "clip": ["1", 1]}},
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 4, "sampler_name": "euler", "positive": ["2", 0], "negative": ["2", 0]},
    },
}
_INVOKE = {
    "positive_prompt": "a lake", "negative_prompt": "fog", "seed": 4, "scheduler": "euler",
    "model": {"name": "a"}, "loras": [{"model": {"name": "b"}, "weight": 1}],
}  # fmt: skip
_FOOOCUS = {"prompt": "a lake", "seed": "4", "base_model": "a", "loras": [["b", 0.5]]}
_SWARM = {"sui_image_params": {"prompt": "a lake", "negativeprompt": "fog", "seed": 4}}
_INFOTEXT = (
    b"a lake, <lora:b:0.5>\nNegative prompt: fog\n"
    b'Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 4, Model: a, Lora hashes: "b: 1, c: 2"'
)

TEXTS: Mapping[str, bytes] = {
    "parameters": _INFOTEXT,
    "prompt": json.dumps(_COMFY).encode(),
    "invokeai_metadata": json.dumps(_INVOKE).encode(),
    "Comment": json.dumps({"prompt": "a lake", "uc": "fog", "seed": 4}).encode(),
    "fooocus_scheme": json.dumps(_FOOOCUS).encode(),
    "nodeui": (shipped("workflows") / "landscape.nodeui.json").read_bytes(),
    "comment": json.dumps(_SWARM).encode(),
}
"""Texts of several programs, by keyword."""


def _workflows(folder: Path) -> list[Path]:
    place = shipped("workflows")
    return [*sorted(place.glob("*.nodeui.json")), *sorted(place.glob("*.png"))[:2]]


def _pictures(folder: Path) -> list[Path]:
    """Write the same small picture in several formats."""
    from PIL import Image

    place = folder / "sources"
    place.mkdir()
    picture = Image.effect_mandelbrot((64, 48), (-2, -1, 1, 1), 50)
    for suffix, mode in (
        (".png", "RGBA"), (".jpg", "RGB"), (".webp", "RGB"), (".tif", "RGB"), (".bmp", "RGB"),
        (".gif", "P"), (".ppm", "RGB"),
    ):  # fmt: skip
        picture.convert(mode).save(place / f"a{suffix}")
    picture.convert("I;16").save(place / "b.png")
    return sorted(place.iterdir())


def _with_metadata(folder: Path) -> list[Path]:
    """Write pictures of the formats whose metadata are read."""
    from PIL import Image

    place = folder / "sources"
    place.mkdir()
    picture = Image.effect_mandelbrot((24, 16), (-2, -1, 1, 1), 50).convert("RGB")
    picture.save(place / "a.png")
    for suffix in (".jpg", ".webp", ".tif", ".avif"):
        picture.save(place / f"a{suffix}", exif=Image.Exif().tobytes())
    return sorted(place.iterdir())


def _paintings(folder: Path) -> list[Path]:
    """Write a painting with a layer and a mark of each kind."""
    from nodeui.painting.document import adding
    from nodeui.painting.marks import Layer, Mark
    from nodeui.painting.points import points_of, unit_of

    places = [unit_of(0.2, 0.3), unit_of(0.7, 0.4), unit_of(0.5, 0.9)]
    counts = {"fill": 1, "rectangle": 2, "ellipse": 2, "gradient": 2}
    kinds = ("brush", "rectangle", "ellipse", "polygon", "fill", "gradient")
    marks = [
        Mark(
            kind=kind, points=points_of(places[: counts.get(kind, 3)]), layer="a", colour="#ff8800"
        )
        for kind in kinds
    ]
    layers = [Layer(id="a", name="Sky"), Layer(id="b", name="Sea", mode="soft light", opacity=0.5)]
    lines = adding((), *layers, *marks).lines
    value = {"node": "picture", "width": 64, "height": 64, "painting": lines}
    file = folder / "painting.json"
    file.write_text(json.dumps(value))
    return [file]


def _models(folder: Path) -> list[Path]:
    from tests.nodes import tiny

    for name, build in (("sd15", tiny.build_sd15), ("sdxl", tiny.build_sdxl)):
        build(folder / name)
    return [folder / "sd15", folder / "sdxl"]


def _checkpoints(folder: Path) -> list[Path]:
    from tests.nodes import originals

    files: list[Path] = []
    for kind in ("sd1", "sdxl"):
        made = originals.parts(kind)
        files.append(originals.save_single(folder / f"{kind}.safetensors", kind, made))
    return files


def _journals(folder: Path) -> list[Path]:
    from nodeui.graph import document
    from nodeui.graph.edits import MoveNodes, SetParam
    from nodeui.graph.registry import installed
    from nodeui.session.journal import Journals

    specs = installed()
    text = (shipped("workflows") / "two-controls.nodeui.json").read_bytes()
    loaded = document.load(text, specs)
    journal = Journals(folder / "journals").create()
    journal.start(loaded, None, folder, False)
    for number in range(40):
        journal.append(MoveNodes({"sampler": (number, 1.5)}))
        journal.append(SetParam("sampler", "steps", number + 1))
    journal.release()
    return [journal.file]


SOURCES: dict[str, Callable[[Path], list[Path]]] = {
    "workflows": _workflows,
    "pictures": _pictures,
    "metadata": _with_metadata,
    "paintings": _paintings,
    "safetensors": _models,
    "checkpoints": _checkpoints,
    "configs": _models,
    "journals": _journals,
}
"""Write the sources of a kind below a folder."""
