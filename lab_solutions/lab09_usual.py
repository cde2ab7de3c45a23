"""Part of lab 09, given: the usual exchange, by a short way.

Most requests have no body, most answers a counted one, and nothing in their heads asks for care.
Such a head is recognised by one regular expression, and its lines go on as the bytes that they
are. Knows no other messages: they take the long way, through labs 05 and 08, which know all the
rules. So this is no second set of rules; what it sends is what the long way would.

No quantifier here gives back what it has taken (`*+`): a long head that fails in its last line
fails once, and not again for each line before it.
"""

from __future__ import annotations

import re
import socket
import time
from functools import cached_property, lru_cache

from labs import lab05_http_forwarding as http
from labs.lab01_five_tuple import Endpoint
from labs.lab06_select_loop import CHUNK_BYTES
from labs.lab08_full_proxy import Client, Proxy

# Fields that ask for care: for the framing, for this connection, for the hop. They are not usual.
CARE = rb"connection|content-length|expect|host|keep-alive|max-forwards|proxy-[a-z]+|te"
CARE += rb"|trailer|transfer-encoding|upgrade|via"
VALUE = rb"[!-~][ -~]*+(?<! )"  # no blank around it: it would not go on
FIELDS = rb"((?:(?!(?i:%b):)[0-9A-Za-z-]++: %b\r\n)*+)" % (CARE, VALUE)
STAYS = rb"(?:Proxy-)?Connection: [Kk]eep-[Aa]live\r\n"  # so it would anyway: it is left out
LEAVES = b"Connection: close\r\n"
ASKING = rb"%b(?:%b)?+(%b)?+%b" % (FIELDS, STAYS, LEAVES, FIELDS)
ANSWERING = rb"%b(?:%b)?+%b" % (FIELDS, STAYS, FIELDS)

REQUEST = re.compile(
    rb"GET (http://(([0-9A-Za-z.-]++)(?::([0-9]{1,5}+))?+)(/[!\"$-~]*+)) HTTP/1\.1\r\n"
    rb"%bHost: [0-9A-Za-z.:-]++\r\n%b\r\n" % (ASKING, ASKING)
)
ANSWER = re.compile(
    rb"(HTTP/1\.1 ([2-5][0-9][0-9]) %b\r\n)%b(Content-Length: ([0-9]{1,15}+)\r\n)%b\r\n"
    % (VALUE, ANSWERING, ANSWERING)
)
BODILESS = {204, 304}  # whatever they say of a length


@lru_cache(maxsize=1024)
def origin_at(host: bytes, port: bytes) -> Endpoint | None:
    """The origin with this name, at port 80 if none is named; None if that is no port."""
    origin = Endpoint(host.decode(), int(port or 80))
    return origin if 0 < origin.port < 65_536 else None


def usual_request(data: bytes, via: bytes) -> tuple[Endpoint, http.Head, bytes] | None:
    """A usual request: its origin, its Head (of its fields only a `close`), and what to send on.

    None if `data` is something else, or has anything behind the head. `via` is our own last field.
    """
    usual = REQUEST.fullmatch(data)
    if not usual:
        return None
    target, authority, host, port, path, a, leaves, b, c, leaves_too, d = usual.groups(b"")
    where = origin_at(host, port)
    if not where:
        return None
    fields = (("Connection", "close"),) if leaves or leaves_too else ()
    head = http.Head("GET", target.decode(), "HTTP/1.1", 0, "", fields)
    sent = b"GET %b HTTP/1.1\r\nHost: %b\r\n%b%b%b%b%b\r\n" % (path, authority, a, b, c, d, via)
    return where, head, sent


def usual_answer(data: bytes, last: bytes) -> tuple[http.Head, int, bytes] | None:
    """A usual answer, all of it: its Head (without fields), its body's length, and what to send on.

    None if `data` is something else, or less, or more. `last` are the last fields, our own.
    """
    usual = ANSWER.match(data)
    if not usual or data.find(b"\r\nDate: ", 0, usual.end()) < 0:
        return None
    first, status, a, b, counted, length, c, d = usual.groups()
    body = data[usual.end() :]
    if int(length) != len(body) or int(status) in BODILESS:
        return None
    head = http.Head("GET", "", "HTTP/1.1", int(status), "", ())
    sent = b"%b%b%b%b%b%b%b\r\n%b" % (first, a, b, counted, c, d, last, body)
    return head, len(body), sent


def first_bytes(sock: socket.socket) -> bytes:
    """What one recv gives; b"" if it gives nothing, for whatever reason: the next one tells."""
    try:
        return sock.recv(CHUNK_BYTES)
    except OSError:
        return b""


class Whole:
    """A Relay, and its reader, of a body that has been moved already: nothing is left to do."""

    __slots__ = ("received",)
    framing, is_done = 0, True

    def __init__(self, received: int) -> None:
        self.received = received

    @property
    def reader(self) -> Whole:
        return self


NOTHING = Whole(0)  # the body of a usual request


class UsualClient(Client):
    """A Client that knows the usual exchange when it sees it, and leaves all else to Client.

    It sees it by the first bytes that come: a whole head and nothing else, or a whole answer and
    nothing else. Both callbacks then do all there is to do, without asking states and relays. What
    can't be done at once is left as the long way would have left it, and goes on from there.
    """

    usual = b""  # the usual request that is under way

    def await_head(self, limit_s: float) -> None:
        """As Client's."""
        self.usual = b""
        super().await_head(limit_s)

    def on_readable(self) -> None:
        """As Client's, unless a usual request has come."""
        is_ready = self.state == self.reading_head and not self.has_begun
        if is_ready and (data := first_bytes(self.sock)):
            if self.ask(data):
                return
            self.received.feed(data)
        super().on_readable()

    def ask(self, data: bytes) -> bool:
        """Send this on to an idle origin; False if it is no usual request, or there is none."""
        proxy = self.proxy
        if proxy.access.credentials or self.waiting.pending or self.is_beyond_limits(data):
            return False
        usual = usual_request(data, proxy.via)
        self.origin = proxy.pool.take(usual[0]) if usual else None
        if not self.origin:
            return False
        _, self.request, sent = usual
        self.usual, self.framing, self.began_s = data, 0, time.time()
        self.send_request_at_once(sent)
        return True

    def send_request_at_once(self, sent: bytes) -> None:
        """If it can't be done, the long way will find out why: there it fails again."""
        origin = self.origin
        try:
            self.must_reach()
            taken = origin.sock.send(sent)
        except (OSError, http.HttpError):
            taken = 0
        if taken == len(sent):
            origin.client, self.up = self, NOTHING
            self.enter(self.relaying, self.proxy.limits.answer_s)
        else:
            origin.waiting.append(sent[taken:])
            self.step(self.relay_request)

    def on_origin_readable(self) -> None:
        """As Client's, unless a usual answer has come."""
        is_first = self.usual and self.origin.may_be_dead  # so nothing has come from it yet
        if is_first and self.is_undisturbed() and (data := first_bytes(self.origin.sock)):
            if self.answer_with(data):
                return
            self.origin.received.feed(data)
        super().on_origin_readable()

    def is_undisturbed(self) -> bool:
        """The client has said nothing since its request, no end either, and has heard all."""
        return not (len(self.received) or self.has_ended or self.waiting.pending)

    def answer_with(self, data: bytes) -> bool:
        """Send this on to the client; False if it is no usual answer."""
        proxy, stays = self.proxy, not self.request.fields and not self.proxy.is_stopping
        usual = usual_answer(data, proxy.via if stays else proxy.via_and_leaves)
        if not usual or self.is_beyond_limits(data[: len(data) - usual[1]]):
            return False
        self.answer, length, sent = usual
        self.keep_alive, self.down, self.origin.may_be_dead = stays, Whole(length), False
        self.send_answer_at_once(sent)
        return True

    def send_answer_at_once(self, sent: bytes) -> None:
        """Then this exchange is over, and the next one may begin."""
        proxy, taken = self.proxy, 0
        try:
            taken = self.sock.send(sent)
        except BlockingIOError:
            pass
        except OSError as error:
            self.end(error)
            return
        if taken < len(sent) or proxy.is_stopping:
            self.waiting.append(sent[taken:])
            self.step(self.relaying)
            return
        proxy.log(self, self.answer.status, "")
        proxy.pool.give(self.origin)
        self.await_head(proxy.limits.idle_s)
        if not self.keep_alive:
            self.step(self.linger)

    def is_beyond_limits(self, head: bytes) -> bool:
        """Has it more bytes, or more fields, than a head may have?"""
        limits = self.proxy.limits
        return len(head) > limits.head_bytes or head.count(b"\n") - 2 > limits.fields

    def lose_origin(self, error: Exception) -> None:
        """As Client's. If the request is sent again, then by the long way."""
        if self.usual and not self.answer:
            self.request, self.usual = http.parse_request_head(self.usual), b""
        super().lose_origin(error)


class UsualProxy(Proxy):
    """A Proxy with such clients."""

    client = UsualClient

    @cached_property
    def via(self) -> bytes:
        """Our own field in every head that goes on."""
        return b"Via: 1.1 %b\r\n" % self.pseudonym.encode()

    @cached_property
    def via_and_leaves(self) -> bytes:
        """The same, to a client who may not stay."""
        return self.via + LEAVES
