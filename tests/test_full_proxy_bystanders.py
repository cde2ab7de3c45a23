"""A hundred clients that drip, and twenty that stop reading 100 MB: the others hardly notice.

Two proxies run, and only one is attacked; a request to the one and a request to the other take
turns. So whatever else the machine does is in both, and the medians can be compared. For the
authors, on the reference. BYSTANDERS=long in the environment takes twenty times as many samples.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest

from workbench.families import ROOT, lab_tree
from workbench.kernel import has_proc, wait_until
from workbench.proxies import NotInstalled, running_nginx, running_ours

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)
if not has_proc():
    pytest.skip("memory is read from /proc", allow_module_level=True)

DRIPPING, STALLED = 100, 20
SAMPLES = 20_000 if os.environ.get("BYSTANDERS") == "long" else 1_000
RATIO, GROWTH_BYTES = 1.5, 8 << 20
BIG_BYTES = 100_000_000
PAGE_BYTES = 1000
LIMIT_S = 10.0


@pytest.fixture(scope="module")
def site():
    """The URL of an nginx with a small page and a big file; its worker may read them."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page").write_bytes(b"x" * PAGE_BYTES)
        with open(folder / "big", "wb") as big:
            big.truncate(BIG_BYTES)
        try:
            with running_nginx(folder) as nginx:
                yield nginx.url
        except NotInstalled as missing:
            pytest.skip(str(missing))


@contextmanager
def attacked(port, site, dripping=DRIPPING, stalled=STALLED):
    """While the block runs, they are all at it."""
    words = [str(port), f"{site}/page", f"{site}/big", str(dripping), str(stalled)]
    command = [sys.executable, "-m", "tests.attackers", *words]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as attackers:
        assert attackers.stdout.readline() == "ready\n"
        wait_until_stalled(port)
        yield
        attackers.stdin.close()
        assert attackers.wait(LIMIT_S) == 0, "it was cut off: the attack was none"


def wait_until_stalled(port):
    """Until no more bytes go into the kernel's buffers for those who don't read: some megabytes."""
    seen = [-1]

    def is_stalled():
        seen.append(unsent_bytes(port))
        time.sleep(0.05)  # the time in which nothing may have moved
        return seen[-1] == seen[-2]

    wait_until(is_stalled, timeout_s=LIMIT_S, what="the readers' buffers are full")


def unsent_bytes(port):
    """What waits in the kernel to be sent from this port of 127.0.0.1, on all connections."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[4].split(":")[0], 16) for row in rows if row[1].endswith(f":{port:04X}"))


def latencies_s(proxies, url, count):
    """How long so many requests to each took: in turns, half of them on a connection of their own.

    Returns a list for each proxy.
    """
    request = f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    taken = [[] for _ in proxies]
    with ExitStack() as stack:
        kept = [stack.enter_context(socket.create_connection(at, LIMIT_S)) for at in proxies]
        for _ in range(count // 2):
            for each, sock in zip(taken, kept, strict=True):
                each.append(exchange_s(sock, request))
            for each, at in zip(taken, proxies, strict=True):
                began_s = time.perf_counter()
                with socket.create_connection(at, LIMIT_S) as fresh:
                    connect_s = time.perf_counter() - began_s
                    each.append(connect_s + exchange_s(fresh, request))
    return taken


def exchange_s(sock, request):
    began_s = time.perf_counter()
    sock.sendall(request)
    heard = sock.recv(65_536)
    assert heard.startswith(b"HTTP/1.1 200 "), heard
    while not heard.endswith(b"x" * PAGE_BYTES):
        data = sock.recv(65_536)
        assert data, heard
        heard += data
    return time.perf_counter() - began_s


def memory_bytes(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024


def test_the_others_hardly_notice_who_drips_and_who_stalls(site):
    options = ("--log-format", "none")
    with running_ours(*options) as quiet, running_ours(*options) as busy:
        both, page = (quiet.address, busy.address), f"{site}/page"
        latencies_s(both, page, 200)  # until everything is warm
        before = memory_bytes(busy.pids[0])
        with attacked(busy.port, site):
            alone, beside = map(median, latencies_s(both, page, SAMPLES))
            growth = memory_bytes(busy.pids[0]) - before
    print(f"median {alone * 1e6:.0f} µs alone, {beside * 1e6:.0f} µs beside them: "
          f"{beside / alone:.2f} times; memory +{growth / 1024:.0f} KiB")  # fmt: skip
    assert beside < RATIO * alone
    assert growth < GROWTH_BYTES
