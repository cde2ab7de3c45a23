"""Lab 09 in the place of what it replaces: the loop, the tunnel and the program, on the reference.

For the authors. The checks of labs 06 and 07 are the contract: they are run on lab 09's loop and
tunnel, too.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest

from workbench.checks.driving import driving
from workbench.checks.graft import reference_tree
from workbench.families import ROOT
from workbench.kernel import wait_until

PATIENCE_S = 5
WINDOW_S, FEW_TURNS = 0.1, 50  # a loop that sleeps makes five turns in it, one that spins 5,000
GROWN_UP_S = 0.6  # a worker that dies in its first 0.3 s is not replaced
PROGRAM = ("-m", "labs.lab09_beyond_select", "--port", "0")

# At the end of a module, where all that lab 09 wants of it is there already.
OTHER_LOOP = """
from labs.lab09_beyond_select import EpollLoop as SelectLoop
"""
OTHER_TUNNEL = """
from labs import lab09_beyond_select as beyond
SelectLoop, pool = beyond.EpollLoop, beyond.PipePool()
pool.give_back(pool.take(), 0)  # a pipe of the pool stays open: none is to be made while one counts
Tunnel = partial(beyond.SpliceTunnel, pool)
"""
# They count on a tunnel that holds 200,000 bytes: a pipe is not filled again before it is empty.
HOLDS_LESS = (
    "test_tunnel_passes_the_end_on_behind_what_waits",
    "test_tunnel_sleeps_while_something_waits_behind_an_end",
)


def checked(folder, number, more):
    """What pytest says about the checks of this lab, on the reference with `more` at its end."""
    (lab,) = reference_tree(folder).glob(f"lab{number}_*.py")
    lab.write_text(lab.read_text("utf-8").replace("if __name__", f"{more}\nif __name__") + more)
    (checks,) = ROOT.glob(f"tests/test_lab{number}_*.py")
    without = [f"--deselect={checks.relative_to(ROOT)}::{name}" for name in HOLDS_LESS]
    command = [sys.executable, "-m", "pytest", str(checks), "-q", "--tb=line", *without]
    command += ["-p", "no:cacheprovider"]
    environment = os.environ | {"LABS": str(folder)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("number", "more"), [("06", OTHER_LOOP), ("07", OTHER_TUNNEL)], ids=["loop", "tunnel"]
)
def test_what_lab_09_replaces_passes_the_checks_of_what_it_replaces(number, more, tmp_path):
    done = checked(tmp_path, number, more)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


# kqueue, on a system that has none.


class PretendedKqueue:
    """kqueue as its manual has it, made of poll: two filters, added and deleted apart."""

    def __init__(self):
        self.filters = set()

    def control(self, changes, most, timeout_s=0.0):
        for change in changes or ():
            if change.flags == select.KQ_EV_ADD:
                self.filters.add((change.ident, change.filter))
            else:  # KeyError for one that was never added: kqueue has ENOENT
                self.filters.remove((change.ident, change.filter))
        poll = select.poll()
        wanted = {number for number, _ in self.filters}
        for number in wanted:
            poll.register(number, sum(bit for n, bit in self.filters if n == number))
        events = poll.poll(None if timeout_s is None else timeout_s * 1000) if most else []
        return [
            SimpleNamespace(ident=number, filter=bit)
            for number, what in events
            for bit in (select.POLLIN, select.POLLOUT)
            if (number, bit) in self.filters and what & (bit | select.POLLHUP | select.POLLERR)
        ]

    def close(self):
        self.filters.clear()


@pytest.fixture
def kqueue(monkeypatch):
    monkeypatch.delattr(select, "epoll")
    pretended = {
        "kqueue": PretendedKqueue,
        "kevent": lambda ident, filter, flags: SimpleNamespace(
            ident=ident, filter=filter, flags=flags
        ),
        "KQ_FILTER_READ": select.POLLIN,
        "KQ_FILTER_WRITE": select.POLLOUT,
        "KQ_EV_ADD": 1,
        "KQ_EV_DELETE": 2,
    }
    for name, what in pretended.items():
        monkeypatch.setattr(select, name, what, raising=False)


def test_the_loop_runs_on_kqueue_where_there_is_no_epoll(kqueue, lab):
    from labs.lab06_select_loop import EchoServer

    loop = lab.EpollLoop()
    assert isinstance(loop._epoll, lab.Kqueue)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        EchoServer(loop, listener)
        with driving(loop) as turns:
            message = bytes(30_000_000)  # more than all kernel buffers hold
            with socket.create_connection(listener.getsockname(), PATIENCE_S) as client:
                client.settimeout(0.2)
                with suppress(TimeoutError):  # it is full: it wants to write, and not to read
                    client.sendall(message)
                before = turns.completed
                time.sleep(WINDOW_S)  # it is measured here what happens in this time
                assert turns.completed - before < FEW_TURNS
                assert client.recv(1_000, socket.MSG_WAITALL) == message[:1_000]
                before = turns.completed
            wait_until(lambda: turns.completed > before + 3, what="turns after a reset")
        loop.unregister(listener)
    loop.close()


@pytest.fixture
def lab(monkeypatch):
    monkeypatch.setenv("LABS", "lab_solutions")
    for name in [name for name in sys.modules if name.partition(".")[0] == "labs"]:
        monkeypatch.delitem(sys.modules, name)
    import labs.lab09_beyond_select as lab

    return lab


# The program.


def test_the_program_serves_with_several_workers_and_ends_when_told(running):
    with running(*PROGRAM, "--workers", "2") as (process, address):
        workers = two_workers_of(process.pid)
        with socket.create_server(("127.0.0.1", 0)) as origin:
            for _ in range(20):
                assert tunnel_carries(address, origin)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        assert [pid for pid in workers if os.path.exists(f"/proc/{pid}")] == []


def test_a_worker_that_dies_is_said_aloud_and_replaced(running):
    with running(*PROGRAM, "--workers", "2") as (process, address):
        workers = two_workers_of(process.pid)
        time.sleep(GROWN_UP_S)  # nothing else is waited for but this age
        os.kill(workers[0], signal.SIGKILL)
        wait_until(
            lambda: len(set(children_of(process.pid)) - set(workers)) == 1,
            timeout_s=PATIENCE_S,
            what="a successor",
        )
        assert process.stderr.readline() == f"worker {workers[0]} has died of SIGKILL\n"
        with socket.create_server(("127.0.0.1", 0)) as origin:
            assert tunnel_carries(address, origin)


def test_workers_end_when_the_first_process_is_killed():
    """Whatever has become of it: nobody would end them any more."""
    environment = os.environ | {"LABS": "lab_solutions"}
    command = [sys.executable, *PROGRAM, "--workers", "2"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        workers = two_workers_of(process.pid)
        process.kill()
        wait_until(
            lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers),
            timeout_s=PATIENCE_S,
            what="the end of all workers",
        )


@pytest.mark.parametrize("workers", ["0", "65", "two"])
def test_the_program_refuses_a_number_of_workers_that_makes_no_sense(workers):
    command = [sys.executable, *PROGRAM, "--workers", workers]
    environment = os.environ | {"LABS": "lab_solutions"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--workers" in done.stderr


def children_of(pid):
    import psutil

    return sorted(child.pid for child in psutil.Process(pid).children())


def two_workers_of(pid):
    """They are started just after the program has said where it listens."""
    wait_until(lambda: len(children_of(pid)) == 2, timeout_s=PATIENCE_S, what="two workers")
    return children_of(pid)


def tunnel_carries(address, origin):
    """A few bytes go through a tunnel to `origin`, both ways, and so does the end."""
    origin.settimeout(PATIENCE_S)
    with socket.create_connection(address, PATIENCE_S) as client:
        client.sendall(
            b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n" % origin.getsockname()[1]
        )
        head = client.recv(1_000)
        assert b" 200 " in head, head
        far, _ = origin.accept()
        with far:
            far.settimeout(PATIENCE_S)
            client.sendall(b"question")
            client.shutdown(socket.SHUT_WR)
            asked = far.recv(100, socket.MSG_WAITALL)
            far.sendall(b"answer")
            far.shutdown(socket.SHUT_WR)
            return (asked, client.recv(100, socket.MSG_WAITALL)) == (b"question", b"answer")
