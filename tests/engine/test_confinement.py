from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodeui.engine.confinement import unavailable

ATTACKS = """
import ctypes, os, socket, subprocess, sys, threading
from pathlib import Path
from nodeui.engine.confinement import confine

private, inside, other = map(Path, sys.argv[1:])
assert b"secret" in Path("/proc/self/environ").read_bytes()
parent = os.getppid()
confine([], [inside])

def attempt(name, action):
    try:
        action()
    except (OSError, KeyError) as error:
        print(name, "stopped", type(error).__name__)
    else:
        print(name, "SUCCEEDED")

def udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))

attempt("read private", private.read_bytes)
attempt("list folder", lambda: os.listdir(private.parent))
attempt("link private", lambda: os.link(private, inside / "link"))
attempt("write home", lambda: (other / "new").write_text("x"))
attempt("truncate", lambda: os.truncate(private, 0))
attempt("delete", private.unlink)
attempt("move out", lambda: ((inside / "a").write_text("x"), os.rename(inside / "a", other / "a")))
attempt("symlink", lambda: (os.symlink(private, inside / "sym"), (inside / "sym").read_bytes()))
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", 9), 1))
attempt("udp", udp)
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("pair", socket.socketpair)
attempt("fork", lambda: os.fork() or os._exit(0))
attempt("run", lambda: subprocess.run(["/bin/true"]))
attempt("spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("kill", lambda: os.kill(parent, 0))
attempt("token", lambda: os.environ["HF_TOKEN"])
attempt("other environ", lambda: Path(f"/proc/{parent}/environ").read_bytes())
attempt("other memory", lambda: open(f"/proc/{parent}/mem", "rb").read(1))

(inside / "folder").mkdir()
(inside / "folder" / "file").write_text("works")
os.replace(inside / "folder" / "file", inside / "moved")
assert (inside / "moved").read_text() == "works"
done = []
def in_thread():
    attempt("thread tcp", socket.socket)
    done.append(True)

thread = threading.Thread(target=in_thread)
thread.start(); thread.join()
assert done
assert b"secret" not in Path("/proc/self/environ").read_bytes()
assert os.environ["HOME"] and ctypes.CDLL(None).getenv(b"HOME")
import json, decimal, sqlite3, numpy  # imports still work
sqlite3.connect(inside / "db").execute("create table t (x)")
print("works")
"""


@pytest.mark.skipif(bool(unavailable()), reason=unavailable())
def test_a_confined_process_reaches_nothing_outside(tmp_path: Path):
    private, inside, other = (tmp_path / name for name in ("private", "inside", "other"))
    for folder in (private, inside, other):
        folder.mkdir()
    (private / "key").write_text("secret")
    arguments = [str(private / "key"), str(inside), str(other)]
    done = subprocess.run(
        [sys.executable, "-c", ATTACKS, *arguments],
        env=os.environ | {"HF_TOKEN": "secret"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *attempts, last = done.stdout.splitlines()
    assert last == "works"
    assert len(attempts) == 21
    assert [line for line in attempts if "stopped" not in line] == []
    assert (private / "key").read_text() == "secret"
    assert list(other.iterdir()) == []
