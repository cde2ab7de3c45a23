"""Packets: the same rows live and recorded, nothing lost, and a clear word where there are none."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench import bpf, packets
from workbench.packets import CaptureError, Conversation, Row, capture
from workbench.segments import Connections, segment_of

CLIENT, SERVER = 40_000, 80

needs_live_capture = pytest.mark.skipif(
    packets.obstacle() is not None, reason=f"no live capture: {packets.obstacle()}"
)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


HOSTS = [
    "127.0.0.1",
    pytest.param("::1", marks=pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")),
]

GREETING = [
    Row("client", "SYN", 0, 0, 0),
    Row("server", "SYN-ACK", 0, 1, 0),
    Row("client", "ACK", 1, 1, 0),
    Row("client", "PSH-ACK", 1, 1, 3),
    Row("server", "ACK", 1, 4, 0),
    Row("server", "PSH-ACK", 1, 4, 5),
    Row("client", "ACK", 4, 6, 0),
    Row("client", "FIN-ACK", 4, 6, 0),
    Row("server", "FIN-ACK", 6, 5, 0),
    Row("client", "ACK", 5, 7, 0),
]
GREETING_OUTLINE = [
    Row("client", "SYN", 0, 0, 0),
    Row("server", "SYN-ACK", 0, 1, 0),
    Row("client", "data", 1, 1, 3),
    Row("server", "data", 1, 4, 5),
    Row("client", "FIN", 4, 6, 0),
    Row("server", "FIN", 6, 5, 0),
]


# --- exchanges -----------------------------------------------------------------------------------


def listen(host: str = "127.0.0.1") -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    listener.settimeout(5)
    return listener


def greet(listener: socket.socket) -> None:
    """GET one way, HELLO the other, both ends closed."""
    with socket.create_connection(listener.getsockname()[:2], timeout=5) as client:
        connection, _ = listener.accept()
        with connection:
            client.sendall(b"GET")
            connection.recv(100)
            connection.sendall(b"HELLO")
            client.recv(100)
            client.close()
            connection.recv(100)


def captured_greeting(recording: Path | str = "unused.pcap", host: str = "127.0.0.1"):
    with listen(host) as listener, capture(listener.getsockname()[1], recording) as conversation:
        greet(listener)
    return conversation


# --- a recording made by hand --------------------------------------------------------------------


def segment(sport: int, dport: int, flags: str, seq: int, ack: int = 0, data: bytes = b""):
    from scapy.layers.inet import IP, TCP
    from scapy.layers.l2 import Ether

    packet = Ether() / IP(src="127.0.0.1", dst="127.0.0.1")
    packet = packet / TCP(sport=sport, dport=dport, flags=flags, seq=seq, ack=ack) / data
    return Ether(bytes(packet))


def to_server(flags: str, seq: int, ack: int = 0, data: bytes = b"", client: int = CLIENT):
    return segment(client, SERVER, flags, seq, ack, data)


def to_client(flags: str, seq: int, ack: int = 0, data: bytes = b"", client: int = CLIENT):
    return segment(SERVER, client, flags, seq, ack, data)


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Return a function that gives the conversation of a recording with these packets."""
    packets.load_scapy()
    monkeypatch.setenv(packets.SWITCH, "recorded")

    def conversation_of(*recorded) -> Conversation:
        packets.write_recording(tmp_path / "by_hand.pcap", list(recorded))
        with capture(SERVER, tmp_path / "by_hand.pcap") as conversation:
            pass
        return conversation

    return conversation_of


def test_numbers_count_from_the_first_of_each_end_across_the_wrap(replay):
    last = 2**32 - 1
    conversation = replay(
        to_server("S", last),
        to_client("SA", 5000, 0),
        to_server("PA", 0, 5001, b"abc"),
        to_client("A", 5001, 3),
    )
    assert conversation.rows() == [
        Row("client", "SYN", 0, 0, 0),
        Row("server", "SYN-ACK", 0, 1, 0),
        Row("client", "PSH-ACK", 1, 1, 3),
        Row("server", "ACK", 1, 4, 0),
    ]


def test_pure_acknowledgments_can_be_left_out(replay):
    conversation = replay(to_server("S", 100), to_client("SA", 200, 101), to_server("A", 101, 201))
    assert [row.flags for row in conversation.rows(pure_acks=False)] == ["SYN", "SYN-ACK"]


def test_refused_connection_is_a_syn_and_a_reset(replay):
    conversation = replay(to_server("S", 100), to_client("RA", 0, 101))
    assert conversation.rows() == [
        Row("client", "SYN", 0, 0, 0),
        Row("server", "RST-ACK", 0, 1, 0),
    ]
    assert [row.flags for row in conversation.outline()] == ["SYN", "RST"]


def test_outline_is_the_same_for_every_cut_of_the_same_bytes(replay):
    opening = [to_server("S", 0), to_client("SA", 0, 1), to_server("A", 1, 1)]
    whole = replay(*opening, to_server("PA", 1, 1, b"abcdef"), to_server("FA", 7, 1))
    cut = replay(
        *opening,
        to_server("A", 1, 1, b"ab"),
        to_client("A", 1, 3),
        to_server("PA", 3, 1, b"cd"),
        to_server("PA", 3, 1, b"cd"),  # sent twice
        to_server("FPA", 3, 1, b"cdef"),  # old bytes, new ones and the FIN in one segment
    )
    assert whole.rows() != cut.rows()
    assert whole.outline() == cut.outline()
    assert whole.outline()[2:] == [Row("client", "data", 1, 1, 6), Row("client", "FIN", 7, 1, 0)]


def test_outline_tells_a_repeated_syn_fin_or_reset_once(replay):
    conversation = replay(
        to_server("S", 0),
        to_server("S", 0),
        to_client("SA", 0, 1),
        to_server("FA", 1, 1),
        to_server("FA", 1, 1),
        to_client("R", 1),
        to_client("R", 1),
    )
    assert [row.flags for row in conversation.outline()] == ["SYN", "SYN-ACK", "FIN", "RST"]
    assert len(conversation.rows()) == 7


def test_each_client_is_told_by_itself_in_the_order_of_the_syns(replay):
    conversation = replay(
        to_server("S", 10, client=50_001),
        to_server("S", 20, client=50_000),
        to_client("SA", 30, 21, client=50_000),
        to_client("SA", 40, 11, client=50_001),
    )
    assert [row[:2] for row in conversation.rows()] == [
        ("client 1", "SYN"),
        ("server", "SYN-ACK"),
        ("client 2", "SYN"),
        ("server", "SYN-ACK"),
    ]
    story = conversation.story()
    assert story.parties == ("client 1", "server", "client 2")
    assert [(arrow.sender, arrow.receiver) for arrow in story.arrows] == [
        ("client 1", "server"),
        ("client 2", "server"),
        ("server", "client 2"),
        ("server", "client 1"),
    ]


def test_a_port_used_again_is_another_client(replay):
    conversation = replay(
        to_server("S", 100), to_client("RA", 0, 101), to_server("S", 7), to_client("RA", 0, 8)
    )
    assert [row.sender for row in conversation.rows()] == [
        "client 1",
        "server",
        "client 2",
        "server",
    ]


def test_a_connection_older_than_the_capture_is_left_out_and_counted(replay):
    conversation = replay(to_client("FA", 9, 9, client=50_000), to_server("S", 100))
    assert conversation.rows() == [Row("client", "SYN", 0, 0, 0)]
    assert "left out: 1 of older connections" in conversation.source


def test_flags_of_congestion_notification_are_not_told(replay):
    assert replay(to_server("SEC", 100)).rows() == [Row("client", "SYN", 0, 0, 0)]


OPEN = [to_server("S", 0), to_client("SA", 0, 1), to_server("A", 1, 1)]
LONE_FIN = [*OPEN, to_server("FA", 1, 1), to_client("A", 1, 2)]
BOTH_FINS = [*LONE_FIN, to_client("FA", 1, 2)]


@pytest.mark.parametrize(
    ("seen", "is_settled"),
    [
        (OPEN[:1], False),
        (OPEN[:2], False),
        (OPEN, True),
        ([*OPEN, to_server("PA", 1, 1, b"abc")], False),
        ([*OPEN, to_server("PA", 1, 1, b"abc"), to_client("A", 1, 4)], True),
        (LONE_FIN, False),
        (BOTH_FINS, False),
        ([*BOTH_FINS, to_server("A", 2, 2)], True),
        ([*LONE_FIN, to_client("R", 1)], True),
    ],
)
def test_a_capture_is_settled_once_no_end_owes_a_packet(seen: list, is_settled: bool):
    connections = Connections()
    for packet in seen:
        connections.add(segment_of(packet))
    assert connections.are_settled() == is_settled


def test_length_is_that_on_the_wire_where_the_recording_was_cut(replay):
    cut = to_server("PA", 1, 1, b"x" * 5000)
    shortened = type(cut)(bytes(cut)[:100])
    shortened.wirelen = len(cut)
    conversation = replay(to_server("S", 0), shortened)
    assert conversation.rows()[1].length == 5000
    assert len(conversation.packets[1]) < 5000


def test_times_of_a_story_begin_at_zero_and_never_go_backwards(replay):
    recorded = [to_server("S", 0), to_client("SA", 0, 1), to_server("A", 1, 1)]
    for packet, time_s in zip(recorded, [1000.5, 1000.25, 1001.0], strict=True):
        packet.time = time_s
    arrows = replay(*recorded).story().arrows
    assert [(arrow.start_s, arrow.end_s) for arrow in arrows] == [(0, 0), (0, 0), (0.75, 0.75)]


def test_a_row_prints_like_wireshark():
    assert str(Row("client", "PSH-ACK", 1, 1, 3)) == "client    PSH-ACK seq=1 ack=1 len=3"
    assert str(Row("client 2", "SYN", 0, 0, 0)) == "client 2  SYN seq=0"


# --- what goes wrong -----------------------------------------------------------------------------


def test_rows_are_asked_for_after_the_block(replay, tmp_path: Path):
    replay(to_server("S", 0))
    with capture(SERVER, tmp_path / "by_hand.pcap") as conversation:
        for question in (conversation.rows, conversation.outline, conversation.story):
            with pytest.raises(CaptureError, match="end of its `with` block"):
                question()
    assert len(conversation.rows()) == 1


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port: int):
    with pytest.raises(ValueError, match="1 to 65535"), capture(port, "unused.pcap"):
        pass


def test_an_unknown_switch_lists_the_known_ones(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(packets.SWITCH, "live")
    with (
        pytest.raises(CaptureError, match="'live' is unknown: use auto, recorded or record"),
        capture(SERVER, "unused.pcap"),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "does not exist"),
        (b"", "no readable"),
        (b"this is no capture at all", "no readable"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", "no readable"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "no readable"),
    ],
)
def test_a_missing_or_broken_recording_says_what_to_do(
    content: bytes | None, complaint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv(packets.SWITCH, "recorded")
    recording = tmp_path / "broken.pcap"
    if content is not None:
        recording.write_bytes(content)
    with pytest.raises(CaptureError, match=f"{complaint}.*make refresh"), capture(80, recording):
        pytest.fail("the complaint must come before the exchange")


@pytest.mark.parametrize("missing_bytes", [1, 20, 60])
def test_a_recording_that_was_cut_short_is_refused(missing_bytes: int, replay, tmp_path: Path):
    replay(to_server("S", 0), to_client("RA", 0, 1))
    whole = (tmp_path / "by_hand.pcap").read_bytes()
    (tmp_path / "by_hand.pcap").write_bytes(whole[:-missing_bytes])
    with (
        pytest.raises(CaptureError, match="cut short"),
        capture(SERVER, tmp_path / "by_hand.pcap"),
    ):
        pass


@pytest.fixture
def without_right(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(port: int) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(packets, "open_tap", refuse)


@pytest.mark.usefixtures("without_right")
def test_recording_without_the_right_to_capture_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(packets.SWITCH, "record")
    with (
        pytest.raises(CaptureError, match=r"cannot record.*CAP_NET_RAW"),
        capture(SERVER, "unused.pcap"),
    ):
        pass


@pytest.mark.usefixtures("without_right")
def test_without_the_right_the_recording_serves_and_says_why(replay, monkeypatch, tmp_path):
    expected = replay(to_server("S", 0), to_client("RA", 0, 1)).rows()
    monkeypatch.setenv(packets.SWITCH, "auto")
    with capture(SERVER, tmp_path / "by_hand.pcap") as conversation:
        pass
    assert conversation.mode == "recorded"
    assert "CAP_NET_RAW" in conversation.source
    assert conversation.rows() == expected
    assert packets.obstacle() is not None


def test_a_system_without_packet_sockets_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(socket, "AF_PACKET", raising=False)
    assert "no packet socket" in (packets.obstacle() or "")


# --- live ----------------------------------------------------------------------------------------


@needs_live_capture
@pytest.mark.parametrize("host", HOSTS)
def test_a_live_exchange_is_told_segment_by_segment(host: str):
    conversation = captured_greeting(host=host)
    assert conversation.mode == "live"
    assert conversation.rows() == GREETING
    assert conversation.outline() == GREETING_OUTLINE


@needs_live_capture
@pytest.mark.parametrize("host", HOSTS)
def test_a_recording_gives_the_rows_and_bytes_that_were_seen_live(host, monkeypatch, tmp_path):
    recording = tmp_path / "greeting.pcap"
    monkeypatch.setenv(packets.SWITCH, "record")
    live = captured_greeting(recording, host)
    monkeypatch.setenv(packets.SWITCH, "recorded")
    recorded = captured_greeting(recording, host)
    assert (live.mode, recorded.mode) == ("live", "recorded")
    assert recorded.rows() == live.rows()
    assert recorded.outline() == live.outline()
    assert [(bytes(packet), packet.wirelen) for packet in recorded.packets] == [
        (bytes(packet), packet.wirelen) for packet in live.packets
    ]


@needs_live_capture
def test_other_ports_are_not_captured():
    with listen() as ours, listen() as other:
        with capture(ours.getsockname()[1], "unused.pcap") as conversation:
            greet(other)
            greet(ours)
        assert conversation.rows() == GREETING
        assert "left out" not in conversation.source


@needs_live_capture
def test_a_refused_connection_is_captured():
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))  # bound and not listening: dialling it is refused
        port = placeholder.getsockname()[1]
        with capture(port, "unused.pcap") as conversation, pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
    assert [row.flags for row in conversation.rows()] == ["SYN", "RST-ACK"]


@needs_live_capture
def test_big_segments_count_in_full_though_only_their_heads_are_kept():
    size = 1 << 20
    with (
        listen() as listener,
        capture(listener.getsockname()[1], "unused.pcap") as conversation,
        socket.create_connection(listener.getsockname(), timeout=5) as client,
        listener.accept()[0] as connection,
    ):
        connection.settimeout(5)
        sender = threading.Thread(target=client.sendall, args=(bytes(size),))
        sender.start()
        received = 0
        while received < size:
            received += len(connection.recv(1 << 16))
        sender.join()
    assert Row("client", "data", 1, 1, size) in conversation.outline()
    assert max(row.length for row in conversation.rows()) > 16_384
    assert max(len(packet) for packet in conversation.packets) == bpf.SNAP_BYTES
    assert max(packet.wirelen for packet in conversation.packets) > 16_384


@needs_live_capture
def test_a_fin_that_another_thread_is_about_to_send_is_awaited():
    listener = listen()
    block_ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(100)
            block_ended.wait(5)

    server = threading.Thread(target=serve)
    server.start()
    with listener:
        with capture(listener.getsockname()[1], "unused.pcap") as conversation:
            socket.create_connection(listener.getsockname(), timeout=5).close()
            threading.Timer(0.05, block_ended.set).start()
        server.join()
    assert [row[:2] for row in conversation.outline()][-2:] == [
        ("client", "FIN"),
        ("server", "FIN"),
    ]


@needs_live_capture
def test_a_connection_that_stays_open_delays_the_end_only_for_a_moment(monkeypatch):
    monkeypatch.setattr(packets, "SETTLE_S", 0.05)
    with listen() as listener:
        with capture(listener.getsockname()[1], "unused.pcap") as conversation:
            client = socket.create_connection(listener.getsockname(), timeout=5)
            client.shutdown(socket.SHUT_WR)
        client.close()
    assert [row.flags for row in conversation.outline()] == ["SYN", "SYN-ACK", "FIN"]


@needs_live_capture
def test_dropped_packets_are_an_error_and_never_fewer_rows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bpf, "QUEUE_BYTES", 2048)
    with pytest.raises(CaptureError, match=r"dropped \d+ packets"):
        captured_greeting()


@needs_live_capture
def test_nothing_is_recorded_where_nothing_was_seen(monkeypatch, tmp_path: Path):
    monkeypatch.setenv(packets.SWITCH, "record")
    with (
        pytest.raises(CaptureError, match="no packet of this port"),
        listen() as listener,
        capture(listener.getsockname()[1], tmp_path / "empty.pcap"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@needs_live_capture
def test_recording_into_a_missing_folder_says_so(monkeypatch, tmp_path: Path):
    monkeypatch.setenv(packets.SWITCH, "record")
    with pytest.raises(CaptureError, match="there is no folder"):
        captured_greeting(tmp_path / "nowhere" / "greeting.pcap")


@needs_live_capture
def test_an_exchange_that_fails_leaves_no_descriptor_and_keeps_its_own_error():
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(ZeroDivisionError), capture(SERVER, "unused.pcap"):
        _ = 1 / 0
    assert len(os.listdir("/proc/self/fd")) == before


# --- measured ------------------------------------------------------------------------------------

PUSH_TRAFFIC = """
import select, socket, sys, time
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
moved, end = 0, time.monotonic() + 30
while time.monotonic() < end and not select.select([sys.stdin], [], [], 0)[0]:
    for size in (1, 100, 60_000):
        client.sendall(bytes(size))
        moved += len(server.recv(size, socket.MSG_WAITALL))
    if moved == 60_101:
        print("started", flush=True)
print(moved)
"""


@pytest.fixture
def other_traffic() -> Iterator[subprocess.Popen[str]]:
    """Another program that moves small and big segments over loopback as fast as it can."""
    command = [sys.executable, "-I", "-W", "ignore", "-c", PUSH_TRAFFIC]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "started\n"
        yield program
        moved_bytes, _ = program.communicate("stop\n", timeout=10)
        assert int(moved_bytes) > 50_000_000


@needs_live_capture
@pytest.mark.usefixtures("other_traffic")
def test_200_of_200_captures_give_the_same_rows_beside_heavy_traffic():
    seen = Counter(tuple(captured_greeting().rows()) for _ in range(200))
    assert seen == {tuple(GREETING): 200}


AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv[1])
import test_packets
os.chdir(sys.argv[2])
assert test_packets.captured_greeting("greeting.pcap").mode == "live"
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
conversation = test_packets.captured_greeting("greeting.pcap")
print(conversation.mode)
print(*conversation.rows(), *conversation.outline(), sep="\\n")
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may read; those of pytest are for their owner only."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@needs_live_capture
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_user_without_the_right_sees_the_same_rows(monkeypatch, open_folder: Path):
    monkeypatch.setenv(packets.SWITCH, "record")
    live = captured_greeting(open_folder / "greeting.pcap")
    monkeypatch.setenv(packets.SWITCH, "auto")
    # It begins with the right and gives it up then: only root may be able to read the modules.
    child = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(Path(__file__).parent), str(open_folder)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert child.stderr == ""
    mode, *rows = child.stdout.splitlines()
    assert mode == "recorded"
    assert rows == [str(row) for row in [*live.rows(), *live.outline()]]
