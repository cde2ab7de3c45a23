"""`python -m workbench.bench.origin HOST PORT`: an origin in plain Python, where nginx is missing.

A thread for each connection, keep-alive, two files in memory. It knows no more of HTTP than that.
"""

from __future__ import annotations

import socketserver
import sys
from contextlib import suppress
from email.utils import formatdate

SMALL, BIG = "/small", "/big"
SMALL_BYTES, BIG_BYTES = 1024, 64 << 20


def response(body: bytes, status: str = "200 OK") -> bytes:
    date = formatdate(usegmt=True)  # whoever has a clock sends it (RFC 9110 §6.6.1)
    head = f"HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


ANSWERS = {SMALL: response(b"x" * SMALL_BYTES), BIG: response(bytes(BIG_BYTES))}
NOT_FOUND = response(b"", "404 Not Found")


class Answers(socketserver.StreamRequestHandler):
    """One client: answers until it ends, or goes away in the middle of an answer."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(ConnectionError):
            while line := self.rfile.readline():
                while self.rfile.readline().strip():  # its fields say nothing that matters here
                    pass
                _, path, *_ = line.decode("latin-1").split(" ")
                self.connection.sendall(ANSWERS.get(path, NOT_FOUND))


class Origin(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    with Origin((sys.argv[1], int(sys.argv[2])), Answers) as origin, suppress(KeyboardInterrupt):
        origin.serve_forever()
