"""Answers: their status line, where their bodies end, what is cut short (RFC 9112 §4, §6, §8)."""

from __future__ import annotations

import random

from workbench.conformance.case import Case, Kind, Reply, Rule
from workbench.conformance.cases.rules import RULES
from workbench.conformance.cases.wire import OK, answer, chunked, get, post, reply
from workbench.conformance.expect import (
    answered,
    client_lacks,
    closed,
    cut_short,
    either,
    failed,
    interims,
    kept_open,
    no_trailer_became_a_field,
    nothing_more,
    streamed,
    then,
)
from workbench.conformance.stage import Await
from workbench.peers import close, dribble, pause, reset, say, stall

MUST, CLIENTS, ROBUST, SAFETY = Kind.MUST, Kind.CLIENTS, Kind.ROBUST, Kind.SAFETY

CODED = b"Transfer-Encoding: chunked\r\n"
BIG = random.Random(8).randbytes(3_000_000)
CODED_OK = reply(answer(CODED, None), chunked(b"al", b"l is well"))
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
PAIR = {"methods": ("GET", "GET")}


def bad_answer(name: str, kind: Kind, rule: Rule, data: bytes) -> Case:
    """This is no answer that could be passed on: the client gets a 502."""
    return Case(name, kind, rule, [get()], [failed(502, 504)], origin=[reply(data, close())])


def cut(name: str, rule: Rule, *steps: object) -> Case:
    """This answer is not whole, and the client can see it."""
    return Case(
        name, MUST, rule, [get()], [cut_short()], origin=[Reply(tuple(steps))], until_end=True
    )


def followed(name: str, kind: Kind, rule: Rule, method: bytes, first: bytes, *expect) -> Case:
    """What follows this answer on the same connection is read as what it is."""
    return Case(
        name,
        kind,
        rule,
        [get(method=method), Await(finals=1), get(target=b"{url}/2")],
        [*expect, nothing_more()],
        [method.decode(), "GET"],
        origin={"/": reply(first), "/2": reply(answer(body=b"second"))},
    )


CASES = (
    Case(
        "a-chunked-answer-arrives",
        MUST,
        RULES["parse-chunked"],
        [get()],
        [answered(body=b"all is well"), kept_open()],
        origin=[CODED_OK],
    ),
    Case(
        "a-chunked-answer-to-an-old-client-has-no-chunks",
        MUST,
        RULES["no-chunks-for-old"],
        [get(version=b"1.0")],
        [answered(body=b"all is well", has={"transfer-encoding": None}), closed()],
        origin=[CODED_OK],
        until_end=True,
    ),
    Case(
        "an-empty-chunked-answer-arrives",
        MUST,
        RULES["parse-chunked"],
        [get()],
        [answered(body=b"")],
        origin=[reply(answer(CODED, None), chunked())],
    ),
    Case(
        "an-answer-until-the-close-arrives",
        MUST,
        RULES["until-close"],
        [get()],
        [answered(body=b"until the close")],
        origin=[reply(answer(b"", None), b"until the close", close())],
    ),
    Case(
        "an-empty-answer-until-the-close-arrives",
        CLIENTS,
        RULES["until-close"],
        [get()],
        [answered(body=b"")],
        origin=[reply(answer(b"", None), close())],
    ),
    Case(
        "an-answer-until-the-close-does-not-take-the-next",
        MUST,
        RULES["until-close"],
        [get(), Await(finals=1), get(target=b"{url}/2")],
        [answered(body=b"first"), then(b"second")],
        **PAIR,
        origin={
            "/": reply(answer(b"", None), b"first", close()),
            "/2": reply(answer(body=b"second")),
        },
    ),
    Case(
        "an-old-answer-until-the-close-arrives",
        CLIENTS,
        RULES["until-close"],
        [get()],
        [answered(body=b"old")],
        origin=[reply(b"HTTP/1.0 200 OK\r\n\r\nold", close())],
    ),
    followed(
        "an-answer-to-head-has-no-body",
        MUST,
        RULES["no-body"],
        b"HEAD",
        answer(b"Content-Length: 500\r\n", None),
        answered(body=b"", has={"content-length": "500"}),
        then(b"second"),
    ),
    followed(
        "an-answer-to-head-with-a-coding-has-no-body",
        MUST,
        RULES["no-body"],
        b"HEAD",
        answer(CODED, None),
        answered(body=b""),
        then(b"second"),
    ),
    followed(
        "a-304-has-no-body",
        MUST,
        RULES["no-body"],
        b"GET",
        b'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: "x"\r\n\r\n',
        answered(304, b""),
        then(b"second"),
    ),
    followed(
        "a-204-has-no-body",
        MUST,
        RULES["no-body"],
        b"GET",
        answer(b"", None, b"204 No Content"),
        answered(204, b""),
        then(b"second"),
    ),
    followed(
        "a-204-has-no-length",
        MUST,
        RULES["no-length"],
        b"GET",
        answer(b"Content-Length: 0\r\n", None, b"204 No Content"),
        answered(204, b"", {"content-length": None}),
        then(b"second"),
    ),
    followed(
        "a-204-has-no-coding",
        MUST,
        RULES["no-coding"],
        b"GET",
        answer(CODED, None, b"204 No Content"),
        answered(204, b"", {"transfer-encoding": None}),
        then(b"second"),
    ),
    Case(
        "a-coding-beside-a-length",
        MUST,
        RULES["both"],
        [get()],
        [
            either(
                [failed(502)],
                [answered(body=b"hello", has={"content-length": None})],
                [answered(body=b"hello", has={"transfer-encoding": None, "content-length": "5"})],
            )
        ],
        origin=[reply(answer(CODED + b"Content-Length: 3\r\n", None), chunked(b"hello"))],
    ),
    bad_answer(
        "an-answers-length-that-is-no-number",
        MUST,
        RULES["invalid-length-of-answer"],
        answer(b"Content-Length: abc\r\n", None) + b"hello",
    ),
    bad_answer(
        "a-negative-length-of-an-answer",
        MUST,
        RULES["invalid-length-of-answer"],
        answer(b"Content-Length: -5\r\n", None) + b"hello",
    ),
    bad_answer(
        "an-answers-length-with-a-sign",
        MUST,
        RULES["invalid-length-of-answer"],
        answer(b"Content-Length: +5\r\n", None) + b"hello",
    ),
    bad_answer(
        "two-different-lengths-of-an-answer",
        MUST,
        RULES["invalid-length-of-answer"],
        answer(b"Content-Length: 5\r\nContent-Length: 6\r\n", None) + b"hello!",
    ),
    bad_answer(
        "a-list-of-different-lengths-of-an-answer",
        MUST,
        RULES["invalid-length-of-answer"],
        answer(b"Content-Length: 5, 6\r\n", None) + b"hello!",
    ),
    Case(
        "two-equal-lengths-of-an-answer",
        MUST,
        RULES["same-lengths"],
        [get()],
        [either([failed(502)], [answered(body=b"hello", has={"content-length": "5"})])],
        origin=[reply(answer(b"Content-Length: 5\r\nContent-Length: 5\r\n", None) + b"hello")],
    ),
    cut(
        "an-answer-cut-short",
        RULES["incomplete"],
        say(answer(b"Content-Length: 9\r\n", None) + b"hello"),
        close(),
    ),
    cut(
        "an-answer-cut-off-by-a-reset",
        RULES["incomplete"],
        say(answer(b"Content-Length: 9\r\n", None) + b"hello"),
        pause(0.05),
        reset(),
    ),
    cut(
        "a-chunked-answer-cut-short",
        RULES["incomplete-chunks"],
        say(answer(CODED, None) + b"5\r\nhello\r\n"),
        close(),
    ),
    cut(
        "a-chunked-answer-cut-in-a-chunk",
        RULES["incomplete-chunks"],
        say(answer(CODED, None) + b"9\r\nhello"),
        close(),
    ),
    cut(
        "a-chunked-answer-without-its-last-line",
        RULES["incomplete-chunks"],
        say(answer(CODED, None) + b"5\r\nhello\r\n0\r\n"),
        close(),
    ),
    cut(
        "an-answer-until-the-close-cut-off-by-a-reset",
        RULES["until-close-error"],
        say(answer(b"", None) + b"hello"),
        pause(0.05),
        reset(),
    ),
    cut(
        "a-chunk-of-an-answer-that-is-no-chunk",
        RULES["parse-chunked"],
        say(answer(CODED, None) + b"5\r\nhello\r\nxyz\r\n0\r\n\r\n"),
        close(),
    ),
    Case(
        "an-answers-coding-that-is-not-chunked",
        MUST,
        RULES["not-chunked-last-of-answer"],
        [get()],
        [
            either(
                [failed(502)],
                [
                    answered(
                        body=b"\x1f\x8bzip",
                        has={"transfer-encoding": "gzip", "content-length": None},
                    ),
                    closed(),
                ],
            )
        ],
        origin=[reply(answer(b"Transfer-Encoding: gzip\r\n", None), b"\x1f\x8bzip", close())],
    ),
    Case(
        "an-old-answer-in-chunks",
        MUST,
        RULES["old-chunks"],
        [get(), Await(finals=1), get(target=b"{url}/2")],
        [either([failed(502)], [answered(body=b"hello")], [closed()])],
        **PAIR,
        origin=[reply(b"HTTP/1.0 200 OK\r\n" + CODED + b"\r\n", chunked(b"hello"))],
    ),
    Case(
        "an-interim-answer-arrives",
        MUST,
        RULES["interim"],
        [get()],
        [interims(103), answered()],
        origin=[reply(HINTS, OK)],
    ),
    Case(
        "several-interim-answers-arrive",
        MUST,
        RULES["interim"],
        [get()],
        [interims(102, 103, 103), answered()],
        origin=[reply(b"HTTP/1.1 102 Processing\r\n\r\n", HINTS, HINTS, OK)],
    ),
    Case(
        "an-interim-answer-arrives-at-once",
        CLIENTS,
        RULES["interim"],
        [get()],
        [interims(103), answered()],
        origin=[reply(HINTS, pause(0.05), OK)],
    ),
    Case(
        "a-100-that-nobody-asked-for-arrives",
        MUST,
        RULES["interim"],
        [get()],
        [interims(100), answered()],
        origin=[reply(b"HTTP/1.1 100 Continue\r\n\r\n", OK)],
    ),
    Case(
        "an-old-client-gets-no-interim-answer",
        MUST,
        RULES["no-interim-for-old"],
        [get(version=b"1.0")],
        [interims(), client_lacks(rb" 103 "), answered()],
        origin=[reply(HINTS, OK)],
    ),
    Case(
        "a-status-without-a-reason-keeps-its-space",
        MUST,
        RULES["no-reason"],
        [get()],
        [answered(), client_lacks(rb"^HTTP/1\.1 200\r\n")],
        origin=[reply(answer(start=b"200 "))],
    ),
    Case(
        "a-status-without-a-reason-and-its-space-is-read",
        ROBUST,
        RULES["no-reason"],
        [get()],
        [answered(), client_lacks(rb"^HTTP/1\.1 200\r\n")],
        origin=[reply(answer(start=b"200"))],
    ),
    Case(
        "an-odd-reason-arrives",
        ROBUST,
        RULES["no-reason"],
        [get()],
        [answered(), client_lacks(rb"^\n")],
        origin=[reply(answer(start=b"200 \xc3\xa9t\xc3\xa9 \t!"))],
    ),
    bad_answer("what-is-no-answer", ROBUST, RULES["bad-gateway"], b"this is no answer\r\n\r\n"),
    bad_answer("a-status-of-two-digits", ROBUST, RULES["bad-gateway"], answer(start=b"20 OK")),
    bad_answer("a-status-of-four-digits", ROBUST, RULES["bad-gateway"], answer(start=b"2000 OK")),
    bad_answer("a-status-that-is-no-number", ROBUST, RULES["bad-gateway"], answer(start=b"two OK")),
    bad_answer(
        "an-answer-of-another-protocol", ROBUST, RULES["bad-gateway"], b"SSH-2.0-OpenSSH\r\n"
    ),
    bad_answer(
        "a-line-of-an-answer-without-a-colon", ROBUST, RULES["bad-gateway"], answer(b"no colon\r\n")
    ),
    bad_answer("a-close-without-an-answer", CLIENTS, RULES["bad-gateway"], b""),
    bad_answer(
        "a-close-in-the-head-of-an-answer", CLIENTS, RULES["bad-gateway"], b"HTTP/1.1 200 OK\r\nA: "
    ),
    bad_answer("fifty-kb-without-a-head", ROBUST, RULES["bad-gateway"], b"\xfe" * 50_000),
    bad_answer(
        "fifty-kb-of-a-head-without-end",
        ROBUST,
        RULES["bad-gateway"],
        b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 6_000,
    ),
    bad_answer(
        "an-answers-head-without-end",
        ROBUST,
        RULES["bad-gateway"],
        b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 200_000,
    ),
    Case(
        "a-reset-without-an-answer",
        CLIENTS,
        RULES["bad-gateway"],
        [get()],
        [failed(502, 504)],
        origin=[reply(pause(0.02), reset())],
    ),
    Case(
        "an-origin-that-is-not-there",
        CLIENTS,
        RULES["bad-gateway"],
        [get(target=b"http://127.0.0.1:1/")],
        [failed(502, 503, 504)],
    ),
    Case(
        "a-post-to-an-origin-that-is-not-there",
        CLIENTS,
        RULES["bad-gateway"],
        [post(b"x" * 400_000, target=b"http://127.0.0.1:1/")],
        [failed(502, 503, 504)],
        ["POST"],
    ),
    Case(
        "a-trailer-of-an-answer-is-no-field-of-the-head",
        MUST,
        RULES["trailer"],
        [get()],
        [answered(body=b"hello"), no_trailer_became_a_field("x-sum")],
        origin=[reply(answer(CODED, None), chunked(b"hello", trailers=b"X-Sum: 1\r\n"))],
    ),
    Case(
        "an-answer-byte-by-byte-arrives",
        CLIENTS,
        RULES["any-slices"],
        [get()],
        [answered(body=b"hello")],
        origin=[reply(dribble(answer(body=b"hello"), every_s=0.000_2))],
    ),
    Case(
        "a-chunked-answer-byte-by-byte-arrives",
        CLIENTS,
        RULES["any-slices"],
        [get()],
        [answered(body=b"hello")],
        origin=[reply(dribble(answer(CODED, None) + chunked(b"hel", b"lo"), every_s=0.000_2))],
    ),
    Case(
        "an-answer-of-3-mb-arrives",
        CLIENTS,
        RULES["stream"],
        [get()],
        [answered(body=BIG)],
        origin=[reply(answer(body=BIG))],
    ),
    Case(
        "a-chunked-answer-of-3-mb-arrives",
        CLIENTS,
        RULES["stream"],
        [get()],
        [answered(body=BIG)],
        origin=[
            reply(
                answer(CODED, None),
                chunked(*(BIG[at : at + 70_001] for at in range(0, len(BIG), 70_001))),
            )
        ],
    ),
    Case(
        "an-answer-of-3-mb-to-an-old-client-arrives",
        CLIENTS,
        RULES["stream"],
        [get(version=b"1.0")],
        [answered(body=BIG)],
        origin=[reply(answer(body=BIG))],
        until_end=True,
    ),
    Case(
        "what-is-there-of-an-answer-arrives-at-once",
        CLIENTS,
        RULES["stream"],
        [get(), Await(body=5), close()],
        [streamed(b"first")],
        origin=[reply(answer(CODED, None) + b"5\r\nfirst\r\n", stall())],
    ),
    Case(
        "what-is-there-of-an-answer-until-the-close-arrives-at-once",
        CLIENTS,
        RULES["stream"],
        [get(), Await(body=5), close()],
        [streamed(b"first")],
        origin=[reply(answer(b"", None) + b"first", stall())],
    ),
)
