"""What the labs do in the sandbox that a reader of a failure wants to know. Runs there.

It is the submission's own word: shown, and never marked.
"""

from __future__ import annotations

import errno
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

LOGGED = 20  # exceptions in the labs' log that travel with one answer
TOLD = 200  # calls on sockets, likewise
EXCERPT_BYTES = 256  # of each call's data: more is not shown


class Noted(logging.Handler):
    """Keeps the exceptions that the labs write to their log, until the next answer takes them."""

    def __init__(self) -> None:
        super().__init__()
        self._raised: list[BaseException] = []
        logging.getLogger("labs").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] and len(self._raised) < LOGGED:
            self._raised.append(record.exc_info[1])

    def take(self) -> list[BaseException]:
        taken, self._raised = self._raised, []
        return taken


class Watched(socket.socket):
    """A socket that tells what is done with it, as the journal would, if it saw that."""

    tell: Callable[..., None]

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        return self._told("recv", bufsize, lambda: super(Watched, self).recv(bufsize, flags))

    def send(self, data: Any, flags: int = 0) -> int:
        sent = memoryview(data).cast("B")
        call = lambda: super(Watched, self).send(data, flags)  # noqa: E731
        return self._told("send", len(sent), call, sent)

    def sendall(self, data: Any, flags: int = 0) -> None:
        sent = memoryview(data).cast("B")
        call = lambda: super(Watched, self).sendall(data, flags)  # noqa: E731
        return self._told("sendall", len(sent), call, sent)

    def shutdown(self, how: int) -> None:
        note = {0: "SHUT_RD", 1: "SHUT_WR", 2: "SHUT_RDWR"}.get(how, "")
        return self._told("shutdown", None, lambda: super(Watched, self).shutdown(how), note=note)

    def close(self) -> None:
        if self.fileno() >= 0:
            self.tell(time.monotonic(), "close", None, None, b"", "", "")
        super().close()

    def _told(
        self,
        action: str,
        asked: int | None,
        call: Callable[[], Any],
        sent: memoryview | None = None,
        note: str = "",
    ) -> Any:
        begun_s = time.monotonic()
        try:
            value = call()
        except OSError as error:
            outcome, why = in_words(error)
            self.tell(begun_s, action, asked, None, b"", outcome, why)
            raise
        data = value if action == "recv" else (sent or b"")
        moved = asked if action == "sendall" else value if action == "send" else len(data)
        at_s = time.monotonic() if action == "recv" else begun_s  # an effect, or a cause
        ended = "eof" if action == "recv" and asked and not data else ""
        head = bytes(data[: min(EXCERPT_BYTES, moved)])
        self.tell(at_s, action, asked, moved, head, ended, note)
        return value


def in_words(error: OSError) -> tuple[str, str]:
    """An outcome of the journal's, and a note."""
    name = errno.errorcode.get(error.errno or 0, "")
    if isinstance(error, TimeoutError):
        return "timeout", name
    if isinstance(error, BlockingIOError):
        return "would-block", ""
    if isinstance(error, ConnectionResetError):
        return "reset", ""
    return "error", name or type(error).__name__


class Telling:
    """Collects what watched sockets tell, until the next answer takes it with it."""

    def __init__(self) -> None:
        self._told: list[list] = []

    def watched(self, descriptor: int, number: int) -> Watched:
        """A socket that tells, under the number by which the judge knows it."""
        sock = Watched(fileno=descriptor)
        sock.tell = lambda *what: self._note(number, *what)
        return sock

    def _note(self, number: int, *what: Any) -> None:
        if len(self._told) < TOLD:
            self._told.append([number, *what])

    def take(self) -> list[list]:
        taken, self._told = self._told, []
        return taken
