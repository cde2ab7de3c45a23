"""Lab 08: does it survive the real world?

The complete proxy: the layers of labs 01 to 07 on one loop, with a bound for everything. Knows
nothing of command lines, of what a log looks like, or of why a bound is what it is.

A client is in one of five states. Each is a method with this name, which is called when something
has come from the client or can be sent to it. (In `tunnelling`, a Passage has taken its place.)

       ┌──────────────── both are whole, and the client may stay ────────────────┐
       ▼                                                                         │
  reading_head ── a whole head ──▶ finding_origin ── pooled, or connected ──▶ relaying
       │                              │   ▲   │                              │   │
       │                              │   │   └── CONNECT ──▶ tunnelling     │   │
       │                              │   └── a pooled one was dead, once ───┘   │
       └── an error, answered ────────┴───────▶ lingering ◀──────────────────────┘
                                                    an error, or the client may not stay

All of them lead to the end: the client closes, the tunnel is over, or the time is up.

What is whole, who may stay, what may be done twice, who is told of an error: these are the
questions of this lab. Requests that come early wait in `received` while one is served, so answers
can't overtake each other. Both directions of an exchange are the same thing: a Relay.
"""

from __future__ import annotations

import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from labs import lab05_http_forwarding as http
from labs.lab01_five_tuple import Endpoint, endpoint_from, local_endpoint
from labs.lab03_partial_recv import LimitExceeded
from labs.lab06_select_loop import REST_S, EchoServer, Resolver, SelectLoop
from labs.lab07_connect_tunnel import Dialer, Tunnel, address_of, authority_of
from labs.lab08_access import Access
from labs.lab08_limits import Limits
from labs.lab08_messages import completed, must_be_bounded, one_hop_less
from labs.lab08_sides import Guest, Origin, Passage, Pool, Side, turn_away

LOOK_S = 0.25  # between two looks at the clock, for all clients at once
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}  # RFC 9110 §9.2.2
Log = Callable[["Client", int, str], object]


class Relay:
    """One direction of an exchange: a body on its way from the source's buffer to the sink's."""

    def __init__(self, source: Side, sink: Side, framing: http.Framing, chunked: bool) -> None:
        """Begin. Given. `chunked`: the sink gets the body in chunks, however it comes."""
        self.source, self.sink, self.chunked = source, sink, chunked
        self.reader = http.BodyReader(framing, source.received)

    def move(self) -> None:  # exercise
        """Put what is there of the body into the sink's buffer.

        It has been received already: `reader.feed(b"")` takes it. If `chunked`, it goes on
        `as_chunk`, and behind the end of the body comes the `last_chunk`, with the trailers. If the
        source has ended, the reader is told so (`end_of_stream`), after it has taken what was there
        and that was put into the sink's buffer.

        Called until the reader is done, and not after that. Returns None. Sends nothing, receives
        nothing, does not block. Raises HttpError(400) if the body is malformed or cut short: then
        no last chunk goes out, for what is not whole must not look whole.
        """
        piece = self.reader.feed(b"")
        self.sink.waiting.append(http.as_chunk(piece) if self.chunked else piece)
        if self.source.has_ended:
            self.reader.end_of_stream()
        if self.chunked and self.reader.is_done:
            self.sink.waiting.append(http.last_chunk(self.reader.trailers))


class Client(Guest):
    """A client's connection, and its states. What it needs in all of them, Guest gives."""

    def __init__(self, proxy: Proxy, sock: socket.socket) -> None:
        """Take over a socket that was just accepted. Given. Raises as Guest does."""
        super().__init__(proxy, sock)
        self.user = ""
        self.await_head(proxy.limits.head_s)

    def await_head(self, limit_s: float) -> None:
        """Be ready for a request, which may begin within `limit_s`. Given."""
        self.request = self.answer = None  # heads: the answer's is the final one
        self.origin = self.dialer = self.up = self.down = None  # up, down: the Relays of the bodies
        self.began_s, self.has_begun = time.time(), False
        self.enter(self.reading_head, limit_s)

    def too_late(self) -> None:
        """The time for this state is up. Given. Raises HttpError, for who waits is told why."""
        if self.state == self.lingering or not (self.request or len(self.received)):
            self.end("silent")
        elif self.state == self.reading_head or (self.up and not self.up.reader.is_done):
            raise http.HttpError(408, "the request did not come in time")
        else:
            raise http.HttpError(504, "the origin did not answer in time")

    # reading_head

    def reading_head(self) -> None:  # exercise
        """Take the next request's head, if all of it is there, and `begin` to serve it.

        `received` has what has come; a head goes up to `http.HEAD_END` and has `limits.head_bytes`
        at the most. It may have come together with the last one (pipelining), and what comes behind
        it is the body, or the next one: it stays in `received`.

        All of a head must be there within `limits.head_s` of its first byte, however it drips. So
        `due_in` is called when something of it is there, but only once for each head: `has_begun`
        notes that. A client that ends before its head is whole has nothing to be told: `end`.

        Raises what parsing raises; `step` has it answered. Does not block.
        """
        limits = self.proxy.limits
        head = self.received.take_until(http.HEAD_END, limits.head_bytes)
        if head is not None:
            self.begin(http.parse_request_head(head))
        elif self.has_ended:
            self.end("left")
        elif len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(limits.head_s)

    def begin(self, request: http.Head) -> None:
        """Serve this request, if the client may have that. Given. Raises HttpError if not."""
        proxy, self.request, self.began_s = self.proxy, request, time.time()
        must_be_bounded(request, proxy.limits.fields, 431)
        self.user = proxy.access.user_of(request)
        self.framing = http.body_framing(request)
        if request.method == "CONNECT":
            self.dial(proxy.access.must_tunnel_to(authority_of(request)))
        else:
            self.request = one_hop_less(request, proxy.pseudonym)
            self.find_origin()

    # finding_origin

    def finding_origin(self) -> None:
        """What comes from the client meanwhile waits in `received`. Given."""

    def find_origin(self) -> None:  # exercise
        """Take an idle connection from the pool and `send_request` on it; or `dial`.

        Only a request that may be sent twice takes an idle one, for its origin may be closing it in
        this very moment, and then the request must be sent once more. That is, its method is
        IDEMPOTENT, and it has no body (`framing` is 0), of which a part would be gone. All others
        are worth a connection of their own.

        Raises HttpError if the target names no origin (`http.origin_of`). Does not block.
        """
        where = http.origin_of(self.request)
        is_repeatable = self.request.method in IDEMPOTENT and self.framing == 0
        self.origin = self.proxy.pool.take(where) if is_repeatable else None
        if self.origin:
            self.send_request()
        else:
            self.dial(where)

    def dial(self, where: Endpoint) -> None:
        """Connect to `where`, after a lookup if that is a name; `connected` goes on. Given.

        Until then the client is in finding_origin, for `limits.connect_s` at the most.
        """
        self.enter(self.finding_origin, self.proxy.limits.connect_s)
        self.dialer = Dialer(self.proxy.loop, partial(self.step, self.connected, where))
        try:
            address_of(where)
        except (OSError, UnicodeError):
            self.proxy.resolver.resolve(*where, self.dialer.begin)
        else:
            self.dialer.begin([where])

    def connected(self, where: Endpoint, sock: socket.socket | None, error: OSError | None) -> None:
        """There is a new connection, or none. Given. Raises HttpError if it is of no use."""
        if sock is None:
            raise http.in_http(error, http.ORIGIN)
        try:
            self.origin = Origin(self.proxy, sock, where)
        except (OSError, http.HttpError):
            sock.close()
            raise
        if self.request.method == "CONNECT":
            self.begin_tunnel()
        else:
            self.send_request()

    def send_request(self) -> None:
        """Begin to relay. Given."""
        head = http.to_origin_request(self.request, keep_alive=True, by=self.proxy.pseudonym)
        self.origin.waiting.append(http.write_head(head))
        self.relay_request()

    def relay_request(self) -> None:
        """The head waits for the origin to take it: it goes out now, and the body behind. Given."""
        self.must_reach()
        self.origin.client = self
        self.up = Relay(self, self.origin, self.framing, self.framing == http.CHUNKED)
        self.enter(self.relaying, self.proxy.limits.answer_s)
        self.relaying()

    # relaying

    def hear_origin(self) -> None:
        """The origin can be read: heads first, then a body. Given."""
        try:
            self.origin.receive()
            self.hear_heads()
            if self.origin.has_ended and not self.answer:
                raise EOFError("the origin left without an answer")
        except (OSError, EOFError, LimitExceeded, http.HttpError) as error:
            self.lose_origin(error)
        else:
            self.relaying()

    def hear_heads(self) -> None:
        """Pass on the heads that are there: none or more interim ones, the final one. Given."""
        received, limit = self.origin.received, self.proxy.limits.head_bytes
        while not self.answer and (data := received.take_until(http.HEAD_END, limit)):
            head = http.parse_response_head(data, self.request.method)
            must_be_bounded(head, self.proxy.limits.fields, 502)
            self.pass_head_on(completed(head))

    def pass_head_on(self, head: http.Head) -> None:  # exercise
        """Put a head of the answer into the client's buffer, as `to_client_response` has it.

        It is `by` this proxy (`proxy.pseudonym`), as the request was.

        Interim ones (1xx) are passed on as they come, with keep_alive, since more will follow. A
        client of HTTP/1.0 knows none, and gets none (RFC 9110 §15.2). But 101 is an HttpError(502):
        Upgrade does not travel on, so nobody has asked to switch.

        The final one is noted in `self.answer`, and its body begins: `self.down`, its Relay, from
        the origin to this client. The client gets it in chunks if it comes in chunks, *or until the
        close*: then the client sees where it ends, and may stay. HTTP/1.0 has no chunks: there the
        body ends with the connection.

        `self.keep_alive`: may the client stay after it? Not if the request says `close` in
        Connection, not with HTTP/1.0 (RFC 9112 §C.2.2), and not if the proxy `is_stopping`.

        Raises HttpError as `body_framing` does, if the final head contradicts itself: so ask that
        first, for then nothing is noted. Does not block.
        """
        is_old = self.request.version == "HTTP/1.0"
        if head.status == 101:
            raise http.HttpError(502, "nobody has asked for another protocol")
        if head.status < 200:
            chunked, self.keep_alive = False, True
        else:
            framing = http.body_framing(head)
            chunked = framing in (http.CHUNKED, http.UNTIL_CLOSE) and not is_old
            says_close = "close" in http.tokens_of(self.request, "connection")
            self.keep_alive = not (is_old or says_close or self.proxy.is_stopping)
            self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        if self.answer or not is_old:
            sent = http.to_client_response(head, chunked, self.keep_alive, self.proxy.pseudonym)
            self.waiting.append(http.write_head(sent))

    def relaying(self) -> None:
        """Move what can be moved, both ways, and send what the kernels take. Given."""
        if not self.up.reader.is_done:
            self.up.move()
        if self.origin.waiting.pending:
            with suppress(OSError):  # gone? An answer may be there all the same: `receive` tells
                self.origin.waiting.flush(self.origin.sock)
        if self.down and not self.down.reader.is_done:
            self.down.move()
        self.waiting.flush(self.sock)
        if self.down or not self.up.reader.is_done:
            self.due_in(self.proxy.limits.answer_s)  # but the answer's head must not drip
        if self.down and self.down.reader.is_done and self.is_over():
            self.finish()
        else:
            self.origin.tell_the_loop(self.waiting.is_full)

    def is_over(self) -> bool:  # exercise
        """The answer is whole: is the exchange over, or is there more of the request? No I/O.

        Asked when all of the answer was moved (`down`). The request (`up`) may still go on: it is
        out when its reader is done, too, and nothing waits in the origin's buffer any more. But if
        the origin `has_ended`, nobody will take the rest.
        """
        is_sent = self.up.reader.is_done and not self.origin.waiting.pending
        return is_sent or self.origin.has_ended

    def origin_may_stay(self) -> bool:  # exercise
        """May the origin's connection serve another request? Asked when the exchange is over.

        Only if nobody can be mistaken about where the next request and its answer begin:

        - The answer's end was seen before the stream's end: its framing was not UNTIL_CLOSE.
        - Nothing has come behind it: nothing is left in the origin's `received`. Bytes that nobody
          asked for would be the *next* client's answer.
        - The origin stays: it has not ended, does not say `close` in Connection, and does not speak
          HTTP/1.0, which means the same (RFC 9112 §9.3).
        """
        says_close = "close" in http.tokens_of(self.answer, "connection")
        leaves = self.origin.has_ended or says_close or self.answer.version == "HTTP/1.0"
        is_clean = self.down.reader.framing != http.UNTIL_CLOSE and not len(self.origin.received)
        return is_clean and not leaves

    def finish(self) -> None:
        """Both are whole: keep what may be kept, and go on with the next one. Given."""
        self.proxy.log(self, self.answer.status, "")
        may_stay = self.keep_alive and self.up.reader.is_done and not self.proxy.is_stopping
        if self.origin_may_stay() and not self.proxy.is_stopping:
            self.proxy.pool.give(self.origin)
        else:
            self.origin.close()
        self.await_head(self.proxy.limits.idle_s)
        if may_stay:
            self.reading_head()
        else:
            self.linger()

    def lose_origin(self, error: Exception) -> None:  # exercise
        """The origin has failed, or what it says makes no sense.

        Close its connection, with a reset. If that `may_be_dead` (it was idle, and nothing has come
        from it since), the origin has closed it before it saw the request: `dial` to the same place
        (`where`). That happens once, for `may_be_dead` is False for a new one.

        Else raises HttpError(502), whatever the error was. If a part of the answer is out, it can't
        be told any more: `fail` sees to that. Does not block.
        """
        origin = self.origin
        origin.close(with_reset=True)
        if not origin.may_be_dead:
            raise http.HttpError(502, str(error)) from error
        self.dial(origin.where)

    # tunnelling

    def begin_tunnel(self) -> None:
        """Leave the rest to a Passage, which takes this client's place. Given."""
        self.must_reach()
        self.is_open, self.state, self.dialer = False, None, None
        self.proxy.clients.discard(self)
        self.proxy.clients.add(Passage(self))

    # lingering, and the end

    def fail(self, error: http.HttpError) -> None:  # exercise
        """Tell the client of an error, and that it was the last word; or cut the connection off.

        If the head of an answer has gone out already (`answer`), there is no room for another one:
        `end`, with a reset, so that the part does not pass for the whole.

        Else the `error_response` goes into `waiting`, for the request's method (a HEAD gets no
        body), or "" if there is no request yet. Then what is under way to the origin is given up
        (`give_up`: it forgets the request, too), and the client gets time to read: `linger`. The
        log has its line already.

        Returns None. Does not block.
        """
        if self.answer:
            self.end(error.why)
            return
        self.waiting.append(http.error_response(error, self.request.method if self.request else ""))
        self.give_up()
        self.linger()

    def give_up(self) -> None:
        """Let go of the origin, and of what is under way to it. Given."""
        if self.dialer:
            self.dialer.cancel()
        if self.origin:
            self.origin.close(with_reset=True)
        self.request = self.origin = self.dialer = None

    def end(self, why: object = "") -> None:
        """Close all, with a reset if a part might pass for the whole. Given. Twice is no error."""
        if not self.is_open:
            return
        self.is_open, is_served = False, self.request is not None
        if is_served:
            self.proxy.log(self, self.answer.status if self.answer else 0, str(why or ""))
        self.give_up()
        self.leave(with_reset=is_served)


class Proxy(EchoServer):
    """Serves all clients of a listener: accepts as lab 06's server does, and does more for each."""

    client = Client  # what is made for each of them: lab 09 has another one

    def __init__(
        self, listener: socket.socket, loop: SelectLoop, limits: Limits,
        access: Access | None = None, log: Log = lambda *_: None, tunnel: type[Tunnel] = Tunnel,
    ) -> None:  # fmt: skip
        """Watch `listener` from now on; `stop` closes it. Given.

        `loop` may be any with SelectLoop's interface, `tunnel` whatever is made like a Tunnel.
        `log(client, status, why)` is called when an exchange is over, with the `request` still
        there; `why` is "" if it went well.
        """
        super().__init__(loop, listener)
        self.limits, self.access, self.log, self.tunnel = limits, access or Access(), log, tunnel
        self.own = local_endpoint(listener)
        self.pseudonym = f"{http.VIA}-{secrets.token_hex(4)}"  # no other proxy has this one
        self.pool, self.resolver = Pool(limits), Resolver(loop)
        self.clients: set[Client | Passage] = set()
        self.per_address: Counter[str] = Counter()
        self.is_stopping = False
        loop.call_later(LOOK_S, self.look)

    def serve(self, client: socket.socket) -> None:  # exercise
        """Take in a client that was just accepted, or turn it away with a word. Does not block.

        Its address is the host of its peer (`endpoint_from` makes an Endpoint of that). One that
        has `limits.clients_per_address` connections already gets HttpError(503).

        `clients` has all Clients, each made by `self.client(self, client)`; `per_address` has how
        many there are of each address. Count each one in; `forget` counts it out. After each new
        one, `want_clients` sees whether the next ones must wait in the listener's queue.

        An HttpError, also one that making a Client raises, is told by `turn_away`, which closes. An
        OSError (`getpeername` and Client raise it) means that the client has gone: only close.
        """
        try:
            host = endpoint_from(client.getpeername()).host
            if self.per_address[host] >= self.limits.clients_per_address:
                raise http.HttpError(503, "too many connections from your address")
            self.clients.add(self.client(self, client))
        except http.HttpError as error:
            turn_away(client, error)
        except OSError:
            client.close()
        else:
            self.per_address[host] += 1
            self.want_clients()

    def forget(self, client: Client | Passage) -> None:
        """This client is gone, so there is room for another one. Given."""
        self.clients.discard(client)
        host = client.name.source.host
        self.per_address[host] -= 1
        if not self.per_address[host]:
            del self.per_address[host]  # or it grows with each new address
        self.want_clients()

    def want_clients(self) -> None:
        """Watch the listener, or leave the next ones in its queue while there are enough. Given."""
        if not self.is_stopping:
            self.loop.want_read(self.listener, len(self.clients) < self.limits.clients)

    def stop_accepting(self, error: OSError) -> None:
        """No descriptor is left: give idle ones back, and have a rest, or the loop spins. Given."""
        self.pool.drop_older_than(0)
        self.loop.want_read(self.listener, False)
        self.loop.call_later(REST_S, self.want_clients)

    def look(self) -> None:
        """Who is late? A look now and then costs less than timers set anew all the time. Given."""
        now_s = time.monotonic()
        for client in [client for client in self.clients if client.due_s <= now_s]:
            client.step(client.too_late)
        self.pool.drop_older_than(self.limits.origin_s)
        if self.clients or not self.is_stopping:
            self.loop.call_later(LOOK_S, self.look)

    def stop(self) -> None:
        """Accept no more. What is in flight may end, within `limits.drain_s`. Given."""
        self.is_stopping = True
        self.loop.unregister(self.listener)
        self.listener.close()
        self.resolver.close()
        self.pool.drop_older_than(0)
        for client in [each for each in self.clients if not each.tunnel]:
            if client.state == client.reading_head:
                client.end("the proxy stops")
        self.loop.call_later(self.limits.drain_s, self.end_all)

    def end_all(self) -> None:
        """Cut off what is left. Given."""
        for client in list(self.clients):
            client.end("the proxy stops")


if __name__ == "__main__":
    from labs.lab08_command import main

    main(Proxy)
