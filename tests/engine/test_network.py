"""Tests that a process whose network is switched off cannot use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nodeui.engine.confinement import seccomp
from nodeui.engine.protocol import RunFinished
from tests.engine import worker_help
from tests.engine.worker_help import PATIENCE, Replies, submit, workflow

ATTEMPTS = """
import ctypes, errno, os, socket, subprocess, sys, threading, urllib.request
from nodeui.engine.confinement import network

port = int(sys.argv[1])
idle = threading.Event()
def wait_and_try():
    idle.wait()
    attempt("earlier thread", raw)

def attempt(name, action):
    try:
        action()
    except OSError as error:
        print(name, "stopped:", error)
    else:
        print(name, "SUCCEEDED")

def raw(family=socket.AF_INET):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.socket(int(family), 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "libc")

def child():
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}))"
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise OSError(done.stderr.splitlines()[-1])

thread = threading.Thread(target=wait_and_try)
thread.start()
network.switch_off()
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", port)))
attempt("tcp 6", lambda: socket.socket(socket.AF_INET6))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt("name", lambda: socket.getaddrinfo("localhost", port))
attempt("http", lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}"))
if sys.platform == "linux":
    attempt("packets", lambda: raw(17))
    attempt("libc", raw)
    attempt("libc 6", lambda: raw(socket.AF_INET6))
    attempt("child", child)
    idle.set()
idle.set() if sys.platform == "linux" else os._exit(0)
thread.join()
socket.socketpair()  # processes of this machine can still talk
print(os.environ["NODEUI_OFFLINE"], os.environ["HF_HUB_OFFLINE"])
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not seccomp.supported(), reason="needs seccomp of Linux"
)
def test_no_code_reaches_the_network() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c", ATTEMPTS, str(port)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    *attempts, last = done.stdout.splitlines()
    assert len(attempts) == 10 and last == "1 1"
    assert [line for line in attempts if "stopped" not in line] == []
    for name in ("tcp", "udp", "name", "http"):
        assert any(
            line.startswith(name) and "network access is switched off" in line for line in attempts
        )


@pytest.mark.parametrize("offline", [False, True])
def test_a_worker_without_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offline: bool
) -> None:
    monkeypatch.setenv("NODEUI_OFFLINE", "1" if offline else "0")
    replies = Replies()
    client = worker_help.client(replies, tmp_path, start_method="spawn")
    end = replies.end(submit(client, tmp_path, workflow({"n": ("toy.connects", {})})))
    assert isinstance(end, RunFinished)
    messages = [failure.message for failure in end.report.failures]
    assert messages == (["PermissionError: network access is switched off"] if offline else [])
    client.close()
    assert client.join(PATIENCE)
