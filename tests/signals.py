"""Reads the signals that `qtbot.waitSignal` caught."""

from __future__ import annotations

from typing import Any

from pytestqt.wait_signal import SignalBlocker


def arguments_of(caught: SignalBlocker) -> list[Any]:
    """Return the arguments of the signal."""
    assert caught.args is not None, "the signal was not emitted"
    return list(caught.args)
