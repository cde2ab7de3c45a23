"""The byte axis: pieces, boundaries, and what has not arrived."""

import pytest

from workbench.figures import byte_axis


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.figure.axes[0].texts]


def test_three_sends_in_one_recv_keep_no_boundary():
    figure = byte_axis([b"AA", b"BBB", b"C"], [b"AABBBC"])
    send, recv = figure.data
    assert send.lengths == (2, 3, 1)
    assert (send.boundaries, recv.boundaries) == ({2, 5}, frozenset())
    assert figure.alt_text == (
        "3 sends, 6 bytes: 2, 3 and 1.\n"
        "1 recv, 6 bytes.\n"
        "Boundaries of sends that recvs keep: 0 of 2."
    )


def test_few_pieces_show_their_bytes_and_lengths():
    shown = texts(byte_axis([b"AA", b"B\n"], [4], segments=[2, 2]))
    assert {"AA\n2", "B\\n\n2", "4"} <= set(shown)


def test_a_strip_stands_for_segments_only_if_these_were_captured():
    assert [strip.name for strip in byte_axis([3], [3]).data] == ["send", "recv"]
    assert [strip.name for strip in byte_axis([3], [3], [3]).data] == ["send", "segment", "recv"]


def test_boundaries_that_do_survive_are_counted():
    words = byte_axis([10, 10, 10], [20, 10], segments=[10, 20]).alt_text
    assert "Boundaries of sends that segments keep: 1 of 2." in words
    assert "Boundaries of segments that recvs keep: 0 of 1." in words


def test_bytes_not_received_are_an_open_box_and_said():
    figure = byte_axis([1000], [300])
    assert "700 bytes not received." in figure.alt_text
    assert "700 not received" in texts(figure)
    assert "not received" not in byte_axis([1000], [300, 700]).alt_text


def test_an_empty_recv_is_the_end_of_the_stream_and_no_piece():
    figure = byte_axis([4], [4, b""])
    assert figure.alt_text.endswith("Then the end of the stream.")
    assert figure.alt_text.count("1 recv, 4 bytes.") == 1
    assert "1 × 4, b''" in texts(figure)


def test_seven_hundred_reads_say_the_same_words_in_every_run():
    one = [4285] * 699 + [3_000_000 - 4285 * 699]
    other = [6000] * 500
    figures = [byte_axis([3_000_000], reads) for reads in (one, other)]
    assert [len(figure.data[1].lengths) for figure in figures] == [700, 500]
    assert figures[0].alt_text == figures[1].alt_text
    assert "more than 8 recvs, 3,000,000 bytes." in figures[0].alt_text
    boxes = figures[0].figure.axes[0].collections[1]
    assert len(boxes.get_paths()) == 700


@pytest.mark.parametrize(
    ("sent", "received", "complaint"),
    [
        ([0], [], "nothing was sent"),
        ([5], [-1], "negative length"),
        ([5], [6], "count every send"),
    ],
)
def test_lengths_that_cannot_be_are_refused(sent, received, complaint):
    with pytest.raises(ValueError, match=complaint):
        byte_axis(sent, received)
