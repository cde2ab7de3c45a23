"""Who takes part: each proxy, how it is started, and what it can be asked to carry.

Knows how the programs are configured, in words as well: a comparison is worth no more than that.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import NamedTuple

from workbench.bench import DIRECT, LAB08, LAB09
from workbench.families import ROOT, lab_tree, relative
from workbench.proxies import (
    NotInstalled,
    Running,
    running_command,
    running_haproxy,
    running_ours,
    running_squid,
    running_tinyproxy,
    version,
)

Start = Callable[[Running], AbstractContextManager[Running]]  # given the origin

PYPI = ROOT / ".venv" / "bench" / "bin"
HOME = relative(PYPI.parent)
TO_INSTALL = "make bench installs it from workbench/bench/requirements.txt, with internet"
MOST_CLIENTS = 10_000
ALWAYS_SPLICE = ("option splice-request", "option splice-response")


class Candidate(NamedTuple):
    """A proxy that can be measured. `start` is given the origin; `connects`: it knows CONNECT.

    One that does not is a relay: it is joined to the origin from the start. `lab` is the number
    of the lab whose program it is; "" for the programs of others.
    """

    name: str
    how: str
    start: Start
    version: Callable[[], str]
    tunnels: bool = True
    requests: bool = True
    connects: bool = True
    lab: str = ""


def from_pypi(name: str) -> str:
    """Where the program of a proxy from PyPI is. Raises NotInstalled."""
    path = PYPI / name
    if not path.exists():
        raise NotInstalled(f"{name} is not in {HOME}: {TO_INSTALL}")
    return str(path)


def version_from_pypi(package: str) -> str:
    """The version that is installed, by the environment's own Python. Raises NotInstalled."""
    program = f"import importlib.metadata as m; print(m.version({package!r}))"
    command = [from_pypi("python"), "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        raise NotInstalled(f"{package} is not in {HOME}: {TO_INSTALL}")
    return f"{package} {done.stdout.strip()}"


def tree_version(lab: str) -> str:
    """Which of the two trees a lab comes from."""
    return f"{lab} of {relative(lab_tree())}/"


def ours(lab: str, *options: str) -> Start:
    return lambda origin: running_ours(*options, lab=lab)


def haproxy(mode: str, *options: str, tuning: tuple[str, ...] = ()) -> Start:
    return lambda origin: running_haproxy(origin.address, mode, options, tuning)


def bare(origin: Running) -> AbstractContextManager[Running]:
    """The relay of `workbench.bench.bare` to this origin."""
    words = ("{host}", "{port}", origin.address[0], str(origin.address[1]))
    return running_command("bare-python", sys.executable, "-m", "workbench.bench.bare", *words)


def pypi(name: str, *options: str) -> Start:
    return lambda origin: running_command(name, from_pypi(name), *options)


CANDIDATES = (
    Candidate(
        LAB09,
        "the workbook's, with EpollLoop and splice; one worker; all features of lab 08, log on",
        ours("09"),
        lambda: tree_version(LAB09),
        lab="09",
    ),
    Candidate(
        LAB08,
        "the workbook's, with select, which ends at descriptor 1023; all features, log on",
        ours("08"),
        lambda: tree_version(LAB08),
        lab="08",
    ),
    Candidate(
        "haproxy-splice",
        "a TCP relay to one origin, told it beforehand; 1 thread; always splices, by 1 MiB pipes",
        haproxy("tcp", *ALWAYS_SPLICE, tuning=("tune.pipesize 1048576",)),
        partial(version, "haproxy"),
        requests=False,
        connects=False,
    ),
    Candidate(
        "haproxy-auto",
        "the same relay, but it decides when to splice (option splice-auto), by 64 KiB pipes",
        haproxy("tcp", "option splice-auto"),
        partial(version, "haproxy"),
        requests=False,
        connects=False,
    ),
    Candidate(
        "haproxy-copy",
        "the same relay without splice",
        haproxy("tcp"),
        partial(version, "haproxy"),
        requests=False,
        connects=False,
    ),
    Candidate(
        "haproxy-http",
        "mode http to one origin, told it beforehand; 1 thread; http-reuse always; no log",
        haproxy("http", "http-reuse always"),
        partial(version, "haproxy"),
        tunnels=False,
        connects=False,
    ),
    Candidate(
        "haproxy-log",
        "haproxy-http with its log on, a line for each request, into a file: as ours",
        haproxy("http", "http-reuse always", "log stdout format raw local0", "option httplog"),
        partial(version, "haproxy"),
        tunnels=False,
        connects=False,
    ),
    Candidate(
        "squid",
        "one process (-N); caches nothing; its access log on, as by default",
        lambda origin: running_squid(),
        partial(version, "squid"),
    ),
    Candidate(
        "tinyproxy",
        f"its defaults, log on; MaxClients {MOST_CLIENTS}; a thread for each client",
        lambda origin: running_tinyproxy(f"MaxClients {MOST_CLIENTS}\n"),
        partial(version, "tinyproxy"),
    ),
    Candidate(
        "pproxy",
        "its defaults, on asyncio; no log",
        pypi("pproxy", "-l", "http://{host}:{port}"),
        partial(version_from_pypi, "pproxy"),
    ),
    Candidate(
        "proxy.py",
        "one acceptor, which serves its clients itself; 20,000 files; idle tunnels for an hour",
        pypi(
            "proxy",
            *("--hostname", "{host}", "--port", "{port}", "--data-dir", "{folder}"),
            *("--num-acceptors", "1", "--num-workers", "1", "--timeout", "3600"),
            *("--open-file-limit", "20000", "--log-file", "{folder}/access.log"),
        ),
        partial(version_from_pypi, "proxy.py"),
    ),
    Candidate(
        "mitmproxy",
        "mitmdump, quiet; looks into no tunnel (--ignore-hosts)",
        pypi(
            "mitmdump",
            *("--listen-host", "{host}", "--listen-port", "{port}", "--quiet"),
            *("--set", "confdir={folder}", "--ignore-hosts", ".*"),
        ),
        partial(version_from_pypi, "mitmproxy"),
    ),
    Candidate(
        "bare-python",
        "recv and send, and no more, by callbacks: a relay that understands nothing, as the least "
        "that a proxy in Python can take; a connection to the origin for each client",
        bare,
        lambda: f"Python {platform.python_version()}",
        tunnels=False,
        connects=False,
    ),
    Candidate(
        DIRECT,
        "no proxy at all: the limit that origin, client and machine set",
        nullcontext,
        lambda: "none",
        connects=False,
    ),
)
