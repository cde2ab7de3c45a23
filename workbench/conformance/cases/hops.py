"""From hop to hop: Connection and its like, Via, Max-Forwards, loops (RFC 9110 §7.6, §7.8)."""

from __future__ import annotations

import re

from workbench.conformance.case import Case, Kind
from workbench.conformance.cases.rules import RULES
from workbench.conformance.cases.wire import get, ok, post, reply
from workbench.conformance.expect import (
    answered,
    client_lacks,
    either,
    failed,
    forwarded,
    origin_lacks,
    refused,
    requests,
)

MUST, CLIENTS, ROBUST, SAFETY = Kind.MUST, Kind.CLIENTS, Kind.ROBUST, Kind.SAFETY

OWN_11, OWN_10 = re.compile(r"(^|, )1\.1 \S+( \(.*\))?$"), re.compile(r"(^|, )1\.0 \S+( \(.*\))?$")
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"

CASES = (
    Case(
        "a-listed-field-is-removed",
        MUST,
        RULES["connection"],
        [get(b"Connection: X-Secret\r\nX-Secret: 1\r\nX-Other: 2\r\n")],
        [
            forwarded(has={"x-secret": None, "x-other": "2"}),
            origin_lacks(rb"(?i)x-secret"),
            answered(),
        ],
    ),
    Case(
        "a-listed-field-before-the-list-is-removed",
        MUST,
        RULES["connection"],
        [get(b"X-Secret: 1\r\nConnection: X-Secret\r\n")],
        [forwarded(has={"x-secret": None}), answered()],
    ),
    Case(
        "a-listed-field-of-an-answer-is-removed",
        MUST,
        RULES["connection"],
        [get()],
        [answered(has={"x-secret": None}), client_lacks(rb"(?i)x-secret")],
        origin=[ok(b"Connection: X-Secret\r\nX-Secret: 1\r\n")],
    ),
    Case(
        "each-line-of-a-listed-field-is-removed",
        MUST,
        RULES["connection"],
        [get(b"X-Secret: 1\r\nConnection: X-Secret\r\nX-Secret: 2\r\n")],
        [forwarded(has={"x-secret": None}), answered()],
    ),
    Case(
        "options-are-compared-without-case",
        MUST,
        RULES["option-case"],
        [get(b"cONNECTION: x-SECRET\r\nX-Secret: 1\r\n")],
        [forwarded(has={"x-secret": None}), answered()],
    ),
    Case(
        "several-lists-with-empty-members-count",
        MUST,
        RULES["connection"],
        [get(b"Connection: ,X-A ,, keep-alive\r\nX-A: 1\r\nX-B: 2\r\nConnection: X-B,\r\n")],
        [forwarded(has={"x-a": None, "x-b": None}), answered()],
    ),
    Case(
        "connection-itself-is-not-forwarded",
        MUST,
        RULES["connection"],
        [get(b"Connection: X-Marker\r\n")],
        [origin_lacks(rb"(?i)x-marker"), answered()],
    ),
    Case(
        "keep-alive-is-removed",
        ROBUST,
        RULES["known"],
        [get(b"Keep-Alive: timeout=5\r\n")],
        [forwarded(has={"keep-alive": None}), answered()],
    ),
    Case(
        "keep-alive-of-an-answer-is-removed",
        ROBUST,
        RULES["known"],
        [get()],
        [client_lacks(rb"(?i)timeout=4711"), answered()],
        origin=[ok(b"Connection: keep-alive\r\nKeep-Alive: timeout=4711\r\n")],
    ),
    Case(
        "proxy-connection-is-removed",
        ROBUST,
        RULES["known"],
        [get(b"Proxy-Connection: keep-alive\r\n")],
        [forwarded(has={"proxy-connection": None}), answered()],
    ),
    Case(
        "te-is-removed",
        ROBUST,
        RULES["known"],
        [get(b"Connection: TE\r\nTE: gzip;q=0.5\r\n")],
        [origin_lacks(rb"(?i)gzip"), answered()],
    ),
    Case(
        "te-that-is-not-listed-is-removed",
        ROBUST,
        RULES["known"],
        [get(b"TE: deflate\r\n")],
        [origin_lacks(rb"(?i)deflate"), answered()],
    ),
    Case(
        "upgrade-is-removed-or-listed",
        MUST,
        RULES["upgrade"],
        [get(b"Connection: Upgrade\r\nUpgrade: websocket\r\n")],
        [
            either(
                [forwarded(has={"upgrade": None})],
                [forwarded(has={"upgrade": "websocket", "connection": re.compile("(?i)upgrade")})],
            ),
            answered(),
        ],
    ),
    Case(
        "upgrade-that-is-not-listed-is-removed",
        ROBUST,
        RULES["known"],
        [get(b"Upgrade: websocket\r\n")],
        [forwarded(has={"upgrade": None}), answered()],
    ),
    Case(
        "http2-in-the-clear-is-not-negotiated",
        SAFETY,
        RULES["connection"],
        [get(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n")],
        [forwarded(has={"upgrade": None, "http2-settings": None}), answered()],
    ),
    Case(
        "credentials-for-the-proxy-stay-here",
        SAFETY,
        RULES["consumed"],
        [get(b"Proxy-Authorization: Basic bWU6c2VjcmV0\r\n")],
        [origin_lacks(rb"bWU6c2VjcmV0"), answered()],
    ),
    Case(
        "a-listed-host-is-there-all-the-same",
        SAFETY,
        RULES["never-options"],
        [get(b"Connection: Host\r\n")],
        [forwarded(has={"host": "{origin}"}), answered()],
    ),
    Case(
        "a-listed-length-does-not-free-the-body",
        SAFETY,
        RULES["never-options"],
        [post(HIDDEN, b"Connection: Content-Length\r\nContent-Length: %d\r\n" % len(HIDDEN))],
        [requests(1), forwarded(body=HIDDEN)],
        methods=["POST"],
    ),
    Case(
        "a-listed-coding-does-not-free-the-body",
        SAFETY,
        RULES["never-options"],
        [
            post(
                b"5\r\nhello\r\n0\r\n\r\n",
                b"Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n",
            )
        ],
        [either([refused()], [requests(1), forwarded(body=b"hello")])],
        methods=["POST"],
    ),
    Case(
        "a-request-gets-a-via",
        MUST,
        RULES["via"],
        [get()],
        [forwarded(has={"via": OWN_11}), answered()],
    ),
    Case("an-answer-gets-a-via", MUST, RULES["via"], [get()], [answered(has={"via": OWN_11})]),
    Case(
        "via-comes-behind-those-that-are-there",
        MUST,
        RULES["via-order"],
        [get(b"Via: 1.0 fred, 1.1 p.example (Apache/1.1)\r\n")],
        [
            forwarded(
                has={"via": re.compile(r"^1\.0 fred, 1\.1 p\.example( \(Apache/1\.1\))?, 1\.1 \S+")}
            ),
            answered(),
        ],
    ),
    Case(
        "via-of-an-answer-comes-behind-those-that-are-there",
        MUST,
        RULES["via-order"],
        [get()],
        [answered(has={"via": re.compile(r"^1\.0 fred, 1\.1 \S+")})],
        origin=[ok(b"Via: 1.0 fred\r\n")],
    ),
    Case(
        "via-tells-an-old-clients-version",
        MUST,
        RULES["via-version"],
        [get(version=b"1.0")],
        [forwarded(has={"via": OWN_10}), answered()],
    ),
    Case(
        "via-tells-an-old-origins-version",
        MUST,
        RULES["via-version"],
        [get()],
        [answered(has={"via": OWN_10})],
        origin=[reply(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")],
    ),
    Case(
        "a-request-to-itself-is-no-loop",
        MUST,
        RULES["not-to-itself"],
        [get(target=b"http://{proxy}/")],
        [failed()],
    ),
    Case(
        "a-request-to-itself-by-name-is-no-loop",
        MUST,
        RULES["not-to-itself"],
        [get(target=b"http://localhost:{proxyport}/")],
        [failed()],
    ),
    Case(
        "a-request-to-itself-by-another-form-of-its-address-is-no-loop",
        MUST,
        RULES["not-to-itself"],
        [get(target=b"http://127.1:{proxyport}/")],
        [failed()],
    ),
    Case(
        "max-forwards-0-of-options-is-answered-here",
        MUST,
        RULES["last-hop"],
        [get(b"Max-Forwards: 0\r\n", method=b"OPTIONS")],
        [requests(0), answered()],
        methods=["OPTIONS"],
    ),
    Case(
        "max-forwards-0-of-trace-goes-no-further",
        MUST,
        RULES["last-hop"],
        [get(b"Max-Forwards: 0\r\n", method=b"TRACE")],
        [requests(0), either([answered()], [failed(405, 501)])],
        methods=["TRACE"],
    ),
    Case(
        "max-forwards-0-of-trace-is-reflected",
        ROBUST,
        RULES["reflect"],
        [get(b"Max-Forwards: 0\r\nX-Marker: 4711\r\n", method=b"TRACE")],
        [requests(0), answered(has={"content-type": re.compile("^message/http")})],
        methods=["TRACE"],
    ),
    Case(
        "secrets-are-not-reflected",
        SAFETY,
        RULES["not-reflected"],
        [
            get(
                b"Max-Forwards: 0\r\nCookie: a=secret\r\nAuthorization: Basic c2VjcmV0\r\n",
                method=b"TRACE",
            )
        ],
        [requests(0), client_lacks(rb"secret|c2VjcmV0")],
        methods=["TRACE"],
    ),
    Case(
        "max-forwards-of-options-is-one-less",
        MUST,
        RULES["one-less"],
        [get(b"Max-Forwards: 5\r\n", method=b"OPTIONS")],
        [forwarded("OPTIONS", has={"max-forwards": "4"}), answered()],
        methods=["OPTIONS"],
    ),
    Case(
        "max-forwards-of-trace-is-one-less",
        MUST,
        RULES["one-less"],
        [get(b"Max-Forwards: 1\r\n", method=b"TRACE")],
        [either([forwarded("TRACE", has={"max-forwards": "0"}), answered()], [refused(405, 501)])],
        methods=["TRACE"],
    ),
    Case(
        "max-forwards-is-not-made-up",
        MUST,
        RULES["not-generated"],
        [get(method=b"OPTIONS")],
        [forwarded("OPTIONS", has={"max-forwards": None}), answered()],
        methods=["OPTIONS"],
    ),
    Case(
        "max-forwards-that-is-no-number-is-refused-or-left",
        ROBUST,
        RULES["last-hop"],
        [get(b"Max-Forwards: many\r\n", method=b"OPTIONS")],
        [either([refused()], [forwarded("OPTIONS"), answered()])],
        methods=["OPTIONS"],
    ),
)
