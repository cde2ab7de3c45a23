"""Checks of lab 01: the name of a connection, asked at live sockets."""

import errno
import random
import socket
import sys
from contextlib import contextmanager, suppress

import pytest

from workbench.checks import check, must_raise

HINT_SOURCE = "Of your socket's two addresses, which method returns its own, and which its peer's?"


@pytest.fixture
def udp_pair():
    """Two UDP sockets that are connected to each other."""
    with socket.socket(type=socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        one.connect(two.getsockname())
        two.connect(one.getsockname())
        yield one, two


@check(points=1, misconception="port-is-text", hint="What is the type of sock.getsockname()[1]?")
def test_local_endpoint_port_is_a_number(student, peers):
    """local_endpoint gives the port as a number."""
    client, _ = peers.pair()
    assert type(student.local_endpoint(client).port) is int


@check(
    points=2,
    misconception="source-is-the-client",
    needs="local_endpoint_port_is_a_number",
    hint=HINT_SOURCE,
)
def test_local_endpoint_is_the_sockets_own_end(student, peers):
    """local_endpoint is the socket's own end: at the client, and at the server."""
    client, server = peers.pair()
    ours, theirs = client.getsockname(), server.getsockname()
    assert student.local_endpoint(client) == student.Endpoint(*ours)
    assert student.local_endpoint(server) == student.Endpoint(*theirs)


@check(
    points=1,
    misconception="listener-is-half",
    needs="local_endpoint_port_is_a_number",
    hint="Does a listener have a local address before anyone has connected?",
)
def test_local_endpoint_of_a_listener_is_where_it_listens(student):
    """local_endpoint of a listener is the address at which it listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = listener.getsockname()
        assert student.local_endpoint(listener) == student.Endpoint(*where)


@check(
    points=1,
    misconception="same-address",
    needs="local_endpoint_is_the_sockets_own_end",
    hint="A listener on 0.0.0.0: is that the local address of the connections that it accepts?",
)
def test_local_endpoint_is_the_address_that_the_client_dialled(student):
    """local_endpoint behind a listener on 0.0.0.0 is the very address that the client dialled."""
    if sys.platform != "linux":
        pytest.skip("only Linux answers at 127.0.0.2 without being told to")
    with socket.create_server(("0.0.0.0", 0)) as listener:
        client = socket.create_connection(("127.0.0.2", listener.getsockname()[1]), 3)
        server, _ = listener.accept()
        with client, server:
            theirs = client.getpeername()
            assert student.local_endpoint(server) == student.Endpoint(*theirs)


@check(
    points=1,
    misconception="same-address",
    needs="local_endpoint_of_a_listener_is_where_it_listens",
    hint="A listener on 0.0.0.0: at how many addresses does it answer? Does 127.0.0.1 say that?",
)
def test_local_endpoint_of_a_listener_at_every_address_says_so(student):
    """local_endpoint of a listener on 0.0.0.0 is 0.0.0.0: at every address that there is."""
    with socket.create_server(("0.0.0.0", 0)) as listener:
        where = listener.getsockname()
        assert student.local_endpoint(listener) == student.Endpoint(*where)


@contextmanager
def dual_stack_pair():
    """An IPv4 client and its socket at a listener on `::`, or a skip where there is no IPv6."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6, so there is no dual-stack listener to look at")
    with (
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener,
        socket.create_connection(("127.0.0.1", listener.getsockname()[1]), 3) as client,
    ):
        server, _ = listener.accept()
        with server:
            yield client, server


@check(
    points=1,
    misconception="one-spelling",
    needs="local_endpoint_is_the_sockets_own_end",
    hint="Which function of this lab takes an address as the kernel returns it?",
)
def test_local_endpoint_writes_a_mapped_address_as_ipv4(student):
    """local_endpoint of an IPv4 connection is IPv4, even if the listener is on `::`."""
    with dual_stack_pair() as (client, server):
        theirs = client.getpeername()
        assert student.local_endpoint(server) == student.Endpoint(*theirs)


@check(
    points=1,
    misconception="",
    needs="local_endpoint_is_the_sockets_own_end",
    hint="A socket is closed, and the next one gets its descriptor. What did your function keep?",
)
def test_local_endpoint_is_asked_anew_for_each_socket(student, peers):
    """local_endpoint remembers nothing: the next socket has a name of its own."""
    for _ in range(3):
        client, _ = peers.pair()
        ours = client.getsockname()
        assert student.local_endpoint(client) == student.Endpoint(*ours)
        client.close()


@check(
    points=1,
    misconception="addresses-are-enough",
    hint="How many parts has a connection's name? Which one comes before the addresses?",
)
def test_five_tuple_begins_with_the_protocol(student, peers):
    """five_tuple of a TCP socket begins with "tcp"."""
    client, _ = peers.pair()
    assert student.five_tuple(client)[0] == "tcp"


@check(
    points=1,
    misconception="",
    needs="five_tuple_begins_with_the_protocol",
    hint="Print sock.type and sock.proto of a TCP and of a UDP socket. Which one tells them apart?",
)
def test_five_tuple_tells_udp_from_tcp(student, udp_pair):
    """five_tuple of a UDP socket that has a peer begins with "udp"."""
    assert student.five_tuple(udp_pair[0])[0] == "udp"


@check(
    points=1,
    misconception="port-is-text",
    needs="five_tuple_begins_with_the_protocol",
    hint="What is the type of sock.getpeername()[1]?",
)
def test_five_tuple_ports_are_numbers(student, peers):
    """five_tuple gives both ports as numbers."""
    client, _ = peers.pair()
    name = student.five_tuple(client)
    assert [type(name.source.port), type(name.destination.port)] == [int, int]


@check(
    points=2,
    misconception="source-is-the-client",
    needs=("five_tuple_begins_with_the_protocol", "five_tuple_ports_are_numbers"),
    hint=HINT_SOURCE,
)
def test_five_tuple_source_is_the_end_that_is_asked(student, peers):
    """five_tuple has this end as its source, whoever connected to whom, and at which port."""
    with listener_at_a_port_like_8080() as listener:
        with_it = socket.create_connection(listener.getsockname(), 3)
        for client, server in (peers.pair(), (with_it, listener.accept()[0])):
            with client, server:
                ours = student.Endpoint(*client.getsockname())
                theirs = student.Endpoint(*server.getsockname())
                assert student.five_tuple(client) == student.FiveTuple("tcp", ours, theirs)
                assert student.five_tuple(server) == student.FiveTuple("tcp", theirs, ours)


def listener_at_a_port_like_8080():
    """A listener at a port that the kernel does not give out by itself, as servers have one."""
    for port in random.sample(range(8_000, 20_000), 100):
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", port))
    pytest.skip("a hundred ports between 8,000 and 20,000 are in use")


@check(
    points=1,
    misconception="",
    needs="five_tuple_source_is_the_end_that_is_asked",
    hint="Who closes the socket that five_tuple is given?",
)
def test_five_tuple_leaves_the_socket_open(student, peers):
    """five_tuple can be asked twice: asking does not close the socket."""
    client, _ = peers.pair()
    first = student.five_tuple(client)
    assert student.five_tuple(client) == first
    assert student.local_endpoint(client) == first.source


@check(
    points=1,
    misconception="one-spelling",
    needs="five_tuple_source_is_the_end_that_is_asked",
    hint="Both ends of a name are addresses: which of yours goes through endpoint_from?",
)
def test_five_tuple_writes_mapped_addresses_as_ipv4(student):
    """five_tuple at a listener on `::` is what the IPv4 client says, reversed."""
    with dual_stack_pair() as (client, server):
        here, there = client.getpeername(), client.getsockname()
        expected = student.FiveTuple("tcp", student.Endpoint(*here), student.Endpoint(*there))
        assert student.five_tuple(server) == expected


@check(
    points=2,
    misconception="port-is-a-socket",
    needs="five_tuple_source_is_the_end_that_is_asked",
    hint="Three clients of one server: which part of their names differs?",
)
def test_five_tuple_tells_three_clients_of_one_server_apart(student):
    """five_tuple names three connections to one port differently, though source is the same."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        at = listener.getsockname()
        clients = [socket.create_connection(at, 3) for _ in range(3)]
        expected = [client.getsockname() for client in clients]
        servers = [listener.accept()[0] for _ in clients]
        names = [student.five_tuple(server) for server in servers]
        for sock in clients + servers:
            sock.close()
    assert [name.destination for name in names] == [student.Endpoint(*end) for end in expected]
    assert {name.source for name in names} == {student.Endpoint(*at)}


@check(
    points=2,
    misconception="listener-is-half",
    hint="What does the kernel say when you ask a listener for its peer?",
)
def test_five_tuple_of_a_listener_raises_enotconn(student):
    """five_tuple of a listener raises OSError (ENOTCONN): it names no connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        must_raise(OSError, student.five_tuple, listener, code=errno.ENOTCONN)


@check(
    points=1,
    misconception="udp-like-tcp",
    needs="five_tuple_tells_udp_from_tcp",
    hint="What gives a UDP socket a peer: bind(), connect(), or a datagram that arrived?",
)
def test_five_tuple_of_a_udp_socket_without_a_peer_raises_enotconn(student):
    """five_tuple of a UDP socket that is not connected raises ENOTCONN, whatever it received."""
    with (
        socket.socket(type=socket.SOCK_DGRAM) as here,
        socket.socket(type=socket.SOCK_DGRAM) as far,
    ):
        here.bind(("127.0.0.1", 0))
        far.sendto(b"a datagram", here.getsockname())
        here.settimeout(2)
        here.recvfrom(100)
        must_raise(OSError, student.five_tuple, here, code=errno.ENOTCONN)


@check(
    points=1,
    misconception="source-is-the-client",
    hint="What does the other end call its source, and does the protocol change?",
)
def test_from_other_end_reverses_the_ends_only(student):
    """from_other_end swaps source and destination and keeps the protocol."""
    one, two = student.Endpoint("127.0.0.1", 50000), student.Endpoint("127.0.0.1", 443)
    reverse = student.from_other_end(student.FiveTuple("tcp", one, two))
    assert (reverse.protocol, reverse.source, reverse.destination) == ("tcp", two, one)
    assert student.from_other_end(reverse) == student.FiveTuple("tcp", one, two)


@check(
    points=1,
    misconception="same-address",
    needs="from_other_end_reverses_the_ends_only",
    hint="The two ends are on two machines: whose address goes with which port?",
)
def test_from_other_end_reverses_the_addresses_too(student):
    """from_other_end swaps whole endpoints: each address stays with its port."""
    one, two = student.Endpoint("192.0.2.1", 50000), student.Endpoint("198.51.100.7", 443)
    reverse = student.from_other_end(student.FiveTuple("udp", one, two))
    assert (reverse.protocol, reverse.source, reverse.destination) == ("udp", two, one)


@check(
    points=1,
    misconception="source-is-the-client",
    needs=("from_other_end_reverses_the_ends_only", "five_tuple_source_is_the_end_that_is_asked"),
    hint="Print both ends' five_tuple side by side: what is the relation?",
)
def test_from_other_end_is_what_the_other_end_says(student, peers):
    """from_other_end of one end's five_tuple equals the five_tuple of the other end."""
    client, server = peers.pair()
    assert student.from_other_end(student.five_tuple(client)) == student.five_tuple(server)


BASE = ("tcp", "127.0.0.1 50000", "127.0.0.1 80")


def named(student, protocol, source, destination):
    """A FiveTuple whose ends are written "host port"."""
    ends = (text.split() for text in (source, destination))
    return student.FiveTuple(protocol, *(student.Endpoint(host, int(port)) for host, port in ends))


@check(
    points=2,
    misconception="names-may-repeat",
    hint="You make the very same connection a second time: what does connect() say?",
)
def test_can_coexist_refuses_the_same_name_twice(student):
    """can_coexist is False for two connections with one and the same name."""
    assert student.can_coexist(named(student, *BASE), named(student, *BASE)) is False


def must_coexist(student, base, *others):
    """All of the others may exist beside `base`, in whichever order one asks."""
    one = named(student, *base)
    answers = {other: student.can_coexist(one, named(student, *other)) for other in others}
    assert answers == dict.fromkeys(others, True)
    answers = {other: student.can_coexist(named(student, *other), one) for other in others}
    assert answers == dict.fromkeys(others, True)


@check(
    points=1,
    misconception="port-is-a-socket",
    needs="can_coexist_refuses_the_same_name_twice",
    hint="How many of the five parts must differ for two names to be different?",
)
def test_can_coexist_allows_what_differs_in_one_port(student):
    """can_coexist is True as soon as one port differs, in either order."""
    must_coexist(
        student,
        BASE,
        ("tcp", "127.0.0.1 50000", "127.0.0.1 81"),
        ("tcp", "127.0.0.1 50001", "127.0.0.1 80"),
    )


@check(
    points=1,
    misconception="same-address",
    needs="can_coexist_refuses_the_same_name_twice",
    hint="A listener on 127.0.0.1 is asked at 127.0.0.2: does it answer? What follows from that?",
)
def test_can_coexist_allows_another_address_of_this_machine(student):
    """can_coexist is True as soon as one address differs, though all of them are this machine."""
    must_coexist(
        student,
        BASE,
        ("tcp", "127.0.0.1 50000", "127.0.0.2 80"),
        ("tcp", "127.0.0.2 50000", "127.0.0.1 80"),
        ("tcp", "127.0.0.1 50000", "0.0.0.0 80"),
        ("tcp", "::1 50000", "::1 80"),
    )


@check(
    points=1,
    misconception="",
    needs="can_coexist_refuses_the_same_name_twice",
    hint="Every link has its own fe80::1. Which part of fe80::1%2 says which one is meant?",
)
def test_can_coexist_allows_one_link_local_address_on_two_links(student):
    """can_coexist is True for fe80::1%2 and fe80::1%3: two links, two addresses."""
    must_coexist(
        student,
        ("tcp", "fe80::2%2 50000", "fe80::1%2 80"),
        ("tcp", "fe80::2%3 50000", "fe80::1%3 80"),
    )


@check(
    points=1,
    misconception="addresses-are-enough",
    needs="can_coexist_refuses_the_same_name_twice",
    hint="May a TCP server and a UDP server both use port 53?",
)
def test_can_coexist_allows_tcp_beside_udp(student):
    """can_coexist is True for TCP and UDP between the same addresses and ports."""
    a, b = named(student, *BASE), named(student, "udp", *BASE[1:])
    assert student.can_coexist(a, b) is True


@check(
    points=1,
    misconception="one-entry-for-both-ends",
    needs="can_coexist_refuses_the_same_name_twice",
    hint="Client and server on one host: how many sockets are there, and how are they named?",
)
def test_can_coexist_allows_a_name_and_its_reverse(student):
    """can_coexist is True for a name and its reverse: on loopback one host holds both ends."""
    _, source, destination = BASE
    a, b = named(student, *BASE), named(student, "tcp", destination, source)
    assert student.can_coexist(a, b) is True


@check(
    points=1,
    misconception="one-spelling",
    needs="can_coexist_refuses_the_same_name_twice",
    hint="Is ::ffff:127.0.0.1 another address than 127.0.0.1, or another way to write it?",
)
def test_can_coexist_counts_a_mapped_address_as_ipv4(student):
    """can_coexist is False if only the spelling differs: ::ffff:127.0.0.1 is 127.0.0.1."""
    mapped = ("tcp", "::ffff:127.0.0.1 50000", "::ffff:127.0.0.1 80")
    assert student.can_coexist(named(student, *BASE), named(student, *mapped)) is False
    assert student.can_coexist(named(student, *mapped), named(student, *BASE)) is False


@check(
    points=1,
    misconception="port-is-a-socket",
    needs=(
        "can_coexist_allows_what_differs_in_one_port",
        "five_tuple_source_is_the_end_that_is_asked",
    ),
    hint="Can one client port lead to two servers? What would five_tuple say of each?",
)
def test_can_coexist_agrees_with_the_kernel(student):
    """can_coexist is True for two live connections from one client port to two servers."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
        socket.socket() as first,
        socket.socket() as second,
    ):
        for client, server in ((first, one), (second, two)):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            client.bind(first.getsockname() if client is second else ("127.0.0.1", 0))
            client.connect(server.getsockname())
        a, b = student.five_tuple(first), student.five_tuple(second)
    assert a.source == b.source
    assert student.can_coexist(a, b) is True
