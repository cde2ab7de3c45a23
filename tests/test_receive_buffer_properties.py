"""Lab 03's reference against plain models: streams, cuts and questions come from hypothesis.

For the authors. It reads the reference's own file, whatever tree `labs` stands for.
"""

import runpy
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from workbench.families import family_of_lab

LAB = runpy.run_path(str(family_of_lab("03").reference))
EndOfStream, LimitExceeded, ReceiveBuffer = (
    LAB[name] for name in ("EndOfStream", "LimitExceeded", "ReceiveBuffer")
)
recv_exactly, recv_until = LAB["recv_exactly"], LAB["recv_until"]

BYTES = st.lists(st.sampled_from([b"a", b"\r", b"\n"]), max_size=40).map(b"".join)
DELIMITERS = st.sampled_from([b"\n", b"\r\n", b"\r\n\r\n", b"\r\r\n", b"aa"])
LIMITS = st.integers(0, 60)


@st.composite
def streams(draw, data=BYTES):
    """A stream and the pieces in which it comes: at least one byte in each."""
    stream = draw(data)
    cuts = draw(st.sets(st.integers(1, max(1, len(stream) - 1))))
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    return stream, [stream[start:stop] for start, stop in pairwise(places) if start < stop]


class Wire:
    """What recv promises, and no more: one to n bytes of what is there, then b"" for ever."""

    def __init__(self, pieces):
        self.pieces, self.asked = list(pieces), []

    def recv(self, count):
        self.asked.append(count)
        if not self.pieces:
            return b""
        data, rest = self.pieces[0][:count], self.pieces[0][count:]
        self.pieces[:1] = [rest] if rest else []
        return data

    @property
    def unread(self):
        return b"".join(self.pieces)


class AgainstPlainBytes(RuleBasedStateMachine):
    """Every method in any order, beside the simplest thing that could be right."""

    def __init__(self):
        super().__init__()
        self.buffer, self.model = ReceiveBuffer(), b""

    @rule(data=BYTES)
    def feed(self, data):
        self.buffer.feed(data)
        self.model += data

    @rule(count=st.integers(0, 12))
    def take_exactly(self, count):
        taken = self.buffer.take_exactly(count)
        assert taken == (self.model[:count] if count <= len(self.model) else None)
        self.model = self.model[len(taken or b"") :]

    @rule(count=st.integers(0, 12))
    def take_at_most(self, count):
        assert self.buffer.take_at_most(count) == self.model[:count]
        self.model = self.model[count:]

    @rule(delimiter=DELIMITERS, limit=LIMITS)
    def take_until(self, delimiter, limit):
        before, found, _ = self.model[:limit].partition(delimiter)
        if not found and len(self.model) >= limit:
            with pytest.raises(LimitExceeded):
                self.buffer.take_until(delimiter, limit)
            return
        assert self.buffer.take_until(delimiter, limit) == (before + found if found else None)
        self.model = self.model[len(before + found) :] if found else self.model

    @rule()
    def count(self):
        assert len(self.buffer) == len(self.model)


TestAgainstPlainBytes = AgainstPlainBytes.TestCase
TestAgainstPlainBytes.settings = settings(max_examples=300, deadline=None)


@given(streams(), st.integers(0, 50))
def test_recv_exactly_takes_its_own_bytes_and_no_other(cut, count):
    stream, pieces = cut
    wire = Wire(pieces)
    if count > len(stream):
        with pytest.raises(EndOfStream) as raised:
            recv_exactly(wire, count)
        assert (raised.value.received, raised.value.wanted) == (len(stream), count)
    else:
        assert recv_exactly(wire, count) == stream[:count]
        assert wire.unread == stream[count:]
    assert all(0 < asked <= count for asked in wire.asked)


@given(streams(), DELIMITERS, LIMITS)
def test_recv_until_gives_every_message_and_holds_no_more_than_the_limit(cut, delimiter, limit):
    stream, pieces = cut
    wire, buffer, rest = Wire(pieces), ReceiveBuffer(), stream
    while True:
        before, found, _ = rest[:limit].partition(delimiter)
        if not found:
            break
        assert recv_until(wire, buffer, delimiter, limit) == before + found
        assert len(buffer) <= limit
        rest = rest[len(before + found) :]
    if len(rest) >= limit:
        with pytest.raises(LimitExceeded):
            recv_until(wire, buffer, delimiter, limit)
    elif rest:
        with pytest.raises(EndOfStream):
            recv_until(wire, buffer, delimiter, limit)
    else:
        assert recv_until(wire, buffer, delimiter, limit) == b""
    assert buffer.take_at_most(len(buffer)) + wire.unread == rest
    assert all(0 < asked <= limit for asked in wire.asked)
