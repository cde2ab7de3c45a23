"""Lab 07: what if the proxy must not read it?

Connects without waiting, and carries bytes between two sockets in both directions: a tunnel, on
the loop of lab 06. Knows nothing of what the bytes mean; they may be encrypted, and mostly are.

A tunnel is two flows, one for each direction. They share nothing but the two sockets, and each
asks the loop for its own half of them: a flow *reads* its source and *writes* its sink.

            client ──── reads ──▶ upstream: waiting ──── writes ──▶ origin
            client ◀── writes ── downstream: waiting ◀─── reads ─── origin
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from labs import lab05_http_forwarding as http
from labs.lab01_five_tuple import Endpoint, local_endpoint
from labs.lab02_accept import open_listener
from labs.lab03_partial_recv import LimitExceeded, ReceiveBuffer
from labs.lab04_partial_send import SendBuffer, finish_sending
from labs.lab06_select_loop import CHUNK_BYTES, Callback, EchoServer, Resolver, SelectLoop

WAIT_S = 10.0  # for the CONNECT, however it drips, the lookup and all addresses together
STAGGER_S = 0.25  # until the next address is tried as well (RFC 8305 §5)
IDLE_S = 600.0  # a tunnel in which nothing moves for so long is given up
STOP_S = 2.0  # how long tunnels may go on when the program is told to end

CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"  # no length: what follows is the tunnel


Dialled = Callable[[socket.socket | None, OSError | None], object]

# A connect that does not wait.


def address_of(endpoint: Endpoint) -> tuple[socket.AddressFamily, tuple]:
    """The family of a numeric endpoint, IPv4 or IPv6, and the address that `connect` wants. Given.

    Raises socket.gaierror, an OSError, for a name: to look one up may take seconds.
    """
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    found = socket.getaddrinfo(*endpoint, type=socket.SOCK_STREAM, flags=numeric)
    return found[0][0], found[0][-1]


def start_connect(endpoint: Endpoint) -> socket.socket:  # exercise
    """A non-blocking TCP socket that is on its way to `endpoint`, which is numeric.

    Make the socket non-blocking first; then `connect` begins the handshake and raises
    BlockingIOError at once (EINPROGRESS, connect(2)): that is no failure. `address_of` tells the
    family and the address. A host that is a name is not looked up: raises OSError.

    Returns the socket; the caller closes it. It is not known yet whether it will be connected. As
    soon as that is decided, one way or the other, it is writable: then ask `finish_connect`.

    Never blocks. What the kernel knows by itself, `connect` raises at once, and never again: for
    example ENETUNREACH where no route leads. Raises that OSError; then no socket is left open.
    """
    raise NotImplementedError("start_connect")


def finish_connect(sock: socket.socket) -> None:  # exercise
    """How did it go? For a socket of `start_connect` that has just become writable.

    It becomes writable if it is connected, and also if it failed. The error, if there is one, is
    in the socket option SO_ERROR (SOL_SOCKET): an errno, or 0. Asking clears it (socket(7)), so
    ask once.

    Returns None if it is connected. Does not block. Raises the OSError with that errno, such as
    ConnectionRefusedError: `OSError(code, os.strerror(code))` is one by itself. Does not close
    `sock`.
    """
    raise NotImplementedError("finish_connect")


class Dialer:
    """Connects to one of several endpoints, on the loop: RFC 8305 in small. Given.

    Tries them in their order. The next one has its turn as soon as one has failed, or when
    STAGGER_S are over without a decision; the earlier ones may still win. The first that is
    connected is taken, and all others are closed.
    """

    def __init__(self, loop: SelectLoop, callback: Dialled) -> None:
        """In the end `callback(sock, None)` will be called, and the socket is the caller's, not
        registered; or `callback(None, error)` with the last error. Or neither, after `cancel`.
        """
        self.loop, self.callback = loop, callback
        self.under_way: set[socket.socket] = set()
        self.is_over, self.timer = False, loop.call_later(0, int)  # none yet: int() does nothing

    def begin(self, endpoints: list[Endpoint], error: OSError | None = None) -> None:
        """Try these. A Resolver may call it, with no endpoints and the `error` that it met."""
        self.left, self.error = iter(endpoints), error
        if not self.is_over:
            self.try_next()

    def try_next(self) -> None:
        """Start with the next endpoint; give up if there is none, and nothing is under way."""
        self.timer.cancel()
        for endpoint in self.left:  # goes on where it has stopped
            try:
                sock = start_connect(endpoint)
            except OSError as error:
                self.error = error
                continue
            try:
                self.loop.register(sock, int, partial(self.decided, sock))  # int: nothing is read
            except ValueError as error:  # too many are open for select
                sock.close()
                self.error = OSError(str(error))
                continue
            self.under_way.add(sock)
            self.loop.want_write(sock, True)
            self.timer = self.loop.call_later(STAGGER_S, self.try_next)
            return
        if not self.under_way:
            self.callback(None, self.error)

    def decided(self, sock: socket.socket) -> None:
        """One is connected or has failed: take it, or try the next."""
        self.loop.unregister(sock)
        self.under_way.discard(sock)
        try:
            finish_connect(sock)
        except OSError as error:
            sock.close()
            self.error = error
            self.try_next()
        else:
            self.cancel()
            self.callback(sock, None)

    def cancel(self) -> None:
        """Give up all that is under way, for good. Twice is no error."""
        self.is_over = True
        self.timer.cancel()
        while self.under_way:
            sock = self.under_way.pop()
            self.loop.unregister(sock)
            sock.close()


# The tunnel.


class Flow:
    """One direction of a tunnel: what comes from `source` goes to `sink`, and so does the end.

    Its life: bytes come, and go out at once as far as the kernel takes them. The rest waits in
    `waiting`, and until it is gone the sink is watched for writing. While `waiting` is full
    nothing is read, so that the sender comes to a stop: that is *backpressure*. When the source
    has ended and nothing waits any more, the sink is told the end, and the flow is done.
    """

    def __init__(self, loop: SelectLoop, source: socket.socket, sink: socket.socket) -> None:
        """Begin. Given. Both sockets must be registered before the loop is told anything."""
        self.loop, self.source, self.sink = loop, source, sink
        self.waiting = SendBuffer()
        self.passed = 0  # bytes that the sink's kernel has taken
        self.has_ended = False  # the source will send no more
        self.is_done = False  # and the sink has been told so

    def on_readable(self) -> None:  # exercise
        """The source can be read: take what one `recv` of CHUNK_BYTES gives, and pass it on.

        Bytes go to `waiting`, as they are; `b""` is noted in `has_ended`; and then `on_writable`
        tries to send at once, for there is room nearly always.

        Returns None. Does not block: nothing there after all (BlockingIOError) is no error. Raises
        OSError if the source was reset: `Tunnel.step` decides what that means for the tunnel.
        """
        raise NotImplementedError("Flow.on_readable")

    def on_writable(self) -> None:  # exercise
        """There may be room: flush `waiting`; pass the end on if it is due; tell the loop.

        The end is due when the source has ended and nothing waits any more, not before: behind
        `finish_sending` nothing can be sent. Then the flow `is_done`. `passed` counts what was
        flushed.

        Returns None. Does not block. Raises OSError if the sink is gone.
        """
        raise NotImplementedError("Flow.on_writable")

    def tell_the_loop(self) -> None:  # exercise
        """Say what this flow waits for now: of the source, and of the sink.

        To read the source: unless it has ended (an end is readable for ever), or `waiting` is
        full. To write the sink: while something waits. Say nothing about reading the *sink* or
        writing the *source*: the other flow does that, and you would take back what it asked for.

        Returns None. Does not block.
        """
        raise NotImplementedError("Flow.tell_the_loop")


class Tunnel:
    """Two sockets that are joined: what one says the other one hears, and the other way round.

    Each direction ends by itself. The tunnel ends when both have ended; or at once when either
    socket fails, and then with a reset to both: what was cut off must not look whole.
    """

    flow = Flow  # what makes a flow; lab 09 has another kind

    def __init__(
        self,
        loop: SelectLoop,
        client: socket.socket,
        origin: socket.socket,
        to_origin: bytes = b"",
        to_client: bytes = b"",
        on_done: Callable[[OSError | None], object] = bool,
        idle_s: float = IDLE_S,
    ) -> None:
        """Take both sockets over, which are connected; they are closed in the end. Given.

        At the end calls `on_done(None)`; or `on_done(error)` if the tunnel was cut off, by a reset
        or because nothing moved for `idle_s`. The default, bool, does nothing. See `begin` for the
        other two. Does not block.
        """
        self.loop, self.client, self.origin = loop, client, origin
        self.on_done, self.idle_s, self.is_open = on_done, idle_s, True
        self.seen = -1  # how many bytes had passed at the last look; -1: no look yet
        self.upstream = up = self.flow(loop, client, origin)
        self.downstream = down = self.flow(loop, origin, client)
        self.watch(client, up, down)
        self.watch(origin, down, up)
        self.begin(to_origin, to_client)
        self.look_for_life()

    def watch(self, sock: socket.socket, reads: Flow, writes: Flow) -> None:
        """Have the loop call these two flows, each time by a `step` of the tunnel. Given."""
        sock.setblocking(False)
        with suppress(OSError):  # or small pieces would be held back (Nagle, RFC 9293 §3.7.4)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        on_readable, on_writable = reads.on_readable, writes.on_writable
        self.loop.register(sock, partial(self.step, on_readable), partial(self.step, on_writable))

    def begin(self, to_origin: bytes, to_client: bytes) -> None:  # exercise
        """Put what goes first into the flows' buffers, and have both flows tell the loop.

        `to_origin` has come from the client already: a recv knows nothing of heads, and may have
        brought a CONNECT and what follows it in one piece. Nobody will send that again. `to_client`
        is the answer to the CONNECT. Each may be empty, or long.

        Returns None. Sends nothing, does not block: the loop's next turn will find what waits.
        """
        raise NotImplementedError("Tunnel.begin")

    def step(self, move: Callback) -> None:  # exercise
        """One move of one flow, and what it means for the tunnel.

        `move()` is a flow's `on_readable` or `on_writable`. If it raises an OSError, one side is
        gone: `end` with that error. Else, if both flows are done, `end(None)`.
        One flow that is done ends nothing: the other one may have much to carry.

        Returns None. Does not block.
        """
        raise NotImplementedError("Tunnel.step")

    def end(self, error: OSError | None) -> None:  # exercise
        """Leave the loop with both sockets, then close them; then call `on_done(error)`.

        After an error `http.abort` (lab 05) closes, with a reset, so that neither side takes a part
        for the whole; after a good end `close` does, and what is on its way still arrives. To end
        twice is no error and calls nobody: `is_open` says whether this is the first time. `timer`
        is cancelled.

        Returns None. Does not block.
        """
        raise NotImplementedError("Tunnel.end")

    def look_for_life(self) -> None:
        """Give a tunnel up in which nothing has moved since the last look, `idle_s` ago. Given.

        To look now and then costs less than a timer that is set anew with every byte.
        """
        before, self.seen = self.seen, self.upstream.passed + self.downstream.passed
        if self.seen == before:
            self.end(TimeoutError(f"nothing has moved for {self.idle_s:g} s"))
        else:
            self.timer = self.loop.call_later(self.idle_s, self.look_for_life)


# The front: CONNECT (RFC 9110 §9.3.6).


def authority_of(request: http.Head) -> Endpoint:
    """Where a CONNECT wants to go: host:port, IPv6 addresses in brackets. Given. No I/O.

    Raises HttpError: 405 for another method, 400 if the target is something else.
    """
    host, _, port = request.target.rpartition(":")
    if request.method != "CONNECT":
        raise http.HttpError(405, f"only CONNECT is served here, not {request.method}")
    if not host or not port.isdecimal() or len(port) > 5:
        raise http.HttpError(400, f"not host:port: {request.target[:60]}")
    return Endpoint(host.strip("[]"), int(port))


class Visit:
    """A client of the ConnectProxy: its request, the way to the origin, then a tunnel. Given.

    All up to the tunnel must be done within `wait_s`. If it can't be, the client is told why.
    """

    def __init__(self, proxy: ConnectProxy, client: socket.socket) -> None:
        """Take `client` over. Raises ValueError if select can't watch it."""
        self.proxy, self.loop, self.client, self.buffer = proxy, proxy.loop, client, ReceiveBuffer()
        self.dialer = Dialer(proxy.loop, self.on_connected)
        self.tunnel: Tunnel | None = None
        self.late = http.HttpError(408, "no whole request came in time")
        self.loop.register(client, self.on_readable, int)  # int: nothing waits to be sent
        self.timer = self.loop.call_later(proxy.wait_s, lambda: self.refuse(self.late))
        proxy.visits.add(self)

    def on_readable(self) -> None:
        """A piece of the head. If that was the last one, have the name looked up, and dial."""
        try:
            data = self.client.recv(CHUNK_BYTES)
            self.buffer.feed(data)
            head = self.buffer.take_until(http.HEAD_END, http.HEAD_LIMIT_BYTES)
            if head is not None:
                origin = authority_of(http.parse_request_head(head))
                self.late = http.HttpError(504, "the origin is silent")
                self.loop.want_read(self.client, False)  # the kernel keeps what comes meanwhile
                self.proxy.resolver.resolve(*origin, self.dialer.begin)
            elif not data:
                self.end()
        except BlockingIOError:
            return
        except (OSError, LimitExceeded) as error:
            self.refuse(http.in_http(error, http.CLIENT))
        except http.HttpError as error:
            self.refuse(error)

    def on_connected(self, origin: socket.socket | None, error: OSError | None) -> None:
        """Join the two; what the client has sent already goes first."""
        if origin is None:
            self.refuse(http.in_http(error, http.ORIGIN))
            return
        self.timer.cancel()
        early = self.buffer.take_at_most(len(self.buffer))
        self.tunnel = Tunnel(self.loop, self.client, origin, early, CONNECTED, self.end)

    def refuse(self, error: http.HttpError) -> None:
        """Answer with `error`, and leave the client LINGER_S to read that: see close_gracefully.

        These are the first bytes on this connection, and few, so there is room for them.
        """
        self.give_up()
        with suppress(OSError):
            self.client.send(http.error_response(error, "CONNECT"))
            finish_sending(self.client)
        self.loop.call_later(http.LINGER_S, self.end)

    def give_up(self) -> None:
        """Wait for nothing any more."""
        self.timer.cancel()
        self.dialer.cancel()
        self.loop.unregister(self.client)

    def end(self, error: OSError | None = None) -> None:
        """Close all. Twice is no error."""
        self.give_up()
        if self.tunnel:
            self.tunnel.end(error or ConnectionAbortedError("the proxy ends"))
        self.client.close()
        self.proxy.visits.discard(self)


class ConnectProxy(EchoServer):
    """Serves CONNECT to all clients of a listener: accepts as the EchoServer does. Given."""

    def __init__(self, loop: SelectLoop, listener: socket.socket, wait_s: float = WAIT_S) -> None:
        """Watch `listener` from now on. `stop` closes it."""
        super().__init__(loop, listener)
        self.wait_s, self.resolver, self.visits = wait_s, Resolver(loop), set()

    def serve(self, client: socket.socket) -> None:
        """Begin a Visit, or close `client` if select can't watch it."""
        try:
            Visit(self, client)
        except ValueError:
            client.close()

    def stop(self) -> None:
        """Accept no more. Those who are being served still are, for STOP_S at the most."""
        self.loop.unregister(self.listener)
        self.listener.close()
        self.resolver.close()
        self.loop.call_later(STOP_S, lambda: [visit.end() for visit in list(self.visits)])


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, and come to an end then. Given."""
    parser = argparse.ArgumentParser(description="a proxy for CONNECT, and for nothing else")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    parser.add_argument("--port", default=0, type=int, help="0, the default: any free one")
    options = parser.parse_args(arguments)
    with open_listener(options.host, options.port) as listener:
        proxy = ConnectProxy(SelectLoop(), listener)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: proxy.loop.call_from_thread(proxy.stop))
        print("listening on {}:{}".format(*local_endpoint(listener)), flush=True)
        while proxy.visits or listener.fileno() >= 0:
            proxy.loop.run_once()


if __name__ == "__main__":
    main()
