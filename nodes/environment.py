"""Describes the numerical environment: everything about the machine that results depend on.

It does not import torch, so that the editor can compute cache keys. `nodes.diffusion.device` makes
the same choices with torch.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from functools import cache
from pathlib import Path


def threads() -> int:
    """Return the number of threads: NODEUI_THREADS, else OMP_NUM_THREADS, else all cores."""
    for name in ("NODEUI_THREADS", "OMP_NUM_THREADS"):
        text = os.environ.get(name, "")
        if text.isdigit() and int(text) > 0:
            return int(text)
    return _cores()


@cache
def _cores() -> int:
    """Return the number of physical cores to use, or of logical cores if that is unknown."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = re.findall(
        r"^physical id\s*:\s*(\d+)$.*?^core id\s*:\s*(\d+)$", _cpuinfo(), re.M | re.S
    )
    return min(allowed or 1, len(set(found)) or allowed or 1)


def _cpuinfo() -> str:
    file = Path("/proc/cpuinfo")
    return file.read_text(errors="replace") if file.exists() else ""


@cache
def _version(package: str) -> str:
    from importlib.metadata import version  # slow to import

    return version(package)


def device_name() -> str:
    """Return the torch device: NODEUI_DEVICE, else the one that this machine seems to have."""
    asked = os.environ.get("NODEUI_DEVICE")
    if asked:
        return asked
    if sys.platform == "darwin":
        return "mps" if platform.machine() == "arm64" else "cpu"
    if "+cpu" in _version("torch"):
        return "cpu"
    nvidia = Path("/proc/driver/nvidia/version").exists() or Path("/dev/dxg").exists()
    rocm = Path("/dev/kfd").exists()
    windows = (Path(os.environ.get("SYSTEMROOT", "")) / "System32" / "nvcuda.dll").exists()
    return "cuda" if nvidia or rocm or windows else "cpu"


def chosen_dtype() -> str:
    """Return the precision that "auto" means: NODEUI_DTYPE, or "" for the default."""
    return os.environ.get("NODEUI_DTYPE", "")


def cuda_graphs() -> bool:
    """True if NODEUI_CUDA_GRAPHS is 1; see `nodes.diffusion.streams`."""
    return os.environ.get("NODEUI_CUDA_GRAPHS") == "1"


def _processor() -> str:
    match = re.search(r"^model name\s*:\s*(.+)$", _cpuinfo(), re.M)
    return match.group(1) if match else platform.processor() or platform.machine()


def _graphics() -> str:
    folder = Path("/proc/driver/nvidia/gpus")
    if not folder.is_dir():
        return ""
    texts = [file.read_text(errors="replace") for file in sorted(folder.glob("*/information"))]
    return ", ".join(re.findall(r"^Model:\s*(.+)$", "\n".join(texts), re.M))


@cache
def _describe(device: str, thread_count: int, dtype: str) -> str:
    parts = [f"{name} {_version(name)}" for name in ("torch", "diffusers", "transformers")]
    hardware = _processor() if device.startswith("cpu") else f"{_processor()}, {_graphics()}"
    parts += [f"{device} ({hardware})", f"{thread_count} threads"]
    return "; ".join([*parts, dtype] if dtype else parts)


def environment() -> str:
    """Return one line that changes whenever numeric results may change.

    It names library versions, device, processor, thread count, NODEUI_DTYPE and, on a CUDA device,
    NODEUI_CUDA_GRAPHS.
    """
    device = device_name()
    described = _describe(device, threads(), chosen_dtype())
    graphs = cuda_graphs() and device.startswith("cuda")
    return f"{described}; CUDA graphs" if graphs else described
