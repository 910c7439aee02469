"""Switches off the network of this process.

Python's sockets are refused by an audit hook, with a clear message. On Linux the kernel also
refuses them to other code, such as compiled libraries and child processes.
"""

from __future__ import annotations

import os
import socket
import sys

from nodeui.engine.confinement import seccomp
from nodeui.graph.wording import tr

VARIABLE = "NODEUI_OFFLINE"
"""The environment variable that switches off the network of workers and of `nodeui run`."""

_TRANSFERS = ("connect", "bind", "sendto", "sendmsg")
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")


def is_off() -> bool:
    """True if the network is to be off: `NODEUI_OFFLINE` is set, and not "0"."""
    return os.environ.get(VARIABLE, "0") not in ("", "0")


def switch_off() -> None:
    """Refuse all network access of this process and its children, for good.

    Sockets between processes of this machine (Unix sockets) still work.
    """
    os.environ[VARIABLE] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"  # so that libraries use what is in the hub cache
    sys.addaudithook(_refuse)
    if sys.platform == "linux" and seccomp.supported():
        seccomp.restrict_network()


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise `PermissionError` at attempts to use the network; see `sys.addaudithook`."""
    if not event.startswith("socket."):
        return
    name = event.removeprefix("socket.")
    # the family is -1 for the default and for a socket that exists already
    refused = name in _LOOKUPS
    refused |= name == "__new__" and arguments[1] not in (-1, getattr(socket, "AF_UNIX", None))
    refused |= name in _TRANSFERS and isinstance(arguments[1], tuple)  # not a path
    if refused:
        raise PermissionError(tr("network access is switched off"))
