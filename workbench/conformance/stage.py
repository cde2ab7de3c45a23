"""Plays one case: a client before the proxy, an origin behind it, and notes what both have seen.

Knows peers and HTTP messages, no particular proxy.
"""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from time import monotonic

from workbench.conformance.case import Case, Reply, Seen
from workbench.conformance.messages import Message, Reader
from workbench.journal import Journal
from workbench.kernel import wait_until
from workbench.peers import Origin, Player, Step, client, origin, say, unanswering
from workbench.peers.steps import Close, Say

CASE_S = 2.5  # a proxy that has done nothing for so long will do nothing more
LINGER_S = 0.1  # to see what comes behind the last answer, at both ends
OK_BODY = b"all is well"
DATE = b"Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n"
OK = b"HTTP/1.1 200 OK\r\n" + DATE + b"Content-Length: 11\r\n\r\n" + OK_BODY
GENERAL_REPLY = Reply((say(OK),))


@dataclass(frozen=True)
class Tell(Step):
    """Say `data`; that nobody listens any more is no error: an answer may be there all the same."""

    data: bytes

    def play(self, player: Player) -> None:
        with suppress(ConnectionError):
            player.send(self.data)


@dataclass(frozen=True)
class Await(Step):
    """Listen until so much has come: answers, interim ones, bytes of a tunnel or of bodies."""

    finals: int = 0
    interims: int = 0
    tunnelled: int = 0
    body: int = 0
    end: bool = False
    for_s: float = CASE_S
    seen: Seen | None = None  # set when the case is played

    def play(self, player: Player) -> None:
        until_s, seen = monotonic() + self.for_s, self.seen
        while seen.client_end == "open" and not self._is_there() and monotonic() < until_s:
            try:
                data = player.hear_some(max(0.0, until_s - monotonic()))
            except ConnectionError:
                seen.client_end = "reset"
                return
            if data is not None:
                seen.client.feed(data)
                seen.client_end = "open" if data else "end"

    def _is_there(self) -> bool:
        heard = self.seen.client
        if self.end:
            return False
        return (
            sum(message.is_whole for message in heard.finals) >= self.finals
            and len(heard.interims) >= self.interims
            and len(heard.rest) >= self.tunnelled
            and sum(len(message.body) for message in heard.messages) >= self.body
        )

    def __str__(self) -> str:
        return "listen"


@dataclass(frozen=True)
class Serve(Step):
    """Read requests from this connection, and reply to each as the case says."""

    stage: Stage

    def play(self, player: Player) -> None:
        reader = Reader()
        self.stage.seen.origins.append(reader)
        number = 0
        while self._hear(player, reader, number, whole=False):
            reply = self.stage.reply_to(reader.messages[number])
            if not reply.at_once and not self._hear(player, reader, number, whole=True):
                return
            for step in reply.steps:
                player.play(step)
                if isinstance(step, Close):
                    return
            number += 1

    def _hear(self, player: Player, reader: Reader, number: int, whole: bool) -> bool:
        """Read until request `number` is there; False if it never will be."""
        while len(reader.messages) <= number or (whole and not reader.messages[number].is_whole):
            known = len(reader.messages)
            data = player.hear_some(CASE_S)
            if data is not None:
                reader.feed(data)
            self.stage.seen.requests += reader.messages[known:]
            if not data or reader.error:
                return False
        return True

    def __str__(self) -> str:
        return "serve"


class Stage:
    """One playing of one case through the proxy at this address."""

    def __init__(self, case: Case, proxy: tuple[str, int]) -> None:
        self.case, self.proxy, self.journal = case, proxy, Journal()
        self.seen = Seen(Reader(tuple(case.methods)), {})
        self._lock, self._replies = threading.Lock(), 0

    def play(self) -> Seen:
        """Return what was seen. Blocks, for a few times CASE_S at the most."""
        case = self.case
        family = socket.AF_INET6 if ":" in case.host else socket.AF_INET
        script = [Serve(self)] if case.tunnel is None else [self._step(s) for s in case.tunnel]
        how = {"deadline_s": 2 * CASE_S, "journal": self.journal}
        with ExitStack() as stack:
            server = stack.enter_context(origin(script, family=family, **how))
            if case.silent_twin:
                stack.enter_context(unanswering(socket.AF_INET6, server.address[1]))
            self.seen.names = self._names(server.address)
            peer = stack.enter_context(client(self.proxy, self._client_script(), **how))
            peer.wait(3 * CASE_S)
            if isinstance(peer.error, ConnectionError):
                self.seen.client_end = "reset"
            self._note_origin(server)
        return self.seen

    def reply_to(self, request: Message) -> Reply:
        """By the target, or by the number in which requests arrive on all connections."""
        replies = self.case.origin
        if isinstance(replies, dict):
            reply = replies.get(request.target, GENERAL_REPLY)
        else:
            with self._lock:
                number, self._replies = self._replies, self._replies + 1
            reply = replies[min(number, len(replies) - 1)] if replies else GENERAL_REPLY
        return reply._replace(steps=tuple(self._step(step) for step in reply.steps))

    def _names(self, address: tuple[str, int]) -> dict[str, str]:
        host, port = address
        called = self.case.calls_it or (f"[{host}]" if ":" in host else host)
        authority = f"{called}:{port}"
        proxy = "{}:{}".format(*self.proxy)
        return {"origin": authority, "url": f"http://{authority}", "port": str(port)} | {
            "proxy": proxy,
            "proxyport": str(self.proxy[1]),
        }

    def _client_script(self) -> list[Step]:
        """What the client does: its part of the case, then it listens, unless it has left."""
        parts = list(self.case.client)
        if not isinstance(parts[-1], Close):
            parts.append(Await(finals=len(self.case.methods), end=self.case.until_end))
            parts.append(Await(end=True, for_s=LINGER_S))
        return [self._step(part) for part in parts]

    def _step(self, part: bytes | Step) -> Step:
        """A part of a case as a step, with all that belongs to this playing."""
        match part:
            case bytes():
                return Tell(self.seen.fill(part))
            case Say():  # an address may lie across the pieces of it: cut anew
                text, size = self.seen.fill(part.said), len(part.pieces[0])
                pieces = tuple(text[at : at + size] for at in range(0, len(text), size))
                return replace(part, pieces=pieces)
            case Await():
                return replace(part, seen=self.seen)
        return part

    def _note_origin(self, server: Origin) -> None:
        """What became of the connections to the origin; waits for their end if the case does."""
        if self.case.tunnel is not None or self.case.until_origin_end:
            with suppress(TimeoutError):
                if any(answer.status < 300 for answer in self.seen.answers):
                    wait_until(lambda: server.players, timeout_s=CASE_S, what="the accept")
                server.wait(CASE_S)
        if self.case.tunnel is not None:
            self.seen.tunnelled = server.heard
        if server.players and server.players[-1].is_done:
            error = server.players[-1].error
            self.seen.origin_end = "reset" if isinstance(error, ConnectionError) else "end"
