"""seccomp: forbids system calls, on Linux with an x86-64 or ARM64 processor.

A filter is a program of the classic Berkeley Packet Filter that the kernel runs at each system
call. Source: linux/seccomp.h, linux/filter.h; numbers of system calls from asm/unistd_64.h and
asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from dataclasses import dataclass

_NEW = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "process_madvise": 440,
}
"""Numbers that are the same on all architectures."""


@dataclass(frozen=True)
class _Machine:
    """The system calls of an architecture.

    Attributes:
        audit: Its number in `AUDIT_ARCH_*`.
        denied: Calls that fail with "Operation not permitted".
        clone: The call that starts threads and processes.
        seccomp: The call that installs a filter.
    """

    audit: int
    denied: dict[str, int]
    clone: int
    seccomp: int


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        {
            "shmget": 29,
            "shmat": 30,
            "socket": 41,
            "socketpair": 53,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "kill": 62,
            "msgget": 68,
            "ptrace": 101,
            "rt_sigqueueinfo": 129,
            "mount": 165,
            "tkill": 200,
            "mq_open": 240,
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "unshare": 272,
            "rt_tgsigqueueinfo": 297,
            "perf_event_open": 298,
            "open_by_handle_at": 304,
            "setns": 308,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "bpf": 321,
            "execveat": 322,
            "userfaultfd": 323,
            **_NEW,
        },
        clone=56,
        seccomp=317,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        {
            "mount": 40,
            "unshare": 97,
            "ptrace": 117,
            "kill": 129,
            "tkill": 130,
            "rt_sigqueueinfo": 138,
            "mq_open": 180,
            "msgget": 186,
            "shmget": 194,
            "shmat": 196,
            "socket": 198,
            "socketpair": 199,
            "add_key": 217,
            "request_key": 218,
            "keyctl": 219,
            "execve": 221,
            "rt_tgsigqueueinfo": 240,
            "perf_event_open": 241,
            "open_by_handle_at": 265,
            "setns": 268,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "bpf": 280,
            "execveat": 281,
            "userfaultfd": 282,
            **_NEW,
        },
        clone=220,
        seccomp=277,
    ),
}

_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000
"""System calls of the x32 interface, which would pass a list of x86-64 numbers."""

_LOAD, _AND = 0x20, 0x54  # BPF_LD | BPF_W | BPF_ABS; BPF_ALU | BPF_AND | BPF_K
_EQUAL, _AT_LEAST = 0x15, 0x35  # BPF_JMP | BPF_JEQ | BPF_K; BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000

_PR_SET_NO_NEW_PRIVS = 38
_FILTER_MODE, _ALL_THREADS = 1, 1  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC

_AF_UNIX, _AF_NETLINK = 1, 16
_AROUND_SOCKETS = (
    "io_uring_setup",
    "pidfd_getfd",
    "ptrace",
    "process_vm_writev",
)
"""Calls that could open a socket without `socket`, or take one from another process."""


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


def supported() -> bool:
    """True if there is a filter for this processor."""
    return platform.machine() in _MACHINES


def restrict() -> None:
    """Forbid this process and its children sockets, processes, and access to other processes.

    Denied calls fail with `PermissionError`; threads can still be started.

    Raises:
        OSError: the kernel refuses.
    """
    _install(_filter(_MACHINES[platform.machine()]))


def restrict_network() -> None:
    """Forbid all threads of this process, and its children, sockets that reach other machines.

    Sockets between processes stay: `AF_UNIX`, and `AF_NETLINK` for questions to the kernel. Calls
    that would pass the filter, or use another process, are denied as well.

    Raises:
        OSError: the kernel refuses.
    """
    machine = _MACHINES[platform.machine()]
    fail = (_RETURN, 0, 0, _FAIL | errno.EPERM)
    program = _start(machine)
    for name in _AROUND_SOCKETS:
        program += [(_EQUAL, 0, 1, machine.denied[name]), fail]
    program += [
        (_EQUAL, 0, 4, machine.denied["socket"]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 2, 0, _AF_UNIX),
        (_EQUAL, 1, 0, _AF_NETLINK),
        fail,
        (_RETURN, 0, 0, _ALLOW),
    ]
    _install(program)


def _install(instructions: list[tuple[int, int, int, int]]) -> None:
    """Apply a filter to all threads of this process."""
    array = (_Instruction * len(instructions))(*instructions)
    program = _Program(len(instructions), array)
    libc = ctypes.CDLL(None, use_errno=True)
    call = ctypes.c_long(_MACHINES[platform.machine()].seccomp)
    result = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if result == 0:
        result = libc.syscall(call, _FILTER_MODE, _ALL_THREADS, ctypes.byref(program))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    if result > 0:
        raise OSError(f"thread {result} has another filter")


def _filter(machine: _Machine) -> list[tuple[int, int, int, int]]:
    """Return the program: code, jump if true, jump if false, and value of each instruction."""
    fail = (_RETURN, 0, 0, _FAIL | errno.EPERM)
    program = [
        *_start(machine),
        # The flags of clone3 are behind a pointer, which a filter cannot follow. Without it the
        # C library uses clone.
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
    ]
    for number in machine.denied.values():
        program += [(_EQUAL, 0, 1, number), fail]
    program += [
        (_EQUAL, 0, 4, machine.clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_AND, 0, 0, _CLONE_THREAD),
        (_EQUAL, 1, 0, _CLONE_THREAD),
        fail,
        (_RETURN, 0, 0, _ALLOW),
    ]
    return program


def _start(machine: _Machine) -> list[tuple[int, int, int, int]]:
    """Return the start of a program: other architectures are refused, and the number is loaded."""
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
    ]
