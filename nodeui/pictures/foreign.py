"""Reads the settings that other programs write into pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from nodeui.graph import origins
from nodeui.pictures.record import Settings


def foreign_settings(texts: Mapping[str, str]) -> Settings:
    """Return the settings in the texts of a picture that another program made.

    Understood are the formats of Stable Diffusion WebUI and its relatives, ComfyUI, InvokeAI,
    SwarmUI, Fooocus and NovelAI; of other programs only the name is known.
    """
    origin = origins.program_of(texts)
    for key, reader in _READERS:
        if key in texts:
            try:
                found = reader(texts[key])
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue  # damaged, or a format of the same name
            if found:
                return _settings(found, origin)
    return Settings(origin=origin)


def _settings(found: Mapping[str, Any], origin: str) -> Settings:
    seed, loras = str(found.get("seed")), found.get("loras")
    names = cast("list[Any]", loras) if isinstance(loras, list) else []
    return Settings(
        prompt=_text(found.get("prompt")),
        negative=_text(found.get("negative")),
        seed=int(seed) if re.fullmatch(r"\d{1,20}", seed) else None,
        model=_text(found.get("model")),
        loras=tuple(_text(name) for name in names if name),
        sampler=_text(found.get("sampler")),
        origin=origin,
    )


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(str(item) for item in cast("Sequence[Any]", value))
    return "" if value is None else str(value).strip()


# --- Stable Diffusion WebUI and its relatives ---------------------------------------------------


def _infotext(text: str) -> Mapping[str, Any]:
    """Read "PROMPT / Negative prompt: ... / Steps: 20, Sampler: Euler a, Seed: 1, Model: x"."""
    if text.lstrip().startswith("{"):
        return _swarm(text) or _fooocus(text)
    lines = text.strip().splitlines()
    last = max((i for i, line in enumerate(lines) if re.match(r"\s*Steps: \d", line)), default=-1)
    pairs = _pairs(" ".join(lines[last:])) if last >= 0 else {}
    words = "\n".join(lines[:last] if last >= 0 else lines)
    prompt, _, negative = words.partition("Negative prompt:")
    loras = re.findall(r"<(?:lora|lyco):([^:>]+)", prompt)
    return {
        "prompt": re.sub(r"\s*<(?:lora|lyco):[^>]*>", "", prompt),
        "negative": negative,
        "seed": pairs.get("Seed"),
        "model": pairs.get("Model"),
        "sampler": pairs.get("Sampler"),
        "loras": list(dict.fromkeys(loras)),
    }


def _pairs(line: str) -> dict[str, str]:
    found = re.findall(r'([A-Z][\w \-/]*): ("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)', line)
    return {name: value.strip().strip('"') for name, value in found}


def _swarm(text: str) -> Mapping[str, Any]:
    params = _object(text).get("sui_image_params")
    if not isinstance(params, dict):
        return {}
    known = cast("dict[str, Any]", params)
    return {**known, "negative": known.get("negativeprompt")}


def _fooocus(text: str) -> Mapping[str, Any]:
    known = _object(text)
    return {
        "prompt": known.get("prompt"),
        "negative": known.get("negative_prompt"),
        "seed": known.get("seed"),
        "model": known.get("base_model"),
        "sampler": known.get("sampler"),
        "loras": [lora[0] for lora in known.get("loras", ()) if lora],
    }


def _novel(text: str) -> Mapping[str, Any]:
    known = _object(text)
    return {**known, "negative": known.get("uc")}


# --- InvokeAI ----------------------------------------------------------------------------------


def _invoke(text: str) -> Mapping[str, Any]:
    known = _object(text)
    loras: Sequence[Any] = known.get("loras") or ()
    return {
        "prompt": known.get("positive_prompt"),
        "negative": known.get("negative_prompt"),
        "seed": known.get("seed"),
        "model": _model_name(known.get("model")),
        "sampler": known.get("scheduler"),
        "loras": [_model_name(lora.get("model", lora.get("lora"))) for lora in loras],
    }


def _model_name(model: Any) -> Any:
    if not isinstance(model, dict):
        return model
    known = cast("dict[str, Any]", model)
    return known.get("name", known.get("model_name"))


# --- ComfyUI -----------------------------------------------------------------------------------


def _comfy(text: str) -> Mapping[str, Any]:
    """Read the graph of a run: nodes by id, whose linked inputs are [id, output]."""
    inputs: dict[str, dict[str, Any]] = {
        id: node["inputs"] for id, node in _object(text).items() if "inputs" in node
    }

    def first(*names: str) -> Any:
        values = (own[name] for own in inputs.values() for name in names if name in own)
        return next((value for value in values if not isinstance(value, list)), None)

    samplers = [own for own in inputs.values() if "positive" in own and "negative" in own]
    sampler = samplers[0] if samplers else {}
    return {
        "prompt": list(_comfy_texts(inputs, sampler.get("positive"))),
        "negative": list(_comfy_texts(inputs, sampler.get("negative"))),
        "seed": first("seed", "noise_seed"),
        "model": first("ckpt_name", "unet_name"),
        "sampler": first("sampler_name"),
        "loras": [own["lora_name"] for own in inputs.values() if "lora_name" in own],
    }


def _comfy_texts(inputs: Mapping[str, Mapping[str, Any]], start: Any) -> Iterator[str]:
    """Yield the texts of the nodes above a linked input."""
    seen: set[str] = set()
    waiting: list[Any] = [start]
    while waiting:
        link = waiting.pop(0)
        id = str(cast("list[Any]", link)[0]) if isinstance(link, list) and link else ""
        if id not in inputs or id in seen:
            continue
        seen.add(id)
        for name, value in inputs[id].items():
            if isinstance(value, list):
                waiting.append(value)
            elif isinstance(value, str) and (name.startswith("text") or name in _COMFY_TEXTS):
                yield value


_COMFY_TEXTS = ("clip_l", "t5xxl", "prompt")


def _object(text: str) -> dict[str, Any]:
    found = msgspec.json.decode(text.encode(errors="replace"))
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _comment(text: str) -> Mapping[str, Any]:
    """Read a comment: JSON of NovelAI, else an infotext as in JPEG and WebP files."""
    if text.lstrip().startswith("{") and "sui_image_params" not in text:
        return _novel(text)
    return _infotext(text) if re.search(r"(^|\n)\s*Steps: \d", text) or "sui_" in text else {}


_READERS: tuple[tuple[str, Callable[[str], Mapping[str, Any]]], ...] = (
    ("parameters", _infotext),
    ("invokeai_metadata", _invoke),
    ("prompt", _comfy),
    ("Comment", _comment),
    ("comment", _comment),
)
"""Readers of texts, by keyword; the first that finds settings."""
