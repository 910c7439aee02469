"""Imported last by the workers' fork server: hashes the packs that it has imported.

Forked workers inherit the imported code, however old, and with this module also its hash.
"""

from __future__ import annotations

import sys

from nodeui.graph.registry import pack_modules
from nodeui.graph.source import source_hash

for module in pack_modules():
    if module in sys.modules:
        source_hash(module)
