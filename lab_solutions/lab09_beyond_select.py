"""Lab 09: how far does it go?

The proxy of lab 08, on a loop that does not ask about those who are silent, with tunnels whose
bytes never enter the program, in several processes. Knows nothing of HTTP.

Each of the three takes the place of something that you have written, and nothing else changes:

    SelectLoop ──▶ EpollLoop       tells the kernel once, and not in each turn, whom it watches
    SendBuffer ──▶ PipeBuffer      what waits is in a pipe, and so in the kernel
    a process  ──▶ some of them    each has a listener of its own at the same port
"""

from __future__ import annotations

import fcntl
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from functools import partial

from labs.lab02_accept import open_listener
from labs.lab04_partial_send import SendBuffer
from labs.lab06_select_loop import Callback, SelectLoop, Watch
from labs.lab07_connect_tunnel import Flow, Tunnel
from labs.lab08_command import BACKLOG, begin, parser, serve
from labs.lab09_kqueue import READ, WRITE, Kqueue
from labs.lab09_usual import UsualProxy
from labs.lab09_workers import HEEDED, Serve, Workers

PIPE_BYTES = 1 << 20  # what anybody's pipe may have; with the usual 64 KiB, copying may be cheaper
PIPES = 64 if hasattr(os, "splice") else 0  # a user's pipes may hold 64 MiB (pipe(7)); 0: we copy
MOVE = getattr(os, "SPLICE_F_MOVE", 0) | getattr(os, "SPLICE_F_NONBLOCK", 0)

CLIENTS = 9_800  # of each worker, if it may have so many descriptors: each takes two
ORIGINS = 1_000  # idle connections to origins: here the places are not as few as select's


# The loop.


class Told(Watch):
    """A Watch, and what the kernel was told about it. Given."""

    __slots__ = ("events", "number")

    def __init__(self, sock: socket.socket, on_readable: Callback, on_writable: Callback) -> None:
        super().__init__(sock, on_readable, on_writable)
        self.number = sock.fileno()  # epoll calls it by this; kept, since a closed socket has none
        self.events = 0  # what the kernel was told to watch for; 0: it does not know this socket


class EpollLoop(SelectLoop):
    """A SelectLoop that tells the kernel whom it watches when that changes, and not in each turn.

    So the silent ones cost nothing, and there may be any number of them. Callers see no
    difference, except that `register` takes any descriptor number.

    It has three books: `_watches` has each Told by its socket, `_by_number` by its number, and
    `_changed` holds those of which the kernel must still be told something. `want_read` and
    `want_write` only note the change there: what is taken back within a turn costs no system call.
    Before the loop sleeps, `_tell_the_kernel` carries all changes out. For epoll, events are a
    number with a bit for each: READ (its EPOLLIN) and WRITE (its EPOLLOUT).
    """

    def __init__(self) -> None:
        """Begin without sockets. Given."""
        super().__init__()
        self._watches.clear()  # the waker's Watch: it becomes a Told like all others
        self._epoll = select.epoll() if hasattr(select, "epoll") else Kqueue()
        self._by_number: dict[int, Told] = {}
        self._changed: set[Told] = set()
        self.register(self._wake_me, self._run_calls, self._run_calls)

    def close(self) -> None:
        """Close the waker and the epoll; the loop can't be turned any more. Given."""
        super().close()
        self._epoll.close()

    def register(
        self, sock: socket.socket, on_readable: Callback, on_writable: Callback
    ) -> None:  # exercise
        """As SelectLoop's, but the descriptor's number may be as high as it likes.

        Makes a Told, and puts it into all three books: the kernel does not know of it yet.

        Returns None. Does not block. Raises ValueError if `sock` is closed.
        """
        if sock.fileno() < 0:
            raise ValueError("a closed socket can't be watched")
        self.unregister(sock)
        watch = self._watches[sock] = Told(sock, on_readable, on_writable)
        self._by_number[watch.number] = watch
        self._changed.add(watch)

    def unregister(self, sock: socket.socket) -> None:  # exercise
        """As SelectLoop's: its Told wants nothing any more, and leaves all three books.

        And the kernel is told at once, not before the next sleep: by then the socket may be closed
        and its number may belong to another one. So `_epoll.unregister` the number here, if the
        kernel knows it (its `events` are not 0) and the socket is still open.

        The socket may be closed already, and a new one may have its number: that one stays in
        `_by_number`, and in the kernel. (The kernel forgets a closed socket by itself, but only if
        no copy of it is open, by `dup` or in another process: see `_ready`.)

        Returns None. It is no error if `sock` is not registered, or closed.
        """
        watch = self._watches.pop(sock, None)
        if watch is None:
            return
        watch.wants_read = watch.wants_write = False
        self._changed.discard(watch)
        if self._by_number.get(watch.number) is watch:
            del self._by_number[watch.number]
        if watch.events and sock.fileno() == watch.number:
            self._epoll.unregister(watch.number)

    def want_read(self, sock: socket.socket, yes: bool) -> None:  # exercise
        """As SelectLoop's. If it was not so before, note the Told in `_changed`: no system call."""
        watch = self._watches[sock]
        if watch.wants_read != yes:
            watch.wants_read = yes
            self._changed.add(watch)

    def want_write(self, sock: socket.socket, yes: bool) -> None:
        """As SelectLoop's, in the same way. Given."""
        watch = self._watches[sock]
        if watch.wants_write != yes:
            watch.wants_write = yes
            self._changed.add(watch)

    def _tell_the_kernel(self) -> None:  # exercise
        """Have the kernel watch for what is wanted now, for all in `_changed`; none are left there.

        There are four cases, by what is wanted and by what the kernel was told (`events`):

        - Both are the same, because the change was taken back, or because nothing is wanted and the
          kernel does not know this socket: do nothing.
        - Nothing is wanted any more: `_epoll.unregister`. It is not enough to `_epoll.modify` it to
          0: epoll reports a hang-up (EPOLLHUP) and an error (EPOLLERR) even if nothing was asked.
          One that is paused and has hung up would be reported for ever, and nobody would act: the
          loop spins. (select reports nothing of a socket that is in none of its lists.)
        - The kernel does not know this socket: `_epoll.register`.
        - It knows the socket: `_epoll.modify`.

        `events` keeps what was told.

        Returns None. Does not block. Raises OSError if one was closed and not unregistered, until
        that is done. `_changed` is emptied at the end, so no other change is lost.
        """
        for watch in self._changed:
            wanted = READ * watch.wants_read | WRITE * watch.wants_write
            if not wanted and watch.events:
                self._epoll.unregister(watch.number)
            elif wanted and not watch.events:
                self._epoll.register(watch.number, wanted)
            elif wanted != watch.events:
                self._epoll.modify(watch.number, wanted)
            watch.events = wanted
        self._changed.clear()

    def _ready(self, timeout_s: float | None) -> tuple[list[Watch], list[Watch]]:  # exercise
        """Tell the kernel what has changed; then sleep in `_epoll.poll`, `timeout_s` at the most.

        Returns the Watches that are readable, and those that are writable. `poll` gives pairs of a
        number and its events. A hang-up and an error may come alone, without READ or WRITE, and
        count as both: the next `recv` or `send` tells what has happened. So a socket is readable if
        any bit but WRITE is set, and writable if any bit but READ is set. (`run_once` looks who
        wanted it.)

        Passes over a number that is not in `_by_number`: its socket was closed before it was
        unregistered, and a copy keeps it in epoll. Nobody can take it out any more, and it may be
        reported in each turn; but the others must be served.

        Calls nobody. Takes no CPU time while it sleeps.
        """
        self._tell_the_kernel()
        named = [
            (self._by_number[number], events)
            for number, events in self._epoll.poll(timeout_s)
            if number in self._by_number
        ]
        readable = [watch for watch, events in named if events & ~WRITE]
        writable = [watch for watch, events in named if events & ~READ]
        return readable, writable


# The tunnel.


class Pipe:
    """A pipe that `splice` fills and drains: what is in it never enters the program. Given."""

    __slots__ = ("drain", "entry")

    def __init__(self) -> None:
        """Raises OSError where no descriptor is left, or the user's pipes may hold no more."""
        self.drain, self.entry = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.fcntl(self.entry, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        os.close(self.drain)
        os.close(self.entry)


class PipePool:
    """Pipes for all tunnels of a program, lent to those through which something moves just now.

    There are `limit` of them at the most.
    """

    def __init__(self, limit: int = PIPES) -> None:
        """Begin without any. Given."""
        self.limit, self.lent = limit, 0
        self.empty: list[Pipe] = []

    def take(self) -> Pipe | None:  # exercise
        """An empty pipe: one that was given back, or else a new one. It counts as `lent`.

        None if `limit` are lent already, or if to make one raises OSError: the kernel has bounds,
        too (EPERM for all pipes of this user, EMFILE for descriptors). Then the caller copies, as
        in lab 07. Does not block.
        """
        if self.lent >= self.limit:
            return None
        try:
            pipe = self.empty.pop() if self.empty else Pipe()
        except OSError:
            return None
        self.lent += 1
        return pipe

    def give_back(self, pipe: Pipe, held: int) -> None:  # exercise
        """Take `pipe` back, which still holds so many bytes. It is lent no more.

        An empty one goes to `empty`, for the next who asks. One with bytes in it is closed: the
        next borrower would send them to somebody else. Does not block.
        """
        self.lent -= 1
        if held:
            pipe.close()
        else:
            self.empty.append(pipe)

    def close(self) -> None:
        """Close those that are not lent. Given."""
        while self.empty:
            self.empty.pop().close()


class PipeBuffer(SendBuffer):
    """A SendBuffer that can also take bytes from a socket, without reading them.

    They wait in `pipe`, which the pool lends while there are bytes in it: a tunnel that is silent
    has none. What waits is in the pipe or in memory, where `append` puts it, and never in both: so
    the order is kept. `splice_from` sees to that; nobody appends to a buffer that is full.
    """

    def __init__(self, pool: PipePool) -> None:
        """Begin empty. Given."""
        super().__init__()
        self.pool = pool
        self.pipe: Pipe | None = None  # held only while bytes are in it
        self.held = 0  # so many

    @property
    def pending(self) -> int:  # exercise
        """How many bytes wait, in this buffer and in the pipe."""
        return len(self._waiting) + self.held

    @property
    def is_full(self) -> bool:  # exercise
        """True if the pipe holds anything, or `limit_bytes` are pending: the producer must stop.

        A pipe is filled only while it is empty. EAGAIN from splice then has one meaning: the socket
        has nothing. With bytes in the pipe it may be the pipe that has no room; the socket stays
        readable, and the loop spins.
        """
        return self.held > 0 or len(self._waiting) >= self.limit_bytes

    def splice_from(self, source: socket.socket) -> int | None:  # exercise
        """Move what `source` has, PIPE_BYTES at the most, into a pipe of the pool.

        Returns how many bytes: 0 at the end of the stream. Returns None, and takes nothing, if
        this can't be done now: something is pending, or the pool has no pipe.

        `os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)` moves them. The buffer
        keeps the pipe, and how many bytes are `held`, only if there are some: at the end, and
        when splice raises, it goes back. Raises BlockingIOError if nothing is there (`source` must
        be non-blocking: the flags are about the pipe), or another OSError, such as a reset.
        """
        pipe = None if self.pending else self.pool.take()
        if pipe is None:
            return None
        try:
            self.held = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
        finally:
            if self.held:
                self.pipe = pipe
            else:
                self.pool.give_back(pipe, 0)
        return self.held

    def flush(self, sock: socket.socket) -> int:  # exercise
        """As SendBuffer's. If bytes are `held`, they go by `os.splice`, out of `pipe.drain`.

        Returns how many the kernel took: 0 if it has no room (BlockingIOError). The pipe is given
        back as soon as it is empty (`drop`). Raises OSError if the peer is gone.
        """
        if not self.held:
            return super().flush(sock)
        try:
            moved = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        except BlockingIOError:
            return 0
        self.held -= moved
        if not self.held:
            self.drop()
        return moved

    def drop(self) -> None:
        """Give the pipe back, if there is one, with whatever it holds. Given."""
        if self.pipe:
            self.pool.give_back(self.pipe, self.held)
        self.pipe, self.held = None, 0


class SpliceFlow(Flow):
    """One direction of a tunnel, without copies where they can be spared.

    Only its buffer is another, and how that is filled. The rest is lab 07's.
    """

    def __init__(self, tunnel: SpliceTunnel, source: socket.socket, sink: socket.socket) -> None:
        """Begin. Given."""
        super().__init__(tunnel.loop, source, sink)
        self.tunnel, self.waiting = tunnel, PipeBuffer(tunnel.pool)

    def on_readable(self) -> None:  # exercise
        """As Flow's, with `splice_from`, which gives a count of bytes, 0 at the end, or None.

        None is not 0: nothing was moved, and nothing is known of the end. Then Flow's own
        `on_readable` does all that is to be done. Otherwise note the end in `has_ended`, and
        call `on_writable`.

        Returns None. Does not block: BlockingIOError is no error. Raises OSError if the source was
        reset.
        """
        with suppress(BlockingIOError):
            moved = self.waiting.splice_from(self.source)
            if moved is None:
                super().on_readable()
            else:
                self.has_ended = moved == 0
                self.on_writable()

    def read_step(self) -> None:
        self.tunnel.step(self.on_readable)

    def write_step(self) -> None:
        self.tunnel.step(self.on_writable)


class SpliceTunnel(Tunnel):
    """Lab 07's tunnel, with flows that splice. Given. The `pool` comes before all else."""

    def __init__(self, pool: PipePool, *args: object, **named: object) -> None:
        self.pool = pool
        super().__init__(*args, **named)

    def flow(self, loop: SelectLoop, source: socket.socket, sink: socket.socket) -> SpliceFlow:
        return SpliceFlow(self, source, sink)

    def watch(self, sock: socket.socket, reads: SpliceFlow, writes: SpliceFlow) -> None:
        """As Tunnel's. Ten thousand silent tunnels are a megabyte less without its partials."""
        super().watch(sock, reads, writes)
        self.loop.register(sock, reads.read_step, writes.write_step)

    def end(self, error: OSError | None) -> None:
        """As Tunnel's. What was cut off may have left bytes in a pipe: that one is given up."""
        for flow in (self.upstream, self.downstream):
            flow.waiting.drop()
        super().end(error)


# The workers.


def open_listeners(host: str, port: int, count: int) -> list[socket.socket]:  # exercise
    """So many listeners at one address: the kernel gives each new client to one of them.

    Each needs two options before `bind` (socket(7)). SO_REUSEPORT lets it share the address with
    others that have this option, too, if they are of the same user. SO_REUSEADDR is for lab 02's
    reason: without it, connections of before that are in TIME-WAIT hold the address for a minute.

    A second proxy that is started by mistake has SO_REUSEPORT, too, and would silently get half of
    the clients. So first see whether the port is free, with lab 02's `open_listener`: it has no
    SO_REUSEPORT, and is refused where somebody listens. Take the `family` of what it returns, and
    its name (`getsockname()`) as the address to bind: so IPv6 works, and with port 0 the port that
    the kernel has chosen is the port of all. Close it before the first `bind`: it does not share.

    Returns the listeners, each with the queue length BACKLOG; the caller closes them. Does not
    block, except to look up a name. Raises OSError as `open_listener` does, or as `bind` does; then
    none is left open.
    """
    with open_listener(host, port) as alone:
        family, address = alone.family, alone.getsockname()
    listeners: list[socket.socket] = []
    try:
        for _ in range(count):
            listeners.append(socket.socket(family, socket.SOCK_STREAM))
            for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                listeners[-1].setsockopt(socket.SOL_SOCKET, option, 1)
            listeners[-1].bind(address)
            listeners[-1].listen(BACKLOG)
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


def serve_with_workers(listeners: list[socket.socket], serve: Serve) -> bool:  # exercise
    """Have `serve(listener)` run in a process of its own for each listener, until told to end.

    First `signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)` holds these signals back for
    `sigwait`. One that is not held back never gets there: SIGTERM would end this process, and
    SIGCHLD would be thrown away. A worker may end as soon as it has begun, so `Workers.start`
    raises RuntimeError if you have not done it before.

    Then makes the Workers, starts one for each listener, and waits for signals, one after the
    other, with `signal.sigwait(HEEDED)`, as long as some are `running`:

    - SIGCHLD, a worker has ended: `look_after` them.
    - SIGUSR1: it is for the workers; `tell` them.
    - SIGTERM, SIGINT: `stop`.

    Returns when no worker is running: True, or False if workers could not live (`has_failed`).
    Blocks until then. The listeners are closed by `Workers.stop`, and there is no other way to this
    end. The signals stay held back: the program is about to end.

    Call it from the main thread, and before there are others: a fork copies only the thread that
    calls it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGCHLD:
            workers.look_after()
        elif number == signal.SIGUSR1:
            workers.tell(number)
        else:
            workers.stop()
    return not workers.has_failed


def main() -> None:
    """Lab 08's program on another loop, with other tunnels, in `--workers` processes. Given."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError):  # the usual 1,024 is for the sake of select
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    cli = parser()
    cli.set_defaults(clients=CLIENTS, clients_per_address=CLIENTS)
    cli.set_defaults(origins=ORIGINS, origins_per_host=ORIGINS)
    cli.add_argument("--workers", metavar="N", type=int, choices=range(1, 65), default=1,
        help="processes that serve, up to 64 (%(default)s)")  # fmt: skip
    listeners, options = begin(cli, lambda it: open_listeners(it.host, it.port, it.workers))

    def serve_one(listener: socket.socket) -> None:
        serve(listener, options, UsualProxy, EpollLoop(), partial(SpliceTunnel, PipePool()))

    if len(listeners) == 1:
        serve_one(*listeners)
    elif not serve_with_workers(listeners, serve_one):
        sys.exit("the workers could not live")


if __name__ == "__main__":
    main()
