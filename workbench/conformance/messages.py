"""Reads what came over a wire as HTTP messages, with h11 as the judge of what is one.

Knows no proxy and no case. It shares no code with the labs, so that one mistake can't hide another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import h11

LIMIT_BYTES = 1 << 20  # a head may be longer than what h11 takes by itself: a proxy's bound counts


@dataclass
class Message:
    """A request (it has a `method`) or a response (a `status`), as far as it has come."""

    version: str
    fields: list[tuple[str, str]]  # names in lower case; text is Latin-1, a character for a byte
    method: str = ""
    target: str = ""
    status: int = 0
    reason: str = ""
    body: bytearray = field(default_factory=bytearray)
    trailers: list[tuple[str, str]] = field(default_factory=list)
    is_whole: bool = False

    def values(self, name: str) -> list[str]:
        """The values of all field lines with this name, in order."""
        return [value for each, value in self.fields if each == name.lower()]

    def value(self, name: str) -> str | None:
        """The combined value (RFC 9110 §5.2); None without such a field."""
        values = self.values(name)
        return ", ".join(values) if values else None

    def tokens(self, name: str) -> list[str]:
        """The members of a comma-separated field, in lower case."""
        return [t.strip().lower() for value in self.values(name) for t in value.split(",")]

    def __str__(self) -> str:
        start = f"{self.method} {self.target}" if self.method else f"{self.status} {self.reason}"
        return f"{start.strip()} ({len(self.body):,} bytes{'' if self.is_whole else ', not whole'})"


def _fields(headers: h11.Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


class Reader:
    """One direction of a connection: feed it what arrives, b"" at the end.

    `messages` has what was read, `error` why nothing more can be, `rest` the bytes behind the last
    message that was expected: those of a tunnel, or those that nobody has asked for.
    """

    def __init__(self, methods: tuple[str, ...] | None = None) -> None:
        """Requests; or, with `methods`, the responses to requests with these methods."""
        self.methods = None if methods is None else list(methods)
        self.messages: list[Message] = []
        self.error, self.rest, self.raw = "", b"", b""
        self._h11: h11.Connection | None = self._next()
        self._is_new = True  # the next event begins a message

    @property
    def finals(self) -> list[Message]:
        """Without the interim responses."""
        return [message for message in self.messages if message.method or message.status >= 200]

    @property
    def interims(self) -> list[Message]:
        return [message for message in self.messages if 0 < message.status < 200]

    def feed(self, data: bytes) -> None:
        """Take in `data`. Never raises: what can't be read is in `error`."""
        self.raw += data
        if self._h11 is None:
            self.rest += data
            return
        try:
            self._h11.receive_data(data)
            while self._h11 and self._take(self._h11.next_event()):
                pass
        except (h11.RemoteProtocolError, h11.LocalProtocolError, RuntimeError) as error:
            self.error = self.error or str(error)
            self._h11 = None

    def _take(self, event: object) -> bool:
        """Note one event. Returns whether to ask for the next one."""
        match event:
            case h11.Request():
                version = event.http_version.decode()
                target = event.target.decode("latin-1")
                method = event.method.decode()
                self.messages.append(Message(version, _fields(event.headers), method, target))
            case h11.Response() | h11.InformationalResponse():
                self._take_response(event)
            case h11.Data():
                self.messages[-1].body += event.data
            case h11.EndOfMessage():
                self.messages[-1].trailers = _fields(event.headers)
                self.messages[-1].is_whole = True
                self._go_on()
            case _:  # NEED_DATA, PAUSED, ConnectionClosed
                return False
        return True

    def _take_response(self, event: h11.Response | h11.InformationalResponse) -> None:
        message = Message(event.http_version.decode(), _fields(event.headers))
        message.status, message.reason = event.status_code, event.reason.decode("latin-1")
        message.is_whole = message.status < 200
        self.messages.append(message)
        if self.methods and self.methods[0] == "CONNECT" and 200 <= message.status < 300:
            message.is_whole = True
            self._end()

    def _go_on(self) -> None:
        """The next message begins with what h11 has received and not yet used."""
        rest, _ = self._h11.trailing_data
        if self.methods is not None:
            self.methods.pop(0)
        self._h11 = self._next()
        if self._h11 is None:
            self.rest = rest
        elif rest:
            self._h11.receive_data(rest)

    def _end(self) -> None:
        """All that follows is no message."""
        self._h11.next_event()
        self.rest, _ = self._h11.trailing_data
        self._h11 = None

    def _next(self) -> h11.Connection | None:
        if self.methods is None:
            return h11.Connection(h11.SERVER, LIMIT_BYTES)
        if not self.methods:
            return None
        client = h11.Connection(h11.CLIENT, LIMIT_BYTES)
        client.send(h11.Request(method=self.methods[0], target="*", headers=[("Host", "")]))
        client.send(h11.EndOfMessage())
        return client
