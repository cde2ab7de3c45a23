"""Bytes that many cases have in common: requests, answers, replies."""

from __future__ import annotations

from workbench.conformance.case import Reply
from workbench.conformance.stage import DATE, OK, OK_BODY
from workbench.peers import Step, say

__all__ = ["DATE", "OK", "OK_BODY", "answer", "chunked", "get", "ok", "post", "reply"]


def get(
    fields: bytes = b"", target: bytes = b"{url}/", method: bytes = b"GET", version: bytes = b"1.1"
) -> bytes:
    """A request without a body; `fields` are whole lines with their CRLF."""
    return b"%b %b HTTP/%b\r\nHost: {origin}\r\n%b\r\n" % (method, target, version, fields)


def post(body: bytes, fields: bytes | None = None, **others: bytes) -> bytes:
    """A POST with this body, and with a Content-Length unless other `fields` are given."""
    length = b"Content-Length: %d\r\n" % len(body)
    return get(length if fields is None else fields, method=b"POST", **others) + body


def chunked(*pieces: bytes, trailers: bytes = b"") -> bytes:
    """A body in chunks; `trailers` are whole lines."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return chunks + b"0\r\n" + trailers + b"\r\n"


def answer(fields: bytes = b"", body: bytes | None = OK_BODY, start: bytes = b"200 OK") -> bytes:
    """An answer with this body and its Content-Length; with None, only what `fields` have."""
    length = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %b\r\n%b%b%b\r\n%b" % (start, DATE, length, fields, body or b"")


def reply(*steps: bytes | Step, at_once: bool = False) -> Reply:
    """What the origin does about a request: bytes are said."""
    return Reply(tuple(say(step) if isinstance(step, bytes) else step for step in steps), at_once)


def ok(fields: bytes = b"", body: bytes = OK_BODY) -> Reply:
    return reply(answer(fields, body))
