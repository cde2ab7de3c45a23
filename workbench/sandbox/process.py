"""One process for a student's lab: bounded, measured, and ended for certain.

Knows what goes in and out as descriptors; of what is said over them, only the hello.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import threading
import time
from pathlib import Path

from workbench.sandbox.lives import begin
from workbench.sandbox.submission import NO_LABS, Labs
from workbench.sandbox.tiers import Tier
from workbench.sandbox.wire import Bounds, Channel, Parcel

HELLO_LIMIT_S = 10.0  # to start Python on a busy machine
READ_LIMIT_S = 5.0
PRINTED_BYTES = 1 << 20  # who prints more finds its stdout closed
KEPT_BYTES = 10_000
CREDENTIALS = struct.Struct("iII")  # struct ucred: pid, uid, gid
TRIES = Bounds(1 << 16, 0, 1 << 20)

LIMITS = {
    "RLIMIT_CPU": 60,
    "RLIMIT_AS": 2 << 30,  # 1 GiB ends an honest program with forty threads
    "RLIMIT_NOFILE": 4096,
    "RLIMIT_FSIZE": 0,  # no lab writes a file
    "RLIMIT_CORE": 0,
    "RLIMIT_NPROC": 256,
    "RLIMIT_MSGQUEUE": 0,
    "RLIMIT_MEMLOCK": 0,
}


class NotStarted(OSError):
    """The process did not say hello."""


class Output(threading.Thread):
    """Reads what a process prints, keeps the first of it, and closes at a bound."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(name="output of a lab", daemon=True)
        self.kept = bytearray()
        self._descriptor, self._count = descriptor, 0
        self._reading = threading.Lock()
        self.start()

    def run(self) -> None:
        while self._count < PRINTED_BYTES:
            select.select([self._descriptor], [], [])
            with self._reading:
                if not (data := os.read(self._descriptor, 65_536)):
                    break
                self._count += len(data)
                self.kept += data[: max(0, KEPT_BYTES - len(self.kept))]
        with self._reading:
            os.close(self._descriptor)
            self._descriptor = -1

    def catch_up(self) -> None:
        """Block until all is read that is there now, and no longer than what it says at once."""
        until_s = time.monotonic() + READ_LIMIT_S
        while time.monotonic() < until_s:
            with self._reading:
                is_open = self._descriptor >= 0
                if not is_open or not select.select([self._descriptor], [], [], 0)[0]:
                    return


class Sandbox:
    """A process that serves one lab. It runs until `close`, or until it ends by itself."""

    def __init__(self, tier: Tier, labs: Labs) -> None:
        """Start it. Does not wait for it: `wait_for_hello` does. Raises OSError."""
        self.tier, self.pid = tier, 0
        output, their_output = os.pipe()
        self.control, theirs = socket.socketpair()
        self.main, their_main = socket.socketpair()
        try:
            with theirs, their_main:
                connections = [theirs.fileno(), their_main.fileno()]
                self._life = begin(tier, labs, connections, their_output)
        except BaseException:
            self.control.close(), self.main.close(), os.close(output)
            raise
        finally:
            os.close(their_output)
        self._output = Output(output)
        self._send_labs(labs.without(self._life.given))

    def _send_labs(self, labs: Labs) -> None:
        message = {
            "limits": LIMITS,
            "texts": {name: len(text) for name, text in labs.texts.items()},
            "compiled": {name: len(code) for name, code in labs.compiled.items()},
        }
        parcel = Parcel([*labs.texts.values(), *labs.compiled.values()])
        self.control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.control.settimeout(HELLO_LIMIT_S)
        with contextlib.suppress(OSError):  # it has ended: there will be no hello
            Channel(self.control, TRIES).send(message, parcel)

    def wait_for_hello(self) -> None:
        """Block until it serves. No line of the submission has run by then. Raises NotStarted."""
        try:
            data, ancillary, _, _ = self.control.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
        except OSError as error:
            raise NotStarted(f"{self.tier}: {error}") from error
        if not data:
            self._life.wait(READ_LIMIT_S)
            raise NotStarted(f"{self.tier}: {self.printed or 'it ended'}")
        self.pid, _, _ = CREDENTIALS.unpack(ancillary[0][2])  # as this side of a namespace sees it
        self._life.began(self.pid)
        with contextlib.suppress(OSError):  # if memory runs out, this one is to go, and not we
            Path(f"/proc/{self.pid}/oom_score_adj").write_text("1000", "ascii")

    def cpu_s(self) -> float:
        """CPU time of the process with all its threads, as the kernel counts it."""
        return time.clock_gettime(~self.pid << 3 | 2)  # man 3 clock_getcpuclockid

    def descriptors(self) -> int:
        """How many descriptors it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    @property
    def printed(self) -> str:
        """The first that it has printed until now, with what is no text left out."""
        self._output.catch_up()
        return bytes(self._output.kept).decode(errors="replace").strip()

    def how_it_ended(self) -> str:
        """In words. Blocks for a moment, if it is only about to end."""
        status = self._life.wait(0.5)
        if status is None:
            return "it closed its connection to the checks"
        if status < 0:
            with contextlib.suppress(ValueError):
                return f"the program was ended by {signal.Signals(-status).name}"
        return f"the program ended in the middle of the check, with exit status {status}"

    def kill(self) -> None:
        """End it and all that it has started. Blocks until they are gone."""
        self._life.kill()

    def close(self) -> None:
        """End it, and give back what it took here."""
        self.kill()
        self._output.join(READ_LIMIT_S)
        self.control.close()
        self.main.close()


def can_start(tier: Tier) -> bool:
    """Does a process start in this tier, and say hello?"""
    try:
        trial = Sandbox(tier, NO_LABS)
    except OSError:
        return False
    with contextlib.closing(trial):
        try:
            trial.wait_for_hello()
        except OSError:
            return False
    return True
