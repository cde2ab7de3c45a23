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
from labs.lab08_command import begin, parser, serve
from labs.lab08_full_proxy import Proxy
from labs.lab09_kqueue import READ, WRITE, Kqueue
from labs.lab09_workers import Serve, Workers

PIPE_BYTES = 1 << 20  # as much as a pipe may have: with the usual 64 KiB, splice loses to copying
PIPES = 64 if hasattr(os, "splice") else 0  # a user's pipes may hold 64 MiB (pipe(7)); 0: we copy
MOVE = getattr(os, "SPLICE_F_MOVE", 0) | getattr(os, "SPLICE_F_NONBLOCK", 0)

BACKLOG = 128  # of each worker
CLIENTS = 9_800  # of each worker, if it may have so many descriptors: each takes two
ORIGINS = 1_000  # idle connections to origins: here the places are not as few as select's
HEEDED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}


# The loop.


class Told(Watch):
    """A Watch, and what the kernel was told about it. Given."""

    __slots__ = ("events", "number")

    def __init__(self, sock: socket.socket, on_readable: Callback, on_writable: Callback) -> None:
        super().__init__(sock, on_readable, on_writable)
        self.number = sock.fileno()  # by which epoll names it; a closed socket has none
        self.events = 0  # that the kernel watches for now; 0: it does not know this socket


class EpollLoop(SelectLoop):
    """A SelectLoop that tells the kernel whom it watches when that changes, and not in each turn.

    So the silent ones cost nothing, and there may be any number of them. Callers see no
    difference, but that `register` takes any descriptor number.

    `want_read` and `want_write` only note the change in `_changed`: what is taken back within a
    turn costs no system call. Before the loop sleeps, `_tell_the_kernel` carries all changes out.
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
        """As SelectLoop's, with no bound for the descriptor's number.

        Makes a Told, which goes into `_watches` by its socket, into `_by_number` by its number, and
        into `_changed`: the kernel does not know of it yet.

        Returns None. Does not block. Raises ValueError if `sock` is closed.
        """
        if sock.fileno() < 0:
            raise ValueError("a closed socket can't be watched")
        self.unregister(sock)
        watch = self._watches[sock] = Told(sock, on_readable, on_writable)
        self._by_number[watch.number] = watch
        self._changed.add(watch)

    def unregister(self, sock: socket.socket) -> None:  # exercise
        """As SelectLoop's; and the kernel is told at once, not before the next sleep.

        By then the socket may be closed, and its number may be another one's. So if the kernel
        knows it (its `events` are not 0) and it is still open, `_epoll.unregister` it here. Of a
        socket that is closed already the kernel has let go by itself.

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

        Nothing at all is wanted: `unregister`. It is not enough to `modify` it to 0, since epoll
        reports a hang-up (EPOLLHUP) and an error even of sockets for which nothing is asked. One
        that is paused and has hung up would then be reported for ever, and nobody would act: the
        loop spins. (select reports them only to who wants to read or write.)

        Otherwise `register` if the kernel does not know it, `modify` if it does; and nothing if
        the change was taken back. `events` keeps what was told.

        Returns None. Does not block. Raises OSError if one was closed and not unregistered.
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
        number and its events. A hang-up and an error count as both, as select has it: the next
        `recv` or `send` tells what has happened. So readable is whatever has more than WRITE,
        and writable whatever has more than READ. (`run_once` looks who wanted it.)

        Calls nobody. Takes no CPU time while it sleeps.
        """
        self._tell_the_kernel()
        named = [
            (self._by_number[number], events) for number, events in self._epoll.poll(timeout_s)
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
    has none. What is appended never meets them: each is taken only while nothing is pending.
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
        """As Flow's, with `splice_from`. Where that gives None, Flow's own `on_readable` does it.

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

    Returns the listeners; the caller closes them. With port 0 the kernel chooses, once for all.

    SO_REUSEPORT on each, before `bind`, permits it (socket(7)), to programs of one user. But a
    second proxy that is started by mistake is such a program, too, and would silently get half
    of the clients. So first see whether the port is free, with lab 02's `open_listener`, which has
    no SO_REUSEPORT and so fails (and closes it again).

    Does not block. Raises OSError as `open_listener` does; then none is left open.
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

    Starts the Workers, and then waits for signals, one after the other, with
    `signal.sigwait(HEEDED)`, while workers are running:

    - SIGCHLD: `look_after` them.
    - SIGUSR1: it is for them; `tell` them.
    - SIGTERM, SIGINT: `stop`.

    Before the first worker starts, `signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)` keeps these
    signals back for `sigwait`, so that none comes in between and is lost.

    Returns when no worker is left: True, or False if workers could not live (`has_failed`). Blocks
    until then. Closes the listeners. Call it from the main thread, and before there are others: a
    fork copies only the thread that calls it.
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
        serve(listener, options, Proxy, EpollLoop(), partial(SpliceTunnel, PipePool()))

    if len(listeners) == 1:
        serve_one(*listeners)
    elif not serve_with_workers(listeners, serve_one):
        sys.exit("the workers could not live")


if __name__ == "__main__":
    main()
