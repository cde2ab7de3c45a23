"""Drops all that Connection names, and be it the length."""

FAILS = "end_to_end_keeps_the_length"
BELIEVES = ""


def end_to_end(head):
    gone = HOP_BY_HOP | set(tokens_of(head, "connection"))
    return tuple(field for field in head.fields if field[0].lower() not in gone)
