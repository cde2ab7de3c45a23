"""The ladder: rows in order, arrows that end where they should, words, and speed."""

import time

import pytest

from workbench.figures import ladder
from workbench.figures._ladder_layout import by_order, measure
from workbench.timeline import Arrow, Mark, Story

PAIR = ("client", "server")


def heights(story: Story):
    return by_order(story, measure(story, is_to_scale=False))


def arrows_of(figure):
    lines, heads, *_ = figure.figure.axes[0].collections
    return [path.vertices for path in lines.get_paths()], [p.vertices for p in heads.get_paths()]


def test_rows_follow_the_order_of_events_however_close_these_are():
    story = Story(
        PAIR,
        (Arrow(1e-6, 2e-6, *PAIR, "SYN"), Arrow(0.5, 0.6, "server", "client", "SYN, ACK")),
        (Mark(0.7, "client", "connected"), Mark(0.0, "server", "listen")),
    )
    rows = heights(story)
    assert rows.marks[1] < rows.starts[0] < rows.ends[0] < rows.starts[1] < rows.ends[1]
    assert rows.ends[1] < rows.marks[0]


def test_arrows_that_cross_in_time_cross_on_paper():
    story = Story(PAIR, (Arrow(0, 2, *PAIR, "data"), Arrow(1, 3, "server", "client", "RST")))
    rows = heights(story)
    assert rows.starts[0] < rows.ends[1]
    assert rows.starts[1] < rows.ends[0]


@pytest.mark.parametrize("scale", ["order", "time"])
def test_an_arrow_reaches_from_lifeline_to_lifeline_and_its_tip_is_on_the_line(scale):
    story = Story(PAIR, (Arrow(0, 0.1, *PAIR, "SYN"), Arrow(0.2, 0.3, "server", "client", "RST")))
    figure = ladder(story, scale)
    lifelines = [line.get_xdata()[0] for line in figure.figure.axes[0].lines[:2]]
    lines, heads = arrows_of(figure)
    for (start, end), head, (sender, receiver) in zip(
        lines, heads, [lifelines, lifelines[::-1]], strict=True
    ):
        assert start[0] == pytest.approx(sender)
        assert tuple(end) == pytest.approx(tuple(head[0]))
        assert end[0] == pytest.approx(receiver)
        assert end[1] > start[1]


def test_an_arrow_that_nobody_took_stops_half_way_without_a_head():
    figure = ladder(Story(PAIR, (Arrow(0, None, *PAIR, "SYN"),)))
    left, right, cross = figure.figure.axes[0].lines
    (line,), heads = arrows_of(figure)
    half = (left.get_xdata()[0] + right.get_xdata()[0]) / 2
    assert heads == []
    assert line[1][0] == pytest.approx(half) == pytest.approx(cross.get_xdata()[0])
    assert "1 arrow that nobody took." in figure.alt_text


def test_time_to_scale_keeps_proportions():
    story = Story(PAIR, (Arrow(0.0, 0.1, *PAIR, "a"), Arrow(0.4, 0.5, *PAIR, "b")))
    lines, _ = arrows_of(ladder(story, "time"))
    (start_a, end_a), (start_b, _) = lines
    assert start_b[1] - start_a[1] == pytest.approx(4 * (end_a[1] - start_a[1]))


def test_words_quote_each_party_in_its_own_order_whatever_the_others_did():
    def story(delay_s):
        return Story(
            PAIR,
            (Arrow(0.1, 0.2, *PAIR, "SYN"), Arrow(0.5, 0.6, *PAIR, "FIN")),
            (Mark(0.05 + delay_s, "server", "listen"), Mark(0.3 + delay_s, "server", "accept")),
        )

    words = ladder(story(0.0)).alt_text
    assert words == (
        "Ladder of client and server.\nclient to server: SYN; FIN.\nserver alone: listen; accept."
    )
    assert ladder(story(0.1)).alt_text == words


def test_the_data_is_the_story_itself():
    story = Story(PAIR, (), (Mark(0, "client", "close"),))
    assert ladder(story).data is story


@pytest.mark.parametrize("scale", ["order", "time"])
def test_two_hundred_arrows_are_drawn_in_under_a_second(scale):
    arrows = [Arrow(i, i + 0.5, *PAIR[:: 1 if i % 3 else -1], f"ACK seq={i}") for i in range(200)]
    story = Story(PAIR, tuple(arrows))
    ladder(Story(PAIR, (), (Mark(0, "client", "close"),))).png()  # fonts are loaded only once
    # Processor time: what else the machine does is not the drawing's doing.
    started_s = time.process_time()
    ladder(story, scale).png()
    assert time.process_time() - started_s < 1.0


@pytest.mark.parametrize(
    ("story", "complaint"),
    [
        (Story(("client",), (), (Mark(0, "client", "close"),)), "2 to 4 parties"),
        (Story(tuple("abcde"), (), (Mark(0, "a", "close"),)), "2 to 4 parties"),
        (Story(("a", "a"), (), (Mark(0, "a", "close"),)), "share a name"),
        (Story(PAIR, (Arrow(0, 1, "client", "proxy", "SYN"),)), "proxy not among the parties"),
        (Story(PAIR, (), (Mark(0, "proxy", "close"),)), "proxy not among the parties"),
        (Story(PAIR, (Arrow(0, 1, "client", "client", "SYN"),)), "is a Mark"),
        (Story(PAIR, (Arrow(1, 0, *PAIR, "SYN"),)), "one clock"),
    ],
)
def test_a_story_that_cannot_be_drawn_is_refused_with_a_reason(story, complaint):
    with pytest.raises(ValueError, match=complaint):
        ladder(story)


def test_a_scale_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match='"order" or "time"'):
        ladder(Story(PAIR, (), (Mark(0, "client", "close"),)), "log")
