"""The processes in which checks run: each a pytest of its own, bounded by whoever started it.

For a lab in a sandbox it is forked from a server, which has loaded pytest, our side and the
reference already: to start Python and to import them takes five times as long. The server sees no
submission. Knows nothing of what a judge says.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import NoReturn, Protocol

from workbench.families import ROOT
from workbench.sandbox.network import own_network
from workbench.sandbox.wire import Bounds, Channel, Ended, Parcel

OURS = Bounds(1 << 24, 0, 1 << 40)  # both ends are ours: nothing is to be kept out
#: What a judge needs, and no more: the plugin itself is pytest's to import.
PRELOADED = ("difflib", "encodings.idna", "pdb", "pytest", "readline", "tomllib", "unittest",
             "xml.etree.ElementTree", "workbench.checks.evidence", "workbench.checks.fixtures",
             "workbench.checks.isolation", "workbench.kernel")  # fmt: skip


class Judge(Protocol):
    """One run of pytest."""

    def wait(self) -> int:
        """Its exit status, negative for a signal. Blocks until it has ended."""

    def kill(self) -> None:
        """End it and what it started in its own process group, if it has not ended yet."""


class Started:
    """A judge that is a child of this process."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], events: int, output: int
    ) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments, f"--events-to={events}"],
            cwd=ROOT,
            env=environment,
            pass_fds=[events],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def wait(self) -> int:
        return self._popen.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()


# Forked ones.


class Server:
    """A process that forks judges, one after the other, in a network of its own."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours, OURS)
        command = [*own_network(), sys.executable, "-m", __name__, str(theirs.fileno())]
        with theirs:
            self._popen = subprocess.Popen(
                command,
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def close(self) -> None:
        """Hang up: it ends as soon as its judge has. Blocks until then."""
        self.channel.sock.close()
        self._popen.wait()


_servers: dict[int, Server] = {}  # of this process, by its pid: a fork must not use its parent's
_turn = threading.Lock()


def end_server() -> None:
    """End that of this process. Without it, it ends when this process does."""
    with _turn:
        if server := _servers.pop(os.getpid(), None):
            server.close()


class Forked:
    """A judge that a server forks. Another one waits for its turn until this one has ended."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], events: int, output: int
    ) -> None:
        """Start it, and a server if there is none. Raises OSError or Ended if that fails."""
        self._status: int | None = None
        _turn.acquire()
        try:
            self._server = _servers.get(os.getpid()) or Server()
            _servers[os.getpid()] = self._server
            request = {"arguments": arguments, "environment": environment}
            self._server.channel.send(request, Parcel(descriptors=[events, output]))
            self._pid = self._server.channel.receive()[0]["pid"]
        except BaseException:
            self._give_up()
            raise

    def wait(self) -> int:
        if self._status is None:
            try:
                self._status = self._server.channel.receive()[0]["status"]
                _turn.release()
            except (Ended, OSError):
                self._status = -signal.SIGKILL
                self._give_up()
        return self._status

    def kill(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
            self.wait()

    def _give_up(self) -> None:
        """The server does not answer as it should: the next judge gets a new one."""
        if server := _servers.pop(os.getpid(), None):
            server.close()
        _turn.release()


# In the server.


def serve(requests: socket.socket) -> None:
    """Fork one judge after the other, and tell how each has ended, until nobody asks any more."""
    preload()
    gc.freeze()  # else the first collection of a fork would copy all that it has inherited
    gc.set_threshold(100_000)  # a judge lives for seconds: to look for rings is a part of its work
    channel = Channel(requests, OURS)
    with requests, suppress(Ended):
        while True:
            request, came = channel.receive()
            pid = os.fork()
            if pid == 0:
                os.setsid()  # before its pid is told, by which its whole group is killed
                channel.send({"pid": os.getpid()}, Parcel())
                requests.close()
                become(came.take_descriptor(0), came.take_descriptor(1), **request)
            came.close()
            _, status = os.waitpid(pid, 0)
            channel.send({"status": os.waitstatus_to_exitcode(status)}, Parcel())


def preload() -> None:
    """Load what each judge would load by itself. Blocks."""
    import pytest

    from workbench.sandbox.submission import compiled, reference

    os.environ["LABS"] = "lab_solutions"  # before a lab is imported
    for name in (*PRELOADED, *(f"labs.{name}" for name in reference())):
        importlib.import_module(name)
    for name, text in reference().items():
        compiled(name, text)
    pytest.main(["--version"])  # loads its plugins


def become(events: int, output: int, arguments: list[str], environment: dict[str, str]) -> NoReturn:
    """Turn into a judge: a pytest with these arguments."""
    import pytest

    status = 1
    try:
        for standard in (1, 2):
            os.dup2(output, standard)
        os.close(output)
        os.environ.clear()
        os.environ.update(environment)
        status = int(pytest.main([*arguments, f"--events-to={events}"]))
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
