"""Lab 04: writing, in any slicing, with a bound, and to a good end.

Gets bytes into the kernel and ends a connection. Knows nothing of what the bytes mean.
"""

from __future__ import annotations

import errno
import select
import socket
import struct
import time
from contextlib import suppress

CHUNK_BYTES = 65_536  # what one recv asks for while it only throws away
LIMIT_BYTES = 256 * 1024  # a few turns' worth for a fast peer, and little for a thousand slow ones


def wait_until_writable(sock: socket.socket) -> None:
    """Block until the kernel has room for more of this socket's bytes, or has an error. Given.

    Uses no CPU time: the kernel wakes it (how, that is notebook 06). It knows nothing of the
    timeout of `sock`: if nobody ever reads, it waits for ever.
    """
    waiter = select.poll()
    waiter.register(sock, select.POLLOUT)
    waiter.poll()


def send_all(sock: socket.socket, data: bytes) -> None:  # exercise
    """Put all of `data` into the kernel, without `socket.sendall`: that is the exercise.

    `send` takes what fits and returns how many bytes that was: go on after them. Do not copy the
    rest each time: a slice of a `memoryview` copies nothing. Empty `data` is no error.

    Returns None when the kernel has taken the last byte (the peer need not have read it). Where
    there is no room,

    - on a blocking socket, `send` waits;
    - on one with a timeout, `send` waits that long and then raises TimeoutError: let it through.
      So the timeout bounds each wait for room, and not the whole;
    - on a non-blocking one, `send` raises BlockingIOError: wait with `wait_until_writable`, which
      uses no CPU time, and go on.

    Raises BrokenPipeError or ConnectionResetError if the peer is gone, and TypeError for text.
    After an error nobody can say how many bytes were taken. Never closes `sock`, and leaves its
    mode as it was.
    """
    raise NotImplementedError("send_all")


class SendBuffer:
    """Bytes that wait until the kernel takes them, with a limit that tells their producer to stop.

    The limit cuts nothing off: `append` takes each piece whole. A producer that asks `is_full`
    before it makes the next piece never has more than `limit_bytes` and one piece in memory.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        """Begin empty. Given. A bytearray can grow (`+=`) and lose its front (`del it[:n]`)."""
        self.limit_bytes = limit_bytes
        self._waiting = bytearray()

    @property
    def pending(self) -> int:  # exercise
        """How many bytes wait here, not yet taken by the kernel. What it took is not counted."""
        raise NotImplementedError("SendBuffer.pending")

    @property
    def is_full(self) -> bool:  # exercise
        """True if `limit_bytes` or more are pending: the producer must stop.

        False again when a flush has left fewer than that.
        """
        raise NotImplementedError("SendBuffer.is_full")

    def append(self, data: bytes) -> None:  # exercise
        """Put `data` after what is pending. Takes all of it, even if full.

        Returns None. Sends nothing and does not block. Raises TypeError for text.
        """
        raise NotImplementedError("SendBuffer.append")

    def flush(self, sock: socket.socket) -> int:  # exercise
        """Give the kernel as much as it takes now, in order, and keep the rest for the next time.

        `sock` is non-blocking. Returns how many bytes were taken: 0 if nothing is pending, or if
        the kernel has no room. Never blocks, and one `send` is enough: if it took only a part,
        there is no more room.

        Raises BrokenPipeError or ConnectionResetError if the peer is gone; what was pending then
        still is. Does not close `sock`.
        """
        raise NotImplementedError("SendBuffer.flush")


def finish_sending(sock: socket.socket) -> None:  # exercise
    """Tell the peer that nothing more will come: it reads what is still on its way, then `b""`.

    Ends one direction of the connection (RFC 9293 §3.6: "I have no more data to send"), even if
    there are other descriptors for it. The other direction stays open: you can still receive.

    Returns None at once, though bytes may still be on their way. Does not close `sock`. It is no
    error to do it twice, nor if the peer is gone: then OSError has the errno ENOTCONN, and there
    is nobody left to tell. Raises any other OSError, such as EBADF if `sock` is closed.
    """
    raise NotImplementedError("finish_sending")


def close_gracefully(sock: socket.socket, timeout_s: float) -> None:  # exercise
    """Close `sock` so that the peer gets all that was sent, even if it has sent what nobody read.

    To close with unread input resets the connection (RFC 2525 §2.17), and that destroys what the
    peer has not received yet. So: finish sending; read and throw away until the peer has ended,
    too; then close. This end is the first to finish, so TIME-WAIT is here.

    `timeout_s` bounds this in total and not each `recv`: a peer may send a byte now and then, for
    ever. If it is 0, do not wait at all. While it waits it uses no CPU time.

    When the peer has ended, the time is up, or the connection was reset: `sock` is closed in
    every case, and the connection is ended, even if there is another descriptor for it. A `recv`
    that waits in another thread wakes (`shutdown` does that, `close` does not). There is no
    `abort`: what is still on its way when the time is up may yet arrive.

    Returns None. Blocks for `timeout_s` at most, whatever mode `sock` is in. Raises nothing.
    """
    raise NotImplementedError("close_gracefully")


def abort(sock: socket.socket) -> None:
    """Close with a reset, so that what was sent does not pass for the whole. Given. socket(7)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
