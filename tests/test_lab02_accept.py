"""Checks of lab 02: a listener, and a server that takes its clients one by one."""

import errno
import select
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from workbench import handlers, kernel
from workbench.checks import check, must_be_bytes, must_raise

PATIENCE_S = 1.5  # for what must come
QUIET_S = 0.1  # for what must not
NOT_HERE = "203.0.113.7"  # TEST-NET-3 (RFC 5737): nobody has it
CLIENTS = 200
STRAY = 20  # descriptors that may come and go meanwhile for other reasons
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds

HINT_RUNS = "Which socket's option counts here: that of the run that ended, or of the one to come?"
HINT_WHICH = "accept() returns a socket. Which one is `handle` to talk over?"


@pytest.fixture
def dial(journal):
    """`dial(address, "client 1")` connects, and writes in the journal under this name."""
    dialled = []

    def connect(address, who="client"):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        client = journal.watch(socket.socket(family), who)
        dialled.append(client)
        client.settimeout(PATIENCE_S)
        client.connect(address)
        return client

    yield connect
    for client in dialled:
        client.close()


class Serving:
    """The student's server at work: where it listens, its call, and the way to end it."""

    def __init__(self, student, background, handle, backlog=16):
        listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.address = listener.getsockname()
        self._switch = listener.dup()  # shutdown() reaches the listener, whoever holds it
        self._listener = listener
        self.call = background(student.serve_serially, listener, handle)

    def heard_by(self, client, count):
        """`count` bytes, or fewer if the stream ends or nothing more comes in time."""
        heard = b""
        with suppress(TimeoutError):
            while len(heard) < count and (data := client.recv(count - len(heard))):
                heard += data
        if len(heard) < count:
            self._raise_what_ended_it()
        return heard

    def what_comes_to(self, client, within_s=PATIENCE_S):
        """What the client hears next, in words."""
        if not select.select([client], [], [], within_s)[0]:
            self._raise_what_ended_it()
            return "nothing"
        try:
            data = client.recv(100)
        except ConnectionResetError:
            return "a reset"
        return repr(data) if data else "the end of the stream"

    def _raise_what_ended_it(self):
        """Lets the student's own exception explain the silence, if there was one."""
        if self.call.is_done():
            self.call.result()

    def shut_down(self):
        with suppress(OSError):  # it may have been shut down before
            self._switch.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.shut_down()
        self._switch.close()
        self._listener.close()


@pytest.fixture
def serving(student, background):
    """`serving(handle)` starts the student's `serve_serially`; it ends with the check."""
    servers = []

    def start(handle):
        servers.append(Serving(student, background, handle))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answered(clients):
    """The clients that hear something although they must not, by their numbers."""
    still_here = [client for client in clients if client.fileno() != -1]
    early, _, _ = select.select(still_here, [], [], QUIET_S)
    return [f"client {clients.index(client) + 1}" for client in early]


def reset(client):
    """Closes with RST instead of FIN: this client is gone for good."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    client.close()


def has_ipv6():
    with suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


@check(
    points=1,
    misconception="handshake-waits",
    hint="What must happen to a socket, after socket.socket(), before a client can connect to it?",
)
def test_open_listener_takes_connections(student, dial):
    """open_listener returns a socket that listens: a client can connect, and be accepted."""
    with student.open_listener("127.0.0.1", 0) as listener:
        client = dial(listener.getsockname())
        listener.settimeout(PATIENCE_S)
        server, peer = listener.accept()
        server.close()
        assert peer == client.getsockname()


@check(
    points=1,
    misconception="",
    needs="open_listener_takes_connections",
    hint="At which port does a client dial, and who decides that: bind(), listen() or accept()?",
)
def test_open_listener_is_at_the_port_it_is_given(student):
    """open_listener listens at the port that it is given; at a free one if that is 0."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        wanted = free.getsockname()[1]
    with student.open_listener("127.0.0.1", wanted) as listener:
        assert listener.getsockname()[1] == wanted
        with student.open_listener("127.0.0.1", 0) as another:
            assert another.getsockname()[1] not in (0, wanted)


@check(
    points=1,
    misconception="same-address",
    needs="open_listener_takes_connections",
    hint="Who can reach a listener on 0.0.0.0, and who one on 127.0.0.1?",
)
def test_open_listener_is_at_the_host_it_is_given(student):
    """open_listener listens at the host that it is given, and at no other address."""
    with student.open_listener("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


@check(
    points=2,
    misconception="same-address",
    needs="open_listener_takes_connections",
    hint="Which address family does your socket have, and which one has `::1`?",
)
def test_open_listener_can_be_at_an_ipv6_address(student, dial):
    """open_listener listens at `::1` as well as at 127.0.0.1."""
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with student.open_listener("::1", 0) as listener:
        client = dial(listener.getsockname())
        assert client.getpeername()[0] == "::1"


@check(
    points=2,
    misconception="backlog-is-clients",
    needs="open_listener_takes_connections",
    hint="What does the argument of listen() bound? Ask kernel.accept_queue(listener).",
)
def test_open_listener_keeps_as_many_waiting_as_its_backlog_says(student, dial):
    """open_listener's backlog is the limit of the kernel's queue; 128 if nothing is said."""
    if not kernel.has_tcp_info():
        pytest.skip("this system does not tell the length of an accept queue")
    with student.open_listener("127.0.0.1", 0, 3) as listener:
        for who in ("client 1", "client 2"):
            dial(listener.getsockname(), who)
        assert kernel.accept_queue(listener) == (2, 3)
    longest = int(Path("/proc/sys/net/core/somaxconn").read_text("ascii"))
    with student.open_listener("127.0.0.1", 0) as listener:
        assert kernel.accept_queue(listener) == (0, min(128, longest))


@check(
    points=3,
    misconception="reuseaddr-now",
    needs="open_listener_is_at_the_port_it_is_given",
    hint=HINT_RUNS,
)
def test_open_listener_can_be_started_again_at_once(student, dial):
    """open_listener listens again at once where a server ran that closed its connection first."""
    listener = student.open_listener("127.0.0.1", 0)
    address = listener.getsockname()
    client = dial(address)
    name = client.getsockname()
    listener.settimeout(PATIENCE_S)
    server, _ = listener.accept()
    server.close()
    assert client.recv(1) == b""
    client.close()
    listener.close()
    if kernel.has_proc():
        held = lambda: kernel.state_between(address, name) == "TIME-WAIT"  # noqa: E731
        kernel.wait_until(held, what="TIME-WAIT at the end that closed first")
    with student.open_listener(*address) as again:
        assert again.getsockname() == address


@check(
    points=1,
    misconception="reuseaddr-now",
    needs="open_listener_can_be_started_again_at_once",
    hint="Two servers on one address and port: which of them would a client get?",
)
def test_open_listener_refuses_a_port_on_which_somebody_listens(student):
    """open_listener raises OSError (EADDRINUSE) if somebody listens there, even if it was you."""
    with student.open_listener("127.0.0.1", 0) as listener:
        must_raise(OSError, student.open_listener, *listener.getsockname(), code=errno.EADDRINUSE)


@check(
    points=1,
    misconception="",
    needs="open_listener_refuses_a_port_on_which_somebody_listens",
    hint="Your program can't start, and prints your error. Can its reader tell which port to free?",
)
def test_open_listener_names_the_port_in_use(student):
    """open_listener names host and port in the text of the error if the port is in use."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        error = must_raise(OSError, student.open_listener, host, port)
    assert [part for part in (host, str(port)) if part not in str(error)] == []


@check(
    points=1,
    misconception="same-address",
    needs="open_listener_is_at_the_host_it_is_given",
    hint="Can a program listen at an address that its machine does not have?",
)
def test_open_listener_refuses_an_address_that_is_not_here(student):
    """open_listener raises OSError (EADDRNOTAVAIL) that names an address that is not here."""
    error = must_raise(OSError, student.open_listener, NOT_HERE, 8080, code=errno.EADDRNOTAVAIL)
    assert [part for part in (NOT_HERE, "8080") if part not in str(error)] == []


@check(points=2, misconception="accept-new-port", hint=HINT_WHICH)
def test_serve_serially_talks_over_the_accepted_connection(serving, dial, nonce):
    """serve_serially gives `handle` the connection that accept() returned."""
    sent = nonce(20)
    server = serving(handlers.echo_once)
    client = dial(server.address)
    client.sendall(sent)
    must_be_bytes(server.heard_by(client, len(sent)), sent)


@check(
    points=2,
    misconception="one-client-is-all",
    needs="serve_serially_talks_over_the_accepted_connection",
    hint="After the first client: does your function come back to accept()?",
)
def test_serve_serially_serves_one_client_after_another(serving, dial, nonce):
    """serve_serially serves the next client, and the one after it."""
    server = serving(handlers.echo_once)
    for who in ("client 1", "client 2", "client 3"):
        sent = nonce(20)
        client = dial(server.address, who)
        client.sendall(sent)
        must_be_bytes(server.heard_by(client, len(sent)), sent)
        client.close()


@check(
    points=3,
    misconception="handshake-waits",
    needs="serve_serially_serves_one_client_after_another",
    hint="Client 3 has connected and spoken. Must your program do anything for that to happen?",
)
def test_serve_serially_serves_in_the_order_of_connecting(serving, dial, nonce):
    """serve_serially lets clients wait in the order in which they connected, not spoke."""
    server = serving(handlers.echo_until_end)
    clients = [dial(server.address, f"client {number}") for number in (1, 2, 3)]
    words = [nonce(20) for _ in clients]
    for number in (2, 1):
        clients[number].sendall(words[number])
        assert answered(clients) == []
    clients[0].sendall(words[0])
    for client, word in zip(clients, words, strict=True):
        must_be_bytes(server.heard_by(client, len(word)), word)
        assert answered(clients) == []
        client.close()


@check(
    points=2,
    misconception="one-client-is-all",
    needs="serve_serially_talks_over_the_accepted_connection",
    hint="How does a client learn that nothing more will come? Who has to do something for that?",
)
def test_serve_serially_closes_a_client_when_handle_is_done(serving, dial):
    """serve_serially closes a client as soon as `handle` has returned: it hears the end."""
    server = serving(handlers.greet)
    client = dial(server.address)
    must_be_bytes(server.heard_by(client, 7), b"hello\r\n")
    assert server.what_comes_to(client) == "the end of the stream"


@check(
    points=2,
    misconception="one-client-is-all",
    needs="serve_serially_serves_one_client_after_another",
    hint="Where does an exception go that `handle` raises, and what of your function runs then?",
    symptoms=(handlers.Crash,),
)
def test_serve_serially_survives_a_handler_that_raises(serving, dial, nonce):
    """serve_serially serves the next client although `handle` raised an exception for this one."""
    server = serving(handlers.crash)
    dial(server.address, "client 1").sendall(b"crash")
    sent = nonce(20)
    client = dial(server.address, "client 2")
    client.sendall(sent)
    must_be_bytes(server.heard_by(client, len(sent)), sent)


@check(
    points=1,
    misconception="one-client-is-all",
    needs=(
        "serve_serially_survives_a_handler_that_raises",
        "serve_serially_closes_a_client_when_handle_is_done",
    ),
    hint="Which of your lines run if `handle` raises, and which only if it does not?",
)
def test_serve_serially_closes_a_client_whose_handler_raised(serving, dial):
    """serve_serially closes a client even if `handle` raised an exception for it."""
    server = serving(handlers.crash)
    client = dial(server.address)
    client.sendall(b"crash")
    assert server.what_comes_to(client) == "the end of the stream"


@check(
    points=1,
    misconception="one-client-is-all",
    needs=(
        "serve_serially_survives_a_handler_that_raises",
        "serve_serially_serves_in_the_order_of_connecting",
    ),
    hint="A client is gone before its turn. What do accept() and recv() say, and to whom?",
)
def test_serve_serially_survives_a_client_that_reset_while_it_waited(serving, dial, nonce):
    """serve_serially serves on although a client that waited in the queue is gone by reset."""
    server = serving(handlers.echo_until_end)
    first, second, third = (dial(server.address, f"client {number}") for number in (1, 2, 3))
    sent = nonce(20)
    third.sendall(sent)
    reset(second)
    first.close()
    must_be_bytes(server.heard_by(third, len(sent)), sent)


@check(
    points=2,
    misconception="accept-never-fails",
    needs="serve_serially_serves_one_client_after_another",
    hint="What does accept() do when its listener is shut down? Try it in the notebook.",
)
def test_serve_serially_returns_when_its_listener_is_shut_down(serving, dial):
    """serve_serially returns, and raises nothing, when its listener is shut down."""
    if sys.platform != "linux":
        pytest.skip("only Linux wakes accept() when its listener is shut down")
    server = serving(handlers.greet)
    must_be_bytes(server.heard_by(dial(server.address), 7), b"hello\r\n")
    server.shut_down()
    assert server.call.result(PATIENCE_S) is None


@check(
    points=2,
    misconception="closing-listener-drops",
    needs="serve_serially_returns_when_its_listener_is_shut_down",
    hint="The listener is gone, and a client is in the middle of a word. Is its socket gone, too?",
)
def test_serve_serially_finishes_its_client_when_it_is_shut_down(serving, dial, nonce):
    """serve_serially serves the client that it has to the end, even if the listener is gone."""
    before, after = nonce(20), nonce(20)
    server = serving(handlers.echo_until_end)
    client = dial(server.address)
    client.sendall(before)
    must_be_bytes(server.heard_by(client, len(before)), before)
    server.shut_down()
    for sent in (after[:10], after[10:]):
        assert server.what_comes_to(client, QUIET_S) == "nothing"
        client.sendall(sent)
        must_be_bytes(server.heard_by(client, len(sent)), sent)
    client.close()
    assert server.call.result(PATIENCE_S) is None


@check(
    points=2,
    misconception="one-client-is-all",
    needs="serve_serially_closes_a_client_when_handle_is_done",
    hint="What does your function hold for a client, and when does it give all of that back?",
)
def test_serve_serially_leaks_no_descriptor_over_200_clients(serving, dial, descriptors):
    """serve_serially has as many descriptors open after 200 clients as after the first one."""
    server = serving(handlers.greet)
    counts = []
    for _ in range(CLIENTS):
        with dial(server.address) as client:
            must_be_bytes(server.heard_by(client, 7), b"hello\r\n")
            assert server.what_comes_to(client) == "the end of the stream"
        counts.append(descriptors())
    assert counts[-1] <= counts[0] + STRAY
