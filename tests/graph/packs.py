"""Node packs in a folder, installed as an installer would: with a dist-info that names them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

GOOD = '''
from nodeui.sdk import node

@node("{pack}.double", title="Double", category="Test", output=True)
def double(x: int = 1) -> int:
    """Double a number.

    Args:
        x: The number.
    """
    return 2 * x

nodes = [double]
'''


def write_module(folder: Path, name: str, source: str, *, installed: bool = False) -> Path:
    """Write the module `name` into `folder` and return its file.

    Args:
        folder: A folder on the Python path.
        name: Name of the module, and of the pack if installed.
        source: The module's code; "{pack}" is replaced by the name.
        installed: Also write a dist-info that names the module as a node pack.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.py"
    file.write_text(source.replace("{pack}", name))
    if installed:
        install(folder, name, f"[nodeui.nodes]\n{name} = {name}\n")
    return file


def install(folder: Path, name: str, entry_points: str) -> None:
    """Write the dist-info of a package that lies in `folder`."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points)


def run_python(
    *arguments: str, path: Path, cwd: Path, first: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with these packs installed.

    Args:
        arguments: The command line.
        path: The folder of the packs.
        cwd: Where it runs; caches go there, too.
        first: A folder that comes before NodeUI on the Python path.
    """
    folders = [*([first] if first else []), ROOT, path]
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "NODEUI_CACHE": str(cwd / "cache"),
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
