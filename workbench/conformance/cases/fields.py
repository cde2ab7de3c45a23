"""Header fields: their syntax, and what travels on unchanged (RFC 9110 §5, §7.7; RFC 9112 §5)."""

from __future__ import annotations

import re

from workbench.conformance.case import Case, Kind
from workbench.conformance.cases.rules import RULES
from workbench.conformance.cases.wire import answer, chunked, get, ok, post, reply
from workbench.conformance.expect import (
    answered,
    client_lacks,
    either,
    failed,
    forwarded,
    origin_lacks,
    refused,
)

MUST, CLIENTS, ROBUST, SAFETY = Kind.MUST, Kind.CLIENTS, Kind.ROBUST, Kind.SAFETY

HTTP_DATE = re.compile(r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$")
CHALLENGES = 'Basic realm="a, b", Digest realm="c\\"d", qop="auth, auth-int"'
MANY = b"".join(b"X-Field-%d: %b\r\n" % (n, b"v" * 60) for n in range(80))

CASES = (
    Case(
        "an-unknown-field-is-forwarded",
        MUST,
        RULES["unrecognized"],
        [get(b"X-New: 1\r\n")],
        [forwarded(has={"x-new": "1"}), answered()],
    ),
    Case(
        "an-unknown-field-of-an-answer-is-forwarded",
        MUST,
        RULES["unrecognized"],
        [get()],
        [answered(has={"x-new": "1"})],
        origin=[ok(b"X-New: 1\r\n")],
    ),
    Case(
        "a-field-with-all-token-characters-is-forwarded",
        MUST,
        RULES["unrecognized"],
        [get(b"!#$%&'*+-.^_`|~9a: 1\r\n")],
        [forwarded(has={"!#$%&'*+-.^_`|~9a": "1"}), answered()],
    ),
    Case(
        "an-empty-field-is-forwarded",
        MUST,
        RULES["unrecognized"],
        [get(b"X-Empty:\r\n")],
        [forwarded(has={"x-empty": ""}), answered()],
    ),
    Case(
        "the-order-of-equal-names-stays",
        MUST,
        RULES["order"],
        [get(b"X-A: 1\r\nX-B: b\r\nx-a: 2, 3\r\nX-A: 4\r\n")],
        [forwarded(has={"x-a": "1, 2, 3, 4"}), answered()],
    ),
    Case(
        "the-order-of-equal-names-of-an-answer-stays",
        MUST,
        RULES["order"],
        [get()],
        [answered(has={"x-a": "1, 2, 3"})],
        origin=[ok(b"X-A: 1\r\nX-B: b\r\nX-A: 2, 3\r\n")],
    ),
    Case(
        "two-cookies-stay-two-lines",
        CLIENTS,
        RULES["set-cookie"],
        [get()],
        [
            answered(has={"set-cookie": re.compile("a=1.*b=2")}),
            client_lacks(rb"(?i)set-cookie: a=1; path=/, "),
        ],
        origin=[ok(b"Set-Cookie: a=1; path=/\r\nSet-Cookie: b=2\r\n")],
    ),
    Case(
        "a-space-before-the-colon-is-refused",
        MUST,
        RULES["space-before-colon"],
        [get(b"X-A : 1\r\n")],
        [refused(400)],
    ),
    Case(
        "a-tab-before-the-colon-is-refused",
        MUST,
        RULES["space-before-colon"],
        [get(b"X-A\t: 1\r\n")],
        [refused(400)],
    ),
    Case(
        "a-space-before-the-colon-of-an-answer-is-removed",
        MUST,
        RULES["space-in-answer"],
        [get()],
        [
            client_lacks(rb"(?i)x-a +:", in_head=True),
            either([answered(has={"x-a": "1"})], [failed(502)]),
        ],
        origin=[ok(b"X-A : 1\r\n")],
    ),
    Case(
        "a-folded-field-of-a-request",
        MUST,
        RULES["folded-request"],
        [get(b"X-A: 1\r\n  2\r\n")],
        [
            origin_lacks(rb"1\r\n +2"),
            either([refused(400)], [forwarded(has={"x-a": re.compile("^1 +2$")}), answered()]),
        ],
    ),
    Case(
        "a-folded-field-of-an-answer",
        MUST,
        RULES["folded-answer"],
        [get()],
        [
            client_lacks(rb"1\r\n[ \t]+2", in_head=True),
            either([failed(502)], [answered(has={"x-a": re.compile("^1 +2$")})]),
        ],
        origin=[ok(b"X-A: 1\r\n\t2\r\n")],
    ),
    Case(
        "a-cr-in-a-value",
        MUST,
        RULES["dangerous"],
        [get(b"X-A: 1\r2\r\n")],
        [
            origin_lacks(rb"\r[^\n]"),
            either([refused(400)], [forwarded(has={"x-a": "1 2"}), answered()]),
        ],
    ),
    Case(
        "a-nul-in-a-value",
        MUST,
        RULES["dangerous"],
        [get(b"X-A: 1\x002\r\n")],
        [
            origin_lacks(rb"\x00"),
            either([refused(400)], [forwarded(has={"x-a": "1 2"}), answered()]),
        ],
    ),
    Case(
        "a-cr-in-a-value-of-an-answer",
        MUST,
        RULES["dangerous"],
        [get()],
        [
            client_lacks(rb"\r[^\n]", in_head=True),
            either([failed(502)], [answered(has={"x-a": "1 2"})]),
        ],
        origin=[ok(b"X-A: 1\r2\r\n")],
    ),
    Case(
        "a-nul-in-a-value-of-an-answer",
        MUST,
        RULES["dangerous"],
        [get()],
        [client_lacks(rb"\x00"), either([failed(502)], [answered(has={"x-a": "1 2"})])],
        origin=[ok(b"X-A: 1\x002\r\n")],
    ),
    Case(
        "a-bare-lf-is-not-passed-on",
        SAFETY,
        RULES["bare-lf"],
        [get(b"X-A: 1\nX-B: 2\r\n")],
        [
            origin_lacks(rb"[^\r]\n"),
            either([refused(400)], [forwarded(has={"x-a": "1", "x-b": "2"}), answered()]),
        ],
    ),
    Case(
        "a-bare-lf-in-an-answer-is-not-passed-on",
        SAFETY,
        RULES["bare-lf"],
        [get()],
        [
            client_lacks(rb"[^\r]\n", in_head=True),
            either([failed(502)], [answered(has={"x-a": "1", "x-b": "2"})]),
        ],
        origin=[ok(b"X-A: 1\nX-B: 2\r\n")],
    ),
    Case(
        "a-name-with-a-space-is-refused",
        ROBUST,
        RULES["no-grammar"],
        [get(b"X A: 1\r\n")],
        [refused(400)],
    ),
    Case(
        "a-name-with-a-forbidden-character-is-refused",
        ROBUST,
        RULES["no-grammar"],
        [get(b"X@A: 1\r\n")],
        [refused(400)],
    ),
    Case(
        "a-name-beyond-ascii-is-refused",
        ROBUST,
        RULES["no-grammar"],
        [get(b"X-\xe9: 1\r\n")],
        [refused(400)],
    ),
    Case(
        "an-empty-name-is-refused", ROBUST, RULES["no-grammar"], [get(b": 1\r\n")], [refused(400)]
    ),
    Case(
        "a-line-without-a-colon-is-refused",
        ROBUST,
        RULES["no-grammar"],
        [get(b"X-A\r\n")],
        [refused(400)],
    ),
    Case(
        "bytes-beyond-ascii-stay-as-they-are",
        ROBUST,
        RULES["opaque"],
        [get(b"X-A: \xe9\xff\x80\r\n")],
        [forwarded(has={"x-a": "\xe9\xff\x80"}), answered()],
    ),
    Case(
        "bytes-beyond-ascii-of-an-answer-stay-as-they-are",
        ROBUST,
        RULES["opaque"],
        [get()],
        [answered(has={"x-a": "\xc3\xa9"})],
        origin=[ok(b"X-A: \xc3\xa9\r\n")],
    ),
    Case(
        "blanks-around-a-value-are-no-part-of-it",
        MUST,
        RULES["blanks"],
        [get(b"X-A:1\r\nX-B: \t 2 3\t \r\n")],
        [forwarded(has={"x-a": "1", "x-b": "2 3"}), answered()],
    ),
    Case(
        "blanks-around-a-length-are-no-part-of-it",
        MUST,
        RULES["blanks"],
        [post(b"hello", b"Content-Length: \t5 \r\n")],
        [forwarded(body=b"hello"), answered()],
        methods=["POST"],
    ),
    Case(
        "a-field-of-a-megabyte-is-refused",
        MUST,
        RULES["too-large"],
        [get(b"X-A: " + b"a" * 1_000_000 + b"\r\n")],
        [refused(*range(400, 500))],
    ),
    Case(
        "a-hundred-thousand-fields-are-refused",
        MUST,
        RULES["too-large"],
        [get(b"X-A: 1\r\n" * 100_000)],
        [refused(*range(400, 500))],
    ),
    Case(
        "a-cookie-of-8-kb-is-forwarded",
        CLIENTS,
        RULES["unrecognized"],
        [get(b"Cookie: " + b"c" * 8192 + b"\r\n")],
        [forwarded(has={"cookie": "c" * 8192}), answered()],
    ),
    Case(
        "eighty-fields-are-forwarded",
        CLIENTS,
        RULES["unrecognized"],
        [get(MANY)],
        [forwarded(has={"x-field-0": "v" * 60, "x-field-79": "v" * 60}), answered()],
    ),
    Case(
        "an-answers-head-of-16-kb-is-forwarded",
        CLIENTS,
        RULES["unrecognized"],
        [get()],
        [answered(has={"x-a": "a" * 16_000})],
        origin=[ok(b"X-A: " + b"a" * 16_000 + b"\r\n")],
    ),
    Case(
        "a-head-of-40-kb-does-not-hang",
        ROBUST,
        RULES["too-large"],
        [get(b"X-A: %b\r\n" % (b"a" * 2000) * 20)],
        [either([refused(*range(400, 500))], [forwarded(), answered()])],
    ),
    Case(
        "an-answers-head-of-40-kb-does-not-hang",
        ROBUST,
        RULES["unrecognized"],
        [get()],
        [either([failed(502)], [answered()])],
        origin=[ok(b"X-A: %b\r\n" % (b"a" * 2000) * 20)],
    ),
    Case(
        "who-speaks-stays",
        ROBUST,
        RULES["not-modified"],
        [get(b"User-Agent: me/1 (a; b)\r\n")],
        [forwarded(has={"user-agent": "me/1 (a; b)"}), answered(has={"server": "it/2"})],
        origin=[ok(b"Server: it/2\r\n")],
    ),
    Case(
        "what-is-accepted-stays",
        ROBUST,
        RULES["not-modified"],
        [get(b"Accept: text/html;q=0.9, */*;q=0.1\r\nAccept-Encoding: gzip, br\r\n")],
        [
            forwarded(has={"accept": "text/html;q=0.9, */*;q=0.1", "accept-encoding": "gzip, br"}),
            answered(),
        ],
    ),
    Case(
        "what-a-resource-is-stays",
        ROBUST,
        RULES["not-modified"],
        [get()],
        [
            answered(
                has={
                    "etag": 'W/"a,b"',
                    "last-modified": "Tue, 15 Nov 1994 08:12:31 GMT",
                    "content-type": "text/plain; charset=utf-8",
                    "vary": "Accept, Cookie",
                }
            )
        ],
        origin=[
            ok(
                b'ETag: W/"a,b"\r\nLast-Modified: Tue, 15 Nov 1994 08:12:31 GMT\r\n'
                b"Content-Type: text/plain; charset=utf-8\r\nVary: Accept, Cookie\r\n"
            )
        ],
    ),
    Case(
        "a-range-and-its-answer-travel",
        CLIENTS,
        RULES["not-modified"],
        [get(b"Range: bytes=0-2\r\n")],
        [
            forwarded(has={"range": "bytes=0-2"}),
            answered(206, b"all", {"content-range": "bytes 0-2/11"}),
        ],
        origin=[reply(answer(b"Content-Range: bytes 0-2/11\r\n", b"all", b"206 Partial"))],
    ),
    Case(
        "a-condition-travels",
        CLIENTS,
        RULES["not-modified"],
        [get(b'If-None-Match: "x"\r\n')],
        [forwarded(has={"if-none-match": '"x"'}), answered(304, b"", {"etag": '"x"'})],
        origin=[reply(answer(b'ETag: "x"\r\n', None, b"304 Not Modified"))],
    ),
    Case(
        "a-redirection-travels",
        CLIENTS,
        RULES["not-modified"],
        [get()],
        [answered(302, b"", {"location": "/away?a=b#c"})],
        origin=[reply(answer(b"Location: /away?a=b#c\r\n", b"", b"302 Found"))],
    ),
    Case(
        "credentials-for-the-origin-stay",
        MUST,
        RULES["authorization"],
        [get(b"Authorization: Basic bWU6c2VjcmV0\r\n")],
        [forwarded(has={"authorization": "Basic bWU6c2VjcmV0"}), answered()],
    ),
    Case(
        "the-origins-challenges-stay",
        MUST,
        RULES["www-authenticate"],
        [get()],
        [answered(401, has={"www-authenticate": CHALLENGES})],
        origin=[
            reply(
                answer(
                    b"WWW-Authenticate: " + CHALLENGES.encode() + b"\r\n", start=b"401 Unauthorized"
                )
            )
        ],
    ),
    Case(
        "allow-stays",
        MUST,
        RULES["allow"],
        [get()],
        [answered(405, has={"allow": "GET, BREW, x!"})],
        origin=[reply(answer(b"Allow: GET, BREW, x!\r\n", start=b"405 Method Not Allowed"))],
    ),
    Case(
        "a-missing-date-is-added",
        MUST,
        RULES["date-added"],
        [get()],
        [answered(has={"date": HTTP_DATE})],
        origin=[reply(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")],
    ),
    Case(
        "a-date-that-is-there-stays",
        ROBUST,
        RULES["not-modified"],
        [get()],
        [answered(has={"date": "Tue, 15 Nov 1994 08:12:31 GMT"})],
    ),
    Case(
        "where-one-comes-from-stays",
        ROBUST,
        RULES["referer"],
        [get(b"Referer: {url}/before\r\n")],
        [forwarded(has={"referer": "{url}/before"}), answered()],
    ),
    Case(
        "what-is-compressed-stays-so",
        MUST,
        RULES["no-transform"],
        [get()],
        [answered(body=b"\x1f\x8b\x08no gzip", has={"content-encoding": "gzip"})],
        origin=[
            ok(b"Cache-Control: no-transform\r\nContent-Encoding: gzip\r\n", b"\x1f\x8b\x08no gzip")
        ],
    ),
    Case(
        "an-unknown-status-travels",
        CLIENTS,
        RULES["unknown-elements"],
        [get()],
        [answered(299, b"odd")],
        origin=[reply(answer(body=b"odd", start=b"299 Odd"))],
    ),
    Case(
        "an-unknown-error-travels",
        CLIENTS,
        RULES["unknown-elements"],
        [get()],
        [answered(599, b"odd")],
        origin=[reply(answer(body=b"odd", start=b"599 Odd"))],
    ),
    Case(
        "announced-trailers-travel",
        ROBUST,
        RULES["not-modified"],
        [get()],
        [answered(body=b"abc", has={"trailer": "X-Sum"})],
        origin=[
            reply(
                answer(b"Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n", None),
                chunked(b"abc", trailers=b"X-Sum: 1\r\n"),
            )
        ],
    ),
)
