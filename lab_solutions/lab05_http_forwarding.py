"""Lab 05: what does a proxy do to a message?

Reads HTTP/1.1 messages, rewrites them for the next hop and forwards them: a working proxy, for
one client at a time. Knows nothing of waiting for many sockets at once (lab 06).

The first two thirds do no I/O: bytes go in, values come out, so that an event loop can use them
as well. `None` still means "not yet, feed me more". RFC 9110 says what messages mean, RFC 9112
how HTTP/1.1 writes them.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from labs.lab01_five_tuple import Endpoint
from labs.lab02_accept import serve_serially
from labs.lab03_partial_recv import CRLF, RECV_BYTES, LimitExceeded, ReceiveBuffer, recv_until
from labs.lab04_partial_send import abort, close_gracefully, send_all

HEAD_LIMIT_BYTES = 65_536  # cookies make heads of 8 KiB common; nobody honest needs more than this
TIMEOUT_S, LINGER_S = 30.0, 1.0  # for each wait; for a client to close its end after us
VIA = "workbook"  # who we are in that field, unless a caller says otherwise

HEAD_END = b"\n\r\n"  # so a head with a bare LF before its empty line is found, too, and refused
CHUNKED, UNTIL_CLOSE = "chunked", "until close"
Framing = int | str  # where a body ends: after so many bytes, or one of these two
Fields = tuple[tuple[str, str], ...]  # (name as it was sent, value without blanks around it)

# These are of one connection and not of the message (RFC 9110 §7.6.1). Connection may name more.
HOP_BY_HOP = {"connection", "keep-alive", "te", "transfer-encoding", "upgrade"}
HOP_BY_HOP |= {"proxy-authenticate", "proxy-authorization", "proxy-connection"}  # §11.7

# The grammar of RFC 9112 §3 to §7 and RFC 3986 §3. TEXT has no CR, no LF and no NUL.
TOKEN, TEXT = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+", rb"[^\x00-\x08\x0a-\x1f\x7f]*"
REQUEST_LINE = re.compile(rb"(%b) ([\x21-\x7e]+) (HTTP/1\.[0-9])" % TOKEN)
STATUS_LINE = re.compile(rb"(HTTP/1\.[0-9]) ([1-9][0-9][0-9])(?: (%b))?" % TEXT)
FIELD_LINE = re.compile(rb"(%b):(%b)" % (TOKEN, TEXT))
FIELD_LINES = re.compile(rf"^({TOKEN.decode()}):({TEXT.decode()})\r\n", re.MULTILINE)
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;%b)?\r\n" % TEXT)
LENGTH = re.compile(r"[0-9]{1,18}")
AUTHORITY = r"(?:\[([^][@/?#]+)\]|([^][@/?#:]+))(?::([0-9]{0,5}))?"
ABSOLUTE_FORM = re.compile(rf"(?i:http)://({AUTHORITY})([/?][^#]*)?")


class HttpError(ValueError):
    """A message, or an end of the exchange, that is not as it must be. Given.

    `status` is what the client is told: 400 for a bad message, 408 for a silent client, 431 for
    too long a head, 501 for what is not implemented, 502 for a bad or missing origin, 504 for a
    silent one (RFC 9110 §15.5, §15.6). `why` is for people; `fields` go into the answer's head.
    """

    def __init__(self, status: int, why: str, *fields: tuple[str, str]) -> None:
        super().__init__(status, why)
        self.status, self.why, self.fields = status, why, fields


# Whose fault a failure is decides what it means: a silence, a head without an end, anything else.
CLIENT: dict[type | None, int] = {TimeoutError: 408, LimitExceeded: 431, None: 400}
ORIGIN: dict[type | None, int] = {TimeoutError: 504, LimitExceeded: 502, None: 502}


def in_http(error: Exception, whose: dict[type | None, int]) -> HttpError:
    """What a failure at one end means in HTTP. Given."""
    return HttpError(whose.get(type(error), whose[None]), str(error))


class Head(NamedTuple):
    """What stands before a body. Given. A response has the `method` of the request it answers.

    That is because the method decides whether a response has a body (RFC 9112 §6.3). Text is
    Latin-1: each byte is one character, so nothing is lost either way.
    """

    method: str
    target: str  # "" in a response
    version: str  # "HTTP/1.1" or "HTTP/1.0"
    status: int  # 0 in a request
    reason: str
    fields: Fields


# Heads: bytes go in, values come out.


def parse_field_line(line: bytes) -> tuple[str, str]:  # exercise
    """Name and value of one field line, which comes without its CRLF (RFC 9112 §5). No I/O.

    Returns two texts: the name as it was sent; the value without the spaces and tabs around it,
    which may be empty. FIELD_LINE has both as groups, the value with these blanks.

    Raises HttpError(400) unless FIELD_LINE matches all of the line. So it refuses blanks before
    the colon and at the line's start, where another reader may see another field (§5.1, §5.2),
    and CR, LF and NUL inside (RFC 9110 §5.5).
    """
    match = FIELD_LINE.fullmatch(line)
    if not match:
        raise HttpError(400, f"no field line: {line[:60]!r}")
    return match[1].decode("latin-1"), match[2].decode("latin-1").strip(" \t")


def split_head(data: bytes, start_line: re.Pattern[bytes]) -> tuple[list[str], Fields]:
    """The groups of the start line ("" for a missing one), and the fields. Given. No I/O.

    `data` is a whole head, its empty line included; an empty line in front is skipped (RFC 9112
    §2.2). Raises HttpError(400) for a line that ends in a bare LF, or is not as it must be. All
    field lines are read at one go, for speed, by the rules of `parse_field_line`.
    """
    first, _, lines = data.removeprefix(CRLF).partition(CRLF)
    match, text = start_line.fullmatch(first), lines.decode("latin-1")
    fields = [(name, value.strip(" \t")) for name, value in FIELD_LINES.findall(text)]
    if not match or not text.endswith("\r\n") or len(fields) != text.count("\n") - 1:
        raise HttpError(400, f"not a head: {first[:60]!r}")
    return [group.decode("latin-1") for group in match.groups(b"")], tuple(fields)


def values_of(head: Head, name: str) -> list[str]:  # exercise
    """The values of all fields with this name, in order; [] if there is none. No I/O.

    Names are compared without regard to case (RFC 9110 §5.1).
    """
    name = name.lower()
    return [value for each, value in head.fields if each.lower() == name]


def tokens_of(head: Head, name: str) -> list[str]:
    """The elements of a comma-separated field, in lower case. Given. RFC 9110 §5.6.1."""
    return [t.strip(" \t").lower() for value in values_of(head, name) for t in value.split(",")]


def parse_request_head(data: bytes) -> Head:  # exercise
    """The Head of a request, from all its bytes up to and including the empty line. No I/O.

    The groups of REQUEST_LINE are method, target and version (RFC 9112 §3), as `split_head` gives
    them; the method keeps its case. Status is 0 and reason is "".

    Raises HttpError(400) as `split_head` does, and unless there is exactly one Host (§3.2: one
    reader may take the first, another one the last); in HTTP/1.0 there may be none.
    """
    (method, target, version), fields = split_head(data, REQUEST_LINE)
    head = Head(method, target, version, 0, "", fields)
    hosts = len(values_of(head, "host"))
    if hosts > 1 or (hosts == 0 and version != "HTTP/1.0"):
        raise HttpError(400, f"{hosts} Host fields: there must be one")
    return head


def parse_response_head(data: bytes, method: str) -> Head:  # exercise
    """The Head of the response to a request with this `method`, from all its bytes. No I/O.

    The groups of STATUS_LINE are version, status and reason, which may be missing (RFC 9112 §4).
    Target is "". Raises HttpError(400) as `split_head` does.
    """
    (version, status, reason), fields = split_head(data, STATUS_LINE)
    return Head(method, "", version, int(status), reason, fields)


# Bodies: where they end, and what is in them.


def content_length(head: Head) -> int | None:  # exercise
    """The number in Content-Length; None where there is no such field. No I/O.

    It counts bytes, in decimal digits only: LENGTH matches all of it. Python's `int` also takes
    "+5", "5_0" and " 5", and `isdigit` takes "²": other readers don't.

    Raises HttpError(400) for all else, and for several of them, even if they are equal (RFC 9112
    §6.3: if one reader takes the first and one the last, they see different messages).
    """
    values = values_of(head, "content-length")
    if len(values) > 1 or not all(LENGTH.fullmatch(value) for value in values):
        raise HttpError(400, f"bad Content-Length: {', '.join(values)[:60]}")
    return int(values[0]) if values else None


def is_chunked(head: Head) -> bool:  # exercise
    """Is the body sent in chunks? True if Transfer-Encoding is there, and just "chunked". No I/O.

    False without the field. Raises HttpError for any other coding, whatever else is wrong: 501 if
    the last one is "chunked", behind others that are not known here (RFC 9112 §6.1); 400 if the
    last one is another, for then nobody can tell where a request ends (§6.3).

    Then HttpError(400) for "chunked" in HTTP/1.0 or beside a Content-Length: if one reader believes
    the length and one the chunks, the body of one is the next request of the other (§11.2).
    """
    codings = tokens_of(head, "transfer-encoding")
    if codings and codings != ["chunked"]:
        raise HttpError(501 if codings[-1] == "chunked" else 400, f"transfer coding {codings}"[:80])
    if codings and (head.version == "HTTP/1.0" or values_of(head, "content-length")):
        raise HttpError(400, "Transfer-Encoding in HTTP/1.0 or beside a Content-Length")
    return bool(codings)


def body_framing(head: Head) -> Framing:  # exercise
    """Where the body after this head ends. No I/O. The rules of RFC 9112 §6.3, in their order.

    Returns how many bytes it has, or CHUNKED, or UNTIL_CLOSE:

    1. 0 for a response to HEAD, or with status 1xx, 204 or 304, whatever its fields say. (The 2xx
       to a CONNECT, after which a tunnel begins, is no origin's: lab 07 makes it.)
    2. CHUNKED if it is chunked.
    3. The Content-Length if there is one.
    4. Neither: 0 for a request; a response goes on UNTIL_CLOSE.

    Raises HttpError as `is_chunked` and `content_length` do, whichever rule holds: a head that
    contradicts itself is never forwarded.
    """
    chunked, length = is_chunked(head), content_length(head)
    if head.status and (head.method == "HEAD" or head.status < 200 or head.status in (204, 304)):
        return 0
    if chunked:
        return CHUNKED
    return length if length is not None else UNTIL_CLOSE if head.status else 0


def parse_chunk_line(line: bytes) -> int:  # exercise
    r"""The size in the first line of a chunk: 26 for b"1a;name=value\r\n". No I/O.

    It is hexadecimal (RFC 9112 §7.1); the extension after `;` is ignored (§7.1.1). Raises
    HttpError(400) unless CHUNK_LINE matches all of the line: Python's `int` takes more, as "0x1a".
    """
    match = CHUNK_LINE.fullmatch(line)
    if not match:
        raise HttpError(400, f"no chunk size: {line[:60]!r}")
    return int(match[1], 16)


class BodyReader:
    r"""Takes one body out of a buffer, piece by piece, and knows where it ends. No I/O.

    A body that is counted, or goes on until the close, is one long piece; a chunked one has a
    piece in each chunk. `state` is the method that takes what comes next, None when all is taken:

        counted, until close:                take_piece ───────── all there ──────────▶ None

        chunked:      ┌────── size > 0 ────▶ take_piece ── all there ──▶ take_end ──┐
                 take_size ◀──────────────────────── CRLF ──────────────────────────┘
                      └────── size 0 ──────▶ take_trailer ─────── empty line ─────────▶ None
                                               └──▲ a field

    A worked trace: "abc" in one chunk, b"3\r\nabc\r\n0\r\n\r\n", comes in three pieces:

        feed(b"3\r\na")       take_size: 3. take_piece: b"a", 2 left, not yet           → b"a"
        feed(b"bc\r")         take_piece: b"bc", 0 left. take_end: half of it, not yet  → b"bc"
        feed(b"\n0\r\n\r\n")  take_end. take_size: 0. take_trailer: empty line, None    → b""
    """

    def __init__(self, framing: Framing, buffer: ReceiveBuffer | None = None) -> None:
        """Begin a body with this framing. Given.

        `buffer` may hold what was received after the head. What comes after the body stays in it.
        """
        self.buffer = ReceiveBuffer() if buffer is None else buffer
        self.framing, self.received, self.trailers = framing, 0, ()
        self.left = {CHUNKED: 0, UNTIL_CLOSE: 1 << 63}.get(framing, framing)  # no end in sight
        self.state = self.take_size if framing == CHUNKED else self.take_piece if framing else None

    @property
    def is_done(self) -> bool:
        """Was all of the body taken? Given."""
        return self.state is None

    def feed(self, data: bytes) -> bytes:  # exercise
        """Adds `data` to the buffer, and takes all of the body that is there now.

        Returns its bytes, without the frames of chunks; b"" if there are none yet, or no more.
        `feed(b"")` takes what is in the buffer already. What comes after the body stays there.

        How: calls `state` again and again, until that returns None, not yet, or all is taken.
        b"" means: taken, but no byte of the body was in it. Go on.
        `received` counts the bytes returned so far. Raises HttpError(400) for a malformed body,
        and for a line in it that is too long (LimitExceeded).
        """
        self.buffer.feed(data)
        taken = bytearray()
        try:
            while self.state and (piece := self.state()) is not None:
                taken += piece
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error
        self.received += len(taken)
        return bytes(taken)

    def take_piece(self) -> bytes | None:  # exercise
        """Takes what is there of this piece, and no more than is `left` (`take_at_most`).

        Returns it; None, never b"", if nothing is there: `feed` would ask for ever. `left`
        becomes less by what was taken. When it is 0, CRLF comes next (`take_end`) if the body is
        chunked; else all is taken.
        """
        piece = self.buffer.take_at_most(self.left)
        self.left -= len(piece)
        if self.left == 0:
            self.state = self.take_end if self.framing == CHUNKED else None
        return piece or None

    def take_size(self) -> bytes | None:  # exercise
        r"""Takes a chunk's line, up to its b"\n", and its size by `parse_chunk_line`.

        Returns b"" (taken: go on), or None if the line is not there yet. The piece comes next,
        and its size is `left`. But size 0 is the last chunk (RFC 9112 §7.1): the trailers come
        next, and HEAD_LIMIT_BYTES are `left` for them. The line itself may have as many bytes:
        `take_until` raises LimitExceeded.
        """
        line = self.buffer.take_until(b"\n", HEAD_LIMIT_BYTES)
        if line is not None:
            size = parse_chunk_line(line)
            self.state = self.take_piece if size else self.take_trailer
            self.left = size or HEAD_LIMIT_BYTES
        return line and b""  # None stays None

    def take_end(self) -> bytes | None:  # exercise
        """Takes the CRLF after a piece, both bytes or none of them (`take_exactly`).

        Returns b"" (taken: go on), or None if it is not there as a whole. The next size comes
        next. Raises HttpError(400) if there is something else.
        """
        end = self.buffer.take_exactly(len(CRLF))
        if end not in (CRLF, None):
            raise HttpError(400, f"{end!r} after a chunk")
        self.state = self.take_size if end else self.take_end
        return end and b""

    def take_trailer(self) -> bytes | None:  # exercise
        r"""Takes a line after the last chunk, up to its b"\n" (RFC 9112 §7.1.2).

        Returns b"" (taken: go on), or None if the line is not there yet. CRLF alone is the end:
        all is taken. Else it is a field (`parse_field_line`, without the CRLF), to be added to the
        tuple `trailers`, and another line comes next. All lines together have what is `left`, and
        `take_until` raises LimitExceeded. HttpError(400): no field, or a line that ends in LF only.
        """
        line = self.buffer.take_until(b"\n", self.left)
        if line == CRLF:
            self.state = None
        elif line is not None:
            self.trailers += (parse_field_line(line.removesuffix(CRLF)),)
            self.left -= len(line)
        return line and b""

    def end_of_stream(self) -> None:  # exercise
        """The sender has ended: nothing more will come. Returns None.

        That is how a body ends that goes on UNTIL_CLOSE: all is taken, so `state` becomes None. It
        changes nothing if all is taken already. Else the body was cut short and must not pass for
        a whole one (RFC 9112 §8): raises HttpError(400).
        """
        if self.framing != UNTIL_CLOSE and not self.is_done:
            raise HttpError(400, f"the body ends too early, after {self.received:,} bytes")
        self.state = None


def as_chunk(data: bytes) -> bytes:
    """`data` as one chunk; b"" for b"", since a chunk of size 0 would be the last one. Given."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def last_chunk(trailers: Fields) -> bytes:
    """The last chunk, with those trailers that travel on. Given.

    Host and Content-Length don't (RFC 9110 §6.5.1): a reader might take them for the head's.
    """
    stay = HOP_BY_HOP | {"host", "content-length"}
    return b"0\r\n" + write_fields(tuple(f for f in trailers if f[0].lower() not in stay))


# Rewriting: what is different on the next hop.


def absolute_form(request: Head) -> tuple[str, ...]:
    """The target's parts: authority, IPv6 address, any other host, port, path. Given.

    "http://[::1]:80/a?b" has "[::1]:80", "::1", "", "80", "/a?b"; a part that is missing is "".
    Raises HttpError(400) for other forms, which don't tell a proxy where to go (RFC 9112 §3.2),
    other schemes, and user:password@ (RFC 9110 §4.2.4); HttpError(501) for CONNECT (lab 07).
    """
    if not (match := ABSOLUTE_FORM.fullmatch(request.target)):
        raise HttpError(501 if request.method == "CONNECT" else 400, "not http://host/path")
    return match.groups("")


def origin_of(request: Head) -> Endpoint:  # exercise
    """Where to connect to for this request: host and port of its target. No I/O, no lookup.

    `absolute_form` has the parts: the host is one of two, and an IPv6 address has no brackets
    here. The port is 80 if there is none (RFC 9110 §4.2.1).

    Raises HttpError(400) unless the port is from 1 to 65535; and as `absolute_form` does.
    """
    _, address, name, port, _ = absolute_form(request)
    if not 1 <= int(port or 80) <= 65_535:
        raise HttpError(400, f"no port: {port}")
    return Endpoint(address or name, int(port or 80))


def end_to_end(head: Head) -> Fields:  # exercise
    """The fields that travel on, as they are: all but those of this connection. No I/O.

    Those are HOP_BY_HOP, and what Connection names (RFC 9110 §7.6.1); but Content-Length stays
    even then: without it the next reader would take the body for a request.
    """
    dropped = HOP_BY_HOP | (set(tokens_of(head, "connection")) - {"content-length"})
    return tuple([field for field in head.fields if field[0].lower() not in dropped])


def next_hop_fields(head: Head, chunked: bool, keep_alive: bool, by: str = VIA) -> Fields:
    """The fields for the next hop: those that are `end_to_end`, then our own. Given.

    Our own are Transfer-Encoding if we send chunks (ours, not those that came), Via with the
    version that came and `by` whom (RFC 9110 §7.6.3), and what shall be done with this connection.
    """
    framing = [("Transfer-Encoding", "chunked")] if chunked else []
    via = ("Via", f"{head.version.removeprefix('HTTP/')} {by}")
    return (*end_to_end(head), *framing, via, *([] if keep_alive else [("Connection", "close")]))


def to_origin_request(request: Head, keep_alive: bool = False, by: str = VIA) -> Head:  # exercise
    """The request as the origin must get it. No I/O. The one given stays as it is.

    Version is HTTP/1.1: each hop speaks its own (RFC 9110 §6.2). Target is the origin form, path
    and query, which begins with "/" (RFC 9112 §3.2.1); nothing at all becomes "*" for OPTIONS
    (§3.2.4). Fields: first Host, which is the target's authority, whatever the client's own Host
    says (§3.2.2); then the `next_hop_fields` without the client's Host. These want `by`, too.

    Raises HttpError as `absolute_form` and `body_framing` do.
    """
    authority, _, _, _, path = absolute_form(request)
    if not path.startswith("/"):
        path = "*" if request.method == "OPTIONS" and not path else f"/{path}"
    fields = next_hop_fields(request, body_framing(request) == CHUNKED, keep_alive, by)
    others = (field for field in fields if field[0].lower() != "host")
    return request._replace(target=path, version="HTTP/1.1", fields=(("Host", authority), *others))


def to_client_response(
    response: Head, chunked: bool, keep_alive: bool = False, by: str = VIA
) -> Head:  # exercise
    """The response as the client must get it. No I/O. The one given stays as it is.

    Version is HTTP/1.1, fields are the `next_hop_fields`; `chunked` says whether the client gets
    the body in chunks.
    """
    fields = next_hop_fields(response, chunked, keep_alive, by)
    return response._replace(version="HTTP/1.1", fields=fields)


def write_fields(fields: Fields, first: str = "") -> bytes:
    """Fields as they are sent, behind what comes `first`, with the empty line after them. Given."""
    return "".join([first, *[f"{n}: {v}\r\n" for n, v in fields], "\r\n"]).encode("latin-1")


def write_head(head: Head) -> bytes:
    """A head as it is sent. Given."""
    method, target, version, status, reason, fields = head
    start = f"{version} {status} {reason}" if status else f"{method} {target} {version}"
    return write_fields(fields, start + "\r\n")


def error_response(error: HttpError, method: str) -> bytes:
    """What tells the client of an error; without a body if it asked for a HEAD. Given."""
    body = (f"{error.status}: {error.why}\n" if error.status >= 400 else error.why).encode()
    ours = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
    fields = (*(ours | dict(error.fields)).items(), ("Connection", "close"))
    head = Head(method, "", "HTTP/1.1", error.status, HTTPStatus(error.status).phrase, fields)
    return write_head(head) + (b"" if method == "HEAD" else body)


# Sockets: only these functions touch one.


def connect_to(origin: Endpoint, timeout_s: float) -> socket.socket:  # exercise
    """A socket that is connected to the origin, with this timeout; the caller closes it.

    `socket.create_connection` does it: it looks the name up, which gives a list of addresses of
    IPv4 and IPv6, and tries one after the other. Blocks: for the lookup, for as long as that
    takes; then for `timeout_s` with each address.

    Raises HttpError if there is no connection: 504 if the origin is silent, 502 if it refuses,
    can't be reached, or nobody knows the name (`in_http` tells them apart). A name that can't be
    one, such as "a..b", is a UnicodeError: 502.
    """
    try:
        return socket.create_connection(origin, timeout_s)
    except (OSError, UnicodeError) as error:
        raise in_http(error, ORIGIN) from error


def recv_head(sock: socket.socket, buffer: ReceiveBuffer, whose: dict[type | None, int]) -> bytes:
    """The next head, whole, from the CLIENT or the ORIGIN; b"" if its stream ends before. Given.

    Blocks. What came after it stays in `buffer`. Raises HttpError if it does not come: `in_http`.
    """
    try:
        return recv_until(sock, buffer, HEAD_END, HEAD_LIMIT_BYTES)
    except (OSError, EOFError, LimitExceeded) as error:
        raise in_http(error, whose) from error


def recv_response(origin: socket.socket, buffer: ReceiveBuffer, method: str) -> Head:
    """The head of the next response, whose `body_framing` can be asked for. Blocks. Given.

    Raises HttpError: 504 if the origin is silent, else 502: it is not the client's fault.
    """
    try:
        response = parse_response_head(recv_head(origin, buffer, ORIGIN), method)
        body_framing(response)
    except HttpError as error:
        raise HttpError(max(error.status, 502), error.why) from error
    return response


def relay_body(
    source: socket.socket, reader: BodyReader, sink: socket.socket, chunked: bool
) -> None:  # exercise
    """Forward one body, each piece as soon as it is there: never all of it in memory.

    What came with the head is in the reader's buffer already: begin with `feed(b"")`. Pieces go
    out with `send_all`; if `chunked`, `as_chunk`, and `last_chunk` in the end. Once the reader is
    done nothing more is received: on a connection that stays open, nothing would come.

    Returns None when all is sent. Blocks. Raises HttpError(400) if the body is malformed or cut
    short: the source ends in the middle of it (the reader knows), or its `recv` fails by a reset
    or a timeout. It is 400 because a bad request's body is; for a response nobody looks at the
    number. Then nothing was sent that would make the body look whole. A failure of the sink stays
    the OSError that it is: the caller must know which end is lost.
    """
    data = b""
    while True:
        piece = reader.feed(data)
        send_all(sink, as_chunk(piece) if chunked else piece)
        if reader.is_done:
            return send_all(sink, last_chunk(reader.trailers) if chunked else b"")
        try:
            data = source.recv(RECV_BYTES)
        except OSError as error:
            raise HttpError(400, f"the body is cut short: {error}") from error
        if not data:
            reader.end_of_stream()


def relay_response(origin: socket.socket, client: socket.socket, request: Head) -> None:  # exercise
    """Forward the origin's answer: interim responses (1xx), as they come; then the final one.

    `recv_response` gets each. `to_client_response` rewrites it; an interim one with `keep_alive`,
    for the connection goes on. A client of HTTP/1.0 knows no interim ones and gets none (RFC 9110
    §15.2), and no chunks (RFC 9112 §6.1): for it, a chunked body ends with the connection. Other
    clients get in chunks what comes in chunks.

    Returns None. Blocks. Raises HttpError if there is no proper answer, and OSError if the client
    is gone. Once the final head is sent it is too late for another answer: if the body is cut
    short or malformed, ends by `abort` of the client. What is not whole must not look whole.
    """
    buffer, is_old = ReceiveBuffer(), request.version == "HTTP/1.0"
    while (response := recv_response(origin, buffer, request.method)).status < 200:
        if not is_old:
            send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    framing = body_framing(response)
    chunked = framing == CHUNKED and not is_old
    send_all(client, write_head(to_client_response(response, chunked)))
    try:
        relay_body(origin, BodyReader(framing, buffer), client, chunked)
    except HttpError:
        abort(client)


def forward_one(client: socket.socket, timeout_s: float = TIMEOUT_S) -> None:  # exercise
    """Serve one client: one request, one answer, then close.

    Gets the request with `recv_head` and `parse_request_head`. Connects (`connect_to`) only if
    `body_framing` and `origin_of` raise nothing. Sends what `to_origin_request` makes of the head,
    and the body (`relay_body`), and then does `relay_response`. An origin may answer before it has
    the whole body, and close: if a send to it fails (OSError), its answer may be there all the
    same, so `relay_response` comes next in this case, too.

    An HttpError is answered with `error_response`, for the request's method; "" if there is none
    yet. A client that leaves without a word has sent an empty head, and that is a 400 as well.

    Blocks; `timeout_s` is the timeout of both sockets: it bounds each wait, and not the whole.
    Returns None. Raises OSError if the client is gone: nobody is left to tell. The origin's socket
    is closed in every case; so is `client`, by `close_gracefully` within LINGER_S, so that the
    answer arrives even if a part of the request was not read.
    """
    client.settimeout(timeout_s)
    buffer, method = ReceiveBuffer(), ""
    try:
        request = parse_request_head(recv_head(client, buffer, CLIENT))
        method, framing = request.method, body_framing(request)
        with connect_to(origin_of(request), timeout_s) as origin:
            with suppress(OSError):
                send_all(origin, write_head(to_origin_request(request)))
                relay_body(client, BodyReader(framing, buffer), origin, framing == CHUNKED)
            relay_response(origin, client, request)
    except HttpError as error:
        send_all(client, error_response(error, method))
    finally:
        close_gracefully(client, LINGER_S)


def serve_proxy_serially(listener: socket.socket, timeout_s: float = TIMEOUT_S) -> None:  # exercise
    """Serve the listener's clients with `forward_one`, one at a time: see `serve_serially`.

    Blocks; returns None when the listener is shut down. Does not close the listener. `timeout_s`
    is for those who talk, as in `forward_one`: the next client may come as late as it likes.
    """
    serve_serially(listener, lambda client: forward_one(client, timeout_s))
