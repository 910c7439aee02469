"""Tests the shared-memory ring for previews."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.engine.ring import Ring


@pytest.fixture
def ring() -> Iterator[Ring]:
    ring = Ring.create(slots=3, slot_bytes=3 * 16 * 16)
    yield ring
    ring.remove()


def _picture(width: int, height: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_what_one_side_writes_the_other_reads(ring: Ring) -> None:
    writer = Ring.attach(ring.place)
    pixels = _picture(16, 9).tobytes()
    written = writer.write(16, 9, pixels)
    assert (written.width, written.height) == (16, 9)
    assert ring.read(written) == pixels
    writer.close()


def test_a_picture_that_was_written_over_is_not_shown(ring: Ring) -> None:
    pictures = [_picture(16, 16, seed).tobytes() for seed in range(4)]
    written = [ring.write(16, 16, pixels) for pixels in pictures]
    assert ring.read(written[0]) is None
    assert [ring.read(w) for w in written[1:]] == pictures[1:]


def test_a_picture_that_is_kept_outlives_all_previews(ring: Ring) -> None:
    writer = Ring.attach(ring.place)
    kept = writer.keep(8, 8, 4, b"kept" * 64)
    assert kept is not None
    previews = [writer.write(16, 16, _picture(16, 16, seed).tobytes()) for seed in range(10)]
    assert kept.offset not in {written.offset for written in previews}
    assert ring.read(kept) == b"kept" * 64
    more = [writer.write(16, 16, _picture(16, 16).tobytes()) for _ in range(3)]
    assert kept.offset in {written.offset for written in more}  # it was read
    writer.close()


def test_a_picture_that_cannot_be_kept_is_refused(ring: Ring) -> None:
    assert ring.keep(17, 16, 3, bytes(17 * 16 * 3)) is None  # larger than a slot
    kept = ring.keep(1, 1, 1, b"1")
    assert kept is not None
    assert ring.keep(1, 1, 1, b"2") is None  # previews need the other slots
    assert ring.read(kept) == b"1"
    assert ring.keep(1, 1, 1, b"3") is not None


def test_a_killed_worker_keeps_no_slots(ring: Ring) -> None:
    assert Ring.attach(ring.place).keep(1, 1, 1, b"1") is not None
    assert Ring.attach(ring.place).keep(1, 1, 1, b"2") is not None


def test_a_worker_that_starts_anew_does_not_revive_old_pictures(ring: Ring) -> None:
    old = ring.write(16, 16, _picture(16, 16).tobytes())
    again = Ring.attach(ring.place)
    other = _picture(16, 16, 1).tobytes()
    new = again.write(16, 16, other)
    assert new.offset == old.offset
    assert ring.read(new) == other
    again.close()


@given(width=st.integers(1, 300), height=st.integers(1, 300))
def test_a_picture_too_large_is_thinned_out(width: int, height: int) -> None:
    ring = Ring.create(slots=1, slot_bytes=3 * 64)
    try:
        picture = _picture(width, height)
        written = ring.write(width, height, picture.tobytes())
        got = np.frombuffer(ring.read(written) or b"", np.uint8)
        assert got.nbytes <= 3 * 64
        got = got.reshape(written.height, written.width, 3)
        stride = next(k for k in range(1, 301) if np.array_equal(picture[::k, ::k], got))
        # It keeps as many pixels as fit.
        assert stride == 1 or picture[:: stride - 1, :: stride - 1].nbytes > 3 * 64
    finally:
        ring.remove()


def test_a_removed_ring_is_gone() -> None:
    ring = Ring.create(slots=1, slot_bytes=12)
    ring.remove()
    with pytest.raises(FileNotFoundError):
        Ring.attach(ring.place)


def test_previews_of_a_batch_are_scaled_one_by_one(ring: Ring) -> None:
    batch = np.stack([_picture(20, 15, seed) for seed in range(5)])
    written = ring.write(20, 15, batch.tobytes(), 5)
    shown = ring.read(written)
    assert shown is not None
    small = np.frombuffer(shown, np.uint8).reshape(5, written.height // 5, written.width, 3)
    step = -(-20 // written.width)
    assert np.array_equal(small, batch[:, ::step, ::step])
