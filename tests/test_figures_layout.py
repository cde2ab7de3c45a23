"""Nothing overlaps and nothing is cut off: asked of the renderer, for the hard cases."""

from itertools import combinations
from random import Random

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from workbench.figures import (
    byte_axis,
    cumulative_bytes,
    ends_and_edges,
    gantt,
    ladder,
    latency_percentiles,
    readiness_raster,
    state_timeline,
)
from workbench.timeline import Arrow, Mark, Span, Story
from workbench.turns import Turn

MORE_THAN_A_HAIR_PX = 1.0


def collisions(figure) -> list[str]:
    """Return what is wrong with the texts of `figure`: pairs that overlap, and those cut off."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    undrawn = ticks_out_of_view(figure)
    shown = [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in undrawn
    ]
    shown = [(words, box) for words, box in shown if box.width]
    cut = [
        f"{words!r} is cut off"
        for words, box in shown
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1
    ]
    return cut + [
        f"{one!r} overlaps {other!r}"
        for (one, a), (other, b) in combinations(shown, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > MORE_THAN_A_HAIR_PX
        and min(a.y1, b.y1) - max(a.y0, b.y0) > MORE_THAN_A_HAIR_PX
    ]


def ticks_out_of_view(figure) -> set[Text]:
    """Return the labels of ticks beyond the ends of an axis: they exist but are not drawn."""
    return {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }


class Row:
    def __init__(self, local, remote, protocol="tcp", state="ESTABLISHED"):
        self.local, self.remote, self.protocol, self.state = local, remote, protocol, state


def connections(clients: int, hosts=("127.0.0.1",), state="ESTABLISHED", protocol="tcp"):
    for host in hosts:
        server = (host, 8080)
        yield Row(server, None, protocol, "LISTEN")
        for number in range(clients):
            yield Row((host, 40_000 + number), server, protocol, state)
            yield Row(server, (host, 40_000 + number), protocol, state)


def busy_story(parties: tuple[str, ...], arrows: int, seed: int = 1) -> Story:
    random, at_s, story = Random(seed), 0.0, []
    for number in range(arrows):
        at_s += random.choice([1e-6, 1e-3])
        sender, receiver = random.sample(parties, 2)
        end_s = None if number % 9 == 8 else at_s + random.random() * 2e-3
        story.append(Arrow(at_s, end_s, sender, receiver, f"PSH, ACK seq={number} 1460 bytes"))
    marks = [Mark(random.random() * at_s, who, "recv → 4096") for who in parties for _ in range(4)]
    return Story(parties, tuple(story), tuple(marks))


@pytest.mark.parametrize("clients", [1, 2, 10, 20])
@pytest.mark.parametrize(
    "hosts", [["127.0.0.1"], ["127.0.0.1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"]]
)
@pytest.mark.parametrize("state", ["ESTABLISHED", "FIN_WAIT2"])
def test_ends_and_edges_keep_their_labels_apart(clients, hosts, state):
    assert collisions(ends_and_edges(connections(clients, hosts, state)).figure) == []


def test_dots_of_ends_and_edges_keep_apart():
    figure = ends_and_edges([*connections(20), *connections(3, protocol="udp")]).figure
    dots = sorted({tuple(line.get_xydata()[0]) for line in figure.axes[0].lines})
    assert len(dots) == 25
    for (x1, y1), (x2, y2) in combinations(dots, 2):
        assert abs(x1 - x2) + abs(y1 - y2) > 0.2  # inches; a double ring is 0.19 wide


@pytest.mark.parametrize("scale", ["order", "time"])
@pytest.mark.parametrize("arrows", [6, 30, 200])
@pytest.mark.parametrize(
    "parties",
    [
        ("client", "server"),
        ("client", "proxy", "origin"),
        ("client", "proxy", "origin", "name server"),
    ],
    ids=len,
)
def test_ladder_keeps_its_labels_apart(parties, arrows, scale):
    assert collisions(ladder(busy_story(parties, arrows), scale).figure) == []


def test_a_burst_in_one_instant_keeps_its_labels_apart():
    arrows = [Arrow(0.0, 0.0, "client", "server", f"segment {n}") for n in range(20)]
    story = Story(("client", "server"), (*arrows, Arrow(9, 9, "server", "client", "FIN")))
    assert collisions(ladder(story, "time").figure) == []


@pytest.mark.parametrize("scale", ["order", "time"])
def test_words_too_long_for_their_room_are_shortened_not_cut_off(scale):
    words = "recv → ConnectionResetError: [Errno 104] Connection reset by peer, " * 2
    parties = ("client", "proxy", "origin")
    arrows = [Arrow(i, i + 1, sender, "proxy", words) for i, sender in enumerate(parties[::2])]
    marks = [Mark(5, who, words) for who in parties]
    assert collisions(ladder(Story(parties, tuple(arrows), tuple(marks)), scale).figure) == []


def test_byte_axis_keeps_its_numbers_in_their_boxes():
    figure = byte_axis([100] * 10, [13, 80, 7] * 10, [1, 2, 997])
    assert collisions(figure.figure) == []
    assert collisions(byte_axis([3_000_000], [5000] * 599, [65_483] * 45).figure) == []
    assert collisions(byte_axis([1], [], [1]).figure) == []


def test_gantt_and_states_keep_their_words_apart():
    doing = [f"waiting for the reply of origin {n}" for n in range(7)]
    waits = [Span(f"client {n}", n / 10, n / 10 + 1, doing[n % 7]) for n in range(20)]
    assert collisions(gantt(waits).figure) == []
    states = ["SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSING", "TIME_WAIT"]
    lengths_s = [1e-5, 5e-3, 1e-5, 2e-5, 1e-5, 4e-3]
    spans, at_s = [], 0.0
    for state, length_s in zip(states, lengths_s, strict=True):
        spans.append(Span("client", at_s, at_s + length_s, state))
        at_s += length_s
    assert collisions(state_timeline(spans).figure) == []


def test_curves_keep_their_labels_apart_where_they_end_together():
    curves = {name: [(0, 0), (1, 4_200_000)] for name in ("offered", "accepted", "read", "acked")}
    assert collisions(cumulative_bytes(curves).figure) == []
    waits = [0.001 * 1.01**n for n in range(300)]
    series = dict.fromkeys(("one at a time", "threads", "select", "epoll"), waits)
    assert collisions(latency_percentiles(series).figure) == []
    assert collisions(latency_percentiles({"one wait": [0.1]}).figure) == []


@pytest.mark.parametrize("against", ["turn", "time"])
def test_raster_keeps_twenty_names_apart(against):
    names = tuple(f"client {n} with a name much longer than its room" for n in range(20))
    turns = [Turn(n * 1e-3, 5e-4, names, (), names[n : n + 1], (), (), {}, {}) for n in range(20)]
    assert collisions(readiness_raster(turns, against).figure) == []
