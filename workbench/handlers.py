"""Handlers that a server is given by name: each talks to one accepted connection.

Know no server: none closes `conn`, which is the business of whoever accepted it. All block, and
let the exceptions of `recv` and `sendall` through. The last ones serve a listener, as
a worker does.
"""

from __future__ import annotations

import os
import signal
import socket
import traceback

CHUNK_BYTES = 4_096


class Crash(Exception):
    """The error of a handler that is told to crash."""


def greet(conn: socket.socket) -> None:
    """Say `hello` and a line's end, without listening."""
    conn.sendall(b"hello\r\n")


def echo_once(conn: socket.socket) -> None:
    """Send back what one `recv` gives; nothing at the end of the stream."""
    conn.sendall(conn.recv(CHUNK_BYTES))


def echo_until_end(conn: socket.socket) -> None:
    """Send back all that comes, until the end of the stream."""
    while data := conn.recv(CHUNK_BYTES):
        conn.sendall(data)


def hear_until_end(conn: socket.socket) -> None:
    """Read all that comes and say nothing, until the end of the stream."""
    while conn.recv(CHUNK_BYTES):
        pass


def tell_timeout(conn: socket.socket) -> None:
    """Say the timeout of its socket: `None` if it waits as long as it takes."""
    conn.sendall(str(conn.gettimeout()).encode())


def tell_depth(conn: socket.socket) -> None:
    """Say how many calls deep in Python's stack it was called."""
    conn.sendall(b"%d" % len(traceback.extract_stack()))


def crash(conn: socket.socket) -> None:
    """Send back all that comes. Raises Crash as soon as `crash` is among it."""
    if _echo_until(conn, b"crash"):
        raise Crash("told to crash")


def interrupt(conn: socket.socket) -> None:
    """Send back all that comes. Raises KeyboardInterrupt, like Ctrl-C, at the word `interrupt`."""
    if _echo_until(conn, b"interrupt"):
        raise KeyboardInterrupt


def _echo_until(conn: socket.socket, word: bytes) -> bool:
    """Sends back all that comes, until `word` is among it; False at the end of the stream."""
    seen = b""
    while data := conn.recv(CHUNK_BYTES):
        seen = seen[-len(word) :] + data  # the word may come in two pieces
        if word in seen:
            return True
        conn.sendall(data)
    return False


def obey(listener: socket.socket) -> None:
    """A worker: tells each client its pid, and how many SIGUSR1 it has heard; ends by a signal.

    A client may say the name of a signal, such as `SIGTERM`, which goes to the worker's parent; and
    `die`, which ends the worker as a crash would.
    """
    _answer_all(listener, {signal.SIGUSR1})


def outlast(listener: socket.socket) -> None:
    """As `obey`, but SIGTERM does not end it: that one is counted, too."""
    _answer_all(listener, {signal.SIGUSR1, signal.SIGTERM})


def _answer_all(listener: socket.socket, counted: set[signal.Signals]) -> None:
    """Serves one client after the other, and counts these signals."""
    heard: list[int] = []
    parent = os.getppid()
    for each in counted:
        signal.signal(each, lambda number, _: heard.append(number))
    while True:
        client, _ = listener.accept()
        with client:
            word = client.recv(CHUNK_BYTES).decode()
            if word == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if word and os.getppid() == parent:  # or it would be somebody else
                os.kill(parent, signal.Signals[word])
            client.sendall(b"%d %d" % (os.getpid(), len(heard)))


def die_young(listener: socket.socket) -> None:
    """A worker that can't live."""
    raise Crash(f"nothing to live for at {listener.getsockname()}")
