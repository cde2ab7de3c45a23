"""What holds for every figure: how a drawing is shown and saved, and the style that all share."""

import subprocess
import sys
from itertools import combinations, pairwise

import matplotlib
import pytest

from workbench.figures import (
    Drawing,
    byte_axis,
    cumulative_bytes,
    ends_and_edges,
    gantt,
    ladder,
    latency_by_count,
    latency_percentiles,
    ratio_bars,
    readiness_raster,
    state_timeline,
)
from workbench.figures._style import LOOKS, grey_value, shorten, spread, text_width_in
from workbench.timeline import Arrow, Mark, Span, Story, spans_of
from workbench.turns import Turn

TURN = Turn(0.0, 0.001, ("client",), (), ("client",), (), (), {}, {})
EMPTY = {
    ends_and_edges: [],
    byte_axis: ([], []),
    cumulative_bytes: {},
    gantt: [],
    ladder: Story(("client", "server")),
    latency_by_count: ({}, "idle tunnels"),
    latency_percentiles: {},
    ratio_bars: ({}, "ours"),
    readiness_raster: [],
    state_timeline: [],
}


def drawing() -> Drawing:
    return ladder(Story(("client", "server"), (Arrow(0.0, 0.1, "client", "server", "SYN"),)))


@pytest.fixture
def shown(monkeypatch):
    """The bundles that were handed to IPython's display, and how."""
    bundles = []
    record = lambda bundle, **how: bundles.append((bundle, how))  # noqa: E731
    monkeypatch.setattr("IPython.display.display", record)
    return bundles


def test_a_notebook_gets_the_words_as_text_and_the_picture_as_png_alone(shown, capsys):
    figure = drawing()
    figure._ipython_display_()
    (bundle, how), *more = shown
    assert capsys.readouterr().out == figure.alt_text + "\n"
    assert list(bundle) == ["image/png"]
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert how["raw"] is True
    assert how["metadata"]["image/png"]["alt"] == figure.alt_text
    assert not more


def test_saying_changes_the_words_and_nothing_else():
    before = drawing()
    after = before.saying("The handshake begins.")
    assert after.alt_text == "The handshake begins."
    assert (after.data, after.figure) == (before.data, before.figure)


def test_a_picture_is_1500_pixels_wide_and_opaque(tmp_path):
    from PIL import Image

    with Image.open(drawing().save(tmp_path / "ladder.png")) as picture:
        assert picture.width == 1500
        assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_the_same_figure_gives_the_same_svg(tmp_path):
    first, second = (drawing().save(tmp_path / name).read_text() for name in ("a.svg", "b.svg"))
    assert first == second
    assert "<dc:date>" not in first
    assert "SYN" in first  # text stays text: it can be searched and read aloud


def test_a_name_without_png_or_svg_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.png or \.svg"):
        drawing().save(tmp_path / "ladder.jpeg")


@pytest.mark.parametrize("draw", EMPTY, ids=lambda draw: draw.__name__)
def test_nothing_to_draw_is_an_error_that_says_what_to_do(draw):
    empty = EMPTY[draw]
    with pytest.raises(ValueError, match=r": (take|give|draw|run|record)"):
        draw(*empty) if isinstance(empty, tuple) and not isinstance(empty, Story) else draw(empty)


def test_drawing_leaves_global_state_alone_and_never_loads_pyplot():
    code = (
        "import sys, matplotlib\n"
        "from matplotlib import rcParams\n"
        "settings = lambda: {key: rcParams[key] for key in rcParams if key != 'backend'}\n"
        "before = settings()\n"  # to ask for the backend would itself load pyplot
        "from workbench.figures import byte_axis\n"
        "byte_axis([3], [1, 2]).png()\n"
        "assert settings() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_users_own_settings_do_not_change_a_figure():
    plain = byte_axis([3], [1, 2]).png()
    with matplotlib.rc_context({"axes.facecolor": "black", "xtick.major.size": 20}):
        assert byte_axis([3], [1, 2]).png() == plain


def test_importing_the_workbench_loads_no_matplotlib():
    code = "import sys, workbench, workbench.turns; assert 'matplotlib' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_any_two_looks_differ_in_grey_and_in_hatch_line_and_marker():
    for one, other in combinations(LOOKS, 2):
        assert abs(grey_value(one.colour) - grey_value(other.colour)) >= 0.15
        assert one.hatch != other.hatch
        assert one.line != other.line
        assert one.marker != other.marker


def test_spread_moves_only_those_that_collide():
    assert spread([0.0, 5.0, 9.0], gap=1.0) == [0.0, 5.0, 9.0]
    assert spread([5.0, 5.0, 9.0], gap=1.0) == [4.5, 5.5, 9.0]


@pytest.mark.parametrize(
    "wanted", [[0.0] * 5, [0.0, 0.1, 0.1, 0.9], [0.9, 0.95, 1.0], [0.2, 0.8], []]
)
def test_spread_keeps_the_gap_and_the_bounds(wanted):
    free = spread(wanted, gap=0.2, low=0.0, high=1.0)
    assert len(free) == len(wanted)
    assert all(after - before >= 0.2 - 1e-9 for before, after in pairwise(free))
    assert all(-1e-9 <= position <= 1 + 1e-9 for position in free)


def test_shorten_fits_the_room_and_leaves_short_text_alone():
    assert shorten("SYN", 2.0) == "SYN"
    short = shorten("GET /a/very/long/path HTTP/1.1", 1.0)
    assert short.endswith("…")
    assert short[:-1] == "GET /a/very/long/path HTTP/1.1"[: len(short) - 1]
    assert text_width_in(short) <= 1.0


# Spans of time


def test_gantt_tells_each_partys_steps_in_order():
    spans = (
        Span("client 2", 0.3, 0.5, "waiting for bytes"),
        Span("client 1", 0.0, 0.2, "waiting for accept"),
        Span("client 2", 0.0, 0.3, "waiting for accept"),
    )
    figure = gantt(spans)
    assert figure.data == spans
    assert figure.alt_text == (
        "client 2: waiting for accept, then waiting for bytes.\nclient 1: waiting for accept."
    )


def test_many_steps_are_told_as_many():
    steps = [Span("server", i, i + 1, ("reading", "writing")[i % 2]) for i in range(40)]
    assert gantt(steps).alt_text == "server: more than 12 steps (reading and writing)."


def test_a_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="one clock"):
        gantt([Span("client", 2.0, 1.0, "waiting")])


def test_a_state_is_named_in_its_bar_or_by_a_number_that_the_legend_explains():
    spans = [
        Span("client", 0.0, 0.00002, "SYN_SENT"),
        Span("client", 0.00002, 0.01, "ESTABLISHED"),
    ]
    (axes,) = state_timeline(spans).figure.axes
    in_bars = [text.get_text() for text in axes.texts]
    assert in_bars == ["ESTABLISHED", "1"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["1  SYN_SENT"]


def test_marks_of_a_state_timeline_are_dots_with_labels_and_told_in_words():
    spans = [Span("client", 0.0, 1.0, "SYN-SENT"), Span("client", 1.0, 2.0, "ESTABLISHED")]
    marks = [Mark(1.9, "client", "send() returned"), Mark(1.0, "client", "connect() returned")]
    figure = state_timeline(spans, marks)
    (axes,) = figure.figure.axes
    assert {"send() returned", "connect() returned"} <= {text.get_text() for text in axes.texts}
    assert "client, marked: connect() returned, then send() returned." in figure.alt_text
    with pytest.raises(ValueError, match="no span of server"):
        state_timeline(spans, [Mark(1.0, "server", "accept() returned")])


def test_looks_become_spans_that_last_to_the_next_different_look():
    looks = [(0, "client", "CLOSED"), (1, "client", "CLOSED"), (2, "client", "SYN-SENT")]
    others = [(2, "server", "LISTEN"), (3, "client", "SYN-SENT")]
    assert spans_of(looks + others) == (
        Span("client", 0, 2, "CLOSED"),
        Span("client", 2, 3, "SYN-SENT"),
        Span("server", 2, 2, "LISTEN"),
    )
    assert spans_of([]) == ()


# Curves


def test_cumulative_bytes_puts_a_mark_where_its_curve_is():
    curves = {"there": [(10, 0), (11, 900)], "back": [(10, 0), (12, 300)]}
    marks = [Mark(13, "back", "FIN"), Mark(11.5, "there", "FIN")]
    drawing = cumulative_bytes(curves, marks=marks)
    (axes,) = drawing.figure.axes
    dots = [line.get_xydata()[0].tolist() for line in axes.lines if line.get_marker() == "o"]
    assert dots == [[3, 300], [1.5, 900]]
    assert drawing.alt_text.endswith("\nback, marked: FIN.\nthere, marked: FIN.")
    with pytest.raises(ValueError, match="no curve elsewhere"):
        cumulative_bytes(curves, marks=[Mark(11, "elsewhere", "FIN")])


def test_cumulative_bytes_labels_every_curve_at_its_end():
    curves = {"offered": [(0, 0), (1, 900)], "accepted": [(0, 0), (1, 900)], "read": [(0, 0)]}
    figure = cumulative_bytes(curves)
    (axes,) = figure.figure.axes
    assert {text.get_text() for text in axes.texts} == {
        "offered  900",
        "accepted  900",
        "read  0",
    }
    heights = {text.get_text().split()[0]: text.get_position()[1] for text in axes.texts}
    assert heights["offered"] > heights["accepted"] > heights["read"]
    assert figure.data["read"] == ((0, 0),)
    assert figure.alt_text.endswith("the most at the end first: offered, accepted and read.")


def test_cumulative_bytes_counts_other_things_by_their_name():
    figure = cumulative_bytes({"spins": [(0, 0), (1, 900)]}, what="turns")
    assert figure.figure.axes[0].get_title(loc="left") == "turns in total"
    assert figure.alt_text == "Turns in total over time, the most at the end first: spins."


@pytest.mark.parametrize("points", [[(0, 5), (1, 3)], [(1, 0), (0, 5)]])
def test_a_total_that_goes_back_is_refused(points):
    with pytest.raises(ValueError, match="totals in order of time"):
        cumulative_bytes({"read": points})


def test_a_percentile_is_a_wait_that_was_observed():
    waits = [index / 1000 for index in range(1, 201)]
    figure = latency_percentiles({"select": waits[::-1]})
    assert figure.data["select"] == {0.0: 0.001, 50.0: 0.1, 90.0: 0.18, 99.0: 0.198, 100.0: 0.2}


def test_latency_words_put_the_slowest_at_99_percent_first():
    figure = latency_percentiles({"fast": [0.001, 0.002], "slow": [0.1, 0.2]})
    assert figure.alt_text == "Latency by percentile, the slowest at 99 % first: slow and fast."


def test_a_wait_of_zero_is_refused_because_the_axis_is_logarithmic():
    with pytest.raises(ValueError, match="perf_counter"):
        latency_percentiles({"select": [0.0, 0.1]})


# Readiness


def test_the_raster_says_never_some_or_every():
    idle = TURN._replace(asked_read=("listener", "client"), readable=(), writable=("client",))
    figure = readiness_raster([idle, idle._replace(readable=("client",))])
    assert figure.alt_text == (
        "Turns of a select loop with 2 sockets.\n"
        "listener: never ready.\n"
        "client: readable in some turns, writable in every turn."
    )


def test_ten_thousand_turns_of_a_spin_become_one_bar():
    (axes,) = readiness_raster([TURN] * 10_000).figure.axes
    watched, readable, writable, _ = axes.collections
    assert len(watched.get_paths()) == len(readable.get_paths()) == 1
    assert len(writable.get_paths()) == 0


def test_against_time_the_bar_of_work_begins_when_select_returns():
    turns = [TURN, TURN._replace(at_s=0.0015)]
    (axes,) = readiness_raster(turns, against="time").figure.axes
    _, readable, _, _ = axes.collections
    left, right = readable.get_paths()[0].get_extents().intervalx
    assert (left, right) == pytest.approx((1000 + 0.06 * 500, 1500 - 0.06 * 500))  # µs, less air


def test_an_axis_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match='"turn" or "time"'):
        readiness_raster([TURN], against="order")
