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
from workbench.checks import Difference, check, must_raise
from workbench.checks.evidence import NeverReturned
from workbench.journal import first_difference

PATIENCE_S = 3.0  # for what must come, on a busy machine, too
BUSY_S = 0.1  # of CPU time, meanwhile: whoever waits needs none
QUIET_S = 0.1  # for what must not
# On Linux all of 127.0.0.0/8 is this machine: at .2 hardly anybody else takes a port just given up.
HOST = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
NOBODY = "fe80::1%nowhere"  # an interface that is not there: known without asking a name server
NOT_HERE = "203.0.113.7"  # TEST-NET-3 (RFC 5737): nobody has it
CLIENTS = 200
FAILURES = 50
STRAY = 20  # descriptors that may come and go meanwhile for other reasons
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds
END = "the end of the stream"


@pytest.fixture
def connect(journal):
    """`connect(address, "client 1")` connects, and writes in the journal under this name."""
    connected = []

    def to(address, who="client"):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        client = journal.watch(socket.socket(family), who)
        connected.append(client)
        client.settimeout(PATIENCE_S)
        client.connect(address)
        return client

    yield to
    for client in connected:
        client.close()


class Serving:
    """The student's server at work: where it listens, its call, and the way to end it."""

    def __init__(self, student, background, handle):
        self._serve = lambda: background(student.serve_serially, self._listener, handle)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.address = self._listener.getsockname()
        self._switch = self._listener.dup()  # shutdown() reaches the listener, whoever holds it
        self.call = self._serve()

    def must_send(self, client, expected, who="the client"):
        """Raises Difference unless this is what comes next; or what ended the student's call."""
        got, how = b"", ""
        while len(got) < len(expected) and not how:
            data, how = next_from(client, len(expected) - len(got))
            got += data
        if got != expected:
            self._raise_what_ended_it()
            all_of_it = " and ".join(filter(None, [in_words(got), how]))
            at = first_difference(got, expected) if got else None
            raise Difference(f"{who} gets {expected!r}", f"it got {all_of_it}", expected, at)

    def must_end(self, client):
        """Raises Difference unless the client sees the end of the stream next."""
        data, how = next_from(client)
        if how != END:
            self._raise_what_ended_it()
            raise Difference(f"the client gets {END}", f"it got {how or in_words(data)}")

    def must_go_on(self, data, how):
        """Raises Difference unless something came; or what ended the student's call."""
        if not data:
            self._raise_what_ended_it()
            raise Difference("the client gets an answer", f"it got {how}")

    def must_return(self, cpu_s):
        """Raises Difference unless the student's call ends, and returns None."""
        used_s = -cpu_s()
        try:
            returned = self.call.result(PATIENCE_S)
        except NeverReturned:
            raise_with_its_pace("serve_serially returns", used_s + cpu_s())
        if returned is not None:
            raise Difference("serve_serially returns None", f"it returned {returned!r}")

    def _raise_what_ended_it(self):
        """Lets the student's own exception explain the silence, if there was one."""
        if self.call.is_done():
            self.call.result()

    def waiting(self):
        """How many clients are in the kernel's queue, where accept() will find them."""
        return kernel.accept_queue(self._switch).waiting

    def shut_down(self):
        with suppress(OSError):  # it may have been shut down before
            self._switch.shutdown(socket.SHUT_RDWR)

    def start_again(self):
        """After a shutdown: listens again, with the same socket, and serves again."""
        self._switch.listen()
        self.address = self._switch.getsockname()
        self.call = self._serve()

    def serve_closed(self):
        """Serves once more, with a listener that is closed: accept() fails with EBADF."""
        self._listener.close()
        self.call = self._serve()

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


def in_words(data):
    return repr(data) if data else ""


def next_from(client, count=100, within_s=PATIENCE_S):
    """What the client gets next: (some bytes, "") or (b"", what there is instead, in words)."""
    client.settimeout(within_s)
    try:
        data = client.recv(count)
    except TimeoutError:
        return b"", f"nothing within {within_s:g} s"
    except ConnectionResetError:
        return b"", "a reset of its connection"
    return data, "" if data else END


def raise_with_its_pace(expected, used_s):
    """A call has not come back: does it wait, or does it run in circles?"""
    how = f"after {PATIENCE_S:g} s it still had not"
    if used_s > BUSY_S:
        how += f". It did not wait, either: it used {used_s:.1f} s of CPU time. Does accept() fail"
        how += " again and again, and is it called again each time?"
    raise Difference(expected, how) from None


def must_wait(clients, being_served, when):
    """Raises Difference if anybody is answered although it is the turn of one who is silent."""
    here = [client for client in clients if client.fileno() != -1]
    early, _, _ = select.select(here, [], [], QUIET_S)
    if early:
        names = " and ".join(f"client {clients.index(client) + 1}" for client in early)
        raise Difference(
            f"all wait {when}: client {being_served} is being served, and is not finished",
            f"something came to {names} already",
        )


def must_be_at(listener, expected, what):
    found = listener.getsockname()
    if found[: len(expected)] != expected:
        raise Difference(f"a listener at {what}", f"it is at {found[0]}, port {found[1]}")


def must_have_limit(listener, expected, how):
    limit = kernel.accept_queue(listener).limit
    if limit != expected:
        raise Difference(f"the queue's limit is {expected} {how}", f"the limit is {limit}")


def must_refuse(open_listener, host, port, why):
    """Raises Difference unless the call raises an OSError, whatever its errno and text."""
    try:
        returned = open_listener(host, port)
    except OSError as error:
        return error
    with returned:
        host, port = returned.getsockname()[:2]
        raise Difference(
            f"an OSError, since {why}", f"it returned a listener at {host}, port {port}"
        )


def must_name(error, *parts):
    missing = [part for part in parts if part not in str(error)]
    if missing:
        raise Difference(
            f"an error whose text names {' and '.join(parts)}",
            f"{' and '.join(missing)} can't be found in its text: {error}",
        )


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
    misconception="",
    hint="After listen(): what else happens to your socket, up to the end of your function?",
)
def test_open_listener_returns_an_open_socket(student):
    """open_listener returns a socket, and it is open."""
    listener = student.open_listener("127.0.0.1", 0)
    if not isinstance(listener, socket.socket):
        raise Difference("it returns a socket", f"it returned {listener!r}")
    with listener:
        if listener.fileno() == -1:
            raise Difference("the socket is open", "it had been closed when it was returned")


@check(
    points=1,
    misconception="",
    needs="open_listener_returns_an_open_socket",
    hint="What is the timeout of a new socket? Which of your lines changes it?",
)
def test_open_listener_returns_a_socket_that_blocks(student):
    """open_listener returns the listener in blocking mode, without a timeout."""
    with student.open_listener("127.0.0.1", 0) as listener:
        timeout_s = listener.gettimeout()
        if timeout_s is not None:
            raise Difference("it is in blocking mode", f"its timeout is {timeout_s:g} s")


@check(
    points=1,
    misconception="handshake-waits",
    needs="open_listener_returns_an_open_socket",
    hint="What must happen to a socket, after socket.socket(), before a client can connect to it?",
)
def test_open_listener_takes_connections(student, connect):
    """open_listener returns a socket that listens: a client can connect, and be accepted."""
    with student.open_listener("127.0.0.1", 0) as listener:
        client = connect(listener.getsockname())
        listener.settimeout(PATIENCE_S)
        server, peer = listener.accept()
        server.close()
        assert peer == client.getsockname()


@check(
    points=1,
    misconception="same-address",
    needs="open_listener_takes_connections",
    hint="Who can reach a listener on 0.0.0.0, and who one on 127.0.0.1?",
)
def test_open_listener_is_at_the_host_it_is_given(student):
    """open_listener listens at the host that it is given, and at no other address."""
    with student.open_listener("127.0.0.1", 0) as listener:
        must_be_at(listener, ("127.0.0.1",), "127.0.0.1")


@check(
    points=1,
    misconception="",
    needs="open_listener_takes_connections",
    hint="Which call decides at which port a socket listens, and what do you give to it?",
)
def test_open_listener_is_at_the_port_it_is_given(student):
    """open_listener listens at the port that it is given."""
    with socket.create_server((HOST, 0)) as free:
        address = free.getsockname()
    with student.open_listener(*address) as listener:
        if listener.getsockname()[1] != address[1]:
            must_be_at(listener, address, f"port {address[1]}")


@check(
    points=2,
    misconception="same-address",
    needs="open_listener_takes_connections",
    hint="Which address family does your socket have, and which one has `::1`?",
)
def test_open_listener_can_be_at_an_ipv6_address(student, connect):
    """open_listener listens at `::1` as well as at 127.0.0.1."""
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with student.open_listener("::1", 0) as listener:
        must_be_at(listener, ("::1",), "::1")
        connect(listener.getsockname())


@check(
    points=1,
    misconception="",
    needs="open_listener_can_be_at_an_ipv6_address",
    hint="Does your function set an option that the text does not name? What does `::` mean then?",
)
def test_open_listener_at_all_addresses_takes_ipv4_clients_too(student, connect):
    """open_listener at `::` is at all addresses: on Linux, an IPv4 client comes in there, too."""
    if sys.platform != "linux" or not socket.has_dualstack_ipv6():
        pytest.skip("here a listener on `::` need not take IPv4 clients")
    with student.open_listener("::", 0) as listener:
        port = listener.getsockname()[1]
        try:
            connect(("127.0.0.1", port))
        except ConnectionRefusedError:
            raise Difference(
                f"a client can connect to 127.0.0.1, port {port}", "it was refused"
            ) from None


@check(
    points=2,
    misconception="backlog-is-clients",
    needs="open_listener_takes_connections",
    hint="What does the argument of listen() bound? Ask kernel.accept_queue(listener).",
)
def test_open_listener_keeps_as_many_waiting_as_its_backlog_says(student):
    """open_listener's backlog is the limit of the kernel's queue; 128 if nothing is said."""
    if not kernel.has_tcp_info():
        pytest.skip("this system does not tell the limit of an accept queue")
    with student.open_listener("127.0.0.1", 0, 3) as listener:
        must_have_limit(listener, 3, "after open_listener(host, port, 3)")
    longest = int(Path("/proc/sys/net/core/somaxconn").read_text("ascii"))
    with student.open_listener("127.0.0.1", 0) as listener:
        must_have_limit(listener, min(128, longest), "where no backlog is given")


@check(
    points=1,
    misconception="reuseaddr-now",
    needs="open_listener_takes_connections",
    hint="Which socket's option counts: that of the run that ended, or of the one to come?",
)
def test_open_listener_sets_reuseaddr(student):
    """open_listener sets SO_REUSEADDR on every listener, not only when an address is in use."""
    with student.open_listener("127.0.0.1", 0) as listener:
        if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR):
            raise Difference("a listener with SO_REUSEADDR", "the option is not set")


@check(
    points=2,
    misconception="reuseaddr-any-time",
    needs=(
        "open_listener_is_at_the_port_it_is_given",
        "open_listener_is_at_the_host_it_is_given",
        "open_listener_sets_reuseaddr",
    ),
    hint="Your option is set. In which order do you call setsockopt, bind and listen?",
)
def test_open_listener_can_be_started_again_at_once(student, connect):
    """open_listener listens again at once where a server ran that closed its connection first."""
    listener = student.open_listener(HOST, 0)
    address = listener.getsockname()
    client = connect(address)
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
        must_be_at(again, address, f"port {address[1]}, as before")


@check(
    points=1,
    misconception="",
    needs="open_listener_is_at_the_port_it_is_given",
    hint="Its clients know one port. Who tells them when you take another one?",
)
def test_open_listener_takes_no_other_port(student):
    """open_listener listens at the port that it is given, or raises OSError: it takes no other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        must_refuse(student.open_listener, *listener.getsockname(), why="this port is in use")


@check(
    points=1,
    misconception="reuseport-is-reuseaddr",
    needs="open_listener_takes_no_other_port",
    hint="Two servers on one address and port: which of them would a client get?",
)
def test_open_listener_refuses_a_port_on_which_somebody_listens(student):
    """open_listener raises OSError if somebody listens there already."""
    with student.open_listener("127.0.0.1", 0) as listener:
        must_refuse(student.open_listener, *listener.getsockname(), why="somebody listens there")


@check(
    points=1,
    misconception="same-address",
    needs="open_listener_is_at_the_host_it_is_given",
    hint="Can a program listen at an address that its machine does not have?",
)
def test_open_listener_refuses_an_address_that_is_not_here(student):
    """open_listener raises OSError if the host is no address of this machine."""
    must_refuse(student.open_listener, NOT_HERE, 8080, why=f"{NOT_HERE} is not this machine")


@check(
    points=1,
    misconception="",
    needs=(
        "open_listener_refuses_a_port_on_which_somebody_listens",
        "open_listener_refuses_an_address_that_is_not_here",
    ),
    hint="OSError(number, text) has an errno, OSError(text) has none. Where do you get the number?",
)
def test_open_listener_keeps_the_errno(student):
    """open_listener's error has the kernel's errno: EADDRINUSE or EADDRNOTAVAIL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        must_raise(OSError, student.open_listener, *listener.getsockname(), code=errno.EADDRINUSE)
    must_raise(OSError, student.open_listener, NOT_HERE, 8080, code=errno.EADDRNOTAVAIL)


@check(
    points=1,
    misconception="",
    needs=(
        "open_listener_refuses_a_port_on_which_somebody_listens",
        "open_listener_refuses_an_address_that_is_not_here",
    ),
    hint="Your program can't start, and prints your error. Can its reader tell which port to free?",
)
def test_open_listener_names_host_and_port_in_its_error(student):
    """open_listener names host and port in the text of its error."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        must_name(must_raise(OSError, student.open_listener, host, port), host, str(port))
    must_name(must_raise(OSError, student.open_listener, NOT_HERE, 8080), NOT_HERE, "8080")


@check(
    points=1,
    misconception="",
    needs="open_listener_names_host_and_port_in_its_error",
    hint="address_here raises an error. Which of your lines run then, and which sockets are there?",
    symptoms=(UnboundLocalError,),
)
def test_open_listener_lets_the_error_of_a_lookup_through(student):
    """open_listener raises OSError, as address_here does, if nobody knows the host."""
    must_raise(OSError, student.open_listener, NOBODY, 8080)


@check(
    points=1,
    misconception="",
    needs="open_listener_refuses_a_port_on_which_somebody_listens",
    hint="Your call raises an error, so its caller gets no socket. Who can still close it?",
)
def test_open_listener_closes_the_socket_that_can_not_listen(student, descriptors):
    """open_listener leaves no socket open when it raises an error."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        before = descriptors()
        errors = [
            must_raise(OSError, student.open_listener, *listener.getsockname())
            for _ in range(FAILURES)
        ]  # kept: an exception keeps the variables of the call that raised it
        more = descriptors() - before
    if more > STRAY:
        raise Difference(
            f"no socket is open after {len(errors)} calls that failed", f"{more} more are open"
        )


@check(
    points=2,
    misconception="accept-new-port",
    hint="accept() returns a socket. Which one is `handle` to talk over?",
)
def test_serve_serially_talks_over_the_accepted_connection(serving, connect, nonce):
    """serve_serially gives `handle` the connection that accept() returned."""
    sent = nonce(20)
    server = serving(handlers.echo_once)
    client = connect(server.address)
    client.sendall(sent)
    server.must_send(client, sent)


@check(
    points=2,
    misconception="one-client-is-all",
    needs="serve_serially_talks_over_the_accepted_connection",
    hint="After the first client: does your function come back to accept()?",
)
def test_serve_serially_serves_one_client_after_another(serving, connect, nonce):
    """serve_serially serves the next client, and the one after it."""
    server = serving(handlers.echo_once)
    for who in ("client 1", "client 2", "client 3"):
        sent = nonce(20)
        client = connect(server.address, who)
        client.sendall(sent)
        server.must_send(client, sent, who)
        client.close()


@check(
    points=2,
    misconception="waiting-needs-accept",
    needs="serve_serially_serves_one_client_after_another",
    hint="Client 1 is being served. Where are client 3 and what it has sent, until its turn comes?",
)
def test_serve_serially_serves_in_the_order_of_connecting(serving, connect, nonce):
    """serve_serially serves one at a time, in the order of connecting, whoever speaks first."""
    server = serving(handlers.echo_until_end)
    clients = [connect(server.address, f"client {number}") for number in (1, 2, 3)]
    words = [nonce(20) for _ in clients]
    for number in (3, 2):
        clients[number - 1].sendall(words[number - 1])
        must_wait(clients, 1, f"after client {number} has spoken")
    clients[0].sendall(words[0])
    for number, (client, word) in enumerate(zip(clients, words, strict=True), 1):
        server.must_send(client, word, f"client {number}")
        must_wait(clients, number, f"after client {number} has its answer")
        client.close()


@check(
    points=1,
    misconception="waiting-needs-accept",
    needs="serve_serially_serves_in_the_order_of_connecting",
    hint="Client 2 is being served. Who has client 3 until its turn: the kernel, or your list?",
)
def test_serve_serially_leaves_in_the_queue_who_waits(serving, connect, nonce):
    """serve_serially accepts a client when its turn comes: until then the kernel's queue has it."""
    if not kernel.has_tcp_info():
        pytest.skip("this system does not tell how many are in an accept queue")
    server = serving(handlers.echo_until_end)
    clients = [connect(server.address, f"client {number}") for number in (1, 2, 3, 4)]
    for number, client in enumerate(clients, 1):
        sent = nonce(20)
        client.sendall(sent)
        server.must_send(client, sent, f"client {number}")
        others, waiting = len(clients) - number, server.waiting()
        if waiting != others:
            raise Difference(
                f"{others} wait in the kernel's queue while client {number} is being served",
                f"{waiting} did",
            )
        client.close()


@check(
    points=1,
    misconception="",
    needs="serve_serially_serves_one_client_after_another",
    hint="Client 2 is being served: has your call for client 1 returned? And after 1,000 clients?",
)
def test_serve_serially_goes_round_in_a_loop(serving, connect):
    """serve_serially needs no more of Python's stack for the fifth client than for the first."""
    server = serving(handlers.tell_depth)
    depths = []
    for _ in range(5):
        with connect(server.address) as client:
            data, how = next_from(client)
            server.must_go_on(data, how)
            depths.append(int(data))
    if depths[-1] > depths[0]:
        raise Difference(
            "handle is called at the same depth of the stack for each client",
            f"for client 5 it was {depths[-1] - depths[0]} calls deeper: some hundred more, and"
            " there is a RecursionError",
        )


@check(
    points=1,
    misconception="",
    needs="serve_serially_serves_one_client_after_another",
    hint="`handle` takes as long as it likes. What does your function set on the client's socket?",
)
def test_serve_serially_gives_handle_all_the_time_it_likes(serving, connect):
    """serve_serially gives `handle` a socket that waits for ever, as accept() returns it."""
    server = serving(handlers.tell_timeout)
    data, how = next_from(connect(server.address))
    server.must_go_on(data, how)
    if data != b"None":
        raise Difference("the client's socket has no timeout", f"its timeout is {data.decode()} s")


@check(
    points=2,
    misconception="done-is-closed",
    needs="serve_serially_talks_over_the_accepted_connection",
    hint="How does a client learn that nothing more will come? Who has to do something for that?",
)
def test_serve_serially_closes_a_client_when_handle_returns(serving, connect):
    """serve_serially closes a client as soon as `handle` has returned."""
    server = serving(handlers.greet)
    client = connect(server.address)
    server.must_send(client, b"hello\r\n")
    server.must_end(client)


@check(
    points=2,
    misconception="next-line-runs",
    needs="serve_serially_serves_one_client_after_another",
    hint="Where does an exception go that `handle` raises, and what of your function runs then?",
    symptoms=(handlers.Crash,),
)
def test_serve_serially_survives_a_handler_that_raises(serving, connect, nonce):
    """serve_serially serves the next client although `handle` raised an exception for this one."""
    server = serving(handlers.crash)
    connect(server.address, "client 1").sendall(b"crash")
    sent = nonce(20)
    client = connect(server.address, "client 2")
    client.sendall(sent)
    server.must_send(client, sent, "client 2")


@check(
    points=1,
    misconception="next-line-runs",
    needs=(
        "serve_serially_survives_a_handler_that_raises",
        "serve_serially_closes_a_client_when_handle_returns",
    ),
    hint="Which of your lines run if `handle` raises, and which only if it does not?",
)
def test_serve_serially_closes_a_client_whose_handler_raised(serving, connect):
    """serve_serially closes a client whatever `handle` raised for it, Ctrl-C too."""
    for handle, word in ((handlers.crash, b"crash"), (handlers.interrupt, b"interrupt")):
        client = connect(serving(handle).address)
        client.sendall(word)
        data, how = next_from(client)
        if how != END:
            raise Difference(f"the client gets {END}", f"it got {how or in_words(data)}")


@check(
    points=1,
    misconception="one-error-one-meaning",
    needs=(
        "serve_serially_survives_a_handler_that_raises",
        "serve_serially_serves_in_the_order_of_connecting",
    ),
    hint="A client is gone before its turn. What do accept() and recv() say, and to whom?",
)
def test_serve_serially_survives_a_client_that_reset_while_it_waited(serving, connect, nonce):
    """serve_serially serves on although a client that waited in the queue is gone by reset."""
    server = serving(handlers.echo_until_end)
    first, second, third = (connect(server.address, f"client {number}") for number in (1, 2, 3))
    sent = nonce(20)
    third.sendall(sent)
    reset(second)
    first.close()
    server.must_send(third, sent, "client 3")


@check(
    points=2,
    misconception="accept-never-fails",
    needs="serve_serially_serves_one_client_after_another",
    hint="What does accept() do when its listener is shut down? Try it in the notebook.",
)
def test_serve_serially_returns_when_its_listener_is_shut_down(serving, connect, cpu_s):
    """serve_serially returns, and raises nothing, when its listener is shut down."""
    if sys.platform != "linux":
        pytest.skip("only Linux wakes accept() when its listener is shut down")
    server = serving(handlers.greet)
    server.must_send(connect(server.address), b"hello\r\n")
    server.shut_down()
    server.must_return(cpu_s)


@check(
    points=2,
    misconception="closing-listener-drops",
    needs="serve_serially_returns_when_its_listener_is_shut_down",
    hint="The listener is gone while a client is being served. Is the client's socket gone, too?",
)
def test_serve_serially_finishes_its_client_when_it_is_shut_down(serving, connect, nonce, cpu_s):
    """serve_serially serves the client that it has to the end, even if the listener is gone."""
    before, after = nonce(20), nonce(20)
    server = serving(handlers.echo_until_end)
    client = connect(server.address)
    client.sendall(before)
    server.must_send(client, before)
    server.shut_down()
    for sent in (after[:10], after[10:]):
        if select.select([client], [], [], QUIET_S)[0]:
            data, how = next_from(client)
            raise Difference("the client is still being served", f"it got {how or in_words(data)}")
        client.sendall(sent)
        server.must_send(client, sent)
    client.close()
    server.must_return(cpu_s)


@check(
    points=1,
    misconception="",
    needs="serve_serially_returns_when_its_listener_is_shut_down",
    hint="Who opened the listener: your function, or the one that called it?",
)
def test_serve_serially_leaves_the_listener_open(serving, connect, cpu_s):
    """serve_serially does not close the listener: whoever opened it can use it again."""
    server = serving(handlers.greet)
    server.shut_down()
    server.must_return(cpu_s)
    server.start_again()
    data, _ = next_from(connect(server.address))
    if not data:
        raise Difference("the listener is open, and can listen again", "it had been closed")


@check(
    points=2,
    misconception="done-is-closed",
    needs="serve_serially_closes_a_client_when_handle_returns",
    hint="What does your function hold for a client, and when does it give all of that back?",
)
def test_serve_serially_leaks_no_descriptor_over_200_clients(serving, connect, descriptors):
    """serve_serially has as many descriptors open after 200 clients as after the first one."""
    server = serving(handlers.greet)
    counts = []
    for _ in range(CLIENTS):
        with connect(server.address) as client:
            server.must_send(client, b"hello\r\n")
            server.must_end(client)
        counts.append(descriptors())
    if counts[-1] > counts[0] + STRAY:
        more = counts[-1] - counts[0]
        raise Difference("no more descriptors than after one client", f"{more} more are open")


@check(
    points=1,
    misconception="one-error-one-meaning",
    needs="serve_serially_returns_when_its_listener_is_shut_down",
    hint="A listener may have been closed, not shut down. What does accept() say then?",
)
def test_serve_serially_returns_when_its_listener_was_closed(serving, cpu_s):
    """serve_serially returns, and raises nothing, when its listener is closed already."""
    server = serving(handlers.greet)
    server.shut_down()
    server.must_return(cpu_s)
    server.serve_closed()
    server.must_return(cpu_s)


@check(
    points=1,
    misconception="one-error-one-meaning",
    needs=(
        "serve_serially_talks_over_the_accepted_connection",
        "serve_serially_returns_when_its_listener_is_shut_down",
    ),
    hint="accept() fails. Which errno says that the listener has ended? What do the others say?",
)
def test_serve_serially_lets_other_errors_of_accept_through(student, background, cpu_s):
    """serve_serially lets through what accept() raises for any other reason than the end."""
    with socket.socket(type=socket.SOCK_DGRAM) as no_listener:
        no_listener.bind(("127.0.0.1", 0))
        no_listener.sendto(b"readable", no_listener.getsockname())
        expected = "OSError is raised: accept() fails with EOPNOTSUPP, as this is a UDP socket"
        used_s = -cpu_s()
        call = background(student.serve_serially, no_listener, handlers.greet)
        try:
            returned = call.result(PATIENCE_S)
        except NeverReturned:
            raise_with_its_pace(expected, used_s + cpu_s())
        except OSError:
            return
    raise Difference(expected, f"serve_serially returned {returned!r}")


@check(
    points=1,
    misconception="",
    needs="serve_serially_closes_a_client_whose_handler_raised",
    hint="Ctrl-C raises KeyboardInterrupt. Which of your lines would catch it?",
)
def test_serve_serially_lets_ctrl_c_through(serving, connect, nonce):
    """serve_serially lets KeyboardInterrupt through: it ends, and serves nobody else."""
    sent = nonce(20)
    server = serving(handlers.interrupt)
    first, second = (connect(server.address, f"client {number}") for number in (1, 2))
    second.sendall(sent)
    first.sendall(b"interrupt")
    data, how = next_from(first)
    if how != END:
        raise Difference(f"client 1 gets {END}", f"it got {how or in_words(data)}")
    if next_from(second, within_s=QUIET_S)[0]:
        raise Difference("serve_serially ends with KeyboardInterrupt", "it served client 2 as well")
