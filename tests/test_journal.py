"""The journal: what it writes down, how it reads, what is drawn from it."""

import socket
import subprocess
import sys
import threading
import time

import pytest

from workbench.journal import Caret, Journal, RecordedSocket, compare_bytes, first_difference


@pytest.fixture
def journal():
    return Journal()


@pytest.fixture
def ends(journal):
    """A client and a server that are connected, both recorded, and their listener."""
    with (
        journal.watch(socket.socket(), "server") as listener,
        journal.watch(socket.socket(), "client") as client,
    ):
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client.settimeout(3)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        with server:
            server.settimeout(3)
            yield client, server


def actions(journal, who=None):
    return [event.action for event in journal.events if who in (None, event.who)]


def test_watching_takes_over_the_descriptor_and_keeps_the_timeout(journal):
    plain = socket.socket()
    plain.settimeout(1.5)
    number = plain.fileno()
    with journal.watch(plain, "client") as recorded:
        assert isinstance(recorded, RecordedSocket)
        assert (recorded.fileno(), plain.fileno()) == (number, -1)
        assert (recorded.gettimeout(), recorded.family) == (1.5, socket.AF_INET)


def test_an_exchange_reads_as_numbered_lines_in_order(journal, ends):
    client, server = ends
    client.sendall(b"hello")
    server.recv(3)
    server.recv(4096)
    client.shutdown(socket.SHUT_WR)
    server.recv(4096)
    server.close()
    assert journal.text().splitlines() == [
        "1  server  listen",
        "2  client  connect",
        "3  server  accept",
        "4  client  sendall   5 of 5    b'hello'",
        "5  server  recv      3 → 3     b'hel'",
        "6  server  recv      4096 → 2  b'lo'",
        "7  client  shutdown  SHUT_WR",
        "8  server  recv      4096 → 0  b''  end of stream",
        "9  server  close",
    ]


def test_text_has_no_port_and_no_time(journal, ends):
    client, server = ends
    client.sendall(b"x")
    server.recv(1)
    text = journal.text()
    for sock in (client, server):
        assert str(sock.getsockname()[1]) not in text


@pytest.fixture
def restless():
    """Threads change places at every chance, so that what may race does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_send_stands_above_the_recv_that_it_woke(journal, ends, restless):
    client, server = ends
    rounds = 200

    def echo():
        for _ in range(rounds):
            server.sendall(server.recv(1))

    thread = threading.Thread(target=echo)
    thread.start()
    for _ in range(rounds):
        client.sendall(b"x")
        client.recv(1)
    thread.join()
    moves = [(e.who, e.action) for e in journal.events if e.action in ("sendall", "recv")]
    turn = [("client", "sendall"), ("server", "recv"), ("server", "sendall"), ("client", "recv")]
    assert moves == turn * rounds


def test_a_partial_send_says_how_much_of_what_was_taken(journal, ends):
    client, _ = ends
    client.setblocking(False)
    data = bytes(50_000_000)
    taken = client.send(data)
    event = journal.events[-1]
    assert 0 < taken < len(data)
    assert (event.moved, event.asked) == (taken, len(data))
    assert f"{taken} of {len(data)}" in journal.text()


def test_reset_is_told_at_both_ends(journal, ends):
    client, server = ends
    client.sendall(b"unread")
    server.close()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    assert journal.text().splitlines()[-2:] == [
        "5  server  close            sends RST (6 unread)",
        "6  client  recv     1 →     connection reset by the other end",
    ]
    assert "RST" in [arrow.label for arrow in journal.story().arrows]


def test_timeout_would_block_and_other_errors_are_told_apart(journal, ends):
    client, server = ends
    client.settimeout(0.01)
    with pytest.raises(TimeoutError):
        client.recv(1)
    client.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.recv(1)
    server.close()
    client.settimeout(3)
    assert client.recv(1) == b""
    client.send(b"first")
    with pytest.raises(BrokenPipeError):
        client.send(b"second")
    assert [event.outcome for event in journal.events][-6:] == [
        "timeout", "would-block", "", "eof", "", "error",
    ]  # fmt: skip
    assert journal.text().endswith("failed (EPIPE)")


def test_connect_ex_to_nobody_is_written_as_the_error_it_returns(journal):
    with socket.socket() as held, journal.watch(socket.socket(), "client") as client:
        held.bind(("127.0.0.1", 0))
        assert client.connect_ex(held.getsockname()) != 0
    assert journal.events[0].note == "ECONNREFUSED"


def test_peeking_moves_no_offset(journal, ends):
    client, server = ends
    client.sendall(b"abc")
    server.recv(2, socket.MSG_PEEK)
    server.recv(2)
    peek, read = journal.events[-2:]
    assert (peek.note, peek.offset, read.offset) == ("MSG_PEEK", None, 0)


def test_makefile_and_dup_are_recorded_as_the_same_end(journal, ends):
    client, server = ends
    client.sendall(b"line\nrest")
    with server.makefile("rb") as reader, server.dup() as copy:
        assert reader.readline() == b"line\n"
        client.sendall(b"!")
        assert copy.recv(10) == b"!"
    received = [e for e in journal.events if e.action == "recv"]
    assert [(e.data, e.offset) for e in received] == [(b"line\nrest", 0), (b"!", 9)]


def test_closing_twice_is_written_once(journal, ends):
    client, _ = ends
    client.close()
    client.close()
    assert actions(journal, "client").count("close") == 1


def test_a_blocked_send_is_shown_as_not_returned(journal, ends):
    client, server = ends
    started = threading.Event()

    def overfill():
        started.set()
        client.sendall(bytes(20_000_000))

    thread = threading.Thread(target=overfill)
    thread.start()
    started.wait(3)
    deadline_s = time.monotonic() + 3
    while "? of 20000000" not in journal.text() and time.monotonic() < deadline_s:
        pass
    assert journal.text().endswith("? of 20000000  has not returned yet")
    left = 20_000_000
    while left:
        left -= len(server.recv(1 << 20))
    thread.join()
    assert "has not returned yet" not in journal.text()


# Caret and long things.


def caret_points_at(text):
    """Return what stands above the caret."""
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.lstrip().startswith("^"))
    return lines[at - 1][lines[at].index("^") :]


def test_caret_stands_under_its_byte_even_behind_escapes(journal, ends):
    client, _ = ends
    client.sendall(b"one")
    client.sendall(b"\r\n'\xffXyz")
    assert caret_points_at(journal.text(Caret("client", 7, "wrong"))) == "Xyz'"
    assert journal.text(Caret("client", 7, "wrong")).endswith("^ wrong")


def test_caret_deep_in_long_data_shows_that_byte_with_context(journal, ends):
    client, server = ends
    data = b"a" * 1000 + b"X" + b"b" * 900
    client.sendall(data)
    server.recv(4096)
    sent = journal.text(Caret("client", 1000))
    received = journal.text(Caret("server", 1000, stream="received"))
    assert caret_points_at(sent) == "Xbbbbbbbbbbbbbbbbbbb' … 881 bytes …"
    assert caret_points_at(received).startswith("Xbbb")


def test_caret_on_a_byte_that_was_not_kept_points_at_the_elision(journal, ends):
    client, _ = ends
    client.sendall(bytes(9_000))  # few enough for the buffers, though nobody reads
    assert caret_points_at(journal.text(Caret("client", 4_500))).startswith("… 8,956 bytes …")


def test_caret_behind_the_last_byte_and_on_one_that_never_came(journal, ends):
    client, _ = ends
    client.sendall(b"abc")
    assert caret_points_at(journal.text(Caret("client", 3, "more was due"))) == "'"
    assert journal.text(Caret("client", 9)).endswith("^ byte 9 was never sent by client")


def test_a_long_journal_is_elided_in_the_middle_but_never_at_the_caret(journal, ends):
    client, _ = ends
    for number in range(500):
        client.sendall(b"%03d" % number)
    text = journal.text(Caret("client", 3 * 250 + 2, "here"), limit_lines=10)
    assert caret_points_at(text) == "0'"
    assert "b'250'" in text
    assert "b'499'" in text
    assert "… 247 lines left out …" in text
    assert len(text.splitlines()) == 16


def test_only_one_partys_lines_keep_their_numbers(journal, ends):
    client, server = ends
    client.sendall(b"x")
    server.recv(1)
    assert [line.split()[0] for line in journal.text(only="server").splitlines()] == list("135")
    assert journal.text(only="nobody") == "Nothing happened at nobody."


def test_a_hundred_megabytes_leave_the_journal_small():
    journal = Journal(keep_events=100)
    one, two = socket.socketpair()
    with journal.watch(one, "one") as one, journal.watch(two, "two") as two:
        block = bytes(100_000)
        for _ in range(1000):
            one.sendall(block)
            two.recv_into(bytearray(100_000), 0, socket.MSG_WAITALL)
        assert len(journal.events) == 100
        assert max(len(event.data) for event in journal.events) <= 1024
        assert journal.events[-1].offset == 99_900_000
    assert "lines left out" in journal.text()


def test_several_connections_of_one_party_are_numbered(journal):
    with journal.watch(socket.create_server(("127.0.0.1", 0)), "server") as listener:
        for _ in range(2):
            with socket.create_connection(listener.getsockname(), 3) as client:
                accepted, _ = listener.accept()
                with accepted:
                    client.sendall(b"x")
                    accepted.recv(1)
    assert [line.split()[1] for line in journal.text().splitlines()] == (
        ["server#1"] * 3 + ["server#2"] * 3 + ["server"]
    )


# The story.


def test_story_has_an_arrow_for_each_piece_of_a_send_that_a_recv_took(journal, ends):
    client, server = ends
    client.sendall(b"AA")
    client.sendall(b"BBB")
    server.recv(4)
    server.recv(4)
    server.sendall(b"nobody reads this")
    client.shutdown(socket.SHUT_WR)
    server.recv(1)
    story = journal.story()
    assert story.parties == ("client", "server")
    assert [(a.sender, a.label, a.end_s is None) for a in story.arrows] == [
        ("client", "connect", False),
        ("client", "b'AA'", False),
        ("client", "b'BB'", False),
        ("client", "b'B'", False),
        ("server", "17 bytes", True),
        ("client", "FIN (shutdown)", False),
    ]
    assert [(mark.who, mark.label) for mark in story.marks] == [
        ("server", "listen"),
        ("server", "recv → b''"),
    ]
    assert all(arrow.end_s is None or arrow.start_s <= arrow.end_s for arrow in story.arrows)


def test_story_pairs_ends_by_their_addresses(journal):
    with journal.watch(socket.create_server(("127.0.0.1", 0)), "server") as listener:
        names = ("ann", "bob")
        clients = [journal.watch(socket.socket(), name) for name in names]
        for client in clients:
            client.connect(listener.getsockname())
        accepted = [listener.accept()[0] for _ in clients]
        for sock, name in zip(accepted, names, strict=True):
            sock.sendall(name.encode())
        for client in reversed(clients):
            client.recv(10)
        for sock in [*clients, *accepted]:
            sock.close()
    arrows = [(a.receiver, a.label) for a in journal.story().arrows if a.sender == "server"]
    assert [a for a in arrows if a[1].startswith("b'")] == [("ann", "b'ann'"), ("bob", "b'bob'")]


def test_story_of_a_socketpair_falls_back_to_the_only_other_party(journal):
    one, two = socket.socketpair()
    with journal.watch(one, "one") as one, journal.watch(two, "two") as two:
        one.sendall(b"x")
        two.recv(1)
    assert ("one", "two", "b'x'") in [
        (a.sender, a.receiver, a.label) for a in journal.story().arrows
    ]


def test_an_empty_journal_says_so(journal):
    assert journal.text() == "Nothing happened: no watched socket was used."
    with pytest.raises(ValueError, match=r"journal is empty: watch a socket"):
        journal.story()


# Comparing.


@pytest.mark.parametrize(
    ("actual", "expected", "offset"),
    [
        (b"", b"", None),
        (b"abc", b"abc", None),
        (b"abX", b"abc", 2),
        (b"ab", b"abc", 2),
        (b"abcd", b"abc", 3),
        (bytes(65_536) + b"x", bytes(65_537), 65_536),
    ],
)
def test_first_difference(actual, expected, offset):
    assert first_difference(actual, expected) == offset


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (b"abXd", b"abcd", "byte 2 differs (counted from 0; lengths: both 4 bytes)"),
        (b"ab", b"abcd", "the first 2 bytes right, then 2 bytes missing"),
        (b"", b"abcd", "nothing, where 4 bytes should be"),
        (b"abcde", b"abcd", "all 4 bytes right, then 1 byte too many"),
        (None, b"abcd", "expected 4 bytes, got NoneType: None"),
        ("abcd", b"abcd", "expected 4 bytes, got str: 'abcd'"),
    ],
)
def test_compare_bytes_says_how_they_differ(actual, expected, words):
    assert compare_bytes(actual, expected).splitlines()[0] == words


def test_compare_bytes_of_100_mib_is_fast_and_points_at_the_byte():
    expected = bytes(100 << 20)
    actual = expected[:-2] + b"X\0"
    start_s = time.monotonic()
    text = compare_bytes(actual, expected)
    assert time.monotonic() - start_s < 2
    assert caret_points_at(text) == "X\\x00'"
    assert compare_bytes(expected, expected) is None


def test_import_is_light():
    code = "import sys, workbench.journal, workbench.peers; print(sorted(sys.modules))"
    heavy = ("numpy", "matplotlib", "scapy", "psutil", "ipywidgets", "rich")
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not [name for name in heavy if f"'{name}'" in loaded.stdout]
