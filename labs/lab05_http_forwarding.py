"""Lab 05: what does a proxy do to a message?

Reads HTTP/1.1 messages, rewrites them for the next hop, and forwards them: a working proxy, for
one client at a time. Knows nothing of waiting for many sockets at once (lab 06).

The first half does no I/O: bytes go in, values come out. Two rules go on: `None` means "not yet,
feed me more"; the end of the stream is said aloud (`end_of_stream`), never by `b""`.

RFC 9110 says what messages mean, RFC 9112 how HTTP/1.1 writes them.
"""

from __future__ import annotations

import math
import re
import select
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from labs.lab01_five_tuple import Endpoint
from labs.lab02_accept import serve_serially
from labs.lab03_partial_recv import CRLF, RECV_BYTES, EndOfStream, LimitExceeded, ReceiveBuffer
from labs.lab04_partial_send import close_gracefully, send_all

HEAD_LIMIT_BYTES = 65_536  # cookies make heads of 8 KiB common; nobody honest needs more than this
CHUNK_LINE_LIMIT_BYTES = 4_096  # a size has up to 16 digits: the rest is for extensions
TIMEOUT_S = 30.0  # for each wait, not for the whole exchange
LINGER_S = 1.0  # how long a client may take to close after us
CONTINUE_S = 1.0  # how long an origin may take to say 100; curl waits as long by itself
PSEUDONYM = "workbook"  # who we are in Via
SP = " \t"

CHUNKED, UNTIL_CLOSE = "chunked", "until close"
Framing = int | str  # where a body ends: behind so many bytes, or one of the two above

# These belong to one connection and not to the message (RFC 9110 §7.6.1); the two of Proxy-Auth
# are between client and proxy (§11.7). What Connection names comes on top.
HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "te", "transfer-encoding", "upgrade",
}  # fmt: skip

# The grammar of RFC 9112 §3, §4, §5, §7.1 and RFC 3986 §3. No line has CR, LF or NUL inside.
TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
TEXT = rb"[^\x00-\x08\x0a-\x1f\x7f]*"
REQUEST_LINE = re.compile(rb"(%b) ([\x21-\x7e]+) (HTTP/[0-9]\.[0-9])" % TOKEN)
STATUS_LINE = re.compile(rb"(HTTP/[0-9]\.[0-9]) ([1-9][0-9][0-9])(?: (%b))?" % TEXT)
FIELD_LINE = re.compile(rb"(%b):(%b)" % (TOKEN, TEXT))
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;%b)?\r\n" % TEXT)
LENGTH = re.compile(r"[0-9]{1,18}")
ABSOLUTE_FORM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)")
AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._~!$&'()*+,;=%-]+))(?::([0-9]{0,5}))?")


class HttpError(Exception):
    """This exchange can't go on. Given. `status` is what the client is told, `why` is for people.

    400 bad message, 408 silent client, 431 too long a head, 501 not implemented, 505 another
    version; 502 bad, missing or unreachable origin, 504 silent origin (RFC 9110 §15.5, §15.6).
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


class Head(NamedTuple):
    """What stands before a body. Given. A response's `method` is that of its request.

    That is because the method decides whether the response has a body (RFC 9112 §6.3). Names and
    values are text in Latin-1: each byte is one character, so nothing is lost either way.
    """

    method: str
    target: str  # "" in a response
    version: str  # as received: "HTTP/1.1"
    status: int  # 0 in a request
    reason: str
    fields: tuple[tuple[str, str], ...]  # (name as it was sent, value without blanks around it)

    @property
    def blame(self) -> int:
        """The status that tells of a mistake in this head: the client's, or the origin's."""
        return 502 if self.status else 400


# Heads: bytes go in, values come out.


class HeadReader:
    """Takes one head out of a buffer, however it comes. Given. A chunked body's trailers, too."""

    def __init__(self, buffer: ReceiveBuffer) -> None:
        self._buffer = buffer
        self._lines = bytearray()

    def feed(self, data: bytes) -> bytes | None:
        """The whole head, with the empty line at its end; None: not yet. No I/O.

        What lies behind it stays in the buffer. A line that ends in a bare LF ends the reading at
        once, so that no one waits for an empty line that won't come: no parser takes such a head.
        Raises LimitExceeded for more than HEAD_LIMIT_BYTES.
        """
        self._buffer.feed(data)
        while True:
            line = self._buffer.take_until(b"\n", HEAD_LIMIT_BYTES - len(self._lines))
            if line is None:
                return None
            self._lines += line
            if line == CRLF or not line.endswith(CRLF):
                return bytes(self._lines)


def parse_field_line(line: bytes) -> tuple[str, str]:  # exercise
    """The name and the value of one field line, without its CRLF (RFC 9112 §5).

    Returns two texts: the name as it was sent, and the value without the spaces and tabs around
    it (`SP`; other blanks are no blanks here). The value may be empty. No I/O.

    Raises HttpError(400) for all that FIELD_LINE does not match as a whole: a space before the
    colon or at the line's start, which another reader might take for another field (§5.1, §5.2),
    a CR, an LF or a NUL (RFC 9110 §5.5).
    """
    raise NotImplementedError("parse_field_line")


def parse_fields(lines: bytes) -> tuple[tuple[str, str], ...]:
    """The fields in `lines`, which end in an empty line. Given. Raises HttpError(400)."""
    *fields, last, rest = lines.split(CRLF)
    if last or rest:
        raise HttpError(400, "a line does not end in CRLF")
    return tuple(parse_field_line(line) for line in fields)


def values_of(head: Head, name: str) -> list[str]:  # exercise
    """The values of all fields with this name, in order; [] if there is none. No I/O.

    Names are compared without regard to case (RFC 9110 §5.1).
    """
    raise NotImplementedError("values_of")


def tokens_of(head: Head, name: str) -> list[str]:
    """The elements of a comma-separated field, in lower case. Given. RFC 9110 §5.6.1."""
    return [
        token.strip(SP).lower() for value in values_of(head, name) for token in value.split(",")
    ]


def parse_request_head(data: bytes) -> Head:  # exercise
    """The Head of a request, from all its bytes up to and including the empty line. No I/O.

    REQUEST_LINE has three groups: method, target, version (RFC 9112 §3); the method keeps its
    case. Status is 0 and reason is "". The lines behind it are for `parse_fields`.

    Raises HttpError: 400 for a bad request line, a bad field line, and where there is not exactly
    one Host (none is right in HTTP/1.0 only; RFC 9112 §3.2); 505 if it is not HTTP/1.x.
    """
    raise NotImplementedError("parse_request_head")


def parse_response_head(data: bytes, method: str) -> Head:  # exercise
    """The Head of the response to a request with this `method`, from all its bytes. No I/O.

    STATUS_LINE has three groups: version, status, reason, of which the last may be missing (RFC
    9112 §4). Target is "".

    Raises HttpError(502) whatever is wrong with it: the origin made the mistake, not the client.
    """
    raise NotImplementedError("parse_response_head")


# Bodies: where they end, and what is in them.


def content_length(head: Head) -> int | None:  # exercise
    """The number in Content-Length; None where there is no such field. No I/O.

    It counts bytes, and it is written in decimal digits only: LENGTH matches all of it. So "+5",
    "5_000" and "²", which Python's `int` or `isdigit` may take, are wrong.

    Raises HttpError(head.blame) for anything else and for several of them, even if they are equal
    (RFC 9112 §6.3: one who takes the first and one who takes the last see different messages).
    """
    raise NotImplementedError("content_length")


def is_chunked(head: Head) -> bool:  # exercise
    """Is the body sent in chunks? True only if Transfer-Encoding is just "chunked", in any case.

    False without the field. No I/O. Raises HttpError: 501 for any other coding (RFC 9112 §6.1),
    which is 502 if the origin sends it; `head.blame` if Content-Length is there as well, or if
    HTTP/1.0 speaks: one who believes the length and one who believes the chunks see different
    messages, and what one takes for the body the other takes for a request (§6.1, §11.2).
    """
    raise NotImplementedError("is_chunked")


def has_no_body(head: Head) -> bool:  # exercise
    """Is this a response that never has a body, whatever its fields say? No I/O.

    Those are the responses to HEAD, all with status 1xx, 204 or 304, and those to CONNECT with
    status 2xx, behind which a tunnel begins (RFC 9112 §6.3). False for a request.
    """
    raise NotImplementedError("has_no_body")


def body_framing(head: Head) -> Framing:  # exercise
    """Where the body behind this head ends. No I/O. The rules of RFC 9112 §6.3, in their order.

    Returns how many bytes it has (0: there is none), or CHUNKED, or UNTIL_CLOSE:

    1. `has_no_body`: 0.
    2. Chunked: CHUNKED.
    3. Content-Length: that.
    4. Neither: a request has no body, 0; a response goes on UNTIL_CLOSE.

    Raises HttpError as `is_chunked` and `content_length` do, whichever rule applies: a head that
    contradicts itself is never forwarded.
    """
    raise NotImplementedError("body_framing")


def parse_chunk_line(line: bytes) -> int:  # exercise
    r"""The size that a chunk's first line tells, such as b"1a;name=value\r\n": 26. No I/O.

    The size is hexadecimal (RFC 9112 §7.1). An extension behind `;` is ignored (§7.1.1).
    Raises HttpError(400) for all that CHUNK_LINE does not match as a whole, such as "0x1a".
    """
    raise NotImplementedError("parse_chunk_line")


SIZE, DATA, DATA_END, TRAILERS, DONE = "size", "data", "data end", "trailers", "done"


class BodyReader:
    r"""Takes one body out of a buffer, piece by piece, and knows where it ends. No I/O.

    `state` says what it waits for. A body of known length, or one that goes on until the close,
    is one long piece of data, and a chunked one has a piece in each chunk:

        counted, until close:                   DATA ──────────── all there ─────────────▶ DONE

        chunked:      ┌──────── size > 0 ─────▶ DATA ── all there ──▶ DATA_END ──┐
                    SIZE ◀──────────────────────── CRLF ─────────────────────────┘
                      └──────── size 0 ───────▶ TRAILERS ────── empty line ──────────────▶ DONE

    A worked trace: b"3\r\nabc\r\n0\r\n\r\n" comes as b"3\r\na", b"bc\r", b"\n0\r\n\r\n":

        feed(b"3\r\na")        SIZE: b"3\r\n", so 3 to come; DATA: b"a", 2 to come  → b"a"
        feed(b"bc\r")          DATA: b"bc", all there; DATA_END: half a CRLF        → b"bc"
        feed(b"\n0\r\n\r\n")   DATA_END: b"\r\n"; SIZE: 0; TRAILERS: none; DONE     → b""
    """

    def __init__(self, framing: Framing, buffer: ReceiveBuffer | None = None) -> None:
        """Begin a body with this framing. Given.

        `buffer` holds what was received behind the head, and what lies behind the body stays in
        it for the next head.
        """
        self.buffer = ReceiveBuffer() if buffer is None else buffer
        self.is_chunked = framing == CHUNKED
        self.until_close = framing == UNTIL_CLOSE
        # How many bytes of this piece are to come.
        self.left: float = {CHUNKED: 0, UNTIL_CLOSE: math.inf}.get(framing, framing)
        self.state = SIZE if self.is_chunked else DATA if self.left else DONE
        self.received = 0  # bytes of the body so far, without the chunks' frames
        self.trailers: tuple[tuple[str, str], ...] = ()
        self._trailer_lines = HeadReader(self.buffer)

    @property
    def is_done(self) -> bool:
        """Was all of the body taken? Given."""
        return self.state == DONE

    def feed(self, data: bytes) -> bytes:  # exercise
        """Adds `data` to the buffer and takes all of the body that is there now.

        Returns its bytes, without the frames of chunks; b"" if none is there yet, or after the
        end. `feed(b"")` looks at what is in the buffer already. Takes nothing behind the body.

        Goes on with `step` until that says "not yet" or the state is DONE. `received` counts what
        was returned. Raises HttpError(400) where a chunked body is malformed.
        """
        raise NotImplementedError("BodyReader.feed")

    def step(self) -> bytes | None:
        """One step of the state that it is in: bytes of the body, maybe none; None: not yet. Given."""
        take = {
            SIZE: self.take_size,
            DATA: self.take_data,
            DATA_END: self.take_data_end,
            TRAILERS: self.take_trailers,
        }
        try:
            return take[self.state]()
        except LimitExceeded as error:
            raise HttpError(400, str(error)) from error

    def take_data(self) -> bytes | None:  # exercise
        """DATA: takes what is there of this piece, `left` bytes at the most, and returns it.

        `left` becomes less. When it is 0 the next state is DATA_END if the body is chunked, else
        DONE. Returns None if nothing is there: not yet.
        """
        raise NotImplementedError("BodyReader.take_data")

    def take_size(self) -> bytes | None:  # exercise
        r"""SIZE: takes the line with a chunk's size, up to its b"\n", and sets `left`. Returns b"".

        The next state is DATA; TRAILERS if the size is 0: the last chunk (RFC 9112 §7.1). Returns
        None if the line is not there yet. Raises HttpError(400) as `parse_chunk_line` does, and
        LimitExceeded beyond CHUNK_LINE_LIMIT_BYTES.
        """
        raise NotImplementedError("BodyReader.take_size")

    def take_data_end(self) -> bytes | None:  # exercise
        """DATA_END: takes the CRLF behind a chunk's data. Returns b""; the next state is SIZE.

        Returns None if it is not there as a whole. Raises HttpError(400) if it is something else.
        """
        raise NotImplementedError("BodyReader.take_data_end")

    def take_trailers(self) -> bytes | None:
        """TRAILERS: takes the fields behind the last chunk (RFC 9112 §7.1.2), maybe none. Given."""
        lines = self._trailer_lines.feed(b"")
        if lines is None:
            return None
        self.trailers = parse_fields(lines)
        self.state = DONE
        return b""

    def end_of_stream(self) -> None:  # exercise
        """The sender has ended its stream: nothing more will come.

        That is the end of a body that goes on until the close: DONE. Nothing happens if the body
        was done. Else it was cut short, and must not pass for a whole one (RFC 9112 §8): raises
        EndOfStream(received).
        """
        raise NotImplementedError("BodyReader.end_of_stream")


def as_chunk(data: bytes) -> bytes:
    """`data` as one chunk; b"" for b"", since a chunk of size 0 would be the last one. Given."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def last_chunk(trailers: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The last chunk, with the trailers that may travel on. Given.

    Content-Length and Host are no trailers (RFC 9110 §6.5.1): the next reader might take them for
    fields of the head.
    """
    kept = (f for f in trailers if f[0].lower() not in HOP_BY_HOP | {"content-length", "host"})
    return b"0\r\n" + write_fields(tuple(kept))


# Rewriting: what is different on the next hop.


class Target(NamedTuple):
    """The parts of a request's target: `http`, `example.com:8080`, `/path?query`. Given."""

    scheme: str
    authority: str
    path: str


def split_target(request: Head) -> Target:
    """The parts of an absolute form; of CONNECT's authority form (no scheme, no path). Given.

    Raises HttpError(400) for other forms, which name no origin (RFC 9112 §3.2), and HttpError(501)
    for another scheme than http.
    """
    if request.method == "CONNECT":
        return Target("", request.target, "")
    match = ABSOLUTE_FORM.fullmatch(request.target)
    if not match:
        raise HttpError(400, "a proxy wants the absolute form of the target: http://host/path")
    if match[1].lower() != "http":
        raise HttpError(501, f"scheme {match[1]}: only http is forwarded")
    return Target(*match.groups())


def origin_of(request: Head) -> Endpoint:  # exercise
    """Where to connect to for this request: host and port of its target. No I/O, no lookup.

    AUTHORITY has three groups: an IPv6 address, whose brackets are not part of it, or else a
    name or an IPv4 address; and a port. http has port 80 if none is written (RFC 9110 §4.2.1);
    CONNECT has none by default (§9.3.6).

    Raises HttpError(400) for all that AUTHORITY does not match as a whole, such as user:password@
    (§4.2.4), for a port that is none (1 to 65535), for CONNECT without a port; and as
    `split_target` does.
    """
    raise NotImplementedError("origin_of")


def end_to_end(head: Head) -> tuple[tuple[str, str], ...]:  # exercise
    """The fields that travel on: all but those of this connection only. No I/O.

    Those are HOP_BY_HOP and the ones that Connection names (RFC 9110 §7.6.1). Content-Length
    stays even if it is named: without it the next reader would take the body for a request.
    """
    raise NotImplementedError("end_to_end")


def to_origin_request(request: Head, keep_alive: bool = False) -> Head:  # exercise
    """The request as the origin must get it. No I/O. The one given stays as it is.

    Version is HTTP/1.1: each hop speaks its own (RFC 9110 §6.2). Target is the origin form, path
    and query (RFC 9112 §3.2.1); an empty path is "/", but "*" for OPTIONS without a query
    (§3.2.4). Fields, in this order:

    * Host: the target's authority, whatever the client's own Host says (§3.2.2);
    * the others that are `end_to_end`;
    * Transfer-Encoding: chunked, if the body is chunked: our chunks, not the client's;
    * Via: the version in which the request came, without "HTTP/", and PSEUDONYM (§7.6.3 of 9110);
    * Connection: close, unless `keep_alive`.

    Raises HttpError as `split_target` and `body_framing` do.
    """
    raise NotImplementedError("to_origin_request")


def own_fields(head: Head, chunked: bool, keep_alive: bool) -> list[tuple[str, str]]:
    """The fields that this hop adds, to requests and responses alike. Given."""
    fields = [("Transfer-Encoding", "chunked")] if chunked else []
    fields += [("Via", f"{head.version.removeprefix('HTTP/')} {PSEUDONYM}")]
    return fields + ([] if keep_alive else [("Connection", "close")])


def to_client_response(response: Head, chunked: bool, keep_alive: bool = False) -> Head:  # exercise
    """The response as the client must get it. No I/O. The one given stays as it is.

    Version is HTTP/1.1. Fields: those that are `end_to_end`, then `own_fields`. `chunked` says
    whether the client gets the body in chunks, which the client of HTTP/1.0 can't read.
    """
    raise NotImplementedError("to_client_response")


def write_fields(fields: tuple[tuple[str, str], ...]) -> bytes:
    """The fields as they are sent, with the empty line at the end. Given."""
    lines = [f"{name}: {value}\r\n" for name, value in fields]
    return "".join([*lines, "\r\n"]).encode("latin-1")


def write_head(head: Head) -> bytes:
    """A head as it is sent. Given."""
    first = f"{head.method} {head.target} {head.version}\r\n"
    if head.status:
        first = f"{head.version} {head.status} {head.reason}\r\n"
    return first.encode("latin-1") + write_fields(head.fields)


def error_response(error: HttpError, method: str) -> bytes:
    """The answer that tells the client what went wrong; no body if it asked for a HEAD. Given."""
    reason = HTTPStatus(error.status).phrase
    body = f"{error.status} {reason}: {error.why}\n".encode()
    length = ("Content-Length", str(len(body)))  # of the bytes, not of the text
    fields = (("Content-Type", "text/plain; charset=utf-8"), length, ("Connection", "close"))
    head = Head(method, "", "HTTP/1.1", error.status, reason, fields)
    return write_head(head) + (b"" if method == "HEAD" else body)


# Sockets: only what follows touches one.


def addresses_of(origin: Endpoint) -> list[tuple]:
    """The addresses of a host, as (family, address), the one to try first in front. Given.

    Blocks for as long as the lookup takes: seconds, if a name server is silent. Raises
    HttpError(502) for a name that nobody knows.
    """
    try:
        found = socket.getaddrinfo(*origin, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: no name can look like that
        raise HttpError(502, f"{origin.host} is not found: {error}") from error
    return [(family, address) for family, _, _, _, address in found]


def dial(family: int, address: tuple, timeout_s: float) -> socket.socket:
    """A socket that is connected to this one address, with this timeout. Blocks. Given.

    Raises OSError if it can't be; then no socket is left open.
    """
    origin = socket.socket(family, socket.SOCK_STREAM)
    origin.settimeout(timeout_s)
    try:
        origin.connect(address)
    except OSError:
        origin.close()
        raise
    return origin


def connect_to_any(addresses: list[tuple], timeout_s: float) -> socket.socket:  # exercise
    """A socket that is connected to the first of the `addresses` that answers, tried in order.

    Each is (family, address), as `dial` wants them. Blocks, for each of them for `timeout_s` at
    the most. The socket's timeout is `timeout_s`; the caller closes it.

    Raises HttpError if none answers: 504 if the last one was silent (TimeoutError), 502 if it
    refused or can't be reached. Then no socket is left open.
    """
    raise NotImplementedError("connect_to_any")


def recv_head(sock: socket.socket, buffer: ReceiveBuffer) -> bytes:
    """The next head, whole; b"" if the stream ends before it. Given.

    Blocks. Raises EndOfStream in the middle of it, LimitExceeded, and what `recv` raises.
    """
    reader, data, received = HeadReader(buffer), b"", len(buffer)
    while (head := reader.feed(data)) is None:
        data = sock.recv(RECV_BYTES)
        received += len(data)
        if not data and received:
            raise EndOfStream(received)
        if not data:
            return b""
    return head


def recv_request(client: socket.socket, buffer: ReceiveBuffer) -> Head | None:
    """The client's next request; None if it ends its stream instead. Blocks. Given.

    Skips an empty line in front (RFC 9112 §2.2). Raises HttpError: what it says is in there.
    """
    try:
        head = recv_head(client, buffer)
        if head == CRLF:
            head = recv_head(client, buffer)
    except LimitExceeded as error:
        raise HttpError(431, str(error)) from error
    except TimeoutError as error:
        raise HttpError(408, "no whole request came in time") from error
    except EndOfStream as error:
        raise HttpError(400, str(error)) from error
    return parse_request_head(head) if head else None


def recv_response(origin: socket.socket, buffer: ReceiveBuffer, method: str) -> Head:
    """The origin's next response, interim ones included. Blocks. Given. Raises HttpError."""
    try:
        head = recv_head(origin, buffer)
    except TimeoutError as error:
        raise HttpError(504, "the origin is silent") from error
    except (OSError, EndOfStream, LimitExceeded) as error:
        raise HttpError(502, f"no answer of the origin: {error}") from error
    if not head:
        raise HttpError(502, "the origin closed without an answer")
    response = parse_response_head(head, method)
    if response.status == 101:
        raise HttpError(502, "the origin switches protocols, which nobody asked for")
    return response


def relay_body(
    source: socket.socket, reader: BodyReader, sink: socket.socket, chunked: bool
) -> None:  # exercise
    """Forward one body, each piece as soon as it is there: never the whole of it in memory.

    What was received with the head is in the reader's buffer already: begin with `feed(b"")`.
    Pieces go out with `send_all`; if `chunked`, each as a chunk of our own and in the end
    `last_chunk` with the reader's trailers. Reads no more once the reader is done: on a
    connection that stays open nothing else would come.

    Returns None when the whole body is sent. Blocks. Raises EndOfStream if the source ends in the
    middle (see BodyReader.end_of_stream) or if its `recv` fails (reset, timeout); HttpError for
    bad chunks. In these cases nothing is sent that would make the body look whole. OSError is the
    sink's. Closes neither.
    """
    raise NotImplementedError("relay_body")


def next_response(
    origin: socket.socket, answers: ReceiveBuffer, request: Head, client: socket.socket
) -> Head:
    """The origin's next response; an interim one is passed on to the client. Blocks. Given.

    A client of HTTP/1.0 knows no interim ones, so it gets none (RFC 9110 §15.2).
    """
    response = recv_response(origin, answers, request.method)
    if response.status < 200 and request.version != "HTTP/1.0":
        send_all(client, write_head(to_client_response(response, False, keep_alive=True)))
    return response


def answers_first(request: Head, origin: socket.socket) -> bool:
    """Does the origin speak before it gets the body, because the client waits for that? Given.

    RFC 9110 §10.1.1: a proxy passes Expect: 100-continue on, and the origin decides. One that
    does not know it stays silent, so it is awaited for CONTINUE_S at the most. Blocks as long.
    """
    if request.version == "HTTP/1.0" or "100-continue" not in tokens_of(request, "expect"):
        return False
    waiter = select.poll()  # notebook 06
    waiter.register(origin, select.POLLIN)
    return bool(waiter.poll(CONTINUE_S * 1000))


def send_request(
    request: Head, client: socket.socket, buffer: ReceiveBuffer, origin: socket.socket
) -> tuple[Head, ReceiveBuffer]:
    """Forward the request, head and body. Given. `buffer` holds what came behind its head.

    Returns the head of the origin's final answer, and a buffer with what came behind that. An
    origin may answer before it has the whole body, and close: a send that fails is no failure
    until there is no answer, either. Blocks. Raises HttpError: 400 if the body is cut short, else
    as `recv_response` does.
    """
    answers = ReceiveBuffer()
    response = None
    try:
        send_all(origin, write_head(to_origin_request(request)))
        if answers_first(request, origin):
            response = next_response(origin, answers, request, client)
        if response is None or response.status < 200:
            reader = BodyReader(body_framing(request), buffer)
            relay_body(client, reader, origin, reader.is_chunked)
    except EndOfStream as error:
        raise HttpError(400, str(error)) from error
    except OSError:
        pass  # see above
    while response is None or response.status < 200:
        response = next_response(origin, answers, request, client)
    return response, answers


def abort(sock: socket.socket) -> None:
    """Close with a reset, so that what was sent can't pass for the whole. Given. Raises nothing.

    SO_LINGER with 0 seconds does it (socket(7)).
    """
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def relay_response(
    response: Head,
    answers: ReceiveBuffer,
    origin: socket.socket,
    client: socket.socket,
    version: str,
) -> None:  # exercise
    """Forward a final response: its head, and its body, which begins with what is in `answers`.

    The body goes out in chunks if it comes in chunks; but not to a client whose `version` is
    HTTP/1.0, which knows none: there it ends with the connection (RFC 9112 §6.1).

    Returns None; the origin's connection is not closed. Blocks. Raises HttpError if the head
    contradicts itself: nothing was sent then. Later it is too late for another answer: if the
    body is cut short or malformed (EndOfStream, HttpError), or the client is gone (OSError), ends
    by `abort` of the client, whatever the framing. What is not whole must not look whole.
    """
    raise NotImplementedError("relay_response")


def forward(
    request: Head, client: socket.socket, buffer: ReceiveBuffer, timeout_s: float
) -> None:  # exercise
    """Serve one request whose head was received; `buffer` holds what came behind it.

    Connects to one of the `addresses_of` the request's `origin_of`, then `send_request`, then
    `relay_response`. The origin's socket is closed in the end, whatever happens; the client's is
    not. Blocks. Raises HttpError; for CONNECT, which is a matter of lab 07, with 501; and for
    what is not to be forwarded (`to_origin_request`) before anything is connected.
    """
    raise NotImplementedError("forward")


def forward_one(client: socket.socket, timeout_s: float = TIMEOUT_S) -> None:  # exercise
    """Serve one client: one request, one answer, then close.

    `recv_request`, then `forward`. A client that ends its stream without a request gets nothing.
    Each HttpError is answered with `error_response`, which must know the request's method, if
    there was a request.

    Blocks; `timeout_s` bounds each wait, for the client or for the origin, and not the whole.
    Returns None, and raises nothing for what client or origin do: if the client is gone
    (OSError), nobody is left to tell. `client` is closed in every case by `close_gracefully`,
    within LINGER_S, so that an answer arrives even if part of the request was never read.
    """
    raise NotImplementedError("forward_one")


def serve_proxy_serially(listener: socket.socket, timeout_s: float = TIMEOUT_S) -> None:  # exercise
    """Serve the listener's clients with `forward_one`, one at a time: see `serve_serially`.

    Blocks; returns None when the listener is shut down. Does not close the listener.
    """
    raise NotImplementedError("serve_proxy_serially")
