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
    loop never asks which socket a *number* belongs to: numbers are used again at once.
    """

    __slots__ = ("on_readable", "on_writable", "sock", "wants_read", "wants_write")  # many: small

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

    __slots__ = ("_number", "at_s", "callback")
    _numbers = itertools.count()

    def __init__(self, at_s: float, callback: Callback) -> None:
        self.at_s = at_s
        self.callback: Callback | None = callback
        self._number = next(self._numbers)  # of two for one moment, the first made is first

    def cancel(self) -> None:
        """It will not be called, not even later in the same turn. To do it twice is no error.

        It stays in the loop's heap until its time comes: to look for it there would take longer.
        """
        self.callback = None  # and what it holds on to is free

    def __lt__(self, other: Timer) -> bool:
        return (self.at_s, self._number) < (other.at_s, other._number)


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

    If a callback raises an Exception, the loop writes it to its log and goes on: one connection's
    bug must not end the others. The socket whose callback it was is unregistered *and closed*, for
    it would be ready again at once, and nobody knows what to do with it. This is the only case in
    which the loop closes a socket of yours.
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

    def unregister(self, sock: socket.socket) -> None:  # exercise
        """Forget `sock`. None of its callbacks is called any more, not even in this turn.

        Another callback of the same turn may do this to a socket that select has already named as
        ready: the end of one connection often is the end of another. So to take its Watch out of
        `_watches` is not enough: the turn's lists still hold it. Make that Watch want nothing.

        Returns None. Does not close `sock`. If it is not registered, that is no error. Works on a
        closed socket, too. But do it before you close: until then a turn would fail, for select
        raises ValueError if it is given a closed socket.
        """
        raise NotImplementedError("SelectLoop.unregister")

    def register(
        self, sock: socket.socket, on_readable: Callback, on_writable: Callback
    ) -> None:  # exercise
        """Watch `sock`, which should be non-blocking, for reading and not yet for writing.

        `on_readable()` is called in each turn in which a `recv` (or, on a listener, an `accept`)
        would not block. `on_writable()` is called in each turn in which there is room to send,
        but only while `want_write` says that you have something to send.

        A socket that is registered already is unregistered first: it starts afresh, and what select
        said about it before counts no more, not even in this turn.

        Returns None. Does not block. Raises ValueError if select can't watch it
        (`require_watchable`). Whoever registers a socket also unregisters and closes it.
        """
        raise NotImplementedError("SelectLoop.register")

    def want_read(self, sock: socket.socket, yes: bool) -> None:  # exercise
        """Watch `sock` for reading (True), or not (False): while you have no room, or at its end.

        False takes effect before the next callback of the same turn, True in the next turn.
        Returns None. Raises KeyError if `sock` is not registered.
        """
        raise NotImplementedError("SelectLoop.want_read")

    def want_write(self, sock: socket.socket, yes: bool) -> None:  # exercise
        """Watch `sock` for writing (True) while something is left to send, and then not (False).

        Nearly every socket is writable nearly always, so that a loop which watches for it without
        need never sleeps.

        False takes effect before the next callback of the same turn, True in the next turn.
        Returns None. Raises KeyError if `sock` is not registered.
        """
        raise NotImplementedError("SelectLoop.want_write")

    def _ready(self, timeout_s: float | None) -> tuple[list[Watch], list[Watch]]:  # exercise
        """Sleep in `select` until a socket is ready, or `timeout_s` are over (None: without bound).

        Returns two lists, as `select` gives them: the Watches that are readable, out of those which
        want to read; and the writable ones, out of those which want to write. Give it the Watches
        themselves. Its third list is not of interest: it does not hold errors.

        Calls nobody. Takes no CPU time while it sleeps. Raises ValueError if a registered socket
        has been closed. (This is all that a loop on poll, epoll or kqueue has to do differently.)
        """
        raise NotImplementedError("SelectLoop._ready")

    def run_once(self, timeout_s: float | None = None) -> None:  # exercise
        """One turn: sleep until something is due, then call whoever waits for it.

        1. Ask `_ready`. It may sleep for `timeout_s` at the most, or without bound if that is None,
           but not longer than until the next timer: `_sleep_s(timeout_s)` tells how long.
        2. Call `on_readable` of each socket that is readable. Just before each call, look whether
           reading is *still* wanted: an earlier callback may have changed that.
        3. Call `on_writable` of each socket that is writable, with the same look.
        4. Call the timers that are due by now, `_due()`, but not one whose `callback` is None: it
           has been cancelled.

        Make each call with `_run`, which catches what a callback raises; give it the socket, too,
        in 2 and 3. Each is called once at the most, so that a turn ends. What a callback leaves
        unread, or a timer that it sets for "at once", is for the next turn.

        Returns None. Raises no Exception of a callback.
        """
        raise NotImplementedError("SelectLoop.run_once")

    def call_later(self, delay_s: float, callback: Callback) -> Timer:  # exercise
        """Call `callback()` in a turn of the loop, once, not before `delay_s` seconds from now.

        Those with an earlier time are called first. With a delay of 0, a timer's callback gets its
        call in the next turn, and a socket's callback in the same turn: timers come last in it.

        Returns the Timer, which is due at `time.monotonic() + delay_s`; `cancel()` takes it back.
        Does not block. Put it into `_timers` with `heapq.heappush`: the earliest stays in front,
        and ten thousand timeouts are cheap.
        """
        raise NotImplementedError("SelectLoop.call_later")

    def call_from_thread(self, callback: Callback) -> None:  # exercise
        """Call `callback()` in the loop's own thread, soon. Any thread may ask for it.

        The only method that another thread may use. Appends the callback to `_calls`, where
        `_run_calls` finds it, and *then* sends one byte to `_waker`: the loop may be asleep in
        select, and that wakes it. If `send` finds no room (BlockingIOError), that is no error: the
        many unread bytes wake the loop as well. Nor is it one if the loop was closed (another
        OSError): then the callback is never called.

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
        self._sweep()
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
    """One client of the EchoServer: sends back what comes, as fast as the client takes it.

    Its life: bytes come, and go out at once as far as the kernel takes them. What it does not
    take waits in `waiting`, and the socket is watched for writing until it is gone. While
    `waiting` is full nothing more is read, so that the client's own sends come to a stop. When
    the client has ended, all that waits is still sent; then this end closes, too.

    `waiting` is lab 04's SendBuffer: `append(data)` puts bytes in, `flush(sock)` sends what the
    kernel takes now (0 bytes if it has no room: it does not raise BlockingIOError), `pending` is
    how many are left, and `is_full` tells you to read no more. Keep to its own bound, 256 KiB: the
    checks count on a server that takes 200,000 bytes of a client which does not read meanwhile.
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

        Bytes go to `waiting`, and `b""` sets `has_ended`. Then call `on_writable`, which tries to
        send at once: there is room nearly always, and no need to wait for the next turn. One `recv`
        is enough. If there was more, select says so in the next turn, and the others are not kept
        waiting.

        Returns None. Does not block. If nothing is there after all (BlockingIOError), that is no
        error. A reset, or another OSError, is the end of this connection: `close`.
        """
        raise NotImplementedError("EchoConnection.on_readable")

    def on_writable(self) -> None:  # exercise
        """There may be room: flush `waiting`. Then `close`, or else `tell_the_loop`.

        It is time to close when the client has ended *and* nothing waits any more.

        Returns None. Does not block. If the client is gone (OSError), `close`.
        """
        raise NotImplementedError("EchoConnection.on_writable")

    def tell_the_loop(self) -> None:  # exercise
        """Say what this connection waits for now.

        To read: unless the client has ended (the end is readable for ever), or `waiting` is full.
        To write: if something waits. (It always waits for one of the two. Else the loop would never
        call it again.)

        Returns None. Does not block.
        """
        raise NotImplementedError("EchoConnection.tell_the_loop")

    def close(self) -> None:  # exercise
        """Unregister the socket, then close it. To do it twice is no error."""
        raise NotImplementedError("EchoConnection.close")


class EchoServer:
    """Echoes to all clients of a listener, fast ones and slow ones, in the one thread of a loop."""

    def __init__(self, loop: SelectLoop, listener: socket.socket) -> None:
        """Watch `listener` from now on, and make it non-blocking. Given.

        Whoever opened it closes it. `shutdown` on it (Linux) ends the accepting; clients that are
        connected are still served. Raises ValueError if select can't watch it.
        """
        self.loop = loop
        self.listener = listener
        listener.setblocking(False)
        loop.register(listener, self.on_readable, self.on_readable)

    def on_readable(self) -> None:  # exercise
        """Somebody has connected: accept one, make it non-blocking, and `serve` it.

        The new socket is blocking, whatever the listener is (accept(2)). One client is enough: if
        there are more, select says so again.

        Returns None. Does not block. If the client has gone again (BlockingIOError or
        ConnectionAbortedError), that is no error. Any other OSError goes to `stop_accepting`.
        """
        raise NotImplementedError("EchoServer.on_readable")

    def serve(self, client: socket.socket) -> None:
        """Give `client` an EchoConnection, or close it if select can't watch it. Given."""
        with suppress(ValueError):  # raised by `register`; EchoConnection has closed it
            EchoConnection(self.loop, client)

    def stop_accepting(self, error: OSError) -> None:
        """For good if the listener was shut down; else, out of descriptors, for a while. Given.

        Whoever can't be accepted stays in the queue, and the listener stays readable: without the
        rest the loop would spin, which helps nobody.
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
