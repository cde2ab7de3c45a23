"""Lab 04: writing, in any slicing, with a bound, and to a good end.

Gets bytes into the kernel and sees a connection off. Knows nothing of what the bytes mean.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from contextlib import suppress

CHUNK_BYTES = 65_536  # what one recv asks for while it only throws away
LIMIT_BYTES = 256 * 1024  # a few turns' worth for a fast peer, and little for a thousand slow ones


def wait_until_writable(sock: socket.socket) -> None:
    """Block until the kernel has room for more of this socket's bytes, or an error to tell. Given.

    Takes no CPU time while it waits, whatever mode the socket is in: the kernel wakes it. How
    that works is the matter of notebook 06.
    """
    waiter = select.poll()
    waiter.register(sock, select.POLLOUT)
    waiter.poll()


def send_all(sock: socket.socket, data: bytes) -> None:  # exercise
    """Put all of `data` into the kernel, without `socket.sendall`: that is the exercise.

    `send` takes what fits and returns how many bytes that was (send(2)): go on behind them. Do
    not copy what is left each time: a slice of a `memoryview` is free. Empty `data` is no error.

    Returns None once the kernel has taken the last byte, which does not mean that the peer has
    read it. Blocks until then, whatever mode `sock` is in: the timeout of `sock`, if it has one,
    bounds each wait for room and not the whole; where a non-blocking socket has no room
    (BlockingIOError), `wait_until_writable` waits without spinning.

    Raises TimeoutError if there was no room for as long as the socket's timeout; BrokenPipeError
    or ConnectionResetError if the peer is gone; TypeError for text. How much had been taken by
    then is not known. Does not close `sock`.
    """
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            wait_until_writable(sock)


class SendBuffer:
    """Bytes that wait until the kernel takes them, and a word to their producer when to stop.

    The bound is a soft one, like asyncio's high-water mark: `append` takes every piece whole, and
    a producer that asks `is_full` before it makes the next one never has more than `limit_bytes`
    and one piece in memory.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        """Begin empty. Given. A bytearray is cheap at both ends: `+=`, and `del waiting[:n]`."""
        self.limit_bytes = limit_bytes
        self._waiting = bytearray()

    @property
    def pending(self) -> int:  # exercise
        """How many bytes wait here, not yet taken by the kernel. What it took is not counted."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:  # exercise
        """True as soon as `limit_bytes` or more are pending: the producer must stop.

        False again when a flush has brought it below.
        """
        return self.pending >= self.limit_bytes

    def append(self, data: bytes) -> None:  # exercise
        """Keep a copy of `data` behind what is pending. Takes all of it, even if full.

        Returns None. Sends nothing and does not block. Raises TypeError for text.
        """
        self._waiting += data

    def flush(self, sock: socket.socket) -> int:  # exercise
        """Give the kernel as much as it takes now, in order, and keep the rest for the next time.

        `sock` is non-blocking. Returns how many bytes were taken: 0 if nothing is pending, or if
        the kernel has no room. Never blocks: one `send` is enough, for if it took only a part,
        then there is no more room.

        Raises BrokenPipeError or ConnectionResetError if the peer is gone; what was pending then
        still is. Does not close `sock`.
        """
        if not self._waiting:
            return 0
        try:
            taken = sock.send(self._waiting)
        except BlockingIOError:
            return 0
        del self._waiting[:taken]
        return taken


def finish_sending(sock: socket.socket) -> None:  # exercise
    """Tell the peer that nothing more will come: it reads what is under way, then `b""`.

    Ends one direction of the connection (RFC 9293 §3.6: "I have no more data to send"), whatever
    other descriptors there are for it. The other direction stays open: you can still receive.

    Returns None at once, though bytes may still be under way. Does not block, does not close
    `sock`; to do it twice is no error. Nor is a peer that is gone (ENOTCONN): there is nobody
    left to tell. Raises OSError (EBADF) if `sock` is closed.
    """
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise


def close_gracefully(sock: socket.socket, timeout_s: float) -> None:  # exercise
    """Close `sock` so that the peer gets all that was sent, even if it has sent what nobody read.

    To close with unread input resets the connection (RFC 2525 §2.17), and that destroys what has
    not reached the peer yet. So: finish sending; read and throw away until the peer has ended,
    too; then close. `timeout_s` bounds this in total, not each `recv`, or a peer that drips a
    byte now and then would hold you for ever. At 0 nothing is awaited.

    When the time is up, or the peer is gone, that is the end of it all the same: `sock` is closed
    in every case, and the connection with it, whoever else holds a descriptor. A `recv` that
    waits in another thread wakes (`shutdown` does that, `close` does not).

    Returns None. Blocks for `timeout_s` at the most, whatever mode `sock` is in. Raises nothing.
    """
    deadline_s = time.monotonic() + timeout_s
    with suppress(OSError):  # a reset, a timeout: there is nobody left to be graceful to
        finish_sending(sock)
        while (left_s := deadline_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            if not sock.recv(CHUNK_BYTES):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
