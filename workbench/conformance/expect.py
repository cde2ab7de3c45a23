"""What can be expected of what was seen: the vocabulary of the cases' right-hand side.

Knows no socket. Each word returns an Expectation, whose `wrong` says what was seen instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workbench.conformance.case import Expectation, Seen
from workbench.conformance.messages import Message
from workbench.journal.compare import first_difference

Fields = Mapping[str, str | re.Pattern[str] | None]  # None: there must be no such field
ERRORS = tuple(range(400, 600))


def answered(
    status: int = 200,
    body: bytes | None = None,
    has: Fields | None = None,
    number: int = 1,
    version: str = "1.1",
) -> Expectation:
    """The client gets a whole answer like this to its request `number`."""

    def wrong(seen: Seen) -> str:
        if len(seen.answers) < number:
            return _no_answer(seen)
        answer = seen.answers[number - 1]
        if (answer.status, answer.version) != (status, version):
            return f"HTTP/{answer.version} {answer}"
        if not answer.is_whole:
            return f"{answer} {seen.client.error}"
        return _wrong_fields(seen, answer, has or {}) or _wrong_body(answer, body)

    return Expectation(f"answer {number} is {status}{_with(has)}", wrong)


def refused(*statuses: int, closed: bool = False) -> Expectation:
    """The client's first answer is one of these errors, and the origin gets nothing.

    With `closed`, the connection ends as well.
    """
    among = statuses or ERRORS

    def wrong(seen: Seen) -> str:
        if seen.requests or any(reader.raw for reader in seen.origins):
            return f"forwarded: {_requests(seen)}"
        if not seen.answers:
            return _no_answer(seen)
        if seen.answers[0].status not in among or not seen.answers[0].is_whole:
            return f"answered {seen.answers[0]}"
        return "the connection stays open" if closed and seen.client_end == "open" else ""

    numbers = " or ".join(map(str, statuses)) or "4xx or 5xx"
    return Expectation(f"refused with {numbers}{', closed' if closed else ''}", wrong)


def failed(*statuses: int, number: int = 1) -> Expectation:
    """The client's answer `number` is one of these errors, whatever the origin got."""
    among = statuses or ERRORS

    def wrong(seen: Seen) -> str:
        if len(seen.answers) < number:
            return _no_answer(seen)
        answer = seen.answers[number - 1]
        return "" if answer.status in among and answer.is_whole else f"answered {answer}"

    return Expectation(f"an error: {' or '.join(map(str, statuses)) or '4xx or 5xx'}", wrong)


def forwarded(
    method: str = "",
    target: str = "",
    version: str = "",
    has: Fields | None = None,
    body: bytes | None = None,
    number: int = 1,
) -> Expectation:
    """The origin gets a whole request like this, as its number `number`."""

    def wrong(seen: Seen) -> str:
        if len(seen.requests) < number:
            return f"only {_requests(seen)}; {_no_answer(seen)}"
        request = seen.requests[number - 1]
        pairs = ((method, request.method), (target, request.target), (version, request.version))
        for wanted, actual in pairs:
            if wanted and seen.fill(wanted) != actual:
                return f"{actual[:100]!r}, not {seen.fill(wanted)[:100]!r}"
        if not request.is_whole:
            return f"not whole: {request}"
        return _wrong_fields(seen, request, has or {}) or _wrong_body(request, body)

    what = " ".join(filter(None, (method, target[:60], version and f"HTTP/{version}")))
    return Expectation(f"the origin gets {what or 'the request'}{_with(has)}", wrong)


def requests(count: int) -> Expectation:
    """The origin gets so many requests, whole or not."""

    def wrong(seen: Seen) -> str:
        return "" if len(seen.requests) == count else f"{len(seen.requests)}: {_requests(seen)}"

    return Expectation(f"the origin gets {count} requests", wrong)


def none_whole() -> Expectation:
    """No request reaches the origin as a whole one."""

    def wrong(seen: Seen) -> str:
        whole = [request for request in seen.requests if request.is_whole]
        return f"passed for whole: {whole[0]}" if whole else ""

    return Expectation("the origin gets no whole request", wrong)


def never(target: str) -> Expectation:
    """No request with this target reaches the origin: it was hidden in something else."""

    def wrong(seen: Seen) -> str:
        there = [request for request in seen.requests if request.target.endswith(target)]
        return f"the hidden request got there: {there[0]}" if there else ""

    return Expectation(f"{target} never reaches the origin", wrong)


def closed() -> Expectation:
    """The proxy closes the client's connection."""
    return Expectation(
        "the client's connection is closed",
        lambda seen: "it stays open" if seen.client_end == "open" else "",
    )


def kept_open() -> Expectation:
    """The client's connection is still open."""
    return Expectation(
        "the client's connection stays open",
        lambda seen: "" if seen.client_end == "open" else f"it ends ({seen.client_end})",
    )


def cut_short(number: int = 1) -> Expectation:
    """The client can't take answer `number` for a whole one; or it is an error of the proxy's."""

    def wrong(seen: Seen) -> str:
        if len(seen.answers) < number:
            return "" if seen.client_end != "open" else "no answer, and no end"
        answer = seen.answers[number - 1]
        if answer.status in (502, 504):
            return ""
        if answer.is_whole:
            return f"passed for whole: {answer}"
        return "" if seen.client_end != "open" else "the client waits for ever"

    return Expectation("the client sees that the answer is not whole", wrong)


def streamed(body: bytes) -> Expectation:
    """So much of the body has come to the client, though the origin has not sent the rest."""

    def wrong(seen: Seen) -> str:
        if not seen.answers:
            return _no_answer(seen)
        return _wrong_body(seen.answers[0], body)

    return Expectation("what the origin has sent so far arrives", wrong)


def interims(*statuses: int) -> Expectation:
    """The client gets just these interim answers."""

    def wrong(seen: Seen) -> str:
        got = tuple(message.status for message in seen.client.interims)
        return "" if got == statuses else f"interim answers {got}"

    return Expectation(f"interim answers: {', '.join(map(str, statuses)) or 'none'}", wrong)


def connections(count: int) -> Expectation:
    """The proxy makes so many connections to the origin."""

    def wrong(seen: Seen) -> str:
        return "" if len(seen.origins) == count else f"{len(seen.origins)} connections"

    return Expectation(f"{count} connections to the origin", wrong)


def tunnelled(to_origin: bytes | None = None, to_client: bytes | None = None) -> Expectation:
    """So much has gone through the tunnel, in each direction."""

    def wrong(seen: Seen) -> str:
        if not seen.answers or not 200 <= seen.answers[0].status < 300:
            return f"no tunnel: {seen.answers[0] if seen.answers else _no_answer(seen)}"
        if to_origin is not None and seen.tunnelled != to_origin:
            return f"to the origin: {_unlike(seen.tunnelled, to_origin)}"
        if to_client is not None and seen.client.rest != to_client:
            return f"to the client: {_unlike(seen.client.rest, to_client)}"
        return ""

    return Expectation("the tunnel carries it all", wrong)


def origin_let_go() -> Expectation:
    """The proxy ends the connection to the origin."""
    return Expectation(
        "the connection to the origin is ended",
        lambda seen: "it stays open" if seen.origins and seen.origin_end == "open" else "",
    )


def nothing_more() -> Expectation:
    """Behind the answers that were asked for, the client gets no byte."""

    def wrong(seen: Seen) -> str:
        return f"{seen.client.rest[:60]!r} came, too" if seen.client.rest else ""

    return Expectation("nothing comes behind the answers", wrong)


def origin_lacks(pattern: bytes) -> Expectation:
    """This is nowhere in the bytes that the origin gets."""

    def wrong(seen: Seen) -> str:
        for reader in seen.origins:
            if match := re.search(pattern, reader.raw):
                return f"the origin got {match[0][:60]!r}"
        return ""

    return Expectation(f"the origin never gets {pattern!r}", wrong)


def client_lacks(pattern: bytes, in_head: bool = False) -> Expectation:
    """This is nowhere in the bytes that the client gets, or in the head of the first answer."""

    def wrong(seen: Seen) -> str:
        head, _, _ = seen.client.raw.partition(b"\r\n\r\n")
        match = re.search(pattern, head if in_head else seen.client.raw)
        return f"the client got {match[0][:60]!r}" if match else ""

    return Expectation(f"the client never gets {pattern!r}", wrong)


def then(body: bytes, number: int = 2) -> Expectation:
    """The next answer has this body, or the proxy has closed the connection before."""
    return either([closed()], [answered(body=body, number=number)])


def no_trailer_became_a_field(name: str) -> Expectation:
    """A trailer field is not among the header fields, on either side."""

    def wrong(seen: Seen) -> str:
        for message in (*seen.requests, *seen.answers):
            if message.values(name):
                return f"{name} is in the head of {message}"
        return ""

    return Expectation(f"{name} stays out of the head", wrong)


def either(*ways: Sequence[Expectation]) -> Expectation:
    """One of these sets of expectations holds as a whole: the standard leaves a choice."""

    def wrong(seen: Seen) -> str:
        failures = []
        for way in ways:
            found = [text for each in way if (text := each.wrong(seen))]
            if not found:
                return ""
            failures.append(found[0])
        return "; and not the other way, either: ".join(failures)

    words = " or: ".join(", ".join(each.words for each in way) for way in ways)
    return Expectation(f"either {words}", wrong)


def _wrong_fields(seen: Seen, message: Message, has: Fields) -> str:
    for name, wanted in has.items():
        actual = message.value(name)
        if wanted is None:
            holds = actual is None
        elif isinstance(wanted, str):
            holds = actual == seen.fill(wanted)
        else:
            holds = actual is not None and wanted.search(actual)
        if not holds:
            return f"{name} is {actual if actual is None else actual[:80]!r}"
    return ""


def _wrong_body(message: Message, body: bytes | None) -> str:
    return "" if body is None or message.body == body else _unlike(bytes(message.body), body)


def _unlike(actual: bytes, wanted: bytes) -> str:
    at = first_difference(actual, wanted)
    return f"{len(actual):,} bytes instead of {len(wanted):,}, different from byte {at:,} on"


def _no_answer(seen: Seen) -> str:
    error = f", not HTTP: {seen.client.error}" if seen.client.error else ""
    return f"{len(seen.answers)} answers{error}, the connection: {seen.client_end}"


def _requests(seen: Seen) -> str:
    raw = next((reader.raw[:60] for reader in seen.origins if reader.raw), b"")
    return ", ".join(map(str, seen.requests[:3])) or (repr(raw) if raw else "no request")


def _with(has: Fields | None) -> str:
    def shown(name: str, value: str | re.Pattern[str] | None) -> str:
        text = value if isinstance(value, str | None) else value.pattern
        return f"no {name}" if text is None else f"{name}: {text[:40]}"

    return f" with {', '.join(shown(*item) for item in has.items())}" if has else ""
