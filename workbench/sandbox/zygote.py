"""Forks the process of each check from one that has loaded what no submission may change.

To start Python, and to import what labs import and the reference of the labs below, takes ten
times as long as a fork. Runs in the sandbox as its root, which may become the user of the
submissions; runs no line of theirs itself, and holds nothing that they must not see.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import marshal
import os
import select
import signal
import socket
import struct
import sys
from contextlib import suppress

from workbench.sandbox import inside
from workbench.sandbox.sources import Sources

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
IPC_RMID = 0
STATUS = struct.Struct("!i")
END = b"e"  # what asks for the end of the process
LABS = b"l"  # what brings the given labs, in one descriptor: comes first
USER = struct.Struct("!I")  # what asks for a new one, with three descriptors
#: What labs import: loaded once, so that the fork has it.
PRELOADED = ("abc", "argparse", "bisect", "collections", "contextlib", "dataclasses", "enum",
             "errno", "functools", "heapq", "http", "ipaddress", "itertools", "logging", "math",
             "os", "queue", "random", "re", "secrets", "select", "selectors", "signal", "string",
             "struct", "threading", "time", "typing", "urllib.parse",
             "workbench.handlers")  # fmt: skip


def main(requests: socket.socket) -> None:
    """Serve one process after the other, until the judge hangs up or is gone."""
    for name in PRELOADED:
        importlib.import_module(name)
    adopt_orphans()
    with requests:
        sources = loaded_from(requests)
        gc.freeze()  # else the first collection of a fork would copy all that it has inherited
        while (asked := socket.recv_fds(requests, USER.size, 3))[0]:
            data, descriptors, _, _ = asked
            if data == END:  # of one that had ended already
                continue
            status = serve_one(requests, *USER.unpack(data), descriptors, sources)
            requests.sendall(STATUS.pack(status))


def loaded_from(requests: socket.socket) -> Sources:
    """The labs that are given, imported as far as that needs no lab that is marked. Blocks.

    Raises OSError if the judge is gone.
    """
    _, descriptors, _, _ = socket.recv_fds(requests, len(LABS), 1)
    if not descriptors:
        raise ConnectionAbortedError("the judge is gone")
    with open(descriptors[0], "rb") as file:
        texts, compiled, names = marshal.load(file)
    sources = Sources(texts, compiled)
    sys.meta_path.insert(0, sources)
    for name in names:
        with suppress(ImportError):  # it needs one that is marked
            importlib.import_module(f"labs.{name}")
    return sources


def adopt_orphans() -> None:
    """From now on this process is the parent of whatever its children leave behind (prctl(2))."""
    if LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def serve_one(requests: socket.socket, uid: int, descriptors: list[int], sources: Sources) -> int:
    """Fork one, and see it to its end, and to that of all that it has started. Blocks.

    Returns its exit status, negative if a signal ended it.
    """
    pid = os.fork()
    if pid == 0:
        requests.close()
        become(uid, descriptors, sources)
    for descriptor in descriptors:
        os.close(descriptor)
    life = os.pidfd_open(pid)
    ready, _, _ = select.select([requests, life], [], [])
    os.close(life)
    if requests in ready:  # to end it is asked for; or the judge is gone
        requests.recv(len(END))
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if has_children():
        end_all_of(uid)
    remove_ipc_of(uid)
    return os.waitstatus_to_exitcode(status)


def become(uid: int, descriptors: list[int], sources: Sources) -> None:
    """Turn into a process for a lab: its user, its output, its two connections. Never returns."""
    control, main, output = descriptors
    try:
        os.setsid()
        for standard in (1, 2):
            os.dup2(output, standard)
        os.close(output)
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        inside.serve(socket.socket(fileno=control), socket.socket(fileno=main), sources)
    finally:
        os._exit(1)


def has_children() -> bool:
    """Is anything left of what ran here? It would be a child of this process: an adopted orphan.

    The kernel gives a process's children away before it can be waited for: so once there is none,
    there is nobody who could still start one.
    """
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def end_all_of(uid: int) -> None:
    """End every process of this user, and wait for the last. Blocks.

    kill(-1) takes them all at once, and who is about to fork can't any more: nobody gets away.
    """
    if os.fork() == 0:
        try:
            os.setgid(uid)
            os.setuid(uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def remove_ipc_of(uid: int) -> None:
    """Remove this user's shared memory, semaphores and queues: they outlive every process.

    No limit bounds them, so they would fill the memory, and one check could leave notes to another.
    """
    seen = ctypes.create_string_buffer(256)  # begins as struct ipc_perm: the key, and the owner
    for control, info, status in IPC:
        for place in range(control(0, info, seen) + 1):
            number = control(place, status, seen)
            if number >= 0 and int.from_bytes(seen[4:8], sys.byteorder) == uid:
                control(number, IPC_RMID, None)


def _semctl(number: int, command: int, seen: object) -> int:
    return LIBC.semctl(number, 0, command, seen)


#: What asks about each kind by its place in the kernel's table (shmctl(2), msgctl(2), semctl(2)).
IPC = ((LIBC.shmctl, 14, 13), (LIBC.msgctl, 12, 11), (_semctl, 19, 18))
