"""Reverses the whole tuple, protocol and all."""

FAILS = "from_other_end_reverses_the_ends_only"
BELIEVES = "source-is-the-client"


def from_other_end(five_tuple):
    return FiveTuple(*reversed(five_tuple))
