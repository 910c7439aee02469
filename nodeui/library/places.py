"""Folders of models, also those of other programs.

A user points at one folder. If it is that of ComfyUI, A1111, Forge or InvokeAI, the folders in
which that program keeps its models are searched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

_YAML_BYTES = 1 << 20
_COMFY_FILES = ("extra_model_paths.yaml", "extra_model_paths.yml")
_A1111_FOLDERS = ("models", "embeddings", "extensions/sd-webui-controlnet/models")


def roots(folder: Path) -> list[Path]:
    """Return the folders to search below a folder that the user chose.

    Args:
        folder: A folder, or the file `extra_model_paths.yaml` of ComfyUI.
    """
    if folder.suffix.lower() in (".yaml", ".yml"):
        return _existing(comfy_paths(folder))
    if (folder / "comfy").is_dir() and (folder / "models").is_dir():
        listed = [path for name in _COMFY_FILES for path in comfy_paths(folder / name)]
        return _existing([folder / "models", *listed])
    if (folder / "webui.py").is_file():
        return _existing(folder / name for name in _A1111_FOLDERS)
    if (folder / "invokeai.yaml").is_file():
        settings = _read(folder / "invokeai.yaml")
        names = [settings.get(name) for name in ("models_dir", "convert_cache_dir")]
        inner = [folder / name for name in names[:1] if isinstance(name, str) and name]
        return _existing(inner or [folder / "models"])
    return [folder]


def hub_cache() -> Path:
    """Return the folder in which huggingface_hub keeps downloads."""
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(named).expanduser()
    home = os.environ.get("HF_HOME")
    if home:
        return Path(home).expanduser() / "hub"
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "huggingface" / "hub"


def comfy_paths(file: Path) -> list[Path]:
    """Return the folders that an `extra_model_paths.yaml` of ComfyUI names.

    Each group has an optional `base_path` and lists of folders by kind, one per line; variables of
    the environment and `~` are replaced. Relative paths are meant relative to `base_path`, which is
    meant relative to the file.
    """
    found: list[Path] = []
    for group in _read(file).values():
        if not isinstance(group, dict):
            continue
        entries = cast("dict[str, Any]", group)
        base = file.parent / _expanded(str(entries.get("base_path") or ""))
        for name, value in entries.items():
            if name in ("base_path", "is_default", "custom_nodes") or not isinstance(value, str):
                continue
            found += (base / _expanded(line) for line in value.splitlines() if line.strip())
    return found


def _expanded(path: str) -> str:
    return os.path.expanduser(os.path.expandvars(path.strip()))


def _read(file: Path) -> Mapping[str, Any]:
    """Return the mapping in a YAML file; an empty one if there is none that can be read."""
    import yaml  # here, as the start of the program does not need it

    try:
        if not file.is_file() or file.stat().st_size > _YAML_BYTES:
            return {}
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _existing(folders: Iterable[Path]) -> list[Path]:
    """Return the folders that exist, without those inside of others."""
    found: list[Path] = []
    for folder in sorted({Path(os.path.normpath(folder)) for folder in folders}):
        if folder.is_dir() and not any(folder.is_relative_to(other) for other in found):
            found.append(folder)
    return found
