"""What is asked of each proxy, and what it cost: one function for each kind of load.

Knows clients, wrk and processes; not which proxies there are, nor how figures are compared.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from workbench.bench import DIRECT
from workbench.bench.candidates import Candidate
from workbench.bench.clients import (
    Crowd,
    Way,
    drain,
    get,
    recv_message,
    round_trips,
    tunnels,
)
from workbench.bench.origin import BIG, BIG_BYTES, SMALL, SMALL_BYTES
from workbench.bench.processes import cpu_s, memory_bytes, wait_until_still
from workbench.proxies import Running, program, running_command, running_nginx

Measured = Iterator[tuple[str, dict[str, float]]]  # what was measured, and its values

WRK_SCRIPT = Path(__file__).with_name("wrk.lua")
WRK_LIMIT_S = 20  # beyond the time of its load
BIG_REQUESTS = 400  # pipelined: more than any proxy carries in the time of one load
STALLED_CLIENTS, STALLED_BUFFER_BYTES = 10, 32_768
TURNS = 10  # of the calm proxy and the one beside idle tunnels
WRK_KEYS = ("failed", "p50_us", "p99_us")
FILES_IN_MEMORY = "open_file_cache max=10; sendfile on; "
PATIENT = "client_header_timeout 1h; keepalive_timeout 1h;"  # idle tunnels ask for nothing


class Refusal(RuntimeError):
    """A proxy did not do what the load needs: the text says what."""


class Pace(NamedTuple):
    """How long a load goes on, and how many idle tunnels there shall be, level by level."""

    seconds: float = 2
    levels: tuple[int, ...] = (0, 400, 1_000, 5_000, 9_500)  # select reaches the second
    opening_s: float = 12.0  # for the tunnels of one level


FULL = Pace()
QUICK = Pace(seconds=1, levels=(0, 100, 400), opening_s=3.0)


class Stage(NamedTuple):
    """A candidate that is running, in front of an origin that is running.

    `calm` is a second one of the same kind that has nothing else to do: to compare with.
    """

    candidate: Candidate
    proxy: Running
    origin: Running
    calm: Running | None = None

    @property
    def way(self) -> Way:
        return Way(self.proxy.address, self.origin.address, self.candidate.connects)

    @property
    def authority(self) -> str:
        return "{}:{}".format(*self.origin.address)

    def asking(self, path: str) -> bytes:
        """A GET in the form that suits: absolute where it is forwarded, not where it is relayed."""
        absolute = self.candidate.requests and self.candidate.connects
        return get(self.authority, path, self.origin.url if absolute else "")


@contextmanager
def running_origin() -> Iterator[Running]:
    """nginx with a small file and a big one, both in memory. Raises NotInstalled."""
    with tempfile.TemporaryDirectory(prefix="workbook-origin-") as name:
        root = Path(name)
        root.chmod(0o755)  # its worker is somebody else if this is root
        (root / SMALL[1:]).write_bytes(b"x" * SMALL_BYTES)
        (root / BIG[1:]).write_bytes(bytes(BIG_BYTES))
        with running_nginx(root, FILES_IN_MEMORY + PATIENT) as nginx:
            yield nginx


def python_origin() -> AbstractContextManager[Running]:
    """The same two files from an origin in plain Python: nothing needs to be installed."""
    words = ("-m", "workbench.bench.origin", "{host}", "{port}")
    return running_command("origin", sys.executable, *words)


def try_out(stage: Stage) -> None:
    """Fetch the small file in all the ways that will be measured. Blocks.

    Raises Refusal: its last line says what went wrong, before it stands what the proxy has said.
    """
    straight = stage.way._replace(connects=False)
    ways = [(straight, stage.asking(SMALL))] if stage.candidate.requests else []
    ways += [(stage.way, get(stage.authority, SMALL))] if stage.candidate.tunnels else []
    for way, question in ways:
        try:
            with way.open() as sock:
                sock.sendall(question)
                answer = recv_message(sock)
        except OSError as error:
            raise Refusal(f"{stage.proxy.said()}\nno file came: {error}") from error
        if not answer.endswith(b"x" * SMALL_BYTES):
            first = answer.partition(b"\r\n")[0][:200]
            raise Refusal(f"{stage.proxy.said()}\nanother file came: {first!r}")


def carry(count: int, stage: Stage, pace: Pace) -> Measured:
    """Bytes from the origin through so many tunnels, as fast as they go."""
    pids = stage.proxy.pids
    with tunnels(stage.way, count) as socks:
        for sock in socks:
            sock.sendall(get(stage.authority, BIG) * BIG_REQUESTS)
        before_s, began_s = cpu_s(pids), time.monotonic()
        taken = drain(socks, pace.seconds)
        spent_s, took_s = cpu_s(pids) - before_s, time.monotonic() - began_s
    gb = taken / 1e9
    yield f"tunnel-{count}", {"cpu_s_per_gb": spent_s / gb, "gb_per_s": gb / took_s}


def answer(clients: int, close: bool, stage: Stage, pace: Pace) -> Measured:
    """Requests by so many clients of wrk, each as soon as the one before is answered."""
    connection = "close" if close else "keep-alive"
    command = [program("wrk"), "-t1", f"-c{clients}", f"-d{pace.seconds}s", "--timeout", "10s"]
    command += ["--latency", "-s", str(WRK_SCRIPT), stage.proxy.url, "--"]
    command += [stage.origin.url + SMALL, stage.authority, connection]
    pids = stage.proxy.pids
    before_s = cpu_s(pids)
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=pace.seconds + WRK_LIMIT_S
    )
    spent_s = cpu_s(pids) - before_s
    seen = json.loads(done.stdout.splitlines()[-1])
    if not seen["requests"]:
        raise Refusal(f"wrk got no answer: {done.stdout[-300:]}")
    per_s, each_us = seen["requests"] / seen["seconds"], spent_s / seen["requests"] * 1e6
    values = {"cpu_us_per_request": each_us, "requests_per_s": per_s}
    yield f"{connection}-{clients}", values | {key: seen[key] for key in WRK_KEYS}


def answer_alone(stage: Stage, pace: Pace) -> Measured:
    """Requests by one client of ours, each as soon as the one before is answered."""
    pids = stage.proxy.pids
    with stage.way._replace(connects=False).open() as sock:
        question = stage.asking(SMALL)
        round_trips(sock, question, 0)  # the connection to the origin is not counted
        before_s = cpu_s(pids)
        waits = round_trips(sock, question, pace.seconds)
        spent_s = cpu_s(pids) - before_s
    each_us, p50_us = spent_s / (len(waits) + 1) * 1e6, statistics.median(waits) * 1e6
    yield "alone", {"cpu_us_per_request": each_us, "p50_us": p50_us}


def stand_idle(stage: Stage, pace: Pace) -> Measured:
    """The latency of one active client, and memory, beside more and more idle tunnels.

    `p50_ratio` compares with a second proxy without idle tunnels, asked in turn with this one:
    a busy machine slows both. Raises Refusal at the first level that the proxy does not reach.
    """
    pids = stage.proxy.pids
    calm_way = stage.way._replace(proxy=stage.calm.address)
    with stage.way.open() as active, calm_way.open() as calm, closing(Crowd(stage.way)) as crowd:
        for level in pace.levels:
            if why := crowd.grow(level, pace.opening_s):
                raise Refusal(f"{level:,} idle tunnels: it stopped at {why}")
            wait_until_still(pids)
            memory = memory_bytes(pids)
            question = get(stage.authority, SMALL)
            waits, calm_waits = in_turn(active, calm, question, pace.seconds)
            hundredths = [each * 1e6 for each in statistics.quantiles(waits, n=100)]
            yield (
                f"idle-{level}",
                {
                    "memory_bytes": memory,
                    "p50_us": hundredths[49],
                    "p99_us": hundredths[98],
                    "p50_ratio": statistics.median(waits) / statistics.median(calm_waits),
                },
            )


def in_turn(
    one: socket.socket, other: socket.socket, question: bytes, seconds: float
) -> tuple[list[float], list[float]]:
    """Ask two proxies in turns, so that both live through the same moments of the machine."""
    waits: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for sock, found in zip((one, other), waits, strict=True):
            found += round_trips(sock, question, seconds / TURNS / 2)
    return waits


def stall(stage: Stage, pace: Pace) -> Measured:
    """Clients that ask for the big file and read nothing: how much memory each one costs."""
    pids = stage.proxy.pids
    straight = stage.way._replace(connects=False)
    wait_until_still(pids)
    before = memory_bytes(pids)
    with tunnels(straight, STALLED_CLIENTS, STALLED_BUFFER_BYTES) as socks:
        for sock in socks:
            sock.sendall(stage.asking(BIG))
        wait_until_still(pids)
        grown = memory_bytes(pids) - before
    yield "stalled", {"bytes_per_client": grown / STALLED_CLIENTS}


class Load(NamedTuple):
    """A load: its group, who takes part, in how many rounds at most, on a proxy just started?

    `tool` is the program that makes it, if this process does not.
    """

    name: str
    group: str
    measure: Callable[[Stage, Pace], Measured]
    suits: Callable[[Candidate], bool]
    most_rounds: int = 1_000
    fresh: bool = False
    quick: bool = False
    tool: str = ""


def _tunnels(candidate: Candidate) -> bool:
    return candidate.tunnels


def _requests(candidate: Candidate) -> bool:
    return candidate.requests


def _has_memory(candidate: Candidate) -> bool:
    return candidate.name != DIRECT


LOADS = (
    Load("1 tunnel", "tunnels", partial(carry, 1), _tunnels, quick=True),
    Load("8 tunnels", "tunnels", partial(carry, 8), _tunnels),
    Load("16 clients", "requests", partial(answer, 16, False), _requests, quick=True, tool="wrk"),
    Load("256 clients", "requests", partial(answer, 256, False), _requests, tool="wrk"),
    Load("16 one-shot clients", "requests", partial(answer, 16, True), _requests, tool="wrk"),
    Load("256 one-shot clients", "requests", partial(answer, 256, True), _requests, tool="wrk"),
    Load("idle tunnels", "idle", stand_idle, _tunnels, most_rounds=1, fresh=True),
    Load("stalled clients", "stalled", stall, _has_memory, most_rounds=2, fresh=True),
)
#: By this process alone, with an origin in Python: for a notebook.
SMALL_LOADS = (
    Load("1 tunnel", "tunnels", partial(carry, 1), _tunnels),
    Load("1 client", "requests", answer_alone, _requests),
)
GROUPS = tuple(dict.fromkeys(load.group for load in LOADS))
