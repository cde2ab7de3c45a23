"""A crowd of clients of every kind for a while: no wrong byte, no stuck client, nothing left over.

SOAK_S=600 in the environment makes it ten minutes with 200 clients; by default it is 15 seconds
with 60. SOAK_SEED plays the same choices again. For the authors, on the reference.
"""

import asyncio
import hashlib
import os
import random
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from workbench.conformance.messages import Reader
from workbench.families import lab_tree
from workbench.kernel import has_proc, wait_until
from workbench.proxies import running_ours

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)
if not has_proc():
    pytest.skip("descriptors and memory are read from /proc", allow_module_level=True)

SOAK_S = float(os.environ.get("SOAK_S", "15"))
CLIENTS = 200 if SOAK_S >= 60 else 60
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.SystemRandom().randrange(1 << 31)
STUCK_S = 60.0  # a client that has not come to its end by then never will: the slowest takes 5
GROWTH_BYTES = 8 << 20  # of memory, once every kind of client has been there
PIECE = 65_536
OPTIONS = ["--log-format", "none", "--head-s", "2", "--origin-s", "1", "--linger-s", "0.5"]


def content(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


# The origin: what it does is in the path.


def closing(serve: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """`serve`, which then closes its connection, even if it is cancelled in the end."""

    async def serve_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    return serve_and_close


@closing
async def serve_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers each request as its path says, /HOW/SEED/SIZE, and a POST with a digest."""
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            method, path, _ = head.split(b"\r\n")[0].decode().split()
            _, how, seed, size = path.split("/")
            if method == "POST":
                answer_to = hashlib.sha256(await read_body(reader, head)).hexdigest().encode()
                how, data = "length", answer_to
            else:
                data = content(int(seed), int(size))
            if not await answer(writer, how, data):
                break


async def read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if length := re.search(rb"(?i)\r\ncontent-length: *(\d+)", head):
        return await reader.readexactly(int(length[1]))
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


async def answer(writer: asyncio.StreamWriter, how: str, data: bytes) -> bool:
    """Sends the data in this way; False if the connection ends with it."""
    start = b"HTTP/1.1 200 OK\r\n"
    if how == "garbage":
        writer.write(data)
    elif how == "chunked":
        writer.write(start + b"Transfer-Encoding: chunked\r\n\r\n")
        for at in range(0, len(data), 10_007):
            piece = data[at : at + 10_007]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
    elif how == "close":
        writer.write(start + b"Connection: close\r\n\r\n" + data)
    else:
        missing = 7 if how in ("cut", "reset") else 0
        writer.write(start + b"Content-Length: %d\r\n\r\n" % (len(data) + missing) + data)
    await writer.drain()
    if how == "reset":
        abort(writer)
    return how in ("length", "chunked")


@closing
async def serve_echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(PIECE):
            writer.write(data)
            await writer.drain()


def abort(writer: asyncio.StreamWriter) -> None:
    """Ends with a reset."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# The clients. Each knows what it must get.


class Visitor:
    """One visit of one client: it opens a connection to the proxy and does one thing."""

    def __init__(self, proxy: tuple[str, int], http: str, echo: str, chance: random.Random):
        self.proxy, self.http, self.echo, self.chance = proxy, http, echo, chance

    @asynccontextmanager
    async def connection(self):
        reader, writer = await asyncio.open_connection(*self.proxy)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def page(self, how: str | None = None, most: int = 300_000) -> tuple[bytes, bytes]:
        """A target, and what is there."""
        how = how or self.chance.choice(["length", "chunked"])
        seed, size = self.chance.randrange(1 << 30), self.chance.randrange(most)
        return f"http://{self.http}/{how}/{seed}/{size}".encode(), content(seed, size)

    def get(self, target: bytes, version: bytes = b"1.1") -> bytes:
        return b"GET %b HTTP/%b\r\nHost: x\r\n\r\n" % (target, version)

    async def hear(self, reader, count: int = 1, slowly: bool = False, method="GET") -> Reader:
        """Reads so many answers, or up to the end."""
        heard = Reader((method,) * count)
        with suppress(ConnectionError):
            while sum(one.is_whole for one in heard.finals) < count:
                data = await reader.read(PIECE // 4 if slowly else PIECE)
                heard.feed(data)
                if not data:
                    break
                if slowly:
                    await asyncio.sleep(0.01)
        return heard

    def must_be(self, heard: Reader, *bodies: bytes) -> None:
        got = [(one.status, hashlib.sha256(one.body).hexdigest()) for one in heard.finals]
        wanted = [(200, hashlib.sha256(body).hexdigest()) for body in bodies]
        assert got == wanted, f"{[str(one) for one in heard.finals]} {heard.error}"
        assert all(one.is_whole for one in heard.finals)

    # What they do: each method is one kind.

    async def one_get(self):
        target, body = self.page()
        async with self.connection() as (reader, writer):
            writer.write(self.get(target))
            self.must_be(await self.hear(reader), body)

    async def keep_alive(self):
        async with self.connection() as (reader, writer):
            for _ in range(8):
                target, body = self.page(most=50_000)
                writer.write(self.get(target))
                self.must_be(await self.hear(reader), body)

    async def pipelining(self):
        pages = [self.page(most=30_000) for _ in range(6)]
        async with self.connection() as (reader, writer):
            writer.write(b"".join(self.get(target) for target, _ in pages))
            self.must_be(await self.hear(reader, len(pages)), *(body for _, body in pages))

    async def until_the_close(self):
        target, body = self.page("close")
        async with self.connection() as (reader, writer):
            writer.write(self.get(target))
            self.must_be(await self.hear(reader), body)

    async def old_http(self):
        target, body = self.page()
        async with self.connection() as (reader, writer):
            writer.write(self.get(target, b"1.0"))
            self.must_be(await self.hear(reader), body)
            assert await reader.read() == b""

    async def upload(self):
        target, body = self.page("length")
        digest = hashlib.sha256(body).hexdigest().encode()
        async with self.connection() as (reader, writer):
            writer.write(b"POST %b HTTP/1.1\r\nHost: x\r\n" % target)
            if self.chance.random() < 0.5:
                writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            else:
                writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
                for at in range(0, len(body), 9_001):
                    piece = body[at : at + 9_001]
                    writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
            self.must_be(await self.hear(reader, method="POST"), digest)

    async def tunnel(self):
        body = content(self.chance.randrange(1 << 30), self.chance.randrange(1, 500_000))
        async with self.connection() as (reader, writer):
            await self.open_tunnel(reader, writer)
            writer.write(body)
            got = await reader.readexactly(len(body))
            assert hashlib.sha256(got).digest() == hashlib.sha256(body).digest()

    async def half_closed_tunnel(self):
        body = content(self.chance.randrange(1 << 30), self.chance.randrange(1, 200_000))
        async with self.connection() as (reader, writer):
            await self.open_tunnel(reader, writer)
            writer.write(body)
            writer.write_eof()
            assert hashlib.sha256(await reader.read()).digest() == hashlib.sha256(body).digest()

    async def open_tunnel(self, reader, writer):
        writer.write(b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\n" % self.echo.encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")

    async def slow_reader(self):
        target, body = self.page(most=600_000)
        async with self.connection() as (reader, writer):
            writer.write(self.get(target))
            self.must_be(await self.hear(reader, slowly=True), body)

    async def half_closer(self):
        target, body = self.page()
        async with self.connection() as (reader, writer):
            writer.write(self.get(target))
            writer.write_eof()
            self.must_be(await self.hear(reader), body)

    async def slowloris(self):
        """Drips a head: is served if it is quick enough, and refused with 408 if not."""
        target, body = self.page(most=100)
        pause_s = self.chance.choice([0.001, 0.1])
        async with self.connection() as (reader, writer):
            with suppress(ConnectionError):
                for byte in self.get(target):
                    writer.write(bytes([byte]))
                    await asyncio.sleep(pause_s)
                    if reader.at_eof() or reader._buffer:  # answered before it is through
                        break
            (final,) = (await self.hear(reader)).finals
            assert final.status == 408 or final.body == body

    async def garbage(self):
        async with self.connection() as (reader, writer):
            with suppress(ConnectionError):
                writer.write(content(self.chance.randrange(1 << 30), 3_000) + b"\r\n\r\n")
                await writer.drain()
                while await reader.read(PIECE):
                    pass

    async def resetter(self):
        target, _ = self.page(most=2_000_000)
        async with self.connection() as (reader, writer):
            writer.write(self.get(target))
            await reader.read(self.chance.randrange(1, 5_000))
            abort(writer)

    async def broken_upload(self):
        target, _ = self.page("length")
        async with self.connection() as (_, writer):
            writer.write(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n" % target)
            writer.write(b"x" * self.chance.randrange(90_000))
            with suppress(ConnectionError):
                await writer.drain()
            self.chance.choice([abort, asyncio.StreamWriter.close])(writer)

    async def broken_tunnel(self):
        async with self.connection() as (reader, writer):
            await self.open_tunnel(reader, writer)
            writer.write(b"x" * self.chance.randrange(1, 300_000))
            await reader.read(self.chance.randrange(1, 5_000))
            abort(writer)

    async def broken_origin(self):
        """What is cut short never passes for whole, and what is no answer is a 502."""
        target, _ = self.page(self.chance.choice(["cut", "reset", "garbage"]))
        async with self.connection() as (reader, writer):
            writer.write(self.get(target))
            heard = await self.hear(reader)
            assert not [one for one in heard.finals if one.is_whole and one.status == 200]

    async def nobody_there(self):
        async with self.connection() as (reader, writer):
            writer.write(self.get(b"http://127.0.0.1:1/"))
            assert [one.status for one in (await self.hear(reader)).finals] == [502]


KINDS = [name for name, what in vars(Visitor).items()
         if asyncio.iscoroutinefunction(what) and name not in ("hear", "open_tunnel")]  # fmt: skip


async def client(number: int, until_s: float, visitor: Visitor, done: Counter) -> None:
    """Visits again and again. Every kind is somebody's first: chance might leave one out."""
    name = KINDS[number % len(KINDS)]
    while time.monotonic() < until_s:
        try:
            await asyncio.wait_for(getattr(visitor, name)(), STUCK_S)
        except Exception as error:
            raise AssertionError(f"{name}, SOAK_SEED={SEED}: {error!r}") from error
        done[name] += 1
        name = visitor.chance.choice(KINDS)


class Process:
    """What the kernel says of the proxy's process."""

    def __init__(self, pid: int) -> None:
        self.at = Path(f"/proc/{pid}")

    @property
    def descriptors(self) -> int:
        return len(list((self.at / "fd").iterdir()))

    @property
    def memory_bytes(self) -> int:
        return int(re.search(r"VmRSS:\s+(\d+)", (self.at / "status").read_text())[1]) * 1024


async def soak(proxy: tuple[str, int], process: Process) -> tuple[Counter, int]:
    """Lets the crowd in, and returns how often each kind has been there, and the memory's growth.

    Memory counts from the first third on: until then every kind has been there.
    """
    http = await asyncio.start_server(serve_http, "127.0.0.1", 0, limit=1 << 20)
    echo = await asyncio.start_server(serve_echo, "127.0.0.1", 0)
    done: Counter = Counter()
    async with http, echo:
        places = ["127.0.0.1:{1}".format(*one.sockets[0].getsockname()) for one in (http, echo)]
        visitors = [Visitor(proxy, *places, random.Random(SEED + n)) for n in range(CLIENTS)]
        until_s = time.monotonic() + SOAK_S
        async with asyncio.TaskGroup() as crowd:
            for number, visitor in enumerate(visitors):
                crowd.create_task(client(number, until_s, visitor, done))
            await asyncio.sleep(SOAK_S / 3)
            before = process.memory_bytes
        return done, process.memory_bytes - before


def test_a_crowd_of_every_kind_leaves_nothing_behind():
    with running_ours(*OPTIONS) as proxy:
        process = Process(proxy.pids[0])
        descriptors = process.descriptors
        try:
            done, growth_bytes = asyncio.run(soak(proxy.address, process))
        finally:
            print(f"the proxy has ended: {proxy.process.poll()}. It said: {proxy.said()}")
        print(f"{sum(done.values())} visits, memory +{growth_bytes / 1024:.0f} KiB: {dict(done)}")
        assert set(done) == set(KINDS)
        wait_until(
            lambda: process.descriptors <= descriptors,
            timeout_s=10,
            what=f"{descriptors} descriptors, as before (SOAK_SEED={SEED})",
        )
        assert growth_bytes < GROWTH_BYTES
        assert proxy.process.poll() is None
        assert (proxy.folder / "stderr.log").read_text() == ""
