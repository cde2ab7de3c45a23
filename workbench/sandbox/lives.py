"""How a student's process begins in each tier, and how it ends for certain.

As root: by a fork of a zygote, which is started once (see there). Else, and in the tier plain: each
one by itself. Knows nothing of what is said to it.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from typing import Protocol

import psutil

from workbench.sandbox.image import START, NoImage, interpreter, python_image
from workbench.sandbox.submission import NO_LABS, Labs
from workbench.sandbox.tiers import Tier
from workbench.sandbox.uids import kill_all_of, own_uid
from workbench.sandbox.zygote import END, LABS, STATUS, USER

NOBODY = "65534"  # who we are in our namespace may be its root
END_LIMIT_S = 10.0  # for the kernel to end a few hundred processes, on a busy machine
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",  # else each thread sets aside 64 MiB of address space
}


class Life(Protocol):
    """One process, from its begin to its end. `given` are the labs that it has by itself."""

    given: Labs

    def wait(self, timeout_s: float) -> int | None:
        """Its exit status, negative for a signal; None if it still runs after that time."""

    def kill(self) -> None:
        """End it and all that it has started. Blocks until they are gone."""

    def began(self, pid: int) -> None:
        """It has said hello, and this is its pid here."""


def begin(tier: Tier, labs: Labs, descriptors: list[int], output: int) -> Life:
    """Start a process that serves on two connections. Does not wait for it. Raises OSError.

    It may have some of the `labs` already, and is yet to be sent the others.
    """
    uid = own_uid() if tier is not Tier.PLAIN else None
    if uid is not None:
        return Forked(zygote(tier, uid, labs), uid, [*descriptors, output])
    return Alone(tier, descriptors, output)


# As root: forks of a zygote.


class Zygote:
    """A process that forks others. It ends with this one."""

    def __init__(self, tier: Tier, uid: int, labs: Labs) -> None:
        self.tier, self.uid, self.given = tier, uid, labs.given()
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.requests.settimeout(END_LIMIT_S)
        with theirs:
            self._popen = _start(as_root(tier), [theirs.fileno()], subprocess.DEVNULL)
        with contextlib.suppress(OSError):  # it has ended: nothing will say hello
            self._give(labs.loadable())

    def _give(self, loadable: list[str]) -> None:
        with open(os.memfd_create("labs"), "w+b") as file:
            file.write(marshal.dumps((self.given.texts, self.given.compiled, loadable)))
            file.seek(0)
            socket.send_fds(self.requests, [LABS], [file.fileno()])

    def suits(self, labs: Labs) -> bool:
        """Does it run, has it all that can be given, and can whatever else it has be replaced?"""
        own = self.given.texts.keys()
        return self._popen.poll() is None and labs.given().texts.keys() <= own <= labs.texts.keys()

    def close(self) -> None:
        """End it, and with it whatever is left of its forks."""
        self.requests.close()
        self._popen.kill()
        self._popen.wait()
        kill_all_of(self.uid)


_zygotes: dict[Tier, Zygote] = {}


def zygote(tier: Tier, uid: int, labs: Labs) -> Zygote:
    """The one of this tier; a new one if there is none, if it has ended, or has other labs."""
    if tier not in _zygotes or not _zygotes[tier].suits(labs):
        if old := _zygotes.pop(tier, None):
            old.close()
        _zygotes[tier] = Zygote(tier, uid, labs)
    return _zygotes[tier]


def end_zygotes() -> None:
    """End those of this process. Without it they end when this process does."""
    while _zygotes:
        _zygotes.popitem()[1].close()


class Forked:
    """A fork of a zygote, which sees it to its end."""

    def __init__(self, parent: Zygote, uid: int, descriptors: list[int]) -> None:
        self._parent, self._status, self.given = parent, None, parent.given
        self._asking = threading.Lock()  # the status comes once, and several threads may wait
        socket.send_fds(parent.requests, [USER.pack(uid)], descriptors)

    def wait(self, timeout_s: float) -> int | None:
        requests = self._parent.requests
        with self._asking:
            if self._status is None and select.select([requests], [], [], timeout_s)[0]:
                told = requests.recv(STATUS.size)
                self._status = STATUS.unpack(told)[0] if told else -signal.SIGKILL
            return self._status

    def kill(self) -> None:
        if self._status is None:
            with contextlib.suppress(OSError):
                self._parent.requests.send(END)
            if self.wait(END_LIMIT_S) is None:
                self._parent.close()  # it hangs: the next one gets a new one

    def began(self, pid: int) -> None:
        pass


def as_root(tier: Tier) -> list[str]:
    """What starts a zygote: as root, who may do no more than become somebody else."""
    image = str(python_image())
    if tier is Tier.UID:
        return ["chroot", image, *_python(START)]
    may = [word for right in ("SETUID", "SETGID", "KILL") for word in ("--cap-add", f"CAP_{right}")]
    return ["bwrap", *_alone(image), *may, *_python(START)]


# Else: each by itself.


class Alone:
    """A process that was started for one check."""

    def __init__(self, tier: Tier, descriptors: list[int], output: int) -> None:
        self._tier, self.given = tier, NO_LABS
        self._before = descendants() if tier is Tier.PLAIN else set()
        self._first: int | None = None
        self._popen = _start(as_oneself(tier), descriptors, output)

    def began(self, pid: int) -> None:
        """Keep hold of process 1 of its namespace: the kernel ends all others before that one."""
        if self._tier is Tier.BWRAP:
            self._first = os.pidfd_open(psutil.Process(pid).ppid())

    def wait(self, timeout_s: float) -> int | None:
        try:
            status = self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        return 128 - status if status > 128 else status  # bwrap tells a signal as shells do

    def kill(self) -> None:
        if self._tier is Tier.PLAIN:
            end_all(lambda: descendants() - self._before - {self._popen.pid})
        self._popen.kill()
        self._popen.wait()
        if self._tier is Tier.PLAIN:  # those that it has started meanwhile
            end_all(lambda: descendants() - self._before)
        if self._first is not None:
            select.select([self._first], [], [], END_LIMIT_S)
            os.close(self._first)
            self._first = None


def as_oneself(tier: Tier) -> list[str]:
    """What starts a process without the right to become somebody else. Raises NoImage."""
    image = str(python_image())
    if tier is Tier.PLAIN:
        return _python(image + START)
    if tier is Tier.UID:
        raise NoImage("no other user can be taken here")
    nobody = ["--unshare-user", "--uid", NOBODY, "--gid", NOBODY]
    return ["bwrap", *nobody, *_alone(image), *_python(START)]


def end_all(pids: Callable[[], set[int]]) -> None:
    """Kill and reap these, and those who come while it is done. Blocks until none is left."""
    while alive := pids():
        for pid in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def descendants() -> set[int]:
    """The pids of this process's children, and of theirs; zombies of others do not count."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if _counts(child)}


def _counts(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.ppid() == os.getpid() or process.status() != psutil.STATUS_ZOMBIE
    return False


def _start(command: list[str], descriptors: list[int], output: int) -> subprocess.Popen:
    return subprocess.Popen(
        [*command, *map(str, descriptors)],
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=descriptors,
        start_new_session=True,
    )


def _python(start: str) -> list[str]:
    return [interpreter(), "-I", "-S", "-B", "-u", start]


def _alone(image: str) -> list[str]:
    """Namespaces of its own, in which it sees the image and nothing else."""
    alone = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--new-session"]
    sees = ["--ro-bind", image, "/", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    return [*alone, "--die-with-parent", *sees]
