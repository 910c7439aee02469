"""Imported last by the workers' fork server: identifies the packs that it has imported.

Forked workers inherit the imported code, however old, and with this module also hash and stamp.
The garbage collector ignores all objects that exist now.
"""

from __future__ import annotations

import gc
import sys

from nodeui.graph.packs import pack_entries
from nodeui.graph.source import source_hash, stamp_of

for entry in pack_entries():
    if entry.module in sys.modules:
        stamp_of(entry)
        source_hash(entry.module)

gc.freeze()
