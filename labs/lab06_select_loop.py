"""Lab 06: who is ready?

One thread that serves many sockets: it sleeps until the kernel names one that is ready, calls
whoever waits for it, and sleeps again. Knows nothing of what is sent: `EchoServer` is a guest.

Four rules keep such a loop alive:

* No callback blocks: the sockets are non-blocking, and nobody sleeps, looks a name up or waits
  for a lock. While one callback runs, all other clients wait.
* Watch a socket only for what you can use now. Select does not tell what is *new*, but what *is*:
  a socket that is ready, and of which you make no use, is ready again at once, for ever.
* Readable means that `recv` will not block: there are bytes, or the stream has ended, or the
  connection was reset. Which of them, only `recv` tells.
* Unregister a socket first, then close it.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import queue
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from labs.lab01_five_tuple import Endpoint, endpoint_from
from labs.lab02_accept import NO_MORE_CLIENTS
from labs.lab04_partial_send import SendBuffer

Callback = Callable[[], object]

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # silent, until a program sets logging up

FD_SETSIZE = 1024  # select's sets have so many bits, one for each descriptor number (select(2))
CHUNK_BYTES = 65_536  # what one recv asks for; more would let one client hold up the others
REST_S = 1.0  # without a descriptor left, accept() is tried again after this
FEW = 64  # so many timers are not worth the sweeping


class Watch:
    """One socket in the loop's book: whom to call, and what is wanted now. Given.

    `select` takes it in the socket's place, because it has a `fileno`, and hands it back. So the
    loop never asks which socket a *number* belongs to: numbers are used again at once. A watch
    that is out of the book wants nothing any more.
    """

    def __init__(self, sock: socket.socket, on_readable: Callback, on_writable: Callback) -> None:
        self.sock = sock
        self.on_readable = on_readable
        self.on_writable = on_writable
        self.wants_read = True
        self.wants_write = False

    def fileno(self) -> int:
        return self.sock.fileno()


class Timer:
    """Something to be called later. `cancel()` it when it is no longer wanted. Given."""

    _numbers = itertools.count()

    def __init__(self, at_s: float, callback: Callback) -> None:
        self.at_s = at_s
        self.callback: Callback | None = callback
        self._order = (at_s, next(self._numbers))  # of two for one moment, the first made is first

    def cancel(self) -> None:
        """It will not be called, not even later in the same turn. To do it twice is no error.

        It stays in the loop's heap until its time comes: to look for it there would take longer.
        """
        self.callback = None  # and what it holds on to is free

    def __lt__(self, other: Timer) -> bool:
        return self._order < other._order


def require_watchable(sock: socket.socket) -> None:
    """Raises ValueError if `select` cannot watch `sock`. Given.

    That is so if it is closed, or if its descriptor's *number* is 1024 or more, even if there are
    few sockets: notebook 09 goes beyond that.
    """
    if not 0 <= sock.fileno() < FD_SETSIZE:
        raise ValueError(
            f"select can't watch descriptor {sock.fileno()}: a closed socket has -1, "
            f"and its sets end at {FD_SETSIZE - 1}"
        )


class SelectLoop:
    """Calls you back when a socket is ready, when a time has come, or from another thread.

    All methods but `call_from_thread` belong to the thread that turns the loop. Callbacks take no
    arguments, as a bound method does that knows its connection, and what they return is ignored.

    The loop closes no socket of yours, with one exception. If a callback raises an Exception, the
    loop notes it with `log.exception` and goes on, for it is that connection's affair alone. The
    socket whose callback it was is unregistered *and closed*: it would be ready again at once, and
    nobody is left who knows what to do with it.
    """

    def __init__(self) -> None:
        """Begin without sockets. Given.

        The waker is a pair of sockets that the loop watches like any other: a byte in it ends the
        sleep in `select`, whichever thread sends it.
        """
        self._watches: dict[socket.socket, Watch] = {}
        self._timers: list[Timer] = []  # a heap: the next one is the first
        self._sweep_at = FEW
        self._calls: deque[Callback] = deque()  # append and popleft are safe between threads
        self._waker, self._wake_me = socket.socketpair()
        self._waker.setblocking(False)
        self._wake_me.setblocking(False)
        self._watches[self._wake_me] = Watch(self._wake_me, self._run_calls, self._run_calls)

    def close(self) -> None:
        """Close the waker; the loop can't be turned any more. Given. Your sockets stay yours."""
        self._watches.clear()
        self._waker.close()
        self._wake_me.close()

    def register(
        self, sock: socket.socket, on_readable: Callback, on_writable: Callback
    ) -> None:  # exercise
        """Watch `sock`, which should be non-blocking, for reading and not yet for writing.

        `on_readable()` is called in each turn in which a `recv` (or, on a listener, an `accept`)
        would not block. `on_writable()` is called in each turn in which there is room to send,
        but only while `want_write` says that you have something to send.

        A socket that is registered already gets the new callbacks and starts afresh: what select
        said about it before counts no more, not even in this turn.

        Returns None. Does not block. Raises ValueError if select can't watch it
        (`require_watchable`): then nothing has changed. Who registers a socket also unregisters
        and closes it.
        """
        raise NotImplementedError("SelectLoop.register")

    def want_read(self, sock: socket.socket, yes: bool) -> None:  # exercise
        """Watch `sock` for reading, or pause that: while you have no room, or after its end.

        Takes effect before the next callback of the same turn. Returns None. Raises KeyError if
        `sock` is not registered.
        """
        raise NotImplementedError("SelectLoop.want_read")

    def want_write(self, sock: socket.socket, yes: bool) -> None:  # exercise
        """Watch `sock` for writing, or no longer: only while there is something left to send.

        Nearly every socket is writable nearly always, so that a loop which watches for it without
        need never sleeps.

        Takes effect before the next callback of the same turn. Returns None. Raises KeyError if
        `sock` is not registered.
        """
        raise NotImplementedError("SelectLoop.want_write")

    def unregister(self, sock: socket.socket) -> None:  # exercise
        """Forget `sock`. None of its callbacks is called any more, not even in this turn.

        Another callback of the same turn may do this to a socket that select has already named as
        ready: the end of one connection often is the end of another.

        Returns None. Does not close `sock`. If it is not registered that is no error. Works on a
        closed socket, too, but between the two select meets a closed one: unregister first.
        """
        raise NotImplementedError("SelectLoop.unregister")

    def run_once(self, timeout_s: float | None = None) -> None:  # exercise
        """One turn: sleep until something is due, then call whoever waits for it.

        Sleeps in `select` for `timeout_s` at the most, without bound if it is None, and not longer
        than until the next timer (`_sleep_s`). Then calls, through `_run`, which catches what they
        raise: `on_readable` of the sockets that are readable and for which reading is wanted *at
        that moment* (an earlier callback may have changed it); likewise `on_writable`; and last
        the timers that are due by now (`_due`) and have not been cancelled meanwhile.

        Each of them is called once at the most. So a turn ends, even if a callback sets a timer
        for "at once" or leaves data unread: that is for the next turn.

        Returns None. Takes no CPU time while it sleeps. Raises nothing that a callback raises, if
        it is an Exception; KeyboardInterrupt and the like pass through. Raises ValueError if a
        registered socket has been closed.
        """
        raise NotImplementedError("SelectLoop.run_once")

    def call_later(self, delay_s: float, callback: Callback) -> Timer:  # exercise
        """Call `callback()` in a turn of the loop, once, not before `delay_s` seconds from now.

        Those with an earlier time are called first. With 0 it is called in the next turn, or in
        this one if it was not a timer that asked for it.

        Returns the Timer: `cancel()` takes it back. Does not block. Keep `_timers` a heap
        (`heapq`), so that ten thousand timeouts are cheap; `_sweep` first, so that those which were
        cancelled do not pile up.
        """
        raise NotImplementedError("SelectLoop.call_later")

    def call_from_thread(self, callback: Callback) -> None:  # exercise
        """Call `callback()` in the loop's own thread, soon. Any thread may ask for it.

        The only method that another thread may use. Puts the callback where `_run_calls` finds
        it, and *then* wakes the loop, which may be asleep in select, with one byte through the
        waker. A waker with no room left is no error: then the loop has been woken already. Nor is
        a loop that was closed: the callback is not called then.

        Returns None. Does not block. Callbacks are called in the order in which they came.
        """
        raise NotImplementedError("SelectLoop.call_from_thread")

    def _run_calls(self) -> None:
        """What other threads have asked for, up to now. Given.

        Empties the waker first: a byte that comes later belongs to a call that may come later.
        """
        with suppress(BlockingIOError):
            self._wake_me.recv(CHUNK_BYTES)
        for _ in range(len(self._calls)):
            self._run(self._calls.popleft())

    def _run(self, callback: Callback, sock: socket.socket | None = None) -> None:
        """Call `callback()`; see the class for what happens if it raises. Given."""
        try:
            callback()
        except Exception:
            log.exception("%r raised in the loop", callback)
            if sock is not None:
                self.unregister(sock)
                sock.close()

    def _sleep_s(self, timeout_s: float | None) -> float | None:
        """How long select may sleep: `timeout_s`, or less if a timer is due before. Given."""
        while self._timers and self._timers[0].callback is None:
            heapq.heappop(self._timers)  # nobody waits for it: no reason to wake up
        if not self._timers:
            return timeout_s
        left_s = max(0.0, self._timers[0].at_s - time.monotonic())
        return left_s if timeout_s is None else min(left_s, timeout_s)

    def _due(self) -> list[Timer]:
        """Take the timers out of the heap whose time has come, in their order. Given."""
        due, now_s = [], time.monotonic()
        while self._timers and self._timers[0].at_s <= now_s:
            due.append(heapq.heappop(self._timers))
        return due

    def _sweep(self) -> None:
        """Throw cancelled timers away, each time that the heap has doubled: cheap. Given."""
        if len(self._timers) >= self._sweep_at:
            self._timers = [timer for timer in self._timers if timer.callback]
            heapq.heapify(self._timers)
            self._sweep_at = max(FEW, 2 * len(self._timers))


class EchoConnection:
    """One client of the EchoServer: sends back what comes, and holds its pace.

    Its life: bytes come, and go out at once as far as the kernel takes them. What it does not
    take waits in `waiting`, and the socket is watched for writing until it is gone. While
    `waiting` is full nothing more is read, so that the client's own sends come to a stop. When
    the client has ended, all that waits is still sent; then this end closes, too.
    """

    def __init__(self, loop: SelectLoop, sock: socket.socket) -> None:
        """Take `sock` over, which was just accepted, and close it in the end. Given.

        Raises ValueError, with `sock` closed, if select can't watch it.
        """
        self.loop = loop
        self.sock = sock
        self.waiting = SendBuffer()
        self.has_ended = False  # the client will send no more
        try:
            loop.register(sock, self.on_readable, self.on_writable)
        except ValueError:
            sock.close()
            raise

    def on_readable(self) -> None:  # exercise
        """Something can be read: take it with *one* `recv` of CHUNK_BYTES, and pass it on.

        Bytes go to `waiting`, `b""` is noted in `has_ended`, and then `on_writable` tries to send
        at once: there is room nearly always, and no need to wait a turn for it. One `recv` is
        enough. If there was more, then select says so again, and the others have their turn first.

        Returns None. Does not block: nothing there after all (BlockingIOError) is no error. A
        reset, or another OSError, is the end of this connection: `close`.
        """
        raise NotImplementedError("EchoConnection.on_readable")

    def on_writable(self) -> None:  # exercise
        """There may be room: flush `waiting`; then `close`, if that was all, or `tell_the_loop`.

        All is said and done when the client has ended and nothing waits any more.

        Returns None. Does not block. A client that is gone (OSError) is the end: `close`.
        """
        raise NotImplementedError("EchoConnection.on_writable")

    def tell_the_loop(self) -> None:  # exercise
        """Say what this connection waits for now.

        To read: unless the client has ended (the end is readable for ever), or `waiting` is full.
        To write: if something waits. There is always one of the two, so it can't be forgotten.

        Returns None. Does not block.
        """
        raise NotImplementedError("EchoConnection.tell_the_loop")

    def close(self) -> None:  # exercise
        """Leave the loop, then close the socket, in this order. To do it twice is no error."""
        raise NotImplementedError("EchoConnection.close")


class EchoServer:
    """Echoes to all clients of a listener, each at its own pace, in the one thread of a loop."""

    def __init__(self, loop: SelectLoop, listener: socket.socket) -> None:
        """Watch `listener` from now on, and make it non-blocking. Given. Whoever opened it closes
        it; `shutdown` on it (Linux) ends the accepting. Those who are being served still are.

        Raises ValueError if select can't watch it.
        """
        self.loop = loop
        self.listener = listener
        listener.setblocking(False)
        loop.register(listener, self.on_readable, self.on_readable)

    def on_readable(self) -> None:  # exercise
        """Somebody has connected: accept one, make it non-blocking, and give it an EchoConnection.

        `accept` does not pass the listener's own mode on (accept(2)). One is enough: if there are
        more, select says so again.

        Returns None. Does not block: a client that has gone again (BlockingIOError,
        ConnectionAbortedError) is none. Any other OSError goes to `stop_accepting`. A client that
        select can't watch is turned away, which the others do not notice.
        """
        raise NotImplementedError("EchoServer.on_readable")

    def stop_accepting(self, error: OSError) -> None:
        """For good if the listener was shut down; else, out of descriptors, for a while. Given.

        Whoever can't be accepted stays in the queue, and the listener stays readable: without the
        rest the loop would spin, and serve nobody the better for it.
        """
        if error.errno in NO_MORE_CLIENTS:
            self.loop.unregister(self.listener)
        else:
            self.loop.want_read(self.listener, False)
            self.loop.call_later(REST_S, partial(self.loop.want_read, self.listener, True))


class Resolver:
    """Looks names up on a few threads of its own, so that a slow lookup stops no loop. Given.

    `getaddrinfo` blocks, for seconds if a name server is silent, and there is no way to watch it
    with select. So it is left to threads, and the answer comes back by `call_from_thread`. They
    are daemons: a lookup that hangs does not hold up the end of the program.
    """

    def __init__(self, loop: SelectLoop, threads: int = 4) -> None:
        self._loop = loop
        self._wanted: queue.SimpleQueue = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def resolve(
        self, host: str, port: int, callback: Callable[[list[Endpoint], OSError | None], object]
    ) -> None:
        """Find the addresses of `host`, and call `callback(endpoints, error)` in the loop's thread.

        `endpoints` are numeric, each once, in the order in which to try them (RFC 6724); there is
        at least one, and `error` is None. Or there is none, and `error` says why. Returns None at
        once. Does not block: where all threads are busy it waits its turn.
        """
        self._wanted.put((host, port, callback))

    def close(self) -> None:
        """Let the threads end, each after the lookup that it is at. Does not wait for them."""
        for _ in self._threads:
            self._wanted.put(None)

    def _work(self) -> None:
        for host, port, callback in iter(self._wanted.get, None):
            answer = addresses_of(host, port)
            self._loop.call_from_thread(partial(callback, *answer))


def addresses_of(host: str, port: int) -> tuple[list[Endpoint], OSError | None]:
    """The endpoints that a TCP client may try for `host`, or why there are none. Given. Blocks."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return [], error
    except (UnicodeError, OverflowError, ValueError) as error:  # no name, or no port, at all
        return [], socket.gaierror(socket.EAI_NONAME, f"{host!r} port {port}: {error}")
    return list(dict.fromkeys(endpoint_from(address) for *_, address in found)), None
