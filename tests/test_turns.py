"""The recorder of a select loop's turns, on real sockets, and the player of what it recorded."""

import gc
import select
import socket
import sys
import time
import weakref

import pytest

from workbench.player import player
from workbench.turns import Moved, Turn, TurnRecorder, names_in


@pytest.fixture
def pair():
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(5)
        there.settimeout(5)
        yield here, there


@pytest.fixture
def turns(pair):
    """Two turns: the client's bytes are read, then a reply is sent and a part of it waits."""
    client, server = pair
    recorder = TurnRecorder({server: "client 1"})
    client.sendall(b"hello")
    recorder.select([server], [], [], 5)
    recorder.moved(server, received=len(server.recv(100)))
    recorder.buffered(server, 300)
    recorder.select([server], [server], [], 5)
    recorder.moved(server, sent=server.send(b"x" * 100))
    recorder.buffered(server, 200)
    return recorder.turns


def test_select_returns_what_the_real_one_returns(pair):
    client, server = pair
    client.sendall(b"x")
    recorder = TurnRecorder()
    assert recorder.select([server], [server], [], 5) == ([server], [server], [])
    assert recorder.select([client], [], [], 0) == select.select([client], [], [], 0)


def test_a_turn_has_what_was_asked_returned_moved_and_left(turns):
    first, second = turns
    assert (first.asked_read, first.asked_write) == (("client 1",), ())
    assert (first.readable, first.writable, first.exceptional) == (("client 1",), (), ())
    assert (first.moved, first.buffered) == ({"client 1": Moved(5, 0)}, {"client 1": 300})
    assert (second.readable, second.writable) == ((), ("client 1",))
    assert (second.moved, second.buffered) == ({"client 1": Moved(0, 100)}, {"client 1": 200})


def test_bytes_moved_twice_in_one_turn_add_up(pair):
    _, server = pair
    recorder = TurnRecorder()
    recorder.select([], [server], [], 5)
    recorder.moved(server, received=3)
    recorder.moved(server, received=4, sent=1)
    assert recorder.turns[0].moved == {"socket 1": Moved(7, 1)}


def test_times_are_from_the_recorders_start_and_tell_the_wait(pair):
    _, server = pair
    before_s = time.perf_counter()
    recorder = TurnRecorder()
    recorder.select([server], [], [], 0.05)
    recorder.select([], [server], [], 5)
    elapsed_s = time.perf_counter() - before_s
    idle, busy = recorder.turns
    assert idle.waited_s >= 0.045  # the kernel rounds a timeout to its clock's tick
    assert 0 <= idle.at_s < idle.at_s + idle.waited_s <= busy.at_s <= elapsed_s
    assert busy.waited_s < idle.waited_s


def test_an_out_of_band_byte_is_exceptional():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), timeout=5) as client,
    ):
        listener.settimeout(5)
        server, _ = listener.accept()
        with server:
            client.send(b"!", socket.MSG_OOB)
            recorder = TurnRecorder({server: "client 1"})
            recorder.select([], [], [server], 5)
    assert recorder.turns[0].exceptional == ("client 1",)


def test_names_may_be_given_while_the_loop_runs(pair):
    client, server = pair
    names = {}
    recorder = TurnRecorder(names)
    recorder.select([], [server], [], 5)
    names[client] = "client 1"
    recorder.select([], [client, server], [], 5)
    assert [turn.asked_write for turn in recorder.turns] == [
        ("socket 1",),
        ("client 1", "socket 1"),
    ]


def test_an_unnamed_socket_is_not_kept_alive():
    recorder = TurnRecorder()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock:
        recorder.select([], [sock], [], 5)
    gone = weakref.ref(sock)
    del sock
    gc.collect()
    assert gone() is None
    assert recorder.turns[0].asked_write == ("socket 1",)


def test_old_turns_are_dropped_and_counted(pair):
    _, server = pair
    recorder = TurnRecorder(maxlen=3)
    for number in range(5):
        recorder.select([], [server], [], 5)
        recorder.moved(server, sent=number)
    assert recorder.dropped == 2
    assert [turn.moved["socket 1"].sent for turn in recorder.turns] == [2, 3, 4]


def test_turns_handed_out_no_longer_change(pair):
    _, server = pair
    recorder = TurnRecorder()
    recorder.select([], [server], [], 5)
    before = recorder.turns
    recorder.moved(server, sent=9)
    assert before[0].moved == {}
    assert recorder.turns[0].moved == {"socket 1": Moved(sent=9)}


def test_a_select_that_raises_is_no_turn():
    recorder = TurnRecorder()
    closed = socket.socket()
    closed.close()
    with pytest.raises(ValueError, match="negative"):
        recorder.select([closed], [], [], 0)
    assert recorder.turns == ()


def test_noting_bytes_before_any_turn_says_what_to_do(pair):
    recorder = TurnRecorder()
    with pytest.raises(RuntimeError, match="call the recorder's select first"):
        recorder.moved(pair[0], sent=1)
    with pytest.raises(RuntimeError, match="call the recorder's select first"):
        recorder.buffered(pair[0], 1)


def test_names_come_in_order_of_first_appearance(turns):
    later = turns[0]._replace(asked_read=("listener", "client 1"), buffered={"client 2": 1})
    assert names_in((*turns, later)) == ("client 1", "listener", "client 2")


# The player


def controls(turns):
    box = player(turns).widget()
    (previous, following, slider), table = box.children[0].children, box.children[1]
    return previous, following, slider, table


def test_buttons_step_and_stop_at_both_ends(turns):
    previous, following, slider, _ = controls((*turns, turns[0]))
    assert (slider.value, previous.disabled, following.disabled) == (1, True, False)
    following.click()
    assert (slider.value, previous.disabled, following.disabled) == (2, False, False)
    following.click()
    assert (slider.value, previous.disabled, following.disabled) == (3, False, True)
    following.click()
    assert slider.value == 3
    previous.click()
    assert slider.value == 2


def test_the_slider_shows_the_turn_it_stands_at(turns):
    _, _, slider, table = controls(turns)
    assert "Turn 1 of 2" in table.value
    assert "<td>5</td>" in table.value
    slider.value = 2
    assert "Turn 2 of 2" in table.value
    assert "<td>100</td>" in table.value


def test_the_table_says_in_words_who_was_watched_and_ready_and_how_full_buffers_are(turns):
    row = player(turns).table(1).split("<tbody>")[1]
    assert '<th scope="row">client 1</th><td>read, write</td><td>writable</td>' in row
    assert '<meter min="0" max="300" value="200"></meter> 200' in row


def test_a_name_cannot_inject_markup(turns):
    evil = turns[0]._replace(asked_read=("<script>",))
    table = player([evil]).table(0)
    assert "<script>" not in table
    assert "&lt;script&gt;" in table


@pytest.fixture
def shown(monkeypatch):
    displayed = []
    monkeypatch.setattr(
        "IPython.display.display", lambda *things, **how: displayed.append((things, how))
    )
    return displayed


def test_a_notebook_gets_the_widgets_view_without_text_and_the_still_figure(turns, shown):
    play = player(turns)
    play._ipython_display_()
    ((bundle,), how), (still, _) = shown
    assert list(bundle) == ["application/vnd.jupyter.widget-view+json"]
    assert how == {"raw": True}
    assert still == (play.still,)


def test_without_ipywidgets_the_still_figure_stands_alone(turns, shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    play = player(turns)
    play._ipython_display_()
    assert shown == [((play.still,), {})]


def test_a_player_of_no_turns_says_what_to_do():
    with pytest.raises(ValueError, match="run the loop with the recorder's select"):
        player([])


def test_the_still_figure_is_the_raster_of_the_same_turns(turns):
    assert player(turns).still.data == turns
    assert all(isinstance(turn, Turn) for turn in turns)
