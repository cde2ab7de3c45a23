"""Clients that harm: some drip a request byte by byte; some ask for much and read nothing.

A program of its own, so that its work is not in the way of who measures:
`python -m tests.attackers PROXY_PORT PAGE_URL BIG_URL DRIPPING STALLED`. Says "ready" when all are
at it, and ends with its stdin.
"""

import select
import socket
import sys
import time
from contextlib import suppress

EVERY_S = 0.1  # 100 of them send 1,000 bytes each second, each in a segment of its own
TINY_BYTES = 4096  # of a receive buffer: what nobody reads is to wait in the proxy, not here


def get(url: str) -> bytes:
    return f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


class Dripping:
    """Sends its request byte by byte, again and again, and reads what comes."""

    def __init__(self, proxy: tuple[str, int], request: bytes) -> None:
        self.sock = socket.create_connection(proxy)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        self.request, self.sent = request, 0

    def drip(self) -> None:
        with suppress(BlockingIOError):
            self.sock.recv(65_536)
        self.sock.send(self.request[self.sent : self.sent + 1])
        self.sent = (self.sent + 1) % len(self.request)


def stalled(proxy: tuple[str, int], request: bytes) -> socket.socket:
    """Asks, and never reads."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TINY_BYTES)
    sock.connect(proxy)
    sock.sendall(request)
    return sock


def main(port: str, page: str, big: str, dripping: str, stalling: str) -> None:
    proxy = ("127.0.0.1", int(port))
    stopped = [stalled(proxy, get(big)) for _ in range(int(stalling))]
    drips = [Dripping(proxy, get(page)) for _ in range(int(dripping))]
    for sock in stopped:
        sock.recv(1, socket.MSG_PEEK)  # its answer has begun
    print("ready", flush=True)
    turn_s = EVERY_S / max(1, len(drips))
    while not select.select([sys.stdin], [], [], 0)[0]:
        for each in drips:
            each.drip()
            time.sleep(turn_s)


if __name__ == "__main__":
    main(*sys.argv[1:])
