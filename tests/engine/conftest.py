from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import toys
from tests.engine.toys import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A workbench with a cache in memory."""
    toys.CALLS.clear()
    toys.HISTORY.clear()
    toys.STOP.clear()
    bench = Workbench(tmp_path)
    yield bench
    bench.cache.close()
