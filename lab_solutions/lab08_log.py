"""Lab 08, given: what a proxy says of its work, to people and to programs. Changes nothing."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from functools import lru_cache
from typing import Any

from labs.lab01_five_tuple import Endpoint, FiveTuple
from labs.lab05_http_forwarding import Head

FLUSH_S = 0.1  # so long a line may wait for others: one write for all
WAITING_BYTES = 1 << 20  # of lines, for a reader who does not read
PASSWORD, QUERY = re.compile(r"//[^/?#]*@"), re.compile(r"\?.*")  # in queries tokens travel


def name_of(connection: FiveTuple) -> str:
    """A five-tuple in one line, such as "tcp 127.0.0.1:50000 [::1]:80"."""
    return f"{connection.protocol} {end_name(connection.source)} {end_name(connection.destination)}"


def end_name(end: Endpoint) -> str:
    """One end of it, with brackets around an IPv6 address."""
    return f"[{end.host}]:{end.port}" if ":" in end.host else f"{end.host}:{end.port}"


def named(text: str) -> FiveTuple:
    """The five-tuple that `name_of` has written so."""
    protocol, *ends = text.split(" ")
    pairs = ((host.strip("[]"), int(port)) for host, _, port in (e.rpartition(":") for e in ends))
    return FiveTuple(protocol, *(Endpoint(*pair) for pair in pairs))


@lru_cache(maxsize=1)
def clock(second: int) -> str:
    """A second since 1970 in local time, as Common Log Format has it."""
    return time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(second))


def request_line(request: Head | None) -> str:
    """Without secrets, and without anything that would end a quoted text."""
    if request is None:
        return "-"
    target = request.target
    if "?" in target or "@" in target:
        target = PASSWORD.sub("//...@", QUERY.sub("?...", target))
    return f"{request.method} {target} {request.version}".replace('"', "%22")


def moved(client: Any) -> tuple[int, int]:
    """How many bytes came from a client, and went to it: of bodies, or through its tunnel."""
    if client.tunnel:
        return client.tunnel.upstream.passed, client.tunnel.downstream.passed
    up, down = client.up, client.down
    return up.reader.received if up else 0, down.reader.received if down else 0


def common(client: Any, status: int, why: str) -> str:
    """In Common Log Format, and then the five-tuples of both connections and the milliseconds."""
    took_s = time.time() - client.began_s
    return (
        f"{client.name.source.host} - {client.user or '-'} [{clock(int(client.began_s))}] "
        f'"{request_line(client.request)}" {status} {moved(client)[1]} '
        f'"{client.ends}" "{client.origin_ends}" {took_s * 1000:.1f}'
    )


def as_json(client: Any, status: int, why: str) -> str:
    """An object with the same, with what came from the client, and with why it went wrong."""
    received, sent = moved(client)
    facts = {
        "began_s": round(client.began_s, 6),  # since 1970
        "took_ms": round((time.time() - client.began_s) * 1000, 3),
        "client": client.ends,  # as the client sees it
        "origin": client.origin_ends,  # as the proxy sees it
        "user": client.user or "-",
        "request": request_line(client.request),
        "status": status,  # 0: nothing was answered
        "received_bytes": received,
        "sent_bytes": sent,
        "why": why,
    }
    return json.dumps(facts)


FORMATS = {"common": common, "json": as_json}


class Log:
    """Writes lines to a descriptor, many at once, and never waits for who reads them.

    A pipe that nobody reads fills, and to write into it would stop the proxy. So a pipe is made
    non-blocking, and what finds no room is lost in the end.
    """

    def __init__(self, loop: Any, descriptor: int, style: str) -> None:
        self.loop, self.descriptor, self.style = loop, descriptor, FORMATS[style]
        self.lines = bytearray()
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            os.set_blocking(descriptor, False)

    def __call__(self, client: Any, status: int, why: str) -> None:
        """Note that an exchange of `client` is over. Does not block."""
        if not self.lines:
            self.loop.call_later(FLUSH_S, self.flush)
        if len(self.lines) < WAITING_BYTES:
            line = self.style(client, status, why) + "\n"
            self.lines += line.encode("ascii", "backslashreplace")

    def flush(self) -> None:
        """Write what there is room for, and try again with the rest."""
        try:
            del self.lines[: os.write(self.descriptor, self.lines)]
        except BlockingIOError:
            pass
        except OSError:
            self.lines.clear()  # nobody is there any more
        if self.lines:
            self.loop.call_later(FLUSH_S, self.flush)


def table(proxy: Any) -> str:
    """The open connections, with their states, and the bytes that wait in both directions."""
    line = "{:15} {:>7}  {:45} {:>9}  {:45} {:>9}\n".format
    text = line("STATE", "SECONDS", "CLIENT", "TO CLIENT", "ORIGIN", "TO ORIGIN")
    for client in proxy.clients:
        if client.tunnel:
            ends = client.tunnel.downstream, client.tunnel.upstream
        else:
            ends = client, client.origin
        waiting = [end.waiting.pending if end else 0 for end in ends]
        age_s = round(time.time() - client.began_s)
        text += line(
            client.state.__name__, age_s, client.ends, waiting[0], client.origin_ends, waiting[1]
        )
    for alike in proxy.pool.idle.values():
        text += "".join(line("idle", "", "-", 0, each.ends, 0) for each in alike)
    return text
