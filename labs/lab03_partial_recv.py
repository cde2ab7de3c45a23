"""Lab 03: why did only half of it arrive?

Makes messages of a stream, in whatever pieces it comes. Knows nothing of what they mean.

Two rules run through all labs. `None` means "not yet, feed me more". `b""` from `recv` means the
end of the stream: nothing will ever come. Never mix them.
"""

from __future__ import annotations

import socket

RECV_BYTES = 65_536  # recv(n) sets n bytes of memory aside first: more gains little
CRLF = b"\r\n"


class EndOfStream(EOFError):
    """The peer stopped sending in the middle of a message. Given.

    `received` bytes of it had come, of `wanted` ones; None where nobody knows its length.
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
    behind them: they stay with the kernel for whoever reads next.

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
        """Starts empty. Given; if you keep your bytes in another way, mend `__len__` too."""
        self._data = bytearray()
        self._sought = b""  # the delimiter for which take_until searched last,
        self._searched = 0  # and so many bytes at the front hold none that is whole

    def __len__(self) -> int:
        """How many bytes wait to be taken. Given."""
        return len(self._data)

    def take_at_most(self, count: int) -> bytes:
        """Takes what is there, but no more than `count` bytes; b"" if nothing is there. Given."""
        return self.take_exactly(min(count, len(self)))

    def feed(self, data: bytes) -> None:  # exercise
        """Adds `data`, of any length, behind what is there. Returns nothing; no I/O.

        b"" changes nothing. The end of the stream is not for the buffer: who receives it acts.
        """
        raise NotImplementedError("ReceiveBuffer.feed")

    def take_exactly(self, count: int) -> bytes | None:  # exercise
        """Takes the first `count` bytes out of the buffer and returns them. No I/O.

        Returns None, and takes nothing, if fewer are there: not yet. `take_exactly(0)` is b"".

        Its cost must not grow with what stays behind: `del self._data[:count]` moves nothing
        (a bytearray only notes where it begins now), `self._data[count:]` copies all the rest.
        The place up to which `take_until` has searched moves to the front as well.
        """
        raise NotImplementedError("ReceiveBuffer.take_exactly")

    def take_until(self, delimiter: bytes, limit: int) -> bytes | None:  # exercise
        """Takes all up to and including the first `delimiter`, and returns it. No I/O.

        Returns None, and takes nothing, if the delimiter is not there yet. `limit` is the most
        that may be returned, in bytes, delimiter included; what lies behind the message does not
        count. Raises LimitExceeded(limit), and takes nothing, as soon as `limit` bytes are there
        and no delimiter ends among them, even if one stands further behind.

        A delimiter may come in two pieces. Yet no byte is searched again and again: go on where
        the last search ended, less len(delimiter) - 1 bytes. Another delimiter begins anew.
        """
        raise NotImplementedError("ReceiveBuffer.take_until")


def recv_until(
    sock: socket.socket, buffer: ReceiveBuffer, delimiter: bytes, limit: int
) -> bytes:  # exercise
    """The next message that ends in `delimiter`, with the delimiter; read only if need be.

    What `buffer` holds comes first: if a whole message is there, `sock` is not read at all. What
    was received behind the message stays in `buffer` for the next call.

    Blocks until the message is there. Raises LimitExceeded as `take_until` does. Never asks `recv`
    for more than `limit - len(buffer)` bytes (nor for more than RECV_BYTES), so that the buffer
    never grows beyond `limit`, whatever the peer sends.

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

    Blocks, raises and keeps leftovers as `recv_until` does: let it do the work.
    """
    raise NotImplementedError("recv_line")
