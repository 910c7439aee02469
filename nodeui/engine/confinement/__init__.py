"""Confines this process, for code that is not trusted.

Linux only: Landlock limits which files may be read and written, seccomp forbids sockets, new
processes and access to other processes. Neither can be undone, and both hold for all threads that
are started afterwards, so a process confines itself before it imports anything heavy.
"""

from __future__ import annotations

import ctypes
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nodeui.engine.confinement import landlock, seccomp
from nodeui.graph.wording import tr

_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/opt/cuda",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system",
    "/sys/fs/cgroup",
)
"""Read by Python, torch and other libraries in every process."""

_ENVIRONMENT = ("HOME", "LANG", "LANGUAGE", "PATH", "PYTHONPATH", "TZ", "USER", "TMPDIR")
_PREFIXES = ("LC_", "OMP_", "MKL_", "GOMP_", "KMP_", "TORCH_", "NODEUI_", "PYTHON", "XDG_")
"""Variables that a confined process keeps; the others may hold passwords and tokens."""


def unavailable() -> str:
    """Return the reason why processes cannot be confined here, as a sentence, or ""."""
    if sys.platform != "linux":
        return tr("Node packs can be confined on Linux only.")
    if landlock.abi() < landlock.LEAST_ABI:
        return tr("This Linux kernel has no Landlock for files and the network (it needs 6.7).")
    if not seccomp.supported():
        return tr("Node packs cannot be confined on this kind of processor.")
    return ""


def holds_home(folder: Path) -> bool:
    """True if the home folder is this folder, or lies in it."""
    return Path.home().resolve().is_relative_to(folder.resolve())


def hub_cache() -> Path:
    """Return the folder of models from the Hugging Face hub."""
    chosen = os.environ.get("HF_HUB_CACHE")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    home = Path(os.environ.get("HF_HOME") or cache)
    return Path(chosen or home / "hub").expanduser()


@dataclass(frozen=True)
class Confinement:
    """The files that a confined process may use, besides Python, its packages and the models from
    the Hugging Face hub. Folders that hold the home folder are left out.

    Attributes:
        readable: Files and folders that it may read.
        writable: Files and folders that it may read and write.
        temporary: An existing folder for its temporary files.
    """

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    temporary: Path

    def with_writable(self, files: Iterable[Path]) -> Confinement:
        """Return a confinement with more files that may be written."""
        return replace(self, writable=(*self.writable, *files))

    def enter(self) -> None:
        """Confine this process, which computes on the CPU from now on; see `confine`.

        Raises:
            OSError: it cannot be confined; see `unavailable`.
        """
        hub = hub_cache()
        readable = [path for path in (*self.readable, hub) if not holds_home(path)]
        writable = [path for path in self.writable if not holds_home(path)]
        confine(readable, [*writable, self.temporary])
        os.environ |= {
            "NODEUI_DEVICE": "cpu",
            "CUDA_VISIBLE_DEVICES": "",
            "HF_HUB_CACHE": str(hub),
            "HF_HUB_OFFLINE": "1",
            "TMPDIR": str(self.temporary),
        }
        tempfile.tempdir = str(self.temporary)


def confine(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Confine this process and all threads that it starts from now on.

    It can read Python, its packages and `readable`, and read and write `writable`. It has no
    network, cannot start processes, and cannot reach other processes. Environment variables
    that it does not need are removed.

    Args:
        readable: Files and folders; those that do not exist are ignored.
        writable: Files and folders, likewise.

    Raises:
        OSError: it cannot be confined; see `unavailable`.
    """
    _clean_environment()
    modules = [path for path in sys.path if path and not holds_home(Path(path))]
    python = {sysconfig.get_path("stdlib"), sys.prefix, sys.base_prefix, *modules}
    landlock.restrict([*map(Path, (*_SYSTEM, *python)), *readable], list(writable))
    seccomp.restrict()


def _clean_environment() -> None:
    """Remove variables that a confined process does not need, also from /proc/self/environ."""
    for name, text in list(os.environ.items()):
        if name in _ENVIRONMENT or name.startswith(_PREFIXES):
            os.environ[name] = text  # copied to other memory
        else:
            del os.environ[name]
    # Fields 50 and 51 of the file, see proc_pid_stat(5), after "PID (name)".
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[47]), int(fields[48])
    ctypes.memset(start, 0, end - start)
