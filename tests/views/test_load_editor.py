"""The editor is imported without PySide's search through the sources of all modules."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACK = """
from PySide6.QtWidgets import QLabel
from __feature__ import snake_case

def text_of_label():
    label = QLabel()
    label.set_text("theirs")
    return label.text()
"""

PROGRAM = """
import linecache
from nodeui.__main__ import load_editor
load_editor()
assert not any("nodeui" in name for name in linecache.cache), "sources were read"
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
import pack
def text_of_label():
    label = QLabel()
    label.setText("ours")
    return label.text()
print(pack.text_of_label(), text_of_label(), pack.text_of_label())
"""


def test_sources_are_not_read_and_packs_may_use_features(tmp_path: Path):
    (tmp_path / "pack.py").write_text(PACK)
    path = os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", os.getcwd())))
    environment = os.environ | {"PYTHONPATH": path}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
    )
    assert run.stdout.split() == ["theirs", "ours", "theirs"], run.stderr
