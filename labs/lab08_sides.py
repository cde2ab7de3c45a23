"""Lab 08, given: the proxy's connections: what those of clients and of origins need all the time.

Knows no message: what to do with what comes is the business of whoever asked for it.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from labs import lab05_http_forwarding as http
from labs.lab01_five_tuple import Endpoint, FiveTuple, five_tuple, from_other_end
from labs.lab03_partial_recv import LimitExceeded, ReceiveBuffer
from labs.lab04_partial_send import SendBuffer, finish_sending
from labs.lab06_select_loop import CHUNK_BYTES, Callback
from labs.lab07_connect_tunnel import CONNECTED
from labs.lab08_limits import Limits
from labs.lab08_log import name_of, named
from labs.lab08_messages import too_long


class Side:
    """A connection of the proxy, to a client or an origin: what has come, and what waits to go.

    Each side asks the loop for itself. A slow one stops the other one: while `waiting` is full,
    nothing is read at the other side. What to do when the loop calls, Guest and Origin say.
    """

    def __init__(self, proxy: Any, sock: socket.socket) -> None:
        """Take `sock` over, if nothing is raised: OSError if the peer has gone."""
        self.proxy, self.sock, self.name = proxy, sock, five_tuple(sock)
        self.received, self.waiting = ReceiveBuffer(), SendBuffer(proxy.limits.buffer_bytes)
        self.has_ended = False  # the peer will send no more
        self.reads, self.writes = True, False  # what the loop was told
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def join_the_loop(self) -> None:
        """Be called from now on. Raises HttpError(503) if the loop can't watch this one."""
        try:
            self.proxy.loop.register(self.sock, self.on_readable, self.on_writable)
        except ValueError as error:
            raise http.HttpError(503, "too many connections") from error

    def receive(self) -> None:
        """One recv into `received`; nothing there after all is no error. Raises OSError."""
        try:
            data = self.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        self.received.feed(data)
        self.has_ended = not data

    def tell_the_loop(self, is_sink_full: bool = False) -> None:
        """To read, while there is room for it, here and at the other side; to write what waits."""
        is_full = is_sink_full or len(self.received) >= self.proxy.limits.received_bytes
        reads, writes = not (self.has_ended or is_full), self.waiting.pending > 0
        if reads != self.reads:
            self.reads = reads
            self.proxy.loop.want_read(self.sock, reads)
        if writes != self.writes:
            self.writes = writes
            self.proxy.loop.want_write(self.sock, writes)

    def close(self, with_reset: bool = False) -> None:
        """Leave the loop, then close. Twice is no error."""
        self.proxy.loop.unregister(self.sock)
        if with_reset and self.sock.fileno() >= 0:
            http.abort(self.sock)
        self.sock.close()


class Guest(Side):
    """A client's connection: it is in a state, has a time for that, and comes to an end.

    `state` is what there is to do when something has come, or can be sent. A Client has states,
    and says what comes of an error (`fail`), of a delay (`too_late`), and of the end (`end`).
    """

    def __init__(self, proxy: Any, sock: socket.socket) -> None:
        """Take over a socket that was just accepted. Raises as Side does, and as `join_the_loop`.

        HttpError(403) if its address may not come in.
        """
        super().__init__(proxy, sock)
        self.name = from_other_end(self.name)
        self.ends = name_of(self.name)  # the same, for each line of the log
        proxy.access.must_admit(self.name.source.host)
        self.join_the_loop()
        self.is_open, self.has_finished, self.tunnel = True, False, None

    def enter(self, state: Callback, limit_s: float) -> None:
        """Be in this state, for `limit_s` at the most."""
        self.state = state
        self.due_in(limit_s)

    def due_in(self, limit_s: float) -> None:
        """It is `too_late` in `limit_s`, unless that is put off before."""
        self.due_s = time.monotonic() + limit_s

    def on_readable(self) -> None:
        """There is something to read: what to do with it depends on the state."""
        self.step(self.hear)

    def on_writable(self) -> None:
        """There is room to send."""
        self.step(self.speak)

    def on_origin_readable(self) -> None:
        """The origin that serves this client has something to say."""
        self.step(self.hear_origin)

    def hear(self) -> None:
        self.receive()
        self.state()

    def speak(self) -> None:
        self.waiting.flush(self.sock)
        self.state()

    def step(self, move: Callable[..., object], *args: object) -> None:
        """One move of this client, or of its origin, and what its failure means."""
        try:
            move(*args)
        except http.HttpError as error:
            self.refuse(error)
        except LimitExceeded:
            self.refuse(too_long(self.received.take_at_most(len(self.received))))
        except OSError as error:  # the client is gone
            self.end(error)
        if self.is_open:
            self.tell_the_loop(bool(self.origin) and self.origin.waiting.is_full)

    def refuse(self, error: http.HttpError) -> None:
        """Note an error, while the request that it is about is there, and have it told.

        If an answer has begun, there is nothing to tell: the `end` of the connection is noted.
        """
        if not self.answer:
            self.proxy.log(self, error.status, error.why)
        self.fail(error)

    def must_reach(self) -> None:
        """May this client use this connection, be it new or pooled? Raises HttpError if not."""
        self.proxy.access.must_reach(self.name.source, self.origin.name, self.proxy.own)

    def linger(self) -> None:
        """What waits are the last words."""
        self.enter(self.lingering, self.proxy.limits.answer_s)
        self.lingering()

    def lingering(self) -> None:
        """Send the last words, tell that they are it, and wait until they have arrived.

        To close with something unread would destroy them: see `close_gracefully` in lab 04.
        """
        self.received.take_at_most(len(self.received))
        if not self.waiting.pending and not self.has_finished:
            self.has_finished = True
            finish_sending(self.sock)
            self.due_in(self.proxy.limits.linger_s)
        if self.has_finished and self.has_ended:
            self.end()

    def leave(self, with_reset: bool) -> None:
        """Close, and make room for another one."""
        self.close(with_reset)
        self.state = None  # a method of its own: a ring, which Python would have to look for
        self.proxy.forget(self)

    @property
    def origin_ends(self) -> str:
        """The name of the connection to the origin, as text; "-" if there is none."""
        return self.origin.ends if self.origin else "-"


class Passage:
    """What is left of a client when its tunnel stands: what the last line of the log needs.

    There may be ten thousand of them, silent for hours. So their names are kept as text only,
    which takes a quarter of the memory, and all else that was there for messages is gone.
    """

    __slots__ = ("began_s", "ends", "origin_ends", "proxy", "target", "tunnel", "user", "version")
    due_s = float("inf")  # a tunnel looks for life itself

    def __init__(self, client: Any) -> None:
        """Take over both sockets of a Client, and what has come from it already."""
        proxy, first = client.proxy, client.received.take_at_most(len(client.received))
        self.proxy, self.user, self.began_s = proxy, client.user, client.began_s
        self.target, self.version = client.request.target, sys.intern(client.request.version)
        self.ends, self.origin_ends = client.ends, client.origin_ends
        both = proxy.loop, client.sock, client.origin.sock
        self.tunnel = proxy.tunnel(*both, first, CONNECTED, self.over, proxy.limits.tunnel_s)

    @property
    def name(self) -> FiveTuple:
        return named(self.ends)

    @property
    def request(self) -> http.Head:
        """Without its fields."""
        return http.Head("CONNECT", self.target, self.version, 0, "", ())

    @property
    def state(self) -> Callback:
        return self.tunnelling

    def tunnelling(self) -> None:
        """Never called: the Tunnel has both sockets."""

    def end(self, why: str) -> None:
        """Cut the tunnel off."""
        self.tunnel.end(ConnectionAbortedError(why))

    def over(self, error: OSError | None) -> None:
        """The tunnel has closed both."""
        self.proxy.log(self, 200, str(error or ""))
        self.proxy.forget(self)


class Origin(Side):
    """A connection to an origin: it serves a client, or is idle in the pool."""

    def __init__(self, proxy: Any, sock: socket.socket, where: Endpoint) -> None:
        """`where` is the origin as clients name it. Raises as Side does, and `join_the_loop`."""
        super().__init__(proxy, sock)
        self.ends = name_of(self.name)
        self.join_the_loop()
        self.where, self.client = where, None  # None: idle
        self.may_be_dead, self.idle_since_s = False, 0.0

    def on_readable(self) -> None:
        """For the client. From an idle one: its end, or what nobody has asked for. Of no use."""
        if self.client:
            self.client.on_origin_readable()
        else:
            self.proxy.pool.drop(self)

    def on_writable(self) -> None:
        self.client.step(self.client.relaying)

    def is_silent(self) -> bool:
        """Has nothing come on this idle one, and no end? The loop may be about to say so.

        The same turn may bring both: bytes that nobody asked for, and the client's next request,
        whose answer they would become.
        """
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def receive(self) -> None:
        """As Side does. If something comes, it is alive."""
        super().receive()
        self.may_be_dead = self.may_be_dead and not len(self.received)


class Pool:
    """Idle connections to origins, for whichever client comes next."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.idle: dict[Endpoint, list[Origin]] = {}  # of each, the one used last is the last
        self.count = 0  # how many there are, of all

    def take(self, where: Endpoint) -> Origin | None:
        """An idle connection to this origin, or None. It leaves the pool, and `may_be_dead`.

        The one used last: of all it is the least likely to be closed already.
        """
        while alike := self.idle.get(where):
            origin = alike.pop()
            self.count -= 1
            if origin.is_silent():
                origin.may_be_dead = True
                return origin
            origin.close()
        return None

    def give(self, origin: Origin) -> None:
        """Keep `origin`, which is idle from now on; or close it, where that would be too many."""
        alike = self.idle.setdefault(origin.where, [])
        if len(alike) >= self.limits.origins_per_host or self.count >= self.limits.origins:
            origin.close()
            return
        origin.client, origin.idle_since_s = None, time.monotonic()
        if origin.writes or not origin.reads:
            origin.tell_the_loop()
        alike.append(origin)
        self.count += 1

    def drop(self, origin: Origin) -> None:
        """Close one that is idle."""
        self.idle[origin.where].remove(origin)
        self.count -= 1
        origin.close()

    def drop_older_than(self, idle_s: float) -> None:
        """Close those that are idle for longer, and forget origins without any."""
        since_s = time.monotonic() - idle_s
        for origin in [origin for alike in self.idle.values() for origin in alike]:
            if origin.idle_since_s <= since_s:
                self.drop(origin)
        self.idle = {where: alike for where, alike in self.idle.items() if alike}


def turn_away(sock: socket.socket, error: http.HttpError) -> None:
    """First and last words to somebody who is not served. Closes; does not block."""
    with sock, suppress(OSError):
        sock.send(http.error_response(error, ""))
        finish_sending(sock)
        sock.recv(CHUNK_BYTES)  # to close with something unread would destroy them
