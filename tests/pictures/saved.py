"""Writes pictures as Save image does, each a minute newer than the one before."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui.graph import embedded
from nodeui.pictures.library import Library

LANDSCAPE: Mapping[str, Any] = {
    "format": "nodeui/workflow",
    "version": 1,
    "nodes": {
        "model": {"type": "model.load", "version": 4, "params": {"source": "starter"}},
        "prompt": {"type": "text.encode", "version": 3, "params": {"text": "a lake at night"}},
        "negative": {"type": "text.encode", "version": 3, "params": {"text": "fog"}},
        "canvas": {"type": "latents.empty"},
        "sampler": {"type": "sample.denoise", "version": 3, "params": {"seed": 4}},
        "decode": {"type": "latents.decode", "version": 2},
        "save": {"type": "image.save", "version": 2},
    },
    "links": [
        ["model.model", "prompt.model"],
        ["model.model", "negative.model"],
        ["model.model", "canvas.model"],
        ["model.model", "sampler.model"],
        ["prompt.conditioning", "sampler.positive"],
        ["negative.conditioning", "sampler.negative"],
        ["canvas.latents", "sampler.latents"],
        ["sampler.latents", "decode.latents"],
        ["model.vae", "decode.vae"],
        ["decode.image", "save.image"],
    ],
}


def landscape(**params: Any) -> dict[str, Any]:
    """Return a workflow in which parameters have other values, by "NODE__PARAMETER"."""
    workflow = deepcopy(dict(LANDSCAPE))
    for name, value in params.items():
        node, _, parameter = name.partition("__")
        workflow["nodes"][node].setdefault("params", {})[parameter] = value
    return workflow


class Saver:
    """Writes pictures to a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = 1_700_000_000

    def __call__(
        self,
        name: str,
        workflow: Mapping[str, Any] | None = None,
        *,
        skipped: Collection[str] = (),
        files: Mapping[str, str] | None = None,
        texts: Mapping[str, str] | None = None,
        colour: str = "red",
    ) -> Path:
        """Write a picture.

        Args:
            name: Path below the folder.
            workflow: The workflow in it.
            skipped: Ids of nodes that did not take part.
            files: Fingerprints of nodes.
            texts: More texts.
            colour: Of all pixels.
        """
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        info = PngInfo()
        if workflow is not None:
            made = {
                id: {"fingerprint": files[id]} if files and id in files else {}
                for id, node in workflow["nodes"].items()
                if id not in skipped and node["type"] != "image.save"
            }
            info.add_itxt(embedded.WORKFLOW, json.dumps(workflow))
            info.add_itxt(embedded.PROVENANCE, json.dumps({"nodes": made}))
        for key, text in (texts or {}).items():
            info.add_itxt(key, text)
        Image.new("RGB", (30, 20), colour).save(path, pnginfo=info)
        self.time += 60
        os.utime(path, (self.time, self.time))
        return path


def names(library: Library, query: str = "", **options: Any) -> list[str]:
    """Return the names of the files that a query finds."""
    return [one.path.name for one in library.records(library.search(query, **options))]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
