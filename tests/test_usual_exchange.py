"""The short way of lab 09 sends what the long way would, byte for byte, or leaves it to that."""

import socket
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.families import lab_tree

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)

from labs import lab05_http_forwarding as http
from labs import lab09_usual as usual
from labs.lab01_five_tuple import Endpoint, FiveTuple
from labs.lab02_accept import open_listener
from labs.lab06_select_loop import SelectLoop
from labs.lab08_limits import Limits
from labs.lab08_messages import completed, one_hop_less

SMALL_BYTES = 4_096  # a kernel buffer
BY = "workbook-1"
VIA = f"Via: 1.1 {BY}\r\n".encode()
CURL = (
    b"GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nUser-Agent: curl/8.0\r\nAccept: */*\r\n"
)
CURL += b"Proxy-Connection: Keep-Alive\r\n\r\n"
NGINX = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 24 Nov 2026 08:55:34 GMT\r\n"
NGINX += b'Content-Length: 5\r\nConnection: keep-alive\r\nETag: "6b-4"\r\n\r\nhello'

KEEPS = b"Connection: keep-alive\r\n"

# Heads that are usual, or nearly.
NAMES = ["Accept", "Cookie", "X-Host", "Host", "Via", "Connection", "connection", "Keep-Alive"]
NAMES += ["Content-Length", "content-length", "Transfer-Encoding", "TE", "Proxy-Authorization"]
NAMES += ["Proxy-Connection", "Max-Forwards", "Date", "Upgrade", "Trailer", "Expect", "Te-st"]
VALUES = ["keep-alive", "Keep-Alive", "close", "Close", "5", "05", "5, 5", "chunked", "a.example"]
VALUES += ["X: Connection: close", "a  b", "é", "", " ", "x ", "\tx", "Connection: keep-alive"]
SEPARATORS = [": ", ":", ":  ", " : "]
TARGETS = ["http://a.example/", "http://a.example:80/x?y=1", "http://a.example", "http://[::1]/"]
TARGETS += ["HTTP://a.example/", "http://a.example:0/", "http://a.example:99999/", "/", "*"]
TARGETS += ["http://u@a.example/", "http://a.example/#f", 'http://a.example/"', "http://a:/"]
CAREFUL = [b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Expect: 100-continue"]
CAREFUL += [b"TE: trailers", b"Connection: x-private", b"Upgrade: h2c", b"Via: 1.1 other"]
CAREFUL += [b"Max-Forwards: 0", b"Proxy-Authorization: Basic eDp5", b"Host: b.example"]
CAREFUL += [b"X: \xe9", b"X:y", b"X : y", b" folded: line", b"X: y ", b"X:"]
ENDS = ["\r\n", "\r\n", "\r\n", "\n"]

lines = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(SEPARATORS[:1] * 6 + SEPARATORS),
        st.sampled_from(VALUES), st.sampled_from(ENDS[:1] * 6 + ENDS),
    ).map("".join),
    max_size=6,
)  # fmt: skip
methods = st.sampled_from(["GET"] * 5 + ["HEAD", "POST", "get", "CONNECT"])
versions = st.sampled_from(["HTTP/1.1"] * 5 + ["HTTP/1.0", "HTTP/2"])


@st.composite
def requests(draw):
    first = f"{draw(methods)} {draw(st.sampled_from(TARGETS[:2] * 6 + TARGETS))} {draw(versions)}"
    fields = [*draw(lines), "Host: a.example\r\n"]
    order = draw(st.permutations(fields)) if draw(st.booleans()) else fields[::-1]
    rest = draw(st.sampled_from(["", "", "", "x", "GET "]))
    return f"{first}\r\n{''.join(order)}\r\n{rest}".encode("latin-1")


@st.composite
def answers(draw):
    status = draw(
        st.sampled_from(["200 OK"] * 4 + ["204 No Content", "304 N", "101 S", "404 ", "200"])
    )
    body = draw(st.sampled_from([b"", b"hello", b"\r\n\r\n"]))
    length = max(0, len(body) + draw(st.sampled_from([0, 0, 0, 0, 1, -1])))
    counted = f"Content-Length: {length}\r\n"
    dated = ["Date: Tue, 24 Nov 2026 08:55:34 GMT\r\n"] * draw(st.sampled_from([1, 1, 1, 0, 2]))
    fields = draw(st.permutations([*draw(lines), counted, *dated]))
    return f"{draw(versions)} {status}\r\n{''.join(fields)}\r\n".encode("latin-1") + body


def long_way_of_request(data):
    """Where it goes and what is sent, by labs 05 and 08."""
    request = one_hop_less(http.parse_request_head(data), BY)
    assert http.body_framing(request) == 0
    sent = http.write_head(http.to_origin_request(request, keep_alive=True, by=BY))
    return http.origin_of(request), request, sent


def long_way_of_answer(data, keep_alive):
    head, _, body = data.partition(b"\r\n\r\n")
    answer = completed(http.parse_response_head(head + b"\r\n\r\n", "GET"))
    assert http.body_framing(answer) == len(body)
    return answer, http.write_head(http.to_client_response(answer, False, keep_alive, BY)) + body


@settings(max_examples=700, deadline=None)
@example(CURL[:-2] + b"X: Connection: close\r\n\r\n")
@given(requests())
def test_a_usual_request_is_what_the_long_way_makes_of_it(data):
    found = usual.usual_request(data, VIA)
    if found:
        where, request, sent = long_way_of_request(data)
        assert found[0] == where
        assert found[1][:5] == request[:5]
        assert ("close" in http.tokens_of(request, "connection")) == bool(found[1].fields)
        assert found[2] == sent


@settings(max_examples=700, deadline=None)
@example(NGINX.replace(KEEPS, KEEPS * 2), True)  # one found by chance: each shares a line break
@given(answers(), st.booleans())
def test_a_usual_answer_is_what_the_long_way_makes_of_it(data, keep_alive):
    found = usual.usual_answer(data, VIA if keep_alive else VIA + usual.LEAVES)
    if found:
        answer, sent = long_way_of_answer(data, keep_alive)
        assert found[0].status == answer.status
        assert "close" not in http.tokens_of(answer, "connection")
        assert found[1] == http.content_length(answer)
        assert found[2] == sent


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"])
def test_what_people_send_is_usual(ending):
    """Else all the tests above would hold, and nobody would take the short way."""
    assert usual.usual_request(CURL[:-2] + ending + b"\r\n", VIA)
    assert usual.usual_answer(NGINX, VIA + ending)


@pytest.mark.parametrize(
    "line",
    CAREFUL,
)
def test_what_asks_for_care_is_not_usual(line):
    for name in (line, line.lower()):
        assert usual.usual_request(CURL[:-2] + name + b"\r\n\r\n", VIA) is None


def test_a_long_head_that_fails_at_its_end_costs_no_more_than_its_length():
    def cost_s(fields):
        data = CURL[:-2] + b"a: b\r\n" * fields + b"\x00\r\n\r\n"
        began_s = time.perf_counter()
        assert usual.usual_request(data, VIA) is None
        assert usual.ANSWER.match(NGINX[:-9] + b"a: b\r\n" * fields + b"\x00\r\n\r\n") is None
        return time.perf_counter() - began_s

    few, many = (min(cost_s(fields) for _ in range(5)) for fields in (1_000, 10_000))
    assert many < 40 * few  # 10 if it grows with the length; 100 with its square


# In a proxy.


class Scene:
    """A UsualProxy that is turned in this thread, a client of it, and the listener of an origin."""

    def __init__(self, listener, origin):
        self.proxy = usual.UsualProxy(listener, SelectLoop(), Limits())
        self.origin, self.port = origin, origin.getsockname()[1]
        self.client = socket.create_connection(listener.getsockname())

    def close(self):
        self.client.close()
        self.proxy.stop()
        self.proxy.end_all()
        self.proxy.loop.close()

    def turn_until(self, move):
        """Turn the loop until `move()` need not wait any more; return what it returns."""
        for _ in range(200):
            self.proxy.loop.run_once(0.02)
            try:
                return move()
            except BlockingIOError:
                continue
        raise TimeoutError("nothing has come")

    def turn_until_true(self, condition):
        def move():
            if not condition():
                raise BlockingIOError

        self.turn_until(move)

    def hear(self, sock):
        sock.setblocking(False)
        return self.turn_until(lambda: sock.recv(65_536))

    def hear_until(self, sock, end):
        heard = b""
        while not heard.endswith(end):
            heard += self.hear(sock)
        return heard

    def accept(self):
        self.origin.setblocking(False)
        return self.turn_until(lambda: self.origin.accept()[0])

    def ask(self, path, field=b""):
        first = b"GET http://127.0.0.1:%d%b HTTP/1.1\r\n" % (self.port, path)
        self.client.sendall(first + b"Host: x\r\n" + field + b"\r\n")

    def ask_first(self):
        """Over a new connection, by the long way; the origin's end of it, which is idle then."""
        self.ask(b"/first")
        sock = self.accept()
        assert self.hear(sock).startswith(b"GET /first HTTP/1.1\r\n")
        sock.sendall(NGINX)
        assert self.hear(self.client).endswith(b"hello")
        return sock


@pytest.fixture
def scene():
    with open_listener("127.0.0.1", 0) as listener, open_listener("127.0.0.1", 0) as origin:
        scene = Scene(listener, origin)
        yield scene
        scene.close()


def test_the_second_request_takes_the_short_way_and_so_does_its_answer(scene, monkeypatch):
    long_way, parse = [], http.parse_request_head
    monkeypatch.setattr(http, "parse_request_head", lambda it: long_way.append(it) or parse(it))
    with scene.ask_first() as sock:
        assert len(long_way) == 1
        scene.ask(b"/second")
        begin = b"GET /second HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nVia: 1.1 " % scene.port
        assert scene.hear(sock).startswith(begin)
        sock.sendall(NGINX)
        assert scene.hear(scene.client).endswith(b"\r\n\r\nhello")
        assert len(long_way) == 1


def test_an_answer_in_pieces_is_the_long_ways_business_and_arrives_whole(scene):
    with scene.ask_first() as sock:
        scene.ask(b"/second")
        scene.hear(sock)
        sock.sendall(NGINX[:-3])
        got = scene.hear(scene.client)
        sock.sendall(NGINX[-3:])
        got += scene.hear(scene.client)
        assert got.endswith(b"\r\n\r\nhello")
        assert got.count(b"HTTP/1.1 200 OK") == 1


def test_a_usual_request_whose_idle_connection_was_dead_is_sent_again_whole(scene):
    with scene.ask_first() as sock:
        scene.ask(b"/second", b"Accept: text/plain\r\n")
        assert scene.hear(sock).startswith(b"GET /second ")
    with scene.accept() as another:
        got = scene.hear(another)
        assert got.startswith(b"GET /second HTTP/1.1\r\nHost: 127")
        assert b"\r\nAccept: text/plain\r\n" in got
        another.sendall(NGINX)
        assert scene.hear(scene.client).endswith(b"hello")


def test_of_a_usual_request_nothing_is_lost_if_the_kernel_takes_only_a_part(scene):
    with scene.ask_first() as sock:
        ((origin,),) = scene.proxy.pool.idle.values()
        origin.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BYTES)
        field = b"X-Long: %b\r\n" % (b"abcdefghij" * 4_000)
        scene.ask(b"/second", field)
        scene.turn_until_true(lambda: origin.client)
        assert origin.waiting.pending
        got = scene.hear_until(sock, b"\r\n\r\n")
        assert got.count(b"GET /second ") == 1
        assert got.endswith(field + scene.proxy.via + b"\r\n")
        sock.sendall(NGINX)
        assert scene.hear(scene.client).endswith(b"hello")


def test_of_a_usual_answer_nothing_is_lost_if_the_kernel_takes_only_a_part(scene):
    body = b"abcdefghij" * 4_000
    answer = NGINX.replace(b"Length: 5", b"Length: %d" % len(body)).replace(b"hello", body)
    with scene.ask_first() as sock:
        (guest,) = scene.proxy.clients
        guest.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BYTES)
        scene.ask(b"/second")
        scene.hear(sock)
        sock.sendall(answer)
        scene.turn_until_true(lambda: guest.waiting.pending)
        got = scene.hear_until(scene.client, body)
        assert got.partition(b"\r\n\r\n")[2] == body
        scene.ask(b"/third")
        assert scene.hear(sock).startswith(b"GET /third ")


def test_a_usual_answer_does_not_overtake_what_waits_for_the_client(scene):
    """An interim answer may wait there, for a client that is slow to read."""
    with scene.ask_first() as sock:
        scene.ask(b"/second")
        scene.hear(sock)
        (guest,) = scene.proxy.clients
        guest.waiting.append(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        sock.sendall(NGINX)
        got = scene.hear(scene.client)
        assert got.startswith(b"HTTP/1.1 103 ")
        assert got.endswith(b"hello")


def test_a_client_that_ends_behind_a_usual_request_gets_its_answer_and_is_let_go(scene):
    with scene.ask_first() as sock:
        scene.ask(b"/second")
        scene.hear(sock)
        scene.client.shutdown(socket.SHUT_WR)
        (guest,) = scene.proxy.clients
        scene.turn_until_true(lambda: guest.has_ended)
        sock.sendall(NGINX)
        assert scene.hear(scene.client).endswith(b"hello")
        assert scene.hear(scene.client) == b""
        assert not scene.proxy.clients


def test_what_comes_behind_a_usual_request_is_the_next_one(scene):
    with scene.ask_first() as sock:
        scene.ask(b"/second")
        scene.hear(sock)
        scene.ask(b"/third")
        (guest,) = scene.proxy.clients
        scene.turn_until_true(lambda: len(guest.received))
        sock.sendall(NGINX)
        assert scene.hear(scene.client).endswith(b"hello")
        assert scene.hear(sock).startswith(b"GET /third ")


@pytest.mark.parametrize("field", [b"", b"Max-Forwards: 5\r\n"], ids=["short way", "long way"])
def test_an_idle_connection_that_was_made_for_somebody_here_is_not_for_others(scene, field):
    """To what listens on loopback, only people of this machine may get; pooled or not."""
    with scene.ask_first():
        (guest,) = scene.proxy.clients
        elsewhere = Endpoint("192.0.2.7", 5000)
        guest.name = FiveTuple("tcp", elsewhere, guest.name.destination)
        scene.ask(b"/second", field)
        assert scene.hear(scene.client).startswith(b"HTTP/1.1 403 ")
