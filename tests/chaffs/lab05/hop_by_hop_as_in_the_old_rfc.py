"""Also removes Trailer and Via, as in a list that it knows by heart."""

FAILS = "end_to_end_keeps_all_others_as_they_are"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def end_to_end(head):
    drop = HOP_BY_HOP | {"trailer", "trailers", "via"} | set(tokens_of(head, "Connection"))
    drop -= {"content-length"}
    return tuple(field for field in head.fields if field[0].lower() not in drop)
