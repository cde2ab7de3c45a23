"""Thinks that both ends have one and the same name."""

FAILS = "from_other_end_reverses_the_ends_only"
BELIEVES = "source-is-the-client"


def from_other_end(five_tuple):
    return five_tuple
