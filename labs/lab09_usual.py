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
from contextlib import suppress
from functools import cached_property

from labs import lab05_http_forwarding as http
from labs.lab01_five_tuple import Endpoint
from labs.lab06_select_loop import CHUNK_BYTES
from labs.lab08_full_proxy import Client, Proxy

# Fields that ask for care: for the framing, for this connection, for the hop. They are not usual.
CARE = rb"connection|content-length|expect|host|keep-alive|max-forwards|proxy-[a-z]+|te"
CARE += rb"|trailer|transfer-encoding|upgrade|via"
VALUE = rb"[!-~][ -~]*+(?<! )"  # no blank around it: it would not go on
FIELD = rb"(?!(?i:%b):)[0-9A-Za-z-]++: %b\r\n" % (CARE, VALUE)
STAYS = rb"(?:Proxy-)?Connection: [Kk]eep-[Aa]live\r\n"  # so it would anyway
LEAVES = b"Connection: close\r\n"
ASKING, ANSWERING = rb"(?:%b|%b|%b)*+" % (FIELD, STAYS, LEAVES), rb"(?:%b|%b)*+" % (FIELD, STAYS)
OF_ONE_HOP = re.compile(rb"\r\n(?:%b|%b)+" % (STAYS, LEAVES))

REQUEST = re.compile(
    rb"GET (http://(([0-9A-Za-z.-]++)(?::([0-9]{1,5}+))?+)(/[!\"$-~]*+)) HTTP/1\.1"
    rb"(\r\n%b)Host: [0-9A-Za-z.:-]++\r\n(%b)\r\n" % (ASKING, ASKING)
)
ANSWER = re.compile(
    rb"(HTTP/1\.1 ([2-5][0-9][0-9]) %b\r\n%bContent-Length: ([0-9]{1,15}+)\r\n%b)\r\n"
    % (VALUE, ANSWERING, ANSWERING)
)
BODILESS = {204, 304}  # whatever they say of a length


def that_travel(lines: bytes) -> bytes:
    """Without those that are of one connection. A line break comes before the first one."""
    return OF_ONE_HOP.sub(b"\r\n", lines) if b"onnection: " in lines else lines


def usual_request(data: bytes, via: bytes) -> tuple[Endpoint, http.Head, bytes] | None:
    """A usual request: its origin, its Head (of its fields only a `close`), and what to send on.

    None if `data` is something else, or has anything behind the head. `via` is our own last field.
    """
    usual = REQUEST.fullmatch(data)
    if not usual or not 0 < int(usual[4] or 80) < 65_536:
        return None
    target, authority, host, port, path, before, behind = usual.groups()
    lines = before + behind
    fields = (("Connection", "close"),) if b"\r\n" + LEAVES in lines else ()
    head = http.Head("GET", target.decode(), "HTTP/1.1", 0, "", fields)
    sent = b"GET %b HTTP/1.1\r\nHost: %b%b%b\r\n" % (path, authority, that_travel(lines), via)
    return Endpoint(host.decode(), int(port or 80)), head, sent


def usual_answer(data: bytes, last: bytes) -> tuple[http.Head, int, bytes] | None:
    """A usual answer, all of it: its Head (without fields), its body's length, and what to send on.

    None if `data` is something else, or less, or more. `last` are the last fields, our own.
    """
    usual = ANSWER.match(data)
    if not usual or b"\r\nDate: " not in usual[1]:
        return None
    status, length = int(usual[2]), int(usual[3])
    if length != len(data) - usual.end() or status in BODILESS:
        return None
    head = http.Head("GET", "", "HTTP/1.1", status, "", ())
    return head, length, that_travel(usual[1]) + last + b"\r\n" + data[usual.end() :]


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
    nothing else. What it may not do, or can't do at once, begins anew by the long way.
    """

    usual = b""  # the usual request that is under way

    def await_head(self, limit_s: float) -> None:
        """As Client's."""
        self.usual = b""
        super().await_head(limit_s)

    def on_readable(self) -> None:
        """As Client's, unless a usual request has come."""
        is_ready = self.state == self.reading_head and not self.has_begun
        data = first_bytes(self.sock) if is_ready else b""
        if not (data and self.ask(data)):
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
        self.send_at_once(sent)
        return True

    def send_at_once(self, sent: bytes) -> None:
        """Send a usual request. If that fails, it fails again on the long way, which knows why."""
        origin, taken = self.origin, 0
        with suppress(OSError, http.HttpError):
            self.must_reach()
            taken = origin.sock.send(sent)
        if taken == len(sent):
            origin.client, self.up = self, NOTHING
            self.enter(self.relaying, self.proxy.limits.answer_s)
        else:
            origin.waiting.append(sent[taken:])
            self.step(self.relay_request)

    def on_origin_readable(self) -> None:
        """As Client's, unless a usual answer has come."""
        is_first = self.usual and not self.answer and not len(self.origin.received)
        data = first_bytes(self.origin.sock) if is_first else b""
        if not (data and self.answer_with(data)):
            self.origin.received.feed(data)
            super().on_origin_readable()

    def answer_with(self, data: bytes) -> bool:
        """Send this on to the client; False if it is no usual answer."""
        proxy, stays = self.proxy, not self.request.fields and not self.proxy.is_stopping
        usual = usual_answer(data, proxy.via if stays else proxy.via_and_leaves)
        if not usual or self.is_beyond_limits(data[: len(data) - usual[1]]):
            return False
        self.answer, length, sent = usual
        self.keep_alive, self.down, self.origin.may_be_dead = stays, Whole(length), False
        self.waiting.append(sent)
        try:
            self.waiting.flush(self.sock)
        except OSError as error:
            self.end(error)
            return True
        if stays and not self.waiting.pending and not len(self.received):
            proxy.log(self, self.answer.status, "")
            proxy.pool.give(self.origin)
            self.await_head(proxy.limits.idle_s)
        else:
            self.step(self.relaying)
        return True

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
