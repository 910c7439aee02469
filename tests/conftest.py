from __future__ import annotations

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # tests need no screen

settings.register_profile("nodeui", deadline=None)  # no test is timed
settings.load_profile("nodeui")
