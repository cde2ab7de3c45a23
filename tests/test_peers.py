"""Peers: each keeps to its script, over real sockets, and leaves nothing behind."""

import contextlib
import errno
import hashlib
import os
import socket
import sys
import threading
import time

import pytest

from workbench import handlers
from workbench.journal import Journal, compare_bytes
from workbench.peers import (
    DeadlinePassed,
    Peers,
    client,
    close,
    close_with_unread_data,
    connected,
    dribble,
    endless_header,
    expect_end,
    glue,
    half_close,
    hear,
    hear_until,
    hear_until_end,
    in_pieces,
    never_answer,
    never_read,
    origin,
    pause,
    reset,
    say,
    slow_body,
    split_at_random,
    stall,
    unanswering,
    wrong_length,
)

LINUX = sys.platform == "linux"
FAMILIES = [socket.AF_INET]
with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
    FAMILIES.append(socket.AF_INET6)


@pytest.fixture(autouse=True)
def nothing_left():
    """Every test leaves as many threads and descriptors as it found."""
    threads, descriptors = threading.active_count(), open_descriptors()
    yield
    assert threading.active_count() == threads
    assert open_descriptors() == descriptors


@pytest.fixture
def peers():
    with Peers(Journal(), seed=1) as peers:
        yield peers


def open_descriptors():
    return len(os.listdir("/proc/self/fd")) if LINUX else 0


def read_all(sock):
    sock.settimeout(3)
    return b"".join(iter(lambda: sock.recv(65_536), b""))


def actions(journal, who):
    return [event.action for event in journal.events if event.who == who]


# What each step does.


@pytest.mark.parametrize("family", FAMILIES)
def test_an_origin_plays_its_script_to_each_client(family):
    script = [hear_until(b"\r\n\r\n"), say(b"reply"), close()]
    with origin(script, family=family) as server:
        for _ in range(2):
            with socket.create_connection(server.address, 3) as sock:
                sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
                assert read_all(sock) == b"reply"
    assert server.heard == b"GET / HTTP/1.1\r\n\r\n" * 2
    assert (server.sent, server.error, len(server.players)) == (b"reply" * 2, None, 2)


def test_an_origin_plays_a_script_for_each_client_in_turn():
    replies = []
    with origin([say(b"first")], [say(b"others")]) as server:
        for _ in range(3):
            with socket.create_connection(server.address, 3) as sock:
                replies.append(read_all(sock))
    assert replies == [b"first", b"others", b"others"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_client_connects_and_plays(family):
    with (
        origin([hear(5), say(b"world"), expect_end()], family=family) as server,
        client(server.address, [say(b"hello"), hear(5), half_close(), expect_end()]) as peer,
    ):
        peer.wait()
    assert (peer.heard, peer.error) == (b"world", None)
    assert (server.heard, server.error) == (b"hello", None)


@pytest.mark.skipif(not LINUX, reason="only Linux tells what the other end has read")
def test_dribbled_bytes_never_come_two_at_once_to_a_late_reader(peers):
    with peers.dribbling(b"0123456789") as sock:
        time.sleep(0.05)  # the late reader: fifty times the pace
        assert [len(sock.recv(100)) for _ in range(10)] == [1] * 10


def test_dribbling_reaches_readers_that_peek_or_wait_for_all(peers):
    with peers.dribbling(b"01234") as sock:
        assert sock.recv(5, socket.MSG_WAITALL) == peers.sent
    with peers.dribbling(b"01234") as sock:
        while 0 < len(sock.recv(5, socket.MSG_PEEK)) < 5:
            pass
        assert sock.recv(5) == b"01234"


def test_dribble_keeps_its_pace():
    start_s = time.monotonic()
    with connected([dribble(b"abcdef", size=2, every_s=0.03)]) as sock:
        assert read_all(sock) == b"abcdef"
    assert time.monotonic() - start_s >= 0.06


def test_glued_messages_are_one_send():
    peer = connected([glue(b"one\n", b"two\n")])
    with peer as sock:
        assert sock.recv(100) == b"one\ntwo\n"
        peer.wait()
    assert actions(peer.journal, "peer").count("send") == 1


def test_half_close_ends_one_direction_only():
    peer = connected([half_close(), hear_until_end()])
    with peer as sock:
        assert sock.recv(1) == b""
        sock.sendall(b"still heard")
        sock.shutdown(socket.SHUT_WR)
        peer.wait()
    assert (peer.heard, peer.error) == (b"still heard", None)


def test_reset_reaches_the_other_end_as_connection_reset():
    peer = connected([say(b"x"), reset()])
    with peer as sock:
        sock.settimeout(3)
        peer.wait()
        assert sock.recv(1) == b"x"
        with pytest.raises(ConnectionResetError):
            sock.recv(1)


def test_close_with_unread_data_resets():
    peer = connected([say(b"short"), close_with_unread_data()])
    with peer as sock:
        sock.settimeout(3)
        assert sock.recv(5) == b"short"
        sock.sendall(b"never read")
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    assert "sends RST (10 unread)" in peer.journal.text()


def test_close_without_unread_data_does_not_reset():
    with connected([hear(1), close()]) as sock:
        sock.sendall(b"x")
        assert read_all(sock) == b""


@pytest.mark.parametrize("step", [never_read, stall])
def test_a_peer_that_never_reads_fills_small_buffers(step):
    with connected([step()], small_buffers=True) as sock:
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.sendall(bytes(1_000_000))


def test_a_peer_that_never_answers_hears_all():
    peer = connected([never_answer()])
    with peer as sock:
        sock.sendall(b"anyone there?")
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(1)
    assert peer.heard == b"anyone there?"
    assert peer.error is None


def test_a_stall_ends_when_released():
    peer = connected([say(b"half "), stall(), say(b"and half")])
    with peer as sock:
        assert sock.recv(100) == b"half "
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(100)
        peer.release()
        assert read_all(sock) == b"and half"


def test_wrong_length_announces_what_does_not_come():
    with connected([wrong_length(b"short", says=100)]) as sock:
        head, body = read_all(sock).split(b"\r\n\r\n")
    assert b"Content-Length: 100" in head
    assert body == b"short"


def test_slow_body_has_a_true_length_and_comes_slowly():
    peer = connected([slow_body(b"abc", every_s=0.001)])
    with peer as sock:
        head, body = read_all(sock).split(b"\r\n\r\n")
    assert b"Content-Length: 3" in head
    assert body == b"abc"
    assert actions(peer.journal, "peer").count("send") == 4


def test_an_endless_header_ends_with_the_deadline_and_is_no_error():
    peer = connected([endless_header(every_s=0.01)], deadline_s=0.2)
    with peer as sock:
        data = read_all(sock)
    assert data.startswith(b"HTTP/1.1 200 OK\r\nX-Endless: a")
    assert b"\r\n\r\n" not in data
    assert peer.error is None


def test_an_endless_header_ends_when_nobody_takes_it():
    peer = connected([endless_header()])
    with peer as sock:
        sock.recv(10)
        sock.close()
        peer.wait()
    assert peer.error is None


def test_hear_until_keeps_what_came_behind_the_delimiter():
    peer = connected([hear_until(b"\n"), hear(2), hear_until(b"\n"), say(b"done")])
    with peer as sock:
        sock.sendall(b"one\nxxtwo\n")
        assert read_all(sock) == b"done"
    assert peer.error is None


def test_expect_end_fails_if_more_comes():
    peer = connected([expect_end()])
    with peer as sock:
        sock.sendall(b"more")
        peer.wait()
    assert str(peer.error) == "expected the end of the stream, got b'more'"


def test_an_end_that_comes_too_early_is_kept_as_an_error(capfd):
    peer = connected([hear(10)])
    with peer as sock:
        sock.sendall(b"abc")
        sock.shutdown(socket.SHUT_WR)
        peer.wait()
    assert isinstance(peer.error, EOFError)
    assert "the end came 3 bytes into: hear 10 bytes" in peer.journal.text()
    assert capfd.readouterr().err == ""


# Bounds.


def test_the_deadline_ends_a_script_and_says_where():
    peer = connected([say(b"x"), hear(1)], deadline_s=0.1)
    with peer as sock:
        assert read_all(sock) == b"x"
    assert isinstance(peer.error, DeadlinePassed)
    deadline = peer.journal.events[-2]
    assert (deadline.action, deadline.note) == ("deadline", "at: hear 1 byte")


def test_a_stall_that_outlasts_the_deadline_is_no_error():
    peer = connected([stall()], deadline_s=0.1)
    with peer as sock:
        assert read_all(sock) == b""
    assert peer.error is None


def test_leaving_the_block_ends_every_wait_at_once():
    waits = [pause(60), stall(), dribble(b"xx", every_s=60)]
    start_s = time.monotonic()
    for step in waits:
        with connected([step], deadline_s=100) as sock:
            sock.settimeout(1)
    assert time.monotonic() - start_s < 0.15 * len(waits)


def test_leaving_the_block_interrupts_a_read_and_says_so():
    with socket.socket() as sock:
        with origin([hear_until_end()], deadline_s=100) as server:
            sock.connect(server.address)
            sock.sendall(b"x")
            while not server.heard:
                pass
        assert actions(server.journal, "origin")[-3:] == ["cut short", "close", "close"]
    assert server.error is None
    assert server.heard == b"x"


def test_what_was_said_before_the_block_ended_is_still_heard():
    for _ in range(50):
        peer = connected([hear_until_end()])
        with peer as sock:
            sock.sendall(b"last words")
        assert (peer.heard, peer.error) == (b"last words", None)


def test_four_mebibytes_go_both_ways():
    data = os.urandom(4 << 20)
    peer = connected([hear(len(data)), say(data)], small_buffers=True)
    with peer as sock:
        sock.settimeout(3)
        sock.sendall(data)
        assert compare_bytes(read_all(sock), data) is None
    assert compare_bytes(peer.heard, data) is None
    assert peer.took.sha256 == hashlib.sha256(data).hexdigest()


def test_more_than_is_kept_has_a_length_and_a_digest():
    data = bytes(20 << 20)
    peer = connected([hear_until_end()])
    with peer as sock:
        sock.sendall(data)
    assert peer.took.length == len(data)
    assert peer.took.sha256 == hashlib.sha256(data).hexdigest()
    with pytest.raises(ValueError, match="more than are kept"):
        _ = peer.heard


# Bad input.


def test_an_unknown_step_is_a_type_error_that_lists_the_steps():
    with pytest.raises(TypeError, match=r"42 is no step; the steps are: say, dribble"):
        origin([say(b"x"), 42])
    with pytest.raises(TypeError, match=r"did you mean half_close\(\)\?"):
        connected([half_close])
    with pytest.raises(TypeError, match="a script is a list of steps"):
        connected(say(b"x"))
    with pytest.raises(TypeError, match="needs a script"):
        origin()


def test_nothing_can_follow_a_close():
    with pytest.raises(ValueError, match="nothing can follow `reset`, but `pause for 1 s` does"):
        connected([reset(), pause(1)])


def test_a_port_in_use_says_what_to_do():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match=r"port \d+ on 127.0.0.1 is in use: .* port=0") as failure,
    ):
        origin([stall()], port=taken.getsockname()[1])
    assert failure.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize("failing", ["__init__", "bind"])
def test_no_ipv6_says_what_to_do(monkeypatch, failing):
    class WithoutIPv6(socket.socket):
        pass

    def fail(self, family=None, *args):
        if failing == "bind" or family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "as on a machine without IPv6")
        socket.socket.__init__(self, family, *args)

    setattr(WithoutIPv6, failing, fail)
    monkeypatch.setattr("workbench.peers.ends.socket.socket", WithoutIPv6)
    with pytest.raises(OSError, match=r"no address ::1: use family=socket.AF_INET"):
        connected([stall()], family=socket.AF_INET6)


def test_a_client_of_nobody_is_refused_at_once():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            client(held.getsockname(), [stall()])


@pytest.mark.skipif(not LINUX, reason="other systems refuse or reset instead")
def test_a_connect_to_an_unanswering_address_hangs():
    with unanswering() as address, pytest.raises(TimeoutError):
        socket.create_connection(address, 0.1)


# Seeds and prose.


def test_random_pieces_are_the_same_for_the_same_seed_and_lose_nothing():
    data = bytes(range(200))
    pieces = split_at_random(data, seed=7, pieces=9)
    assert (b"".join(pieces), len(pieces), min(map(len, pieces)) > 0) == (data, 9, True)
    assert pieces == split_at_random(data, seed=7, pieces=9)
    assert pieces != split_at_random(data, seed=8, pieces=9)
    assert split_at_random(b"", seed=7) == []
    assert split_at_random(b"ab", seed=7, pieces=9) == [b"a", b"b"]


def test_a_script_reads_as_prose():
    script = [
        say(b"hi"), dribble(b"abcd", size=2, every_s=0.005), in_pieces([b"a", b"b"], 0, True),
        glue(b"a", b"b"), pause(0.5), hear(1), hear_until(b"\r\n"), close_with_unread_data(),
        wrong_length(b"abc", says=10),
    ]  # fmt: skip
    assert [str(step) for step in script] == [
        "say 2 bytes b'hi'",
        "say 4 bytes b'abcd' in 2 pieces, one each 5 ms",
        "say 2 bytes b'ab' in 2 pieces, each after the one before was read",
        "glue 2 messages in one send",
        "pause for 0.5 s",
        "hear 1 byte",
        "hear until b'\\r\\n'",
        "close with unread data",
        "announce 10 bytes, say 3, close",
    ]


# The fixture's object.


def test_sent_is_all_of_the_script_even_before_it_is_said(peers):
    with peers.dribbling(b"0123456789") as sock:
        assert sock.recv(1) != peers.sent
        assert peers.sent == b"0123456789"


def test_your_end_is_a_plain_socket_that_anyone_may_close(peers):
    with peers.saying(b"x") as sock:
        assert type(sock) is socket.socket
        given_away = socket.socket(fileno=os.dup(sock.fileno()))
        sock.close()
        with given_away:
            assert given_away.recv(1) == b"x"
        sock.close()
    mine, theirs = peers.pair()
    assert type(mine) is socket.socket
    mine.close()
    assert theirs.recv(1) == b""


def test_a_recorded_pair_tells_both_ends(peers):
    mine, theirs = peers.pair(recorded=True)
    mine.sendall(b"x")
    theirs.recv(1)
    assert [(e.who, e.action) for e in peers.journal.events] == [
        ("you", "connect"), ("peer", "accept"), ("you", "sendall"), ("peer", "recv"),
    ]  # fmt: skip
    assert [arrow.label for arrow in peers.journal.story().arrows] == ["connect", "b'x'"]


def test_what_an_unrecorded_end_was_sent_is_an_arrow_that_stops_half_way(peers):
    with peers.ending(b"x") as sock:
        assert read_all(sock) == b"x"
    (arrow,) = peers.journal.story().arrows
    assert (arrow.sender, arrow.receiver, arrow.end_s) == ("peer", "you", None)


def test_the_named_peers_do_what_they_say(peers):
    with peers.splitting(b"0123456789", pieces=3) as sock:
        assert sock.recv(10, socket.MSG_WAITALL) == b"0123456789"
        assert actions(peers.journal, "peer").count("send") == 3
    with peers.hearing() as sock:
        sock.sendall(b"listen")
    assert peers.heard == b"listen"
    with peers.not_reading() as sock:
        sock.setblocking(False)
        assert sock.send(bytes(1_000_000)) < 1_000_000
    with peers.resetting() as sock, pytest.raises(ConnectionResetError):
        sock.recv(1)
    with peers.closing_with_unread_data(b"bye") as sock:
        sock.sendall(b"unread")
        assert sock.recv(3) == b"bye"
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    with peers.origin([say(b"o")]) as server, peers.client(server.address, hear(1)) as peer:
        peer.wait()
    assert peer.heard == b"o"


# Handlers.


def serve_once(handle, said):
    """Return what `handle` sends to a client that says `said` and ends."""
    with Peers() as peers:
        mine, theirs = peers.pair()
        mine.sendall(said)
        mine.shutdown(socket.SHUT_WR)
        with contextlib.closing(theirs):
            handle(theirs)
        return read_all(mine)


@pytest.mark.parametrize(
    ("handle", "said", "answer"),
    [
        (handlers.greet, b"", b"hello\r\n"),
        (handlers.echo_once, b"abc", b"abc"),
        (handlers.echo_once, b"", b""),
        (handlers.echo_until_end, b"x" * 10_000, b"x" * 10_000),
        (handlers.hear_until_end, b"abc", b""),
        (handlers.crash, b"calm", b"calm"),
    ],
)
def test_handlers_answer(handle, said, answer):
    assert serve_once(handle, said) == answer


def test_crash_crashes_on_its_word_even_in_two_pieces():
    with connected([in_pieces([b"cra", b"sh"], in_step=True)]) as sock:
        sock.settimeout(3)
        with pytest.raises(handlers.Crash):
            handlers.crash(sock)
