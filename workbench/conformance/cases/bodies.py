"""Bodies of requests: where they end, chunks, trailers, Expect (RFC 9112 §6, §7; RFC 9110 §10)."""

from __future__ import annotations

import random
import re

from workbench.conformance.case import Case, Kind, Rule
from workbench.conformance.cases.rules import RULES
from workbench.conformance.cases.wire import answer, chunked, get, ok, post, reply
from workbench.conformance.expect import (
    answered,
    closed,
    either,
    failed,
    forwarded,
    interims,
    no_trailer_became_a_field,
    none_whole,
    refused,
    requests,
)
from workbench.conformance.stage import OK, Await
from workbench.peers import close, dribble, half_close, pause

MUST, CLIENTS, ROBUST, SAFETY = Kind.MUST, Kind.CLIENTS, Kind.ROBUST, Kind.SAFETY

CODED = b"Transfer-Encoding: chunked\r\n"
BIG = random.Random(8).randbytes(3_000_000)
EXPECTS = b"Content-Length: 5\r\nExpect: 100-continue\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def posted(body: bytes, fields: bytes = CODED) -> list[bytes]:
    return [post(body, fields)]


def bad_length(name: str, value: bytes, rule: Rule = RULES["invalid-length"]) -> Case:
    """This Content-Length is refused, and the connection closed."""
    return Case(
        name,
        MUST,
        rule,
        posted(b"hello", b"Content-Length: %b\r\n" % value),
        [refused(400, closed=True)],
        ["POST"],
        until_end=True,
    )


def bad_chunk(name: str, body: bytes, rule: Rule = RULES["chunk-grammar"]) -> Case:
    """This body is not a chunked one: it never passes for whole, and the connection ends."""
    return Case(
        name, SAFETY, rule, posted(body), [none_whole(), closed()], ["POST"], until_end=True
    )


CASES = (
    Case(
        "a-body-of-a-length-arrives",
        MUST,
        RULES["length"],
        [post(b"hello")],
        [forwarded("POST", "/", body=b"hello"), answered()],
        ["POST"],
    ),
    Case(
        "an-empty-body-arrives",
        CLIENTS,
        RULES["length"],
        [post(b"")],
        [forwarded("POST", "/", has={"content-length": "0"}, body=b""), answered()],
        ["POST"],
    ),
    Case(
        "a-chunked-body-arrives",
        MUST,
        RULES["parse-chunked"],
        posted(chunked(b"hel", b"lo")),
        [forwarded("POST", "/", body=b"hello"), answered()],
        ["POST"],
    ),
    Case(
        "an-empty-chunked-body-arrives",
        MUST,
        RULES["parse-chunked"],
        posted(chunked()),
        [forwarded("POST", "/", body=b""), answered()],
        ["POST"],
    ),
    Case(
        "a-chunked-body-byte-by-byte-arrives",
        CLIENTS,
        RULES["parse-chunked"],
        [dribble(post(chunked(b"hel", b"lo"), CODED), every_s=0.000_2)],
        [forwarded(body=b"hello"), answered()],
        ["POST"],
    ),
    Case(
        "a-body-behind-its-head-arrives",
        CLIENTS,
        RULES["length"],
        [post(b"", b"Content-Length: 5\r\n"), pause(0.03), b"he", pause(0.03), b"llo"],
        [forwarded(body=b"hello"), answered()],
        ["POST"],
    ),
    Case(
        "a-put-arrives",
        CLIENTS,
        RULES["any-method"],
        [get(b"Content-Length: 5\r\n", method=b"PUT") + b"hello"],
        [forwarded("PUT", "/", body=b"hello"), answered(201)],
        ["PUT"],
        origin=[reply(answer(start=b"201 Created"))],
    ),
    Case(
        "a-delete-with-a-body-arrives",
        ROBUST,
        RULES["any-method"],
        [get(b"Content-Length: 5\r\n", method=b"DELETE") + b"hello"],
        [either([refused()], [forwarded("DELETE", "/", body=b"hello"), answered()])],
        ["DELETE"],
    ),
    Case(
        "a-get-with-a-body-is-one-request",
        SAFETY,
        RULES["any-method"],
        [get(b"Content-Length: 5\r\n") + b"hello"],
        [either([refused()], [forwarded("GET", "/", body=b"hello"), requests(1), answered()])],
    ),
    Case(
        "a-body-of-3-mb-arrives",
        CLIENTS,
        RULES["length"],
        [post(BIG)],
        [forwarded(body=BIG), answered()],
        ["POST"],
    ),
    Case(
        "a-chunked-body-of-3-mb-arrives",
        CLIENTS,
        RULES["parse-chunked"],
        posted(chunked(*(BIG[at : at + 70_001] for at in range(0, len(BIG), 70_001)))),
        [forwarded(body=BIG), answered()],
        ["POST"],
    ),
    Case(
        "one-chunk-of-3-mb-arrives",
        CLIENTS,
        RULES["parse-chunked"],
        posted(chunked(BIG)),
        [forwarded(body=BIG), answered()],
        ["POST"],
    ),
    Case(
        "extensions-of-chunks-are-ignored",
        MUST,
        RULES["extensions"],
        posted(b'5;a;b=c;d="e;f"\r\nhello\r\n0;last\r\n\r\n'),
        [forwarded(body=b"hello"), answered()],
        ["POST"],
    ),
    Case(
        "a-chunk-size-in-either-case-with-zeros-is-read",
        MUST,
        RULES["chunk-grammar"],
        posted(b"000A\r\n0123456789\r\nb\r\n0123456789a\r\n000\r\n\r\n"),
        [forwarded(body=b"01234567890123456789a"), answered()],
        ["POST"],
    ),
    Case(
        "the-coding-is-compared-without-case",
        MUST,
        RULES["coding-case"],
        posted(chunked(b"hello"), b"transfer-ENCODING: \tChunKed \r\n"),
        [forwarded(body=b"hello"), answered()],
        ["POST"],
    ),
    bad_chunk(
        "a-chunk-size-that-overflows",
        b"1" + b"0" * 16 + b"5\r\nhello\r\n0\r\n\r\n",
        RULES["large-chunk"],
    ),
    bad_chunk(
        "a-chunk-size-of-2-to-the-64",
        b"10000000000000005\r\nhello\r\n0\r\n\r\n",
        RULES["large-chunk"],
    ),
    bad_chunk("a-chunk-size-that-is-no-number", b"xyz\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("an-empty-chunk-size", b"\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-chunk-size-with-0x", b"0x5\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-chunk-size-with-a-sign", b"+5\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-negative-chunk-size", b"-5\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-chunk-size-behind-a-space", b" 5\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-chunk-size-with-an-underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-chunk-longer-than-its-size", b"4\r\nhello\r\n0\r\n\r\n"),
    bad_chunk("a-chunk-without-its-line-end", b"5\r\nhello0\r\n\r\n"),
    bad_chunk("a-trailer-that-is-no-field", b"5\r\nhello\r\n0\r\nno field\r\n\r\n"),
    Case(
        "a-chunk-line-that-ends-in-lf-alone",
        SAFETY,
        RULES["chunk-grammar"],
        posted(b"5\nhello\r\n0\r\n\r\n"),
        [either([none_whole()], [forwarded(body=b"hello"), requests(1)])],
        ["POST"],
    ),
    bad_length("a-length-that-is-no-number", b"abc"),
    bad_length("an-empty-length", b""),
    bad_length("a-negative-length", b"-5"),
    bad_length("a-length-with-a-sign", b"+5"),
    bad_length("a-length-with-an-underscore", b"0_5"),
    bad_length("a-length-in-hex", b"0x5"),
    bad_length("a-length-with-a-fraction", b"5.0"),
    bad_length("a-length-of-two-words", b"5 5"),
    bad_length("a-list-of-different-lengths", b"5, 6"),
    bad_length("a-length-in-other-digits", "٥".encode()),
    bad_length("two-different-lengths", b"5\r\nContent-Length: 6"),
    bad_length("two-different-lengths-shorter-last", b"6\r\nContent-Length: 5"),
    Case(
        "a-list-of-equal-lengths",
        MUST,
        RULES["same-lengths"],
        posted(b"hello", b"Content-Length: 5, 5\r\n"),
        [
            either(
                [refused(400)], [forwarded(has={"content-length": "5"}, body=b"hello"), answered()]
            )
        ],
        ["POST"],
    ),
    Case(
        "two-equal-lengths",
        MUST,
        RULES["same-lengths"],
        posted(b"hello", b"Content-Length: 5\r\nContent-Length: 5\r\n"),
        [
            either(
                [refused(400)], [forwarded(has={"content-length": "5"}, body=b"hello"), answered()]
            )
        ],
        ["POST"],
    ),
    Case(
        "a-length-beyond-64-bits",
        MUST,
        RULES["large-length"],
        [*posted(b"hello", b"Content-Length: 18446744073709551621\r\n"), half_close()],
        [none_whole(), either([refused(*range(400, 500))], [closed()])],
        ["POST"],
        until_end=True,
    ),
    Case(
        "a-coding-that-is-not-chunked-is-refused",
        MUST,
        RULES["not-chunked-last"],
        posted(b"hello", b"Transfer-Encoding: gzip\r\n"),
        [refused(400, closed=True)],
        ["POST"],
        until_end=True,
    ),
    Case(
        "chunked-that-is-not-last-is-refused",
        MUST,
        RULES["not-chunked-last"],
        posted(chunked(b"hello"), b"Transfer-Encoding: chunked, gzip\r\n"),
        [refused(400, closed=True)],
        ["POST"],
        until_end=True,
    ),
    Case(
        "chunked-that-is-not-last-in-two-lines-is-refused",
        MUST,
        RULES["not-chunked-last"],
        posted(chunked(b"hello"), CODED + b"Transfer-Encoding: identity\r\n"),
        [refused(400, closed=True)],
        ["POST"],
        until_end=True,
    ),
    Case(
        "an-unknown-coding-below-chunked-is-501",
        ROBUST,
        RULES["unknown-coding"],
        posted(chunked(b"hello"), b"Transfer-Encoding: brew, chunked\r\n"),
        [refused(501)],
        ["POST"],
    ),
    Case(
        "chunked-twice-is-refused",
        MUST,
        RULES["once"],
        posted(chunked(b"hello"), b"Transfer-Encoding: chunked, chunked\r\n"),
        [refused(400, 501)],
        ["POST"],
    ),
    Case(
        "chunked-with-a-parameter-is-refused",
        ROBUST,
        RULES["no-parameters"],
        posted(chunked(b"hello"), b"Transfer-Encoding: chunked;q=1\r\n"),
        [refused(400, 501)],
        ["POST"],
    ),
    Case(
        "a-body-cut-short-is-not-whole",
        MUST,
        RULES["incomplete"],
        [post(b"hel", b"Content-Length: 5\r\n"), half_close()],
        [none_whole(), closed()],
        ["POST"],
        until_end=True,
    ),
    Case(
        "a-chunked-body-cut-short-is-not-whole",
        MUST,
        RULES["incomplete-chunks"],
        [post(b"5\r\nhello\r\n", CODED), half_close()],
        [none_whole(), closed()],
        ["POST"],
        until_end=True,
    ),
    Case(
        "a-body-cut-off-by-a-close-is-not-whole",
        MUST,
        RULES["incomplete"],
        [post(b"hel", b"Content-Length: 5\r\n"), pause(0.05), close()],
        [none_whole()],
        ["POST"],
        until_origin_end=True,
    ),
    Case(
        "a-trailer-is-no-field-of-the-head",
        MUST,
        RULES["trailer"],
        posted(chunked(b"hello", trailers=b"X-Sum: 1\r\n")),
        [forwarded(body=b"hello"), no_trailer_became_a_field("x-sum"), answered()],
        ["POST"],
    ),
    Case(
        "a-length-in-a-trailer-changes-nothing",
        SAFETY,
        RULES["trailer"],
        posted(chunked(b"hello", trailers=b"Content-Length: 2\r\nHost: x\r\n")),
        [either([none_whole()], [forwarded(has={"host": "{origin}"}, body=b"hello"), requests(1)])],
        ["POST"],
    ),
    Case(
        "a-trailer-arrives-as-a-trailer",
        ROBUST,
        RULES["te-trailers"],
        [get(b"Connection: TE\r\nTE: trailers\r\n")],
        [answered(body=b"hello"), no_trailer_became_a_field("x-sum")],
        origin=[reply(answer(CODED, None), chunked(b"hello", trailers=b"X-Sum: 1\r\n"))],
    ),
    Case(
        "who-expects-100-is-told-to-continue",
        CLIENTS,
        RULES["expect"],
        [post(b"", EXPECTS), Await(interims=1), b"hello"],
        [
            interims(100),
            forwarded(has={"expect": re.compile("(?i)100-continue")}, body=b"hello"),
            answered(),
        ],
        ["POST"],
        origin=[reply(CONTINUE, pause(0.1), OK, at_once=True)],
    ),
    Case(
        "the-head-of-who-expects-100-gets-there-alone",
        MUST,
        RULES["expect"],
        [post(b"", EXPECTS), Await(finals=1)],
        [answered(417, b"no"), requests(1)],
        ["POST"],
        origin=[
            reply(
                answer(b"Connection: close\r\n", b"no", b"417 Expectation Failed"),
                close(),
                at_once=True,
            )
        ],
    ),
    Case(
        "who-expects-100-and-does-not-wait-is-served",
        CLIENTS,
        RULES["expect"],
        [post(b"hello", EXPECTS)],
        [forwarded(body=b"hello"), answered()],
        ["POST"],
    ),
    Case(
        "an-old-client-that-expects-100-gets-none",
        MUST,
        RULES["old-expect"],
        [post(b"hello", EXPECTS, version=b"1.0")],
        [interims(), answered()],
        ["POST"],
        origin=[reply(CONTINUE, OK)],
    ),
    Case(
        "an-answer-may-come-before-the-body",
        CLIENTS,
        RULES["early"],
        [post(b"", b"Content-Length: 500000\r\n"), Await(finals=1)],
        [answered(413, b"too much")],
        ["POST"],
        origin=[
            reply(
                answer(b"Connection: close\r\n", b"too much", b"413 Too Large"),
                close(),
                at_once=True,
            )
        ],
    ),
    Case(
        "an-answer-before-the-body-ends-the-connection-or-takes-the-body",
        SAFETY,
        RULES["exact"],
        [
            post(b"", b"Content-Length: 500000\r\n"),
            Await(finals=1),
            get(target=b"{url}/next"),
            b"x" * 500_000,
        ],
        [answered(413, b"no"), requests(1)],
        ["POST"],
        origin=[
            reply(answer(b"Connection: close\r\n", b"no", b"413 Too Large"), close(), at_once=True),
            ok(),
        ],
    ),
    Case(
        "a-refusal-arrives-though-the-body-does-too",
        CLIENTS,
        RULES["reset-problem"],
        [post(b"x" * 400_000, b"Content-Length: 400000\r\nX-A : 1\r\n")],
        [failed(400)],
        ["POST"],
    ),
)
