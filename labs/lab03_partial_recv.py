"""Lab 03: why did only half of it arrive?

Cuts a stream into messages, whatever the pieces in which it comes. Does not know what they mean.

Two rules run through all labs. `None` means "not yet, feed me more". `b""` from `recv` means the
end of the stream: nothing will ever come. Never mix them.
"""

from __future__ import annotations

import socket

RECV_BYTES = 65_536  # for one recv: Python sets that much memory aside before it reads
CRLF = b"\r\n"


class EndOfStream(EOFError):
    """The stream ended in the middle of a message. Given.

    `received` is how many bytes of the message had come, `wanted` is how many it has: None if
    nobody knows that.
    """

    def __init__(self, received: int, wanted: int | None = None) -> None:
        super().__init__(received, wanted)
        self.received, self.wanted = received, wanted

    def __str__(self) -> str:
        of = "" if self.wanted is None else f" of {self.wanted:,}"
        return f"the stream ended in the middle of a message, after {self.received:,}{of} bytes"


class LimitExceeded(ValueError):
    """A message is longer than the `limit` bytes that it may have. Given."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the message is longer than {self.limit:,} bytes, which is the limit"


def recv_exactly(sock: socket.socket, count: int) -> bytes:  # exercise
    """The next `count` bytes of the stream, in however many pieces they come.

    Returns exactly `count` bytes (0 of them at once, without reading), and takes none of those
    that come after them: these stay in the kernel for whoever reads next.

    Blocks until all are there; does not wait for the peer to close. Raises EndOfStream(received,
    count) if the stream ends first. What `recv` raises passes through (a timeout, a reset), and
    what had come by then is lost: where that matters, use a ReceiveBuffer. Does not close `sock`.
    """
    raise NotImplementedError("recv_exactly")


class ReceiveBuffer:
    """Bytes that have come and were not taken yet, and the rules by which messages are taken.

    Does no I/O, so it serves a blocking socket and an event loop alike: somebody else receives,
    and feeds it. What it gives depends on the bytes only, never on the pieces in which they came.
    """

    def __init__(self) -> None:
        """Starts empty. Given; who stores the bytes in another way changes the next two as well."""
        self._data = bytearray()
        self._sought = b""  # what take_until has found out: this delimiter
        self._searched = 0  # does not begin at any of the first so many places

    def __len__(self) -> int:
        """How many bytes wait to be taken; recv_until needs to know. Given."""
        return len(self._data)

    def take_at_most(self, count: int) -> bytes:
        """Takes the first `count` bytes, or all if fewer are there, and returns them. Given.

        b"" says here that nothing is there, and no more: no stream was asked. All bytes leave the
        buffer through this method; later labs also use it to pass bytes on as they come. Its cost
        does not grow with what stays: `del` at the front of a bytearray moves nothing.
        """
        taken = bytes(self._data[:count])
        del self._data[:count]
        self._searched = max(0, self._searched - count)
        return taken

    def feed(self, data: bytes) -> None:  # exercise
        """Adds `data`, of any length, at the end of what is there. No I/O.

        b"" changes nothing. The end of the stream is not for the buffer: who receives it acts.
        """
        raise NotImplementedError("ReceiveBuffer.feed")

    def take_exactly(self, count: int) -> bytes | None:  # exercise
        """Takes the first `count` bytes out of the buffer and returns them. No I/O.

        Returns None, and takes nothing, if fewer are there: not yet. `take_exactly(0)` is b"".
        Its cost must not grow with what stays in the buffer.
        """
        raise NotImplementedError("ReceiveBuffer.take_exactly")

    def take_until(self, delimiter: bytes, limit: int) -> bytes | None:  # exercise
        """Takes all up to the first `delimiter`, and the delimiter, and returns both. No I/O.

        Returns None, and takes nothing, if the delimiter is not there yet; it may come in several
        pieces. `limit` is the most that may be returned, in bytes, delimiter included; what comes
        after the message does not count. Raises LimitExceeded(limit), and takes nothing, as soon
        as `limit` bytes are there and the first `limit` hold no whole delimiter.

        Write it in two steps. First make it right: search from the front each time. All checks but
        one will pass. Then make it quick: search no place twice. When nothing was found, note in
        `_searched` how many places at the front need no second search: all but the last
        len(delimiter) - 1, where a delimiter may still begin, and never fewer than 0. The next
        search begins there; for another delimiter than `_sought` it begins at the front.
        """
        raise NotImplementedError("ReceiveBuffer.take_until")


def recv_until(
    sock: socket.socket, buffer: ReceiveBuffer, delimiter: bytes, limit: int
) -> bytes:  # exercise
    """The next message that ends in `delimiter`, with the delimiter; reads only if it must.

    What `buffer` holds comes first: if a whole message is there, `sock` is not read at all. What
    was received after the message stays in `buffer` for the next call.

    Blocks until the message is there. Raises LimitExceeded as `take_until` does. Never asks `recv`
    for more than `limit - len(buffer)` bytes, so that the buffer never grows beyond `limit`,
    whatever the peer sends.

    Returns b"" if the stream ends before the first byte of a message, which is a clean end; raises
    EndOfStream(received) if it ends in the middle of one. What `recv` raises passes through (a
    timeout, BlockingIOError, a reset). In every case what has come stays in `buffer`, so that one
    can go on after a timeout. Does not close `sock`.
    """
    raise NotImplementedError("recv_until")


def recv_line(sock: socket.socket, buffer: ReceiveBuffer, limit: int) -> bytes:  # exercise
    r"""The next line, with its CRLF; b"" at the end of the stream.

    A line ends in CRLF, as in HTTP (RFC 9112 §2.1), SMTP and FTP; a CR or an LF alone ends none.
    So an empty line is b"\r\n", and b"" can only be the end.

    Blocks, raises, and keeps the rest as `recv_until` does: let it do the work.
    """
    raise NotImplementedError("recv_line")
