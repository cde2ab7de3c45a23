"""A socket that writes down what is done with it: the same calls, the same results.

Knows no script and no text. What it adds to a call is one line in a journal.
"""

from __future__ import annotations

import array
import errno
import fcntl
import socket
import struct
import termios
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.journal.events import End, Result

if TYPE_CHECKING:
    from workbench.journal.record import Journal

T = TypeVar("T")

TCP_CLOSE = 7  # the kernel's number of the state in which nothing is left to reset
_SIDE_CALLS = socket.MSG_PEEK | socket.MSG_OOB  # these move no byte of the stream
_HOW = {socket.SHUT_RD: "SHUT_RD", socket.SHUT_WR: "SHUT_WR", socket.SHUT_RDWR: "SHUT_RDWR"}


class RecordedSocket(socket.socket):
    """A socket that a journal watches. Made by `Journal.watch`; a plain socket otherwise.

    recvfrom, sendto, recvmsg, sendmsg and sendfile are not written down.
    """

    _journal: Journal | None = None
    _end: End | None = None

    def listen(self, *backlog: int) -> None:
        self._cause("listen", lambda: super(RecordedSocket, self).listen(*backlog))

    def connect(self, address: Any) -> None:
        self._cause("connect", lambda: super(RecordedSocket, self).connect(address))

    def connect_ex(self, address: Any) -> int:
        def describe(number: int) -> Result:
            return Result() if number == 0 else describe_error(OSError(number, ""))

        return self._cause(
            "connect", lambda: super(RecordedSocket, self).connect_ex(address), describe
        )

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept as always; the new socket is recorded under the listener's name."""
        try:
            client, address = super().accept()
        except OSError as error:
            self._note("accept", describe_error(error))
            raise
        if self._journal is None or self._end is None:
            return client, address
        recorded = take_over(self._journal, client, self._journal.new_end(self._end.who))
        recorded._note("accept", Result())
        return recorded, address

    def send(self, data: Any, flags: int = 0) -> int:
        view = memoryview(data).cast("B")
        stream = None if flags & _SIDE_CALLS else "sent"
        return self._cause(
            "send",
            lambda: super(RecordedSocket, self).send(data, flags),
            lambda count: Result(count, view[:count], note=_flag_words(flags), stream=stream),
            asked=len(view),
        )

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all as always. Where it fails, nobody can tell how much had gone."""
        view = memoryview(data).cast("B")
        self._cause(
            "sendall",
            lambda: super(RecordedSocket, self).sendall(data, flags),
            lambda _: Result(len(view), view, stream="sent"),
            asked=len(view),
        )

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        return self._effect(
            "recv",
            lambda: super(RecordedSocket, self).recv(bufsize, flags),
            lambda data: _received(data, bufsize, flags),
            asked=bufsize,
        )

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        view = memoryview(buffer).cast("B")
        asked = nbytes or len(view)
        return self._effect(
            "recv",
            lambda: super(RecordedSocket, self).recv_into(buffer, nbytes, flags),
            lambda count: _received(view[:count], asked, flags),
            asked=asked,
        )

    def shutdown(self, how: int) -> None:
        self._cause(
            "shutdown",
            lambda: super(RecordedSocket, self).shutdown(how),
            lambda _: Result(note=_HOW.get(how, str(how))),
        )

    def close(self) -> None:
        """Close as always; a second time says nothing. The reason for a reset is noted."""
        if self.fileno() == -1:
            super().close()
            return
        reason = why_close_resets(self)
        self._cause(
            "close",
            super().close,
            lambda _: Result(outcome="reset" if reason else "", note=reason),
        )

    def dup(self) -> RecordedSocket:
        """Return a second descriptor of the same end, recorded as the same end."""
        copy = super().dup()
        copy._journal, copy._end = self._journal, self._end
        return copy

    def note(self, action: str, words: str = "") -> None:
        """Write down something about this socket that was no call on it."""
        self._note(action, Result(note=words))

    def testify(self, at_s: float, action: str, asked: int | None, seen: Result) -> None:
        """Write down what another process, to which this end was given, says that it did with it.

        `at_s` is by time.monotonic(), which is one clock for all processes.
        """
        if self._journal is not None and self._end is not None:
            self._journal.testify(self._end, at_s, action, asked, seen)

    def _cause(
        self,
        action: str,
        call: Callable[[], T],
        describe: Callable[[T], Result] = lambda _: Result(),
        asked: int | None = None,
    ) -> T:
        """Make a call that others may notice: its place in the order is taken first."""
        if self._journal is None or self._end is None:
            return call()
        number = self._journal.begin(self._end, action, asked)
        result = Result(outcome="error", note="interrupted")
        try:
            value = call()
            result = describe(value)
        except OSError as error:
            result = describe_error(error)
            raise
        finally:
            self._learn_names()
            self._journal.finish(number, self._end, result)
        return value

    def _effect(
        self, action: str, call: Callable[[], T], describe: Callable[[T], Result], asked: int
    ) -> T:
        """Make a call that notices what others did: it is written down when it returns."""
        try:
            value = call()
        except OSError as error:
            self._note(action, describe_error(error), asked)
            raise
        self._note(action, describe(value), asked)
        return value

    def _note(self, action: str, result: Result, asked: int | None = None) -> None:
        if self._journal is not None and self._end is not None:
            self._learn_names()
            self._journal.finish(self._journal.begin(self._end, action, asked), self._end, result)

    def _learn_names(self) -> None:
        """Tell the journal who is at both ends, as soon as there is a connection."""
        if self._end.connection == 0:
            try:
                remote = self.getpeername()
            except OSError:
                return
            self._journal.connected(self._end, self.getsockname(), remote)


def take_over(journal: Journal, sock: socket.socket, end: End) -> RecordedSocket:
    """Return a recorded socket that owns the descriptor of `sock`; `sock` has none any more."""
    timeout_s = sock.gettimeout()
    recorded = RecordedSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    recorded.settimeout(timeout_s)
    recorded._journal, recorded._end = journal, end
    recorded._learn_names()
    return recorded


def describe_error(error: OSError) -> Result:
    """Return the outcome that an exception stands for; its text is left out: it may vary."""
    name = errno.errorcode.get(error.errno or 0, "")
    if isinstance(error, TimeoutError):
        return Result(outcome="timeout", note=name)
    if isinstance(error, BlockingIOError):
        waiting = error.errno == errno.EINPROGRESS
        return Result(outcome="in-progress" if waiting else "would-block")
    if isinstance(error, ConnectionResetError):
        return Result(outcome="reset")
    return Result(outcome="error", note=name or type(error).__name__)


def why_close_resets(sock: socket.socket) -> str:
    """Return why closing `sock` sends RST instead of FIN, or "" if it does not."""
    if sock.type != socket.SOCK_STREAM or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return ""
    try:
        sock.getpeername()
        if _state(sock) == TCP_CLOSE:
            return ""
        linger, seconds = struct.unpack(
            "ii", sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
        )
        if linger and seconds == 0:
            return "SO_LINGER 0"
        unread = count_unread(sock)
    except OSError:
        return ""
    return f"{unread} unread" if unread else ""


def count_unread(sock: socket.socket) -> int:
    """Return how many bytes the kernel holds for the next `recv`. Raises OSError."""
    waiting = array.array("i", [0])
    fcntl.ioctl(sock, termios.FIONREAD, waiting)
    return waiting[0]


def _state(sock: socket.socket) -> int | None:
    """Return the number of the TCP state, or None where the system does not tell."""
    if not hasattr(socket, "TCP_INFO"):
        return None
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def _received(data: bytes | memoryview, asked: int, flags: int) -> Result:
    if flags & _SIDE_CALLS:
        return Result(len(data), data, note=_flag_words(flags))
    ended = len(data) == 0 and asked > 0
    return Result(len(data), data, outcome="eof" if ended else "", stream="received")


def _flag_words(flags: int) -> str:
    """Return `MSG_PEEK` and the like, for the flags that take a call out of the stream."""
    return socket.MsgFlag(flags & _SIDE_CALLS).name or "" if flags & _SIDE_CALLS else ""
