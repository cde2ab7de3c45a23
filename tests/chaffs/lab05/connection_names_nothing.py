"""Drops the well-known ones and does not read what Connection says."""

FAILS = "end_to_end_drops_what_connection_names"
BELIEVES = "fields-belong-to-the-message"


def end_to_end(head):
    return tuple(field for field in head.fields if field[0].lower() not in HOP_BY_HOP)
