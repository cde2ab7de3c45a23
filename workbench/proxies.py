"""Starts proxies and origins from the distribution, and the workbook's own, each on loopback.

    with running_squid() as proxy:
        requests.get(url, proxies={"http": proxy.url})

Knows how each program is configured and when it is ready. Knows nothing of what it is asked.
Every program listens on 127.0.0.1 only, has its files in a temporary folder, and ends with the
block.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from workbench.families import FAMILIES, ROOT
from workbench.kernel import wait_until

HOST = "127.0.0.1"
PORTS = range(20_000, 30_000)  # below Linux's ephemeral range: no port 0 and no connect takes one
READY_S, END_S = 15.0, 15.0
PACKAGES = {"nginx": "nginx-light"}  # of Debian, where its name is not the program's
HAPROXY_PIPES = 200  # for splice, at one time; by default a quarter of its clients


class NotInstalled(LookupError):
    """The program is not on this machine: the text says how to get it."""


class Running(NamedTuple):
    """A program that listens on HOST:`port`, until the block ends in which it was started."""

    name: str
    port: int
    process: subprocess.Popen
    folder: Path  # its configuration and its logs

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def address(self) -> tuple[str, int]:
        return HOST, self.port

    @property
    def pids(self) -> list[int]:
        """The program's own process first, then all that it has started."""
        import psutil

        first = psutil.Process(self.process.pid)
        return [first.pid, *(child.pid for child in first.children(recursive=True))]

    def said(self) -> str:
        """All that the program has written so far, on its outputs and into its logs."""
        texts = (path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log")))
        return "".join(texts)


def program(name: str) -> str:
    """Where the program is. Raises NotInstalled."""
    require(name)
    return str(_which(name))


def require(*names: str) -> None:
    """Raises NotInstalled, once for all of these programs that are missing."""
    missing = [name for name in names if not _which(name)]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        packages = " ".join(PACKAGES.get(name, name) for name in missing)
        raise NotInstalled(
            f"{' and '.join(missing)} {are} not installed: apt-get install {packages}"
        )


def _which(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def version(name: str) -> str:
    """What the program says about its version, in one line. Raises NotInstalled."""
    words = [program(name), "-v"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=10, check=False)
    return (said.stdout + said.stderr).splitlines()[0]


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens. Those who need one at once draw others."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with suppress(OSError), socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((HOST, port))
            return port


SQUID = """
http_port {host}:{port}
http_access allow all
cache deny all
pinger_enable off
shutdown_lifetime 0 seconds
pid_filename {folder}/pid
access_log stdio:{folder}/access.log
cache_log {folder}/cache.log
coredump_dir {folder}
"""

TINYPROXY = """
Listen {host}
Port {port}
Timeout 600
MaxClients 1000
PidFile "{folder}/pid"
LogFile "{folder}/tinyproxy.log"
"""

HAPROXY = """
global
    nbthread 1
    maxpipes {pipes}
    maxconn {most}
{tuning}
defaults
    mode {mode}
    timeout connect 10s
    timeout client 10m
    timeout server 10m
{options}
listen relay
    bind {host}:{port}
    server origin {origin}
"""

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 15000; }}
http {{
    access_log off;
    default_type application/octet-stream;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen {host}:{port} backlog=4096; root {root}; {extra} }}
}}
"""


@contextmanager
def running_squid(extra: str = "", within: Sequence[str] = ()) -> Iterator[Running]:
    """squid that lets everyone in and caches nothing; `extra` lines go into its configuration.

    `within` are words in front of the command, here and below: what runs it somewhere else.
    """
    with _folder() as folder:
        config, port = _written(folder, "squid.conf", SQUID + extra)
        # Its shared memory has a name for the whole machine, made from the service's name (-n).
        command = [*within, program("squid"), "-N", "-f", config, "-n", f"workbook{port}"]
        with _started("squid", command, folder, port) as squid:
            yield squid


@contextmanager
def running_tinyproxy(extra: str = "", within: Sequence[str] = ()) -> Iterator[Running]:
    """tinyproxy that lets everyone in; `extra` lines go into its configuration."""
    with _folder() as folder:
        config, port = _written(folder, "tinyproxy.conf", TINYPROXY + extra)
        command = [*within, program("tinyproxy"), "-d", "-c", config]
        with _started("tinyproxy", command, folder, port) as tinyproxy:
            yield tinyproxy


@contextmanager
def running_haproxy(
    origin: tuple[str, int],
    mode: str = "tcp",
    options: tuple[str, ...] = (),
    tuning: tuple[str, ...] = (),
) -> Iterator[Running]:
    """haproxy in front of one origin, in one thread: mode "tcp" is a relay, "http" a proxy.

    `options` are lines of its `defaults`: "option splice-auto", "http-reuse always"; `tuning` are
    lines of `global`. It serves as many clients as this process may have descriptors for: two for
    each, and some for itself.
    """
    with _folder() as folder:
        most = (_descriptors() - 2 * HAPROXY_PIPES - 100) // 2
        values = {"mode": mode, "origin": "{}:{}".format(*origin), "most": most}
        values |= {"pipes": HAPROXY_PIPES, "options": _lines(options), "tuning": _lines(tuning)}
        config, port = _written(folder, "haproxy.cfg", HAPROXY, **values)
        with _started("haproxy", [program("haproxy"), "-f", config], folder, port) as haproxy:
            yield haproxy


@contextmanager
def running_nginx(root: Path, extra: str = "") -> Iterator[Running]:
    """nginx as an origin with one worker, which serves the files in `root`.

    `extra` directives go into its configuration, into `server`.
    """
    with _folder() as folder:
        config, port = _written(folder, "nginx.conf", NGINX, root=root, extra=extra)
        command = [program("nginx"), "-p", str(folder), "-c", config]
        with _started("nginx", command, folder, port) as nginx:
            yield nginx


@contextmanager
def running_ours(*options: str, lab: str = "08", within: Sequence[str] = ()) -> Iterator[Running]:
    """The workbook's own proxy, from the tree that LABS names, with these options.

    Raises RuntimeError with what it said if it does not come up.
    """
    module = next(family.module for family in FAMILIES if family.number == lab)
    command = [*within, sys.executable, "-m", module, "--port", "0", *options]
    with _folder() as folder, _started(module, command, folder, None) as ours:
        first, _, _ = (folder / "stdout.log").read_text("utf-8").partition("\n")
        yield ours._replace(port=int(first.rpartition(":")[2]))


@contextmanager
def running_command(name: str, *command: str) -> Iterator[Running]:
    """Any other program, which listens where its words tell it to.

    In them {host}, {port} and {folder}, for its files, are filled in.
    """
    with _folder() as folder:
        port = free_port()
        words = [word.format(host=HOST, port=port, folder=folder) for word in command]
        with _started(name, words, folder, port) as running:
            yield running


PROXIES: dict[str, Callable[..., object]] = {
    "ours": running_ours,
    "lab09": partial(running_ours, lab="09"),
    "squid": running_squid,
    "tinyproxy": running_tinyproxy,
}


def _descriptors() -> int:
    """How many a program that is started here may have open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 20_000 if hard == resource.RLIM_INFINITY else hard


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder into which a program that gives up root's rights may still write."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as name:
        os.chmod(name, 0o777)
        yield Path(name)


def _lines(directives: tuple[str, ...]) -> str:
    return "\n".join(f"    {directive}" for directive in directives)


def _written(folder: Path, name: str, text: str, **values: object) -> tuple[str, int]:
    """Write a configuration with a free port down. Returns its path and the port."""
    port = free_port()
    path = folder / name
    path.write_text(text.format(host=HOST, port=port, folder=folder, **values), "utf-8")
    return str(path), port


@contextmanager
def _started(name: str, command: list[str], folder: Path, port: int | None) -> Iterator[Running]:
    """Run the command until the block ends; wait until it listens.

    With a `port`, until a connect succeeds; without one, until it has written its first line.
    """
    with (
        open(folder / "stdout.log", "wb") as stdout,
        open(folder / "stderr.log", "wb") as stderr,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
        ) as process,
    ):
        running = Running(name, port or 0, process, folder)
        try:
            _wait_until_ready(running)
            yield running
        finally:
            _end(process)


def _wait_until_ready(running: Running) -> None:
    def is_ready() -> bool:
        if running.process.poll() is not None:
            raise RuntimeError(f"{running.name} has ended: {running.said()}")
        if not running.port:
            return b"\n" in (running.folder / "stdout.log").read_bytes()
        with suppress(ConnectionRefusedError):
            socket.create_connection(running.address, READY_S).close()
            return True
        return False

    wait_until(is_ready, timeout_s=READY_S, what=running.name)


def _end(process: subprocess.Popen) -> None:
    """Ask the program to end, and make it end if it does not."""
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
