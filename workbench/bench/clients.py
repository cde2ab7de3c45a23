"""The clients of the benchmark: tunnels that are opened, filled, held idle, asked, or stalled.

Cheap on purpose: they share the machine with the proxy. Knows sockets; not who serves, nor how
anything is judged.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from typing import NamedTuple

Address = tuple[str, int]

WAIT_S = 5.0  # for one answer: whoever takes longer is counted as one that does not answer
READ_BYTES = 1 << 20
HEAD_LIMIT_BYTES = 65_536
AT_ONCE = 50
CRLF = b"\r\n"
#: Clients come from several addresses: each has 28,000 ports to one destination, and after a run
#: many of them are in TIME-WAIT.
SOURCES = tuple(f"127.0.0.{last}" for last in range(2, 10))


class Refused(OSError):
    """A proxy did not open a tunnel: the text says what it answered."""


class Way(NamedTuple):
    """How a client gets to the origin: through `proxy`, by CONNECT or straight on (a relay)."""

    proxy: Address
    origin: Address
    connects: bool

    @property
    def authority(self) -> str:
        return "{}:{}".format(*self.origin)

    def open(self, source: str = SOURCES[0], buffer_bytes: int = 0) -> socket.socket:
        """A connection that ends at the origin. Blocks. Raises OSError; Refused is one."""
        sock = self.ask(source, buffer_bytes)
        try:
            self.await_answer(sock)
        except OSError:
            sock.close()
            raise
        return sock

    def ask(self, source: str, buffer_bytes: int = 0) -> socket.socket:
        """Connect to the proxy, and send CONNECT if it wants that. Blocks. Raises OSError.

        With `buffer_bytes` the kernel keeps no more than about so much that was not read.
        """
        sock = socket.socket()
        try:
            sock.settimeout(WAIT_S)
            if buffer_bytes:  # before the connect: later the window is agreed on already
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
            sock.bind((source, 0))
            sock.connect(self.proxy)
            if self.connects:
                authority = self.authority
                sock.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        except OSError:
            sock.close()
            raise
        return sock

    def await_answer(self, sock: socket.socket) -> None:
        """Wait until the tunnel is open. Raises Refused if the answer is not 200."""
        if self.connects and (head := recv_head(sock)).split(b" ", 2)[1:2] != [b"200"]:
            raise Refused(f"CONNECT was answered with {head.partition(CRLF)[0]!r}")


def recv_head(sock: socket.socket) -> bytes:
    """All up to the first empty line, and what came with it. Raises Refused if it does not come."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(HEAD_LIMIT_BYTES)
        if not piece or len(head) > HEAD_LIMIT_BYTES:
            raise Refused(f"the stream ended after {head[:60]!r}")
        head += piece
    return head


def get(authority: str, path: str, base: str = "") -> bytes:
    """A GET request; with a `base`, http://authority, in the form that a proxy wants."""
    return f"GET {base}{path} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()


@contextmanager
def tunnels(way: Way, count: int, buffer_bytes: int = 0) -> Iterator[list[socket.socket]]:
    """So many open tunnels, each from another address. Raises OSError if one can't be opened."""
    with ExitStack() as stack:
        sources = islice(cycle(SOURCES), count)
        yield [stack.enter_context(way.open(source, buffer_bytes)) for source in sources]


def drain(socks: Sequence[socket.socket], seconds: float) -> int:
    """Read from all of them for so long, throw it away, and return how many bytes that was.

    MSG_TRUNC has the kernel throw them away (tcp(7)): no copy, so the client costs little. Raises
    Refused if one of them ends before.
    """
    taken, nothing = 0, bytearray(READ_BYTES)
    end_s = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for sock in socks:
            sock.setblocking(False)
            selector.register(sock, selectors.EVENT_READ)
        while (left_s := end_s - time.monotonic()) > 0:
            for key, _ in selector.select(left_s):
                count = key.fileobj.recv_into(nothing, READ_BYTES, socket.MSG_TRUNC)
                if not count:
                    raise Refused(f"a tunnel ended after {taken:,} bytes")
                taken += count
    return taken


def round_trips(sock: socket.socket, request: bytes, seconds: float) -> list[float]:
    """Ask one question again and again for so long; return how many seconds each answer took.

    All answers have the length of the first one, which is a head and a body of that size: the
    caller sees to it that the origin gives always the same. Blocks. Raises OSError.
    """
    sock.sendall(request)
    length = len(recv_message(sock))
    waits: list[float] = []
    end_s = time.perf_counter() + seconds
    while (began_s := time.perf_counter()) < end_s:
        sock.sendall(request)
        recv_length(sock, length)
        waits.append(time.perf_counter() - began_s)
    return waits


def recv_message(sock: socket.socket) -> bytes:
    """A whole response that has a Content-Length. Raises Refused if there is none."""
    data = recv_head(sock)
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            missing = int(line.partition(b":")[2]) - len(body)
            return data + recv_length(sock, missing)
    raise Refused(f"no length in {head[:60]!r}")


def recv_length(sock: socket.socket, length: int) -> bytes:
    """The next so many bytes. Raises Refused if the stream ends before."""
    data = b""
    while len(data) < length:
        piece = sock.recv(length - len(data))
        if not piece:
            raise Refused("the stream ended in the middle of an answer")
        data += piece
    return data


class Crowd:
    """Tunnels that are open, and in which nothing moves."""

    def __init__(self, way: Way) -> None:
        self.way, self.sources = way, cycle(SOURCES)
        self.socks: list[socket.socket] = []

    def grow(self, count: int, limit_s: float) -> str:
        """Open tunnels until there are `count`. Returns "", or why there are fewer.

        Stops after `limit_s`, and when one can't be opened: that is the proxy's limit.
        """
        end_s = time.monotonic() + limit_s
        while len(self.socks) < count:
            if time.monotonic() > end_s:
                return f"{len(self.socks):,} after {limit_s:g} s"
            try:
                self.open_some(min(AT_ONCE, count - len(self.socks)))
            except OSError as error:
                return f"{len(self.socks):,}: {error}"
        return ""

    def open_some(self, count: int) -> None:
        """Open so many at once: all ask before the first answer is read. Raises OSError."""
        asking = []
        try:
            for source in islice(self.sources, count):
                asking.append(self.way.ask(source))
            while asking:
                self.way.await_answer(asking[0])
                self.socks.append(asking.pop(0))
        finally:
            for sock in asking:
                sock.close()

    def close(self) -> None:
        """Close all of them."""
        while self.socks:
            self.socks.pop().close()
