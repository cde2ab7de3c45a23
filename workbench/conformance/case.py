"""What a case is: what a client sends, what an origin answers, and what must come of it.

Knows no socket and no proxy. A case is data: what is expected is fixed before a proxy is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeVar

from workbench.conformance.messages import Message, Reader
from workbench.peers import Step

Text = TypeVar("Text", str, bytes)


class Kind(Enum):
    """What a failure means."""

    MUST = "must"  # a MUST or MUST NOT that binds a proxy
    CLIENTS = "works with real clients"  # what programs that people use count on
    ROBUST = "robust"  # a SHOULD, and what keeps a proxy working beside broken peers
    SAFETY = "smuggling and safety"  # nothing may be read in two ways, nothing may leak


class Rule(NamedTuple):
    """The sentence that a case holds a proxy to."""

    section: str  # "RFC 9112 §3.2.2"
    sentence: str  # word by word


class Reply(NamedTuple):
    """What the origin does about one request."""

    steps: tuple[Step, ...]
    at_once: bool = False  # as soon as the head is there; else when the whole request is


@dataclass
class Seen:
    """What was seen at both ends of the proxy: expectations look at nothing else."""

    client: Reader
    names: Mapping[str, str]  # what stands for {origin} and the like
    client_end: str = "open"  # or "end", or "reset"
    origins: list[Reader] = field(default_factory=list)  # one for each connection to the origin
    requests: list[Message] = field(default_factory=list)  # on all of them, as they arrived
    tunnelled: bytes = b""  # what an origin has heard that speaks no HTTP
    origin_end: str = "open"  # of the last connection to the origin

    @property
    def answers(self) -> list[Message]:
        return self.client.finals

    def fill(self, text: Text) -> Text:
        """`text` with the addresses of this playing in it."""
        for name, value in self.names.items():
            if isinstance(text, bytes):
                text = text.replace(b"{%b}" % name.encode(), value.encode())
            else:
                text = text.replace(f"{{{name}}}", value)
        return text


class Expectation(NamedTuple):
    """A predicate on what was seen, and its words."""

    words: str
    wrong: Callable[[Seen], str]  # what was seen instead; "" if it holds


@dataclass(frozen=True)
class Case:
    """One exchange, or a few on one client connection.

    In bytes and in expectations `{origin}` is the origin's host and port, `{port}` its port,
    `{url}` its URL up to the path, as http://127.0.0.1:4711, and `{proxy}` the proxy's host and
    port.
    """

    name: str
    kind: Kind
    rule: Rule
    client: Sequence[bytes | Step]
    expect: Sequence[Expectation]
    methods: Sequence[str] = ("GET",)  # of the requests whose answers are waited for
    # By number, the last for all others; or by target. None: an OK to each.
    origin: Sequence[Reply] | Mapping[str, Reply] | None = None
    tunnel: Sequence[Step] | None = None  # the script of an origin that speaks no HTTP
    until_end: bool = False  # wait until the proxy closes the client's connection
    until_origin_end: bool = False  # and until it closes the one to the origin
    host: str = "127.0.0.1"  # where the origin listens
    # Names that end in .test are known to a proxy that is started with `private_names`.
    silent_twin: bool = False  # at ::1 and the origin's port, somebody never answers a handshake
    calls_it: str = ""  # what the client calls this host; its address if empty

    @property
    def needs_names(self) -> bool:
        """Whether it can only be played with `private_names`."""
        told = b"".join(part for part in self.client if isinstance(part, bytes))
        return self.calls_it.endswith(".test") or b".test" in told
