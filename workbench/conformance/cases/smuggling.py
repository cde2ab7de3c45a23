"""Messages that two readers could read in two ways: a hidden request must never get through.

RFC 9112 §11.2: "Request smuggling […] is a technique that exploits differences in protocol
parsing among various recipients to hide additional requests […] within an apparently harmless
request."
"""

from __future__ import annotations

from workbench.conformance.case import Case, Kind, Rule
from workbench.conformance.cases.rules import RULES
from workbench.conformance.cases.wire import OK, answer, chunked, get, ok, post, reply
from workbench.conformance.expect import (
    answered,
    client_lacks,
    closed,
    either,
    failed,
    never,
    nothing_more,
    origin_lacks,
    refused,
    requests,
    then,
)
from workbench.conformance.stage import Await

MUST, SAFETY = Kind.MUST, Kind.SAFETY

SHORT_HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"


def hidden(name: str, fields: bytes, body: bytes, rule: Rule = RULES["smuggling"]) -> Case:
    """A POST with these framing fields and this body: the request in it stays hidden.

    Either the whole is refused, or one request gets through, and never the hidden one.
    """
    return Case(
        name,
        SAFETY,
        rule,
        [post(body, fields)],
        [
            never("/hidden"),
            origin_lacks(
                rb"\n(?i:content-length)[^\n]*\n"
                rb"(?s:.*)\n(?i:transfer-encoding): chunked"
            ),
            either([failed()], [requests(1)], [closed()]),
        ],
        ["POST"],
    )


def coded(name: str, line: bytes) -> Case:
    """A way to write Transfer-Encoding that some readers take for it, and some don't."""
    body = b"0\r\n\r\n" + SHORT_HIDDEN
    return hidden(name, b"Content-Length: %d\r\n%b\r\n" % (len(body), line), body)


CASES = (
    Case(
        "a-coding-beside-a-length-of-a-request",
        MUST,
        RULES["both"],
        [post(chunked(b"hello"), b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")],
        [either([refused()], [requests(1), answered(), origin_lacks(rb"(?i)content-length: 3\b")])],
        ["POST"],
    ),
    Case(
        "a-coding-beside-a-length-closes",
        MUST,
        RULES["both-closes"],
        [post(chunked(b"hello"), b"Transfer-Encoding: chunked\r\nContent-Length: 15\r\n")],
        [closed()],
        ["POST"],
        until_end=True,
    ),
    Case(
        "a-coding-in-an-old-request-closes",
        MUST,
        RULES["old-chunks"],
        [
            post(chunked(b"hello"), b"Transfer-Encoding: chunked\r\n", version=b"1.0")
            + get(target=b"{url}/hidden")
        ],
        [never("/hidden"), closed()],
        ["POST"],
        until_end=True,
    ),
    hidden(
        "cl-te",
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % len(b"0\r\n\r\n" + SHORT_HIDDEN),
        b"0\r\n\r\n" + SHORT_HIDDEN,
        RULES["both"],
    ),
    hidden(
        "te-cl",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(SHORT_HIDDEN), SHORT_HIDDEN),
        RULES["both"],
    ),
    coded("te-with-a-prefix", b"Transfer-Encoding: xchunked"),
    coded("te-with-a-suffix", b"Transfer-Encoding: chunkedx"),
    coded("te-in-quotes", b'Transfer-Encoding: "chunked"'),
    coded("te-with-a-vertical-tab", b"Transfer-Encoding:\x0bchunked"),
    coded("te-with-a-vertical-tab-behind", b"Transfer-Encoding: chunked\x0b"),
    coded("te-with-a-nul", b"Transfer-Encoding: chunked\x00"),
    coded("te-with-a-space-in-the-name", b"Transfer-Encoding : chunked"),
    coded("te-folded", b"Transfer-Encoding:\r\n chunked"),
    coded("te-behind-a-space", b" Transfer-Encoding: chunked"),
    coded("te-behind-a-bare-lf", b"X-A: 1\nTransfer-Encoding: chunked"),
    coded("te-behind-a-bare-cr", b"X-A: 1\rTransfer-Encoding: chunked"),
    coded("te-twice", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
    coded("te-twice-the-other-way", b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked"),
    coded("te-identity", b"Transfer-Encoding: identity"),
    coded("te-with-an-empty-member", b"Transfer-Encoding: ,chunked"),
    coded("te-empty", b"Transfer-Encoding:"),
    coded("te-with-an-underscore", b"Transfer_Encoding: chunked"),
    hidden(
        "a-chunk-extension-with-a-bare-lf",
        b"Transfer-Encoding: chunked\r\n",
        b"2;\nxx\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(SHORT_HIDDEN), SHORT_HIDDEN),
    ),
    hidden(
        "a-chunk-extension-with-a-bare-cr",
        b"Transfer-Encoding: chunked\r\n",
        b"2;\rxx\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(SHORT_HIDDEN), SHORT_HIDDEN),
    ),
    hidden(
        "a-chunk-with-a-line-end-of-lf-alone",
        b"Transfer-Encoding: chunked\r\n",
        b"2\r\nxx\n%x\r\n%b\r\n0\r\n\r\n" % (len(SHORT_HIDDEN), SHORT_HIDDEN),
    ),
    hidden(
        "a-last-chunk-with-a-number-behind",
        b"Transfer-Encoding: chunked\r\n",
        b"0 5\r\n\r\n" + SHORT_HIDDEN,
    ),
    hidden("a-body-longer-than-its-length", b"Content-Length: 3\r\n", b"abc\n" + SHORT_HIDDEN),
    hidden("a-length-behind-a-space-in-the-name", b"Content-Length : 3\r\n", SHORT_HIDDEN),
    hidden(
        "a-length-and-one-behind-a-bare-lf",
        b"Content-Length: %d\r\nX-A: 1\nContent-Length: 0\r\n" % len(SHORT_HIDDEN),
        SHORT_HIDDEN,
    ),
    hidden(
        "two-lengths-the-longer-first",
        b"Content-Length: %d\r\nContent-Length: 0\r\n" % len(SHORT_HIDDEN),
        SHORT_HIDDEN,
    ),
    hidden(
        "two-lengths-the-longer-last",
        b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(SHORT_HIDDEN),
        SHORT_HIDDEN,
    ),
    Case(
        "a-target-with-a-line-end",
        SAFETY,
        RULES["splitting"],
        [b"GET {url}/a\nX: /hidden HTTP/1.1\r\nHost: {origin}\r\n\r\n"],
        [never("/hidden"), origin_lacks(rb"[^\r]\n"), failed()],
    ),
    Case(
        "an-error-does-not-repeat-what-came-as-a-field",
        SAFETY,
        RULES["splitting"],
        [get(target=b"gopher://x\rSet-Cookie: a=1\r/")],
        [client_lacks(rb"(?m)^(?i:set-cookie)"), failed()],
    ),
    Case(
        "a-reason-that-hides-an-answer",
        SAFETY,
        RULES["splitting"],
        [get(), Await(finals=1), get()],
        [client_lacks(rb"[^\r]\n", in_head=True), client_lacks(rb"\r[^\n]", in_head=True)],
        ("GET", "GET"),
        [reply(answer(start=b"200 OK\rSet-Cookie: a=1")), ok()],
    ),
    Case(
        "an-answer-behind-an-answer-is-dropped",
        SAFETY,
        RULES["splitting"],
        [get(), Await(finals=1), get()],
        [client_lacks(rb"poison"), nothing_more(), then(b"second")],
        ("GET", "GET"),
        [reply(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"), ok(body=b"second")],
    ),
    Case(
        "a-coding-beside-a-length-of-an-answer-hides-nothing",
        SAFETY,
        RULES["both"],
        [get(), Await(finals=1), get()],
        [
            client_lacks(rb"(?s)(?i:content-length): 30.*(?i:transfer-encoding): chunked"),
            either([failed()], [answered(body=b"")]),
        ],
        ("GET", "GET"),
        [
            reply(
                answer(b"Content-Length: 30\r\nTransfer-Encoding: chunked\r\n", None)
                + b"0\r\n\r\n"
                + b"HTTP/1.1 200 OK\r\nX: poison"
            ),
            ok(),
        ],
    ),
)
