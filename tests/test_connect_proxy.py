"""What lab 07 gives: the dialer and the front, on the reference; and what a tunnel costs.

For the authors. The proxy runs as a program of its own, whatever tree `labs` stands for.
"""

import importlib
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from statistics import median

import psutil
import pytest

from workbench.kernel import unread, wait_until
from workbench.peers import unanswering

PATIENCE_S = 5
OFFERED_BYTES = 100 * 1024 * 1024
GROWTH_BYTES = 2 * 1024 * 1024
BUSY_SHARE = 0.02  # of a core
DELAY_S = 0.05
PROGRAM = ("-m", "labs.lab07_connect_tunnel")
SHORT = """
import sys
from labs import lab07_connect_tunnel as lab
lab.WAIT_S = lab.ConnectProxy.__init__.__defaults__[0]
lab.ConnectProxy.__init__.__defaults__ = (0.3,)
lab.main([])
"""


@pytest.fixture(scope="module")
def proxy(running):
    with running(*PROGRAM) as (process, address):
        yield process, address


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        yield listener


def connect_request(address):
    return b"CONNECT %b:%d HTTP/1.1\r\nHost: here\r\n\r\n" % (address[0].encode(), address[1])


def dial(address, request):
    client = socket.create_connection(address, PATIENCE_S)
    client.sendall(request)
    return client


def status_of(client):
    """The status of the answer, whose head is read and no more."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        assert byte, head
        head += byte
    return int(head.split()[1])


@contextmanager
def tunnel(address, listener):
    """Both ends of a tunnel: the client's socket, and the origin's."""
    with dial(address, connect_request(listener.getsockname())) as client:
        origin, _ = listener.accept()
        with origin:
            origin.settimeout(PATIENCE_S)
            assert status_of(client) == 200
            yield client, origin


def heard_to_the_end(sock):
    return b"".join(iter(lambda: sock.recv(65_536), b""))


# The front.


def test_a_tunnel_through_the_program_carries_both_ways_and_each_end(proxy, listener):
    with tunnel(proxy[1], listener) as (client, origin):
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert heard_to_the_end(origin) == b"question"
        origin.sendall(b"answer")
        origin.shutdown(socket.SHUT_WR)
        assert heard_to_the_end(client) == b"answer"


def test_the_origin_may_speak_first(proxy, listener):
    with tunnel(proxy[1], listener) as (client, origin):
        origin.sendall(b"220 ready")
        assert client.recv(100) == b"220 ready"


@pytest.mark.parametrize("cut", [1, 20, 42])
def test_a_head_in_two_pieces_and_bytes_behind_it(proxy, listener, cut):
    request = connect_request(listener.getsockname()) + b"early"
    with dial(proxy[1], request[:cut]) as client:
        time.sleep(0.05)  # so that they really are two pieces; it works if they are not
        client.sendall(request[cut:])
        origin, _ = listener.accept()
        with origin:
            origin.settimeout(PATIENCE_S)
            assert origin.recv(100) == b"early"
            assert status_of(client) == 200


def test_an_ipv6_target_comes_in_brackets(proxy):
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no address ::1")
    with listener, dial(proxy[1], connect_request(("[::1]", listener.getsockname()[1]))) as client:
        assert status_of(client) == 200


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"CONNECT localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"CONNECT :443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"CONNECT localhost:port HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"CONNECT localhost:443\r\n\r\n", 400),
        (b"CONNECT localhost:443 HTTP/1.1\r\n\r\n", 400),
        (b"CONNECT localhost:99999 HTTP/1.1\r\nHost: localhost\r\n\r\n", 502),
        (b"CONNECT nowhere.invalid:443 HTTP/1.1\r\nHost: nowhere\r\n\r\n", 502),
        (b"CONNECT a..b:443 HTTP/1.1\r\nHost: nowhere\r\n\r\n", 502),
        (b"CONNECT localhost:443 HTTP/1.1\r\n" + b"X: %b\r\n" % (b"a" * 1_000) * 80, 431),
    ],
)
def test_what_can_not_be_done_is_answered(proxy, request_head, status):
    with dial(proxy[1], request_head) as client:
        assert status_of(client) == status
        assert heard_to_the_end(client).startswith(b"%d: " % status)


def test_a_refused_connect_is_a_bad_gateway(proxy):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with dial(proxy[1], connect_request(nobody.getsockname()) + b"early") as client:
            assert status_of(client) == 502


def test_a_silent_origin_is_a_gateway_timeout_and_a_silent_client_a_request_timeout(running):
    with (
        running("-c", SHORT) as (_, address),
        unanswering() as silent,
        dial(address, connect_request(silent)) as client,
        dial(address, b"CONNECT half a he") as dripping,
    ):
        assert status_of(client) == 504
        assert status_of(dripping) == 408


def test_clients_that_come_and_go_leave_nothing_behind(proxy, listener):
    process, address = proxy
    descriptors = psutil.Process(process.pid).num_fds
    wait_until(lambda: descriptors() < 20, timeout_s=PATIENCE_S, what="earlier ones to end")
    before = descriptors()
    for way in range(30):
        with tunnel(address, listener) as (client, origin):
            client.sendall(b"hello")
            if way % 3 == 0:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            elif way % 3 == 1:
                origin.shutdown(socket.SHUT_WR)
        dial(address, b"CONNECT half").close()
    wait_until(lambda: descriptors() <= before, timeout_s=PATIENCE_S, what="no descriptor left")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_a_bound_even_with_a_tunnel_open(running, listener, number):
    with (
        running(*PROGRAM) as (process, address),
        tunnel(address, listener) as (client, origin),
    ):
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0
        with pytest.raises(ConnectionResetError):
            client.recv(100)
        with pytest.raises(ConnectionResetError):
            origin.recv(100)


def test_a_signal_lets_a_tunnel_come_to_its_end(running, listener):
    with (
        running(*PROGRAM) as (process, address),
        tunnel(address, listener) as (client, origin),
    ):
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(address), timeout_s=PATIENCE_S, what="no more clients")
        client.sendall(b"last words")
        client.shutdown(socket.SHUT_WR)
        assert heard_to_the_end(origin) == b"last words"
        origin.close()
        assert heard_to_the_end(client) == b""
        assert process.wait(PATIENCE_S) == 0


def is_refused(address):
    try:
        socket.create_connection(address, PATIENCE_S).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it was in the queue in this very moment
        return False
    return False


# The dialer.


@pytest.fixture
def lab(monkeypatch):
    """The reference as a module, and no other tree."""
    monkeypatch.setenv("LABS", "lab_solutions")
    for name in [name for name in sys.modules if name.partition(".")[0] == "labs"]:
        monkeypatch.delitem(sys.modules, name)
    yield importlib.import_module("labs.lab07_connect_tunnel")
    for name in [name for name in sys.modules if name.partition(".")[0] == "labs"]:
        del sys.modules[name]


def dialled(lab, addresses):
    """What the callback got, and after how long; the loop is left with no socket but its own."""
    loop, answers, began_s = lab.SelectLoop(), [], time.monotonic()
    dialer = lab.Dialer(loop, lambda *answer: answers.append(answer))
    dialer.begin([lab.Endpoint(*address) for address in addresses])
    while not answers and time.monotonic() < began_s + PATIENCE_S:
        loop.run_once(0.1)
    took_s = time.monotonic() - began_s
    assert len(loop._watches) == 1  # the waker
    assert not dialer.under_way
    loop.close()
    ((sock, error),) = answers
    return sock, error, took_s


def test_the_dialer_takes_the_next_address_when_one_hangs_or_fails(lab, listener):
    with socket.socket() as nobody, unanswering() as silent:
        nobody.bind(("127.0.0.1", 0))
        tried = [silent, nobody.getsockname(), ("127.255.255.255", 80), listener.getsockname()]
        sock, error, took_s = dialled(lab, tried)
    with sock:
        assert error is None
        assert sock.getpeername() == listener.getsockname()
        assert lab.STAGGER_S <= took_s < lab.STAGGER_S + 1


def test_the_dialer_tells_the_last_error_when_all_fail(lab):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        sock, error, _ = dialled(lab, [("127.255.255.255", 80), nobody.getsockname()])
    assert sock is None
    assert isinstance(error, ConnectionRefusedError)


def test_a_dialer_that_was_cancelled_calls_nobody(lab, listener):
    loop, answers = lab.SelectLoop(), []
    for begin_first in (True, False):
        dialer = lab.Dialer(loop, lambda *answer: answers.append(answer))
        for step in (dialer.begin, dialer.cancel) if begin_first else (dialer.cancel, dialer.begin):
            step(*[[lab.Endpoint(*listener.getsockname())]] * (step == dialer.begin))
    for _ in range(3):
        loop.run_once(0.01)
    assert answers == []
    assert len(loop._watches) == 1
    loop.close()


def test_a_tunnel_in_which_nothing_moves_is_given_up(lab, peers):
    (client, far), (origin, other) = peers.pair(who="client"), peers.pair(who="origin")
    loop, ended = lab.SelectLoop(), []
    lab.Tunnel(loop, client, origin, on_done=ended.append, idle_s=0.1)
    until_s = time.monotonic() + PATIENCE_S
    while not ended and time.monotonic() < until_s:
        loop.run_once(0.05)
    loop.close()
    assert [type(error) for error in ended] == [TimeoutError]
    for sock in (far, other):
        with pytest.raises(ConnectionResetError):
            sock.recv(1)


# What it costs.


def test_100_mib_offered_to_a_stalled_reader_cost_little_memory_and_no_time(proxy, listener):
    process, address = proxy
    program = psutil.Process(process.pid)

    def offer(client, taken):
        piece = bytes(65_536)
        with suppress(OSError):
            while taken[0] < OFFERED_BYTES:
                taken[0] += client.send(piece)

    with tunnel(address, listener) as (client, origin):
        client.settimeout(60)
        before, taken = program.memory_info().rss, [0]
        sender = threading.Thread(target=offer, args=(client, taken))
        sender.start()
        try:
            wait_until(lambda: is_stalled(taken), timeout_s=PATIENCE_S, what="the sender to stop")
            stalled = program.memory_info().rss
            busy = share_of_a_core(program, for_s=2)
            assert taken[0] < OFFERED_BYTES / 2, "the kernel alone took it: offer more"
            assert unread(origin) > 0
            heard = 0
            while heard < OFFERED_BYTES:
                heard += len(origin.recv(1 << 20))
        finally:
            origin.close()
            sender.join(PATIENCE_S)
        after = program.memory_info().rss
    print(f"grown by {stalled - before:,} bytes, {after - before:,} in the end; busy: {busy:.2%}")
    assert stalled - before < GROWTH_BYTES
    assert after - before < GROWTH_BYTES
    assert busy < BUSY_SHARE


def is_stalled(taken):
    before = taken[0]
    time.sleep(0.2)
    return taken[0] == before > 0


def share_of_a_core(program, for_s):
    before = program.cpu_times()
    time.sleep(for_s)
    after = program.cpu_times()
    return (after.user + after.system - before.user - before.system) / for_s


def test_a_connect_that_hangs_delays_no_other_client(proxy, listener):
    _, address = proxy

    def seconds_for_one():
        began_s = time.monotonic()
        with tunnel(address, listener) as (client, origin):
            client.sendall(b"?")
            assert origin.recv(1) == b"?"
        return time.monotonic() - began_s

    with unanswering() as silent:
        hanging = [dial(address, connect_request(silent)) for _ in range(5)]
        waits_s = [seconds_for_one() for _ in range(21)]
        for client in hanging:
            client.close()
    print(f"median {median(waits_s) * 1000:.1f} ms, longest {max(waits_s) * 1000:.1f} ms")
    assert median(waits_s) < DELAY_S
