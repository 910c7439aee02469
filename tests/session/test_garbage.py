from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nodeui.session.garbage import GarbageCollector


class Cycle:
    def __init__(self) -> None:
        self.me = self


def test_garbage_of_other_threads_is_collected_in_the_gui_thread(qtbot: QtBot):
    parent = QObject()
    collector = GarbageCollector(parent)
    threads: list[threading.Thread] = []

    def litter() -> None:
        weakref.finalize(Cycle(), lambda: threads.append(threading.current_thread()))
        rubbish = [Cycle() for _ in range(5000)]
        del rubbish

    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert not gc.isenabled() and not threads
    qtbot.waitUntil(lambda: len(threads) == 1, timeout=20_000)
    assert threads == [threading.main_thread()]
    del collector
    parent.deleteLater()
    qtbot.waitUntil(gc.isenabled, timeout=20_000)
