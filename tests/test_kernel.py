"""The kernel's view: states, queues and counts, brought about on real sockets, then asked for."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from workbench import kernel, sock_diag
from workbench.kernel import AcceptQueue, Connection, Name, Unavailable, wait_until

pytestmark = pytest.mark.skipif(
    not (kernel.has_proc() and kernel.has_tcp_info()),
    reason="this system has neither /proc/net/tcp nor TCP_INFO (Linux has)",
)

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        yield listener


@pytest.fixture
def ends(listener: socket.socket) -> Iterator[Ends]:
    """Both ends of a connection: client, server."""
    with (
        socket.create_connection(listener.getsockname(), timeout=5) as client,
        listener.accept()[0] as server,
    ):
        server.settimeout(5)
        yield client, server


@pytest.fixture
def ends_with_small_buffers() -> Iterator[Ends]:
    """Both ends of a connection whose buffers hold 32 KiB or so: they are set before `connect`."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        client = stack.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client.connect(listener.getsockname())
        yield client, stack.enter_context(listener.accept()[0])


def reset(sock: socket.socket) -> None:
    """Close with an RST: nothing of this connection may linger."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def states_of_both(client: Name, server: Name) -> tuple[str, str]:
    return kernel.state_between(client, server), kernel.state_between(server, client)


# --- states --------------------------------------------------------------------------------------


def test_state_of_a_listener_and_of_both_ends(listener: socket.socket, ends: Ends):
    assert kernel.state(listener) == "LISTEN"
    assert [kernel.state(end) for end in ends] == ["ESTABLISHED", "ESTABLISHED"]


def test_a_socket_that_was_never_connected_is_closed():
    with socket.socket() as sock:
        assert kernel.state(sock) == "CLOSED"


def test_half_close_leaves_fin_wait_2_and_close_wait(ends: Ends):
    client, server = ends
    client.shutdown(socket.SHUT_WR)
    assert server.recv(1) == b""
    wait_until(lambda: kernel.state(client) == "FIN-WAIT-2", what="the FIN's acknowledgment")
    assert kernel.state(server) == "CLOSE-WAIT"


def test_a_fin_behind_unread_bytes_leaves_fin_wait_1(ends_with_small_buffers: Ends):
    client, server = ends_with_small_buffers
    client.setblocking(False)
    client.send(bytes(1 << 20))
    client.shutdown(socket.SHUT_WR)  # the FIN stands in line behind bytes that find no room
    assert kernel.state(client) == "FIN-WAIT-1"
    assert kernel.state(server) == "ESTABLISHED"


def test_last_ack_follows_when_the_other_end_cannot_take_the_fin(ends_with_small_buffers: Ends):
    client, server = ends_with_small_buffers
    server.shutdown(socket.SHUT_WR)
    assert client.recv(1) == b""
    client.setblocking(False)
    client.send(bytes(1 << 20))
    client.shutdown(socket.SHUT_WR)
    assert kernel.state(client) == "LAST-ACK"


def test_a_connection_beyond_the_accept_queue_stays_in_syn_sent():
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        stack.enter_context(socket.create_connection(listener.getsockname(), timeout=5))
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)
        with pytest.raises(BlockingIOError):
            waiting.connect(listener.getsockname())
        assert kernel.state(waiting) == "SYN-SENT"
        name, port = waiting.getsockname(), listener.getsockname()[1]
        assert "SYN-SENT" in [row.state for row in kernel.states_of(port) if row.local == name]


def test_time_wait_belongs_to_no_descriptor_and_lies_at_the_end_that_closed_first(ends: Ends):
    client, server = ends
    names = client.getsockname(), server.getsockname()
    client.close()
    server.recv(1)
    server.close()
    wait_until(lambda: states_of_both(*names) == ("TIME-WAIT", "CLOSED"), what="TIME-WAIT")
    assert Connection("tcp", *names, "TIME-WAIT") in kernel.states_of(names[1][1])
    assert [row.state for row in kernel.connections(port=names[1][1])] == ["LISTEN"]


def test_a_closed_end_lingers_in_fin_wait_2_without_a_descriptor(ends: Ends):
    client, server = ends
    names = client.getsockname(), server.getsockname()
    client.close()
    server.recv(1)
    wait_until(lambda: states_of_both(*names) == ("FIN-WAIT-2", "CLOSE-WAIT"), what="FIN-WAIT-2")
    assert [row.state for row in kernel.connections(port=names[1][1])] == ["LISTEN", "CLOSE-WAIT"]


def test_after_a_reset_nothing_lingers(ends: Ends):
    client, server = ends
    names = client.getsockname(), server.getsockname()
    assert states_of_both(*names) == ("ESTABLISHED", "ESTABLISHED")
    reset(client)
    with pytest.raises(ConnectionResetError):
        server.recv(1)
    assert kernel.state(server) == "CLOSED"
    assert states_of_both(*names) == ("CLOSED", "CLOSED")


def test_no_listener_is_taken_for_a_connection_that_is_gone(listener: socket.socket):
    server = listener.getsockname()
    assert kernel.state_between(server, ("127.0.0.1", 9)) == "CLOSED"


def test_where_sock_diag_is_forbidden_the_table_says_the_same(ends: Ends, monkeypatch):
    client, server = ends
    names = client.getsockname(), server.getsockname()
    client.shutdown(socket.SHUT_WR)
    assert server.recv(1) == b""
    wait_until(lambda: states_of_both(*names) == ("FIN-WAIT-2", "CLOSE-WAIT"), what="FIN-WAIT-2")

    def forbidden(local, remote):
        raise PermissionError

    monkeypatch.setattr(sock_diag, "end_at", forbidden)
    assert states_of_both(*names) == ("FIN-WAIT-2", "CLOSE-WAIT")


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this system has no IPv6")
def test_an_ipv4_connection_of_an_ipv6_listener_has_two_names():
    with ExitStack() as stack:
        both = {"family": socket.AF_INET6, "dualstack_ipv6": True}
        listener = stack.enter_context(socket.create_server(("::", 0), **both))
        address = "127.0.0.1", listener.getsockname()[1]
        client = stack.enter_context(socket.create_connection(address, timeout=5))
        server = stack.enter_context(listener.accept()[0])
        for sock in (client, server):
            here, there = sock.getsockname()[:2], sock.getpeername()[:2]
            assert states_of_both(here, there) == ("ESTABLISHED", "ESTABLISHED")


def test_state_of_a_closed_socket_is_an_error():
    with socket.socket() as sock:
        pass
    with pytest.raises(OSError, match="Bad file descriptor"):
        kernel.state(sock)


# --- connections ---------------------------------------------------------------------------------


def test_connections_tell_both_ends_listener_first(listener: socket.socket, ends: Ends):
    client, server = ends
    ours, theirs = server.getsockname(), client.getsockname()
    rows = kernel.connections(port=ours[1])
    assert rows[0] == Connection("tcp", ours, None, "LISTEN", (listener.fileno(),))
    assert set(rows[1:]) == {
        Connection("tcp", ours, theirs, "ESTABLISHED", (server.fileno(),)),
        Connection("tcp", theirs, ours, "ESTABLISHED", (client.fileno(),)),
    }
    assert rows == kernel.connections(port=ours[1])


def test_listeners_come_before_smaller_names(listener: socket.socket, ends: Ends):
    with socket.create_server(("127.0.0.2", 0)) as second:
        rows = [row for row in kernel.connections() if row.local[0] in ("127.0.0.1", "127.0.0.2")]
        states = [row.state for row in rows]
        assert states == sorted(states, key=lambda state: state != "LISTEN")
        assert second.getsockname() in [row.local for row in rows[: states.count("LISTEN")]]
        assert len(kernel.connections(port=second.getsockname()[1])) == 1


def test_connections_spell_states_as_state_does(ends: Ends):
    client, server = ends
    client.shutdown(socket.SHUT_WR)
    assert server.recv(1) == b""
    wait_until(lambda: kernel.state(client) == "FIN-WAIT-2", what="the FIN's acknowledgment")
    told = {row.local: row.state for row in kernel.connections() if row.remote}
    assert told[client.getsockname()] == "FIN-WAIT-2"
    assert told[server.getsockname()] == "CLOSE-WAIT"


def test_a_duplicate_is_a_second_descriptor_of_the_same_connection(ends: Ends):
    client, _ = ends
    with client.dup() as duplicate:
        row = next(r for r in kernel.connections() if r.local == client.getsockname())
        assert row.descriptors == tuple(sorted((client.fileno(), duplicate.fileno())))
        assert row.fd == min(row.descriptors)


def test_kinds_are_kept_apart(listener: socket.socket):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(listener.getsockname())  # UDP has port numbers of its own
        name = receiver.getsockname()
        datagrams = Connection("udp", name, None, "", (receiver.fileno(),))
        listening = Connection("tcp", name, None, "LISTEN", (listener.fileno(),))
        assert kernel.connections("udp", port=name[1]) == [datagrams]
        assert kernel.connections("tcp", port=name[1]) == [listening]
        assert kernel.connections("all", port=name[1]) == [listening, datagrams]


def test_an_unknown_kind_lists_the_known_ones():
    with pytest.raises(ValueError, match="tcp, udp or all, not 'unix'"):
        kernel.connections("unix")


def test_ipv6_has_the_same_rows():
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no ::1")
    with listener, socket.create_connection(listener.getsockname()[:2], timeout=5) as client:
        name, peer = listener.getsockname()[:2], client.getsockname()[:2]
        assert kernel.connections(port=name[1])[0][1:4] == (name, None, "LISTEN")
        assert Connection("tcp", name, None, "LISTEN") == kernel.states_of(name[1])[0]
        assert states_of_both(peer, name) == ("ESTABLISHED", "ESTABLISHED")


# --- queues and counts ---------------------------------------------------------------------------


@pytest.mark.parametrize("backlog", [0, 1, 3])
def test_accept_queue_holds_one_more_than_the_backlog(backlog: int):
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=backlog))
        assert kernel.accept_queue(listener) == AcceptQueue(0, backlog)
        for _ in range(backlog + 1):
            stack.enter_context(socket.create_connection(listener.getsockname(), timeout=5))
        wait_until(
            lambda: kernel.accept_queue(listener) == (backlog + 1, backlog), what="a full queue"
        )
        stack.enter_context(listener.accept()[0])
        assert kernel.accept_queue(listener) == (backlog, backlog)


def test_only_a_listener_has_an_accept_queue(ends: Ends):
    with pytest.raises(ValueError, match="this socket is ESTABLISHED"):
        kernel.accept_queue(ends[0])


def test_sent_and_not_read_waits_at_the_peer(ends: Ends):
    client, server = ends
    client.sendall(bytes(1000))
    wait_until(lambda: kernel.unread(server) == 1000, what="1000 bytes at the server")
    wait_until(lambda: kernel.unsent(client) == 0, what="their acknowledgment")
    server.recv(400)
    assert kernel.unread(server) == 600


def test_what_the_peer_has_no_room_for_waits_at_the_sender(ends_with_small_buffers: Ends):
    client, server = ends_with_small_buffers
    client.setblocking(False)
    taken = client.send(bytes(1 << 20))
    wait_until(
        lambda: kernel.unread(server) + kernel.unsent(client) == taken, what="all acknowledged"
    )
    assert 0 < kernel.unread(server) < taken
    assert 0 < kernel.not_sent(client) <= kernel.unsent(client)
    assert kernel.tcp_info(client).not_sent == kernel.not_sent(client)


def test_a_datagram_counts_by_itself():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        for size in (3, 4):
            receiver.sendto(bytes(size), receiver.getsockname())
        assert kernel.unread(receiver) == 3


def test_tcp_info_counts_what_was_sent(ends: Ends):
    client, server = ends
    before = kernel.tcp_info(client)
    client.sendall(bytes(1000))
    wait_until(lambda: kernel.unread(server) == 1000, what="1000 bytes at the server")
    after = kernel.tcp_info(client)
    assert after.bytes_acked - before.bytes_acked == 1000
    assert kernel.tcp_info(server).bytes_received == 1000
    assert after.segments_out - before.segments_out == 1
    assert kernel.tcp_info(server).segments_in == after.segments_out
    assert (after.state, after.unacked, after.retransmits) == ("ESTABLISHED", 0, 0)
    assert 0 < after.rtt_us < after.rto_us
    assert after.mss == client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)


def test_tcp_info_in_words_names_state_and_sizes(ends: Ends):
    info = kernel.tcp_info(ends[0])._replace(mss=65_483, bytes_acked=1001)
    assert info.in_words().startswith("ESTABLISHED; a segment carries up to 65,483 bytes\n")
    assert "acknowledged by the peer's kernel: 1,001" in info.in_words()


# --- waiting, and systems that cannot tell -------------------------------------------------------


def test_wait_until_returns_once_another_thread_has_acted():
    acted = threading.Event()
    timer = threading.Timer(0.02, acted.set)
    timer.start()
    wait_until(acted.is_set, what="the other thread")
    timer.join()
    assert acted.is_set()


def test_wait_until_names_what_did_not_come():
    with pytest.raises(TimeoutError, match=r"waited 0\.01 s in vain for: the moon"):
        wait_until(lambda: False, timeout_s=0.01, what="the moon")


def test_a_system_without_the_means_says_which_is_missing(ends: Ends, monkeypatch):
    monkeypatch.setattr(kernel.sys, "platform", "darwin")
    monkeypatch.setattr(kernel, "has_proc", lambda: False)
    for question, missing in [
        (kernel.state, "TCP_INFO"),
        (kernel.tcp_info, "TCP_INFO"),
        (kernel.accept_queue, "TCP_INFO"),
        (kernel.unsent, "SIOCOUTQ"),
        (kernel.not_sent, "SIOCOUTQNSD"),
        (lambda sock: kernel.states_of(sock.getsockname()[1]), "/proc/net/tcp"),
    ]:
        with pytest.raises(Unavailable, match=f"this system has no {missing}"):
            question(ends[0])


def test_an_old_kernels_short_answer_is_refused(ends: Ends, monkeypatch):
    short = kernel._tcp_info_bytes(ends[0])[:104]
    monkeypatch.setattr(kernel, "_tcp_info_bytes", lambda sock: short)
    with pytest.raises(Unavailable, match=r"older than Linux 4\.6"):
        kernel.tcp_info(ends[0])
