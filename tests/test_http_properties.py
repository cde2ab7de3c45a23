"""Lab 05's parsers against h11, on messages that hypothesis makes up and mutilates.

h11 is the oracle: what it accepts we accept, with the same parts and the same body, unless one of
the REASONS holds, of which each is a deliberate difference. Whatever comes, only HttpError is
raised. EXAMPLES=12000 in the environment searches for five minutes, elsewhere each time.
"""

import os
import re
import time

import h11
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.families import lab_tree

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)

from labs.lab03_partial_recv import ReceiveBuffer
from labs.lab05_http_forwarding import (
    CHUNKED,
    HEAD_END,
    HEAD_LIMIT_BYTES,
    UNTIL_CLOSE,
    BodyReader,
    HttpError,
    as_chunk,
    body_framing,
    last_chunk,
    parse_request_head,
    parse_response_head,
    to_origin_request,
    write_head,
)

EXAMPLES = int(os.environ.get("EXAMPLES", "300"))
LOOK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES == 300,  # `make test` looks at the same ones each time: it is no lottery
    database=None,
    suppress_health_check=list(HealthCheck),
)

# What h11 accepts in a head and we refuse, and why. Each is looked for in the bytes of the head.
REASONS = {
    # RFC 9112 §2.2 permits a bare LF; it makes two readers see two messages: refused.
    "a line ends in a bare LF": lambda head: re.search(rb"(?<!\r)\n", head),
    # RFC 9112 §5.2: obs-fold must be refused in requests; in responses we refuse it, too.
    "a folded line": lambda head: re.search(rb"\n[ \t]", head),
    # RFC 9110 §5.5: other control characters are invalid, too, where h11 refuses white ones.
    "a control character": lambda head: re.search(rb"[\x01-\x08\x0b-\x0c\x0e-\x1f\x7f]", head),
    # RFC 9112 §6.3 permits to take two equal lengths for one; the issue is who else does: refused.
    "several lengths": lambda head: (
        len(re.findall(rb"\ncontent-length:", head.lower())) > 1
        or re.search(rb"\ncontent-length:[^\n]*,", head.lower())
    ),
    # RFC 9112 §6.1, §11.2: h11 lets chunked win.
    "a length and chunks": lambda head: (
        re.search(rb"\ncontent-length:", head.lower())
        and re.search(rb"\ntransfer-encoding:", head.lower())
    ),
    # RFC 9112 §6.1: chunks in HTTP/1.0 are faulty framing.
    "chunks in HTTP/1.0": lambda head: (
        b"HTTP/1.0" in head and re.search(rb"\ntransfer-encoding:", head.lower())
    ),
    # A length of more than 18 digits is more than there are bytes on earth; h11 takes 20.
    "a giant length": lambda head: re.search(rb"\ncontent-length:[ \t]*[0-9]{19}", head.lower()),
    # h11 takes HTTP/0.x and 2.x by this name for something like 1.x, and HTTP/1.2 for 1.1.
    "another version": lambda head: re.search(rb"HTTP/[02-9]\.", head),
    # RFC 9112 §3.2: h11 asks for Host in version 1.1 only.
    "no Host in a version above 1.1": lambda head: re.search(rb"HTTP/1\.[2-9]", head),
    # RFC 9110 §15: a status has a first digit; h11 takes 000 to 099 for interim responses.
    "a status below 100": lambda head: re.match(rb"HTTP/1\.[0-9] 0", head),
}


def excused(data):
    return [reason for reason, holds in REASONS.items() if holds(data)]


def theirs(role, data, method=b"GET"):
    """What h11 makes of a head: an event, or None if it refuses or waits."""
    connection = h11.Connection(role, max_incomplete_event_size=HEAD_LIMIT_BYTES)
    if role is h11.CLIENT:  # it must have asked for what it hears
        connection.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
        connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    try:
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None, connection
    return (event if not isinstance(event, type) else None), connection


def ours(parse, data, *args):
    """What we make of it: a Head and its framing, or None if we refuse. Nothing else may happen."""
    try:
        head = parse(data, *args)
        return head, body_framing(head)
    except HttpError:
        return None


def fields_of(event):
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers]


def normal(fields):
    """Names in lower case, and the coding too: as h11 gives them."""
    low = [(name.lower(), value) for name, value in fields]
    return [(n, v.lower() if n == "transfer-encoding" else v) for n, v in low]


names = st.sampled_from(
    ["Host", "host", "Content-Length", "content-length", "Transfer-Encoding", "Connection", "TE",
     "X-One", "Cookie", "Expect", "!#$%&'*+-.^_`|~9", "A B", "", "A:", "Content-Length "]
)  # fmt: skip
values = st.one_of(
    st.sampled_from(
        ["", "5", "0", "05", "+5", "5_0", "-1", "5, 5", "5,6", "²", "9" * 19, "chunked", "Chunked",
         "gzip, chunked", "chunked,", "close", "a\tb", " x ", "\x00", "\x01", "é", "a\rb", "a\nb"]
    ),
    st.text(st.characters(max_codepoint=255), max_size=12),
)  # fmt: skip
ends = st.sampled_from(["\r\n"] * 12 + ["\n", "\r", "\r\n ", "\r\r\n"])
colons = st.sampled_from([": "] * 8 + [":", " : ", ":\t", ":  "])
lines = st.builds(lambda n, c, v, e: f"{n}{c}{v}{e}", names, colons, values, ends)
versions = st.sampled_from(
    ["HTTP/1.1"] * 8 + ["HTTP/1.0"] * 3 + ["HTTP/1.2", "HTTP/2.0", "http/1.1"]
)
targets = st.one_of(
    st.sampled_from(["http://h/", "http://[::1]:80/a?b", "/", "*", "h:80", "http://h:99999"]),
    st.text(st.characters(max_codepoint=255), max_size=12),
)
methods = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "get", "G=T", "", "PATCH"])
hosts = st.sampled_from(["Host: h\r\n"] * 6 + ["", "host:h\n"])


def sliced_somewhere(text):
    """Sometimes as it is, sometimes with one character lost, doubled or changed."""
    at = st.integers(0, max(0, len(text) - 1))
    return st.one_of(
        st.just(text),
        st.just(text),
        at.map(lambda n: text[:n] + text[n + 1 :]),
        at.map(lambda n: text[: n + 1] + text[n:]),
        st.tuples(at, st.characters(max_codepoint=255)).map(
            lambda pair: text[: pair[0]] + pair[1] + text[pair[0] + 1 :]
        ),
    )


requests = st.builds(
    lambda m, t, v, h, ls: f"{m} {t} {v}\r\n{h}{''.join(ls)}\r\n",
    methods, targets, versions, hosts, st.lists(lines, max_size=4),
).flatmap(sliced_somewhere)  # fmt: skip
statuses = st.sampled_from(
    ["200 OK", "204", "304 ", "100 Continue", "404 Not Found", "099 x", "20"]
)
responses = st.builds(
    lambda v, s, ls: f"{v} {s}\r\n{''.join(ls)}\r\n",
    versions,
    statuses,
    st.lists(lines, max_size=4),
).flatmap(sliced_somewhere)


def up_to_its_end(data):
    """What a reader would take for the head: up to the empty line. None if there is none."""
    buffer = ReceiveBuffer()
    buffer.feed(data)
    return buffer.take_until(HEAD_END, HEAD_LIMIT_BYTES)


@LOOK
@given(requests)
@example("GET / HTTP/1.1\nHost: h\n\n")
@example("GET http://h/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n")
@example(
    "GET http://h/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
)
@example("GET http://h/ HTTP/1.1\r\nHost: h\r\nX-One: a\x01b\r\n\r\n")
@example("GET http://h/ HTTP/1.1\r\nHost: h\r\nX-One: a\r\n b\r\n\r\n")
def test_a_request_that_h11_accepts_is_accepted_with_the_same_parts(text):
    data = text.encode("latin-1")
    event, _ = theirs(h11.SERVER, data)
    head = up_to_its_end(data)
    result = ours(parse_request_head, head) if head else None
    if event is None or excused(data):
        return
    assert result is not None, f"h11 accepts {data!r}"
    parsed, _ = result
    assert (parsed.method.encode(), parsed.target.encode()) == (event.method, event.target)
    assert normal(parsed.fields) == fields_of(event)


@LOOK
@given(requests)
@example("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
@example("GET http://h/ HTTP/1.1\r\nHost: h\r\nContent-Length: " + "9" * 18 + "\r\n\r\n")
def test_a_request_that_we_accept_is_accepted_by_h11(text):
    """So there is nothing that only we let through, but an empty line in front (RFC 9112 §2.2)."""
    head = up_to_its_end(text.encode("latin-1"))
    result = ours(parse_request_head, head) if head else None
    if result is None:
        return
    event, _ = theirs(h11.SERVER, head.removeprefix(b"\r\n"))
    assert event is not None, f"only we accept {head!r}"


@LOOK
@given(responses, st.sampled_from(["GET", "HEAD"]))
@example("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "GET")
def test_a_response_that_h11_accepts_is_accepted_with_the_same_parts(text, method):
    data = text.encode("latin-1")
    event, _ = theirs(h11.CLIENT, data, method.encode())
    head = up_to_its_end(data)
    result = ours(parse_response_head, head, method) if head else None
    if event is None or excused(data):
        return
    assert result is not None, f"h11 accepts {data!r}"
    parsed, _ = result
    assert (parsed.status, parsed.reason.encode("latin-1")) == (event.status_code, event.reason)
    assert normal(parsed.fields) == fields_of(event)


def body_by_h11(stream):
    """The body that h11 finds behind a chunked response's head; None if it refuses or waits."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    _, connection = theirs(h11.CLIENT, head + stream)
    body = b""
    try:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                return None
            body += bytes(event.data)
    except h11.RemoteProtocolError:
        return None
    return body, fields_of(event), bytes(connection.trailing_data[0])


chunk_sizes = st.sampled_from(["%x"] * 8 + ["%X", "0%x", "%d", "0x%x", "%x;a=b", "%x ;a", "%x "])
chunk_ends = st.sampled_from(["\r\n"] * 12 + ["\n", "", "\r"])
chunks = st.builds(
    lambda size, end, data, after: (size % len(data)) + end + data + after,
    chunk_sizes, chunk_ends, st.text(st.characters(max_codepoint=255), min_size=1, max_size=20),
    chunk_ends,
)  # fmt: skip
chunked_bodies = st.builds(
    lambda cs, last, ls, end, behind: "".join(cs) + last + "".join(ls) + end + behind,
    st.lists(chunks, max_size=4), st.sampled_from(["0\r\n"] * 6 + ["000;x\r\n", "0\n", ""]),
    st.lists(lines, max_size=2), chunk_ends, st.sampled_from(["", "GET / HTTP/1.1\r\n"]),
).flatmap(sliced_somewhere)  # fmt: skip
cuts = st.lists(st.integers(1, 9), min_size=1, max_size=9)


@LOOK
@given(chunked_bodies, cuts)
@example("5;a=\x01\r\nhello\r\n0\r\n\r\n", [3])
@example("5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n", [1])
@example("11111111111111111\r\n", [1])
@example("0\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", [1])  # found by a search
@example("1;a=b\r\r\n0\r\n0\r\n\r\n", [1])  # so was this
def test_a_chunked_body_is_what_h11_takes_for_it_in_any_slicing(text, pieces):
    data = text.encode("latin-1")
    expected = body_by_h11(data)
    whole, in_pieces = (read_chunked(data, sizes) for sizes in ([len(data) or 1], pieces))
    assert whole == in_pieces
    if expected is None:
        return
    body, trailers, behind = expected
    if whole is None:
        assert differs_by_right(data), f"h11 finds {expected} in {data!r}"
    else:
        assert whole[::2] == (body, behind)
        assert framing_aside(whole[1]) == framing_aside(trailers)


def framing_aside(trailers):
    """Trailers without a length: h11 makes one of several, as in heads; we send none of them on."""
    return [field for field in trailers if field[0] != "content-length"]


def differs_by_right(data):
    """What h11 takes for a chunked body and we refuse: bare LF and folds in trailers, controls
    and a bare CR in extensions (RFC 9112 §2.2), and sizes of more than 16 digits.
    """
    has_giant_size = re.search(rb"(^|\n)[0-9A-Fa-f]{17}", data)
    has_bare_cr = re.search(rb";[^\n]*\r(?!\n)", data)
    return has_giant_size or has_bare_cr or excused(data)


def read_chunked(data, sizes):
    """Body, trailers and what is behind, fed in such pieces; None if refused or unfinished."""
    buffer = ReceiveBuffer()
    reader = BodyReader(CHUNKED, buffer)
    body, number = b"", 0
    try:
        while data:
            size = sizes[number % len(sizes)]
            body += reader.feed(data[:size])
            data, number = data[size:], number + 1
    except HttpError:
        return None
    if not reader.is_done:
        return None
    return body, normal(reader.trailers), buffer.take_at_most(len(buffer))


@LOOK
@given(st.binary(max_size=200), cuts, st.sampled_from([CHUNKED, UNTIL_CLOSE, 0, 1, 150]))
def test_no_bytes_make_the_body_reader_fail_or_hang(data, pieces, framing):
    reader = BodyReader(framing)
    try:
        for number, start in enumerate(range(0, len(data), 7)):
            reader.feed(data[start : start + pieces[number % len(pieces)]])
        reader.end_of_stream()
    except HttpError:
        assert not reader.is_done


@LOOK
@given(st.lists(st.binary(max_size=30), max_size=5), cuts)
def test_what_we_write_in_chunks_h11_and_we_read_alike(pieces, sizes):
    data = b"".join(map(as_chunk, pieces)) + last_chunk((("X-Sum", "5"),))
    expected = (b"".join(pieces), [("x-sum", "5")], b"")
    assert body_by_h11(data) == expected
    assert read_chunked(data, sizes) == expected


@LOOK
@given(requests)
def test_what_goes_to_the_origin_is_a_request_to_h11_with_the_same_framing(text):
    head = up_to_its_end(text.encode("latin-1"))
    try:
        request = parse_request_head(head or b"")
        outgoing = to_origin_request(request)
    except HttpError:
        return
    event, _ = theirs(h11.SERVER, write_head(outgoing))
    assert event is not None, write_head(outgoing)
    again = parse_request_head(write_head(outgoing))
    assert body_framing(again) == body_framing(request)
    assert outgoing.target.startswith("/") or outgoing.target == "*"


def test_a_hard_head_costs_no_more_than_its_bytes():
    """No pattern goes back and forth: the longest heads that could make one do so are quick."""
    start = time.process_time()
    for line in (b"A:" + b" " * 60_000 + b"\x00", b"A" * 60_000, b":" * 60_000, b"A: \t" * 15_000):
        ours(parse_request_head, b"GET http://h/ HTTP/1.1\r\nHost: h\r\n" + line + b"\r\n\r\n")
        ours(parse_request_head, b"GET " + line + b" HTTP/1.1\r\nHost: h\r\n\r\n")
    assert time.process_time() - start < 1
