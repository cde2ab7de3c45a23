"""Checks of lab 08: a proxy between live clients and live origins, over TCP only."""

import re
import select
import socket
import sys
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes

PATIENCE_S = 2.0  # for what must come, on a busy machine, too
QUIET_S = 0.05  # for what must not
HEAD_S = 0.3  # for a whole head, where that matters
STALLED_S = 0.1  # without room for so long: nothing more is taken
BUFFER_BYTES = 32 * 1024  # of the kernel, for each socket
ENOUGH_BYTES = 16 * 1024 * 1024  # what an origin offers to a client that does not read
LONG_BYTES = (
    8 * 1024 * 1024
)  # of a request: more than kernels take for an origin that does not read
WAITING_BYTES = 512 * 1024  # of an answer: more than kernels take for a client that does not read
BOUND_BYTES = 2 * 1024 * 1024  # what may be taken of it, kernels included
END = b"\r\n\r\n"
EXPECTING = b"Content-Length: 12", b"Expect: 100-continue"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STILL_OPEN = "nothing came, and the connection is still open"

HINT_RETRY = "What does the proxy know of a request that was not answered? May it be done twice?"
HINT_DEAD = (
    "Who sees first that an idle connection was closed, and has its origin seen the request?"
)


class World:
    """A proxy between clients and an origin, all on loopback; every end is in the journal."""

    def __init__(self, address, journal, opened, stop):
        self.address, self.journal, self.opened, self.stop = address, journal, opened, stop
        self.listener = self.listen()
        self.host = "{}:{}".format(*self.listener.getsockname())

    def listen(self):
        """An origin's listener, whose connections have small buffers."""
        listener = self.opened.enter_context(small(socket.socket()))
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        listener.settimeout(PATIENCE_S)
        return listener

    def dial(self, request=b"", source=None):
        """A client's connection, over which this was sent; from this address, if one is given."""
        sock = small(socket.socket())
        if source:
            sock.bind((source, 0))
        sock.settimeout(PATIENCE_S)
        client = self.opened.enter_context(self.journal.watch(sock, "client"))
        client.connect(self.address)
        client.sendall(request)
        return client

    def accept(self, listener=None):
        """The next connection to the origin, and the request's head that came over it."""
        try:
            sock, _ = (listener or self.listener).accept()
        except TimeoutError:
            raise Difference("a new connection to the origin", "none came") from None
        sock.settimeout(PATIENCE_S)
        origin = self.opened.enter_context(self.journal.watch(sock, "origin"))
        return origin, until(origin, END)

    def get(self, path, *fields, method=b"GET", body=b"", version=b"HTTP/1.1", host=None):
        """A request as a client sends it to a proxy."""
        host = (host or self.host).encode()
        lines = [b"%b http://%b/%b %b" % (method, host, path, version), b"Host: " + host, *fields]
        return b"\r\n".join(lines) + END + body

    def post(self, path, length, body):
        """A POST with this Content-Length."""
        return self.get(path, b"Content-Length: %d" % length, method=b"POST", body=body)

    def nobody_comes(self):
        """No other connection to the origin is there, nor comes soon."""
        self.listener.settimeout(QUIET_S)
        with suppress(TimeoutError):
            sock, _ = self.listener.accept()
            sock.close()
            raise Difference("no other connection to the origin", "there is one")
        self.listener.settimeout(PATIENCE_S)


@pytest.fixture
def world(student, journal, driving):
    """`with world(head_s=1) as w:` the student's proxy serves meanwhile, with these Limits."""

    @contextmanager
    def serving(access=None, **limits):
        with ExitStack() as opened:
            listener = small(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            address = listener.getsockname()
            loop = student.SelectLoop()
            opened.callback(quietly, loop.close)
            proxy = student.Proxy(listener, loop, student.Limits(**limits), access)
            opened.callback(quietly, proxy.end_all)
            opened.callback(quietly, proxy.stop)
            with driving(loop) as turns:

                def stop():
                    """The proxy stops: asked between two turns, for it is no other thread's."""
                    turns.stop()
                    proxy.stop()
                    opened.enter_context(driving(loop))

                yield World(address, journal, opened, stop)

    return serving


class Doorman:
    """Rules that keep so many clients out, and after them nobody."""

    def __init__(self, refusals):
        self.left = refusals

    def must_admit(self, host):
        from labs.lab05_http_forwarding import HttpError

        if self.left:
            self.left -= 1
            refusal = HttpError(403, f"not from {host}")
            refusal.fields = ""  # none; and a tuple would not get into a sandbox
            raise refusal


def quietly(call):
    """After a check, nothing is to be said any more."""
    with suppress(Exception):
        call()


def small(sock):
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
    return sock


def until(sock, delimiter):
    """What comes, up to the delimiter, and nothing behind it; less if the stream ends before."""
    heard = b""
    while not heard.endswith(delimiter) and (seen := look(sock, heard)):
        end = (heard + seen).find(delimiter)
        heard += sock.recv(len(seen) if end < 0 else end + len(delimiter) - len(heard))
    return heard


def look(sock, heard):
    """What is there to read, when something is. It stays there, and the journal notes no look."""
    try:
        return socket.socket.recv(sock, 65_536, socket.MSG_PEEK)
    except TimeoutError:
        raise Difference("a whole head", f"only {heard!r} came" if heard else STILL_OPEN) from None


def exactly(sock, count):
    """So many bytes; fewer if the stream ends before, or no more come."""
    heard = bytearray()
    with suppress(TimeoutError):
        while len(heard) < count and (data := sock.recv(min(65_536, count - len(heard)))):
            heard += data
    return bytes(heard)


def answer(body, *fields, status=b"200 OK"):
    """An answer of an origin, with a length."""
    return b"\r\n".join(
        [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *fields, b""]
    ) + (b"\r\n" + body)


def heard_by(client):
    """Status and body of the next answer that a client gets; the body is as it is sent."""
    head = until(client, END)
    if not head.endswith(END):
        raise Difference("an answer", "the connection ended" + (" in a head" if head else ""))
    length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
    chunked = re.search(rb"(?i)^transfer-encoding: chunked", head, re.MULTILINE)
    status = int(head.split()[1])
    if length:
        return status, exactly(client, int(length[1]))
    return status, until(client, b"\r\n0" + END) if chunked else b""


def status_of(client):
    return heard_by(client)[0]


def how_it_ends(sock):
    """What comes to this side after all that it has heard, in words."""
    try:
        data = sock.recv(1000)
    except ConnectionResetError:
        return "a reset"
    except TimeoutError:
        return STILL_OPEN
    return repr(data) if data else "the end"


def must_end(sock, how):
    """Raises Difference if it does not end like this."""
    if (found := how_it_ends(sock)) != how:
        raise Difference(how, found)


def must_wait(sock):
    """Raises Difference if something comes to this side soon."""
    sock.settimeout(QUIET_S)
    if (found := how_it_ends(sock)) != STILL_OPEN:
        raise Difference("no answer yet", found)
    sock.settimeout(PATIENCE_S)


def via(head):
    """By whom a head has come."""
    found = re.search(rb"(?im)^via: (.*)\r$", head)
    return found and found[1]


def drip(client):
    """What comes to a client that sends a head byte by byte, for four times its deadline."""
    client.settimeout(0.06)
    until_s = time.monotonic() + 4 * HEAD_S
    heard = b""
    while not heard and time.monotonic() < until_s:
        client.sendall(b"G")
        with suppress(TimeoutError):
            heard = client.recv(12)
    return heard


def end_here(w, client):
    """The client sends no more, and the proxy has had a turn since then: it knows."""
    client.shutdown(socket.SHUT_WR)
    kernel.wait_until(
        lambda: kernel.state(client) == "FIN-WAIT-2", timeout_s=PATIENCE_S, what="the end's arrival"
    )
    assert status_of(w.dial(b"is it my turn?\r\n\r\n")) == 400


def swap(world, client, request, body):
    """One exchange over a connection to the origin that is new; returns that."""
    client.sendall(request)
    origin, _ = world.accept()
    origin.sendall(answer(body))
    assert heard_by(client) == (200, body)
    return origin


# Who comes in.


@check(
    points=1,
    misconception="limit-is-unkind",
    hint="Which number says how many of this address are here, and who counts?",
)
def test_serve_turns_away_who_is_too_many_from_one_address(world):
    """Proxy.serve keeps no client whose address has all the connections that it may have."""
    with world(clients_per_address=2) as w:
        held = [w.dial(), w.dial()]
        if how_it_ends(w.dial()) == STILL_OPEN:
            raise Difference("the third one is turned away", STILL_OPEN)
        for each in held:
            must_wait(each)


@check(
    points=1,
    misconception="failures-are-silent",
    needs="serve_turns_away_who_is_too_many_from_one_address",
    hint="What does turn_away do, and for which errors?",
)
def test_serve_turns_away_with_a_word(world):
    """Proxy.serve answers 503 to a client that it turns away."""
    with world(clients_per_address=1) as w:
        held = w.dial()
        assert status_of(w.dial()) == 503
        must_wait(held)


@check(
    points=1,
    misconception="source-is-the-client",
    needs="serve_turns_away_who_is_too_many_from_one_address",
    hint="Which end of a socket does getsockname name, and which one getpeername?",
)
def test_serve_turns_away_for_each_address_by_itself(world):
    """Proxy.serve counts by the client's own address: one from another address may come in."""
    if sys.platform != "linux":
        pytest.skip("only Linux answers at 127.0.0.2 without being told to")
    with world(clients_per_address=1) as w:
        for client in (w.dial(), w.dial(source="127.0.0.2")):
            must_wait(client)


@check(
    points=1,
    misconception="one-bug-one-connection",
    needs="serve_turns_away_who_is_too_many_from_one_address",
    hint="What may making a Client raise? Whose callback is this, and what would the loop close?",
    symptoms=(ValueError,),
)
def test_serve_turns_away_whom_no_client_can_be_made_of(world):
    """Proxy.serve tells the HttpError that making a Client raises, and goes on."""
    with world(access=Doorman(1)) as w:
        assert status_of(w.dial()) == 403
        must_wait(w.dial())


@check(
    points=1,
    misconception="",
    needs="serve_turns_away_whom_no_client_can_be_made_of",
    hint="When is a client counted in, and who counts out one that has never been in?",
)
def test_serve_turns_away_without_counting(world):
    """Proxy.serve counts nobody in who was turned away: the next one has that place."""
    with world(access=Doorman(1), clients_per_address=1) as w:
        assert status_of(w.dial()) == 403
        must_wait(w.dial())


@check(
    points=1,
    misconception="",
    needs="serve_turns_away_who_is_too_many_from_one_address",
    hint="What do you do when take_until says None, and the client has_ended?",
)
def test_reading_head_ends_when_the_client_has_ended(world):
    """Client.reading_head closes without a word if the client ends before its head is whole."""
    with world() as w:
        for sent in (b"", b"GET http://half/ HT"):
            client = w.dial(sent)
            client.shutdown(socket.SHUT_WR)
            must_end(client, "the end")


@check(
    points=1,
    misconception="failures-are-silent",
    needs="reading_head_ends_when_the_client_has_ended",
    hint="What does error_response give, and where must it go?",
)
def test_fail_answers_what_is_no_request(world):
    """Client.fail answers with the error's status, and then ends."""
    with world() as w:
        client = w.dial(b"what is this?\r\n\r\n")
        assert status_of(client) == 400
        must_end(client, "the end")


@check(
    points=1,
    misconception="",
    needs="fail_answers_what_is_no_request",
    hint="Which limits hold for this proxy, and which ones do you hand to take_until?",
)
def test_reading_head_ends_at_its_limit(world):
    """Client.reading_head takes a head of limits.head_bytes, and none that is a byte longer."""
    statuses = {}
    with world(head_bytes=300) as w:
        for length in (300, 301):
            start = b"what is this?\r\nX: "
            client = w.dial(
                start + bytes(length - len(start) - len(END)).replace(b"\0", b"x") + END
            )
            statuses[length] = status_of(client)
    assert statuses == {300: 400, 301: 431}


@check(
    points=1,
    misconception="",
    needs="fail_answers_what_is_no_request",
    hint="Which argument of error_response says what was asked for?",
)
def test_proxy_answers_a_head_without_a_body(world):
    """Client.fail answers a HEAD with a head only."""
    with world(fields=1) as w:
        client = w.dial(w.get(b"x", b"X-One: too many", method=b"HEAD"))
        assert until(client, END).split()[1] == b"431"
        must_end(client, "the end")


@check(
    points=2,
    misconception="timeout-bounds-request",
    needs="fail_answers_what_is_no_request",
    hint="When is due_in called for a head that comes byte by byte: once, or for each byte?",
)
def test_reading_head_gives_all_of_a_head_one_deadline(world):
    """Client.reading_head gives a head `head_s` from its first byte, however it drips."""
    with world(head_s=HEAD_S) as w:
        assert drip(w.dial()) == b"HTTP/1.1 408"


@check(
    points=1,
    misconception="",
    needs="reading_head_ends_when_the_client_has_ended",
    hint="Does want_clients hear of each new one?",
)
def test_serve_leaves_the_next_ones_in_the_queue(world):
    """Proxy.serve takes no more than `clients`: the next one has its turn when one has left."""
    with world(clients=1) as w:
        first, second = w.dial(), w.dial(b"hello\r\n\r\n")
        must_wait(second)
        first.close()
        assert status_of(second) == 400


@check(
    points=1,
    misconception="",
    needs="serve_leaves_the_next_ones_in_the_queue",
    hint="What does getpeername raise if the client has gone while it waited for accept?",
)
def test_serve_leaves_out_who_has_gone(world):
    """Proxy.serve goes on with the next one if a client has gone while it waited."""
    with world(clients=1) as w:
        first, gone, second = w.dial(), w.dial(), w.dial(b"hello\r\n\r\n")
        must_wait(second)
        reset(gone)
        first.close()
        assert status_of(second) == 400


# One exchange.


@check(
    points=2,
    misconception="absolute-form-travels",
    needs="fail_answers_what_is_no_request",
    hint="Is the pool empty? Then who connects?",
)
def test_find_origin_sends_the_request_to_its_origin(world, nonce):
    """Client.find_origin connects to the target's host, which gets the request."""
    with world() as w:
        path = nonce(9)
        w.dial(w.get(path, b"X-One: two"))
        _, head = w.accept()
        lines = head.split(b"\r\n")
        assert lines[0] == b"GET /%b HTTP/1.1" % path
        assert {b"Host: " + w.host.encode(), b"X-One: two"} <= set(lines)


@check(
    points=1,
    misconception="failed-is-undone",
    needs="find_origin_sends_the_request_to_its_origin",
    hint="Was this connection idle, so that it may_be_dead? What if it was not?",
)
def test_lose_origin_does_not_ask_again_over_a_new_connection(world, nonce):
    """Client.lose_origin sends nothing again if it was a new connection that has failed."""
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        origin.close()
        ready, _, _ = select.select([client, w.listener], [], [], PATIENCE_S)
        if w.listener in ready:
            raise Difference("no other connection to the origin", "there is one")


@check(
    points=1,
    misconception="failures-are-silent",
    needs="lose_origin_does_not_ask_again_over_a_new_connection",
    hint="Who is told that there will be no answer, and with which status?",
)
def test_lose_origin_is_a_bad_gateway(world, nonce):
    """Client.lose_origin answers 502 if the origin leaves without an answer."""
    statuses = {}
    with world() as w:
        for said in (b"", b"HTTP/1.1 200"):
            client = w.dial(w.get(nonce(5)))
            origin, _ = w.accept()
            origin.sendall(said)
            origin.close()
            statuses[said] = status_of(client)
    assert statuses == dict.fromkeys(statuses, 502)


@check(
    points=1,
    misconception="",
    needs="lose_origin_is_a_bad_gateway",
    hint="400 blames the client. Whose nonsense is it?",
)
def test_lose_origin_blames_the_origin_for_nonsense(world, nonce):
    """Client.lose_origin answers 502 if the origin's head is malformed, or has too many fields."""
    with world(fields=2) as w:
        for said in (b"nonsense", b"HTTP/1.1 200 OK" + b"\r\nX-One: more" * 3):
            client = w.dial(w.get(nonce(5)))
            origin, _ = w.accept()
            origin.sendall(said + END)
            assert status_of(client) == 502


@check(
    points=1,
    misconception="",
    needs="lose_origin_blames_the_origin_for_nonsense",
    hint="With which argument does close say that something went wrong?",
)
def test_lose_origin_cuts_off_who_talks_nonsense(world, nonce):
    """Client.lose_origin ends the connection to an origin that makes no sense with a reset."""
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        origin.sendall(b"nonsense" + END)
        assert status_of(client) == 502
        must_end(origin, "a reset")


@check(
    points=1,
    misconception="interim-is-final",
    needs="lose_origin_is_a_bad_gateway",
    hint="Which status numbers say that the answer is still to come?",
)
def test_pass_head_on_passes_interim_answers_on(world):
    """Client.pass_head_on passes any 1xx on, and the answer is still to come."""
    with world() as w:
        client = w.dial(w.get(b"up", *EXPECTING, method=b"PUT"))
        origin, _ = w.accept()
        origin.sendall(CONTINUE + b"HTTP/1.1 199 Of no name\r\n\r\n" + answer(b""))
        assert [status_of(client) for _ in range(3)] == [100, 199, 200]


@check(
    points=1,
    misconception="whole-message-first",
    needs="pass_head_on_passes_interim_answers_on",
    hint="The client waits for 100 before it sends its body. And for what does the origin wait?",
)
def test_pass_head_on_passes_interim_answers_on_at_once(world):
    """Client.pass_head_on passes an interim answer on before anything else has come."""
    with world() as w:
        client = w.dial(w.get(b"up", *EXPECTING, method=b"PUT"))
        origin, _ = w.accept()
        origin.sendall(CONTINUE)
        assert status_of(client) == 100
        origin.close()
        assert status_of(client) == 502


@check(
    points=1,
    misconception="",
    needs="pass_head_on_passes_interim_answers_on_at_once",
    hint="What does keep_alive mean in to_client_response, and what is it if you don't say?",
)
def test_pass_head_on_says_no_close_before_the_answer(world):
    """Client.pass_head_on says no `close` in an interim head, for more will follow."""
    with world() as w:
        client = w.dial(w.get(b"up", *EXPECTING, method=b"PUT"))
        origin, _ = w.accept()
        origin.sendall(CONTINUE)
        fields = until(client, END).lower().split(b"\r\n")[1:]
        if b"connection: close" in fields:
            raise Difference("100 without `Connection: close`", "100 with it")


@check(
    points=1,
    misconception="",
    needs="lose_origin_is_a_bad_gateway",
    hint="Who has asked for 101?",
)
def test_pass_head_on_switches_no_protocols(world, nonce):
    """Client.pass_head_on takes 101 for no answer: the client gets 502."""
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        origin.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        assert status_of(client) == 502


@check(
    points=1,
    misconception="",
    needs="lose_origin_is_a_bad_gateway",
    hint="What has been noted already, when body_framing raises?",
)
def test_pass_head_on_notes_no_answer_that_contradicts_itself(world, nonce):
    """Client.pass_head_on takes a head with two lengths for no answer: the client gets 502."""
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        origin.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
        assert status_of(client) == 502


@check(
    points=2,
    misconception="whole-message-first",
    needs="pass_head_on_passes_interim_answers_on",
    hint="How much of a body must be there before a piece of it can go on?",
)
def test_move_passes_each_piece_on_at_once(world, nonce):
    """Relay.move passes each piece of a body on when it is there, in both directions."""
    with world() as w:
        one, two = nonce(10), nonce(10)
        client = w.dial(w.post(b"up", 20, b""))
        origin, _ = w.accept()
        for piece in (one, two):
            client.sendall(piece)
            must_be_bytes(exactly(origin, 10), piece)
        origin.sendall(answer(one + two + one)[:-20])
        until(client, END)
        must_be_bytes(exactly(client, 10), one)
        origin.sendall(two)
        must_be_bytes(exactly(client, 10), two)


@check(
    points=2,
    misconception="",
    needs="move_passes_each_piece_on_at_once",
    hint="Follow one request on the drawing at the top of the lab.",
)
def test_proxy_answers_a_request(world, nonce):
    """A request gets the answer of its origin: head and body."""
    with world() as w:
        body = nonce(40)
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        origin.sendall(answer(body, status=b"203 Like That"))
        assert heard_by(client) == (203, body)


@check(
    points=2,
    misconception="",
    needs="proxy_answers_a_request",
    hint="What comes behind the last piece of a chunked body?",
)
def test_move_keeps_chunks_and_trailers(world, nonce):
    """Relay.move sends a chunked body in chunks, with its trailers, in both directions."""
    with world() as w:
        word = nonce(8)
        chunks = b"8\r\n%b\r\n0\r\nX-Sum: %b\r\n\r\n" % (word, word)
        chunked = b"Transfer-Encoding: chunked"
        client = w.dial(w.get(b"up", chunked, method=b"PUT"))
        origin, _ = w.accept()
        client.sendall(chunks)
        must_be_bytes(exactly(origin, len(chunks)), chunks)
        origin.sendall(b"HTTP/1.1 200 OK\r\n" + chunked + END + chunks[:11])
        until(client, END)
        must_be_bytes(exactly(client, 11), chunks[:11])
        origin.sendall(chunks[11:])
        must_be_bytes(exactly(client, len(chunks) - 11), chunks[11:])
        origin.settimeout(QUIET_S)
        must_be_bytes(exactly(origin, 100), b"")


@check(
    points=1,
    misconception="",
    needs="proxy_answers_a_request",
    hint="What is given here; but what of it do you call, and when?",
)
def test_proxy_waits_while_the_reader_does_not_read(world, nonce):
    """While a client does not read, its origin is not read either; then all goes on."""
    piece = nonce(1024) * 64
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        origin.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % ENOUGH_BYTES)
        taken = offered(origin, piece)
        if taken > BOUND_BYTES:
            raise Difference(f"at most {BOUND_BYTES:,} bytes are taken", f"{taken:,} were")
        until(client, END)
        must_be_bytes(exactly(client, taken), (piece * (taken // len(piece) + 1))[:taken])


def offered(sock, piece):
    """How many bytes are taken until there is no room for a while."""
    taken = 0
    sock.settimeout(STALLED_S)
    with suppress(TimeoutError):
        while taken < ENOUGH_BYTES:
            taken += sock.send(piece[taken % len(piece) :])
    sock.settimeout(PATIENCE_S)
    return taken


@check(
    points=1,
    misconception="",
    needs=("pass_head_on_passes_interim_answers_on", "proxy_answers_a_request"),
    hint="What does a client of HTTP/1.0 know of interim answers and of chunks?",
)
def test_pass_head_on_spares_http_1_0_what_it_does_not_know(world, nonce):
    """Client.pass_head_on sends HTTP/1.0 no interim answer and no chunks, and then ends."""
    with world() as w:
        body = nonce(12)
        client = w.dial(w.get(b"x", version=b"HTTP/1.0"))
        origin, _ = w.accept()
        chunk = b"c\r\n%b\r\n0\r\n\r\n" % body
        final = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
        origin.sendall(b"HTTP/1.1 102 Processing\r\n\r\n" + final)
        head = until(client, END)
        assert head.split()[1] == b"200"
        must_be_bytes(exactly(client, 100), body)


@check(
    points=1,
    misconception="error-can-always-be-told",
    needs=("proxy_answers_a_request", "lose_origin_is_a_bad_gateway"),
    hint="What has the client got already, and for what would it take your error?",
)
def test_fail_cuts_off_without_a_word(world, nonce):
    """Client.fail says nothing more if an answer has begun."""
    with world() as w:
        found = end_of_a_part(w, nonce(12))
        if found not in ("a reset", "the end"):
            raise Difference("nothing more is said, and the connection ends", found)


def end_of_a_part(w, body):
    """How a client's connection ends whose origin has left when 10 bytes of this were out."""
    client = w.dial(w.get(b"x"))
    origin, _ = w.accept()
    origin.sendall(answer(body)[: 10 - len(body)])
    until(client, END)
    must_be_bytes(exactly(client, 10), body[:10])
    origin.close()
    return how_it_ends(client)


@check(
    points=1,
    misconception="end-is-complete",
    needs="fail_cuts_off_without_a_word",
    hint="How does `end` know that a part might pass for the whole? Is that still known by then?",
)
def test_fail_cuts_off_what_can_not_be_whole_any_more(world, nonce):
    """Client.fail ends with a reset if an answer has begun."""
    with world() as w:
        if (found := end_of_a_part(w, nonce(12))) != "a reset":
            raise Difference("a reset", found)


@check(
    points=1,
    misconception="",
    needs="proxy_answers_a_request",
    hint="The client knows that it is over. Who else waits, and for what?",
)
def test_fail_cuts_the_origin_off_as_well(world):
    """Client.fail gives up what is under way to the origin, before the client has left."""
    with world(linger_s=2 * PATIENCE_S) as w:
        client = w.dial(w.get(b"up", b"Transfer-Encoding: chunked", method=b"PUT"))
        origin, _ = w.accept()
        client.sendall(b"no size\r\n")
        assert status_of(client) == 400
        must_end(origin, "a reset")


@check(
    points=1,
    misconception="end-is-complete",
    needs="fail_cuts_off_what_can_not_be_whole_any_more",
    hint="Who tells the reader that the source has ended?",
)
def test_move_completes_nothing_that_was_cut_short(world, nonce):
    """Relay.move sends no last chunk if the source ends before its own: the end is a reset."""
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, _ = w.accept()
        chunk = b"8\r\n%b\r\n" % nonce(8)
        origin.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
        until(client, END)
        must_be_bytes(exactly(client, len(chunk)), chunk)
        origin.close()
        must_end(client, "a reset")


# And the next one.


@check(
    points=1,
    misconception="close-ends-message",
    needs="proxy_answers_a_request",
    hint="What does keep_alive say after this answer, and what closes?",
)
def test_pass_head_on_lets_the_client_stay(world, nonce):
    """Client.pass_head_on lets a client of HTTP/1.1 stay that does not say `close`."""
    with world() as w:
        client = w.dial()
        swap(w, client, w.get(b"x", b"Connection: x-own"), nonce(10))
        client.sendall(b"and now?\r\n\r\n")
        assert status_of(client) == 400


@check(
    points=1,
    misconception="",
    needs="pass_head_on_lets_the_client_stay",
    hint="Connection is a list of words. In which letters, and what else may stand in it?",
)
def test_pass_head_on_lets_nobody_stay_who_says_close(world, nonce):
    """Client.pass_head_on lets no client stay whose Connection has `close` in it."""
    for said in (b"Connection: close", b"connection: x-own, Close"):
        with world() as w:
            client = w.dial()
            swap(w, client, w.get(b"x", said), nonce(10))
            must_end(client, "the end")


@check(
    points=1,
    misconception="answer-needs-a-close",
    needs="pass_head_on_lets_the_client_stay",
    hint="Whose connection does the origin's `close` speak of?",
)
def test_pass_head_on_lets_the_client_stay_if_the_origin_leaves(world, nonce):
    """Client.pass_head_on lets the client stay though the origin says `close` and goes."""
    with world() as w:
        client, body = w.dial(w.get(b"x")), nonce(10)
        origin, _ = w.accept()
        origin.sendall(answer(body, b"Connection: close"))
        origin.close()
        assert heard_by(client) == (200, body)
        swap(w, client, w.get(b"y"), nonce(5))


@check(
    points=1,
    misconception="every-message-has-a-body",
    needs="pass_head_on_lets_the_client_stay",
    hint="What does body_framing say of these two, and is that one of the cases for chunks?",
)
def test_pass_head_on_announces_no_body_where_there_is_none(world):
    """Client.pass_head_on announces no chunks for the answer to a HEAD, nor for a 204."""
    for method, said in ((b"HEAD", b"200 OK\r\nContent-Length: 9"), (b"GET", b"204 Nothing")):
        with world() as w:
            client = w.dial(w.get(b"x", method=method))
            origin, _ = w.accept()
            origin.sendall(b"HTTP/1.1 " + said + END)
            head = until(client, END)
            assert head.split()[1] == said[:3]
            if b"\r\ntransfer-encoding:" in head.lower():
                raise Difference("no Transfer-Encoding, for there is no body", "there is one")


@check(
    points=1,
    misconception="",
    needs="pass_head_on_lets_the_client_stay",
    hint="What does a client that may stay do next, and who will be there?",
)
def test_pass_head_on_lets_nobody_stay_while_the_proxy_stops(world, nonce):
    """Client.pass_head_on says close to the clients of a proxy that is stopping."""
    with world() as w:
        client, body = w.dial(w.get(b"x")), nonce(5)
        origin, _ = w.accept()
        w.stop()
        origin.sendall(answer(body))
        head = until(client, END)
        assert b"connection: close" in head.lower().split(b"\r\n")
        must_be_bytes(exactly(client, 5), body)


@check(
    points=1,
    misconception="",
    needs="proxy_answers_a_request",
    hint="Which argument of to_client_response says by whom it was passed on?",
)
def test_pass_head_on_says_by_whom(world, nonce):
    """Client.pass_head_on names this proxy in Via, by the name that the origin knows it by."""
    with world() as w:
        client = w.dial(w.get(nonce(5)))
        origin, asked = w.accept()
        origin.sendall(answer(b""))
        assert via(until(client, END)) == via(asked)


@check(
    points=1,
    misconception="answer-needs-a-close",
    needs=("pass_head_on_lets_the_client_stay", "move_keeps_chunks_and_trailers"),
    hint="How can the client see the end of a body whose length nobody knows?",
)
def test_pass_head_on_chunks_what_ends_with_the_close(world, nonce):
    """Client.pass_head_on sends an answer that ends with the close in chunks, without a `close`."""
    with world() as w:
        body = nonce(10)
        client = w.dial(w.get(b"x"))
        origin, _ = w.accept()
        origin.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + body)
        head = until(client, END)
        assert b"\r\nTransfer-Encoding: chunked\r\n" in head
        assert b"\r\nConnection: close\r\n" not in head
        must_be_bytes(exactly(client, 15), b"a\r\n%b\r\n" % body)


@check(
    points=1,
    misconception="",
    needs="pass_head_on_chunks_what_ends_with_the_close",
    hint="When does the reader know that it is done: before you tell it of the end, or after that?",
)
def test_move_ends_the_chunks_when_the_source_ends(world, nonce):
    """Relay.move sends the last chunk when a body that goes on until the close has ended."""
    with world() as w:
        client = w.dial(w.get(b"x"))
        origin, _ = w.accept()
        origin.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + nonce(10))
        until(client, END)
        exactly(client, 15)
        origin.close()
        must_be_bytes(exactly(client, 5), b"0\r\n\r\n")
        swap(w, client, w.get(b"y"), nonce(5))


@check(
    points=2,
    misconception="",
    needs="pass_head_on_lets_the_client_stay",
    hint="Ask the pool first. What may be taken from it?",
)
def test_find_origin_takes_an_idle_connection_of_any_client(world, nonce):
    """Client.find_origin takes an idle connection from the pool, whoever it was made for."""
    with world() as w:
        origin = swap(w, w.dial(), w.get(b"one"), nonce(5))
        for path in (b"two", b"three"):
            client, body = w.dial(w.get(path)), nonce(5)
            assert until(origin, END).startswith(b"GET /%b " % path)
            origin.sendall(answer(body))
            assert heard_by(client) == (200, body)
        w.nobody_comes()


@check(
    points=1,
    misconception="",
    needs="pass_head_on_lets_the_client_stay",
    hint="Where does the request go: to where the last one went, or to where it says?",
)
def test_find_origin_goes_where_each_request_says(world, nonce):
    """Client.find_origin serves two hosts over one client's connection."""
    with world() as w:
        other, client = w.listen(), w.dial()
        swap(w, client, w.get(b"one"), nonce(5))
        host, body = "{}:{}".format(*other.getsockname()), nonce(5)
        client.sendall(w.get(b"two", host=host))
        origin, head = w.accept(other)
        assert b"Host: " + host.encode() in head.split(b"\r\n")
        origin.sendall(answer(body))
        assert heard_by(client) == (200, body)


@check(
    points=1,
    misconception="",
    needs="find_origin_takes_an_idle_connection_of_any_client",
    hint="Two heads are there. How many of them does one call of reading_head begin?",
)
def test_reading_head_answers_one_request_at_a_time(world, nonce):
    """Client.reading_head begins one request, though another one has come with it."""
    with world() as w:
        client = w.dial(w.get(b"1") + w.get(b"2"))
        origin, head = w.accept()
        assert head.startswith(b"GET /1 ")
        w.nobody_comes()
        body = nonce(5)
        origin.sendall(answer(body))
        assert heard_by(client) == (200, body)


@check(
    points=2,
    misconception="head-ends-the-recv",
    needs="reading_head_answers_one_request_at_a_time",
    hint="Where is the second request while the first one is served?",
)
def test_reading_head_answers_pipelined_requests_in_order(world, nonce):
    """Client.reading_head takes requests that have come together one after the other."""
    with world() as w:
        one, two, three = nonce(5), nonce(6), nonce(7)
        client = w.dial(w.get(b"1") + w.get(b"2") + w.get(b"3"))
        origin, _ = w.accept()
        w.nobody_comes()
        origin.sendall(answer(one))
        assert until(origin, END).startswith(b"GET /2 ")
        origin.sendall(answer(two))
        assert until(origin, END).startswith(b"GET /3 ")
        origin.sendall(answer(three))
        assert [heard_by(client) for _ in range(3)] == [(200, one), (200, two), (200, three)]


@check(
    points=1,
    misconception="eof-is-gone",
    needs="reading_head_answers_pipelined_requests_in_order",
    hint="The client will send no more. What of that which it has sent already?",
)
def test_reading_head_answers_who_has_ended(world, nonce):
    """Client.reading_head takes the requests that have come, though the client has ended."""
    with world() as w:
        one, two = nonce(5), nonce(6)
        client = w.dial(w.get(b"1") + w.get(b"2"))
        origin, _ = w.accept()
        end_here(w, client)
        origin.sendall(answer(one))
        assert until(origin, END).startswith(b"GET /2 ")
        origin.sendall(answer(two))
        assert [heard_by(client) for _ in range(2)] == [(200, one), (200, two)]


@check(
    points=1,
    misconception="",
    needs=("pass_head_on_lets_the_client_stay", "reading_head_gives_all_of_a_head_one_deadline"),
    hint="Which head is has_begun about, and who takes it back?",
)
def test_reading_head_gives_the_next_head_a_deadline(world, nonce):
    """Client.reading_head gives each head of a connection a deadline of its own."""
    with world(head_s=HEAD_S) as w:
        client = w.dial()
        swap(w, client, w.get(b"x"), nonce(5))
        assert drip(client) == b"HTTP/1.1 408"


@check(
    points=3,
    misconception="rest-is-harmless",
    needs="find_origin_takes_an_idle_connection_of_any_client",
    hint="What is the first thing that the next client would get over this connection?",
)
def test_origin_may_stay_only_if_nothing_is_left_over(world, nonce):
    """Client.origin_may_stay is False if bytes have come behind the answer."""
    with world() as w:
        one, two = nonce(5), nonce(6)
        client = w.dial(w.get(b"1"))
        origin, _ = w.accept()
        origin.sendall(answer(one) + answer(b"not for you"))
        assert heard_by(client) == (200, one)
        other = w.dial(w.get(b"2"))
        fresh, _ = w.accept()
        fresh.sendall(answer(two))
        assert heard_by(other) == (200, two)


@check(
    points=1,
    misconception="",
    needs="find_origin_takes_an_idle_connection_of_any_client",
    hint="In which two ways does an origin say that it will close?",
)
def test_origin_may_stay_only_if_it_says_nothing_else(world, nonce):
    """Client.origin_may_stay is False if the origin says close, or speaks HTTP/1.0."""
    with world() as w:
        client = w.dial()
        for said in (b"HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\n", b"HTTP/1.0 200 OK\r\n"):
            client.sendall(w.get(b"x"))
            origin, _ = w.accept()
            origin.sendall(said + b"Content-Length: 2\r\n\r\nok")
            assert heard_by(client) == (200, b"ok")
        swap(w, client, w.get(b"y"), nonce(5))


@check(
    points=1,
    misconception="",
    needs="find_origin_takes_an_idle_connection_of_any_client",
    hint="The client leaves. Does that say anything about the origin?",
)
def test_origin_may_stay_only_if_it_stays_itself(world, nonce):
    """Client.origin_may_stay asks for the origin only: it may stay when the client leaves."""
    with world() as w:
        origin = swap(w, w.dial(), w.get(b"1", b"Connection: close"), nonce(5))
        w.dial(w.get(b"2"))
        assert until(origin, END).startswith(b"GET /2 ")


@check(
    points=1,
    misconception="answer-ends-the-request",
    needs="reading_head_answers_pipelined_requests_in_order",
    hint="Two bodies: which one is whole, and what becomes of the other one?",
)
def test_is_over_not_before_all_of_the_request_is_out(world, nonce):
    """Client.is_over is False while a part of the request is still to be sent."""
    with world() as w:
        one, two = nonce(10), nonce(10)
        client = w.dial(w.post(b"1", 20, one))
        origin, _ = w.accept()
        origin.sendall(answer(b"early"))
        assert heard_by(client) == (200, b"early")
        client.sendall(two + w.get(b"2"))
        must_be_bytes(exactly(origin, 20), one + two)
        assert until(origin, END).startswith(b"GET /2 ")


@check(
    points=1,
    misconception="answer-ends-the-request",
    needs="is_over_not_before_all_of_the_request_is_out",
    hint="The reader has all of it. Has the kernel, too?",
)
def test_is_over_not_while_a_part_waits_for_the_origin(world, nonce):
    """Client.is_over is False while a part of the request waits in the origin's buffer."""
    body = nonce(1024) * (LONG_BYTES // 1024)
    with world(buffer_bytes=2 * LONG_BYTES) as w:
        client = w.dial(w.post(b"1", LONG_BYTES, body))
        origin, _ = w.accept()
        origin.sendall(answer(b"early", b"Connection: close"))
        assert heard_by(client) == (200, b"early")
        must_be_bytes(exactly(origin, LONG_BYTES), body)


@check(
    points=2,
    misconception="",
    needs="is_over_not_before_all_of_the_request_is_out",
    hint="Who will take the rest of the request, if the origin has left?",
)
def test_is_over_if_the_origin_does_not_wait_for_the_rest(world, nonce):
    """Client.is_over is True if the origin has answered in full and ended."""
    with world() as w:
        body = nonce(9)
        client = w.dial(w.post(b"1", 20, b"a part"))
        origin, _ = w.accept()
        origin.sendall(answer(body, status=b"413 Too Much"))
        origin.shutdown(socket.SHUT_WR)
        assert heard_by(client) == (413, body)
        must_end(client, "the end")


# A connection that was idle.


@check(
    points=2,
    misconception="pooled-is-alive",
    needs=("find_origin_takes_an_idle_connection_of_any_client", "lose_origin_is_a_bad_gateway"),
    hint=HINT_DEAD,
)
def test_lose_origin_asks_once_more_if_an_idle_connection_was_dead(world, nonce):
    """Client.lose_origin sends a GET again, on a new connection, if an idle one was dead."""
    for leave in (lambda origin: origin.close(), reset):
        with world() as w:
            client, body = w.dial(), nonce(6)
            origin = swap(w, client, w.get(b"1"), nonce(5))
            client.sendall(w.get(b"2"))
            until(origin, END)
            leave(origin)
            fresh, head = w.accept()
            assert head.split()[1] == b"/2"
            fresh.sendall(answer(body))
            assert heard_by(client) == (200, body)


@check(
    points=1,
    misconception="pooled-is-alive",
    needs="lose_origin_asks_once_more_if_an_idle_connection_was_dead",
    hint="One idle connection was dead. What do you know of the others?",
)
def test_lose_origin_asks_once_more_over_none_that_was_idle(world, nonce):
    """Client.lose_origin makes a new connection, though another one is idle."""
    with world() as w:
        clients, body = [w.dial(w.get(b"1")), w.dial(w.get(b"1"))], nonce(6)
        origins = [w.accept()[0] for _ in clients]
        for origin in origins:
            origin.sendall(answer(b"one of two"))
        for client in clients:
            assert heard_by(client) == (200, b"one of two")
        clients[0].sendall(w.get(b"2"))
        asked = select.select(origins, [], [], PATIENCE_S)[0]
        assert len(asked) == 1
        until(asked[0], END)
        asked[0].close()
        fresh, head = w.accept()
        assert head.split()[1] == b"/2"
        fresh.sendall(answer(body))
        assert heard_by(clients[0]) == (200, body)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.close()


@check(
    points=2,
    misconception="failed-is-undone",
    needs="lose_origin_asks_once_more_if_an_idle_connection_was_dead",
    hint="Which connection was idle, and which one is new? What does the number of tries say?",
)
def test_lose_origin_asks_no_third_time(world, nonce):
    """Client.lose_origin answers 502 if the new connection fails as well."""
    with world() as w:
        client = w.dial()
        origin = swap(w, client, w.get(b"1"), nonce(5))
        client.sendall(w.get(b"2"))
        until(origin, END)
        origin.close()
        fresh, _ = w.accept()
        fresh.close()
        assert status_of(client) == 502
        w.nobody_comes()


@check(
    points=2,
    misconception="failed-is-undone",
    needs="lose_origin_asks_once_more_if_an_idle_connection_was_dead",
    hint=HINT_RETRY,
)
def test_lose_origin_asks_only_once_for_what_was_answered_in_part(world, nonce):
    """Client.lose_origin answers 502 if something of an answer has come over the idle one."""
    with world() as w:
        client = w.dial()
        origin = swap(w, client, w.get(b"1"), nonce(5))
        client.sendall(w.get(b"2"))
        until(origin, END)
        origin.sendall(b"HTTP/1.1 20")
        kernel.wait_until(lambda: kernel.unsent(origin) == 0, timeout_s=PATIENCE_S, what="the part")
        origin.close()
        assert status_of(client) == 502
        w.nobody_comes()


@check(
    points=3,
    misconception="pooled-is-alive",
    needs="lose_origin_asks_once_more_if_an_idle_connection_was_dead",
    hint="If the idle one is closed in this moment: may this request be sent once more?",
)
def test_find_origin_risks_no_request_that_must_not_come_twice(world, nonce):
    """Client.find_origin takes a new connection for a POST, and for all that has a body."""
    with world() as w:
        client = w.dial()
        swap(w, client, w.get(b"1"), nonce(5))
        body = nonce(4)
        lengths = b"Content-Length: 0", b"Content-Length: 4"
        for method, length in ((b"POST", lengths[0]), (b"PUT", lengths[1]), (b"PATCH", lengths[1])):
            sent = body[: int(length[-1:])]
            client.sendall(w.get(b"2", length, method=method, body=sent))
            origin, head = w.accept()
            assert head.startswith(method + b" ")
            assert exactly(origin, len(sent)) == sent
            origin.sendall(answer(b"done", b"Connection: close"))
            assert heard_by(client) == (200, b"done")


@check(
    points=1,
    misconception="",
    needs="find_origin_risks_no_request_that_must_not_come_twice",
    hint="A POST takes no idle connection. What has become of the one that was there?",
)
def test_find_origin_leaves_an_idle_connection_to_others(world, nonce):
    """Client.find_origin leaves an idle connection in the pool if the request can't use it."""
    with world() as w:
        client, body = w.dial(), nonce(5)
        origin = swap(w, client, w.get(b"1"), nonce(5))
        client.sendall(w.post(b"2", 0, b""))
        fresh, _ = w.accept()
        fresh.sendall(answer(b"done", b"Connection: close"))
        assert heard_by(client) == (200, b"done")
        client.sendall(w.get(b"3"))
        assert until(origin, END).startswith(b"GET /3 ")
        origin.sendall(answer(body))
        assert heard_by(client) == (200, body)


@check(
    points=1,
    misconception="",
    needs=(
        "reading_head_answers_who_has_ended",
        "find_origin_risks_no_request_that_must_not_come_twice",
    ),
    hint="The body is in the buffer, and the stream has ended. What has the reader taken by then?",
)
def test_move_takes_what_has_come_before_the_end(world, nonce):
    """Relay.move takes what is there of a body before it tells the reader of the end."""
    with world() as w:
        client, body = w.dial(w.get(b"1") + w.post(b"2", 20, nonce(20))), nonce(5)
        origin, _ = w.accept()
        end_here(w, client)
        origin.sendall(answer(body))
        fresh, _ = w.accept()
        assert len(exactly(fresh, 20)) == 20
        fresh.sendall(answer(body))
        assert [heard_by(client) for _ in range(2)] == [(200, body)] * 2


@check(
    points=1,
    misconception="send-takes-all",
    needs=(
        "reading_head_answers_pipelined_requests_in_order",
        "origin_may_stay_only_if_it_says_nothing_else",
    ),
    hint="The client has not taken the last answer yet. Where does the error go?",
)
def test_fail_answers_behind_what_waits(world, nonce):
    """Client.fail puts the error behind an answer that the client has not taken yet."""
    body = nonce(1024) * (WAITING_BYTES // 1024)
    with world(buffer_bytes=2 * WAITING_BYTES) as w:
        client = w.dial(w.get(b"1") + b"nonsense\r\n\r\n")
        origin, _ = w.accept()
        origin.sendall(answer(body, b"Connection: close"))
        must_end(origin, "the end")  # its answer is whole: the client's next head is read now
        status, heard = heard_by(client)
        assert status == 200
        must_be_bytes(heard, body)
        assert status_of(client) == 400
