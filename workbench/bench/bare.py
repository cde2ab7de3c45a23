"""The least that Python can take: `python -m workbench.bench.bare HOST PORT ORIGIN_HOST PORT`.

A relay that understands nothing and bounds nothing: each client gets a connection to the origin,
and what one side says goes to the other. Only to compare with: a slow reader stops all others.
"""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

CHUNK_BYTES = 65_536
BACKLOG = 1_024


class Relay:
    """A loop, and whom it calls, by descriptor number."""

    def __init__(self, listener: socket.socket, origin: tuple[str, int]) -> None:
        self.listener, self.origin, self.poller = listener, origin, select.epoll()
        self.calls: dict[int, Callable[[], object]] = {}
        self.watch(listener, self.accept)

    def watch(self, sock: socket.socket, call: Callable[[], object]) -> None:
        self.calls[sock.fileno()] = call
        self.poller.register(sock.fileno(), select.EPOLLIN)

    def serve(self) -> None:
        """Until it is interrupted."""
        while True:
            for number, _ in self.poller.poll():
                if number in self.calls:
                    self.calls[number]()

    def accept(self) -> None:
        """Join a client to the origin. Blocks until that has accepted."""
        client, _ = self.listener.accept()
        try:
            origin = socket.create_connection(self.origin)
        except OSError:
            client.close()
            return
        for source, sink in ((client, origin), (origin, client)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.watch(source, partial(self.move, source, sink))

    def move(self, source: socket.socket, sink: socket.socket) -> None:
        """What one side says goes to the other. The end of one side is the end of both."""
        with suppress(ConnectionError):
            if data := source.recv(CHUNK_BYTES):
                sink.sendall(data)
                return
        for sock in (source, sink):
            del self.calls[sock.fileno()]
            sock.close()  # and so epoll forgets it


if __name__ == "__main__":
    host, port, origin_host, origin_port = sys.argv[1:]
    with (
        socket.create_server((host, int(port)), backlog=BACKLOG) as listener,
        suppress(KeyboardInterrupt),
    ):
        Relay(listener, (origin_host, int(origin_port))).serve()
